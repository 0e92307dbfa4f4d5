//! Check `identity-gender`: an identity number and a gender that disagree.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use model::entities::GENDER;

use crate::standard::identity::MyKad;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "identity-gender",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["national_id", "gender"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let says = MyKad::parse(cx.record.value("national_id")).ok()?.gender();
    let gender = cx.record.value("gender");
    if gender == says || !GENDER.has(gender) {
        return None;
    }
    let key = if says == "male" { "found.identity-gender.male" } else { "found.identity-gender.female" };
    Some(("gender", Message::new(key)))
}
