//! Where the school's columns stand in a sheet that came back, and whether their values are still in their rows.

use std::collections::BTreeMap;

use model::{Field, FieldKind, FieldPath};

use super::own_columns;
use super::take::{Change, SHARED};

/// One of the school's columns in a sheet that came back.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Column {
    /// Where it stands now; `None` where nothing is taken from it.
    pub(super) at: Option<usize>,
    /// Whether that is another place than it had.
    pub(super) moved: bool,
    /// Rows in which it went out or came back filled.
    pub(super) rows: u64,
}

/// Finds the school's columns among the headers of a sheet, and says once of each header what is odd about it.
pub(super) fn find(headers: &[String], now: &[String], remark: &mut dyn FnMut(&'static str, &str)) -> Vec<Column> {
    let mut said: Vec<&str> = Vec::new();
    own_columns(headers)
        .filter_map(|place| Some((place, headers.get(place)?)))
        .map(|(place, header)| {
            let (at, odd) = stands(place, header, headers, now);
            if let Some(key) = odd.filter(|_| !said.contains(&header.as_str())) {
                said.push(header);
                remark(key, header);
            }
            Column { at, moved: at.is_some_and(|at| at != place), rows: 0 }
        })
        .collect()
}

/// Where a column stands now. Of equal headers only the place tells which is which, and the place only where all of
/// the headers stand as they went out: one column put in before them makes the father's telephone the mother's.
fn stands(place: usize, header: &str, headers: &[String], now: &[String]) -> (Option<usize>, Option<&'static str>) {
    if now.starts_with(headers) {
        return (Some(place), None);
    }
    let count = |list: &[String]| list.iter().filter(|other| *other == header).count();
    match (count(headers), count(now)) {
        (1, 1) => {
            let at = now.iter().position(|other| other == header);
            (at, (at != Some(place)).then_some("workbook.moved-column"))
        }
        (_, 0) => (None, Some("workbook.missing-column")),
        _ => (None, Some("workbook.equal-headers")),
    }
}

/// Whether a field has so few different values that two rows often change theirs for each other's.
pub(super) fn few(path: &FieldPath) -> bool {
    let field = model::entities::find(&path.entity).and_then(|entity| entity.field(&path.field));
    let of_few = |field: &Field| match &field.kind {
        FieldKind::Code(_) | FieldKind::Bool | FieldKind::State | FieldKind::Currency => true,
        FieldKind::Reference(to) => SHARED.contains(&to.entity),
        _ => false,
    };
    SHARED.contains(&path.entity.as_str()) || field.is_some_and(of_few)
}

/// Why nothing is taken from a column, where its changes look like another column's or like rows that were sorted or
/// moved without the rest of their row. `few` as the function of that name says.
pub(super) fn doubt(column: &Column, few: bool, changes: &[Change]) -> Option<&'static str> {
    let (changed, among) = (changes.len() as u64, among_themselves(changes));
    // A header that was moved by itself leaves the values of another column below it.
    if column.moved && changed * 2 > column.rows {
        return Some("workbook.other-column");
    }
    // Two girls and boys may well have been taken for each other; a quarter of a column hardly.
    let many = !few || changed * 4 > column.rows;
    (among >= 2 && among * 2 > changed && many).then_some("workbook.mixed-column")
}

/// How many of the texts that came back went out in other rows of those that changed.
fn among_themselves(changes: &[Change]) -> u64 {
    let mut out: BTreeMap<&str, u64> = BTreeMap::new();
    for change in changes.iter().filter(|change| !change.before.trim().is_empty()) {
        *out.entry(change.before.trim()).or_default() += 1;
    }
    let mut taken = |change: &&Change| match out.get_mut(change.after.trim()) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    };
    changes.iter().filter(|change| taken(change)).count() as u64
}
