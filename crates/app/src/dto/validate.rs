//! May this go to the portal?

use super::dto;

dto! {
    /// The result of the last validation.
    pub struct ValidateView {
        /// Whether there is a result at all.
        pub ran: bool,
        /// Whether records changed since.
        pub stale: bool,
        pub at: String,
        pub passed: bool,
        pub total_checks: u32,
        pub passed_checks: u32,
        pub failed_checks: u32,
        pub warning_checks: u32,
        pub critical_findings: f64,
        pub warning_findings: f64,
        pub note_findings: f64,
        pub entities: Vec<super::EntityCounts>,
        pub sections: Vec<SectionView>,
    }
    /// Checks of one kind.
    pub struct SectionView {
        pub section: String,
        pub title: String,
        pub checks: Vec<CheckView>,
    }
    /// The result of one check.
    pub struct CheckView {
        pub check: String,
        pub title: String,
        pub help: String,
        pub severity: String,
        pub passed: bool,
        pub count: f64,
        /// How many of the findings somebody let stand one by one.
        pub waived_count: f64,
        /// The measured figure, in words, for passed checks too.
        pub measured: String,
        pub waived: Option<WaiverView>,
    }
    /// Why a warning may stand.
    pub struct WaiverView {
        /// Its number; 0 where several hold together.
        pub waiver: f64,
        pub user: String,
        pub at: String,
        pub reason: String,
    }
    /// Asks for findings grouped by their cause.
    pub struct CausesAsk {
        /// Check code, or empty for all.
        pub check: String,
        pub offset: u32,
        pub limit: u32,
    }
    /// Causes, the worst and most frequent first.
    pub struct CausesPage {
        pub total: f64,
        pub causes: Vec<CauseView>,
    }
    /// Findings of one check with the same sentence in one column of one table.
    pub struct CauseView {
        pub check: String,
        pub title: String,
        pub severity: String,
        pub entity: String,
        pub entity_title: String,
        pub field: String,
        pub field_title: String,
        /// The sentence of the first of them.
        pub message: String,
        pub file: String,
        pub table: String,
        pub column: String,
        pub count: f64,
        /// How many of them somebody let stand.
        pub waived: f64,
        /// Key of the sentence and number of the table: what names the cause.
        pub key: String,
        pub source: f64,
    }
    /// Lets single warnings stand, with a reason that the report prints.
    pub struct WaiveFindings {
        /// Numbers of findings; each as it stands.
        pub findings: Vec<f64>,
        /// Or: all warnings about this record as they stand.
        pub record: Option<RecordRef>,
        pub reason: String,
    }
    /// Names a record.
    pub struct RecordRef {
        pub entity: String,
        pub record: f64,
    }
    /// Names a waiver.
    pub struct WaiverRef {
        pub waiver: f64,
    }
    /// What people let stand.
    pub struct WaiversPage {
        pub total: f64,
        pub waivers: Vec<WaiverLine>,
    }
    /// One waiver.
    pub struct WaiverLine {
        pub waiver: f64,
        pub check: String,
        pub title: String,
        /// Whom or what it is about, in words.
        pub about: String,
        /// The value that was accepted; empty for a whole check.
        pub value: String,
        pub reason: String,
        pub user: String,
        pub at: String,
    }
    /// Asks for findings.
    pub struct FindingsAsk {
        /// Key of the sentence, or empty for all.
        #[serde(default)]
        #[ts(as = "Option<String>", optional)]
        pub key: String,
        /// Number of the source table, or 0 for all.
        #[serde(default)]
        #[ts(as = "Option<f64>", optional)]
        pub source: f64,
        /// Field, or empty for all.
        #[serde(default)]
        #[ts(as = "Option<String>", optional)]
        pub field: String,
        /// Check code, or empty for all.
        pub check: String,
        /// Severity, or empty for all.
        pub severity: String,
        /// Entity, or empty for all.
        pub entity: String,
        pub offset: u32,
        pub limit: u32,
    }
    /// Some findings.
    pub struct FindingsPage {
        pub total: f64,
        pub findings: Vec<FindingView>,
    }
    /// One finding.
    pub struct FindingView {
        pub finding: f64,
        /// The waiver by which somebody let it stand.
        pub waived: Option<WaiverView>,
        pub check: String,
        pub title: String,
        pub severity: String,
        pub entity: String,
        pub entity_title: String,
        pub record: f64,
        pub field: String,
        pub field_title: String,
        pub value: String,
        pub message: String,
        pub who: String,
        pub file: String,
        pub table: String,
        pub row: u32,
        pub column: String,
        /// Whether `identity_view` says more about it.
        pub identity: bool,
    }
    /// Lets a warning stand, with a reason that the report prints.
    pub struct WaiveCheck {
        pub check: String,
        pub reason: String,
        /// `false` takes the waiver back.
        pub waive: bool,
    }
}
