//! Check `enrollment-of-leaver`: a place in a class that is still taken by a pupil who has left.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "enrollment-of-leaver",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["status", "student.status"];

fn applies(entity: &Entity) -> bool {
    entity.code == "enrollments"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let left = ["graduated", "withdrawn", "expelled", "transferred"].contains(&cx.record.value("student.status"));
    (left && cx.record.value("status") == "active").then(|| ("status", Message::new("found.enrollment-of-leaver")))
}
