//! Check `pupil-without-class`: a pupil at school who sits in no class, where the school's classes are known.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "pupil-without-class",
    severity: Severity::Warning,
    section: Section::References,
    scope: Scope::Record { applies, ask },
};

/// How many places lead to the pupil; blank where the project has none at all.
pub(super) const NEEDS: &[&str] = &["status", "#enrollments.student"];

fn applies(entity: &Entity) -> bool {
    entity.code == "students"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let alone = cx.record.value("status") == "active" && cx.record.value("#enrollments.student") == "0";
    alone.then(|| ("full_name", Message::new("found.pupil-without-class")))
}
