//! Check `duplicate-class`: two classes of one year with one code. The portal refuses the second.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-class",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "code", key, message: "found.duplicate-class" },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["code", "academic_year#"];

fn applies(entity: &Entity) -> bool {
    entity.code == "classes"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let code = standard::tidy(cx.record.value("code")).to_uppercase();
    Some(format!("{code}|{}", cx.record.value("academic_year#")))
}
