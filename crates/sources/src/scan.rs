//! What is learnt of a file at opening: its first bytes at once, and by one pass over all of it its hash and whether it
//! is UTF-8. The pass goes on beside the reader that was chosen by the first bytes; who needs its end waits for it.

use std::fs::Metadata;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::SystemTime;

use model::Watch;
use sha2::{Digest, Sha256};

use crate::disk::Disk;
use crate::error::Error;
use crate::formats::csv::encoding::{self, Found, Utf8Scan};
use crate::formats::workbook::guard;
use crate::input::{self, Input};
use crate::isolate;
use crate::limits::{CHUNK, HEAD};
use crate::pace::Pace;

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

/// What all bytes of a file tell.
pub(crate) struct Sums {
    /// SHA-256 of the file on the disk; of a file in an archive when unpacked.
    pub(crate) sha256: String,
    /// Size of what was hashed.
    pub(crate) bytes: u64,
    pub(crate) utf8: Utf8Scan,
    /// Bytes of the unpacked content.
    pub(crate) unpacked: u64,
    /// Whether packed content ends too early.
    pub(crate) cut_off: bool,
}

/// The pass over a file.
enum Pass {
    Running(JoinHandle<Result<Sums, Error>>),
    Ended(Sums),
    /// It failed, and its error was told.
    Failed,
}

/// A file that is being opened.
pub(crate) struct Scan {
    /// File name without its folder; that of a file in an archive begins with the archive's.
    pub(crate) file: String,
    /// Where its bytes come from.
    pub(crate) input: Input,
    pub(crate) stamp: Stamp,
    /// The first [`HEAD`] bytes, unpacked.
    pub(crate) head: Vec<u8>,
    /// Whether these are UTF-8; [`Sums::utf8`] tells it of the whole.
    head_utf8: Utf8Scan,
    /// What kind of container it is, where it is a ZIP.
    pub(crate) container: Option<guard::Kind>,
    /// How far opening it is, and whether it is still wanted.
    pub(crate) pace: Arc<Pace>,
    pass: Pass,
}

impl Scan {
    /// Waits for the pass to end and gives what it told.
    ///
    /// # Errors
    ///
    /// What kept the file from being read to its end; [`Error::Cancelled`].
    pub(crate) fn sums(&mut self) -> Result<&Sums, Error> {
        let pass = std::mem::replace(&mut self.pass, Pass::Failed);
        self.pass = match pass {
            Pass::Running(pass) => Pass::Ended(pass.join().unwrap_or_else(|_| Err(self.broke_off()))?),
            other => other,
        };
        match &self.pass {
            Pass::Ended(sums) => Ok(sums),
            _ => Err(self.broke_off()),
        }
    }

    /// Waits for the pass to end and gives the encoding of a text.
    ///
    /// # Errors
    ///
    /// As [`Scan::sums`].
    pub(crate) fn encoding(&mut self) -> Result<Found, Error> {
        self.sums()?;
        match &self.pass {
            Pass::Ended(sums) => Ok(encoding::find(&self.head, &sums.utf8)),
            _ => Err(self.broke_off()),
        }
    }

    /// Bytes of the unpacked content, as far as they are known.
    pub(crate) fn size(&self) -> u64 {
        match &self.pass {
            Pass::Ended(sums) => sums.unpacked,
            _ => self.stamp.bytes,
        }
    }

    /// The encoding of a text as far as its first bytes tell.
    pub(crate) fn encoding_of_head(&self) -> Found {
        encoding::find(&self.head, &self.head_utf8)
    }

    fn broke_off(&self) -> Error {
        Error::damaged(&self.file, "", 0, "the reader broke off")
    }

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

/// Begins to read the file at `path`.
///
/// # Errors
///
/// [`Error::Empty`], [`Error::NotAFile`] or what the system says.
pub(crate) fn scan(path: &Path, pace: &Arc<Pace>) -> Result<Scan, Error> {
    let file = file_name(path);
    let failed = |error| Error::from_io(&file, error);
    let metadata = fs_err::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(Error::NotAFile { file });
    }
    let disk = Disk::at(path);
    let is_packed = input::is_gzip(&mut disk.open(&file)?).map_err(failed)?;
    let input = if is_packed { Input::Gzip(disk) } else { Input::File(disk) };
    pace.expect(metadata.len());
    scan_input(input, file, Stamp::of(&metadata), pace)
}

/// Begins to read `input`, known to people as `file`.
///
/// # Errors
///
/// [`Error::Empty`] or what keeps it from being read.
pub(crate) fn scan_input(input: Input, file: String, stamp: Stamp, pace: &Arc<Pace>) -> Result<Scan, Error> {
    let (head, is_cut_off) = input.stream(&file, 0, |reader| read_head(reader, &file))?;
    if head.is_empty() {
        let damaged = || Error::damaged(&file, "", 0, "it ends too early");
        return Err(if is_cut_off { damaged() } else { Error::Empty { file } });
    }
    let mut head_utf8 = Utf8Scan::default();
    head_utf8.feed(&head);
    let pass = Pass::Running(begin_pass(&input, &file, pace));
    let mut scan = Scan { file, input, stamp, head, head_utf8, container: None, pace: Arc::clone(pace), pass };
    if scan.head.starts_with(b"PK") && (scan.input.is_plain() || !scan.sums()?.cut_off) {
        let (input, file) = (scan.input.clone(), scan.file.clone());
        scan.container = Some(isolate::run(&file, || Ok(guard::kind(input.seekable(&file)?)))?);
    }
    Ok(scan)
}

/// The first [`HEAD`] bytes, and whether packed content ended too early among them.
fn read_head(reader: &mut dyn Read, file: &str) -> Result<(Vec<u8>, bool), Error> {
    let mut head = Vec::new();
    match reader.take(HEAD as u64).read_to_end(&mut head) {
        Ok(_) => Ok((head, false)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok((head, true)),
        Err(error) => Err(Error::from_io(file, error)),
    }
}

/// Reads all of `input` in a thread of its own.
fn begin_pass(input: &Input, file: &str, pace: &Arc<Pace>) -> JoinHandle<Result<Sums, Error>> {
    let (input, file, pace) = (input.clone(), file.to_owned(), Arc::clone(pace));
    thread::spawn(move || pass(&input, &file, &pace))
}

fn pass(input: &Input, file: &str, pace: &Pace) -> Result<Sums, Error> {
    let (mut utf8, mut hash) = (Utf8Scan::default(), Sha256::new());
    let each = |chunk: &[u8]| {
        hash.update(chunk);
        utf8.feed(chunk);
    };
    let (unpacked, cut_off) = input.stream(file, 0, |reader| take_all(reader, file, pace, each))?;
    utf8.finish();
    let mut sums = Sums { sha256: in_hexadecimal(hash), bytes: unpacked, utf8, unpacked, cut_off };
    if let Input::Gzip(disk) = input {
        // What names the file is what lies on the disk.
        let mut hash = Sha256::new();
        let packed = Input::File(disk.clone());
        (sums.bytes, _) = packed.stream(file, 0, |reader| take_all(reader, file, pace, |chunk| hash.update(chunk)))?;
        sums.sha256 = in_hexadecimal(hash);
    }
    Ok(sums)
}

/// Gives all bytes to `each`; how many there were, and whether packed content ended too early.
fn take_all(reader: &mut dyn Read, file: &str, pace: &Pace, mut each: impl FnMut(&[u8])) -> Result<(u64, bool), Error> {
    let (mut buffer, mut bytes) = (vec![0; CHUNK], 0);
    loop {
        pace.check()?;
        match reader.read(&mut buffer) {
            Ok(0) => return Ok((bytes, false)),
            Ok(count) => {
                each(buffer.get(..count).unwrap_or_default());
                bytes += count as u64;
                pace.progress(bytes, None);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Of packed content only: what stands before its end may still be whole.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok((bytes, true)),
            Err(error) => return Err(Error::from_io(file, error)),
        }
    }
}

fn in_hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
