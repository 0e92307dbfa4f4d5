//! Check `class-capacity`: more pupils in a class than it has room for.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "class-capacity",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The room, and how many places lead to the class.
pub(super) const NEEDS: &[&str] = &["#enrollments.class", "capacity"];

fn applies(entity: &Entity) -> bool {
    entity.code == "classes"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let room: u64 = cx.record.value("capacity").parse().ok()?;
    let pupils: u64 = cx.record.value("#enrollments.class").parse().ok()?;
    (pupils > room)
        .then(|| ("capacity", Message::new("found.class-capacity").with("pupils", pupils).with("room", room)))
}
