//! Check `standard-form`: dates, codes and numbers that the portal's columns would refuse.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

use crate::standard;
use crate::standard::date::{self, Century, Reading};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "standard-form",
    severity: Severity::Critical,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(_: &Entity, field: &Field) -> bool {
    use FieldKind::{Bool, Code, Date, Integer, Postcode};
    matches!(field.kind, Date | Code(_) | Bool | Integer | Postcode)
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    if standard::is_blank(value) || standard::is_standard(cx.field, value) {
        return None;
    }
    Some(match cx.field.kind {
        FieldKind::Date => odd_date(cx, value),
        FieldKind::Code(_) => Message::new("found.standard-form.code"),
        FieldKind::Bool => Message::new("found.standard-form.bool"),
        FieldKind::Integer => Message::new("found.standard-form.integer"),
        _ => Message::new("found.standard-form.postcode"),
    })
}

/// Why a date is not in the standard form.
fn odd_date(cx: &Cx<'_>, value: &str) -> Message {
    match date::read(value, Century { born: None, today: cx.today }) {
        Reading::Impossible => Message::new("found.standard-form.no-such-day"),
        Reading::Hijri(year) => Message::new("found.standard-form.hijri").with("year", year),
        Reading::Either { .. } => Message::new("found.standard-form.two-ways"),
        _ => Message::new("found.standard-form.date"),
    }
}
