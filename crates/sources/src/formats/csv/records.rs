//! Splits text into records of cells: quotes by RFC 4180, and forgiving where files are not.
//!
//! Written here and not taken from a crate for three reasons: line numbers stay right with every
//! line ending, an unclosed quote does not swallow the rest of the file, and a cell goes from the
//! text into its block with one copy.

use model::CellKind;

use crate::lander::Cells;
use crate::limits::{QUOTED_BYTES, QUOTED_LINES, UNCLOSED_QUOTES};

const QUOTE: u8 = b'"';

/// One cell: bytes of the text, or of the scratch text where doubled quotes were undone.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
    undoubled: bool,
}

/// What the splitter found at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A record of `bytes` bytes on `lines` lines, both with its line end; `unclosed` of its
    /// fields begin with a quote that has no partner.
    Record { bytes: usize, lines: u64, unclosed: u64 },
    /// The record goes on behind the text at hand.
    More,
    /// Nothing is left.
    End,
}

enum Quoted {
    Closed { content: usize, next: usize, lines: u64, doubled: bool },
    Unclosed,
    More,
}

/// Splits text at one delimiter.
pub(crate) struct Splitter {
    delimiter: Vec<u8>,
    /// Bytes at which an unquoted cell may end.
    special: [bool; 256],
    spans: Vec<Span>,
    scratch: String,
    unclosed: u64,
}

/// A record just split, borrowed from its text.
pub(crate) struct Record<'a> {
    text: &'a str,
    scratch: &'a str,
    spans: &'a [Span],
}

impl Cells for Record<'_> {
    fn count(&self) -> usize {
        self.spans.len()
    }

    #[inline]
    fn cell(&self, column: usize) -> (CellKind, &str) {
        let Some(span) = self.spans.get(column) else { return (CellKind::Empty, "") };
        let text = if span.undoubled { self.scratch } else { self.text };
        let cell = text.get(span.start as usize..span.end as usize).unwrap_or_default();
        (if cell.is_empty() { CellKind::Empty } else { CellKind::Text }, cell)
    }
}

impl Splitter {
    /// For `delimiter`.
    pub(crate) fn new(delimiter: char) -> Self {
        let delimiter = delimiter.to_string().into_bytes();
        let mut special = [false; 256];
        for &byte in delimiter.iter().take(1).chain(b"\r\n") {
            special[usize::from(byte)] = true;
        }
        Self { delimiter, special, spans: Vec::new(), scratch: String::new(), unclosed: 0 }
    }

    /// Whether there were so many unclosed quotes that quotes mean nothing any more.
    pub(crate) fn ignores_quotes(&self) -> bool {
        self.unclosed >= UNCLOSED_QUOTES
    }

    /// The record that [`Splitter::next`] found at the start of `text`.
    pub(crate) fn record<'a>(&'a self, text: &'a str) -> Record<'a> {
        Record { text, scratch: &self.scratch, spans: &self.spans }
    }

    /// Splits the record at the start of `text`; `at_end` says that the file ends with it.
    pub(crate) fn next(&mut self, text: &str, at_end: bool) -> Step {
        self.spans.clear();
        self.scratch.clear();
        if text.is_empty() {
            return if at_end { Step::End } else { Step::More };
        }
        let (bytes, mut at, mut lines, mut unclosed) = (text.as_bytes(), 0, 0, 0);
        loop {
            let quoted = bytes.get(at) == Some(&QUOTE) && !self.ignores_quotes();
            at = match if quoted { self.quoted(bytes, at, at_end) } else { Quoted::Unclosed } {
                Quoted::Closed { content, next, lines: more, doubled } => {
                    lines += more;
                    self.push_quoted(text, at + 1, content, doubled);
                    next
                }
                Quoted::Unclosed => {
                    unclosed += u64::from(quoted);
                    let end = self.plain_end(bytes, at);
                    self.spans.push(Span { start: at as u32, end: end as u32, undoubled: false });
                    end
                }
                Quoted::More => return Step::More,
            };
            match bytes.get(at) {
                Some(b'\n') => return self.done(at + 1, lines + 1, unclosed),
                Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => return self.done(at + 2, lines + 1, unclosed),
                Some(b'\r') if at + 1 < bytes.len() || at_end => return self.done(at + 1, lines + 1, unclosed),
                Some(b'\r') => return Step::More,
                Some(_) => at += self.delimiter.len(),
                None if at_end => return self.done(at, lines + 1, unclosed),
                None => return Step::More,
            }
        }
    }

    fn done(&mut self, bytes: usize, lines: u64, unclosed: u64) -> Step {
        self.unclosed += unclosed;
        Step::Record { bytes, lines, unclosed }
    }

    /// Where the unquoted cell that begins at `at` ends.
    #[inline]
    fn plain_end(&self, bytes: &[u8], mut at: usize) -> usize {
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(step) = rest.iter().position(|byte| self.special[usize::from(*byte)]) else {
                return bytes.len();
            };
            at += step;
            if self.delimiter.len() == 1 || self.ends_cell(bytes, at) {
                return at;
            }
            at += 1;
        }
    }

    fn ends_cell(&self, bytes: &[u8], at: usize) -> bool {
        let rest = bytes.get(at..).unwrap_or_default();
        matches!(rest.first(), Some(b'\r' | b'\n')) || rest.starts_with(&self.delimiter)
    }

    fn push_quoted(&mut self, text: &str, start: usize, end: usize, doubled: bool) {
        if !doubled {
            return self.spans.push(Span { start: start as u32, end: end as u32, undoubled: false });
        }
        let from = self.scratch.len() as u32;
        self.scratch.push_str(&text.get(start..end).unwrap_or_default().replace("\"\"", "\""));
        self.spans.push(Span { start: from, end: self.scratch.len() as u32, undoubled: true });
    }

    /// Reads the quoted cell whose opening quote is at `open`.
    ///
    /// A single quote inside closes the cell only before a delimiter or line end (`"Ali "Boy" Ahmad"`
    /// is one cell). One that stands where a cell of a later line begins shows that the opening
    /// quote never was one; so do too many bytes or lines.
    fn quoted(&self, bytes: &[u8], open: usize, at_end: bool) -> Quoted {
        let (mut at, mut lines, mut doubled) = (open + 1, 0, false);
        while let Some(&byte) = bytes.get(at) {
            if at - open > QUOTED_BYTES || lines > QUOTED_LINES {
                return Quoted::Unclosed;
            }
            match byte {
                QUOTE if bytes.get(at + 1) == Some(&QUOTE) => {
                    doubled = true;
                    at += 1;
                }
                QUOTE => match self.closes(bytes, at, at_end) {
                    Some(Some(next)) => return Quoted::Closed { content: at, next, lines, doubled },
                    None => return Quoted::More,
                    Some(None) if lines > 0 && self.begins_cell(bytes, at) => return Quoted::Unclosed,
                    Some(None) => {}
                },
                b'\n' if bytes.get(at - 1) == Some(&b'\r') => {}
                b'\n' | b'\r' => lines += 1,
                _ => {}
            }
            at += 1;
        }
        if at_end { Quoted::Unclosed } else { Quoted::More }
    }

    /// Where the cell ends if the quote at `at` closes it (`Some(None)`: it does not); blanks before
    /// the delimiter do not count. `None` where the text at hand is too short to tell.
    fn closes(&self, bytes: &[u8], at: usize, at_end: bool) -> Option<Option<usize>> {
        let blank = |byte: &&u8| **byte == b' ' && self.delimiter != b" ";
        let next = at + 1 + bytes.get(at + 1..).unwrap_or_default().iter().take_while(blank).count();
        if bytes.len() < next + self.delimiter.len() && !at_end {
            return None;
        }
        let closes = next >= bytes.len() || self.ends_cell(bytes, next);
        Some(closes.then_some(next))
    }

    fn begins_cell(&self, bytes: &[u8], at: usize) -> bool {
        let before = bytes.get(..at).unwrap_or_default();
        matches!(before.last(), Some(b'\r' | b'\n')) || before.ends_with(&self.delimiter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, delimiter: char) -> Vec<(u64, Vec<String>)> {
        let (mut splitter, mut rest, mut line, mut rows) = (Splitter::new(delimiter), text, 1, Vec::new());
        while let Step::Record { bytes, lines, .. } = splitter.next(rest, true) {
            let record = splitter.record(rest);
            rows.push((line, (0..record.count()).map(|column| record.cell(column).1.to_owned()).collect()));
            rest = &rest[bytes..];
            line += lines;
        }
        rows
    }

    #[track_caller]
    fn check(text: &str, expected: &[(u64, &[&str])]) {
        let expected: Vec<(u64, Vec<String>)> =
            expected.iter().map(|(line, row)| (*line, row.iter().map(ToString::to_string).collect())).collect();
        assert_eq!(split(text, ','), expected, "{text:?}");
    }

    #[test]
    fn line_numbers_are_physical_with_every_line_end() {
        check("a,b\r\nc,d\r\ne,f", &[(1, &["a", "b"]), (2, &["c", "d"]), (3, &["e", "f"])]);
        check("a\rb\rc\r", &[(1, &["a"]), (2, &["b"]), (3, &["c"])]);
        check("\"x\r\ny\",1\nz,2\n", &[(1, &["x\r\ny", "1"]), (3, &["z", "2"])]);
        check("a,\n", &[(1, &["a", ""])]);
    }

    #[test]
    fn quotes_are_forgiving_inside_a_line() {
        check("\"Ali \"Boy\" Ahmad\",5\n", &[(1, &["Ali \"Boy\" Ahmad", "5"])]);
        check("\"a\"\"b\" ,\"\"\n", &[(1, &["a\"b", ""])]);
        check("5\" paip,x\n", &[(1, &["5\" paip", "x"])]);
    }

    #[test]
    fn an_unclosed_quote_keeps_to_its_line() {
        check("\"Ali,1\n\"Bala\",2\n\"Chong\",3\n", &[(1, &["\"Ali", "1"]), (2, &["Bala", "2"]), (3, &["Chong", "3"])]);
        check("\"Ali,1\nBala,2", &[(1, &["\"Ali", "1"]), (2, &["Bala", "2"])]);
        let long = format!("\"Ali,1\n{}", "Bala,2\n".repeat(500));
        assert_eq!(split(&long, ',').len(), 501, "more lines than a quoted cell may have");
    }

    #[test]
    fn a_cut_text_asks_for_more_and_never_guesses() {
        let text = "\"a\"\"b\r\nc\"¦d\r\nx";
        for cut in (0..text.len() - 1).filter(|cut| text.is_char_boundary(*cut)) {
            let step = Splitter::new('¦').next(&text[..cut], false);
            assert!(matches!(step, Step::More), "cut at {cut} gave {step:?}");
        }
    }
}
