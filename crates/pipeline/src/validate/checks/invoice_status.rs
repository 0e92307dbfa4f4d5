//! Check `invoice-status`: a status that the sums of the invoice contradict.
//!
//! Drafts and cancelled or refunded invoices are the school's own word; overdue is one that is not paid by its day.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::{date, number};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "invoice-status",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["status", "total_amount", "paid_amount"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let sum = |field: &str| number::read(cx.record.value(field));
    let (total, paid) = (sum("total_amount")?, sum("paid_amount")?);
    let due = date::parse(cx.record.value("due_date"));
    let late = due.is_some_and(|due| due < cx.today);
    let fits = match cx.record.value("status") {
        "paid" => paid >= total,
        "partially_paid" => paid > 0 && paid < total,
        "sent" => paid == 0 && total > 0,
        "overdue" => paid < total && (late || due.is_none()),
        _ => true,
    };
    (!fits).then(|| {
        ("status", Message::new(if paid >= total { "found.invoice-status.paid" } else { "found.invoice-status.open" }))
    })
}
