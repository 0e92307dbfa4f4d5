//! What people accepted, with the reason: a whole check, what it found in one record, or one finding.

use rusqlite::{Connection, params};

use super::FindingRow;
use crate::change_log::Act;
use crate::landing::stamp;
use crate::{Error, Result};

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
    /// The field, where one finding is meant.
    pub field: Option<String>,
    /// The value that was accepted; the waiver holds for no other. `None` where it holds for any.
    pub value: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepts it.
    pub user: String,
    /// When, RFC 3339.
    pub at: String,
}

/// The condition that a waiver `w` holds for the finding `f`.
pub(super) const HOLDS: &str = "w.check_code = f.check_code AND w.entity = f.entity
    AND (w.record IS NULL OR w.record = f.record) AND (w.field IS NULL OR w.field = f.field)
    AND (w.value IS NULL OR w.value = f.value)";

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

/// Accepts one finding, as it stands: another value of the field is another finding.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn waive_finding(conn: &Connection, finding: &FindingRow, reason: &str, act: &Act<'_>) -> Result<i64> {
    conn.execute(
        "INSERT INTO waiver (check_code, entity, record, field, value, reason, user, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            finding.check,
            finding.entity,
            finding.record,
            finding.field,
            finding.value,
            reason,
            act.user,
            stamp(act.at)
        ],
    )?;
    Ok(conn.last_insert_rowid())
}

/// Takes a waiver back.
///
/// # Errors
///
/// [`Error::NotFound`] where there is none of that number.
pub fn unwaive(conn: &Connection, id: i64) -> Result<()> {
    match conn.execute("DELETE FROM waiver WHERE id = ?1", [id])? {
        0 => Err(Error::NotFound { what: "waiver", id }),
        _ => Ok(()),
    }
}

/// All waivers, the oldest first.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn waivers(conn: &Connection) -> Result<Vec<Waiver>> {
    let sql = "SELECT id, check_code, entity, record, reason, user, at, field, value FROM waiver ORDER BY id";
    let mut statement = conn.prepare_cached(sql)?;
    let waiver = |row: &rusqlite::Row<'_>| {
        Ok(Waiver {
            id: row.get(0)?,
            check: row.get(1)?,
            entity: row.get(2)?,
            record: row.get(3)?,
            reason: row.get(4)?,
            user: row.get(5)?,
            at: row.get(6)?,
            field: row.get(7)?,
            value: row.get(8)?,
        })
    };
    let found = statement.query_map([], waiver)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}
