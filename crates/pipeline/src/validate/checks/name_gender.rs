//! Check `name-gender`: a name with BIN or BINTI and a gender that disagree.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use model::entities::GENDER;

use crate::names;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "name-gender",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["full_name", "gender"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let says = names::particle_gender(cx.record.value("full_name"))?;
    let gender = cx.record.value("gender");
    if gender == says || !GENDER.has(gender) {
        return None;
    }
    let key = if says == "male" { "found.name-gender.male" } else { "found.name-gender.female" };
    Some(("gender", Message::new(key)))
}
