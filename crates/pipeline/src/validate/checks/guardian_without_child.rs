//! Check `guardian-without-child`: a guardian of nobody, where the school's links are known.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "guardian-without-child",
    severity: Severity::Note,
    section: Section::References,
    scope: Scope::Record { applies, ask },
};

/// How many links lead to the guardian; blank where the project has none at all.
pub(super) const NEEDS: &[&str] = &["full_name", "#student_guardians.guardian"];

fn applies(entity: &Entity) -> bool {
    entity.code == "guardians"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let alone = cx.record.value("#student_guardians.guardian") == "0";
    alone.then(|| ("full_name", Message::new("found.guardian-without-child")))
}
