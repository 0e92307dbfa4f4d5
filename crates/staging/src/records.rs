//! Records: what landed rows become, one table `rec_<entity>` for each entity of the model.
//!
//! A record keeps where it came from (table, position, row, part), where it stands, and one text
//! per field, NULL where it is blank. A field that points to another record has a second column
//! `<field>_id`. The record's own bookkeeping columns are listed in [`PSEUDO_FIELDS`]'s neighbours:
//! `record_state` is called so because a school's records have a field `state` (Negeri).

mod beyond;
pub(crate) mod clear;
mod counts;
pub(crate) mod declared;
mod facts;
mod lead;
mod levels;
pub(crate) mod made;
mod merge;
mod read;
mod references;
mod schema;
mod separate;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use beyond::of_row;
pub use beyond::{ensure_link_indexes, leading_to, record_beyond};
pub use counts::{EntityCount, StageCounts, TableCount, count, from_table, ready, stage_counts};
pub use facts::{column_facts, save_column_facts};
pub(crate) use lead::lead_changed;
pub use levels::{prepare_year_levels, year_levels};
pub use made::{NewRecord, add};
pub use merge::{Joined, Merge, Merged, Pick, merge, merge_same_named};
#[cfg(test)]
pub(crate) use read::columns as columns_of_record;
pub(crate) use read::state_of;
pub use read::{
    BlockReader, Reader, RecordBlock, RecordRef, RecordRow, read, read_blocks, read_blocks_beyond, read_filled, record,
};
pub use references::{Resolved, is_declared, named, open_for, resolve_references};
pub(crate) use references::{follow, led_to};
pub use schema::{ensure_entity_tables, table_name};
pub use separate::separate;
pub use writer::{MappedTable, RecordWriter, RowAt, Slot};

use model::{Entity, FieldKind};
use rusqlite::Connection;

use crate::{Error, Result};

/// Column that says where a record stands, see [`model::RecordState`]; also its name in the change log.
pub const STATE_FIELD: &str = "record_state";

/// Column that names the record which stands for a merged one; also its name in the change log.
pub const SURVIVOR_FIELD: &str = "survivor";

/// Names in the change log that are columns of a record and no fields of its entity.
pub const PSEUDO_FIELDS: [&str; 2] = [STATE_FIELD, SURVIVOR_FIELD];

/// The entity with this code.
pub(crate) fn entity(code: &str) -> Result<&'static Entity> {
    model::entities::find(code).ok_or_else(|| Error::UnknownEntity { code: code.to_owned() })
}

/// The column for `field` of `entity` as the change log names it: a field, `<reference>_id` or a
/// pseudo-field. Only names from the model pass, so that they may stand in SQL.
pub(crate) fn column(entity: &'static Entity, field: &str) -> Result<String> {
    let reference = |base: &str| entity.references().any(|(field, _)| field.code == base);
    let known = entity.field(field).is_some()
        || PSEUDO_FIELDS.contains(&field)
        || field.strip_suffix("_id").is_some_and(reference);
    if known { Ok(quoted(field)) } else { Err(unknown_field(entity, field)) }
}

pub(crate) fn unknown_field(entity: &Entity, field: &str) -> Error {
    Error::UnknownField { entity: entity.code.to_owned(), field: field.to_owned() }
}

/// A name from the model as SQL takes it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// All fields that lead to records of `entity`: whose they are and their code.
pub(crate) fn pointing_to(entity: &Entity) -> Vec<(&'static Entity, &'static str)> {
    let mut found = Vec::new();
    for other in model::entities::ALL {
        for field in other.fields {
            if matches!(&field.kind, FieldKind::Reference(reference) if reference.entity == entity.code) {
                found.push((other, field.code));
            }
        }
    }
    found
}

/// The first column of `sql` as numbers: for lists that are short by nature.
pub(crate) fn numbers(conn: &Connection, sql: &str) -> Result<Vec<i64>> {
    let mut statement = conn.prepare(sql)?;
    let found = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// A dense run of record numbers of one entity, both ends included, all from one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) table: i64,
}

impl Run {
    pub(crate) fn len(&self) -> u64 {
        (self.last - self.first + 1).max(0) as u64
    }
}

/// The runs of `entity` in order of number.
pub(crate) fn runs(conn: &Connection, entity: &Entity) -> Result<Vec<Run>> {
    let sql = "SELECT first, last, table_id FROM record_range WHERE entity = ?1 ORDER BY first";
    let mut statement = conn.prepare_cached(sql)?;
    let run = |row: &rusqlite::Row<'_>| Ok(Run { first: row.get(0)?, last: row.get(1)?, table: row.get(2)? });
    let found = statement.query_map([entity.code], run)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// The version of the records: grows with every change to them or to their findings, so that
/// anything computed from them can tell whether it is stale.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn version(conn: &Connection) -> Result<i64> {
    meta(conn, "version")
}

/// Says that records or findings have changed.
pub(crate) fn touch(conn: &Connection) -> Result<()> {
    conn.prepare_cached("UPDATE data_meta SET value = value + 1 WHERE key = 'version'")?.execute([])?;
    Ok(())
}

/// How often references were led anew outside of the change log.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn links_version(conn: &Connection) -> Result<i64> {
    meta(conn, "links")
}

pub(crate) fn meta(conn: &Connection, key: &str) -> Result<i64> {
    let mut statement = conn.prepare_cached("SELECT value FROM data_meta WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0))?)
}

pub(crate) fn set_meta(conn: &Connection, key: &str, value: i64) -> Result<()> {
    conn.prepare_cached("UPDATE data_meta SET value = ?2 WHERE key = ?1")?.execute(rusqlite::params![key, value])?;
    Ok(())
}
