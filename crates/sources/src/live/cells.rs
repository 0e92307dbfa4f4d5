//! Turns the bytes of a server's values into cells, by the type that the column is declared with.

use std::borrow::Cow;

use model::{CellKind, Message, RowBlock};

use crate::limits::{BLOCK_BYTES, BLOCK_ROWS};
use crate::source::Note;

/// How the values of a column are written by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    /// A number in the server's own digits: leading zeros and trailing decimals stay.
    Number,
    /// A number of single precision, sent as the double that is exactly equal.
    Single,
    /// `t` or `f`.
    Bool,
    /// Bits, high byte first.
    Bits,
    /// A date, perhaps with a time, that may be the impossible 0000-00-00.
    Day,
    /// Bytes as they are.
    Bytes,
    /// Bytes as `\x` and hexadecimal.
    Hex,
}

/// How often something is odd, and where first.
#[derive(Clone, Copy, Default)]
struct Spot {
    count: u64,
    row: u64,
    column: u32,
}

impl Spot {
    fn add(&mut self, row: u64, column: u32) {
        if self.count == 0 {
            (self.row, self.column) = (row, column);
        }
        self.count += 1;
    }

    fn note(self, code: &'static str, key: &'static str, table: &str) -> Option<Note> {
        let message = Message::new(key).with("count", self.count).with("row", self.row).with("column", self.column);
        (self.count > 0).then(|| Note::new(code, table, message).at(self.row).in_column(self.column))
    }
}

/// What was odd in the cells of a table.
#[derive(Clone, Copy, Default)]
pub(super) struct Odd {
    /// Texts that are not UTF-8.
    replaced: Spot,
    /// Dates with a year, month or day of zero.
    zero_days: Spot,
}

impl Odd {
    /// The notes about `table`.
    pub(super) fn notes(self, table: &str) -> Vec<Note> {
        let replaced = self.replaced.note("replaced-bytes", "source.note.replaced", table);
        let zero_days = self.zero_days.note("zero-dates", "source.note.zero_dates", table);
        replaced.into_iter().chain(zero_days).collect()
    }
}

/// Collects rows into a block.
#[derive(Default)]
pub(super) struct Cells {
    block: RowBlock,
    text: String,
    column: u32,
    /// Rows taken so far.
    pub(super) rows: u64,
    pub(super) odd: Odd,
}

impl Cells {
    /// Adds one value to the row; `None` is the server's NULL.
    pub(super) fn value(&mut self, form: Form, value: Option<&[u8]>) {
        self.column += 1;
        let Some(bytes) = value else { return self.block.push_cell(CellKind::Empty, "") };
        self.text.clear();
        let kind = match form {
            Form::Bytes => self.hexadecimal(bytes),
            Form::Hex => match bytes.strip_prefix(b"\\x") {
                Some(digits) => self.written(digits, CellKind::Bytes),
                None => self.hexadecimal(bytes),
            },
            Form::Bits if bytes.len() <= 8 => {
                let bits = bytes.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
                self.written(bits.to_string().as_bytes(), CellKind::Number)
            }
            Form::Bits => self.hexadecimal(bytes),
            Form::Bool => match bytes {
                b"t" => self.written(b"true", CellKind::Bool),
                b"f" => self.written(b"false", CellKind::Bool),
                other => self.written(other, CellKind::Text),
            },
            Form::Single => self.single(bytes),
            Form::Number if has_digits(bytes) => self.written(bytes, CellKind::Number),
            Form::Day => self.day(bytes),
            Form::Text | Form::Number => self.written(bytes, CellKind::Text),
        };
        self.block.push_cell(kind, &self.text);
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) {
        self.rows += 1;
        self.column = 0;
        self.block.end_row(self.rows);
    }

    /// The rows collected so far, once they are enough for a block.
    pub(super) fn full(&mut self) -> Option<RowBlock> {
        let full = self.block.len() >= BLOCK_ROWS || self.block.text_bytes() >= BLOCK_BYTES;
        full.then(|| std::mem::take(&mut self.block))
    }

    /// The rows that are left at the end.
    pub(super) fn rest(&mut self) -> RowBlock {
        std::mem::take(&mut self.block)
    }

    fn written(&mut self, bytes: &[u8], kind: CellKind) -> CellKind {
        let text = String::from_utf8_lossy(bytes);
        if let Cow::Owned(_) = text {
            self.odd.replaced.add(self.rows + 1, self.column);
        }
        self.text.push_str(&text);
        kind
    }

    fn hexadecimal(&mut self, bytes: &[u8]) -> CellKind {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for byte in bytes {
            self.text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            self.text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        CellKind::Bytes
    }

    /// The shortest digits that name the same single-precision number.
    fn single(&mut self, bytes: &[u8]) -> CellKind {
        let exact = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<f64>().ok());
        match exact {
            Some(exact) if f64::from(exact as f32) == exact => {
                let shortest = (exact as f32).to_string();
                self.written(shortest.as_bytes(), CellKind::Number)
            }
            _ => self.written(bytes, CellKind::Number),
        }
    }

    fn day(&mut self, bytes: &[u8]) -> CellKind {
        let part =
            |from: usize, to: usize| bytes.get(from..to).is_some_and(|part| part.iter().all(|byte| *byte == b'0'));
        if part(0, 4) || part(5, 7) || part(8, 10) {
            self.odd.zero_days.add(self.rows + 1, self.column);
        }
        self.written(bytes, CellKind::Text)
    }
}

/// Whether it is a number at all: `NaN` and `Infinity` are none.
fn has_digits(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(form: Form, value: &[u8]) -> (CellKind, String) {
        let mut cells = Cells::default();
        cells.value(form, Some(value));
        cells.end_row();
        let block = cells.rest();
        let cell = block.row(0).expect("one row").cell(0);
        (cell.kind, cell.text.to_owned())
    }

    #[test]
    fn a_value_becomes_the_cell_that_its_column_says() {
        for (form, value, kind, text) in [
            (Form::Number, &b"0000001914"[..], CellKind::Number, "0000001914"),
            (Form::Number, b"12.50", CellKind::Number, "12.50"),
            (Form::Number, b"NaN", CellKind::Text, "NaN"),
            (Form::Single, b"0.10000000149011612", CellKind::Number, "0.1"),
            (Form::Single, b"1234567", CellKind::Number, "1234567"),
            (Form::Bool, b"t", CellKind::Bool, "true"),
            (Form::Bits, &[1, 0], CellKind::Number, "256"),
            (Form::Bits, &[255; 8], CellKind::Number, "18446744073709551615"),
            (Form::Bytes, &[0, 0xff, b'\''], CellKind::Bytes, "00ff27"),
            (Form::Hex, b"\\x00ff", CellKind::Bytes, "00ff"),
            (Form::Text, b"", CellKind::Text, ""),
            (Form::Text, b"NULL", CellKind::Text, "NULL"),
        ] {
            assert_eq!(one(form, value), (kind, text.to_owned()), "{form:?}");
        }
    }

    #[test]
    fn impossible_days_and_broken_letters_are_kept_and_counted() {
        let mut cells = Cells::default();
        for day in ["2012-03-01", "0000-00-00", "2012-00-10 08:00:00"] {
            cells.value(Form::Text, Some(b"Aini\xff"));
            cells.value(Form::Day, Some(day.as_bytes()));
            cells.end_row();
        }
        let notes = cells.odd.notes("murid");
        let places: Vec<_> = notes.iter().map(|note| (note.code, note.row, note.column)).collect();
        assert_eq!(places, [("replaced-bytes", Some(1), Some(1)), ("zero-dates", Some(2), Some(2))]);
        assert_eq!(cells.rest().row(1).expect("kept").cell(1).text, "0000-00-00");
    }
}
