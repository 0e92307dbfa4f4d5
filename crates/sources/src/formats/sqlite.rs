//! SQLite files: every table and view, read without a single write, not even beside the file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{CellKind, Message, RowBlock, Watch};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row};

use super::Format;
use crate::error::Error;
use crate::isolate;
use crate::lander::{Lander, sample, table_notes};
use crate::limits::{SQLITE_VALUE, SQLITE_VIEW_KILOSTEPS};
use crate::number;
use crate::scan::{Scan, Stamp};
use crate::source::{Note, Options, Probe, ReadSummary, Sink, Source, TableInfo, TableKind};

/// SQLite files.
pub(crate) const FORMAT: Format =
    Format { code: "sqlite", extensions: &["sqlite", "sqlite3", "db", "db3"], recognises, open };

fn recognises(scan: &Scan) -> bool {
    scan.head.starts_with(b"SQLite format 3\0")
}

/// An SQLite file that has been opened.
struct Database {
    path: PathBuf,
    stamp: Stamp,
    connection: Connection,
    /// Thousands of steps since the last read began; views are stopped by it.
    steps: Arc<AtomicU64>,
    probe: Probe,
}

fn open(path: &Path, scan: Scan, _options: &Options) -> Result<Box<dyn Source>, Error> {
    let file = scan.file.clone();
    isolate::run(&file, || Ok(Box::new(look_at(path, scan)?) as Box<dyn Source>))
}

fn look_at(path: &Path, scan: Scan) -> Result<Database, Error> {
    let file = scan.file;
    let steps = Arc::new(AtomicU64::new(0));
    let failed = |error| from_sqlite(&file, "", 0, &error);
    let connection = connect(path, &steps).map_err(failed)?;
    let probe = Probe {
        file: file.clone(),
        format: FORMAT.code,
        sha256: scan.sha256,
        bytes: scan.bytes,
        notes: crate::name_note(&file, &FORMAT).into_iter().collect(),
        ..Probe::default()
    };
    let mut database = Database { path: path.to_owned(), stamp: scan.stamp, connection, steps, probe };
    for (name, kind) in database.list().map_err(failed)? {
        database.look_at(name, kind);
    }
    if database.probe.tables.is_empty() { Err(Error::Empty { file }) } else { Ok(database) }
}

/// Opens the database for reading only. Without a write-ahead log beside it the file is taken as
/// unchanging, so that SQLite neither locks it nor makes files in its folder.
fn connect(path: &Path, steps: &Arc<AtomicU64>) -> rusqlite::Result<Connection> {
    let mut log: OsString = path.as_os_str().to_owned();
    log.push("-wal");
    let has_log = fs_err::metadata(Path::new(&log)).is_ok_and(|log| log.len() > 0);
    let mode = if has_log { "mode=ro" } else { "immutable=1" };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(format!("{}?{mode}", file_uri(path)), flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, SQLITE_VALUE)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    let counted = Arc::clone(steps);
    let count = move || counted.fetch_add(1, Ordering::Relaxed) >= SQLITE_VIEW_KILOSTEPS;
    connection.progress_handler(1_000, Some(count))?;
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
        _ => Error::damaged(file, table, row, error),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Database {
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
            }
            Err(_) => {
                let message = Message::new("source.note.table_unreadable").with("table", &name);
                self.probe.notes.push(Note::new("table-unreadable", &name, message));
            }
        }
        self.probe.tables.push(info);
    }

    fn columns(&self, table: &str) -> Result<Vec<String>, Error> {
        // As bytes: the names in a damaged file need not be UTF-8.
        const COLUMNS: &str = "SELECT CAST(name AS BLOB) FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid";
        let failed = |error| self.failed(table, 0, &error);
        let mut statement = self.connection.prepare(COLUMNS).map_err(failed)?;
        let name = |row: &Row<'_>| Ok(String::from_utf8_lossy(row.get_ref(0)?.as_bytes()?).into_owned());
        let names = statement.query_map([table], name).map_err(failed)?;
        names.collect::<rusqlite::Result<_>>().map_err(failed)
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
        let no_table = || Error::NoSuchTable { file: file.clone(), table };
        let info = self.probe.tables.get(table).ok_or_else(no_table)?;
        self.stamp.check(&self.path, file)?;
        self.steps.store(0, Ordering::Relaxed);
        let mut lander = Lander::new(&info.name, None, sink, watch).keeping_blank_rows();
        let summary = self.rows(&info.name, info.kind, info.rows, &mut lander)?;
        self.stamp.check(&self.path, file)?;
        Ok(summary)
    }
}
