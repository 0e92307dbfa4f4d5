//! What no file says and people chose: values for a whole table, values for blanks (here or by a recipe), guardians that stand for unknown
//! ones. Each with who, when and in how many records, so that nobody takes them for the school's own.

use std::collections::HashMap;

use model::{Binding, FieldBinding, FieldPath, TableMapping, Words};
use reports::ChosenPart;
use staging::landing::TableInfo;
use staging::{Connection, landing, mappings, matches, records};

use super::batch::each_entry;
use crate::clock::local;
use crate::command::mapping::value_title;
use crate::error::Failure;
use crate::say;

/// All that was chosen and is in force.
///
/// # Errors
///
/// Those of the project file.
pub(super) fn gather(conn: &Connection, words: &Words) -> Result<Vec<ChosenPart>, Failure> {
    let mut parts = Vec::new();
    let accepted = accepted(conn)?;
    for table in landing::tables(conn, None)? {
        if let Some(mapping) = mappings::load(conn, table.id)? {
            constants(conn, (&table, &mapping), accepted.get(&table.id), words, &mut parts)?;
        }
    }
    for chosen in matches::defaults(conn)? {
        let path = FieldPath::new(&chosen.entity, 1, &chosen.field);
        let args = [("field", say::path(words, &path)), ("value", value_title(&path, &chosen.value, words))];
        parts.push(ChosenPart {
            what: words.say("report.default", &args.each_ref().map(|(name, value)| (*name, value.as_str()))),
            records: chosen.records,
            by: chosen.user,
            at: Some(local(&chosen.at)),
            reason: match chosen.recipe.as_str() {
                "" => chosen.reason,
                recipe => words.say("step.recipe", &[("name", recipe)]),
            },
        });
    }
    let placeholders = matches::placeholder_steps(conn)?.into_iter().map(|step| ChosenPart {
        what: words.text("report.placeholders").to_owned(),
        records: step.records,
        by: step.user,
        at: Some(local(&step.at)),
        reason: String::new(),
    });
    parts.extend(placeholders);
    Ok(parts)
}

/// Who accepted the mapping of each table last, and when.
fn accepted(conn: &Connection) -> Result<HashMap<i64, (String, String)>, Failure> {
    let mut found = HashMap::new();
    each_entry(conn, |entry| {
        let table = entry.detail.get("table").and_then(|table| table.parse().ok());
        if let Some(table) = table.filter(|_| entry.action == "mapping.accepted") {
            found.entry(table).or_insert_with(|| (entry.user.clone(), entry.at.clone()));
        }
        true
    })?;
    Ok(found)
}

/// Values that stand for all rows of a table.
fn constants(
    conn: &Connection,
    (table, mapping): (&TableInfo, &TableMapping),
    accepted: Option<&(String, String)>,
    words: &Words,
    parts: &mut Vec<ChosenPart>,
) -> Result<(), Failure> {
    for part in &mapping.parts {
        for field in &part.fields {
            let Binding::Constant(value) = &field.from else { continue };
            let path = FieldPath::new(&part.entity, part.part, &field.field);
            let (said, title) = (value_title(&path, value, words), say::path(words, &path));
            let args = [("file", table.file.as_str()), ("table", &table.name), ("field", &title), ("value", &said)];
            // The cells of a register have parts of their own.
            let of_part = mapping.shape.is_none().then_some(part.part);
            parts.push(ChosenPart {
                what: words.say("report.chosen", &args),
                records: records::from_table(conn, &part.entity, table.id, of_part)?,
                by: accepted.map(|(user, _)| user.clone()).unwrap_or_default(),
                at: accepted.map(|(_, at)| local(at)),
                reason: why(field, words),
            });
        }
    }
    Ok(())
}

/// Why Daftar proposed a value; nothing where a person said it.
fn why(field: &FieldBinding, words: &Words) -> String {
    if field.reason == "mapping.person" {
        return String::new();
    }
    pipeline::mapping::sentence(words, &field.reason, &field.reason_args)
}
