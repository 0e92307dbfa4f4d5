//! Check `date-order`: an end that comes before its beginning.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::date;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "date-order",
    severity: Severity::Critical,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &[];

fn applies(entity: &Entity) -> bool {
    pair(entity).is_some()
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let (first, last) = pair(cx.entity)?;
    let day = |field: &str| date::parse(cx.record.value(field)).filter(|_| date::is_standard(cx.record.value(field)));
    (day(last)? < day(first)?).then(|| (last, Message::new("found.date-order").with("first", cx.record.value(first))))
}

/// The day that comes first and the day that comes last.
fn pair(entity: &Entity) -> Option<(&'static str, &'static str)> {
    match entity.code {
        "hafiz_progress" => Some(("start_date", "completion_date")),
        "student_scholarships" | "academic_years" => Some(("start_date", "end_date")),
        "invoices" => Some(("invoice_date", "due_date")),
        _ => None,
    }
}
