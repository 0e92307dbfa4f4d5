//! Sheets of .xls and .ods, which their reader takes into memory as a whole. That is why they are read
//! in a worker: a cell far away costs all the cells between.

use calamine::{Data, DataRef, Dimensions, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Xls, XlsError};
use encoding_rs::WINDOWS_1252;

use super::assemble::{Assembler, Closed, Odd};
use super::book::{SheetName, Sheets};
use super::guard;
use crate::error::Error;
use crate::input::Input;

/// A sheet in memory.
struct Sheet {
    cells: Range<Data>,
    formulas: Range<String>,
    merges: Vec<Dimensions>,
}

/// A workbook in memory.
pub(crate) struct Whole {
    names: Vec<SheetName>,
    sheets: Vec<Sheet>,
    is_1904: bool,
    file: String,
}

/// Opens the .xls in `input`.
///
/// # Errors
///
/// [`Error::NotSupportedYet`] where it is under a password or no workbook, [`Error::Damaged`].
pub(crate) fn open_xls(input: &Input, file: &str) -> Result<Whole, Error> {
    let refused = |what| Error::NotSupportedYet { file: file.to_owned(), what };
    let mut book = Xls::new(input.seekable(file)?).map_err(|error| match error {
        XlsError::Password => refused("source.kind.xls_locked"),
        XlsError::Cfb(error) if error.to_string().contains("stream") => refused("source.kind.office_old"),
        error => match input.whole(file) {
            Ok(bytes) if guard::is_locked_xls(&bytes) => refused("source.kind.xls_locked"),
            _ => Error::damaged(file, "", 0, error),
        },
    })?;
    let merges = |book: &mut Xls<_>, name: &str| book.merge_cells_by_sheet_name(name).unwrap_or_default();
    let (names, sheets) = take_sheets(&mut book, merges).map_err(|error| Error::damaged(file, "", 0, error))?;
    Ok(Whole { names, sheets, is_1904: book.has_1904_epoch(), file: file.to_owned() })
}

/// Opens the .ods in `input`.
///
/// # Errors
///
/// [`Error::NotSupportedYet`] where it is under a password or a text, [`Error::TooLarge`],
/// [`Error::Damaged`].
pub(crate) fn open_ods(input: &Input, file: &str) -> Result<Whole, Error> {
    let refused = |what| Error::NotSupportedYet { file: file.to_owned(), what };
    let mut book = Ods::new(input.seekable(file)?).map_err(|error| match error {
        OdsError::Password => refused("source.kind.ods_locked"),
        OdsError::InvalidMime(_) => refused("source.kind.document"),
        OdsError::CellLimitExceeded { .. } => Error::too_large(file, "", 0),
        error => Error::damaged(file, "", 0, error),
    })?;
    let (names, sheets) =
        take_sheets(&mut book, |_, _| Vec::new()).map_err(|error| Error::damaged(file, "", 0, error))?;
    Ok(Whole { names, sheets, is_1904: false, file: file.to_owned() })
}

/// Names and contents of the worksheets of `book`.
fn take_sheets<R: std::io::Read + std::io::Seek, B: Reader<R>>(
    book: &mut B,
    merges: impl Fn(&mut B, &str) -> Vec<Dimensions>,
) -> Result<(Vec<SheetName>, Vec<Sheet>), B::Error> {
    let (mut names, mut sheets) = (Vec::new(), Vec::new());
    for sheet in book.sheets_metadata().to_vec() {
        if sheet.typ != SheetType::WorkSheet {
            continue;
        }
        let cells = book.worksheet_range(&sheet.name)?;
        let formulas = book.worksheet_formula(&sheet.name)?;
        sheets.push(Sheet { cells, formulas, merges: merges(book, &sheet.name) });
        names.push(SheetName { hidden: sheet.visible != SheetVisible::Visible, name: sheet.name });
    }
    Ok((names, sheets))
}

impl Sheet {
    /// Gives every cell to `rows`, row after row.
    fn send(&self, rows: &mut Assembler, file: &str, name: &str) -> Result<Result<(), Closed>, Error> {
        let (top, left) = self.first();
        let (bottom, right) = self.last();
        for row in top..=bottom {
            for column in left..=right {
                if self.cell(rows, row, column).is_err() {
                    return Ok(Err(Closed));
                }
            }
            rows.check_padding(file, name)?;
        }
        Ok(Ok(()))
    }

    fn first(&self) -> (u32, u32) {
        let (cells, formulas) = (self.cells.start(), self.formulas.start());
        let (a, b) = (cells.or(formulas).unwrap_or_default(), formulas.or(cells).unwrap_or_default());
        (a.0.min(b.0), a.1.min(b.1))
    }

    fn last(&self) -> (u32, u32) {
        let (a, b) = (self.cells.end().unwrap_or_default(), self.formulas.end().unwrap_or_default());
        (a.0.max(b.0), a.1.max(b.1))
    }

    fn cell(&self, rows: &mut Assembler, row: u32, column: u32) -> Result<(), Closed> {
        let at = (row, column);
        let value = self.cells.get_value(at).unwrap_or(&Data::Empty);
        let formula = || self.formulas.get_value(at).filter(|formula| !formula.is_empty());
        match value {
            Data::Empty => match formula() {
                Some(formula) => rows.cell(at, &DataRef::Empty, Some(shown(formula))),
                None => Ok(()),
            },
            Data::String(text) if text.is_empty() => {
                if formula().is_some() {
                    rows.odd.empty_results.add(row, column);
                }
                Ok(())
            }
            Data::String(text) => match repaired(text) {
                Some(text) => {
                    rows.odd.repaired.add(row, column);
                    rows.cell(at, &DataRef::SharedString(&text), None)
                }
                None => rows.cell(at, &DataRef::SharedString(text), None),
            },
            value => rows.cell(at, &borrowed(value), None),
        }
    }
}

/// A formula as it is typed: OpenDocument writes the name of its language before it.
fn shown(formula: &str) -> String {
    let typed = formula.split_once(":=").map_or(formula, |(_, typed)| typed);
    format!("={}", typed.trim_start_matches('='))
}

/// `text` as it was meant, where the reader took UTF-16 for single bytes and so put a zero character
/// behind each letter. Some programs other than Excel write such files.
fn repaired(text: &str) -> Option<String> {
    let signs: Vec<char> = text.chars().collect();
    let (pairs, rest) = signs.as_chunks::<2>();
    let zeros = pairs.iter().filter(|[_, second]| *second == '\0').count();
    let wrong = pairs.iter().any(|[first, _]| *first == '\0');
    if zeros == 0 || wrong || !rest.is_empty() || zeros * 2 < pairs.len() {
        return None;
    }
    let (bytes, _, lost) = WINDOWS_1252.encode(text);
    let units: Vec<u16> = bytes.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    if lost { None } else { String::from_utf16(&units).ok() }
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(value) => DataRef::Int(*value),
        Data::Float(value) => DataRef::Float(*value),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(value) => DataRef::DateTime(*value),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

impl Sheets for Whole {
    fn names(&self) -> &[SheetName] {
        &self.names
    }

    fn merges(&mut self, sheet: usize) -> Vec<Dimensions> {
        self.sheets.get(sheet).map(|sheet| sheet.merges.clone()).unwrap_or_default()
    }

    fn send(&mut self, sheet: usize, mut rows: Assembler) -> Result<Odd, Error> {
        let name = self.names.get(sheet).map(|sheet| sheet.name.as_str()).unwrap_or_default();
        let Some(cells) = self.sheets.get(sheet) else { return Ok(rows.finish()) };
        if cells.cells.is_empty() && cells.formulas.is_empty() {
            return Ok(rows.finish());
        }
        match cells.send(&mut rows, &self.file, name)? {
            Ok(()) => Ok(rows.finish()),
            Err(Closed) => Ok(rows.odd),
        }
    }

    fn is_1904(&self) -> bool {
        self.is_1904
    }
}

#[cfg(test)]
mod tests {
    use super::repaired;

    #[test]
    fn utf16_taken_for_bytes_is_put_right_and_nothing_else_is() {
        assert_eq!(repaired("A\0m\0i\0n\0a\0h\0").as_deref(), Some("Aminah"));
        assert_eq!(repaired("Z\0o\0\u{eb}\0").as_deref(), Some("Zo\u{eb}"), "beyond ASCII");
        for fine in ["Aminah", "", "A\0m\0i", "\0A\0m", "A\0mi"] {
            let expected = if fine == "A\0mi" { Some("A\u{696d}".to_owned()) } else { None };
            assert_eq!(repaired(fine), expected, "{fine:?}");
        }
    }
}
