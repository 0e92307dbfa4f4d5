//! Check `nobody-there`: a school without any pupil, any guardian or any class.
//!
//! Asked of the project file, which knows what it holds; so here are only its name, its weight and what must be there.

use model::{Check, Scope, Section, Severity};

/// The check.
pub(super) static CHECK: Check =
    Check { code: CODE, severity: Severity::Warning, section: Section::Completeness, scope: Scope::Kept };

/// Its code.
pub const CODE: &str = "nobody-there";

/// Entities of which a school has some, with the sentence for one that has none. Source: the migration plan, 7.1.1,
/// check 1. Its fourth table, users, follows from these people.
pub const WANTED: [(&str, &str); 3] =
    [("students", "found.no-pupils"), ("guardians", "found.no-guardians"), ("classes", "found.no-classes")];
