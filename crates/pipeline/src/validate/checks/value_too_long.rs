//! Check `value-too-long`: a value longer than the portal can keep in an index.
//!
//! Source: PostgreSQL, "B-Tree Indexes": an entry may take a third of a page, 2,704 bytes.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "value-too-long",
    severity: Severity::Critical,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

/// Bytes that an indexed value may take, with some room for what stands beside it in the index.
const MOST: usize = 2_600;

fn applies(_: &Entity, field: &Field) -> bool {
    let indexed = ["student_number", "employee_number", "code", "name", "username"].contains(&field.code);
    indexed || matches!(field.kind, FieldKind::PersonName | FieldKind::IdentityNumber | FieldKind::Email)
}

fn ask(_: &Cx<'_>, value: &str) -> Option<Message> {
    (value.len() > MOST).then(|| Message::new("found.value-too-long").with("count", value.chars().count()))
}
