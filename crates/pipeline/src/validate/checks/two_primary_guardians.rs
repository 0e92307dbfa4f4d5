//! Check `two-primary-guardians`: a child with more than one guardian who is the first to be asked.

use model::{Check, Cx, Entity, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "two-primary-guardians",
    severity: Severity::Warning,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "is_primary", key, message: "found.two-primary-guardians" },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["student#", "is_primary"];

fn applies(entity: &Entity) -> bool {
    entity.code == "student_guardians"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    (cx.record.value("is_primary") == "true").then(|| cx.record.value("student#").to_owned())
}
