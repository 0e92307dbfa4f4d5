//! Takes a batch out of the portal, row by row from the journal: new rows are deleted, changed rows
//! restored. What somebody has changed or used since stays and is listed with the reason.

use model::Watch;
use sqlx::Row as _;
use uuid::Uuid;

use super::apply::{Refusal, SECRETS};
use super::resolve::used_number;
use super::session::{End, Portal, Work};
use super::sql::BATCH;
use crate::Error;
use crate::report::{EntityReversed, KEPT, Kept, RollbackReport, State};
use crate::shape;

/// The rows of the batch's journal for one entity, as a condition on `j`.
fn journal(entity: &str) -> String {
    format!("j.batch_id = {BATCH} AND j.entity = '{entity}' AND NOT j.reversed")
}

/// Rows that a push makes beside an account, with the columns that the journal's ids stand for.
const WITH_USERS: [(&str, &str, &str); 2] = [
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
        self.transaction(watch, |work| Ok((work.take_out(batch, entities, State::Applied)?, End::TakeBack)))
    }

    /// Takes `batch` out of the portal in one transaction; where `entities` names some, only their rows. The rest of
    /// the batch then stands, and rows that it refers to stay with it. A second call only says that it is out.
    ///
    /// # Errors
    ///
    /// [`Error::NoBatch`], and as [`Portal::check`]; nothing is written then.
    pub fn rollback(&mut self, batch: Uuid, entities: &[String], watch: &dyn Watch) -> Result<RollbackReport, Error> {
        let state = if entities.is_empty() { State::RolledBack } else { State::Applied };
        self.transaction(watch, |work| Ok((work.take_out(batch, entities, state)?, End::Commit)))
    }
}

impl Work<'_> {
    /// `only` names the entities to take out; all where it is empty.
    fn take_out(&mut self, batch: Uuid, only: &[String], state: State) -> Result<RollbackReport, Error> {
        self.must_be_portal()?;
        self.run("SELECT pg_advisory_xact_lock(hashtextextended('daftar push', 0))")?;
        self.set("daftar.batch", &batch.to_string())?;
        let found = self.rows(&format!("SELECT state FROM migration.batches WHERE id = {BATCH}"))?;
        let Some(row) = found.first() else { return Err(Error::NoBatch { batch }) };
        if row.try_get::<String, _>(0)? == State::RolledBack.code() {
            return self.taken_out(batch);
        }
        self.run(
            "CREATE TEMP TABLE kept (entity text, record bigint, target uuid, why text, by text, errored bool)
             ON COMMIT DROP; CREATE INDEX ON kept (entity, record)",
        )?;
        let mut entities = Vec::new();
        for shape in shape::ALL.iter().rev() {
            self.watch.check()?;
            let code = shape.entity.code;
            if only.is_empty() || only.iter().any(|wanted| wanted == code) {
                entities.extend(self.reverse(code, shape.entity.portal_table)?);
            }
        }
        let (kept, kept_total) = self.kept()?;
        if only.is_empty() {
            self.forget(&entities)?
        } else {
            self.forget_some(&entities)?
        }
        Ok(RollbackReport { batch, state, already: false, entities, kept, kept_total })
    }

    /// Takes out one entity's rows, with what a push made beside them.
    fn reverse(&mut self, code: &str, table: &str) -> Result<Vec<EntityReversed>, Error> {
        let range = self
            .row(&format!("SELECT min(record_no), max(record_no) FROM migration.journal j WHERE {}", journal(code)))?;
        let (Some(low), Some(high)) = (range.try_get::<Option<i64>, _>(0)?, range.try_get::<Option<i64>, _>(1)?) else {
            return Ok(Vec::new());
        };
        self.keep_changed(code, table)?;
        self.keep_referenced(code, table)?;
        self.run("ANALYZE pg_temp.kept")?;
        let mut beside = Vec::new();
        if code == "users" {
            for (entity, table, same) in WITH_USERS {
                beside.extend(self.delete_beside(entity, table, same)?);
            }
        }
        let keep = |work: &mut Self, record, refusal| work.keep_errored(code, record, &refusal);
        let restore = self.restore_sql(code, table)?;
        let restored = self.halving((low, high), &|range| within(&restore, range), &keep)?;
        let delete = format!(
            "DELETE FROM {table} t USING migration.journal j
             WHERE {} AND j.outcome = 'inserted' AND t.id = j.target_id
               AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.entity = '{code}' AND k.record = j.record_no)",
            journal(code)
        );
        let deleted = self.halving((low, high), &|range| within(&delete, range), &keep)?;
        let mut entities = vec![self.counts(code, restored + deleted)?];
        entities.append(&mut beside);
        Ok(entities)
    }

    /// Locks the batch's rows, and keeps those that are no longer as the push left them.
    fn keep_changed(&mut self, code: &str, table: &str) -> Result<(), Error> {
        let of_batch = journal(code);
        self.run(&format!(
            "SELECT count(*) FROM (SELECT 1 FROM {table} t JOIN migration.journal j ON t.id = j.target_id
                                   WHERE {of_batch} FOR UPDATE OF t) locked"
        ))?;
        self.run(&format!(
            "INSERT INTO kept
             SELECT '{code}', j.record_no, j.target_id, CASE WHEN t.id IS NULL THEN 'gone' ELSE 'changed' END, '', false
             FROM migration.journal j LEFT JOIN {table} t ON t.id = j.target_id
             WHERE {of_batch} AND md5(t::text) IS DISTINCT FROM j.after_hash"
        ))
        .map(drop)
    }

    /// Keeps new rows to which something outside the batch refers. What the batch itself had put there
    /// is gone by now: entities are taken out in reverse order.
    fn keep_referenced(&mut self, code: &str, table: &str) -> Result<(), Error> {
        for (child, column) in self.children(table)? {
            let own = own_beside(&child);
            self.run(&format!(
                "INSERT INTO kept
                 SELECT '{code}', j.record_no, j.target_id, 'referenced', '{child}', false
                 FROM migration.journal j
                 WHERE {} AND j.outcome = 'inserted'
                   AND EXISTS (SELECT 1 FROM {child} c WHERE c.{column} = j.target_id{own})
                   AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.entity = '{code}' AND k.record = j.record_no)",
                journal(code)
            ))?;
        }
        Ok(())
    }

    /// Tables and columns that refer to `table`, from the server's own catalogue.
    fn children(&mut self, table: &str) -> Result<Vec<(String, String)>, Error> {
        let rows = self.rows(&format!(
            "SELECT DISTINCT format('%I.%I', n.nspname, c.relname), format('%I', a.attname)
             FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             JOIN LATERAL unnest(f.conkey, f.confkey) AS k (child, parent) ON true
             JOIN pg_attribute p ON p.attrelid = f.confrelid AND p.attnum = k.parent AND p.attname = 'id'
             JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.child
             WHERE f.contype = 'f' AND f.confrelid = '{table}'::regclass ORDER BY 1, 2"
        ))?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Deletes what the push made beside accounts, unless it changed or its account stays.
    fn delete_beside(&mut self, code: &str, table: &str, same: &str) -> Result<Option<EntityReversed>, Error> {
        let of_batch = journal(code);
        let account = "EXISTS (SELECT 1 FROM kept k WHERE k.entity = 'users' AND k.record = j.record_no)";
        self.run(&format!(
            "INSERT INTO kept
             SELECT '{code}', j.record_no, j.target_id,
                    CASE WHEN {account} THEN 'referenced' WHEN md5(c::text) IS NULL THEN 'gone' ELSE 'changed' END,
                    CASE WHEN {account} THEN 'auth.users' ELSE '' END, false
             FROM migration.journal j LEFT JOIN {table} c ON {same}
             WHERE {of_batch} AND (md5(c::text) IS DISTINCT FROM j.after_hash OR {account})"
        ))?;
        let deleted = self.run(&format!(
            "DELETE FROM {table} c USING migration.journal j WHERE {of_batch} AND {same}
               AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.entity = '{code}' AND k.record = j.record_no)"
        ))?;
        let counts = self.counts(code, deleted)?;
        Ok((counts.reversed + counts.kept > 0).then_some(counts))
    }

    /// Restores rows from their before-images, to the byte.
    fn restore_sql(&mut self, code: &str, table: &str) -> Result<String, Error> {
        let columns: String = self
            .row(&format!(
                "SELECT string_agg(format('%I = b.%I', attname, attname), ', ' ORDER BY attnum) FROM pg_attribute
                 WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped
                   AND attname <> 'id' AND attname <> ALL ({SECRETS})"
            ))?
            .try_get(0)?;
        Ok(format!(
            "UPDATE {table} t SET {columns}
             FROM migration.journal j, LATERAL jsonb_populate_record(NULL::{table}, j.before) b
             WHERE {} AND j.outcome = 'updated' AND t.id = j.target_id
               AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.entity = '{code}' AND k.record = j.record_no)",
            journal(code)
        ))
    }

    fn keep_errored(&mut self, code: &str, record: i64, refusal: &Refusal) -> Result<(), Error> {
        self.run(&format!(
            "INSERT INTO kept SELECT '{code}', j.record_no, j.target_id, '{}', '{}', true
             FROM migration.journal j WHERE {} AND j.record_no = {record}",
            refusal.reason,
            refusal.constraint.replace('\'', "''"),
            journal(code)
        ))
        .map(drop)
    }

    fn counts(&mut self, code: &str, reversed: u64) -> Result<EntityReversed, Error> {
        let row = self.row(&format!(
            "SELECT count(*) FILTER (WHERE NOT errored), count(*) FILTER (WHERE errored) FROM kept
             WHERE entity = '{code}'"
        ))?;
        let count = |at: usize| row.try_get::<i64, _>(at).map(i64::unsigned_abs);
        Ok(EntityReversed { entity: code.to_owned(), reversed, kept: count(0)?, errored: count(1)? })
    }

    fn kept(&mut self) -> Result<(Vec<Kept>, u64), Error> {
        let total: i64 = self.row("SELECT count(*) FROM kept")?.try_get(0)?;
        let rows = self.rows(&format!(
            "SELECT k.entity, k.record, coalesce(m.key, ''), k.why, k.by FROM kept k
             LEFT JOIN (SELECT entity, target_id, min(source_key) AS key FROM migration.id_map
                        WHERE target_id IN (SELECT target FROM kept) GROUP BY 1, 2) m
               ON m.entity = k.entity AND m.target_id = k.target
             ORDER BY k.entity, k.record LIMIT {KEPT}"
        ))?;
        let kept = rows.iter().map(|row| {
            let (entity, record, key) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            Ok(Kept { entity, record, key, why: row.try_get(3)?, by: row.try_get(4)? })
        });
        Ok((kept.collect::<Result<_, Error>>()?, total.unsigned_abs()))
    }

    /// Takes the batch out of Daftar's own tables, and gives back the numbers that nobody has now.
    fn forget(&mut self, entities: &[EntityReversed]) -> Result<(), Error> {
        self.run(&format!("DELETE FROM migration.id_map WHERE batch_id = {BATCH}"))?;
        let series = format!("SELECT coalesce(series, '') FROM migration.batches WHERE id = {BATCH}");
        let series: String = self.row(&series)?.try_get(0)?;
        if !series.is_empty() {
            self.set("daftar.series", &series)?;
            self.run(&format!(
                "UPDATE migration.number_series s SET last_value = greatest(b.series_before, used.last)
                 FROM migration.batches b, ({}) used
                 WHERE b.id = {BATCH} AND s.series = b.series AND s.last_value = b.series_after",
                used_number(&["academic.students"])
            ))?;
        }
        let counts: Vec<String> = entities.iter().map(counts_json).collect();
        self.run(&format!(
            "UPDATE migration.batches SET state = 'rolled_back', rolled_back_at = now(), updated_at = now(),
                    rollback_counts = '[{}]' WHERE id = {BATCH}",
            counts.join(",")
        ))
        .map(drop)
    }

    /// Takes what was reversed out of Daftar's own tables; the batch stands with the rest.
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
        let kept_total = entities.iter().map(|entity| entity.kept + entity.errored).sum();
        Ok(RollbackReport { batch, state: State::RolledBack, already: true, entities, kept: Vec::new(), kept_total })
    }
}

/// What the batch itself put beside an account does not hold the account.
fn own_beside(child: &str) -> String {
    let Some((entity, _, same)) = WITH_USERS.into_iter().find(|(_, table, _)| *table == child) else {
        return String::new();
    };
    let same = same.replace("j.", "o.");
    format!(
        " AND NOT EXISTS (SELECT 1 FROM migration.journal o WHERE o.batch_id = {BATCH} AND o.entity = '{entity}'
            AND o.record_no = j.record_no AND {same} AND o.after_hash = md5(c::text))"
    )
}

/// `sql`, which ends in a condition, for the records of a range.
fn within(sql: &str, (low, high): (i64, i64)) -> String {
    format!("{sql} AND j.record_no BETWEEN {low} AND {high}")
}

fn counts_json(counts: &EntityReversed) -> String {
    let EntityReversed { entity, reversed, kept, errored } = counts;
    format!("{{\"entity\":\"{entity}\",\"reversed\":{reversed},\"kept\":{kept},\"errored\":{errored}}}")
}
