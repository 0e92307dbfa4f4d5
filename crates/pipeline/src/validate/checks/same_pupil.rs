//! Check `same-pupil`: two pupils with one name and one date of birth, and no number that tells them apart.
//!
//! A corrected file brings the same child again, and nothing but a person can say that it is the same: so neither goes
//! to the portal until somebody has. Who are said to be two are let go, see `app/command/validate/apart.rs`.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::matching::person::usable_number;
use crate::names;
use crate::standard::{self, date};

/// The check.
pub(super) static CHECK: Check = Check {
    code: CODE,
    severity: Severity::Critical,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "full_name", key, message: "found.same-pupil" },
};

/// Its code: a person's decision that two are two is asked for it.
pub const CODE: &str = "same-pupil";

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["full_name", "date_of_birth"];

fn applies(entity: &Entity) -> bool {
    entity.code == "students"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let value = |field: &str| cx.record.value(field);
    let numbered = ["student_number", "birth_certificate"].iter().any(|field| !standard::is_blank(value(field)))
        || usable_number(value("national_id")).is_some();
    // Nearly every pupil has a number: the name is only made comparable for the others.
    if numbered || !date::is_standard(value("date_of_birth")) {
        return None;
    }
    let name = names::match_key(value("full_name"));
    (name.len() > 1).then(|| format!("{name}|{}", value("date_of_birth")))
}
