//! One pass over a file at opening: its hash, its first bytes, and whether it is UTF-8.

use std::fs::{File, Metadata};
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::formats::csv::encoding::Utf8Scan;
use crate::formats::workbook::guard;
use crate::isolate;
use crate::limits::{CHUNK, HEAD};

/// Size and time of a file: whether it is still the one that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }

    /// # Errors
    ///
    /// [`Error::Changed`] where the file at `path` is not as it was when this stamp was taken.
    pub(crate) fn check(&self, path: &Path, file: &str) -> Result<(), Error> {
        let now = fs_err::metadata(path).map_err(|error| Error::from_io(file, error))?;
        if Self::of(&now) == *self { Ok(()) } else { Err(Error::Changed { file: file.to_owned() }) }
    }
}

/// What one pass over a file tells.
pub(crate) struct Scan {
    /// File name without its folder.
    pub(crate) file: String,
    pub(crate) stamp: Stamp,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// The first [`HEAD`] bytes.
    pub(crate) head: Vec<u8>,
    pub(crate) utf8: Utf8Scan,
    /// What kind of container it is, where it is a ZIP.
    pub(crate) container: Option<guard::Kind>,
}

/// Name of the file at `path`, without its folder.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Opens the file at `path` for reading.
///
/// # Errors
///
/// What keeps it from being read: not there, in use, a folder.
pub(crate) fn open_file(path: &Path, file: &str) -> Result<File, Error> {
    let opened = fs_err::File::open(path).map_err(|error| Error::from_io(file, error))?;
    Ok(opened.into_parts().0)
}

/// Fills as much of `buffer` as the reader still has.
pub(crate) fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Reads the file at `path` once, from its first byte to its last.
///
/// # Errors
///
/// [`Error::Empty`], [`Error::NotAFile`] or what the system says.
pub(crate) fn scan(path: &Path) -> Result<Scan, Error> {
    let file = file_name(path);
    let metadata = fs_err::metadata(path).map_err(|error| Error::from_io(&file, error))?;
    if !metadata.is_file() {
        return Err(Error::NotAFile { file });
    }
    let mut reader = open_file(path, &file)?;
    let (mut hash, mut utf8, mut head) = (Sha256::new(), Utf8Scan::default(), Vec::new());
    let (mut buffer, mut bytes) = (vec![0; CHUNK], 0u64);
    loop {
        let count = fill(&mut reader, &mut buffer).map_err(|error| Error::from_io(&file, error))?;
        let chunk = &buffer[..count];
        hash.update(chunk);
        utf8.feed(chunk);
        head.extend_from_slice(&chunk[..count.min(HEAD - head.len())]);
        bytes += count as u64;
        if count < CHUNK {
            break;
        }
    }
    if bytes == 0 {
        return Err(Error::Empty { file });
    }
    utf8.finish();
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let kind = || isolate::run(&file, || Ok(guard::kind(BufReader::new(reader)))).unwrap_or(guard::Kind::Damaged);
    let container = head.starts_with(b"PK").then(kind);
    Ok(Scan { file, stamp: Stamp::of(&metadata), bytes, sha256, head, utf8, container })
}
