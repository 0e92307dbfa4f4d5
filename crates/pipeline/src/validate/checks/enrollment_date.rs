//! Check `enrollment-date`: a pupil put into a class before being born, or after the year had ended.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::date;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "enrollment-date",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The field that is looked at.
pub(super) const NEEDS: &[&str] = &["enrollment_date"];
/// What it is compared with, where it is known.
pub(super) const LINKED: &[&str] = &["student.date_of_birth", "academic_year.end_date"];

fn applies(entity: &Entity) -> bool {
    entity.code == "enrollments"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let day = date::parse(cx.record.value("enrollment_date"))?;
    let birth = date::parse(cx.record.value("student.date_of_birth"));
    let end = date::parse(cx.record.value("academic_year.end_date"));
    let key = if birth.is_some_and(|birth| day < birth) {
        "found.enrollment-date.birth"
    } else if end.is_some_and(|end| day > end) {
        "found.enrollment-date.year"
    } else {
        return None;
    };
    Some(("enrollment_date", Message::new(key)))
}
