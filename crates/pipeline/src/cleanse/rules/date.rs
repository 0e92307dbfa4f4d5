//! Rule `date`: dates in the form `YYYY-MM-DD`.
//!
//! Where 05/04/2015 stands, the rest of the column decides between day first and month first; where it does not, the
//! identity number of the same record may; else a person does. Excel counts days from 1900 or from 1904: a day count
//! is certain only where the identity number says the same day. A date that does not exist is left for the check; one
//! of the Hijri calendar is offered in the common one, by hand only.

use chrono::{Days, NaiveDate};
use model::{Cx, DateOrder, Field, FieldKind, Fix, Message, Rule};

use crate::standard::date::{self, Century, Reading};
use crate::standard::hijri;
use crate::standard::identity::MyKad;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "date", applies, propose };

/// Days between the first days of Excel's two calendars (ECMA-376 Part 1 §18.17.4.1).
const DAYS_TO_1904: u64 = 1462;

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Date)
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if date::is_standard(value) {
        return None;
    }
    let review = |date: NaiveDate, key| Some(Fix::review(iso(date), Message::new(key)));
    match date::read(value, century(cx)) {
        Reading::Certain(date) => Some(Fix::safe(iso(date), Message::new("fix.date.certain"))),
        Reading::Either { day_first, month_first } => Some(either(cx, day_first, month_first)),
        Reading::Likely(date) => review(date, "fix.date.likely"),
        Reading::Serial(date) => Some(serial(cx, date)),
        Reading::Timed(date) => review(date, "fix.date.timed"),
        Reading::Nothing => Some(Fix::safe("", Message::new("fix.date.nothing"))),
        Reading::Hijri(_) | Reading::Unreadable => from_hijri(value),
        Reading::Impossible => None,
    }
}

/// A date of the Hijri calendar in the common one, as a hint: the moon may have been sighted a day apart.
fn from_hijri(value: &str) -> Option<Fix> {
    let day = hijri::read(value)?;
    let common = hijri::common_day(day)?;
    let said = format!("{}/{}/{}", day.day, day.month, day.year);
    Some(Fix::manual(iso(common), Message::new("fix.date.hijri").with("hijri", said)))
}

/// Whether the identity number of the record says that its owner was born on `date`. Only for dates of birth.
fn is_birth_of(cx: &Cx<'_>, date: NaiveDate) -> bool {
    let card = || MyKad::parse(&crate::standard::identity::compact(cx.record.value("national_id"))).ok();
    cx.field.code == "date_of_birth" && card().is_some_and(|card| card.births(cx.today).contains(&Some(date)))
}

/// Excel's day count by the calendar, of 1900 or of 1904, that the identity number proves; else by the usual one.
fn serial(cx: &Cx<'_>, by_1900: NaiveDate) -> Fix {
    let by_1904 = by_1900.checked_add_days(Days::new(DAYS_TO_1904)).unwrap_or(by_1900);
    if is_birth_of(cx, by_1900) {
        return Fix::safe(iso(by_1900), Message::new("fix.date.serial-identity"));
    }
    if is_birth_of(cx, by_1904) {
        return Fix::safe(iso(by_1904), Message::new("fix.date.serial-1904"));
    }
    Fix::review(iso(by_1900), Message::new("fix.date.serial").with("other", by_1904.format("%d/%m/%Y")))
}

/// How two-digit years of this field are read.
fn century(cx: &Cx<'_>) -> Century {
    let born = cx.entity.person.filter(|_| cx.field.code == "date_of_birth");
    Century { born, today: cx.today }
}

/// The reading that the column or the identity number proves, or day first for a person to confirm.
fn either(cx: &Cx<'_>, day_first: NaiveDate, month_first: NaiveDate) -> Fix {
    let dates = cx.column.dates;
    let proof = |key, count: u64| Message::new(key).with("count", count);
    match dates.order() {
        Some(DateOrder::DayFirst) => Fix::safe(iso(day_first), proof("fix.date.day-first", dates.only_day_first)),
        Some(DateOrder::MonthFirst) => {
            Fix::safe(iso(month_first), proof("fix.date.month-first", dates.only_month_first))
        }
        None if is_birth_of(cx, day_first) => Fix::safe(iso(day_first), Message::new("fix.date.identity")),
        None if is_birth_of(cx, month_first) => Fix::safe(iso(month_first), Message::new("fix.date.identity")),
        None => {
            let other = month_first.format("%d/%m/%Y");
            Fix::review(iso(day_first), Message::new("fix.date.either").with("other", other))
        }
    }
}

fn iso(date: NaiveDate) -> String {
    date.to_string()
}
