//! The change log: every edit with its before and after, in the same transaction as the edit.
//!
//! Steps form a tree. Each hangs on the step that was the head when it was made; undoing moves the
//! head to the parent, redoing to the child used last, and a new step after an undo begins a branch
//! beside the old one, which stays. Nothing here is ever deleted.

mod apply;
mod glance;
mod history;
mod operations;
mod relink;
mod rows;
mod story;
#[cfg(test)]
mod tests;
mod touched;
mod travel;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

pub use apply::{Change, StepWriter, apply};
pub use glance::{StepSample, next, samples};
pub use history::{History, Standing, StepInfo, history, is_applied, step};
pub(crate) use operations::keep_operations;
pub use operations::{Done, operations};
pub use rows::{ChangeBlock, RowStepWriter};
pub(crate) use story::column_name;
pub use story::{CellMark, CellStory, Origin, OriginBinding, StoryChange, cell_marks, story};
pub use touched::touched_between;
pub use travel::{Moved, jump, redo, undo, undo_step, undoable};

use crate::Result;
use crate::landing::{Said, stamp};
use crate::records;

/// The parent of the first step: nothing done yet.
pub const ROOT: i64 = 0;

/// Who does something, and when.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// Name of the user.
    pub user: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// A step about to be made.
#[derive(Clone, Debug)]
pub struct StepDraft<'a> {
    /// What sort of step: `edit`, `rule`, `merge`, `exclude`, `revert`.
    pub kind: &'a str,
    /// The sentence that names it in the history.
    pub label: Said,
    /// Code of the rule that proposed it, where one did.
    pub rule: Option<&'a str>,
    /// Who makes it, and when.
    pub act: Act<'a>,
}

/// The step that the records stand at; [`ROOT`] before the first.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn head(conn: &Connection) -> Result<i64> {
    records::meta(conn, "head")
}

fn set_head(conn: &Connection, step: i64) -> Result<()> {
    records::set_meta(conn, "head", step)?;
    records::touch(conn)
}

/// The next tick: a clock that only counts moves.
fn tick(conn: &Connection) -> Result<i64> {
    let tick = records::meta(conn, "tick")? + 1;
    records::set_meta(conn, "tick", tick)?;
    Ok(tick)
}

/// Writes the step `draft` under the head and makes it the head. Its changes follow.
fn insert_step(conn: &Connection, draft: &StepDraft<'_>, sealed: bool) -> Result<i64> {
    conn.prepare_cached(
        "INSERT INTO step (parent_id, kind, label_key, label_args, user, at, rule, used, sealed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        head(conn)?,
        draft.kind,
        draft.label.key,
        serde_json::to_string(&draft.label.args)?,
        draft.act.user,
        stamp(draft.act.at),
        draft.rule,
        tick(conn)?,
        sealed
    ])?;
    let step = conn.last_insert_rowid();
    set_head(conn, step)?;
    Ok(step)
}

/// Notes that records known to the change log are about to leave the project. What was done before
/// stays readable and can no longer be undone: there is nothing to undo it on.
pub(crate) fn seal(conn: &Connection, act: &Act<'_>, key: &str, args: &[(&str, &str)]) -> Result<()> {
    let args = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let label = Said { key: key.to_owned(), args };
    let tx = conn.unchecked_transaction()?;
    insert_step(&tx, &StepDraft { kind: "sealed", label, rule: None, act: *act }, true)?;
    tx.commit()?;
    Ok(())
}

/// A column that a step touched.
struct Touched {
    entity: &'static model::Entity,
    field: String,
    column: String,
}

/// The columns that `step` touched, as its changes stand now.
fn touched_by(conn: &Connection, step: i64, sql: &str) -> Result<Vec<Touched>> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([step])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (entity, field): (String, String) = (row.get(0)?, row.get(1)?);
        let entity = records::entity(&entity)?;
        let column = records::column(entity, &field)?;
        found.push(Touched { entity, field, column });
    }
    Ok(found)
}

/// Which side of its changes a step writes.
#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

/// Changes written by one statement: SQLite collects them before it writes.
const PORTION: i64 = 20_000;

/// Writes one side of all changes of `step` in the columns `touched` into the records.
fn write_side(
    conn: &Connection,
    step: i64,
    touched: &[Touched],
    side: Side,
    progress: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<()> {
    if rows::has_rows(conn, step)? {
        return rows::write_side(conn, step, side, progress);
    }
    let value = match side {
        Side::Before => "before",
        Side::After => "after",
    };
    for Touched { entity, field, column } in touched {
        let sql = format!(
            "UPDATE {table} SET {column} = c.{value} FROM (SELECT record, {value} FROM change WHERE step_id = ?1
             AND entity = ?2 AND field = ?3 AND record BETWEEN ?4 AND ?5) c WHERE {table}.id = c.record",
            table = records::table_name(entity)
        );
        let mut from = i64::MIN;
        while let Some((last, count)) = portion(conn, step, entity.code, field, from)? {
            conn.prepare_cached(&sql)?.execute(params![step, entity.code, field, from, last])?;
            progress(count)?;
            from = last.saturating_add(1);
        }
    }
    Ok(())
}

/// The last record of the next portion from `from` on, and how many changes that is.
fn portion(conn: &Connection, step: i64, entity: &str, field: &str, from: i64) -> Result<Option<(i64, u64)>> {
    let sql = "SELECT max(record), count(*) FROM (SELECT record FROM change WHERE step_id = ?1 AND entity = ?2
               AND field = ?3 AND record >= ?4 ORDER BY record LIMIT ?5)";
    let mut statement = conn.prepare_cached(sql)?;
    let found: (Option<i64>, u64) =
        statement.query_row(params![step, entity, field, from, PORTION], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.0.map(|last| (last, found.1)))
}

/// The columns of a finished step.
const STEP_FIELDS: &str = "SELECT entity, field FROM step_field WHERE step_id = ?1";
