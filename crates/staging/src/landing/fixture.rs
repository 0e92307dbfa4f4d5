//! What the tests of this crate share: a scratch project, made-up tables, and the records as text.

use chrono::{DateTime, TimeZone, Utc};
use model::{Binding, FieldBinding, PartMapping, RowBlock, Silent, TableMapping};
use rusqlite::Connection;

use super::{Landing, NewFile, NewTable, TableSummary, blocks};
use crate::change_log::{Act, Change, StepDraft};
use crate::landing::Said;
use crate::project::Project;
use crate::records::{MappedTable, RecordWriter, RowAt, Slot, columns_of_record, table_name};
use crate::{Result, mappings};

pub(crate) fn project() -> Project {
    Project::scratch().expect("a scratch project")
}

pub(crate) fn at() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 1, 2, 3, 4, 5).single().expect("a real time")
}

pub(crate) fn act() -> Act<'static> {
    Act { user: "siti", at: at() }
}

pub(crate) fn draft(kind: &str) -> StepDraft<'_> {
    StepDraft { kind, label: Said { key: format!("step.{kind}"), args: Vec::new() }, rule: None, act: act() }
}

pub(crate) fn change(entity: &'static str, record: i64, field: &'static str, after: &str) -> Result<Change> {
    Ok(Change { entity, record, field, after: after.to_owned(), reason: None })
}

/// Lands `rows` as the only table of a file; returns the numbers of the batch and the table.
pub(crate) fn land(conn: &Connection, name: &str, headers: &[&str], rows: &[&[&str]]) -> (i64, i64) {
    let (landing, table) = begin_landing(conn, name, headers, rows);
    let landed = landing.finish(at()).expect("finishes");
    (landed.batch, table)
}

/// As [`land`], and leaves the batch unfinished.
pub(crate) fn begin_landing<'c>(
    conn: &'c Connection,
    name: &str,
    headers: &[&str],
    rows: &[&[&str]],
) -> (Landing<'c>, i64) {
    let mut landing = Landing::begin(conn, "siti", at()).expect("begins");
    let file = NewFile { name, sha256: name, bytes: 9, format: "csv", ..NewFile::default() };
    landing.add_file(&file).expect("adds a file");
    let headers: Vec<String> = headers.iter().map(|&header| header.to_owned()).collect();
    let table = NewTable { name: "", header_row: Some(1), headers: &headers, ..NewTable::default() };
    let table = landing.add_table(&table).expect("adds a table");
    // Blocks of three, so that every test crosses from one to the next.
    for (at, part) in rows.chunks(3).enumerate() {
        let mut block = RowBlock::new();
        for (row, cells) in part.iter().enumerate() {
            block.push_text_row((at * 3 + row + 2) as u64, cells.iter().copied());
        }
        landing.append(&block).expect("appends");
    }
    landing.finish_table(&TableSummary::default()).expect("ends the table");
    (landing, table)
}

/// A mapping of column 0, 1, 2 … to `fields` of `entity`.
pub(crate) fn mapping(entity: &str, fields: &[&str]) -> TableMapping {
    let bind = |(column, field): (usize, &&str)| FieldBinding {
        field: (*field).to_owned(),
        from: Binding::Column(column as u32),
        confidence: 100,
        reason: "said".to_owned(),
        reason_args: Vec::new(),
    };
    let fields = fields.iter().enumerate().map(bind).collect();
    let part = PartMapping { entity: entity.to_owned(), part: 1, fields, cell: None };
    TableMapping { entity: Some(entity.to_owned()), parts: vec![part], ..TableMapping::empty() }
}

pub(crate) fn slot(entity: &str, fields: &[&str]) -> Slot {
    let entity = model::entities::find(entity).expect("an entity");
    let fields = fields.iter().map(|field| entity.position(field).expect("a field")).collect();
    Slot { entity, part: 1, fields }
}

/// Maps the columns of `table` to `fields` in order; rows whose first cell is blank become nothing.
pub(crate) fn map(conn: &Connection, table: i64, entity: &str, fields: &[&str]) -> MappedTable {
    mappings::save(conn, table, &mapping(entity, fields)).expect("saves");
    let slots = vec![slot(entity, fields)];
    let mut writer = RecordWriter::begin(conn, table, slots, None, &Silent).expect("begins");
    put_all(conn, &mut writer, table);
    writer.finish(at()).expect("finishes")
}

pub(crate) fn put_all(conn: &Connection, writer: &mut RecordWriter<'_>, table: i64) {
    for block in blocks(conn, table) {
        let (first, block) = block.expect("a block");
        for (position, row) in block.rows().enumerate() {
            let cells: Vec<&str> = row.cells().map(|cell| cell.text).collect();
            let at = RowAt { index: first + position as u64, number: row.number() };
            if cells.first().is_some_and(|cell| !cell.is_empty()) {
                writer.put(0, at, &cells, &[]).expect("puts");
            }
        }
    }
}

/// Lands and maps at once; returns the numbers of the batch and the table.
pub(crate) fn bring_in(conn: &Connection, name: &str, entity: &str, fields: &[&str], rows: &[&[&str]]) -> (i64, i64) {
    let (batch, table) = land(conn, name, fields, rows);
    map(conn, table, entity, fields);
    (batch, table)
}

/// All records of all entities as text, with the type of every value.
pub(crate) fn dump(conn: &Connection) -> String {
    let mut text = String::new();
    for entity in model::entities::ALL {
        let sql = format!("SELECT {} FROM {} ORDER BY id", columns_of_record(entity), table_name(entity));
        let mut statement = conn.prepare(&sql).expect("prepares");
        let width = statement.column_count();
        let mut rows = statement.query([]).expect("queries");
        while let Some(row) = rows.next().expect("steps") {
            text.push_str(entity.code);
            for column in 0..width {
                text.push_str(&format!("|{:?}", row.get_ref(column).expect("a value")));
            }
            text.push('\n');
        }
    }
    text
}

/// One value of one record, NULL as `None`.
pub(crate) fn value(conn: &Connection, entity: &str, record: i64, column: &str) -> Option<String> {
    let sql = format!("SELECT CAST(\"{column}\" AS TEXT) FROM rec_{entity} WHERE id = ?1");
    conn.query_row(&sql, [record], |row| row.get(0)).expect("a record")
}
