//! Check `expected-value`: a value that a school is expected to know.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Need, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "expected-value",
    severity: Severity::Warning,
    section: Section::Completeness,
    scope: Scope::Value { applies, ask },
};

fn applies(_: &Entity, field: &Field) -> bool {
    field.need == Need::Expected && !matches!(field.kind, FieldKind::Reference(_))
}

fn ask(_: &Cx<'_>, value: &str) -> Option<Message> {
    standard::is_blank(value).then(|| Message::new("found.expected-value"))
}
