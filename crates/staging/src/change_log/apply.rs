//! Making a step: changes stream in, and one transaction writes them with the new values.

use std::collections::HashMap;

use model::{Entity, Watch};
use rusqlite::{Connection, Transaction, params};

use super::{STEP_FIELDS, Side, StepDraft, insert_step, keep_operations, touched_by, write_side};
use crate::landing::Said;
use crate::records::{self, table_name};
use crate::{Error, Result};

/// One new value for one field of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Code of the entity.
    pub entity: &'static str,
    /// Number of the record.
    pub record: i64,
    /// Code of the field, `<reference>_id`, or one of [`records::PSEUDO_FIELDS`].
    pub field: &'static str,
    /// The new value; empty to make the field blank.
    pub after: String,
    /// Why, where there is something to say.
    pub reason: Option<Said>,
}

/// Makes a step of `changes` and returns its number; `None` where no change changed anything and so
/// no step was made. All is written in one transaction, or nothing.
///
/// # Errors
///
/// [`Error::NotFound`] for a record that does not exist, [`Error::UnknownField`], [`Error::Cancelled`],
/// or the first error of `changes`.
pub fn apply(
    conn: &Connection,
    draft: &StepDraft<'_>,
    changes: impl IntoIterator<Item = Result<Change>>,
    watch: &dyn Watch,
) -> Result<Option<i64>> {
    let mut writer = StepWriter::begin(conn, draft)?;
    for (position, change) in changes.into_iter().enumerate() {
        let change = change?;
        writer.put(change.entity, change.record, change.field, &change.after, change.reason.as_ref())?;
        if position % 1_000 == 999 {
            watch.check()?;
            watch.progress(position as u64 + 1, None);
        }
    }
    writer.finish(watch)
}

/// A step being made. Dropped before [`StepWriter::finish`], nothing of it is left.
pub struct StepWriter<'c> {
    tx: Transaction<'c>,
    step: i64,
    /// Whether a person decides: then references follow what is written in them.
    decided: bool,
    /// The SQL that takes a change, by entity and field.
    takers: HashMap<(&'static str, String), String>,
}

impl<'c> StepWriter<'c> {
    /// Starts the step `draft` under the head.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn begin(conn: &'c Connection, draft: &StepDraft<'_>) -> Result<Self> {
        let tx = conn.unchecked_transaction()?;
        let step = insert_step(&tx, draft, false)?;
        let decided = DECIDED.contains(&draft.kind);
        Ok(Self { tx, step, decided, takers: HashMap::new() })
    }

    /// Number of the step.
    #[must_use]
    pub fn step(&self) -> i64 {
        self.step
    }

    /// Keeps what the step does as a document that holds for other files too (see [`super::operations`]).
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn repeatable(&self, operations: &impl serde::Serialize) -> Result<()> {
        keep_operations(&self.tx, self.step, operations)
    }

    /// Takes one change. The record keeps its old value until
    /// [`StepWriter::finish`]; a later change of the same cell wins.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] for a record that does not exist, [`Error::UnknownEntity`], [`Error::UnknownField`].
    pub fn put(&mut self, entity: &str, record: i64, field: &str, after: &str, reason: Option<&Said>) -> Result<()> {
        let entity = records::entity(entity)?;
        let sql = taker(&mut self.takers, entity, field)?;
        let args = match reason {
            Some(reason) if !reason.args.is_empty() => Some(serde_json::to_string(&reason.args)?),
            _ => None,
        };
        let after = Some(after).filter(|after| !after.is_empty());
        let key = reason.map(|reason| reason.key.as_str());
        let mut statement = self.tx.prepare_cached(sql)?;
        match statement.execute(params![self.step, record, after, key, args])? {
            0 => Err(Error::NotFound { what: entity.code, id: record }),
            _ => Ok(()),
        }
    }

    /// Takes many changes at once: `select` gives pairs of record and new value (NULL for blank).
    pub(crate) fn put_select(
        &mut self,
        entity: &'static Entity,
        field: &str,
        select: &str,
        reason: &str,
    ) -> Result<u64> {
        let column = records::column(entity, field)?;
        let sql = format!(
            "INSERT INTO change (step_id, entity, field, record, before, after, reason_key)
             SELECT ?1, '{}', '{field}', r.id, r.{column}, s.after, ?2
             FROM (SELECT NULL AS record, NULL AS after WHERE 0 UNION ALL {select}) s
             JOIN {} r ON r.id = s.record WHERE true {MERGE_INTO_TAKEN}",
            entity.code,
            table_name(entity)
        );
        Ok(self.tx.execute(&sql, params![self.step, reason])? as u64)
    }

    /// The transaction, to ask for what is to be changed next.
    pub(crate) fn connection(&self) -> &Connection {
        &self.tx
    }

    /// Writes the values taken so far into the records, so that what follows can ask for them. A cell
    /// flushed must not be put again in the same step.
    pub(crate) fn flush(&mut self) -> Result<()> {
        let touched = touched_by(&self.tx, self.step, TAKEN_FIELDS)?;
        write_side(&self.tx, self.step, &touched, Side::After, &mut |_| Ok(()))
    }

    /// Ends the step and returns its number; `None` where nothing changed and so no step was made.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`], or where the project cannot be written; then nothing was.
    pub fn finish(mut self, watch: &dyn Watch) -> Result<Option<i64>> {
        if self.decided {
            self.lead()?;
        }
        let (tx, step) = (&self.tx, self.step);
        tx.execute("DELETE FROM change WHERE step_id = ?1 AND before IS after", [step])?;
        tx.execute(
            "INSERT INTO step_field (step_id, entity, field, changes)
             SELECT step_id, entity, field, count(*) FROM change WHERE step_id = ?1 GROUP BY step_id, entity, field",
            [step],
        )?;
        let sum = "SELECT coalesce(sum(changes), 0) FROM step_field WHERE step_id = ?1";
        let changes: u64 = tx.query_row(sum, [step], |row| row.get(0))?;
        if changes == 0 {
            // Dropping the transaction takes the empty step back, and with it the move of the head.
            return Ok(None);
        }
        tx.execute("UPDATE step SET changes = ?2 WHERE id = ?1", params![step, changes])?;
        let touched = touched_by(tx, step, STEP_FIELDS)?;
        let mut done = 0;
        write_side(tx, step, &touched, Side::After, &mut |count| {
            done += count;
            watch.progress(done, Some(changes));
            Ok(watch.check()?)
        })?;
        if self.decided {
            let changed: Vec<_> = touched.into_iter().map(|one| (one.entity.code, one.field)).collect();
            records::follow(tx, &changed)?;
        }
        self.tx.commit()?;
        Ok(Some(step))
    }

    /// The cells of the step where they are few, else none.
    fn few_taken(&self) -> Result<Vec<(String, i64, String)>> {
        let sql = "SELECT entity, record, field FROM change WHERE step_id = ?1 LIMIT ?2";
        let mut statement = self.tx.prepare_cached(sql)?;
        let cells = statement
            .query_map(params![self.step, FEW as i64 + 1], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(if cells.len() > FEW { Vec::new() } else { cells })
    }

    /// Leads references after what was written in them.
    fn lead(&mut self) -> Result<()> {
        let touched = touched_by(&self.tx, self.step, TAKEN_FIELDS)?;
        let concerned = |one: &super::Touched| {
            one.entity.references().any(|(field, _)| field.code == one.field)
                || records::pointing_to(one.entity).into_iter().any(|(other, link)| {
                    other.references().any(|(field, to)| field.code == link && to.by.contains(&one.field.as_str()))
                })
        };
        let touched: Vec<_> = touched.into_iter().filter(concerned).collect();
        if touched.is_empty() {
            return Ok(());
        }
        self.flush()?;
        // Where a source itself says what its rows lead to, one cell does not tell the whole.
        let declared = touched.iter().try_fold(false, |found, one| {
            Ok::<_, Error>(found || records::is_declared(&self.tx, one.entity, &one.field)?)
        })?;
        let few = if declared { Vec::new() } else { self.few_taken()? };
        if !few.is_empty() {
            return self.relink(&few);
        }
        let touched: Vec<_> = touched.into_iter().map(|one| (one.entity.code, one.field)).collect();
        records::lead_changed(self, &touched)
    }
}

/// Up to so many changed cells are followed one by one, through indexes; more in one pass over the records.
const FEW: usize = 500;

/// Kinds of steps in which a person decided what is written; a rule only writes it properly.
const DECIDED: [&str; 3] = ["edit", "replace", "recipe"];

/// The columns of a step that is being made.
const TAKEN_FIELDS: &str = "SELECT DISTINCT entity, field FROM change WHERE step_id = ?1";

/// A cell that the step changes twice keeps its first before and its last after.
const MERGE_INTO_TAKEN: &str = "ON CONFLICT (step_id, entity, field, record) DO UPDATE SET after = excluded.after,
     reason_key = excluded.reason_key, reason_args = excluded.reason_args";

fn taker<'t>(
    takers: &'t mut HashMap<(&'static str, String), String>,
    entity: &'static Entity,
    field: &str,
) -> Result<&'t str> {
    let key = (entity.code, field.to_owned());
    if !takers.contains_key(&key) {
        let column = records::column(entity, field)?;
        let sql = format!(
            "INSERT INTO change (step_id, entity, field, record, before, after, reason_key, reason_args)
             SELECT ?1, '{}', '{field}', r.id, r.{column}, ?3, ?4, ?5 FROM {} r WHERE r.id = ?2 {MERGE_INTO_TAKEN}",
            entity.code,
            table_name(entity)
        );
        takers.insert(key.clone(), sql);
    }
    takers.get(&key).map(String::as_str).ok_or_else(|| records::unknown_field(entity, field))
}
