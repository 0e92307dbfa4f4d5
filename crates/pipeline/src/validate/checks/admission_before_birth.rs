//! Check `admission-before-birth`: a pupil admitted before being born. The portal refuses such a row.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::date;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "admission-before-birth",
    severity: Severity::Critical,
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
    (admitted < birth).then(|| ("admission_date", Message::new("found.admission-before-birth")))
}
