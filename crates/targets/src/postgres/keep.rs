//! What a rollback leaves in the portal, and by what: somebody changed it, another push stands for it, something
//! refers to it, or the portal refuses.

use sqlx::Row as _;

use super::apply::Refusal;
use super::rollback::{WITH_USERS, journal};
use super::session::Work;
use super::sql::BATCH;
use crate::Error;
use crate::report::{EntityReversed, KEPT, Kept, Since};

/// A moment as people of the school read it.
const READABLE: &str = "AT TIME ZONE 'Asia/Kuala_Lumpur', 'YYYY-MM-DD HH24:MI'";

impl Work<'_> {
    /// Makes the list of rows that stay: `batch`, `who` and `since` say by what, where that is known.
    pub(super) fn make_kept(&mut self) -> Result<(), Error> {
        self.run(
            "CREATE TEMP TABLE kept (entity text, record bigint, target uuid, why text, by text, errored bool,
                                     batch uuid, who text, since text)
             ON COMMIT DROP; CREATE INDEX ON kept (entity, record)",
        )
        .map(drop)
    }

    /// Locks the batch's rows, and keeps those that are no longer as the push left them.
    pub(super) fn keep_changed(&mut self, code: &str, table: &str) -> Result<(), Error> {
        let of_batch = journal(code);
        self.run(&format!(
            "SELECT count(*) FROM (SELECT 1 FROM {table} t JOIN migration.journal j ON t.id = j.target_id
                                   WHERE {of_batch} FOR UPDATE OF t) locked"
        ))?;
        let untouched = self.untouched(table, "t")?;
        self.run(&format!(
            "INSERT INTO kept
             SELECT '{code}', j.record_no, j.target_id, CASE WHEN t.id IS NULL THEN 'gone' ELSE 'changed' END, '', false
             FROM migration.journal j LEFT JOIN {table} t ON t.id = j.target_id
             WHERE {of_batch} AND ({untouched}) IS NOT TRUE"
        ))
        .map(drop)
    }

    /// Whether the row `alias` is as the push left it, by the hash in the journal `j`. A column that somebody added to
    /// the table since (they stand behind Daftar's own) changes the text of every row and says nothing of it, as long
    /// as nobody filled it.
    pub(super) fn untouched(&mut self, table: &str, alias: &str) -> Result<String, Error> {
        let rows = self.rows(&format!(
            "SELECT format('{alias}.%I', attname),
                    CASE WHEN atthasmissing THEN format('({alias}.%1$I IS NULL OR {alias}.%1$I::text = %2$L)', attname,
                                                        (attmissingval::text::text[])[1])
                         ELSE format('{alias}.%I IS NULL', attname) END,
                    attnum > (SELECT attnum FROM pg_attribute WHERE attrelid = '{table}'::regclass
                              AND attname = 'updated_at')
             FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        ))?;
        let mut columns: Vec<(String, String, bool)> = Vec::new();
        for row in &rows {
            columns.push((row.try_get(0)?, row.try_get(1)?, row.try_get::<Option<bool>, _>(2)?.unwrap_or(false)));
        }
        let mut ways = vec![format!("md5({alias}::text) = j.after_hash")];
        let mut unfilled = Vec::new();
        while let Some((_, blank, true)) = columns.last() {
            unfilled.push(blank.clone());
            columns.pop();
            let left: Vec<&str> = columns.iter().map(|(name, ..)| name.as_str()).collect();
            let same = format!("md5(ROW({})::text) = j.after_hash", left.join(", "));
            ways.push(format!("({same} AND {})", unfilled.join(" AND ")));
        }
        Ok(ways.join(" OR "))
    }

    /// Keeps new rows that another project found again and stands for since. Its id map is the only one to know; what
    /// this project itself found again goes out with what it had brought.
    pub(super) fn keep_used(&mut self, code: &str) -> Result<(), Error> {
        self.run(&format!(
            "INSERT INTO kept
             SELECT '{code}', j.record_no, j.target_id, 'used', '', false, b.id, b.pushed_by,
                    to_char(b.applied_at {READABLE})
             FROM migration.journal j
             JOIN (SELECT DISTINCT ON (m.target_id) m.target_id, m.batch_id
                   FROM migration.id_map m JOIN migration.batches o ON o.id = {BATCH}
                   WHERE m.entity = '{code}' AND m.source_system <> o.source_system
                   ORDER BY m.target_id, m.created_at DESC, m.batch_id) m ON m.target_id = j.target_id
             LEFT JOIN migration.batches b ON b.id = m.batch_id
             WHERE {} AND j.outcome = 'inserted'
               AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.entity = '{code}' AND k.record = j.record_no)",
            journal(code)
        ))
        .map(drop)
    }

    /// Keeps new rows to which something outside the batch refers. What the batch itself had put there
    /// is gone by now: entities are taken out in reverse order. Of a table that this account may not read the server
    /// says so itself when the row is deleted, unless it would delete there too.
    pub(super) fn keep_referenced(&mut self, code: &str, table: &str) -> Result<(), Error> {
        for Child { table: child, column, readable, follows } in self.children(table)? {
            let (why, refers) = match (readable, follows) {
                (true, _) => {
                    let own = own_beside(&child);
                    ("referenced", format!("EXISTS (SELECT 1 FROM {child} c WHERE c.{column} = j.target_id{own})"))
                }
                (false, true) => ("unreadable", "true".to_owned()),
                (false, false) => continue,
            };
            self.run(&format!(
                "INSERT INTO kept
                 SELECT '{code}', j.record_no, j.target_id, '{why}', '{}', false
                 FROM migration.journal j
                 WHERE {} AND j.outcome = 'inserted' AND {refers}
                   AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.entity = '{code}' AND k.record = j.record_no)",
                child.replace('\'', "''"),
                journal(code)
            ))?;
        }
        Ok(())
    }

    /// Tables and columns that refer to `table`, from the server's own catalogue.
    fn children(&mut self, table: &str) -> Result<Vec<Child>, Error> {
        let rows = self.rows(&format!(
            "SELECT DISTINCT format('%I.%I', n.nspname, c.relname), format('%I', a.attname),
                    has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
                    f.confdeltype IN ('c', 'n', 'd')
             FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             JOIN LATERAL unnest(f.conkey, f.confkey) AS k (child, parent) ON true
             JOIN pg_attribute p ON p.attrelid = f.confrelid AND p.attnum = k.parent AND p.attname = 'id'
             JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.child
             WHERE f.contype = 'f' AND f.confrelid = '{table}'::regclass ORDER BY 1, 2"
        ))?;
        let child = |row: &sqlx::postgres::PgRow| {
            let (table, column) = (row.try_get(0)?, row.try_get(1)?);
            Ok(Child { table, column, readable: row.try_get(2)?, follows: row.try_get(3)? })
        };
        rows.iter().map(child).collect()
    }

    /// Keeps a row that the portal does not let go.
    pub(super) fn keep_errored(&mut self, code: &str, record: i64, refusal: &Refusal) -> Result<(), Error> {
        let why = if refusal.reason == "reference" { "referenced" } else { refusal.reason };
        self.run(&format!(
            "INSERT INTO kept SELECT '{code}', j.record_no, j.target_id, '{why}', '{}', true
             FROM migration.journal j WHERE {} AND j.record_no = {record}",
            refusal.constraint.replace('\'', "''"),
            journal(code)
        ))
        .map(drop)
    }

    /// Says of changed rows by which later push, else by whom the portal's audit log says it was.
    pub(super) fn tell_who(&mut self) -> Result<(), Error> {
        self.run(&format!(
            "UPDATE kept k SET batch = o.id, who = o.pushed_by, since = to_char(o.applied_at {READABLE})
             FROM (SELECT DISTINCT ON (j.entity, j.target_id) j.entity, j.target_id, b.id, b.pushed_by, b.applied_at
                   FROM migration.journal j JOIN migration.batches b ON b.id = j.batch_id AND b.state = 'applied'
                   JOIN migration.batches own ON own.id = {BATCH} AND b.applied_at >= own.applied_at AND b.id <> own.id
                   WHERE NOT j.reversed AND j.target_id IN (SELECT target FROM kept WHERE why = 'changed')
                   ORDER BY j.entity, j.target_id, b.applied_at DESC) o
             WHERE k.why = 'changed' AND k.entity = o.entity AND k.target = o.target_id"
        ))?;
        let readable =
            "SELECT coalesce(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'), false)
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'audit' AND c.relname = 'audit_log'";
        let readable = self.rows(readable)?.first().map(|row| row.try_get::<bool, _>(0)).transpose()?;
        if readable != Some(true) {
            return Ok(());
        }
        self.run(&format!(
            "UPDATE kept k SET who = o.changed_by, since = to_char(o.changed_at {READABLE})
             FROM (SELECT DISTINCT ON (record_id) record_id, changed_by, changed_at FROM audit.audit_log
                   WHERE record_id IN (SELECT target FROM kept WHERE why IN ('changed', 'gone') AND batch IS NULL)
                     AND batch_id IS DISTINCT FROM {BATCH} ORDER BY record_id, id DESC) o
             WHERE k.why IN ('changed', 'gone') AND k.batch IS NULL AND k.target = o.record_id"
        ))
        .map(drop)
    }

    /// Whether the batch still stands for a row. One that is gone nobody can take out any more.
    pub(super) fn anything_stays(&mut self) -> Result<bool, Error> {
        Ok(self.row("SELECT EXISTS (SELECT 1 FROM kept WHERE why <> 'gone')")?.try_get(0)?)
    }

    pub(super) fn counts(&mut self, code: &str, reversed: u64) -> Result<EntityReversed, Error> {
        let row = self.row(&format!(
            "SELECT count(*) FILTER (WHERE NOT errored), count(*) FILTER (WHERE errored) FROM kept
             WHERE entity = '{code}'"
        ))?;
        let count = |at: usize| row.try_get::<i64, _>(at).map(i64::unsigned_abs);
        Ok(EntityReversed { entity: code.to_owned(), reversed, kept: count(0)?, errored: count(1)? })
    }

    pub(super) fn kept(&mut self) -> Result<(Vec<Kept>, u64), Error> {
        let total: i64 = self.row("SELECT count(*) FROM kept")?.try_get(0)?;
        let rows = self.rows(&format!(
            "SELECT k.entity, k.record, coalesce(m.key, ''), k.why, k.by, k.batch, k.who, k.since FROM kept k
             LEFT JOIN kept a ON k.why = 'account-stays' AND a.entity = 'users' AND a.record = k.record
             LEFT JOIN (SELECT m.entity, m.target_id, min(m.source_key) AS key FROM migration.id_map m
                        JOIN migration.batches b ON b.id = {BATCH} AND b.source_system = m.source_system
                        WHERE m.target_id IN (SELECT target FROM kept) GROUP BY 1, 2) m
               ON m.entity = coalesce(a.entity, k.entity) AND m.target_id = coalesce(a.target, k.target)
             ORDER BY k.entity, k.record LIMIT {KEPT}"
        ))?;
        let kept = rows.iter().map(|row| {
            let (entity, record, key) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let who: Option<String> = row.try_get(6)?;
            let at = row.try_get::<Option<String>, _>(7)?.unwrap_or_default();
            let batch = row.try_get(5)?;
            let since = who.map(|user| Since { batch, user, at });
            Ok(Kept { entity, record, key, why: row.try_get(3)?, by: row.try_get(4)?, since })
        });
        Ok((kept.collect::<Result<_, Error>>()?, total.unsigned_abs()))
    }
}

/// A foreign key.
struct Child {
    table: String,
    column: String,
    /// Whether this account may look into the table.
    readable: bool,
    /// Whether the server deletes or blanks there by itself where what it leads to is deleted.
    follows: bool,
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
