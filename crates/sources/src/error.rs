//! Why a source could not be read. Odd data is never an error but a [`crate::Note`].

use std::io;

use model::Message;

use crate::source::Stop;

/// A source that could not be opened or read to its end. Nothing has been written anywhere.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file has no bytes, or no cell of it holds anything.
    #[error("{file} is empty")]
    Empty {
        /// File name without its folder.
        file: String,
    },
    /// The file is no longer there.
    #[error("{file} is not there")]
    Vanished {
        /// File name without its folder.
        file: String,
    },
    /// Another program holds the file, or this person may not read it.
    #[error("{file} may not be read now")]
    Locked {
        /// File name without its folder.
        file: String,
    },
    /// A folder or a device.
    #[error("{file} is not a file")]
    NotAFile {
        /// File name without its folder.
        file: String,
    },
    /// The disk or the network failed while reading.
    #[error("reading {file} failed")]
    Io {
        /// File name without its folder.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file is damaged.
    #[error("{file} is damaged (table {table:?}, after row {row}): {detail}")]
    Damaged {
        /// File name without its folder.
        file: String,
        /// Sheet or table; empty where the whole file is meant.
        table: String,
        /// Last row that was read well; 0 where none was.
        row: u64,
        /// What the reader of the format said, for the details.
        detail: String,
    },
    /// The file can only be opened with a password.
    #[error("{file} needs a password")]
    PasswordNeeded {
        /// File name without its folder.
        file: String,
    },
    /// The password given does not open the file.
    #[error("{file} does not open with this password")]
    WrongPassword {
        /// File name without its folder.
        file: String,
    },
    /// A kind of file that this version does not read.
    #[error("{file} cannot be read yet: {what}")]
    NotSupportedYet {
        /// File name without its folder.
        file: String,
        /// Key of the words that name the kind of file.
        what: &'static str,
    },
    /// An archive with several files that could be meant; [`crate::Bundle`] lists and opens them.
    #[error("{file} holds {files} files")]
    SeveralFiles {
        /// File name without its folder.
        file: String,
        /// How many could be read.
        files: u64,
    },
    /// The file, or one part of it, is larger than a limit of [`crate::limits`].
    #[error("{file} is too large (table {table:?}, row {row})")]
    TooLarge {
        /// File name without its folder.
        file: String,
        /// Sheet, table or part; empty where the whole file is meant.
        table: String,
        /// Row at which it became too large; 0 where that is not known.
        row: u64,
    },
    /// The file was written to since it was opened.
    #[error("{file} changed while it was read")]
    Changed {
        /// File name without its folder.
        file: String,
    },
    /// There is no table with this number.
    #[error("{file} has no table {table}")]
    NoSuchTable {
        /// File name without its folder.
        file: String,
        /// Number asked for, from 0.
        table: usize,
    },
    /// [`crate::Options::encoding`] names no encoding that is known.
    #[error("{file}: unknown encoding {encoding:?}")]
    UnknownEncoding {
        /// File name without its folder.
        file: String,
        /// The name given.
        encoding: String,
    },
    /// The text is not the address of a database server.
    #[error("not an address of a database: {part}")]
    BadAddress {
        /// The part that is missing or not understood; the address itself may hold a password.
        part: &'static str,
    },
    /// No server answers at this address.
    #[error("{file} cannot be reached")]
    Unreachable {
        /// Address of the database without user and password; so below.
        file: String,
    },
    /// The connection would not be as safe as the address demands.
    #[error("the connection to {file} is not safe")]
    Insecure {
        /// Address of the database.
        file: String,
    },
    /// The user may not read the database.
    #[error("{file} may not be read by this user")]
    NoRight {
        /// Address of the database.
        file: String,
    },
    /// The server has no such database.
    #[error("{file} does not exist")]
    NoDatabase {
        /// Address of the database.
        file: String,
    },
    /// The server went away, or sent nothing for too long.
    #[error("{file} went away")]
    ServerLost {
        /// Address of the database.
        file: String,
    },
    /// The server refused to read a table.
    #[error("{file} refused to read {table:?} ({code})")]
    ServerRefused {
        /// Address of the database.
        file: String,
        /// The table; empty where it is not about one.
        table: String,
        /// The server's own code for its reason.
        code: String,
    },
    /// The table was dropped or altered since the source was opened.
    #[error("{table:?} of {file} changed")]
    TableChanged {
        /// Address of the database.
        file: String,
        /// The table.
        table: String,
    },
    /// The person asked to stop.
    #[error("stopped")]
    Cancelled(#[from] model::Cancelled),
    /// The sink of the rows gave up; [`Error::into_stop`] gives its own error back.
    #[error(transparent)]
    Stopped(Stop),
}

impl Error {
    /// The code by which the interface treats the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "SourceLocked",
            Self::TooLarge { .. } => "SourceTooLarge",
            Self::Changed { .. } | Self::Vanished { .. } | Self::TableChanged { .. } => "SourceChanged",
            Self::Cancelled(_) => "Cancelled",
            Self::PasswordNeeded { .. } | Self::WrongPassword { .. } => "SourcePassword",
            _ => "SourceUnreadable",
        }
    }

    /// What happened, for people.
    #[must_use]
    pub fn message(&self) -> Message {
        let about = |key, file: &String| Message::new(key).with("file", file);
        match self {
            Self::Empty { file } => about("source.error.empty", file),
            Self::Vanished { file } => about("source.error.vanished", file),
            Self::Locked { file } => about("source.error.locked", file),
            Self::NotAFile { file } => about("source.error.not_a_file", file),
            Self::Io { file, .. } => about("source.error.io", file),
            Self::Damaged { file, table, row, .. } => match (table.is_empty(), *row) {
                (true, _) => about("source.error.damaged", file),
                (false, 0) => about("source.error.damaged_part", file).with("table", table),
                (false, row) => about("source.error.damaged_table", file).with("table", table).with("row", row),
            },
            Self::PasswordNeeded { file } => about("source.error.password", file),
            Self::WrongPassword { file } => about("source.error.wrong_password", file),
            Self::NotSupportedYet { file, what } => about(what, file),
            Self::SeveralFiles { file, files } => about("source.error.several_files", file).with("count", *files),
            Self::TooLarge { file, table, .. } if table.is_empty() => about("source.error.too_large", file),
            Self::TooLarge { file, table, row: 0 } => about("source.error.too_large_part", file).with("table", table),
            Self::TooLarge { file, table, row } => {
                about("source.error.too_large_table", file).with("table", table).with("row", row)
            }
            Self::Changed { file } => about("source.error.changed", file),
            Self::NoSuchTable { file, table } => about("source.error.no_such_table", file).with("table", table + 1),
            Self::UnknownEncoding { file, encoding } => about("source.error.encoding", file).with("encoding", encoding),
            Self::BadAddress { part } => Message::new("source.error.bad_address").with("part", part),
            Self::Unreachable { file } => about("source.error.unreachable", file),
            Self::Insecure { file } => about("source.error.insecure", file),
            Self::NoRight { file } => about("source.error.no_right", file),
            Self::NoDatabase { file } => about("source.error.no_database", file),
            Self::ServerLost { file } => about("source.error.server_lost", file),
            Self::ServerRefused { file, table, code } if table.is_empty() => {
                about("source.error.server_refused_all", file).with("code", code)
            }
            Self::ServerRefused { file, table, code } => {
                about("source.error.server_refused", file).with("table", table).with("code", code)
            }
            Self::TableChanged { file, table } => about("source.error.table_changed", file).with("table", table),
            Self::Cancelled(_) => Message::new("source.error.cancelled"),
            Self::Stopped(_) => Message::new("source.error.stopped"),
        }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn hint(&self) -> Message {
        Message::new(match self {
            Self::Empty { .. } => "source.hint.empty",
            Self::Vanished { .. } => "source.hint.vanished",
            Self::Locked { .. } => "source.hint.locked",
            Self::NotAFile { .. } => "source.hint.not_a_file",
            Self::Io { .. } => "source.hint.io",
            Self::Damaged { .. } => "source.hint.damaged",
            Self::PasswordNeeded { .. } => "source.hint.password",
            Self::WrongPassword { .. } => "source.hint.wrong_password",
            Self::NotSupportedYet { .. } => "source.hint.not_supported",
            Self::SeveralFiles { .. } => "source.hint.several_files",
            Self::TooLarge { .. } => "source.hint.too_large",
            Self::Changed { .. } => "source.hint.changed",
            Self::NoSuchTable { .. } => "source.hint.no_such_table",
            Self::UnknownEncoding { .. } => "source.hint.encoding",
            Self::BadAddress { .. } => "source.hint.bad_address",
            Self::Unreachable { .. } => "source.hint.unreachable",
            Self::Insecure { .. } => "source.hint.insecure",
            Self::NoRight { .. } => "source.hint.no_right",
            Self::NoDatabase { .. } => "source.hint.no_database",
            Self::ServerLost { .. } => "source.hint.server_lost",
            Self::ServerRefused { .. } => "source.hint.server_refused",
            Self::TableChanged { .. } => "source.hint.changed",
            Self::Cancelled(_) => "source.hint.cancelled",
            Self::Stopped(_) => "source.hint.stopped",
        })
    }

    /// The error of the sink, where it was the sink that gave up.
    ///
    /// # Errors
    ///
    /// This very error where it is any other.
    pub fn into_stop(self) -> Result<Stop, Self> {
        match self {
            Self::Stopped(stop) => Ok(stop),
            other => Err(other),
        }
    }

    /// What the system says about `file`, as an error of ours.
    #[must_use]
    pub fn from_io(file: &str, error: io::Error) -> Self {
        /// `ERROR_SHARING_VIOLATION` and `ERROR_LOCK_VIOLATION` of Windows.
        const IN_USE: [i32; 2] = [32, 33];
        let file = file.to_owned();
        let in_use = cfg!(windows) && error.raw_os_error().is_some_and(|code| IN_USE.contains(&code));
        match error.kind() {
            io::ErrorKind::NotFound => Self::Vanished { file },
            io::ErrorKind::PermissionDenied => Self::Locked { file },
            io::ErrorKind::FileTooLarge => Self::TooLarge { file, table: String::new(), row: 0 },
            // What a reader of packed content says of it; the system never does.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
                Self::Damaged { file, table: String::new(), row: 0, detail: error.to_string() }
            }
            _ if in_use => Self::Locked { file },
            _ => Self::Io { file, source: error },
        }
    }

    pub(crate) fn damaged(file: &str, table: &str, row: u64, detail: impl ToString) -> Self {
        Self::Damaged { file: file.to_owned(), table: table.to_owned(), row, detail: detail.to_string() }
    }

    pub(crate) fn too_large(file: &str, table: &str, row: u64) -> Self {
        Self::TooLarge { file: file.to_owned(), table: table.to_owned(), row }
    }
}
