//! Check `same-name-birth-date`: two pupils with one name and one date of birth: perhaps the same child.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::names;
use crate::standard::date;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "same-name-birth-date",
    severity: Severity::Warning,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "full_name", key, message: "found.same-name-birth-date" },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["full_name", "date_of_birth"];

fn applies(entity: &Entity) -> bool {
    entity.code == "students"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let birth = cx.record.value("date_of_birth");
    if !date::is_standard(birth) {
        return None;
    }
    let name = names::match_key(cx.record.value("full_name"));
    (name.len() > 1).then(|| format!("{name}|{birth}"))
}
