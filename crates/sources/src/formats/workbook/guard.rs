//! Looks at a workbook's container before anything is unpacked: what it is, and whether unpacking it
//! could fill the memory. A file that lies about its sizes is stopped by the unpacking itself.

use std::io::{BufReader, Read, Seek, SeekFrom};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use crate::error::Error;
use crate::limits::{
    CHUNK, WORKBOOK_IN_MEMORY, WORKBOOK_PART, WORKBOOK_PARTS, WORKBOOK_RATIO, WORKBOOK_RATIO_FROM, WORKBOOK_TEXT,
    WORKBOOK_TOTAL,
};
use crate::scan::fill;

/// First bytes of an OLE file: old Office formats, and new ones under a password.
pub(crate) const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Unpacked sizes from which a part may be read through once to find texts without an end.
const LOOK_THROUGH: u64 = 8 * 1024 * 1024;

/// How many times larger such a part becomes when unpacked: ordinary sheets stay below, and a text
/// without an end that packs worse makes a file that is large itself.
const LOOK_THROUGH_RATIO: u64 = 30;

/// The start of the shared texts in which their number is told.
const STRINGS_HEAD: usize = 64 * 1024;

/// One part of the container.
struct Part {
    index: usize,
    name: String,
    size: u64,
    packed: u64,
}

/// Whether the container is safe to open.
///
/// # Errors
///
/// [`Error::TooLarge`] for one that would unpack beyond a limit, [`Error::Damaged`].
pub(crate) fn check(reader: impl Read + Seek, file: &str) -> Result<(), Error> {
    let damaged = |error| Error::damaged(file, "", 0, error);
    let mut archive = ZipArchive::new(reader).map_err(damaged)?;
    if archive.len() > WORKBOOK_PARTS {
        return Err(Error::too_large(file, "", 0));
    }
    let mut parts = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(damaged)?;
        let name = String::from_utf8_lossy(part.name_raw()).to_lowercase().replace('\\', "/");
        parts.push(Part { index, name, size: part.size(), packed: part.compressed_size() });
    }
    check_sizes(&parts, file)?;
    for part in &parts {
        check_content(&mut archive, part, file)?;
    }
    match parts.iter().find(|part| part.name == "content.xml") {
        Some(part) => check_whole(&mut archive, part, file),
        None => Ok(()),
    }
}

/// Reads the table of an OpenDocument through once.
fn check_whole(archive: &mut ZipArchive<impl Read + Seek>, part: &Part, file: &str) -> Result<(), Error> {
    let reader = archive.by_index(part.index).map_err(|error| Error::damaged(file, &part.name, 0, error))?;
    broken_off(reader).map_or(Ok(()), |reason| Err(Error::damaged(file, &part.name, 0, reason)))
}

/// What a container holds, by the names of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Xlsx,
    Xlsb,
    /// An OpenDocument spreadsheet.
    OpenDocument,
    /// A text document or a presentation.
    Document,
    /// Any other container.
    Other,
    /// It cannot be told: the list of parts is damaged.
    Damaged,
}

/// The kind of container in `reader`.
pub(crate) fn kind(reader: impl Read + Seek) -> Kind {
    let Ok(mut archive) = ZipArchive::new(reader) else { return Kind::Damaged };
    match kind_of(archive.file_names().flatten().map(|name| name.to_lowercase().replace('\\', "/"))) {
        Kind::OpenDocument if !is_spreadsheet(&mut archive) => Kind::Document,
        kind => kind,
    }
}

/// Whether an OpenDocument says that it is a spreadsheet.
fn is_spreadsheet(archive: &mut ZipArchive<impl Read + Seek>) -> bool {
    const SPREADSHEET: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
    let Ok(mut part) = archive.by_name("mimetype") else { return false };
    let mut told = [0; SPREADSHEET.len()];
    fill(&mut part, &mut told).is_ok() && told == SPREADSHEET
}

fn kind_of(names: impl Iterator<Item = String>) -> Kind {
    let names: Vec<String> = names.take(WORKBOOK_PARTS).collect();
    let has = |start: &str| names.iter().any(|name| name.starts_with(start));
    if has("xl/workbook.bin") {
        Kind::Xlsb
    } else if has("word/") || has("ppt/") {
        Kind::Document
    } else if has("xl/") || names.iter().any(|name| name.ends_with("/workbook.xml")) {
        Kind::Xlsx
    } else if has("content.xml") && has("mimetype") {
        Kind::OpenDocument
    } else {
        Kind::Other
    }
}

fn is_sheet(part: &Part) -> bool {
    part.name.contains("/worksheets/") || part.name == "content.xml"
}

fn check_sizes(parts: &[Part], file: &str) -> Result<(), Error> {
    let total = parts.iter().fold(0u64, |sum, part| sum.saturating_add(part.size));
    let large = parts.iter().find(|part| {
        let cap = if is_sheet(part) || !part.name.ends_with("ml") { WORKBOOK_PART } else { WORKBOOK_IN_MEMORY };
        let ratio = part.size / part.packed.max(1);
        part.size > cap || (part.size > WORKBOOK_RATIO_FROM && ratio > WORKBOOK_RATIO)
    });
    match large {
        Some(part) => Err(Error::too_large(file, &part.name, 0)),
        None if total > WORKBOOK_TOTAL => Err(Error::too_large(file, "", 0)),
        None => Ok(()),
    }
}

/// Looks into the parts that the workbook reader would take into memory by their own word.
fn check_content(archive: &mut ZipArchive<impl Read + Seek>, part: &Part, file: &str) -> Result<(), Error> {
    let is_xml = part.name.ends_with(".xml") || part.name.ends_with(".rels");
    let is_strings = part.name.ends_with("sharedstrings.xml");
    let is_suspect = part.size >= LOOK_THROUGH && part.size / part.packed.max(1) >= LOOK_THROUGH_RATIO;
    if !is_xml || !(is_strings || is_suspect) {
        return Ok(());
    }
    let damaged = |error: &dyn std::fmt::Display| Error::damaged(file, &part.name, 0, error);
    let mut reader = archive.by_index(part.index).map_err(|error| damaged(&error))?;
    let (mut buffer, mut run, mut is_first) = (vec![0; CHUNK], 0, true);
    loop {
        let count = fill(&mut reader, &mut buffer).map_err(|error| damaged(&error))?;
        let chunk = buffer.get(..count).unwrap_or_default();
        if is_first && is_strings && !tells_its_length(chunk, part.size) {
            return Err(damaged(&"the list of texts has a wrong length"));
        }
        run = longest_run(chunk, run).ok_or_else(|| Error::too_large(file, &part.name, 0))?;
        // Of a list of texts that is no suspect only the beginning matters.
        if count < CHUNK || !is_suspect {
            return Ok(());
        }
        is_first = false;
    }
}

/// Bytes since the last angle bracket, `run` of them before `chunk`; `None` where they are too many.
pub(crate) fn longest_run(chunk: &[u8], mut run: usize) -> Option<usize> {
    for piece in chunk.split_inclusive(|byte| matches!(byte, b'<' | b'>')) {
        run += piece.len();
        if run > WORKBOOK_TEXT {
            return None;
        }
        if matches!(piece.last(), Some(b'<' | b'>')) {
            run = 0;
        }
    }
    Some(run)
}

/// Whether the number of texts told at the start of the shared texts is one that `size` bytes can
/// hold. The workbook reader sets memory aside by it before it reads them; it is asked for here as there.
fn tells_its_length(head: &[u8], size: u64) -> bool {
    /// `<si/>`, the shortest text there is.
    const SHORTEST: u64 = 5;
    let mut reader = Reader::from_reader(head.get(..STRINGS_HEAD).unwrap_or(head));
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(list) | Event::Empty(list)) if list.local_name().as_ref() == "sst" => {
                let told = list.attributes().flatten().find(|one| one.key.as_ref() == "uniqueCount");
                let fits = |count: u64| count <= size / SHORTEST + 1;
                return told.is_none_or(|told| told.value.parse().is_ok_and(fits));
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// Why the XML in `part` is not whole; `None` where each element has its end. The reader of OpenDocument waits for the
/// end of a table or of a note for ever, also behind the end of the file.
fn broken_off(part: impl Read) -> Option<String> {
    let mut reader = Reader::from_reader(BufReader::new(part));
    let (mut buffer, mut open) = (Vec::new(), 0u64);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(_)) => open += 1,
            Ok(Event::End(_)) => open = open.saturating_sub(1),
            Ok(Event::Eof) => return (open > 0).then(|| format!("{open} elements have no end")),
            Ok(_) => {}
            Err(error) => return Some(error.to_string()),
        }
    }
}

/// Whether an OLE file is a newer workbook under a password.
pub(crate) fn is_encrypted(mut reader: impl Read + Seek, head: &[u8]) -> bool {
    /// Name of the stream that holds the encrypted workbook, by [MS-OFFCRYPTO] 2.3.4.
    const STREAM: &str = "EncryptedPackage";
    const DIRECTORY: usize = 64 * 1024;
    let number = |at: usize, length: usize| {
        let bytes = head.get(at..at + length).unwrap_or_default();
        bytes.iter().rev().fold(0u64, |value, byte| value << 8 | u64::from(*byte))
    };
    // [MS-CFB] 2.2: sector size as a power of two at byte 30, first directory sector at byte 48.
    let sector_bits = number(30, 2).min(20);
    let mut directory = vec![0; DIRECTORY];
    let start = reader.seek(SeekFrom::Start((number(48, 4) + 1) << sector_bits));
    let count = start.and_then(|_| fill(&mut reader, &mut directory)).unwrap_or(0);
    let name: Vec<u8> = STREAM.encode_utf16().flat_map(u16::to_le_bytes).collect();
    directory.get(..count).unwrap_or_default().windows(name.len()).any(|window| window == name)
}

/// Whether `file` is an .xls under a password: behind the record that begins the workbook stands the
/// one that says so, in any way of encryption.
pub(crate) fn is_locked_xls(file: &[u8]) -> bool {
    /// Streams begin at multiples of this in an OLE file.
    const SECTOR: usize = 512;
    const BEGIN: u16 = 0x0809;
    const FILE_PASS: u16 = 0x002f;
    let number = |at: usize| file.get(at..at + 2)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes));
    let is_locked = |at: usize| {
        let next = at + 4 + usize::from(number(at + 2)?);
        (number(at)? == BEGIN).then_some(number(next)? == FILE_PASS)
    };
    (SECTOR..file.len()).step_by(SECTOR).any(|at| is_locked(at) == Some(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_texts_may_not_claim_more_than_it_has() {
        let claim = |text: &str| tells_its_length(text.as_bytes(), 100);
        assert!(claim("<?xml version=\"1.0\"?><sst count=\"9\" uniqueCount=\"9\"><si/>"), "nine fit");
        assert!(claim("<sst><si/></sst>"), "a list need not tell");
        assert!(!claim("<sst uniqueCount=\"99999999999\">"), "that many do not fit");
        assert!(!claim("<!-- <sst> --><sst uniqueCount=\"99999999999\">"), "nor behind a comment");
        assert!(!claim("<x:sst a='1>2' uniqueCount = '99999999999'>"), "however it is written");
        assert!(!claim("<?xml version=\"1.0\"?>"), "a list without a beginning is none");
    }

    #[test]
    fn a_table_without_an_end_is_broken_off() {
        let broken = |text: &str| broken_off(text.as_bytes()).is_some();
        assert!(!broken("<?xml version=\"1.0\"?><a><table:table x='>'><b/></table:table></a>\n"), "whole");
        assert!(broken("<a><table:table><b/>"), "without an end");
        assert!(broken("<a><table:table></b></table:table></a>"), "an end of another");
        assert!(broken("<a><table:table></a>"), "an end is missing between");
    }

    #[test]
    fn a_text_without_an_end_is_found_across_chunks() {
        assert_eq!(longest_run(b"<a>bcd", 10), Some(3));
        assert_eq!(longest_run(&vec![b'x'; CHUNK], WORKBOOK_TEXT), None, "over the limit");
    }
}
