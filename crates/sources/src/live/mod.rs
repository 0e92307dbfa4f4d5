//! Database servers as sources: MySQL, MariaDB and PostgreSQL, read as they stand at one moment while the
//! school goes on working. Nothing is ever written; a login that may only read is enough.

mod address;
mod cells;
mod fault;
mod mysql;
mod postgres;
mod server;

use std::path::Path;

use model::{Message, RowBlock, Silent, Watch};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use self::address::{Address, Kind, Tls};
use self::cells::Odd;
use self::fault::Fault;
use self::mysql::MySql;
use self::postgres::Postgres;
use self::server::{Catalog, Server, Table, count, read, try_run};
use crate::disk::Disk;
use crate::error::Error;
use crate::isolate;
use crate::lander::{Lander, Sample, sample, table_notes};
use crate::limits::{SAMPLE_BYTES, SAMPLE_ROWS, SERVER_CONNECT};
use crate::pace::watched;
use crate::scan::file_name;
use crate::source::{Note, Options, Probe, ReadSummary, Secret, Sink, Source, TableInfo, TableKind};

/// Bytes of a row above which fewer rows are sampled: the rest of a sample must be read and thrown away.
const WIDE_ROW: u64 = 64 * 1024;

/// Whether `text` is the address of a database server, such as `mysql://user@host/database`, and no file.
#[must_use]
pub fn is_address(text: &str) -> bool {
    Kind::of(text.trim()).is_some()
}

/// Connects to the database at `address` and looks at all its tables, in one snapshot that later reads see too.
///
/// The password of `options` wins over one in the address. Neither it nor the user shows in the probe, in a
/// note or in an error. It blocks and must not be called from inside an async runtime; so must dropping it not.
///
/// # Errors
///
/// [`Error::BadAddress`], [`Error::Unreachable`], [`Error::Insecure`], [`Error::PasswordNeeded`],
/// [`Error::WrongPassword`], [`Error::NoRight`], [`Error::NoDatabase`], [`Error::Empty`] where there is no
/// table, what the system says about the file of a certificate authority, or what breaks off the look at the
/// tables.
pub fn open(address: &str, options: &Options) -> Result<Box<dyn Source>, Error> {
    open_watched(address, options, &Silent)
}

/// As [`open`]. How far it is cannot be told.
///
/// # Errors
///
/// As [`open`]; [`Error::Cancelled`] at once where the person stops it.
pub fn open_watched(address: &str, options: &Options, watch: &dyn Watch) -> Result<Box<dyn Source>, Error> {
    let (address, options) = (Address::parse(address)?, options.clone());
    watched(&address.to_string(), watch, move |_| open_here(&address, &options))
}

fn open_here(address: &Address, options: &Options) -> Result<Box<dyn Source>, Error> {
    let password = options.password.as_ref().or(address.password.as_ref());
    if let Some(authority) = address.authority.as_deref().map(Path::new) {
        Disk::at(authority).open(&file_name(authority))?;
    }
    isolate::run(&address.to_string(), || match address.kind {
        Kind::MySql => Ok(Box::new(Live::<MySql>::open(address, password)?) as Box<dyn Source>),
        Kind::Postgres => Ok(Box::new(Live::<Postgres>::open(address, password)?) as Box<dyn Source>),
    })
}

/// A database that has been opened.
struct Live<S> {
    probe: Probe,
    tables: Vec<Table>,
    runtime: Runtime,
    /// Gone after a read that broke off: another connection would see another moment.
    server: Option<S>,
}

impl<S: Server> Live<S> {
    fn open(address: &Address, password: Option<&Secret>) -> Result<Self, Error> {
        let file = address.to_string();
        let failed = |fault: Fault| fault.error(&file, "", 0, password.is_some());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::from_io(&file, error))?;
        let connected = runtime.block_on(connect::<S>(address, password));
        let (server, catalog) = match connected {
            Ok(connected) => connected,
            Err(fault) => {
                // A name that does not resolve must not hold the person up any longer.
                runtime.shutdown_background();
                return Err(failed(fault));
            }
        };
        let probe = Probe { file, format: S::FORMAT, notes: notes(address, &catalog), ..Probe::default() };
        let mut live = Self { probe, tables: catalog.tables, runtime, server: Some(server) };
        live.look_at_all()?;
        Ok(live)
    }

    fn look_at_all(&mut self) -> Result<(), Error> {
        self.set(S::HURRY)?;
        let mut refusals = 0;
        for table in 0..self.tables.len() {
            refusals += u64::from(!self.look_at(table)?);
        }
        self.set(S::CALM)?;
        let file = self.probe.file.clone();
        match self.tables.len() as u64 {
            0 => Err(Error::Empty { file }),
            tables if tables == refusals => Err(Error::NoRight { file }),
            _ => Ok(()),
        }
    }

    fn set(&mut self, statements: &[&str]) -> Result<(), Error> {
        let Some(server) = &mut self.server else { return Err(lost(&self.probe.file)) };
        let result = self.runtime.block_on(try_run(server, statements));
        result.map_err(|fault| fault.error(&self.probe.file, "", 0, false))
    }

    /// Adds a table to the probe; one that cannot be read stays listed, with a note. Tells whether the
    /// login may read it.
    fn look_at(&mut self, at: usize) -> Result<bool, Error> {
        let table = self.tables[at].clone();
        let mut info = TableInfo { name: table.name.clone(), kind: table.kind, ..TableInfo::default() };
        info.headers = table.columns.iter().map(|column| column.name.clone()).collect();
        let start = self.start(at, &table);
        let refusal = match start {
            Ok((start, rows)) => {
                self.probe.notes.extend(table_notes(&table.name, None, true, &start));
                self.probe.notes.extend(table_warnings(&table));
                (info.rows, info.sample) = (rows, start.rows);
                (info.primary_key, info.references) = (table.primary_key, table.references);
                None
            }
            Err(error) if self.server.is_none() => return Err(error),
            Err(error) => Some(error),
        };
        self.probe.notes.extend(refusal.as_ref().map(|error| refused(&info.name, error)));
        self.probe.tables.push(info);
        Ok(!matches!(refusal, Some(Error::NoRight { .. })))
    }

    /// The first rows of a table and, where that is cheap, how many there are.
    fn start(&mut self, at: usize, table: &Table) -> Result<(Sample, Option<u64>), Error> {
        if table.columns.is_empty() {
            let (file, table) = (self.probe.file.clone(), table.name.clone());
            return Err(Error::ServerRefused { file, table, code: "no columns".to_owned() });
        }
        let rows = if table.kind == TableKind::Table { self.count(table)? } else { None };
        let limit = sample_limit(table, rows);
        let start = sample(&table.name, None, |lander| self.rows(at, Some(limit), lander, &Silent))?;
        let ended = start.total.filter(|total| *total < limit);
        Ok((start, rows.or(ended)))
    }

    /// `None` where counting takes too long.
    fn count(&mut self, table: &Table) -> Result<Option<u64>, Error> {
        let Some(server) = &mut self.server else { return Err(lost(&self.probe.file)) };
        match self.runtime.block_on(count(server, table)) {
            Ok(rows) => Ok(Some(rows)),
            Err(Fault::Refused(_)) => Ok(None),
            Err(fault) => {
                if !fault.leaves_the_session() {
                    self.server = None;
                }
                Err(fault.error(&self.probe.file, &table.name, 0, false))
            }
        }
    }

    /// Gives the rows of table `at` to `lander`. A sample (`limit`) is read to its end even where `lander`
    /// has enough, because the connection has to stay.
    fn rows(
        &mut self,
        at: usize,
        limit: Option<u64>,
        lander: &mut Lander<'_, '_>,
        watch: &dyn Watch,
    ) -> Result<ReadSummary, Error> {
        let (file, table, runtime) = (self.probe.file.clone(), &self.tables[at], &self.runtime);
        let total = self.probe.tables.get(at).and_then(|info| info.rows);
        let mut server = self.server.take().ok_or_else(|| lost(&file))?;
        let mut enough = None;
        let taking = |block: RowBlock| {
            if enough.is_none() {
                let taken = land(&block, lander, total);
                match taken {
                    Err(error) if limit.is_some() => enough = Some(error),
                    taken => return taken,
                }
            }
            Ok(())
        };
        let (server, outcome) = isolate::stream(
            &file,
            |sender| {
                let mut give = |block: RowBlock| sender.send(block).is_ok();
                let outcome = runtime.block_on(read(&mut server, table, limit, watch, &mut give));
                Ok((server, outcome))
            },
            taking,
        )?;
        if outcome.as_ref().map_or_else(|(fault, _)| fault.leaves_the_session(), |_| true) {
            self.server = Some(server);
        }
        let cells = outcome.map_err(|(fault, row)| fault.error(&file, &table.name, row, false))?;
        match enough {
            Some(error) => Err(error),
            None => lander.finish(Odd::notes(cells.odd, &table.name), false),
        }
    }
}

fn land(block: &RowBlock, lander: &mut Lander<'_, '_>, total: Option<u64>) -> Result<(), Error> {
    lander.check()?;
    for row in block.rows() {
        lander.done = (row.number(), total);
        lander.row(row.number(), &row)?;
    }
    Ok(())
}

async fn connect<S: Server>(address: &Address, password: Option<&Secret>) -> Result<(S, Catalog), Fault> {
    let connecting = async {
        match S::connect(address, password, address.tls).await {
            // An old server may speak only encryption that is no longer safe; nothing was demanded.
            Err(Fault::Insecure | Fault::Lost) if address.tls == Tls::Preferred => {
                S::connect(address, password, Tls::Off).await
            }
            result => result,
        }
    };
    let connected = timeout(SERVER_CONNECT, connecting).await;
    let mut server = connected.unwrap_or(Err(Fault::Unreachable)).map_err(Fault::while_connecting)?;
    let catalog = server.catalog().await?;
    Ok((server, catalog))
}

fn lost(file: &str) -> Error {
    Error::ServerLost { file: file.to_owned() }
}

/// How many rows a sample asks for: one more than it needs where rows are of ordinary size.
fn sample_limit(table: &Table, rows: Option<u64>) -> u64 {
    let all = SAMPLE_ROWS as u64 + 1;
    match rows {
        Some(rows) if rows > 0 && table.bytes / rows > WIDE_ROW => {
            (SAMPLE_BYTES as u64 * rows / table.bytes + 1).min(all)
        }
        _ => all,
    }
}

/// What a person should know about the connection.
fn notes(address: &Address, catalog: &Catalog) -> Vec<Note> {
    let note = |code, key, holds: bool| holds.then(|| Note::new(code, "", Message::new(key).with("file", address)));
    let elsewhere = address.is_elsewhere();
    let unverified = elsewhere && catalog.encrypted && !address.verifies();
    let notes = [
        note("not-encrypted", "source.note.not_encrypted", elsewhere && !catalog.encrypted),
        note("server-unverified", "source.note.server_unverified", unverified),
        note("login-may-write", "source.note.login_may_write", catalog.may_write),
    ];
    notes.into_iter().flatten().collect()
}

fn table_warnings(table: &Table) -> Vec<Note> {
    let name = &table.name;
    let note = |code, key, holds: bool| holds.then(|| Note::new(code, name, Message::new(key).with("table", name)));
    let moves = table.kind == TableKind::Table && !table.in_snapshot;
    let notes = [
        note("outside-snapshot", "source.note.outside_snapshot", moves),
        note("rows-filtered", "source.note.rows_filtered", table.filtered),
    ];
    notes.into_iter().flatten().collect()
}

/// The note about a table that the server would not give.
fn refused(table: &str, error: &Error) -> Note {
    match error {
        Error::NoRight { .. } => {
            Note::new("no-right", table, Message::new("source.note.no_right").with("table", table))
        }
        Error::ServerRefused { code, .. } => {
            let message = Message::new("source.note.server_refused").with("table", table).with("code", code);
            Note::new("table-unreadable", table, message)
        }
        _ => Note::new("table-unreadable", table, Message::new("source.note.table_gone").with("table", table)),
    }
}

impl<S: Server> Source for Live<S> {
    fn probe(&self) -> &Probe {
        &self.probe
    }

    fn read(&mut self, table: usize, sink: &mut Sink<'_>, watch: &dyn Watch) -> Result<ReadSummary, Error> {
        let file = self.probe.file.clone();
        let info = self.probe.table(table)?;
        let (name, counted) = (info.name.clone(), info.rows.filter(|_| self.tables[table].in_snapshot));
        let mut lander = Lander::new(&name, None, sink, watch).keeping_blank_rows();
        let summary = self.rows(table, None, &mut lander, watch)?;
        match counted {
            // In a snapshot these cannot differ, so that a row lost on the way would be seen.
            Some(rows) if rows != summary.landed => {
                Err(Error::damaged(&file, &name, summary.landed, format!("{rows} rows were counted")))
            }
            _ => Ok(summary),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(address: &str, encrypted: bool) -> Vec<&'static str> {
        let address = Address::parse(address).expect("a good address");
        let catalog = Catalog { encrypted, ..Catalog::default() };
        notes(&address, &catalog).into_iter().map(|note| note.code).collect()
    }

    #[test]
    fn a_connection_over_the_network_that_others_could_read_is_told() {
        assert_eq!(codes("mysql://a:rahsia@db.sekolah.my/b", false), ["not-encrypted"]);
        assert_eq!(codes("mysql://a@10.0.0.5/b", true), ["server-unverified"]);
        assert_eq!(codes("mysql://a@10.0.0.5/b?ssl-mode=verify_ca", true), [""; 0]);
        assert_eq!(codes("postgres://a@localhost/b", false), [""; 0], "it never leaves this computer");
    }

    #[test]
    fn only_an_address_is_taken_for_one() {
        for text in ["mysql://a@b/c", " MariaDB://a@b/c", "postgres://x", "postgresql://x"] {
            assert!(is_address(text), "{text}");
        }
        for text in ["murid.sql", "C:\\mysql://x", "mysql:/x", "http://a/b", "", "نام"] {
            assert!(!is_address(text), "{text}");
        }
    }

    #[test]
    fn a_sample_of_wide_rows_is_shorter() {
        let table = |bytes| Table { bytes, ..Table::default() };
        assert_eq!(sample_limit(&table(0), None), 1_001);
        assert_eq!(sample_limit(&table(16_384), Some(1)), 1_001, "one page of a small table");
        assert_eq!(sample_limit(&table(1 << 30), Some(1 << 10)), 5, "a megabyte each: four and one more");
    }
}
