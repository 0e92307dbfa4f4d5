//! `kehadiran_lama.csv`: the attendance of past school years as an old system gives it out, one row a pupil and school
//! day. It is written as it is made up: five years of a large school are millions of rows.

use std::path::Path;

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

use crate::people::Pupil;
use crate::random::Random;
use crate::sheets::MARKS;
use crate::truth::Truth;
use crate::{Error, Wish, school_year_start};

/// The file's name.
pub(crate) const FILE: &str = "kehadiran_lama.csv";
/// Days of a school year, about as many as the ministry's calendar has.
const SCHOOL_DAYS: usize = 200;

/// Writes the attendance of the `wish.years` years before the current one, from each pupil's admission on.
pub(crate) fn write(path: &Path, pupils: &[Pupil], wish: &Wish, truth: &mut Truth) -> Result<(), Error> {
    let mut random = Random::new(wish.seed ^ 0xA77E_4DA4);
    let mut csv = csv::Writer::from_path(path)?;
    csv.write_record(["NO. PENDAFTARAN", "TARIKH", "KEHADIRAN"])?;
    let first = wish.year - wish.years as i32;
    for day in (first..wish.year).flat_map(school_days) {
        let said = day.format("%d/%m/%Y").to_string();
        for pupil in pupils.iter().filter(|pupil| !pupil.copy && pupil.admitted <= day) {
            let (mark, status) = mark(&mut random);
            csv.write_record([pupil.number.as_str(), said.as_str(), mark])?;
            truth.attendance += 1;
            *truth.attendance_statuses.entry(status.to_owned()).or_default() += 1;
        }
    }
    csv.flush().map_err(|source| Error::File { path: path.to_owned(), source })?;
    truth.rows.push((FILE.to_owned(), truth.attendance));
    Ok(())
}

/// The first two hundred days from Monday to Friday.
fn school_days(year: i32) -> impl Iterator<Item = NaiveDate> {
    let days = (0..366).map(move |day| school_year_start(year) + Days::new(day));
    days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)).take(SCHOOL_DAYS)
}

/// A mark and what it means.
fn mark(random: &mut Random) -> (&'static str, &'static str) {
    let mut pick = random.below(MARKS.iter().map(|(.., share)| share).sum());
    for (mark, status, share) in MARKS {
        if pick < share {
            return (mark, status);
        }
        pick -= share;
    }
    ("/", "present")
}
