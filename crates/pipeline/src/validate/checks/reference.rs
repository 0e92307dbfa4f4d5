//! Check `reference`: a record that leads to no other, such as a place in a class that does not exist.
//!
//! Asked of the project file, which knows all records; so here are only its name and its weight.

use model::{Check, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "reference", severity: Severity::Critical, section: Section::References, scope: Scope::Reference };

/// The sentence for a written value that leads to no record; its argument is `value`.
pub const NOT_FOUND: &str = "found.reference.none";
/// The sentence for a written value that leads to several records; its arguments are `value` and `rows`.
pub const AMBIGUOUS: &str = "found.reference.several";
/// The sentence for a reference that is needed and not there.
pub const MISSING: &str = "found.reference.missing";
