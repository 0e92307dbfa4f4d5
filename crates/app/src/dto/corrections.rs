//! The error workbook, out and back in.

use super::dto;

dto! {
    /// Names the workbook.
    pub struct HandoutAsk {
        pub path: String,
    }
    /// What was handed out.
    pub struct HandoutDone {
        pub path: String,
        pub rows: f64,
        pub findings: f64,
        pub sentence: String,
    }
    /// What came of a corrected workbook.
    pub struct CorrectionsView {
        pub file: String,
        /// Values that were changed.
        pub changed: f64,
        /// Corrections that say what the record says already.
        pub same: f64,
        /// Rows of the workbook that were known.
        pub rows: f64,
        /// The first corrections that came too late; they are findings now.
        pub conflicts: Vec<CorrectionView>,
        pub conflicts_total: f64,
        /// The first rows, sheets and columns that were not taken over, in words.
        pub remarks: Vec<String>,
        pub remarks_total: f64,
        pub sentence: String,
    }
    /// A correction that was not taken over.
    pub struct CorrectionView {
        pub sheet: String,
        pub row: f64,
        pub column: String,
        /// The value that the record has.
        pub kept: String,
        /// The value that came back.
        pub returned: String,
    }
}
