//! Sheets of .xlsx and .xlsm: cell by cell as they stream by.

use calamine::{DataRef, Dimensions, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::assemble::{Assembler, Odd};
use super::book::{SheetName, Sheets};
use super::merged::Merges;
use crate::error::Error;
use crate::input::{Input, ReadSeek};

/// A workbook that streams.
pub(crate) struct Streamed {
    book: Xlsx<Box<dyn ReadSeek>>,
    names: Vec<SheetName>,
    /// The merged cells of the sheets, and which of the sheets of any kind each of `names` is.
    merges: Option<(Merges, Vec<usize>)>,
    file: String,
}

impl Streamed {
    /// Opens the workbook in `input`, which was found safe.
    ///
    /// # Errors
    ///
    /// Where its parts cannot be made sense of.
    pub(crate) fn open(input: &Input, file: &str) -> Result<Self, Error> {
        // Found beside what the library does when it opens a workbook.
        let merges = Merges::find(input.seekable(file)?);
        let book = Xlsx::new(input.seekable(file)?).map_err(|error| from_calamine(file, "", 0, error))?;
        let all = book.sheets_metadata();
        let sheets = all.iter().enumerate().filter(|(_, sheet)| sheet.typ == SheetType::WorkSheet);
        let named = sheets.map(|(number, sheet)| {
            (number, SheetName { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible })
        });
        let (numbers, names) = named.unzip();
        let merges = merges.filter(|merges| merges.count() == all.len());
        Ok(Self { names, merges: merges.map(|merges| (merges, numbers)), file: file.to_owned(), book })
    }

    fn name(&self, sheet: usize) -> String {
        self.names.get(sheet).map(|sheet| sheet.name.clone()).unwrap_or_default()
    }
}

fn from_calamine(file: &str, sheet: &str, row: u64, error: XlsxError) -> Error {
    match error {
        XlsxError::Password => Error::PasswordNeeded { file: file.to_owned() },
        error => Error::damaged(file, sheet, row, error),
    }
}

/// Whether the reader can go on behind `error`, which is about a single cell.
fn is_about_a_cell(error: &XlsxError) -> bool {
    use XlsxError::{CellError, CellTAttribute, ParseFloat, Unexpected, Unrecognized};
    matches!(error, CellError(_) | CellTAttribute(_) | ParseFloat(_) | Unrecognized { .. })
        || matches!(error, Unexpected(what) if what.starts_with("Cell string index"))
}

impl Sheets for Streamed {
    fn names(&self) -> &[SheetName] {
        &self.names
    }

    fn merges(&mut self, sheet: usize) -> Vec<Dimensions> {
        let name = self.name(sheet);
        let quick = self.merges.as_mut().and_then(|(merges, numbers)| merges.take(*numbers.get(sheet)?));
        quick.unwrap_or_else(|| self.book.merge_cells_by_sheet_name(&name).unwrap_or_default())
    }

    fn send(&mut self, sheet: usize, mut rows: Assembler) -> Result<Odd, Error> {
        let (file, sheet) = (&self.file, self.name(sheet));
        let failed = |row: u32, error| from_calamine(file, &sheet, u64::from(row), error);
        let mut reader = self.book.worksheet_cells_reader(&sheet).map_err(|error| failed(0, error))?;
        loop {
            match reader.next_cell_with_formula_metadata() {
                Ok(Some(cell)) => {
                    rows.remember(cell.formula.as_ref(), cell.pos);
                    let uncalculated = match (&cell.value, &cell.formula) {
                        (DataRef::Empty, Some(formula)) => Some(rows.formula(formula, cell.pos)),
                        _ => None,
                    };
                    if rows.cell(cell.pos, &cell.value, uncalculated).is_err() {
                        return Ok(rows.odd);
                    }
                    rows.check_padding(file, &sheet)?;
                }
                Ok(None) => return Ok(rows.finish()),
                Err(error) if is_about_a_cell(&error) => {
                    let row = rows.row;
                    rows.odd.unreadable.add(row, 0);
                }
                Err(error) => return Err(failed(rows.row, error)),
            }
        }
    }

    fn is_1904(&self) -> bool {
        self.book.has_1904_epoch()
    }
}
