//! Findings page by page, each with its place in the school's own files.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use model::{Location, Severity, TableMapping};
use rusqlite::{Connection, Row, named_params};

use super::waivers::HOLDS;
use crate::change_log::column_name;
use crate::landing::{self, Said, TableInfo};
use crate::records::RecordRow;
use crate::{Result, mappings, records};

/// Which findings are wanted; what is `None` or empty does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingFilter {
    /// Code of the check.
    pub check: Option<String>,
    /// How much they matter.
    pub severity: Option<Severity>,
    /// Code of the entity.
    pub entity: Option<String>,
    /// Code of the field.
    pub field: Option<String>,
    /// Number of the record.
    pub record: Option<i64>,
    /// Key of the sentence.
    pub key: Option<String>,
    /// Number of the source table.
    pub table: Option<i64>,
    /// Text in the value, without regard to case.
    pub text: String,
    /// Only accepted ones, or only those that are not.
    pub waived: Option<bool>,
    /// The findings of these numbers.
    pub ids: Option<Vec<i64>>,
}

/// One finding with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingRow {
    /// Number in the project file.
    pub id: i64,
    /// Code of the check.
    pub check: String,
    /// How much it matters.
    pub severity: Severity,
    /// Code of the entity.
    pub entity: String,
    /// Number of the record.
    pub record: i64,
    /// Code of the field; empty where the whole record is meant.
    pub field: String,
    /// The value that was looked at.
    pub value: String,
    /// What is odd.
    pub message: Said,
    /// File, sheet, row and column.
    pub location: Location,
    /// The waiver by which a person accepted it.
    pub waiver: Option<i64>,
}

/// A page of findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingPage {
    /// How many stored findings the filter lets through; more may have been found, see
    /// [`super::CheckResult::found`].
    pub total: u64,
    /// The findings of the page, the worst first.
    pub rows: Vec<FindingRow>,
}

/// The number of the waiver that holds for a finding, the narrowest first; NULL where nobody accepted it.
pub(super) fn waiver() -> String {
    format!("(SELECT w.id FROM waiver w WHERE {HOLDS} ORDER BY w.record IS NULL, w.field IS NULL, w.id LIMIT 1)")
}

const WORST_FIRST: &str = "f.severity = 'note', f.severity = 'warning', f.id";

const FILTERED: &str = "FROM finding f WHERE (:check IS NULL OR f.check_code = :check)
    AND (:severity IS NULL OR f.severity = :severity) AND (:entity IS NULL OR f.entity = :entity)
    AND (:field IS NULL OR f.field = :field) AND (:record IS NULL OR f.record = :record)
    AND (:text = '' OR instr(lower(f.value), lower(:text)) > 0) AND (:key IS NULL OR f.message_key = :key)
    AND (:ids IS NULL OR f.id IN (SELECT value FROM json_each(:ids)))";

/// Up to `limit` findings that `filter` lets through, leaving out the first `offset`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn page(conn: &Connection, filter: &FindingFilter, offset: u64, limit: usize) -> Result<FindingPage> {
    let waiver = waiver();
    let waived = match filter.waived {
        Some(true) => format!(" AND {waiver} IS NOT NULL"),
        Some(false) => format!(" AND {waiver} IS NULL"),
        None => String::new(),
    };
    let severity = filter.severity.map(Severity::code);
    let ids = filter.ids.as_ref().map(serde_json::to_string).transpose()?;
    let from = match (filter.table, filter.entity.as_deref()) {
        (Some(table), Some(code)) => {
            let records = records::table_name(records::entity(code)?);
            format!(" AND f.record IN (SELECT r.id FROM {records} r WHERE r.table_id = {table})")
        }
        _ => String::new(),
    };
    let waived = format!("{waived}{from}");
    let args = named_params! {
        ":key": filter.key,
        ":ids": ids,
        ":check": filter.check, ":severity": severity, ":entity": filter.entity, ":field": filter.field,
        ":record": filter.record, ":text": filter.text,
    };
    let count = format!("SELECT count(*) {FILTERED}{waived}");
    let total = conn.prepare_cached(&count)?.query_row(args, |row| row.get(0))?;
    let sql = format!(
        "SELECT f.id, f.check_code, f.severity, f.entity, f.record, f.field, f.value, f.message_key, f.message_args,
         {waiver} FROM finding f JOIN (SELECT f.id AS chosen {FILTERED}{waived} ORDER BY {WORST_FIRST}
         LIMIT {limit} OFFSET {offset}) ON chosen = f.id ORDER BY {WORST_FIRST}"
    );
    let mut statement = conn.prepare(&sql)?;
    let mut found = statement.query(args)?;
    let mut rows = Vec::new();
    let mut places = Places::default();
    while let Some(row) = found.next()? {
        rows.push(finding_of(conn, row, &mut places)?);
    }
    Ok(FindingPage { total, rows })
}

/// Gives `sink` every stored finding that nobody accepted, with its record, in no order; places are left blank.
///
/// # Errors
///
/// Those of `sink`, or where the project cannot be read.
pub fn each_open<E: From<crate::Error>>(
    conn: &Connection,
    sink: &mut dyn FnMut(FindingRow, RecordRow) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let waiver = waiver();
    let sql = format!(
        "SELECT f.id, f.check_code, f.severity, f.entity, f.record, f.field, f.value, f.message_key, f.message_args,
         NULL FROM finding f WHERE {waiver} IS NULL"
    );
    let mut statement = conn.prepare(&sql).map_err(crate::Error::from)?;
    let mut found = statement.query([]).map_err(crate::Error::from)?;
    while let Some(row) = found.next().map_err(crate::Error::from)? {
        let finding = placed(row, Location::default())?;
        let record = records::record(conn, records::entity(&finding.entity)?, finding.record)?;
        sink(finding, record)?;
    }
    Ok(())
}

fn finding_of(conn: &Connection, row: &Row<'_>, places: &mut Places) -> Result<FindingRow> {
    let (entity, record, field): (String, i64, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
    placed(row, places.locate(conn, &entity, record, &field)?)
}

fn placed(row: &Row<'_>, location: Location) -> Result<FindingRow> {
    Ok(FindingRow {
        id: row.get(0)?,
        check: row.get(1)?,
        severity: Severity::from_code(row.get_ref(2)?.as_str().unwrap_or_default()).unwrap_or(Severity::Note),
        message: Said { key: row.get(7)?, args: serde_json::from_str(&row.get::<_, String>(8)?)? },
        value: row.get(6)?,
        waiver: row.get(9)?,
        entity: row.get(3)?,
        record: row.get(4)?,
        field: row.get(5)?,
        location,
    })
}

/// Finds places; remembers the tables of the page.
#[derive(Default)]
pub(super) struct Places {
    tables: HashMap<i64, (TableInfo, Option<TableMapping>)>,
}

impl Places {
    pub(super) fn locate(&mut self, conn: &Connection, entity: &str, record: i64, field: &str) -> Result<Location> {
        let entity = records::entity(entity)?;
        let sql = format!("SELECT table_id, row, part FROM {} WHERE id = ?1", records::table_name(entity));
        let (table, row, part): (i64, u64, u16) =
            conn.prepare_cached(&sql)?.query_row([record], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let (info, mapping) = match self.tables.entry(table) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert((landing::table(conn, table)?, mappings::load(conn, table)?)),
        };
        let binding = mapping.as_ref().and_then(|mapping| mappings::binding(mapping, entity.code, part, field));
        let column = column_name(info, binding.as_ref());
        Ok(Location { file: info.file.clone(), table: info.name.clone(), row, column })
    }
}
