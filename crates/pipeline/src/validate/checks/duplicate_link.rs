//! Check `duplicate-link`: the same guardian of the same child twice. The portal takes one of them.

use model::{Check, Cx, Entity, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-link",
    severity: Severity::Warning,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "relationship", key, message: "found.duplicate-link" },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["student#", "guardian#"];

fn applies(entity: &Entity) -> bool {
    entity.code == "student_guardians"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    Some(format!("{}|{}", cx.record.value("student#"), cx.record.value("guardian#")))
}
