//! Rule `phone`: telephone numbers in their international form.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::phone::{self, Reading};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "phone", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Phone)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    if phone::is_standard(value) {
        return None;
    }
    match phone::read(value) {
        Reading::Certain(number) => Some(Fix::safe(number, Message::new("fix.phone.international"))),
        Reading::LostZero(number) => Some(Fix::review(number, Message::new("fix.phone.lost-zero"))),
        Reading::Several(numbers) => first_of(&numbers),
        Reading::Beginning => Some(Fix::review("", Message::new("fix.phone.beginning"))),
        Reading::Unreadable => None,
    }
}

/// The first of several numbers, with the others named: a person decides, for they would be lost.
fn first_of(numbers: &[String]) -> Option<Fix> {
    let (first, others) = numbers.split_first()?;
    Some(Fix::review(first, Message::new("fix.phone.several").with("others", others.join(", "))))
}
