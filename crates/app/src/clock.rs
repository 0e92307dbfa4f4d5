//! The one place that asks what time it is.

use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, Utc};

/// Now, for logs and receipts.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Now as the wall clock shows it, for reports.
pub(crate) fn wall() -> NaiveDateTime {
    Local::now().naive_local()
}

/// Today as the wall calendar shows it.
pub(crate) fn today() -> NaiveDate {
    Local::now().date_naive()
}

/// The day of a moment as the wall calendar shows it.
pub(crate) fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Local).date_naive()
}

/// A stored moment as the wall clock showed it, `2026-11-22 16:05`; what cannot be read stays as it is.
pub(crate) fn shown(stored: &str) -> String {
    DateTime::parse_from_rfc3339(stored)
        .map_or_else(|_| stored.to_owned(), |at| at.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string())
}

/// A stored moment as the wall clock showed it, for reports; the beginning of 1970 for what cannot be read.
pub(crate) fn local(stored: &str) -> NaiveDateTime {
    DateTime::parse_from_rfc3339(stored).map(|at| at.with_timezone(&Local).naive_local()).unwrap_or_default()
}
