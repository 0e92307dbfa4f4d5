//! Values a letter or two apart, found without comparing every value with every other.
//!
//! Two texts that are one edit apart (a letter more, less, other, or two swapped) have a text in common among those
//! with one letter taken out. So each value is noted under all its texts with a letter less, and values that meet
//! there are compared: nothing within the distance is missed, and the work grows with the letters there are, not with
//! the pairs. Digits are never taken out: 1 Amanah and 2 Amanah are two classes. The distance itself is that of
//! optimal string alignment, by the crate `strsim`.

use std::collections::{HashMap, HashSet};

/// Letters that a value must have to be compared: in shorter ones a letter makes another word.
const LEAST: usize = 5;
/// Values of these lengths may be two edits apart: a town, a race, an occupation misspelt twice.
const TWO_EDITS: std::ops::RangeInclusive<usize> = 8..=14;

/// How many edits may lie between two values of these lengths.
fn allowed(one: usize, other: usize) -> usize {
    if TWO_EDITS.contains(&one) && TWO_EDITS.contains(&other) { 2 } else { 1 }
}

/// Gives the hashes of all texts that `form` becomes when one letter is taken out, or two, or none.
pub(super) fn variants(form: &str, take: &mut dyn FnMut(u64)) {
    let chars: Vec<u32> = form.chars().map(u32::from).collect();
    let letters: Vec<usize> =
        (form.chars().enumerate()).filter(|(_, char)| !char.is_numeric()).map(|(at, _)| at).collect();
    if letters.len() < LEAST {
        return;
    }
    take(mixed(hash(START, &chars)));
    let two = TWO_EDITS.contains(&chars.len())
        || TWO_EDITS.contains(&(chars.len() - 1))
        || TWO_EDITS.contains(&(chars.len() + 1));
    let (mut before, mut done) = (START, 0);
    for (position, first) in letters.iter().enumerate() {
        // What stands before the letter taken out is hashed once.
        before = hash(before, chars.get(done..*first).unwrap_or_default());
        done = *first;
        // Taking out either of two equal neighbours is the same.
        if position > 0 && chars.get(*first) == chars.get(first.wrapping_sub(1)) {
            continue;
        }
        let rest = |from: usize, to: usize| chars.get(from + 1..to).unwrap_or_default();
        take(mixed(hash(before, rest(*first, chars.len()))));
        if two {
            for second in letters.iter().skip(position + 1) {
                take(mixed(hash(hash(before, rest(*first, *second)), rest(*second, chars.len()))));
            }
        }
    }
}

/// Where a hash begins (FNV-1a).
const START: u64 = 0xcbf2_9ce4_8422_2325;

/// A hash of characters, going on from that of those before. Values that only share a hash are told apart by their
/// distance.
fn hash(before: u64, chars: &[u32]) -> u64 {
    chars.iter().fold(before, |hash, char| (hash ^ u64::from(*char)).wrapping_mul(0x0100_0000_01b3))
}

/// A hash whose every bit depends on every character.
fn mixed(hash: u64) -> u64 {
    (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// Pairs of positions that met under a hash, each once.
pub(super) fn pairs(mut keys: Vec<(u64, u32)>) -> Vec<Vec<u32>> {
    keys.sort_unstable();
    keys.dedup();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for group in keys.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() > 1) {
        for (at, (_, one)) in group.iter().enumerate() {
            pairs.extend(group.iter().skip(at + 1).map(|(_, other)| (*one.min(other), *one.max(other))));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(|(one, other)| vec![one, other]).collect()
}

/// Clusters around the most frequent values: a value belongs to the first centre that it is near to. Not from
/// neighbour to neighbour: that would lead from Aina over Alia to Alya.
pub(super) fn stars(pairs: Vec<Vec<u32>>, forms: &HashMap<u32, String>, counts: &[u32]) -> Vec<Vec<u32>> {
    let mut near: HashMap<u32, Vec<u32>> = HashMap::new();
    for pair in pairs {
        let [one, other] = pair.as_slice() else { continue };
        let texts = forms.get(one).zip(forms.get(other));
        if texts.is_some_and(|(one, other)| are_near(one, other)) {
            near.entry(*one).or_default().push(*other);
            near.entry(*other).or_default().push(*one);
        }
    }
    let mut centres: Vec<u32> = near.keys().copied().collect();
    let count = |position: &u32| counts.get(*position as usize).copied().unwrap_or_default();
    centres.sort_unstable_by_key(|position| (std::cmp::Reverse(count(position)), *position));
    let (mut taken, mut clusters) = (HashSet::new(), Vec::new());
    for centre in centres {
        if taken.contains(&centre) {
            continue;
        }
        let around = near.get(&centre).into_iter().flatten().filter(|other| !taken.contains(*other));
        let cluster: Vec<u32> = std::iter::once(centre).chain(around.copied()).collect();
        if cluster.len() > 1 {
            taken.extend(cluster.iter().copied());
            clusters.push(cluster);
        }
    }
    clusters
}

/// Whether two forms are few enough edits apart, with the same digits. What they begin and end with alike counts for
/// nothing and is not compared: most of two long names is the same.
fn are_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let allowed = allowed(one.len(), other.len());
    let front = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let (one, other) = (one.get(front..).unwrap_or_default(), other.get(front..).unwrap_or_default());
    let back = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    let rest = |chars: &[char]| chars.iter().take(chars.len() - back).collect::<String>();
    let (one, other) = (rest(one), rest(other));
    let digits = |text: &str| text.chars().filter(|char| char.is_numeric()).collect::<String>();
    one.chars().count().abs_diff(other.chars().count()) <= allowed
        && digits(&one) == digits(&other)
        && strsim::osa_distance(&one, &other) <= allowed
}
