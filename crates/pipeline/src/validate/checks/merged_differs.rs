//! Check `merged-differs`: a row that was merged into another says something else, such as another status.
//!
//! Asked of the project file, which keeps merged rows; so here are only its name and its weight.

use model::{Check, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: CODE, severity: Severity::Warning, section: Section::Consistency, scope: Scope::Kept };

/// Its code.
pub const CODE: &str = "merged-differs";

/// The sentence; its arguments are `row` and `said`.
pub const SAYS: &str = "found.merged-differs";
