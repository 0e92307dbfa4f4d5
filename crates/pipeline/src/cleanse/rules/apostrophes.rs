//! Rule `apostrophes`: the many apostrophes in names become the one on the keyboard.
//!
//! To be reviewed: a name is a legal string. Comparing names sees through all of them anyway.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "apostrophes", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::PersonName)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    let odd = |char: char| matches!(char, '’' | '‘' | '`' | '´' | 'ʼ' | 'ʻ' | '′');
    if !value.contains(odd) {
        return None;
    }
    Some(Fix::review(value.replace(odd, "'"), Message::new("fix.apostrophes.one")))
}
