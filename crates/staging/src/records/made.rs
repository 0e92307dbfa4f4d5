//! Records that a person adds: a link between a child and a guardian who are both there, a guardian who stands for
//! one that nobody knows yet.
//!
//! Such a record comes from no file. It belongs to a table of its own, is born left out, and the step that adds it
//! takes it into work: undoing the step leaves it out again. Its values are its origin, like those of a landed row.

use model::FieldKind;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter, types::Value};

use super::{STATE_FIELD, entity, quoted, table_name};
use crate::change_log::{StepDraft, StepWriter};
use crate::landing::{Said, stamp};
use crate::{Error, Result};

/// Format of the file that records a person added belong to; it is no file of the school's.
pub(crate) const FORMAT: &str = "daftar";

/// A record about to be added.
#[derive(Clone, Debug, Default)]
pub struct NewRecord {
    /// Code of the entity.
    pub entity: String,
    /// Field and value.
    pub values: Vec<(String, String)>,
    /// Reference field and the record it leads to; a negative number leads to the record added at that place of the
    /// same step, -1 for the first.
    pub links: Vec<(String, i64)>,
}

/// Adds records as one step and returns their numbers and the step.
///
/// # Errors
///
/// [`Error::UnknownEntity`], [`Error::UnknownField`], or where the project cannot be written; then nothing was.
pub fn add(
    conn: &Connection,
    draft: &StepDraft<'_>,
    added: &[NewRecord],
    reason: &Said,
) -> Result<(Vec<i64>, Option<i64>)> {
    let mut writer = StepWriter::begin(conn, draft)?;
    let table = own_table(writer.connection(), draft)?;
    let mut numbers = Vec::new();
    for new in added {
        let number = insert(writer.connection(), table, new, &numbers)?;
        numbers.push(number);
    }
    for (new, number) in added.iter().zip(&numbers) {
        writer.put(&new.entity, *number, STATE_FIELD, "0", Some(reason))?;
    }
    Ok((numbers, writer.finish(&model::Silent)?))
}

/// The table that records a person added belong to, made when it is first needed.
fn own_table(conn: &Connection, draft: &StepDraft<'_>) -> Result<i64> {
    let known = "SELECT t.id FROM source_table t JOIN source_file f ON f.id = t.file_id WHERE f.format = ?1";
    if let Some(table) = conn.query_row(known, [FORMAT], |row| row.get(0)).optional()? {
        return Ok(table);
    }
    let at = stamp(draft.act.at);
    let batch =
        "INSERT INTO import_batch (uuid, started_at, finished_at, user, state) VALUES (?1, ?2, ?2, ?3, 'mapped')";
    conn.execute(batch, params![FORMAT, at, draft.act.user])?;
    let file = "INSERT INTO source_file (batch_id, name, sha256, bytes, format) VALUES (?1, 'Daftar', ?2, 0, ?2)";
    conn.execute(file, params![conn.last_insert_rowid(), FORMAT])?;
    let table = "INSERT INTO source_table (file_id, name, headers, mapped_at, with_record, without_record)
                 VALUES (?1, '', '[]', ?2, 0, 0)";
    conn.execute(table, params![conn.last_insert_rowid(), at])?;
    Ok(conn.last_insert_rowid())
}

fn insert(conn: &Connection, table: i64, new: &NewRecord, before: &[i64]) -> Result<i64> {
    let entity = entity(&new.entity)?;
    let next = "SELECT next FROM record_seq WHERE entity = ?1";
    let number: i64 = conn.query_row(next, [entity.code], |row| row.get(0)).optional()?.unwrap_or(1);
    let mut columns = "id, table_id, row_index, row, part, record_state".to_owned();
    let mut values: Vec<Value> = [number, table, number, number, 1, 2].map(Value::from).to_vec();
    for (field, value) in &new.values {
        let known = entity.field(field).ok_or_else(|| super::unknown_field(entity, field))?;
        columns.push_str(&format!(", {}", quoted(known.code)));
        values.push(if value.is_empty() { Value::Null } else { Value::from(value.clone()) });
    }
    for (field, to) in &new.links {
        let known = entity.field(field).filter(|known| matches!(known.kind, FieldKind::Reference(_)));
        let known = known.ok_or_else(|| super::unknown_field(entity, field))?;
        columns.push_str(&format!(", {}", quoted(&format!("{}_id", known.code))));
        values.push(Value::from(led_to(*to, before)?));
    }
    let marks = vec!["?"; values.len()].join(", ");
    conn.execute(
        &format!("INSERT INTO {} ({columns}) VALUES ({marks})", table_name(entity)),
        params_from_iter(values),
    )?;
    conn.execute("REPLACE INTO record_seq (entity, next) VALUES (?1, ?2)", params![entity.code, number + 1])?;
    let range = "INSERT INTO record_range (entity, first, last, table_id) VALUES (?1, ?2, ?2, ?3)";
    conn.execute(range, params![entity.code, number, table])?;
    Ok(number)
}

fn led_to(to: i64, before: &[i64]) -> Result<i64> {
    if to >= 0 {
        return Ok(to);
    }
    let place = usize::try_from(-to - 1).ok();
    place.and_then(|place| before.get(place)).copied().ok_or(Error::NotFound { what: "record", id: to })
}
