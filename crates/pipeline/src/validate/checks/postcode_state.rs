//! Check `postcode-state`: a postcode that lies in another state.
//!
//! A warning only: around Kuala Lumpur families use either.

use model::{Check, Cx, Entity, Message, Scope, Section, Severity};

use crate::standard::place;

/// The check.
pub(super) static CHECK: Check = Check {
    code: "postcode-state",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Record { applies, ask },
};

/// The fields that are compared.
pub(super) const NEEDS: &[&str] = &["postcode", "state"];

fn applies(entity: &Entity) -> bool {
    NEEDS.iter().all(|need| entity.field(need).is_some())
}

fn ask(cx: &Cx<'_>) -> Option<(&'static str, Message)> {
    let lies_in = place::state_of_postcode(cx.record.value("postcode"))?;
    let state = cx.record.value("state");
    if state == lies_in || !place::is_state(state) {
        return None;
    }
    Some(("postcode", Message::new("found.postcode-state").with("state", lies_in)))
}
