//! Values that a portal kept at a push because the policy said so.

use rusqlite::{Connection, OptionalExtension, params};

use crate::Result;

/// A value of its own that the portal kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptValue {
    /// Code of the entity.
    pub entity: String,
    /// Number of the record.
    pub record: i64,
    /// Code of the field.
    pub field: String,
    /// The portal's value; `None` where it is blank.
    pub portal: Option<String>,
}

/// Notes values that the portal keeps with push `batch`: one transaction.
///
/// # Errors
///
/// Where the project cannot be written; then none was noted.
pub fn save_kept(conn: &Connection, batch: &str, values: impl IntoIterator<Item = KeptValue>) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO push_kept (batch, entity, record, field, portal) VALUES (?1, ?2, ?3, ?4, ?5)";
    let tx = conn.unchecked_transaction()?;
    for KeptValue { entity, record, field, portal } in values {
        tx.prepare_cached(sql)?.execute(params![batch, entity, record, field, portal])?;
    }
    Ok(tx.commit()?)
}

/// Whether push `batch` left the portal any value of this entity.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn kept_any(conn: &Connection, batch: &str, entity: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM push_kept WHERE batch = ?1 AND entity = ?2)";
    Ok(conn.prepare_cached(sql)?.query_row(params![batch, entity], |row| row.get(0))?)
}

/// Whether push `batch` left the portal exactly this value.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn was_kept(conn: &Connection, batch: &str, value: (&str, i64, &str), portal: Option<&str>) -> Result<bool> {
    let (entity, record, field) = value;
    let sql =
        "SELECT 1 FROM push_kept WHERE batch = ?1 AND entity = ?2 AND record = ?3 AND field = ?4 AND portal IS ?5";
    let mut statement = conn.prepare_cached(sql)?;
    Ok(statement.query_row(params![batch, entity, record, field, portal], |_| Ok(())).optional()?.is_some())
}

/// A push that did not come about, or was taken back, kept nothing.
pub(super) fn forget(conn: &Connection, batch: &str) -> Result<()> {
    conn.execute("DELETE FROM push_kept WHERE batch = ?1", [batch])?;
    Ok(())
}
