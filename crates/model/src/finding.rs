//! A finding: the data is odd at a place. Never an error of the program.

use crate::words::Words;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The record may not be pushed while it stands.
    Critical,
    /// Someone should look; it may be waived with a reason.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// All severities, worst first.
    pub const ALL: [Severity; 3] = [Severity::Critical, Severity::Warning, Severity::Note];

    /// The word in JSON and in the project file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }

    /// The severity with this [`Severity::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.code() == code)
    }
}

/// Where a value stands in the school's own files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// File name without its folder.
    pub file: String,
    /// Sheet or table; empty for a file that is one table.
    pub table: String,
    /// Row as the user sees it, from 1.
    pub row: u64,
    /// Header of the column, or its letter where there is none; empty for a whole row.
    pub column: String,
}

/// A sentence for people, kept as a key and its arguments so that it can be said in any language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Key in the word lists.
    pub key: &'static str,
    /// Named arguments of the sentence.
    pub args: Vec<(&'static str, String)>,
}

impl Message {
    /// A sentence without arguments.
    #[must_use]
    pub fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// The same sentence with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The sentence in the language of `words`.
    #[must_use]
    pub fn say(&self, words: &Words) -> String {
        let args: Vec<(&str, &str)> = self.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        words.say(self.key, &args)
    }
}

/// Something odd about one field of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Code of the check that found it.
    pub check: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Code of the entity.
    pub entity: &'static str,
    /// Record number in the project file.
    pub record: i64,
    /// Code of the field; empty where the whole record is meant.
    pub field: &'static str,
    /// The value that was looked at.
    pub value: String,
    /// What is odd.
    pub message: Message,
}
