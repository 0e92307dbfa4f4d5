//! Check `two-current-years`: more than one academic year that is said to be the current one.

use model::{Check, Cx, Entity, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "two-current-years",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "is_current", key, message: "found.two-current-years" },
};

fn applies(entity: &Entity) -> bool {
    entity.code == "academic_years"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    (cx.record.value("is_current") == "true").then(|| "current".to_owned())
}
