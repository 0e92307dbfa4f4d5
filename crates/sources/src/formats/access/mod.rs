//! Microsoft Access databases (.mdb, .accdb), from Access 97 to 2019: every table with rows of its own,
//! and by name those that are linked. Pages, encryption and definitions are read by `jetdb`; which rows
//! are alive and what they say is read here, because `jetdb` 0.4.0 loses and invents values in silence.

mod catalog;
mod complex;
mod long;
mod odd;
mod pages;
mod record;
mod rows;
mod table;
mod text;
mod value;

use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use encoding_rs::Encoding;
use jetdb::FileError;
use model::{Message, Watch};

use self::catalog::{Object, Relationship};
use self::complex::Complex;
use self::pages::Pages;
use self::table::{Batch, Rows, Table};
use self::text::Writing;
use super::Format;
use crate::error::Error;
use crate::isolate;
use crate::lander::{Lander, sample, table_notes};
use crate::limits::ACCESS_ROUNDS;
use crate::scan::{Scan, Stamp};
use crate::source::{Note, Options, Probe, ReadSummary, Reference, Sink, Source, TableInfo, TableKind};

/// Microsoft Access databases.
pub(crate) const FORMAT: Format =
    Format { code: "access", extensions: &["mdb", "accdb", "mde", "accde", "accdr"], recognises, open };

/// Bytes of the first page, which says how the others are encrypted.
const FIRST_PAGE: usize = 4096;

fn recognises(scan: &Scan) -> bool {
    let marks: [&[u8]; 2] = [b"\0\x01\0\0Standard Jet DB\0", b"\0\x01\0\0Standard ACE DB\0"];
    marks.iter().any(|mark| scan.head.starts_with(mark))
}

/// A database that has been opened.
struct Database {
    path: PathBuf,
    stamp: Stamp,
    pages: Pages,
    writing: Writing,
    /// For each table of the probe what is needed to read it; `None` for one that is linked or damaged.
    tables: Vec<Option<Table>>,
    probe: Probe,
}

fn open(path: &Path, scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    let file = scan.file.clone();
    isolate::run(&file, || Ok(Box::new(look_at(path, scan, options)?) as Box<dyn Source>))
}

fn look_at(path: &Path, mut scan: Scan, options: &Options) -> Result<Database, Error> {
    let file = scan.file.clone();
    let failed = |error| from_jetdb(&file, error);
    if rounds(&scan.head) > ACCESS_ROUNDS {
        return Err(Error::too_large(&file, "", 0));
    }
    let mut pages = Pages::open(scan.input.seekable(&file)?, options.password.as_ref()).map_err(failed)?;
    let writing = writing(&file, &pages, options)?;
    let encoding = if let Writing::Bytes(encoding) = writing { Some(encoding.name().to_owned()) } else { None };
    let objects = catalog::objects(&mut pages, writing).map_err(failed)?;
    pages.check(&file)?;
    if objects.lost > 0 && !objects.items.iter().any(|object| object.is_table() || object.is_linked()) {
        return Err(Error::damaged(&file, "", 0, "its list of tables cannot be read"));
    }
    let notes = crate::name_note(&file, &FORMAT).into_iter().chain(lost_objects(objects.lost));
    let notes = notes.chain(open_password(&mut pages)).collect();
    let probe = Probe { file, format: FORMAT.code, encoding, notes, ..Probe::default() };
    let (path, stamp) = (path.to_owned(), scan.stamp.clone());
    let mut database = Database { path, stamp, pages, writing, tables: Vec::new(), probe };
    database.look_at_objects(&objects.items)?;
    database.note_encoding(options);
    let sums = scan.sums()?;
    (database.probe.sha256, database.probe.bytes) = (sums.sha256.clone(), sums.bytes);
    Ok(database)
}

/// How often the first page of an encrypted file asks to hash the password.
fn rounds(head: &[u8]) -> u64 {
    const NAME: &[u8] = b"spinCount=\"";
    let page = head.get(..FIRST_PAGE).unwrap_or(head);
    let at = page.windows(NAME.len()).position(|part| part == NAME).map(|at| at + NAME.len());
    let digits = at.and_then(|at| page.get(at..)).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_u64, |count, digit| count.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

/// How the file writes text: a person's choice counts where the file only names a code page.
fn writing(file: &str, pages: &Pages, options: &Options) -> Result<Writing, Error> {
    if !pages.is_jet3() {
        return Ok(Writing::Utf16);
    }
    let header = pages.reader.header();
    let found = || text::encoding_of(header.code_page, header.lang_id);
    let Some(name) = &options.encoding else { return Ok(Writing::Bytes(found())) };
    let unknown = || Error::UnknownEncoding { file: file.to_owned(), encoding: name.clone() };
    Encoding::for_label(name.as_bytes()).map(Writing::Bytes).ok_or_else(unknown)
}

fn from_jetdb(file: &str, error: FileError) -> Error {
    let file_name = || file.to_owned();
    match error {
        FileError::Io(error) => Error::from_io(file, error),
        FileError::PasswordRequired => Error::PasswordNeeded { file: file_name() },
        FileError::InvalidPassword => Error::WrongPassword { file: file_name() },
        FileError::UnsupportedEncryption { .. } => {
            Error::NotSupportedYet { file: file_name(), what: "source.kind.access" }
        }
        error => Error::damaged(file, "", 0, error),
    }
}

/// People take a password for protection; this one keeps nobody from the rows.
fn open_password(pages: &mut Pages) -> Option<Note> {
    let message = Message::new("source.note.access_open_password");
    pages.has_open_password().then(|| Note::new("password-without-encryption", "", message))
}

fn lost_objects(count: u64) -> Option<Note> {
    let message = Message::new("source.note.access_lost_objects").with("count", count);
    (count > 0).then(|| Note::new("objects-unreadable", "", message))
}

impl Database {
    fn look_at_objects(&mut self, objects: &[Object]) -> Result<(), Error> {
        for object in objects.iter().filter(|object| object.is_table()) {
            self.look_at(object, objects);
        }
        for object in objects.iter().filter(|object| object.is_linked()) {
            self.add_linked(object);
        }
        if self.probe.tables.is_empty() {
            return Err(Error::Empty { file: self.probe.file.clone() });
        }
        self.add_relationships(objects);
        let queries = objects.iter().filter(|object| object.is_query()).count();
        if queries > 0 {
            let message = Message::new("source.note.access_queries").with("count", queries);
            self.probe.notes.push(Note::new("queries-not-read", "", message));
        }
        self.pages.check(&self.probe.file)
    }

    /// Adds a table to the probe; one that cannot be read stays listed, with a note.
    fn look_at(&mut self, object: &Object, objects: &[Object]) {
        let (name, file) = (object.name(), self.probe.file.clone());
        let mut info = TableInfo { name: name.to_owned(), hidden: object.is_hidden(), ..TableInfo::default() };
        let (pages, writing) = (&mut self.pages, self.writing);
        let found = isolate::run(&file, || {
            let (table, notes) = define(pages, object, objects, writing).map_err(|error| from_jetdb(&file, error))?;
            let start = sample(name, None, |lander| rows(&file, name, pages, &table, lander))?;
            let total = start.total.unwrap_or_else(|| table.count(pages));
            Ok((table, notes, start, total))
        });
        match found {
            Ok((table, notes, start, total)) => {
                self.probe.notes.extend(notes);
                self.probe.notes.extend(table_notes(name, None, true, &start));
                (info.headers, info.primary_key) = (table.headers(), table.primary_key.clone());
                (info.rows, info.sample) = (Some(total), start.rows);
                self.tables.push(Some(table));
            }
            Err(_) => {
                let message = Message::new("source.note.table_unreadable").with("table", name);
                self.probe.notes.push(Note::new("table-unreadable", name, message));
                self.tables.push(None);
            }
        }
        self.probe.tables.push(info);
    }

    fn add_linked(&mut self, object: &Object) {
        let name = object.name();
        let message = Message::new("source.note.access_linked").with("table", name).with("place", &object.link);
        self.probe.notes.push(Note::new("linked-table", name, message));
        let (kind, hidden) = (TableKind::Linked, object.is_hidden());
        self.probe.tables.push(TableInfo { name: name.to_owned(), kind, hidden, ..TableInfo::default() });
        self.tables.push(None);
    }

    fn add_relationships(&mut self, objects: &[Object]) {
        let (pages, writing) = (&mut self.pages, self.writing);
        let found = catalog::relationships(pages, objects, writing);
        let lost = found.as_ref().map_or(1, |found| found.lost);
        if lost > 0 {
            let message = Message::new("source.note.access_relationships").with("count", lost);
            self.probe.notes.push(Note::new("relationships-unreadable", "", message));
        }
        for Relationship { table, to_table, columns, .. } in found.into_iter().flat_map(|found| found.items) {
            let child = self.probe.tables.iter_mut().find(|info| info.name.eq_ignore_ascii_case(&table));
            let (columns, to_columns) = columns.into_iter().unzip();
            if let Some(child) = child {
                child.references.push(Reference { columns, table: to_table, to_columns });
            }
        }
    }

    /// Old files only name a code page, and not always the right one: a person looks at the names.
    fn note_encoding(&mut self, options: &Options) {
        let (Some(encoding), None) = (&self.probe.encoding, &options.encoding) else { return };
        let foreign = |info: &TableInfo| {
            let rows = info.sample.rows();
            let in_rows =
                rows.flat_map(|row| (0..row.len()).map(move |at| row.cell(at))).any(|cell| !cell.text.is_ascii());
            in_rows || !info.name.is_ascii() || info.headers.iter().any(|header| !header.is_ascii())
        };
        if self.probe.tables.iter().any(foreign) {
            let message = Message::new("source.note.access_encoding").with("encoding", encoding);
            self.probe.notes.push(Note::new("encoding-guessed", "", message));
        }
    }
}

/// The table `object` with all that lies elsewhere in the file, and what is odd about that.
fn define(
    pages: &mut Pages,
    object: &Object,
    objects: &[Object],
    writing: Writing,
) -> Result<(Table, Vec<Note>), FileError> {
    let mut table = Table::open(pages, object.name(), object.entry.table_page, writing)?;
    if table.has_calculated() {
        let definition = jetdb::read_table_def(&mut pages.reader, object.name(), table.owner)?;
        table.set_results(&jetdb::calculated_column_types_in(std::slice::from_ref(&object.entry), &definition));
    }
    let mut notes = Vec::new();
    let with_lists = |table: &Table, at: usize| Some((at, table.columns.get(at)?.complex_id?));
    let wanted: Vec<(usize, u32)> = (0..table.columns.len()).filter_map(|at| with_lists(&table, at)).collect();
    if wanted.is_empty() {
        return Ok((table, notes));
    }
    let known = catalog::lists(pages, objects, writing)?.items;
    for (at, complex_id) in wanted {
        let place = known.iter().find(|place| place.complex_id == complex_id);
        let lists = place.and_then(|place| Complex::open(pages, place.owner, place.type_owner, writing).ok());
        let lost = lists.as_ref().map_or(0, |lists| lists.lost);
        if lost > 0 {
            let message = Message::new("source.note.access_lost_values").with("count", lost);
            let message = message.with("header", &table.columns[at].name);
            notes.push(Note::new("values-unreadable", object.name(), message).in_column(at as u32 + 1));
        }
        if let Some(lists) = lists {
            table.set_lists(at, lists);
        }
    }
    Ok((table, notes))
}

/// Gives every row of `table` to `lander`. The rows are read in a thread of their own.
fn rows(
    file: &str,
    name: &str,
    pages: &mut Pages,
    table: &Table,
    lander: &mut Lander<'_, '_>,
) -> Result<ReadSummary, Error> {
    lander.keep_blank_rows();
    let take = |batch: Batch| {
        lander.check()?;
        batch.lost.iter().for_each(|row| lander.skip(*row, "source.skip.unreadable"));
        lander.done.0 = batch.rows.rows().next_back().map_or(lander.done.0, |row| row.number());
        lander.rows(&batch.rows)
    };
    let odd = isolate::stream(file, |sender| send(file, pages, table, &sender), take)?;
    lander.finish(odd.into_notes(name, &table.headers()), false)
}

/// Runs in the reader thread: sends all rows of `table`.
fn send(file: &str, pages: &mut Pages, table: &Table, sender: &SyncSender<Batch>) -> Result<odd::Oddities, Error> {
    let (mut rows, mut batch) = (Rows::new(pages, table), Batch::default());
    while rows.next(pages, &mut batch) {
        pages.check(file)?;
        if Rows::is_full(&batch) && sender.send(std::mem::take(&mut batch)).is_err() {
            return Ok(rows.odd);
        }
    }
    pages.check(file)?;
    // Where nobody takes it, reading ended with an error that is already known.
    let _ = sender.send(batch);
    Ok(rows.odd)
}

impl Source for Database {
    fn probe(&self) -> &Probe {
        &self.probe
    }

    fn read(&mut self, table: usize, sink: &mut Sink<'_>, watch: &dyn Watch) -> Result<ReadSummary, Error> {
        let file = &self.probe.file;
        let info = self.probe.table(table)?;
        self.stamp.check(&self.path, file)?;
        if info.kind == TableKind::Linked {
            return Ok(ReadSummary::default());
        }
        let plan = self.tables.get(table).and_then(Option::as_ref);
        let plan = plan.ok_or_else(|| Error::damaged(file, &info.name, 0, "its definition cannot be read"))?;
        let mut lander = Lander::new(&info.name, None, sink, watch);
        lander.done = (0, info.rows);
        let summary = rows(file, &info.name, &mut self.pages, plan, &mut lander)?;
        self.stamp.check(&self.path, file)?;
        Ok(summary)
    }
}
