//! Validation: checks ask whether records may go to the portal, and say what was measured.
//!
//! A [`Plan`] knows which checks look at which field of an entity; it is made once and run over every record.
//! Records that share a key are grouped by the caller, who sees all of them; references are asked of the project
//! file.

pub mod checks;
mod engine;

pub use checks::{against, clash, least_sharing, linked, needs, pointed_at};
pub use engine::{Hit, Measure, Plan, Tally, keys, run_record};

use model::Severity;

/// Whether findings of this severity stop a record from being pushed.
#[must_use]
pub fn blocking(severity: Severity) -> bool {
    severity == Severity::Critical
}

/// The help page of the check with this code, in Markdown; empty for a code that is no check.
#[must_use]
pub fn help(code: &str) -> &'static str {
    let position = checks::ALL.iter().position(|check| check.code == code);
    position.and_then(|position| checks::PAGES.get(position)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
