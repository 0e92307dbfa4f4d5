//! Who did what in the project: a log that is only ever added to.
//!
//! Each entry carries `SHA-256(hash of the entry before || this entry)`, so a changed, missing or
//! inserted entry breaks the chain from there on. Cutting entries off the end does not; whoever needs
//! proof against that prints [`Chain::head`] in a report, and compares later.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use crate::error::Result;

/// The project was made.
pub const CREATED: &str = "project.created";
/// The project was opened with a passphrase.
pub const OPENED: &str = "project.opened";
/// The project was opened with the recovery key, and the user got a new passphrase.
pub const RECOVERED: &str = "project.recovered";
/// Another user took over the open project.
pub const SIGNED_IN: &str = "user.signed-in";
/// A user was added.
pub const USER_ADDED: &str = "user.added";
/// A user was disabled.
pub const USER_DISABLED: &str = "user.disabled";
/// A disabled user was let in again.
pub const USER_ENABLED: &str = "user.enabled";
/// A user got another role.
pub const ROLE_CHANGED: &str = "user.role-changed";
/// A user changed the passphrase.
pub const PASSPHRASE_CHANGED: &str = "passphrase.changed";
/// An administrator gave a user a new passphrase.
pub const PASSPHRASE_RESET: &str = "passphrase.reset";
/// There is a new recovery key.
pub const RECOVERY_RENEWED: &str = "recovery.renewed";
/// A copy of the project was made.
pub const BACKED_UP: &str = "project.backed-up";
/// Settings were changed.
pub const SETTINGS_CHANGED: &str = "settings.changed";

/// The actions this crate logs; `access.<action>` is their sentence. Other actions are the app's.
pub const ACTIONS: [&str; 13] = [
    CREATED,
    OPENED,
    RECOVERED,
    SIGNED_IN,
    USER_ADDED,
    USER_DISABLED,
    USER_ENABLED,
    ROLE_CHANGED,
    PASSPHRASE_CHANGED,
    PASSPHRASE_RESET,
    RECOVERY_RENEWED,
    BACKED_UP,
    SETTINGS_CHANGED,
];

/// One thing somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number of the entry, from 1 without gaps.
    pub seq: i64,
    /// When, as RFC 3339 in UTC.
    pub at: String,
    /// Name of the user.
    pub user: String,
    /// Code of the action.
    pub action: String,
    /// Ids, counts and names of users; no pupil's data.
    pub detail: BTreeMap<String, String>,
}

/// What reading the whole log showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// How many entries there are.
    pub entries: u64,
    /// Number of the first entry that does not fit, or `None` for an unbroken chain.
    pub broken_at: Option<i64>,
    /// Hash of the last entry that fits, in hexadecimal.
    pub head: String,
}

/// Adds an entry, in the transaction that `connection` is in.
///
/// # Errors
///
/// Those of SQLite.
pub fn append(
    connection: &Connection,
    user: &str,
    action: &str,
    detail: &[(&str, &str)],
    now: DateTime<Utc>,
) -> Result<()> {
    let last = "SELECT seq, hash FROM access_log ORDER BY seq DESC LIMIT 1";
    let last = connection.query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (seq, before): (i64, [u8; 32]) = match last {
        Some((seq, hash)) => (seq, hash),
        None => (0, beginning(connection)?),
    };
    let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
    let detail = serde_json::to_string(&detail.iter().copied().collect::<BTreeMap<_, _>>())?;
    let hash = hash(&before, seq + 1, [&at, user, action, &detail]);
    connection
        .prepare_cached("INSERT INTO access_log (seq, at, user, action, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![seq + 1, at, user, action, detail, hash])?;
    Ok(())
}

/// At most `limit` entries before number `before` (the newest for `None`), newest first.
///
/// # Errors
///
/// Those of SQLite; [`crate::Error::Json`] for a detail nobody wrote.
pub fn page(connection: &Connection, before: Option<i64>, limit: u32) -> Result<Vec<Entry>> {
    let mut read = connection.prepare_cached(
        "SELECT seq, at, user, action, detail FROM access_log WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
    )?;
    let mut rows = read.query(params![before.unwrap_or(i64::MAX), limit])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(entry(row)?);
    }
    Ok(entries)
}

/// Reads the whole log and follows its chain.
///
/// # Errors
///
/// Those of SQLite. A broken chain is no error but a [`Chain`] that says so.
pub fn verify_chain(connection: &Connection) -> Result<Chain> {
    let mut chain = Chain { entries: 0, broken_at: None, head: String::new() };
    let mut before = beginning(connection)?;
    let mut read = connection.prepare("SELECT seq, at, user, action, detail, hash FROM access_log ORDER BY seq")?;
    let mut rows = read.query([])?;
    let mut expected = 1;
    while let Some(row) = rows.next()? {
        let (seq, stored): (i64, [u8; 32]) = (row.get(0)?, row.get(5)?);
        let texts: [String; 4] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        chain.entries += 1;
        if chain.broken_at.is_some() {
            continue;
        }
        if seq != expected || hash(&before, seq, texts.each_ref().map(String::as_str)) != stored {
            chain.broken_at = Some(seq);
            continue;
        }
        before = stored;
        expected += 1;
    }
    chain.head = hex(&before);
    Ok(chain)
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn entry(row: &Row<'_>) -> Result<Entry> {
    let detail: String = row.get(4)?;
    Ok(Entry {
        seq: row.get(0)?,
        at: row.get(1)?,
        user: row.get(2)?,
        action: row.get(3)?,
        detail: serde_json::from_str(&detail)?,
    })
}

/// What the first entry follows: the project, so that no log fits into another project.
fn beginning(connection: &Connection) -> Result<[u8; 32]> {
    let project: String = connection.query_row("SELECT project_id FROM meta", [], |row| row.get(0))?;
    Ok(Sha256::digest(project).into())
}

/// Texts go in with their length before them: no two entries have the same bytes.
fn hash(before: &[u8; 32], seq: i64, texts: [&str; 4]) -> [u8; 32] {
    let mut sum = Sha256::new_with_prefix(before);
    sum.update(seq.to_le_bytes());
    for text in texts {
        sum.update((text.len() as u64).to_le_bytes());
        sum.update(text);
    }
    sum.finalize().into()
}
