//! Headers of one, two or three lines. What belongs together is only taken from merged cells, and from
//! the weekdays and days of a register: any other row that looks like a second line may be somebody's
//! record.

use calamine::Dimensions;

use crate::header;

/// Rows of the start of a table, as (row number, cells).
type Rows = [(u64, Vec<String>)];

/// Most lines of a header.
const LINES: u32 = 3;

/// The header of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heading {
    /// Its first row, from 1.
    pub(crate) first: u64,
    /// Its last row.
    pub(crate) last: u64,
    /// The names of the columns, where there is more than one line to put together.
    pub(crate) names: Option<Vec<String>>,
}

/// The header among `rows`; in the row that a person chose (0: none), if they did.
pub(crate) fn find(rows: &Rows, merges: &[Dimensions], chosen: Option<u64>) -> Option<Heading> {
    let last = match chosen {
        Some(row) => (row > 0).then_some(row)?,
        None => last_line(rows, merges, header::find(rows)?),
    };
    let first = first_line(rows, merges, last);
    if let Some(calendar) = header::calendar(rows, last).filter(|_| first == last) {
        return Some(Heading { first: calendar.first, last: calendar.last, names: Some(calendar.names) });
    }
    let names = (first < last).then(|| names(rows, merges, first, last));
    Some(Heading { first, last, names })
}

fn cells(rows: &Rows, number: u64) -> &[String] {
    rows.iter().find(|(row, _)| *row == number).map(|(_, cells)| cells.as_slice()).unwrap_or_default()
}

fn text(cells: &[String], column: u32) -> &str {
    cells.get(column as usize).map(|cell| cell.trim()).unwrap_or_default()
}

/// Rows of a merge, from 1, as everywhere here.
fn lines(merge: &Dimensions) -> (u64, u64) {
    (u64::from(merge.start.0) + 1, u64::from(merge.end.0) + 1)
}

fn is_wide(merge: &Dimensions) -> bool {
    merge.start.1 < merge.end.1
}

fn is_low(merge: &Dimensions) -> bool {
    merge.end.0 - merge.start.0 < LINES
}

/// The last line of the header that has its first full row in `found`.
fn last_line(rows: &Rows, merges: &[Dimensions], found: u64) -> u64 {
    let here = |merge: &&Dimensions| (lines(merge).0..=lines(merge).1).contains(&found) && is_low(merge);
    let down = merges.iter().filter(here).map(|merge| lines(merge).1).max().unwrap_or(found);
    let down = if down == found && groups_go_on(rows, merges, found) { found + 1 } else { down };
    // A line in which every cell only continues the one above is not among the rows.
    (found..=down).rev().find(|line| !cells(rows, *line).is_empty()).unwrap_or(found)
}

/// Whether the row below `found` divides its wide cells further and says nothing anywhere else.
fn groups_go_on(rows: &Rows, merges: &[Dimensions], found: u64) -> bool {
    let (top, below) = (cells(rows, found), cells(rows, found + 1));
    let wide: Vec<_> = merges.iter().filter(|merge| lines(merge) == (found, found) && is_wide(merge)).collect();
    let in_wide = |column: u32| wide.iter().any(|merge| (merge.start.1..=merge.end.1).contains(&column));
    let columns = top.len().max(below.len()) as u32;
    let (inside, outside): (Vec<u32>, Vec<u32>) = (0..columns).partition(|column| in_wide(*column));
    let divided = inside.iter().filter(|column| !text(below, **column).is_empty()).count();
    let named = outside.iter().filter(|column| !text(top, **column).is_empty()).count();
    let is_name = |column: &u32| !text(below, *column).contains(|sign: char| sign.is_ascii_digit());
    let silent = outside.iter().all(|column| text(below, *column).is_empty());
    divided >= 2 && named >= 1 && silent && inside.iter().all(is_name)
}

/// The first line of the header that ends in `last`.
fn first_line(rows: &Rows, merges: &[Dimensions], last: u64) -> u64 {
    let mut first = last;
    let lowest = (last + 1).saturating_sub(u64::from(LINES)).max(1);
    loop {
        let reaches = |merge: &&Dimensions| {
            let (top, bottom) = lines(merge);
            let above = first.saturating_sub(1);
            is_low(merge)
                && top < first
                && (bottom >= first && top >= lowest || bottom == above && is_wide(merge) && !is_title(rows, merge))
        };
        let up = merges.iter().filter(reaches).map(|merge| lines(merge).0).min();
        match up.filter(|up| *up >= lowest) {
            Some(up) => first = up,
            None => return first,
        }
    }
}

/// Whether a wide cell stands over the table as a whole: it begins where the table does and is alone.
fn is_title(rows: &Rows, merge: &Dimensions) -> bool {
    let filled = cells(rows, lines(merge).0).iter().filter(|cell| !cell.trim().is_empty()).count();
    let starts = rows.iter().filter_map(|(_, cells)| cells.iter().position(|cell| !cell.trim().is_empty()));
    filled <= 1 && starts.min().is_none_or(|left| merge.start.1 as usize <= left)
}

/// The names of the columns: what stands in each line above it, from top to bottom, said once.
fn names(rows: &Rows, merges: &[Dimensions], first: u64, last: u64) -> Vec<String> {
    let width = (first..=last).map(|line| cells(rows, line).len()).max().unwrap_or(0);
    let covered = |line: u64, column: u32| {
        let covers = |merge: &&Dimensions| {
            let (top, bottom) = lines(merge);
            (top..=bottom).contains(&line) && (merge.start.1..=merge.end.1).contains(&column)
        };
        merges
            .iter()
            .find(covers)
            .filter(|merge| is_low(merge))
            .map_or((line, column), |merge| (lines(merge).0, merge.start.1))
    };
    let name = |column: u32| {
        let mut parts: Vec<&str> = Vec::new();
        for line in first..=last {
            let (line, column) = covered(line, column);
            let part = text(cells(rows, line), column);
            if !part.is_empty() && parts.last() != Some(&part) {
                parts.push(part);
            }
        }
        parts.join(" / ")
    };
    let widest = merges.iter().filter(|merge| (first..=last).contains(&lines(merge).0)).map(|merge| merge.end.1 + 1);
    (0..widest.max().unwrap_or(0).max(width as u32)).map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &[&[&str]]) -> Vec<(u64, Vec<String>)> {
        let texts = |row: &&[&str]| row.iter().map(ToString::to_string).collect();
        (1..).zip(table.iter().map(texts)).collect()
    }

    fn merge(top: u32, left: u32, bottom: u32, right: u32) -> Dimensions {
        Dimensions::new((top - 1, left - 1), (bottom - 1, right - 1))
    }

    #[test]
    fn two_lines_become_one_name_a_column() {
        let table = rows(&[
            &["SENARAI MURID"],
            &["BIL", "NAMA", "WARIS", "", ""],
            &["", "", "NAMA", "TELEFON", "KERJA"],
            &["1", "Aminah", "Bakar", "012-3456789", "Guru"],
        ]);
        let merges = [merge(1, 1, 1, 5), merge(2, 1, 3, 1), merge(2, 2, 3, 2), merge(2, 3, 2, 5)];
        let heading = find(&table, &merges, None).expect("a header");
        assert_eq!((heading.first, heading.last), (2, 3), "the title stays out");
        let names = ["BIL", "NAMA", "WARIS / NAMA", "WARIS / TELEFON", "WARIS / KERJA"];
        assert_eq!(heading.names.as_deref(), Some(names.map(str::to_owned).as_slice()));
        assert_eq!(find(&table, &merges, Some(3)).as_ref(), Some(&heading), "the same row chosen by a person");
        let only_wide = find(&table, &merges[3..], None).expect("a header");
        assert_eq!(only_wide, heading, "also where only the group is merged");
    }

    #[test]
    fn three_lines_and_groups_that_most_columns_belong_to() {
        let table = rows(&[
            &["NAMA", "MARKAH", "", "", ""],
            &["", "PENGGAL 1", "", "PENGGAL 2", ""],
            &["", "BM", "BI", "BM", "BI"],
            &["Aminah", "80", "70", "60", "50"],
        ]);
        let merges = [merge(1, 1, 3, 1), merge(1, 2, 1, 5), merge(2, 2, 2, 3), merge(2, 4, 2, 5)];
        let heading = find(&table, &merges, None).expect("a header");
        assert_eq!((heading.first, heading.last), (1, 3));
        assert_eq!(heading.names.expect("several lines")[3], "MARKAH / PENGGAL 2 / BM");
    }

    #[test]
    fn a_wide_header_cell_does_not_swallow_the_first_record() {
        let table = rows(&[&["BIL", "NAMA", "", "KELAS"], &["1", "Aminah", "", "5A"], &["2", "Bala", "", "5B"]]);
        let heading = find(&table, &[merge(1, 2, 1, 3)], None).expect("a header");
        assert_eq!((heading.first, heading.last, heading.names), (1, 1, None));
        let flat = rows(&[&["BIL", "NAMA"], &["1", "Aminah"]]);
        let heading = find(&flat, &[merge(1, 1, 2, 1)], None);
        assert_eq!(heading.map(|heading| heading.last), Some(2), "merged into the row below, so it is one line more");
    }
}
