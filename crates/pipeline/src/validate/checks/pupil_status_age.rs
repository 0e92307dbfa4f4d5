//! Check `pupil-status-age`: a pupil who has left school for good at an age at which nobody does.
//!
//! Year 6 ends in the year in which a child turns 12 (facts of the Ministry's schools); 10 leaves room.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::{date, identity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "pupil-status-age",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["date_of_birth", "status"];

/// Nobody younger has finished school.
const YOUNGEST: i32 = 10;

fn applies(entity: &Entity) -> bool {
    entity.code == "students"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let birth = date::parse(cx.record.value("date_of_birth"))?;
    let age = identity::age(birth, cx.today);
    let odd = cx.record.value("status") == "graduated" && age < YOUNGEST;
    odd.then(|| ("status", Message::new("found.pupil-status-age").with("age", age)))
}
