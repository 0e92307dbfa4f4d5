//! Rule `encoding`: text that was saved in one encoding and read in another, such as a curly apostrophe as three signs.
//!
//! To be reviewed even though the bytes prove it: a name is a legal string, and a person sees at a glance whether
//! the offered text is right.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::encoding;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "encoding", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Text | FieldKind::PersonName | FieldKind::Address)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    Some(Fix::review(encoding::repaired(value)?, Message::new("fix.encoding.again")))
}
