//! Records that may be one person: which to compare, how much each agreement says, and which are one family.
//!
//! * [`person`]: a record as the comparison sees it;
//! * [`blocking`]: the pairs worth comparing, found by shared keys instead of by comparing all with all;
//! * [`compare`]: Fellegi and Sunter's sum of weights over [`evidence`], with the weight of a name by how rare it is;
//! * [`rivals`]: of two partners in one file only the better can be the same person;
//! * [`scoring`]: all of it, pair by pair;
//! * [`certain`]: what is proved and needs nobody's judgement;
//! * [`survivor`]: which record stands for the others;
//! * [`families`]: children of the same guardians; the school's own telephone number joins nobody.
//!
//! A score never merges anything. It says in which order a person looks, and why.

pub mod blocking;
pub mod certain;
pub mod compare;
pub mod evidence;
pub mod families;
pub mod likely;
mod names;
pub mod person;
pub mod rivals;
pub mod scoring;
pub mod survivor;
#[cfg(test)]
mod tests;
mod written;

use model::Lang;

/// The sentences for evidence and reasons, in every language.
pub(crate) const WORDS: [(Lang, &str); 2] =
    [(Lang::En, include_str!("../../words/matching.en.txt")), (Lang::Ms, include_str!("../../words/matching.ms.txt"))];

/// Whether `after` may be the name `before` put right: the same words but for spellings, slips of the finger and words
/// that one of them lacks. A brother's name is another one.
#[must_use]
pub fn may_be_one_name(before: &str, after: &str) -> bool {
    use names::{Father, Given, compare};
    let (given, father) = compare(&crate::names::match_key(before), &crate::names::match_key(after));
    matches!(given, Given::Same | Given::Slip | Given::Fewer) && father != Father::Different
}

/// Half a hash of `text` under `salt`, never 0: what is remembered of a value for every record.
///
/// FNV-1a (Fowler, Noll and Vo, 1991) with its 64 bits folded to 32: the same on every computer and in every
/// version, so that a run can be compared with an earlier one.
#[must_use]
pub fn hash(salt: u8, text: &str) -> u32 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in std::iter::once(salt).chain(text.bytes()) {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let folded = (state >> 32) as u32 ^ state as u32;
    folded.max(1)
}
