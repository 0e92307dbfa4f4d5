//! Check `invoice-items`: an invoice whose lines come to another sum than it says.
//!
//! Some schools list the discount as a line of its own: then the lines come to what is asked for in the end.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::number;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "invoice-items",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// How many lines there are, what they come to, and what the invoice says.
pub(super) const NEEDS: &[&str] = &["#invoice_items.invoice", "+invoice_items.invoice.amount", "subtotal"];

fn applies(entity: &Entity) -> bool {
    entity.code == "invoices"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let sum = |field: &str| number::read(cx.record.value(field));
    let lines = sum("+invoice_items.invoice.amount")?;
    let fits = sum("subtotal")? == lines || sum("total_amount") == Some(lines);
    let none = cx.record.value("#invoice_items.invoice") == "0";
    let message = || Message::new("found.invoice-items").with("right", number::write(lines));
    (!fits && !none).then(|| ("subtotal", message()))
}
