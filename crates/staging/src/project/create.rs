//! A new project file.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use model::Lang;
use rusqlite::{Connection, params};
use tempfile::TempPath;
use uuid::Uuid;

use super::connect::{Access, connect};
use super::migrate::MIGRATIONS;
use super::{Held, Project};
use crate::access_log;
use crate::error::{Error, Result};
use crate::settings::{self, Settings};
use crate::users::{self, Role};
use crate::vault::guard::Guard;
use crate::vault::handle::Handle;
use crate::vault::header::Header;
use crate::vault::kdf::Kdf;
use crate::vault::recovery::RecoveryKey;
use crate::vault::slot::{self, Slot};
use crate::vault::{DataKey, name_key};

/// What a new project begins with.
#[derive(Clone, Copy)]
pub struct NewProject<'a> {
    /// The school's name.
    pub school: &'a str,
    /// The school's code; empty where it has none.
    pub code: &'a str,
    /// Country by ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// Language of the window and of reports.
    pub language: Lang,
    /// School year the data is about, where it is known.
    pub year: Option<i32>,
    /// Name to sign in with, of the first administrator.
    pub user: &'a str,
    /// Name of the first administrator as it is shown.
    pub display_name: &'a str,
    /// Passphrase of the first administrator.
    pub passphrase: &'a str,
    /// What a guess at a passphrase shall cost: [`Kdf::STANDARD`] but in tests.
    pub kdf: Kdf,
    /// The time now.
    pub now: DateTime<Utc>,
}

impl Project {
    /// Makes a project at `path` and opens it. The file appears whole or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`], [`Error::PassphraseTooShort`], [`Error::BadUserName`],
    /// [`Error::DiskFull`], [`Error::Io`].
    pub fn create(path: &Path, new: &NewProject<'_>) -> Result<(Self, RecoveryKey)> {
        if fs_err::symlink_metadata(path).is_ok() {
            return Err(Error::AlreadyExists { path: path.to_path_buf() });
        }
        let guard = Guard::take(path)?;
        let made = Made::begin(new)?;
        let unfinished = beside(path)?;
        made.write(&unfinished, new, &MIGRATIONS)?;
        put_in_place(unfinished, path)?;
        let held = Held { handle: Handle::of(path)?, _guard: guard };
        // As it stands in the file, number of its copies included: a backup of this very session is held to it.
        let header = Header::read(&held.handle, super::FORMAT_VERSION)?;
        Ok((Self::attach(path, held, header, made.key, &made.slot)?, made.recovery))
    }

    /// A project for tests, in a folder that goes when it is dropped. The user is the administrator
    /// `admin` with the passphrase `rahsia sekolah`; the key derivation is [`Kdf::CHEAP`].
    ///
    /// # Errors
    ///
    /// Where the temporary folder cannot be written to.
    pub fn scratch() -> Result<Self> {
        let folder = tempfile::tempdir().map_err(|error| Error::io(&std::env::temp_dir(), error))?;
        let new = NewProject {
            school: "Sekolah Contoh",
            code: "ABC1234",
            country: "MY",
            language: Lang::Ms,
            year: Some(2026),
            user: "admin",
            display_name: "Pentadbir",
            passphrase: "rahsia sekolah",
            kdf: Kdf::CHEAP,
            now: DateTime::UNIX_EPOCH,
        };
        let (mut project, _) = Self::create(&folder.path().join("scratch.daftar"), &new)?;
        project._folder = Some(folder);
        Ok(project)
    }
}

/// The keys of a project that is being made.
pub(super) struct Made {
    pub(super) header: Header,
    pub(super) key: DataKey,
    pub(super) slot: Slot,
    pub(super) recovery: RecoveryKey,
}

impl Made {
    /// Makes the keys and wraps them for the first administrator and the recovery key.
    pub(super) fn begin(new: &NewProject<'_>) -> Result<Self> {
        users::check_name(new.user)?;
        let (key, recovery, id) = (DataKey::random()?, RecoveryKey::random()?, Uuid::new_v4());
        let passphrase = users::passphrase(new.passphrase)?;
        let user = slot::User { name: new.user, passphrase: &passphrase, kdf: new.kdf, creator: true };
        let slot = Slot::for_user(id, &user, &key)?;
        let mut header = Header::new(id, super::FORMAT_VERSION);
        header.put(slot.clone())?;
        header.put(Slot::for_recovery(id, &recovery, &key)?)?;
        Ok(Self { header, key, slot, recovery })
    }

    /// Writes header and database into the empty file `unfinished`, and closes it.
    pub(super) fn write(&self, unfinished: &Path, new: &NewProject<'_>, migrations: &[&str]) -> Result<()> {
        let handle = Handle::of(unfinished)?;
        let mut header = self.header.clone();
        header.format_version = u32::try_from(migrations.len()).map_err(|_| Error::Cipher)?;
        header.write_new(&handle)?;
        let connection = connect(handle.path(), &self.key, Access::Write)?;
        let transaction = connection.unchecked_transaction()?;
        migrations.iter().try_for_each(|sql| transaction.execute_batch(sql))?;
        fill(&transaction, new, &header)?;
        transaction.commit()?;
        connection.close().map_err(|(_, error)| error.into())
    }
}

/// The first rows of a project.
fn fill(connection: &Connection, new: &NewProject<'_>, header: &Header) -> Result<()> {
    let at = new.now.to_rfc3339();
    connection.execute(
        "INSERT INTO meta (id, project_id, format_version, created_at) VALUES (1, ?1, ?2, ?3)",
        params![header.project.to_string(), header.format_version, at],
    )?;
    let name = new.user.trim();
    connection.execute(
        "INSERT INTO user (name, name_key, display_name, role, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5, ?1)",
        params![name, name_key(name), new.display_name, Role::Administrator.code(), at],
    )?;
    settings::store(connection, &Settings::of_school(new))?;
    access_log::append(connection, name, access_log::CREATED, &[], new.now)
}

/// An empty file with a passing name in the folder of `path`; it goes when dropped.
pub(super) fn beside(path: &Path) -> Result<TempPath> {
    let folder = folder_of(path);
    let made = tempfile::Builder::new().prefix(".").suffix(".daftar-part").tempfile_in(&folder);
    Ok(made.map_err(|error| Error::io(&folder, error))?.into_temp_path())
}

/// Gives the finished file its name, and brings the name to the disk.
pub(super) fn put_in_place(finished: TempPath, path: &Path) -> Result<()> {
    finished.persist_noclobber(path).map_err(|refused| Error::io(path, refused.error))?;
    #[cfg(unix)]
    {
        let folder = folder_of(path);
        let synced = fs_err::File::open(&folder).and_then(|folder| folder.sync_all());
        synced.map_err(|error| Error::io(&folder, error))?;
    }
    Ok(())
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}
