//! Check `class-without-pupils`: a class in which nobody sits, where the school's places are known.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "class-without-pupils",
    severity: Severity::Note,
    section: Section::References,
    scope: Scope::Record { applies, ask },
};

/// How many places lead to the class; blank where the project has none at all.
pub(super) const NEEDS: &[&str] = &["name", "#enrollments.class"];

fn applies(entity: &Entity) -> bool {
    entity.code == "classes"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let empty = cx.record.value("#enrollments.class") == "0";
    empty.then(|| ("name", Message::new("found.class-without-pupils")))
}
