//! Reading records: one at a time for a story, all in order for rules, checks and push.

use model::{Entity, FieldKind, RecordState};
use rusqlite::{Connection, Row, params};

use super::{quoted, table_name};
use crate::{Error, Result};

/// Records read by one statement.
const PORTION: i64 = 2_000;

/// One record with everything the project knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Number of the record.
    pub id: i64,
    /// Number of the table it came from.
    pub table: i64,
    /// Position of its row in that table, from 0.
    pub row_index: u64,
    /// Row as the user sees it, from 1.
    pub row: u64,
    /// Which record of its entity in the row, from 1.
    pub part: u8,
    /// Where it stands.
    pub state: RecordState,
    /// The record that stands for it, where it is merged.
    pub survivor: Option<i64>,
    /// Values in the order of `entity.fields`; empty where blank.
    pub values: Vec<String>,
    /// For each field the record it leads to; `None` for fields that are no references.
    pub links: Vec<Option<i64>>,
}

impl RecordRow {
    /// The value of the field with this code; empty where it is blank or unknown.
    #[must_use]
    pub fn value(&self, entity: &Entity, field: &str) -> &str {
        entity.position(field).and_then(|at| self.values.get(at)).map_or("", String::as_str)
    }
}

/// Where a record stands, from the number in its column.
pub(crate) fn state_of(code: i64) -> RecordState {
    match code {
        1 => RecordState::Merged,
        2 => RecordState::Excluded,
        _ => RecordState::Active,
    }
}

pub(crate) fn columns(entity: &'static Entity) -> String {
    let mut columns = String::from("id, table_id, row_index, row, part, record_state, survivor");
    for field in entity.fields {
        columns.push_str(", ");
        columns.push_str(&quoted(field.code));
    }
    for (field, _) in entity.references() {
        columns.push_str(", ");
        columns.push_str(&quoted(&format!("{}_id", field.code)));
    }
    columns
}

fn record_of(entity: &'static Entity, row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    let mut values = Vec::with_capacity(entity.fields.len());
    let mut links = Vec::with_capacity(entity.fields.len());
    let mut link_at = 7 + entity.fields.len();
    for (at, field) in entity.fields.iter().enumerate() {
        values.push(row.get::<_, Option<String>>(7 + at)?.unwrap_or_default());
        let is_link = matches!(field.kind, FieldKind::Reference(_));
        links.push(if is_link { row.get(link_at)? } else { None });
        link_at += usize::from(is_link);
    }
    Ok(RecordRow {
        id: row.get(0)?,
        table: row.get(1)?,
        row_index: row.get(2)?,
        row: row.get(3)?,
        part: row.get(4)?,
        state: state_of(row.get(5)?),
        survivor: row.get(6)?,
        values,
        links,
    })
}

/// The record of this number.
///
/// # Errors
///
/// [`Error::NotFound`] where there is none.
pub fn record(conn: &Connection, entity: &'static Entity, id: i64) -> Result<RecordRow> {
    let sql = format!("SELECT {} FROM {} WHERE id = ?1", columns(entity), table_name(entity));
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(row) => Ok(record_of(entity, row)?),
        None => Err(Error::NotFound { what: entity.code, id }),
    }
}

/// Reads all records of `entity` in order of number, from the one after `after` (0 for all). Holds no
/// statement open between portions, so that the caller may write and commit meanwhile.
#[must_use]
pub fn read<'c>(conn: &'c Connection, entity: &'static Entity, state: Option<RecordState>, after: i64) -> Reader<'c> {
    let aside = state.map_or(String::new(), |state| format!(" AND record_state = {}", state as i64));
    let sql = format!(
        "SELECT {} FROM {} NOT INDEXED WHERE id > ?1{aside} ORDER BY id LIMIT ?2",
        columns(entity),
        table_name(entity)
    );
    Reader { conn, entity, sql, after, portion: Vec::new(), ended: false }
}

/// Records in order of number, see [`read`].
pub struct Reader<'c> {
    conn: &'c Connection,
    entity: &'static Entity,
    sql: String,
    after: i64,
    portion: Vec<RecordRow>,
    ended: bool,
}

impl Reader<'_> {
    fn refill(&mut self) -> Result<()> {
        let mut statement = self.conn.prepare_cached(&self.sql)?;
        let mut rows = statement.query(params![self.after, PORTION])?;
        while let Some(row) = rows.next()? {
            self.portion.push(record_of(self.entity, row)?);
        }
        self.ended = self.portion.len() < PORTION as usize;
        self.after = self.portion.last().map_or(self.after, |last| last.id);
        self.portion.reverse();
        Ok(())
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<RecordRow>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.portion.is_empty()
            && !self.ended
            && let Err(error) = self.refill()
        {
            self.ended = true;
            return Some(Err(error));
        }
        self.portion.pop().map(Ok)
    }
}
