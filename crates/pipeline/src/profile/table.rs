//! One source table, block by block.

use chrono::NaiveDate;
use model::{Cell, RowBlock, RowRef};

use super::column::ColumnProfiler;
use super::conceal::by_itself;
use super::distinct::{Distinct, hash, make_room};
use model::profile::document::{PROFILE_VERSION, TableProfile};

/// Hashes of values that are held for one table: about 70 MB. A table of 60,000 pupils with 61 columns is counted to
/// the last value; one of a million rows is for its keys.
pub(super) const MOST_HELD: usize = 4_000_000;

/// Reads the rows of one table.
pub struct TableProfiler {
    today: NaiveDate,
    most_held: usize,
    rows: u64,
    different: Distinct,
    columns: Vec<ColumnProfiler>,
}

impl TableProfiler {
    /// A table with these headers, read on the day `today`.
    #[must_use]
    pub fn new(headers: &[String], today: NaiveDate) -> Self {
        Self::holding(headers, today, MOST_HELD)
    }

    pub(super) fn holding(headers: &[String], today: NaiveDate, most_held: usize) -> Self {
        let columns = headers.iter().map(|header| ColumnProfiler::new(header, 0)).collect();
        Self { today, most_held, rows: 0, different: Distinct::default(), columns }
    }

    /// Notes the rows of `block`.
    pub fn add(&mut self, block: &RowBlock) {
        for row in block.rows() {
            self.add_row(row);
        }
        let mut counters: Vec<&mut Distinct> = self.columns.iter_mut().map(|column| &mut column.distinct).collect();
        counters.push(&mut self.different);
        make_room(&mut counters, self.most_held);
    }

    fn add_row(&mut self, row: RowRef<'_>) {
        while self.columns.len() < row.len() {
            self.columns.push(ColumnProfiler::new("", self.rows));
        }
        for (at, column) in self.columns.iter_mut().enumerate() {
            column.add(if at < row.len() { row.cell(at) } else { Cell::EMPTY }, self.today);
        }
        // Empty cells at the end of a row do not make it another row.
        let cells: Vec<&str> = row.cells().map(|cell| cell.text).collect();
        let filled = cells.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1);
        self.different.add(hash(&cells[..filled]));
        self.rows += 1;
    }

    /// What came of it; columns whose headers or values say so are concealed already.
    #[must_use]
    pub fn finish(self) -> TableProfile {
        let finished = self.columns.into_iter().map(|column| by_itself(column.finish()));
        TableProfile {
            version: PROFILE_VERSION,
            rows: self.rows,
            distinct_rows: self.different.count(),
            columns: finished.collect(),
        }
    }
}
