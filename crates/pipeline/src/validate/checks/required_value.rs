//! Check `required-value`: a value without which the portal refuses the record.
//!
//! References are left to the check `reference`: a record that comes from one row with another has no written value.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Need, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "required-value",
    severity: Severity::Critical,
    section: Section::Completeness,
    scope: Scope::Value { applies, ask },
};

fn applies(_: &Entity, field: &Field) -> bool {
    field.need == Need::Required && !matches!(field.kind, FieldKind::Reference(_))
}

fn ask(_: &Cx<'_>, value: &str) -> Option<Message> {
    standard::is_blank(value).then(|| Message::new("found.required-value"))
}
