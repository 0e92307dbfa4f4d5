//! Check `identity-number`: a number that is no identity number, and why.
//!
//! A passport or service number of digits alone is accepted where the record's identity type says it is one.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

use crate::standard;
use crate::standard::identity::{self, Flaw};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "identity-number",
    severity: Severity::Critical,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(_: &Entity, field: &Field) -> bool {
    matches!(field.kind, FieldKind::IdentityNumber)
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    if standard::is_blank(value) {
        return None;
    }
    let flaw = identity::flaw(value)?;
    if flaw != Flaw::Masked && is_other_document(cx.record.value("identity_type"), value) {
        return None;
    }
    Some(match flaw {
        Flaw::Length(count) => Message::new("found.identity-number.length").with("count", count),
        Flaw::Date => Message::new("found.identity-number.date"),
        Flaw::Place(place) => Message::new("found.identity-number.place").with("place", format!("{place:02}")),
        Flaw::Exponent => Message::new("found.identity-number.exponent"),
        Flaw::Masked => Message::new("found.identity-number.masked"),
        Flaw::Characters => Message::new("found.identity-number.characters"),
    })
}

/// Whether the record says that its number is a passport's or another document's, and it may be one.
fn is_other_document(identity_type: &str, value: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    identity::is_other_document(identity_type) && (6..=12).contains(&value.len()) && value.bytes().all(sound)
}
