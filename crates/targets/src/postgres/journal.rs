//! What a push writes down: the batch, the history, the refused rows, and what the project is told.

use model::entities;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::session::Work;
use super::sql::{self, BATCH};
use crate::Error;
use crate::report::{EntityCounts, KEPT, Phase, PushReport, Receipt, Reject, State};
use crate::secrets::Dice;
use crate::shape;
use crate::source::{PushOptions, ReceiptSink};

/// Accounts that get their token in one go; bounds the memory.
const TOKENS: usize = 5_000;

impl Work<'_> {
    /// The report of a batch that the portal knows already.
    pub(super) fn stored(&mut self, batch: Uuid) -> Result<Option<PushReport>, Error> {
        let found = self.rows(&format!("SELECT state, fingerprint FROM migration.batches WHERE id = '{batch}'"))?;
        let Some(row) = found.first() else { return Ok(None) };
        let Some(state) = State::from_code(row.try_get(0)?) else { return Ok(None) };
        let fingerprint: Option<String> = row.try_get(1)?;
        let entities = self.stored_counts(batch)?;
        let phases = self.stored_phases(batch)?;
        let (mut rejects, mut rejected) = (Vec::new(), 0);
        let errors = "SELECT entity, record_no, source_key, coalesce(column_name, ''), message FROM migration.errors";
        self.each(&format!("{errors} WHERE batch_id = '{batch}' ORDER BY id"), |row| {
            rejected += 1;
            if rejects.len() < KEPT {
                rejects.push(reject(row)?);
            }
            Ok(())
        })?;
        let fingerprint = fingerprint.unwrap_or_default();
        let differing = Vec::new();
        Ok(Some(PushReport {
            batch,
            state,
            repeated: true,
            phases,
            entities,
            rejects,
            rejected,
            differing,
            fingerprint,
        }))
    }

    fn stored_counts(&mut self, batch: Uuid) -> Result<Vec<EntityCounts>, Error> {
        let mut stored = Vec::new();
        let sql = format!(
            "SELECT c.entity, c.staged, c.inserted, c.updated, c.unchanged, c.rejected FROM migration.batches b,
                    LATERAL jsonb_to_recordset(b.counts) AS c(entity text, staged bigint, inserted bigint,
                        updated bigint, unchanged bigint, rejected bigint) WHERE b.id = '{batch}'"
        );
        self.each(&sql, |row| {
            let count = |at: usize| row.try_get::<i64, _>(at).map(i64::unsigned_abs);
            let (staged, inserted, updated) = (count(1)?, count(2)?, count(3)?);
            let (unchanged, rejected) = (count(4)?, count(5)?);
            stored.push(EntityCounts { entity: row.try_get(0)?, staged, inserted, updated, unchanged, rejected });
            Ok(())
        })?;
        Ok(stored)
    }

    fn stored_phases(&mut self, batch: Uuid) -> Result<Vec<Phase>, Error> {
        let mut stored = Vec::new();
        let sql = "SELECT name, processed, migrated, errors, duration_ms FROM migration.migration_history";
        self.each(&format!("{sql} WHERE batch_id = '{batch}' ORDER BY completed_at"), |row| {
            let count = |at: usize| row.try_get::<i64, _>(at).map(i64::unsigned_abs);
            let (processed, migrated, errors, duration_ms) = (count(1)?, count(2)?, count(3)?, count(4)?);
            stored.push(Phase { name: row.try_get(0)?, processed, migrated, errors, duration_ms });
            Ok(())
        })?;
        Ok(stored)
    }

    /// Begins the batch's row, which later steps complete.
    pub(super) fn open_batch(&mut self, options: &PushOptions) -> Result<(), Error> {
        self.run(&format!(
            "INSERT INTO migration.batches (id, workspace_id, source_system, state, pushed_by)
             VALUES ({BATCH}, '{}', {}, 'uploading', current_setting('daftar.actor'))",
            options.workspace,
            sql::SYSTEM
        ))
        .map(drop)
    }

    /// Completes the batch's row, and writes history and refused rows.
    pub(super) fn close_batch(&mut self, report: &PushReport) -> Result<(), Error> {
        let counts: Vec<String> = report.entities.iter().map(counts_json).collect();
        self.run(&format!(
            "UPDATE migration.batches SET state = 'applied', applied_at = now(), updated_at = now(),
                    counts = '[{}]', fingerprint = '{}' WHERE id = {BATCH}",
            counts.join(","),
            report.fingerprint
        ))?;
        for phase in &report.phases {
            let Phase { name, processed, migrated, errors, duration_ms } = phase;
            self.run(&format!(
                "INSERT INTO migration.migration_history
                     (name, processed, migrated, errors, duration_ms, completed_at, batch_id)
                 VALUES ('{name}', {processed}, {migrated}, {errors}, {duration_ms}, clock_timestamp(), {BATCH})"
            ))?;
        }
        for shape in shape::ALL.iter() {
            self.run(&format!(
                "INSERT INTO migration.errors (batch_id, entity, record_no, source_key, column_name, message)
                 SELECT {BATCH}, '{0}', record, source_key, nullif(reason_column, ''), reason
                 FROM r_{0} WHERE reason IS NOT NULL ORDER BY record",
                shape.entity.code
            ))?;
        }
        // a bulk of new rows that the planner does not know of makes later joins slow a thousandfold
        self.run("ANALYZE migration.journal; ANALYZE migration.id_map").map(drop)
    }

    /// All refused rows, to `take`.
    pub(super) fn each_reject(&mut self, mut take: impl FnMut(Reject) -> Result<(), Error>) -> Result<(), Error> {
        for entity in entities::ALL {
            let code = entity.code;
            let sql = format!(
                "SELECT '{code}', record, source_key, coalesce(reason_column, ''), reason FROM r_{code}
                 WHERE reason IS NOT NULL ORDER BY record"
            );
            self.each(&sql, |row| take(reject(row)?))?;
        }
        Ok(())
    }

    /// Tells the project which row each accepted record has, and which numbers the portal gave.
    pub(super) fn tell(&mut self, receipts: &mut dyn ReceiptSink) -> Result<(), Error> {
        self.each_reject(|reject| receipts.reject(&reject).map_err(Error::Receipt))?;
        for entity in entities::ALL {
            let assigned = if entity.code == "students" { "assigned" } else { "NULL::text" };
            let sql = format!(
                "SELECT record, target, {assigned} FROM r_{} WHERE reason IS NULL ORDER BY record",
                entity.code
            );
            self.each(&sql, |row| {
                let number: Option<String> = row.try_get(2)?;
                receipts
                    .assigned(entity.code, row.try_get(0)?, row.try_get(1)?, number.as_deref())
                    .map_err(Error::Receipt)
            })?;
        }
        Ok(())
    }

    /// Makes reset tokens for the new accounts that have an e-mail, valid for 14 days.
    pub(super) fn make_tokens(&mut self, receipts: Option<&mut (dyn ReceiptSink + '_)>) -> Result<(), Error> {
        self.run("CREATE TEMP TABLE x_tokens (record bigint, user_id uuid, token_hash text) ON COMMIT DROP")?;
        let (mut dice, mut last, mut receipts) = (Dice::new(), i64::MIN, receipts);
        loop {
            let people = self.rows(&format!(
                "SELECT record, target, email FROM r_users WHERE is_new AND reason IS NULL AND email IS NOT NULL
                   AND record > {last} ORDER BY 1 LIMIT {TOKENS}"
            ))?;
            let mut lines = String::new();
            for person in &people {
                let (record, target): (i64, Uuid) = (person.try_get(0)?, person.try_get(1)?);
                let address: String = person.try_get(2)?;
                let (token, hash) = dice.reset_token()?;
                if let Some(receipts) = receipts.as_mut() {
                    receipts.reset_token(record, target, &address, &token).map_err(Error::Receipt)?;
                }
                lines += &format!("{record}\t{target}\t{hash}\n");
                last = record;
            }
            self.copy_lines("COPY pg_temp.x_tokens FROM STDIN", lines.as_bytes())?;
            if people.len() < TOKENS {
                break;
            }
        }
        self.run(&format!(
            "WITH w AS (
               INSERT INTO auth.password_reset_tokens AS t (user_id, token_hash, expires_at)
               SELECT user_id, token_hash, now() + interval '14 days' FROM x_tokens
               RETURNING t.id, t.user_id, md5(t::text) AS hash)
             INSERT INTO migration.journal (batch_id, entity, record_no, target_id, outcome, after_hash)
             SELECT {BATCH}, 'password_reset_tokens', x.record, w.id, 'inserted', w.hash
             FROM w JOIN x_tokens x ON x.user_id = w.user_id"
        ))
        .map(drop)
    }

    /// The receipt of a batch, from what the portal holds.
    pub(super) fn receipt(&mut self, options: &PushOptions, report: &PushReport) -> Result<Receipt, Error> {
        let batch = options.batch;
        let count = format!("SELECT count(*) FROM migration.journal WHERE batch_id = '{batch}'");
        let journal_rows = self.row(&count)?.try_get::<i64, _>(0)?.unsigned_abs();
        let portal = self.portal.url.to_string();
        let (entities, fingerprint) = (report.entities.clone(), report.fingerprint.clone());
        Ok(Receipt { batch, workspace: options.workspace, portal, entities, fingerprint, journal_rows })
    }
}

fn reject(row: &PgRow) -> Result<Reject, Error> {
    Ok(Reject {
        entity: row.try_get(0)?,
        record: row.try_get(1)?,
        key: row.try_get(2)?,
        column: row.try_get(3)?,
        reason: row.try_get(4)?,
    })
}

fn counts_json(counts: &EntityCounts) -> String {
    let EntityCounts { entity, staged, inserted, updated, unchanged, rejected } = counts;
    format!(
        "{{\"entity\":\"{entity}\",\"staged\":{staged},\"inserted\":{inserted},\"updated\":{updated},\
         \"unchanged\":{unchanged},\"rejected\":{rejected}}}"
    )
}
