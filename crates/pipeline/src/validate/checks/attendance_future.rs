//! Check `attendance-future`: attendance on a day that has not come.

use model::{Check, Cx, Entity, Field, Message, Scope, Section, Severity};

use crate::standard::date;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "attendance-future",
    severity: Severity::Critical,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(entity: &Entity, field: &Field) -> bool {
    entity.code == "attendance" && field.code == "attendance_date"
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    (date::parse(value)? > cx.today).then(|| Message::new("found.attendance-future"))
}
