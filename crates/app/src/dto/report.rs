//! Reports.

use super::dto;

dto! {
    /// A report that can be made.
    pub struct ReportKind {
        pub kind: String,
        pub title: String,
        pub about: String,
        /// Whether there is something to report yet.
        pub ready: bool,
        /// What is missing where there is not.
        pub why_not: String,
        /// `pdf`, `html`, `json`.
        pub formats: Vec<String>,
    }
    /// Writes a report to a file.
    pub struct ReportExport {
        pub kind: String,
        pub format: String,
        pub path: String,
    }
    /// A report written.
    pub struct ReportDone {
        pub path: String,
        pub bytes: f64,
        pub sentence: String,
    }
    /// Names a report.
    pub struct ReportRef {
        pub kind: String,
    }
    /// A report as HTML for the preview.
    pub struct ReportPreview {
        pub html: String,
    }
}
