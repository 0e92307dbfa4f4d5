//! What the profile found out about the column that a field came from.

use model::{ColumnFacts, FieldPath};
use rusqlite::{Connection, OptionalExtension, params};

use crate::Result;

/// Keeps `facts` about the column of `table` that went to `path`.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn save_column_facts(conn: &Connection, table: i64, path: &FieldPath, facts: &ColumnFacts) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO column_facts (table_id, entity, part, field, facts) VALUES (?1, ?2, ?3, ?4, ?5)";
    let json = serde_json::to_string(facts)?;
    conn.prepare_cached(sql)?.execute(params![table, path.entity, path.part, path.field, json])?;
    Ok(())
}

/// What is known about the column of `table` that went to `path`; nothing known where it was never
/// looked at.
///
/// # Errors
///
/// Where the stored facts cannot be read.
pub fn column_facts(conn: &Connection, table: i64, path: &FieldPath) -> Result<ColumnFacts> {
    let sql = "SELECT facts FROM column_facts WHERE table_id = ?1 AND entity = ?2 AND part = ?3 AND field = ?4";
    let mut statement = conn.prepare_cached(sql)?;
    let wanted = params![table, path.entity, path.part, path.field];
    let json: Option<String> = statement.query_row(wanted, |row| row.get(0)).optional()?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default())
}
