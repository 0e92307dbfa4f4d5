//! What every validation check looks like.

use crate::entity::{Entity, Field};
use crate::finding::{Message, Severity};
use crate::rule::Cx;

/// The part of the validation report that a check stands in; the plan's own sections (7.1, 7.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// Are the values there?
    Completeness,
    /// Are they what they should be?
    Validity,
    /// Do they agree with each other?
    Consistency,
    /// Is everybody there once?
    Uniqueness,
    /// Does everything point to something that exists?
    References,
}

impl Section {
    /// All sections in report order.
    pub const ALL: [Section; 5] =
        [Self::Completeness, Self::Validity, Self::Consistency, Self::Uniqueness, Self::References];

    /// The word in JSON; the message key is `section.CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Completeness => "completeness",
            Self::Validity => "validity",
            Self::Consistency => "consistency",
            Self::Uniqueness => "uniqueness",
            Self::References => "references",
        }
    }
}

/// What a check looks at.
pub enum Scope {
    /// One value of a field that `applies`; blank values are passed too.
    Value {
        /// Whether the check looks at such a field.
        applies: fn(&Entity, &Field) -> bool,
        /// What is odd about the value, if anything.
        ask: fn(&Cx<'_>, &str) -> Option<Message>,
    },
    /// Several values of one record. `Cx::field` is the entity's first field.
    Record {
        /// Whether the check looks at such an entity.
        applies: fn(&Entity) -> bool,
        /// What is odd: the code of the field to point at, its value, and the sentence.
        ask: fn(&Cx<'_>) -> Option<(&'static str, Message)>,
    },
    /// Records that share a key, which should be nobody's twice.
    Unique {
        /// Whether the check looks at such an entity.
        applies: fn(&Entity) -> bool,
        /// The field to point at.
        field: &'static str,
        /// The key of a record, or `None` where it has none. Keys are compared exactly.
        key: fn(&Cx<'_>) -> Option<String>,
        /// The sentence, said with the arguments `value` and `others` (how many more there are).
        message: &'static str,
    },
    /// What the project file keeps for a person to settle; asked of it for each record.
    Kept,
    /// References that lead to no record; asked of the project file for each reference field.
    Reference,
}

/// One validation check.
pub struct Check {
    /// Kebab-case name: file name, JSON, message key `check.CODE`.
    pub code: &'static str,
    /// How much a finding of it matters.
    pub severity: Severity,
    /// Where it stands in the report.
    pub section: Section,
    /// What it looks at.
    pub scope: Scope,
}
