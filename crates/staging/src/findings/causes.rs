//! Findings grouped by their cause: one check, one sentence, one column of one source table.

use model::{Location, Severity};
use rusqlite::{Connection, Row};

use super::read::{Places, waiver};
use crate::landing::Said;
use crate::{Result, records};

/// Findings with one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Code of the check.
    pub check: String,
    /// How much they matter.
    pub severity: Severity,
    /// Code of the entity.
    pub entity: String,
    /// Code of the field.
    pub field: String,
    /// Number of the source table.
    pub table: i64,
    /// What is odd about the first of them.
    pub message: Said,
    /// File, sheet and column; the row is that of the first.
    pub location: Location,
    /// How many findings are kept.
    pub count: u64,
    /// How many of them somebody accepted.
    pub waived: u64,
}

/// Up to `limit` causes, the worst and then the most frequent first, leaving out `offset`; and how many there are.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn causes(conn: &Connection, check: Option<&str>, offset: u64, limit: usize) -> Result<(u64, Vec<Cause>)> {
    let mut found = Vec::new();
    let mut places = Places::default();
    let waiver = waiver();
    for entity in model::entities::ALL {
        let sql = format!(
            "SELECT f.check_code, f.severity, f.field, r.table_id, f.message_key, count(*), count({waiver}),
             min(f.record), f.message_args FROM finding f JOIN {} r ON r.id = f.record
             WHERE f.entity = '{}' AND (?1 IS NULL OR f.check_code = ?1)
             GROUP BY f.check_code, f.field, r.table_id, f.message_key",
            records::table_name(entity),
            entity.code
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let mut rows = statement.query([check])?;
        while let Some(row) = rows.next()? {
            found.push(cause_of(conn, entity.code, row, &mut places)?);
        }
    }
    found.sort_by(|one, other| (one.severity, other.count).cmp(&(other.severity, one.count)));
    let total = found.len() as u64;
    Ok((total, found.into_iter().skip(offset as usize).take(limit).collect()))
}

fn cause_of(conn: &Connection, entity: &str, row: &Row<'_>, places: &mut Places) -> Result<Cause> {
    let field: String = row.get(2)?;
    let location = places.locate(conn, entity, row.get(7)?, &field)?;
    Ok(Cause {
        check: row.get(0)?,
        severity: Severity::from_code(row.get_ref(1)?.as_str().unwrap_or_default()).unwrap_or(Severity::Note),
        entity: entity.to_owned(),
        field,
        table: row.get(3)?,
        message: Said { key: row.get(4)?, args: serde_json::from_str(&row.get::<_, String>(8)?)? },
        location,
        count: row.get(5)?,
        waived: row.get(6)?,
    })
}
