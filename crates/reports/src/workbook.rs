//! Workbooks (`.xlsx`): tables in, sheets out. For those who want to sort, filter and count for themselves.
//!
//! Every text is written as text, so that a value which begins with `=` is no formula. A workbook is made in memory:
//! the library's way of saving memory puts the rows, unencrypted, into a temporary file.

use std::collections::HashSet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::Error;
use crate::doc::{Block, Cell, Cover, Doc, Shape, Table};

/// Rows of a sheet below its header. Source: Excel's limit of 1,048,576 rows.
const MOST_ROWS: usize = 1_048_575;
/// Letters of a cell. Source: Excel's limit of 32,767, counted in UTF-16.
const MOST_LETTERS: usize = 32_767;
/// Letters of a sheet's name. Source: Excel's limit.
const MOST_NAME: usize = 31;
/// Width of a column, in letters.
const WIDTHS: std::ops::RangeInclusive<usize> = 8..=60;
/// Rows that a column's width is measured by.
const MEASURED_ROWS: usize = 500;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Nothing.
    Blank,
    /// Text, whatever it looks like.
    Text(String),
    /// A number that can be added up.
    Number(f64),
}

impl<T: Into<String>> From<T> for Entry {
    fn from(text: T) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Blank } else { Self::Text(text) }
    }
}

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// Its name; shortened, freed of what Excel forbids, and numbered where two have the same.
    pub name: String,
    /// Titles of its columns, frozen above the rows.
    pub columns: Vec<String>,
    /// From first to last; more than a sheet may have go on in a second one.
    pub rows: Vec<Vec<Entry>>,
}

/// The sheets as the bytes of a workbook made at `made_at`.
///
/// # Errors
///
/// [`Error::Write`] where the library refuses; never for what the cells hold.
pub fn write(sheets: &[Sheet], title: &str, made_at: chrono::NaiveDateTime) -> Result<Vec<u8>, Error> {
    let refused = |source: XlsxError| Error::Write { source: Box::new(source) };
    build(sheets, title, made_at).map_err(refused)
}

fn build(sheets: &[Sheet], title: &str, made_at: chrono::NaiveDateTime) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::parse_from_str(&made_at.format("%Y-%m-%dT%H:%M:%S").to_string())?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    let mut names = HashSet::new();
    for sheet in sheets {
        let empty: [Vec<Entry>; 1] = [Vec::new()];
        let portions = if sheet.rows.is_empty() { empty.chunks(1) } else { sheet.rows.chunks(MOST_ROWS) };
        for rows in portions {
            let page = book.add_worksheet().set_name(free_name(&sheet.name, &mut names))?;
            fill(page, &sheet.columns, rows)?;
        }
    }
    book.save_to_buffer()
}

fn fill(page: &mut Worksheet, columns: &[String], rows: &[Vec<Entry>]) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    for (at, title) in columns.iter().enumerate() {
        page.write_string_with_format(0, at as u16, cut(title), &head)?;
        page.set_column_width(at as u16, width(title, rows, at) as f64)?;
    }
    for (row, cells) in rows.iter().enumerate() {
        for (at, cell) in cells.iter().enumerate() {
            let place = (row as u32 + 1, at as u16);
            match cell {
                Entry::Blank => {}
                Entry::Text(text) => drop(page.write_string(place.0, place.1, cut(text))?),
                Entry::Number(number) => drop(page.write_number(place.0, place.1, *number)?),
            }
        }
    }
    page.set_freeze_panes(1, 0)?;
    if !columns.is_empty() && !rows.is_empty() {
        page.autofilter(0, 0, rows.len() as u32, columns.len() as u16 - 1)?;
    }
    Ok(())
}

/// A width at which most of a column can be read.
fn width(title: &str, rows: &[Vec<Entry>], at: usize) -> usize {
    let letters = |cell: &Entry| match cell {
        Entry::Text(text) => text.lines().map(|line| line.chars().count()).max().unwrap_or(0),
        Entry::Blank | Entry::Number(_) => 0,
    };
    let cells = rows.iter().take(MEASURED_ROWS).filter_map(|row| row.get(at));
    let widest = cells.map(letters).max().unwrap_or(0).max(title.chars().count()) + 2;
    widest.clamp(*WIDTHS.start(), *WIDTHS.end())
}

/// `text` as long as a cell may be; a longer one ends in an ellipsis.
fn cut(text: &str) -> String {
    if text.len() <= MOST_LETTERS || text.encode_utf16().count() <= MOST_LETTERS {
        return text.to_owned();
    }
    let mut letters = 1;
    let fits = |letter: &char| {
        letters += letter.len_utf16();
        letters <= MOST_LETTERS
    };
    text.chars().take_while(fits).chain(['\u{2026}']).collect()
}

/// A name that Excel takes and that no other sheet has.
fn free_name(wanted: &str, taken: &mut HashSet<String>) -> String {
    let allowed = |letter: char| !letter.is_control() && !matches!(letter, '[' | ']' | ':' | '*' | '?' | '/' | '\\');
    let clean: String = wanted.chars().map(|letter| if allowed(letter) { letter } else { ' ' }).collect();
    let clean = clean.trim_matches(|letter: char| letter == '\'' || letter.is_whitespace());
    let clean = if clean.is_empty() { "-" } else { clean };
    let mut number = 1;
    loop {
        let end = if number == 1 { String::new() } else { format!(" ({number})") };
        let name: String = clean.chars().take(MOST_NAME - end.len()).chain(end.chars()).collect();
        if taken.insert(name.to_lowercase()) {
            return name;
        }
        number += 1;
    }
}

/// A report as sheets: its cover, then one sheet for each of its tables, named after the heading above it.
pub(crate) fn sheets(doc: &Doc) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    let mut heading = doc.title.as_str();
    for block in &doc.blocks {
        match block {
            Block::Cover(cover) => sheets.push(cover_sheet(cover)),
            Block::Heading { text, .. } => heading = text,
            Block::Table(table) => sheets.push(table_sheet(heading, table)),
            _ => {}
        }
    }
    sheets
}

fn cover_sheet(cover: &Cover) -> Sheet {
    let pair = |(label, value): (&String, &String)| vec![label.clone().into(), number_or_text(value)];
    let mut rows: Vec<Vec<Entry>> = vec![
        vec![Entry::Blank, cover.school.clone().into()],
        vec![cover.verdict.clone().into(), cover.because.clone().into()],
    ];
    rows.extend(cover.figures.iter().map(|(label, value, _)| pair((label, value))));
    rows.extend(cover.facts.iter().map(|(label, value)| vec![label.clone().into(), value.clone().into()]));
    Sheet { name: cover.title.clone(), columns: vec![cover.kicker.clone(), cover.title.clone()], rows }
}

fn table_sheet(name: &str, table: &Table) -> Sheet {
    let entry = |(cell, (_, shape)): (&Cell, &(String, Shape))| match shape {
        Shape::Number => number_or_text(&cell.text),
        Shape::Text(_) | Shape::Label => cell.text.clone().into(),
    };
    let row = |row: &crate::doc::Row| row.cells.iter().zip(&table.columns).map(entry).collect();
    Sheet {
        name: name.to_owned(),
        columns: table.columns.iter().map(|(title, _)| title.clone()).collect(),
        rows: table.rows.iter().map(row).collect(),
    }
}

/// A figure as reports write it (`1,234`, `−12`) as a number; anything else stays text.
fn number_or_text(text: &str) -> Entry {
    let plain: String = text.replace('\u{2212}', "-").chars().filter(|letter| *letter != ',').collect();
    let digits = plain.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.'));
    match plain.parse::<f64>() {
        Ok(number) if digits => Entry::Number(number),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_excel_takes_and_no_two_are_the_same() {
        let mut taken = HashSet::new();
        let names = ["Murid: [2026]/1", "MURID   2026  1", "", "''", &"a".repeat(40), &"A".repeat(40)];
        let free: Vec<String> = names.iter().map(|name| free_name(name, &mut taken)).collect();
        assert_eq!(free[0], "Murid   2026  1");
        assert_eq!(free[1], "MURID   2026  1 (2)", "Excel compares names without regard to case");
        assert_eq!((free[2].as_str(), free[3].as_str()), ("-", "- (2)"));
        assert_eq!(free[5], format!("{} (2)", "A".repeat(27)));
        assert!(free.iter().all(|name| name.chars().count() <= MOST_NAME));
    }

    #[test]
    fn figures_are_numbers_and_everything_else_is_text() {
        assert_eq!(number_or_text("1,234"), Entry::Number(1234.0));
        assert_eq!(number_or_text("\u{2212}12"), Entry::Number(-12.0));
        assert_eq!(number_or_text("98.5 %"), Entry::Text("98.5 %".to_owned()));
        assert_eq!(number_or_text("=1+1"), Entry::Text("=1+1".to_owned()));
        assert_eq!(number_or_text(""), Entry::Blank);
        assert_eq!(number_or_text("inf"), Entry::Text("inf".to_owned()));
    }

    #[test]
    fn a_cell_longer_than_excel_takes_is_cut_and_says_so() {
        let long = cut(&"文".repeat(40_000));
        assert_eq!(long.encode_utf16().count(), MOST_LETTERS);
        assert!(long.ends_with('\u{2026}'));
    }
}
