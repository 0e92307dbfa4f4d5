//! What is proved: an identity number that can be one, a birth date that it agrees with, names in which nothing tells
//! two people apart, and nothing else that says that they are two.
//!
//! The number alone proves little: a mother's number stands at both of her twins, and a filler at a whole class.

use chrono::NaiveDate;

use super::person::Person;
use super::written::{contradict, written};
use crate::standard::identity::{self, MyKad};

/// Whether two records are certainly one person.
///
/// * The same identity number. One that holds a date must hold the birth date; a pupil's birth date must be known. One
///   without a date (a passport) counts only with the same birth date and the name to the letter.
/// * Neither school number, birth certificate nor gender contradicts.
/// * Names in which nothing differs that tells brothers and sisters apart, see [`super::written`].
///
/// What is less is a pair for a person: AINA and AINI, HARIS and HARITH may be twins under a copied number.
#[must_use]
pub fn is_certain(one: &Person, other: &Person, child: bool) -> bool {
    !one.number.is_empty()
        && one.number == other.number
        && number_proves(one, other, child)
        && !contradicts(one, other)
        && one.legal.agrees(&other.legal)
}

/// Whether two full names may be one person's by the same rule: nothing in them tells brothers and sisters apart.
#[must_use]
pub fn names_agree(one: &str, other: &str) -> bool {
    one.to_uppercase() == other.to_uppercase() || written(one).agrees(&written(other))
}

/// Whether the number that both have can only be theirs.
fn number_proves(one: &Person, other: &Person, child: bool) -> bool {
    let born = match (one.born, other.born) {
        (Some(ours), Some(theirs)) if ours != theirs => return false,
        (Some(ours), Some(_)) => Some(ours),
        _ => None,
    };
    match MyKad::parse(&one.number) {
        Ok(card) => tells_apart(&one.number) && dates_agree(card, one, other) && (born.is_some() || !child),
        Err(_) => identity::is_standard(&one.number) && born.is_some() && one.legal == other.legal,
    }
}

/// Different digits that a number has at least: 000101-01-0101 has a date and place and stands for nobody.
const LEAST_DIFFERENT: usize = 3;

fn tells_apart(number: &str) -> bool {
    (b'0'..=b'9').filter(|digit| number.as_bytes().contains(digit)).count() >= LEAST_DIFFERENT
}

/// Whether whatever birth dates are known are that of the number.
fn dates_agree(card: MyKad, one: &Person, other: &Person) -> bool {
    let dates = [one.born, other.born].into_iter().flatten();
    dates.into_iter().all(|birth: NaiveDate| card.is_of(birth))
}

/// Whether something besides the name says that they are two.
fn contradicts(one: &Person, other: &Person) -> bool {
    let differ = |ours: &str, theirs: &str| !ours.is_empty() && !theirs.is_empty() && ours != theirs;
    let particles = one.legal.child().zip(other.legal.child());
    differ(&one.own, &other.own)
        || differ(&one.certificate, &other.certificate)
        || differ(&one.gender, &other.gender)
        || particles.is_some_and(|(ours, theirs)| contradict(ours, theirs))
}

/// Whether two guardians without a number are certainly one: the same name to the letter and the same telephone, which
/// must be their own. The portal knows them by just that.
#[must_use]
pub fn is_certain_by_phone(one: &Person, other: &Person) -> bool {
    let known = |person: &Person| person.number.is_empty() && person.phone != 0 && person.legal.is_whole();
    known(one) && known(other) && one.phone == other.phone && one.legal == other.legal && !contradicts(one, other)
}

/// From how many people on that are certainly not one, a number is a filler, whoever has it.
pub const MANY: usize = 3;

/// Of people under one number, those who are certainly one, by their places in `people`: groups of two or more in
/// which each is certain with each other. Where that does not hold for all that hang together, a person decides; and so
/// where [`MANY`] or more people share the number.
#[must_use]
pub fn groups(people: &[Person], child: bool, may: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    groups_by(people, |one, other| is_certain(one, other, child), may)
}

/// The same of guardians under one name and telephone, see [`is_certain_by_phone`].
#[must_use]
pub fn groups_by_phone(people: &[Person], may: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    groups_by(people, is_certain_by_phone, may)
}

fn groups_by(
    people: &[Person],
    proved: impl Fn(&Person, &Person) -> bool,
    may: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<usize>> {
    let certain = |one: usize, other: usize| match (people.get(one), people.get(other)) {
        (Some(ours), Some(theirs)) => proved(ours, theirs),
        _ => false,
    };
    let (mut found, mut taken, mut apart) = (Vec::new(), vec![false; people.len()], 0);
    for first in 0..people.len() {
        if taken.get(first).copied().unwrap_or(true) {
            continue;
        }
        apart += 1;
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
    if apart < MANY { found } else { Vec::new() }
}
