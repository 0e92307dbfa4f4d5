//! Rule `decimal`: sums, marks and quantities with two places and without `RM` and commas.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::{self, number};

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
    let hundredths = number::read(percent.unwrap_or(value))?;
    let written = number::write(hundredths);
    if !standard::is_standard(cx.field, &written) {
        return None;
    }
    Some(match (percent, hundredths < 0) {
        (Some(_), _) => Fix::review(written, Message::new("fix.decimal.percent")),
        (None, true) => Fix::review(written, Message::new("fix.decimal.minus")),
        (None, false) => Fix::safe(written, Message::new("fix.decimal.form")),
    })
}
