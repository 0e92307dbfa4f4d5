//! Dates of the Hijri calendar, as old registers of religious schools have them, and the day they stand for.
//!
//! Converted by the Umm al-Qura calendar (crate `icu_calendar`). Malaysia sights the moon itself, so the day may be
//! another by one: a conversion is only ever offered, never made unasked.

use chrono::NaiveDate;
use icu_calendar::cal::Hijri;
use icu_calendar::{Date, Gregorian};

use crate::country::my;

/// The years that old registers hold.
const YEARS: std::ops::RangeInclusive<i32> = 1300..=1500;

/// A day of the Hijri calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HijriDay {
    /// The year, 1300 to 1500.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day, 1 to 30.
    pub day: u8,
}

/// Reads `12/8/1440`, `1440-08-12`, `12 Syaaban 1440H`; `None` for anything else. Three numbers are day, month and
/// year in this order, or the other way round.
#[must_use]
pub fn read(written: &str) -> Option<HijriDay> {
    let (mut numbers, mut name) = (Vec::new(), String::new());
    for run in runs(written) {
        match run.parse::<i32>() {
            Ok(number) => numbers.push(number),
            Err(_) if is_filler(&run) => {}
            // A month may have two words: "Rabiul Awal".
            Err(_) => name.push_str(&run),
        }
    }
    let (day, month, year) = match numbers.as_slice() {
        [year, month, day] if name.is_empty() && YEARS.contains(year) => (*day, *month, *year),
        [day, month, year] if name.is_empty() => (*day, *month, *year),
        [year, day] if YEARS.contains(year) => (*day, month_named(&name)?, *year),
        [day, year] => (*day, month_named(&name)?, *year),
        _ => return None,
    };
    let sound = YEARS.contains(&year) && (1..=12).contains(&month) && (1..=30).contains(&day);
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    sound.then_some(HijriDay { year, month, day })
}

/// The runs of digits and of letters, the latter in lower case; apostrophes within names of months fall out.
fn runs(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut before = None;
    for char in text.chars().filter(|char| !matches!(char, '\'' | '’' | '‘' | '`')) {
        let kind = if char.is_alphabetic() { Some(true) } else { char.is_ascii_digit().then_some(false) };
        match runs.last_mut().filter(|_| kind == before) {
            _ if kind.is_none() => {}
            Some(run) => run.extend(char.to_lowercase()),
            None => runs.push(char.to_lowercase().collect()),
        }
        before = kind;
    }
    runs
}

fn is_filler(word: &str) -> bool {
    matches!(word, "h" | "hb" | "ah" | "hijri" | "hijrah" | "haribulan")
}

fn month_named(name: &str) -> Option<i32> {
    let name = ["hijrah", "hijri"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    my::HIJRI_MONTHS.iter().find(|(known, _)| *known == name).map(|(_, month)| *month)
}

/// The day of the common calendar by the Umm al-Qura calendar, or `None` where that month has no such day.
#[must_use]
pub fn common_day(day: HijriDay) -> Option<NaiveDate> {
    let hijri = Date::try_new_hijri_with_calendar(day.year, day.month, day.day, Hijri::new_umm_al_qura()).ok()?;
    let common = hijri.to_calendar(Gregorian);
    let (month, day) = (u32::from(common.month().number()), u32::from(common.day_of_month().0));
    NaiveDate::from_ymd_opt(common.era_year().year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_read_and_converted() {
        // Days from the Umm al-Qura calendar of Saudi Arabia: 1 Muharram 1440 was 11 September 2018.
        for (written, day) in [
            ("1/1/1440", "2018-09-11"),
            ("01-01-1440", "2018-09-11"),
            ("1440-01-01", "2018-09-11"),
            ("1 Muharam 1440H", "2018-09-11"),
            ("1 Ramadan 1441", "2020-04-24"),
            ("1 Rabiul Awal 1442 H", "2020-10-18"),
            ("12 Sya'ban 1440", "2019-04-17"),
        ] {
            let found = read(written).and_then(common_day).map(|day| day.to_string());
            assert_eq!(found.as_deref(), Some(day), "{written}");
        }
        for other in ["12/13/1440", "31/1/1440", "12/8/2015", "1440", "12 Mac 1440", "Ramadan 1440", "1/2/3/1440"] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(common_day(HijriDay { year: 1440, month: 1, day: 30 }), None, "that month had 29 days");
    }
}
