//! Tables beside each other on one sheet. A blank column alone parts nothing, for exports leave many
//! of them: there must be proof that the sides are lists of their own.

use std::collections::BTreeSet;

use calamine::Dimensions;

use super::assemble::letters;
use crate::header;
use crate::limits::SNIFF_RECORDS;

/// Rows of the start of a sheet, as (row number, cells).
type Rows = [(u64, Vec<String>)];

/// Columns of a sheet that make a table, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Band {
    /// The first one.
    pub(crate) from: u32,
    /// One past the last one; `None` for all that follow.
    pub(crate) until: Option<u32>,
    /// One past the last one that was seen filled.
    filled: u32,
}

impl Band {
    /// All columns.
    pub(crate) const WHOLE: Self = Self { from: 0, until: None, filled: 0 };

    /// Whether it is all columns.
    pub(crate) fn is_whole(self) -> bool {
        self == Self::WHOLE
    }

    /// The name of the table in `sheet`, which has `bands` of them.
    pub(crate) fn name(self, sheet: &str, bands: usize) -> String {
        if bands == 1 {
            return sheet.to_owned();
        }
        format!("{sheet} ({}:{})", letters(self.from + 1), letters(self.filled))
    }

    /// The cells of `rows` that belong to it, without rows that have none.
    pub(crate) fn rows(self, rows: &Rows) -> Vec<(u64, Vec<String>)> {
        let part = |cells: &Vec<String>| {
            let until = self.until.map_or(cells.len(), |until| cells.len().min(until as usize));
            let mut part = cells.get(self.from as usize..until).unwrap_or_default().to_vec();
            let used = part.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
            part.truncate(used);
            part
        };
        let parts = rows.iter().map(|(number, cells)| (*number, part(cells)));
        parts.filter(|(_, part)| self.is_whole() || !part.is_empty()).collect()
    }

    /// The merged cells that belong to it, counted from its first column.
    pub(crate) fn merges(self, merges: &[Dimensions]) -> Vec<Dimensions> {
        let inside =
            |merge: &&Dimensions| merge.start.1 >= self.from && self.until.is_none_or(|until| merge.start.1 < until);
        let moved = |merge: &Dimensions| {
            let (start, end) = (merge.start, merge.end);
            Dimensions::new((start.0, start.1 - self.from), (end.0, end.1.saturating_sub(self.from)))
        };
        merges.iter().filter(inside).map(moved).collect()
    }
}

/// The tables beside each other in a sheet that begins with `rows`; one band where it is one table.
pub(crate) fn find(rows: &Rows, merges: &[Dimensions]) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    for next in runs(rows, merges) {
        match bands.last_mut() {
            Some(last) if !are_apart(rows, *last, next) => last.filled = next.filled,
            Some(last) => {
                last.until = Some(next.from);
                bands.push(next);
            }
            None => bands.push(Band { from: 0, ..next }),
        }
    }
    if bands.len() > 1 { bands } else { vec![Band::WHOLE] }
}

fn is_filled(cell: &str) -> bool {
    !cell.trim().is_empty()
}

/// Runs of used columns between blank ones. Titles do not count: they may span everything.
fn runs(rows: &Rows, merges: &[Dimensions]) -> Vec<Band> {
    let mut used = BTreeSet::new();
    let mut titles = BTreeSet::new();
    for (number, cells) in rows {
        let columns: Vec<usize> = (0..cells.len()).filter(|column| is_filled(&cells[*column])).collect();
        if columns.len() > 1 {
            used.extend(columns.iter().map(|column| *column as u32));
        } else {
            titles.insert(*number);
        }
    }
    for merge in merges.iter().filter(|merge| !titles.contains(&(u64::from(merge.start.0) + 1))) {
        let last = used.last().copied().unwrap_or(0).min(merge.end.1);
        used.extend(merge.start.1..=last);
    }
    let mut runs: Vec<Band> = Vec::new();
    for column in used {
        match runs.last_mut() {
            Some(run) if run.filled == column => run.filled += 1,
            _ => runs.push(Band { from: column, until: None, filled: column + 1 }),
        }
    }
    runs
}

/// Headers of a column that counts the rows of a list.
const COUNTERS: [&str; 7] = ["bil", "bil.", "no", "no.", "num", "#", "bilangan"];

/// A side of a sheet as a list of its own.
struct Side {
    header_row: u64,
    names: Vec<String>,
    /// Rows from the header on.
    rows: BTreeSet<u64>,
    /// Last row with anything in it, where the rows from the header on are full and without a gap.
    solid_until: Option<u64>,
}

impl Side {
    fn of(rows: &Rows, band: Band) -> Option<Self> {
        let rows = Band { until: Some(band.filled), ..band }.rows(rows);
        let header_row = header::find(&rows)?;
        let at = rows.iter().position(|(number, _)| *number == header_row)?;
        let list = rows.get(at..)?;
        let header = &list.first()?.1;
        let names: Vec<String> =
            header.iter().filter(|cell| is_filled(cell)).map(|cell| cell.trim().to_lowercase()).collect();
        let full = |cells: &Vec<String>| cells.iter().filter(|cell| is_filled(cell)).count() * 2 >= header.len();
        let solid = list.iter().zip(header_row..).all(|((number, cells), due)| *number == due && full(cells));
        let last = list.last()?.0;
        let rows = list.iter().map(|(number, _)| *number).collect();
        let is_list = names.len() >= 2 && list.len() >= 2;
        is_list.then_some(Self { header_row, names, rows, solid_until: solid.then_some(last) })
    }

    fn counts(&self) -> bool {
        self.names.first().is_some_and(|name| COUNTERS.contains(&name.as_str()))
    }
}

/// Whether two neighbours are lists of their own. Both have a header and rows, and there is proof: both
/// count their rows or have the very same columns; or one's header stands beside records of the other;
/// or both are solid and one ends earlier. That one name stands on both sides proves nothing: a pupil
/// and a guardian of one record both have a NAMA.
fn are_apart(rows: &Rows, left: Band, right: Band) -> bool {
    let (Some(left), Some(right)) = (Side::of(rows, left), Side::of(rows, right)) else { return false };
    let begins_anew = left.counts() && right.counts() || left.names == right.names;
    let beside_records = left.header_row < right.header_row && left.rows.contains(&right.header_row)
        || right.header_row < left.header_row && right.rows.contains(&left.header_row);
    let ends = match (left.solid_until, right.solid_until) {
        (Some(left), Some(right)) => left != right && rows.len() < SNIFF_RECORDS,
        _ => false,
    };
    begins_anew || beside_records || ends
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &[&[&str]]) -> Vec<(u64, Vec<String>)> {
        let texts = |row: &&[&str]| row.iter().map(ToString::to_string).collect();
        (1..).zip(table.iter().map(texts)).collect()
    }

    fn names(table: &[&[&str]]) -> Vec<String> {
        let bands = find(&rows(table), &[]);
        bands.iter().map(|band| band.name("S", bands.len())).collect()
    }

    #[test]
    fn lists_with_headers_of_their_own_are_parted() {
        let shared: &[&[&str]] = &[
            &["SENARAI"],
            &["BIL", "NAMA", "", "BIL", "NAMA"],
            &["1", "Aminah", "", "1", "Bala"],
            &["2", "Chong", "", "2", "Devi"],
        ];
        assert_eq!(names(shared), ["S (A:B)", "S (D:E)"], "both count their rows");
        let shorter: &[&[&str]] =
            &[&["NAMA", "KELAS", "", "GURU", "SUBJEK"], &["Aminah", "5A", "", "Encik Rekaan", "BM"], &["Bala", "5B"]];
        assert_eq!(names(shorter), ["S (A:B)", "S (D:E)"], "one list is longer");
    }

    #[test]
    fn a_blank_column_alone_parts_nothing() {
        let one: &[&[&str]] = &[
            &["NAMA", "KELAS", "", "WARIS", "TELEFON"],
            &["Aminah", "5A", "", "Bakar", "03-1"],
            &["Bala", "5B", "", "Kumar", "03-2"],
        ];
        assert_eq!(names(one), ["S"], "one record goes over the gap");
        let family: &[&[&str]] = &[&["NAMA", "KELAS", "", "NAMA", "TELEFON"], &["Aminah", "5A", "", "Bakar", "03-1"]];
        assert_eq!(names(family), ["S"], "a pupil and a guardian are one record");
        let grouped: &[&[&str]] = &[
            &["BIL", "NAMA", "", "WARIS"],
            &["", "", "", "NAMA", "TELEFON"],
            &["1", "Aminah", "", "Bakar", "03-1"],
            &["2", "Bala", "", "Kumar", "03-2"],
        ];
        assert_eq!(names(grouped), ["S"], "a header of two lines beside a header of one");
        let sparse: &[&[&str]] = &[
            &["NAMA", "KELAS", "", "CATATAN", "TARIKH"],
            &["Aminah", "5A"],
            &["Bala", "5B", "", "pindah", "2 Mac"],
            &["Chong", "5B"],
        ];
        assert_eq!(names(sparse), ["S"], "remarks with gaps belong to the records on their left");
    }
}
