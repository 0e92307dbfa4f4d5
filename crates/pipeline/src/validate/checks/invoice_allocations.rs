//! Check `invoice-allocations`: an invoice to which payments give more than it asks for.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::number;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "invoice-allocations",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// What payments give, and what is asked for.
pub(super) const NEEDS: &[&str] = &["+payment_allocations.invoice.amount", "total_amount"];

fn applies(entity: &Entity) -> bool {
    entity.code == "invoices"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let sum = |field: &str| number::read(cx.record.value(field));
    let (given, total) = (sum("+payment_allocations.invoice.amount")?, sum("total_amount")?);
    let message = || Message::new("found.invoice-allocations").with("given", number::write(given));
    (given > total).then(|| ("total_amount", message()))
}
