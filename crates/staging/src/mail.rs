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
    /// UUID of the account in the portal.
    pub account: String,
    /// The e-mail address that the account has in the portal; blank where that is not known.
    pub address: String,
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

/// What a message that waits needs besides: its account is still in the portal by the push that made it.
const STANDS: &str =
    "EXISTS (SELECT 1 FROM pushed_record p WHERE p.batch = t.batch AND p.entity = 'users' AND p.record = t.record)";

/// Messages of applied pushes that wait, whose account was not taken back and whose token is still good, the oldest
/// first, at most `limit`, leaving out the first `skip`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn waiting(conn: &Connection, now: DateTime<Utc>, skip: usize, limit: usize) -> Result<Vec<Waiting>> {
    let sql = "SELECT t.batch, t.record, t.token, b.at, p.target, t.address FROM reset_token t
               JOIN push_batch b ON b.id = t.batch AND b.state = 'applied'
               JOIN pushed_record p ON p.batch = t.batch AND p.entity = 'users' AND p.record = t.record
               WHERE t.sent_at IS NULL AND b.at > ?1 ORDER BY b.at, t.batch, t.record LIMIT ?2 OFFSET ?3";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params![oldest(now), limit as i64, skip as i64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let at: String = row.get(3)?;
        let pushed = DateTime::parse_from_rfc3339(&at).map_or(now, |at| at.with_timezone(&Utc));
        found.push(Waiting {
            batch: row.get(0)?,
            record: row.get(1)?,
            token: row.get(2)?,
            expires_at: pushed.checked_add_days(Days::new(TOKEN_DAYS)).unwrap_or(pushed),
            account: row.get(4)?,
            address: row.get(5)?,
        });
    }
    Ok(found)
}

/// Notes the e-mail address that the account of a waiting message has in the portal; blank where it is not known.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn set_address(conn: &Connection, mail: &Waiting, address: &str) -> Result<()> {
    let sql = "UPDATE reset_token SET address = ?3 WHERE batch = ?1 AND record = ?2";
    conn.prepare_cached(sql)?.execute(params![mail.batch, mail.record, address])?;
    Ok(())
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
    let sql = format!(
        "SELECT count(*) FILTER (WHERE t.sent_at IS NULL AND b.at > ?1 AND {STANDS}), count(t.sent_at),
                count(*) FILTER (WHERE t.sent_at IS NULL AND b.at <= ?1 AND {STANDS})
         FROM reset_token t JOIN push_batch b ON b.id = t.batch AND b.state = 'applied'"
    );
    let count = |row: &rusqlite::Row<'_>, at| row.get::<_, i64>(at).map(i64::unsigned_abs);
    Ok(conn.query_row(&sql, [oldest(now)], |row| {
        Ok(MailCounts { waiting: count(row, 0)?, sent: count(row, 1)?, expired: count(row, 2)? })
    })?)
}

/// A push before this has tokens that no longer work.
fn oldest(now: DateTime<Utc>) -> String {
    stamp(now.checked_sub_days(Days::new(TOKEN_DAYS)).unwrap_or(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::fixture::{act, project};
    use crate::receipts::{self, PushState, Pushed};

    #[test]
    fn a_message_waits_as_long_as_its_account_stands_and_goes_to_the_address_that_the_account_has() {
        let project = project();
        let conn = project.connection();
        receipts::prepare(conn, "p1", "postgres://db/x", &act()).unwrap();
        let account = |record: i64| Pushed {
            entity: "users".to_owned(),
            record,
            target: format!("u{record}"),
            outcome: "pushed".to_owned(),
        };
        receipts::save_pushed(conn, "p1", [account(1), account(2)]).unwrap();
        receipts::save_reset_token(conn, "p1", 1, "ibu@contoh.my", "once").unwrap();
        receipts::save_reset_token(conn, "p1", 2, "", "twice").unwrap();
        let waits = |skip| waiting(conn, act().at, skip, 9).unwrap();
        assert!(waits(0).is_empty(), "it is not known whether the portal has the push");
        receipts::set_state(conn, "p1", PushState::Applied).unwrap();
        let [first, second]: [Waiting; 2] = waits(0).try_into().unwrap();
        assert_eq!((first.account.as_str(), first.address.as_str()), ("u1", "ibu@contoh.my"));
        assert_eq!((second.account.as_str(), second.address.as_str()), ("u2", ""), "not known");
        set_address(conn, &second, "bapa@contoh.my").unwrap();
        assert_eq!(waits(1)[0].address, "bapa@contoh.my", "the portal was asked");
        assert_eq!(counts(conn, act().at).unwrap().waiting, 2);
        sent(conn, &first, act().at).unwrap();
        receipts::forget_pushed(conn, "p1", "users", &[1, 2]).unwrap();
        assert!(waits(0).is_empty(), "its account was taken back");
        assert_eq!(counts(conn, act().at).unwrap(), MailCounts { waiting: 0, sent: 1, expired: 0 });
    }
}
