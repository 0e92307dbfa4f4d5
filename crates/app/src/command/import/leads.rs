//! What the columns of a table lead to, by the relationships that its source declares.

use model::RowBlock;
use model::mapping::position_of_name;
use pipeline::mapping::{Choices, Lead, Learned, TableSample, lead_of_key};
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
        let at = position_of_name(probe.tables.iter().map(|table| table.name.as_str()), &reference.table)?;
        let named = probe.tables.get(at)?;
        let (leads, rows) = (follow(probe, named, learned, choices, steps - 1), first_rows(&named.sample));
        let sample = TableSample {
            primary_key: &named.primary_key,
            leads: &leads,
            ..TableSample::new(&probe.file, &named.name, &named.headers, &rows)
        };
        match pairs(table, reference, named)?.as_slice() {
            [(column, _)] => Some(Lead::new(*column, &sample, learned, choices)),
            several => lead_of_key(several, &sample, learned, choices),
        }
    };
    table.references.iter().filter_map(lead).collect()
}

/// The columns of a key, from 0: those of `table`, and those of the `named` one that they lead to.
fn pairs(table: &TableInfo, reference: &Reference, named: &TableInfo) -> Option<Vec<(u32, u32)>> {
    let column = |of: &TableInfo, name: &String| {
        position_of_name(of.headers.iter().map(String::as_str), name).map(|at| at as u32)
    };
    let key = if reference.to_columns.is_empty() { &named.primary_key } else { &reference.to_columns };
    if let [only] = reference.columns.as_slice() {
        return Some(vec![(column(table, only)?, key.first().and_then(|name| column(named, name)).unwrap_or(0))]);
    }
    let both = reference.columns.iter().zip(key);
    both.map(|(here, there)| Some((column(table, here)?, column(named, there)?))).collect()
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
