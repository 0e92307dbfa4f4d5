//! SQLite files: every table and view, read without a single write, not even beside the file.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{CellKind, Message, RowBlock, Watch};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row};

use super::{Format, unsupported};
use crate::error::Error;
use crate::input::Input;
use crate::isolate;
use crate::lander::{Lander, sample, table_notes};
use crate::limits::{SQLITE_PREVIEW_KILOSTEPS, SQLITE_VALUE, SQLITE_VIEW_KILOSTEPS};
use crate::number;
use crate::scan::{Scan, Stamp};
use crate::source::{Note, Options, Probe, ReadSummary, Reference, Secret, Sink, Source, TableInfo, TableKind};

/// SQLite files.
pub(crate) const FORMAT: Format =
    Format { code: "sqlite", extensions: &["sqlite", "sqlite3", "db", "db3"], recognises, open };

/// SQLite files under a password, as SQLCipher writes them. They begin with no mark and look like
/// chance, so that only the password or the name of the file can tell.
pub(crate) const ENCRYPTED: Format =
    Format { code: FORMAT.code, extensions: &[], recognises: may_be_encrypted, open: open_encrypted };

/// First bytes of an SQLite file.
const MARK: &[u8] = b"SQLite format 3\0";

/// Sizes of encrypted pages are multiples of this.
const SMALLEST_PAGE: u64 = 512;

/// Versions of SQLCipher's defaults, the newest first.
const CIPHERS: [u8; 4] = [4, 3, 2, 1];

fn recognises(scan: &Scan) -> bool {
    scan.head.starts_with(MARK)
}

fn may_be_encrypted(scan: &Scan) -> bool {
    /// Bytes looked at, and how often one value may come up among them by chance.
    const LOOK: usize = 4096;
    const MOST: usize = 56;
    if !scan.size().is_multiple_of(SMALLEST_PAGE) || unsupported::mark(scan).is_some() {
        return false;
    }
    let head = scan.head.get(..LOOK).unwrap_or(&scan.head);
    let mut counts = [0usize; 256];
    for byte in head {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let different = counts.iter().filter(|count| **count > 0).count();
    different > head.len().min(1024) / 5 && counts.iter().all(|count| *count < MOST)
}

fn open_encrypted(path: &Path, scan: Scan, options: &Options) -> Result<Box<dyn Source>, Error> {
    let named = FORMAT.extensions.contains(&scan.extension().as_str()) || scan.extension() == "sqlcipher";
    if !matches!(scan.input, Input::File(_)) {
        let inside = Error::NotSupportedYet { file: scan.file.clone(), what: "source.kind.inside" };
        return Err(if named { inside } else { unsupported::name(&scan) });
    }
    let Some(password) = &options.password else {
        let file = scan.file.clone();
        return Err(if named { Error::PasswordNeeded { file } } else { unsupported::name(&scan) });
    };
    let steps = Arc::new(AtomicU64::new(0));
    let opens = |cipher: &u8| unlock(path, &steps, password, *cipher).ok();
    match isolate::run(&scan.file, || Ok(CIPHERS.iter().find_map(opens)))? {
        Some(connection) => isolate::run(&scan.file.clone(), || database(path, scan, connection, steps)),
        None if named => Err(Error::WrongPassword { file: scan.file }),
        None => Err(unsupported::name(&scan)),
    }
}

/// Opens the database at `path` with `password`; an error where that does not fit.
fn unlock(path: &Path, steps: &Arc<AtomicU64>, password: &Secret, cipher: u8) -> rusqlite::Result<Connection> {
    let connection = connect(path)?;
    // What does not open is told by the error, not on the console.
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    connection.pragma_update(None, "key", password.expose())?;
    connection.pragma_update(None, "cipher_compatibility", cipher)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    harden(connection, steps)
}

/// An SQLite file that has been opened.
struct Database {
    path: PathBuf,
    stamp: Stamp,
    connection: Connection,
    /// Thousands of steps since the last read began; views are stopped by it.
    steps: Arc<AtomicU64>,
    /// How many of them are waited for.
    most: Arc<AtomicU64>,
    probe: Probe,
}

fn open(path: &Path, scan: Scan, _options: &Options) -> Result<Box<dyn Source>, Error> {
    let file = scan.file.clone();
    isolate::run(&file, || {
        let steps = Arc::new(AtomicU64::new(0));
        let connection = match &scan.input {
            Input::Memory { .. } => {
                let mut bytes = Vec::new();
                let mut reader = scan.input.seekable(&scan.file)?;
                reader.read_to_end(&mut bytes).map_err(|error| Error::from_io(&scan.file, error))?;
                from_memory(bytes)
            }
            _ => connect(path),
        };
        let connection = connection.and_then(|connection| harden(connection, &steps));
        let connection = connection.map_err(|error| from_sqlite(&scan.file, "", 0, &error))?;
        database(path, scan, connection, steps)
    })
}

/// The source for an opened database.
fn database(
    path: &Path,
    mut scan: Scan,
    connection: Connection,
    steps: Arc<AtomicU64>,
) -> Result<Box<dyn Source>, Error> {
    let file = scan.file.clone();
    let path = if scan.input.is_plain() { path } else { scan.input.path() };
    let probe = Probe {
        file: file.clone(),
        format: FORMAT.code,
        notes: crate::name_note(scan.inner_name(), &FORMAT).into_iter().collect(),
        ..Probe::default()
    };
    let most = Arc::new(AtomicU64::new(SQLITE_PREVIEW_KILOSTEPS));
    let stamp = scan.stamp.clone();
    let mut database = Database { path: path.to_owned(), stamp, connection, steps, most, probe };
    database.limit_steps().map_err(|error| from_sqlite(&file, "", 0, &error))?;
    for (name, kind) in database.list().map_err(|error| from_sqlite(&file, "", 0, &error))? {
        database.look_at(name, kind);
    }
    database.most.store(SQLITE_VIEW_KILOSTEPS, Ordering::Relaxed);
    let sums = scan.sums()?;
    (database.probe.sha256, database.probe.bytes) = (sums.sha256.clone(), sums.bytes);
    if database.probe.tables.is_empty() { Err(Error::Empty { file }) } else { Ok(Box::new(database)) }
}

/// For reading only, by URI, from one thread at a time.
const FLAGS: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_URI).union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Opens the database so that nothing is written in its folder, not even what SQLite itself makes
/// there to read a write-ahead log:
/// - without a log, the file is taken as unchanging;
/// - a log that nobody has open is read without locks, with its index in memory;
/// - beside a program that has it open, the index of that program is read and not written to.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    const NO_LOCKS: &str = if cfg!(windows) { "mode=ro&vfs=win32-none" } else { "mode=ro&vfs=unix-none" };
    let (log, index) = (beside(path, "-wal"), beside(path, "-shm"));
    let alone = log && !index;
    let how = match (log, index) {
        (false, _) => "immutable=1",
        (true, false) => NO_LOCKS,
        (true, true) => "mode=ro&readonly_shm=1",
    };
    let connection = Connection::open_with_flags(format!("{}?{how}", file_uri(path)), FLAGS)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    if alone {
        connection.pragma_update(None, "locking_mode", "exclusive")?;
    }
    Ok(connection)
}

/// Whether there is a file with something in it that is named like the one at `path`, with `ending`.
fn beside(path: &Path, ending: &str) -> bool {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    fs_err::metadata(Path::new(&name)).is_ok_and(|found| found.len() > 0)
}

/// A database whose file is in memory.
fn from_memory(mut bytes: Vec<u8>) -> rusqlite::Result<Connection> {
    /// Where the header says whether there is a log, which a database in memory cannot have.
    const VERSIONS: std::ops::Range<usize> = 18..20;
    if let Some(versions) = bytes.get_mut(VERSIONS) {
        versions.fill(1);
    }
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact("main", bytes.as_slice(), bytes.len(), true)?;
    Ok(connection)
}

/// Takes from a connection whatever a database made to do harm could use.
fn harden(connection: Connection, steps: &Arc<AtomicU64>) -> rusqlite::Result<Connection> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, SQLITE_VALUE)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // What a view sorts or gathers must never lie on the disk in the clear.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "query_only", true)?;
    steps.store(0, Ordering::Relaxed);
    Ok(connection)
}

/// The path as SQLite's URI: every byte that means something in a URI is escaped.
fn file_uri(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let plain = path.to_string_lossy().replace('\\', "/");
    let mut uri = String::from(if plain.starts_with('/') { "file:" } else { "file:/" });
    for byte in plain.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

fn from_sqlite(file: &str, table: &str, row: u64, error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::PermissionDenied) => {
            Error::Locked { file: file.to_owned() }
        }
        Some(ErrorCode::TooBig | ErrorCode::OutOfMemory | ErrorCode::OperationInterrupted) => {
            Error::too_large(file, table, row)
        }
        Some(ErrorCode::SystemIoFailure) => {
            let source = std::io::Error::other(error.to_string());
            Error::Io { file: file.to_owned(), source }
        }
        _ => Error::damaged(file, table, row, error),
    }
}

/// Text in column `column`; the names in a damaged file need not be UTF-8.
fn text_of(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(String::from_utf8_lossy(row.get_ref(column)?.as_bytes()?).into_owned())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Database {
    fn limit_steps(&mut self) -> rusqlite::Result<()> {
        let (counted, most) = (Arc::clone(&self.steps), Arc::clone(&self.most));
        let count = move || counted.fetch_add(1, Ordering::Relaxed) >= most.load(Ordering::Relaxed);
        self.connection.progress_handler(1_000, Some(count))
    }

    fn list(&self) -> rusqlite::Result<Vec<(String, TableKind)>> {
        const TABLES: &str = "SELECT name, type FROM sqlite_schema \
            WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
              AND (sql IS NULL OR sql NOT LIKE 'CREATE VIRTUAL%') ORDER BY rowid";
        let mut statement = self.connection.prepare(TABLES)?;
        let kind = |word: String| if word == "view" { TableKind::View } else { TableKind::Table };
        let rows = statement.query_map([], |row| Ok((row.get(0)?, kind(row.get(1)?))))?;
        rows.collect()
    }

    /// Adds a table to the probe; one that cannot be read stays listed, with a note.
    fn look_at(&mut self, name: String, kind: TableKind) {
        self.steps.store(0, Ordering::Relaxed);
        let mut info = TableInfo { name: name.clone(), kind, ..TableInfo::default() };
        let columns = self.columns(&name);
        let start = columns.and_then(|columns| {
            let rows = |lander: &mut Lander<'_, '_>| self.rows(&name, kind, None, lander);
            Ok((columns, sample(&name, None, rows)?))
        });
        match start {
            Ok((columns, start)) => {
                self.probe.notes.extend(table_notes(&name, None, true, &start));
                info.rows = start.total.or_else(|| self.count(&name, kind));
                (info.headers, info.sample) = (columns, start.rows);
                if kind == TableKind::Table {
                    info.primary_key = self.primary_key(&name).unwrap_or_default();
                    info.references = self.references(&name).unwrap_or_default();
                }
            }
            Err(_) => {
                let message = Message::new("source.note.table_unreadable").with("table", &name);
                self.probe.notes.push(Note::new("table-unreadable", &name, message));
            }
        }
        self.probe.tables.push(info);
    }

    fn columns(&self, table: &str) -> Result<Vec<String>, Error> {
        const COLUMNS: &str = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid";
        let failed = |error| self.failed(table, 0, &error);
        let mut statement = self.connection.prepare(COLUMNS).map_err(failed)?;
        let names = statement.query_map([table], |row| text_of(row, 0)).map_err(failed)?;
        names.collect::<rusqlite::Result<_>>().map_err(failed)
    }

    fn primary_key(&self, table: &str) -> rusqlite::Result<Vec<String>> {
        const KEY: &str = "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk";
        let mut statement = self.connection.prepare(KEY)?;
        let names = statement.query_map([table], |row| text_of(row, 0))?;
        names.collect()
    }

    /// What the table declares about rows of others. Columns that it leaves to the other table's
    /// primary key are those of that key.
    fn references(&self, table: &str) -> rusqlite::Result<Vec<Reference>> {
        const LINKS: &str = "SELECT id, \"table\", \"from\", coalesce(\"to\", '') \
            FROM pragma_foreign_key_list(?1) ORDER BY id DESC, seq";
        let mut statement = self.connection.prepare(LINKS)?;
        let link = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, text_of(row, 1)?, text_of(row, 2)?, text_of(row, 3)?));
        let mut found: Vec<(i64, Reference)> = Vec::new();
        for link in statement.query_map([table], link)? {
            let (id, to_table, from, to) = link?;
            if found.last().is_none_or(|(last, _)| *last != id) {
                found.push((id, Reference { table: to_table, ..Reference::default() }));
            }
            if let Some((_, reference)) = found.last_mut() {
                reference.columns.push(from);
                reference.to_columns.extend((!to.is_empty()).then_some(to));
            }
        }
        for (_, reference) in found.iter_mut().filter(|(_, reference)| reference.to_columns.is_empty()) {
            reference.to_columns = self.primary_key(&reference.table)?;
        }
        Ok(found.into_iter().map(|(_, reference)| reference).collect())
    }

    fn count(&self, table: &str, kind: TableKind) -> Option<u64> {
        let sql = format!("SELECT count(*) FROM {}", quoted(table));
        let count = || self.connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).ok();
        (kind == TableKind::Table).then(count).flatten().and_then(|count| u64::try_from(count).ok())
    }

    fn failed(&self, table: &str, row: u64, error: &rusqlite::Error) -> Error {
        from_sqlite(&self.probe.file, table, row, error)
    }

    /// Gives every row of `table` to `lander`, in the order in which they were added where the
    /// table keeps it.
    fn rows(
        &self,
        table: &str,
        kind: TableKind,
        total: Option<u64>,
        lander: &mut Lander<'_, '_>,
    ) -> Result<ReadSummary, Error> {
        lander.keep_blank_rows();
        let failed = |row: u64| move |error: rusqlite::Error| self.failed(table, row, &error);
        let by_rowid = format!("SELECT * FROM {} ORDER BY _rowid_", quoted(table));
        let as_is = format!("SELECT * FROM {}", quoted(table));
        let mut statement = match self.connection.prepare(&by_rowid) {
            Ok(statement) if kind == TableKind::Table => statement,
            _ => self.connection.prepare(&as_is).map_err(failed(0))?,
        };
        let columns = statement.column_count();
        let (mut rows, mut number, mut reader) = (statement.query([]).map_err(failed(0))?, 0, Values::default());
        while let Some(row) = rows.next().map_err(failed(number))? {
            number += 1;
            let block = reader.take(row, number, columns).map_err(failed(number))?;
            lander.done = (number, total);
            if let Some(row) = block.row(0) {
                lander.row(number, &row)?;
            }
            if kind == TableKind::Table {
                self.steps.store(0, Ordering::Relaxed);
            }
        }
        lander.finish(reader.into_notes(table), false)
    }
}

/// Turns the values of a row into cells.
#[derive(Default)]
struct Values {
    row: RowBlock,
    text: String,
    bad_texts: u64,
    first_bad: (u64, u32),
}

impl Values {
    fn take(&mut self, row: &Row<'_>, number: u64, columns: usize) -> rusqlite::Result<&RowBlock> {
        self.row.clear();
        for (column, place) in (0..columns).zip(1..) {
            self.text.clear();
            let kind = match row.get_ref(column)? {
                ValueRef::Null => CellKind::Empty,
                ValueRef::Integer(value) => {
                    self.text.push_str(&value.to_string());
                    CellKind::Number
                }
                ValueRef::Real(value) => {
                    number::write(&mut self.text, value);
                    if value.is_finite() { CellKind::Number } else { CellKind::Text }
                }
                ValueRef::Text(bytes) => self.text(bytes, number, place),
                ValueRef::Blob(bytes) => {
                    bytes.iter().for_each(|byte| self.text.push_str(&format!("{byte:02x}")));
                    CellKind::Bytes
                }
            };
            self.row.push_cell(kind, &self.text);
        }
        self.row.end_row(number);
        Ok(&self.row)
    }

    fn text(&mut self, bytes: &[u8], number: u64, place: u32) -> CellKind {
        let text = String::from_utf8_lossy(bytes);
        if let std::borrow::Cow::Owned(_) = text {
            self.bad_texts += 1;
            if self.bad_texts == 1 {
                self.first_bad = (number, place);
            }
        }
        self.text.push_str(&text);
        CellKind::Text
    }

    fn into_notes(self, table: &str) -> Vec<Note> {
        let (row, column) = self.first_bad;
        let message = Message::new("source.note.replaced").with("count", self.bad_texts);
        let message = message.with("row", row).with("column", column);
        let note = || Note::new("replaced-bytes", table, message).at(row).in_column(column);
        (self.bad_texts > 0).then(note).into_iter().collect()
    }
}

impl Source for Database {
    fn probe(&self) -> &Probe {
        &self.probe
    }

    fn read(&mut self, table: usize, sink: &mut Sink<'_>, watch: &dyn Watch) -> Result<ReadSummary, Error> {
        let file = &self.probe.file;
        let info = self.probe.table(table)?;
        self.stamp.check(&self.path, file)?;
        self.steps.store(0, Ordering::Relaxed);
        let mut lander = Lander::new(&info.name, None, sink, watch).keeping_blank_rows();
        let summary = self.rows(&info.name, info.kind, info.rows, &mut lander)?;
        self.stamp.check(&self.path, file)?;
        Ok(summary)
    }
}
