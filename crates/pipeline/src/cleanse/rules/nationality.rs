//! Rule `nationality`: what schools write for a nationality becomes the country's name.
//!
//! "Warganegara" alone says "citizen" and is reviewed; "Bukan warganegara" names no country and stays. A blank is
//! never filled with "Malaysia".

use model::{Cx, Field, Fix, Message, Rule};

use crate::standard::{self, place};

/// The rule.
pub(super) static RULE: Rule = Rule { code: "nationality", applies, propose };

/// What says "citizen" without naming the country.
const CITIZEN: &[&str] = &["warganegara", "w/negara", "wn", "citizen", "ya"];

fn applies(field: &Field) -> bool {
    field.code == "nationality"
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    let written = standard::tidy(value).trim_end_matches('.').to_lowercase();
    if CITIZEN.contains(&written.as_str()) {
        return Some(Fix::review("Malaysia", Message::new("fix.nationality.citizen")));
    }
    let country = place::country(&written)?;
    Some(Fix::safe(country, Message::new("fix.nationality.country").with("value", standard::outer_trim(value))))
}
