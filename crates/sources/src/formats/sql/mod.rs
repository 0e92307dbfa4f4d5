//! Dumps of MySQL, MariaDB and PostgreSQL (`.sql`): a first pass finds the tables and where their
//! rows stand, a second one reads a table. Both stream with a fixed amount of memory.
//!
//! Written here and not taken from a crate: of those that were measured, none read all dumps of
//! school systems, and most hold the whole file in memory or take bytes for UTF-8.

mod charset;
mod index;
mod rows;
mod scanner;
mod schema;
mod statement;
mod utf16;
mod values;
mod window;

use std::io::Read;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use model::{Message, Watch};

use self::charset::Client;
use self::index::{Index, Place, Table};
use self::rows::Rows;
use self::scanner::{Ended, Mode, Scanner};
use self::statement::{State, Statement, Statements};
use self::utf16::Utf16;
use self::values::{Cells, Oddities, Tally};
use self::window::Window;
use super::Format;
use crate::error::Error;
use crate::input::Input;
use crate::lander::Lander;
use crate::scan::{Scan, Stamp, Sums};
use crate::source::{Note, Options, Probe, ReadSummary, Sink, Source, TableInfo};

/// Dumps of databases.
pub(crate) const FORMAT: Format = Format { code: "sql", extensions: &["sql", "gz"], recognises, open };

/// As much of a dump as shows that it is one.
const HEAD: usize = 256 * 1024;

/// How the first line of words of a dump can begin.
const BEGINNINGS: [&str; 21] = [
    "insert into",
    "insert ignore",
    "replace into",
    "create table",
    "create database",
    "create schema",
    "drop table",
    "drop database",
    "set ",
    "use ",
    "start transaction",
    "begin",
    "lock tables",
    "alter table",
    "copy ",
    "delimiter ",
    "select pg_catalog",
    "\\connect",
    "\\restrict",
    "pragma ",
    "truncate ",
];

/// What a dump has somewhere: a table or rows.
const CONTENTS: [&str; 5] = ["create table", "insert into", "insert ignore", "replace into", "from stdin"];

/// Marks that the programs which write dumps leave at the beginning.
const WRITERS: [&str; 5] =
    ["-- mysql dump", "-- mariadb dump", "-- phpmyadmin sql dump", "-- postgresql database dump", "-- adminer "];

/// Writers that say at the end that they are done.
const SAYS_COMPLETE: [&str; 3] = ["-- mysql dump", "-- mariadb dump", "-- postgresql database dump"];

/// Whether it is a dump: of these packed ones are read while they are still being hashed.
pub(crate) fn is_dump(scan: &Scan) -> bool {
    recognises(scan)
}

fn recognises(scan: &Scan) -> bool {
    let text = head_text(&scan.head);
    let start = text.get(..text.len().min(2048)).map_or_else(|| text.chars().take(2048).collect(), str::to_owned);
    if WRITERS.iter().any(|mark| start.contains(mark)) {
        return true;
    }
    let begins =
        BEGINNINGS.iter().any(|begin| first_words(&text).starts_with(begin)) || first_words(&text).starts_with("/*!");
    begins && CONTENTS.iter().any(|content| text.contains(content))
}

/// The beginning of the text, in lower case.
fn head_text(head: &[u8]) -> String {
    let encoding = Encoding::for_bom(head).map_or(UTF_8, |(encoding, _)| encoding);
    let head = head.get(..HEAD).unwrap_or(head);
    encoding.decode_with_bom_removal(head).0.to_lowercase()
}

/// What follows the comments at the beginning.
fn first_words(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let line = rest.starts_with("--") || rest.starts_with('#');
        let block = rest.starts_with("/*") && !rest.starts_with("/*!");
        let end = match (line, block) {
            (true, _) => rest.find('\n'),
            (_, true) => rest.find("*/").map(|at| at + 1),
            _ => return rest,
        };
        rest = end.and_then(|end| rest.get(end + 1..)).unwrap_or_default().trim_start();
    }
}

/// A dump that has been opened.
struct Dump {
    input: Input,
    stamp: Stamp,
    /// Set where the file is in UTF-16 and is read as UTF-8.
    utf16: Option<&'static Encoding>,
    tables: Vec<Table>,
    /// Number in `tables` of each table of the probe.
    shown: Vec<usize>,
    probe: Probe,
}

/// What the first pass found, whether the dump says that it is complete, and in which character set it ends.
type Found = (Index, bool, Client);

/// Finds the tables of a dump whose bytes are in `encoding` as long as it names no other.
fn find_tables(
    scan: &Scan,
    options: &Options,
    utf16: Option<&'static Encoding>,
    encoding: &'static Encoding,
) -> Result<Found, Error> {
    let bom = Encoding::for_bom(&scan.head).map_or(0, |(_, bytes)| bytes as u64);
    let state = first_state(scan, options, utf16.is_some(), encoding)?;
    stream(&scan.input, utf16, &scan.file, bom, |reader| {
        let window = Window::new(&scan.file, reader, &*scan.pace, (if utf16.is_some() { 0 } else { bom }, 0));
        let mut statements = Statements::new(Scanner::new(window, Mode::default()), state);
        let index = Index::build(&mut statements, &scan.file)?;
        Ok((index, statements.scanner.completed, statements.state.client))
    })
}

fn open(_path: &Path, mut scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    let mark = Encoding::for_bom(&scan.head);
    let utf16 = mark.map(|(encoding, _)| encoding).filter(|encoding| [UTF_16LE, UTF_16BE].contains(encoding));
    let assumed = scan.encoding_of_head().encoding;
    let mut found = find_tables(&scan, options, utf16, assumed)?;
    let actual = scan.encoding()?.encoding;
    if actual != assumed && options.encoding.is_none() {
        // What stands further on is no UTF-8, and the dump is read as what it is.
        found = find_tables(&scan, options, utf16, actual)?;
    }
    let (index, completed, client) = found;
    let encoding = match client {
        Client::Told(encoding) | Client::Untold(encoding) => encoding,
        Client::Bytes => UTF_8,
    };
    let mut notes: Vec<Note> = crate::name_note(scan.inner_name(), &FORMAT).into_iter().collect();
    if matches!(client, Client::Untold(_)) && !scan.sums()?.utf8.is_utf8() {
        let message = Message::new("source.note.encoding_guessed").with("encoding", encoding.name());
        notes.push(Note::new("encoding-guessed", "", message));
    }
    let cut_off = scan.sums()?.cut_off;
    notes.extend(end_note(&scan, &index, completed, cut_off));
    let file = scan.file.clone();
    let Sums { sha256, bytes, .. } = scan.sums()?;
    let probe = Probe {
        file,
        format: FORMAT.code,
        encoding: Some(utf16.unwrap_or(encoding).name().to_owned()),
        sha256: sha256.clone(),
        bytes: *bytes,
        notes,
        ..Probe::default()
    };
    let (input, stamp) = (scan.input.clone(), scan.stamp.clone());
    let mut dump = Dump { input, stamp, utf16, tables: Vec::new(), shown: Vec::new(), probe };
    dump.show(index);
    if dump.shown.is_empty() { Err(Error::Empty { file: scan.file }) } else { Ok(Box::new(dump)) }
}

/// What holds at the beginning: the character set chosen or that of the bytes, and who wrote it.
fn first_state(scan: &Scan, options: &Options, is_utf16: bool, found: &'static Encoding) -> Result<State, Error> {
    let text = head_text(&scan.head);
    let standard = ["-- postgresql database dump", "\nset standard_conforming_strings", "pragma foreign_keys"];
    let postgres = standard.iter().any(|mark| text.contains(mark)) || text.starts_with("copy ");
    if is_utf16 {
        return Ok(State::new(Client::Told(UTF_8), true, postgres));
    }
    let Some(name) = &options.encoding else {
        return Ok(State::new(Client::Untold(found), false, postgres));
    };
    let unknown = || Error::UnknownEncoding { file: scan.file.clone(), encoding: name.clone() };
    let encoding = Encoding::for_label(name.as_bytes()).ok_or_else(unknown)?;
    Ok(State::new(Client::Told(encoding), true, postgres))
}

/// Gives `take` the bytes of the dump from `from` on, as UTF-8 where they are UTF-16.
fn stream<R>(
    input: &Input,
    utf16: Option<&'static Encoding>,
    file: &str,
    from: u64,
    take: impl FnOnce(&mut dyn Read) -> Result<R, Error>,
) -> Result<R, Error> {
    input.stream(file, from, |reader| match utf16 {
        Some(encoding) => take(&mut Utf16::new(reader, encoding)),
        None => take(reader),
    })
}

/// The note that the dump broke off, or does not say that it is complete.
fn end_note(scan: &Scan, index: &Index, completed: bool, cut_off: bool) -> Option<Note> {
    let file = &scan.file;
    let table = index.cut.as_ref().and_then(|cut| index.tables.get(cut.table?));
    match (table, &index.cut) {
        (Some(table), Some(cut)) => {
            let name = &table.name.table;
            let message = Message::new("source.note.dump_cut_in_table").with("table", name);
            let message = message.with("count", table.rows).with("line", cut.line);
            Some(Note::new("cut-off", name, message))
        }
        (_, Some(cut)) => {
            let message = Message::new("source.note.dump_cut").with("file", file).with("line", cut.line);
            Some(Note::new("cut-off", "", message))
        }
        _ => {
            let head = head_text(&scan.head);
            let says = SAYS_COMPLETE.iter().any(|mark| head.contains(mark));
            let missing = cut_off || (says && !completed);
            let message = Message::new("source.note.dump_no_end").with("file", file);
            missing.then(|| Note::new("no-end", "", message))
        }
    }
}

impl Dump {
    /// Fills the probe with what the first pass found.
    fn show(&mut self, mut index: Index) {
        self.tables = std::mem::take(&mut index.tables);
        let named = |table: &&Table| !table.name.table.is_empty();
        let mut databases: Vec<&str> =
            self.tables.iter().filter(named).map(|table| table.name.database.as_str()).collect();
        databases.sort_unstable();
        databases.dedup();
        let several = databases.len() > 1;
        let label = |database: &str, table: &str| {
            if several && !database.is_empty() { format!("{database}.{table}") } else { table.to_owned() }
        };
        for (number, table) in self.tables.iter_mut().enumerate().filter(|(_, table)| !table.name.table.is_empty()) {
            let name = label(&table.name.database, &table.name.table);
            self.probe.notes.extend(table_notes(&name, table));
            let mut references = std::mem::take(&mut table.references);
            references.iter_mut().for_each(|one| one.table = label(&table.name.database, &one.table));
            self.probe.tables.push(TableInfo {
                name,
                headers: table.columns.iter().map(|column| column.name.clone()).collect(),
                rows: Some(table.rows),
                primary_key: std::mem::take(&mut table.primary_key),
                references,
                sample: std::mem::take(&mut table.sample),
                ..TableInfo::default()
            });
            self.shown.push(number);
        }
        self.probe.notes.extend(index.into_notes());
    }

    fn rows(&self, number: usize, lander: &mut Lander<'_, '_>, watch: &dyn Watch) -> Result<ReadSummary, Error> {
        let Some((info, table)) =
            self.probe.tables.get(number).zip(self.shown.get(number).and_then(|at| self.tables.get(*at)))
        else {
            return Err(Error::NoSuchTable { file: self.probe.file.clone(), table: number });
        };
        let mut reading = Reading { file: &self.probe.file, name: &info.name, table, cells: Cells::new(), watch };
        if self.input.can_jump() && self.utf16.is_none() {
            for place in &table.places {
                self.input.stream(&self.probe.file, place.start, |reader| {
                    reading.places(reader, (place.start, place.lines), std::slice::from_ref(place), lander)
                })?;
            }
        } else {
            let bom = if self.utf16.is_some() { 2 } else { 0 };
            stream(&self.input, self.utf16, &self.probe.file, bom, |reader| {
                reading.places(reader, (0, 0), &table.places, lander)
            })?;
        }
        lander.finish(odd_notes(&info.name, &reading.cells.odd), false)
    }
}

/// A table while it is read.
struct Reading<'t> {
    file: &'t str,
    name: &'t str,
    table: &'t Table,
    cells: Cells,
    watch: &'t dyn Watch,
}

impl Reading<'_> {
    /// Reads the rows at `places` of the dump in `reader`, which begins at `base`.
    fn places(
        &mut self,
        reader: &mut dyn Read,
        base: (u64, u64),
        places: &[Place],
        lander: &mut Lander<'_, '_>,
    ) -> Result<(), Error> {
        let window = Window::new(self.file, reader, self.watch, base);
        let mut scanner = Scanner::new(window, Mode::default());
        for place in places {
            scanner.window.forward(place.start)?;
            let mut statements = Statements::new(scanner, place.state.clone());
            let mut number = place.rows_before;
            while statements.scanner.window.offset() < place.end {
                match statements.next()? {
                    Some(Statement::Rows(rows)) => self.statement(&mut statements, &rows, &mut number, lander)?,
                    Some(_) => {}
                    None => break,
                }
            }
            scanner = statements.scanner;
        }
        Ok(())
    }

    fn statement(
        &mut self,
        statements: &mut Statements<'_>,
        rows: &statement::Rows,
        number: &mut u64,
        lander: &mut Lander<'_, '_>,
    ) -> Result<(), Error> {
        let ours = rows.table == self.table.name;
        let mut reader = Rows::new(statements, rows.form);
        let layout = self.table.layout(rows.columns.as_deref());
        while reader.begin()? {
            if !ours {
                if reader.skip()? != Ended::Whole {
                    break;
                }
                continue;
            }
            let taken = reader.take(&layout, &mut self.cells, *number + 1)?;
            if taken.ended != Ended::Whole {
                break;
            }
            *number += 1;
            if taken.overlong {
                return Err(Error::too_large(self.file, self.name, *number));
            }
            lander.done = (*number, Some(self.table.rows));
            if let Some(row) = self.cells.row.row(0) {
                lander.row(*number, &row)?;
            }
        }
        reader.finish()?;
        Ok(())
    }
}

/// What is odd about a table before its rows are read.
fn table_notes(name: &str, table: &Table) -> Option<Note> {
    let about = |code, key| Note::new(code, name, Message::new(key).with("table", name));
    let unnamed = table.columns.iter().any(|column| column.name.is_empty());
    if table.rows == 0 {
        return Some(about("no-rows", "source.note.no_rows"));
    }
    unnamed.then(|| about("unnamed-columns", "source.note.dump_unnamed"))
}

/// The notes about the values of a table.
fn odd_notes(name: &str, odd: &Oddities) -> Vec<Note> {
    let note = |code, key, tally: &Tally, by_row: bool| {
        let (row, column) = tally.first;
        let message = Message::new(key).with("count", tally.count).with("row", row);
        let note = Note::new(code, name, if by_row { message } else { message.with("column", column) }).at(row);
        (tally.count > 0).then(|| if by_row { note } else { note.in_column(column) })
    };
    [
        note("expressions", "source.note.dump_expressions", &odd.expressions, false),
        note("zero-dates", "source.note.zero_dates", &odd.zero_dates, false),
        note("replaced-bytes", "source.note.replaced", &odd.replaced, false),
        note("doubled-encoding", "source.note.doubled", &odd.doubled, false),
        note("other-width", "source.note.dump_width", &odd.width, true),
        note("left-out-columns", "source.note.dump_left_out", &odd.left_out, true),
        note("computed-columns", "source.note.dump_computed", &odd.computed, true),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Source for Dump {
    fn probe(&self) -> &Probe {
        &self.probe
    }

    fn read(&mut self, table: usize, sink: &mut Sink<'_>, watch: &dyn Watch) -> Result<ReadSummary, Error> {
        let file = &self.probe.file;
        let info = self.probe.table(table)?;
        self.stamp.check(self.input.path(), file)?;
        let mut lander = Lander::new(&info.name, None, sink, watch).keeping_blank_rows();
        let summary = self.rows(table, &mut lander, watch)?;
        self.stamp.check(self.input.path(), file)?;
        Ok(summary)
    }
}
