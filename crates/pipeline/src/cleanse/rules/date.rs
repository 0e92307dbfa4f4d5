//! Rule `date`: dates in the form `YYYY-MM-DD`.
//!
//! Where 05/04/2015 stands, the identity number of the same record decides between day first and month first; where it
//! does not, the rest of the column may; else a person does. Excel counts days from 1900 or from 1904: a day count
//! is certain only where the identity number says the same day. A date that does not exist is left for the check; one
//! of the Hijri calendar is offered in the common one, by hand only.

use chrono::{Days, NaiveDate};
use model::{Cx, DateFacts, DateOrder, Field, FieldKind, Fix, Message, Rule};

use crate::standard::date::{self, Century, Reading, Ways};
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
    match date::read(value, century(cx)) {
        Reading::Certain(date) => Some(certain(cx, value, date)),
        Reading::Either(ways) => Some(either(cx, ways)),
        Reading::Likely(ways) => Some(doubtful(cx, ways, ["fix.date.likely", "fix.date.likely-order"])),
        Reading::Serial(date) => Some(serial(cx, date)),
        Reading::Timed(ways) => Some(doubtful(cx, ways, ["fix.date.timed", "fix.date.timed-order"])),
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

/// A date with one reading. Where most of the column is written the other way round, it may be a slip of typing.
fn certain(cx: &Cx<'_>, value: &str, date: NaiveDate) -> Fix {
    let dates = cx.column.dates;
    let astray = match date::order_of(value).filter(|order| dates.order() != Some(*order)) {
        Some(DateOrder::DayFirst) => dates.only_month_first > 0 && dates.only_day_first <= dates.only_month_first,
        Some(DateOrder::MonthFirst) => dates.likelier() == DateOrder::DayFirst && dates != DateFacts::default(),
        None => false,
    };
    if astray && !is_birth_of(cx, date) {
        return Fix::review(iso(date), counted(cx, "fix.date.astray"));
    }
    Fix::safe(iso(date), Message::new("fix.date.certain"))
}

/// The reading that the identity number or the column proves, or the likelier one for a person to confirm. Where the
/// two disagree, one of them is wrong, and a person sees both.
fn either(cx: &Cx<'_>, ways: Ways) -> Fix {
    let dates = cx.column.dates;
    let proof = |key, count: u64| Message::new(key).with("count", count);
    match (birth_among(cx, ways), dates.order()) {
        (Some(birth), Some(order)) if ways.by(order) != birth => {
            Fix::review(iso(birth), other(Message::new("fix.date.identity-against"), ways.by(order)))
        }
        (Some(birth), _) => Fix::safe(iso(birth), Message::new("fix.date.identity")),
        (None, Some(DateOrder::DayFirst)) => {
            Fix::safe(iso(ways.day_first), proof("fix.date.day-first", dates.only_day_first))
        }
        (None, Some(DateOrder::MonthFirst)) => {
            Fix::safe(iso(ways.month_first), proof("fix.date.month-first", dates.only_month_first))
        }
        (None, None) => unproven(cx, ways),
    }
}

/// The likelier of two days, with what the column says.
fn unproven(cx: &Cx<'_>, ways: Ways) -> Fix {
    let dates = cx.column.dates;
    if dates.only_day_first == 0 && dates.only_month_first == 0 {
        return Fix::review(iso(ways.day_first), other(Message::new("fix.date.either"), ways.month_first));
    }
    let (day, rest) = both(ways, dates.likelier());
    Fix::review(iso(day), other(counted(cx, "fix.date.unproven"), rest))
}

/// A date of which more than the order is in doubt. The second key is said where the order matters too.
fn doubtful(cx: &Cx<'_>, ways: Ways, [key, with_order]: [&'static str; 2]) -> Fix {
    if let Some(day) = ways.only() {
        return Fix::review(iso(day), Message::new(key));
    }
    let (day, rest) = match birth_among(cx, ways) {
        Some(birth) if birth == ways.month_first => both(ways, DateOrder::MonthFirst),
        Some(_) => both(ways, DateOrder::DayFirst),
        None => both(ways, cx.column.dates.likelier()),
    };
    Fix::review(iso(day), other(Message::new(with_order), rest))
}

/// The day that is meant in this order, and the other one.
fn both(ways: Ways, order: DateOrder) -> (NaiveDate, NaiveDate) {
    match order {
        DateOrder::DayFirst => (ways.day_first, ways.month_first),
        DateOrder::MonthFirst => (ways.month_first, ways.day_first),
    }
}

/// The one of two days on which the identity number says that its owner was born.
fn birth_among(cx: &Cx<'_>, ways: Ways) -> Option<NaiveDate> {
    [ways.day_first, ways.month_first].into_iter().find(|date| is_birth_of(cx, *date))
}

fn other(reason: Message, day: NaiveDate) -> Message {
    reason.with("other", day.format("%d/%m/%Y"))
}

/// The reason with how many dates of the column allow only one order.
fn counted(cx: &Cx<'_>, key: &'static str) -> Message {
    let dates = cx.column.dates;
    Message::new(key).with("day-first", dates.only_day_first).with("month-first", dates.only_month_first)
}

fn iso(date: NaiveDate) -> String {
    date.to_string()
}
