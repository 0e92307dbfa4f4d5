//! A fix: a proposed new value, how far it may be trusted, and why.

use crate::finding::Message;

/// Who may apply a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// Never changes the meaning: may be applied to all at once.
    Safe,
    /// Probably right; a person accepts it.
    Review,
    /// Only a hint; a person decides each one.
    Manual,
}

impl Applicability {
    /// All, most trusted first.
    pub const ALL: [Applicability; 3] = [Applicability::Safe, Applicability::Review, Applicability::Manual];

    /// The word in JSON, on the command line and in the project file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Review => "review",
            Self::Manual => "manual",
        }
    }

    /// The applicability with this [`Applicability::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|applicability| applicability.code() == code)
    }
}

/// A proposed new value for one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The value that would stand there; empty to make the field blank.
    pub after: String,
    /// How far the fix may be trusted.
    pub applicability: Applicability,
    /// Why, in words.
    pub reason: Message,
    /// Other fields of the same record that are filled together with it, so that nothing a cell held is lost:
    /// (field code, value). Only fields that are blank are named here.
    pub also: Vec<(&'static str, String)>,
}

impl Fix {
    /// A fix that never changes the meaning.
    #[must_use]
    pub fn safe(after: impl Into<String>, reason: Message) -> Self {
        Self { after: after.into(), applicability: Applicability::Safe, reason, also: Vec::new() }
    }

    /// A fix that a person should accept.
    #[must_use]
    pub fn review(after: impl Into<String>, reason: Message) -> Self {
        Self { after: after.into(), applicability: Applicability::Review, reason, also: Vec::new() }
    }

    /// A hint that a person must decide.
    #[must_use]
    pub fn manual(after: impl Into<String>, reason: Message) -> Self {
        Self { after: after.into(), applicability: Applicability::Manual, reason, also: Vec::new() }
    }

    /// The same fix, which also fills `field`; nothing for a blank value.
    #[must_use]
    pub fn and(mut self, field: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.also.push((field, value));
        }
        self
    }
}
