//! XML spreadsheets of 2003 (SpreadsheetML), which some portals give out as "Excel": every sheet, cell by
//! cell as they stream by. Entities that a file defines itself are never replaced.

use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use calamine::{CellErrorType, DataRef, Dimensions, ExcelDateTime, ExcelDateTimeType};
use chrono::{NaiveDate, NaiveDateTime, Timelike};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::Format;
use super::markup::{Decoded, Markup, from_read, head};
use super::workbook::assemble::{Assembler, Odd};
use super::workbook::book::{self, SheetName, Sheets};
use crate::error::Error;
use crate::isolate;
use crate::limits::{MERGES, PAGE_TABLES, SHEET_COLUMNS, SHEET_ROWS};
use crate::scan::Scan;
use crate::source::{Options, Source};

/// XML spreadsheets.
pub(crate) const FORMAT: Format = Format { code: "xmlss", extensions: &["xml"], recognises, open };

fn recognises(scan: &Scan) -> bool {
    let is_sheet = |head: String| {
        head.contains("urn:schemas-microsoft-com:office:spreadsheet")
            && (head.starts_with("<?xml") || head.starts_with("<workbook"))
    };
    head(scan).is_some_and(is_sheet)
}

fn open(path: &Path, mut scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    let markup = Markup::new(&mut scan, options)?;
    let file = scan.file.clone();
    let sheets = isolate::run(&file, || look_at(markup))?;
    let (notes, encoding) = (sheets.markup.notes(), sheets.markup.encoding());
    book::open_text(path, scan, options, &FORMAT, Box::new(sheets), (encoding, notes))
}

/// An XML spreadsheet.
struct Spreadsheet {
    markup: Markup,
    names: Vec<SheetName>,
    merges: Vec<Vec<Dimensions>>,
}

/// Finds the sheets.
fn look_at(markup: Markup) -> Result<Spreadsheet, Error> {
    let (mut names, mut merges) = (Vec::new(), Vec::new());
    walk(&markup, &mut |found| {
        match found {
            Found::Sheet(name) => {
                names.push(SheetName { name, hidden: false });
                merges.push(Vec::new());
            }
            Found::Hidden => names.last_mut().into_iter().for_each(|sheet| sheet.hidden = true),
            Found::Merge(merge) => {
                let room = merges.last_mut().filter(|merges| merges.len() < MERGES);
                room.into_iter().for_each(|merges| merges.push(merge));
            }
            Found::Cell(_) | Found::Entity(..) => {}
        }
        names.len() <= PAGE_TABLES
    })?;
    if names.len() > PAGE_TABLES {
        return Err(Error::too_large(&markup.file, "", 0));
    }
    Ok(Spreadsheet { markup, names, merges })
}

impl Sheets for Spreadsheet {
    fn names(&self) -> &[SheetName] {
        &self.names
    }

    fn merges(&mut self, sheet: usize) -> Vec<Dimensions> {
        self.merges.get(sheet).cloned().unwrap_or_default()
    }

    fn send(&mut self, sheet: usize, mut rows: Assembler) -> Result<Odd, Error> {
        let (mut begun, mut open) = (0, true);
        let mut padding = Ok(());
        let (file, name) = (&self.markup.file, self.names.get(sheet).map(|sheet| sheet.name.as_str()));
        walk(&self.markup, &mut |found| {
            let here = begun == sheet + 1;
            match found {
                Found::Sheet(_) => begun += 1,
                Found::Cell(cell) if here => {
                    open = send_cell(&cell, &mut rows);
                    padding = rows.check_padding(file, name.unwrap_or_default());
                }
                Found::Entity(row, column) if here => rows.odd.entities.add(row, column),
                _ => {}
            }
            open && padding.is_ok() && begun <= sheet + 1
        })?;
        padding?;
        Ok(if open { rows.finish() } else { rows.odd })
    }

    fn is_1904(&self) -> bool {
        false
    }
}

/// A cell as it stands in the file.
#[derive(Clone, Default)]
struct Cell {
    row: u32,
    column: u32,
    /// `Number`, `DateTime`, `Boolean`, `Error`; anything else is text.
    kind: String,
    text: String,
    formula: Option<String>,
}

/// Gives a cell to `rows`; gives whether they want more. What is not of the kind that it claims stays
/// the text that it is.
fn send_cell(cell: &Cell, rows: &mut Assembler) -> bool {
    let text = DataRef::SharedString(&cell.text);
    let trimmed = cell.text.trim();
    let value = match cell.kind.as_str() {
        _ if cell.text.is_empty() => DataRef::Empty,
        "Number" => match trimmed.parse::<f64>() {
            Ok(number) if number.is_finite() => DataRef::Float(number),
            _ => text,
        },
        "Boolean" if trimmed == "1" || trimmed == "0" => DataRef::Bool(trimmed == "1"),
        "DateTime" => match (moment(trimmed), time_of_day(trimmed)) {
            (Some(moment), _) => DataRef::DateTimeIso(moment),
            (None, Some(days)) => DataRef::DateTime(ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false)),
            (None, None) => text,
        },
        "Error" => error(trimmed).map_or(text, DataRef::Error),
        _ => text,
    };
    let formula = cell.formula.as_ref().filter(|_| value == DataRef::Empty);
    rows.cell((cell.row, cell.column), &value, formula.cloned()).is_ok()
}

/// A date or moment as ISO 8601; `None` for one that is none, and for a time of day, which Excel writes
/// on the day before its calendar begins.
fn moment(text: &str) -> Option<String> {
    let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    let begin = NaiveDate::from_ymd_opt(1900, 1, 1)?;
    let is_day = moment.time() == chrono::NaiveTime::MIN;
    let written = if is_day { moment.format("%Y-%m-%d") } else { moment.format("%Y-%m-%dT%H:%M:%S") };
    (moment.date() >= begin).then(|| written.to_string())
}

/// The part of a day, where `text` is a time of day: Excel writes it on the last day of 1899.
fn time_of_day(text: &str) -> Option<f64> {
    let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    let day = NaiveDate::from_ymd_opt(1899, 12, 31)?;
    let seconds = f64::from(moment.time().num_seconds_from_midnight());
    (moment.date() == day).then_some(seconds / 86_400.0)
}

fn error(text: &str) -> Option<CellErrorType> {
    use CellErrorType::{Div0, NA, Name, Null, Num, Ref, Value};
    [Div0, NA, Name, Null, Num, Ref, Value].into_iter().find(|error| error.to_string() == text)
}

/// What a walk through the file meets.
enum Found {
    /// A sheet begins.
    Sheet(String),
    /// The sheet at hand is hidden.
    Hidden,
    /// Merged cells of the sheet at hand.
    Merge(Dimensions),
    /// A cell of the sheet at hand.
    Cell(Cell),
    /// An entity in the cell at this row and column was not replaced.
    Entity(u32, u32),
}

/// Goes through the file until `take` wants no more.
fn walk(markup: &Markup, take: &mut dyn FnMut(Found) -> bool) -> Result<(), Error> {
    let mut reader: Reader<BufReader<Decoded>> = Reader::from_reader(BufReader::new(markup.reader()?));
    reader.config_mut().expand_empty_elements = true;
    let mut walk = Walk::new(take);
    let mut buffer = Vec::new();
    while walk.goes_on && !walk.ended {
        buffer.clear();
        let damaged = |error: &dyn std::fmt::Display| Error::damaged(&markup.file, "", 0, error);
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => walk.start(&tag),
            Ok(Event::End(tag)) => walk.end(tag.local_name().as_ref()),
            Ok(Event::Text(text)) => walk.text(&text.xml10_content()),
            Ok(Event::CData(text)) => walk.text(&text.xml10_content()),
            Ok(Event::GeneralRef(name)) => walk.reference(&name),
            Ok(Event::Eof) => return Err(damaged(&"the file ends in the middle")),
            Ok(_) => {}
            Err(quick_xml::Error::Io(error)) => {
                let error = Arc::try_unwrap(error).map_err(|error| damaged(&error))?;
                return Err(from_read(&markup.file, error));
            }
            Err(error) => return Err(damaged(&error)),
        }
    }
    Ok(())
}

/// Where in the file the walk is.
struct Walk<'a> {
    take: &'a mut dyn FnMut(Found) -> bool,
    goes_on: bool,
    /// Whether the workbook was closed.
    ended: bool,
    /// Row that comes next, from 0, and the one at hand.
    next_row: u32,
    row: u32,
    /// Column that comes next.
    column: u32,
    cell: Option<Cell>,
    /// Inside a cell's value, and not in a remark on it.
    in_data: bool,
    in_comment: bool,
    /// Inside the word that says whether the sheet is hidden.
    in_visible: bool,
}

/// The attribute `name` of `tag`, whatever its prefix.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let found = all.with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).map(|value| value.into_owned());
    Some(value.unwrap_or_else(|_| found.value.into_owned()))
}

fn count(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(tag, name)?.trim().parse().ok()
}

impl<'a> Walk<'a> {
    fn new(take: &'a mut dyn FnMut(Found) -> bool) -> Self {
        Self {
            take,
            goes_on: true,
            ended: false,
            next_row: 0,
            row: 0,
            column: 0,
            cell: None,
            in_data: false,
            in_comment: false,
            in_visible: false,
        }
    }

    fn say(&mut self, found: Found) {
        self.goes_on &= (self.take)(found);
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "Worksheet" => {
                self.next_row = 0;
                self.say(Found::Sheet(attribute(tag, "Name").unwrap_or_default()));
            }
            "Row" => {
                self.row = count(tag, "Index").map_or(self.next_row, |index| index.saturating_sub(1)).min(SHEET_ROWS);
                let more = count(tag, "Span").unwrap_or(0).min(SHEET_ROWS);
                (self.next_row, self.column) = (self.row + 1 + more, 0);
            }
            "Cell" => self.start_cell(tag),
            "Comment" => self.in_comment = true,
            "Data" if !self.in_comment => {
                self.in_data = true;
                let kind = attribute(tag, "Type").unwrap_or_default();
                self.cell.iter_mut().for_each(|cell| cell.kind.clone_from(&kind));
            }
            "Visible" => self.in_visible = true,
            _ => {}
        }
    }

    fn start_cell(&mut self, tag: &BytesStart<'_>) {
        let column = count(tag, "Index").map_or(self.column, |index| index.saturating_sub(1)).min(SHEET_COLUMNS);
        let across = count(tag, "MergeAcross").unwrap_or(0).min(SHEET_COLUMNS);
        let down = count(tag, "MergeDown").unwrap_or(0).min(SHEET_ROWS);
        self.column = column + 1 + across;
        if across > 0 || down > 0 {
            let end = (self.row + down, column + across);
            self.say(Found::Merge(Dimensions::new((self.row, column), end)));
        }
        let formula = attribute(tag, "Formula");
        self.cell = Some(Cell { row: self.row, column, formula, ..Cell::default() });
    }

    fn end(&mut self, name: &str) {
        match name {
            "Cell" => {
                if let Some(cell) = self.cell.take() {
                    self.say(Found::Cell(cell));
                }
            }
            "Data" => self.in_data = false,
            "Comment" => self.in_comment = false,
            "Visible" => self.in_visible = false,
            "Workbook" => self.ended = true,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_visible && ["SheetHidden", "SheetVeryHidden"].contains(&text.trim()) {
            self.say(Found::Hidden);
        }
        if self.in_data && !self.in_comment {
            self.cell.iter_mut().for_each(|cell| cell.text.push_str(text));
        }
    }

    /// A sign by its number or one of the five names that XML knows; any other name stays as written.
    fn reference(&mut self, name: &BytesRef<'_>) {
        if let Ok(Some(sign)) = name.resolve_char_ref() {
            return self.text(sign.encode_utf8(&mut [0; 4]));
        }
        let name = name.xml10_content();
        match quick_xml::escape::resolve_predefined_entity(&name) {
            Some(text) => self.text(text),
            None => {
                self.text(&format!("&{name};"));
                let row = self.row;
                self.say(Found::Entity(row, self.column.saturating_sub(1)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn days_and_moments_are_written_as_everywhere() {
        assert_eq!(moment("2014-01-01T00:00:00.000").as_deref(), Some("2014-01-01"));
        assert_eq!(moment("2014-01-01T07:30:00.000").as_deref(), Some("2014-01-01T07:30:00"));
        assert_eq!(moment("1899-12-31T07:30:00.000"), None, "a time of day");
        assert_eq!(moment("31/12/2014"), None);
    }
}
