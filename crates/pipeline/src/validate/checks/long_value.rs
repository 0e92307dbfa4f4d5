//! Check `long-value`: a value much longer than such values are; often a whole row in one cell.
//!
//! A MyKad prints names of up to 80 letters; mail addresses have at most 254 characters (RFC 5321, 4.5.3.1).

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "long-value",
    severity: Severity::Warning,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(_: &Entity, field: &Field) -> bool {
    usual(field).is_some()
}

/// Characters that such a value has at most, where that can be said.
fn usual(field: &Field) -> Option<usize> {
    match field.kind {
        FieldKind::PersonName => Some(150),
        FieldKind::Email => Some(254),
        FieldKind::Address => Some(255),
        // Notes are free text.
        FieldKind::Text if field.code.ends_with("notes") => Some(4_000),
        FieldKind::Text => Some(255),
        _ => None,
    }
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    let most = usual(cx.field)?;
    // No text has more characters than bytes.
    let count = if value.len() > most { value.chars().count() } else { 0 };
    (count > most).then(|| Message::new("found.long-value").with("count", count).with("most", most))
}
