//! What a report is made from: plain facts, gathered by the use cases.
//!
//! Sentences (`measured`, `message`, `reason`, `what`) come in the report's language already. Times are the
//! school's local time.

mod batch;
mod profile;

pub use batch::{BackupPart, BatchPart, KeptRow, LeftOutPart, PhasePart, PushReport, ReversedRow, RollbackReport};
pub use profile::{ColumnWords, EntityPart, IssuePart, ProfileLine, ProfileReport, TablePart};

use chrono::NaiveDateTime;
use model::{Lang, Severity};

/// Whose report it is, who made it and when.
#[derive(Clone, Debug)]
pub struct SchoolHead {
    /// The school's name, in any script.
    pub school: String,
    /// The school's code; empty where it has none.
    pub code: String,
    /// Name of the project file, without its folder.
    pub project_file: String,
    /// When the report was made.
    pub generated_at: NaiveDateTime,
    /// The person who made it.
    pub prepared_by: String,
    /// Version of Daftar.
    pub daftar_version: String,
    /// Language of the report.
    pub lang: Lang,
}

/// All checks of a project, passed ones with their figures too.
#[derive(Clone, Debug)]
pub struct ValidationReport {
    /// Whose and when.
    pub head: SchoolHead,
    /// Whether nothing stops a push.
    pub overall_passed: bool,
    /// How many checks came out how.
    pub summary: Summary,
    /// Records of each kind, from landing to ready.
    pub balance: Vec<BalanceRow>,
    /// Checks by section.
    pub sections: Vec<SectionPart>,
    /// Values that a person chose where the files say none, and records that stand for what nobody knows yet.
    pub chosen: Vec<ChosenPart>,
    /// Findings that somebody let stand one by one, each with the reason and the name.
    pub waivers: Vec<String>,
    /// The files that the records come from.
    pub sources: Vec<SourceRow>,
}

impl ValidationReport {
    /// Whether every landed record is accounted for.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.balance.iter().all(|row| row.difference() == 0)
    }
}

/// How many checks came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Checks made.
    pub total_checks: u64,
    /// Checks without a finding.
    pub passed: u64,
    /// Critical checks with findings.
    pub failed: u64,
    /// Other checks with findings.
    pub warnings: u64,
}

/// Records of one kind: `landed = ready + held_back + merged + excluded`.
#[derive(Clone, Debug, Default)]
pub struct BalanceRow {
    /// Name of the kind of record, in the report's language.
    pub entity_title: String,
    /// Records made from landed rows.
    pub landed: u64,
    /// Ready to push.
    pub ready: u64,
    /// Kept back by findings.
    pub held_back: u64,
    /// Folded into another record of the same person.
    pub merged: u64,
    /// Left out by a person.
    pub excluded: u64,
}

impl BalanceRow {
    /// Landed records that are nowhere (or, below zero, records that never landed).
    #[must_use]
    pub fn difference(&self) -> i128 {
        total(&[self.landed]) - total(&[self.ready, self.held_back, self.merged, self.excluded])
    }
}

/// Checks of one section.
#[derive(Clone, Debug)]
pub struct SectionPart {
    /// Title of the section.
    pub name: String,
    /// Its checks.
    pub checks: Vec<CheckPart>,
}

/// One check and what it found.
#[derive(Clone, Debug)]
pub struct CheckPart {
    /// Title of the check.
    pub check: String,
    /// Its code.
    pub code: String,
    /// How much a finding of it matters.
    pub severity: Severity,
    /// Whether it found nothing.
    pub passed: bool,
    /// How many findings it has in all.
    pub count: u64,
    /// What was measured, in a sentence, also where it passed.
    pub measured: String,
    /// The findings, or the first of them.
    pub details: Vec<Detail>,
    /// How many there are in all, where `details` was cut.
    pub truncated: Option<u64>,
    /// Who accepted its findings and why.
    pub waived: Option<Waiver>,
}

impl CheckPart {
    /// How many findings there are in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.truncated.unwrap_or(0).max(self.count).max(self.details.len() as u64)
    }
}

/// One finding with its place.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// Code of the kind of record, such as `students`.
    pub entity: String,
    /// The record as scripts name it, `students/17`; empty where none is meant.
    pub record: String,
    /// File name.
    pub file: String,
    /// Sheet or table; empty for a file that is one table.
    pub table: String,
    /// Row as the user sees it, from 1; 0 for a finding about a whole table.
    pub row: u64,
    /// Header of the column; empty for a whole row.
    pub column: String,
    /// The value found.
    pub value: String,
    /// What is odd about it, in a sentence.
    pub message: String,
}

/// A person's acceptance of findings.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: NaiveDateTime,
}

/// Something that no file says, and that a person chose.
#[derive(Clone, Debug, Default)]
pub struct ChosenPart {
    /// What was chosen, in a sentence.
    pub what: String,
    /// How many records it is in.
    pub records: u64,
    /// Who chose it; empty where the log does not tell.
    pub by: String,
    /// When; `None` where the log does not tell.
    pub at: Option<NaiveDateTime>,
    /// Why; empty where nobody was asked.
    pub reason: String,
}

/// A source that was landed.
#[derive(Clone, Debug)]
pub struct SourceRow {
    /// File name.
    pub file: String,
    /// Sheet or table.
    pub table: String,
    /// Format code.
    pub format: String,
    /// Encoding; empty where the format has its own.
    pub encoding: String,
    /// Rows landed.
    pub rows: u64,
    /// SHA-256 of the file, in hexadecimal; the PDF shows its beginning.
    pub sha256: String,
}

/// What became of every record of a push.
#[derive(Clone, Debug)]
pub struct ReconciliationReport {
    /// Whose and when.
    pub head: SchoolHead,
    /// Host and database of the portal, without a password.
    pub portal: String,
    /// The batch.
    pub batch: String,
    /// When it was pushed.
    pub pushed_at: NaiveDateTime,
    /// Who pushed it.
    pub pushed_by: String,
    /// State of the batch, in the report's language.
    pub state: String,
    /// Records of each kind.
    pub rows: Vec<ReconRow>,
    /// When the portal was last compared field by field.
    pub verified_at: Option<NaiveDateTime>,
    /// Whether that found every record the same.
    pub verified_passed: Option<bool>,
    /// When part or all of it was taken out of the portal again, and by whom; `None` where nothing was.
    pub taken: Option<Taken>,
    /// Rows that the portal refused, or the first of them.
    pub rejects: Vec<RejectRow>,
    /// How many there are in all.
    pub rejects_total: u64,
    /// Fields that differ between here and the portal, or the first of them.
    pub differences: Vec<DiffRow>,
    /// How many there are in all.
    pub differences_total: u64,
    /// Sentences: which kinds of record keep the portal's values, and how.
    pub policies: Vec<String>,
    /// Fields of which the portal keeps its own value because of that, or the first of them.
    pub kept: Vec<DiffRow>,
    /// How many there are in all.
    pub kept_total: u64,
    /// Values that a person chose where the files say none, and records that stand for what nobody knows yet.
    pub chosen: Vec<ChosenPart>,
}

/// A push that was taken out of the portal, or part of it.
#[derive(Clone, Debug)]
pub struct Taken {
    /// When last; `None` where the log does not tell.
    pub at: Option<NaiveDateTime>,
    /// By whom; empty where the log does not tell.
    pub by: String,
}

impl ReconciliationReport {
    /// Whether every kind of record is accounted for.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.rows.iter().all(ReconRow::balances)
    }

    /// Whether the portal was found to have every record as it was pushed; `None` before the comparison. A comparison
    /// that says so while its figures do not is not believed.
    #[must_use]
    pub fn agrees_with_portal(&self) -> Option<bool> {
        self.verified_at?;
        self.verified_passed.map(|passed| passed && self.rows.iter().all(ReconRow::agrees_with_portal))
    }
}

/// Records of one kind:
/// `landed + derived = inserted + updated + unchanged + rejected + held_back + merged + excluded`.
#[derive(Clone, Debug, Default)]
pub struct ReconRow {
    /// Name of the kind of record, in the report's language.
    pub entity_title: String,
    /// Records made from landed rows.
    pub landed: u64,
    /// New in the portal.
    pub inserted: u64,
    /// Changed in the portal.
    pub updated: u64,
    /// The same in the portal already.
    pub unchanged: u64,
    /// Refused by the portal.
    pub rejected: u64,
    /// Kept back by findings.
    pub held_back: u64,
    /// Folded into another record of the same person.
    pub merged: u64,
    /// Left out by a person.
    pub excluded: u64,
    /// Made by Daftar from other records, without a row of their own.
    pub derived: u64,
    /// Found in the portal by the comparison.
    pub found_in_portal: u64,
    /// Pushed, and not found in the portal.
    pub missing: u64,
    /// Found, with another value in a field.
    pub different: u64,
    /// Found, with a value that the portal keeps because the policy of the push says so.
    pub kept: u64,
    /// New or changed rows that were taken back since: deleted, or restored as they were.
    pub taken_back: u64,
    /// New or changed rows that a rollback could not or must not take back.
    pub stays: u64,
    /// Whether this kind was taken back, so that the comparison leaves it out.
    pub taken_out: bool,
}

impl ReconRow {
    /// Records that should be in the portal.
    #[must_use]
    pub fn pushed(&self) -> u64 {
        self.inserted.saturating_add(self.updated).saturating_add(self.unchanged)
    }

    /// Records that should be in the portal as they were pushed: what was taken back no longer is.
    #[must_use]
    pub fn stands(&self) -> u64 {
        self.pushed().saturating_sub(self.taken_back)
    }

    /// Rows of a rollback unaccounted for: each new or changed row was taken back or stays.
    #[must_use]
    pub fn rollback_difference(&self) -> i128 {
        if self.taken_out { total(&[self.inserted, self.updated]) - total(&[self.taken_back, self.stays]) } else { 0 }
    }

    /// Records unaccounted for (or, below zero, counted though they never came).
    #[must_use]
    pub fn difference(&self) -> i128 {
        let became =
            [self.inserted, self.updated, self.unchanged, self.rejected, self.held_back, self.merged, self.excluded];
        total(&[self.landed, self.derived]) - total(&became)
    }

    /// Whether every record is accounted for.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.difference() == 0 && self.rollback_difference() == 0
    }

    /// Whether the comparison found as many records as were pushed, none of them different. What was taken back is not
    /// compared.
    #[must_use]
    pub fn agrees_with_portal(&self) -> bool {
        self.taken_out || self.missing == 0 && self.different == 0 && self.found_in_portal == self.pushed()
    }
}

/// A row that the portal refused.
#[derive(Clone, Debug, Default)]
pub struct RejectRow {
    /// Code of the kind of record, such as `students`.
    pub entity: String,
    /// File name.
    pub file: String,
    /// Sheet or table.
    pub table: String,
    /// Row as the user sees it, from 1; 0 for a record without one.
    pub row: u64,
    /// Why, in a sentence.
    pub reason: String,
}

/// A field that differs between here and the portal.
#[derive(Clone, Debug, Default)]
pub struct DiffRow {
    /// Code of the kind of record, such as `students`.
    pub entity: String,
    /// Key of the record.
    pub key: String,
    /// Path of the field.
    pub field: String,
    /// The value here.
    pub staged: String,
    /// The value in the portal.
    pub portal: String,
}

fn total(counts: &[u64]) -> i128 {
    counts.iter().map(|count| i128::from(*count)).sum()
}
