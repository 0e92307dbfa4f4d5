//! What do we have, in numbers?

use super::dto;

dto! {
    /// The profile of everything that was brought in.
    pub struct ProfileView {
        /// Whether a profile was ever made to its end.
        pub made: bool,
        /// Whether records or tables are newer than it.
        pub stale: bool,
        pub at: String,
        /// Rows brought in, whether counted yet or not.
        pub rows: f64,
        pub records: f64,
        pub inventory: Vec<ProfileLine>,
        pub quality: Vec<ProfileQuality>,
        pub volume: Vec<ProfileVolume>,
        pub tables: Vec<ProfileTable>,
    }
    /// A line of the inventory: a kind of record, or a source table that became none.
    pub struct ProfileLine {
        /// Code of the entity; empty for a source table.
        pub entity: String,
        /// Number of the source table, where it is one.
        pub table: Option<u32>,
        pub title: String,
        /// File of a source table.
        pub file: String,
        pub records: f64,
        /// The earliest and the latest date, `YYYY-MM-DD`; empty where no field tells.
        pub first: String,
        pub last: String,
        /// Which field or column they are from.
        pub dated_by: String,
        /// What tells the records apart, in words.
        pub keys: Vec<String>,
        pub issues: Vec<ProfileIssue>,
    }
    /// Something that should be put right, with how often it is there.
    pub struct ProfileIssue {
        /// `required`, `expected`, `form`, `shared`, `orphans`, `repeated-rows`, `odd-dates`, `mixed`.
        pub code: String,
        pub text: String,
        pub count: f64,
        /// `bad` where the portal would refuse it, `warn` otherwise.
        pub tone: String,
    }
    /// The quality of the records of one entity.
    pub struct ProfileQuality {
        pub entity: String,
        pub title: String,
        pub records: f64,
        pub fields: Vec<ProfileField>,
        pub keys: Vec<ProfileKey>,
        pub references: Vec<ProfileReference>,
    }
    /// One field over all records.
    pub struct ProfileField {
        pub field: String,
        pub title: String,
        /// `required`, `expected`, `optional`.
        pub need: String,
        pub filled: f64,
        pub blank: f64,
        pub not_standard: f64,
        pub distinct: f64,
        /// Whether `distinct` was counted and not estimated.
        pub exact: bool,
        pub first: String,
        pub last: String,
    }
    /// One key over all records.
    pub struct ProfileKey {
        pub key: String,
        pub title: String,
        pub filled: f64,
        pub distinct: f64,
        pub exact: bool,
        /// Keys that more than one record has, where known.
        pub shared: Option<f64>,
    }
    /// One reference over all records.
    pub struct ProfileReference {
        pub field: String,
        pub title: String,
        pub to: String,
        pub linked: f64,
        pub orphans: f64,
        pub blank: f64,
    }
    /// How records of one kind grow.
    pub struct ProfileVolume {
        /// Code of the entity; empty for a source table.
        pub entity: String,
        pub table: Option<u32>,
        pub title: String,
        pub records: f64,
        /// Which field or column tells when a record began; empty where none does.
        pub dated_by: String,
        pub years: Vec<ProfileYear>,
        pub undated: f64,
        /// New records a year: the mean of the years looked at.
        pub a_year: Option<f64>,
        /// Records on each day that has any, for what is kept daily.
        pub a_day: Option<f64>,
        /// Records in five years, if every year brings the mean.
        pub linear: Option<f64>,
        /// Yearly change in per cent.
        pub rate: Option<f64>,
        /// Records in five years, if the new records go on changing at that rate.
        pub compound: Option<f64>,
        /// What the figures are made from, or why there are none.
        pub method: String,
    }
    /// Records that began in a year.
    pub struct ProfileYear {
        pub year: i32,
        pub count: f64,
        /// Whether the year is over and counts for the projection.
        pub whole: bool,
    }
    /// A source table in the list.
    pub struct ProfileTable {
        pub table: u32,
        pub file: String,
        pub name: String,
        pub entity_title: String,
        pub rows: f64,
        pub columns: u32,
        /// Whether its rows were counted.
        pub counted: bool,
    }
    /// All columns of one source table.
    pub struct ProfileColumns {
        pub table: ProfileTable,
        pub distinct_rows: f64,
        pub exact: bool,
        pub columns: Vec<ProfileColumn>,
    }
    /// One column. Rows are `filled + blank + nullWords`.
    pub struct ProfileColumn {
        pub index: u32,
        pub name: String,
        /// The field that it goes to, in words; empty where it goes nowhere.
        pub field_title: String,
        pub filled: f64,
        pub blank: f64,
        pub null_words: f64,
        pub distinct: f64,
        pub exact: bool,
        pub unique: Option<f64>,
        /// `repeats`, `key`, `whereFilled`, `unknown`.
        pub uniqueness: String,
        pub counts_rows: bool,
        /// Whether every row has the same value: perhaps only what a form was filled with.
        pub one_value: bool,
        pub kind: String,
        pub kind_title: String,
        pub kind_fits: f64,
        pub kinds: Vec<ProfileCount>,
        pub cells: Vec<ProfileCount>,
        pub shortest: f64,
        pub longest: f64,
        pub least: String,
        pub greatest: String,
        pub first: String,
        pub last: String,
        pub odd_dates: f64,
        /// Dates that could be day first or month first in a column that does not prove which.
        pub unproved_dates: f64,
        pub years: Vec<ProfileYear>,
        pub patterns: Vec<ProfileCount>,
        /// Shapes that were told apart, of which `patterns` has the most frequent.
        pub patterns_told: f64,
        /// Values whose shape was not told apart any more.
        pub patterns_beyond: f64,
        pub scripts: Vec<ProfileCount>,
        /// Whether every letter is Latin.
        pub only_latin: bool,
        pub mixed_scripts: f64,
        pub values: Vec<ProfileCount>,
        /// Why no value is shown; empty where values may be.
        pub hidden: String,
    }
    /// Something with how often it is there.
    pub struct ProfileCount {
        pub name: String,
        pub count: f64,
    }
}
