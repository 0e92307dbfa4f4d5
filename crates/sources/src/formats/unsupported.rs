//! Names what a file is that no reader takes, so that the person hears more than "not supported".

use super::workbook::guard::Kind;
use crate::error::Error;
use crate::scan::Scan;

/// First bytes and what they mean; the longest marks first where one begins another.
const MARKS: &[(&[u8], &str)] = &[
    (b"%PDF", "source.kind.pdf"),
    (b"\x89PNG", "source.kind.image"),
    (b"\xff\xd8\xff", "source.kind.image"),
    (b"GIF8", "source.kind.image"),
    (b"II*\0", "source.kind.image"),
    (b"MM\0*", "source.kind.image"),
    (b"\0\x01\0\0Standard Jet DB", "source.kind.access"),
    (b"\0\x01\0\0Standard ACE DB", "source.kind.access"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "source.kind.office_old"),
    (b"\x09\x00\x04\x00", "source.kind.office_old"),
    (b"\x09\x02\x06\x00", "source.kind.office_old"),
    (b"\x09\x04\x06\x00", "source.kind.office_old"),
    (b"PK\x03\x04", "source.kind.zip"),
    (b"PK\x05\x06", "source.kind.zip"),
    (b"\x1f\x8b", "source.kind.packed"),
    (b"7z\xbc\xaf", "source.kind.packed"),
    (b"Rar!", "source.kind.packed"),
    (b"MZ", "source.kind.program"),
    (b"\x7fELF", "source.kind.program"),
    (b"{\\rtf", "source.kind.document"),
];

/// Beginnings of texts that are no tables, in lower case.
const TEXTS: &[(&str, &str)] = &[
    ("<!doctype html", "source.kind.html"),
    ("<html", "source.kind.html"),
    ("<table", "source.kind.html"),
    ("<?xml", "source.kind.xml"),
    ("[{", "source.kind.json"),
    ("{\"", "source.kind.json"),
];

/// Key of the words for what the file is, where its first bytes say so.
pub(crate) fn mark(scan: &Scan) -> Option<&'static str> {
    let known = MARKS.iter().find(|(mark, _)| scan.head.starts_with(mark)).map(|(_, what)| *what);
    known.or_else(|| text_mark(&scan.head))
}

/// As much of a text as tells what it is.
const TEXT_HEAD: usize = 4096;

fn text_mark(head: &[u8]) -> Option<&'static str> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = String::from_utf8_lossy(&head[..head.len().min(TEXT_HEAD)]).to_lowercase();
    let text = text.trim_start();
    TEXTS.iter().find(|(start, _)| text.starts_with(start)).map(|(_, what)| *what)
}

/// The error that names what the file is.
pub(crate) fn name(scan: &Scan) -> Error {
    let unknown = if scan.input.is_plain() { "source.kind.binary" } else { "source.kind.packed" };
    let document = (scan.container == Some(Kind::Document)).then_some("source.kind.document");
    let what = document.or_else(|| mark(scan)).unwrap_or(unknown);
    Error::NotSupportedYet { file: scan.file.clone(), what }
}
