//! Profiles: what was counted of source tables and entities, kept as documents of whoever counted.
//!
//! The rows of a source table never change, so its document is good for as long as the table is there. Documents of
//! entities are good for one version of the records.

#[cfg(test)]
mod tests;

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::change_log::Act;
use crate::landing::stamp;
use crate::{Result, records};

/// The last profile that was made to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRun {
    /// When, RFC 3339.
    pub at: String,
    /// Who let it be made.
    pub user: String,
    /// Whether records have changed since.
    pub stale: bool,
}

/// Keeps `document`, of version `format`, as that of `table`, in the place of any other.
///
/// # Errors
///
/// Where the project cannot be written or there is no such table.
pub fn save_table(conn: &Connection, table: i64, format: u32, document: &impl Serialize) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO profile_table (table_id, format, document) VALUES (?1, ?2, ?3)";
    conn.prepare_cached(sql)?.execute(params![table, format, serde_json::to_string(document)?])?;
    Ok(())
}

/// The document of `table`, where there is one of version `format`.
///
/// # Errors
///
/// [`crate::Error::Json`] where the document cannot be read.
pub fn table<T: DeserializeOwned>(conn: &Connection, table: i64, format: u32) -> Result<Option<T>> {
    let sql = "SELECT document FROM profile_table WHERE table_id = ?1 AND format = ?2";
    let json: Option<String> =
        conn.prepare_cached(sql)?.query_row(params![table, format], |row| row.get(0)).optional()?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}

/// The tables that have a document of version `format`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn tables(conn: &Connection, format: u32) -> Result<Vec<i64>> {
    let mut statement =
        conn.prepare_cached("SELECT table_id FROM profile_table WHERE format = ?1 ORDER BY table_id")?;
    let found = statement.query_map([format], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// Keeps the documents of all entities in the place of those before, and notes that the profile is whole. `version`
/// is the one of the records that were counted, asked for before counting. One transaction.
///
/// # Errors
///
/// Where the project cannot be written; then the profile before stays.
pub fn finish<T: Serialize>(conn: &Connection, entities: &[(&str, T)], version: i64, act: &Act<'_>) -> Result<()> {
    let tx = conn.unchecked_transaction()?;
    tx.execute("DELETE FROM profile_entity", [])?;
    for (entity, document) in entities {
        let sql = "INSERT INTO profile_entity (entity, document) VALUES (?1, ?2)";
        tx.prepare_cached(sql)?.execute(params![entity, serde_json::to_string(document)?])?;
    }
    let sql = "INSERT OR REPLACE INTO profile_run (one, at, user, version) VALUES (1, ?1, ?2, ?3)";
    tx.execute(sql, params![stamp(act.at), act.user, version])?;
    tx.commit()?;
    Ok(())
}

/// The document of `entity`, where it was counted.
///
/// # Errors
///
/// [`crate::Error::Json`] where the document cannot be read.
pub fn entity<T: DeserializeOwned>(conn: &Connection, entity: &str) -> Result<Option<T>> {
    let sql = "SELECT document FROM profile_entity WHERE entity = ?1";
    let json: Option<String> = conn.prepare_cached(sql)?.query_row([entity], |row| row.get(0)).optional()?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}

/// The last profile; `None` where none was made to its end.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn last_run(conn: &Connection) -> Result<Option<ProfileRun>> {
    let now = records::version(conn)?;
    let run = conn.query_row("SELECT at, user, version FROM profile_run", [], |row| {
        Ok(ProfileRun { at: row.get(0)?, user: row.get(1)?, stale: row.get::<_, i64>(2)? != now })
    });
    Ok(run.optional()?)
}
