//! Rule `currency`: `RM` and its like become the code of the currency.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "currency", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Currency)
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if standard::is_standard(cx.field, value) {
        return None;
    }
    let written = standard::tidy(value).to_uppercase();
    let code = match written.trim_end_matches('.') {
        "RM" | "RINGGIT" | "RINGGIT MALAYSIA" | "MYR" => "MYR",
        _ => return None,
    };
    Some(Fix::safe(code, Message::new("fix.currency.code")))
}
