//! Messages that wait for the portal's mailer: one for each new account with an e-mail address, with its reset token.

use chrono::{DateTime, Days, Utc};
use rusqlite::{Connection, params};

use crate::error::Result;
use crate::landing::stamp;

/// Days for which the token of a message can be used, from the push on.
pub const TOKEN_DAYS: u64 = 14;

/// A message that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The push that made the account.
    pub batch: String,
    /// Number of the account's record.
    pub record: i64,
    /// The token.
    pub token: String,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
}

/// How many messages stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounts {
    /// Not handed over yet.
    pub waiting: u64,
    /// Handed over.
    pub sent: u64,
    /// Not handed over, and the token is no longer good.
    pub expired: u64,
}

/// Messages of applied pushes that wait and whose token is still good, the oldest first, at most `limit`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn waiting(conn: &Connection, now: DateTime<Utc>, limit: usize) -> Result<Vec<Waiting>> {
    let sql = "SELECT t.batch, t.record, t.token, b.at FROM reset_token t
               JOIN push_batch b ON b.id = t.batch AND b.state = 'applied'
               WHERE t.sent_at IS NULL AND b.at > ?1 ORDER BY b.at, t.batch, t.record LIMIT ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params![oldest(now), limit as i64], |row| {
        let at: String = row.get(3)?;
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, at))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let (batch, record, token, at) = row?;
        let pushed = DateTime::parse_from_rfc3339(&at).map_or(now, |at| at.with_timezone(&Utc));
        let expires_at = pushed.checked_add_days(Days::new(TOKEN_DAYS)).unwrap_or(pushed);
        found.push(Waiting { batch, record, token, expires_at });
    }
    Ok(found)
}

/// Notes that a message was handed over; its token is no longer kept.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn sent(conn: &Connection, mail: &Waiting, now: DateTime<Utc>) -> Result<()> {
    let sql = "UPDATE reset_token SET sent_at = ?3, token = '' WHERE batch = ?1 AND record = ?2";
    conn.prepare_cached(sql)?.execute(params![mail.batch, mail.record, stamp(now)])?;
    Ok(())
}

/// How many messages of applied pushes stand where.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn counts(conn: &Connection, now: DateTime<Utc>) -> Result<MailCounts> {
    let sql = "SELECT count(*) FILTER (WHERE t.sent_at IS NULL AND b.at > ?1), count(t.sent_at),
                      count(*) FILTER (WHERE t.sent_at IS NULL AND b.at <= ?1)
               FROM reset_token t JOIN push_batch b ON b.id = t.batch AND b.state = 'applied'";
    let count = |row: &rusqlite::Row<'_>, at| row.get::<_, i64>(at).map(i64::unsigned_abs);
    Ok(conn.query_row(sql, [oldest(now)], |row| {
        Ok(MailCounts { waiting: count(row, 0)?, sent: count(row, 1)?, expired: count(row, 2)? })
    })?)
}

/// A push before this has tokens that no longer work.
fn oldest(now: DateTime<Utc>) -> String {
    stamp(now.checked_sub_days(Days::new(TOKEN_DAYS)).unwrap_or(now))
}
