//! Rule `date`: dates in the form `YYYY-MM-DD`.
//!
//! Where 05/04/2015 stands, the rest of the column decides between day first and month first; where it does not, a
//! person does. A date that does not exist, or one of another calendar, is left for the check.

use chrono::NaiveDate;
use model::{Cx, DateOrder, Field, FieldKind, Fix, Message, Rule};

use crate::standard::date::{self, Century, Reading};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "date", applies, propose };

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
        Reading::Either { day_first, month_first } => Some(by_column(cx, day_first, month_first)),
        Reading::Likely(date) => review(date, "fix.date.likely"),
        Reading::Serial(date) => review(date, "fix.date.serial"),
        Reading::Timed(date) => review(date, "fix.date.timed"),
        Reading::Nothing => Some(Fix::safe("", Message::new("fix.date.nothing"))),
        Reading::Hijri(_) | Reading::Impossible | Reading::Unreadable => None,
    }
}

/// How two-digit years of this field are read.
fn century(cx: &Cx<'_>) -> Century {
    let born = cx.entity.person.filter(|_| cx.field.code == "date_of_birth");
    Century { born, today: cx.today }
}

/// The reading that the column proves, or day first for a person to confirm.
fn by_column(cx: &Cx<'_>, day_first: NaiveDate, month_first: NaiveDate) -> Fix {
    let dates = cx.column.dates;
    let proof = |key, count: u64| Message::new(key).with("count", count);
    match dates.order() {
        Some(DateOrder::DayFirst) => Fix::safe(iso(day_first), proof("fix.date.day-first", dates.only_day_first)),
        Some(DateOrder::MonthFirst) => {
            Fix::safe(iso(month_first), proof("fix.date.month-first", dates.only_month_first))
        }
        None => {
            let other = month_first.format("%d/%m/%Y");
            Fix::review(iso(day_first), Message::new("fix.date.either").with("other", other))
        }
    }
}

fn iso(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}
