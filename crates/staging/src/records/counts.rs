//! The balance: what was landed, what it became, and what of it may go to the portal.

use model::{Entity, RecordState};
use rusqlite::{Connection, params};

use super::{Run, entity, runs, table_name};
use crate::{Result, landing};

/// Records of one entity, by where they stand. `total = active + merged + excluded` and
/// `active = held_back + ready`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityCount {
    /// Code of the entity.
    pub entity: &'static str,
    /// All records.
    pub total: u64,
    /// In work.
    pub active: u64,
    /// The same as another record, which stands for them.
    pub merged: u64,
    /// Left out by a person.
    pub excluded: u64,
    /// In work, and held back by a critical finding of the last check run.
    pub held_back: u64,
    /// In work, and free to go.
    pub ready: u64,
}

/// Landed rows of one table, and what they became. Once mapped, `landed = with_record + without_record`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableCount {
    /// Number of the table.
    pub table: i64,
    /// Name of its file.
    pub file: String,
    /// Sheet or table; empty for a file that is one table.
    pub name: String,
    /// Rows landed.
    pub landed: u64,
    /// Rows the reader left out, with reasons.
    pub skipped: u64,
    /// Rows that became at least one record; `None` where the table is not mapped.
    pub with_record: Option<u64>,
    /// Rows that became none; `None` where the table is not mapped.
    pub without_record: Option<u64>,
}

/// Where the project stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageCounts {
    /// One for each entity of the model, in push order.
    pub entities: Vec<EntityCount>,
    /// One for each landed table.
    pub tables: Vec<TableCount>,
}

/// Counts everything; milliseconds at a million records, for it reads no record.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn stage_counts(conn: &Connection) -> Result<StageCounts> {
    let entities = model::entities::ALL.into_iter().map(|entity| count(conn, entity)).collect::<Result<_>>()?;
    let table = |table: landing::TableInfo| TableCount {
        table: table.id,
        file: table.file,
        name: table.name,
        landed: table.landed,
        skipped: table.skipped_total,
        with_record: table.with_record,
        without_record: table.without_record,
    };
    let tables = landing::tables(conn, None)?.into_iter().map(table).collect();
    Ok(StageCounts { entities, tables })
}

/// Counts the records of `entity`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn count(conn: &Connection, entity: &'static Entity) -> Result<EntityCount> {
    let total = runs(conn, entity)?.iter().map(Run::len).sum();
    let table = table_name(entity);
    // Both read the index of the few records that are set aside.
    let aside = format!("SELECT count(*) FROM {table} WHERE record_state = ?1 AND record_state <> 0");
    let of = |state: RecordState| -> Result<u64> {
        Ok(conn.prepare_cached(&aside)?.query_row([state as i64], |row| row.get(0))?)
    };
    let (merged, excluded) = (of(RecordState::Merged)?, of(RecordState::Excluded)?);
    let both = format!(
        "SELECT count(*) FROM {table} r JOIN finding_block b ON b.entity = '{}' AND b.record = r.id
         WHERE r.record_state <> 0",
        entity.code
    );
    let blocked_aside: u64 = conn.prepare_cached(&both)?.query_row([], |row| row.get(0))?;
    let held_back = crate::findings::count_blocked(conn, entity.code)?.saturating_sub(blocked_aside);
    let active = total - merged - excluded;
    Ok(EntityCount { entity: entity.code, total, active, merged, excluded, held_back, ready: active - held_back })
}

/// Up to `limit` records of `code` that are free to go, in order of number, behind `after`.
///
/// # Errors
///
/// [`crate::Error::UnknownEntity`], or where the project cannot be read.
pub fn ready(conn: &Connection, code: &str, after: i64, limit: usize) -> Result<Vec<i64>> {
    let entity = entity(code)?;
    let sql = format!(
        "SELECT r.id FROM {} r NOT INDEXED WHERE r.id > ?1 AND r.record_state = 0 AND NOT EXISTS
         (SELECT 1 FROM finding_block b WHERE b.entity = '{}' AND b.record = r.id) ORDER BY r.id LIMIT ?2",
        table_name(entity),
        entity.code
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let wanted = params![after, limit as i64];
    let found = statement.query_map(wanted, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

/// How many records in work of `code` came from `table`, from its part `part` or from any.
///
/// # Errors
///
/// [`crate::Error::UnknownEntity`], or where the project cannot be read.
pub fn from_table(conn: &Connection, code: &str, table: i64, part: Option<u16>) -> Result<u64> {
    let sql = format!(
        "SELECT count(*) FROM {} WHERE record_state = {} AND table_id = ?1 AND (?2 IS NULL OR part = ?2)",
        table_name(entity(code)?),
        RecordState::Active as i64
    );
    Ok(conn.prepare_cached(&sql)?.query_row(params![table, part], |row| row.get(0))?)
}
