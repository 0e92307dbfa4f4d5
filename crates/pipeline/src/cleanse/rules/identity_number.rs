//! Rule `identity-number`: identity numbers without hyphens, and with the zeros that Excel took.
//!
//! Twelve digits stay the twelve digits they were. Zeros are only put back where the number then begins with a
//! real date of birth for such a person and a place that exists; a person confirms it. `8.03051E+10` has lost its
//! digits for good and is left for the check to explain, and so has a number whose digits are hidden behind stars. The
//! number of another document gets no zeros. A letter typed for the digit that looks like it is offered
//! as that digit, where the number then says something possible.

use model::{Cx, Field, FieldKind, Fix, Message, Person, Rule};

use crate::standard::date;
use crate::standard::identity::{self, MyKad};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "identity-number", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::IdentityNumber)
}

fn propose(cx: &Cx<'_>, value: &str) -> Option<Fix> {
    if is_sound(value) || identity::is_exponent(value.trim()) || has_odd_points(value) {
        return None;
    }
    let compact = identity::compact(value);
    let digits = compact.bytes().all(|byte| byte.is_ascii_digit());
    let other = identity::is_other_document(cx.record.value("identity_type"));
    match compact.len() {
        10 | 11 if digits => {
            if other {
                None
            } else {
                padded(cx, &compact)
            }
        }
        12 if digits => Some(Fix::safe(compact, Message::new("fix.identity-number.plain"))),
        12 if !other && as_digits(&compact).is_some() => lookalikes(cx, &compact),
        _ if identity::is_standard(&compact) => Some(Fix::safe(compact, Message::new("fix.identity-number.plain"))),
        _ => None,
    }
}

/// Whether `value` needs nothing; a passport's number that is rather a MyKad number with letters in it does.
fn is_sound(value: &str) -> bool {
    identity::is_standard(value) && as_digits(value).is_none_or(|digits| digits == value)
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

/// A number in which a letter was typed for the digit that looks like it, with the digits.
fn lookalikes(cx: &Cx<'_>, compact: &str) -> Option<Fix> {
    let digits = as_digits(compact)?;
    let birth = MyKad::parse(&digits).ok()?.birth(cx.entity.person.unwrap_or(Person::Adult), cx.today)?;
    let reason = Message::new("fix.identity-number.letters").with("birth", birth.format("%d/%m/%Y"));
    Some(Fix::review(digits, reason))
}

/// Twelve characters, half of them letters that look like a digit at most, as digits. A passport has other letters or
/// fewer characters.
fn as_digits(compact: &str) -> Option<String> {
    let letters = compact.bytes().filter(u8::is_ascii_alphabetic).count();
    let digit = |char: char| match char {
        'O' | 'Q' | 'D' => Some('0'),
        'I' | 'L' => Some('1'),
        'S' => Some('5'),
        'B' => Some('8'),
        'Z' => Some('2'),
        '0'..='9' => Some(char),
        _ => None,
    };
    if letters > 6 || compact.len() != 12 {
        return None;
    }
    compact.chars().map(digit).collect()
}

/// Points that do not part the number as 6, 2 and 4 digits: a decimal point perhaps, and nothing to guess about.
fn has_odd_points(value: &str) -> bool {
    let whole = value.trim().strip_suffix(".0").unwrap_or(value.trim());
    let groups = whole.split(|char: char| !char.is_ascii_digit()).map(str::len).filter(|length| *length > 0);
    whole.contains('.') && !groups.eq([6, 2, 4])
}
