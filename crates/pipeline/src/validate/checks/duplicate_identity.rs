//! Check `duplicate-identity`: two pupils, two guardians or two teachers with one identity number.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard::identity;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-identity",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "national_id", key, message: "found.duplicate-identity" },
};

/// Anything with fewer characters is no number.
pub(super) const SHORTEST: usize = 6;

fn applies(entity: &Entity) -> bool {
    matches!(entity.code, "students" | "guardians" | "teachers")
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let number = identity::compact(cx.record.value("national_id"));
    (number.len() >= SHORTEST).then_some(number)
}
