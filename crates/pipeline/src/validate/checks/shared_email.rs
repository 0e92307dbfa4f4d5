//! Check `shared-email`: one e-mail address at three guardians or more. Father and mother may well share one.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard::email;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "shared-email",
    severity: Severity::Warning,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "email", key, message: "found.shared-email" },
};

/// From how many guardians on it is odd.
pub(super) const LEAST: usize = 3;

fn applies(entity: &Entity) -> bool {
    entity.code == "guardians"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let address = cx.record.value("email").to_lowercase();
    email::is_standard(&address).then_some(address)
}
