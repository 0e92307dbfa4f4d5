//! Check `relationship-gender`: a father who by name or identity number is a woman, a mother who is a man.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::names;
use crate::standard::identity::MyKad;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "relationship-gender",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["relationship", "guardian#"];
/// What says whether somebody is a man or a woman.
pub(super) const LINKED: &[&str] = &["guardian.national_id", "guardian.full_name"];

fn applies(entity: &Entity) -> bool {
    entity.code == "student_guardians"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let (wanted, key) = match cx.record.value("relationship") {
        "father" => ("male", "found.relationship-gender.father"),
        "mother" => ("female", "found.relationship-gender.mother"),
        _ => return None,
    };
    let by_card = MyKad::parse(cx.record.value("guardian.national_id")).ok().map(MyKad::gender);
    let by_name = names::particle_gender(cx.record.value("guardian.full_name"));
    let odd = [by_card, by_name].into_iter().flatten().any(|says| says != wanted);
    odd.then(|| ("relationship", Message::new(key)))
}
