//! The papers a school keeps: what was checked, what went where, and whether the figures agree.
//!
//! The use cases fill the plain structs of [`input`]; [`render`] turns them into a PDF to sign, a page of HTML, or
//! JSON for scripts. Nothing here reads a clock, a file or a database: the same input gives the same report.
//! Identity numbers are masked on the way in, so that no format can print one whole.

#![cfg_attr(test, allow(clippy::expect_used))]

mod doc;
mod error;
pub mod errors_book;
mod html;
pub mod input;
mod letters;
mod mask;
mod pdf;
pub mod reports;
pub mod say;
#[cfg(test)]
mod tests;
pub mod workbook;

pub use error::Error;
pub use errors_book::{BookWords, ErrorsBook, ErrorsRow};
pub use input::{
    BackupPart, BalanceRow, BatchPart, CheckPart, ChosenPart, ColumnWords, Detail, DiffRow, EntityPart, IssuePart,
    KeptRow, LeftOutPart, PhasePart, ProfileLine, ProfileReport, PushReport, ReconRow, ReconciliationReport, RejectRow,
    ReversedRow, RollbackReport, SchoolHead, SectionPart, SourceRow, Summary, TablePart, Taken, ValidationReport,
    Waiver,
};
pub use letters::{LetterTo, Letters, letters};
pub use reports::{Format, Kind, Report};

/// At most this many findings (or rejects, or differences) are listed in a PDF; it says how many there are in all.
pub const LISTED_IN_PDF: usize = 2_000;

/// Renders `report` as the bytes of a file of this format.
///
/// # Errors
///
/// [`Error`] where the program's own fonts cannot be read or the file cannot be put together; never for what the data
/// holds.
pub fn render(report: &Report, format: Format) -> Result<Vec<u8>, Error> {
    reports::render(report, format)
}
