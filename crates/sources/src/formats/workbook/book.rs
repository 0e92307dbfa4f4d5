//! A source of sheets, whatever file they stand in: finds tables and their headers in each sheet, and
//! reads a table's rows out of it.

use std::path::{Path, PathBuf};

use calamine::Dimensions;
use model::{CellKind, Message, RowBlock, RowRef, Watch};

use super::assemble::{Assembler, Odd, letters};
use super::bands::{self, Band};
use super::heading::{self, Heading};
use crate::error::Error;
use crate::formats::Format;
use crate::isolate;
use crate::lander::{Cells, Lander, Sample, sample, table_notes};
use crate::limits::SNIFF_RECORDS;
use crate::scan::{Scan, Stamp};
use crate::source::{Note, Options, Probe, ReadSummary, Sink, Source, Stop, TableInfo};

/// A sheet by name.
pub(crate) struct SheetName {
    pub(crate) name: String,
    pub(crate) hidden: bool,
}

/// What a kind of workbook gives.
pub(crate) trait Sheets: Send {
    /// The sheets in order.
    fn names(&self) -> &[SheetName];

    /// The merged cells of a sheet, as far as the file tells them; empty where it cannot be known.
    fn merges(&mut self, sheet: usize) -> Vec<Dimensions>;

    /// Gives every cell of a sheet to `rows`.
    ///
    /// # Errors
    ///
    /// Where the sheet cannot be read to its end.
    fn send(&mut self, sheet: usize, rows: Assembler) -> Result<Odd, Error>;

    /// Whether days are counted from 1904 on.
    fn is_1904(&self) -> bool;
}

/// A table of a sheet.
struct Table {
    sheet: usize,
    name: String,
    band: Band,
    heading: Option<Heading>,
    notes: Vec<Note>,
}

/// A workbook that has been opened.
pub(crate) struct Workbook {
    path: PathBuf,
    stamp: Stamp,
    sheets: Box<dyn Sheets>,
    tables: Vec<Table>,
    probe: Probe,
}

/// Opens a source of `sheets` of `format`, found in the file at `path`.
///
/// # Errors
///
/// [`Error::Empty`] where no sheet has a row, and that of the first sheet where none can be read.
pub(crate) fn open(
    path: &Path,
    scan: Scan,
    options: &Options,
    format: &Format,
    sheets: Box<dyn Sheets>,
) -> Result<Box<dyn Source>, Error> {
    let book = start(path, &scan, format, sheets);
    finish(book, scan, options)
}

/// The same for sheets of a text in `encoding`, with `notes` about it.
///
/// # Errors
///
/// As [`open`].
pub(crate) fn open_text(
    path: &Path,
    scan: Scan,
    options: &Options,
    format: &Format,
    sheets: Box<dyn Sheets>,
    (encoding, notes): (String, Vec<Note>),
) -> Result<Box<dyn Source>, Error> {
    let mut book = start(path, &scan, format, sheets);
    book.probe.encoding = Some(encoding);
    book.probe.notes.extend(notes);
    finish(book, scan, options)
}

/// Looks at the sheets while the file is hashed.
fn finish(mut book: Workbook, mut scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    book.look_at_sheets(options)?;
    let sums = scan.sums()?;
    (book.probe.sha256, book.probe.bytes) = (sums.sha256.clone(), sums.bytes);
    Ok(Box::new(book))
}

fn start(path: &Path, scan: &Scan, format: &Format, sheets: Box<dyn Sheets>) -> Workbook {
    let probe = Probe {
        notes: crate::name_note(&scan.file, format).into_iter().collect(),
        file: scan.file.clone(),
        format: format.code,
        ..Probe::default()
    };
    Workbook { path: path.to_owned(), stamp: scan.stamp.clone(), sheets, tables: Vec::new(), probe }
}

/// Enough rows have come by.
#[derive(Debug, thiserror::Error)]
#[error("enough rows")]
struct Enough;

/// The cells of a row that belong to a table.
struct Part<'a> {
    row: RowRef<'a>,
    from: usize,
    count: usize,
}

impl<'a> Part<'a> {
    fn of(row: RowRef<'a>, band: Band) -> Self {
        let from = band.from as usize;
        let until = band.until.map_or(row.len(), |until| row.len().min(until as usize));
        let used = (from..until).rev().find(|column| row.cell(*column).kind != CellKind::Empty);
        Self { row, from, count: used.map_or(0, |last| last + 1 - from) }
    }
}

impl Cells for Part<'_> {
    fn count(&self) -> usize {
        self.count
    }

    fn cell(&self, column: usize) -> (CellKind, &str) {
        Cells::cell(&self.row, self.from + column)
    }
}

impl Workbook {
    fn look_at_sheets(&mut self, options: &Options) -> Result<(), Error> {
        let mut first_error = None;
        let mut readable = 0;
        for sheet in 0..self.sheets.names().len() {
            match self.look_at_sheet(sheet, options) {
                Ok(filled) => readable += filled,
                Err(error) => {
                    self.add_unreadable(sheet);
                    first_error.get_or_insert(error);
                }
            }
        }
        match first_error {
            Some(error) if readable == 0 => Err(error),
            None if readable == 0 => Err(Error::Empty { file: self.probe.file.clone() }),
            _ => Ok(()),
        }
    }

    /// Adds the tables of a sheet; gives how many of them have anything in them.
    fn look_at_sheet(&mut self, sheet: usize, options: &Options) -> Result<usize, Error> {
        let name = self.sheet_name(sheet);
        let rows = self.first_rows(sheet)?;
        let merges = self.merges(sheet)?;
        let whole = options.header_rows.contains_key(&name);
        let bands = if whole { vec![Band::WHOLE] } else { bands::find(&rows, &merges) };
        let mut filled = 0;
        for band in &bands {
            let name = band.name(&name, bands.len());
            let rows = band.rows(&rows);
            let merges = band.merges(&merges);
            let chosen = options.header_for(&name);
            let heading = heading::find(&rows, &merges, chosen);
            let notes = merged_note(&name, &merges, heading.as_ref(), *band).into_iter().collect();
            let table = Table { sheet, name, band: *band, heading, notes };
            filled += usize::from(self.add_table(table, chosen.is_some())?);
        }
        Ok(filled)
    }

    fn sheet_name(&self, sheet: usize) -> String {
        self.sheets.names().get(sheet).map(|sheet| sheet.name.clone()).unwrap_or_default()
    }

    fn is_hidden(&self, sheet: usize) -> bool {
        self.sheets.names().get(sheet).is_some_and(|sheet| sheet.hidden)
    }

    /// Adds `table` to what was found; gives whether it has anything in it.
    fn add_table(&mut self, table: Table, chosen: bool) -> Result<bool, Error> {
        let heading = table.heading.clone();
        let header_row = heading.as_ref().map(|heading| heading.last);
        let start = sample(&table.name, header_row, |lander| self.rows(&table, lander))?;
        self.probe.notes.extend(table_notes(&table.name, header_row, chosen, &start));
        let filled = !start.rows.is_empty() || !start.headers.is_empty();
        let Sample { rows, total, headers, preamble } = start;
        self.probe.tables.push(TableInfo {
            name: table.name.clone(),
            header_row,
            headers,
            preamble,
            rows: total,
            hidden: self.is_hidden(table.sheet),
            sample: rows,
            ..TableInfo::default()
        });
        self.tables.push(table);
        Ok(filled)
    }

    fn add_unreadable(&mut self, sheet: usize) {
        let name = self.sheet_name(sheet);
        let message = Message::new("source.note.table_unreadable").with("table", &name);
        self.probe.notes.push(Note::new("table-unreadable", &name, message));
        let hidden = self.is_hidden(sheet);
        self.probe.tables.push(TableInfo { name: name.clone(), hidden, ..TableInfo::default() });
        self.tables.push(Table { sheet, name, band: Band::WHOLE, heading: None, notes: Vec::new() });
    }

    fn first_rows(&mut self, sheet: usize) -> Result<Vec<(u64, Vec<String>)>, Error> {
        let mut rows = Vec::new();
        let mut take = |block: &RowBlock| {
            let texts = |row: RowRef<'_>| (row.number(), row.cells().map(|cell| cell.text.to_owned()).collect());
            rows.extend(block.rows().take(SNIFF_RECORDS - rows.len()).map(texts));
            if rows.len() < SNIFF_RECORDS { Ok(()) } else { Err(Error::Stopped(Stop(Box::new(Enough)))) }
        };
        match self.stream(sheet, &mut take) {
            Ok(_) | Err(Error::Stopped(_)) => Ok(rows),
            Err(error) => Err(error),
        }
    }

    fn merges(&mut self, sheet: usize) -> Result<Vec<Dimensions>, Error> {
        let file = self.probe.file.clone();
        let sheets = &mut self.sheets;
        isolate::run(&file, || Ok(sheets.merges(sheet)))
    }

    /// Gives all rows of a sheet to `take`, block after block.
    fn stream(&mut self, sheet: usize, take: &mut dyn FnMut(&RowBlock) -> Result<(), Error>) -> Result<Odd, Error> {
        let file = self.probe.file.clone();
        let is_1904 = self.sheets.is_1904();
        let sheets = &mut self.sheets;
        let produce = |sender| sheets.send(sheet, Assembler::new(sender, is_1904));
        isolate::stream(&file, produce, |block: RowBlock| take(&block))
    }

    /// Gives the rows of `table` to `lander`.
    fn rows(&mut self, table: &Table, lander: &mut Lander<'_, '_>) -> Result<ReadSummary, Error> {
        lander.leave_out_totals();
        if let Some(heading) = &table.heading {
            lander.name_columns(heading.first, heading.names.clone());
        }
        let odd = self.stream(table.sheet, &mut |block| {
            lander.check()?;
            for row in block.rows() {
                let part = Part::of(row, table.band);
                if part.count > 0 || table.band.is_whole() {
                    lander.row(row.number(), &part)?;
                }
            }
            Ok(())
        })?;
        let mut notes = odd.notes(&table.name);
        notes.extend(table.notes.iter().cloned());
        lander.finish(notes, false)
    }
}

/// The note that cells below the header are merged: the value stands in the first of them only.
fn merged_note(table: &str, merges: &[Dimensions], heading: Option<&Heading>, band: Band) -> Option<Note> {
    let top = heading.map_or(0, |heading| heading.last);
    let mut below: Vec<_> = merges.iter().filter(|merge| u64::from(merge.start.0) >= top).collect();
    below.sort_by_key(|merge| merge.start);
    let (row, column) = below.first()?.start;
    let column = column + band.from;
    let cell = format!("{}{}", letters(column + 1), row + 1);
    let message = Message::new("source.note.merged").with("count", below.len()).with("cell", cell);
    Some(Note::new("merged-cells", table, message).at(u64::from(row) + 1).in_column(column + 1))
}

impl Source for Workbook {
    fn probe(&self) -> &Probe {
        &self.probe
    }

    fn read(&mut self, table: usize, sink: &mut Sink<'_>, watch: &dyn Watch) -> Result<ReadSummary, Error> {
        let file = self.probe.file.clone();
        self.stamp.check(&self.path, &file)?;
        if table >= self.tables.len() {
            return Err(Error::NoSuchTable { file, table });
        }
        let found = self.tables.remove(table);
        let header_row = found.heading.as_ref().map(|heading| heading.last);
        let summary = self.rows(&found, &mut Lander::new(&found.name, header_row, sink, watch));
        self.tables.insert(table, found);
        let summary = summary?;
        self.stamp.check(&self.path, &file)?;
        Ok(summary)
    }
}
