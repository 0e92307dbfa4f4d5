//! Check `duplicate-username`: two accounts with one user name.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-username",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "username", key, message: "found.duplicate-username" },
};

fn applies(entity: &Entity) -> bool {
    entity.code == "users"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let written = standard::tidy(cx.record.value("username"));
    (!written.is_empty()).then(|| written.to_uppercase())
}
