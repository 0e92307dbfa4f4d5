//! Check `admission-age`: a pupil admitted younger than 3 or older than 21.

use model::{Check, Cx, Entity, Message, Person, Scope, Section, Severity};

use crate::standard::{date, identity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "admission-age",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["date_of_birth", "admission_date"];

fn applies(entity: &Entity) -> bool {
    entity.code == "students"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let birth = date::parse(cx.record.value("date_of_birth"))?;
    let admitted = date::parse(cx.record.value("admission_date"))?;
    let age = identity::age(birth, admitted);
    // Before birth is another check.
    let odd = admitted >= birth && !identity::fits(Person::Pupil, age);
    odd.then(|| ("admission_date", Message::new("found.admission-age").with("age", age)))
}
