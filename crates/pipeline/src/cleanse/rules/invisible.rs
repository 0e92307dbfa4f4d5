//! Rule `invisible`: characters that nobody can see go: control characters, zero-width ones, the byte order mark,
//! marks of writing direction.
//!
//! Between two letters of a name or a text something invisible may have parted two words: that is asked.
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

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return None;
    }
    let mut before = ' ';
    let hidden = value.chars().any(|char| {
        let hidden = standard::is_hidden(before, char);
        before = char;
        hidden
    });
    // Several lines of a name are a question of their own, of the rule for spaces.
    if !hidden || (super::is_name(cx.field) && standard::has_lines(value)) {
        return None;
    }
    if let Some(opened) = standard::opened(value).filter(|_| is_words(cx.field)) {
        return Some(Fix::review(opened, Message::new("fix.invisible.between")));
    }
    Some(Fix::safe(standard::tidy(value), Message::new("fix.invisible.gone")))
}

/// Whether the field holds words rather than a number, a code or an address of the internet.
fn is_words(field: &Field) -> bool {
    super::is_name(field)
        || (matches!(field.kind, FieldKind::Text | FieldKind::Address) && !standard::is_numbering(field))
}
