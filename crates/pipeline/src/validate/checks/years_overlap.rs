//! Check `years-overlap`: two academic years that share days. The portal refuses the second.

use model::{Check, Cx, Entity, Scope, Section, Severity, Siblings};

use crate::standard::date;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "years-overlap",
    severity: Severity::Critical,
    section: Section::Consistency,
    scope: Scope::Unique { applies, field: "start_date", key, message: "found.years-overlap" },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["start_date", "end_date"];

fn applies(entity: &Entity) -> bool {
    entity.code == "academic_years"
}

/// All years are compared with each other: a school has few.
fn key(cx: &Cx<'_>) -> Option<String> {
    NEEDS.iter().all(|need| date::is_standard(cx.record.value(need))).then(|| "years".to_owned())
}

/// Whether two years share a day. Dates in standard form compare as text.
pub(super) fn clash(one: &dyn Siblings, other: &dyn Siblings) -> bool {
    one.value("start_date") <= other.value("end_date") && other.value("start_date") <= one.value("end_date")
}
