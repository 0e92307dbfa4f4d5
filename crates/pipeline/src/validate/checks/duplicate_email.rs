//! Check `duplicate-email`: two accounts with one e-mail address; the portal signs people in by it.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-email",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "email", key, message: "found.duplicate-email" },
};

fn applies(entity: &Entity) -> bool {
    entity.code == "users"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let written = standard::outer_trim(cx.record.value("email"));
    (!written.is_empty()).then(|| written.to_lowercase())
}
