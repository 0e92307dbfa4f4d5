//! Findings: what the checks found, how much they looked at, and what people accepted.
//!
//! A check with very many findings keeps the first [`MOST_STORED`] and the true total. Which records
//! are held back is known of all of them, whatever the cap.

mod causes;
mod keys;
mod patch;
mod read;
#[cfg(test)]
mod tests;
mod waivers;

use std::collections::HashMap;

use model::{Finding, Severity, Watch};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::change_log::{self, Act};
use crate::landing::{Said, stamp};
use crate::{Result, records};
pub use causes::{Cause, causes};
pub use keys::{KeyPair, all_keys, key_candidates, key_hash};
pub use patch::{FreshRun, Patch, fresh_run};
pub use read::{FindingFilter, FindingPage, FindingRow, each_open, page};
pub use waivers::{Waiver, unwaive, waive, waive_finding, waivers};

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
        tx.execute_batch(
            "DELETE FROM finding; DELETE FROM finding_block; DELETE FROM check_result; DELETE FROM check_key;",
        )?;
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

    /// Says by which day and by which checks the run looks, so that an edit can follow it.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn can_be_followed(&self, day: &str, checks: &str) -> Result<()> {
        self.tx.execute("UPDATE check_run SET day = ?1, checks = ?2", [day, checks])?;
        Ok(())
    }

    /// How many more findings of `check` are kept with their place and sentence.
    #[must_use]
    pub fn room(&self, check: &str) -> u64 {
        MOST_STORED.saturating_sub(self.stored.get(check).copied().unwrap_or_default())
    }

    /// Counts findings for which there is no room.
    pub fn beyond(&mut self, check: &'static str, entity: &'static str, field: &'static str, count: u64) {
        self.counts.entry((check, entity, field)).or_default().found += count;
    }

    /// Notes that a critical finding holds the record back.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn hold_back(&mut self, entity: &'static str, record: i64) -> Result<()> {
        if self.blocked != Some((entity, record)) {
            self.blocked = Some((entity, record));
            let sql = "INSERT OR IGNORE INTO finding_block (entity, record) VALUES (?1, ?2)";
            self.tx.prepare_cached(sql)?.execute(params![entity, record])?;
        }
        Ok(())
    }

    /// Keeps who has which key for `check`, for edits that follow; `pairs` in order.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn keys(&self, check: &str, entity: &str, pairs: &[KeyPair]) -> Result<()> {
        keys::save(&self.tx, check, entity, pairs)
    }

    /// Takes one finding.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Cancelled`], or where the project cannot be written.
    pub fn add(&mut self, finding: &Finding, watch: &dyn Watch) -> Result<()> {
        self.beyond(finding.check, finding.entity, finding.field, 1);
        if finding.severity == Severity::Critical {
            self.hold_back(finding.entity, finding.record)?;
        }
        let counts = self.counts.entry((finding.check, finding.entity, finding.field)).or_default();
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
