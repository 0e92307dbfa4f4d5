//! Bringing files in.

use super::dto;

dto! {
    /// How a file is to be read where a person knows better; `null` means find out.
    pub struct SourceOptions {
        pub encoding: Option<String>,
        pub delimiter: Option<String>,
        pub header_row: Option<u32>,
        /// Opens a protected source. Used once, never kept.
        pub password: Option<String>,
    }
    /// Asks what is in a file. Nothing is changed.
    pub struct ImportInspect {
        pub file: ImportFile,
    }
    /// Asks which single sources files, folders, archives and addresses stand for.
    pub struct ImportExpand {
        pub paths: Vec<String>,
    }
    /// The single sources.
    pub struct ExpandView {
        pub sources: Vec<SourceChoice>,
        /// What is in the folders and archives and is not read.
        pub left_out: Vec<LeftOut>,
    }
    /// One source that can be looked into.
    pub struct SourceChoice {
        pub path: String,
        /// The file inside the archive at `path`.
        pub member: Option<String>,
        /// What it is called to people.
        pub name: String,
    }
    /// Something that is not read, and why.
    pub struct LeftOut {
        pub name: String,
        pub reason: String,
    }
    /// What is in a file.
    pub struct InspectView {
        pub path: String,
        pub member: Option<String>,
        pub file: String,
        pub format: String,
        pub encoding: Option<String>,
        pub delimiter: Option<String>,
        pub sha256: String,
        pub bytes: f64,
        pub tables: Vec<InspectTable>,
        /// Findings about the file itself, in words.
        pub notes: Vec<String>,
        /// When the same content was brought in before; empty where it was not.
        pub duplicate_of: String,
    }
    /// One table or sheet of a file.
    pub struct InspectTable {
        pub index: u32,
        pub name: String,
        pub hidden: bool,
        /// `table`, `view` (computed from others) or `linked` (stands in another file).
        pub kind: String,
        /// What the source itself declares about rows of other tables, in words.
        pub links: Vec<String>,
        pub header_row: Option<u32>,
        pub rows: Option<f64>,
        pub entity: Option<String>,
        pub entity_title: String,
        pub confidence: u32,
        pub reason: String,
        pub headers: Vec<String>,
        /// Title rows above the header, as read.
        pub preamble: Vec<Vec<String>>,
        /// The first rows (at most 50).
        pub sample: Vec<SampleRow>,
    }
    /// One row as read.
    pub struct SampleRow {
        pub row: u32,
        pub cells: Vec<String>,
    }
    /// Brings files in: lands every row, proposes the mapping and, where that is sure, makes the records.
    pub struct ImportStart {
        pub files: Vec<ImportFile>,
    }
    /// One file of an import.
    pub struct ImportFile {
        /// A file, or the address of a database.
        pub path: String,
        /// The file inside the archive at `path`.
        pub member: Option<String>,
        pub options: SourceOptions,
        /// Indexes of the tables to take; empty takes every stored table.
        pub tables: Vec<u32>,
    }
    /// What was brought in.
    pub struct BatchView {
        pub batch: u32,
        pub at: String,
        pub user: String,
        pub state: String,
        pub files: Vec<BatchFile>,
    }
    /// One file that was brought in.
    pub struct BatchFile {
        pub file: String,
        pub format: String,
        pub encoding: Option<String>,
        pub bytes: f64,
        pub tables: Vec<BatchTable>,
    }
    /// One table that was brought in.
    pub struct BatchTable {
        pub table: u32,
        pub name: String,
        pub landed: f64,
        pub skipped: f64,
        /// Why, in words, with how many of the first thousand each reason holds for.
        pub skipped_why: Vec<String>,
        pub entity: Option<String>,
        pub entity_title: String,
        pub mapped: bool,
        pub notes: Vec<String>,
    }
    /// Names an import.
    pub struct BatchRef {
        pub batch: u32,
    }
    /// Names a table and a part of its rows.
    pub struct RawPageAsk {
        pub table: u32,
        pub offset: u32,
        pub limit: u32,
    }
    /// Rows exactly as they were read.
    pub struct RawPage {
        pub total: f64,
        pub headers: Vec<String>,
        pub rows: Vec<SampleRow>,
    }
}
