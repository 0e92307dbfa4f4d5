//! The rows of a statement, one after the other: read into cells or only gone over. Both end a row
//! at the same place, so that a count and a reading agree.

use super::scanner::Ended;
use super::schema::Column;
use super::statement::{Form, Statements};
use super::values::{self, Cells};
use crate::error::Error;
use crate::limits::{SQL_COLUMNS, SQL_VALUE};

/// How the values of a statement lie on the columns of its table.
pub(super) struct Layout<'t> {
    pub(super) columns: &'t [Column],
    /// Column of each value; `None` where they lie in the order of the table.
    pub(super) targets: Option<Vec<usize>>,
    /// Columns that every row has.
    pub(super) width: usize,
    /// Whether [`Layout::width`] is what the dump declares.
    pub(super) declared: bool,
}

impl Layout<'_> {
    fn column(&self, value: usize) -> Option<&Column> {
        match &self.targets {
            Some(targets) => targets.get(value).and_then(|target| self.columns.get(*target)),
            None => self.columns.get(value),
        }
    }

    /// How many values a row should have.
    fn values(&self) -> usize {
        self.targets.as_ref().map_or(self.width, Vec::len)
    }
}

/// What came of reading a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    pub(super) ended: Ended,
    /// Whether a value is larger than is read.
    pub(super) overlong: bool,
}

/// The rows that a statement has.
pub(super) struct Rows<'s, 'r> {
    pub(super) statements: &'s mut Statements<'r>,
    form: Form,
    /// Whether the dump ended among the rows.
    cut: bool,
}

impl<'s, 'r> Rows<'s, 'r> {
    /// For the rows before which `statements` stands.
    pub(super) fn new(statements: &'s mut Statements<'r>, form: Form) -> Self {
        Self { statements, form, cut: false }
    }

    /// Goes to the start of the next row; false where there is none.
    ///
    /// # Errors
    ///
    /// What keeps the dump from being read.
    pub(super) fn begin(&mut self) -> Result<bool, Error> {
        let scanner = &mut self.statements.scanner;
        if self.form == Form::Lines {
            self.cut = scanner.window.peek()?.is_none();
            return Ok(!self.cut && !self.at_last_line()?);
        }
        loop {
            scanner.blanks()?;
            match scanner.window.peek()? {
                Some(b'(') => {
                    scanner.window.skip(1);
                    return Ok(true);
                }
                // `VALUES ROW(1, 2), ROW(3, 4)`.
                Some(b',') => scanner.window.skip(1),
                Some(b'r' | b'R') if scanner.window.look(3)? == Some(b'(') => scanner.window.skip(3),
                next => {
                    self.cut = next.is_none();
                    return Ok(false);
                }
            }
        }
    }

    fn at_last_line(&mut self) -> Result<bool, Error> {
        let window = &mut self.statements.scanner.window;
        let dot = window.begins(b"\\.")? && window.look(2)?.is_none_or(|byte| matches!(byte, b'\r' | b'\n'));
        Ok(dot)
    }

    /// Goes over the row.
    ///
    /// # Errors
    ///
    /// What keeps the dump from being read.
    pub(super) fn skip(&mut self) -> Result<Ended, Error> {
        let ended = match self.form {
            Form::Tuples => self.statements.scanner.group(true)?,
            Form::Lines => self.line()?,
        };
        self.cut |= ended == Ended::Cut;
        Ok(ended)
    }

    fn line(&mut self) -> Result<Ended, Error> {
        let whole = self.statements.scanner.window.skip_line()?;
        Ok(if whole { Ended::Whole } else { Ended::Cut })
    }

    /// Reads the row, number `number` of its table, into `cells`.
    ///
    /// # Errors
    ///
    /// What keeps the dump from being read.
    pub(super) fn take(&mut self, layout: &Layout<'_>, cells: &mut Cells, number: u64) -> Result<Taken, Error> {
        cells.row.clear();
        cells.postgres = self.statements.state.mode.postgres;
        let (taken, values) = match self.form {
            Form::Tuples => self.tuple(layout, cells, number)?,
            Form::Lines => self.fields(layout, cells, number)?,
        };
        self.cut |= taken.ended == Ended::Cut;
        cells.row.end_row(number);
        if taken.ended == Ended::Whole {
            let expected = layout.values();
            if values != expected && (layout.declared || layout.targets.is_some()) {
                cells.odd.width.add((number, 1));
            }
            cells.lay_out(layout, number);
        }
        Ok(taken)
    }

    fn tuple(&mut self, layout: &Layout<'_>, cells: &mut Cells, number: u64) -> Result<(Taken, usize), Error> {
        let client = self.statements.state.client;
        let scanner = &mut self.statements.scanner;
        let (mut count, mut overlong) = (0, false);
        scanner.blanks()?;
        if scanner.window.peek()? == Some(b')') {
            scanner.window.skip(1);
            return Ok((Taken { ended: Ended::Whole, overlong }, count));
        }
        loop {
            let (value, ended) = values::read(scanner)?;
            overlong |= value.overlong || count > SQL_COLUMNS;
            if ended != Ended::Whole {
                return Ok((Taken { ended, overlong }, count));
            }
            if !overlong {
                cells.push(&value, &scanner.word, client, layout.column(count), (number, count as u32 + 1));
            }
            count += 1;
            let close = scanner.window.peek()? == Some(b')');
            scanner.window.skip(1);
            if close {
                return Ok((Taken { ended, overlong }, count));
            }
        }
    }

    fn fields(&mut self, layout: &Layout<'_>, cells: &mut Cells, number: u64) -> Result<(Taken, usize), Error> {
        let client = self.statements.state.client;
        self.statements.scanner.window.mark();
        let ended = self.line()?;
        let line = self.statements.scanner.window.take_marked();
        let (Some(line), Ended::Whole) = (line.filter(|line| line.len() <= SQL_VALUE), ended) else {
            return Ok((Taken { ended, overlong: ended == Ended::Whole }, 0));
        };
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (mut count, mut field) = (0, Vec::new());
        if line.is_empty() && layout.values() == 0 {
            return Ok((Taken { ended, overlong: false }, 0));
        }
        for raw in line.split(|byte| *byte == b'\t') {
            let place = (number, count as u32 + 1);
            if raw == b"\\N" {
                cells.push_field(None, client, layout.column(count), place);
            } else {
                unescape(raw, &mut field);
                cells.push_field(Some(&field), client, layout.column(count), place);
            }
            count += 1;
        }
        Ok((Taken { ended, overlong: count > SQL_COLUMNS }, count))
    }

    /// Goes behind the end of the statement.
    ///
    /// # Errors
    ///
    /// What keeps the dump from being read.
    pub(super) fn finish(self) -> Result<Ended, Error> {
        if self.cut {
            return Ok(Ended::Cut);
        }
        let scanner = &mut self.statements.scanner;
        if self.form == Form::Lines {
            scanner.take_line()?;
            scanner.window.skip(1);
            return Ok(Ended::Whole);
        }
        // `ON DUPLICATE KEY UPDATE …` and the like may follow the rows.
        scanner.end_statement()
    }
}

/// Takes the backslashes of COPY out of `raw`.
fn unescape(raw: &[u8], field: &mut Vec<u8>) {
    field.clear();
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, after) = rest.split_at(at);
        field.extend_from_slice(before);
        let digits = |from: usize, most: usize, radix: u32| {
            let digits = after.get(from..).unwrap_or_default().iter().take(most);
            let digits: Vec<u32> = digits.map_while(|byte| char::from(*byte).to_digit(radix)).collect();
            (digits.iter().fold(0, |value, digit| value * radix + digit) as u8, digits.len())
        };
        let (byte, length) = match after.get(1) {
            None => (b'\\', 1),
            Some(b'b') => (8, 2),
            Some(b'f') => (12, 2),
            Some(b'n') => (b'\n', 2),
            Some(b'r') => (b'\r', 2),
            Some(b't') => (b'\t', 2),
            Some(b'v') => (11, 2),
            Some(b'0'..=b'7') => {
                let (byte, length) = digits(1, 3, 8);
                (byte, 1 + length)
            }
            Some(b'x') if digits(2, 2, 16).1 > 0 => {
                let (byte, length) = digits(2, 2, 16);
                (byte, 2 + length)
            }
            Some(other) => (*other, 2),
        };
        field.push(byte);
        rest = after.get(length..).unwrap_or_default();
    }
    field.extend_from_slice(rest);
}

impl Cells {
    /// Brings the values of the row into the order of the table; values too many stay at its end.
    fn lay_out(&mut self, layout: &Layout<'_>, number: u64) {
        let Some(targets) = &layout.targets else { return };
        let values = std::mem::take(&mut self.row);
        let Some(row) = values.row(0) else { return };
        let mut sources = vec![None; layout.width];
        for (value, target) in targets.iter().enumerate().take(row.len()) {
            if let Some(source) = sources.get_mut(*target) {
                *source = Some(value);
            }
        }
        for source in &sources {
            match source {
                Some(value) => self.row.push_cell(row.cell(*value).kind, row.cell(*value).text),
                None => self.push_empty(),
            }
        }
        for extra in targets.len()..row.len() {
            self.row.push_cell(row.cell(extra).kind, row.cell(extra).text);
        }
        self.row.end_row(number);
        let missing = |computed: bool| {
            let column = |at: usize| layout.columns.get(at).is_some_and(|column| column.computed == computed);
            layout.declared && sources.iter().enumerate().any(|(at, source)| source.is_none() && column(at))
        };
        if missing(true) {
            self.odd.computed.add((number, 1));
        }
        if missing(false) {
            self.odd.left_out.add((number, 1));
        }
    }
}
