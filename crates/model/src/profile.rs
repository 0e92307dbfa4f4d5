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

/// How many dates prove at least that a column is month first: Malaysia writes the day first, so one or two are rather
/// slips of typing.
const MONTH_FIRST_PROOFS: u64 = 3;
/// At least one in so many dates must prove it. Where the month is written first, three in five dates do: their day is
/// over 12.
const MONTH_FIRST_SHARE: u64 = 4;

impl DateFacts {
    /// The order that the column proves: some values allow only one, and none only the other. The Malaysian way needs
    /// one proof, the American way more.
    #[must_use]
    pub fn order(&self) -> Option<DateOrder> {
        match (self.only_day_first > 0, self.is_mostly_month_first()) {
            (true, _) if self.only_month_first == 0 => Some(DateOrder::DayFirst),
            (false, true) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// The order to offer where none is proven: day first, unless by far most of the proofs say otherwise.
    #[must_use]
    pub fn likelier(&self) -> DateOrder {
        let most = self.only_month_first > self.only_day_first && self.is_mostly_month_first();
        if most { DateOrder::MonthFirst } else { DateOrder::DayFirst }
    }

    fn is_mostly_month_first(&self) -> bool {
        let all = self.only_day_first + self.only_month_first + self.either;
        self.only_month_first >= MONTH_FIRST_PROOFS && self.only_month_first * MONTH_FIRST_SHARE >= all
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
    /// Values that are the number 0, 1 or 2 where a gender is expected.
    #[serde(default)]
    pub gender_numbers: [u64; 3],
}
