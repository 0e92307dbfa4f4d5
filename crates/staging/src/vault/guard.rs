//! One Daftar at a time works in a project.
//!
//! The mark is a lock that the operating system holds on `NAME.daftar-lock` and lets go of when the
//! process ends, however it ends: nothing stale is left after a crash. The lock is not taken on the
//! project file itself, because there it would meet SQLite's own locks: on Windows locks are
//! mandatory, and on macOS and network disks both kinds are one.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The right to work in a project; given back when dropped.
#[derive(Debug)]
pub(crate) struct Guard {
    lock_file: PathBuf,
    _held: File,
}

impl Guard {
    /// Takes the right to work in the project at `path`.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] where another process, or another window of this one, has it.
    pub(crate) fn take(path: &Path) -> Result<Self> {
        let mut name = path.as_os_str().to_owned();
        name.push("-lock");
        let lock_file = PathBuf::from(name);
        loop {
            let held = locked(&lock_file, path)?;
            if is_still_there(&held, &lock_file) {
                return Ok(Self { lock_file, _held: held });
            }
        }
    }
}

impl Drop for Guard {
    /// Removes the lock file while the lock is still held. On Windows the system removes it.
    fn drop(&mut self) {
        #[cfg(unix)]
        drop(fs_err::remove_file(&self.lock_file));
    }
}

/// Opens and locks the lock file of the project at `path`.
#[cfg(unix)]
fn locked(lock_file: &Path, path: &Path) -> Result<File> {
    let options = fs_err::OpenOptions::new().write(true).create(true).truncate(false).open(lock_file);
    let file = options.map_err(|error| Error::io(lock_file, error))?.into_file();
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::Busy { path: path.to_path_buf() }),
        Err(std::fs::TryLockError::Error(error)) => Err(Error::io(lock_file, error)),
    }
}

/// Whether the locked file is the one at `lock_file`: its former holder may just have removed it.
#[cfg(unix)]
fn is_still_there(held: &File, lock_file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(ours), Ok(there)) = (held.metadata(), fs_err::metadata(lock_file)) else { return false };
    (ours.dev(), ours.ino()) == (there.dev(), there.ino())
}

/// Opens the lock file so that nobody else can, and so that it is gone when it closes.
#[cfg(windows)]
fn locked(lock_file: &Path, path: &Path) -> Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    /// `GENERIC_WRITE | DELETE` of winnt.h.
    const ACCESS: u32 = 0x4000_0000 | 0x0001_0000;
    /// `FILE_FLAG_DELETE_ON_CLOSE` of winbase.h.
    const DELETE_ON_CLOSE: u32 = 0x0400_0000;
    /// `ERROR_SHARING_VIOLATION` of winerror.h.
    const SHARING_VIOLATION: i32 = 32;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    options.access_mode(ACCESS).share_mode(0).custom_flags(DELETE_ON_CLOSE);
    options.open(lock_file).map_err(|error| match error.raw_os_error() {
        Some(SHARING_VIOLATION) => Error::Busy { path: path.to_path_buf() },
        _ => Error::io(lock_file, error),
    })
}

/// Nobody can remove a file that is opened without sharing.
#[cfg(windows)]
fn is_still_there(_held: &File, _lock_file: &Path) -> bool {
    true
}
