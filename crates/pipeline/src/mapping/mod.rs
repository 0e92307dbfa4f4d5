//! Which column is which field: proposed with reasons, corrected by a person, then applied to every row.
//!
//! [`suggest`] reads headers and values and proposes; [`set_column`] and its sisters change the proposal;
//! [`Mapper`] turns rows into the values of records. The document itself is [`model::TableMapping`].

mod complete;
mod declared;
mod derive;
mod edit;
mod family;
mod fold;
mod joined;
mod layouts;
mod learned;
mod learned_values;
mod ledger;
mod lexicon;
mod made;
mod mapper;
mod reading;
mod reasons;
mod sheets;
mod suggest;
mod titles;
mod totals;
mod values;

#[cfg(test)]
mod tests;

pub use declared::{Lead, lead_of_key};
pub use derive::{class_code, code_meaning, enrollment_status, year_code};
pub use edit::{fields_offered, missing_required, set_column, set_constant, set_lookup, unknown_codes};
pub use fold::fold;
pub use learned::{Learned, LearnedHeader, LearnedLayout};
pub use learned_values::{LearnedValue, LearnedValues, is_list};
pub use mapper::{ColumnSource, MapError, Mapper, PartPlan};
pub use reasons::{Reason, field_key, period, sentence, unmapped_reason};
pub(crate) use reasons::{is_password, is_sensitive};
pub use sheets::set_period;
pub use suggest::{Choices, TableSample, suggest};
pub(crate) use values::Shape;

use model::Lang;

/// What this module says to people: reasons, and the titles of entities, fields and code values.
pub const WORDS: [(Lang, &str); 2] =
    [(Lang::En, include_str!("../../words/mapping.en.txt")), (Lang::Ms, include_str!("../../words/mapping.ms.txt"))];
