//! Rule `name`: a name written all in small letters is offered with capitals, a particle that was torn apart, such as
//! *a / l*, is offered whole, and Latin letters of double width in their usual one.
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
    if value.contains(is_wide) {
        return Some(Fix::review(narrow(value), Message::new("fix.name.wide")));
    }
    let small = value.chars().any(char::is_lowercase) && !value.chars().any(char::is_uppercase);
    if !small {
        return torn(value).map(|whole| Fix::review(whole, Message::new("fix.name.torn")));
    }
    let words: Vec<String> = value.split(' ').map(capitalised).collect();
    Some(Fix::review(words.join(" "), Message::new("fix.name.capitals")))
}

/// Whether a letter or mark has the width of a Chinese one, as Chinese keyboards write Latin ones.
fn is_wide(char: char) -> bool {
    matches!(char, '\u{ff01}'..='\u{ff5e}')
}

/// The name with such letters in their usual width.
fn narrow(value: &str) -> String {
    let usual = |char: char| u32::from(char).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(char);
    value.chars().map(|char| if is_wide(char) { usual(char) } else { char }).collect()
}

/// The name with its particle put together again: `A / L`, `A/ L` and `A /L` are `A/L`.
fn torn(value: &str) -> Option<String> {
    let (before, after) = value.split_once('/').filter(|(_, after)| !after.contains('/'))?;
    if !before.ends_with(' ') && !after.starts_with(' ') {
        return None;
    }
    let (before, after) = (before.trim_end(), after.trim_start());
    let left = before.rsplit(' ').next()?;
    let right = after.split(' ').next()?;
    let whole = format!("{left}/{right}");
    let known = my::PARTICLES.iter().any(|(particle, _)| particle.eq_ignore_ascii_case(&whole));
    known.then(|| format!("{before}/{after}"))
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
