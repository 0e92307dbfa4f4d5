//! The steps as people read them: the youngest first, with what is applied and what is on a branch.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::head;
use crate::landing::Said;
use crate::{Error, Result};

/// One step of the change log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepInfo {
    /// Number of the step.
    pub id: i64,
    /// The step it hangs on; [`super::ROOT`] for the first.
    pub parent: i64,
    /// What sort of step: `edit`, `rule`, `merge`, `exclude`, `revert`, `sealed`.
    pub kind: String,
    /// The sentence that names it.
    pub label: Said,
    /// Who made it.
    pub user: String,
    /// When, RFC 3339.
    pub at: String,
    /// Code of the rule that proposed it.
    pub rule: Option<String>,
    /// Cells it changed.
    pub changes: u64,
    /// Whether it can no longer be undone.
    pub sealed: bool,
}

/// A page of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// How many steps there are in all, on all branches.
    pub total: u64,
    /// The step that the records stand at.
    pub head: i64,
    /// The steps of the page, the youngest first, each with how it stands.
    pub steps: Vec<(StepInfo, Standing)>,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is applied.
    Applied,
    /// It was undone, and redo leads to it.
    Undone,
    /// It is on a way that was left: a step was made elsewhere since.
    Branch,
}

const STEPS: &str = "SELECT id, parent_id, kind, label_key, label_args, user, at, rule, changes, sealed FROM step";

fn step_of(row: &Row<'_>) -> Result<StepInfo> {
    let args: String = row.get(4)?;
    Ok(StepInfo {
        id: row.get(0)?,
        parent: row.get(1)?,
        kind: row.get(2)?,
        label: Said { key: row.get(3)?, args: serde_json::from_str(&args)? },
        user: row.get(5)?,
        at: row.get(6)?,
        rule: row.get(7)?,
        changes: row.get(8)?,
        sealed: row.get(9)?,
    })
}

/// The step of this number.
///
/// # Errors
///
/// [`Error::NotFound`] where there is none.
pub fn step(conn: &Connection, id: i64) -> Result<StepInfo> {
    let mut statement = conn.prepare_cached(&format!("{STEPS} WHERE id = ?1"))?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(row) => step_of(row),
        None => Err(Error::NotFound { what: "step", id }),
    }
}

/// Up to `limit` steps from the youngest on, leaving out `offset`; those of all branches.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn history(conn: &Connection, offset: u64, limit: usize) -> Result<History> {
    let head = head(conn)?;
    let applied: HashSet<i64> = ancestors(conn, head)?.into_iter().collect();
    let ahead: HashSet<i64> = ahead(conn, head)?.into_iter().collect();
    let total = conn.query_row("SELECT count(*) FROM step", [], |row| row.get(0))?;
    let mut statement = conn.prepare_cached(&format!("{STEPS} ORDER BY id DESC LIMIT ?1 OFFSET ?2"))?;
    let mut rows = statement.query(params![limit as i64, offset])?;
    let mut steps = Vec::new();
    while let Some(row) = rows.next()? {
        let step = step_of(row)?;
        let standing = match step.id {
            id if applied.contains(&id) => Standing::Applied,
            id if ahead.contains(&id) => Standing::Undone,
            _ => Standing::Branch,
        };
        steps.push((step, standing));
    }
    Ok(History { total, head, steps })
}

/// The steps that redo would do again one after the other.
fn ahead(conn: &Connection, head: i64) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM step WHERE parent_id = ?1 ORDER BY used DESC, id DESC LIMIT 1";
    let mut statement = conn.prepare_cached(sql)?;
    let (mut found, mut at) = (Vec::new(), head);
    while let Some(next) = statement.query_row([at], |row| row.get(0)).optional()? {
        found.push(next);
        at = next;
    }
    Ok(found)
}

/// `step` and all steps that it hangs on, the youngest first; empty for the root or an unknown step.
pub(super) fn ancestors(conn: &Connection, step: i64) -> Result<Vec<i64>> {
    let sql = "WITH RECURSIVE way (id, parent_id) AS (SELECT id, parent_id FROM step WHERE id = ?1
               UNION ALL SELECT s.id, s.parent_id FROM step s JOIN way ON s.id = way.parent_id)
               SELECT id FROM way ORDER BY id DESC";
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_map([step], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// Whether the records stand at `step` or at one that hangs on it.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn is_applied(conn: &Connection, step: i64) -> Result<bool> {
    let sql = "WITH RECURSIVE way (id) AS (SELECT ?1
               UNION ALL SELECT s.parent_id FROM step s JOIN way ON s.id = way.id WHERE s.parent_id >= ?2)
               SELECT 1 FROM way WHERE id = ?2";
    let found = conn.prepare_cached(sql)?.query_row(params![head(conn)?, step], |_| Ok(())).optional()?;
    Ok(found.is_some() && step != super::ROOT)
}
