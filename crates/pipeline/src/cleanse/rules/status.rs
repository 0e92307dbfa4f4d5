//! Rule `status`: what schools write for a coded value becomes the standard code.
//!
//! For every field with a list of codes but gender, which has a rule of its own.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "status", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Code(list) if list.code != "gender")
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    let FieldKind::Code(list) = cx.field.kind else { return None };
    if list.has(value) {
        return None;
    }
    let meaning = list.meaning(&standard::tidy(value))?;
    Some(Fix::safe(meaning, Message::new("fix.status.list").with("value", standard::outer_trim(value))))
}
