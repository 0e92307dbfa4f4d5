//! What happens where the portal already has another value than the project: a choice per entity.

use std::collections::BTreeMap;

/// What a push does with a record whose row is in the portal already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// The row stays as it is; only new records go in.
    Skip,
    /// Blanks of the row are filled; what is there stays.
    FillBlanks,
    /// The project's values replace the portal's; a blank never overwrites anything.
    #[default]
    Update,
    /// Blanks are filled; another value replaces the portal's only where a person decided so.
    Ask,
}

impl Policy {
    /// All policies, the most careful first.
    pub const ALL: [Self; 4] = [Self::Skip, Self::FillBlanks, Self::Ask, Self::Update];

    /// The word in settings, JSON and on the command line.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::FillBlanks => "fill-blanks",
            Self::Update => "update",
            Self::Ask => "ask",
        }
    }

    /// The policy with this [`Policy::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.code() == code)
    }
}

/// The policies of a push; an entity that is not named is updated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies(BTreeMap<String, Policy>);

impl Policies {
    /// The policy of the entity with this code.
    #[must_use]
    pub fn of(&self, entity: &str) -> Policy {
        self.0.get(entity).copied().unwrap_or_default()
    }

    /// Sets the policy of an entity.
    pub fn set(&mut self, entity: &str, policy: Policy) {
        self.0.insert(entity.to_owned(), policy);
    }

    /// Entity codes and policies that were set, in order of code.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Policy)> {
        self.0.iter().map(|(entity, policy)| (entity.as_str(), *policy))
    }
}

/// A person's word on one difference: the project's value shall replace the portal's. It holds for these two values
/// only; where either has changed since, it says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Record number in the project.
    pub record: i64,
    /// Input code.
    pub field: String,
    /// The portal's value as the plan showed it.
    pub old: String,
    /// The project's value as the plan showed it.
    pub new: String,
}
