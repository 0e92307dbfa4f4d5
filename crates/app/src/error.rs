//! What went wrong, in words: what happened, whether anything was written, what to do now.

use model::{Message, Words};

use crate::dto::ErrorView;

/// The kinds of failure that the window and scripts treat differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The file cannot be read, or is not what it says.
    SourceUnreadable,
    /// Another program holds the file.
    SourceLocked,
    /// The file needs a password, or another one.
    SourcePassword,
    /// The file is over the limits.
    SourceTooLarge,
    /// The file changed while it was read.
    SourceChanged,
    /// A mapping lacks what the portal needs.
    MappingIncomplete,
    /// Critical findings stand.
    BlockingFindings,
    /// The project file was written by a newer Daftar.
    ProjectNewerThanApp,
    /// Another job or another Daftar works in the project.
    ProjectBusy,
    /// The project file cannot be opened.
    ProjectUnreadable,
    /// No project is open.
    NoProject,
    /// The window is locked.
    Locked,
    /// User and passphrase do not fit.
    WrongPassphrase,
    /// The role may not do this.
    NotAllowed,
    /// The disk is full.
    DiskFull,
    /// The portal cannot be reached.
    TargetUnreachable,
    /// The portal refuses the login or a right is missing.
    TargetAuthFailed,
    /// The portal is not what Daftar expects.
    TargetSchemaMismatch,
    /// The portal changed since the plan.
    TargetMoved,
    /// Rows changed since they were pushed.
    RollbackConflict,
    /// A push was cut off.
    PushInterrupted,
    /// What was asked for cannot be done with what is there now.
    Refused,
    /// The person asked for something that is not there.
    Usage,
    /// The person stopped it.
    Cancelled,
    /// A fault of Daftar.
    Bug,
}

impl Code {
    /// All codes.
    pub const ALL: [Code; 25] = [
        Self::SourceUnreadable,
        Self::SourceLocked,
        Self::SourcePassword,
        Self::SourceTooLarge,
        Self::SourceChanged,
        Self::MappingIncomplete,
        Self::BlockingFindings,
        Self::ProjectNewerThanApp,
        Self::ProjectBusy,
        Self::ProjectUnreadable,
        Self::NoProject,
        Self::Locked,
        Self::WrongPassphrase,
        Self::NotAllowed,
        Self::DiskFull,
        Self::TargetUnreachable,
        Self::TargetAuthFailed,
        Self::TargetSchemaMismatch,
        Self::TargetMoved,
        Self::RollbackConflict,
        Self::PushInterrupted,
        Self::Refused,
        Self::Usage,
        Self::Cancelled,
        Self::Bug,
    ];

    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> String {
        format!("{self:?}")
    }

    /// The code with this [`Code::word`]; anything else is a [`Code::Bug`].
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|code| code.word() == word).unwrap_or(Self::Bug)
    }

    /// The command line's exit code (contract).
    #[must_use]
    pub fn exit(self) -> u8 {
        match self {
            Self::SourceUnreadable
            | Self::SourceLocked
            | Self::SourcePassword
            | Self::SourceTooLarge
            | Self::SourceChanged => 3,
            Self::TargetUnreachable | Self::TargetAuthFailed | Self::TargetSchemaMismatch | Self::PushInterrupted => 4,
            Self::WrongPassphrase | Self::NotAllowed | Self::Locked => 5,
            Self::Usage | Self::NoProject => 2,
            Self::Bug => 70,
            _ => 1,
        }
    }
}

/// An operation that could not be done. Odd data is never one of these: it is a finding.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// Reading a source.
    #[error(transparent)]
    Source(#[from] sources::Error),
    /// The project file.
    #[error(transparent)]
    Staging(#[from] staging::Error),
    /// The portal.
    #[error(transparent)]
    Target(#[from] targets::Error),
    /// Making a report.
    #[error(transparent)]
    Report(#[from] reports::Error),
    /// The made-up school.
    #[error(transparent)]
    Sample(#[from] sample::Error),
    /// A file of ours that cannot be read or written.
    #[error("{path}")]
    File {
        /// Where.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The portal has what was asked for, but a file that belongs to it could not be finished.
    #[error("{}", message.key)]
    Unfinished {
        /// What happened.
        message: Message,
        /// What to do now.
        hint: Message,
        /// Why.
        source: std::io::Error,
    },
    /// Something the use case itself found.
    #[error("{}", message.key)]
    Refused {
        /// What kind.
        code: Code,
        /// What happened.
        message: Message,
        /// What to do now.
        hint: Message,
    },
}

impl Failure {
    /// A refusal whose sentences are `error.WHAT` and `error.WHAT.hint`.
    #[must_use]
    pub fn refused(code: Code, message: &'static str, hint: &'static str) -> Self {
        Self::Refused { code, message: Message::new(message), hint: Message::new(hint) }
    }

    /// The person stopped the work.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::refused(Code::Cancelled, "error.cancelled", "error.cancelled.hint")
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Source(error) => Code::from_word(error.code()),
            Self::Staging(error) => of_project(error.code()),
            Self::Target(error) => of_portal(error.code()),
            Self::Report(_) | Self::Sample(_) => Code::Bug,
            Self::File { source, .. } if is_full(source) => Code::DiskFull,
            Self::File { .. } => Code::SourceUnreadable,
            Self::Unfinished { .. } => Code::Refused,
            Self::Refused { code, .. } => *code,
        }
    }

    /// Whether something was written that stays written.
    #[must_use]
    pub fn written(&self) -> bool {
        match self {
            Self::Target(error) => error.written(),
            Self::Unfinished { .. } => true,
            _ => false,
        }
    }

    /// Whether the same may go well later without anybody doing anything.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Target(error) => error.may_pass(),
            other => other.code() == Code::ProjectBusy,
        }
    }

    /// What happened.
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::Source(error) => error.message(),
            Self::Staging(error) => error.message(),
            Self::Target(error) => error.message(),
            Self::Report(_) => Message::new("error.report"),
            Self::Sample(_) => Message::new("error.sample"),
            Self::File { path, .. } => Message::new("error.file").with("path", path),
            Self::Refused { message, .. } | Self::Unfinished { message, .. } => message.clone(),
        }
    }

    /// What to do now.
    pub(crate) fn hint(&self) -> Message {
        match self {
            Self::Source(error) => error.hint(),
            Self::Staging(error) => error.hint(),
            Self::Target(error) => error.hint(),
            Self::Report(_) | Self::Sample(_) => Message::new("error.bug.hint"),
            Self::File { .. } => Message::new("error.file.hint"),
            Self::Refused { hint, .. } | Self::Unfinished { hint, .. } => hint.clone(),
        }
    }

    /// The failure in words.
    #[must_use]
    pub fn view(&self, words: &Words) -> ErrorView {
        ErrorView {
            code: self.code().word(),
            message: self.message().say(words),
            hint: self.hint().say(words),
            detail: self.chain(),
            written: self.written(),
        }
    }

    /// The causes, outermost first, for the part of the window that is folded away. A refusal of Daftar itself has
    /// none: its sentences say everything.
    fn chain(&self) -> String {
        if matches!(self, Self::Refused { .. }) {
            return String::new();
        }
        let mut said = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            said.push_str(": ");
            said.push_str(&error.to_string());
            cause = error.source();
        }
        said
    }
}

impl From<model::Cancelled> for Failure {
    fn from(_: model::Cancelled) -> Self {
        Self::cancelled()
    }
}

/// What the window makes of a failure of the project file.
fn of_project(code: &str) -> Code {
    match code {
        "NoSuchFile" | "NotAProject" | "Corrupt" | "FileRefused" => Code::ProjectUnreadable,
        "ProjectLocked" => Code::ProjectBusy,
        "MistypedRecoveryKey" | "WrongRecoveryKey" | "UserDisabled" => Code::WrongPassphrase,
        "RecordsChanged" | "RecordsPushed" | "StepNotApplied" | "StepNeeded" | "StepSealed" | "NothingToUndo"
        | "NothingToRedo" | "LastAdministrator" | "UserExists" | "TooManyUsers" => Code::Refused,
        "AlreadyExists" | "PassphraseTooShort" | "UnknownUser" | "BadUserName" | "BadSetting" | "NotFound"
        | "UnknownEntity" | "UnknownField" | "UnknownBatch" => Code::Usage,
        known => Code::from_word(known),
    }
}

/// What the window makes of a failure of the portal.
fn of_portal(code: &str) -> Code {
    match code {
        "unreachable" | "unsafe" | "no-root-cert" | "tls-required" | "no-database" | "server-too-old" => {
            Code::TargetUnreachable
        }
        "auth-failed" | "not-admitted" | "connection-limit" | "right-missing" => Code::TargetAuthFailed,
        "schema-missing" | "schema-older" | "schema-newer" | "schema-mismatch" | "not-a-portal" | "not-empty"
        | "read-only" => Code::TargetSchemaMismatch,
        "moved" | "busy" => Code::TargetMoved,
        "interrupted" | "upload-lost" | "commit-unknown" | "receipt-open" => Code::PushInterrupted,
        "integrity" | "refused" | "admin-taken" | "full" | "clock-wrong" => Code::Refused,
        "bad-url" | "no-batch" => Code::Usage,
        "cancelled" => Code::Cancelled,
        _ => Code::Bug,
    }
}

fn is_full(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::StorageFull
}

/// Gives a file error the file's path.
pub(crate) fn at(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Failure + '_ {
    move |source| Failure::File { path: path.display().to_string(), source }
}
