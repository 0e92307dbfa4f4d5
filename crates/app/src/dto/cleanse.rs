//! What can be put right, and the history of what was.

use super::dto;

dto! {
    /// The proposals, rule by rule.
    pub struct CleanseView {
        pub rules: Vec<RuleView>,
        pub safe: f64,
        pub review: f64,
        pub manual: f64,
        /// Whether the proposals are older than the records.
        pub stale: bool,
    }
    /// What one rule proposes.
    pub struct RuleView {
        pub rule: String,
        pub title: String,
        /// Help in Markdown with its table of examples.
        pub help: String,
        pub safe: f64,
        pub review: f64,
        pub manual: f64,
    }
    /// Asks for the fixes of one rule.
    pub struct FixesAsk {
        pub rule: String,
        /// `safe`, `review`, `manual` or empty for all.
        pub applicability: String,
        pub offset: u32,
        pub limit: u32,
    }
    /// Some fixes.
    pub struct FixesPage {
        pub total: f64,
        pub fixes: Vec<FixView>,
    }
    /// One proposed change.
    pub struct FixView {
        pub fix: f64,
        pub entity: String,
        pub entity_title: String,
        pub record: f64,
        pub field: String,
        pub field_title: String,
        pub before: String,
        pub after: String,
        pub applicability: String,
        pub reason: String,
        /// Who it is about, for the eye: the record's name.
        pub who: String,
        pub source: String,
        /// Blank fields of the same record that are filled with it.
        pub also: Vec<AlsoView>,
    }
    /// A field that a fix fills beside its own.
    pub struct AlsoView {
        pub field_title: String,
        pub after: String,
    }
    /// Applies fixes: all safe ones, all of a rule, or single ones.
    pub struct CleanseApply {
        /// Rule to apply; empty for all rules.
        pub rule: String,
        /// Which of them: `safe`, or `review` for safe and review.
        pub applicability: String,
        /// Single fixes; where not empty, only these are applied.
        pub fixes: Vec<f64>,
    }
    /// The history of changes, newest first.
    pub struct HistoryView {
        pub total: f64,
        /// The step that the records stand at; 0 before the first.
        pub head: f64,
        pub steps: Vec<HistoryStep>,
        pub can_undo: bool,
        pub can_redo: bool,
        pub undo_title: String,
        pub redo_title: String,
    }
    /// One step of the history.
    pub struct HistoryStep {
        pub step: f64,
        pub at: String,
        pub user: String,
        pub title: String,
        pub changes: f64,
        /// `done`, `undone` (redo leads to it) or `branch` (a way that was left).
        pub state: String,
        /// The step it was made on; 0 for the first.
        pub parent: f64,
        /// Whether it can no longer be undone, because its records are gone.
        pub sealed: bool,
        pub samples: Vec<StepSample>,
    }
    /// One changed value of a step, as an example.
    pub struct StepSample {
        pub field_title: String,
        pub before: String,
        pub after: String,
    }
}
