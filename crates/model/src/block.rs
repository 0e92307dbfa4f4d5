//! Rows in blocks: the unit in which rows travel from a reader to the project file.
//!
//! A block holds the text of all its cells in one string, so that a million rows cost a few
//! thousand allocations instead of ten million. Its encoded form is what the project file keeps.

use crate::cell::{Cell, CellKind};

/// Some consecutive rows of one source table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowBlock {
    /// Row numbers as the user sees them in the source, from 1.
    numbers: Vec<u64>,
    /// For each row, one past its last cell.
    row_ends: Vec<u32>,
    kinds: Vec<CellKind>,
    /// For each cell, one past its last byte in `text`.
    cell_ends: Vec<u32>,
    text: String,
}

/// An encoded block that cannot be read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockError {
    /// The bytes end before the block does.
    Short,
    /// A cell kind of a newer version.
    UnknownKind(u8),
    /// The text is not UTF-8 or a length points into the middle of a character.
    BadText,
}

impl std::fmt::Display for BlockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Short => write!(f, "a block of rows ends too early"),
            Self::UnknownKind(code) => write!(f, "a block of rows holds the unknown cell kind {code}"),
            Self::BadText => write!(f, "a block of rows holds text that is not UTF-8"),
        }
    }
}

impl std::error::Error for BlockError {}

impl RowBlock {
    /// An empty block.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a cell to the row being written. Text over 4 GiB a block is the caller's to avoid.
    pub fn push_cell(&mut self, kind: CellKind, text: &str) {
        self.text.push_str(text);
        self.kinds.push(kind);
        self.cell_ends.push(self.text.len() as u32);
    }

    /// Ends the row being written; `number` is its row in the source, from 1.
    pub fn end_row(&mut self, number: u64) {
        self.numbers.push(number);
        self.row_ends.push(self.kinds.len() as u32);
    }

    /// Adds a whole row of texts; an empty text is an empty cell.
    pub fn push_text_row<'a>(&mut self, number: u64, cells: impl IntoIterator<Item = &'a str>) {
        for text in cells {
            let kind = if text.is_empty() { CellKind::Empty } else { CellKind::Text };
            self.push_cell(kind, text);
        }
        self.end_row(number);
    }

    /// How many rows are in the block.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Bytes of text in the block: what a reader watches to keep blocks small.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        self.text.len()
    }

    /// Forgets the rows and keeps the memory.
    pub fn clear(&mut self) {
        self.numbers.clear();
        self.row_ends.clear();
        self.kinds.clear();
        self.cell_ends.clear();
        self.text.clear();
    }

    /// Row `index` of the block, counted from 0.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<RowRef<'_>> {
        let end = *self.row_ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { *self.row_ends.get(index - 1)? as usize };
        Some(RowRef { block: self, number: *self.numbers.get(index)?, start, end })
    }

    /// All rows in order.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = RowRef<'_>> {
        (0..self.len()).filter_map(|index| self.row(index))
    }

    #[inline]
    fn cell(&self, index: usize) -> Option<Cell<'_>> {
        let end = *self.cell_ends.get(index)? as usize;
        let start = if index == 0 { 0 } else { *self.cell_ends.get(index - 1)? as usize };
        Some(Cell { kind: *self.kinds.get(index)?, text: self.text.get(start..end)? })
    }

    /// The block as bytes: counts, row numbers as steps, cells as kind and length, then the text.
    pub fn encode(&self, into: &mut Vec<u8>) {
        into.clear();
        into.reserve(self.text.len() + self.kinds.len() * 2 + self.numbers.len() * 2 + 16);
        put(into, self.numbers.len() as u64);
        let (mut last_number, mut last_cell) = (0, 0);
        for (&number, &end) in self.numbers.iter().zip(&self.row_ends) {
            put(into, number.wrapping_sub(last_number));
            put(into, u64::from(end - last_cell));
            (last_number, last_cell) = (number, end);
        }
        let mut last_end = 0;
        for (&kind, &end) in self.kinds.iter().zip(&self.cell_ends) {
            put(into, u64::from(end - last_end) << 4 | kind as u64);
            last_end = end;
        }
        into.extend_from_slice(self.text.as_bytes());
    }

    /// The block that [`RowBlock::encode`] wrote as `bytes`.
    ///
    /// # Errors
    ///
    /// [`BlockError`] where `bytes` is no encoded block of this version or an older one.
    pub fn decode(bytes: &[u8]) -> Result<Self, BlockError> {
        let mut at = 0;
        let row_count = take(bytes, &mut at)? as usize;
        if row_count > bytes.len() {
            return Err(BlockError::Short);
        }
        let mut block = Self::new();
        let (mut number, mut cell_count) = (0u64, 0u64);
        for _ in 0..row_count {
            number = number.wrapping_add(take(bytes, &mut at)?);
            cell_count += take(bytes, &mut at)?;
            block.numbers.push(number);
            block.row_ends.push(u32::try_from(cell_count).map_err(|_| BlockError::Short)?);
        }
        let mut end = 0u64;
        for _ in 0..cell_count {
            let head = take(bytes, &mut at)?;
            let code = (head & 15) as u8;
            block.kinds.push(CellKind::from_code(code).ok_or(BlockError::UnknownKind(code))?);
            end += head >> 4;
            block.cell_ends.push(u32::try_from(end).map_err(|_| BlockError::Short)?);
        }
        let text = bytes.get(at..at + end as usize).ok_or(BlockError::Short)?;
        block.text = std::str::from_utf8(text).map_err(|_| BlockError::BadText)?.to_owned();
        let whole = block.cell_ends.iter().all(|&end| block.text.is_char_boundary(end as usize));
        if whole { Ok(block) } else { Err(BlockError::BadText) }
    }
}

/// One row of a block.
#[derive(Clone, Copy, Debug)]
pub struct RowRef<'a> {
    block: &'a RowBlock,
    number: u64,
    start: usize,
    end: usize,
}

impl<'a> RowRef<'a> {
    /// The row's number in its source, from 1, as a person counts it there.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// How many cells the row has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether the row has no cells.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Cell `column`, counted from 0; a row that is too short has empty cells at its end.
    #[must_use]
    #[inline]
    pub fn cell(&self, column: usize) -> Cell<'a> {
        if column >= self.len() {
            return Cell::EMPTY;
        }
        self.block.cell(self.start + column).unwrap_or(Cell::EMPTY)
    }

    /// All cells from left to right.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'a>> + use<'a> {
        let row = *self;
        (0..row.len()).map(move |column| row.cell(column))
    }
}

/// Writes `value` in seven-bit groups, low first.
fn put(into: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

/// Reads what [`put`] wrote at `at` and moves `at` behind it.
fn take(bytes: &[u8], at: &mut usize) -> Result<u64, BlockError> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at).ok_or(BlockError::Short)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(BlockError::Short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_comes_back_as_it_went_in() {
        let mut block = RowBlock::new();
        block.push_text_row(2, ["Nur 'Aisyah", "", "நிலா"]);
        block.push_cell(CellKind::Number, "42");
        block.end_row(9);
        let mut bytes = Vec::new();
        block.encode(&mut bytes);
        let back = RowBlock::decode(&bytes).expect("just encoded");
        assert_eq!(back, block);
        assert_eq!(back.row(1).map(|row| row.number()), Some(9), "numbers survive gaps");
        assert_eq!(back.row(0).map(|row| row.cell(7)), Some(Cell::EMPTY), "short rows end in blanks");
    }

    #[test]
    fn damaged_bytes_are_an_error_and_no_panic() {
        let mut block = RowBlock::new();
        block.push_text_row(1, ["abc", "dé"]);
        let mut bytes = Vec::new();
        block.encode(&mut bytes);
        for cut in 0..bytes.len() {
            assert!(RowBlock::decode(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            for flip in [1u8, 0x40, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] ^= flip;
                let _ = RowBlock::decode(&damaged);
            }
        }
    }
}
