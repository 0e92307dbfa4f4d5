//! The grid of records.

use super::dto;

dto! {
    /// Asks for a part of the records of one entity.
    pub struct RecordsAsk {
        pub entity: String,
        pub offset: u32,
        pub limit: u32,
        /// Text that any cell must contain; empty for all.
        pub text: String,
        /// `all`, `findings`, `critical`, `changed`, `merged`, `excluded`.
        pub show: String,
        /// Code of a check to filter by; empty for all.
        pub check: String,
        /// Field that must hold exactly `value`; `null` for all.
        pub field: Option<String>,
        /// The value that `field` must hold; blank for none.
        pub value: Option<String>,
        pub sort: Option<String>,
        pub descending: bool,
    }
    /// Asks where a record stands in a view of the grid.
    pub struct RecordPositionAsk {
        pub view: RecordsAsk,
        pub record: f64,
    }
    /// Where a record stands.
    pub struct RecordPosition {
        /// Rows before it; nothing where the view does not show it.
        pub offset: Option<f64>,
    }
    /// A part of the records.
    pub struct RecordsPage {
        pub total: f64,
        pub columns: Vec<GridColumn>,
        pub rows: Vec<GridRow>,
    }
    /// A column of the grid.
    pub struct GridColumn {
        pub field: String,
        pub title: String,
        /// `text`, `name`, `identity`, `date`, `phone`, `email`, `code`, `postcode`, `state`, `address`, `integer`, `bool`, `reference`.
        pub kind: String,
        pub values: Vec<super::CodeOption>,
        pub editable: bool,
    }
    /// A record in the grid.
    pub struct GridRow {
        pub record: f64,
        /// File, sheet and row it came from.
        pub source: String,
        /// `active`, `merged` or `excluded`.
        pub state: String,
        pub cells: Vec<GridCell>,
    }
    /// A value in the grid.
    pub struct GridCell {
        pub value: String,
        /// `read`, `changed`.
        pub state: String,
        /// Worst finding: empty, `critical`, `warning`, `note`.
        pub finding: String,
    }
    /// Names one value.
    pub struct CellRef {
        pub entity: String,
        pub record: f64,
        pub field: String,
    }
    /// Where a value came from and what became of it.
    pub struct StoryView {
        pub title: String,
        pub file: String,
        pub table: String,
        pub row: u32,
        pub column: String,
        /// The cell as the school wrote it.
        pub raw: String,
        /// Why this column was taken for this field.
        pub mapping: String,
        pub value: String,
        pub changes: Vec<StoryChange>,
        pub findings: Vec<String>,
    }
    /// One change of a value.
    pub struct StoryChange {
        pub step: f64,
        pub at: String,
        pub user: String,
        pub what: String,
        pub before: String,
        pub after: String,
        pub undone: bool,
    }
    /// Changes values by hand, as one step that can be undone.
    pub struct RecordEdit {
        pub edits: Vec<CellEdit>,
    }
    /// One value typed by a person.
    pub struct CellEdit {
        pub entity: String,
        pub record: f64,
        pub field: String,
        pub value: String,
    }
    /// Leaves records out, or takes them back in.
    pub struct RecordExclude {
        pub entity: String,
        pub records: Vec<f64>,
        pub reason: String,
        /// `true` leaves them out, `false` takes them back in.
        pub exclude: bool,
    }
    /// A change that was recorded.
    pub struct ChangeRecorded {
        pub step: f64,
        pub changed: f64,
        pub sentence: String,
    }
}
