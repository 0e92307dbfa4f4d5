//! Where the bytes of a workbook are: in its file, or in memory where they were decrypted or repaired
//! there. Nothing that was under a password is ever written to the disk in the clear.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Error;
use crate::scan::open_file;

/// Bytes that can be read from anywhere.
pub(crate) trait Bytes: Read + Seek + Send {}

impl Bytes for BufReader<File> {}

impl Bytes for Cursor<Arc<[u8]>> {}

/// The bytes of a workbook, which can be read several times.
#[derive(Clone)]
pub(crate) enum Input {
    /// The file that the person chose.
    File(PathBuf),
    /// Bytes in memory.
    Memory(Arc<[u8]>),
}

impl Input {
    /// The file at `path`.
    pub(crate) fn file(path: &Path) -> Self {
        Self::File(path.to_owned())
    }

    /// A new reader of the bytes; `file` is named where they cannot be read.
    pub(crate) fn reader(&self, file: &str) -> Result<Box<dyn Bytes>, Error> {
        Ok(match self {
            Self::File(path) => Box::new(BufReader::new(open_file(path, file)?)),
            Self::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }

    /// All bytes at once.
    pub(crate) fn whole(&self, file: &str) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        self.reader(file)?.read_to_end(&mut bytes).map_err(|error| Error::from_io(file, error))?;
        Ok(bytes)
    }
}
