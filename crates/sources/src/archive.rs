//! ZIP archives with files in them: lists what is inside and opens one file as a source. Nothing is
//! unpacked onto the disk. Texts and dumps are read out of the archive as streams, the rest from
//! memory under a limit; the names inside are only shown and never become paths.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{Message, Silent, Watch};
use zip::read::ZipReadOptions;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::ahead::Ahead;
use crate::disk::{Disk, Handle};
use crate::error::Error;
use crate::formats;
use crate::input::{Bounded, Input};
use crate::isolate;
use crate::limits::{ARCHIVE_MEMBERS, PACKED_TOTAL};
use crate::pace::{Pace, watched};
use crate::scan::{Stamp, file_name, fill, scan_input};
use crate::source::{Note, Options, Source};

/// First bytes of a ZIP archive, and of one without a file in it.
const MARKS: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// Endings of packed files, which are not unpacked inside an archive.
const NESTED: [&str; 6] = ["zip", "7z", "rar", "tar", "gz", "tgz"];

/// What operating systems leave in archives; no records.
const LITTER: [&str; 3] = [".ds_store", "thumbs.db", "desktop.ini"];

/// Names that only an Office file has inside, which is a ZIP archive too.
const OFFICE: [&str; 7] = ["[content_types].xml", "mimetype", "content.xml", "xl/", "word/", "ppt/", "_rels/"];

/// Bytes from the start of an archive that tell whether it is an Office file.
const OFFICE_HEAD: usize = 256;

type Zip = ZipArchive<Ahead<Handle>>;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name with the folders inside the archive; nothing in it leads out of it.
    pub name: String,
    /// Its size when unpacked, by the archive's own word.
    pub bytes: u64,
    /// Whether it needs a password.
    pub encrypted: bool,
    /// Key of the words that say why it is not read; opening any other tells whether it can be.
    pub refused: Option<&'static str>,
    index: usize,
}

impl Member {
    fn ending(&self) -> String {
        self.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
    }
}

/// An archive that has been opened.
#[derive(Clone, Debug)]
pub struct Bundle {
    path: PathBuf,
    file: String,
    stamp: Stamp,
    members: Vec<Member>,
    notes: Vec<Note>,
}

impl Bundle {
    /// Whether the file at `path` is an archive of files, by its content; an Office file is none.
    #[must_use]
    pub fn is_one(path: &Path) -> bool {
        let mut head = vec![0; OFFICE_HEAD];
        let read = fs_err::File::open(path).and_then(|mut file| fill(&mut file, &mut head));
        read.is_ok_and(|count| holds_files(&Disk::at(path), head.get(..count).unwrap_or_default()))
    }

    /// Opens the archive at `path` and lists what is in it.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`], [`Error::TooLarge`] for one with too many files or more in it than could
    /// ever be read, [`Error::NotSupportedYet`] for an Office file, or what the system says.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = file_name(path);
        let metadata = fs_err::metadata(path).map_err(|error| Error::from_io(&file, error))?;
        let (members, notes) = isolate::run(&file, || list(path, &file))?;
        Ok(Self { path: path.to_owned(), stamp: Stamp::of(&metadata), file, members, notes })
    }

    /// Name of the archive without its folder.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The files in it, in its order, without folders and what operating systems leave.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// What is odd about the archive.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Opens file number `member` of [`Bundle::members`]; [`crate::Probe::file`] is then
    /// `archive.zip/name`, and size and hash are those of the file inside.
    ///
    /// # Errors
    ///
    /// As [`crate::open`]; [`Error::PasswordNeeded`] and [`Error::WrongPassword`] for a protected
    /// one, [`Error::NotSupportedYet`] for one that [`Member::refused`] names.
    pub fn open_member(&self, member: usize, options: &Options) -> Result<Box<dyn Source>, Error> {
        self.open_member_watched(member, options, &Silent)
    }

    /// As [`Bundle::open_member`], telling `watch` how many bytes of the member were unpacked.
    ///
    /// # Errors
    ///
    /// As [`Bundle::open_member`]; [`Error::Cancelled`] at once where the person stops it.
    pub fn open_member_watched(
        &self,
        member: usize,
        options: &Options,
        watch: &dyn Watch,
    ) -> Result<Box<dyn Source>, Error> {
        let (bundle, options) = (self.clone(), options.clone());
        watched(&self.file, watch, move |pace| bundle.open_here(member, &options, pace))
    }

    /// Opens file number `member` in this thread.
    ///
    /// # Errors
    ///
    /// As [`Bundle::open_member`].
    pub(crate) fn open_here(
        &self,
        member: usize,
        options: &Options,
        pace: &Arc<Pace>,
    ) -> Result<Box<dyn Source>, Error> {
        let no_member = || Error::NoSuchTable { file: self.file.clone(), table: member };
        let member = self.members.get(member).ok_or_else(no_member)?;
        let file = format!("{}/{}", self.file, member.name);
        if let Some(what) = member.refused {
            return Err(Error::NotSupportedYet { file, what });
        }
        self.stamp.check(&self.path, &self.file)?;
        let password = options.password.clone();
        let disk = Disk::at(&self.path);
        let input = Input::Member { archive: disk.clone(), index: member.index, password };
        pace.expect(member.bytes);
        let scan = scan_input(input, file.clone(), self.stamp.clone(), pace);
        let read = scan.and_then(|mut scan| {
            scan.sums()?;
            Ok(scan)
        });
        if read.is_err() {
            disk.check(&file)?;
        }
        let scan = read.map_err(|error| match error {
            // The check of an old password is one byte: a wrong one gets through now and then.
            Error::Damaged { .. } if member.encrypted => Error::WrongPassword { file: file.clone() },
            other => other,
        })?;
        if MARKS.iter().any(|mark| scan.head.starts_with(mark)) && !is_office_head(&scan.head) {
            return Err(Error::NotSupportedYet { file, what: "source.kind.nested" });
        }
        formats::open(scan, options)
    }

    /// The file to read where it is clear which one is meant: the only one that looks like records.
    pub(crate) fn only(&self) -> Option<usize> {
        let can = |member: &&(usize, &Member)| member.1.refused.is_none();
        let known = |member: &&(usize, &Member)| formats::knows_ending(&member.1.ending());
        let all: Vec<(usize, &Member)> = self.members.iter().enumerate().collect();
        let named: Vec<_> = all.iter().filter(can).filter(known).collect();
        let any: Vec<_> = all.iter().filter(can).collect();
        match (named.as_slice(), any.as_slice()) {
            ([only], _) | ([], [only]) => Some(only.0),
            _ => None,
        }
    }
}

/// Whether the first file of an archive that begins with `head` is one that Office files begin with.
fn is_office_head(head: &[u8]) -> bool {
    // The name of the first file stands at byte 30.
    let name = head.get(30..head.len().min(94)).unwrap_or_default().to_ascii_lowercase();
    OFFICE.iter().chain(&["docprops/"]).any(|start| name.starts_with(start.as_bytes()))
}

/// Whether the file on `disk`, which begins with `head`, is an archive of files and no Office file.
pub(crate) fn holds_files(disk: &Disk, head: &[u8]) -> bool {
    let looks = || -> Result<bool, Error> {
        let zip = unzip(disk, "")?;
        let mut names =
            zip.file_names_raw().map(|name| String::from_utf8_lossy(name).to_lowercase().replace('\\', "/"));
        Ok(!names.any(|name| OFFICE.iter().any(|office| name.starts_with(office))))
    };
    MARKS.iter().any(|mark| head.starts_with(mark)) && isolate::run("", looks).unwrap_or(false)
}

fn unzip(disk: &Disk, file: &str) -> Result<Zip, Error> {
    ZipArchive::new(Ahead::new(disk.open(file)?)).map_err(|error| from_zip(file, error))
}

fn from_zip(file: &str, error: ZipError) -> Error {
    let named = file.to_owned();
    match error {
        ZipError::InvalidPassword => Error::WrongPassword { file: named },
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Error::PasswordNeeded { file: named },
        ZipError::UnsupportedArchive(_) => Error::NotSupportedYet { file: named, what: "source.kind.packing" },
        ZipError::Io(error) => Error::from_io(file, error),
        other => Error::damaged(file, "", 0, other),
    }
}

fn list(path: &Path, file: &str) -> Result<(Vec<Member>, Vec<Note>), Error> {
    let damaged = |error| from_zip(file, error);
    let mut zip = unzip(&Disk::at(path), file)?;
    let (mut members, mut litter, mut renamed) = (Vec::new(), 0u64, 0u64);
    if zip.len() > ARCHIVE_MEMBERS {
        return Err(Error::too_large(file, "", 0));
    }
    if zip.has_overlapping_entries().map_err(damaged)? {
        return Err(Error::damaged(file, "", 0, "files in it lie on top of each other"));
    }
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(damaged)?;
        let raw = entry.name_raw();
        let written = std::str::from_utf8(raw).map(str::to_owned);
        let written = written.or_else(|_| entry.name().map(|name| name.into_owned())).map_err(damaged)?;
        let name = plain_name(&written);
        if entry.is_dir() {
            continue;
        }
        if is_litter(&name) {
            litter += 1;
            continue;
        }
        renamed += u64::from(name != written.replace('\\', "/"));
        let known =
            matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) || entry.encrypted();
        let mut member = Member { name, bytes: entry.size(), encrypted: entry.encrypted(), refused: None, index };
        let is_nested = NESTED.contains(&member.ending().as_str());
        member.refused = match (entry.is_symlink(), is_nested, known) {
            (true, _, _) => Some("source.kind.link"),
            (_, true, _) => Some("source.kind.nested"),
            (_, _, false) => Some("source.kind.packing"),
            _ => None,
        };
        members.push(member);
    }
    let total = members.iter().fold(0u64, |sum, member| sum.saturating_add(member.bytes));
    if total > PACKED_TOTAL { Err(Error::too_large(file, "", 0)) } else { Ok((members, notes(&zip, litter, renamed))) }
}

fn notes(zip: &Zip, litter: u64, renamed: u64) -> Vec<Note> {
    let counted =
        |code, key, count: u64| (count > 0).then(|| Note::new(code, "", Message::new(key).with("count", count)));
    let twice = Note::new("same-names", "", Message::new("source.note.same_names"));
    let notes = [
        counted("litter", "source.note.litter", litter),
        counted("odd-names", "source.note.odd_names", renamed),
        zip.has_duplicate_names().then_some(twice),
    ];
    notes.into_iter().flatten().collect()
}

/// The name as it can be shown: forward slashes, no drive, nothing that leads upwards.
fn plain_name(written: &str) -> String {
    let written = written.replace('\\', "/");
    let steps = written.split('/').filter(|step| !matches!(*step, "" | "." | "..") && !step.ends_with(':'));
    let name = steps.collect::<Vec<_>>().join("/");
    if name.is_empty() { "?".to_owned() } else { name }
}

fn is_litter(name: &str) -> bool {
    let name = name.to_lowercase();
    let last = name.rsplit('/').next().unwrap_or_default();
    name.starts_with("__macosx/") || last.starts_with("._") || LITTER.contains(&last)
}

/// Gives `take` the unpacked bytes of file number `index` in the archive on `disk`.
///
/// # Errors
///
/// The error of `take`; what keeps the bytes of `file` from being read.
pub(crate) fn stream<R>(
    disk: &Disk,
    index: usize,
    password: Option<&crate::Secret>,
    file: &str,
    take: impl FnOnce(&mut dyn Read) -> Result<R, Error>,
) -> Result<R, Error> {
    let mut zip = unzip(disk, file)?;
    let options = ZipReadOptions::new().password(password.map(|secret| secret.expose().as_bytes()));
    let member = zip.by_index_with_options(index, options).map_err(|error| from_zip(file, error))?;
    let packed = member.compressed_size();
    take(&mut Bounded::new(member, packed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_lead_out_of_the_archive() {
        assert_eq!(plain_name("../../etc/passwd"), "etc/passwd");
        assert_eq!(plain_name("C:\\Murid\\2026.csv"), "Murid/2026.csv");
        assert_eq!(plain_name("/a//./b.csv"), "a/b.csv");
        assert_eq!(plain_name(".."), "?");
    }
}
