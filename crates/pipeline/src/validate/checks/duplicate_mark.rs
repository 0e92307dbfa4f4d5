//! Check `duplicate-mark`: one pupil, subject and test entered twice.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "duplicate-mark",
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "subject", key, message: "found.duplicate-mark" },
};

fn applies(entity: &Entity) -> bool {
    matches!(entity.code, "grades" | "islamic_studies_grades")
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let value = |field: &str| standard::tidy(cx.record.value(field)).to_uppercase();
    let (student, subject) = (value("student"), value("subject"));
    let rest = ["academic_year", "term", "assessment"].map(value).join("|");
    (!matches!(student.as_str(), "" | "#") && !subject.is_empty()).then(|| format!("{student}|{subject}|{rest}"))
}
