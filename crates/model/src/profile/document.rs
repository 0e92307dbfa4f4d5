//! The documents of a profile, as the project file keeps them and reports print them: a version and our own codes, no
//! type names.

use serde::{Deserialize, Serialize};

/// Version of the documents that this program writes. A document of another version is made anew.
pub const PROFILE_VERSION: u32 = 1;

/// Something with how often it is there, the most frequent first.
pub type Tally = Vec<(String, u64)>;

/// How many different things there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    /// How many.
    pub count: u64,
    /// Whether each was counted; where not, it is an estimate with an error of about 1 %.
    pub exact: bool,
}

/// All rows of one source table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableProfile {
    /// [`PROFILE_VERSION`] of the program that wrote it.
    pub version: u32,
    /// Rows.
    pub rows: u64,
    /// Rows that differ from each other, cell by cell as written.
    pub distinct_rows: Count,
    /// From left to right, those behind the last header too.
    pub columns: Vec<ColumnProfile>,
}

/// All values of one column. `rows = blank + null_words + filled`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ColumnProfile {
    /// Header as written; empty behind the last header.
    pub name: String,
    /// Cells with nothing to see in them.
    pub blank: u64,
    /// Cells with a word for nothing: `TIADA`, `-`, `N/A`.
    pub null_words: u64,
    /// Cells with a value.
    pub filled: u64,
    /// Different values.
    pub distinct: Count,
    /// Values that stand in one row only; `None` where `distinct` is an estimate.
    pub unique: Option<u64>,
    /// Whether the column could name its rows.
    pub uniqueness: Uniqueness,
    /// Whether the values only count the rows: 1, 2, 3.
    pub counts_rows: bool,
    /// Code of what most values look like, such as `date`; `mixed` where no kind has four of five.
    pub kind: String,
    /// How many values look like that.
    pub kind_fits: u64,
    /// What the values look like, by code.
    pub kinds: Tally,
    /// What the source says that the cells are, by code: `text`, `number`.
    pub cells: Tally,
    /// Letters of the shortest value.
    pub shortest: u64,
    /// Letters of the longest value.
    pub longest: u64,
    /// The values that are numbers.
    pub numbers: Option<NumberSpan>,
    /// The values that are dates.
    pub dates: Option<DateSpan>,
    /// Shapes of letters and digits: `999999-99-9999`. The most frequent.
    pub patterns: Tally,
    /// How many shapes were told apart.
    pub patterns_told: u64,
    /// Values whose shape came after so many others that it was not told apart any more.
    pub patterns_beyond: u64,
    /// Scripts by their ISO 15924 code, with the values in which they occur.
    pub scripts: Tally,
    /// Values in more than one script.
    pub mixed_scripts: u64,
    /// Every value with its count, where there are few that come again and again and none is anybody's own.
    pub values: Option<Tally>,
    /// Why no value of the column is shown.
    pub hidden: Option<Hidden>,
}

/// From how many rows on one value in all of them is worth a word: fewer have one by chance.
const ONE_VALUE_ROWS: u64 = 10;

impl ColumnProfile {
    /// Whether every row has the same value: perhaps only what a form was filled with.
    #[must_use]
    pub fn has_one_value(&self) -> bool {
        let everywhere = self.blank == 0 && self.null_words == 0 && self.filled >= ONE_VALUE_ROWS;
        everywhere && self.distinct == Count { count: 1, exact: true }
    }
}

/// Whether a column names its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Uniqueness {
    /// Values come more than once.
    #[default]
    Repeats,
    /// Every row has a value and no two the same: a key.
    Key,
    /// No two rows have the same value, and some have none.
    WhereFilled,
    /// Nothing repeated as long as each value was counted, which was not to the end.
    Unknown,
}

/// Why no value of a column is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Hidden {
    /// Identity numbers.
    Identity,
    /// Sensitive personal data.
    Sensitive,
    /// Passwords.
    Password,
}

/// The numbers of a column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberSpan {
    /// How many values are numbers.
    pub count: u64,
    /// The least, as written.
    pub least: String,
    /// The greatest, as written.
    pub greatest: String,
}

/// The dates of a column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DateSpan {
    /// How many values could be read as a day.
    pub read: u64,
    /// How many look like a date and are none: 31/02/2015, 00/00/0000, the Hijri calendar.
    pub odd: u64,
    /// The earliest, `YYYY-MM-DD`.
    pub first: String,
    /// The latest, `YYYY-MM-DD`.
    pub last: String,
    /// How many could be day first or month first.
    pub either: u64,
    /// `day-first` or `month-first` where the column proves it; `None` where it does not and day first was taken.
    pub order: Option<String>,
    /// Values by year.
    pub years: Vec<(i32, u64)>,
    /// Different days.
    pub days: u64,
}

/// All active records of one entity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityProfile {
    /// [`PROFILE_VERSION`] of the program that wrote it.
    pub version: u32,
    /// Code of the entity.
    pub entity: String,
    /// Records.
    pub records: u64,
    /// Its fields, in the entity's order.
    pub fields: Vec<FieldFigures>,
    /// Its keys, the most trusted first.
    pub keys: Vec<KeyFigures>,
    /// Its references to other records.
    pub references: Vec<ReferenceFigures>,
    /// When its records began, where a field tells.
    pub growth: Option<Growth>,
}

/// One field of all records of an entity. `records = filled + blank`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldFigures {
    /// Code of the field.
    pub field: String,
    /// `required`, `expected` or `optional`.
    pub need: String,
    /// Records with a value.
    pub filled: u64,
    /// Records without.
    pub blank: u64,
    /// Values that are not in the one form in which the portal takes them.
    pub not_standard: u64,
    /// Different values.
    pub distinct: Count,
    /// Values that more than one record has; `None` where `distinct` is an estimate.
    pub shared: Option<u64>,
    /// The earliest date, `YYYY-MM-DD`, of a field of dates.
    pub first: Option<String>,
    /// The latest date.
    pub last: Option<String>,
    /// Values of a field of dates that say no day: unreadable, or readable two ways where the column proves neither.
    /// They count for neither `first` nor `last`.
    #[serde(default)]
    pub unread: u64,
}

/// How well a key tells records apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyFigures {
    /// Code of the key: `ic`.
    pub key: String,
    /// Codes of its fields.
    pub fields: Vec<String>,
    /// Records in which all of them are filled.
    pub filled: u64,
    /// Different keys.
    pub distinct: Count,
    /// Keys that more than one record has; `None` where `distinct` is an estimate.
    pub shared: Option<u64>,
}

/// Where the references of one field lead.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferenceFigures {
    /// Code of the field.
    pub field: String,
    /// Code of the entity it leads to.
    pub to: String,
    /// Records that lead to a record.
    pub linked: u64,
    /// Records that name something which is not there, or which more than one record could be.
    pub orphans: u64,
    /// Records that name nothing.
    pub blank: u64,
}

/// When records began: pupils by admission, invoices by their date.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Growth {
    /// Code of the field that tells.
    pub field: String,
    /// Records by year.
    pub years: Vec<(i32, u64)>,
    /// Records without a date, or with one that cannot be read.
    pub undated: u64,
    /// Different days.
    pub days: u64,
}

/// Years that a projection looks ahead (the plan's template).
pub const HORIZON: u32 = 5;

/// What can be said about the years to come.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outlook {
    /// No record is dated.
    #[default]
    Undated,
    /// Not enough whole years.
    TooFew {
        /// How many there are.
        years: u32,
    },
    /// A projection.
    Projected(Projection),
}

/// How many records there will be, in two ways.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Projection {
    /// First year that was looked at.
    pub from: i32,
    /// Last year.
    pub to: i32,
    /// New records of each of these years.
    pub years: Vec<(i32, u64)>,
    /// New records a year, the mean of these years.
    pub a_year: f64,
    /// Records in [`HORIZON`] years, if every year brings [`Projection::a_year`].
    pub linear: u64,
    /// By which share the new records changed each year between the first and the last; `None` where a year without
    /// records, or too wild a change, leaves no rate.
    pub rate: Option<f64>,
    /// Records in [`HORIZON`] years, if the new records go on changing by that share.
    pub compound: Option<u64>,
}
