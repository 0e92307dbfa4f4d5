//! Takes a batch out of the portal, row by row from the journal: new rows are deleted, changed rows
//! restored. What somebody has changed or used since stays and is listed with the reason (`keep`); the batch stays
//! open for it, so that a later rollback takes what can go by then.

use model::Watch;
use sqlx::Row as _;
use uuid::Uuid;

use super::apply::SECRETS;
use super::park;
use super::resolve::used_number;
use super::session::{End, Portal, Work};
use super::sql::BATCH;
use crate::Error;
use crate::report::{BatchRow, EntityReversed, RollbackReport, State};
use crate::shape::{self, Shape};

/// The rows of the batch's journal for one entity, as a condition on `j`.
pub(super) fn journal(entity: &str) -> String {
    format!("j.batch_id = {BATCH} AND j.entity = '{entity}' AND NOT j.reversed")
}

/// Rows that a push makes beside an account, with the columns that the journal's ids stand for.
pub(super) const WITH_USERS: [(&str, &str, &str); 2] = [
    ("password_reset_tokens", "auth.password_reset_tokens", "c.id = j.target_id"),
    ("user_roles", "auth.user_roles", "c.user_id = j.target_id AND c.role_id = j.link_id"),
];

impl Portal {
    /// What [`Portal::rollback`] would do now: the same work, taken back.
    ///
    /// # Errors
    ///
    /// As [`Portal::rollback`].
    pub fn rollback_plan(
        &mut self,
        batch: Uuid,
        entities: &[String],
        watch: &dyn Watch,
    ) -> Result<RollbackReport, Error> {
        self.transaction(watch, |work| {
            let report = work.take_out(batch, entities)?;
            Ok((RollbackReport { state: State::Applied, ..report }, End::TakeBack))
        })
    }

    /// Takes `batch` out of the portal in one transaction; where `entities` names some, only their rows. The rest of
    /// the batch then stands, and rows that it refers to stay with it. While rows stay, a second call takes what can go
    /// by then; after that it only says that the batch is out.
    ///
    /// # Errors
    ///
    /// [`Error::NoBatch`], and as [`Portal::check`]; nothing is written then.
    pub fn rollback(&mut self, batch: Uuid, entities: &[String], watch: &dyn Watch) -> Result<RollbackReport, Error> {
        self.transaction(watch, |work| Ok((work.take_out(batch, entities)?, End::Commit)))
    }

    /// The rows that `batch` made or changed, with what became of them, to `take`: what the project has to know after a
    /// rollback, asked of the portal, so that a project that was cut off in between can ask again.
    ///
    /// # Errors
    ///
    /// As [`Portal::check`], and what `take` answers.
    pub fn batch_rows(
        &mut self,
        batch: Uuid,
        watch: &dyn Watch,
        take: &mut dyn FnMut(BatchRow) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.transaction(watch, |work| {
            work.must_be_portal()?;
            for shape in shape::ALL.iter() {
                work.each_batch_row(batch, shape, take)?;
            }
            Ok(((), End::TakeBack))
        })
    }
}

impl Work<'_> {
    /// `only` names the entities to take out; all where it is empty.
    fn take_out(&mut self, batch: Uuid, only: &[String]) -> Result<RollbackReport, Error> {
        self.must_be_portal()?;
        self.run("SELECT pg_advisory_xact_lock(hashtextextended('daftar push', 0))")?;
        self.set("daftar.batch", &batch.to_string())?;
        let found = self.rows(&format!("SELECT state FROM migration.batches WHERE id = {BATCH}"))?;
        let Some(row) = found.first() else { return Err(Error::NoBatch { batch }) };
        if row.try_get::<String, _>(0)? == State::RolledBack.code() {
            return self.taken_out(batch);
        }
        self.make_kept()?;
        let mut entities = Vec::new();
        for shape in shape::ALL.iter().rev() {
            self.watch.check()?;
            if only.is_empty() || only.iter().any(|wanted| wanted == shape.entity.code) {
                entities.extend(self.reverse(shape)?);
            }
        }
        self.tell_who()?;
        let (kept, kept_total) = self.kept()?;
        let state = if only.is_empty() && !self.anything_stays()? { State::RolledBack } else { State::Applied };
        self.forget(&entities, only.is_empty(), state)?;
        Ok(RollbackReport { batch, state, already: false, entities, kept, kept_total })
    }

    /// Takes out one entity's rows, with what a push made beside them. New rows go first: what they hold may belong to
    /// the rows that are restored.
    fn reverse(&mut self, shape: &'static Shape) -> Result<Vec<EntityReversed>, Error> {
        let (code, table) = (shape.entity.code, shape.entity.portal_table);
        let range = self
            .row(&format!("SELECT min(record_no), max(record_no) FROM migration.journal j WHERE {}", journal(code)))?;
        let (Some(low), Some(high)) = (range.try_get::<Option<i64>, _>(0)?, range.try_get::<Option<i64>, _>(1)?) else {
            return Ok(Vec::new());
        };
        self.keep_changed(code, table)?;
        self.keep_used(code)?;
        self.keep_referenced(code, table)?;
        self.run("ANALYZE pg_temp.kept")?;
        let mut beside = Vec::new();
        if code == "users" {
            for (entity, table, same) in WITH_USERS {
                beside.extend(self.delete_beside(entity, table, same)?);
            }
        }
        let keep = |work: &mut Self, record, refusal| work.keep_errored(code, record, &refusal);
        let delete = format!(
            "DELETE FROM {table} t USING migration.journal j
             WHERE {} AND j.outcome = 'inserted' AND t.id = j.target_id
               AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.entity = '{code}' AND k.record = j.record_no)",
            journal(code)
        );
        let deleted = self.halving((low, high), &|range| within(&delete, range), &keep)?;
        let restored = self.restore(shape, (low, high))?;
        let mut entities = vec![self.counts(code, restored + deleted)?];
        entities.append(&mut beside);
        Ok(entities)
    }

    /// Deletes what the push made beside accounts, unless it changed or its account stays.
    fn delete_beside(&mut self, code: &str, table: &str, same: &str) -> Result<Option<EntityReversed>, Error> {
        let of_batch = journal(code);
        let account = "EXISTS (SELECT 1 FROM kept k WHERE k.entity = 'users' AND k.record = j.record_no)";
        let untouched = self.untouched(table, "c")?;
        self.run(&format!(
            "INSERT INTO kept
             SELECT '{code}', j.record_no, j.target_id,
                    CASE WHEN {account} THEN 'account-stays' WHEN c.created_at IS NULL THEN 'gone' ELSE 'changed' END,
                    '', false
             FROM migration.journal j LEFT JOIN {table} c ON {same}
             WHERE {of_batch} AND (({untouched}) IS NOT TRUE OR {account})"
        ))?;
        let deleted = self.run(&format!(
            "DELETE FROM {table} c USING migration.journal j WHERE {of_batch} AND {same}
               AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.entity = '{code}' AND k.record = j.record_no)"
        ))?;
        let counts = self.counts(code, deleted)?;
        Ok((counts.reversed + counts.kept > 0).then_some(counts))
    }

    /// Restores rows from their before-images, to the byte.
    fn restore(&mut self, shape: &'static Shape, range: (i64, i64)) -> Result<u64, Error> {
        let (code, table) = (shape.entity.code, shape.entity.portal_table);
        let Some(columns) = self.restored_columns(code, table)? else { return Ok(0) };
        let of_batch = journal(code);
        let rows = move |columns: &str| {
            format!(
                "{columns} FROM migration.journal j, LATERAL jsonb_populate_record(NULL::{table}, j.before) b
                 WHERE {of_batch} AND j.outcome = 'updated'
                   AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.entity = '{code}' AND k.record = j.record_no)"
            )
        };
        let moved: String = park::movable(shape).map(|column| format!(", b.{column}")).collect();
        let moved = rows(&format!("SELECT j.target_id AS id{moved}"));
        let restore = rows(&format!("UPDATE {table} t SET {columns}")) + " AND t.id = j.target_id";
        let sql = |range| park::lay_down(shape, &within(&moved, range)) + &within(&restore, range);
        let keep = |work: &mut Self, record, refusal| work.keep_errored(code, record, &refusal);
        self.halving(range, &sql, &keep)?;
        let restored = rows("SELECT count(*)");
        Ok(self.row(&restored)?.try_get::<i64, _>(0)?.unsigned_abs())
    }

    /// The assignments that restore a row: of the columns that were there when the batch was pushed and are there now.
    /// What a column makes of others it makes again by itself. A document is written in the journal as a text where it
    /// would else be taken for a blank (`apply`).
    fn restored_columns(&mut self, code: &str, table: &str) -> Result<Option<String>, Error> {
        let row = self.row(&format!(
            "SELECT string_agg(CASE WHEN a.atttypid = 'jsonb'::regtype
                        THEN format('%1$I = CASE jsonb_typeof(j.before -> %1$L) WHEN ''string'' THEN (j.before ->> %1$L)::jsonb
                                     ELSE b.%1$I END', a.attname)
                        ELSE format('%1$I = b.%1$I', a.attname) END, ', ' ORDER BY a.attnum)
             FROM pg_attribute a,
                  (SELECT j.before FROM migration.journal j WHERE {} AND j.before IS NOT NULL LIMIT 1) one
             WHERE a.attrelid = '{table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
               AND a.attname <> 'id' AND a.attname <> ALL ({SECRETS}) AND one.before ? a.attname",
            journal(code)
        ))?;
        Ok(row.try_get(0)?)
    }

    fn each_batch_row(
        &mut self,
        batch: Uuid,
        shape: &'static Shape,
        take: &mut dyn FnMut(BatchRow) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (entity, table) = (shape.entity.code, shape.entity.portal_table);
        let sql = format!(
            "SELECT j.record_no, j.target_id, t.id IS NOT NULL, j.reversed OR b.state = 'rolled_back'
             FROM migration.journal j JOIN migration.batches b ON b.id = j.batch_id
             LEFT JOIN {table} t ON t.id = j.target_id
             WHERE j.batch_id = '{batch}' AND j.entity = '{entity}' ORDER BY j.record_no"
        );
        self.each(&sql, |row| {
            let (record, target) = (row.try_get(0)?, row.try_get(1)?);
            take(BatchRow { entity, record, target, there: row.try_get(2)?, reversed: row.try_get(3)? })
        })
    }

    /// Takes what was reversed out of Daftar's own tables. `whole` says that all of the batch was asked for; `state`
    /// where it stands now.
    fn forget(&mut self, entities: &[EntityReversed], whole: bool, state: State) -> Result<(), Error> {
        if state == State::RolledBack {
            self.run(&format!("DELETE FROM migration.id_map WHERE batch_id = {BATCH}"))?;
            self.give_numbers_back()?;
        } else {
            self.forget_some(entities)?;
        }
        if whole && state != State::RolledBack {
            // a row that was only found again is no longer claimed: whoever made it may take it out
            self.run(&format!(
                "DELETE FROM migration.id_map m WHERE m.batch_id = {BATCH}
                   AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.entity = m.entity AND k.target = m.target_id)"
            ))?;
        }
        let before = self.stored_reversed()?;
        let counts: Vec<String> = together(before, entities).iter().map(counts_json).collect();
        let closed = if state == State::RolledBack { "state = 'rolled_back', rolled_back_at = now()," } else { "" };
        self.run(&format!(
            "UPDATE migration.batches SET {closed} updated_at = now(), rollback_counts = '[{}]' WHERE id = {BATCH}",
            counts.join(",")
        ))
        .map(drop)
    }

    /// Gives back the numbers of the series that nobody has now.
    fn give_numbers_back(&mut self) -> Result<(), Error> {
        let series = format!("SELECT coalesce(series, '') FROM migration.batches WHERE id = {BATCH}");
        let series: String = self.row(&series)?.try_get(0)?;
        if series.is_empty() {
            return Ok(());
        }
        self.set("daftar.series", &series)?;
        self.run(&format!(
            "UPDATE migration.number_series s SET last_value = greatest(b.series_before, used.last)
             FROM migration.batches b, ({}) used
             WHERE b.id = {BATCH} AND s.series = b.series AND s.last_value = b.series_after",
            used_number(&["academic.students"])
        ))
        .map(drop)
    }

    /// Notes what was reversed; the batch stands with the rest.
    fn forget_some(&mut self, entities: &[EntityReversed]) -> Result<(), Error> {
        for EntityReversed { entity, .. } in entities {
            let gone = format!(
                "{} AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.entity = '{entity}' AND k.record = j.record_no)",
                journal(entity)
            );
            self.run(&format!(
                "DELETE FROM migration.id_map m USING migration.journal j
                 WHERE {gone} AND m.batch_id = {BATCH} AND m.entity = '{entity}' AND m.target_id = j.target_id;
                 UPDATE migration.journal j SET reversed = true WHERE {gone}"
            ))?;
        }
        Ok(())
    }

    /// The report of a batch that is out already.
    fn taken_out(&mut self, batch: Uuid) -> Result<RollbackReport, Error> {
        let entities = self.stored_reversed()?;
        let kept_total = entities.iter().map(|entity| entity.kept + entity.errored).sum();
        Ok(RollbackReport { batch, state: State::RolledBack, already: true, entities, kept: Vec::new(), kept_total })
    }

    /// What was taken out of the batch so far.
    fn stored_reversed(&mut self) -> Result<Vec<EntityReversed>, Error> {
        let mut entities = Vec::new();
        let sql = format!(
            "SELECT c.entity, c.reversed, c.kept, c.errored FROM migration.batches b, LATERAL jsonb_to_recordset(
                 b.rollback_counts) AS c(entity text, reversed bigint, kept bigint, errored bigint) WHERE b.id = {BATCH}"
        );
        self.each(&sql, |row| {
            let count = |at: usize| row.try_get::<i64, _>(at).map(i64::unsigned_abs);
            let (reversed, kept, errored) = (count(1)?, count(2)?, count(3)?);
            entities.push(EntityReversed { entity: row.try_get(0)?, reversed, kept, errored });
            Ok(())
        })?;
        Ok(entities)
    }
}

/// The counts of a batch that is taken out little by little.
fn together(before: Vec<EntityReversed>, now: &[EntityReversed]) -> Vec<EntityReversed> {
    let mut all = now.to_vec();
    for earlier in before {
        match all.iter_mut().find(|entity| entity.entity == earlier.entity) {
            Some(entity) => entity.reversed += earlier.reversed,
            None => all.push(earlier),
        }
    }
    all
}

/// `sql`, which ends in a condition, for the records of a range.
fn within(sql: &str, (low, high): (i64, i64)) -> String {
    format!("{sql} AND j.record_no BETWEEN {low} AND {high}")
}

fn counts_json(counts: &EntityReversed) -> String {
    let EntityReversed { entity, reversed, kept, errored } = counts;
    format!("{{\"entity\":\"{entity}\",\"reversed\":{reversed},\"kept\":{kept},\"errored\":{errored}}}")
}
