//! Workbooks: .xlsx and .xlsm, .xlsb, .xls and OpenDocument, also under a password where it is known.
//! Every sheet, also hidden ones. What its reader takes into memory as a whole, and what must be
//! decrypted, is read in a worker.

pub(crate) mod assemble;
mod bands;
pub(crate) mod book;
mod cells;
pub(crate) mod guard;
mod heading;
mod locked;
mod merged;
mod whole;
mod xlsb;
mod xlsx;

use std::path::Path;

use self::book::Sheets;
use self::guard::Kind;
use super::Format;
use crate::error::Error;
use crate::input::Input;
use crate::scan::Scan;
use crate::source::{Options, Source};
use crate::{isolate, worker};

/// Excel workbooks that stream.
pub(crate) const XLSX: Format = Format {
    code: "xlsx",
    extensions: &["xlsx", "xlsm"],
    recognises: |scan| matches!(scan.container, Some(Kind::Xlsx | Kind::Damaged)),
    open: open_container,
};

/// Binary Excel workbooks.
pub(crate) const XLSB: Format = Format {
    code: "xlsb",
    extensions: &["xlsb"],
    recognises: |scan| scan.container == Some(Kind::Xlsb),
    open: |path, scan, options| worker::open(path, scan, options, open_container),
};

/// Old Excel workbooks, and new ones under a password, which stand in the same kind of file.
pub(crate) const XLS: Format = Format {
    code: "xls",
    extensions: &["xls"],
    recognises: |scan| scan.head.starts_with(guard::OLE),
    open: |path, scan, options| worker::open(path, scan, options, open_ole),
};

/// OpenDocument spreadsheets.
pub(crate) const ODS: Format = Format {
    code: "ods",
    extensions: &["ods"],
    recognises: |scan| scan.container == Some(Kind::OpenDocument),
    open: |path, scan, options| worker::open(path, scan, options, open_container),
};

fn open_container(path: &Path, scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    let input = scan.input.clone();
    open_input(path, scan, options, &input)
}

/// Opens the container in `input`, which is the file at `path` or was decrypted from it.
fn open_input(path: &Path, scan: Scan, options: &Options, input: &Input) -> Result<Box<dyn Source>, Error> {
    let file = scan.file.clone();
    let (format, sheets) = isolate::run(&file, || {
        guard::check(input.seekable(&file)?, &file)?;
        let kind = guard::kind(input.seekable(&file)?);
        let sheets: Box<dyn Sheets> = match kind {
            Kind::Xlsb => Box::new(xlsb::Binary::open(input, &file)?),
            Kind::OpenDocument => Box::new(whole::open_ods(input, &file)?),
            Kind::Document => return Err(Error::NotSupportedYet { file: file.clone(), what: "source.kind.document" }),
            Kind::Xlsx | Kind::Other | Kind::Damaged => Box::new(xlsx::Streamed::open(input, &file)?),
        };
        let format = match kind {
            Kind::Xlsb => &XLSB,
            Kind::OpenDocument => &ODS,
            _ => &XLSX,
        };
        Ok((format, sheets))
    })?;
    book::open(path, scan, options, format, sheets)
}

fn open_ole(path: &Path, scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    let file = scan.file.clone();
    let input = scan.input.clone();
    if guard::is_encrypted(input.seekable(&file)?, &scan.head) {
        let opened = isolate::run(&file, || locked::unlock(&input, &file, options))?;
        return open_input(path, scan, options, &opened);
    }
    let sheets = isolate::run(&file, || whole::open_xls(&input, &file))?;
    book::open(path, scan, options, &XLS, Box::new(sheets))
}
