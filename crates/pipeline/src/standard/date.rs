//! Dates: the many ways of writing one, read without guessing.
//!
//! A written date may allow two readings (05/04/2015); then both are given, and the column or a person decides.
//! Sources: the usual Malaysian order is day, month, year; Excel's day count is ECMA-376 Part 1 §18.17.4.1.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate};
use model::{DateFacts, DateOrder, Person};

use crate::country::my;
use crate::standard::identity;

/// The years that a date in a school's records may have.
const YEARS: RangeInclusive<i32> = 1900..=2100;
/// Years of the Hijri calendar in old registers; no date of the common calendar has them.
const HIJRI_YEARS: RangeInclusive<i32> = 1300..=1500;
/// Day counts read as dates, in days: 3 October 1954 to 7 April 2064.
const SERIALS: RangeInclusive<u64> = 20_000..=60_000;
/// Dates that mean "nothing": day 0 and day 1 of spreadsheets and databases.
const NOTHING: [(i32, u32, u32); 3] = [(1900, 1, 1), (1899, 12, 30), (1899, 12, 31)];

/// How a written date is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Only one reading is possible.
    Certain(NaiveDate),
    /// Two readings are possible.
    Either(Ways),
    /// Probably this, but it may be no date at all or another: a two-digit year below 32, eight digits in a row.
    Likely(Ways),
    /// A day count of Excel, by its 1900 calendar.
    Serial(NaiveDate),
    /// A date of the common calendar with a time of day that is not midnight.
    Timed(Ways),
    /// A date that means "nothing": 00/00/0000, 01/01/1900, 30/12/1899.
    Nothing,
    /// A date of the Hijri calendar, in this year.
    Hijri(i32),
    /// Written as a date, but there is no such day.
    Impossible,
    /// Not written as a date.
    Unreadable,
}

/// The days that a written date may mean; the same day twice where its order does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// As 31/12/2015 is read.
    pub day_first: NaiveDate,
    /// As 12/31/2015 is read.
    pub month_first: NaiveDate,
}

impl Ways {
    /// One day, however it is read.
    #[must_use]
    pub fn one(day: NaiveDate) -> Self {
        Self { day_first: day, month_first: day }
    }

    /// The day that is meant where parts stand in this order.
    #[must_use]
    pub fn by(self, order: DateOrder) -> NaiveDate {
        match order {
            DateOrder::DayFirst => self.day_first,
            DateOrder::MonthFirst => self.month_first,
        }
    }

    /// The only day that is meant, if there is one.
    #[must_use]
    pub fn only(self) -> Option<NaiveDate> {
        (self.day_first == self.month_first).then_some(self.day_first)
    }
}

/// How the years of a field are read when only two digits are written.
#[derive(Clone, Copy, Debug)]
pub struct Century {
    /// Whose birth date it is, where it is one.
    pub born: Option<Person>,
    /// The day on which the work is done.
    pub today: NaiveDate,
}

impl Century {
    /// The year that `two`, 0 to 99, stands for; `None` where neither century is believable.
    fn year(self, two: i32) -> Option<i32> {
        let this = self.today.year();
        let fits = |year: &i32| match self.born {
            Some(person) => identity::fits(person, this - year) || identity::fits(person, this - year - 1),
            None => *year <= this + 1,
        };
        [2000 + two, 1900 + two].into_iter().find(fits)
    }
}

/// The date that `value` writes in the form `YYYY-MM-DD`, whatever its year. Does not allocate.
#[must_use]
pub fn parse(value: &str) -> Option<NaiveDate> {
    let bytes: &[u8; 10] = value.as_bytes().try_into().ok()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else { return None };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    let year = number(&[*y1, *y2, *y3, *y4])?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(&[*m1, *m2])?, number(&[*d1, *d2])?)
}

/// Whether `value` is a real day `YYYY-MM-DD` from 1900 to 2100 and not one that means "nothing".
#[must_use]
pub fn is_standard(value: &str) -> bool {
    parse(value).is_some_and(|date| YEARS.contains(&date.year()) && !is_nothing(date))
}

fn is_nothing(date: NaiveDate) -> bool {
    NOTHING.contains(&(date.year(), date.month(), date.day()))
}

/// Reads what a school wrote.
#[must_use]
pub fn read(written: &str, century: Century) -> Reading {
    let written = super::outer_trim(written).trim_start_matches('\'');
    let (text, timed) = without_time(written);
    // Excel's count of days, as a program writes it that takes it for a measure.
    let text = text.strip_suffix(".0").filter(|count| count.len() == 5).unwrap_or(text);
    let Some(parts) = Parts::of(text) else { return Reading::Unreadable };
    let reading = match parts {
        Parts { month: Some(month), numbers: [a, b, None] } => with_name(a, b, month, century),
        Parts { month: None, numbers: [Some(a), Some(b), Some(c)] } => with_digits(a, b, c, century),
        Parts { month: None, numbers: [Some(only), None, None] } => alone(only, text),
        _ => Reading::Unreadable,
    };
    match reading {
        Reading::Certain(date) if timed => Reading::Timed(Ways::one(date)),
        Reading::Likely(ways) | Reading::Either(ways) if timed => Reading::Timed(ways),
        other => other,
    }
}

/// The only order in which the parts of `value` are a date, or `None` where both are or neither is.
#[must_use]
pub fn order_of(value: &str) -> Option<DateOrder> {
    let mut facts = DateFacts::default();
    observe(value, &mut facts);
    match (facts.only_day_first, facts.only_month_first) {
        (1, _) => Some(DateOrder::DayFirst),
        (_, 1) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// Counts a value for the order of its column. Of dates whose year may stand elsewhere, 7/13/18 counts: no order but
/// this one has a month 13 in it.
pub fn observe(value: &str, facts: &mut DateFacts) {
    if value.as_bytes().first().is_none_or(u8::is_ascii_alphabetic) || parse(value).is_some() {
        return;
    }
    let (text, _) = without_time(super::outer_trim(value));
    let Some(Parts { month: None, numbers: [Some(a), Some(b), Some(c)] }) = Parts::of(text) else { return };
    if a.digits > 2 || a.value == 0 || b.value == 0 {
        return;
    }
    let year_may_lead = c.digits < 4 && c.value < 32;
    match (a.value, b.value) {
        (_, 1..=12) if year_may_lead => {}
        (1..=12, 1..=12) => facts.either += 1,
        (13..=31, 1..=12) => facts.only_day_first += 1,
        (1..=12, 13..=31) => facts.only_month_first += 1,
        _ => {}
    }
}

/// A number in a written date.
#[derive(Clone, Copy, Debug)]
struct Number {
    value: i32,
    digits: usize,
}

/// The numbers of a written date in order, and the month if it is named.
struct Parts {
    numbers: [Option<Number>; 3],
    month: Option<u32>,
}

impl Parts {
    /// Takes `text` apart, or gives `None` where a word or a mark has no place in a date. Does not allocate.
    fn of(text: &str) -> Option<Self> {
        let mut parts = Self { numbers: [None; 3], month: None };
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let end = |same: fn(char) -> bool| rest.find(|char: char| !same(char)).unwrap_or(rest.len());
            let (run, after) = match first {
                '0'..='9' => rest.split_at(end(|char| char.is_ascii_digit())),
                _ if first.is_alphabetic() => rest.split_at(end(char::is_alphabetic)),
                '/' | '-' | '.' | ',' | '‐' | '–' => rest.split_at(first.len_utf8()),
                _ if first.is_whitespace() => rest.split_at(first.len_utf8()),
                _ => return None,
            };
            parts.add(run, first)?;
            rest = after;
        }
        Some(parts)
    }

    /// Adds a run of digits or of letters; `None` where there is no room or no meaning for it.
    fn add(&mut self, run: &str, first: char) -> Option<()> {
        if first.is_ascii_digit() {
            let number = Number { value: run.parse().ok()?, digits: run.len() };
            *self.numbers.iter_mut().find(|place| place.is_none())? = Some(number);
        } else if first.is_alphabetic() {
            let is = |word: &str| word.eq_ignore_ascii_case(run);
            if let Some((_, month)) = my::MONTHS.iter().find(|(name, _)| is(name)) {
                return if self.month.replace(*month).is_none() { Some(()) } else { None };
            }
            return my::DATE_FILLERS.iter().any(|filler| is(filler)).then_some(());
        }
        Some(())
    }
}

/// `text` without a time of day, and whether that time was other than midnight.
fn without_time(text: &str) -> (&str, bool) {
    let Some(colon) = text.find(':') else { return (text, false) };
    let before = &text[..colon];
    let Some(gap) = before.rfind(|char: char| char == 'T' || char.is_whitespace()) else { return (text, false) };
    let (date, time) = text.split_at(gap);
    let midnight = time.bytes().all(|byte| !byte.is_ascii_digit() || byte == b'0') || time.contains("12:00:00 AM");
    (date.trim_end(), !midnight)
}

/// A date whose month is named: "5hb Mac 2018", "Mac 5, 2018".
fn with_name(a: Option<Number>, b: Option<Number>, month: u32, century: Century) -> Reading {
    let (Some(a), Some(b)) = (a, b) else { return Reading::Unreadable };
    let (year, day) = if a.digits > 2 { (a, b) } else { (b, a) };
    match (full_year(year, century), year.digits) {
        (Some(full), 4) => certain(full, month, day.value),
        (Some(full), _) if year.value > 31 => certain(full, month, day.value),
        (Some(full), _) => likely(certain(full, month, day.value)),
        (None, _) => Reading::Unreadable,
    }
}

/// A date of three numbers.
fn with_digits(a: Number, b: Number, c: Number, century: Century) -> Reading {
    // 00/00/2012 is no day, but its year is known: the check says so, and nothing is blanked.
    if [a, b, c].iter().all(|number| number.value == 0) || is_day_zero(a, b, c) {
        return Reading::Nothing;
    }
    if a.digits == 4 {
        return month_of(b).map_or(Reading::Impossible, |month| certain(a.value, month, c.value));
    }
    if a.digits > 2 || b.digits > 2 {
        return Reading::Unreadable;
    }
    let Some(year) = full_year(c, century) else { return Reading::Unreadable };
    let both = two_ways(year, a, b);
    if c.digits == 4 || c.value > 31 { both } else { likely(both) }
}

/// Day and month in both orders.
fn two_ways(year: i32, a: Number, b: Number) -> Reading {
    let read = |month: Number, day: Number| month_of(month).map(|month| certain(year, month, day.value));
    match (read(b, a), read(a, b)) {
        (Some(Reading::Certain(day_first)), Some(Reading::Certain(month_first))) if day_first != month_first => {
            Reading::Either(Ways { day_first, month_first })
        }
        (Some(Reading::Impossible), Some(only)) | (Some(only), _) | (None, Some(only)) => only,
        (None, None) => Reading::Impossible,
    }
}

/// A number standing alone: Excel's day count, or eight digits in a row.
fn alone(only: Number, text: &str) -> Reading {
    match only.digits {
        5 => serial(only.value),
        8 => eight_digits(text),
        _ if only.value == 0 => Reading::Nothing,
        _ => Reading::Unreadable,
    }
}

/// The day of Excel's count, in days since 30 December 1899.
fn serial(count: i32) -> Reading {
    let zero = NaiveDate::from_ymd_opt(1899, 12, 30);
    let days = u64::try_from(count).ok().filter(|days| SERIALS.contains(days));
    let date = zero.zip(days).and_then(|(zero, days)| zero.checked_add_days(Days::new(days)));
    date.map_or(Reading::Unreadable, Reading::Serial)
}

/// `20150302` or `02032015`, where only one of the two is a date of these years.
fn eight_digits(text: &str) -> Reading {
    let digits = text.trim();
    let Some((Ok(front), Ok(back))) = digits.split_at_checked(4).map(|(a, b)| (a.parse::<i32>(), b.parse::<i32>()))
    else {
        return Reading::Unreadable;
    };
    let read = |year: i32, month: i32, day: i32| u32::try_from(month).map(|month| certain(year, month, day));
    match (read(front, back / 100, back % 100), read(back, front % 100, front / 100)) {
        (Ok(Reading::Certain(date)), Ok(Reading::Certain(other))) if date != other => Reading::Unreadable,
        (Ok(Reading::Certain(date)), _) | (_, Ok(Reading::Certain(date))) => Reading::Likely(Ways::one(date)),
        _ if digits.bytes().all(|byte| byte == b'0') => Reading::Nothing,
        _ => Reading::Unreadable,
    }
}

/// 00/01/1900 and 1900-01-00: Excel's day 0.
fn is_day_zero(a: Number, b: Number, c: Number) -> bool {
    let numbers = [a.value, b.value, c.value];
    numbers.contains(&0) && numbers.contains(&1900)
}

fn likely(reading: Reading) -> Reading {
    match reading {
        Reading::Certain(date) => Reading::Likely(Ways::one(date)),
        Reading::Either(ways) => Reading::Likely(ways),
        other => other,
    }
}

fn month_of(number: Number) -> Option<u32> {
    u32::try_from(number.value).ok().filter(|month| (1..=12).contains(month))
}

/// The whole year, by the century where only two digits are written.
fn full_year(number: Number, century: Century) -> Option<i32> {
    match number.digits {
        4 => Some(number.value),
        2 => century.year(number.value),
        _ => None,
    }
}

/// The day itself, or why there is none.
fn certain(year: i32, month: u32, day: i32) -> Reading {
    if HIJRI_YEARS.contains(&year) {
        return Reading::Hijri(year);
    }
    let date = u32::try_from(day).ok().and_then(|day| NaiveDate::from_ymd_opt(year, month, day));
    match date {
        Some(date) if is_nothing(date) => Reading::Nothing,
        Some(date) if YEARS.contains(&year) => Reading::Certain(date),
        _ => Reading::Impossible,
    }
}
