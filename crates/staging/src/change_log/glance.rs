//! A glance at the change log for screens: what would be done again, and a few values of a step.

use rusqlite::{Connection, OptionalExtension, params};

use super::rows::cells_of;
use super::{StepInfo, head, step};
use crate::Result;

/// One changed value of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepSample {
    /// Code of the entity.
    pub entity: String,
    /// Code of the field, or one of [`crate::records::PSEUDO_FIELDS`], or `<reference>_id`.
    pub field: String,
    /// The value before; empty where blank.
    pub before: String,
    /// The value after; empty where blank.
    pub after: String,
}

/// The step that [`super::redo`] would do again; `None` where there is none.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn next(conn: &Connection) -> Result<Option<StepInfo>> {
    let sql = "SELECT id FROM step WHERE parent_id = ?1 ORDER BY used DESC, id DESC LIMIT 1";
    let id: Option<i64> = conn.query_row(sql, [head(conn)?], |row| row.get(0)).optional()?;
    id.map(|id| step(conn, id)).transpose()
}

/// Up to `limit` of the values that step `id` changed.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn samples(conn: &Connection, id: i64, limit: usize) -> Result<Vec<StepSample>> {
    let sql = format!(
        "SELECT entity, field, coalesce(before, ''), coalesce(after, '') FROM {} WHERE step_id = ?1 LIMIT ?2",
        cells_of(conn, id)?
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let sample = |row: &rusqlite::Row<'_>| {
        Ok(StepSample { entity: row.get(0)?, field: row.get(1)?, before: row.get(2)?, after: row.get(3)? })
    };
    let found = statement.query_map(params![id, limit as i64], sample)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}
