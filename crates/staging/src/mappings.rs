//! Mappings: which columns of a source table become which fields, and what was learnt from them.

use model::{Binding, TableMapping};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// Keeps `mapping` as that of `table`, in the place of any other.
///
/// # Errors
///
/// [`Error::NotFound`] where there is no such table.
pub fn save(conn: &Connection, table: i64, mapping: &TableMapping) -> Result<()> {
    let sql = "UPDATE source_table SET mapping = ?2, entity = ?3 WHERE id = ?1";
    match conn.execute(sql, params![table, serde_json::to_string(mapping)?, mapping.entity])? {
        0 => Err(Error::NotFound { what: "source_table", id: table }),
        _ => Ok(()),
    }
}

/// The mapping of `table`; `None` where it has none yet.
///
/// # Errors
///
/// [`Error::NotFound`] where there is no such table, [`Error::Json`] where the document cannot be read.
pub fn load(conn: &Connection, table: i64) -> Result<Option<TableMapping>> {
    let mut statement = conn.prepare_cached("SELECT mapping FROM source_table WHERE id = ?1")?;
    let json: Option<Option<String>> = statement.query_row([table], |row| row.get(0)).optional()?;
    let json = json.ok_or(Error::NotFound { what: "source_table", id: table })?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}

/// Where `field` of record `part` of `entity` comes from. What was calculated from a cell comes from that cell.
#[must_use]
pub fn binding(mapping: &TableMapping, entity: &str, part: u16, field: &str) -> Option<Binding> {
    let of = |mapping: &TableMapping| {
        let record = mapping.parts.iter().find(|record| record.entity == entity && record.part == part)?;
        let bound = record.fields.iter().find(|bound| bound.field == field).map(|bound| bound.from.clone());
        bound.or_else(|| record.cell.as_ref().map(|cell| Binding::Column(cell.column)))
    };
    if mapping.shape.is_none() && part == 1 { of(mapping) } else { of(&mapping.expanded()) }
}

/// Keeps `document` under `name` as what was learnt about this school.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn save_learned(conn: &Connection, name: &str, document: &impl Serialize) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO learned (name, json) VALUES (?1, ?2)";
    conn.execute(sql, params![name, serde_json::to_string(document)?])?;
    Ok(())
}

/// What was learnt about this school under `name`; `None` where nothing was.
///
/// # Errors
///
/// [`Error::Json`] where the document cannot be read.
pub fn load_learned<T: DeserializeOwned>(conn: &Connection, name: &str) -> Result<Option<T>> {
    let sql = "SELECT json FROM learned WHERE name = ?1";
    let json: Option<String> = conn.query_row(sql, [name], |row| row.get(0)).optional()?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}
