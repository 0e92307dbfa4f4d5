//! The identity triangle: what identity number, date of birth, gender, name and year level say about one person,
//! side by side, and what could be repaired where they disagree.
//!
//! A candidate changes one value. It is worth as much as the number of other witnesses it brings into agreement. None
//! is ever taken unattended: in rare cases the number holds the date of registration, and all may be right but one.
//! Sources: the form of the number, see [`crate::standard::identity`]; ages of the year levels, the Ministry's schools
//! take a child into Year 1 in the year in which it turns 7 and into Form 1 at 13.

use chrono::{Datelike, NaiveDate};
use model::{Cx, Entity, Siblings};

use crate::names;
use crate::standard::date;
use crate::standard::identity::{self, MyKad};

/// The fields that the triangle looks at; the first two must exist, the others may.
pub const FIELDS: [&str; 4] = ["national_id", "full_name", "date_of_birth", "gender"];
/// Candidates beyond so many speak for nothing: none of them is offered.
const MOST_ALIKE: usize = 4;

/// What is known about one person.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Whether a pupil or an adult.
    pub role: model::Person,
    /// The day on which the work is done.
    pub today: NaiveDate,
    /// Identity number as it stands.
    pub number: &'a str,
    /// Date of birth in standard form, or blank.
    pub birth: &'a str,
    /// `male`, `female` or blank.
    pub gender: &'a str,
    /// Full name.
    pub name: &'a str,
    /// Year level as the school writes it ("Tahun 4", "4"), and the year in which it is so; blank where unknown.
    pub level: (&'a str, i32),
}

/// Whose word a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// The identity number.
    Number,
    /// The date of birth.
    Birth,
    /// The gender.
    Gender,
    /// BIN, BINTI, A/L, A/P in the name.
    Name,
    /// The year level of the class.
    Level,
}

impl Witness {
    /// The word in JSON; the message key is `witness.CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Birth => "birth",
            Self::Gender => "gender",
            Self::Name => "name",
            Self::Level => "level",
        }
    }

    /// All witnesses.
    pub const ALL: [Witness; 5] = [Self::Number, Self::Birth, Self::Gender, Self::Name, Self::Level];
}

/// What one witness says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// Days of birth that it allows: none where it says nothing about that, two where the century is open.
    pub births: Vec<NaiveDate>,
    /// Years of birth that it allows, where it knows no day.
    pub years: Vec<i32>,
    /// `male` or `female`.
    pub gender: Option<&'static str>,
    /// Place of birth.
    pub place: Option<&'static str>,
}

/// A value that would bring more witnesses into agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The field to change.
    pub field: &'static str,
    /// The value that would stand there.
    pub after: String,
    /// How many pairs of witnesses agree more than now.
    pub gain: usize,
    /// How many characters differ from what stands there.
    pub changed: usize,
}

impl<'a> Known<'a> {
    /// What is known from a record; the year level is not in it.
    #[must_use]
    pub fn of(entity: &Entity, record: &'a dyn Siblings, today: NaiveDate) -> Self {
        let role = entity.person.unwrap_or(model::Person::Adult);
        let value = |at: usize| FIELDS.get(at).map_or("", |field| record.value(field));
        Self { role, today, number: value(0), name: value(1), birth: value(2), gender: value(3), level: ("", 0) }
    }

    fn card(&self) -> Option<MyKad> {
        MyKad::parse(self.number).ok()
    }

    fn stated_gender(&self) -> Option<&'static str> {
        ["male", "female"].into_iter().find(|gender| *gender == self.gender)
    }

    /// What every witness says that says anything.
    #[must_use]
    pub fn statements(&self) -> Vec<(Witness, Statement)> {
        let says = |witness| (witness, self.says(witness));
        Witness::ALL.into_iter().map(says).filter(|(_, says)| *says != Statement::default()).collect()
    }

    fn says(&self, witness: Witness) -> Statement {
        let silent = Statement::default();
        match witness {
            Witness::Number => self.card().map_or(silent, |card| self.of_card(card)),
            Witness::Birth => Statement { births: date::parse(self.birth).into_iter().collect(), ..silent },
            Witness::Gender => Statement { gender: self.stated_gender(), ..silent },
            Witness::Name => Statement { gender: names::particle_gender(self.name), ..silent },
            Witness::Level => Statement { years: birth_years(self.level), ..silent },
        }
    }

    /// The days that a number allows: the believable one, or both where neither is.
    fn of_card(&self, card: MyKad) -> Statement {
        let births = card.births(self.today);
        let likely = card.birth(self.role, self.today).filter(|_| date::parse(self.birth).is_none());
        let births = likely.map_or_else(|| births.into_iter().flatten().collect(), |birth| vec![birth]);
        Statement { births, gender: Some(card.gender()), place: card.place_name(), ..Statement::default() }
    }

    /// How many pairs of witnesses agree.
    fn agreements(&self) -> usize {
        let says = self.statements();
        let pairs =
            says.iter().enumerate().flat_map(|(at, one)| says.iter().skip(at + 1).map(move |other| (one, other)));
        pairs
            .map(|((_, one), (_, other))| {
                usize::from(agree_on_birth(one, other)) + usize::from(agree_on_gender(one, other))
            })
            .sum()
    }

    /// Values that would bring more witnesses into agreement, the best first. Empty where too many are alike.
    #[must_use]
    pub fn candidates(&self) -> Vec<Candidate> {
        let now = self.agreements();
        let mut found = self.numbers(now);
        found.extend(self.births(now));
        found.extend(self.genders(now));
        found.sort_by(|one, other| (other.gain, one.changed, &one.after).cmp(&(one.gain, other.changed, &other.after)));
        found
    }

    /// The candidate with `changed` in the place of this, where it brings anything.
    fn weigh(
        &self,
        field: &'static str,
        before: &str,
        after: String,
        changed: &Known<'_>,
        now: usize,
    ) -> Option<Candidate> {
        let gain = changed.agreements().checked_sub(now).filter(|gain| *gain > 0)?;
        let changed = differing(before, &after);
        Some(Candidate { field, after, gain, changed })
    }

    /// Numbers one slip away that allow the date of birth, or without one the year level.
    fn numbers(&self, now: usize) -> Vec<Candidate> {
        let written = identity::compact(self.number);
        let sound = |number: &String| {
            let card = MyKad::parse(number).ok()?;
            let birth = date::parse(self.birth);
            let allowed = card.births(self.today);
            match birth {
                Some(birth) => allowed.contains(&Some(birth)),
                None => card
                    .birth(self.role, self.today)
                    .is_some_and(|birth| birth_years(self.level).contains(&birth.year())),
            }
            .then_some(())
        };
        let mut numbers: Vec<String> = slips(&written).into_iter().filter(|number| sound(number).is_some()).collect();
        numbers.sort();
        numbers.dedup();
        let weighed = numbers.into_iter().filter_map(|number| {
            let changed = Known { number: &number.clone(), ..*self };
            self.weigh("national_id", &written, number, &changed, now)
        });
        let found: Vec<Candidate> = weighed.collect();
        if found.len() > MOST_ALIKE { Vec::new() } else { found }
    }

    /// The days that the number allows, and day and month in the other order.
    fn births(&self, now: usize) -> Vec<Candidate> {
        let stated = date::parse(self.birth);
        let of_number = self.card().map(|card| card.births(self.today)).into_iter().flatten().flatten();
        let fitting = of_number.filter(|birth| identity::fits(self.role, identity::age(*birth, self.today)));
        let swapped = stated.and_then(|birth| NaiveDate::from_ymd_opt(birth.year(), birth.day(), birth.month()));
        let mut days: Vec<NaiveDate> = fitting.chain(swapped).filter(|day| Some(*day) != stated).collect();
        days.sort_unstable();
        days.dedup();
        let candidate = |day: NaiveDate| {
            let after = day.format("%Y-%m-%d").to_string();
            let changed = Known { birth: &after.clone(), ..*self };
            self.weigh("date_of_birth", self.birth, after, &changed, now)
        };
        if stated.is_none() { Vec::new() } else { days.into_iter().filter_map(candidate).collect() }
    }

    /// The other gender.
    fn genders(&self, now: usize) -> Option<Candidate> {
        let other = if self.stated_gender()? == "male" { "female" } else { "male" };
        let changed = Known { gender: other, ..*self };
        self.weigh("gender", self.gender, other.to_owned(), &changed, now)
    }
}

/// Where the witnesses of a record disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// Number and date of birth; the day by the number.
    Birth(NaiveDate),
    /// Number and gender, and number and date of birth; the day and the gender by the number.
    Both(NaiveDate, &'static str),
    /// Number and gender; the gender by the number.
    Gender(&'static str),
    /// Name and gender, of which the number says nothing or takes the gender's side; the gender by the name.
    NameGender(&'static str),
    /// Name and number, where no gender is written or it takes the number's side; the gender by the name.
    Name(&'static str),
}

/// What disagrees in the record of `cx`, if anything. Allocates nothing.
#[must_use]
pub fn odd(cx: &Cx<'_>) -> Option<Odd> {
    let known = Known::of(cx.entity, cx.record, cx.today);
    let (card, stated) = (known.card(), known.stated_gender());
    let birth = card.zip(date::parse(known.birth)).and_then(|(card, stated)| odd_birth(&known, card, stated));
    let (by_number, by_name) = (card.map(MyKad::gender), names::particle_gender(known.name));
    let differ =
        |one: Option<&'static str>, other: Option<&'static str>| one.is_some() && other.is_some() && one != other;
    match (birth, by_number) {
        (Some(birth), Some(gender)) if differ(by_number, stated) => Some(Odd::Both(birth, gender)),
        (Some(birth), _) => Some(Odd::Birth(birth)),
        (None, Some(gender)) if differ(by_number, stated) => Some(Odd::Gender(gender)),
        _ if differ(by_name, by_number) => by_name.map(Odd::Name),
        _ if differ(by_name, stated) => by_name.map(Odd::NameGender),
        _ => None,
    }
}

/// The day by the number, where it is another than the stated one in either century.
fn odd_birth(known: &Known<'_>, card: MyKad, stated: NaiveDate) -> Option<NaiveDate> {
    let births = card.births(known.today);
    if births.contains(&Some(stated)) {
        return None;
    }
    card.birth(known.role, known.today).or_else(|| births.into_iter().flatten().next())
}

fn agree_on_birth(one: &Statement, other: &Statement) -> bool {
    let year_of = |of: &Statement, day: &NaiveDate| of.years.contains(&day.year());
    one.births.iter().any(|day| other.births.contains(day) || year_of(other, day))
        || other.births.iter().any(|day| year_of(one, day))
}

fn agree_on_gender(one: &Statement, other: &Statement) -> bool {
    one.gender.is_some() && one.gender == other.gender
}

/// The years in which pupils of a level are born; a bare number may be a year of the primary or the secondary school.
fn birth_years((level, year): (&str, i32)) -> Vec<i32> {
    let level = level.to_lowercase();
    let letters: String = level.chars().filter(|char| char.is_alphabetic()).collect();
    let digits = level.split(|char: char| !char.is_ascii_digit()).find(|digits| !digits.is_empty());
    let number: Option<i32> = digits.and_then(|digits| digits.parse().ok()).filter(|number| (1..=6).contains(number));
    let ages = match (letters.as_str(), number) {
        ("peralihan" | "removeclass", _) => vec![13],
        ("tahun" | "thn" | "darjah" | "year" | "standard" | "std", Some(number)) => vec![6 + number],
        ("tingkatan" | "ting" | "form", Some(number)) => vec![12 + number],
        ("", Some(number)) => vec![6 + number, 12 + number],
        _ => Vec::new(),
    };
    ages.into_iter().map(|age| year - age).collect()
}

/// Numbers that one slip of the typist away from `written` in the date or the place, and twelve digits long: another
/// digit, two digits swapped, month and day swapped, a digit too many or too few. The serial number is left alone:
/// nothing else says what it is.
fn slips(written: &str) -> Vec<String> {
    let digits = written.as_bytes();
    if !digits.iter().all(u8::is_ascii_digit) {
        return Vec::new();
    }
    match digits.len() {
        11 => (0..8)
            .flat_map(|at| (b'0'..=b'9').map(move |digit| (at, digit)))
            .filter_map(|(at, digit)| with(digits, at..at, &[digit]))
            .collect(),
        12 => same_length(digits),
        13 => (0..8).filter_map(|at| with(digits, at..at + 1, &[])).collect(),
        _ => Vec::new(),
    }
}

fn same_length(digits: &[u8]) -> Vec<String> {
    let other = (0..6).flat_map(|at| (b'0'..=b'9').map(move |digit| (at, digit)));
    let mut found: Vec<String> = other.filter_map(|(at, digit)| with(digits, at..at + 1, &[digit])).collect();
    let pair = |at: usize| digits.get(at).copied().zip(digits.get(at + 1).copied());
    found.extend((0..7).filter_map(|at| pair(at).and_then(|(one, two)| with(digits, at..at + 2, &[two, one]))));
    if let (Some((m1, m2)), Some((d1, d2))) = (pair(2), pair(4)) {
        found.extend(with(digits, 2..6, &[d1, d2, m1, m2]));
    }
    found
}

/// `digits` with a part of them replaced.
fn with(digits: &[u8], part: std::ops::Range<usize>, by: &[u8]) -> Option<String> {
    let (before, after) = (digits.get(..part.start)?, digits.get(part.end..)?);
    String::from_utf8([before, by, after].concat()).ok()
}

/// In how many places two texts differ.
fn differing(one: &str, other: &str) -> usize {
    let unlike = one.chars().zip(other.chars()).filter(|(one, other)| one != other).count();
    unlike + one.chars().count().abs_diff(other.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tested::today;

    fn pupil<'a>(number: &'a str, birth: &'a str, gender: &'a str, name: &'a str, level: &'a str) -> Known<'a> {
        Known { role: model::Person::Pupil, today: today(), number, birth, gender, name, level: (level, 2026) }
    }

    fn offered(known: &Known<'_>) -> Vec<(&'static str, String, usize)> {
        known.candidates().into_iter().map(|found| (found.field, found.after, found.gain)).collect()
    }

    #[test]
    fn a_thirteenth_month_is_repaired_by_the_date_of_birth() {
        let known = pupil("181305101234", "2018-03-05", "female", "NUR BINTI ALI", "Tahun 2");
        assert_eq!(offered(&known)[0], ("national_id", "180305101234".to_owned(), 4), "birth, level, gender and name");
        assert_eq!(offered(&known).len(), 1);
    }

    #[test]
    fn swapped_day_and_month_are_offered_on_both_sides_and_the_level_cannot_tell() {
        let known = pupil("180305101235", "2018-05-03", "male", "ALI BIN ABU", "Tahun 2");
        let expected = [("national_id", "180503101235".to_owned(), 1), ("date_of_birth", "2018-03-05".to_owned(), 1)];
        assert_eq!(offered(&known), expected);
    }

    #[test]
    fn the_year_level_ranks_the_side_that_it_takes() {
        let known = pupil("180305101235", "2008-03-05", "male", "ALI BIN ABU", "Tahun 2");
        let found = offered(&known);
        assert_eq!(found[0], ("date_of_birth", "2018-03-05".to_owned(), 2), "{found:?}");
    }

    #[test]
    fn a_gender_that_stands_alone_is_offered_to_change() {
        let known = pupil("180305101235", "2018-03-05", "female", "ALI BIN ABU", "");
        assert_eq!(offered(&known), [("gender", "male".to_owned(), 2)], "number and name say so");
    }

    #[test]
    fn a_lost_digit_comes_back_only_where_the_date_of_birth_tells_it() {
        let known = pupil("10305101234", "2018-03-05", "", "", "");
        assert_eq!(offered(&known), [("national_id", "180305101234".to_owned(), 1)]);
        assert_eq!(
            offered(&pupil("18030510123", "2018-03-05", "", "", "")),
            [],
            "the serial number is nobody's to guess"
        );
        assert_eq!(offered(&pupil("8.03051E+10", "2018-03-05", "", "", "")), [], "the digits are gone");
        assert_eq!(offered(&pupil("181305101234", "", "", "", "")), [], "nothing tells which digit");
    }

    #[test]
    fn everything_is_put_side_by_side() {
        let says = pupil("180305101234", "2018-03-05", "female", "NUR BINTI ALI", "2").statements();
        let witnesses: Vec<&str> = says.iter().map(|(witness, _)| witness.code()).collect();
        assert_eq!(witnesses, ["number", "birth", "gender", "name", "level"]);
        assert_eq!(says[0].1.place, Some("Selangor"));
        assert_eq!(says[4].1.years, [2018, 2012], "Tahun 2 or Tingkatan 2");
        assert_eq!(pupil("180305101234", "2018-03-05", "female", "NUR BINTI ALI", "2").candidates(), []);
    }
}
