//! Rule `email`: what surrounds an e-mail address goes, and capitals become small.
//!
//! Inside an address nothing is repaired unasked: a repair that looks right sends a child's letters to a stranger.
//! The usual slips (a space, a comma for a point, a misspelt domain) are only hinted at, and a person decides.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::country::my;
use crate::standard::email;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "email", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Email)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    if email::is_standard(value) {
        return misspelt(value).map(|right| Fix::manual(right, Message::new("fix.email.slip")));
    }
    match email::tidy(value) {
        Some(tidied) if misspelt(&tidied).is_none() => Some(Fix::safe(tidied, Message::new("fix.email.tidy"))),
        Some(tidied) => hint(&tidied),
        None => hint(value),
    }
}

/// The address without the usual slips, where exactly one address comes of it.
fn hint(value: &str) -> Option<Fix> {
    let written = value.to_lowercase().replace("[at]", "@").replace("(at)", "@");
    let joined = [" @", "@ ", " .", ". "].iter().fold(written, |text, gap| text.replace(gap, gap.trim()));
    let tidied = email::tidy(&joined.replace(',', "."))?;
    let right = misspelt(&tidied).unwrap_or(tidied);
    Some(Fix::manual(right, Message::new("fix.email.slip")))
}

/// The address with its domain spelt rightly, where it is one of those that are often misspelt.
fn misspelt(address: &str) -> Option<String> {
    let (local, domain) = address.split_once('@')?;
    let (_, right) = my::MISSPELT_DOMAINS.iter().find(|(wrong, _)| *wrong == domain)?;
    Some(format!("{local}@{right}"))
}
