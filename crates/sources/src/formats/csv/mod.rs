//! Delimited text: CSV, TSV and whatever else has one record a line. Two passes over the file, one
//! for its hash and one for its rows, both with a fixed amount of memory.

mod dialect;
pub(crate) mod encoding;
mod records;
pub(crate) mod window;

use std::io::Read;
use std::path::Path;

use encoding_rs::Encoding;
use model::{Message, Watch};

use self::encoding::Found;
use self::records::{Splitter, Step};
use self::window::Window;
use super::{Format, unsupported};
use crate::error::Error;
use crate::header;
use crate::input::Input;
use crate::lander::{Cells, Lander, sample, table_notes};
use crate::limits::{HEAD, NOTES_LISTED, RECORD_BYTES};
use crate::scan::{Scan, Stamp, Sums};
use crate::source::{Note, Options, Probe, ReadSummary, Sink, Source, TableInfo};

/// Delimited text.
pub(crate) const FORMAT: Format = Format { code: "csv", extensions: &["csv", "tsv", "txt"], recognises, open };

/// Bytes at the start that must look like text.
const TEXT_HEAD: usize = 8192;

fn recognises(scan: &Scan) -> bool {
    if unsupported::mark(scan).is_some() {
        return false;
    }
    let found = scan.encoding_of_head();
    if found.encoding.name().starts_with("UTF-16") {
        return true;
    }
    let head = scan.head.get(..TEXT_HEAD).unwrap_or(&scan.head);
    let control = head.iter().filter(|byte| **byte < b' ' && !b"\t\r\n\x0b\x0c\x1a\x1b".contains(byte)).count();
    // A stray zero byte or two is a damaged table; one in fifty is no text.
    control * 50 <= head.len()
}

/// A delimited text that has been opened.
struct Text {
    input: Input,
    stamp: Stamp,
    /// Bytes of the unpacked text.
    size: u64,
    found: Found,
    clean: bool,
    has_nul: bool,
    /// The first line of a header of two, and what both say together.
    named: Option<(u64, Vec<String>)>,
    probe: Probe,
}

fn open(_path: &Path, mut scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    let found = choose_encoding(&mut scan, options)?;
    let probe = start_probe(&mut scan, found)?;
    let sums = scan.sums()?;
    let (size, clean, has_nul) = (sums.unpacked, sums.utf8.is_clean_utf8(), sums.utf8.has_nul);
    let head = decode_head(&scan, found);
    let dialect = dialect::find(&head, size <= HEAD as u64, options.delimiter);
    let stem = scan.stem().to_owned();
    let chosen = options.header_for(&stem);
    let header_row = chosen.map_or_else(|| header::find(&dialect.rows), |row| (row > 0).then_some(row));
    let calendar = header_row.and_then(|row| header::calendar(&dialect.rows, row));
    let header_row = calendar.as_ref().map(|calendar| calendar.last).or(header_row);
    let mut text = Text {
        named: calendar.map(|calendar| (calendar.first, calendar.names)),
        input: scan.input.clone(),
        stamp: scan.stamp.clone(),
        size,
        found,
        clean,
        has_nul,
        probe: Probe { delimiter: Some(dialect.delimiter), ..probe },
    };
    let start = sample(&stem, header_row, |lander| text.rows(&stem, lander))?;
    if start.rows.is_empty() && start.headers.iter().all(|header| header.trim().is_empty()) {
        return Err(Error::Empty { file: scan.file });
    }
    text.probe.notes.extend(table_notes(&stem, header_row, chosen.is_some(), &start));
    text.probe.tables.push(TableInfo {
        name: stem,
        header_row,
        headers: start.headers,
        preamble: start.preamble,
        rows: start.total,
        sample: start.rows,
        ..TableInfo::default()
    });
    Ok(Box::new(text))
}

fn start_probe(scan: &mut Scan, found: Found) -> Result<Probe, Error> {
    let mut notes: Vec<Note> = crate::name_note(scan.inner_name(), &FORMAT).into_iter().collect();
    if found.guessed {
        let message = Message::new("source.note.encoding_guessed").with("encoding", found.encoding.name());
        notes.push(Note::new("encoding-guessed", "", message));
    }
    let file = scan.file.clone();
    let encoding = Some(found.encoding.name().to_owned());
    let Sums { sha256, bytes, .. } = scan.sums()?;
    Ok(Probe { file, format: FORMAT.code, encoding, sha256: sha256.clone(), bytes: *bytes, notes, ..Probe::default() })
}

/// The encoding that the person chose, else the one found.
pub(crate) fn choose_encoding(scan: &mut Scan, options: &Options) -> Result<Found, Error> {
    let found = scan.encoding()?;
    let Some(name) = &options.encoding else { return Ok(found) };
    let unknown = || Error::UnknownEncoding { file: scan.file.clone(), encoding: name.clone() };
    let encoding = Encoding::for_label(name.as_bytes()).ok_or_else(unknown)?;
    let bom = if encoding == found.encoding { found.bom } else { 0 };
    Ok(Found { encoding, bom, guessed: false })
}

fn decode_head(scan: &Scan, found: Found) -> String {
    let head = scan.head.get(found.bom..).unwrap_or_default();
    found.encoding.decode_without_bom_handling(head).0.into_owned()
}

/// What is odd in the rows of a text, gathered while it is read.
#[derive(Default)]
struct Oddities {
    notes: Vec<Note>,
    unclosed: u64,
    nul_rows: u64,
    first_nul: Option<(u64, u32)>,
    first_replaced: Option<(u64, u32)>,
}

impl Oddities {
    fn unclosed_quote(&mut self, table: &str, row: u64, splitter: &Splitter) {
        self.unclosed += 1;
        if self.unclosed <= NOTES_LISTED {
            let message = Message::new("source.note.unclosed_quote").with("row", row);
            self.notes.push(Note::new("unclosed-quote", table, message).at(row));
        }
        if splitter.ignores_quotes() {
            let message = Message::new("source.note.quotes_ignored").with("row", row);
            self.notes.push(Note::new("quotes-ignored", table, message).at(row));
        }
    }

    fn search(&mut self, row: u64, cells: &impl Cells, nul: bool, replaced: bool) {
        let column_with = |sign: char| (1..).zip(0..cells.count()).find(|(_, at)| cells.cell(*at).1.contains(sign));
        if let Some((column, _)) = nul.then(|| column_with('\0')).flatten() {
            self.nul_rows += 1;
            self.first_nul.get_or_insert((row, column));
        }
        if replaced && self.first_replaced.is_none() {
            let found = column_with(char::REPLACEMENT_CHARACTER);
            self.first_replaced = found.map(|(column, _)| (row, column));
        }
    }

    fn into_notes(mut self, table: &str, replaced: u64) -> Vec<Note> {
        if self.unclosed > NOTES_LISTED {
            let message = Message::new("source.note.unclosed_quotes").with("count", self.unclosed);
            self.notes.push(Note::new("unclosed-quote", table, message));
        }
        let mut place = |code, key, count: u64, place: Option<(u64, u32)>| {
            let (row, column) = place.unwrap_or_default();
            let message = Message::new(key).with("count", count).with("row", row).with("column", column);
            let note = Note::new(code, table, message);
            self.notes.push(if row > 0 { note.at(row).in_column(column) } else { note });
        };
        if self.nul_rows > 0 {
            place("nul-characters", "source.note.nul", self.nul_rows, self.first_nul);
        }
        if replaced > 0 {
            place("replaced-bytes", "source.note.replaced", replaced, self.first_replaced);
        }
        self.notes
    }
}

impl Text {
    /// Gives every record of the file to `lander`.
    fn rows(&self, table: &str, lander: &mut Lander<'_, '_>) -> Result<ReadSummary, Error> {
        self.input.stream(&self.probe.file, self.found.bom as u64, |reader| self.records(reader, table, lander))
    }

    fn records(&self, reader: &mut dyn Read, table: &str, lander: &mut Lander<'_, '_>) -> Result<ReadSummary, Error> {
        let file = &self.probe.file;
        let mut window = Window::new(file, reader, self.found.encoding, self.clean);
        let mut splitter = Splitter::new(self.probe.delimiter.unwrap_or(','));
        let (mut line, mut odd) = (1, Oddities::default());
        if let Some((first, names)) = &self.named {
            lander.name_columns(*first, Some(names.clone()));
        }
        loop {
            match splitter.next(window.rest(), window.at_end) {
                Step::Record { bytes, lines, unclosed } => {
                    let record = splitter.record(window.rest());
                    if self.has_nul || window.replaced > 0 {
                        odd.search(line, &record, self.has_nul, window.replaced > 0);
                    }
                    lander.row(line, &record)?;
                    if unclosed > 0 {
                        odd.unclosed_quote(table, line, &splitter);
                    }
                    window.start += bytes;
                    line += lines;
                }
                Step::More if window.rest().len() > RECORD_BYTES => return Err(Error::too_large(file, table, line)),
                Step::More => self.refill(&mut window, lander)?,
                Step::End => break,
            }
        }
        let notes = odd.into_notes(table, window.replaced);
        lander.finish(notes, true)
    }

    fn refill(&self, window: &mut Window<'_>, lander: &mut Lander<'_, '_>) -> Result<(), Error> {
        lander.check()?;
        window.refill()?;
        lander.done = (window.bytes_read, Some(self.size));
        Ok(())
    }
}

impl Source for Text {
    fn probe(&self) -> &Probe {
        &self.probe
    }

    fn read(&mut self, table: usize, sink: &mut Sink<'_>, watch: &dyn Watch) -> Result<ReadSummary, Error> {
        let file = &self.probe.file;
        let info = self.probe.table(table)?;
        self.stamp.check(self.input.path(), file)?;
        let summary = self.rows(&info.name, &mut Lander::new(&info.name, info.header_row, sink, watch))?;
        self.stamp.check(self.input.path(), file)?;
        Ok(summary)
    }
}
