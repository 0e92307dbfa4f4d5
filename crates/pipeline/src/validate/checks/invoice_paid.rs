//! Check `invoice-paid`: an invoice that says another sum was paid than its payments come to.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::number;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "invoice-paid",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// What payments give, and what the invoice says.
pub(super) const NEEDS: &[&str] = &["+payment_allocations.invoice.amount", "paid_amount"];

fn applies(entity: &Entity) -> bool {
    entity.code == "invoices"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let sum = |field: &str| number::read(cx.record.value(field));
    let given = sum("+payment_allocations.invoice.amount")?;
    let message = || Message::new("found.invoice-paid").with("right", number::write(given));
    (sum("paid_amount")? != given).then(|| ("paid_amount", message()))
}
