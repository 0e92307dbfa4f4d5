//! The file handles by which headers are read and written: at most one for each file in the process.
//!
//! POSIX drops all of a process's locks on a file as soon as the process closes *any* handle of that
//! file. SQLite knows and never closes early; so must we. A project keeps its handle for as long as
//! one of its connections lives, and whoever else looks at the header meanwhile shares it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};

/// Files that are open now; each handle is a share.
static OPEN: Mutex<BTreeMap<PathBuf, Arc<Mutex<File>>>> = Mutex::new(BTreeMap::new());

/// A share in the process's one handle of a file.
#[derive(Debug)]
pub(crate) struct Handle {
    path: PathBuf,
    /// `None` only while dropping.
    file: Option<Arc<Mutex<File>>>,
}

impl Handle {
    /// The handle of the file at `path`, which must exist.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        let path = fs_err::canonicalize(path).map_err(|error| Error::io(path, error))?;
        let mut open = held(&OPEN);
        if let Some(file) = open.get(&path) {
            return Ok(Self { file: Some(Arc::clone(file)), path });
        }
        let file = Arc::new(Mutex::new(opened(&path)?));
        open.insert(path.clone(), Arc::clone(&file));
        Ok(Self { path, file: Some(file) })
    }

    /// The first bytes of the file, as many as it has and `most` allows.
    pub(crate) fn read_start(&self, most: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(most);
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let mut file = self.file()?;
        let done = file.seek(SeekFrom::Start(0)).and_then(|_| (&mut *file).take(most).read_to_end(&mut bytes));
        done.map_err(|error| Error::io(&self.path, error))?;
        Ok(bytes)
    }

    /// Writes `bytes` at `at` and waits until they are on the disk.
    pub(crate) fn write_at(&self, at: usize, bytes: &[u8]) -> Result<()> {
        let at = u64::try_from(at).unwrap_or(u64::MAX);
        let mut file = self.file()?;
        let done = file.seek(SeekFrom::Start(at)).and_then(|_| file.write_all(bytes)).and_then(|()| file.sync_data());
        done.map_err(|error| Error::io(&self.path, error))
    }

    /// Copies the whole file to `to`.
    pub(crate) fn copy_to(&self, to: &mut File) -> Result<()> {
        let mut file = self.file()?;
        let done = file.seek(SeekFrom::Start(0)).and_then(|_| std::io::copy(&mut *file, to));
        done.and_then(|_| to.sync_all()).map_err(|error| Error::io(&self.path, error))
    }

    fn file(&self) -> Result<MutexGuard<'_, File>> {
        self.file.as_deref().map(held).ok_or(Error::Locked)
    }

    /// The file's path, without links in it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Handle {
    /// Gives the share back; the file closes with the last one, before anybody can open it anew.
    fn drop(&mut self) {
        let mut open = held(&OPEN);
        self.file.take();
        if open.get(&self.path).is_some_and(|file| Arc::strong_count(file) == 1) {
            open.remove(&self.path);
        }
    }
}

/// For reading and writing, or for reading alone where the file or its disk is write-protected.
fn opened(path: &Path) -> Result<File> {
    let both = fs_err::OpenOptions::new().read(true).write(true).open(path);
    let file = match both {
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => fs_err::File::open(path),
        other => other,
    };
    file.map(fs_err::File::into_file).map_err(|error| Error::io(path, error))
}

/// The lock, also after a thread died holding it: what it guards has no half-made states.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
