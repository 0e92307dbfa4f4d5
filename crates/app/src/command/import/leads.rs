//! What the columns of a table lead to, by the relationships that its source declares.

use model::RowBlock;
use model::mapping::position_of_name;
use pipeline::mapping::{Choices, Lead, Learned, TableSample};
use sources::{Probe, Reference, TableInfo};

/// Tables that are followed one behind the other: from a pupil to the class, and from the class to its year.
const STEPS: usize = 2;

/// Rows that show what the named table is about.
const ROWS: usize = 50;

/// Where the columns of `table` lead; those that lead to no table of the source are left out.
pub(super) fn of(probe: &Probe, table: &TableInfo, learned: &Learned, choices: &Choices) -> Vec<Lead> {
    follow(probe, table, learned, choices, STEPS)
}

fn follow(probe: &Probe, table: &TableInfo, learned: &Learned, choices: &Choices, steps: usize) -> Vec<Lead> {
    if steps == 0 {
        return Vec::new();
    }
    let lead = |reference: &Reference| {
        // A part of a longer key names no row by itself.
        let [column] = reference.columns.as_slice() else { return None };
        let column = position_of_name(table.headers.iter().map(String::as_str), column)?;
        let at = position_of_name(probe.tables.iter().map(|table| table.name.as_str()), &reference.table)?;
        let named = probe.tables.get(at)?;
        let (leads, rows) = (follow(probe, named, learned, choices, steps - 1), first_rows(&named.sample));
        let sample = TableSample {
            primary_key: &named.primary_key,
            leads: &leads,
            ..TableSample::new(&probe.file, &named.name, &named.headers, &rows)
        };
        Some(Lead::new(column as u32, &sample, learned, choices))
    };
    table.references.iter().filter_map(lead).collect()
}

fn first_rows(sample: &RowBlock) -> RowBlock {
    let mut block = RowBlock::new();
    for row in sample.rows().take(ROWS) {
        for cell in row.cells() {
            block.push_cell(cell.kind, cell.text);
        }
        block.end_row(row.number());
    }
    block
}
