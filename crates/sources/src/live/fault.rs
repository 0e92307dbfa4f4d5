//! What can go wrong with a server, told by the codes of its protocol and never by a text: a server's
//! sentence may hold a pupil's name, so it goes no further than here.

use std::io::ErrorKind;

use crate::error::Error;

/// Why a server did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nobody answers there.
    Unreachable,
    /// The connection would not be as safe as the address demands.
    Insecure,
    /// User or password are wrong.
    Login,
    /// The user may not do this.
    NoRight,
    NoDatabase,
    /// The connection broke, or nothing came for too long.
    Lost,
    /// The table is no longer what it was when the source was opened.
    Changed,
    /// The server refused, with its own code.
    Refused(String),
    /// What came is not the server's protocol.
    Garbled,
    /// A value above [`crate::limits::SERVER_VALUE`].
    TooLarge,
    Cancelled,
}

impl Fault {
    /// The fault behind `error`; `by_code` knows the codes of this kind of server.
    pub(super) fn new(error: &sqlx_core::Error, by_code: impl FnOnce(&sqlx_core::Error) -> Option<Self>) -> Self {
        use sqlx_core::Error as Driver;
        match error {
            Driver::Database(_) => by_code(error).unwrap_or(Self::Garbled),
            // Without encryption the driver does not send a password to some servers.
            Driver::Tls(_) | Driver::Configuration(_) => Self::Insecure,
            // That is how the certificate's check ends.
            Driver::Io(error) if error.kind() == ErrorKind::InvalidData => Self::Insecure,
            Driver::Io(_) => Self::Lost,
            _ => Self::Garbled,
        }
    }

    /// The same where it happened before there was a connection.
    pub(super) fn while_connecting(self) -> Self {
        if self == Self::Lost { Self::Unreachable } else { self }
    }

    /// Whether the server still listens after it.
    pub(super) fn leaves_the_session(&self) -> bool {
        matches!(self, Self::NoRight | Self::Changed | Self::Refused(_))
    }

    /// The error for the person: about `table` after `row`, or about the whole source `file`.
    pub(super) fn error(self, file: &str, table: &str, row: u64, password_given: bool) -> Error {
        let (file, table) = (file.to_owned(), table.to_owned());
        match self {
            Self::Unreachable => Error::Unreachable { file },
            Self::Insecure => Error::Insecure { file },
            Self::Login if password_given => Error::WrongPassword { file },
            Self::Login => Error::PasswordNeeded { file },
            Self::NoRight => Error::NoRight { file },
            Self::NoDatabase => Error::NoDatabase { file },
            Self::Lost => Error::ServerLost { file },
            Self::Changed if table.is_empty() => Error::Changed { file },
            Self::Changed => Error::TableChanged { file, table },
            Self::Refused(code) => Error::ServerRefused { file, table, code },
            Self::Garbled => Error::ServerRefused { file, table, code: "protocol".to_owned() },
            Self::TooLarge => Error::TooLarge { file, table, row },
            Self::Cancelled => model::Cancelled.into(),
        }
    }
}
