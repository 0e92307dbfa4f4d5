//! The push that waits for its portal, and the upload that was begun: both outlive the program.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::change_log::Act;
use crate::landing::stamp;
use crate::{Error, Result};

/// Where a queued push stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueState {
    /// It goes out when the portal answers.
    Waiting,
    /// Records changed since it was asked for; a person must look at the new plan.
    Changed,
    /// Something a person must put right: password, right, schema.
    Stopped,
    /// It is in the portal.
    Done,
    /// A person took it back.
    Dropped,
}

impl QueueState {
    const ALL: [Self; 5] = [Self::Waiting, Self::Changed, Self::Stopped, Self::Done, Self::Dropped];

    /// The word in JSON and in the project file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Changed => "changed",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it is not over.
    #[must_use]
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Done | Self::Dropped)
    }
}

/// A push that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The portal's address, without password.
    pub portal: String,
    /// Critical checks whose records stay behind, with the reason.
    pub accepted: Vec<(String, String)>,
    /// Entities and their conflict policies, where they differ from the project's.
    pub policies: Vec<(String, String)>,
    /// Version of the records that are meant.
    pub version: i64,
    /// Copy neither project nor portal first.
    pub no_backup: bool,
    /// The Redis for its messages, without password, where it is another than that of the settings.
    pub redis: Option<String>,
}

/// A push in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Its number.
    pub id: i64,
    /// When it was asked for, RFC 3339.
    pub at: String,
    /// By whom.
    pub user: String,
    /// What was asked for.
    pub wish: Wish,
    /// Where it stands.
    pub state: QueueState,
    /// How often it was tried.
    pub tries: u32,
    /// When last, RFC 3339.
    pub tried_at: Option<String>,
    /// The push that was begun last.
    pub batch: Option<String>,
    /// What went wrong last, as JSON of the caller's.
    pub said: Option<String>,
}

const QUEUED: &str =
    "SELECT id, at, user, portal, accepted, policies, version, state, tries, tried_at, batch, said, no_backup, redis
     FROM push_queue";

fn queued(row: &Row<'_>) -> rusqlite::Result<Queued> {
    let pairs = |at: usize| row.get::<_, String>(at).map(|json| serde_json::from_str(&json).unwrap_or_default());
    Ok(Queued {
        id: row.get(0)?,
        at: row.get(1)?,
        user: row.get(2)?,
        wish: Wish {
            portal: row.get(3)?,
            accepted: pairs(4)?,
            policies: pairs(5)?,
            version: row.get(6)?,
            no_backup: row.get(12)?,
            redis: row.get(13)?,
        },
        state: QueueState::from_code(row.get_ref(7)?.as_str().unwrap_or_default()).unwrap_or(QueueState::Stopped),
        tries: row.get(8)?,
        tried_at: row.get(9)?,
        batch: row.get(10)?,
        said: row.get(11)?,
    })
}

/// The push that waits, if any.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn open(conn: &Connection) -> Result<Option<Queued>> {
    Ok(conn.query_row(&format!("{QUEUED} WHERE open = 1"), [], queued).optional()?)
}

/// The push that was queued last, open or over.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn last(conn: &Connection) -> Result<Option<Queued>> {
    Ok(conn.query_row(&format!("{QUEUED} ORDER BY id DESC LIMIT 1"), [], queued).optional()?)
}

/// Queues a push, in the place of one that waits: the newest word counts. On the disk when this returns.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn put(conn: &Connection, wish: &Wish, act: &Act<'_>) -> Result<i64> {
    let (accepted, policies) = (serde_json::to_string(&wish.accepted)?, serde_json::to_string(&wish.policies)?);
    crate::receipts::durably(conn, |tx| {
        tx.execute("UPDATE push_queue SET open = NULL, state = 'dropped' WHERE open = 1", [])?;
        tx.execute(
            "INSERT INTO push_queue (open, at, user, portal, accepted, policies, version, no_backup, redis, state)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'waiting')",
            params![
                stamp(act.at),
                act.user,
                wish.portal,
                accepted,
                policies,
                wish.version,
                wish.no_backup,
                wish.redis.as_deref().map(crate::receipts::without_password),
            ],
        )?;
        Ok(tx.last_insert_rowid())
    })
}

/// Notes a try of push `id` as `batch`, before it begins. On the disk when this returns.
///
/// # Errors
///
/// [`Error::UnknownBatch`] where there is no such push.
pub fn trying(conn: &Connection, id: i64, batch: &str, act: &Act<'_>) -> Result<()> {
    let sql = "UPDATE push_queue SET tries = tries + 1, tried_at = ?2, batch = ?3 WHERE id = ?1";
    crate::receipts::durably(conn, |tx| one(tx.execute(sql, params![id, stamp(act.at), batch])?, id))
}

/// Notes where push `id` stands now, and what went wrong.
///
/// # Errors
///
/// [`Error::UnknownBatch`] where there is no such push, or where it is over: what is over stays over.
pub fn set_state(conn: &Connection, id: i64, state: QueueState, said: Option<&str>) -> Result<()> {
    let sql = "UPDATE push_queue SET state = ?2, said = ?3, open = ?4 WHERE id = ?1 AND open = 1";
    let open = state.is_open().then_some(1);
    crate::receipts::durably(conn, |tx| one(tx.execute(sql, params![id, state.code(), said, open])?, id))
}

/// Whoever asked looked at the records as they are now: these are the ones that are meant.
///
/// # Errors
///
/// [`Error::UnknownBatch`] where there is no such push.
pub fn renew(conn: &Connection, id: i64, version: i64) -> Result<()> {
    let sql = "UPDATE push_queue SET state = 'waiting', said = NULL, version = ?2 WHERE id = ?1 AND open = 1";
    crate::receipts::durably(conn, |tx| one(tx.execute(sql, params![id, version])?, id))
}

fn one(changed: usize, id: i64) -> Result<()> {
    if changed == 0 { Err(Error::UnknownBatch { id: id.to_string() }) } else { Ok(()) }
}

/// The number under which an unfinished push to `portal` is uploaded; `fresh` where none was begun.
///
/// # Errors
///
/// Where the project cannot be read or written.
pub fn upload(conn: &Connection, portal: &str, fresh: &str, act: &Act<'_>) -> Result<String> {
    let known = "SELECT upload FROM push_upload WHERE portal = ?1";
    if let Some(upload) = conn.query_row(known, [portal], |row| row.get(0)).optional()? {
        return Ok(upload);
    }
    let sql = "INSERT INTO push_upload (portal, upload, at) VALUES (?1, ?2, ?3)";
    conn.execute(sql, params![portal, fresh, stamp(act.at)])?;
    Ok(fresh.to_owned())
}

/// Nothing of a push to `portal` waits there any more.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn end_upload(conn: &Connection, portal: &str) -> Result<()> {
    conn.execute("DELETE FROM push_upload WHERE portal = ?1", [portal])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::fixture::{act, project};

    fn wish(version: i64) -> Wish {
        let accepted = vec![("*".to_owned(), "surat dihantar".to_owned())];
        Wish {
            portal: "postgres://a@b/c".to_owned(),
            accepted,
            policies: vec![("students".to_owned(), "ask".to_owned())],
            version,
            no_backup: true,
            redis: Some("rediss://penghantar@redis.contoh.my".to_owned()),
        }
    }

    #[test]
    fn one_push_waits_and_the_newest_word_counts() {
        let project = project();
        let conn = project.connection();
        assert_eq!(open(conn).unwrap(), None);
        let first = put(conn, &wish(3), &act()).unwrap();
        let redis = Some("rediss://penghantar:rahsia@redis.contoh.my".to_owned());
        let second = put(conn, &Wish { redis, ..wish(4) }, &act()).unwrap();
        let waits = open(conn).unwrap().expect("it waits");
        let asked = (waits.id, waits.state, &waits.wish, waits.tries);
        assert_eq!(asked, (second, QueueState::Waiting, &wish(4), 0), "all of it, without the password");
        trying(conn, second, "b1", &act()).unwrap();
        set_state(conn, second, QueueState::Stopped, Some("{}")).unwrap();
        let stopped = open(conn).unwrap().expect("a person has to look at it");
        assert_eq!((stopped.tries, stopped.batch.as_deref(), stopped.said.as_deref()), (1, Some("b1"), Some("{}")));
        renew(conn, second, 9).unwrap();
        assert_eq!(
            open(conn).unwrap().map(|one| (one.state, one.wish.version, one.said)),
            Some((QueueState::Waiting, 9, None))
        );
        set_state(conn, second, QueueState::Done, None).unwrap();
        assert_eq!((open(conn).unwrap(), last(conn).unwrap().map(|one| one.state)), (None, Some(QueueState::Done)));
        assert!(renew(conn, first, 1).is_err(), "what is over stays over");
        assert!(set_state(conn, second, QueueState::Waiting, None).is_err() && open(conn).unwrap().is_none());
    }

    #[test]
    fn an_upload_keeps_its_number_until_it_is_over() {
        let project = project();
        let conn = project.connection();
        assert_eq!(upload(conn, "p", "one", &act()).unwrap(), "one");
        assert_eq!(upload(conn, "p", "two", &act()).unwrap(), "one", "goes on where it was cut off");
        assert_eq!(upload(conn, "q", "three", &act()).unwrap(), "three", "another portal has its own");
        end_upload(conn, "p").unwrap();
        assert_eq!(upload(conn, "p", "four", &act()).unwrap(), "four");
    }
}
