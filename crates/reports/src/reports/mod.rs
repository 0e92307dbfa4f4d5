//! All reports, one file each, and the formats they come in.

mod profile;
mod push;
mod reconciliation;
mod rollback;
mod shared;
mod validation;

pub(crate) use shared::frame;

use crate::doc::Doc;
use crate::input::{ProfileReport, PushReport, ReconciliationReport, RollbackReport, ValidationReport};
use crate::{Error, html, pdf, workbook};

/// A kind of report.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Code, as the command line takes it.
    pub code: &'static str,
    /// Formats that it comes in.
    pub formats: &'static [Format],
}

/// All kinds of report, in the order in which they are offered.
pub const ALL: &[Kind] = &[profile::KIND, validation::KIND, push::KIND, reconciliation::KIND, rollback::KIND];

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// To sign and to keep.
    Pdf,
    /// To look at on a screen.
    Html,
    /// For scripts.
    Json,
    /// To sort and filter: its tables as sheets.
    Xlsx,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 4] = [Format::Pdf, Format::Html, Format::Json, Format::Xlsx];

    /// The ending of a file's name, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format with this [`Format::extension`].
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension().eq_ignore_ascii_case(extension))
    }
}

/// A report with its facts.
#[derive(Clone, Debug)]
pub enum Report {
    /// What was checked.
    Validation(ValidationReport),
    /// What became of every record of a push.
    Reconciliation(ReconciliationReport),
    /// What the school has, in numbers.
    Profile(ProfileReport),
    /// One push.
    Push(PushReport),
    /// One push taken back.
    Rollback(RollbackReport),
}

impl Report {
    /// Code of its [`Kind`].
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Validation(_) => validation::KIND.code,
            Self::Reconciliation(_) => reconciliation::KIND.code,
            Self::Profile(_) => profile::KIND.code,
            Self::Push(_) => push::KIND.code,
            Self::Rollback(_) => rollback::KIND.code,
        }
    }
}

/// See [`crate::render`].
pub(crate) fn render(report: &Report, format: Format) -> Result<Vec<u8>, Error> {
    let masked = match report {
        Report::Validation(report) => Report::Validation(crate::mask::validation(report)),
        Report::Reconciliation(report) => Report::Reconciliation(crate::mask::reconciliation(report)),
        Report::Profile(report) => Report::Profile(crate::mask::profile(report)),
        Report::Push(report) => Report::Push(crate::mask::push(report)),
        Report::Rollback(report) => Report::Rollback(crate::mask::rollback(report)),
    };
    match format {
        Format::Pdf => pdf::write(&doc(&masked, crate::LISTED_IN_PDF)),
        Format::Html => Ok(html::write(&doc(&masked, usize::MAX)).into_bytes()),
        Format::Json => Ok(serde_json::to_vec_pretty(&json(&masked))?),
        Format::Xlsx => {
            let doc = doc(&masked, usize::MAX);
            workbook::write(&workbook::sheets(&doc), &doc.title, doc.made_at)
        }
    }
}

fn doc(report: &Report, listed: usize) -> Doc {
    match report {
        Report::Validation(report) => validation::doc(report, listed),
        Report::Reconciliation(report) => reconciliation::doc(report, listed),
        Report::Profile(report) => profile::doc(report, listed),
        Report::Push(report) => push::doc(report, listed),
        Report::Rollback(report) => rollback::doc(report, listed),
    }
}

fn json(report: &Report) -> serde_json::Value {
    match report {
        Report::Validation(report) => validation::json(report),
        Report::Reconciliation(report) => reconciliation::json(report),
        Report::Profile(report) => profile::json(report),
        Report::Push(report) => push::json(report),
        Report::Rollback(report) => rollback::json(report),
    }
}

/// The report as blocks, with at most `listed` lines of its lists.
#[cfg(test)]
pub(crate) fn doc_of(report: &Report, listed: usize) -> Doc {
    doc(report, listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_code_and_a_paper_to_sign() {
        for (index, kind) in ALL.iter().enumerate() {
            assert!(kind.formats.contains(&Format::Pdf), "{} has no PDF", kind.code);
            assert!(ALL[..index].iter().all(|other| other.code != kind.code), "{} is there twice", kind.code);
        }
        assert_eq!(Format::from_extension("PDF"), Some(Format::Pdf));
    }
}
