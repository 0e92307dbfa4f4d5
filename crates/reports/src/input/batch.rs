//! What the reports about one push are made from: the push itself, and taking it back.

use chrono::NaiveDateTime;

use super::{ReconRow, RejectRow, SchoolHead, Waiver};

/// One push: what was sent, what became of it, and on what terms.
#[derive(Clone, Debug)]
pub struct PushReport {
    /// Whose and when.
    pub head: SchoolHead,
    /// The batch.
    pub batch: BatchPart,
    /// Records of each kind; what a comparison found is not part of this report.
    pub rows: Vec<ReconRow>,
    /// Steps of the push, in order.
    pub phases: Vec<PhasePart>,
    /// Rows that the portal refused, or the first of them.
    pub rejects: Vec<RejectRow>,
    /// How many there are in all.
    pub rejects_total: u64,
    /// Critical checks whose records were left out, and why.
    pub left_out: Vec<LeftOutPart>,
    /// Copies of the project file that were made before the push.
    pub backups: Vec<BackupPart>,
    /// SHA-256 of everything that was sent.
    pub fingerprint: String,
    /// Whether anything was written in the portal and stayed there at the end of the push.
    pub written: bool,
}

impl PushReport {
    /// Whether every kind of record is accounted for.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.rows.iter().all(ReconRow::balances)
    }
}

/// Which push.
#[derive(Clone, Debug)]
pub struct BatchPart {
    /// Its number.
    pub id: String,
    /// Host and database of the portal, without a password.
    pub portal: String,
    /// When it was pushed.
    pub at: NaiveDateTime,
    /// Who pushed.
    pub by: String,
    /// Code of its state: `applied`, `refused`, `failed`, `rolled_back`.
    pub state: String,
    /// Its state in words.
    pub state_title: String,
}

/// One step of a push.
#[derive(Clone, Debug, Default)]
pub struct PhasePart {
    /// Name of the kind of record.
    pub title: String,
    /// Rows looked at.
    pub processed: u64,
    /// Rows that are in the portal.
    pub migrated: u64,
    /// Rows refused.
    pub errors: u64,
    /// Time, in milliseconds.
    pub duration_ms: u64,
}

/// A critical check whose records stayed here.
#[derive(Clone, Debug)]
pub struct LeftOutPart {
    /// Name of the check.
    pub check: String,
    /// Records that it holds back now.
    pub count: u64,
    /// Who decided so and why.
    pub waiver: Waiver,
}

/// A copy of the project file.
#[derive(Clone, Debug)]
pub struct BackupPart {
    /// When.
    pub at: NaiveDateTime,
    /// Who made it.
    pub by: String,
    /// SHA-256 of the copy, in hexadecimal.
    pub sha256: String,
}

/// One push taken back.
#[derive(Clone, Debug)]
pub struct RollbackReport {
    /// Whose and when.
    pub head: SchoolHead,
    /// The batch.
    pub batch: BatchPart,
    /// When it was taken back; `None` where the log does not tell.
    pub taken_at: Option<NaiveDateTime>,
    /// Who took it back; empty where the log does not tell.
    pub taken_by: String,
    /// What became of its rows, by kind of record.
    pub rows: Vec<ReversedRow>,
    /// Rows that stay in the portal, or the first of them.
    pub kept: Vec<KeptRow>,
    /// How many there are in all.
    pub kept_total: u64,
}

/// What became of the pushed rows of one kind.
#[derive(Clone, Debug, Default)]
pub struct ReversedRow {
    /// Name of the kind of record.
    pub title: String,
    /// Deleted, or restored as they were before the push.
    pub reversed: u64,
    /// Left because changed or used since.
    pub kept: u64,
    /// Left because the portal refused.
    pub errored: u64,
}

/// A row that stays in the portal.
#[derive(Clone, Debug, Default)]
pub struct KeptRow {
    /// Code of the kind of record, such as `students`.
    pub entity: String,
    /// Key of the record.
    pub key: String,
    /// Why, in a sentence.
    pub why: String,
}
