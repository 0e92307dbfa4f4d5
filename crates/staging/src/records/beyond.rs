//! What a check may know of other records: the values of those that a record leads to, and how many lead to it.
//!
//! A path is written `student.status` (a field of the record that the reference leads to), `student#` (that record's
//! number), `#enrollments.class` (how many active records lead here) or `+invoice_items.invoice.amount` (what a field
//! of those comes to). The last two are blank where the project has none of that entity at all.

use model::{Entity, RecordState};
use rusqlite::{Connection, OptionalExtension, params};

use super::read::{columns, record_of};
use super::schema::{ensure_link_index, ensure_row_index};
use super::{RecordRow, column, entity, runs, table_name, unknown_field};
use crate::Result;

/// The SQL for the values of `paths` of the record `r` of `own`, each behind a comma, as texts.
///
/// # Errors
///
/// [`crate::Error::UnknownEntity`] or [`crate::Error::UnknownField`] for a path that leads nowhere.
pub(super) fn select(conn: &Connection, own: &'static Entity, paths: &[&str]) -> Result<String> {
    let mut sql = String::new();
    for path in paths {
        sql.push_str(", ");
        sql.push_str(&expression(conn, own, path)?);
    }
    Ok(sql)
}

fn expression(conn: &Connection, own: &'static Entity, path: &str) -> Result<String> {
    if let Some((other, rest)) = path.strip_prefix('+').and_then(|path| path.split_once('.')) {
        let (reference, field) = rest.split_once('.').ok_or_else(|| unknown_field(own, path))?;
        return sum(conn, entity(other)?, reference, field);
    }
    if let Some((other, field)) = path.strip_prefix('#').and_then(|path| path.split_once('.')) {
        return count(conn, entity(other)?, field);
    }
    if let Some(reference) = path.strip_suffix('#') {
        return Ok(format!("CAST(r.{} AS TEXT)", link(own, reference)?));
    }
    let (reference, field) = path.split_once('.').ok_or_else(|| unknown_field(own, path))?;
    let led = own.references().find(|(own, _)| own.code == reference).ok_or_else(|| unknown_field(own, path))?;
    let target = entity(led.1.entity)?;
    let wanted = column(target, field)?;
    Ok(format!("(SELECT t.{wanted} FROM {} t WHERE t.id = r.{})", table_name(target), link(own, reference)?))
}

fn link(own: &'static Entity, reference: &str) -> Result<String> {
    column(own, &format!("{reference}_id"))
}

fn count(conn: &Connection, other: &'static Entity, field: &str) -> Result<String> {
    if runs(conn, other)?.is_empty() {
        return Ok("NULL".to_owned());
    }
    let (table, link) = (table_name(other), link(other, field)?);
    Ok(format!(
        "CAST((SELECT count(*) FROM {table} o WHERE o.{link} = r.id AND o.record_state = {}) AS TEXT)",
        RecordState::Active as i64
    ))
}

/// What `field` of the active records of `other` comes to that lead here by `reference`: exact to the sen, with two
/// places. Blank where one of them is blank or not written as a number: nobody knows the sum then.
fn sum(conn: &Connection, other: &'static Entity, reference: &str, field: &str) -> Result<String> {
    if runs(conn, other)?.is_empty() {
        return Ok("NULL".to_owned());
    }
    let (table, link, value) = (table_name(other), link(other, reference)?, column(other, field)?);
    let unknown = format!("o.{value} IS NULL OR trim(o.{value}, '-.0123456789') <> ''");
    let sen = format!("CAST(round(CAST(o.{value} AS REAL) * 100) AS INTEGER)");
    Ok(format!(
        "(SELECT CASE WHEN coalesce(sum({unknown}), 0) = 0 THEN printf('%.2f', coalesce(sum({sen}), 0) / 100.0) END
          FROM {table} o WHERE o.{link} = r.id AND o.record_state = {})",
        RecordState::Active as i64
    ))
}

/// The record of this number with the values of `paths` behind its own; `None` where there is none.
///
/// # Errors
///
/// As for paths that lead nowhere, or where the project cannot be read.
pub fn record_beyond(
    conn: &Connection,
    own: &'static Entity,
    id: i64,
    paths: &[&str],
) -> Result<Option<(RecordRow, Vec<String>)>> {
    let (own_columns, beyond) = (columns(own), select(conn, own, paths)?);
    let sql = format!("SELECT {own_columns}{beyond} FROM {} AS r WHERE id = ?1", table_name(own));
    let first = 7 + own.fields.len() + own.references().count();
    let row = conn.prepare_cached(&sql)?.query_row([id], |row| {
        let text = |at: usize| Ok(row.get::<_, Option<String>>(first + at)?.unwrap_or_default());
        let beyond = (0..paths.len()).map(text).collect::<rusqlite::Result<Vec<String>>>()?;
        Ok((record_of(own, row)?, beyond))
    });
    Ok(row.optional()?)
}

/// Makes the indexes by which records are found by where their references lead; they go with the next import.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn ensure_link_indexes(conn: &Connection) -> Result<()> {
    for own in model::entities::ALL {
        if runs(conn, own)?.is_empty() {
            continue;
        }
        for (field, _) in own.references() {
            ensure_link_index(conn, own, field.code)?;
        }
    }
    Ok(())
}

/// The records of `own` that the row at `index` of `table` became.
///
/// # Errors
///
/// Where the project cannot be written: the index is made where there is none.
pub(crate) fn of_row(conn: &Connection, own: &'static Entity, table: i64, index: u64) -> Result<Vec<i64>> {
    ensure_row_index(conn, own)?;
    let sql = format!("SELECT id FROM {} WHERE table_id = ?1 AND row_index = ?2 ORDER BY id", table_name(own));
    let mut statement = conn.prepare_cached(&sql)?;
    let found = statement.query_map(params![table, index], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Up to `limit` active records of `other` whose reference `field` leads to the record `id`.
///
/// # Errors
///
/// [`crate::Error::UnknownField`], or where the project cannot be read.
pub fn leading_to(conn: &Connection, other: &'static Entity, field: &str, id: i64, limit: usize) -> Result<Vec<i64>> {
    let sql = format!(
        "SELECT id FROM {} WHERE {} = ?1 AND record_state = {} LIMIT ?2",
        table_name(other),
        link(other, field)?,
        RecordState::Active as i64
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let found = statement.query_map(params![id, limit as i64], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
