//! Cleansing: rules look at values and propose fixes; nothing is changed here.
//!
//! A fix is safe only where it cannot change the meaning; everything else waits for a person.

pub mod replace;
pub mod rules;

use model::{Cx, Field, FieldKind, Fix, Lang, Rule};
pub(crate) use rules::{is_null_word, is_placeholder};

use crate::standard;

/// The fix for `value` by the first rule that has something to say, or `None`. A blank value has no fix.
///
/// Applying a safe fix may bring another rule to speak; asking again, at most three times, ends it.
#[must_use]
pub fn propose(cx: &Cx<'_>, value: &str) -> Option<(&'static Rule, Fix)> {
    if value.is_empty() || standard::is_blank(value) || is_settled(cx.field, value) {
        return None;
    }
    rules::ALL.into_iter().filter(|rule| (rule.applies)(cx.field)).find_map(|rule| {
        let fix = (rule.propose)(cx, value).filter(|fix| fix.after != value)?;
        Some((rule, fix))
    })
}

/// Whether no rule has anything to say about `value`. Free text can always be looked at again, and so can what may
/// be sound and yet a slip: an e-mail address, an identity number with letters in it.
fn is_settled(field: &Field, value: &str) -> bool {
    use FieldKind::{Address, Email, IdentityNumber, PersonName, Reference, Text};
    match field.kind {
        Text | PersonName | Address | Reference(_) | Email => false,
        IdentityNumber if !value.bytes().all(|byte| byte.is_ascii_digit()) => false,
        _ => standard::is_standard(field, value),
    }
}

/// The help page of the rule with this code in the language `lang`, in Markdown; empty for a code that is no rule.
#[must_use]
pub fn help(code: &str, lang: Lang) -> &'static str {
    let position = rules::ALL.iter().position(|rule| rule.code == code);
    let pages = position.and_then(|position| rules::PAGES.get(position)).copied().unwrap_or_default();
    match lang {
        Lang::En => pages.0,
        Lang::Ms => pages.1,
    }
}

#[cfg(test)]
mod tests;
