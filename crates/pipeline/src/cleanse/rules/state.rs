//! Rule `state`: the sixteen states and territories under their own names.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::place;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "state", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::State)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    if place::is_state(value) {
        return None;
    }
    Some(Fix::safe(place::state(value)?, Message::new("fix.state.name")))
}
