//! Rule `name`: a name written all in small letters is offered with capitals.
//!
//! Nothing else about a name is touched. Capitals throughout are how the identity card has it, and particles
//! (bin, binti, a/l, a/p …) stay as they are written.

use model::{Cx, Field, FieldKind, Fix, Message, Rule};

use crate::country::my;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "name", applies, propose };

fn applies(field: &Field) -> bool {
    matches!(field.kind, FieldKind::PersonName)
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    let small = value.chars().any(char::is_lowercase) && !value.chars().any(char::is_uppercase);
    if !small {
        return None;
    }
    let words: Vec<String> = value.split(' ').map(capitalised).collect();
    Some(Fix::review(words.join(" "), Message::new("fix.name.capitals")))
}

/// The word with a capital at the beginning of each hyphened part, unless it is a particle or the article *al-*.
fn capitalised(word: &str) -> String {
    let particle = |known: &&(&str, my::Child)| known.0.len() > 1 && known.0.eq_ignore_ascii_case(word);
    if my::PARTICLES.iter().any(|known| particle(&known)) {
        return word.to_owned();
    }
    let parts: Vec<String> =
        word.split('-').map(|part| if part == "al" { part.to_owned() } else { capital(part) }).collect();
    parts.join("-")
}

/// The first letter as a capital, after any apostrophe.
fn capital(part: &str) -> String {
    let mut done = false;
    let raise = |char: char| {
        let raised = if done || !char.is_alphabetic() { char } else { char.to_uppercase().next().unwrap_or(char) };
        done |= char.is_alphabetic();
        raised
    };
    part.chars().map(raise).collect()
}
