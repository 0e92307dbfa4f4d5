//! What the profile report is made from: the documents of the profile with their words.

use chrono::NaiveDateTime;
use model::profile::document::{EntityProfile, Outlook, TableProfile};

use super::SchoolHead;

/// What a school's data look like, in numbers.
#[derive(Clone, Debug)]
pub struct ProfileReport {
    /// Whose and when.
    pub head: SchoolHead,
    /// When everything was counted.
    pub counted_at: NaiveDateTime,
    /// Whether something changed or came since.
    pub stale: bool,
    /// Kinds of record, then source tables that became no record.
    pub lines: Vec<ProfileLine>,
    /// The records of each kind that there are any of.
    pub entities: Vec<EntityPart>,
    /// The source tables.
    pub tables: Vec<TablePart>,
}

/// A line of the inventory and of the volume estimate.
#[derive(Clone, Debug, Default)]
pub struct ProfileLine {
    /// Code of the entity; empty for a source table.
    pub entity: String,
    /// Its name.
    pub title: String,
    /// File of a source table.
    pub file: String,
    /// Records or rows.
    pub records: u64,
    /// The earliest date, `YYYY-MM-DD`; empty where nothing tells.
    pub first: String,
    /// The latest date.
    pub last: String,
    /// Field or column that the dates are from.
    pub dated_by: String,
    /// What tells records apart, in words.
    pub keys: Vec<String>,
    /// What should be put right.
    pub issues: Vec<IssuePart>,
    /// Records by year.
    pub years: Vec<(i32, u64)>,
    /// Records without a date.
    pub undated: u64,
    /// Records on each day that has any, for what is kept daily.
    pub a_day: Option<f64>,
    /// What can be said about the years to come.
    pub outlook: Outlook,
    /// How that was found, in words.
    pub method: String,
    /// Which of `years` is not over.
    pub this_year: i32,
}

/// Something that should be put right.
#[derive(Clone, Debug, Default)]
pub struct IssuePart {
    /// Its code.
    pub code: String,
    /// In words, with its count.
    pub text: String,
    /// How often.
    pub count: u64,
    /// Whether the portal would refuse it.
    pub bad: bool,
}

/// The records of one kind.
#[derive(Clone, Debug, Default)]
pub struct EntityPart {
    /// Name of the kind.
    pub title: String,
    /// What was counted.
    pub profile: EntityProfile,
    /// Names of `profile.fields`.
    pub fields: Vec<String>,
    /// Names of `profile.keys`.
    pub keys: Vec<String>,
    /// Names of the field and of the kind it leads to, of `profile.references`.
    pub references: Vec<(String, String)>,
}

/// One source table.
#[derive(Clone, Debug, Default)]
pub struct TablePart {
    /// File name.
    pub file: String,
    /// Sheet or table; empty for a file that is one table.
    pub table: String,
    /// The kind of record that its rows became; empty for none.
    pub becomes: String,
    /// What was counted.
    pub profile: TableProfile,
    /// The words of `profile.columns`.
    pub columns: Vec<ColumnWords>,
}

/// The words of a column.
#[derive(Clone, Debug, Default)]
pub struct ColumnWords {
    /// Its header, or its letter.
    pub name: String,
    /// The field that it goes to; empty for none.
    pub field: String,
    /// What its values look like.
    pub kind: String,
    /// Names of its scripts, in the order of `scripts`.
    pub scripts: Vec<String>,
    /// Why no value is shown; empty where values may be.
    pub hidden: String,
}
