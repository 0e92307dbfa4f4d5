//! One pass over a file at opening: its hash, its first bytes, and whether it is UTF-8.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};

use std::path::Path;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::formats::csv::encoding::Utf8Scan;
use crate::formats::workbook::guard;
use crate::input::{self, Input};
use crate::isolate;
use crate::limits::{CHUNK, HEAD};

/// Size and time of a file: whether it is still the one that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }

    /// The stamp of the file at `path`.
    ///
    /// # Errors
    ///
    /// What keeps the file from being looked at.
    pub(crate) fn at(path: &Path, file: &str) -> Result<Self, Error> {
        let metadata = fs_err::metadata(path).map_err(|error| Error::from_io(file, error))?;
        Ok(Self::of(&metadata))
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
    /// File name without its folder; that of a file in an archive begins with the archive's.
    pub(crate) file: String,
    /// Where its bytes come from.
    pub(crate) input: Input,
    pub(crate) stamp: Stamp,
    /// Size of the file; of a file in an archive when unpacked.
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// The first [`HEAD`] bytes, unpacked.
    pub(crate) head: Vec<u8>,
    pub(crate) utf8: Utf8Scan,
    /// Bytes of the unpacked content.
    pub(crate) unpacked: u64,
    /// Whether packed content ends too early.
    pub(crate) cut_off: bool,
    /// What kind of container it is, where it is a ZIP.
    pub(crate) container: Option<guard::Kind>,
}

impl Scan {
    /// Name of the file as it would be outside of its archive and unpacked.
    pub(crate) fn inner_name(&self) -> &str {
        let name = self.file.rsplit('/').next().unwrap_or(&self.file);
        match (&self.input, name.rsplit_once('.')) {
            (Input::Gzip(_), Some((inner, ending))) if ending.eq_ignore_ascii_case("gz") => inner,
            _ => name,
        }
    }

    /// The ending of [`Scan::inner_name`], in lower case.
    pub(crate) fn extension(&self) -> String {
        self.inner_name().rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
    }

    /// [`Scan::inner_name`] without its ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.inner_name();
        match name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => name,
        }
    }
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
pub(crate) fn fill(reader: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> std::io::Result<usize> {
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
    let failed = |error| Error::from_io(&file, error);
    let metadata = fs_err::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(Error::NotAFile { file });
    }
    let is_packed = input::is_gzip(&mut open_file(path, &file)?).map_err(failed)?;
    if !is_packed {
        return scan_input(Input::File(path.to_owned()), file, Stamp::of(&metadata));
    }
    let mut scan = scan_input(Input::Gzip(path.to_owned()), file, Stamp::of(&metadata))?;
    // What names the file is what lies on the disk.
    let outer = Input::File(path.to_owned());
    scan.sha256 =
        outer.stream(&scan.file, 0, |reader| hash(reader).map_err(|error| Error::from_io(&scan.file, error)))?;
    scan.bytes = metadata.len();
    Ok(scan)
}

fn hash(reader: &mut dyn Read) -> io::Result<String> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(in_hexadecimal(hash)),
            count => hash.update(buffer.get(..count).unwrap_or_default()),
        }
    }
}

fn in_hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads `input`, known to people as `file`, once.
///
/// # Errors
///
/// [`Error::Empty`] or what keeps it from being read.
pub(crate) fn scan_input(input: Input, file: String, stamp: Stamp) -> Result<Scan, Error> {
    let mut sum = Sha256::new();
    let mut scan = Scan {
        file,
        stamp,
        bytes: 0,
        sha256: String::new(),
        head: Vec::new(),
        utf8: Utf8Scan::default(),
        unpacked: 0,
        cut_off: false,
        container: None,
        input: input.clone(),
    };
    let file = scan.file.clone();
    input.stream(&file, 0, |reader| scan.take_all(reader, &mut sum))?;
    if scan.unpacked == 0 {
        return Err(if scan.cut_off {
            Error::damaged(&file, "", 0, "it ends too early")
        } else {
            Error::Empty { file }
        });
    }
    scan.utf8.finish();
    scan.bytes = scan.unpacked;
    scan.sha256 = in_hexadecimal(sum);
    if scan.head.starts_with(b"PK") && !scan.cut_off {
        let input = scan.input.clone();
        scan.container = Some(isolate::run(&file, || Ok(guard::kind(input.seekable(&file)?)))?);
    }
    Ok(scan)
}

impl Scan {
    fn take_all(&mut self, reader: &mut dyn Read, sum: &mut Sha256) -> Result<(), Error> {
        let mut buffer = vec![0; CHUNK];
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                // Of packed content only: what stands before its end may still be whole.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    self.cut_off = true;
                    return Ok(());
                }
                Err(error) => return Err(Error::from_io(&self.file, error)),
            };
            let chunk = buffer.get(..count).unwrap_or_default();
            sum.update(chunk);
            self.utf8.feed(chunk);
            let room = HEAD - self.head.len();
            self.head.extend_from_slice(chunk.get(..room).unwrap_or(chunk));
            self.unpacked += count as u64;
        }
    }
}
