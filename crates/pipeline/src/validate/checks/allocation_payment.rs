//! Check `allocation-payment`: a payment that never arrived, or went back, and settles an invoice.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "allocation-payment",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// Where the payment stands.
pub(super) const NEEDS: &[&str] = &["payment.status", "payment"];

fn applies(entity: &Entity) -> bool {
    entity.code == "payment_allocations"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let gone = matches!(cx.record.value("payment.status"), "failed" | "cancelled" | "refunded");
    gone.then(|| ("payment", Message::new("found.allocation-payment")))
}
