//! The JSON documents of the contract that no use case keeps itself.

use app::command::import::{Imported, ImportedTable};
use app::command::mapping::Made;
use model::{TableMapping, Words};
use serde_json::{Map, Value, json};

/// What is in a file.
pub(crate) fn inspect(
    view: &app::dto::InspectView,
    mappings: &[TableMapping],
    headers: &[Vec<(String, Option<String>, u8, String)>],
) -> Value {
    let tables = view.tables.iter().zip(mappings).zip(headers);
    let table = |((table, _mapping), columns): (
        (&app::dto::InspectTable, &TableMapping),
        &Vec<(String, Option<String>, u8, String)>,
    )| {
        let columns: Vec<Value> = columns
            .iter()
            .map(|(name, field, confidence, reason)| {
                json!({ "name": name, "field": field, "confidence": f64::from(*confidence) / 100.0, "reason": reason })
            })
            .collect();
        json!({
            "name": table.name, "headerRow": table.header_row, "rows": table.rows, "entity": table.entity,
            "confidence": f64::from(table.confidence) / 100.0, "reason": table.reason, "hidden": table.hidden,
            "columns": columns,
        })
    };
    json!({
        "source": {
            "file": view.file, "format": view.format, "encoding": view.encoding, "delimiter": view.delimiter,
            "sha256": view.sha256, "bytes": view.bytes,
        },
        "tables": tables.map(table).collect::<Vec<_>>(),
        "notes": view.notes,
    })
}

/// What an import brought in. One source stands as `source`; several as `sources`, the first also as `source`.
pub(crate) fn imported(imported: &Imported, words: &Words) -> Value {
    let sources: Vec<Value> = imported.files.iter().map(|file| source(&file.probe)).collect();
    let tables: Vec<Value> = imported
        .files
        .iter()
        .flat_map(|file| file.tables.iter().map(move |table| imported_table(&file.probe.file, table, words)))
        .collect();
    let findings: u64 = imported.files.iter().flat_map(|file| &file.tables).map(|table| table.notes).sum();
    let duplicate = imported.files.iter().find_map(|file| file.duplicate_of.clone());
    json!({
        "batch": imported.batch, "source": sources.first(), "sources": sources, "tables": tables,
        "findings": findings, "duplicateOf": duplicate,
    })
}

fn source(probe: &app::Probe) -> Value {
    json!({
        "file": probe.file, "format": probe.format, "encoding": probe.encoding,
        "delimiter": probe.delimiter.map(String::from), "sha256": probe.sha256, "bytes": probe.bytes,
    })
}

fn imported_table(file: &str, table: &ImportedTable, words: &Words) -> Value {
    let entities: Map<String, Value> =
        table.records.iter().map(|(entity, records)| ((*entity).to_owned(), json!({ "records": records }))).collect();
    let skipped: Vec<Value> =
        table.skipped.iter().map(|row| json!({ "row": row.row, "reason": row.reason.say(words) })).collect();
    json!({ "file": file, "name": table.name, "entities": entities, "landed": table.landed, "skipped": skipped })
}

/// What a table became, as a line.
pub(crate) fn made_line(made: &Made) -> String {
    made.records.iter().map(|(entity, count)| format!("{entity} {count}")).collect::<Vec<_>>().join(", ")
}
