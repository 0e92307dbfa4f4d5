//! Which column is which.

use super::dto;

dto! {
    /// A table in the list of the mapping screen.
    pub struct MappingTable {
        pub table: u32,
        pub file: String,
        pub name: String,
        pub rows: f64,
        pub entity: Option<String>,
        pub entity_title: String,
        pub confidence: u32,
        pub reason: String,
        pub mapped: bool,
        pub columns: u32,
        pub columns_mapped: u32,
        pub missing: u32,
        /// Recognised so surely, in every column, that a person may accept it with others without looking.
        pub sure: bool,
    }
    /// Names a table.
    pub struct TableRef {
        pub table: u32,
    }
    /// Everything the mapping screen shows of one table.
    pub struct MappingView {
        pub table: MappingTable,
        pub columns: Vec<MappingColumn>,
        /// Values that are the same for all rows: chosen by a person or proved by a header.
        pub constants: Vec<MappingConstant>,
        /// Fields that must be filled and are not.
        pub missing: Vec<FieldOption>,
        /// Fields to choose from.
        pub fields: Vec<FieldOption>,
        /// Coded values whose meaning is not known, with what they may mean.
        pub codes: Vec<UnknownCode>,
        /// Values that a person gave another meaning, here or for an earlier file.
        pub known: Vec<KnownCode>,
        /// The records that a row becomes, in words.
        pub becomes: String,
        /// Where the table has a column for each day, month or subject.
        pub shape: Option<ShapeView>,
    }
    /// A register, a ledger or a sheet of marks.
    pub struct ShapeView {
        /// `days`, `months` or `subjects`.
        pub kind: String,
        pub columns: u32,
        /// Marks in the cells and what they mean.
        pub marks: Vec<ShapeMark>,
        pub reason: String,
        /// Nothing says of which month or year the columns are.
        pub needs_period: bool,
        /// What the first and the last column stand for.
        pub first: String,
        pub last: String,
    }
    /// A mark in the cells of a register.
    pub struct ShapeMark {
        pub mark: String,
        pub value: String,
        pub title: String,
    }
    /// Says of which month (`2026-03`) or year (`2026`) the columns are.
    pub struct MappingPeriodSet {
        pub table: u32,
        pub period: String,
    }
    /// One source column.
    pub struct MappingColumn {
        pub index: u32,
        pub header: String,
        pub samples: Vec<String>,
        /// Field path such as `guardians#2.phone`, or `null`.
        pub field: Option<String>,
        pub field_title: String,
        pub confidence: u32,
        /// `sure`, `likely`, `unsure`, `chosen` or `none`.
        pub certainty: String,
        pub reason: String,
        pub sensitive: bool,
    }
    /// A value that is the same for every row.
    pub struct MappingConstant {
        pub field: String,
        pub field_title: String,
        pub value: String,
        pub reason: String,
        pub certainty: String,
    }
    /// A field that a column may go to.
    pub struct FieldOption {
        pub path: String,
        pub title: String,
        /// Title of the entity, with its number where a row has several.
        pub group: String,
        pub required: bool,
        /// Values of a coded field, empty for others.
        pub values: Vec<CodeOption>,
    }
    /// A coded value.
    pub struct CodeOption {
        pub value: String,
        pub title: String,
    }
    /// A code whose meaning is not known.
    pub struct UnknownCode {
        pub field: String,
        pub field_title: String,
        pub code: String,
        pub count: u32,
        pub options: Vec<CodeOption>,
    }
    /// A written value and what a person said it means.
    pub struct KnownCode {
        pub field: String,
        pub field_title: String,
        pub code: String,
        pub title: String,
    }
    /// Sends a column to a field, or nowhere.
    pub struct MappingSet {
        pub table: u32,
        pub column: u32,
        pub field: Option<String>,
    }
    /// Gives a field one value for all rows; `null` takes it away.
    pub struct MappingConstantSet {
        pub table: u32,
        pub field: String,
        pub value: Option<String>,
    }
    /// Gives a code its meaning.
    pub struct MappingLookupSet {
        pub table: u32,
        pub field: String,
        pub code: String,
        pub value: String,
    }
}
