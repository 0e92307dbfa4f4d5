//! Check `birth-date-future`: somebody who is not born yet.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

use crate::standard::date;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "birth-date-future",
    severity: Severity::Critical,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(entity: &Entity, field: &Field) -> bool {
    entity.person.is_some() && field.code == "date_of_birth" && matches!(field.kind, FieldKind::Date)
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    let birth = date::parse(value)?;
    (birth > cx.today).then(|| Message::new("found.birth-date-future"))
}
