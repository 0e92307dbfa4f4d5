//! Into the portal, verified, and out again.

use super::dto;

dto! {
    /// Settings of a connection to try.
    pub struct PortalAsk {
        pub url: String,
        pub password: Option<String>,
    }
    /// What the portal answers.
    pub struct PortalView {
        pub url: String,
        pub reachable: bool,
        pub prepared: bool,
        pub server: String,
        pub schema_version: u32,
        /// What was looked at, one after the other, until something failed.
        pub steps: Vec<PortalStep>,
        /// Differences from what Daftar expects, in words.
        pub differences: Vec<String>,
        pub sentence: String,
    }
    /// One thing that must be right with a portal.
    pub struct PortalStep {
        /// `address`, `host`, `tls`, `login`, `database`, `rights`, `schema`.
        pub code: String,
        /// `good`, `bad`, `unknown`.
        pub state: String,
        /// What is wrong, or how it is.
        pub detail: String,
    }
    /// What a push did, or would do.
    pub struct PushView {
        pub batch: String,
        /// `rehearsed`, `applied`, `refused`, `failed`, `prepared`, `rolled_back`.
        pub state: String,
        pub at: String,
        pub user: String,
        pub portal: String,
        pub entities: Vec<PushEntity>,
        pub phases: Vec<PushPhase>,
        pub rejects: Vec<PushReject>,
        pub rejects_total: f64,
        pub duration_ms: f64,
        pub sentence: String,
        /// What was copied before it, in words; empty for a rehearsal.
        pub backup: String,
        pub verified: Option<VerifyView>,
        /// Whether it may be rolled back.
        pub can_roll_back: bool,
        /// Entities of which so many records were refused that taking the others back is offered.
        pub offer_rollback: Vec<String>,
        /// Entities whose rows were taken back while the rest stands, in words.
        pub taken_out: Vec<String>,
        /// Differences that wait for a person's decision.
        pub undecided: f64,
        /// Records of which the portal keeps another value, because the policy says so.
        pub differing: f64,
    }
    /// Outcomes of one entity.
    pub struct PushEntity {
        pub entity: String,
        pub title: String,
        /// Rows landed from files for this entity.
        pub landed: f64,
        /// Records derived by Daftar (accounts).
        pub derived: f64,
        pub staged: f64,
        pub inserted: f64,
        pub updated: f64,
        pub unchanged: f64,
        pub rejected: f64,
        pub held_back: f64,
        pub merged: f64,
        pub excluded: f64,
    }
    /// One phase of a push.
    pub struct PushPhase {
        pub name: String,
        pub processed: f64,
        pub migrated: f64,
        pub errors: f64,
        pub duration_ms: f64,
    }
    /// A record that the portal refused.
    pub struct PushReject {
        pub entity: String,
        pub entity_title: String,
        pub record: f64,
        pub who: String,
        pub file: String,
        pub table: String,
        pub row: u32,
        pub reason: String,
    }
    /// Names a push.
    pub struct PushRef {
        pub batch: String,
    }
    /// Prints letters with one-time codes for the accounts of a push that no e-mail reaches.
    pub struct LettersPrint {
        pub batch: String,
        pub path: String,
    }
    /// Letters that were printed.
    pub struct LettersDone {
        pub path: String,
        pub letters: f64,
        /// The last day on which the codes work.
        pub until: String,
    }
    /// Pushes what passed.
    pub struct PushRun {
        /// Do everything and take it back at once.
        pub rehearse: bool,
        /// Records with critical findings stay behind, for this reason; empty where nobody said so yet.
        pub leave_out_reason: String,
    }
    /// Takes a push back, or single entities of it.
    pub struct RollbackAsk {
        pub batch: String,
        /// Only the rows of these; all where there is none.
        #[serde(default)]
        pub entities: Vec<String>,
    }
    /// Every record compared with the portal.
    pub struct VerifyView {
        pub batch: String,
        pub at: String,
        pub passed: bool,
        pub entities: Vec<VerifyEntity>,
        pub differences: Vec<VerifyDifference>,
        pub differences_total: f64,
        /// Values that the portal keeps because the policy of the push said so.
        pub kept: Vec<VerifyDifference>,
        pub kept_total: f64,
        pub sentence: String,
    }
    /// Comparison of one entity.
    pub struct VerifyEntity {
        pub entity: String,
        pub title: String,
        pub staged: f64,
        pub found: f64,
        pub missing: f64,
        pub different: f64,
        pub kept: f64,
        pub extra: f64,
    }
    /// One value that differs.
    pub struct VerifyDifference {
        pub entity_title: String,
        /// Whose value it is: a name, else the key without the beginning of its identity number.
        pub who: String,
        /// File and row of the record; empty where it is not known.
        pub source: String,
        pub field_title: String,
        pub staged: String,
        pub portal: String,
    }
    /// What a rollback did, or would do.
    pub struct RollbackView {
        pub batch: String,
        /// `plan`, `rolled_back`.
        pub state: String,
        /// The entities that were meant, where not the whole push was.
        pub only: Vec<String>,
        pub entities: Vec<RollbackEntity>,
        pub kept: Vec<RollbackKept>,
        pub kept_total: f64,
        pub sentence: String,
    }
    /// Rollback of one entity.
    pub struct RollbackEntity {
        pub entity: String,
        pub title: String,
        pub reversed: f64,
        pub kept: f64,
        pub errored: f64,
    }
    /// A row that stays in the portal, and why.
    pub struct RollbackKept {
        pub entity_title: String,
        /// Whose row it is: a name, else the key without the beginning of its identity number.
        pub who: String,
        /// File and row of the record; empty where it is not known.
        pub source: String,
        pub why: String,
    }
}
