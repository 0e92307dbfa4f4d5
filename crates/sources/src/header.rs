//! Where the header row of a table is, below title rows such as those of the ministry's exports.
//!
//! The rule was measured on 2,196 made-up files: the header is the first row filled at least half
//! as wide as most rows are.

use std::collections::BTreeSet;

/// Rows looked at, as (row number, cells).
pub(crate) type Rows = [(u64, Vec<String>)];

/// Width that most of `rows` have, and the share of rows that have it; the wider of two equals.
/// Rows without any filled cell do not count.
pub(crate) fn modal_width<'a>(rows: impl Iterator<Item = &'a [String]>) -> Option<(usize, f64)> {
    let mut widths = std::collections::BTreeMap::<usize, usize>::new();
    let mut total = 0;
    for row in rows.filter(|row| filled(row) > 0) {
        *widths.entry(row.len()).or_default() += 1;
        total += 1;
    }
    let (&width, &count) = widths.iter().max_by_key(|(width, count)| (**count, **width))?;
    Some((width, count as f64 / f64::from(total)))
}

fn filled(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.trim().is_empty()).count()
}

/// The number of the header row among `rows`; `None` where the first full row is data already.
pub(crate) fn find(rows: &Rows) -> Option<u64> {
    let (width, _) = modal_width(rows.iter().map(|(_, cells)| cells.as_slice()))?;
    let enough = width.div_ceil(2).max(width.min(2));
    let at = rows.iter().position(|(_, cells)| filled(cells) >= enough)?;
    let (number, header) = rows.get(at)?;
    let below = rows.get(at + 1..).unwrap_or_default();
    let is_data = (0..header.len()).any(|column| continues(header, below, column));
    if is_data { None } else { Some(*number) }
}

/// A header of two lines above a column for each day: day numbers in one, weekdays in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Calendar {
    /// Its first row, from 1.
    pub(crate) first: u64,
    /// Its last row.
    pub(crate) last: u64,
    /// What both lines say together of each column.
    pub(crate) names: Vec<String>,
}

/// Fewest days of a calendar: a school week.
const LEAST_DAYS: usize = 5;
/// Fewest different names among its weekdays.
const LEAST_WEEKDAYS: usize = 3;

/// The two lines of a register's header, one of which is `found`.
pub(crate) fn calendar(rows: &Rows, found: u64) -> Option<Calendar> {
    let at = rows.iter().position(|(number, _)| *number == found)?;
    let tops = [at.checked_sub(1), Some(at)].into_iter().flatten();
    tops.filter_map(|top| Some((rows.get(top)?, rows.get(top + 1)?))).find_map(|(top, low)| two_lines(top, low))
}

/// Two rows that are one header: wherever both say something, one says a weekday and the other a day. A row of marks
/// below days names its pupil, so it is none.
fn two_lines(top: &(u64, Vec<String>), low: &(u64, Vec<String>)) -> Option<Calendar> {
    let width = top.1.len().max(low.1.len());
    let text =
        |line: &(u64, Vec<String>), column| line.1.get(column).map_or("", |cell: &String| cell.trim()).to_owned();
    let pairs: Vec<(String, String)> = (0..width).map(|column| (text(top, column), text(low, column))).collect();
    let both = || pairs.iter().filter(|(top, low)| !top.is_empty() && !low.is_empty());
    let low_days: Vec<(&str, &str)> = both().map(|(top, low)| (top.as_str(), low.as_str())).collect();
    let top_days: Vec<(&str, &str)> = both().map(|(top, low)| (low.as_str(), top.as_str())).collect();
    if top.0 + 1 != low.0 || !(are_of_a_month(&low_days) || are_of_a_month(&top_days)) {
        return None;
    }
    let name = |(top, low): &(String, String)| {
        let said: Vec<&str> = [top.as_str(), low.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
        said.join(" / ")
    };
    Some(Calendar { first: top.0, last: low.0, names: pairs.iter().map(name).collect() })
}

/// Whether these are weekdays with their days: a week of different days at least, and not one letter all along, which
/// would be a mark.
fn are_of_a_month(pairs: &[(&str, &str)]) -> bool {
    let weekdays: BTreeSet<&str> = pairs.iter().map(|(weekday, _)| *weekday).collect();
    let days: BTreeSet<&str> = pairs.iter().map(|(_, day)| *day).collect();
    let all = pairs.iter().all(|(weekday, day)| is_weekday(weekday) && is_day(day));
    all && days.len() == pairs.len() && days.len() >= LEAST_DAYS && weekdays.len() >= LEAST_WEEKDAYS
}

/// The name of a weekday, as short as registers write it.
fn is_weekday(text: &str) -> bool {
    const NAMES: [&str; 14] = [
        "isnin",
        "selasa",
        "rabu",
        "khamis",
        "jumaat",
        "sabtu",
        "ahad",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    const SHORT: [&str; 3] = ["khm", "jmt", "ahd"];
    let lower = text.trim_end_matches('.').to_lowercase();
    !lower.is_empty() && (SHORT.contains(&lower.as_str()) || NAMES.iter().any(|name| name.starts_with(&lower)))
}

/// A day of the month, or a date.
fn is_day(text: &str) -> bool {
    let date = text.len() <= 10 && text.split(['/', '-', '.']).count() >= 2;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let all_digits = text.split(['/', '-', '.']).all(digits);
    all_digits && (date || text.parse().is_ok_and(|day: u32| (1..=31).contains(&day)))
}

/// Whether `column` of the row taken for a header holds the same kind of value as most rows below.
fn continues(header: &[String], below: &Rows, column: usize) -> bool {
    let Some(shape) = header.get(column).and_then(|cell| Shape::of(cell)) else { return false };
    let cells = below.iter().filter_map(|(_, cells)| cells.get(column)).filter(|cell| !cell.trim().is_empty());
    let (mut same, mut all) = (0, 0);
    for cell in cells {
        all += 1;
        same += usize::from(Shape::of(cell) == Some(shape));
    }
    same * 2 > all
}

/// Values that hardly ever stand in a header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Date,
    LongNumber,
    Email,
}

impl Shape {
    fn of(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        let only = |others: &str| cell.chars().all(|c| c.is_ascii_digit() || others.contains(c));
        let parts = cell.split(['/', '-', '.']).filter(|part| !part.is_empty()).count();
        if parts == 3 && (4..=8).contains(&digits) && only("/-.") {
            return Some(Self::Date);
        }
        if digits >= 6 && only("-+ ()./") {
            return Some(Self::LongNumber);
        }
        let (name, host) = cell.split_once('@')?;
        (!name.is_empty() && host.contains('.') && !cell.contains(' ')).then_some(Self::Email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &[&[&str]]) -> Vec<(u64, Vec<String>)> {
        let texts = |row: &&[&str]| row.iter().map(ToString::to_string).collect();
        (1..).zip(table.iter().map(texts)).collect()
    }

    #[test]
    fn the_header_stands_below_title_rows() {
        let titled: &[&[&str]] = &[
            &["SENARAI KESELURUHAN MURID"],
            &["2026", "", "", ""],
            &["BIL.", "NAMA", "KELAS", ""],
            &["1", "A", "B", "C"],
        ];
        assert_eq!(find(&rows(titled)), Some(3), "titles fill less than half of the columns");
        let titled: &[&[&str]] = &[&["SENARAI"], &["BIL.", "NAMA"], &["1", "A"], &["2", "B"]];
        assert_eq!(find(&rows(titled)), Some(2), "a lone title above two columns is no header");
    }

    #[test]
    fn weekdays_and_days_are_one_header_in_either_order_and_marks_are_none() {
        let names = |table: &[&[&str]]| {
            let rows = rows(table);
            let found = calendar(&rows, find(&rows).expect("a header"))?;
            Some((found.first, found.last, found.names.join("|")))
        };
        let pupil: &[&str] = &["1", "AINA", "/", "/", "0", "L", "/"];
        let days: &[&str] = &["", "", "5", "6", "7", "8", "9"];
        let titled: &[&str] = &["BIL", "NAMA", "5", "6", "7", "8", "9"];
        let week: &[&str] = &["BIL", "NAMA", "I", "S", "R", "K", "J"];
        let bare: &[&str] = &["", "", "Isn", "Sel", "Rab", "Kha", "Jum"];
        let short = "BIL|NAMA|I / 5|S / 6|R / 7|K / 8|J / 9".to_owned();
        assert_eq!(names(&[&["KELAS 5A"], week, days, pupil, pupil]), Some((2, 3, short)));
        let above = "BIL|NAMA|Isn / 5|Sel / 6|Rab / 7|Kha / 8|Jum / 9".to_owned();
        assert_eq!(names(&[&["KELAS 5A"], bare, titled, pupil, pupil]), Some((2, 3, above)), "weekdays above");
        let below = "BIL|NAMA|5 / Isn|6 / Sel|7 / Rab|8 / Kha|9 / Jum".to_owned();
        assert_eq!(names(&[titled, bare, pupil, pupil]), Some((1, 2, below)), "weekdays below");
        assert_eq!(names(&[titled, pupil, pupil]), None);
        let marks: &[&str] = &["1", "AINA", "S", "S", "S", "S", "S"];
        assert_eq!(names(&[titled, marks, pupil]), None, "a pupil who was sick all week");
        for nameless in [["", "", "S", "R", "", "K", ""], ["", "", "S", "S", "S", "S", "S"]] {
            assert_eq!(names(&[titled, &nameless, pupil]), None, "too few for a week, or a mark");
        }
    }

    #[test]
    fn a_row_of_the_same_kind_as_those_below_is_no_header() {
        let bare: &[&[&str]] =
            &[&["Aminah", "120304-10-1234"], &["Bala", "120405-10-1235"], &["Chong", "120506-10-1236"]];
        assert_eq!(find(&rows(bare)), None, "identity numbers from the first row on");
        let days: &[&[&str]] = &[&["Nama", "01/03/2026", "02/03/2026"], &["Aminah", "/", "0"], &["Bala", "/", "/"]];
        assert_eq!(find(&rows(days)), Some(1), "dates above attendance marks are headers");
    }
}
