//! Which pairs to compare: those that share a key. A hundred thousand people have five thousand million pairs; the
//! keys leave some tens of pairs a person at most.
//!
//! The keys of a person, each of which a doubled record keeps unless several things went wrong at once: the identity
//! number; the school's own number; the whole name; birth date with the beginning of a given name; birth date with
//! the father's name; the house with the beginning of a given name. For each key and record eight bytes are held.

use std::collections::{HashMap, HashSet};

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

/// Gives the keys of a person.
fn keys(person: &Person, add: &mut dyn FnMut(u32)) {
    let mut add = |kind: u8, text: &str| add(hash(kind, text));
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

impl Blocks {
    /// Notes the keys of the person with the record number `record`.
    pub fn take(&mut self, record: u32, person: &Person) {
        keys(person, &mut |key| self.keys.push((key, record)));
    }

    /// Ready to be met by people from elsewhere, who are compared with these and not with each other.
    #[must_use]
    pub fn against(mut self) -> Against {
        self.keys.sort_unstable();
        self.keys.dedup();
        Against { keys: self.keys, met: HashMap::new(), pairs: Vec::new() }
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

/// People who are met by others, of whom nothing is kept but the pairs they make.
#[derive(Debug, Default)]
pub struct Against {
    keys: Vec<(u32, u32)>,
    /// How many of the others had a key.
    met: HashMap<u32, usize>,
    /// Key, record and the other.
    pairs: Vec<(u32, u32, u32)>,
}

impl Against {
    /// Lets a person from elsewhere, numbered `other`, meet the people here; gives whether they share a key with
    /// anybody.
    pub fn meet(&mut self, other: u32, person: &Person) -> bool {
        let Self { keys: known, met, pairs } = self;
        let (mut own, before) = (Vec::with_capacity(8), pairs.len());
        keys(person, &mut |key| own.push(key));
        own.sort_unstable();
        own.dedup();
        for key in own {
            let from = known.partition_point(|(one, _)| *one < key);
            let block = known.get(from..).unwrap_or_default();
            let size = block.iter().take(MOST_IN_BLOCK + 1).take_while(|(one, _)| *one == key).count();
            if size == 0 {
                continue;
            }
            // Here as there, what very many share tells nobody apart: then the key is counted, and its pairs are not.
            let seen = met.entry(key).or_default();
            *seen += if size > MOST_IN_BLOCK { MOST_IN_BLOCK + 1 } else { 1 };
            if *seen <= MOST_IN_BLOCK {
                pairs.extend(block.iter().take(size).map(|(_, record)| (key, *record, other)));
            }
        }
        pairs.len() > before
    }

    /// The pairs of a record here and one of the others that share a key, each once.
    #[must_use]
    pub fn pairs(mut self) -> Candidates {
        let left_out: HashSet<u32> =
            self.met.iter().filter(|(_, seen)| **seen > MOST_IN_BLOCK).map(|(key, _)| *key).collect();
        self.pairs.retain(|(key, ..)| !left_out.contains(key));
        let mut pairs: Vec<(u32, u32)> = self.pairs.iter().map(|(_, record, other)| (*record, *other)).collect();
        drop(self.pairs);
        pairs.sort_unstable();
        pairs.dedup();
        Candidates { pairs, left_out: left_out.len() as u64 }
    }
}

fn beginning(word: &str) -> &str {
    word.char_indices().nth(BEGINNING).map_or(word, |(end, _)| word.get(..end).unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::person::Fields;

    fn pupil(name: &str, number: &str, born: &str) -> Person {
        let entity = model::entities::find("students").expect("pupils");
        let value = |code: &str| match code {
            "full_name" => name,
            "national_id" => number,
            "date_of_birth" => born,
            _ => "",
        };
        let values: Vec<&str> = entity.fields.iter().map(|field| value(field.code)).collect();
        Fields::of(entity).expect("people").read(&values, Vec::new())
    }

    #[test]
    fn others_make_pairs_with_those_here_and_none_with_each_other() {
        let mut here = Blocks::default();
        here.take(1, &pupil("AIMAN BIN ROSLAN", "", "2014-05-12"));
        here.take(2, &pupil("SITI BINTI OMAR", "140101105012", "2014-01-01"));
        let mut against = here.against();
        assert!(against.meet(11, &pupil("AIMAN BIN ROSLI", "", "2014-05-12")), "birth date and given name");
        assert!(against.meet(12, &pupil("SITI BINTI OMAR", "140101-10-5012", "2014-01-01")), "number, name, both");
        assert!(against.meet(13, &pupil("SITI BINTI OMAR", "", "2012-02-02")), "name");
        assert!(!against.meet(14, &pupil("KAVIN A/L SURESH", "130303101234", "2013-03-03")), "nothing");
        let found = against.pairs();
        assert_eq!((found.pairs, found.left_out), (vec![(1, 11), (2, 12), (2, 13)], 0), "each pair once");
    }

    #[test]
    fn a_key_that_very_many_of_the_others_share_is_counted_and_makes_no_pairs() {
        let mut here = Blocks::default();
        here.take(1, &pupil("MUHAMMAD AIMAN BIN ALI", "", ""));
        let mut against = here.against();
        for other in 0..=MOST_IN_BLOCK as u32 {
            against.meet(other, &pupil("MUHAMMAD AIMAN BIN ALI", "", ""));
        }
        let found = against.pairs();
        assert_eq!((found.pairs.len(), found.left_out), (0, 1));
    }
}
