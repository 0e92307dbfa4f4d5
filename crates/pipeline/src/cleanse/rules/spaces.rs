//! Rule `spaces`: spaces around and between words, and what cannot be seen.
//!
//! For fields of free text; the rules for dates, numbers and codes see through spaces themselves.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "spaces", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Text | FieldKind::PersonName | FieldKind::Address | FieldKind::Reference(_))
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    if standard::is_tidy(value) {
        return None;
    }
    let hidden = value.chars().any(|char| standard::is_invisible(char) || (char != ' ' && char.is_whitespace()));
    let reason = if hidden { "fix.spaces.hidden" } else { "fix.spaces.double" };
    Some(Fix::safe(standard::tidy(value), Message::new(reason)))
}
