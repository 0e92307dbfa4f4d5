//! Rule `gender`: what schools write for boys and girls becomes the standard word.
//!
//! Where a column holds both P and M, P may be *perempuan* or *putera* and M *male* or *muslimah*: a person
//! decides. The numbers 1 and 2 mean male and female where the column holds both; beside 0, nothing says which of the
//! two 1 is. Anything the list does not know is left, never guessed.

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
    if matches!(standard::outer_trim(value), "1" | "2") {
        return numbered(cx, meaning);
    }
    Some(Fix::safe(meaning, Message::new("fix.gender.list").with("value", standard::outer_trim(value))))
}

/// What 1 or 2 means, as far as the other numbers of the column say.
fn numbered(cx: &Cx<'_>, meaning: &'static str) -> Option<Fix> {
    match cx.column.gender_numbers {
        [_, ones, twos] if ones > 0 && twos > 0 => Some(Fix::safe(meaning, Message::new("fix.gender.numbers"))),
        [zeros, ..] if zeros > 0 => None,
        _ => Some(Fix::review(meaning, Message::new("fix.gender.number"))),
    }
}
