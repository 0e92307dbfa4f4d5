//! A record as the comparison sees it: what it is known by, in forms that can be compared.

use chrono::{Datelike as _, NaiveDate};
use model::Entity;

use super::hash;
use super::written::{Written, written};
use crate::names;
use crate::standard::{date, identity};

/// Salts of the hashes that records share, so that a number is never taken for an address.
pub mod salt {
    /// Telephone numbers.
    pub const PHONE: u8 = 1;
    /// Addresses.
    pub const ADDRESS: u8 = 2;
    /// Identity numbers of guardians.
    pub const GUARDIAN: u8 = 3;
    /// Children, by the number of their record.
    pub const CHILD: u8 = 4;
    /// E-mail addresses.
    pub const EMAIL: u8 = 5;
    /// Names, as [`crate::names::match_key`] folds them.
    pub const NAME: u8 = 6;
    /// Guardians without a number, by the number of their record.
    pub const RECORD: u8 = 7;
}

/// One person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The folded name, see [`names::match_key`]; empty where there is none.
    pub name: String,
    /// The words of the name as written, but for titles and well-known spellings: what a score compares.
    pub(super) written: String,
    /// The name letter by letter: what is proved compares that.
    pub(super) legal: Written,
    /// Date of birth.
    pub born: Option<NaiveDate>,
    /// Identity number without hyphens and spaces; empty where there is none that could be one.
    pub number: String,
    /// The school's own number, upper case.
    pub own: String,
    /// Birth certificate, upper case.
    pub certificate: String,
    /// Gender in standard form.
    pub gender: String,
    /// Hash of the telephone number; 0 for none.
    pub phone: u32,
    /// Hash of the e-mail address; 0 for none.
    pub email: u32,
    /// Hash of the address; 0 for none.
    pub address: u32,
    /// Hashes of whom the person is linked to: guardians of a child, children of a guardian.
    pub circle: Vec<u32>,
}

/// Where the fields that are compared stand in an entity's records.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Whether the people are children, whose telephone and address are the family's.
    pub child: bool,
    name: Option<usize>,
    number: Option<usize>,
    own: Option<usize>,
    certificate: Option<usize>,
    born: Option<usize>,
    gender: Option<usize>,
    phone: Option<usize>,
    email: Option<usize>,
    address: [Option<usize>; 3],
    postcode: Option<usize>,
}

impl Fields {
    /// The fields of `entity`; `None` where its records are no people with names.
    #[must_use]
    pub fn of(entity: &Entity) -> Option<Self> {
        let at = |code: &str| entity.position(code);
        entity.person?;
        Some(Self {
            child: entity.person == Some(model::Person::Pupil),
            name: Some(at("full_name")?),
            number: at("national_id"),
            own: at("student_number").or(at("employee_number")),
            certificate: at("birth_certificate"),
            born: at("date_of_birth"),
            gender: at("gender"),
            phone: at("phone"),
            email: at("email"),
            address: [at("address_line1"), at("address_line2"), at("address_line3")],
            postcode: at("postcode"),
        })
    }

    /// The person of a record with these values, in the order of the entity's fields. `circle` is whom they are
    /// linked to, as hashes.
    #[must_use]
    pub fn read(&self, values: &[&str], circle: Vec<u32>) -> Person {
        let value = |at: Option<usize>| at.and_then(|at| values.get(at)).copied().unwrap_or_default();
        let hashed = |salt: u8, text: &str| if text.is_empty() { 0 } else { hash(salt, text) };
        let name = names::match_key(value(self.name));
        Person {
            written: super::names::written(value(self.name)),
            legal: written(value(self.name)),
            name: if name.len() > 1 { name } else { String::new() },
            born: date::parse(value(self.born)),
            number: usable_number(value(self.number)).unwrap_or_default(),
            own: value(self.own).trim().to_uppercase(),
            certificate: identity::compact(value(self.certificate)),
            gender: value(self.gender).to_owned(),
            phone: hashed(salt::PHONE, &phone_key(value(self.phone))),
            email: hashed(salt::EMAIL, &value(self.email).trim().to_lowercase()),
            address: hashed(salt::ADDRESS, &self.address_key(values)),
            circle,
        }
    }

    /// The address as it is compared; empty where it does not name one house. See [`address_key`].
    #[must_use]
    pub fn address_key(&self, values: &[&str]) -> String {
        let value = |at: Option<usize>| at.and_then(|at| values.get(at)).copied().unwrap_or_default();
        let lines: Vec<&str> = self.address.iter().map(|at| value(*at)).collect();
        address_key(&lines.join(" "), value(self.postcode))
    }
}

/// An identity number as it is compared, or `None` where it cannot be one: too short, words (DALAM PROSES), digits
/// that fill a cell which must not be empty, or digits hidden behind stars, which many people share.
#[must_use]
pub fn usable_number(written: &str) -> Option<String> {
    let number = identity::compact(written);
    let usable = number.len() >= 6 && !is_filler(&number);
    let usable = usable && !identity::is_exponent(written) && !identity::is_masked(written);
    usable.then_some(number)
}

/// No number that was ever given out has fewer digits.
const LEAST_DIGITS: usize = 4;
/// Zeros before it that no number has: the year 2000 gives two, a month and a day one each at most.
const MOST_ZEROS: usize = 5;
/// How often, at least, a digit of twelve is another than the one before: 1111 2222 3333 changes twice.
const LEAST_CHANGES: usize = 4;

/// Digits from which on a row of them is no accident: some passport has 1234567.
const LEAST_IN_A_ROW: usize = 9;

/// Whether a number is words, digits in a row (123456789012), zeros with something behind them, or the same few digits
/// over and over: what people write where there is no number.
fn is_filler(number: &str) -> bool {
    let digits = || number.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0');
    let steps = || digits().zip(digits().skip(1));
    let count = digits().count();
    let in_a_row = |by: u8| count >= LEAST_IN_A_ROW && steps().all(|(one, next)| (one + by) % 10 == next);
    let same = steps().filter(|(one, next)| one != next).count() < LEAST_CHANGES.min(count / 3);
    let zeros = digits().take_while(|digit| *digit == 0).count();
    count < LEAST_DIGITS || same || zeros > MOST_ZEROS || in_a_row(1) || in_a_row(9)
}

/// A telephone number as it is compared: its last eight digits, which no prefix or lost zero changes; empty where
/// there are fewer.
#[must_use]
pub fn phone_key(written: &str) -> String {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let tail = digits.len().checked_sub(8).and_then(|from| digits.get(from..)).unwrap_or_default();
    let first = tail.chars().next();
    if tail.chars().all(|digit| Some(digit) == first) { String::new() } else { tail.to_owned() }
}

/// An address as it is compared: letters and digits with the usual abbreviations written out, and the postcode. Empty
/// unless it has both a word and a number: a village or a street alone is no house.
#[must_use]
pub fn address_key(lines: &str, postcode: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in lines.split(|char: char| !char.is_alphanumeric() && char != '/').filter(|word| !word.is_empty()) {
        let word = word.to_uppercase();
        let written = ABBREVIATIONS.iter().find(|(short, _)| *short == word).map_or(word.as_str(), |(_, long)| long);
        if !written.is_empty() {
            words.push(written.to_owned());
        }
    }
    let has = |wanted: fn(&char) -> bool| words.iter().any(|word| word.chars().any(|char| wanted(&char)));
    if !(has(char::is_ascii_digit) && has(|char| char.is_alphabetic())) {
        return String::new();
    }
    words.push(postcode.trim().to_owned());
    words.join(" ")
}

/// Words of addresses that are written in several ways, and the one they are compared as. `NO` says nothing.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("NO", ""),
    ("JLN", "JALAN"),
    ("JL", "JALAN"),
    ("LRG", "LORONG"),
    ("LOR", "LORONG"),
    ("KG", "KAMPUNG"),
    ("KPG", "KAMPUNG"),
    ("TMN", "TAMAN"),
    ("BT", "BATU"),
    ("BDR", "BANDAR"),
    ("PSN", "PERSIARAN"),
    ("APT", "APARTMENT"),
];

impl Person {
    /// Half a hash of the name, or 0: what is remembered to know how frequent it is.
    #[must_use]
    pub fn name_hash(&self) -> u32 {
        if self.name.is_empty() { 0 } else { hash(salt::NAME, &self.name) }
    }

    /// What a house is known by: own telephone and address, and whom the person is linked to.
    pub(super) fn house(&self) -> impl Iterator<Item = u32> + '_ {
        let own = [self.phone, self.address].into_iter().filter(|hash| *hash != 0);
        own.chain(self.circle.iter().copied())
    }

    /// The birth date as one number.
    pub(super) fn day(&self) -> Option<i32> {
        self.born.map(|born| born.num_days_from_ce())
    }
}
