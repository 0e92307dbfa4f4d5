//! Check `shared-phone`: one telephone number at four guardians or more.
//!
//! Often the school's own number, typed to fill the cell. Father, mother and a grandparent may well share one.

use model::{Check, Cx, Entity, Scope, Section, Severity};

use crate::standard::phone;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "shared-phone",
    severity: Severity::Warning,
    section: Section::Uniqueness,
    scope: Scope::Unique { applies, field: "phone", key, message: "found.shared-phone" },
};

/// From how many guardians on it is odd.
pub(super) const LEAST: usize = 4;

fn applies(entity: &Entity) -> bool {
    entity.code == "guardians"
}

fn key(cx: &Cx<'_>) -> Option<String> {
    let number = cx.record.value("phone");
    phone::is_standard(number).then(|| number.to_owned())
}
