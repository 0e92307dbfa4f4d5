//! Writes resolved records into the portal's tables: set statements, and halving down to the bad row
//! where the server refuses one.

use sqlx::Row as _;

use super::differences::{differs, lacks_role};
use super::session::Work;
use super::sql::{self, BATCH, BATCH_ONCE, SYSTEM, SYSTEM_ONCE};
use crate::Error;
use crate::policy::Policy;
use crate::report::EntityCounts;
use crate::shape::Shape;

/// How often rows that were in each other's way are tried again; each round moves the longest chain on by one at least,
/// and a school has no longer ones.
const ROUNDS: usize = 8;

/// Columns that never leave their table.
pub(super) const SECRETS: &str = "'{password_hash,token_hash}'::text[]";

impl Work<'_> {
    /// Writes the records of `r_ENTITY` that nothing stands against.
    pub(super) fn apply(&mut self, shape: &'static Shape, policy: Policy) -> Result<(), Error> {
        let code = shape.entity.code;
        self.lock_and_keep_before(shape, policy)?;
        let row = self.row(&format!("SELECT min(record), max(record) FROM r_{code}"))?;
        if let (Some(low), Some(high)) = (row.try_get(0)?, row.try_get(1)?) {
            let refuse = |work: &mut Self, record, refusal: Refusal| work.refuse(code, record, &refusal);
            self.halving((low, high), &|range| sql::move_and_update(shape, policy, range), &refuse)?;
            if self.halving((low, high), &|range| sql::insert(shape, range), &refuse)? > 0 {
                self.run(&sql::note_inserted(shape))?;
            }
        }
        if shape.has_role() {
            self.give_roles(policy)?;
        }
        self.map_ids(code)
    }

    /// Locks the rows that will change, then keeps them as they are: nobody can change them in between.
    fn lock_and_keep_before(&mut self, shape: &Shape, policy: Policy) -> Result<(), Error> {
        let (code, table, differs) = (shape.entity.code, shape.entity.portal_table, differs(shape, policy));
        let changed = format!(
            "FROM r_{code} r JOIN {table} t ON t.id = r.target
             WHERE NOT r.is_new AND r.reason IS NULL AND ({differs})"
        );
        self.run(&format!("SELECT count(*) FROM (SELECT 1 {changed} FOR UPDATE OF t) locked"))?;
        let documents = self.documents(table)?;
        self.run(&format!(
            "CREATE TEMP TABLE u_{code} ON COMMIT DROP AS
             SELECT r.record, (to_jsonb(t) - {SECRETS}){documents} AS before {changed}"
        ))?;
        self.run(&format!("ANALYZE pg_temp.u_{code}")).map(drop)
    }

    /// A document that says nothing, or is one text, is no object: among the values of a row the first could not be
    /// told from a blank. Both go into the before-image as they are written.
    fn documents(&mut self, table: &str) -> Result<String, Error> {
        let row = self.row(&format!(
            "SELECT coalesce(string_agg(format(' || CASE WHEN jsonb_typeof(t.%1$I) IN (''null'', ''string'')
                        THEN jsonb_build_object(%1$L, t.%1$I::text) ELSE ''{{}}'' END', attname), ''), '')
             FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped
               AND atttypid = 'jsonb'::regtype"
        ))?;
        Ok(row.try_get(0)?)
    }

    /// Runs `sql` for all records of `range`; where the server refuses a row, for halves of it, down to
    /// the row, which goes to `refuse` with the reason. A row that was in another one's way is tried again
    /// once that one has gone.
    pub(super) fn halving(
        &mut self,
        range: (i64, i64),
        sql: &dyn Fn((i64, i64)) -> String,
        refuse: &dyn Fn(&mut Self, i64, Refusal) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let (mut written, mut refused) = self.halved(range, sql)?;
        for _ in 0..ROUNDS {
            let waiting = refused.len();
            let (went, still) = self.again(refused, sql)?;
            written += went;
            refused = still;
            if refused.is_empty() || refused.len() == waiting {
                break;
            }
        }
        refused.into_iter().try_for_each(|(record, refusal)| refuse(self, record, refusal))?;
        Ok(written)
    }

    /// Tries the rows once more that were refused because another one has what they are to get.
    fn again(
        &mut self,
        refused: Vec<(i64, Refusal)>,
        sql: &dyn Fn((i64, i64)) -> String,
    ) -> Result<(u64, Vec<(i64, Refusal)>), Error> {
        let (mut written, mut still) = (0, Vec::new());
        for (record, refusal) in refused {
            if !matches!(refusal.reason, "taken" | "overlap") {
                still.push((record, refusal));
                continue;
            }
            let (rows, left) = self.halved((record, record), sql)?;
            written += rows;
            still.extend(left);
        }
        Ok((written, still))
    }

    /// Runs `sql` for all records of `range`, by halves where the server refuses; gives the rows that it refused.
    fn halved(
        &mut self,
        range: (i64, i64),
        sql: &dyn Fn((i64, i64)) -> String,
    ) -> Result<(u64, Vec<(i64, Refusal)>), Error> {
        let (mut waiting, mut written, mut refused) = (vec![range], 0, Vec::new());
        while let Some((low, high)) = waiting.pop() {
            self.watch.check()?;
            self.run("SAVEPOINT part")?;
            match self.run(&sql((low, high))) {
                Ok(rows) => {
                    written += rows;
                    self.run("RELEASE SAVEPOINT part")?;
                }
                Err(error) => {
                    let refusal = Refusal::of(error)?;
                    self.run("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part")?;
                    if low == high {
                        refused.push((low, refusal));
                    } else {
                        let middle = low + (high - low) / 2;
                        waiting.extend([(middle + 1, high), (low, middle)]);
                    }
                }
            }
        }
        Ok((written, refused))
    }

    fn refuse(&mut self, code: &str, record: i64, refusal: &Refusal) -> Result<(), Error> {
        self.run(&format!(
            "UPDATE r_{code} SET reason = '{}', reason_column = '{}' WHERE record = {record}",
            refusal.reason,
            refusal.constraint.replace('\'', "''")
        ))
        .map(drop)
    }

    fn give_roles(&mut self, policy: Policy) -> Result<(), Error> {
        let wanted = lacks_role("r.target", policy);
        self.run(&format!(
            "WITH w AS (
               INSERT INTO auth.user_roles AS t (user_id, role_id)
               SELECT r.target, ro.id FROM r_users r JOIN auth.roles ro ON ro.code = r.role
               WHERE r.reason IS NULL AND (r.is_new OR {wanted})
               ON CONFLICT DO NOTHING
               RETURNING t.user_id, t.role_id, md5(t::text) AS hash)
             INSERT INTO migration.journal (batch_id, entity, record_no, target_id, link_id, outcome, after_hash)
             SELECT {BATCH}, 'user_roles', r.record, w.user_id, w.role_id, 'inserted', w.hash
             FROM w JOIN r_users r ON r.target = w.user_id AND r.reason IS NULL"
        ))
        .map(drop)
    }

    /// Remembers which row each record became, for the next push. Two statements and not one with ON CONFLICT,
    /// which looks into the index twice for every row; the lock of the push keeps others out. Sorted, so that the
    /// index grows leaf by leaf.
    fn map_ids(&mut self, code: &str) -> Result<(), Error> {
        self.run(&format!(
            "UPDATE migration.id_map m SET target_id = r.target, batch_id = {BATCH}
             FROM r_{code} r WHERE m.entity = '{code}' AND m.source_system = {SYSTEM} AND m.source_key = r.source_key
               AND r.reason IS NULL AND r.mapped <> r.target"
        ))?;
        self.run(&format!(
            "INSERT INTO migration.id_map (entity, source_system, source_key, target_id, batch_id)
             SELECT '{code}', {SYSTEM_ONCE}, r.source_key, r.target, {BATCH_ONCE}
             FROM r_{code} r WHERE r.reason IS NULL AND r.mapped IS NULL ORDER BY r.source_key"
        ))
        .map(drop)
    }

    /// How many records the portal keeps another value of, because the policy says so.
    pub(super) fn differing(&mut self, shape: &Shape) -> Result<u64, Error> {
        let (code, table, differs) = (shape.entity.code, shape.entity.portal_table, differs(shape, Policy::Update));
        let row = self.row(&format!(
            "SELECT count(*) FROM r_{code} r JOIN {table} t ON t.id = r.target
             WHERE NOT r.is_new AND r.reason IS NULL AND ({differs})"
        ))?;
        Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
    }

    /// Counts what became of an entity's records and checks that they add up.
    pub(super) fn counted(&mut self, shape: &'static Shape, staged: u64) -> Result<EntityCounts, Error> {
        let code = shape.entity.code;
        let journal = |outcome: &str| {
            format!(
                "(SELECT count(*) FROM migration.journal WHERE batch_id = {BATCH} AND entity = '{code}' \
                 AND outcome = '{outcome}')"
            )
        };
        let row = self.row(&format!(
            "SELECT count(*), count(*) FILTER (WHERE reason IS NOT NULL),
                    count(*) FILTER (WHERE reason IS NULL AND is_new),
                    count(*) FILTER (WHERE reason IS NULL AND NOT is_new
                                     AND record IN (SELECT record FROM u_{code})),
                    {}, {} FROM r_{code}",
            journal("inserted"),
            journal("updated")
        ))?;
        let count = |at: usize| row.try_get::<i64, _>(at).map(i64::unsigned_abs);
        let (all, rejected, inserted, updated) = (count(0)?, count(1)?, count(4)?, count(5)?);
        let balanced = all == staged && count(2)? == inserted && count(3)? == updated;
        let unchanged = all.checked_sub(rejected + inserted + updated);
        let entity = code.to_owned();
        match unchanged {
            Some(unchanged) if balanced => Ok(EntityCounts { entity, staged, inserted, updated, unchanged, rejected }),
            _ => Err(Error::Integrity { check: "balance", entity, count: all.abs_diff(staged).cast_signed() }),
        }
    }

    /// Checks in the portal that every accepted record is there and points to the rows it should; where the policy
    /// may leave a row as it was, that only new rows do.
    pub(super) fn must_be_whole(&mut self, shape: &'static Shape, policy: Policy) -> Result<(), Error> {
        let written = if policy == Policy::Update { "true" } else { "r.is_new" };
        let (code, table) = (shape.entity.code, shape.entity.portal_table);
        let wrong: String = shape
            .references()
            .map(|(column, ..)| {
                format!(" OR ({written} AND r.{0} IS NOT NULL AND t.{0} IS DISTINCT FROM r.{0})", column.name)
            })
            .collect();
        let count: i64 = self
            .row(&format!(
                "SELECT count(*) FROM r_{code} r LEFT JOIN {table} t ON t.id = r.target
                 WHERE r.reason IS NULL AND (t.id IS NULL{wrong})"
            ))?
            .try_get(0)?;
        if count == 0 { Ok(()) } else { Err(Error::Integrity { check: "references", entity: code.to_owned(), count }) }
    }
}

/// Why the server refused a row.
pub(super) struct Refusal {
    /// Code of the reason.
    pub(super) reason: &'static str,
    /// The constraint, where one is named.
    pub(super) constraint: String,
}

impl Refusal {
    /// The refusal in `error`, or the error itself where it is about more than a row.
    pub(super) fn of(error: Error) -> Result<Self, Error> {
        let Error::Refused { sqlstate, constraint } = error else { return Err(error) };
        let reason = match sqlstate.as_str() {
            "23505" => "taken",
            "23514" => "check",
            "23P01" => "overlap",
            "23503" => "reference",
            "23502" => "missing",
            code if code.starts_with("22") => "bad-value",
            // a trigger of the portal's own, or a value too long for an index
            code if code.starts_with("23") || code == "P0001" || code == "54000" => "refused",
            _ => return Err(Error::Refused { sqlstate, constraint }),
        };
        Ok(Self { reason, constraint })
    }
}
