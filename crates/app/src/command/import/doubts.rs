//! What a person should know before trusting the mapping of a table: said after an import that nobody watched.

use model::{FieldPath, Message};
use staging::landing;

use super::ImportedTable;
use crate::error::Failure;

/// Reason of a binding whose values look like something else.
const CONTRADICTED: &str = "mapping.header.contradicted";

/// Adds the columns whose values speak against their headers.
pub(super) fn add(conn: &staging::Connection, table: &mut ImportedTable) -> Result<(), Failure> {
    let Some(mapping) = staging::mappings::load(conn, table.table)? else { return Ok(()) };
    for part in &mapping.parts {
        for field in part.fields.iter().filter(|field| field.reason == CONTRADICTED) {
            let arg =
                |name: &str| field.reason_args.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            let path = FieldPath::new(&part.entity, part.part, &field.field);
            let said = Message::new("import.doubt.column").with("field", path);
            let said = ["header", "matching", "filled"]
                .into_iter()
                .fold(said, |said, name| said.with(name, arg(name).unwrap_or_default()));
            table.doubts.push(said);
        }
    }
    Ok(())
}

/// Adds that a table has no rows: a file of headers or of commas alone looks like one that came in.
pub(super) fn add_empty(table: &mut ImportedTable) {
    if table.landed == 0 {
        table.doubts.push(Message::new("import.doubt.empty").with("skipped", table.skipped_total));
    }
}

/// Adds why no records were made of a table that landed.
pub(super) fn add_unmade(conn: &staging::Connection, table: &mut ImportedTable) -> Result<(), Failure> {
    let confidence = staging::mappings::load(conn, table.table)?.map_or(0, |mapping| mapping.confidence);
    let headers = landing::table(conn, table.table)?.headers.join(", ");
    let said = Message::new("import.doubt.unmade").with("confidence", confidence).with("headers", headers);
    table.doubts.push(said);
    Ok(())
}
