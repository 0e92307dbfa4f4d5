//! Identity numbers: MyKad and its kin, the old identity card, passports.
//!
//! A MyKad number is `YYMMDD-PB-###G`: date of birth, place of birth, serial number, whose last digit is odd for
//! men. There is no check digit, and no century: whose number it is decides that.

use chrono::{Datelike, NaiveDate};
use model::Person;

use crate::country::my;

/// The youngest and oldest age, in years, at which a pupil is looked for.
pub const PUPIL_AGES: std::ops::RangeInclusive<i32> = 3..=21;
/// The age, in years, from which a person may be a parent or a member of staff here.
pub const ADULT_AGE: i32 = 16;
/// No age, in years, above this is believed.
const OLDEST: i32 = 100;

/// What a twelve-digit number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MyKad {
    /// The last two digits of the year of birth.
    year: i32,
    month: u32,
    day: u32,
    /// The place code, 0 to 99.
    place: u8,
    last: u8,
}

/// Why a number is no identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Not as many digits as any form has.
    Length(usize),
    /// The first six digits are no date of any century.
    Date,
    /// A place code that was never given out.
    Place(u8),
    /// Excel's way of writing large numbers, `8.03051E+10`: the digits are gone.
    Exponent,
    /// Digits are hidden behind stars or crosses, `180305-10-****`.
    Masked,
    /// Something that is neither digit nor letter.
    Characters,
}

impl MyKad {
    /// Reads twelve digits.
    ///
    /// # Errors
    ///
    /// The first [`Flaw`] found.
    pub fn parse(digits: &str) -> Result<Self, Flaw> {
        let bytes: &[u8; 12] = digits.as_bytes().try_into().map_err(|_| Flaw::Length(digits.chars().count()))?;
        if !bytes.iter().all(u8::is_ascii_digit) {
            return Err(Flaw::Characters);
        }
        let [y1, y2, m1, m2, d1, d2, p1, p2, _, _, _, last] = bytes.map(|byte| byte - b'0');
        let pair = |tens: u8, ones: u8| tens * 10 + ones;
        let card = Self {
            year: i32::from(pair(y1, y2)),
            month: u32::from(pair(m1, m2)),
            day: u32::from(pair(d1, d2)),
            place: pair(p1, p2),
            last,
        };
        match (card.in_century(1900).or(card.in_century(2000)), card.place_name()) {
            (None, _) => Err(Flaw::Date),
            (_, None) => Err(Flaw::Place(card.place)),
            _ => Ok(card),
        }
    }

    /// The date of birth if the century began in the year `century`.
    fn in_century(self, century: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(century + self.year, self.month, self.day)
    }

    /// The dates of birth it may stand for, not after `today`: of this century, of the last.
    #[must_use]
    pub fn births(self, today: NaiveDate) -> [Option<NaiveDate>; 2] {
        [self.in_century(2000).filter(|birth| *birth <= today), self.in_century(1900)]
    }

    /// Whether the number of somebody born on the day `birth` begins like this one.
    #[must_use]
    pub fn is_of(self, birth: NaiveDate) -> bool {
        (birth.year().rem_euclid(100), birth.month(), birth.day()) == (self.year, self.month, self.day)
    }

    /// The date of birth, as far as it is beyond doubt: a pupil is 3 to 21, anybody else 16 to 100.
    #[must_use]
    pub fn birth(self, person: Person, today: NaiveDate) -> Option<NaiveDate> {
        self.births(today).into_iter().flatten().find(|birth| fits(person, age(*birth, today)))
    }

    /// The place of birth, or `None` for a code that was never given out.
    #[must_use]
    pub fn place_name(self) -> Option<&'static str> {
        my::BIRTH_PLACES.iter().find(|(from, to, _)| (*from..=*to).contains(&self.place)).map(|(_, _, name)| *name)
    }

    /// `male` or `female`, by the last digit.
    #[must_use]
    pub fn gender(self) -> &'static str {
        if self.last % 2 == 1 { "male" } else { "female" }
    }
}

/// Whether such a person may be `age` years old.
#[must_use]
pub fn fits(person: Person, age: i32) -> bool {
    match person {
        Person::Pupil => PUPIL_AGES.contains(&age),
        Person::Adult => (ADULT_AGE..=OLDEST).contains(&age),
    }
}

/// The age in whole years on the day `today`; negative before birth.
#[must_use]
pub fn age(birth: NaiveDate, today: NaiveDate) -> i32 {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i32::from(!had_birthday)
}

/// Whether `value` is twelve digits with a real date and place, an old card's number or a passport's.
#[must_use]
pub fn is_standard(value: &str) -> bool {
    flaw(value).is_none()
}

/// Words in an identity type that say it is no MyKad, lower case.
const OTHER_DOCUMENTS: [&str; 8] = ["pasport", "passport", "tentera", "polis", "army", "police", "unhcr", "lain"];

/// Whether an identity type as schools write it says that the number is no MyKad's.
#[must_use]
pub fn is_other_document(identity_type: &str) -> bool {
    let written = identity_type.to_lowercase();
    OTHER_DOCUMENTS.iter().any(|word| written.contains(word))
}

/// Why `value` is not in a standard form, or `None` where it is.
#[must_use]
pub fn flaw(value: &str) -> Option<Flaw> {
    if value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return MyKad::parse(value).err();
    }
    if is_old_card(value) || is_passport(value) {
        return None;
    }
    if is_masked(value) {
        return Some(Flaw::Masked);
    }
    if is_exponent(value) {
        return Some(Flaw::Exponent);
    }
    let sound = value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    Some(if sound { Flaw::Length(value.len()) } else { Flaw::Characters })
}

/// Seven digits, with or without a letter before them: the identity card until 1990.
fn is_old_card(value: &str) -> bool {
    let digits = value.strip_prefix(|char: char| char.is_ascii_uppercase()).unwrap_or(value);
    digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Six to twelve capitals and digits, at least one a letter and four digits. A number of digits alone is never
/// read as a passport: with nine to eleven of them it is rather a MyKad number that Excel damaged. Nor is a masked
/// number.
#[must_use]
pub fn is_passport(value: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (6..=12).contains(&value.len())
        && value.bytes().all(sound)
        && (4..value.len()).contains(&digits)
        && !is_masked(value)
}

/// Whether some digits are hidden: behind stars or the like, or behind crosses, which stand in a row of three, in a row
/// behind a digit, or in place of digits among twelve.
#[must_use]
pub fn is_masked(value: &str) -> bool {
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let compact: String =
        value.chars().filter(|char| !is_filler(*char)).map(|char| char.to_ascii_uppercase()).collect();
    let digits = compact.bytes().any(|byte| byte.is_ascii_digit());
    let starred = digits && compact.contains(['*', '•', '●', '#']);
    starred || (digits && is_crossed(&compact))
}

fn is_crossed(compact: &str) -> bool {
    let behind_digit = |at: usize| compact[..at].ends_with(|char: char| char.is_ascii_digit());
    let digits_or_crosses = compact.bytes().all(|byte| byte.is_ascii_digit() || byte == b'X');
    compact.contains("XXX")
        || compact.match_indices("XX").any(|(at, _)| behind_digit(at))
        || (compact.len() == 12 && digits_or_crosses && compact.contains('X'))
}

/// Whether `value` is written as Excel shows large numbers: `8.03051E+10`.
#[must_use]
pub fn is_exponent(value: &str) -> bool {
    let Some((number, power)) = value.split_once(['E', 'e']) else { return false };
    let power_digits = power.strip_prefix('+').unwrap_or(power);
    let marked = number.contains('.') || power.starts_with('+');
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    marked && digits(number) && digits(power_digits)
}

/// The number without what people and Excel put around and between: spaces, hyphens, points, a leading apostrophe, a
/// trailing `.0`, stars around a whole number of twelve digits; letters as capitals. Stars elsewhere hide digits.
#[must_use]
pub fn compact(written: &str) -> String {
    if written.bytes().all(|byte| byte.is_ascii_digit()) {
        return written.to_owned();
    }
    let written = super::outer_trim(written);
    let whole = written.strip_suffix(".0").unwrap_or(written);
    let compact: String =
        whole.chars().filter(|char| !is_filler(*char)).map(|char| char.to_ascii_uppercase()).collect();
    let within = compact.trim_matches('*');
    if within.len() < compact.len() && within.len() == 12 && within.bytes().all(|byte| byte.is_ascii_digit()) {
        return within.to_owned();
    }
    compact
}

fn is_filler(char: char) -> bool {
    matches!(char, '-' | '.' | '\'' | '’' | '‘' | '`' | '‐' | '–' | '—')
        || char.is_whitespace()
        || super::is_invisible(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
    }

    #[test]
    fn the_role_decides_the_century() {
        let today = day(2026, 11, 22);
        for (number, person, birth) in [
            ("180305101234", Person::Pupil, Some(day(2018, 3, 5))),
            ("270101101234", Person::Pupil, None),
            ("750101101234", Person::Pupil, None),
            ("750101101234", Person::Adult, Some(day(1975, 1, 1))),
            ("050101101234", Person::Adult, Some(day(2005, 1, 1))),
            ("270101101234", Person::Adult, Some(day(1927, 1, 1))),
            ("000229101234", Person::Adult, Some(day(2000, 2, 29))),
        ] {
            assert_eq!(
                MyKad::parse(number).ok().and_then(|card| card.birth(person, today)),
                birth,
                "{number} {person:?}"
            );
        }
    }

    #[test]
    fn a_number_says_place_and_gender() {
        let card = MyKad::parse("180305101234");
        assert_eq!(card.map(|card| (card.place_name(), card.gender())), Ok((Some("Selangor"), "female")));
        assert_eq!(MyKad::parse("180305101235").map(MyKad::gender), Ok("male"));
    }

    #[test]
    fn flaws_are_named() {
        for (value, expected) in [
            ("180305101234", None),
            ("A1234567", None),
            ("1234567", None),
            ("AB123456C", None),
            ("181305101234", Some(Flaw::Date)),
            ("190229101234", Some(Flaw::Date)),
            ("180305171234", Some(Flaw::Place(17))),
            ("18030510123", Some(Flaw::Length(11))),
            ("8.03051E+10", Some(Flaw::Exponent)),
            ("180305-10-1234", Some(Flaw::Characters)),
            ("180413-1*-****", Some(Flaw::Masked)),
            ("A123456*", Some(Flaw::Masked)),
            ("180413XXXXXX", Some(Flaw::Masked)),
            ("XXXXXX101236", Some(Flaw::Masked)),
            ("A12345XX", Some(Flaw::Masked)),
            ("18041310123X", Some(Flaw::Masked)),
            ("XA1234567", None),
            ("XX1234567", None),
            ("123456789", Some(Flaw::Length(9))),
        ] {
            assert_eq!(flaw(value), expected, "{value}");
        }
        let unused = [0, 17, 18, 19, 20, 69, 70, 73, 80, 81, 94, 95, 96, 97];
        for code in 0..=99 {
            let expected = unused.contains(&code).then_some(Flaw::Place(code));
            assert_eq!(flaw(&format!("180305{code:02}1234")), expected, "place code {code}");
        }
    }

    #[test]
    fn compact_takes_a_decimal_tail_before_points() {
        assert_eq!(compact("18030510123.0"), "18030510123", "not twelve digits by accident");
        assert_eq!(compact("'180305-10-1234 "), "180305101234");
        assert_eq!(compact("180305\u{a0}10\u{a0}1234"), "180305101234");
        assert_eq!(compact("a 1234567"), "A1234567");
        assert_eq!(compact("*180305101234*"), "180305101234", "the marks of a bar code");
        assert_eq!(compact("180413-1*-****"), "1804131*****", "what is hidden stays hidden");
    }
}
