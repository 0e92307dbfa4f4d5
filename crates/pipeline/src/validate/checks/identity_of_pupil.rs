//! Check `identity-of-pupil`: a guardian or teacher under the identity number of a pupil: one of the two is wrong.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard::identity;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "identity-of-pupil",
    severity: Severity::Warning,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "national_id", key, message: "found.identity-of-pupil" },
};

/// Whose keys these are compared with: entity and check, whose keys are made in the same way.
pub(super) const AGAINST: (&str, &str) = ("students", "duplicate-identity");

fn applies(entity: &Entity) -> bool {
    matches!(entity.code, "guardians" | "teachers")
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let number = identity::compact(cx.record.value("national_id"));
    (number.len() >= super::duplicate_identity::SHORTEST).then_some(number)
}
