//! Which pairs to compare: those that share a key. A hundred thousand people have five thousand million pairs; the
//! keys leave some tens of pairs a person at most.
//!
//! The keys of a person, each of which a doubled record keeps unless several things went wrong at once: the identity
//! number; the school's own number; the whole name; birth date with the beginning of a given name; birth date with
//! the father's name; the house with the beginning of a given name. For each key and record eight bytes are held.

use super::hash;
use super::names::{is_telling, parts};
use super::person::Person;

/// Largest group of records under one key of which all pairs are compared. Larger ones are counted and said: a name
/// that very many share finds its doubles by birth date, house or number.
pub const MOST_IN_BLOCK: usize = 120;

/// Letters at the beginning of a name by which it is looked up.
const BEGINNING: usize = 3;

/// The keys of all people seen so far.
#[derive(Debug, Default)]
pub struct Blocks {
    keys: Vec<(u32, u32)>,
}

/// Pairs to compare.
#[derive(Debug, Default)]
pub struct Candidates {
    /// Numbers of two records, the smaller first, in order.
    pub pairs: Vec<(u32, u32)>,
    /// Keys that more than [`MOST_IN_BLOCK`] records share, whose pairs are not all compared.
    pub left_out: u64,
}

impl Blocks {
    /// Notes the keys of the person with the record number `record`.
    pub fn take(&mut self, record: u32, person: &Person) {
        let mut add = |kind: u8, text: &str| self.keys.push((hash(kind, text), record));
        if !person.number.is_empty() {
            add(10, &person.number);
        }
        if !person.own.is_empty() {
            add(11, &person.own);
        }
        if !person.name.is_empty() {
            add(12, &person.name);
        }
        let (given, father) = parts(&person.name);
        let beginnings = || given.iter().filter(|word| is_telling(word)).map(|word| beginning(word));
        if let Some(day) = person.day() {
            beginnings().for_each(|begins| add(13, &format!("{day}{begins}")));
            if !father.is_empty() {
                add(14, &format!("{day}{father}"));
            }
        }
        for house in person.house().chain([person.email].into_iter().filter(|email| *email != 0)) {
            beginnings().for_each(|begins| add(15, &format!("{house}{begins}")));
        }
    }

    /// The pairs that share a key, each once.
    #[must_use]
    pub fn pairs(mut self) -> Candidates {
        self.keys.sort_unstable();
        self.keys.dedup();
        let mut found = Candidates::default();
        for block in self.keys.chunk_by(|one, other| one.0 == other.0) {
            if block.len() > MOST_IN_BLOCK {
                found.left_out += 1;
                continue;
            }
            for (at, (_, one)) in block.iter().enumerate() {
                found.pairs.extend(block.iter().skip(at + 1).map(|(_, other)| (*one, *other)));
            }
        }
        drop(self.keys);
        found.pairs.sort_unstable();
        found.pairs.dedup();
        found
    }
}

fn beginning(word: &str) -> &str {
    word.char_indices().nth(BEGINNING).map_or(word, |(end, _)| word.get(..end).unwrap_or(word))
}
