//! Check `duplicate-invoice-number`: two invoices with one number.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-invoice-number",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "invoice_number", key, message: "found.duplicate-invoice-number" },
};

fn applies(entity: &Entity) -> bool {
    entity.code == "invoices"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let written = standard::tidy(cx.record.value("invoice_number"));
    (!written.is_empty()).then(|| written.to_uppercase())
}
