//! Check `invoice-settled`: a status that the payments of the invoice contradict.
//!
//! Drafts and cancelled or refunded invoices are the school's own word.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::number;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "invoice-settled",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// What payments give, what is asked for, and where the invoice stands.
pub(super) const NEEDS: &[&str] = &["+payment_allocations.invoice.amount", "total_amount", "status"];

fn applies(entity: &Entity) -> bool {
    entity.code == "invoices"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let sum = |field: &str| number::read(cx.record.value(field));
    let (given, total) = (sum("+payment_allocations.invoice.amount")?, sum("total_amount")?);
    let fits = match cx.record.value("status") {
        "paid" => given >= total,
        "partially_paid" => given > 0 && given < total,
        "sent" => given == 0,
        "overdue" => given < total,
        _ => true,
    };
    let message = || {
        let sums = Message::new("found.invoice-settled").with("given", number::write(given));
        sums.with("total", number::write(total))
    };
    (!fits).then(|| ("status", message()))
}
