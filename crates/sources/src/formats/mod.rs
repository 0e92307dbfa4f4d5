//! All formats, in the order in which a file is tried. A format is one file or folder here, one line
//! in [`ALL`], and a folder of odd files in `tests/fixtures/formats`.

mod access;
mod archive;
pub(crate) mod csv;
mod sql;

mod html;
mod markup;
mod sqlite;
mod unsupported;
pub(crate) mod workbook;
mod xmlss;

use std::path::Path;

use crate::disk::OnDisk;
use crate::error::Error;
use crate::scan::Scan;
use crate::source::{Options, Source};

/// Opens a file that was scanned and recognised.
pub(crate) type Open = fn(&Path, Scan, &Options) -> Result<Box<dyn Source>, Error>;

/// A kind of source.
pub struct Format {
    /// Its code in [`crate::Probe::format`].
    pub code: &'static str,
    /// File name endings, lower-case, for the file dialog; the content decides.
    pub extensions: &'static [&'static str],
    /// Whether the file is of this format, by its content.
    pub(crate) recognises: fn(&Scan) -> bool,
    /// Opens it.
    pub(crate) open: Open,
}

/// Every format that is read. Delimited text has no mark of its own and so comes last.
pub const ALL: &[Format] = &[
    archive::FORMAT,
    workbook::XLSX,
    workbook::XLSB,
    workbook::XLS,
    workbook::ODS,
    access::FORMAT,
    sqlite::FORMAT,
    sqlite::ENCRYPTED,
    xmlss::FORMAT,
    html::FORMAT,
    sql::FORMAT,
    csv::FORMAT,
];

/// Formats that read a stream: of these, packed files and files in archives need not be in memory.
const STREAMED: [&str; 2] = ["csv", "sql"];

/// Whether a file name with `ending`, in lower case, is one of a format that is read.
pub(crate) fn knows_ending(ending: &str) -> bool {
    ALL.iter().any(|format| format.extensions.contains(&ending))
}

/// Whether a file of this name is of a format that is read, by its ending alone: for lists of files that nobody has
/// opened yet. What a file is, its content says.
#[must_use]
pub fn knows_name(name: &str) -> bool {
    let name = name.to_lowercase();
    let inner = name.strip_suffix(".gz").unwrap_or(&name);
    inner.rsplit_once('.').is_some_and(|(_, ending)| knows_ending(ending))
}

/// Opens what was scanned with the first format that recognises it. Packed content that its reader jumps about in
/// is unpacked into memory, never onto the disk.
///
/// # Errors
///
/// [`Error::NotSupportedYet`] with a name for what it is, or those of the reader.
pub(crate) fn open(mut scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    if !scan.input.is_plain() && !sql::is_dump(&scan) {
        let cut_off = scan.sums()?.cut_off;
        if cut_off {
            return Err(Error::damaged(&scan.file, "", 0, "packed content that ends too early"));
        }
    }
    let Some(format) = ALL.iter().find(|format| (format.recognises)(&scan)) else {
        return Err(unsupported::name(&scan));
    };
    if !scan.input.is_plain() && !STREAMED.contains(&format.code) {
        scan.input = scan.input.unpacked(&scan.file)?;
    }
    let (disk, file) = (scan.input.disk().clone(), scan.file.clone());
    let opened = (format.open)(disk.path(), scan, options);
    // What the system says counts before what a reader makes of it.
    disk.check(&file)?;
    Ok(Box::new(OnDisk { source: opened?, disk }))
}
