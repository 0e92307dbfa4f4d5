//! How fast the records grow, and how many there will be in five years. The method is simple enough to be checked by
//! hand, and every figure that it uses is given with the result.

use model::profile::document::{ColumnProfile, HORIZON, Outlook, Projection, TableProfile};
use model::{Entity, FieldKind};

/// Whole years that are needed before anything is said about the future.
pub const LEAST_YEARS: u32 = 3;
/// Whole years that are looked at, the latest.
const MOST_YEARS: usize = 5;
/// A yearly change beyond this is no rate that goes on for years: a new school, or a file that begins somewhere.
const WILDEST: f64 = 0.5;

/// Fields that say when a record began, the best first.
const BEGAN: [&str; 12] = [
    "admission_date",
    "enrollment_date",
    "enrolment_date",
    "hire_date",
    "issue_date",
    "invoice_date",
    "payment_date",
    "paid_at",
    "date",
    "start_date",
    "published_at",
    "created_at",
];
/// Parts of headers of birth dates.
const BORN: [&str; 3] = ["lahir", "birth", "dob"];
/// Parts of names of things that are kept every school day.
const DAILY: [&str; 3] = ["attend", "hadir", "absen"];

/// Projects `current` records that began in `years`. The year `this_year` and what lies after it are not whole and do
/// not count; a year between others without records counts as one without.
#[must_use]
pub fn project(current: u64, years: &[(i32, u64)], this_year: i32) -> Outlook {
    let whole = || years.iter().filter(|(year, count)| *year < this_year && *count > 0).map(|(year, _)| *year);
    let (Some(first), Some(to)) = (whole().min(), whole().max()) else {
        return if years.iter().any(|(_, count)| *count > 0) { Outlook::TooFew { years: 0 } } else { Outlook::Undated };
    };
    let from = first.max(to - MOST_YEARS as i32 + 1);
    let of = |year: i32| years.iter().find(|(known, _)| *known == year).map_or(0, |(_, count)| *count);
    let looked: Vec<(i32, u64)> = (from..=to).map(|year| (year, of(year))).collect();
    if looked.len() < LEAST_YEARS as usize {
        return Outlook::TooFew { years: looked.len() as u32 };
    }
    let a_year = looked.iter().map(|(_, count)| *count as f64).sum::<f64>() / looked.len() as f64;
    let rate = rate(&looked);
    Outlook::Projected(Projection {
        from,
        to,
        a_year,
        linear: ahead(current, |_| a_year),
        rate,
        compound: rate.map(|rate| ahead(current, |year| of(to) as f64 * (1.0 + rate).powi(year))),
        years: looked,
    })
}

/// `current` and what each of the coming years brings.
fn ahead(current: u64, brings: impl Fn(i32) -> f64) -> u64 {
    let more: f64 = (1..=HORIZON as i32).map(brings).sum();
    current.saturating_add(more.round() as u64)
}

/// The yearly change between the first and the last year.
fn rate(looked: &[(i32, u64)]) -> Option<f64> {
    let (first, last) = (looked.first()?.1, looked.last()?.1);
    if looked.iter().any(|(_, count)| *count == 0) {
        return None;
    }
    let rate = (last as f64 / first as f64).powf(1.0 / (looked.len() - 1) as f64) - 1.0;
    Some(rate).filter(|rate| rate.abs() <= WILDEST)
}

/// The positions of the fields that say when a record of `entity` began, the best first: a date that is nobody's
/// birthday, and the academic year.
pub(super) fn growth_fields(entity: &Entity) -> Vec<usize> {
    let is_date = |at: &usize| entity.fields.get(*at).is_some_and(|field| matches!(field.kind, FieldKind::Date));
    let begins = |at: &usize| {
        entity.fields.get(*at).is_some_and(|field| !field.code.contains("birth") && !field.code.ends_with("end_date"))
    };
    let best = BEGAN.iter().filter_map(|code| entity.position(code)).find(is_date);
    let date = best.or_else(|| (0..entity.fields.len()).filter(is_date).find(begins));
    date.into_iter().chain(entity.position("academic_year")).collect()
}

/// The column that says when the rows of a table began: the one with the most dates that are nobody's birthday.
#[must_use]
pub fn dated_by(table: &TableProfile) -> Option<&ColumnProfile> {
    let born = |name: &str| {
        let lower = name.to_lowercase();
        BORN.iter().any(|part| lower.contains(part))
    };
    let dates = table.columns.iter().filter(|column| column.kind == "date" && column.hidden.is_none());
    let read = |column: &&ColumnProfile| column.dates.as_ref().map_or(0, |dates| dates.read);
    dates.filter(|column| !born(&column.name)).rev().max_by_key(read)
}

/// Whether a table or entity of this name is kept every school day, so that its growth is told by the day.
#[must_use]
pub fn is_daily(name: &str) -> bool {
    let lower = name.to_lowercase();
    DAILY.iter().any(|part| lower.contains(part))
}
