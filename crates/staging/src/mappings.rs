//! Mappings: which columns of a source table become which fields, and what was learnt from them.

use model::shape::is_of_cell;
use model::{Binding, TableMapping};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// Keeps `mapping` as that of `table`, in the place of any other.
///
/// # Errors
///
/// [`Error::NotFound`] where there is no such table.
pub fn save(conn: &Connection, table: i64, mapping: &TableMapping) -> Result<()> {
    let sql = "UPDATE source_table SET mapping = ?2, entity = ?3 WHERE id = ?1";
    match conn.execute(sql, params![table, serde_json::to_string(mapping)?, mapping.entity])? {
        0 => Err(Error::NotFound { what: "source_table", id: table }),
        _ => Ok(()),
    }
}

/// The mapping of `table`; `None` where it has none yet.
///
/// # Errors
///
/// [`Error::NotFound`] where there is no such table, [`Error::Json`] where the document cannot be read.
pub fn load(conn: &Connection, table: i64) -> Result<Option<TableMapping>> {
    let mut statement = conn.prepare_cached("SELECT mapping FROM source_table WHERE id = ?1")?;
    let json: Option<Option<String>> = statement.query_row([table], |row| row.get(0)).optional()?;
    let json = json.ok_or(Error::NotFound { what: "source_table", id: table })?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}

/// Where `field` of record `part` of `entity` comes from. What was calculated from a cell comes from that cell.
#[must_use]
pub fn binding(mapping: &TableMapping, entity: &str, part: u16, field: &str) -> Option<Binding> {
    let of = |mapping: &TableMapping| {
        let record = mapping.parts.iter().find(|record| record.entity == entity && record.part == part)?;
        let cell = || record.cell.as_ref().map(|cell| Binding::Column(cell.column));
        if is_of_cell(record, field) {
            return cell();
        }
        let bound =
            |field: &str| record.fields.iter().find(|bound| bound.field == field).map(|bound| bound.from.clone());
        bound(field).or_else(|| bound(calculated_from(entity, field)?)).or_else(cell)
    };
    if mapping.shape.is_none() && part == 1 { of(mapping) } else { of(&mapping.expanded()) }
}

/// The field from whose column a field of a ledger's record is calculated: a line of an invoice is the fee, once.
fn calculated_from(entity: &str, field: &str) -> Option<&'static str> {
    (entity == "invoice_items" && field == "amount").then_some("unit_price")
}

/// Keeps `document` under `name` as what was learnt about this school.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn save_learned(conn: &Connection, name: &str, document: &impl Serialize) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO learned (name, json) VALUES (?1, ?2)";
    conn.execute(sql, params![name, serde_json::to_string(document)?])?;
    Ok(())
}

/// What was learnt about this school under `name`; `None` where nothing was.
///
/// # Errors
///
/// [`Error::Json`] where the document cannot be read.
pub fn load_learned<T: DeserializeOwned>(conn: &Connection, name: &str) -> Result<Option<T>> {
    let sql = "SELECT json FROM learned WHERE name = ?1";
    let json: Option<String> = conn.query_row(sql, [name], |row| row.get(0)).optional()?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}

#[cfg(test)]
mod tests {
    use model::{PartMapping, ShapeColumn, ShapeKind, SheetShape};

    use super::*;

    /// A ledger with the pupil in column 0, the fee in 1, what was owed in 2 and March in 3.
    fn ledger() -> TableMapping {
        let column =
            |column, means: &str| ShapeColumn { column, means: means.to_owned(), entity: "invoices".to_owned() };
        let bound = |field: &str, column| model::FieldBinding {
            field: field.to_owned(),
            from: Binding::Column(column),
            confidence: 90,
            reason: String::new(),
            reason_args: Vec::new(),
        };
        let fields = vec![bound("student", 0), bound("subtotal", 1)];
        let invoices = PartMapping { entity: "invoices".to_owned(), part: 1, fields, cell: None };
        let shape = SheetShape {
            kind: ShapeKind::Months,
            columns: vec![column(2, model::shape::OPENING), column(3, "2026-03")],
            marks: Vec::new(),
            title: String::new(),
            confidence: 90,
            reason: String::new(),
            reason_args: Vec::new(),
        };
        TableMapping { parts: vec![invoices], shape: Some(shape), ..TableMapping::empty() }
    }

    #[test]
    fn what_is_read_from_a_cell_of_a_ledger_is_said_to_stand_there() {
        let ledger = ledger();
        for (entity, part, field, column) in [
            ("payments", 2, "amount", 3),
            ("payment_allocations", 2, "amount", 3),
            ("invoices", 2, "paid_amount", 3),
            ("invoices", 2, "subtotal", 1),
            ("invoice_items", 2, "amount", 1),
            ("invoices", 1, "subtotal", 2),
            ("invoice_items", 1, "amount", 2),
            ("payments", 2, "student", 0),
        ] {
            let found = binding(&ledger, entity, part, field);
            assert_eq!(found, Some(Binding::Column(column)), "{entity}#{part}.{field}");
        }
    }
}
