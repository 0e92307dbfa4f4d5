//! Check `two-classes`: a pupil who sits in two classes of one year at the same time.

use model::{Check, Cx, Entity, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "two-classes",
    severity: Severity::Warning,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "class", key, message: "found.two-classes" },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["student#", "academic_year#", "status"];

fn applies(entity: &Entity) -> bool {
    entity.code == "enrollments"
}

/// Who moved in the middle of the year has left one of the classes.
fn key(cx: &Cx<'_>) -> Option<String> {
    let sits = cx.record.value("status") == "active";
    sits.then(|| format!("{}|{}", cx.record.value("student#"), cx.record.value("academic_year#")))
}
