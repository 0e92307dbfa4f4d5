//! The profile report as JSON: the documents of the profile with their names.

use serde_json::{Value, json};

use crate::input::{ColumnWords, EntityPart, ProfileLine, ProfileReport, TablePart};

/// The report as JSON.
pub(crate) fn json(report: &ProfileReport) -> Value {
    let time = |at: chrono::NaiveDateTime| at.format("%Y-%m-%dT%H:%M:%S").to_string();
    json!({
        "school": report.head.school,
        "code": report.head.code,
        "generatedAt": time(report.head.generated_at),
        "countedAt": time(report.counted_at),
        "stale": report.stale,
        "inventory": report.lines.iter().map(inventory).collect::<Vec<_>>(),
        "quality": report.entities.iter().map(entity).collect::<Vec<_>>(),
        "volume": report.lines.iter().map(volume).collect::<Vec<_>>(),
        "tables": report.tables.iter().map(table).collect::<Vec<_>>(),
    })
}

fn inventory(line: &ProfileLine) -> Value {
    let issues = line.issues.iter();
    json!({
        "entity": line.entity, "title": line.title, "file": line.file, "records": line.records,
        "first": line.first, "last": line.last, "datedBy": line.dated_by, "keys": line.keys,
        "issues": issues.map(|one| json!({ "code": one.code, "text": one.text, "count": one.count, "bad": one.bad })).collect::<Vec<_>>(),
    })
}

fn volume(line: &ProfileLine) -> Value {
    json!({
        "entity": line.entity, "title": line.title, "file": line.file, "records": line.records, "datedBy": line.dated_by,
        "years": line.years, "undated": line.undated, "aDay": line.a_day, "outlook": line.outlook, "method": line.method,
    })
}

/// `value` with `more` members.
fn with(mut value: Value, more: Value) -> Value {
    if let (Some(members), Value::Object(more)) = (value.as_object_mut(), more) {
        members.extend(more);
    }
    value
}

fn document(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn entity(part: &EntityPart) -> Value {
    let fields: Vec<Value> = part
        .profile
        .fields
        .iter()
        .zip(&part.fields)
        .map(|(field, title)| with(document(field), json!({ "title": title })))
        .collect();
    with(document(&part.profile), json!({ "title": part.title, "fields": fields }))
}

fn table(part: &TablePart) -> Value {
    let columns: Vec<Value> = part
        .profile
        .columns
        .iter()
        .zip(&part.columns)
        .map(|(column, said)| with(document(column), column_words(said)))
        .collect();
    let more = json!({ "file": part.file, "table": part.table, "becomes": part.becomes, "columns": columns });
    with(document(&part.profile), more)
}

fn column_words(said: &ColumnWords) -> Value {
    json!({ "title": said.name, "field": said.field, "kindTitle": said.kind })
}
