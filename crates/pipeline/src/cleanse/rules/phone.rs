//! Rule `phone`: telephone numbers in their international form.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard;
use crate::standard::phone::{self, Reading};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "phone", applies, propose };

/// The field for a second number.
const SECOND: &str = "other_phone";

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Phone)
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if phone::is_standard(value) {
        return None;
    }
    match phone::read(value) {
        Reading::Certain(number) => Some(Fix::safe(number, Message::new("fix.phone.international"))),
        Reading::LostZero(number) => Some(Fix::review(number, Message::new("fix.phone.lost-zero"))),
        Reading::Several(numbers) => both(cx, &numbers),
        Reading::Beginning => Some(Fix::review("", Message::new("fix.phone.beginning"))),
        Reading::Unreadable => None,
    }
}

/// The first of several numbers, and the second in the record's field for it where that is free. Where one would be
/// lost, the reason names it: a person decides.
fn both(cx: &Cx<'_>, numbers: &[String]) -> Option<Fix> {
    let (first, others) = numbers.split_first()?;
    let free =
        cx.field.code == "phone" && cx.entity.field(SECOND).is_some() && standard::is_blank(cx.record.value(SECOND));
    match others {
        [second] if free => {
            let reason = Message::new("fix.phone.both").with("second", second);
            Some(Fix::review(first, reason).and(SECOND, second))
        }
        _ => Some(Fix::review(first, Message::new("fix.phone.several").with("others", others.join(", ")))),
    }
}
