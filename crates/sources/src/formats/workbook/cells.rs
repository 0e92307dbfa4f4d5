//! What a cell of a workbook says, as kind and text: dates by the workbook's own calendar, numbers
//! exact, errors as errors.

use calamine::{DataRef, ExcelDateTime};
use chrono::{Datelike, Days, NaiveDate};
use model::CellKind;

use crate::number;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// Day 0 of the 1900 calendar for days from 1 March 1900 on; Excel counts a 29 February 1900.
const ZERO_1900: NaiveDate = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a real day");

/// Day 0 of the 1904 calendar.
const ZERO_1904: NaiveDate = NaiveDate::from_ymd_opt(1904, 1, 1).expect("a real day");

/// The day that never was, 29 February 1900, in the 1900 calendar.
const NO_DAY: f64 = 60.0;

/// Day of 31 December 9999 in the 1900 calendar, the last one that Excel shows.
const LAST_DAY: f64 = 2_958_465.0;

/// Adds the text of `value` to `text` and gives its kind; `is_1904` names the calendar.
pub(crate) fn write(text: &mut String, value: &DataRef<'_>, is_1904: bool) -> CellKind {
    match value {
        DataRef::Empty => return CellKind::Empty,
        DataRef::Int(value) => text.push_str(&value.to_string()),
        DataRef::Float(value) => number::write(text, *value),
        DataRef::String(value) => return write_text(text, value),
        DataRef::SharedString(value) => return write_text(text, value),
        DataRef::Bool(value) => {
            text.push_str(if *value { "true" } else { "false" });
            return CellKind::Bool;
        }
        DataRef::DateTime(value) => return write_serial(text, *value, is_1904),
        DataRef::DateTimeIso(value) => return write_iso(text, value),
        DataRef::DurationIso(value) => return write_duration(text, value),
        DataRef::Error(error) => {
            text.push_str(&error.to_string());
            return CellKind::Error;
        }
    }
    CellKind::Number
}

fn write_text(text: &mut String, value: &str) -> CellKind {
    text.push_str(value);
    if value.is_empty() { CellKind::Empty } else { CellKind::Text }
}

/// A day count with a date or time format. One that no calendar has stays the number it is.
fn write_serial(text: &mut String, value: ExcelDateTime, is_1904: bool) -> CellKind {
    let days = value.as_f64();
    let seconds = (days * DAY).round();
    if (value.is_duration() && seconds >= 0.0) || (0.0..1.0).contains(&days) {
        return write_time(text, seconds);
    }
    let whole = (seconds / DAY).floor();
    match calendar_day(whole, is_1904) {
        Some(date) => write_date(text, date, seconds - whole * DAY),
        None => {
            number::write(text, days);
            CellKind::Number
        }
    }
}

fn calendar_day(day: f64, is_1904: bool) -> Option<NaiveDate> {
    if !(0.0..=LAST_DAY).contains(&day) || (day == NO_DAY && !is_1904) {
        return None;
    }
    let (zero, shift) = match (is_1904, day < NO_DAY) {
        (true, _) => (ZERO_1904, 0),
        (false, true) => (ZERO_1900, 1),
        (false, false) => (ZERO_1900, 0),
    };
    zero.checked_add_days(Days::new(day as u64 + shift))
}

fn write_time(text: &mut String, seconds: f64) -> CellKind {
    let seconds = seconds as u64;
    text.push_str(&format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    CellKind::Time
}

fn write_date(text: &mut String, date: NaiveDate, seconds: f64) -> CellKind {
    push_day(text, date);
    if seconds < 1.0 {
        return CellKind::Date;
    }
    text.push('T');
    write_time(text, seconds);
    CellKind::DateTime
}

/// Adds `date` as the standard writes it. A workbook may have millions of them, and chrono's own way, by a pattern,
/// costs more than all else that is done with a cell.
fn push_day(text: &mut String, date: NaiveDate) {
    let two = |number: u32| [number / 10, number % 10].map(|digit| char::from(b'0' + digit as u8));
    let year = date.year().unsigned_abs();
    text.extend(two(year / 100 % 100).into_iter().chain(two(year % 100)));
    text.push('-');
    text.extend(two(date.month()));
    text.push('-');
    text.extend(two(date.day()));
}

/// A time of day or duration that the file itself writes as `PT07H30M00S`.
fn write_duration(text: &mut String, value: &str) -> CellKind {
    match seconds(value) {
        Some(seconds) => write_time(text, seconds.round()),
        None => write_text(text, value),
    }
}

/// The seconds of a duration of hours, minutes and seconds, in this order.
fn seconds(value: &str) -> Option<f64> {
    let mut rest = value.strip_prefix("PT").filter(|rest| !rest.is_empty())?;
    let mut total = 0.0;
    for (unit, size) in [('H', 3600.0), ('M', 60.0), ('S', 1.0)] {
        if let Some((number, after)) = rest.split_once(unit) {
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            total += number.parse::<f64>().ok().filter(|_| is_number)? * size;
            rest = after;
        }
    }
    rest.is_empty().then_some(total)
}

/// A date that the file itself writes as `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS`.
fn write_iso(text: &mut String, value: &str) -> CellKind {
    text.push_str(value);
    match chrono::NaiveDateTime::parse_from_str(value.trim_end_matches('Z'), "%Y-%m-%dT%H:%M:%S%.f") {
        Ok(moment) => {
            text.truncate(text.len() - value.len());
            text.push_str(&moment.format("%Y-%m-%dT%H:%M:%S").to_string());
            CellKind::DateTime
        }
        Err(_) if NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok() => CellKind::Date,
        Err(_) => CellKind::Text,
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[track_caller]
    fn check(days: f64, is_1904: bool, kind: CellKind, expected: &str) {
        let value = ExcelDateTime::new(days, ExcelDateTimeType::DateTime, is_1904);
        let mut text = String::new();
        assert_eq!((write(&mut text, &DataRef::DateTime(value), is_1904), text.as_str()), (kind, expected), "{days}");
    }

    #[test]
    fn dates_follow_the_calendar_of_the_workbook() {
        check(40909.0, false, CellKind::Date, "2012-01-01");
        check(39447.0, true, CellKind::Date, "2012-01-01");
        check(1.0, false, CellKind::Date, "1900-01-01");
        check(59.0, false, CellKind::Date, "1900-02-28");
        check(60.0, false, CellKind::Number, "60");
        check(61.0, false, CellKind::Date, "1900-03-01");
        check(40909.5, false, CellKind::DateTime, "2012-01-01T12:00:00");
        check(40_908.999_999_9, false, CellKind::Date, "2012-01-01");
        check(0.75, false, CellKind::Time, "18:00:00");
        check(-2.0, false, CellKind::Number, "-2");
        check(9e9, false, CellKind::Number, "9000000000");
        check(f64::NAN, false, CellKind::Number, "NaN");
    }

    #[test]
    fn times_written_out_are_times() {
        let cases = [
            ("PT07H30M00S", CellKind::Time, "07:30:00"),
            ("PT36H", CellKind::Time, "36:00:00"),
            ("PT5M1.4S", CellKind::Time, "00:05:01"),
            ("PT", CellKind::Text, "PT"),
            ("P1D", CellKind::Text, "P1D"),
        ];
        for (value, kind, expected) in cases {
            let mut text = String::new();
            let value = DataRef::DurationIso(value.to_owned());
            assert_eq!((write(&mut text, &value, false), text.as_str()), (kind, expected));
        }
    }

    #[test]
    fn a_duration_may_be_longer_than_a_day() {
        let value = ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false);
        let mut text = String::new();
        assert_eq!(write(&mut text, &DataRef::DateTime(value), false), CellKind::Time);
        assert_eq!(text, "36:00:00");
    }
}
