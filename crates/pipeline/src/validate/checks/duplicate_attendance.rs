//! Check `duplicate-attendance`: one pupil and day entered twice.
//!
//! Pupils are compared as they are written; two who are written differently are told apart by the portal.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-attendance",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "attendance_date", key, message: "found.duplicate-attendance" },
};

fn applies(entity: &Entity) -> bool {
    entity.code == "attendance"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let value = |field: &str| standard::tidy(cx.record.value(field)).to_uppercase();
    let (student, day) = (value("student"), value("attendance_date"));
    // a record that was led to its pupil within its own row shows no text to compare
    (!matches!(student.as_str(), "" | "#") && !day.is_empty()).then(|| format!("{student}|{}|{day}", value("class")))
}
