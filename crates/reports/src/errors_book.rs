//! The error workbook: the rows with findings as the school laid them out, for somebody to correct in Excel.
//!
//! Every cell is text, so that Excel changes no number and no date. A hidden column names each row, a hidden sheet the
//! handout; by these the workbook is known when it comes back. Rows go to the file as they come.

use std::path::Path;

use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet};

use crate::Error;

/// Name of the hidden sheet by which a workbook that comes back is known.
pub const MARK_SHEET: &str = "_daftar";
/// What stands first on that sheet.
pub const MARK: &str = "daftar-corrections";
/// Header of the hidden column with the name of each row.
pub const ROW_ID: &str = "_daftar_id";
/// Columns before the school's own: the reason and the row in the school's file.
pub const BEFORE: usize = 2;
/// Position of the row in the school's file.
pub const ROW_NUMBER: usize = 1;

/// Version of this layout.
const VERSION: &str = "1";
/// Rows that a sheet of Excel takes, less the header.
const MOST_ROWS: u32 = 1_048_575;
/// Characters that a cell of Excel takes.
const MOST_CHARACTERS: usize = 32_767;
/// Characters that the name of a sheet may have.
const MOST_NAME: usize = 31;

/// One row with findings.
pub struct ErrorsRow<'a> {
    /// By what it is known when it comes back.
    pub id: &'a str,
    /// Its row in the school's own file.
    pub row: u64,
    /// What is odd about it, in words.
    pub reason: &'a str,
    /// Its cells, in the order of the headers.
    pub cells: &'a [String],
    /// Positions of the cells that something was found in.
    pub odd: &'a [usize],
}

/// The words of the workbook.
pub struct BookWords<'a> {
    /// Header of the reasons.
    pub reason: &'a str,
    /// Header of the rows in the school's own file.
    pub row: &'a str,
    /// What stands on the hidden sheet for whoever finds it.
    pub keep: &'a str,
}

/// A workbook being written.
pub struct ErrorsBook<'a> {
    book: Workbook,
    words: BookWords<'a>,
    formats: Formats,
    sheet: Option<Sheet>,
    names: Vec<String>,
}

struct Sheet {
    sheet: Worksheet,
    headers: Vec<String>,
    name: String,
    rows: u32,
}

struct Formats {
    text: Format,
    odd: Format,
    reason: Format,
    header: Format,
}

impl Formats {
    fn new() -> Self {
        let text = Format::new().set_num_format("@");
        Self {
            odd: text.clone().set_background_color(Color::RGB(0x00FF_E2B8)).set_border_color(Color::RGB(0x00B4_5309)),
            reason: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            header: Format::new().set_bold().set_background_color(Color::RGB(0x00E6_ECF5)),
            text,
        }
    }
}

impl<'a> ErrorsBook<'a> {
    /// A workbook without sheets. `mark` names the handout.
    ///
    /// # Errors
    ///
    /// [`Error::Write`].
    pub fn new(mark: &str, words: BookWords<'a>) -> Result<Self, Error> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name(MARK_SHEET).map_err(failed)?.set_hidden(true);
        for (column, text) in [MARK, VERSION, mark].into_iter().enumerate() {
            sheet.write_string(0, column as u16, text).map_err(failed)?;
        }
        sheet.write_string(1, 0, words.keep).map_err(failed)?;
        Ok(Self { book, words, formats: Formats::new(), sheet: None, names: vec![MARK_SHEET.to_owned()] })
    }

    /// Begins the sheet of one source table. Its name is made one that Excel takes, and no other sheet has.
    ///
    /// # Errors
    ///
    /// [`Error::Write`].
    pub fn sheet(&mut self, name: &str, headers: &[String]) -> Result<(), Error> {
        self.end_sheet()?;
        let unique = self.unique(name);
        let mut sheet = self.book.new_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(&unique).map_err(failed)?;
        let first = self.names.len() == 1;
        self.names.push(unique.to_lowercase());
        if first {
            // The hidden sheet cannot be the one that opens.
            sheet.set_active(true);
        }
        let (reason, row) = (self.words.reason, self.words.row);
        let all = [reason, row].into_iter().chain(headers.iter().map(String::as_str)).chain([ROW_ID]);
        for (column, text) in all.enumerate() {
            sheet.write_string_with_format(0, column as u16, text, &self.formats.header).map_err(failed)?;
        }
        let last = (BEFORE + headers.len()) as u16;
        sheet.set_column_hidden(last).map_err(failed)?;
        sheet.set_column_width(0, 60).map_err(failed)?;
        if last > BEFORE as u16 {
            sheet.set_column_range_width(BEFORE as u16, last - 1, 18).map_err(failed)?;
        }
        sheet.set_freeze_panes(1, BEFORE as u16).map_err(failed)?;
        self.sheet = Some(Sheet { sheet, headers: headers.to_vec(), name: name.to_owned(), rows: 0 });
        Ok(())
    }

    /// Writes the next row of the sheet; where it is full, into a new one of the same headers.
    ///
    /// # Errors
    ///
    /// [`Error::Write`].
    pub fn row(&mut self, row: &ErrorsRow<'_>) -> Result<(), Error> {
        let full = self.sheet.as_ref().filter(|sheet| sheet.rows >= MOST_ROWS);
        if let Some((name, headers)) = full.map(|sheet| (sheet.name.clone(), sheet.headers.clone())) {
            self.sheet(&name, &headers)?;
        }
        let Some(Sheet { sheet, headers, rows, .. }) = &mut self.sheet else { return Ok(()) };
        *rows += 1;
        let at = *rows;
        sheet.write_string_with_format(at, 0, cut(row.reason), &self.formats.reason).map_err(failed)?;
        sheet.write_number(at, ROW_NUMBER as u16, row.row as f64).map_err(failed)?;
        for column in 0..headers.len() {
            let format = if row.odd.contains(&column) { &self.formats.odd } else { &self.formats.text };
            let text = row.cells.get(column).map(String::as_str).unwrap_or_default();
            let place = (BEFORE + column) as u16;
            if text.is_empty() {
                sheet.write_blank(at, place, format).map_err(failed)?;
            } else {
                sheet.write_string_with_format(at, place, cut(text), format).map_err(failed)?;
            }
        }
        sheet.write_string(at, (BEFORE + headers.len()) as u16, row.id).map_err(failed)?;
        Ok(())
    }

    /// Writes the file at `path`.
    ///
    /// # Errors
    ///
    /// [`Error::Write`].
    pub fn save(mut self, path: &Path) -> Result<(), Error> {
        self.end_sheet()?;
        self.book.save(path).map_err(failed)
    }

    fn end_sheet(&mut self) -> Result<(), Error> {
        if let Some(Sheet { mut sheet, headers, rows, .. }) = self.sheet.take() {
            sheet.autofilter(0, 0, rows, (BEFORE + headers.len()) as u16).map_err(failed)?;
            self.book.push_worksheet(sheet);
        }
        Ok(())
    }

    /// A name of at most 31 characters without those that Excel refuses.
    fn unique(&self, name: &str) -> String {
        let sound = |char: char| !"[]:*?/\\'".contains(char) && !char.is_control();
        let plain: String = name.chars().filter(|char| sound(*char)).collect();
        let plain = if plain.trim().is_empty() { "1".to_owned() } else { plain.trim().to_owned() };
        let of_length = |most: usize| plain.chars().take(most).collect::<String>();
        let numbered = (2..).map(|number| format!("{} ({number})", of_length(MOST_NAME - 8)));
        let free = |candidate: &String| !self.names.contains(&candidate.to_lowercase());
        std::iter::once(of_length(MOST_NAME)).chain(numbered).find(free).unwrap_or_default()
    }
}

/// As much of a text as a cell takes.
fn cut(text: &str) -> &str {
    text.char_indices().nth(MOST_CHARACTERS / 2).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

fn failed(source: rust_xlsxwriter::XlsxError) -> Error {
    Error::Write { source: Box::new(source) }
}
