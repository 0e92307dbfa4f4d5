//! Times of day, and days with a time of day.
//!
//! Malaysia has had one time, eight hours ahead of UTC, since 1982 and no summer time, so a moment needs no zone. Where
//! a file writes another one, the moment is put into Malaysian time.

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::date::{self, Century, Reading};

/// A time that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Only one reading is possible.
    Certain(NaiveTime),
    /// A small hour without "pagi" or "petang", or an hour that its word does not fit: it may be twelve hours later.
    Doubtful(NaiveTime),
}

/// Whether `value` is written `07:30:00` and there is such a time.
#[must_use]
pub fn is_standard(value: &str) -> bool {
    value.len() == 8 && NaiveTime::parse_from_str(value, "%H:%M:%S").is_ok()
}

/// Whether `value` is written `2026-03-05 07:30:00` and there is such a moment.
#[must_use]
pub fn is_moment(value: &str) -> bool {
    value.split_once(' ').is_some_and(|(day, time)| date::is_standard(day) && is_standard(time))
}

/// The time that `written` means: `7.30 pagi`, `07:30`, `1:15 PM`, `13:15:00`.
#[must_use]
pub fn read(written: &str) -> Option<Clock> {
    let lower = super::tidy(written).to_lowercase();
    let start = lower.find(|c: char| c.is_alphabetic()).unwrap_or(lower.len());
    let (digits, word) = lower.split_at(start);
    let part = part_of_day(word.trim())?;
    let parts: Vec<&str> = digits.trim().split([':', '.']).collect();
    let number = |at: usize, default: u32| parts.get(at).map_or(Some(default), |part| part.parse::<u32>().ok());
    if !(2..=3).contains(&parts.len()) || parts.get(1).is_none_or(|minutes| minutes.len() != 2) {
        return None;
    }
    let hour = number(0, 0)?;
    let small = hour < 7 && parts.first().is_some_and(|part| part.len() == 1);
    let (turned, sure) = match part {
        Some(part) => hour_in(part, hour),
        None => (hour, !small),
    };
    let time = NaiveTime::from_hms_opt(turned, number(1, 0)?, number(2, 0)?)?;
    Some(if sure { Clock::Certain(time) } else { Clock::Doubtful(time) })
}

/// The part of the day that a word names.
#[derive(Clone, Copy, Debug)]
enum Part {
    Morning,
    /// The second half of the day by the clock.
    Pm,
    Noon,
    Afternoon,
    Night,
}

/// The part of the day that is written, `Some(None)` where none is; `None` for a word that says something else.
fn part_of_day(word: &str) -> Option<Option<Part>> {
    Some(match word.replace('.', "").as_str() {
        "" => None,
        "am" | "pagi" | "pg" => Some(Part::Morning),
        "pm" => Some(Part::Pm),
        "tengah hari" | "tghari" | "tgh hari" => Some(Part::Noon),
        "petang" | "ptg" => Some(Part::Afternoon),
        "malam" => Some(Part::Night),
        _ => return None,
    })
}

/// The hour of the day that is meant by an hour of twelve, and whether that is sure: half past twelve at night is half
/// past midnight, eleven near noon is before it.
fn hour_in(part: Part, hour: u32) -> (u32, bool) {
    match (part, hour) {
        (_, 13..) => (hour, true),
        (Part::Morning | Part::Night, 12) => (0, true),
        (Part::Morning, _) | (Part::Noon, 11 | 12) | (Part::Pm | Part::Afternoon, 12) => (hour, true),
        (Part::Pm, _) | (Part::Noon, 1 | 2) | (Part::Afternoon, 1..=7) | (Part::Night, 7..=11) => (hour + 12, true),
        (Part::Noon | Part::Night, _) => (hour, false),
        (Part::Afternoon, _) => (hour + 12, false),
    }
}

/// A day with a time of day that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Its standard form, in Malaysian time.
    pub text: String,
    /// How it was written.
    pub written: Written,
}

/// How a moment was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Without a zone, or in Malaysia's.
    Here,
    /// With another zone: the clock was put forward or back.
    Elsewhere,
    /// Without a time of day.
    Untimed,
}

/// Malaysia's distance from UTC, in minutes.
const HERE: i64 = 8 * 60;

/// The moment that is written: `2026-03-05T07:30:00`, `25/03/2026 14:05`, `2026-03-05T23:30:00Z`.
#[must_use]
pub fn read_moment(written: &str, today: NaiveDate) -> Option<Moment> {
    let tidied = super::tidy(written);
    let (text, zone) = without_zone(&tidied);
    let text = text.replace('T', " ");
    let text = text.as_str();
    let century = Century { born: None, today };
    let day = |text: &str| match date::read(text, century) {
        Reading::Certain(day) => Some(day),
        _ => None,
    };
    let (before, clock) = text.rsplit_once(' ').unwrap_or((text, ""));
    if let (Some(day), Some(Clock::Certain(time))) = (day(before), read(without_fraction(clock))) {
        let away = zone.map_or(0, |zone| HERE - zone);
        let moment = day.and_time(time).checked_add_signed(TimeDelta::minutes(away))?;
        let written = if away == 0 { Written::Here } else { Written::Elsewhere };
        return Some(Moment { text: moment.format("%Y-%m-%d %H:%M:%S").to_string(), written });
    }
    if zone.is_some() {
        return None;
    }
    day(text).map(|day| Moment { text: format!("{day} 00:00:00"), written: Written::Untimed })
}

/// `text` without the zone behind its time of day, and that zone's distance from UTC in minutes.
fn without_zone(text: &str) -> (&str, Option<i64>) {
    let utc = ["Z", "z", " UTC", " GMT", " utc"].iter().find_map(|end| text.strip_suffix(end));
    if let Some(before) = utc.filter(|before| before.contains(':')) {
        return (before.trim_end(), Some(0));
    }
    let clock = text.find(':').unwrap_or(text.len());
    let sign = text.get(clock..).and_then(|rest| rest.find(['+', '-'])).map(|at| clock + at);
    let zone = sign.and_then(|at| Some((text.get(..at)?, minutes_of(text.get(at..)?)?)));
    zone.map_or((text, None), |(before, zone)| (before.trim_end(), Some(zone)))
}

/// The minutes of `+08:00`, `-0500`, `+08`.
fn minutes_of(zone: &str) -> Option<i64> {
    let digits: String = zone.get(1..)?.chars().filter(|char| *char != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "0"),
        4 => digits.split_at(2),
        _ => return None,
    };
    let all = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    Some(if zone.starts_with('-') { -all } else { all })
}

/// `23:30:00.000` without the part of a second that no school needs.
fn without_fraction(clock: &str) -> &str {
    let whole = |(clock, fraction): &(&str, &str)| {
        clock.matches(':').count() == 2 && fraction.bytes().all(|byte| byte.is_ascii_digit())
    };
    clock.split_once('.').filter(whole).map_or(clock, |(clock, _)| clock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_schools_write_them() {
        for (written, said) in [
            ("7.30 pagi", "07:30:00"),
            ("07:30", "07:30:00"),
            ("1:15 PM", "13:15:00"),
            ("12.05 tengah hari", "12:05:00"),
            ("12:10 a.m.", "00:10:00"),
            ("13:15:20", "13:15:20"),
            ("11.30 tengah hari", "11:30:00"),
            ("1.00 tengah hari", "13:00:00"),
            ("12.30 petang", "12:30:00"),
            ("12.30 malam", "00:30:00"),
            ("7.30 malam", "19:30:00"),
            ("1.00 malam", "? 01:00:00"),
            ("9.00 petang", "? 21:00:00"),
            ("07:30:00Z", ""),
            ("1.15", "? 01:15:00"),
            ("25:00", ""),
            ("730", ""),
            ("lewat", ""),
        ] {
            let read = match read(written) {
                Some(Clock::Certain(time)) => time.to_string(),
                Some(Clock::Doubtful(time)) => format!("? {time}"),
                None => String::new(),
            };
            assert_eq!(read, said, "{written}");
        }
    }

    #[test]
    fn moments_have_a_day_and_a_time() {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default();
        for (written, said) in [
            ("2026-03-05T07:30:00", "2026-03-05 07:30:00 Here"),
            ("2026-03-05T07:30:00.250", "2026-03-05 07:30:00 Here"),
            ("2026-03-05T07:30:00+08:00", "2026-03-05 07:30:00 Here"),
            ("2026-03-05T23:30:00Z", "2026-03-06 07:30:00 Elsewhere"),
            ("2026-03-05 23:30:00+00", "2026-03-06 07:30:00 Elsewhere"),
            ("2026-03-05T23:30:00.000-05:00", "2026-03-06 12:30:00 Elsewhere"),
            ("2026-03-05 23:30 UTC", "2026-03-06 07:30:00 Elsewhere"),
            ("25/03/2026 14:05", "2026-03-25 14:05:00 Here"),
            ("25/03/2026", "2026-03-25 00:00:00 Untimed"),
            ("2026-03-05 07:30:00 lewat", ""),
            ("semalam", ""),
        ] {
            let read = read_moment(written, today);
            let read = read.map(|read| format!("{} {:?}", read.text, read.written)).unwrap_or_default();
            assert_eq!(read, said, "{written}");
        }
        assert!(is_moment("2026-03-05 07:30:00") && !is_moment("2026-03-05"));
    }
}
