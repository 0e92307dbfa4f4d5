//! Check `usual-form`: telephone numbers, e-mail addresses and states that cannot be used as they stand.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

use crate::standard::{self, identity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "usual-form",
    severity: Severity::Warning,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(_: &Entity, field: &Field) -> bool {
    matches!(field.kind, FieldKind::Phone | FieldKind::Email | FieldKind::State)
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    if standard::is_blank(value) || standard::is_standard(cx.field, value) {
        return None;
    }
    Some(Message::new(match cx.field.kind {
        FieldKind::Phone if identity::is_exponent(value.trim()) => "found.usual-form.exponent",
        FieldKind::Phone => "found.usual-form.phone",
        FieldKind::Email => "found.usual-form.email",
        _ => "found.usual-form.state",
    }))
}
