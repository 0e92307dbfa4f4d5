//! Reading what was landed: batches, files, tables, blocks in order, single rows.

use model::{CellKind, RowBlock};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::packed::unpack;
use super::{KeyLink, Said, Skipped};
use crate::records::made::FORMAT as MADE;
use crate::{Error, Result};

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchInfo {
    /// Number in the project file.
    pub id: i64,
    /// Its name in the world.
    pub uuid: String,
    /// When it began, RFC 3339.
    pub started_at: String,
    /// When it ended, RFC 3339.
    pub finished_at: Option<String>,
    /// Who brought it in.
    pub user: String,
    /// `landing`, `landed`, `mapped` or `removed`.
    pub state: String,
    /// Rows landed in all its tables.
    pub landed: u64,
}

/// One file of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// Number in the project file.
    pub id: i64,
    /// Number of its batch.
    pub batch: i64,
    /// Name without its folder.
    pub name: String,
    /// SHA-256 of its bytes in lower-case hexadecimal.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Code of its format.
    pub format: String,
    /// Character encoding, where the format has one.
    pub encoding: Option<String>,
    /// What stands between cells, where the format has it.
    pub delimiter: Option<String>,
}

/// One table of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableInfo {
    /// Number in the project file.
    pub id: i64,
    /// Number of its file.
    pub file_id: i64,
    /// Name of its file without the folder.
    pub file: String,
    /// Number of its batch.
    pub batch: i64,
    /// Sheet or table; empty for a file that is one table.
    pub name: String,
    /// Row of the headers, from 1.
    pub header_row: Option<u64>,
    /// Headers from left to right.
    pub headers: Vec<String>,
    /// Headers of the columns that name a row, where the source declares them.
    pub primary_key: Vec<String>,
    /// What the source declares about rows of other tables.
    pub key_links: Vec<KeyLink>,
    /// Rows landed.
    pub landed: u64,
    /// Rows left out by the reader.
    pub skipped_total: u64,
    /// The first of them, with reasons.
    pub skipped: Vec<Skipped>,
    /// What else the reader noticed.
    pub notes: Vec<Said>,
    /// Code of the entity that a row is about, once mapped.
    pub entity: Option<String>,
    /// When it was mapped to the end, RFC 3339.
    pub mapped_at: Option<String>,
    /// Rows that became at least one record, once mapped.
    pub with_record: Option<u64>,
    /// Rows that became none, once mapped.
    pub without_record: Option<u64>,
}

/// One cell as the source held it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawCell {
    /// What the source says it is.
    pub kind: CellKind,
    /// Its content.
    pub text: String,
}

/// One row as the source held it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRow {
    /// Position in its table, from 0.
    pub index: u64,
    /// Row as the user sees it, from 1.
    pub number: u64,
    /// Cells from left to right.
    pub cells: Vec<RawCell>,
}

const BATCHES: &str = "SELECT b.id, b.uuid, b.started_at, b.finished_at, b.user, b.state,
    (SELECT coalesce(sum(t.landed), 0) FROM source_file f JOIN source_table t ON t.file_id = f.id
     WHERE f.batch_id = b.id) FROM import_batch b";

const FILES: &str = "SELECT id, batch_id, name, sha256, bytes, format, encoding, delimiter FROM source_file";

const TABLES: &str = "SELECT t.id, t.file_id, f.name, f.batch_id, t.name, t.header_row, t.headers, t.landed,
    t.skipped_total, t.skipped, t.notes, t.entity, t.mapped_at, t.with_record, t.without_record,
    t.primary_key, t.key_links
    FROM source_table t JOIN source_file f ON f.id = t.file_id JOIN import_batch b ON b.id = f.batch_id";

/// All batches, the removed ones too, oldest first.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn batches(conn: &Connection) -> Result<Vec<BatchInfo>> {
    let mut statement = conn.prepare_cached(&format!("{BATCHES} WHERE b.uuid <> '{MADE}' ORDER BY b.id"))?;
    let found = statement.query_map([], batch_of)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// The batch of this number.
///
/// # Errors
///
/// [`Error::NotFound`] where there is none.
pub fn batch(conn: &Connection, id: i64) -> Result<BatchInfo> {
    let found = conn.prepare_cached(&format!("{BATCHES} WHERE b.id = ?1"))?.query_row([id], batch_of).optional()?;
    found.ok_or(Error::NotFound { what: "import_batch", id })
}

fn batch_of(row: &Row<'_>) -> rusqlite::Result<BatchInfo> {
    Ok(BatchInfo {
        id: row.get(0)?,
        uuid: row.get(1)?,
        started_at: row.get(2)?,
        finished_at: row.get(3)?,
        user: row.get(4)?,
        state: row.get(5)?,
        landed: row.get(6)?,
    })
}

/// The files of `batch`, in the order in which they were landed.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn files(conn: &Connection, batch: i64) -> Result<Vec<FileInfo>> {
    let mut statement = conn.prepare_cached(&format!("{FILES} WHERE batch_id = ?1 ORDER BY id"))?;
    let found = statement.query_map([batch], file_of)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// The file with these very bytes that is in the project already, the newest of several.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn find_by_sha256(conn: &Connection, sha256: &str) -> Result<Option<FileInfo>> {
    let sql = format!(
        "{FILES} WHERE sha256 = ?1 AND batch_id IN (SELECT id FROM import_batch WHERE state IN ('landed', 'mapped'))
         ORDER BY id DESC LIMIT 1"
    );
    Ok(conn.prepare_cached(&sql)?.query_row([sha256], file_of).optional()?)
}

fn file_of(row: &Row<'_>) -> rusqlite::Result<FileInfo> {
    Ok(FileInfo {
        id: row.get(0)?,
        batch: row.get(1)?,
        name: row.get(2)?,
        sha256: row.get(3)?,
        bytes: row.get(4)?,
        format: row.get(5)?,
        encoding: row.get(6)?,
        delimiter: row.get(7)?,
    })
}

/// The tables of `batch`, or of all finished batches, in the order in which they were landed.
///
/// # Errors
///
/// Where the project cannot be read, or a stored document is damaged.
pub fn tables(conn: &Connection, batch: Option<i64>) -> Result<Vec<TableInfo>> {
    let sql = format!(
        "{TABLES} WHERE (f.batch_id = ?1 OR (?1 IS NULL AND b.state IN ('landed', 'mapped') AND b.uuid <> '{MADE}')) ORDER BY t.id"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([batch])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(table_of(row)?);
    }
    Ok(found)
}

/// The table of this number.
///
/// # Errors
///
/// [`Error::NotFound`] where there is none.
pub fn table(conn: &Connection, id: i64) -> Result<TableInfo> {
    let mut statement = conn.prepare_cached(&format!("{TABLES} WHERE t.id = ?1"))?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(row) => table_of(row),
        None => Err(Error::NotFound { what: "source_table", id }),
    }
}

/// Whether the records of `table` were made.
pub(crate) fn is_mapped(conn: &Connection, table: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM source_table WHERE id = ?1 AND mapped_at IS NOT NULL)";
    Ok(conn.prepare_cached(sql)?.query_row([table], |row| row.get(0))?)
}

fn table_of(row: &Row<'_>) -> Result<TableInfo> {
    Ok(TableInfo {
        id: row.get(0)?,
        file_id: row.get(1)?,
        file: row.get(2)?,
        batch: row.get(3)?,
        name: row.get(4)?,
        header_row: row.get(5)?,
        headers: serde_json::from_str(row.get_ref(6)?.as_str().unwrap_or("[]"))?,
        landed: row.get(7)?,
        skipped_total: row.get(8)?,
        skipped: serde_json::from_str(row.get_ref(9)?.as_str().unwrap_or("[]"))?,
        notes: serde_json::from_str(row.get_ref(10)?.as_str().unwrap_or("[]"))?,
        entity: row.get(11)?,
        mapped_at: row.get(12)?,
        with_record: row.get(13)?,
        without_record: row.get(14)?,
        primary_key: serde_json::from_str(row.get_ref(15)?.as_str().unwrap_or("[]"))?,
        key_links: serde_json::from_str(row.get_ref(16)?.as_str().unwrap_or("[]"))?,
    })
}

/// The blocks of a table in order, read one at a time: each with the position of its first row, from 0.
///
/// Holds no statement open between blocks, so that the caller may write and commit meanwhile.
pub struct Blocks<'c> {
    conn: &'c Connection,
    table: i64,
    next: i64,
}

/// The blocks of `table` from its first row on.
pub fn blocks(conn: &Connection, table: i64) -> Blocks<'_> {
    Blocks { conn, table, next: 0 }
}

impl Blocks<'_> {
    fn read(&mut self) -> Result<Option<(u64, RowBlock)>> {
        let sql = "SELECT first_index, rows, data, unpacked FROM raw_block WHERE table_id = ?1 AND first_index >= ?2
                   ORDER BY first_index LIMIT 1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(params![self.table, self.next])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let (first, count): (i64, i64) = (row.get(0)?, row.get(1)?);
        self.next = first + count.max(1);
        let block = unpack(row.get_ref(2)?.as_blob().unwrap_or_default(), row.get(3)?)?;
        Ok(Some((first as u64, block)))
    }
}

impl Iterator for Blocks<'_> {
    type Item = Result<(u64, RowBlock)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Single rows of a table, quick where one asks for them in their order: the block of the last one is kept.
pub(crate) struct RowsAt<'c> {
    conn: &'c Connection,
    table: i64,
    /// Position of the first row of the block, and the block.
    held: Option<(u64, RowBlock)>,
}

impl<'c> RowsAt<'c> {
    pub(crate) fn new(conn: &'c Connection, table: i64) -> Self {
        Self { conn, table, held: None }
    }

    /// Row `index`, from 0; `None` where there is none.
    pub(crate) fn at(&mut self, index: u64) -> Result<Option<model::RowRef<'_>>> {
        let holds = |(first, block): &(u64, RowBlock)| (*first..*first + block.len() as u64).contains(&index);
        if !self.held.as_ref().is_some_and(holds) {
            self.held = block_at(self.conn, self.table, index)?;
        }
        Ok(self.held.as_ref().and_then(|(first, block)| block.row(usize::try_from(index - first).ok()?)))
    }
}

/// The block of `table` with row `index`, and the position of its first row.
fn block_at(conn: &Connection, table: i64, index: u64) -> Result<Option<(u64, RowBlock)>> {
    let first = "SELECT max(first_index) FROM raw_block WHERE table_id = ?1 AND first_index <= ?2";
    let start: Option<i64> = conn.prepare_cached(first)?.query_row(params![table, index], |row| row.get(0))?;
    start.map(|next| Blocks { conn, table, next }.read()).transpose().map(Option::flatten)
}

/// Row `index` (from 0) of `table`, as the source held it; `None` behind the last row.
///
/// # Errors
///
/// [`Error::Corrupt`] where its block cannot be read back.
pub fn row(conn: &Connection, table: i64, index: u64) -> Result<Option<RawRow>> {
    Ok(raw_page(conn, table, index, 1)?.pop())
}

/// Up to `limit` rows of `table` from row `offset` (from 0) on, as the source held them.
///
/// # Errors
///
/// [`Error::Corrupt`] where a block cannot be read back.
pub fn raw_page(conn: &Connection, table: i64, offset: u64, limit: usize) -> Result<Vec<RawRow>> {
    let first = "SELECT max(first_index) FROM raw_block WHERE table_id = ?1 AND first_index <= ?2";
    let start: Option<i64> = conn.prepare_cached(first)?.query_row(params![table, offset], |row| row.get(0))?;
    let Some(start) = start else { return Ok(Vec::new()) };
    let mut found = Vec::with_capacity(limit.min(1_000));
    let mut blocks = Blocks { conn, table, next: start };
    while found.len() < limit
        && let Some((first, block)) = blocks.read()?
    {
        let from = offset.saturating_sub(first) as usize;
        let wanted = block.rows().enumerate().skip(from).take(limit - found.len());
        found.extend(wanted.map(|(at, row)| raw_row(first + at as u64, row)));
    }
    Ok(found)
}

fn raw_row(index: u64, row: model::RowRef<'_>) -> RawRow {
    let cells = row.cells().map(|cell| RawCell { kind: cell.kind, text: cell.text.to_owned() }).collect();
    RawRow { index, number: row.number(), cells }
}
