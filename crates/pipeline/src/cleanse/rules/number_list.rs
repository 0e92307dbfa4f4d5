//! Rule `number-list`: several whole numbers as `1,2,30`.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::{self, number};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "number-list", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::IntegerList)
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if standard::is_standard(cx.field, value) {
        return None;
    }
    let list = number::read_list(value)?;
    Some(Fix::safe(list, Message::new("fix.number-list.form")))
}
