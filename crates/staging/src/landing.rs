//! Landed rows: every row of a source exactly as it was read, in encoded blocks that never change.
//!
//! An import is a batch of files, each with its tables. Blocks are committed in portions, so that
//! neither memory nor the write-ahead log grows with the source; a batch whose program was killed
//! half way is found by [`recover`] and taken out whole.

pub(crate) mod chunks;
#[cfg(test)]
pub(crate) mod fixture;
mod packed;
mod read;
mod remove;
#[cfg(test)]
mod tests;

use chrono::{DateTime, SecondsFormat, Utc};
use model::RowBlock;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::Result;
use chunks::Chunks;
use packed::Packer;
pub use read::{
    BatchInfo, Blocks, FileInfo, RawCell, RawRow, TableInfo, batch, batches, blocks, files, find_by_sha256, raw_page,
    row, table, tables,
};
pub(crate) use read::{RowsAt, is_mapped};
pub use remove::{BatchState, Removed, mark_mapped, recover, remove_batch};

/// Skipped rows whose reason is kept by a table; the total is always kept.
pub const MOST_SKIPPED: usize = 1_000;

/// A sentence kept in the project file: a word key and its arguments, sayable in any language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Key in the word lists.
    pub key: String,
    /// Named arguments of the sentence.
    #[serde(default)]
    pub args: Vec<(String, String)>,
}

impl Said {
    /// The sentence in the language of `words`.
    #[must_use]
    pub fn say(&self, words: &model::Words) -> String {
        let args: Vec<(&str, &str)> = self.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        words.say(&self.key, &args)
    }
}

impl From<&model::Message> for Said {
    fn from(message: &model::Message) -> Self {
        let args = message.args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { key: message.key.to_owned(), args }
    }
}

/// A row that a reader left out, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Row as the user sees it, from 1.
    pub row: u64,
    /// Why it was left out.
    pub reason: Said,
}

/// A source file about to be landed.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewFile<'a> {
    /// Name without its folder.
    pub name: &'a str,
    /// SHA-256 of its bytes in lower-case hexadecimal.
    pub sha256: &'a str,
    /// Its size.
    pub bytes: u64,
    /// Code of its format: `csv`, `xlsx`.
    pub format: &'a str,
    /// Character encoding, where the format has one.
    pub encoding: Option<&'a str>,
    /// What stands between cells, where the format has it.
    pub delimiter: Option<&'a str>,
}

/// Columns of a table that, as its source declares, name a row of another table of the same file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyLink {
    /// Headers of the columns, in the order of the key.
    pub columns: Vec<String>,
    /// Name of the table that they lead to.
    pub table: String,
    /// Headers of that table's columns; empty for its primary key.
    #[serde(default)]
    pub to_columns: Vec<String>,
}

/// A table of a source file about to be landed.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewTable<'a> {
    /// Sheet or table; empty for a file that is one table.
    pub name: &'a str,
    /// Row of the headers as the user sees it, from 1; `None` where there are none.
    pub header_row: Option<u64>,
    /// Headers from left to right.
    pub headers: &'a [String],
    /// Rows above the header, kept for the record.
    pub preamble: Option<&'a RowBlock>,
    /// Headers of the columns that name a row, where the source declares them.
    pub primary_key: &'a [String],
    /// What the source declares about rows of other tables.
    pub key_links: &'a [KeyLink],
}

/// What a reader says of a table when it has read it to the end.
#[derive(Clone, Debug, Default)]
pub struct TableSummary {
    /// How many rows were left out.
    pub skipped_total: u64,
    /// The first of them, with reasons; more than [`MOST_SKIPPED`] are not kept.
    pub skipped: Vec<Skipped>,
    /// What else the reader noticed.
    pub notes: Vec<Said>,
}

/// What one finished import brought in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landed {
    /// Number of the batch.
    pub batch: i64,
    /// Rows landed in all its tables.
    pub rows: u64,
}

/// An import under way. Dropped before [`Landing::finish`], its batch stays unfinished and
/// [`recover`] takes it out; [`Landing::abandon`] does so at once.
pub struct Landing<'c> {
    conn: &'c Connection,
    batch: i64,
    file: i64,
    table: i64,
    table_rows: u64,
    rows: u64,
    packer: Packer,
    chunks: Chunks<'c>,
}

impl<'c> Landing<'c> {
    /// Starts a batch for `user` at `at`.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Locked`] or [`crate::Error::DiskFull`] where the project cannot be written.
    pub fn begin(conn: &'c Connection, user: &str, at: DateTime<Utc>) -> Result<Self> {
        conn.execute(
            "INSERT INTO import_batch (uuid, started_at, user, state) VALUES (?1, ?2, ?3, 'landing')",
            params![uuid::Uuid::now_v7().to_string(), stamp(at), user],
        )?;
        let batch = conn.last_insert_rowid();
        let chunks = Chunks::begin(conn)?;
        Ok(Self { conn, batch, file: 0, table: 0, table_rows: 0, rows: 0, packer: Packer::default(), chunks })
    }

    /// Number of the batch.
    #[must_use]
    pub fn batch(&self) -> i64 {
        self.batch
    }

    /// Number of the table being landed; 0 before the first.
    #[must_use]
    pub fn table(&self) -> i64 {
        self.table
    }

    /// Adds a file to the batch and returns its number.
    ///
    /// # Errors
    ///
    /// As [`Landing::begin`].
    pub fn add_file(&mut self, file: &NewFile<'_>) -> Result<i64> {
        self.conn.execute(
            "INSERT INTO source_file (batch_id, name, sha256, bytes, format, encoding, delimiter)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![self.batch, file.name, file.sha256, file.bytes, file.format, file.encoding, file.delimiter],
        )?;
        self.file = self.conn.last_insert_rowid();
        Ok(self.file)
    }

    /// Adds a table to the file last added and returns its number.
    ///
    /// # Errors
    ///
    /// As [`Landing::begin`].
    pub fn add_table(&mut self, table: &NewTable<'_>) -> Result<i64> {
        let mut bytes = Vec::new();
        let preamble = table.preamble.map(|block| {
            block.encode(&mut bytes);
            bytes.as_slice()
        });
        self.conn.execute(
            "INSERT INTO source_table (file_id, name, header_row, headers, preamble, primary_key, key_links)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                self.file,
                table.name,
                table.header_row,
                serde_json::to_string(table.headers)?,
                preamble,
                serde_json::to_string(table.primary_key)?,
                serde_json::to_string(table.key_links)?
            ],
        )?;
        self.table = self.conn.last_insert_rowid();
        self.table_rows = 0;
        Ok(self.table)
    }

    /// Lands the rows of `block` behind those already in the table.
    ///
    /// # Errors
    ///
    /// As [`Landing::begin`].
    pub fn append(&mut self, block: &RowBlock) -> Result<()> {
        if block.is_empty() {
            return Ok(());
        }
        let (data, unpacked) = self.packer.pack(block);
        let bytes = data.len();
        let sql = "INSERT INTO raw_block (table_id, first_index, rows, data, unpacked) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.conn.prepare_cached(sql)?.execute(params![self.table, self.table_rows, block.len(), data, unpacked])?;
        self.table_rows += block.len() as u64;
        self.rows += block.len() as u64;
        self.chunks.wrote(block.len(), bytes)
    }

    /// Ends the table with what its reader says of it; returns its landed rows.
    ///
    /// # Errors
    ///
    /// As [`Landing::begin`].
    pub fn finish_table(&mut self, summary: &TableSummary) -> Result<u64> {
        let kept = &summary.skipped[..summary.skipped.len().min(MOST_SKIPPED)];
        self.conn.execute(
            "UPDATE source_table SET landed = ?2, skipped_total = ?3, skipped = ?4, notes = ?5 WHERE id = ?1",
            params![
                self.table,
                self.table_rows,
                summary.skipped_total,
                serde_json::to_string(kept)?,
                serde_json::to_string(&summary.notes)?
            ],
        )?;
        Ok(self.table_rows)
    }

    /// Ends the batch: from here on its rows are part of the project.
    ///
    /// # Errors
    ///
    /// As [`Landing::begin`].
    pub fn finish(self, at: DateTime<Utc>) -> Result<Landed> {
        self.conn.execute(
            "UPDATE import_batch SET state = 'landed', finished_at = ?2 WHERE id = ?1",
            params![self.batch, stamp(at)],
        )?;
        self.chunks.finish()?;
        Ok(Landed { batch: self.batch, rows: self.rows })
    }

    /// Gives the import up: takes out all it has landed so far.
    ///
    /// # Errors
    ///
    /// As [`Landing::begin`].
    pub fn abandon(self) -> Result<()> {
        let Self { conn, batch, chunks, .. } = self;
        chunks.finish()?;
        remove::drop_batch(conn, batch, &model::Silent)
    }
}

/// `at` as the project file keeps it: RFC 3339 in UTC, whole seconds.
pub(crate) fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
