//! Receipts: what was sent to the portal, what became of each record, and how to take it back.
//!
//! A receipt that says "prepared" or "applied" is on the disk before its caller goes on: after a power
//! cut Daftar must know what it asked of the portal.

mod kept;
#[cfg(test)]
mod tests;

use model::Outcome;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

pub use kept::{KeptValue, kept_any, save_kept, was_kept};

use crate::change_log::Act;
use crate::landing::{Said, stamp};
use crate::{Error, Result};

/// Where a push stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushState {
    /// About to be sent; it is not known whether the portal has it.
    Prepared,
    /// The portal has it.
    Applied,
    /// The portal or a check refused it; nothing was written there.
    Refused,
    /// It broke off; nothing was written there.
    Failed,
    /// It was taken back.
    RolledBack,
    /// Everything was done and taken back at once, to see how it would go.
    Rehearsed,
}

impl PushState {
    /// All states.
    pub const ALL: [PushState; 6] =
        [Self::Prepared, Self::Applied, Self::Refused, Self::Failed, Self::RolledBack, Self::Rehearsed];

    /// The word in JSON and in the project file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::RolledBack => "rolled_back",
            Self::Rehearsed => "rehearsed",
        }
    }

    /// The state with this [`PushState::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A document that belongs to a push, as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// What the push did.
    Report,
    /// What comparing the portal with the project showed.
    Verify,
    /// What taking it back did.
    Rollback,
}

/// One push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushBatch {
    /// Its UUID, also in the portal's journal.
    pub id: String,
    /// When, RFC 3339.
    pub at: String,
    /// Who pushed.
    pub user: String,
    /// The portal's address, without password.
    pub portal: String,
    /// Where it stands.
    pub state: PushState,
    /// [`Document::Report`].
    pub report: Option<String>,
    /// [`Document::Verify`].
    pub verify: Option<String>,
    /// [`Document::Rollback`].
    pub rollback: Option<String>,
}

/// What became of one record in a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Code of the entity.
    pub entity: String,
    /// Number of the record.
    pub record: i64,
    /// Its UUID in the portal.
    pub target: String,
    /// What the portal did with it: [`Outcome::code`].
    pub outcome: String,
}

/// A record that the portal refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Code of the entity.
    pub entity: String,
    /// Number of the record.
    pub record: i64,
    /// Why.
    pub reason: Said,
}

/// A portal's address must not bring its password along.
pub(crate) fn without_password(portal: &str) -> String {
    let Some((scheme, rest)) = portal.split_once("://") else { return portal.to_owned() };
    let (authority, path) = rest.find(['/', '?']).map_or((rest, ""), |at| rest.split_at(at));
    let Some((login, host)) = authority.rsplit_once('@') else { return portal.to_owned() };
    let user = login.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}@{host}{path}")
}

/// Runs `work` as one transaction that is on the disk when this returns.
pub(crate) fn durably<T>(conn: &Connection, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    let usual: i64 = conn.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    conn.execute_batch("PRAGMA synchronous = FULL")?;
    let done = conn.unchecked_transaction().map_err(Error::from).and_then(|tx| {
        let done = work(&tx)?;
        tx.commit()?;
        Ok(done)
    });
    conn.execute_batch(&format!("PRAGMA synchronous = {usual}"))?;
    done
}

/// Notes that push `id` is about to be sent to `portal` (a password in it is left out). On the disk
/// when this returns.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn prepare(conn: &Connection, id: &str, portal: &str, act: &Act<'_>) -> Result<()> {
    let row = params![id, stamp(act.at), act.user, without_password(portal), PushState::Prepared.code()];
    durably(conn, |tx| {
        let sql = "INSERT INTO push_batch (id, at, user, portal, state, made)
                   SELECT ?1, ?2, ?3, ?4, ?5, coalesce(max(made), 0) + 1 FROM push_batch";
        tx.execute(sql, row)?;
        Ok(())
    })
}

/// Notes where push `id` stands now. On the disk when this returns.
///
/// # Errors
///
/// [`Error::UnknownBatch`] where there is no such push.
pub fn set_state(conn: &Connection, id: &str, state: PushState) -> Result<()> {
    durably(conn, |tx| {
        if matches!(state, PushState::Refused | PushState::Failed | PushState::RolledBack) {
            kept::forget(tx, id)?;
        }
        one(tx.execute("UPDATE push_batch SET state = ?2 WHERE id = ?1", params![id, state.code()])?, id)
    })
}

fn one(changed: usize, id: &str) -> Result<()> {
    if changed == 0 { Err(Error::UnknownBatch { id: id.to_owned() }) } else { Ok(()) }
}

/// Keeps a document of push `id`, in the place of any other of its kind.
///
/// # Errors
///
/// [`Error::UnknownBatch`] where there is no such push.
pub fn save_document(conn: &Connection, id: &str, document: Document, json: &str) -> Result<()> {
    let column = match document {
        Document::Report => "report",
        Document::Verify => "verify",
        Document::Rollback => "rollback",
    };
    one(conn.execute(&format!("UPDATE push_batch SET {column} = ?2 WHERE id = ?1"), params![id, json])?, id)
}

const BATCHES: &str = "SELECT id, at, user, portal, state, report, verify, rollback FROM push_batch";

fn batch_of(row: &Row<'_>) -> rusqlite::Result<PushBatch> {
    Ok(PushBatch {
        id: row.get(0)?,
        at: row.get(1)?,
        user: row.get(2)?,
        portal: row.get(3)?,
        state: PushState::from_code(row.get_ref(4)?.as_str().unwrap_or_default()).unwrap_or(PushState::Failed),
        report: row.get(5)?,
        verify: row.get(6)?,
        rollback: row.get(7)?,
    })
}

/// All pushes, the one that was made last first, whatever the clock said.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn batches(conn: &Connection) -> Result<Vec<PushBatch>> {
    let mut statement = conn.prepare_cached(&format!("{BATCHES} ORDER BY made DESC"))?;
    let found = statement.query_map([], batch_of)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// The push of this UUID.
///
/// # Errors
///
/// [`Error::UnknownBatch`] where there is none.
pub fn batch(conn: &Connection, id: &str) -> Result<PushBatch> {
    let found = conn.query_row(&format!("{BATCHES} WHERE id = ?1"), [id], batch_of).optional()?;
    found.ok_or_else(|| Error::UnknownBatch { id: id.to_owned() })
}

/// The push that was made last of those that the portal has, if any.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn last_applied(conn: &Connection) -> Result<Option<PushBatch>> {
    let sql = format!("{BATCHES} WHERE state = 'applied' ORDER BY made DESC LIMIT 1");
    Ok(conn.query_row(&sql, [], batch_of).optional()?)
}

/// Notes what became of records in push `batch`: one transaction. It is on the disk with the next [`prepare`] or
/// [`set_state`] at the latest, whose write brings all before it there. Returns how many there were.
///
/// # Errors
///
/// Where the project cannot be written; then none was noted.
pub fn save_pushed(conn: &Connection, batch: &str, records: impl IntoIterator<Item = Pushed>) -> Result<u64> {
    let sql = "INSERT OR REPLACE INTO pushed_row (push, entity, record, target, outcome)
               VALUES (?1, ?2, ?3, ?4, nullif(?5, 'pushed'))";
    let tx = conn.unchecked_transaction()?;
    let mut count = 0;
    tx.execute("INSERT OR IGNORE INTO push_number (batch) VALUES (?1)", [batch])?;
    let push: i64 = tx.query_row("SELECT number FROM push_number WHERE batch = ?1", [batch], |row| row.get(0))?;
    {
        let mut statement = tx.prepare_cached(sql)?;
        for pushed in records {
            statement.execute(params![push, pushed.entity, pushed.record, packed(&pushed.target), pushed.outcome])?;
            count += 1;
        }
    }
    tx.commit()?;
    Ok(count)
}

/// The sixteen bytes of a UUID in its usual form; anything else as it is.
fn packed(target: &str) -> Value {
    match Uuid::try_parse(target) {
        Ok(uuid) if uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == target => {
            Value::Blob(uuid.as_bytes().to_vec())
        }
        _ => Value::Text(target.to_owned()),
    }
}

/// Notes records that the portal refused in push `batch`: one transaction.
///
/// # Errors
///
/// Where the project cannot be written; then none was noted.
pub fn save_rejects(conn: &Connection, batch: &str, rejects: impl IntoIterator<Item = Reject>) -> Result<u64> {
    let sql = "INSERT INTO reject (batch, entity, record, reason_key, reason_args) VALUES (?1, ?2, ?3, ?4, ?5)";
    let tx = conn.unchecked_transaction()?;
    let mut count = 0;
    for reject in rejects {
        let args = serde_json::to_string(&reject.reason.args)?;
        tx.prepare_cached(sql)?.execute(params![batch, reject.entity, reject.record, reject.reason.key, args])?;
        count += 1;
    }
    tx.commit()?;
    Ok(count)
}

/// Up to `limit` records that push `batch` was refused, in order of entity and number, leaving out `offset`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn rejects(conn: &Connection, batch: &str, offset: u64, limit: usize) -> Result<Vec<Reject>> {
    let sql = "SELECT entity, record, reason_key, reason_args FROM reject WHERE batch = ?1
               ORDER BY entity, record, id LIMIT ?2 OFFSET ?3";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params![batch, limit as i64, offset])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let args: String = row.get(3)?;
        let reason = Said { key: row.get(2)?, args: serde_json::from_str(&args)? };
        found.push(Reject { entity: row.get(0)?, record: row.get(1)?, reason });
    }
    Ok(found)
}

/// How many records of each entity push `batch` has, by outcome.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn outcomes(conn: &Connection, batch: &str) -> Result<Vec<(String, String, u64)>> {
    let sql = "SELECT entity, outcome, count(*) FROM pushed_record WHERE batch = ?1 GROUP BY 1, 2 ORDER BY 1, 2";
    let mut statement = conn.prepare_cached(sql)?;
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let found = statement.query_map([batch], row)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// How many records of each entity the portal has by pushes that stand.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn in_portal(conn: &Connection) -> Result<Vec<(String, u64)>> {
    let sql = "SELECT p.entity, count(DISTINCT p.record) FROM pushed_record p
               JOIN push_batch b ON b.id = p.batch AND b.state = 'applied'
               WHERE p.outcome <> ?1 GROUP BY p.entity";
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_map([Outcome::Rejected.code()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Up to `limit` records of `entity` in push `batch`, in order of number, behind `after`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn pushed(conn: &Connection, batch: &str, entity: &str, after: i64, limit: usize) -> Result<Vec<Pushed>> {
    let sql = "SELECT entity, record, target, outcome FROM pushed_record
               WHERE batch = ?1 AND entity = ?2 AND record > ?3 ORDER BY record LIMIT ?4";
    let mut statement = conn.prepare_cached(sql)?;
    let row = |row: &Row<'_>| {
        Ok(Pushed { entity: row.get(0)?, record: row.get(1)?, target: row.get(2)?, outcome: row.get(3)? })
    };
    let wanted = params![batch, entity, after, limit as i64];
    let found = statement.query_map(wanted, row)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// These records of `entity` were taken out of the portal, or were only found there again: push `batch` no longer
/// stands for them. One transaction.
///
/// # Errors
///
/// Where the project cannot be written; then nothing was forgotten.
pub fn forget_pushed(conn: &Connection, batch: &str, entity: &str, records: &[i64]) -> Result<()> {
    let sql = "DELETE FROM pushed_row WHERE push = (SELECT number FROM push_number WHERE batch = ?1) AND entity = ?2
               AND record = ?3";
    let tx = conn.unchecked_transaction()?;
    for record in records {
        tx.prepare_cached(sql)?.execute(params![batch, entity, record])?;
    }
    Ok(tx.commit()?)
}

/// These rows are no longer in the portal, whichever push found them there: no push stands for them. One transaction.
///
/// # Errors
///
/// Where the project cannot be written; then nothing was forgotten.
pub fn forget_rows(conn: &Connection, entity: &str, rows: &[(i64, String)]) -> Result<()> {
    let sql = "DELETE FROM pushed_row WHERE push IN (SELECT number FROM push_number) AND entity = ?1 AND record = ?2
               AND target = ?3";
    let tx = conn.unchecked_transaction()?;
    for (record, target) in rows {
        tx.prepare_cached(sql)?.execute(params![entity, record, packed(target)])?;
    }
    Ok(tx.commit()?)
}

/// The UUID that `record` of `entity` has in the portal, by the youngest push that is applied there.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn record_target(conn: &Connection, entity: &str, record: i64) -> Result<Option<String>> {
    let sql = "SELECT p.target FROM push_batch b CROSS JOIN pushed_record p ON p.batch = b.id
               WHERE b.state = 'applied' AND p.entity = ?1 AND p.record = ?2 AND p.outcome <> ?3 ORDER BY b.made DESC LIMIT 1";
    let mut statement = conn.prepare_cached(sql)?;
    Ok(statement.query_row(params![entity, record, Outcome::Rejected.code()], |row| row.get(0)).optional()?)
}

/// The pushes to the portal at this address that stand there, the youngest first: number and UUID.
fn standing(conn: &Connection, portal: &str) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT n.number, b.id FROM push_batch b JOIN push_number n ON n.batch = b.id
               WHERE b.state = 'applied' AND b.portal = ?1 ORDER BY b.made DESC";
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_map([portal], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Whether any record of `entity` is in the portal at this address by a push that stands.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn any_in_portal(conn: &Connection, portal: &str, entity: &str) -> Result<bool> {
    let mut any = conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM pushed_row WHERE push = ?1 AND entity = ?2)")?;
    for (push, _) in standing(conn, portal)? {
        if any.query_row(params![push, entity], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The row that each of `records`, in rising order, became in the youngest push to the portal at this address that
/// stands: record, row, push. Nothing of records that never went there.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn rows_in_portal(
    conn: &Connection,
    portal: &str,
    entity: &str,
    records: &[i64],
) -> Result<Vec<(i64, Uuid, Uuid)>> {
    let mut last = conn.prepare_cached("SELECT max(record) FROM pushed_row WHERE push = ?1 AND entity = ?2")?;
    let mut row_of =
        conn.prepare_cached("SELECT target FROM pushed_row WHERE push = ?1 AND entity = ?2 AND record = ?3")?;
    let (mut wanted, mut found) = (records.to_vec(), Vec::new());
    for (push, batch) in standing(conn, portal)? {
        // Records newer than the push are not in it: a million of them are not looked up in every old push.
        let last: Option<i64> = last.query_row(params![push, entity], |row| row.get(0))?;
        let newer = wanted.split_off(wanted.partition_point(|record| Some(*record) <= last));
        let mut left = Vec::new();
        for record in wanted {
            let row: Option<Value> = row_of.query_row(params![push, entity, record], |row| row.get(0)).optional()?;
            match row.and_then(unpacked).zip(Uuid::parse_str(&batch).ok()) {
                Some((target, batch)) => found.push((record, target, batch)),
                None => left.push(record),
            }
        }
        left.extend(newer);
        wanted = left;
    }
    Ok(found)
}

/// The other way round from [`packed`]; `None` for what is no UUID.
fn unpacked(target: Value) -> Option<Uuid> {
    match target {
        Value::Blob(bytes) => Uuid::from_slice(&bytes).ok(),
        Value::Text(text) => Uuid::parse_str(&text).ok(),
        _ => None,
    }
}

/// Keeps the one-time token with which the person of `record` sets a password in the portal, and the e-mail `address`
/// that the account has there. It is as safe as the project file itself: encrypted with it.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn save_reset_token(conn: &Connection, batch: &str, record: i64, address: &str, token: &str) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO reset_token (batch, record, address, token) VALUES (?1, ?2, ?3, ?4)";
    conn.prepare_cached(sql)?.execute(params![batch, record, address, token])?;
    Ok(())
}

/// The tokens of push `batch` with the numbers of their records, in order of number.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn reset_tokens(conn: &Connection, batch: &str) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT record, token FROM reset_token WHERE batch = ?1 ORDER BY record";
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_map([batch], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}
