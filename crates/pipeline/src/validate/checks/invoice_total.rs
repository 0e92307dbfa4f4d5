//! Check `invoice-total`: an invoice whose sum does not follow from its parts.
//!
//! The sum is calculated anew; what the file says is never corrected unasked.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::number;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "invoice-total",
    severity: Severity::Critical,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["subtotal", "discount_amount", "tax_amount", "total_amount"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let sum = |field: &str| number::read(cx.record.value(field));
    let right = sum("subtotal")? - sum("discount_amount")? + sum("tax_amount")?;
    let message = || Message::new("found.invoice-total").with("right", number::write(right));
    (sum("total_amount")? != right).then(|| ("total_amount", message()))
}
