//! The JSON documents of the contract that no use case keeps itself.

use std::path::Path;

use app::command::cleanse::recipe::Applied;
use app::command::corrections::{Correction, Taken};
use app::command::import::{ColumnGuess, Imported, ImportedTable};
use app::command::mapping::Made;
use app::dto::{CleanseView, InspectTable, InspectView, LeftOut, ProfileLine, ProfileView, RecipeStep};
use model::Words;
use serde_json::{Map, Value, json};

/// What is in a file.
pub(crate) fn inspect(view: &InspectView, columns: &[Vec<ColumnGuess>]) -> Value {
    let tables: Vec<Value> =
        view.tables.iter().zip(columns).map(|(table, columns)| inspect_table(table, columns)).collect();
    json!({
        "source": {
            "file": view.file, "format": view.format, "encoding": view.encoding, "delimiter": view.delimiter,
            "sha256": view.sha256, "bytes": view.bytes as u64,
        },
        "tables": tables,
        "notes": view.notes,
        "duplicateOf": Some(&view.duplicate_of).filter(|before| !before.is_empty()),
    })
}

fn inspect_table(table: &InspectTable, columns: &[ColumnGuess]) -> Value {
    let column = |column: &ColumnGuess| {
        json!({
            "name": column.header, "field": column.field, "confidence": share(u32::from(column.confidence)),
            "reason": column.reason,
        })
    };
    json!({
        "name": table.name, "headerRow": table.header_row, "rows": table.rows.map(|rows| rows as u64),
        "entity": table.entity, "confidence": share(table.confidence), "reason": table.reason, "hidden": table.hidden, "kind": table.kind,
        "links": table.links,
        "columns": columns.iter().map(column).collect::<Vec<_>>(),
    })
}

/// What is in all sources that were meant: the first as it stands, all of them as `sources` where there are several.
pub(crate) fn inspected(mut documents: Vec<Value>, left_out: &[LeftOut]) -> Value {
    let all = if documents.len() > 1 { Some(documents.clone()) } else { None };
    let mut first = if documents.is_empty() { json!({}) } else { documents.swap_remove(0) };
    if let Some(members) = first.as_object_mut() {
        members.extend(all.map(|all| ("sources".to_owned(), Value::Array(all))));
        members.insert("leftOut".to_owned(), left_out_list(left_out));
    }
    first
}

fn left_out_list(left_out: &[LeftOut]) -> Value {
    left_out.iter().map(|left| json!({ "name": left.name, "reason": left.reason })).collect()
}

/// The same in words.
pub(crate) fn inspect_lines(view: &InspectView, columns: &[Vec<ColumnGuess>]) -> Vec<String> {
    let mut lines = vec![format!("{}  {}  {}", view.file, view.format, view.encoding.clone().unwrap_or_default())];
    for (table, columns) in view.tables.iter().zip(columns) {
        let rows = table.rows.map(|rows| rows.to_string()).unwrap_or_default();
        let (name, title, sure) = (&table.name, &table.entity_title, table.confidence);
        lines.push(format!("\n{name}  {rows}  {title} ({sure} %)  {}", table.reason));
        lines.extend(columns.iter().map(|column| {
            let field = column.field.as_deref().unwrap_or("-");
            format!("  {:30} {field:32} {:>3} %  {}", column.header, column.confidence, column.reason)
        }));
        lines.extend(table.links.iter().map(|link| format!("  {link}")));
    }
    lines.extend(view.notes.iter().cloned());
    lines
}

/// A confidence of 0 to 100 as 0 to 1.
fn share(percent: u32) -> f64 {
    f64::from(percent) / 100.0
}

/// What an import brought in. One source stands as `source`; several as `sources`, the first also as `source`.
pub(crate) fn imported(imported: &Imported, left_out: &[LeftOut], words: &Words) -> Value {
    let sources: Vec<Value> = imported.files.iter().map(|file| source(&file.probe)).collect();
    let tables: Vec<Value> = imported
        .files
        .iter()
        .flat_map(|file| file.tables.iter().map(move |table| imported_table(&file.probe.file, table, words)))
        .collect();
    let findings: u64 = imported.files.iter().flat_map(|file| &file.tables).map(|table| table.notes).sum();
    let duplicate = imported.files.iter().find_map(|file| file.duplicate_of.clone());
    json!({
        "batch": Some(imported.batch).filter(|batch| *batch > 0), "source": sources.first(), "sources": sources, "tables": tables,
        "findings": findings, "duplicateOf": duplicate, "leftOut": left_out_list(left_out),
        "corrections": imported.corrections.iter().map(|taken| correction(taken, words)).collect::<Vec<_>>(),
    })
}

/// What came of a corrected workbook.
fn correction(taken: &Taken, words: &Words) -> Value {
    let conflict = |one: &Correction| json!({ "table": one.sheet, "row": one.row, "column": one.column, "kept": one.kept, "returned": one.returned });
    json!({
        "file": taken.file, "step": taken.step, "changed": taken.changed, "same": taken.same, "rows": taken.rows,
        "conflicts": taken.conflicts.iter().map(conflict).collect::<Vec<_>>(),
        "remarks": taken.remarks.iter().map(|remark| remark.say(words)).collect::<Vec<_>>(),
        "remarksTotal": taken.remarks_total,
    })
}

/// The same in words.
pub(crate) fn correction_lines(taken: &Taken, words: &Words) -> Vec<String> {
    let (changed, late) = (taken.changed.to_string(), taken.conflicts.len().to_string());
    let remarks = taken.remarks_total.to_string();
    let sum = words.say("workbook.taken", &[("changed", &changed), ("late", &late), ("remarks", &remarks)]);
    let conflicts = taken
        .conflicts
        .iter()
        .map(|one| format!("  {} · {} · {}: {} ≠ {}", one.sheet, one.row, one.column, one.kept, one.returned));
    let remarks = taken.remarks.iter().map(|remark| format!("  {}", remark.say(words)));
    std::iter::once(format!("{}: {sum}", taken.file)).chain(conflicts).chain(remarks).collect()
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
    json!({
        "file": file, "name": table.name, "entities": entities, "landed": table.landed, "skipped": skipped,
        "skippedTotal": table.skipped_total,
        "doubts": table.doubts.iter().map(|doubt| doubt.say(words)).collect::<Vec<_>>(),
    })
}

/// The profile's document, with the file that its report was written to.
pub(crate) fn profiled(document: &str, written: Option<(&Path, u64)>) -> Value {
    let mut document: Value = serde_json::from_str(document).unwrap_or_default();
    if let (Some(members), Some((file, bytes))) = (document.as_object_mut(), written) {
        members.insert("file".to_owned(), json!(file));
        members.insert("bytes".to_owned(), json!(bytes));
    }
    document
}

/// The inventory in words.
pub(crate) fn profile_lines(view: &ProfileView) -> Vec<String> {
    let line = |line: &ProfileLine| {
        let span = if line.first.is_empty() { String::new() } else { format!("{} \u{2013} {}", line.first, line.last) };
        let issues: Vec<&str> = line.issues.iter().map(|issue| issue.text.as_str()).collect();
        format!("{:30} {:>10}  {span:23}  {}", line.title, line.records, issues.join("; ")).trim_end().to_owned()
    };
    view.inventory.iter().map(line).collect()
}

/// What is proposed now, what was applied, and what a recipe did.
pub(crate) fn cleansed(
    view: &CleanseView,
    applied: (Option<i64>, u64),
    cooked: Option<&Applied>,
    saved: Option<(&std::path::Path, (usize, usize))>,
) -> Value {
    let rule = |rule: &app::dto::RuleView| json!({ "rule": rule.rule, "title": rule.title, "safe": rule.safe, "review": rule.review, "manual": rule.manual });
    let step = |step: &RecipeStep| json!({ "title": step.title, "state": step.state, "why": step.why, "changes": step.changes });
    json!({
        "applied": applied.1, "step": applied.0, "safe": view.safe, "review": view.review, "manual": view.manual,
        "rules": view.rules.iter().map(rule).collect::<Vec<_>>(),
        "recipe": cooked.map(|cooked| json!({
            "step": cooked.step, "changed": cooked.changed, "notes": cooked.notes,
            "steps": cooked.steps.iter().map(step).collect::<Vec<_>>(),
        })),
        "savedRecipe": saved.map(|(file, (steps, left_out))| json!({ "file": file, "steps": steps, "leftOut": left_out })),
    })
}

/// What a recipe did, line by line.
pub(crate) fn cooked_lines(cooked: &Applied) -> Vec<String> {
    let step = |step: &RecipeStep| format!("{:>8}  {}  {}", step.changes, step.title, step.why);
    cooked.notes.iter().cloned().chain(cooked.steps.iter().map(step)).collect()
}

/// What a table became, as a line.
pub(crate) fn made_line(made: &Made) -> String {
    made.records.iter().map(|(entity, count)| format!("{entity} {count}")).collect::<Vec<_>>().join(", ")
}
