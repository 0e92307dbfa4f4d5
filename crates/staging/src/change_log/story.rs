//! The story of a cell: where its value came from, and every change since.

use std::collections::HashSet;

use model::{Binding, Location, Severity};
use rusqlite::{Connection, params};

use super::{head, history::ancestors};
use crate::landing::{self, RawCell, Said, TableInfo};
use crate::{Result, mappings, records};

/// What a record's field was before anything was changed, and how it came there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Number of the source table.
    pub table: i64,
    /// Position of the row in that table, from 0.
    pub row_index: u64,
    /// File, sheet, row and column header.
    pub location: Location,
    /// How the value came there.
    pub binding: OriginBinding,
}

/// How a value came into a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginBinding {
    /// From this column, counted from 0; the cell as the source held it.
    Column(u32, RawCell),
    /// From several columns, joined as the mapping says.
    Joined(String),
    /// The same for every row of the table.
    Constant(String),
    /// The mapping gives the field nothing; it was derived, or is blank.
    Nothing,
}

/// One change of the cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryChange {
    /// Number of the step.
    pub step: i64,
    /// The sentence that names the step.
    pub label: Said,
    /// Who made it.
    pub user: String,
    /// When, RFC 3339.
    pub at: String,
    /// Code of the rule that proposed it.
    pub rule: Option<String>,
    /// The column changed: the field, or `<field>_id` of a reference.
    pub field: String,
    /// The value before; empty where blank.
    pub before: String,
    /// The value after; empty where blank.
    pub after: String,
    /// Why.
    pub reason: Option<Said>,
    /// Whether the step is applied now, or undone.
    pub applied: bool,
}

/// The story of one field of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellStory {
    /// Where it came from.
    pub origin: Origin,
    /// What was done to it, the oldest first; undone steps too.
    pub changes: Vec<StoryChange>,
}

/// What the grid shows beside a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellMark {
    /// Number of the record.
    pub record: i64,
    /// Code of the field; empty for the whole record.
    pub field: String,
    /// Whether an applied step changed it.
    pub changed: bool,
    /// The worst finding there.
    pub finding: Option<Severity>,
}

/// The story of `field` (a field or a pseudo-field) of record `record` of `entity`.
///
/// # Errors
///
/// [`crate::Error::NotFound`], [`crate::Error::UnknownEntity`] or [`crate::Error::UnknownField`].
pub fn story(conn: &Connection, entity: &str, record: i64, field: &str) -> Result<CellStory> {
    let entity = records::entity(entity)?;
    records::column(entity, field)?;
    let row = records::record(conn, entity, record)?;
    let table = landing::table(conn, row.table)?;
    let mapping = mappings::load(conn, row.table)?;
    let bound = mapping.as_ref().and_then(|mapping| mappings::binding(mapping, entity.code, row.part, field));
    let binding = match &bound {
        Some(Binding::Column(column)) => {
            OriginBinding::Column(*column, raw_cell(conn, row.table, row.row_index, *column)?)
        }
        Some(Binding::Joined(columns)) => OriginBinding::Joined(joined(conn, &row, columns)?),
        Some(Binding::Constant(value)) => OriginBinding::Constant(value.clone()),
        None => OriginBinding::Nothing,
    };
    let column = column_name(&table, bound.as_ref());
    let location = Location { file: table.file, table: table.name, row: row.row, column };
    let origin = Origin { table: row.table, row_index: row.row_index, location, binding };
    Ok(CellStory { origin, changes: changes(conn, entity.code, record, field)? })
}

/// What the cells say together, as the mapping joins them.
fn joined(conn: &Connection, row: &records::RecordRow, columns: &[u32]) -> Result<String> {
    let mut texts = Vec::with_capacity(columns.len());
    for column in columns {
        texts.push(raw_cell(conn, row.table, row.row_index, *column)?.text);
    }
    Ok(texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "))
}

fn raw_cell(conn: &Connection, table: i64, row: u64, column: u32) -> Result<RawCell> {
    let cell = landing::row(conn, table, row)?.and_then(|mut row| {
        let there = (column as usize) < row.cells.len();
        there.then(|| row.cells.swap_remove(column as usize))
    });
    Ok(cell.unwrap_or(RawCell { kind: model::CellKind::Empty, text: String::new() }))
}

/// The header of the column that `binding` names, its letter where it has none, else nothing.
pub(crate) fn column_name(table: &TableInfo, binding: Option<&Binding>) -> String {
    match binding {
        Some(binding) => binding.columns().iter().map(|column| header(table, *column)).collect::<Vec<_>>().join(" + "),
        None => String::new(),
    }
}

fn header(table: &TableInfo, column: u32) -> String {
    match table.headers.get(column as usize) {
        Some(header) if !header.trim().is_empty() => header.clone(),
        _ => letters(column),
    }
}

/// The letters by which a spreadsheet names column `column`, counted from 0: A, Z, AA.
fn letters(column: u32) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

fn changes(conn: &Connection, entity: &str, record: i64, field: &str) -> Result<Vec<StoryChange>> {
    let sql = "SELECT c.step_id, s.label_key, s.label_args, s.user, s.at, s.rule, c.field, coalesce(c.before, ''),
        coalesce(c.after, ''), c.reason_key, c.reason_args
        FROM (SELECT * FROM change INDEXED BY change_of_record WHERE entity = ?1 AND record = ?2
              UNION ALL SELECT * FROM change_in_row WHERE entity = ?1 AND record = ?2) c
        JOIN step s ON s.id = c.step_id
        WHERE c.field IN (?3, ?3 || '_id') ORDER BY c.step_id";
    let applied: HashSet<i64> = ancestors(conn, head(conn)?)?.into_iter().collect();
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params![entity, record, field])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let step: i64 = row.get(0)?;
        found.push(StoryChange {
            step,
            label: said(row.get(1)?, row.get(2)?)?,
            user: row.get(3)?,
            at: row.get(4)?,
            rule: row.get(5)?,
            field: row.get(6)?,
            before: row.get(7)?,
            after: row.get(8)?,
            reason: row.get::<_, Option<String>>(9)?.map(|key| said(key, row.get(10)?)).transpose()?,
            applied: applied.contains(&step),
        });
    }
    Ok(found)
}

fn said(key: String, args: Option<String>) -> Result<Said> {
    let args = args.map(|args| serde_json::from_str(&args)).transpose()?.unwrap_or_default();
    Ok(Said { key, args })
}

/// What the grid shows beside the values of `records`: changed cells and cells with findings.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn cell_marks(conn: &Connection, entity: &str, records: &[i64]) -> Result<Vec<CellMark>> {
    let applied: HashSet<i64> = ancestors(conn, head(conn)?)?.into_iter().collect();
    let mut marks = Vec::new();
    for record in records {
        let first = marks.len();
        changed_cells(conn, entity, *record, &applied, &mut marks)?;
        finding_cells(conn, entity, *record, first, &mut marks)?;
    }
    Ok(marks)
}

fn changed_cells(
    conn: &Connection,
    entity: &str,
    record: i64,
    applied: &HashSet<i64>,
    marks: &mut Vec<CellMark>,
) -> Result<()> {
    let sql = "SELECT field, step_id FROM change INDEXED BY change_of_record WHERE entity = ?1 AND record = ?2
               UNION ALL SELECT field, step_id FROM change_in_row WHERE entity = ?1 AND record = ?2 ORDER BY field";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params![entity, record])?;
    while let Some(row) = rows.next()? {
        let field: String = row.get(0)?;
        let marked = marks.last().is_some_and(|mark: &CellMark| mark.record == record && mark.field == field);
        if !marked && applied.contains(&row.get(1)?) {
            marks.push(CellMark { record, field, changed: true, finding: None });
        }
    }
    Ok(())
}

fn finding_cells(conn: &Connection, entity: &str, record: i64, first: usize, marks: &mut Vec<CellMark>) -> Result<()> {
    let sql = "SELECT field, severity FROM finding WHERE entity = ?1 AND record = ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params![entity, record])?;
    while let Some(row) = rows.next()? {
        let field: String = row.get(0)?;
        let finding = Severity::from_code(row.get_ref(1)?.as_str().unwrap_or_default());
        match marks[first..].iter_mut().find(|mark| mark.field == field) {
            // `Severity` is ordered worst first.
            Some(mark) => mark.finding = mark.finding.into_iter().chain(finding).min(),
            None => marks.push(CellMark { record, field, changed: false, finding }),
        }
    }
    Ok(())
}
