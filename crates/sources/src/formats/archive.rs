//! ZIP archives as they are opened like any file: the one file in them that is meant. Where there
//! are several, [`crate::Bundle`] lists them for a person to choose.

use std::path::Path;

use super::Format;
use crate::archive::{Bundle, holds_files};
use crate::error::Error;
use crate::scan::Scan;
use crate::source::{Options, Source};

/// ZIP archives that are no Office files.
pub(crate) const FORMAT: Format = Format { code: "zip", extensions: &["zip"], recognises, open };

fn recognises(scan: &Scan) -> bool {
    scan.input.is_plain() && holds_files(scan.input.disk(), &scan.head)
}

fn open(path: &Path, scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    let bundle = Bundle::open(path)?;
    let readable = bundle.members().iter().filter(|member| member.refused.is_none()).count();
    match bundle.only() {
        Some(member) => bundle.open_here(member, options, &scan.pace),
        None if readable == 0 => Err(Error::NotSupportedYet { file: scan.file, what: "source.kind.zip_empty" }),
        None => Err(Error::SeveralFiles { file: scan.file, files: readable as u64 }),
    }
}
