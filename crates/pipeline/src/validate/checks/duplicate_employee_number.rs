//! Check `duplicate-employee-number`: two teachers with one employee number.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-employee-number",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "employee_number", key, message: "found.duplicate-employee-number" },
};

fn applies(entity: &Entity) -> bool {
    entity.code == "teachers"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let written = standard::tidy(cx.record.value("employee_number"));
    (!written.is_empty()).then(|| written.to_uppercase())
}
