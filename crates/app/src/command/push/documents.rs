//! What is kept of a push, a comparison and a rollback, and printed by the command line: the contract's
//! documents with a little more.

use serde::{Deserialize, Serialize};

use crate::command::backup::BackupDoc;
use crate::command::mailbox::MailDoc;

/// A push.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PushDoc {
    /// The batch.
    pub batch: String,
    /// `rehearsed`, `applied`, `refused`.
    pub state: String,
    /// Steps with times.
    pub phases: Vec<PhaseDoc>,
    /// Outcomes per entity; see [`OutcomeDoc::balances`].
    pub entities: Vec<OutcomeDoc>,
    /// Rows that the portal refused, the first of them.
    pub rejects: Vec<RejectDoc>,
    /// How many there are in all.
    pub rejects_total: u64,
    /// SHA-256 of everything that was sent.
    pub fingerprint: String,
    /// The version of the project's records that was sent.
    #[serde(default)]
    pub version: i64,
    /// What was copied before it; nothing before a rehearsal, or where a person wished for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupDoc>,
    /// The messages to new people, handed to the portal's Redis where one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailDoc>,
    /// Entities with the word of their conflict policy.
    #[serde(default)]
    pub policies: Vec<(String, String)>,
    /// Entities with the records of which the portal keeps another value, because the policy says so.
    #[serde(default)]
    pub differing: Vec<(String, u64)>,
    /// Mark of the decisions that were in force.
    #[serde(default)]
    pub decisions: String,
    /// Differences that wait for a person's decision.
    #[serde(default)]
    pub undecided: u64,
    /// Entities of which 5 to 10 % were refused: taking back their other rows is offered.
    #[serde(default)]
    pub offer_rollback: Vec<String>,
}

/// One step of a push.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PhaseDoc {
    /// Entity code.
    pub name: String,
    /// Rows looked at.
    pub processed: u64,
    /// Rows that are in the portal now.
    pub migrated: u64,
    /// Rows refused.
    pub errors: u64,
    /// Time in the portal, in milliseconds.
    pub duration_ms: u64,
}

/// What became of one entity's records.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeDoc {
    /// Entity code.
    pub entity: String,
    /// Records made from landed rows.
    pub landed: u64,
    /// Accounts that follow from other records.
    pub derived: u64,
    /// Records sent.
    pub staged: u64,
    /// New in the portal.
    pub inserted: u64,
    /// Changed there.
    pub updated: u64,
    /// The same there already.
    pub unchanged: u64,
    /// Refused there.
    pub rejected: u64,
    /// Kept here by critical findings.
    pub held_back: u64,
    /// Another record stands for them.
    pub merged: u64,
    /// Left out by a person.
    pub excluded: u64,
}

impl OutcomeDoc {
    /// Whether nothing was lost and nothing doubled.
    #[must_use]
    pub fn balances(&self) -> bool {
        let sent = self.inserted + self.updated + self.unchanged + self.rejected;
        self.staged == sent && self.landed + self.derived == sent + self.held_back + self.merged + self.excluded
    }
}

/// A record that the portal refused.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RejectDoc {
    /// Entity code.
    pub entity: String,
    /// Entity of the record: of an account that follows from a pupil `students`. Empty in documents of an older Daftar.
    #[serde(default)]
    pub record_entity: String,
    /// Record number in the project.
    pub record: i64,
    /// File it came from.
    pub file: String,
    /// Sheet or table.
    pub table: String,
    /// Row, from 1.
    pub row: u64,
    /// Why, in words.
    pub reason: String,
}

impl RejectDoc {
    /// The entity that the number is of. An older Daftar did not say whose account was refused: such a number is nobody's.
    #[must_use]
    pub fn of(&self) -> &str {
        match (self.record_entity.as_str(), self.entity.as_str()) {
            ("", "users") => "",
            ("", entity) => entity,
            (record_entity, _) => record_entity,
        }
    }
}

/// A comparison.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyDoc {
    /// Whether every record is there with every value that the push was to write.
    pub passed: bool,
    /// When, RFC 3339.
    pub at: String,
    /// Counts per entity.
    pub entities: Vec<VerifiedDoc>,
    /// Values that differ, the first of them.
    pub differences: Vec<DifferenceDoc>,
    /// How many there are in all.
    pub differences_total: u64,
    /// Values that the portal keeps because the policy of the push said so, the first of them.
    #[serde(default)]
    pub kept: Vec<DifferenceDoc>,
    /// How many there are in all.
    #[serde(default)]
    pub kept_total: u64,
    /// Values compared.
    pub compared: u64,
}

/// Comparison of one entity.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedDoc {
    /// Entity code.
    pub entity: String,
    /// Records sent.
    pub staged: u64,
    /// Records found.
    pub found: u64,
    /// Records that are not there.
    pub missing: u64,
    /// Records with another value.
    pub different: u64,
    /// Records of which the portal keeps a value because the policy said so.
    #[serde(default)]
    pub kept: u64,
    /// Rows that no staged record stands for.
    pub extra: u64,
}

/// A value that differs, or that the portal keeps.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DifferenceDoc {
    /// Entity code.
    pub entity: String,
    /// Source key of the record.
    pub key: String,
    /// Number of the record in the project; 0 where it is not known.
    #[serde(default)]
    pub record: i64,
    /// Field; empty where the row is missing.
    pub field: String,
    /// The value here.
    pub staged: String,
    /// The value there.
    pub portal: String,
}

/// A rollback, or its plan.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RollbackDoc {
    /// The batch.
    pub batch: String,
    /// `plan` or `rolled_back`.
    pub state: String,
    /// The entities that were meant, where not the whole push was.
    #[serde(default)]
    pub only: Vec<String>,
    /// Counts per entity.
    pub entities: Vec<ReversedDoc>,
    /// Rows that stay, the first of them.
    pub kept: Vec<KeptDoc>,
    /// How many there are in all.
    pub kept_total: u64,
    /// The pushes that changed rows of it since or stand for them: taken back first, they let them go.
    #[serde(default)]
    pub undo_first: Vec<String>,
    /// Whether the push stands for what stays, so that it can be taken back again later.
    #[serde(default)]
    pub open: bool,
}

/// Rollback of one entity.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReversedDoc {
    /// Entity code.
    pub entity: String,
    /// Deleted or restored.
    pub reversed: u64,
    /// Left because changed or used since.
    pub kept: u64,
    /// Left because the portal refused.
    pub errored: u64,
}

/// A row that stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptDoc {
    /// Entity code.
    pub entity: String,
    /// Source key.
    pub key: String,
    /// Number of the record in the project; 0 where it is not known.
    #[serde(default)]
    pub record: i64,
    /// Why, in words.
    pub why: String,
}
