//! The profile: what a school's data look like, in numbers, from every row and never from a sample.
//!
//! [`TableProfiler`] reads landed rows as they stand in the source, [`EntityProfiler`] the records that they became.
//! Both stream: what they hold is bounded, and a count that had to become an estimate says so. Columns with identity
//! numbers or sensitive data show patterns and counts, never a value; [`conceal`] is the one place that decides so.

mod column;
mod conceal;
mod distinct;
mod document;
mod entity;
mod growth;
mod kind;
mod pattern;
mod script;
mod table;
#[cfg(test)]
mod tests;

pub use conceal::conceal;
pub use document::{
    ColumnProfile, Count, DateSpan, EntityProfile, FieldFigures, Growth, Hidden, KeyFigures, NumberSpan,
    PROFILE_VERSION, ReferenceFigures, TableProfile, Tally, Uniqueness,
};
pub use entity::EntityProfiler;
pub use growth::{HORIZON, LEAST_YEARS, Outlook, Projection, is_daily, project};
pub use table::TableProfiler;
