//! Check `opening-credit`: a credit that a ledger brings forward, kept as a payment that settles no invoice.

use model::shape::OPENING_CREDIT;
use model::{Check, Cx, Entity, Field, Message, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "opening-credit",
    severity: Severity::Warning,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(entity: &Entity, field: &Field) -> bool {
    entity.code == "payments" && field.code == "notes"
}

fn ask(_: &Cx<'_>, value: &str) -> Option<Message> {
    (value == OPENING_CREDIT).then(|| Message::new("found.opening-credit"))
}
