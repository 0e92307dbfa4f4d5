//! Rule `email`: what surrounds an e-mail address goes, and capitals become small.
//!
//! Inside an address nothing is ever repaired: a repair that looks right sends a child's letters to a stranger.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::email;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "email", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Email)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    if email::is_standard(value) {
        return None;
    }
    Some(Fix::safe(email::tidy(value)?, Message::new("fix.email.tidy")))
}
