//! Check `twins`: children of one guardian who were born on one day. Worth knowing: they are two and stay two.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard::date;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "twins",
    severity: Severity::Note,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "student", key, message: "found.twins" },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["student#", "guardian#", "student.date_of_birth"];

fn applies(entity: &Entity) -> bool {
    entity.code == "student_guardians"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let birth = cx.record.value("student.date_of_birth");
    date::is_standard(birth).then(|| format!("{}|{birth}", cx.record.value("guardian#")))
}

/// Two links of one child are no twins.
pub(super) fn clash(one: &dyn model::Siblings, other: &dyn model::Siblings) -> bool {
    one.value("student#") != other.value("student#")
}
