//! A file on a disk or a share that may fail while it is read. Foreign readers take that for damage of the file, or for
//! its end, and some go on; so what the system said is remembered here, and ends the reading whatever they made of it.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use model::Watch;

use crate::error::Error;
use crate::source::{Probe, ReadSummary, Sink, Source};

/// A file by its path, and whether reading it failed.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    path: PathBuf,
    failed: Arc<Mutex<Option<io::Error>>>,
}

impl Disk {
    /// The file at `path`, which nobody read yet.
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), failed: Arc::default() }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it for reading.
    ///
    /// # Errors
    ///
    /// What keeps it from being read: not there, in use, a folder.
    pub(crate) fn open(&self, file: &str) -> Result<Handle, Error> {
        let opened = fs_err::File::open(&self.path).map_err(|error| Error::from_io(file, error))?;
        Ok(Handle { file: opened.into_parts().0, disk: self.clone(), read: 0 })
    }

    fn note(&self, error: &io::Error) {
        let copy = error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error);
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(copy);
    }

    /// # Errors
    ///
    /// What the system said, where reading `file` failed since this was last asked.
    pub(crate) fn check(&self, file: &str) -> Result<(), Error> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        failed.map_or(Ok(()), |error| Err(Error::from_io(file, error)))
    }
}

/// An opened file.
#[derive(Debug)]
pub(crate) struct Handle {
    file: File,
    disk: Disk,
    /// Bytes read so far.
    read: u64,
}

impl Handle {
    /// Its size.
    ///
    /// # Errors
    ///
    /// What keeps it from being looked at.
    pub(crate) fn size(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn noted<T>(&self, done: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &done
            && error.kind() != ErrorKind::Interrupted
        {
            self.disk.note(error);
        }
        done
    }
}

impl Read for Handle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let done = failing::room(&self.disk.path, self.read).and_then(|room| {
            let room = room.min(buffer.len());
            self.file.read(buffer.get_mut(..room).unwrap_or_default())
        });
        self.read += *done.as_ref().unwrap_or(&0) as u64;
        self.noted(done)
    }
}

impl Seek for Handle {
    // A place before the beginning is the mistake of a reader and no failure of the disk.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// A source that ends with the error of its disk.
pub(crate) struct OnDisk {
    pub(crate) source: Box<dyn Source>,
    pub(crate) disk: Disk,
}

impl Source for OnDisk {
    fn probe(&self) -> &Probe {
        self.source.probe()
    }

    fn read(&mut self, table: usize, sink: &mut Sink<'_>, watch: &dyn Watch) -> Result<ReadSummary, Error> {
        let read = self.source.read(table, sink, watch);
        self.disk.check(&self.source.probe().file)?;
        read
    }
}

/// Disks of the tests that fail.
#[cfg(test)]
pub(crate) mod failing {
    use std::collections::BTreeMap;
    use std::io;
    use std::path::{Path, PathBuf};
    use std::sync::Mutex;

    /// `ESTALE`: the share that a file was on is gone.
    pub(crate) const GONE: i32 = 116;

    static AFTER: Mutex<BTreeMap<PathBuf, u64>> = Mutex::new(BTreeMap::new());

    /// Lets each handle of the file at `path` fail after so many bytes; `None` heals it.
    pub(crate) fn set(path: &Path, after: Option<u64>) {
        let mut all = AFTER.lock().expect("no panic");
        all.remove(path);
        all.extend(after.map(|after| (path.to_owned(), after)));
    }

    /// Bytes that can be read yet.
    pub(super) fn room(path: &Path, read: u64) -> io::Result<usize> {
        match AFTER.lock().expect("no panic").get(path) {
            Some(after) if *after <= read => Err(io::Error::from_raw_os_error(GONE)),
            Some(after) => Ok(usize::try_from(after - read).unwrap_or(usize::MAX)),
            None => Ok(usize::MAX),
        }
    }
}

/// Disks of people fail by themselves.
#[cfg(not(test))]
mod failing {
    pub(super) fn room(_path: &std::path::Path, _read: u64) -> std::io::Result<usize> {
        Ok(usize::MAX)
    }
}
