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
        /// The measured figure, in words, for passed checks too.
        pub measured: String,
        pub waived: Option<WaiverView>,
    }
    /// Why a warning may stand.
    pub struct WaiverView {
        pub user: String,
        pub at: String,
        pub reason: String,
    }
    /// Asks for findings.
    pub struct FindingsAsk {
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
