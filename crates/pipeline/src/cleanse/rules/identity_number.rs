//! Rule `identity-number`: identity numbers without hyphens, and with the zeros that Excel took.
//!
//! Twelve digits stay the twelve digits they were. Zeros are only put back where the number then begins with a
//! real date of birth for such a person and a place that exists; a person confirms it. `8.03051E+10` has lost its
//! digits for good and is left for the check to explain.

use model::{Cx, Field, FieldKind, Fix, Message, Person, Rule};

use crate::standard::date;
use crate::standard::identity::{self, MyKad};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "identity-number", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::IdentityNumber)
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if identity::is_standard(value) || identity::is_exponent(value.trim()) || has_odd_points(value) {
        return None;
    }
    let compact = identity::compact(value);
    let digits = compact.bytes().all(|byte| byte.is_ascii_digit());
    match compact.len() {
        10 | 11 if digits => padded(cx, &compact),
        12 if digits => Some(Fix::safe(compact, Message::new("fix.identity-number.plain"))),
        _ if identity::is_standard(&compact) => Some(Fix::safe(compact, Message::new("fix.identity-number.plain"))),
        _ => None,
    }
}

/// The number with its leading zeros put back, if it then says something possible.
fn padded(cx: &Cx<'_>, digits: &str) -> Option<Fix> {
    let whole = format!("{digits:0>12}");
    let card = MyKad::parse(&whole).ok()?;
    let birth = card.birth(cx.entity.person.unwrap_or(Person::Adult), cx.today)?;
    let agrees = date::parse(cx.record.value("date_of_birth")) == Some(birth);
    let reason = if agrees { "fix.identity-number.padded-agrees" } else { "fix.identity-number.padded" };
    let reason = Message::new(reason).with("birth", birth.format("%d/%m/%Y"));
    Some(Fix::review(whole, reason))
}

/// Points that do not part the number as 6, 2 and 4 digits: a decimal point perhaps, and nothing to guess about.
fn has_odd_points(value: &str) -> bool {
    let whole = value.trim().strip_suffix(".0").unwrap_or(value.trim());
    let groups = whole.split(|char: char| !char.is_ascii_digit()).map(str::len).filter(|length| *length > 0);
    whole.contains('.') && !groups.eq([6, 2, 4])
}
