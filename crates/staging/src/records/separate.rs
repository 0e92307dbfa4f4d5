//! Parting what was merged, long after: the merged record is in work again, and what the merge led to the other
//! leads back to it. What a person changed since stays.

use model::{Entity, Watch};
use rusqlite::{Connection, OptionalExtension, params};

use super::{STATE_FIELD, SURVIVOR_FIELD, entity, pointing_to, quoted, record, table_name};
use crate::change_log::{Act, StepDraft, StepWriter, is_applied};
use crate::landing::Said;
use crate::{Error, Result};

/// What of a merge leads back.
struct Parting {
    entity: &'static Entity,
    /// The step that merged.
    step: i64,
    loser: i64,
    survivor: i64,
}

/// Parts the merged record `loser` of `code` from the one that stands for it; one step. Returns the survivor and
/// the step.
///
/// # Errors
///
/// [`Error::NotFound`] where the record is not merged; where the project cannot be written.
pub fn separate(
    conn: &Connection,
    code: &str,
    loser: i64,
    act: &Act<'_>,
    watch: &dyn Watch,
) -> Result<(i64, Option<i64>)> {
    let entity = entity(code)?;
    let none = Error::NotFound { what: entity.code, id: loser };
    let survivor = record(conn, entity, loser)?.survivor.ok_or(none)?;
    let args = vec![("entity".to_owned(), code.to_owned())];
    let label = Said { key: "step.separate".to_owned(), args };
    let mut writer = StepWriter::begin(conn, &StepDraft { kind: "separate", label, rule: None, act: *act })?;
    writer.put(entity.code, loser, STATE_FIELD, "0", None)?;
    writer.put(entity.code, loser, SURVIVOR_FIELD, "", None)?;
    if let Some(step) = merged_by(conn, entity, loser)? {
        let parting = Parting { entity, step, loser, survivor };
        parting.followers(&mut writer)?;
        parting.filled(&mut writer)?;
        for (other, field) in pointing_to(entity) {
            parting.links(&mut writer, other, field)?;
        }
    }
    Ok((survivor, writer.finish(watch)?))
}

/// The youngest step in force that set `loser` aside.
fn merged_by(conn: &Connection, entity: &Entity, loser: i64) -> Result<Option<i64>> {
    let sql = "SELECT step_id FROM change WHERE entity = ?1 AND record = ?2 AND field = ?3 AND after IS NOT NULL
               AND before IS NULL ORDER BY step_id DESC";
    let mut statement = conn.prepare_cached(sql)?;
    let steps: Vec<i64> = statement
        .query_map(params![entity.code, loser, SURVIVOR_FIELD], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for step in steps {
        if is_applied(conn, step)? {
            return Ok(Some(step));
        }
    }
    Ok(None)
}

impl Parting {
    /// Records that the step changed in `field` from `before` to `after`, where that still stands.
    fn standing(&self, conn: &Connection, other: &Entity, field: &str, before: i64, after: i64) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT c.record FROM change c JOIN {} r ON r.id = c.record WHERE c.step_id = ?1 AND c.entity = ?2
             AND c.field = ?3 AND CAST(c.before AS INTEGER) = ?4 AND CAST(c.after AS INTEGER) = ?5 AND r.{} = ?5",
            table_name(other),
            quoted(field)
        );
        let mut statement = conn.prepare(&sql)?;
        let found = statement.query_map(params![self.step, other.code, field, before, after], |row| row.get(0))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Those that were merged into the loser before follow it back.
    fn followers(&self, writer: &mut StepWriter<'_>) -> Result<()> {
        let found = self.standing(writer.connection(), self.entity, SURVIVOR_FIELD, self.loser, self.survivor)?;
        for follower in found {
            writer.put(self.entity.code, follower, SURVIVOR_FIELD, &self.loser.to_string(), None)?;
        }
        Ok(())
    }

    /// Values that the survivor has from the loser alone go again.
    fn filled(&self, writer: &mut StepWriter<'_>) -> Result<()> {
        for field in self.entity.fields {
            let column = quoted(field.code);
            let sql = format!(
                "SELECT coalesce(c.before, '') FROM change c JOIN {table} s ON s.id = c.record
                 JOIN {table} l ON l.id = ?3 WHERE c.step_id = ?1 AND c.entity = ?2 AND c.record = ?4 AND c.field = ?5
                 AND c.after = l.{column} AND s.{column} = c.after AND NOT EXISTS (SELECT 1 FROM {table} o
                 WHERE o.record_state = 1 AND o.survivor = ?4 AND o.id <> ?3 AND o.{column} = c.after)",
                table = table_name(self.entity)
            );
            let args = params![self.step, self.entity.code, self.loser, self.survivor, field.code];
            let before: Option<String> = writer.connection().query_row(&sql, args, |row| row.get(0)).optional()?;
            if let Some(before) = before {
                writer.put(self.entity.code, self.survivor, field.code, &before, None)?;
            }
        }
        Ok(())
    }

    /// Links of the loser lead back to it; those that the merge made one with another are two again.
    fn links(&self, writer: &mut StepWriter<'_>, other: &'static Entity, field: &str) -> Result<()> {
        let name = format!("{field}_id");
        let own = self.standing(writer.connection(), other, &name, self.loser, self.survivor)?;
        for link in &own {
            writer.put(other.code, *link, &name, &self.loser.to_string(), None)?;
        }
        for link in own {
            for twice in self.made_one(writer.connection(), other, link)? {
                writer.put(other.code, twice, STATE_FIELD, "0", None)?;
                writer.put(other.code, twice, SURVIVOR_FIELD, "", None)?;
            }
        }
        Ok(())
    }

    /// The links that the step merged into `link`, or `link` itself where it was merged.
    fn made_one(&self, conn: &Connection, other: &Entity, link: i64) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT c.record FROM change c JOIN {} r ON r.id = c.record WHERE c.step_id = ?1 AND c.entity = ?2
             AND c.field = ?3 AND r.record_state = 1 AND (c.record = ?4 OR CAST(c.after AS INTEGER) = ?4)",
            table_name(other)
        );
        let mut statement = conn.prepare(&sql)?;
        let found = statement.query_map(params![self.step, other.code, SURVIVOR_FIELD, link], |row| row.get(0))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }
}
