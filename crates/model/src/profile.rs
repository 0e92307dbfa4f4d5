//! What all values of a column say together; decides what one value alone cannot. The documents of a whole profile are
//! in [`document`].

pub mod document;

use serde::{Deserialize, Serialize};

/// Which part of a written date comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateOrder {
    /// 31/12/2015, the Malaysian way.
    DayFirst,
    /// 12/31/2015, the American way.
    MonthFirst,
}

/// Counts over all dates of one column that are written with digits, such as 05/04/2015.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateFacts {
    /// First number over 12: only day-first is possible.
    pub only_day_first: u64,
    /// Second number over 12: only month-first is possible.
    pub only_month_first: u64,
    /// Both readings are possible.
    pub either: u64,
}

impl DateFacts {
    /// The order that the column proves: some values allow only one, and none only the other.
    #[must_use]
    pub fn order(&self) -> Option<DateOrder> {
        match (self.only_day_first > 0, self.only_month_first > 0) {
            (true, false) => Some(DateOrder::DayFirst),
            (false, true) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }
}

/// What is known about the column that a value came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnFacts {
    /// Values that are not blank.
    pub filled: u64,
    /// Values that are blank.
    pub blank: u64,
    /// How its dates are written.
    pub dates: DateFacts,
    /// The codes `P` and `M` both occur: P may be *perempuan* or *primary*, M male or *muslimah*.
    pub mixed_gender_codes: bool,
    /// Values that are the lone letter `P`, from which `mixed_gender_codes` follows.
    #[serde(default)]
    pub lone_p: u64,
    /// Values that are the lone letter `M`.
    #[serde(default)]
    pub lone_m: u64,
}
