//! Which records lie between two points of the history.

use std::collections::BTreeSet;

use model::Entity;
use rusqlite::Connection;

use super::history::{ancestors, step};
use super::rows::has_rows;
use crate::{Result, records};

/// The records with a value that changed on the way from the step `from` to the step `to`, back and forth; `None`
/// where more than `most` values changed.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn touched_between(
    conn: &Connection,
    from: i64,
    to: i64,
    most: u64,
) -> Result<Option<BTreeSet<(&'static str, i64)>>> {
    let (back, forth) = (ancestors(conn, from)?, ancestors(conn, to)?);
    let shared = back.iter().rev().zip(forth.iter().rev()).take_while(|(one, other)| one == other).count();
    let way = back[..back.len() - shared].iter().chain(&forth[..forth.len() - shared]);
    let (mut found, mut changes) = (BTreeSet::new(), 0);
    for id in way {
        changes += step(conn, *id)?.changes;
        if changes > most {
            return Ok(None);
        }
        of_step(conn, *id, &mut found)?;
    }
    Ok(Some(found))
}

fn of_step(conn: &Connection, step: i64, found: &mut BTreeSet<(&'static str, i64)>) -> Result<()> {
    let changes = if has_rows(conn, step)? { "change_row" } else { "change" };
    let mut statement =
        conn.prepare_cached(&format!("SELECT DISTINCT entity, record FROM {changes} WHERE step_id = ?1"))?;
    let mut rows = statement.query([step])?;
    while let Some(row) = rows.next()? {
        let entity: &Entity = records::entity(row.get_ref(0)?.as_str().unwrap_or_default())?;
        found.insert((entity.code, row.get(1)?));
    }
    Ok(())
}
