//! Check `pupil-without-guardian`: a pupil at school of whom no guardian is known, where the school's are.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "pupil-without-guardian",
    severity: Severity::Warning,
    section: Section::References,
    scope: Scope::Record { applies, ask },
};

/// How many links lead to the pupil; blank where the project has none at all.
pub(super) const NEEDS: &[&str] = &["status", "#student_guardians.student"];

fn applies(entity: &Entity) -> bool {
    entity.code == "students"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let alone = cx.record.value("status") == "active" && cx.record.value("#student_guardians.student") == "0";
    alone.then(|| ("full_name", Message::new("found.pupil-without-guardian")))
}
