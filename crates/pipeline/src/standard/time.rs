//! Times of day, and days with a time of day.
//!
//! Malaysia has had one time, eight hours ahead of UTC, since 1982 and no summer time, so a moment needs no zone.

use chrono::NaiveTime;

use super::date::{self, Century, Reading};

/// A time that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Only one reading is possible.
    Certain(NaiveTime),
    /// A small hour without "pagi" or "petang": it may be twelve hours later.
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
    let afternoon = half_of_day(word.trim())?;
    let parts: Vec<&str> = digits.trim().split([':', '.']).collect();
    let number = |at: usize, default: u32| parts.get(at).map_or(Some(default), |part| part.parse::<u32>().ok());
    if !(2..=3).contains(&parts.len()) || parts.get(1).is_none_or(|minutes| minutes.len() != 2) {
        return None;
    }
    let hour = number(0, 0)?;
    let turned = match afternoon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    let time = NaiveTime::from_hms_opt(turned, number(1, 0)?, number(2, 0)?)?;
    let small = afternoon.is_none() && hour < 7 && parts.first().is_some_and(|part| part.len() == 1);
    Some(if small { Clock::Doubtful(time) } else { Clock::Certain(time) })
}

/// Whether a word says before or after noon; `None` for a word that says something else.
fn half_of_day(word: &str) -> Option<Option<bool>> {
    Some(match word.replace('.', "").as_str() {
        "" => None,
        "am" | "pagi" | "pg" => Some(false),
        "pm" | "petang" | "ptg" | "tengah hari" | "tghari" | "malam" => Some(true),
        _ => return None,
    })
}

/// A moment that was read: its standard form, and whether the time of day was written at all.
#[must_use]
pub fn read_moment(written: &str, today: chrono::NaiveDate) -> Option<(String, bool)> {
    let text = super::tidy(written).replace('T', " ");
    let split = text.rsplit_once(' ').map_or((text.as_str(), ""), |(day, time)| (day, time));
    let century = Century { born: None, today };
    let day = |text: &str| match date::read(text, century) {
        Reading::Certain(day) => Some(day.to_string()),
        _ => None,
    };
    if let (Some(day), Some(Clock::Certain(time))) = (day(split.0), read(split.1.get(..8).unwrap_or(split.1))) {
        return Some((format!("{day} {time}"), true));
    }
    day(&text).map(|day| (format!("{day} 00:00:00"), false))
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
            ("2026-03-05T07:30:00", Some(("2026-03-05 07:30:00", true))),
            ("25/03/2026 14:05", Some(("2026-03-25 14:05:00", true))),
            ("25/03/2026", Some(("2026-03-25 00:00:00", false))),
            ("semalam", None),
        ] {
            let read = read_moment(written, today);
            assert_eq!(read.as_ref().map(|(text, timed)| (text.as_str(), *timed)), said, "{written}");
        }
        assert!(is_moment("2026-03-05 07:30:00") && !is_moment("2026-03-05"));
    }
}
