//! Cleansing: rules look at values and propose fixes; nothing is changed here.
//!
//! A fix is safe only where it cannot change the meaning; everything else waits for a person.

pub mod replace;
pub mod rules;

use model::{Cx, Field, FieldKind, Fix, Rule};

use crate::standard;

/// The fix for `value` by the first rule that has something to say, or `None`. A blank value has no fix.
///
/// Applying a safe fix may bring another rule to speak; asking again, at most three times, ends it.
#[must_use]
pub fn propose(cx: &Cx<'_>, value: &str) -> Option<(&'static Rule, Fix)> {
    if value.is_empty() || standard::is_blank(value) || (is_typed(cx.field) && standard::is_standard(cx.field, value)) {
        return None;
    }
    rules::ALL.into_iter().filter(|rule| (rule.applies)(cx.field)).find_map(|rule| {
        let fix = (rule.propose)(cx, value).filter(|fix| fix.after != value)?;
        Some((rule, fix))
    })
}

/// Whether a standard value of `field` leaves no rule anything to say; free text can always be looked at again.
fn is_typed(field: &Field) -> bool {
    use FieldKind::{Address, PersonName, Reference, Text};
    !matches!(field.kind, Text | PersonName | Address | Reference(_))
}

/// The help page of the rule with this code, in Markdown; empty for a code that is no rule.
#[must_use]
pub fn help(code: &str) -> &'static str {
    let position = rules::ALL.iter().position(|rule| rule.code == code);
    position.and_then(|position| rules::PAGES.get(position)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
