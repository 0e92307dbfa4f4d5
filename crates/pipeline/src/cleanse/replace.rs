//! Find and replace: what a value becomes, for plain texts and for regular expressions.

use model::{How, Replace};
use regex::{NoExpand, Regex, RegexBuilder};

/// Bytes that a compiled expression may take: far more than any a person writes by hand.
const MOST_COMPILED: usize = 1 << 20;

/// A search that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// Nothing is searched for.
    #[error("nothing is searched for")]
    Nothing,
    /// The expression cannot be read.
    #[error("{why}")]
    Expression {
        /// What is wrong with it, as the library says it.
        why: String,
    },
    /// The expression finds nothing as well as something, and so would put its text between all letters.
    #[error("the expression also finds nothing")]
    FindsNothing,
}

/// A search made ready for values.
#[derive(Clone, Debug)]
pub struct Replacer {
    search: Regex,
    with: String,
    literal: bool,
}

impl Replacer {
    /// Makes a search ready.
    ///
    /// # Errors
    ///
    /// [`ReplaceError`].
    pub fn new(change: &Replace) -> Result<Self, ReplaceError> {
        if change.find.is_empty() {
            return Err(ReplaceError::Nothing);
        }
        let pattern = match change.how {
            How::Text => regex::escape(&change.find),
            How::Cell => format!(r"\A\s*{}\s*\z", regex::escape(change.find.trim())),
            How::Regex => change.find.clone(),
        };
        let built = RegexBuilder::new(&pattern).case_insensitive(!change.match_case).size_limit(MOST_COMPILED).build();
        let search = built.map_err(|error| ReplaceError::Expression { why: error.to_string() })?;
        if search.is_match("") {
            return Err(ReplaceError::FindsNothing);
        }
        Ok(Self { search, with: change.with.clone(), literal: change.how != How::Regex })
    }

    /// What `value` becomes; `None` where nothing is found or nothing changes.
    #[must_use]
    pub fn replace(&self, value: &str) -> Option<String> {
        if !self.search.is_match(value) {
            return None;
        }
        let after = if self.literal {
            self.search.replace_all(value, NoExpand(&self.with))
        } else {
            self.search.replace_all(value, self.with.as_str())
        };
        Some(after.into_owned()).filter(|after| after != value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(find: &str, with: &str, how: How, match_case: bool) -> Replace {
        Replace { find: find.to_owned(), with: with.to_owned(), how, match_case }
    }

    #[test]
    fn values_become_what_was_asked_for() {
        for (find, with, how, match_case, value, becomes) in [
            ("jln", "Jalan", How::Text, false, "12 JLN Mawar, jln 2", Some("12 Jalan Mawar, Jalan 2")),
            ("jln", "Jalan", How::Text, true, "12 JLN Mawar, jln 2", Some("12 JLN Mawar, Jalan 2")),
            ("K.L", "Kuala Lumpur", How::Text, false, "KXL", None),
            ("k.l", "$1", How::Text, false, "K.L", Some("$1")),
            ("kl", "Kuala Lumpur", How::Cell, false, " KL ", Some("Kuala Lumpur")),
            ("kl", "Kuala Lumpur", How::Cell, false, "KLANG", None),
            (r"(\d+)\s*(amanah)", "$2 $1", How::Regex, false, "1 AMANAH", Some("AMANAH 1")),
            ("x", "", How::Text, false, "x", Some("")),
            ("a", "a", How::Text, true, "a", None),
            ("شارع", "جالن", How::Text, false, "شارع ١", Some("جالن ١")),
        ] {
            let replacer = Replacer::new(&change(find, with, how, match_case)).expect("a search");
            assert_eq!(replacer.replace(value).as_deref(), becomes, "{find} in {value}");
        }
    }

    #[test]
    fn what_cannot_be_searched_for_is_refused() {
        let refused = |find: &str, how| Replacer::new(&change(find, "y", how, false)).err();
        assert_eq!(refused("", How::Text), Some(ReplaceError::Nothing));
        assert!(matches!(refused("(", How::Regex), Some(ReplaceError::Expression { .. })));
        assert_eq!(refused("a*", How::Regex), Some(ReplaceError::FindsNothing), "it would stand between all letters");
        assert!(matches!(refused("(a{1000}){1000}", How::Regex), Some(ReplaceError::Expression { .. })), "too large");
        assert_eq!(refused("  ", How::Cell), Some(ReplaceError::FindsNothing));
    }
}
