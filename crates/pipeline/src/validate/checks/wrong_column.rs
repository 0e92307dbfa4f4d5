//! Check `wrong-column`: a name, an identity number or a date that is plainly something else.
//!
//! One such value is a slip; a column full of them was mapped to the wrong field.

use model::{Check, Cx, Entity, Field, FieldKind, Message, Scope, Section, Severity};

use crate::standard::date::{self, Century, Reading};
use crate::standard::identity::{self, MyKad};
use crate::standard::{email, outer_trim, phone};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "wrong-column",
    severity: Severity::Critical,
    section: Section::Validity,
    scope: Scope::Value { applies, ask },
};

fn applies(_: &Entity, field: &Field) -> bool {
    matches!(field.kind, FieldKind::PersonName | FieldKind::IdentityNumber | FieldKind::Date)
}

fn ask(cx: &Cx<'_>, value: &str) -> Option<Message> {
    let value = outer_trim(value);
    let key = match cx.field.kind {
        FieldKind::PersonName => number_or_date(cx, value).or_else(|| mail(value)),
        FieldKind::IdentityNumber => mail(value).or_else(|| name(value)).or_else(|| written_date(cx, value)),
        _ => mail(value).or_else(|| name(value)).or_else(|| card(value)),
    };
    key.map(Message::new)
}

fn mail(value: &str) -> Option<&'static str> {
    (value.contains('@') && email::is_standard(&value.to_lowercase())).then_some("found.wrong-column.email")
}

/// Two words or more, of letters alone.
fn name(value: &str) -> Option<&'static str> {
    let plain = |char: char| char.is_alphabetic() || " .'@/-’".contains(char);
    let words = value.split_whitespace().filter(|word| word.chars().filter(|char| char.is_alphabetic()).count() > 1);
    (value.chars().all(plain) && words.take(2).count() == 2).then_some("found.wrong-column.name")
}

fn card(value: &str) -> Option<&'static str> {
    // Most dates are shorter: they need not be copied to see that.
    if value.len() < 12 {
        return None;
    }
    MyKad::parse(&identity::compact(value)).is_ok().then_some("found.wrong-column.identity")
}

fn written_date(cx: &Cx<'_>, value: &str) -> Option<&'static str> {
    let separated = value.contains(['/', '-', '.']) && value.len() <= 24;
    let reading = separated.then(|| date::read(value, Century { born: None, today: cx.today }))?;
    let is_date = matches!(reading, Reading::Certain(_) | Reading::Either(_) | Reading::Timed(_));
    is_date.then_some("found.wrong-column.date")
}

fn number_or_date(cx: &Cx<'_>, value: &str) -> Option<&'static str> {
    if !value.bytes().any(|byte| byte.is_ascii_digit()) || value.chars().any(char::is_alphabetic) {
        return None;
    }
    let dialled = matches!(phone::read(value), phone::Reading::Certain(_) | phone::Reading::LostZero(_))
        || phone::is_standard(value);
    card(value)
        .or_else(|| written_date(cx, value))
        .or_else(|| dialled.then_some("found.wrong-column.phone"))
        .or(Some("found.wrong-column.number"))
}
