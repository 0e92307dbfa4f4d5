//! Going back and forth in the change log: undo, redo, jump, and taking back one step in the middle.

use model::Watch;
use rusqlite::{Connection, OptionalExtension, params};

use super::history::{StepInfo, ancestors, is_applied, step};
use super::rows::{cells_of, has_rows, turn_round};
use super::{Act, ROOT, STEP_FIELDS, Side, StepDraft, head, insert_step, set_head, tick, touched_by, write_side};
use crate::landing::Said;
use crate::{Error, Result, records};

/// A move of the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The step that the records stand at now.
    pub head: i64,
    /// Steps taken back, the youngest first.
    pub undone: Vec<StepInfo>,
    /// Steps done again, the oldest first.
    pub redone: Vec<StepInfo>,
}

/// Takes the head step back.
///
/// # Errors
///
/// [`Error::NothingToUndo`]; [`Error::StepSealed`] where the records it touched are gone; [`Error::Cancelled`].
pub fn undo(conn: &Connection, watch: &dyn Watch) -> Result<Moved> {
    match head(conn)? {
        ROOT => Err(Error::NothingToUndo),
        at => jump(conn, step(conn, at)?.parent, watch),
    }
}

/// How many steps [`undo`] can take back one after the other: those in force, up to the first that is sealed.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn undoable(conn: &Connection) -> Result<u64> {
    let steps = infos(conn, &ancestors(conn, head(conn)?)?)?;
    Ok(steps.iter().take_while(|step| !step.sealed).count() as u64)
}

/// Does again the step that was last undone here: the child of the head used last.
///
/// # Errors
///
/// [`Error::NothingToRedo`], [`Error::Cancelled`].
pub fn redo(conn: &Connection, watch: &dyn Watch) -> Result<Moved> {
    let sql = "SELECT id FROM step WHERE parent_id = ?1 ORDER BY used DESC, id DESC LIMIT 1";
    let next: Option<i64> = conn.query_row(sql, [head(conn)?], |row| row.get(0)).optional()?;
    jump(conn, next.ok_or(Error::NothingToRedo)?, watch)
}

/// Brings the records to where they stood after `target` ([`ROOT`]: before all steps), on whatever
/// branch it is. One transaction.
///
/// # Errors
///
/// [`Error::NotFound`] for a step that does not exist, [`Error::StepSealed`] where the way leads over
/// a sealed step, [`Error::Cancelled`].
pub fn jump(conn: &Connection, target: i64, watch: &dyn Watch) -> Result<Moved> {
    let (from, to) = (ancestors(conn, head(conn)?)?, ancestors(conn, target)?);
    if target != ROOT && to.is_empty() {
        return Err(Error::NotFound { what: "step", id: target });
    }
    let shared = from.iter().rev().zip(to.iter().rev()).take_while(|(a, b)| a == b).count();
    let (back, forth) = (&from[..from.len() - shared], &to[..to.len() - shared]);
    let mut moved = Moved { head: target, undone: infos(conn, back)?, redone: infos(conn, forth)? };
    moved.redone.reverse();
    if let Some(sealed) = moved.undone.iter().find(|step| step.sealed) {
        return Err(Error::StepSealed { step: sealed.id });
    }
    travel(conn, &moved, watch)?;
    Ok(moved)
}

fn infos(conn: &Connection, steps: &[i64]) -> Result<Vec<StepInfo>> {
    steps.iter().map(|id| step(conn, *id)).collect()
}

fn travel(conn: &Connection, moved: &Moved, watch: &dyn Watch) -> Result<()> {
    let total = moved.undone.iter().chain(&moved.redone).map(|step| step.changes).sum();
    let mut done = 0;
    let mut progress = |count| {
        done += count;
        watch.progress(done, Some(total));
        Ok(watch.check()?)
    };
    let tx = conn.unchecked_transaction()?;
    let mut changed = Vec::new();
    let back = moved.undone.iter().map(|step| (step, Side::Before));
    for (step, side) in back.chain(moved.redone.iter().map(|step| (step, Side::After))) {
        let touched = touched_by(&tx, step.id, STEP_FIELDS)?;
        write_side(&tx, step.id, &touched, side, &mut progress)?;
        changed.extend(touched.into_iter().map(|one| (one.entity.code, one.field)));
        if matches!(side, Side::After) {
            tx.execute("UPDATE step SET used = ?2 WHERE id = ?1", params![step.id, tick(&tx)?])?;
        }
    }
    set_head(&tx, moved.head)?;
    records::follow(&tx, &changed)?;
    Ok(tx.commit()?)
}

/// Takes back `id` alone, in the middle of the applied steps, and leaves what came after: a new step
/// under the head that writes its befores. Returns the new step.
///
/// # Errors
///
/// [`Error::StepNotApplied`] where `id` is undone or on another branch, [`Error::StepNeeded`] with the
/// later steps that depend on it, [`Error::StepSealed`], [`Error::Cancelled`].
pub fn undo_step(conn: &Connection, id: i64, act: &Act<'_>, watch: &dyn Watch) -> Result<i64> {
    let target = step(conn, id)?;
    if !is_applied(conn, id)? {
        return Err(Error::StepNotApplied { step: id });
    }
    let later: Vec<i64> = ancestors(conn, head(conn)?)?.into_iter().take_while(|step| *step != id).collect();
    let sealed = infos(conn, &later)?.into_iter().find(|step| step.sealed);
    if let Some(step) = sealed.or_else(|| Some(target.clone()).filter(|step| step.sealed)) {
        return Err(Error::StepSealed { step: step.id });
    }
    let needed = depending(conn, &target, &later, watch)?;
    if !needed.is_empty() {
        return Err(Error::StepNeeded { step: id, by: needed });
    }
    revert(conn, &target, act, watch)
}

/// The steps among `later` that depend on `target`: they touched one of its cells, or one of the two decided what a
/// record of the other is (merged, left out, leading to another record).
fn depending(conn: &Connection, target: &StepInfo, later: &[i64], watch: &dyn Watch) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    for other in infos(conn, later)? {
        watch.check()?;
        if share_a_cell(conn, target, &other)?
            || decides_over(conn, target.id, other.id)?
            || decides_over(conn, other.id, target.id)?
        {
            found.push(other.id);
        }
    }
    Ok(found)
}

/// Whether both steps touched a cell. The smaller one is walked and the larger one asked cell by cell, through its key.
fn share_a_cell(conn: &Connection, one: &StepInfo, other: &StepInfo) -> Result<bool> {
    let (small, large) = if other.changes < one.changes { (other.id, one.id) } else { (one.id, other.id) };
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM {} a CROSS JOIN {} b ON b.step_id = ?2 AND b.entity = a.entity
         AND b.field = a.field AND b.record = a.record WHERE a.step_id = ?1)",
        cells_of(conn, small)?,
        cells_of(conn, large)?
    );
    Ok(conn.prepare_cached(&sql)?.query_row(params![small, large], |row| row.get(0))?)
}

/// Whether step `one` merged, left out or led elsewhere a record that step `other` touched.
fn decides_over(conn: &Connection, one: i64, other: i64) -> Result<bool> {
    // What decides stands cell by cell: rows hold fields only.
    let touched = if has_rows(conn, other)? { "change_row b" } else { "change b INDEXED BY change_of_record" };
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM change a CROSS JOIN {touched}
         ON b.entity = a.entity AND b.record = a.record AND b.step_id = ?2
         WHERE a.step_id = ?1 AND a.entity = ?3 AND a.field = ?4)"
    );
    // What is no field of the entity is its bookkeeping: where the record stands, and where it leads.
    let decided = touched_by(conn, one, STEP_FIELDS)?.into_iter().filter(|one| one.entity.field(&one.field).is_none());
    for touched in decided {
        let args = params![one, other, touched.entity.code, touched.field];
        if conn.prepare_cached(&sql)?.query_row(args, |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn revert(conn: &Connection, target: &StepInfo, act: &Act<'_>, watch: &dyn Watch) -> Result<i64> {
    let args = vec![("step".to_owned(), target.id.to_string())];
    let label = Said { key: "step.revert".to_owned(), args };
    let draft = StepDraft { kind: "revert", label, rule: None, act: *act };
    let tx = conn.unchecked_transaction()?;
    let new = insert_step(&tx, &draft, false)?;
    if has_rows(&tx, target.id)? {
        turn_round(&tx, target.id, new)?;
    } else {
        tx.execute(
            "INSERT INTO change (step_id, entity, field, record, before, after)
             SELECT ?2, entity, field, record, after, before FROM change WHERE step_id = ?1",
            params![target.id, new],
        )?;
    }
    tx.execute(
        "INSERT INTO step_field (step_id, entity, field, changes)
         SELECT ?2, entity, field, changes FROM step_field WHERE step_id = ?1",
        params![target.id, new],
    )?;
    tx.execute("UPDATE step SET changes = ?2 WHERE id = ?1", params![new, target.changes])?;
    let touched = touched_by(&tx, new, STEP_FIELDS)?;
    let mut done = 0;
    write_side(&tx, new, &touched, Side::After, &mut |count| {
        done += count;
        watch.progress(done, Some(target.changes));
        Ok(watch.check()?)
    })?;
    records::touch(&tx)?;
    let changed: Vec<_> = touched.into_iter().map(|one| (one.entity.code, one.field)).collect();
    records::follow(&tx, &changed)?;
    tx.commit()?;
    Ok(new)
}
