//! What every cleansing rule looks like.

use chrono::NaiveDate;

use crate::entity::{Entity, Field};
use crate::fix::Fix;
use crate::profile::ColumnFacts;

/// The other values of the same record, by field code.
pub trait Siblings {
    /// The value of `field`; empty where it is blank or unknown.
    fn value(&self, field: &str) -> &str;
}

/// What a rule or a check may know besides the value. No clock and no database: the caller gives all.
pub struct Cx<'a> {
    /// The day on which the work is done.
    pub today: NaiveDate,
    /// The entity of the record.
    pub entity: &'static Entity,
    /// The field being looked at.
    pub field: &'static Field,
    /// What the whole column says.
    pub column: &'a ColumnFacts,
    /// The record's other values.
    pub record: &'a dyn Siblings,
}

/// One cleansing rule.
pub struct Rule {
    /// Kebab-case name: file name, JSON, message key `rule.CODE`.
    pub code: &'static str,
    /// Whether the rule has something to say about such a field.
    pub applies: fn(&Field) -> bool,
    /// The fix for a value, or `None` where the rule has nothing to say. Never called with a blank value.
    pub propose: fn(&Cx<'_>, &str) -> Option<Fix>,
}
