//! What the steps in force did, as documents that hold for other files too: the material of a recipe.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::head;
use super::history::{StepInfo, ancestors, step};
use crate::Result;

/// One step in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The step.
    pub step: StepInfo,
    /// What it did, as JSON; `None` where that holds for these records only.
    pub operations: Option<String>,
}

/// The steps in force, the oldest first. A step that another took back, and that other, are left out.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn operations(conn: &Connection) -> Result<Vec<Done>> {
    let mut taken_back = HashSet::new();
    let mut found = Vec::new();
    // The youngest first: whether a step was itself taken back is known before it is looked at.
    for id in ancestors(conn, head(conn)?)? {
        let step = step(conn, id)?;
        if step.kind == "revert" {
            if !taken_back.contains(&id) {
                taken_back.extend(reverted(&step));
            }
        } else if !step.sealed && !taken_back.contains(&id) {
            let sql = "SELECT operations FROM step_recipe WHERE step_id = ?1";
            let operations = conn.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
            found.push(Done { step, operations });
        }
    }
    found.reverse();
    Ok(found)
}

/// Keeps what `step` does as a document that holds for other files too.
pub(crate) fn keep_operations(conn: &Connection, step: i64, operations: &impl serde::Serialize) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO step_recipe (step_id, operations) VALUES (?1, ?2)";
    conn.execute(sql, params![step, serde_json::to_string(operations)?])?;
    Ok(())
}

/// The step that a `revert` took back.
fn reverted(step: &StepInfo) -> Option<i64> {
    step.label.args.iter().find(|(name, _)| name == "step").and_then(|(_, number)| number.parse().ok())
}
