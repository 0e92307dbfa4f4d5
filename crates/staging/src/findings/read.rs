//! Findings page by page, each with its place in the school's own files.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use model::{Location, Severity, TableMapping};
use rusqlite::{Connection, Row, named_params};

use crate::change_log::column_name;
use crate::landing::{self, Said, TableInfo};
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
    /// Text in the value, without regard to case.
    pub text: String,
    /// Only accepted ones, or only those that are not.
    pub waived: Option<bool>,
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
    /// Whether a person accepted it.
    pub waived: bool,
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

const WAIVED: &str = "EXISTS (SELECT 1 FROM waiver w WHERE w.check_code = f.check_code AND w.entity = f.entity
    AND (w.record IS NULL OR w.record = f.record))";

const FILTERED: &str = "FROM finding f WHERE (:check IS NULL OR f.check_code = :check)
    AND (:severity IS NULL OR f.severity = :severity) AND (:entity IS NULL OR f.entity = :entity)
    AND (:field IS NULL OR f.field = :field) AND (:record IS NULL OR f.record = :record)
    AND (:text = '' OR instr(lower(f.value), lower(:text)) > 0)";

/// Up to `limit` findings that `filter` lets through, leaving out the first `offset`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn page(conn: &Connection, filter: &FindingFilter, offset: u64, limit: usize) -> Result<FindingPage> {
    let waived = match filter.waived {
        Some(true) => format!(" AND {WAIVED}"),
        Some(false) => format!(" AND NOT {WAIVED}"),
        None => String::new(),
    };
    let severity = filter.severity.map(Severity::code);
    let args = named_params! {
        ":check": filter.check, ":severity": severity, ":entity": filter.entity, ":field": filter.field,
        ":record": filter.record, ":text": filter.text,
    };
    let count = format!("SELECT count(*) {FILTERED}{waived}");
    let total = conn.prepare_cached(&count)?.query_row(args, |row| row.get(0))?;
    let sql = format!(
        "SELECT f.id, f.check_code, f.severity, f.entity, f.record, f.field, f.value, f.message_key, f.message_args,
         {WAIVED} {FILTERED}{waived} ORDER BY f.severity = 'note', f.severity = 'warning', f.id
         LIMIT {limit} OFFSET {offset}"
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

fn finding_of(conn: &Connection, row: &Row<'_>, places: &mut Places) -> Result<FindingRow> {
    let (entity, record, field): (String, i64, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let location = places.locate(conn, &entity, record, &field)?;
    Ok(FindingRow {
        id: row.get(0)?,
        check: row.get(1)?,
        severity: Severity::from_code(row.get_ref(2)?.as_str().unwrap_or_default()).unwrap_or(Severity::Note),
        message: Said { key: row.get(7)?, args: serde_json::from_str(&row.get::<_, String>(8)?)? },
        value: row.get(6)?,
        waived: row.get(9)?,
        entity,
        record,
        field,
        location,
    })
}

/// Finds places; remembers the tables of the page.
#[derive(Default)]
struct Places {
    tables: HashMap<i64, (TableInfo, Option<TableMapping>)>,
}

impl Places {
    fn locate(&mut self, conn: &Connection, entity: &str, record: i64, field: &str) -> Result<Location> {
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
