//! Verified copies of a project file, and bringing one back.

use std::path::Path;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::connect::{Access, check_integrity, connect};
use super::create::{beside, put_in_place};
use super::{FORMAT_VERSION, Peek, Project};
use crate::access_log;
use crate::error::{Error, Result};
use crate::users::Permission;
use crate::vault::handle::Handle;
use crate::vault::header::Header;

/// A copy that was made and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Size of the copy in bytes.
    pub bytes: u64,
    /// SHA-256 of the copy in hexadecimal.
    pub sha256: String,
}

impl Project {
    /// Copies the project to the new file `to`, opens the copy and checks every page of it. Passphrases
    /// and recovery key of today open the copy for ever.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`], [`Error::Locked`] while a reader is in the middle of a transaction,
    /// [`Error::Corrupt`] where the copy does not pass, [`Error::DiskFull`], [`Error::NotAllowed`].
    pub fn backup_to(&self, to: &Path, now: DateTime<Utc>) -> Result<Backup> {
        self.require(Permission::Backup)?;
        refuse_existing(to)?;
        let copy = beside(to)?;
        self.checkpoint()?;
        {
            // Nobody writes while the file is copied.
            let _lock =
                rusqlite::Transaction::new_unchecked(&self.connection, rusqlite::TransactionBehavior::Immediate)?;
            copy_file(&self.held.handle, &copy)?;
        }
        self.check_copy(&copy)?;
        let backup = sum(&copy)?;
        put_in_place(copy, to)?;
        self.log(access_log::BACKED_UP, &[("sha256", &backup.sha256)], now)?;
        Ok(backup)
    }

    /// Opens a copy with the key of this project and checks it.
    fn check_copy(&self, copy: &Path) -> Result<()> {
        let handle = Handle::of(copy)?;
        if Header::read(&handle, FORMAT_VERSION)? != *self.header() {
            return Err(Error::Corrupt { part: "header" });
        }
        let connection = connect(handle.path(), &self.key, Access::Write)?;
        check_integrity(&connection)?;
        connection.close().map_err(|(_, error)| error.into())
    }
}

/// Copies the backup at `from` to the new file `to`. Its users open it with the passphrases they had.
///
/// # Errors
///
/// [`Error::AlreadyExists`] where `to` exists, [`Error::DiskFull`], and those of [`Project::peek`].
pub fn restore(from: &Path, to: &Path) -> Result<Peek> {
    refuse_existing(to)?;
    let peek = Project::peek(from)?;
    let copy = beside(to)?;
    copy_file(&Handle::of(from)?, &copy)?;
    put_in_place(copy, to)?;
    Ok(peek)
}

fn refuse_existing(to: &Path) -> Result<()> {
    match fs_err::symlink_metadata(to) {
        Ok(_) => Err(Error::AlreadyExists { path: to.to_path_buf() }),
        Err(_) => Ok(()),
    }
}

fn copy_file(from: &Handle, to: &Path) -> Result<()> {
    let file = fs_err::OpenOptions::new().write(true).truncate(true).open(to);
    from.copy_to(&mut file.map_err(|error| Error::io(to, error))?.into_file())
}

fn sum(path: &Path) -> Result<Backup> {
    let mut sum = Sha256::new();
    let mut file = fs_err::File::open(path).map_err(|error| Error::io(path, error))?;
    let mut part = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = std::io::Read::read(&mut file, &mut part).map_err(|error| Error::io(path, error))?;
        if read == 0 {
            return Ok(Backup { bytes, sha256: crate::access_log::hex(&sum.finalize()) });
        }
        sum.update(&part[..read]);
        bytes += read as u64;
    }
}
