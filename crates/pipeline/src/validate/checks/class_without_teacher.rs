//! Check `class-without-teacher`: a class of which nobody is the teacher.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "class-without-teacher",
    severity: Severity::Note,
    section: Section::Completeness,
    scope: Scope::Record { applies, ask },
};

/// A class without a name is another check.
pub(super) const NEEDS: &[&str] = &["name"];

fn applies(entity: &Entity) -> bool {
    entity.code == "classes"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let nobody = standard::is_blank(cx.record.value("class_teacher"));
    nobody.then(|| ("class_teacher", Message::new("found.class-without-teacher")))
}
