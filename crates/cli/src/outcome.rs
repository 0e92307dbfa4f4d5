//! How a command ended.

use std::process::ExitCode;

/// A command that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done.
    Done,
    /// Done, and findings, differences or conflicts need a person.
    NeedsPerson,
}

impl Outcome {
    /// [`Outcome::NeedsPerson`] where `odd`.
    pub(crate) fn odd_if(odd: bool) -> Self {
        if odd { Self::NeedsPerson } else { Self::Done }
    }

    pub(crate) fn exit(self) -> ExitCode {
        match self {
            Self::Done => ExitCode::SUCCESS,
            Self::NeedsPerson => ExitCode::from(1),
        }
    }
}
