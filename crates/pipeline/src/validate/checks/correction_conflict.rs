//! Check `correction-conflict`: a correction that came back in a workbook after the value had changed.
//!
//! Asked of the project file, which knows what came back; so here are only its name and its weight.

use model::{Check, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check = Check {
    code: "correction-conflict",
    severity: Severity::Warning,
    section: Section::Consistency,
    scope: Scope::Kept,
};

/// The sentence; its arguments are `returned` and `file`.
pub const LATE: &str = "found.correction-conflict";
