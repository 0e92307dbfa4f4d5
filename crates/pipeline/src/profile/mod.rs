//! The profile: what a school's data look like, in numbers, from every row and never from a sample.
//!
//! [`TableProfiler`] reads landed rows as they stand in the source, [`EntityProfiler`] the records that they became.
//! Both stream: what they hold is bounded, and a count that had to become an estimate says so. Columns with identity
//! numbers or sensitive data show patterns and counts, never a value; [`conceal`] is the one place that decides so. The documents
//! that they make are [`model::profile::document`].

mod column;
mod conceal;
mod distinct;
mod entity;
mod growth;
mod kind;
mod pattern;
mod script;
mod table;
#[cfg(test)]
mod tests;

pub use conceal::conceal;
pub use entity::EntityProfiler;
pub use growth::{LEAST_YEARS, dated_by, is_daily, project};
pub use table::TableProfiler;
