//! Rule `postcode`: postcodes as five digits.
//!
//! Four digits are a postcode of Perlis or Kedah that lost its zero, or a typing mistake: to be reviewed.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::standard::{outer_trim, place};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "postcode", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Postcode)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    if place::is_postcode(value) {
        return None;
    }
    let written = outer_trim(value).trim_start_matches('\'');
    let written = written.strip_suffix(".0").unwrap_or(written);
    let digits: String = written.chars().filter(|char| !char.is_whitespace()).collect();
    if place::is_postcode(&digits) {
        return Some(Fix::safe(digits, Message::new("fix.postcode.plain")));
    }
    let padded = format!("0{digits}");
    let state = place::state_of_postcode(&padded)?;
    Some(Fix::review(padded, Message::new("fix.postcode.lost-zero").with("state", state)))
}
