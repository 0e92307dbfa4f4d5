//! What can go wrong with a project file, each with a code, a sentence and what to do now.
//!
//! Sentences live in `words/vault.*.txt`: the key of the message is `error.<code in kebab-case>`, that
//! of the hint the same with `.hint`.

use std::path::{Path, PathBuf};

use model::Message;
use rusqlite::ErrorCode;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Something that could not be done with a project file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    // --- the file ---------------------------------------------------------------------------
    /// There is no file at `path`.
    #[error("{} does not exist", path.display())]
    NoSuchFile {
        /// The file asked for.
        path: PathBuf,
    },
    /// A new project was to be made where a file already is.
    #[error("{} already exists", path.display())]
    AlreadyExists {
        /// The file that is in the way.
        path: PathBuf,
    },
    /// The file does not begin as a Daftar project does.
    #[error("{} is not a Daftar project", path.display())]
    NotAProject {
        /// The file asked for.
        path: PathBuf,
    },
    /// A newer Daftar wrote the file; this one would not understand it.
    #[error("{} has format {file_version}, newer than {app_version}", path.display())]
    NewerThanApp {
        /// The file asked for.
        path: PathBuf,
        /// Format of the file.
        file_version: u32,
        /// Newest format this Daftar knows.
        app_version: u32,
    },
    /// Another Daftar has the project open for writing.
    #[error("{} is open in another Daftar", path.display())]
    Busy {
        /// The file asked for.
        path: PathBuf,
    },
    /// The database is held by another connection for longer than the waiting time.
    #[error("the project is being written to")]
    Locked,
    /// The file is damaged.
    #[error("the project file is damaged: {part}")]
    Corrupt {
        /// Which part: `header`, `slots`, `database`, `access log` or the name of a table.
        part: &'static str,
    },
    /// No room left on the disk; nothing was written.
    #[error("no room on the disk")]
    DiskFull,
    /// The operating system would not read or write the file.
    #[error("{} cannot be read or written: {source}", path.display())]
    Io {
        /// The file that was worked on.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    // --- the people -------------------------------------------------------------------------
    /// No such user, or not this passphrase: the two are not told apart.
    #[error("wrong name or passphrase")]
    WrongPassphrase,
    /// The recovery key has a letter that cannot be right.
    #[error("the recovery key is mistyped")]
    MistypedRecoveryKey,
    /// The recovery key is well formed, and not of this project.
    #[error("the recovery key is not of this project")]
    WrongRecoveryKey,
    /// The passphrase is shorter than [`crate::vault::MIN_PASSPHRASE`] characters.
    #[error("the passphrase is too short")]
    PassphraseTooShort {
        /// Fewest characters allowed.
        least: usize,
    },
    /// There is no user of this name in the project (told only to those who are in already).
    #[error("there is no user {name}")]
    UnknownUser {
        /// The name asked for.
        name: String,
    },
    /// The user exists and may not come in any more.
    #[error("user {name} is disabled")]
    UserDisabled {
        /// The name asked for.
        name: String,
    },
    /// A user of this name exists already.
    #[error("there is a user {name} already")]
    UserExists {
        /// The name asked for.
        name: String,
    },
    /// A user's name is empty, too long or has a control character.
    #[error("not a usable user name")]
    BadUserName,
    /// All [`crate::vault::header::SLOTS`] places for users are taken.
    #[error("no place for another user")]
    TooManyUsers {
        /// How many users a project holds.
        most: usize,
    },
    /// Disabling or demoting this user would leave the project without an administrator.
    #[error("{name} is the last administrator")]
    LastAdministrator {
        /// The administrator.
        name: String,
    },
    /// The user's role does not allow it.
    #[error("{role} may not {permission}")]
    NotAllowed {
        /// Code of the user's role.
        role: &'static str,
        /// Code of the permission that is missing.
        permission: &'static str,
    },
    /// A setting was given a value it cannot have.
    #[error("setting {key} cannot be that")]
    BadSetting {
        /// The key of the setting.
        key: &'static str,
    },

    // --- the data ---------------------------------------------------------------------------
    /// There is no row of that number.
    #[error("there is no {what} {id}")]
    NotFound {
        /// Kind of thing: a table's name.
        what: &'static str,
        /// The number asked for.
        id: i64,
    },
    /// There is no entity of this code in the model.
    #[error("there is no entity {code}")]
    UnknownEntity {
        /// The code asked for.
        code: String,
    },
    /// The entity has no field of this name.
    #[error("{entity} has no field {field}")]
    UnknownField {
        /// Code of the entity.
        entity: String,
        /// The field asked for.
        field: String,
    },
    /// A stored document cannot be read.
    #[error("a stored document cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A table was to be mapped again whose records have been changed since.
    #[error("records of table {table} have been changed")]
    RecordsChanged {
        /// Number of the source table.
        table: i64,
    },
    /// Records were to be taken out that the portal has.
    #[error("records of table {table} are in the portal")]
    RecordsPushed {
        /// Number of the source table.
        table: i64,
    },
    /// There is no push of this UUID.
    #[error("there is no push {id}")]
    UnknownBatch {
        /// The UUID asked for.
        id: String,
    },
    /// A step was to be taken back that is undone already or on another branch.
    #[error("step {step} is not applied")]
    StepNotApplied {
        /// Number of the step.
        step: i64,
    },
    /// A step was to be taken back alone, and later steps touched the same cells.
    #[error("step {step} is needed by later steps")]
    StepNeeded {
        /// Number of the step.
        step: i64,
        /// The later steps, the youngest first.
        by: Vec<i64>,
    },
    /// The way leads over a step whose records are gone.
    #[error("step {step} cannot be undone any more")]
    StepSealed {
        /// Number of the step.
        step: i64,
    },
    /// There is nothing to take back.
    #[error("nothing to undo")]
    NothingToUndo,
    /// There is nothing to do again.
    #[error("nothing to redo")]
    NothingToRedo,
    /// The work was stopped by a person; what was not finished is undone.
    #[error("stopped")]
    Cancelled,

    // --- Daftar itself ----------------------------------------------------------------------
    /// SQLite refused a statement: a bug in Daftar.
    #[error("the database refused: {0}")]
    Database(rusqlite::Error),
    /// The cipher or the key derivation refused its input: a bug in Daftar.
    #[error("the cipher refused")]
    Cipher,
}

impl Error {
    /// Wraps what the system said about `path`, keeping apart what people can do something about.
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            std::io::ErrorKind::NotFound => Self::NoSuchFile { path },
            std::io::ErrorKind::AlreadyExists => Self::AlreadyExists { path },
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io { path, source },
        }
    }

    /// The word by which the window and the command line tell errors apart.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.words().0
    }

    /// What happened, for people.
    #[must_use]
    pub fn message(&self) -> Message {
        self.with_arguments(Message::new(self.words().1))
    }

    /// What to do now, for people.
    #[must_use]
    pub fn hint(&self) -> Message {
        self.with_arguments(Message::new(self.words().2))
    }

    /// Adds what the sentence is about.
    fn with_arguments(&self, message: Message) -> Message {
        match self {
            Self::NoSuchFile { path }
            | Self::AlreadyExists { path }
            | Self::NotAProject { path }
            | Self::Busy { path }
            | Self::Io { path, .. } => message.with("file", file_name(path)),
            Self::NewerThanApp { path, file_version, app_version } => {
                message.with("file", file_name(path)).with("theirs", file_version).with("ours", app_version)
            }
            Self::PassphraseTooShort { least } => message.with("least", least),
            Self::UnknownUser { name }
            | Self::UserDisabled { name }
            | Self::UserExists { name }
            | Self::LastAdministrator { name } => message.with("name", name),
            Self::TooManyUsers { most } => message.with("most", most),
            Self::NotFound { id, .. } => message.with("id", id),
            Self::UnknownEntity { code } => message.with("entity", code),
            Self::UnknownBatch { id } => message.with("id", id),
            Self::StepNotApplied { step } | Self::StepSealed { step } => message.with("step", step),
            Self::StepNeeded { step, by } => {
                let by: Vec<String> = by.iter().map(i64::to_string).collect();
                message.with("step", step).with("by", by.join(", "))
            }
            Self::UnknownField { entity, field } => message.with("entity", entity).with("field", field),
            _ => message,
        }
    }

    /// Code, key of the message, key of the hint.
    fn words(&self) -> (&'static str, &'static str, &'static str) {
        macro_rules! words {
            ($code:literal, $key:literal) => {
                ($code, concat!("error.", $key), concat!("error.", $key, ".hint"))
            };
        }
        match self {
            Self::NoSuchFile { .. } => words!("NoSuchFile", "no-such-file"),
            Self::AlreadyExists { .. } => words!("AlreadyExists", "already-exists"),
            Self::NotAProject { .. } => words!("NotAProject", "not-a-project"),
            Self::NewerThanApp { .. } => words!("ProjectNewerThanApp", "newer-than-app"),
            Self::Busy { .. } => words!("ProjectBusy", "busy"),
            Self::Locked => words!("ProjectLocked", "locked"),
            Self::Corrupt { .. } => words!("Corrupt", "corrupt"),
            Self::DiskFull => words!("DiskFull", "disk-full"),
            Self::Io { .. } => words!("FileRefused", "io"),
            Self::WrongPassphrase => words!("WrongPassphrase", "wrong-passphrase"),
            Self::MistypedRecoveryKey => words!("MistypedRecoveryKey", "mistyped-recovery-key"),
            Self::WrongRecoveryKey => words!("WrongRecoveryKey", "wrong-recovery-key"),
            Self::PassphraseTooShort { .. } => words!("PassphraseTooShort", "passphrase-too-short"),
            Self::UnknownUser { .. } => words!("UnknownUser", "unknown-user"),
            Self::UserDisabled { .. } => words!("UserDisabled", "user-disabled"),
            Self::UserExists { .. } => words!("UserExists", "user-exists"),
            Self::BadUserName => words!("BadUserName", "bad-user-name"),
            Self::TooManyUsers { .. } => words!("TooManyUsers", "too-many-users"),
            Self::LastAdministrator { .. } => words!("LastAdministrator", "last-administrator"),
            Self::NotAllowed { .. } => words!("NotAllowed", "not-allowed"),
            Self::BadSetting { .. } => words!("BadSetting", "bad-setting"),
            Self::NotFound { .. } => words!("NotFound", "not-found"),
            Self::UnknownEntity { .. } => words!("UnknownEntity", "unknown-entity"),
            Self::UnknownField { .. } => words!("UnknownField", "unknown-field"),
            Self::RecordsChanged { .. } => words!("RecordsChanged", "records-changed"),
            Self::RecordsPushed { .. } => words!("RecordsPushed", "records-pushed"),
            Self::UnknownBatch { .. } => words!("UnknownBatch", "unknown-batch"),
            Self::StepNotApplied { .. } => words!("StepNotApplied", "step-not-applied"),
            Self::StepNeeded { .. } => words!("StepNeeded", "step-needed"),
            Self::StepSealed { .. } => words!("StepSealed", "step-sealed"),
            Self::NothingToUndo => words!("NothingToUndo", "nothing-to-undo"),
            Self::NothingToRedo => words!("NothingToRedo", "nothing-to-redo"),
            Self::Cancelled => words!("Cancelled", "cancelled"),
            Self::Json(_) => words!("Corrupt", "stored-document"),
            Self::Database(_) | Self::Cipher => words!("Bug", "bug"),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            _ if is_out_of_room(&error) => Self::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt { part: "database" },
            Some(ErrorCode::OperationInterrupted) => Self::Cancelled,
            _ => Self::Database(error),
        }
    }
}

impl From<model::Cancelled> for Error {
    fn from(_: model::Cancelled) -> Self {
        Self::Cancelled
    }
}

/// Whether SQLite found no room for the index of its log, or could not write: a used-up quota, or a file that
/// grew to the most that the drive allows (4 GiB on a FAT32 stick). It keeps its own code for full disks only.
fn is_out_of_room(error: &rusqlite::Error) -> bool {
    const NO_ROOM: [i32; 2] = [libsqlite3_sys::SQLITE_IOERR_SHMSIZE, libsqlite3_sys::SQLITE_IOERR_WRITE];
    error.sqlite_error().is_some_and(|error| NO_ROOM.contains(&error.extended_code))
}

/// The name of the file without its folder: people know their files by it.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use model::{Lang, Words};

    use super::*;

    /// One of each kind that has arguments, and some that have none.
    fn examples() -> Vec<Error> {
        let path = PathBuf::from("a/b.daftar");
        vec![
            Error::NoSuchFile { path: path.clone() },
            Error::AlreadyExists { path: path.clone() },
            Error::NotAProject { path: path.clone() },
            Error::NewerThanApp { path: path.clone(), file_version: 9, app_version: 2 },
            Error::Busy { path: path.clone() },
            Error::Corrupt { part: "header" },
            Error::io(&path, std::io::ErrorKind::PermissionDenied.into()),
            Error::PassphraseTooShort { least: 8 },
            Error::UnknownUser { name: "x".to_owned() },
            Error::UserDisabled { name: "x".to_owned() },
            Error::UserExists { name: "x".to_owned() },
            Error::LastAdministrator { name: "x".to_owned() },
            Error::TooManyUsers { most: 127 },
            Error::NotAllowed { role: "clerk", permission: "push" },
            Error::BadSetting { key: "country" },
            Error::NotFound { what: "batch", id: 3 },
            Error::UnknownEntity { code: "x".to_owned() },
            Error::UnknownField { entity: "x".to_owned(), field: "y".to_owned() },
            Error::WrongPassphrase,
            Error::Cancelled,
        ]
    }

    #[test]
    fn every_argument_of_a_sentence_is_filled() {
        for lang in Lang::ALL {
            let words = Words::new(lang, &crate::WORDS);
            for error in examples() {
                let said = [error.message().say(&words), error.hint().say(&words)];
                assert!(said.iter().all(|said| said.contains(' ') && !said.contains('{')), "{said:?}");
            }
        }
    }

    #[test]
    fn a_full_disk_is_told_from_other_trouble() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert_eq!(Error::io(Path::new("x"), full).code(), "DiskFull");
        let full = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(libsqlite3_sys::SQLITE_FULL), None);
        assert_eq!(Error::from(full).code(), "DiskFull");
    }
}
