//! Check `year-dates`: an academic year that ends before it begins, or takes longer than a year can.
//!
//! The plan's own years ran for 24 months and overlapped the next.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::date;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "year-dates",
    severity: Severity::Critical,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["start_date", "end_date"];

/// Days of the longest session: some ran for 14 months when the calendar was moved.
const MOST_DAYS: i64 = 460;

fn applies(entity: &Entity) -> bool {
    entity.code == "academic_years"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let start = date::parse(cx.record.value("start_date"))?;
    let end = date::parse(cx.record.value("end_date"))?;
    let days = (end - start).num_days();
    if days <= 0 {
        return Some(("end_date", Message::new("found.year-dates.order")));
    }
    (days > MOST_DAYS).then(|| ("end_date", Message::new("found.year-dates.long").with("days", days)))
}
