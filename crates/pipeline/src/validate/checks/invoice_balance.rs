//! Check `invoice-balance`: an invoice whose balance is not its sum less what was paid.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::number;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "invoice-balance",
    severity: Severity::Critical,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["total_amount", "paid_amount", "balance_due"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let sum = |field: &str| number::read(cx.record.value(field));
    let right = sum("total_amount")? - sum("paid_amount")?;
    let message = || Message::new("found.invoice-balance").with("right", number::write(right));
    (sum("balance_due")? != right).then(|| ("balance_due", message()))
}
