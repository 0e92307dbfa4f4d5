//! Rule `integer`: whole numbers without a decimal tail and without leading zeros.
//!
//! In `1.000` the point may part thousands: a person says which.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::{self, number};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "integer", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Integer | FieldKind::LargeInteger)
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if standard::is_standard(cx.field, value) {
        return None;
    }
    let written = standard::outer_trim(value).trim_start_matches('\'');
    let whole = match written.split_once('.') {
        Some((whole, tail)) if !tail.is_empty() && tail.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return None,
        None => written,
    };
    let thousands = written.split_once('.').is_some_and(|(whole, tail)| number::may_be_thousands(whole, tail));
    let zeros = whole.trim_start_matches('0');
    let whole = if zeros.is_empty() && !whole.is_empty() { "0" } else { zeros };
    if !standard::is_standard(cx.field, whole) {
        return None;
    }
    if thousands {
        return Some(Fix::manual(whole, Message::new("fix.decimal.thousands").with("other", format!("{whole}000"))));
    }
    Some(Fix::safe(whole, Message::new("fix.integer.tail")))
}
