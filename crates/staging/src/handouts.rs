//! Workbooks handed out for correction: what was written into them, and corrections that came too late.
//!
//! A cell that comes back counts as corrected where its text is another than the one kept here; only then is a record
//! touched, and only where it still has the value that was handed out.

use model::Entity;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::change_log::Act;
use crate::landing::stamp;
use crate::records::{self, RecordRow};
use crate::{Result, landing};

/// Position under which the headers of a sheet are kept.
const HEADERS: i64 = -1;

/// A handout being kept. Dropped before [`NewHandout::finish`], nothing of it stays.
pub struct NewHandout<'c> {
    tx: Transaction<'c>,
    id: i64,
}

impl<'c> NewHandout<'c> {
    /// Begins the handout known as `mark`.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn begin(conn: &'c Connection, mark: &str, act: &Act<'_>) -> Result<Self> {
        let tx = conn.unchecked_transaction()?;
        let sql = "INSERT INTO handout (mark, at, user) VALUES (?1, ?2, ?3)";
        tx.execute(sql, params![mark, stamp(act.at), act.user])?;
        let id = tx.last_insert_rowid();
        Ok(Self { tx, id })
    }

    /// Keeps the headers of the sheet of `table`.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn headers(&self, table: i64, headers: &[String]) -> Result<()> {
        self.keep(table, HEADERS, headers)
    }

    /// Keeps the cells of the row at `index` of `table`.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn row(&self, table: i64, index: u64, cells: &[String]) -> Result<()> {
        self.keep(table, index as i64, cells)
    }

    fn keep(&self, table: i64, index: i64, cells: &[String]) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO handout_row (handout, table_id, row_index, cells) VALUES (?1, ?2, ?3, ?4)";
        self.tx.prepare_cached(sql)?.execute(params![self.id, table, index, serde_json::to_string(cells)?])?;
        Ok(())
    }

    /// Ends.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn finish(self) -> Result<()> {
        Ok(self.tx.commit()?)
    }
}

/// The number of the handout known as `mark`; `None` where this project never made it.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn find(conn: &Connection, mark: &str) -> Result<Option<i64>> {
    Ok(conn.query_row("SELECT id FROM handout WHERE mark = ?1", [mark], |row| row.get(0)).optional()?)
}

/// The headers of the sheet of `table` as they were handed out.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn headers(conn: &Connection, handout: i64, table: i64) -> Result<Option<Vec<String>>> {
    cells(conn, handout, table, HEADERS)
}

/// The cells of a row as they were handed out.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn row(conn: &Connection, handout: i64, table: i64, index: u64) -> Result<Option<Vec<String>>> {
    cells(conn, handout, table, index as i64)
}

fn cells(conn: &Connection, handout: i64, table: i64, index: i64) -> Result<Option<Vec<String>>> {
    let sql = "SELECT cells FROM handout_row WHERE handout = ?1 AND table_id = ?2 AND row_index = ?3";
    let mut statement = conn.prepare_cached(sql)?;
    let found: Option<String> = statement.query_row(params![handout, table, index], |row| row.get(0)).optional()?;
    Ok(found.map(|json| serde_json::from_str(&json)).transpose()?)
}

/// The records that the row at `index` of `table` became, whatever their state; none of a table that was taken out.
///
/// # Errors
///
/// Where the project cannot be written: an index is made where there is none.
pub fn records_of(conn: &Connection, table: i64, index: u64) -> Result<Vec<(&'static Entity, RecordRow)>> {
    if landing::table(conn, table).is_err() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entity in model::entities::ALL {
        for id in records::of_row(conn, entity, table, index)? {
            found.push((entity, records::record(conn, entity, id)?));
        }
    }
    Ok(found)
}

/// A correction that was not taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Code of the entity.
    pub entity: String,
    /// The record.
    pub record: i64,
    /// Code of the field.
    pub field: String,
    /// The value that stayed.
    pub kept: String,
    /// The value that came back.
    pub returned: String,
    /// The workbook.
    pub file: String,
}

/// Keeps a correction that was not taken over, for a person to settle.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn add_conflict(conn: &Connection, conflict: &Conflict) -> Result<()> {
    let sql = "INSERT INTO correction_conflict (entity, record, field, kept, returned, file)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (entity, record, field, returned)
               DO UPDATE SET kept = excluded.kept, file = excluded.file";
    let Conflict { entity, record, field, kept, returned, file } = conflict;
    conn.prepare_cached(sql)?.execute(params![entity, record, field, kept, returned, file])?;
    Ok(())
}

/// The corrections of `entity` that still wait, of one record or of all in order of number: those whose record has the
/// value that it had then.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn conflicts(conn: &Connection, entity: &'static Entity, record: Option<i64>) -> Result<Vec<Conflict>> {
    let sql = "SELECT entity, record, field, kept, returned, file FROM correction_conflict
               WHERE entity = ?1 AND (?2 IS NULL OR record = ?2) ORDER BY record, field, returned";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params![entity.code, record])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let conflict = Conflict {
            entity: row.get(0)?,
            record: row.get(1)?,
            field: row.get(2)?,
            kept: row.get(3)?,
            returned: row.get(4)?,
            file: row.get(5)?,
        };
        let now = records::record(conn, entity, conflict.record);
        if now.is_ok_and(|now| waits(&now, entity, &conflict)) {
            found.push(conflict);
        }
    }
    Ok(found)
}

fn waits(now: &RecordRow, entity: &'static Entity, conflict: &Conflict) -> bool {
    now.state == model::RecordState::Active && now.value(entity, &conflict.field) == conflict.kept
}
