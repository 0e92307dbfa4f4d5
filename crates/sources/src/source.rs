//! What a source is: its tables as they were found, and the way to read their rows.

use std::collections::BTreeMap;

use model::{Message, RowBlock, Watch};
use zeroize::Zeroizing;

use crate::error::Error;

/// A password of a source. It never shows in a log, is wiped from memory, and is not stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the password as the person typed it.
    #[must_use]
    pub fn new(password: String) -> Self {
        Self(Zeroizing::new(password))
    }

    /// The password itself, for the reader that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What the person chose instead of what was found. All empty: everything is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Name of the encoding by the Encoding Standard, such as `windows-1252`.
    pub encoding: Option<String>,
    /// The character between two cells.
    pub delimiter: Option<char>,
    /// Row of the header in every table, from 1 as the person sees it; 0 says there is none.
    pub header_row: Option<u64>,
    /// The same for single tables by name; wins over `header_row`.
    pub header_rows: BTreeMap<String, u64>,
    /// Opens a source that is protected; `None` where the person was not asked yet.
    pub password: Option<Secret>,
}

impl Options {
    /// The header row chosen for `table`, if one was.
    #[must_use]
    pub fn header_for(&self, table: &str) -> Option<u64> {
        self.header_rows.get(table).copied().or(self.header_row)
    }
}

/// What a source turned out to be.
#[derive(Clone, Debug, Default)]
pub struct Probe {
    /// File name without its folder.
    pub file: String,
    /// Code of the format: `csv` for all delimited text, `xlsx`, `sqlite`.
    pub format: &'static str,
    /// Encoding of a delimited text by the Encoding Standard.
    pub encoding: Option<String>,
    /// The character between two cells of a delimited text.
    pub delimiter: Option<char>,
    /// SHA-256 of the whole file, in lower-case hexadecimal.
    pub sha256: String,
    /// Size of the file.
    pub bytes: u64,
    /// The tables, in the order of the source.
    pub tables: Vec<TableInfo>,
    /// What is odd about the source as a whole.
    pub notes: Vec<Note>,
}

impl Probe {
    /// The table with this number, counted from 0.
    pub(crate) fn table(&self, number: usize) -> Result<&TableInfo, Error> {
        let none = || Error::NoSuchTable { file: self.file.clone(), table: number };
        self.tables.get(number).ok_or_else(none)
    }
}

/// What a table of a source is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TableKind {
    /// Rows that are stored.
    #[default]
    Table,
    /// Rows that a database computes from others.
    View,
    /// A name that stands for a table of another file, which is not read; a note says where it is.
    Linked,
}

/// Columns of a table that name a row of another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// Headers of the columns, in the order of the key.
    pub columns: Vec<String>,
    /// The table that they lead to.
    pub table: String,
    /// The columns of that table.
    pub to_columns: Vec<String>,
}

/// One table of a source.
#[derive(Clone, Debug, Default)]
pub struct TableInfo {
    /// Sheet or table; the file name without its ending for a delimited text.
    pub name: String,
    /// Stored or computed.
    pub kind: TableKind,
    /// Row of the header, from 1 as the person sees it; `None` where the table has none, or where
    /// the headers are the column names of a database.
    pub header_row: Option<u64>,
    /// Headers as written; an empty one stays empty.
    pub headers: Vec<String>,
    /// Rows above the header and the header itself, as read.
    pub preamble: RowBlock,
    /// Number of data rows, where it was cheap to know.
    pub rows: Option<u64>,
    /// Whether the sheet is hidden.
    pub hidden: bool,
    /// Headers of the columns that name a row, where the source declares them.
    pub primary_key: Vec<String>,
    /// What the source declares about rows of other tables.
    pub references: Vec<Reference>,
    /// The first data rows, up to [`crate::limits::SAMPLE_ROWS`] and [`crate::limits::SAMPLE_BYTES`].
    pub sample: RowBlock,
}

/// Something odd about the source itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Code of the kind of note.
    pub code: &'static str,
    /// Row where it is or begins, from 1 as the person sees it.
    pub row: Option<u64>,
    /// Column, from 1.
    pub column: Option<u32>,
    /// Name of the table; empty for the whole source.
    pub table: String,
    /// What is odd.
    pub message: Message,
}

impl Note {
    /// A note about `table` as a whole.
    #[must_use]
    pub fn new(code: &'static str, table: &str, message: Message) -> Self {
        Self { code, row: None, column: None, table: table.to_owned(), message }
    }

    /// The same note, at `row`.
    #[must_use]
    pub fn at(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The same note, at `column`, from 1.
    #[must_use]
    pub fn in_column(mut self, column: u32) -> Self {
        self.column = Some(column);
        self
    }
}

/// A row that was not handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The row, from 1 as the person sees it.
    pub row: u64,
    /// Key of the words that say why.
    pub reason: &'static str,
}

/// How reading a table ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadSummary {
    /// Rows handed to the sink.
    pub landed: u64,
    /// Rows left out, the first [`crate::limits::SKIPPED_LISTED`] of them.
    pub skipped: Vec<Skipped>,
    /// How many rows were left out in all.
    pub skipped_total: u64,
    /// What is odd about the table.
    pub notes: Vec<Note>,
}

/// The sink of the rows gave up, with its own error inside.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Stop(pub Box<dyn std::error::Error + Send + Sync>);

/// Takes the rows of a table, block after block.
pub type Sink<'a> = dyn FnMut(&RowBlock) -> Result<(), Stop> + 'a;

/// An opened source.
pub trait Source: Send {
    /// What was found at opening.
    fn probe(&self) -> &Probe;

    /// Reads all data rows of table number `table` (from 0) into `sink`, in the order of the source.
    /// Progress is told in bytes of a delimited text and in rows of anything else.
    ///
    /// # Errors
    ///
    /// [`Error`] where the source cannot be read to its end, the person stops it, or `sink` gives
    /// up; the rows handed over so far must then be thrown away.
    fn read(&mut self, table: usize, sink: &mut Sink<'_>, watch: &dyn Watch) -> Result<ReadSummary, Error>;
}
