//! All formats, in the order in which a file is tried. A format is one file or folder here, one line
//! in [`ALL`], and a folder of odd files in `tests/fixtures/formats`.

pub(crate) mod csv;
mod html;
mod markup;
mod sqlite;
mod unsupported;
pub(crate) mod workbook;
mod xmlss;

use std::path::Path;

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
    workbook::XLSX,
    workbook::XLSB,
    workbook::XLS,
    workbook::ODS,
    xmlss::FORMAT,
    html::FORMAT,
    sqlite::FORMAT,
    csv::FORMAT,
];

/// Opens the file at `path`, already scanned, with the first format that recognises it.
///
/// # Errors
///
/// [`Error::NotSupportedYet`] with a name for what it is, or those of the reader.
pub(crate) fn open(path: &Path, scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    match ALL.iter().find(|format| (format.recognises)(&scan)) {
        Some(format) => (format.open)(path, scan, options),
        None => Err(unsupported::name(&scan)),
    }
}
