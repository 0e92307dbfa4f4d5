//! Check `name-suspicious`: a name with a digit or a lost letter in it, of two people, with hardly a letter, or a word
//! for "nothing".

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

use crate::{cleanse, names, standard};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "name-suspicious",
    severity: Severity::Warning,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(_: &Entity, field: &Field) -> bool {
    matches!(field.kind, FieldKind::PersonName)
}

fn ask(_: &Cx<'_>, value: &str) -> Option<Message> {
    if standard::is_blank(value) {
        return None;
    }
    if value.bytes().any(|byte| byte.is_ascii_digit()) {
        return Some(Message::new("found.name-suspicious.digits"));
    }
    if value.contains(['\u{fffd}', '?', '¿']) {
        return Some(Message::new("found.name-suspicious.lost"));
    }
    if let Some(key) = odd_words(value) {
        return Some(Message::new(key));
    }
    let letters = value.chars().filter(|char| char.is_alphabetic()).take(2).count();
    if letters < 2 {
        return Some(Message::new("found.name-suspicious.letters"));
    }
    crate::cleanse::is_null_word(standard::outer_trim(value)).then(|| Message::new("found.name-suspicious.nothing"))
}

/// What the words of a name say that is no name.
fn odd_words(value: &str) -> Option<&'static str> {
    if names::are_several(value) {
        Some("found.name-suspicious.several")
    } else if cleanse::is_placeholder(value) {
        Some("found.name-suspicious.placeholder")
    } else if names::is_unfinished(value) {
        Some("found.name-suspicious.unfinished")
    } else if value.contains(['(', ')', '[', ']']) {
        Some("found.name-suspicious.remark")
    } else {
        None
    }
}
