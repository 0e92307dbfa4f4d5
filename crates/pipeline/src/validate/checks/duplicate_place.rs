//! Check `duplicate-place`: one pupil twice in the same Quran programme and year. The portal refuses the second.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-place",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "student", key, message: "found.duplicate-place" },
};

/// The fields that are compared: whoever is meant, however the file writes it.
pub(super) const NEEDS: &[&str] = &["student#", "program#"];

/// The year, where one is meant.
pub(super) const LINKED: &[&str] = &["academic_year#"];

fn applies(entity: &Entity) -> bool {
    entity.code == "quran_enrollments"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let value = |field: &str| cx.record.value(field);
    let written = || standard::tidy(value("academic_year")).to_uppercase();
    let linked = Some(value("academic_year#")).filter(|year| !year.is_empty());
    let year = linked.map_or_else(written, |year| format!("#{year}"));
    Some(format!("{}|{}|{year}", value("student#"), value("program#")))
}
