//! Check `excel-number`: a pupil's number, a class code or another number kept as text that Excel has shortened.
//!
//! `8.03051E+10` may stand for a hundred thousand numbers: it is nobody's key. Identity numbers have their own check.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

use crate::standard::{self, identity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "excel-number",
    severity: Severity::Critical,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(_: &Entity, field: &Field) -> bool {
    matches!(field.kind, FieldKind::Text) && standard::is_numbering(field)
}

fn ask(_: &Cx<'_>, value: &str) -> Option<Message> {
    identity::is_exponent(value.trim()).then(|| Message::new("found.excel-number"))
}
