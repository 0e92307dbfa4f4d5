//! The tables of records, made and extended from the model's descriptors at every open.

use std::collections::HashSet;

use model::{Entity, FieldKind, Reference};
use rusqlite::Connection;

use super::quoted;
use crate::Result;

/// Columns that every record has besides its fields.
const FIXED: &str = "id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, row_index INTEGER NOT NULL,
    row INTEGER NOT NULL, part INTEGER NOT NULL, record_state INTEGER NOT NULL DEFAULT 0, survivor INTEGER";

/// Column with the position of the row that a record was made from.
const ROW: &str = "row_index";

/// Name of the table with the records of `entity`, as SQL takes it.
#[must_use]
pub fn table_name(entity: &Entity) -> String {
    quoted(&format!("rec_{}", entity.code))
}

/// Makes the table of every entity and adds the columns of fields that are new. Columns are never
/// dropped: a field that left the model keeps its values in the file.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn ensure_entity_tables(conn: &Connection) -> Result<()> {
    let tx = conn.unchecked_transaction()?;
    for entity in model::entities::ALL {
        ensure_table(&tx, entity)?;
    }
    tx.commit()?;
    Ok(())
}

fn ensure_table(conn: &Connection, entity: &'static Entity) -> Result<()> {
    let table = table_name(entity);
    conn.execute_batch(&format!("CREATE TABLE IF NOT EXISTS {table} ({FIXED})"))?;
    let there = columns_of(conn, &table)?;
    for (name, kind) in field_columns(entity) {
        if !there.contains(&name) {
            conn.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {} {kind}", quoted(&name)))?;
        }
    }
    // Only the few records that are merged or left out: costs nothing while records are written.
    let index = quoted(&format!("rec_{}_aside", entity.code));
    conn.execute_batch(&format!(
        "CREATE INDEX IF NOT EXISTS {index} ON {table} (record_state, survivor) WHERE record_state <> 0"
    ))?;
    Ok(())
}

/// The columns that the fields of `entity` need, with their SQL types.
fn field_columns(entity: &'static Entity) -> Vec<(String, &'static str)> {
    let mut columns = Vec::with_capacity(entity.fields.len() + 4);
    for field in entity.fields {
        columns.push((field.code.to_owned(), "TEXT"));
        if matches!(field.kind, FieldKind::Reference(_)) {
            columns.push((format!("{}_id", field.code), "INTEGER"));
        }
    }
    columns
}

fn columns_of(conn: &Connection, table: &str) -> Result<HashSet<String>> {
    let mut statement = conn.prepare(&format!("PRAGMA table_info({table})"))?;
    let names = statement.query_map([], |row| row.get(1))?.collect::<rusqlite::Result<_>>()?;
    Ok(names)
}

/// Name of the index that [`ensure_key_index`] makes, without quotes.
fn key_index_name(entity: &Entity, field: &str) -> String {
    format!("on_demand_{}_{field}", entity.code)
}

/// One way in which a written key is compared with a field of the record that it may name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'a> {
    /// Code of the field.
    pub(super) by: &'a str,
    /// Whether as an identity number is read, without what people put between its digits, and not as it is written.
    read: bool,
}

impl<'a> Key<'a> {
    /// The ways to compare with the field `by` of `target`, in the order in which they are tried: as written, and an
    /// identity number, or a text that may name somebody by it, then as it is read. Two files rarely write
    /// `150708-10-1237` in one way.
    pub(super) fn of(target: &Entity, by: &'a str) -> impl Iterator<Item = Self> + use<'a> {
        let named = |reference: &Reference| reference.by.contains(&"national_id");
        let identity = target.field(by).is_some_and(|field| match &field.kind {
            FieldKind::IdentityNumber => true,
            FieldKind::Reference(reference) => named(reference),
            _ => false,
        });
        std::iter::once(Self { by, read: false }).chain(identity.then_some(Self { by, read: true }))
    }

    /// The ways to compare with any of the fields of `reference`.
    pub(super) fn all(target: &Entity, reference: &Reference) -> Vec<Self> {
        reference.by.iter().flat_map(|by| Self::of(target, by)).collect()
    }

    /// What of `column` is compared: without outer spaces and without regard to case. What is read as an identity number
    /// is nothing but digits, once spaces, hyphens and Excel's mark for text are gone; names and other texts are not.
    pub(super) fn sql(self, column: &str) -> String {
        if !self.read {
            return format!("upper(trim({column}))");
        }
        let marks = [" ", "-", "''"].iter();
        let digits = marks.fold(column.to_owned(), |key, mark| format!("replace({key}, '{mark}', '')"));
        format!("CASE WHEN {digits} GLOB '[0-9]*' AND {digits} NOT GLOB '*[^0-9]*' THEN {digits} END")
    }

    /// The name of an index of such keys, whose own name is `name`.
    fn index(self, name: &str) -> String {
        if self.read { format!("{name}_read") } else { name.to_owned() }
    }
}

/// Makes the index by which records of `entity` are found by `key`.
pub(super) fn ensure_key_index(conn: &Connection, entity: &'static Entity, key: Key<'_>) -> Result<()> {
    let (name, table) = (quoted(&key.index(&key_index_name(entity, key.by))), table_name(entity));
    let (key, column) = (key.sql(&quoted(key.by)), quoted(key.by));
    conn.execute_batch(&format!(
        "CREATE INDEX IF NOT EXISTS {name} ON {table} ({key}) WHERE {column} IS NOT NULL AND record_state = 0"
    ))?;
    Ok(())
}

/// Name of the index that [`ensure_open_index`] makes, without quotes.
fn open_index_name(entity: &Entity, field: &str) -> String {
    format!("on_demand_{}_{field}_open", entity.code)
}

/// Makes the index of the written keys of `field` that lead nowhere yet, as `key` compares them.
pub(super) fn ensure_open_index(conn: &Connection, entity: &'static Entity, field: &str, key: Key<'_>) -> Result<()> {
    let (name, table) = (quoted(&key.index(&open_index_name(entity, field))), table_name(entity));
    let (column, link) = (quoted(field), quoted(&format!("{field}_id")));
    let key = key.sql(&column);
    conn.execute_batch(&format!(
        "CREATE INDEX IF NOT EXISTS {name} ON {table} ({key})
         WHERE {column} IS NOT NULL AND {link} IS NULL AND record_state = 0"
    ))?;
    Ok(())
}

/// Makes the index by which records of `entity` are found by the record that `field` leads to.
pub(super) fn ensure_link_index(conn: &Connection, entity: &'static Entity, field: &str) -> Result<()> {
    let column = format!("{field}_id");
    let (name, table) = (quoted(&key_index_name(entity, &column)), table_name(entity));
    let link = quoted(&column);
    conn.execute_batch(&format!("CREATE INDEX IF NOT EXISTS {name} ON {table} ({link}) WHERE {link} IS NOT NULL"))?;
    Ok(())
}

/// Makes the index by which records of `entity` are found by the row that they were made from.
pub(super) fn ensure_row_index(conn: &Connection, entity: &'static Entity) -> Result<()> {
    let (name, table) = (quoted(&key_index_name(entity, ROW)), table_name(entity));
    conn.execute_batch(&format!("CREATE INDEX IF NOT EXISTS {name} ON {table} (table_id, {ROW})"))?;
    Ok(())
}

/// Drops the indexes made on demand, so that writing many records does not pay for them.
pub(super) fn drop_key_indexes(conn: &Connection, entity: &Entity) -> Result<()> {
    let keys = entity.fields.iter().map(|field| field.code).chain([ROW]).map(|name| key_index_name(entity, name));
    let linked = entity.references().map(|(field, _)| key_index_name(entity, &format!("{}_id", field.code)));
    let open = entity.references().map(|(field, _)| open_index_name(entity, field.code));
    for name in keys.chain(linked).chain(open) {
        for name in [format!("{name}_read"), name] {
            conn.execute_batch(&format!("DROP INDEX IF EXISTS {}", quoted(&name)))?;
        }
    }
    Ok(())
}
