//! Puts the cells of a sheet together to rows. Absent rows stay absent, and a stray cell far off the
//! table neither widens its rows nor costs memory.

use std::collections::HashMap;
use std::sync::mpsc::SyncSender;

use calamine::{DataRef, XlsxFormulaMetadata, expand_shared_formula};
use memchr::memmem;
use model::{CellKind, Message, RowBlock};

use super::cells;
use crate::error::Error;
use crate::limits::{BLOCK_BYTES, BLOCK_ROWS, SHARED_FORMULAS, SHEET_COLUMNS, SHEET_GAP, SHEET_PADDING, SHEET_ROWS};
use crate::number::EXACT_BELOW;
use crate::source::Note;

/// What stands for bytes that could not be read, U+FFFD.
const REPLACED: &[u8] = "\u{fffd}".as_bytes();

/// The longest formula that Excel allows, in characters.
const FORMULA: usize = 8_192;

/// How often something is odd, and where first: row and column from 1.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place {
    count: u64,
    row: u64,
    column: u32,
}

impl Place {
    pub(crate) fn add(&mut self, row: u32, column: u32) {
        if self.count == 0 {
            (self.row, self.column) = (u64::from(row) + 1, column + 1);
        }
        self.count += 1;
    }

    fn note(self, code: &'static str, key: &'static str, sheet: &str) -> Option<Note> {
        let cell = format!("{}{}", letters(self.column), self.row);
        let message = Message::new(key).with("count", self.count).with("cell", cell).with("row", self.row);
        let message = message.with("column", self.column);
        (self.count > 0).then(|| Note::new(code, sheet, message).at(self.row).in_column(self.column))
    }
}

/// The letters by which a spreadsheet names `column`, counted from 1.
pub(crate) fn letters(mut column: u32) -> String {
    let mut name = Vec::new();
    while column > 0 {
        name.push(b'A' + ((column - 1) % 26) as u8);
        column = (column - 1) / 26;
    }
    name.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// What was odd in the cells of a sheet.
#[derive(Clone, Copy, Default)]
pub(crate) struct Odd {
    /// Cells beyond [`SHEET_GAP`] blank columns.
    pub(crate) far: Place,
    /// Formulas without a result.
    pub(crate) uncalculated: Place,
    /// Formulas of which the result is an empty text, in files where that may mean that there is none.
    pub(crate) empty_results: Place,
    /// Cells that the reader could not make sense of.
    pub(crate) unreadable: Place,
    /// Whole numbers beyond 2^53, of which the last digits may be lost.
    pub(crate) rounded: Place,
    /// Cells that hold an error instead of a value.
    pub(crate) errors: Place,
    /// Cells with bytes that could not be read and show as U+FFFD.
    pub(crate) replaced: Place,
    /// Cells with an entity that was left as it is written.
    pub(crate) entities: Place,
    /// Texts that the reader had misread and that were put right.
    pub(crate) repaired: Place,
}

impl Odd {
    /// The notes about `sheet`.
    pub(crate) fn notes(self, sheet: &str) -> Vec<Note> {
        let notes = [
            self.far.note("far-cells", "source.note.far_cells", sheet),
            self.uncalculated.note("uncalculated", "source.note.uncalculated", sheet),
            self.empty_results.note("empty-results", "source.note.empty_results", sheet),
            self.unreadable.note("cell-unreadable", "source.note.cell_unreadable", sheet),
            self.rounded.note("numbers-rounded", "source.note.rounded", sheet),
            self.errors.note("error-cells", "source.note.error_cells", sheet),
            self.replaced.note("replaced-bytes", "source.note.replaced", sheet),
            self.entities.note("entities", "source.note.entities", sheet),
            self.repaired.note("text-repaired", "source.note.repaired", sheet),
        ];
        notes.into_iter().flatten().collect()
    }
}

struct Piece {
    column: u32,
    kind: CellKind,
    start: usize,
    end: usize,
}

/// The taker of the rows wants no more.
pub(crate) struct Closed;

/// Puts rows together and sends them off in blocks.
pub(crate) struct Assembler {
    sender: SyncSender<RowBlock>,
    is_1904: bool,
    /// Row being put together, from 0.
    pub(crate) row: u32,
    pieces: Vec<Piece>,
    text: String,
    block: RowBlock,
    /// One past the last column that belongs to the table so far.
    width: u32,
    padding: u64,
    shared: HashMap<usize, (String, (u32, u32))>,
    pub(crate) odd: Odd,
}

impl Assembler {
    /// For a sheet of a workbook with the 1904 calendar or not; blocks go to `sender`.
    pub(crate) fn new(sender: SyncSender<RowBlock>, is_1904: bool) -> Self {
        Self {
            sender,
            is_1904,
            row: 0,
            pieces: Vec::new(),
            text: String::new(),
            block: RowBlock::new(),
            width: 0,
            padding: 0,
            shared: HashMap::new(),
            odd: Odd::default(),
        }
    }

    /// Takes the next cell of the sheet, at row and column from 0. A formula without a result comes as
    /// an empty value with the formula as `uncalculated`.
    pub(crate) fn cell(
        &mut self,
        (row, column): (u32, u32),
        value: &DataRef<'_>,
        uncalculated: Option<String>,
    ) -> Result<(), Closed> {
        if row >= SHEET_ROWS || column >= SHEET_COLUMNS {
            self.odd.unreadable.add(self.row, column.min(SHEET_COLUMNS));
            return Ok(());
        }
        if row != self.row {
            self.end_row()?;
            self.row = row;
        }
        let start = self.text.len();
        let mut kind = cells::write(&mut self.text, value, self.is_1904);
        if let Some(formula) = uncalculated {
            kind = CellKind::Uncalculated;
            self.text.push_str(&formula);
            self.odd.uncalculated.add(row, column);
        }
        if matches!(value, DataRef::Float(value) if value.abs() >= EXACT_BELOW && value.fract() == 0.0) {
            self.odd.rounded.add(row, column);
        }
        // Asking for ASCII first is several times quicker, and a workbook has millions of cells.
        let is_replaced = |text: &str| !text.is_ascii() && memmem::find(text.as_bytes(), REPLACED).is_some();
        if self.text.get(start..).is_some_and(is_replaced) {
            self.odd.replaced.add(row, column);
        }
        if kind == CellKind::Error {
            self.odd.errors.add(row, column);
        }
        if kind != CellKind::Empty {
            self.pieces.push(Piece { column, kind, start, end: self.text.len() });
        }
        Ok(())
    }

    /// Keeps a formula that other cells share.
    pub(crate) fn remember(&mut self, formula: Option<&XlsxFormulaMetadata>, at: (u32, u32)) {
        if let Some(XlsxFormulaMetadata::Shared { shared_index, range, formula }) = formula
            && self.shared.len() < SHARED_FORMULAS
            && formula.len() <= FORMULA
        {
            let start = range.map_or(at, |range| range.start);
            self.shared.insert(*shared_index, (formula.clone(), start));
        }
    }

    /// The text of `formula` in the cell `at`.
    pub(crate) fn formula(&self, formula: &XlsxFormulaMetadata, at: (u32, u32)) -> String {
        let text = match formula {
            XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => formula.clone(),
            XlsxFormulaMetadata::SharedDerived { shared_index } => {
                let template = self.shared.get(shared_index);
                let expanded = template.map(|(formula, start)| expand_shared_formula(formula, *start, at));
                expanded.and_then(Result::ok).unwrap_or_default()
            }
            _ => String::new(),
        };
        format!("={text}")
    }

    /// Ends the row at hand, if it has any cell.
    fn end_row(&mut self) -> Result<(), Closed> {
        if !self.pieces.is_sorted_by_key(|piece| piece.column) {
            self.pieces.sort_by_key(|piece| piece.column);
        }
        let mut next = 0;
        for piece in self.pieces.drain(..) {
            if piece.column > self.width.max(next).saturating_add(SHEET_GAP) {
                self.odd.far.add(self.row, piece.column);
                continue;
            }
            if piece.column < next {
                self.odd.unreadable.add(self.row, piece.column);
                continue;
            }
            self.padding += u64::from(piece.column - next);
            (next..piece.column).for_each(|_| self.block.push_cell(CellKind::Empty, ""));
            self.block.push_cell(piece.kind, self.text.get(piece.start..piece.end).unwrap_or_default());
            next = piece.column + 1;
        }
        if next > 0 {
            self.block.end_row(u64::from(self.row) + 1);
            self.width = self.width.max(next);
        }
        self.text.clear();
        let is_full = self.block.len() >= BLOCK_ROWS || self.block.text_bytes() >= BLOCK_BYTES;
        if is_full { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), Closed> {
        if self.block.is_empty() {
            return Ok(());
        }
        self.sender.send(std::mem::take(&mut self.block)).map_err(|_| Closed)
    }

    /// # Errors
    ///
    /// [`Error::TooLarge`] where `sheet` of `file` is a few cells spread over nothing.
    pub(crate) fn check_padding(&self, file: &str, sheet: &str) -> Result<(), Error> {
        let fits = self.padding <= SHEET_PADDING;
        if fits { Ok(()) } else { Err(Error::too_large(file, sheet, u64::from(self.row) + 1)) }
    }

    /// Ends the sheet and sends what is left.
    pub(crate) fn finish(mut self) -> Odd {
        if self.end_row().is_ok() {
            let _ = self.send();
        }
        self.odd
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        for (column, name) in [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")] {
            assert_eq!(super::letters(column), name);
        }
    }
}
