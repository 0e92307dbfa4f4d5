//! Sorts the rows of a table into those above the header, the header, data and what is left out, and
//! hands the data over in blocks. All readers end here, so that the preview and the import agree.

use model::{CellKind, Message, RowBlock, RowRef, Watch};

use crate::error::Error;
use crate::limits::{BLOCK_BYTES, BLOCK_ROWS, PREAMBLE_ROWS, SAMPLE_BYTES, SAMPLE_ROWS, SKIPPED_LISTED};
use crate::source::{Note, ReadSummary, Sink, Skipped, Stop};

/// A row as a reader has it at hand.
pub(crate) trait Cells {
    /// How many cells the row has.
    fn count(&self) -> usize;
    /// Cell `column`, from 0.
    fn cell(&self, column: usize) -> (CellKind, &str);
}

impl Cells for RowRef<'_> {
    fn count(&self) -> usize {
        self.len()
    }

    fn cell(&self, column: usize) -> (CellKind, &str) {
        let cell = RowRef::cell(self, column);
        (cell.kind, cell.text)
    }
}

fn is_blank(row: &impl Cells) -> bool {
    (0..row.count()).all(|column| row.cell(column).1.trim_start().is_empty())
}

/// What stands first in a row that adds up the others.
const TOTALS: [&str; 8] =
    ["jumlah", "jumlah keseluruhan", "jumlah besar", "jumlah kecil", "total", "grand total", "subtotal", "sub total"];

/// Whether a row only adds up others: such a word first, then numbers and nothing else.
fn is_total(row: &impl Cells) -> bool {
    let mut filled = (0..row.count()).map(|column| row.cell(column)).filter(|(_, text)| !text.trim().is_empty());
    let says = |text: &str| {
        let text = text.trim().trim_end_matches([':', '.', ' ']).to_lowercase();
        TOTALS.contains(&text.as_str())
    };
    let is_number = |(kind, text): (CellKind, &str)| match kind {
        CellKind::Number | CellKind::Uncalculated | CellKind::Error => true,
        CellKind::Text => text.trim().bytes().all(|byte| byte.is_ascii_digit() || b".,-%".contains(&byte)),
        _ => false,
    };
    let first = filled.next().is_some_and(|(kind, text)| kind == CellKind::Text && says(text));
    let mut numbers = 0;
    first
        && filled.all(|cell| {
            numbers += 1;
            is_number(cell)
        })
        && numbers > 0
}

fn push(block: &mut RowBlock, number: u64, row: &impl Cells) {
    for column in 0..row.count() {
        let (kind, text) = row.cell(column);
        block.push_cell(kind, text);
    }
    block.end_row(number);
}

/// Rows of one kind of oddity: how many, and where the first is.
#[derive(Clone, Copy, Default)]
struct Tally {
    count: u64,
    first: u64,
}

impl Tally {
    fn add(&mut self, row: u64) {
        if self.count == 0 {
            self.first = row;
        }
        self.count += 1;
    }

    fn note(self, code: &'static str, table: &str, key: &'static str) -> Option<Note> {
        let message = Message::new(key).with("count", self.count).with("row", self.first);
        (self.count > 0).then(|| Note::new(code, table, message).at(self.first))
    }
}

/// Takes the rows of one table in order.
pub(crate) struct Lander<'a, 's> {
    sink: &'a mut Sink<'s>,
    watch: &'a dyn Watch,
    table: &'a str,
    header_row: Option<u64>,
    /// Headers of the table, once the header row has come by.
    pub(crate) headers: Option<Vec<String>>,
    /// The first rows up to the header.
    pub(crate) preamble: RowBlock,
    /// Whether blank rows are left out; a database has none by accident.
    keep_blank: bool,
    /// Whether rows that only add up others are left out.
    skip_totals: bool,
    /// First line of a header of several, and what its lines say together.
    named: Option<(u64, Vec<String>)>,
    /// The lines of the header, as read; they may come again between the rows.
    lines: Vec<Vec<String>>,
    block: RowBlock,
    summary: ReadSummary,
    longer: Tally,
    shorter: Tally,
    /// How far the reader is, and of how much.
    pub(crate) done: (u64, Option<u64>),
}

impl<'a, 's> Lander<'a, 's> {
    /// For `table` with its header in `header_row`.
    pub(crate) fn new(table: &'a str, header_row: Option<u64>, sink: &'a mut Sink<'s>, watch: &'a dyn Watch) -> Self {
        Self {
            sink,
            watch,
            table,
            header_row,
            headers: None,
            preamble: RowBlock::new(),
            keep_blank: false,
            skip_totals: false,
            named: None,
            lines: Vec::new(),
            block: RowBlock::new(),
            summary: ReadSummary::default(),
            longer: Tally::default(),
            shorter: Tally::default(),
            done: (0, None),
        }
    }

    /// Keeps rows without any content.
    pub(crate) fn keeping_blank_rows(mut self) -> Self {
        self.keep_blank = true;
        self
    }

    /// As [`Lander::keeping_blank_rows`], for a reader that was given its lander: preview and import agree.
    pub(crate) fn keep_blank_rows(&mut self) {
        self.keep_blank = true;
    }

    /// Leaves out rows that surely only add up the others: it says TOTAL or JUMLAH, and numbers.
    pub(crate) fn leave_out_totals(&mut self) {
        self.skip_totals = true;
    }

    /// Says that the header begins in row `first` already, and what the columns are called where that
    /// is not just what stands in its last row.
    pub(crate) fn name_columns(&mut self, first: u64, names: Option<Vec<String>>) {
        self.named = names.map(|names| (first, names));
    }

    /// Takes row `number`.
    ///
    /// # Errors
    ///
    /// Where the sink gives up or the person stops.
    pub(crate) fn row(&mut self, number: u64, row: &impl Cells) -> Result<(), Error> {
        if self.headers.is_none() && self.header_row.is_some() {
            self.above(number, row);
            return Ok(());
        }
        if !self.keep_blank && is_blank(row) {
            self.skip(number, "source.skip.blank");
        } else if self.repeats_header(row) {
            self.skip(number, "source.skip.repeated_header");
        } else if self.skip_totals && self.headers.is_some() && is_total(row) {
            self.skip(number, "source.skip.total");
        } else {
            self.measure(number, row);
            push(&mut self.block, number, row);
            if self.block.len() >= BLOCK_ROWS || self.block.text_bytes() >= BLOCK_BYTES {
                return self.flush();
            }
        }
        Ok(())
    }

    /// Takes all rows of `block`.
    ///
    /// # Errors
    ///
    /// As [`Lander::row`].
    pub(crate) fn rows(&mut self, block: &RowBlock) -> Result<(), Error> {
        let as_they_are = self.header_row.is_none() && self.keep_blank && !self.skip_totals;
        if !as_they_are {
            return block.rows().try_for_each(|row| self.row(row.number(), &row));
        }
        self.flush()?;
        self.hand_over(block)
    }

    fn hand_over(&mut self, block: &RowBlock) -> Result<(), Error> {
        if !block.is_empty() {
            (self.sink)(block).map_err(Error::Stopped)?;
            self.summary.landed += block.len() as u64;
        }
        let (done, total) = self.done;
        self.watch.progress(if total.is_some() { done } else { self.summary.landed }, total);
        Ok(())
    }

    fn above(&mut self, number: u64, row: &impl Cells) {
        let is_header = self.header_row.is_some_and(|header| number >= header);
        let is_line = is_header || self.named.as_ref().is_some_and(|(first, _)| number >= *first);
        if is_line || self.preamble.len() < PREAMBLE_ROWS {
            push(&mut self.preamble, number, row);
        }
        if is_line {
            self.lines.push((0..row.count()).map(|column| row.cell(column).1.to_owned()).collect());
        }
        if is_header {
            let last = self.lines.last().cloned().unwrap_or_default();
            self.headers = Some(self.named.take().map_or(last, |(_, names)| names));
        }
    }

    fn repeats_header(&self, row: &impl Cells) -> bool {
        let count = row.count();
        let same = |line: &Vec<String>| line.len() == count && (0..count).all(|at| row.cell(at).1 == line[at]);
        self.headers.is_some() && self.lines.iter().any(same)
    }

    fn measure(&mut self, number: u64, row: &impl Cells) {
        let Some(headers) = &self.headers else { return };
        let (width, count) = (headers.len(), row.count());
        if count < width {
            self.shorter.add(number);
        } else if count > width && (width..count).any(|column| !row.cell(column).1.is_empty()) {
            self.longer.add(number);
        }
    }

    /// Counts row `row` as left out for `reason`, a key of words.
    pub(crate) fn skip(&mut self, row: u64, reason: &'static str) {
        self.summary.skipped_total += 1;
        if self.summary.skipped.len() < SKIPPED_LISTED {
            self.summary.skipped.push(Skipped { row, reason });
        }
    }

    /// # Errors
    ///
    /// [`Error::Cancelled`] where the person asked to stop.
    pub(crate) fn check(&self) -> Result<(), Error> {
        Ok(self.watch.check()?)
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.watch.check()?;
        let mut block = std::mem::take(&mut self.block);
        let handed = self.hand_over(&block);
        block.clear();
        self.block = block;
        handed
    }

    /// Hands over the last rows and tells how it went; `notes` are those of the reader. Sheets that
    /// end their rows early are no news, so `shorter` says whether such rows are worth a note.
    ///
    /// # Errors
    ///
    /// As [`Lander::row`].
    pub(crate) fn finish(&mut self, notes: Vec<Note>, shorter: bool) -> Result<ReadSummary, Error> {
        self.flush()?;
        let mut summary = std::mem::take(&mut self.summary);
        summary.notes = notes;
        summary.notes.extend(self.longer.note("ragged-long", self.table, "source.note.ragged_long"));
        if shorter {
            summary.notes.extend(self.shorter.note("ragged-short", self.table, "source.note.ragged_short"));
        }
        Ok(summary)
    }
}

/// The first rows of a table, and how many there are where it ended within them.
#[derive(Default)]
pub(crate) struct Sample {
    pub(crate) rows: RowBlock,
    pub(crate) total: Option<u64>,
    pub(crate) headers: Vec<String>,
    pub(crate) preamble: RowBlock,
}

/// The sample is full.
#[derive(Debug, thiserror::Error)]
#[error("the sample is full")]
struct Full;

/// Reads the start of a table through `read`, which is the same code that imports it.
///
/// # Errors
///
/// Those of `read`.
pub(crate) fn sample(
    table: &str,
    header_row: Option<u64>,
    read: impl FnOnce(&mut Lander<'_, '_>) -> Result<ReadSummary, Error>,
) -> Result<Sample, Error> {
    let mut rows = RowBlock::new();
    let mut take = |block: &RowBlock| {
        for row in block.rows().take(SAMPLE_ROWS - rows.len()) {
            push(&mut rows, row.number(), &row);
        }
        let room = rows.len() < SAMPLE_ROWS && rows.text_bytes() < SAMPLE_BYTES;
        if room { Ok(()) } else { Err(Stop(Box::new(Full))) }
    };
    let mut lander = Lander::new(table, header_row, &mut take, &model::Silent);
    let total = match read(&mut lander) {
        Ok(summary) => Some(summary.landed),
        Err(Error::Stopped(_)) => None,
        Err(error) => return Err(error),
    };
    let (headers, preamble) = (lander.headers.take().unwrap_or_default(), std::mem::take(&mut lander.preamble));
    Ok(Sample { rows, total, headers, preamble })
}

/// The note that `table` has a header but no rows, or no header, as the case may be.
pub(crate) fn table_notes(table: &str, header_row: Option<u64>, chosen: bool, sample: &Sample) -> Vec<Note> {
    let mut notes = Vec::new();
    if sample.rows.is_empty() {
        notes.push(Note::new("no-rows", table, Message::new("source.note.no_rows").with("table", table)));
    } else if header_row.is_none() && !chosen {
        notes.push(Note::new("no-header", table, Message::new("source.note.no_header").with("table", table)));
    }
    notes
}
