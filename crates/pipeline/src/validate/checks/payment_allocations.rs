//! Check `payment-allocations`: a payment of which more is given to invoices than was paid.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::number;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "payment-allocations",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// What was given to invoices, and what was paid.
pub(super) const NEEDS: &[&str] = &["+payment_allocations.payment.amount", "amount"];

fn applies(entity: &Entity) -> bool {
    entity.code == "payments"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let sum = |field: &str| number::read(cx.record.value(field));
    let (given, paid) = (sum("+payment_allocations.payment.amount")?, sum("amount")?);
    let message = || Message::new("found.payment-allocations").with("given", number::write(given));
    (given > paid).then(|| ("amount", message()))
}
