//! What the bytes of a value say, as kind and text of a cell.

use std::fmt::Write;

use chrono::{Datelike, Days, NaiveDate};
use jetdb::{ColumnType, money};
use model::CellKind;

use super::odd::Odd;
use super::text::Writing;
use crate::number;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// Days from 30 December 1899 to 1 January of the year 100, the first day that Access has.
const FIRST_DAY: f64 = -657_434.0;

/// Days from 30 December 1899 to 31 December 9999, the last one.
const LAST_DAY: f64 = 2_958_465.0;

/// Day 0.
const ZERO: NaiveDate = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a real day");

/// A cell, whose text was written, and what is odd about it.
pub(super) type Read = (CellKind, Option<Odd>);

/// What stands for a value that is damaged.
pub(super) const LOST: Read = (CellKind::Empty, Some(Odd::Lost));

/// How a column's values are stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) kind: ColumnType,
    /// Digits behind the point of a decimal number.
    pub(super) scale: u8,
}

/// Adds what `bytes` say to `text`. Long values come here with the bytes that they stand for.
pub(super) fn write(text: &mut String, shape: Shape, bytes: &[u8], writing: Writing) -> Read {
    match shape.kind {
        ColumnType::Text | ColumnType::Memo => {
            let replaced = writing.read(bytes, text);
            (CellKind::Text, replaced.then_some(Odd::Replaced))
        }
        ColumnType::Binary | ColumnType::Ole | ColumnType::Unknown(_) => write_bytes(text, bytes),
        _ => write_fixed(text, shape, bytes).unwrap_or(LOST),
    }
}

/// A value whose length follows from its kind; `None` where `bytes` are too few.
fn write_fixed(text: &mut String, shape: Shape, bytes: &[u8]) -> Option<Read> {
    match shape.kind {
        ColumnType::Boolean => return Some(write_bool(text, *bytes.first()? != 0)),
        ColumnType::Byte => number(text, *bytes.first()?),
        ColumnType::Int => number(text, i16::from_le_bytes(*bytes.first_chunk()?)),
        ColumnType::Long | ColumnType::ComplexType => number(text, i32::from_le_bytes(*bytes.first_chunk()?)),
        ColumnType::BigInt => number(text, i64::from_le_bytes(*bytes.first_chunk()?)),
        ColumnType::Float => return Some(write_float(text, widen(f32::from_le_bytes(*bytes.first_chunk()?)))),
        ColumnType::Double => return Some(write_float(text, f64::from_le_bytes(*bytes.first_chunk()?))),
        ColumnType::Money => decimal(text, &money::money_to_string(bytes.first_chunk()?)),
        ColumnType::Numeric => decimal(text, &money::numeric_to_string(bytes.first_chunk()?, shape.scale)),
        ColumnType::Guid => write_guid(text, bytes.first_chunk()?),
        ColumnType::Timestamp => return Some(write_moment(text, f64::from_le_bytes(*bytes.first_chunk()?))),
        ColumnType::DateTimeExtended => return Some(write_extended(text, bytes)),
        _ => return Some(write_bytes(text, bytes)),
    }
    let kind = if shape.kind == ColumnType::Guid { CellKind::Text } else { CellKind::Number };
    Some((kind, None))
}

/// Adds a whole number.
fn number(text: &mut String, value: impl std::fmt::Display) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{value}");
}

/// Adds `true` or `false`.
pub(super) fn write_bool(text: &mut String, value: bool) -> Read {
    text.push_str(if value { "true" } else { "false" });
    (CellKind::Bool, None)
}

/// The number of double width that is written like `value`: 0.1 stays 0.1.
fn widen(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

fn write_float(text: &mut String, value: f64) -> Read {
    number::write(text, value);
    (if value.is_finite() { CellKind::Number } else { CellKind::Text }, None)
}

/// Adds a decimal number without the zeros at its end.
fn decimal(text: &mut String, digits: &str) {
    let short = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    text.push_str(if short == "-0" { "0" } else { short });
}

/// The result of a calculated decimal column, which says itself how many digits it has.
pub(super) fn write_calculated_decimal(text: &mut String, bytes: &[u8]) -> Option<Read> {
    decimal(text, &money::decimal_variant_to_string(bytes.first_chunk()?));
    Some((CellKind::Number, None))
}

fn write_bytes(text: &mut String, bytes: &[u8]) -> Read {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    text.reserve(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    (CellKind::Bytes, None)
}

/// The first three groups are numbers, whose last byte comes first in the file.
fn write_guid(text: &mut String, bytes: &[u8; 16]) {
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    text.push('{');
    for (at, from) in ORDER.into_iter().enumerate() {
        let dash = if [4, 6, 8, 10].contains(&at) { "-" } else { "" };
        let _ = write!(text, "{dash}{:02X}", bytes[from]);
    }
    text.push('}');
}

/// Days since 30 December 1899; the part behind the point is the time of day, before that day too.
/// One that no calendar has stays the number it is.
fn write_moment(text: &mut String, days: f64) -> Read {
    if !(FIRST_DAY..LAST_DAY + 1.0).contains(&days) {
        number::write(text, days);
        let kind = if days.is_finite() { CellKind::Number } else { CellKind::Text };
        return (kind, Some(Odd::BadDate));
    }
    let seconds = (days.fract().abs() * DAY).round();
    if (0.0..1.0).contains(&days) && seconds < DAY {
        write_time(text, seconds as u32);
        return (CellKind::Time, None);
    }
    // A fraction that rounds up to a whole day belongs to the next one.
    let day = days.trunc() as i64 + i64::from(seconds >= DAY);
    let date = if day < 0 { ZERO.checked_sub_days(Days::new(day.unsigned_abs())) } else { later(ZERO, day) };
    let seconds = if seconds >= DAY { 0 } else { seconds as u32 };
    (date.map_or(CellKind::Empty, |date| write_date(text, date, seconds)), None)
}

fn later(date: NaiveDate, days: i64) -> Option<NaiveDate> {
    date.checked_add_days(Days::new(u64::try_from(days).ok()?))
}

fn write_time(text: &mut String, seconds: u32) {
    let _ = write!(text, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

fn write_date(text: &mut String, date: NaiveDate, seconds: u32) -> CellKind {
    // Every year that Access has needs four digits, and chrono's patterns take several times as long.
    let _ = write!(text, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
    if seconds == 0 {
        return CellKind::Date;
    }
    text.push('T');
    write_time(text, seconds);
    CellKind::DateTime
}

/// The newer kind of date: days since 1 January of the year 1, seconds and ten-millionths of a
/// second, as digits. With a fraction it is more than a date cell can say and stays text.
fn write_extended(text: &mut String, bytes: &[u8]) -> Read {
    let Some((date, seconds, fraction)) = parse_extended(bytes) else {
        let (kind, _) = write_bytes(text, bytes);
        return (kind, Some(Odd::BadDate));
    };
    if fraction == 0 {
        return (write_date(text, date, seconds), None);
    }
    let _ = write!(text, "{}T", date.format("%Y-%m-%d"));
    write_time(text, seconds);
    let digits = format!("{fraction:07}");
    let _ = write!(text, ".{}", digits.trim_end_matches('0'));
    (CellKind::Text, None)
}

fn parse_extended(bytes: &[u8]) -> Option<(NaiveDate, u32, u32)> {
    let text = std::str::from_utf8(bytes.get(..42)?).ok()?;
    let (days, rest) = text.split_once(':')?;
    let (seconds, fraction) = rest.split_once(':')?.0.split_at_checked(12)?;
    let date = later(NaiveDate::from_ymd_opt(1, 1, 1)?, days.parse().ok()?)?;
    let (seconds, fraction) = (seconds.parse().ok()?, fraction.parse().ok()?);
    let last = NaiveDate::from_ymd_opt(9999, 12, 31)?;
    (date <= last && f64::from(seconds) < DAY && fraction < 10_000_000).then_some((date, seconds, fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: ColumnType, bytes: &[u8], expected: (CellKind, &str, Option<Odd>)) {
        let mut text = String::new();
        let (cell, odd) = write(&mut text, Shape { kind, scale: 2 }, bytes, Writing::Utf16);
        assert_eq!((cell, text.as_str(), odd), expected);
    }

    #[test]
    fn dates_are_those_that_access_shows() {
        let date = |days: f64, kind, text| check(ColumnType::Timestamp, &days.to_le_bytes(), (kind, text, None));
        date(40_909.0, CellKind::Date, "2012-01-01");
        date(40_909.5, CellKind::DateTime, "2012-01-01T12:00:00");
        date(40_908.999_999_9, CellKind::Date, "2012-01-01");
        date(0.75, CellKind::Time, "18:00:00");
        date(1.0, CellKind::Date, "1899-12-31");
        date(-1.25, CellKind::DateTime, "1899-12-29T06:00:00");
        date(-657_434.0, CellKind::Date, "0100-01-01");
        date(2_958_465.5, CellKind::DateTime, "9999-12-31T12:00:00");
    }

    #[test]
    fn a_date_that_no_calendar_has_stays_the_number_it_is() {
        let odd = Some(Odd::BadDate);
        check(ColumnType::Timestamp, &3e6_f64.to_le_bytes(), (CellKind::Number, "3000000", odd));
        check(ColumnType::Timestamp, &(-700_000.5_f64).to_le_bytes(), (CellKind::Number, "-700000.5", odd));
        check(ColumnType::Timestamp, &f64::NAN.to_le_bytes(), (CellKind::Text, "NaN", odd));
    }

    #[test]
    fn extended_dates_are_exact() {
        let say = |days: u32, seconds: u32, fraction: u32| format!("{days:019}:{seconds:012}{fraction:07}:7\0");
        let date = |text: String, kind, said| check(ColumnType::DateTimeExtended, text.as_bytes(), (kind, said, None));
        date(say(737_954, 81_912, 3_456_700), CellKind::Text, "2021-06-14T22:45:12.34567");
        date(say(737_954, 81_912, 0), CellKind::DateTime, "2021-06-14T22:45:12");
        date(say(0, 0, 0), CellKind::Date, "0001-01-01");
        let bad = (CellKind::Bytes, "61", Some(Odd::BadDate));
        check(ColumnType::DateTimeExtended, b"a", bad);
    }

    #[test]
    fn numbers_are_short_and_exact() {
        let said = |text| (CellKind::Number, text, None);
        check(ColumnType::Money, &125_000_i64.to_le_bytes(), said("12.5"));
        check(ColumnType::Money, &(-1_i64).to_le_bytes(), said("-0.0001"));
        check(ColumnType::Money, &10_000_000_i64.to_le_bytes(), said("1000"));
        check(ColumnType::Float, &0.1_f32.to_le_bytes(), said("0.1"));
        check(ColumnType::Double, &0.1_f64.to_le_bytes(), said("0.1"));
        check(ColumnType::Byte, &[200], said("200"));
        check(ColumnType::Int, &(-2_i16).to_le_bytes(), said("-2"));
        check(ColumnType::BigInt, &i64::MIN.to_le_bytes(), said("-9223372036854775808"));
        let mut numeric = [0; 17];
        (numeric[0], numeric[13], numeric[14]) = (0x80, 0x2e, 0x09);
        check(ColumnType::Numeric, &numeric, said("-23.5"));
        check(ColumnType::Long, &[1, 2], (CellKind::Empty, "", Some(Odd::Lost)));
    }
}
