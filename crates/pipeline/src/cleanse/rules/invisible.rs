//! Rule `invisible`: characters that nobody can see go: control characters, zero-width ones, the byte order mark,
//! marks of writing direction.
//!
//! The joiners that shape Jawi and Tamil letters stay where they stand behind such a letter.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "invisible", applies, propose };

/// Codes and yes-or-no are read through anything invisible by their own rules.
fn applies(field: &Field) -> bool {
    !matches!(field.kind, FieldKind::Code(_) | FieldKind::Bool)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    if value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return None;
    }
    let mut before = ' ';
    let hidden = value.chars().any(|char| {
        let hidden = standard::is_hidden(before, char);
        before = char;
        hidden
    });
    if !hidden {
        return None;
    }
    Some(Fix::safe(standard::tidy(value), Message::new("fix.invisible.gone")))
}
