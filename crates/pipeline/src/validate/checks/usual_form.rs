//! Check `usual-form`: telephone numbers, e-mail addresses, states and countries that cannot be used as they stand.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

use crate::standard::{self, identity, place};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "usual-form",
    severity: Severity::Warning,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

/// The field that names a country.
const NATIONALITY: &str = "nationality";

fn applies(_: &Entity, field: &Field) -> bool {
    matches!(field.kind, FieldKind::Phone | FieldKind::Email | FieldKind::State) || field.code == NATIONALITY
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    let country = cx.field.code == NATIONALITY;
    let usual = if country { place::is_country(value) } else { standard::is_standard(cx.field, value) };
    if standard::is_blank(value) || usual {
        return None;
    }
    Some(Message::new(match cx.field.kind {
        FieldKind::Phone if identity::is_exponent(value.trim()) => "found.usual-form.exponent",
        FieldKind::Phone => "found.usual-form.phone",
        FieldKind::Email => "found.usual-form.email",
        _ if country => "found.usual-form.country",
        _ => "found.usual-form.state",
    }))
}
