//! Rule `decimal`: sums, marks and quantities with two places and without `RM` and commas.
//!
//! In `1.200` the point may part thousands, and `50 100` may be two sums: a person says which.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::{
    self,
    number::{self, Doubt},
};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "decimal", applies, propose };

fn applies(field: &Field) -> bool {
    number::digits_of(&field.kind).is_some() || matches!(field.kind, FieldKind::Figure)
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if standard::is_standard(cx.field, value) {
        return None;
    }
    let percent = standard::outer_trim(value).strip_suffix('%').filter(|_| matches!(cx.field.kind, FieldKind::Score));
    let (hundredths, doubt) = number::read_with_doubt(percent.unwrap_or(value))?;
    let written = number::write(hundredths);
    if !standard::is_standard(cx.field, &written) {
        return None;
    }
    if let Some(question) = doubt.and_then(|doubt| question(cx, hundredths, doubt)) {
        return Some(question);
    }
    Some(match (percent, hundredths < 0) {
        (Some(_), _) => Fix::review(written, Message::new("fix.decimal.percent")),
        (None, true) => Fix::review(written, Message::new("fix.decimal.minus")),
        (None, false) => Fix::safe(written, Message::new("fix.decimal.form")),
    })
}

/// What to ask of a number that may mean another; `None` where the field has no room for that other one.
fn question(cx: &Cx<'_>, hundredths: number::Hundredths, doubt: Doubt) -> Option<Fix> {
    let written = number::write(hundredths);
    match doubt {
        Doubt::Space => Some(Fix::review(written, Message::new("fix.decimal.space"))),
        Doubt::Point => {
            let thousands = number::write(hundredths.checked_mul(1_000)?);
            let fits = standard::is_standard(cx.field, &thousands);
            fits.then(|| Fix::manual(written, Message::new("fix.decimal.thousands").with("other", thousands)))
        }
    }
}
