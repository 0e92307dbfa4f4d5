//! Taking imports out again: unfinished ones at the next open, finished ones when a person says so.

use model::Watch;
use rusqlite::{Connection, params};

use super::{chunks::Chunks, read};
use crate::change_log::{self, Act};
use crate::records::{self, clear};
use crate::{Error, Result};

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchState {
    /// Rows are being read.
    Landing,
    /// All rows are in.
    Landed,
    /// All its tables have become records.
    Mapped,
    /// Taken out again.
    Removed,
}

impl BatchState {
    /// The word in the project file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Landing => "landing",
            Self::Landed => "landed",
            Self::Mapped => "mapped",
            Self::Removed => "removed",
        }
    }
}

/// What [`recover`] or [`remove_batch`] took out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Batches taken out whole.
    pub batches: Vec<i64>,
    /// Names of their files.
    pub files: Vec<String>,
    /// Landed rows taken out.
    pub rows: u64,
    /// Records taken out.
    pub records: u64,
    /// Tables whose half-done mapping was taken back; their landed rows stay.
    pub half_mapped: Vec<i64>,
}

/// Marks `batch` as mapped; called when the last of its tables has become records.
///
/// # Errors
///
/// [`Error::NotFound`] where there is no such landed batch.
pub fn mark_mapped(conn: &Connection, batch: i64) -> Result<()> {
    let sql = "UPDATE import_batch SET state = 'mapped' WHERE id = ?1 AND state IN ('landed', 'mapped')";
    match conn.execute(sql, [batch])? {
        0 => Err(Error::NotFound { what: "import_batch", id: batch }),
        _ => Ok(()),
    }
}

/// Takes out what a killed program left half done: unfinished batches whole, half-done mappings.
/// Called at every open, before anything else is written.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn recover(conn: &Connection, watch: &dyn Watch) -> Result<Removed> {
    let mut removed = Removed::default();
    let unfinished = "SELECT id FROM import_batch b WHERE state = 'landing' OR (state = 'removed' AND EXISTS
        (SELECT 1 FROM source_file f JOIN source_table t ON t.file_id = f.id WHERE f.batch_id = b.id)) ORDER BY id";
    for batch in records::numbers(conn, unfinished)? {
        take_out(conn, batch, &mut removed, watch)?;
    }
    for table in records::numbers(conn, "SELECT id FROM source_table WHERE half_mapped = 1 ORDER BY id")? {
        removed.records += clear::clear_table(conn, table, watch)?;
        conn.execute("UPDATE source_table SET half_mapped = 0 WHERE id = ?1", [table])?;
        removed.half_mapped.push(table);
    }
    Ok(removed)
}

/// Undoes a whole import: its landed rows and its records leave the project. What other records said
/// about them (links, merges) is taken back; where the change log knew them, it is sealed.
///
/// # Errors
///
/// [`Error::RecordsPushed`] where the portal holds records of the batch, [`Error::NotFound`] where
/// there is no such batch.
pub fn remove_batch(conn: &Connection, batch: i64, act: &Act<'_>, watch: &dyn Watch) -> Result<Removed> {
    if read::batch(conn, batch)?.state == BatchState::Removed.code() {
        return Err(Error::NotFound { what: "import_batch", id: batch });
    }
    let tables = read::tables(conn, Some(batch))?;
    let mut touched = false;
    for table in &tables {
        clear::refuse_pushed(conn, table.id)?;
        touched = touched || clear::touched(conn, table.id)?;
    }
    if touched {
        change_log::seal(conn, act, "step.import-removed", &[("batch", &batch.to_string())])?;
    }
    let mut removed = Removed::default();
    take_out(conn, batch, &mut removed, watch)?;
    Ok(removed)
}

fn take_out(conn: &Connection, batch: i64, removed: &mut Removed, watch: &dyn Watch) -> Result<()> {
    removed.batches.push(batch);
    removed.files.extend(read::files(conn, batch)?.into_iter().map(|file| file.name));
    let rows = "SELECT coalesce(sum(r.rows), 0) FROM raw_block r JOIN source_table t ON t.id = r.table_id
                JOIN source_file f ON f.id = t.file_id WHERE f.batch_id = ?1";
    removed.rows += conn.query_row(rows, [batch], |row| row.get::<_, u64>(0))?;
    // From here on a killed program leaves a batch that `recover` finishes taking out.
    conn.execute("UPDATE import_batch SET state = 'removed' WHERE id = ?1", [batch])?;
    for table in read::tables(conn, Some(batch))? {
        removed.records += clear::clear_table(conn, table.id, watch)?;
    }
    drop_batch(conn, batch, watch)
}

/// Deletes the landed rows and tables of `batch`; its name and those of its files stay as history.
pub(super) fn drop_batch(conn: &Connection, batch: i64, watch: &dyn Watch) -> Result<()> {
    conn.execute("UPDATE import_batch SET state = 'removed' WHERE id = ?1", [batch])?;
    for table in read::tables(conn, Some(batch))? {
        drop_blocks(conn, table.id, watch)?;
        conn.execute("DELETE FROM handout_row WHERE table_id = ?1", [table.id])?;
        conn.execute("DELETE FROM source_table WHERE id = ?1", [table.id])?;
    }
    Ok(())
}

fn drop_blocks(conn: &Connection, table: i64, watch: &dyn Watch) -> Result<()> {
    let mut chunks = Chunks::begin(conn)?;
    let sql = "DELETE FROM raw_block WHERE table_id = ?1 AND first_index = ?2";
    let firsts = format!("SELECT first_index FROM raw_block WHERE table_id = {table}");
    for first in records::numbers(conn, &firsts)? {
        watch.check()?;
        conn.prepare_cached(sql)?.execute(params![table, first])?;
        chunks.wrote(1_000, 0)?;
    }
    chunks.finish()
}
