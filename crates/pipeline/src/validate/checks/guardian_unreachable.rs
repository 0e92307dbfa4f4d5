//! Check `guardian-unreachable`: a guardian with neither telephone nor e-mail.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "guardian-unreachable",
    severity: Severity::Warning,
    section: Section::Completeness,
    scope: Scope::Record { applies, ask },
};

/// A guardian who is nobody is another check.
pub(super) const NEEDS: &[&str] = &["full_name"];

fn applies(entity: &Entity) -> bool {
    entity.code == "guardians"
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let unreachable = ["phone", "email"].iter().all(|field| standard::is_blank(cx.record.value(field)));
    unreachable.then(|| ("phone", Message::new("found.guardian-unreachable")))
}
