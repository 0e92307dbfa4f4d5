//! Tests of proposals, edits and rows, over headers as schools write them. All people are made up.

mod declared;
mod editing;
mod headers;
mod rows;
mod sheets;
mod words;

use model::{RowBlock, TableMapping};

use super::{Choices, Learned, TableSample, suggest};

/// The project's year in these tests.
const YEAR: Choices = Choices { project_year: Some(2026) };

/// A block of rows, cells parted by `|`.
fn block(rows: &[&str]) -> RowBlock {
    let mut block = RowBlock::new();
    for (at, row) in rows.iter().enumerate() {
        block.push_text_row(at as u64 + 2, row.split('|').map(str::trim));
    }
    block
}

/// Headers parted by `|`.
fn headers(row: &str) -> Vec<String> {
    row.split('|').map(|header| header.trim_matches(' ').to_owned()).collect()
}

/// The proposal for a table.
fn proposal(table: &str, row: &str, rows: &[&str]) -> TableMapping {
    let (headers, sample) = (headers(row), block(rows));
    let table = TableSample::new("senarai.xlsx", table, &headers, &sample);
    suggest(&table, &Learned::default(), &YEAR)
}

/// The fields of the columns from left to right, `-` for none.
fn bound(mapping: &TableMapping, width: usize) -> String {
    let name = |column: u32| mapping.column(column).map_or("-".to_owned(), |(path, _)| path.to_string());
    (0..width as u32).map(name).collect::<Vec<_>>().join(" ")
}

/// The constant of a field.
fn constant(mapping: &TableMapping, path: &str) -> Option<String> {
    let path = model::FieldPath::parse(path)?;
    let part = mapping.parts.iter().find(|part| part.entity == path.entity && part.part == path.part)?;
    part.fields.iter().find(|field| field.field == path.field).and_then(|field| match &field.from {
        model::Binding::Constant(value) => Some(value.clone()),
        model::Binding::Column(_) | model::Binding::Joined(_) => None,
    })
}

/// Every column and every field is used once at most, everything is known, and the mapper takes it.
fn assert_whole(mapping: &TableMapping, place: &str) {
    super::Mapper::new(mapping).unwrap_or_else(|error| panic!("{place}: {error}"));
    for part in &mapping.parts {
        for field in &part.fields {
            assert!(field.confidence <= 100, "{place}: {} is more than sure", field.field);
        }
    }
}
