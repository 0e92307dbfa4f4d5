//! Rule `spaces`: spaces around and between words, and what cannot be seen.
//!
//! Several lines of a name may be several people: that is asked, and where it is plain, nothing is offered.
//!
//! For fields of free text; the rules for dates, numbers and codes see through spaces themselves.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::{names, standard};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "spaces", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Text | FieldKind::PersonName | FieldKind::Address | FieldKind::Reference(_))
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if standard::is_tidy(value) {
        return None;
    }
    if super::is_name(cx.field) && standard::has_lines(value) {
        return lines(value);
    }
    let hidden = value.chars().any(|char| standard::is_invisible(char) || (char != ' ' && char.is_whitespace()));
    let reason = if hidden { "fix.spaces.hidden" } else { "fix.spaces.double" };
    Some(Fix::safe(standard::tidy(value), Message::new(reason)))
}

/// The lines of a name as one, unless they are two people.
fn lines(value: &str) -> Option<Fix> {
    if names::are_several(value) {
        return None;
    }
    let joined = standard::opened(value).unwrap_or_else(|| standard::tidy(value));
    Some(Fix::review(joined, Message::new("fix.spaces.lines")))
}
