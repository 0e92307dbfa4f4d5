//! The stages between a school's files and the portal: pure functions from values to mappings, fixes and findings.
//!
//! Nothing here knows the clock, the disk, the network or chance: whatever a function needs comes in as an
//! argument, so that the same values always give the same answer.
//!
//! * [`standard`]: the standard form of each kind of field, and how written values are read;
//! * [`country`]: the facts about Malaysia that the other modules look up, in one place;
//! * [`quran`]: surahs, verses and juz;
//! * [`names`]: splitting and comparing people's names;
//! * [`profile`]: what the data look like, in numbers;
//! * [`mapping`]: which column is which field;
//! * [`matching`]: which records may be one person, and which children one family;
//! * [`cleanse`]: rules that propose fixes;
//! * [`triangle`]: what number, birth, gender, name and year level say about one person;
//! * [`cleanse`]: rules that propose fixes, find and replace;
//! * [`clusters`]: values of a column that may be spellings of one;
//! * [`validate`]: checks that give findings.

pub mod cleanse;
pub mod clusters;
pub mod country;
pub mod mapping;
pub mod matching;
pub mod names;
pub mod profile;
pub mod quran;
pub mod standard;
pub mod triangle;
pub mod validate;

#[cfg(test)]
mod tested;

use model::Lang;

/// Every sentence this crate says, in every language.
pub const WORDS: &[(Lang, &str)] = &[
    mapping::WORDS[0],
    mapping::WORDS[1],
    matching::WORDS[0],
    matching::WORDS[1],
    (Lang::En, include_str!("../words/cleanse.en.txt")),
    (Lang::Ms, include_str!("../words/cleanse.ms.txt")),
    (Lang::En, include_str!("../words/validate.en.txt")),
    (Lang::Ms, include_str!("../words/validate.ms.txt")),
    (Lang::En, include_str!("../words/profile.en.txt")),
    (Lang::Ms, include_str!("../words/profile.ms.txt")),
];
