//! Bringing the findings of the last run up to date after an edit, without a run.

use model::Finding;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::keys::{self, KeyPair};
use super::{MOST_STORED, store};
use crate::landing::Said;
use crate::{Result, records};

/// The last run, as far as an edit may follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshRun {
    /// The day it took for today, `YYYY-MM-DD`.
    pub day: String,
    /// Which checks it knew.
    pub checks: String,
    /// The step that the records stand at.
    pub head: i64,
    /// How often references had been led anew.
    pub links: i64,
}

/// The last run, where its findings are still those of the records and an edit can follow it.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn fresh_run(conn: &Connection) -> Result<Option<FreshRun>> {
    let version = records::version(conn)?;
    let sql = "SELECT day, checks, version FROM check_run WHERE day IS NOT NULL AND checks IS NOT NULL";
    let found: Option<(String, String, i64)> =
        conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((day, checks, _)) = found.filter(|(_, _, seen)| *seen == version) else { return Ok(None) };
    Ok(Some(FreshRun { day, checks, head: crate::change_log::head(conn)?, links: records::links_version(conn)? }))
}

/// Changes of findings, written whole or not at all: dropped before [`Patch::finish`], nothing of it stays.
pub struct Patch<'c> {
    tx: Transaction<'c>,
}

impl<'c> Patch<'c> {
    /// Starts.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn begin(conn: &'c Connection) -> Result<Self> {
        Ok(Self { tx: conn.unchecked_transaction()? })
    }

    /// The transaction, to ask for what stands now.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.tx
    }

    /// Adds `looked` to what the check looked at in that field; less than nothing takes away.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn looked_at(&self, check: &str, entity: &str, field: &str, looked: i64) -> Result<()> {
        self.count(check, entity, field, (looked, 0, 0))
    }

    fn count(&self, check: &str, entity: &str, field: &str, (looked, found, stored): (i64, i64, i64)) -> Result<()> {
        let sql = "INSERT INTO check_result (check_code, entity, field, looked_at, found, stored)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (check_code, entity, field) DO UPDATE SET
                   looked_at = looked_at + ?4, found = found + ?5, stored = stored + ?6";
        self.tx.prepare_cached(sql)?.execute(params![check, entity, field, looked, found, stored])?;
        Ok(())
    }

    /// Takes away a finding that there is no longer.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn take(&self, finding: &Finding) -> Result<()> {
        let message = Said::from(&finding.message);
        let sql = "DELETE FROM finding WHERE id = (SELECT id FROM finding WHERE entity = ?1 AND record = ?2
                   AND check_code = ?3 AND field = ?4 AND value = ?5 AND message_key = ?6 AND message_args = ?7 LIMIT 1)";
        let gone = self.tx.prepare_cached(sql)?.execute(params![
            finding.entity,
            finding.record,
            finding.check,
            finding.field,
            finding.value,
            message.key,
            serde_json::to_string(&message.args)?
        ])?;
        self.count(finding.check, finding.entity, finding.field, (0, -1, -(gone as i64)))
    }

    /// Adds a finding; it is kept with its place where there is room.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn give(&self, finding: &Finding) -> Result<()> {
        let sql = "SELECT coalesce(sum(stored), 0) FROM check_result WHERE check_code = ?1";
        let stored: u64 = self.tx.prepare_cached(sql)?.query_row([finding.check], |row| row.get(0))?;
        let room = stored < MOST_STORED;
        if room {
            store(&self.tx, finding)?;
        }
        self.count(finding.check, finding.entity, finding.field, (0, 1, i64::from(room)))
    }

    /// Says whether a critical finding holds the record back.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn hold_back(&self, entity: &str, record: i64, held: bool) -> Result<()> {
        let sql = if held {
            "INSERT OR IGNORE INTO finding_block (entity, record) VALUES (?1, ?2)"
        } else {
            "DELETE FROM finding_block WHERE entity = ?1 AND record = ?2"
        };
        self.tx.prepare_cached(sql)?.execute(params![entity, record])?;
        Ok(())
    }

    /// Says that a record has another key than before for a check of uniqueness.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn key(&self, check: &str, entity: &str, old: Option<KeyPair>, new: Option<KeyPair>) -> Result<()> {
        keys::shift(&self.tx, check, entity, old, new)
    }

    /// Ends: the findings are those of the records as they stand now.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn finish(self) -> Result<()> {
        records::touch(&self.tx)?;
        let now = (crate::change_log::head(&self.tx)?, records::version(&self.tx)?);
        self.tx.execute("UPDATE check_run SET head = ?1, version = ?2", params![now.0, now.1])?;
        self.tx.commit()?;
        Ok(())
    }
}
