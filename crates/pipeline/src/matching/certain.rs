//! What is proved: the same identity number, a birth date that agrees, and names that do not contradict each other.

use super::names::{self, Father, Given};
use super::person::Person;

/// Whether two records are certainly one person.
///
/// The same usable identity number; the same birth date, or a number that is all digits of a grown-up, which holds
/// the date itself; the same gender where both say one; and given names and fathers' names of which neither
/// contradicts the other: the same but for order, well-known spellings and words left out. A slip of the finger and
/// what only sounds the same are left to a person: AINA and AINI, HARIS and HARITH may be twins under a copied number.
#[must_use]
pub fn is_certain(one: &Person, other: &Person, child: bool) -> bool {
    let (given, father) = names::compare(&one.name, &other.name);
    let born = match (one.born, other.born) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => !child && one.number.len() == 12 && one.number.bytes().all(|byte| byte.is_ascii_digit()),
    };
    let gender = one.gender.is_empty() || other.gender.is_empty() || one.gender == other.gender;
    !one.number.is_empty()
        && one.number == other.number
        && born
        && gender
        && names::agrees_in_writing(&one.written, &other.written)
        && matches!(given, Given::Same | Given::Fewer)
        && matches!(father, Father::Same | Father::Frequent | Father::Missing)
}

/// Of people under one number, those who are certainly one, by their places in `people`: groups of two or more in
/// which each is certain with each other. Where that does not hold for all that hang together, a person decides.
#[must_use]
pub fn groups(people: &[Person], child: bool, may: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let certain = |one: usize, other: usize| match (people.get(one), people.get(other)) {
        (Some(ours), Some(theirs)) => is_certain(ours, theirs, child),
        _ => false,
    };
    let (mut found, mut taken) = (Vec::new(), vec![false; people.len()]);
    for first in 0..people.len() {
        if taken.get(first).copied().unwrap_or(true) {
            continue;
        }
        let mut group = vec![first];
        // Whoever hangs together with one of the group belongs to it.
        let mut at = 0;
        while let Some(from) = group.get(at).copied() {
            let more = (0..people.len()).filter(|to| !group.contains(to) && certain(from, *to)).collect::<Vec<_>>();
            group.extend(more);
            at += 1;
        }
        group.iter().for_each(|member| taken.iter_mut().skip(*member).take(1).for_each(|taken| *taken = true));
        let all = group
            .iter()
            .all(|one| group.iter().all(|other| one == other || (certain(*one, *other) && may(*one, *other))));
        if group.len() > 1 && all {
            found.push(group);
        }
    }
    found
}
