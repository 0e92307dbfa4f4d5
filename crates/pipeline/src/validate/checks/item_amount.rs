//! Check `item-amount`: a line of an invoice whose amount is not quantity times price.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::number;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "item-amount",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["quantity", "unit_price", "amount"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let sum = |field: &str| number::read(cx.record.value(field));
    let hundredfold = i128::from(sum("quantity")?) * i128::from(sum("unit_price")?);
    let told = i128::from(sum("amount")?) * 100;
    // a price of three places may have been rounded to the sen
    (told.abs_diff(hundredfold) >= 100).then(|| ("amount", Message::new("found.item-amount")))
}
