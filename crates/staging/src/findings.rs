//! Findings: what the checks found, how much they looked at, and what people accepted.
//!
//! A check with very many findings keeps the first [`MOST_STORED`] and the true total. Which records
//! are held back is known of all of them, whatever the cap.

mod read;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use model::{Finding, Severity, Watch};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::change_log::{self, Act};
use crate::landing::{Said, stamp};
use crate::{Result, records};
pub use read::{FindingFilter, FindingPage, FindingRow, page};

/// Findings of one check that are kept with their place and sentence.
pub const MOST_STORED: u64 = 20_000;

/// The last run of the checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRun {
    /// When, RFC 3339.
    pub at: String,
    /// Who let them run.
    pub user: String,
    /// The step that the records stood at.
    pub head: i64,
    /// Whether records have changed since.
    pub stale: bool,
}

/// What one check did on one field of one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckResult {
    /// Code of the check.
    pub check: String,
    /// Code of the entity.
    pub entity: String,
    /// Code of the field; empty where the check looks at whole records.
    pub field: String,
    /// How many values or records it looked at.
    pub looked_at: u64,
    /// How many findings it had, the true total.
    pub found: u64,
    /// How many of them are kept.
    pub stored: u64,
}

/// A finding that a person accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Number in the project file.
    pub id: i64,
    /// Code of the check.
    pub check: String,
    /// Code of the entity.
    pub entity: String,
    /// The record; `None` for all findings of the check in that entity.
    pub record: Option<i64>,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepts it.
    pub user: String,
    /// When, RFC 3339.
    pub at: String,
}

/// Takes the findings of a new run in the place of the old ones. Dropped before
/// [`FindingsWriter::finish`], the old ones stay.
pub struct FindingsWriter<'c> {
    tx: Transaction<'c>,
    counts: HashMap<(&'static str, &'static str, &'static str), Counts>,
    stored: HashMap<&'static str, u64>,
    /// The record last noted as held back: findings of one record come together.
    blocked: Option<(&'static str, i64)>,
    taken: u64,
}

#[derive(Default)]
struct Counts {
    looked_at: u64,
    found: u64,
    stored: u64,
}

impl<'c> FindingsWriter<'c> {
    /// Starts a run.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn begin(conn: &'c Connection, act: &Act<'_>) -> Result<Self> {
        let tx = conn.unchecked_transaction()?;
        tx.execute_batch("DELETE FROM finding; DELETE FROM finding_block; DELETE FROM check_result;")?;
        records::touch(&tx)?;
        tx.execute(
            "INSERT OR REPLACE INTO check_run (one, at, user, head, version) VALUES (1, ?1, ?2, ?3, ?4)",
            params![stamp(act.at), act.user, change_log::head(&tx)?, records::version(&tx)?],
        )?;
        Ok(Self { tx, counts: HashMap::new(), stored: HashMap::new(), blocked: None, taken: 0 })
    }

    /// The transaction, for checks that ask the project itself.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.tx
    }

    /// Notes that `check` looked at `count` more values of `field` (empty: whole records) of `entity`.
    pub fn looked_at(&mut self, check: &'static str, entity: &'static str, field: &'static str, count: u64) {
        self.counts.entry((check, entity, field)).or_default().looked_at += count;
    }

    /// Takes one finding.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Cancelled`], or where the project cannot be written.
    pub fn add(&mut self, finding: &Finding, watch: &dyn Watch) -> Result<()> {
        let counts = self.counts.entry((finding.check, finding.entity, finding.field)).or_default();
        counts.found += 1;
        let record = Some((finding.entity, finding.record));
        if finding.severity == Severity::Critical && self.blocked != record {
            self.blocked = record;
            let sql = "INSERT OR IGNORE INTO finding_block (entity, record) VALUES (?1, ?2)";
            self.tx.prepare_cached(sql)?.execute(params![finding.entity, finding.record])?;
        }
        let stored = self.stored.entry(finding.check).or_default();
        if *stored < MOST_STORED {
            *stored += 1;
            counts.stored += 1;
            store(&self.tx, finding)?;
        }
        self.taken += 1;
        if self.taken.is_multiple_of(1_000) {
            watch.check()?;
        }
        Ok(())
    }

    /// Ends the run: its findings are those of the project from here on.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn finish(self) -> Result<()> {
        let sql = "INSERT INTO check_result (check_code, entity, field, looked_at, found, stored)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        for ((check, entity, field), counts) in &self.counts {
            self.tx.prepare_cached(sql)?.execute(params![
                check,
                entity,
                field,
                counts.looked_at,
                counts.found,
                counts.stored
            ])?;
        }
        self.tx.commit()?;
        Ok(())
    }
}

fn store(conn: &Connection, finding: &Finding) -> Result<()> {
    let message = Said::from(&finding.message);
    let sql = "INSERT INTO finding (check_code, severity, entity, record, field, value, message_key, message_args)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    conn.prepare_cached(sql)?.execute(params![
        finding.check,
        finding.severity.code(),
        finding.entity,
        finding.record,
        finding.field,
        finding.value,
        message.key,
        serde_json::to_string(&message.args)?
    ])?;
    Ok(())
}

/// The last run; `None` where the checks never ran.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn last_run(conn: &Connection) -> Result<Option<CheckRun>> {
    let now = records::version(conn)?;
    let run = conn.query_row("SELECT at, user, head, version FROM check_run", [], |row| {
        Ok(CheckRun { at: row.get(0)?, user: row.get(1)?, head: row.get(2)?, stale: row.get::<_, i64>(3)? != now })
    });
    Ok(run.optional()?)
}

/// What each check did in the last run.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn results(conn: &Connection) -> Result<Vec<CheckResult>> {
    let sql = "SELECT check_code, entity, field, looked_at, found, stored FROM check_result ORDER BY 1, 2, 3";
    let mut statement = conn.prepare_cached(sql)?;
    let result = |row: &rusqlite::Row<'_>| {
        Ok(CheckResult {
            check: row.get(0)?,
            entity: row.get(1)?,
            field: row.get(2)?,
            looked_at: row.get(3)?,
            found: row.get(4)?,
            stored: row.get(5)?,
        })
    };
    let found = statement.query_map([], result)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// How many records of `entity` are held back by a critical finding.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn count_blocked(conn: &Connection, entity: &str) -> Result<u64> {
    let sql = "SELECT count(*) FROM finding_block WHERE entity = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([entity], |row| row.get(0))?)
}

/// Up to `limit` records of `entity` held back by a critical finding, in order of number, behind `after`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn blocked_records(conn: &Connection, entity: &str, after: i64, limit: usize) -> Result<Vec<i64>> {
    let sql = "SELECT record FROM finding_block WHERE entity = ?1 AND record > ?2 ORDER BY record LIMIT ?3";
    let mut statement = conn.prepare_cached(sql)?;
    let wanted = params![entity, after, limit as i64];
    let found = statement.query_map(wanted, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// Whether `record` is held back by a critical finding.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn is_blocked(conn: &Connection, entity: &str, record: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM finding_block WHERE entity = ?1 AND record = ?2)";
    Ok(conn.prepare_cached(sql)?.query_row(params![entity, record], |row| row.get(0))?)
}

/// Accepts the findings of `check` on `record` of `entity` (`None`: on all its records). A waiver is a
/// statement; it does not lift what holds a record back.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn waive(
    conn: &Connection,
    check: &str,
    entity: &str,
    record: Option<i64>,
    reason: &str,
    act: &Act<'_>,
) -> Result<i64> {
    conn.execute(
        "INSERT INTO waiver (check_code, entity, record, reason, user, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![check, entity, record, reason, act.user, stamp(act.at)],
    )?;
    Ok(conn.last_insert_rowid())
}

/// Takes a waiver back.
///
/// # Errors
///
/// [`crate::Error::NotFound`] where there is none of that number.
pub fn unwaive(conn: &Connection, id: i64) -> Result<()> {
    match conn.execute("DELETE FROM waiver WHERE id = ?1", [id])? {
        0 => Err(crate::Error::NotFound { what: "waiver", id }),
        _ => Ok(()),
    }
}

/// All waivers, the oldest first.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn waivers(conn: &Connection) -> Result<Vec<Waiver>> {
    let mut statement =
        conn.prepare_cached("SELECT id, check_code, entity, record, reason, user, at FROM waiver ORDER BY id")?;
    let waiver = |row: &rusqlite::Row<'_>| {
        Ok(Waiver {
            id: row.get(0)?,
            check: row.get(1)?,
            entity: row.get(2)?,
            record: row.get(3)?,
            reason: row.get(4)?,
            user: row.get(5)?,
            at: row.get(6)?,
        })
    };
    let found = statement.query_map([], waiver)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}
