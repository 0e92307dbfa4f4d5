//! Rule `gender`: what schools write for boys and girls becomes the standard word.
//!
//! Where a column holds both P and M, P may be *perempuan* or *putera* and M *male* or *muslimah*: a person
//! decides. Anything the list does not know is left, never guessed.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "gender", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Code(list) if list.code == "gender")
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    let FieldKind::Code(list) = cx.field.kind else { return None };
    if list.has(value) {
        return None;
    }
    let meaning = list.meaning(&standard::tidy(value))?;
    let doubtful = matches!(standard::outer_trim(value), "P" | "p" | "M" | "m");
    if cx.column.mixed_gender_codes && doubtful {
        return Some(Fix::review(meaning, Message::new("fix.gender.mixed")));
    }
    Some(Fix::safe(meaning, Message::new("fix.gender.list").with("value", standard::outer_trim(value))))
}
