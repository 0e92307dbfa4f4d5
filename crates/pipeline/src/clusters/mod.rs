//! Clusters: different values of one column that may be spellings of one.
//!
//! Two ways, both exact and both linear in the number of values. *Alike*: values with the same key fall together,
//! for people's names under the key of [`crate::names::keys`], for other texts under the fingerprint that
//! OpenRefine publishes (capitals, accents, signs and order of words do not count). *Near*: values that differ by
//! one letter more, less, other or swapped, in short ones by two; see [`near`].
//!
//! The caller gives all different values with their positions, in any number, and then the values of the positions
//! that were found, so that no column needs to be held in memory.

mod near;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use model::FieldKind;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::names;

/// How values are brought together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// The same key.
    Alike,
    /// A letter or two apart.
    Near,
}

impl Way {
    /// The word in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Alike => "alike",
            Self::Near => "near",
        }
    }

    /// The way with this [`Way::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Alike, Self::Near].into_iter().find(|way| way.code() == code)
    }
}

/// Whether values of this kind can be spellings of one another: a number or a date cannot.
#[must_use]
pub fn applies(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Text
            | FieldKind::PersonName
            | FieldKind::Code(_)
            | FieldKind::State
            | FieldKind::Address
            | FieldKind::Reference(_)
    )
}

/// One value of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The value as it stands.
    pub value: String,
    /// Records that have it.
    pub records: u64,
}

/// Values that may be one, the most frequent first: it is the one that probably stays.
pub type Cluster = Vec<Member>;

/// The first pass: takes in every different value of a column.
#[derive(Debug)]
pub struct Gathering {
    way: Way,
    person: bool,
    /// A sound of a value, by its hash, and whose it is. Keys that are only an alias come apart.
    keys: Vec<(u64, u32)>,
    aliases: Vec<(u64, u32)>,
    counts: Vec<u32>,
}

impl Gathering {
    /// Begins with a column of this kind.
    #[must_use]
    pub fn new(way: Way, kind: FieldKind) -> Self {
        let person = matches!(kind, FieldKind::PersonName);
        Self { way, person, keys: Vec::new(), aliases: Vec::new(), counts: Vec::new() }
    }

    /// Takes in the value at the next position, counted from 0, and in how many records it stands.
    pub fn add(&mut self, value: &str, records: u64) {
        let position = self.counts.len() as u32;
        self.counts.push(u32::try_from(records).unwrap_or(u32::MAX));
        match self.way {
            Way::Near => near::variants(&form(value, self.person), &mut |hash| self.keys.push((hash, position))),
            Way::Alike if self.person => {
                let names::Keys { main, aliases } = names::keys(value);
                if !main.is_empty() {
                    self.keys.push((hashed(&main), position));
                    self.aliases.extend(aliases.iter().map(|alias| (hashed(alias), position)));
                }
            }
            Way::Alike => {
                let key = fingerprint(value);
                if !key.is_empty() {
                    self.keys.push((hashed(&key), position));
                }
            }
        }
    }

    /// What may fall together; the values of these positions are needed next.
    #[must_use]
    pub fn found(mut self) -> Found {
        let groups = match self.way {
            Way::Alike => {
                let mains = self.keys.len();
                self.keys.append(&mut self.aliases);
                alike(self.keys, mains)
            }
            Way::Near => near::pairs(self.keys),
        };
        let texts = groups.iter().flatten().map(|position| (*position, String::new())).collect();
        Found { way: self.way, person: self.person, groups, texts, counts: self.counts }
    }
}

/// Groups of positions under one key. A key that values have only as an alias brings nobody together: two people may
/// both be called SARAH.
fn alike(keys: Vec<(u64, u32)>, mains: usize) -> Vec<Vec<u32>> {
    let mut keys: Vec<(u64, bool, u32)> =
        keys.into_iter().enumerate().map(|(at, (hash, position))| (hash, at >= mains, position)).collect();
    keys.sort_unstable();
    let groups = keys.chunk_by(|one, other| one.0 == other.0);
    let of_one = groups.filter(|group| group.len() > 1 && group.first().is_some_and(|(_, alias, _)| !alias));
    let group = |group: &[(u64, bool, u32)]| {
        let mut positions: Vec<u32> = group.iter().map(|(.., position)| *position).collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    };
    let mut groups: Vec<Vec<u32>> = of_one.map(group).filter(|group| group.len() > 1).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// The second pass: takes the values that may fall together, and gives the clusters.
#[derive(Debug)]
pub struct Found {
    way: Way,
    person: bool,
    groups: Vec<Vec<u32>>,
    texts: HashMap<u32, String>,
    counts: Vec<u32>,
}

impl Found {
    /// Takes the value at `position` where it is needed.
    pub fn take(&mut self, position: u32, value: &str) {
        if let Some(text) = self.texts.get_mut(&position) {
            value.clone_into(text);
        }
    }

    /// The clusters, those that touch most records first.
    #[must_use]
    pub fn clusters(self) -> Vec<Cluster> {
        let groups = match self.way {
            Way::Alike => self.groups,
            Way::Near => {
                let forms: HashMap<u32, String> =
                    self.texts.iter().map(|(position, text)| (*position, form(text, self.person))).collect();
                near::stars(self.groups, &forms, &self.counts)
            }
        };
        let count = |position: u32| u64::from(self.counts.get(position as usize).copied().unwrap_or_default());
        let member = |position: u32| Member {
            value: self.texts.get(&position).cloned().unwrap_or_default(),
            records: count(position),
        };
        let mut clusters: Vec<Cluster> =
            groups.into_iter().map(|group| group.into_iter().map(member).collect()).collect();
        for cluster in &mut clusters {
            cluster.sort_by(|one, other| other.records.cmp(&one.records).then_with(|| one.value.cmp(&other.value)));
        }
        clusters.sort_by_cached_key(|cluster| {
            let records: u64 = cluster.iter().map(|member| member.records).sum();
            (std::cmp::Reverse(records), cluster.first().map(|member| member.value.clone()))
        });
        clusters
    }
}

fn hashed(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// The letters and digits of a value as they are compared letter by letter.
fn form(value: &str, person: bool) -> String {
    if person { names::near_form(value) } else { words(value).concat() }
}

/// The fingerprint of a text: its words without accents and signs, each once, in alphabetical order. Letters and
/// digits that stand together are two words, so that SK1B is SK 1B.
#[must_use]
pub fn fingerprint(value: &str) -> String {
    let mut words = words(value);
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// Runs of letters and runs of digits, in small letters without accents.
fn words(value: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for char in value.nfkd().filter(|char| !is_combining_mark(*char)).flat_map(char::to_lowercase) {
        let kind = char.is_alphanumeric().then(|| char.is_numeric());
        // An apostrophe parts nothing: Dato' Onn, Nu'man.
        if matches!(char, '\'' | '’' | '‘' | '`' | 'ʼ') {
            continue;
        }
        match words.last_mut().filter(|_| kind.is_some() && kind == last) {
            Some(word) => word.push(char),
            None if kind.is_some() => words.push(char.to_string()),
            None => {}
        }
        last = kind;
    }
    words
}
