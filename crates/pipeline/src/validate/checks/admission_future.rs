//! Check `admission-future`: a pupil who is admitted only later. Next year's intake may be right.

use model::{Check, Cx, Entity, Field, Message, Scope, Section, Severity};

use crate::standard::date;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "admission-future",
    severity: Severity::Warning,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(entity: &Entity, field: &Field) -> bool {
    entity.code == "students" && field.code == "admission_date"
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    let admitted = date::parse(value)?;
    (admitted > cx.today).then(|| Message::new("found.admission-future"))
}
