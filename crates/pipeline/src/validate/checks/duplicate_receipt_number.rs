//! Check `duplicate-receipt-number`: two payments with one receipt number.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-receipt-number",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "receipt_number", key, message: "found.duplicate-receipt-number" },
};

fn applies(entity: &Entity) -> bool {
    entity.code == "payments"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let written = standard::tidy(cx.record.value("receipt_number"));
    (!written.is_empty()).then(|| written.to_uppercase())
}
