//! Check `duplicate-student-number`: two pupils with one student number.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-student-number",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "student_number", key, message: "found.duplicate-student-number" },
};

fn applies(entity: &Entity) -> bool {
    entity.code == "students"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let written = standard::tidy(cx.record.value("student_number"));
    (!written.is_empty()).then(|| written.to_uppercase())
}
