//! Making, opening, copying and closing a project file.
//!
//! A project is one file, `NAME.daftar`: the header of [`crate::vault`], then a SQLite database
//! encrypted by SQLCipher. While it is open SQLite keeps `-wal` and `-shm` beside it (encrypted, and
//! without content) and [`crate::vault`] a `-lock`; all three are gone once it is closed.

mod backup;
mod connect;
mod create;
mod migrate;
mod passphrases;
mod sealed;
#[cfg(test)]
mod tests;

use std::cell::{Ref, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use uuid::Uuid;

pub use self::backup::{Backup, restore};
pub use self::connect::Reader;
pub use self::create::NewProject;
pub use self::migrate::FORMAT_VERSION;
pub use self::sealed::{Sealed, Sealer, Unsealer, is_sealed};

use self::connect::{Access, connect};
use crate::access_log;
use crate::error::{Error, Result};
use crate::records;
use crate::users::{self, Permission, User};
use crate::vault::guard::Guard;
use crate::vault::handle::Handle;
use crate::vault::header::{HEADER_BYTES, Header};
use crate::vault::kdf::Kdf;
use crate::vault::slot::{Holder, Slot};
use crate::vault::{DataKey, slot_id};

/// What a file says of itself before anybody gave a passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peek {
    /// Id of the project.
    pub project: Uuid,
    /// Format of its database: number of the last migration.
    pub format_version: u32,
}

/// An open project, and the user who opened it.
///
/// It can be sent to another thread, not shared between threads: parallel work takes a [`Reader`].
#[derive(Debug)]
pub struct Project {
    // Dropped in this order: the database first, the file's handle and lock after it.
    connection: Connection,
    user: User,
    key: DataKey,
    kdf: Kdf,
    header: RefCell<Header>,
    path: PathBuf,
    held: Arc<Held>,
    _folder: Option<tempfile::TempDir>,
}

/// What must outlive every connection: the only handle of the file, and the right to work in it.
#[derive(Debug)]
pub(crate) struct Held {
    handle: Handle,
    _guard: Guard,
}

impl Held {
    /// Takes the right to work in the existing file at `path`.
    fn take(path: &Path) -> Result<Self> {
        fs_err::metadata(path).map_err(|error| Error::io(path, error))?;
        let guard = Guard::take(path)?;
        Ok(Self { handle: Handle::of(path)?, _guard: guard })
    }
}

/// Who opens a project, and by what.
enum Unlock<'a> {
    User { name: &'a str, passphrase: &'a str },
    Creator { passphrase: &'a str },
}

impl Project {
    /// What the file at `path` says of itself, without a key.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchFile`], [`Error::NotAProject`], [`Error::NewerThanApp`], [`Error::Corrupt`].
    pub fn peek(path: &Path) -> Result<Peek> {
        let header = Header::read(&Handle::of(path)?, FORMAT_VERSION)?;
        Ok(Peek { project: header.project, format_version: header.format_version })
    }

    /// Opens the project at `path` as `user`. Takes the time of one [`Kdf`] run, whoever asks.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPassphrase`] for a wrong passphrase and for an unknown user alike,
    /// [`Error::UserDisabled`], [`Error::Busy`], and those of [`Project::peek`].
    pub fn open(path: &Path, user: &str, passphrase: &str, now: DateTime<Utc>) -> Result<Self> {
        Self::unlocked(path, &Unlock::User { name: user, passphrase }, now)
    }

    /// Opens the project as the administrator who made it, whose name need not be known.
    ///
    /// # Errors
    ///
    /// As [`Project::open`]; also [`Error::WrongPassphrase`] once that administrator is disabled.
    pub fn open_as_creator(path: &Path, passphrase: &str, now: DateTime<Utc>) -> Result<Self> {
        Self::unlocked(path, &Unlock::Creator { passphrase }, now)
    }

    fn unlocked(path: &Path, by: &Unlock<'_>, now: DateTime<Utc>) -> Result<Self> {
        let held = Held::take(path)?;
        let header = Header::read(&held.handle, FORMAT_VERSION)?;
        let (slot, key) = by.key(&header)?;
        let project = Self::attach(path, held, header, key, &slot)?;
        project.log(access_log::OPENED, &[], now)?;
        Ok(project)
    }

    /// Opens the database behind a header that is unlocked, and finds the user of `slot` in it.
    fn attach(path: &Path, held: Held, mut header: Header, key: DataKey, slot: &Slot) -> Result<Self> {
        if held.handle.read_start(HEADER_BYTES + 1)?.len() <= HEADER_BYTES {
            // SQLite would take no database for an empty one, and begin it anew.
            return Err(Error::Corrupt { part: "database" });
        }
        let connection = connect(held.handle.path(), &key, Access::Write)?;
        migrate::upgrade(path, &connection, &mut header, &held.handle)?;
        records::ensure_entity_tables(&connection)?;
        let users = users::all(&connection)?;
        let of_slot = |user: &User| slot_id(header.project, &user.name) == slot.id;
        let user = users.into_iter().find(of_slot).ok_or(Error::WrongPassphrase)?;
        if user.disabled {
            return Err(Error::UserDisabled { name: user.name });
        }
        let (header, held) = (RefCell::new(header), Arc::new(held));
        let path = path.to_path_buf();
        Ok(Self { connection, user, key, kdf: slot.kdf(), header, path, held, _folder: None })
    }

    /// The connection that reads and writes.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Another connection, read-only, for passes that run beside the writer. It sees what was
    /// committed when each of its transactions began.
    ///
    /// # Errors
    ///
    /// Those of SQLite.
    pub fn reader(&self) -> Result<Reader> {
        let connection = connect(self.held.handle.path(), &self.key, Access::Read)?;
        Ok(Reader::new(connection, Arc::clone(&self.held)))
    }

    /// Does `work` with every commit brought to the disk before it returns (`synchronous = FULL`), and
    /// with it all commits before. Otherwise a power cut may cost the last commits, never the file.
    ///
    /// # Errors
    ///
    /// Those of `work`.
    pub fn durable<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON")?;
        let done = work(&self.connection);
        self.connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA fullfsync = OFF")?;
        done
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Id of the project.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.header.borrow().project
    }

    /// Who works in it.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Hands an open project over to another user, as at a locked screen.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPassphrase`], [`Error::UserDisabled`].
    pub fn sign_in(&mut self, user: &str, passphrase: &str, now: DateTime<Utc>) -> Result<()> {
        self.verify_passphrase(user, passphrase)?;
        self.user = users::find(&self.connection, user)?;
        self.log(access_log::SIGNED_IN, &[], now)
    }

    /// # Errors
    ///
    /// [`Error::NotAllowed`] where the user's role does not allow `permission`.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.user.role.allows(permission) {
            return Ok(());
        }
        Err(Error::NotAllowed { role: self.user.role.code(), permission: permission.code() })
    }

    /// Adds to the access log what the user just did. `detail` holds ids and counts, no pupil's data.
    ///
    /// # Errors
    ///
    /// Those of SQLite.
    pub fn log(&self, action: &str, detail: &[(&str, &str)], now: DateTime<Utc>) -> Result<()> {
        access_log::append(&self.connection, &self.user.name, action, detail, now)
    }

    /// Reads the whole file and checks it.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where a page is damaged or was changed by somebody without the key.
    pub fn check_integrity(&self) -> Result<()> {
        connect::check_integrity(&self.connection)
    }

    /// Closes the project with everything in the one file.
    ///
    /// # Errors
    ///
    /// [`Error::DiskFull`], or what else SQLite says; what was committed is safe even then.
    pub fn close(self) -> Result<()> {
        self.checkpoint()
    }

    /// Brings everything that was committed into the main file.
    fn checkpoint(&self) -> Result<()> {
        let busy: bool = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy { Err(Error::Locked) } else { Ok(()) }
    }

    pub(crate) fn header(&self) -> Ref<'_, Header> {
        self.header.borrow()
    }

    /// Changes the slots and writes them; on an error the header stays as it was.
    pub(crate) fn change_slots(&self, change: impl FnOnce(&mut Header, &DataKey) -> Result<()>) -> Result<()> {
        let mut header = self.header().clone();
        change(&mut header, &self.key)?;
        header.save(&self.held.handle)?;
        *self.header.borrow_mut() = header;
        Ok(())
    }

    pub(crate) fn kdf(&self) -> Kdf {
        self.kdf
    }
}

impl Unlock<'_> {
    /// The slot that opens, and the key in it.
    fn key(&self, header: &Header) -> Result<(Slot, DataKey)> {
        let (slot, passphrase) = match self {
            Self::User { name, passphrase } => (header.slot(&slot_id(header.project, name)), passphrase),
            Self::Creator { passphrase } => (header.slot_of(Holder::Creator), passphrase),
        };
        passphrases::unwrap(header, slot, passphrase)
    }
}
