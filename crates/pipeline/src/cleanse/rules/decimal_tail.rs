//! Rule `decimal-tail`: numbers kept as text, such as a pupil's number or a class code, that came back from a
//! spreadsheet as `1024.0` or `'0042`.
//!
//! Only fields that hold such numbers: a mark of 3.0 elsewhere is no damage. A number shortened to `8.03051E+10`
//! has lost its digits and is left for the check to explain, and in `1.000` the point may part thousands.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::{self, number};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "decimal-tail", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Text | FieldKind::Reference(_)) && standard::is_numbering(field)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    let written = value.strip_prefix('\'').filter(|rest| !rest.is_empty()).unwrap_or(value);
    let whole = match written.split_once('.') {
        Some((whole, tail)) if is_digits(whole) && !tail.is_empty() && tail.bytes().all(|byte| byte == b'0') => whole,
        _ => written,
    };
    let thousands = written.split_once('.').is_some_and(|(whole, tail)| number::may_be_thousands(whole, tail));
    if thousands || whole == value || !whole.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-/ ".contains(&byte))
    {
        return None;
    }
    Some(Fix::safe(whole, Message::new("fix.decimal-tail.plain")))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
