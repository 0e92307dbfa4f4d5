//! A scratch database for one test, and what a source gives from it.

use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};

use model::{CellKind, RowBlock, Silent, Watch};
use sources::{Error, Options, Probe, ReadSummary, Secret, Source, Stop};
use sqlx_core::connection::ConnectOptions as _;
use sqlx_core::raw_sql::raw_sql;
use sqlx_core::sql_str::AssertSqlSafe;
use sqlx_mysql::MySqlConnectOptions;
use sqlx_postgres::PgConnectOptions;
use tokio::runtime::Runtime;

static NUMBER: AtomicU32 = AtomicU32::new(0);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    MySql,
    Postgres,
}

/// A database of its own for one test, dropped at its end.
pub(crate) struct Scratch {
    kind: Kind,
    server: String,
    pub(crate) name: String,
    runtime: Runtime,
}

impl Scratch {
    /// `None`, with a line that says so, where there is no such server.
    pub(crate) fn new(kind: Kind) -> Option<Self> {
        let variable = if kind == Kind::MySql { "DAFTAR_TEST_MYSQL" } else { "DAFTAR_TEST_PG" };
        let Ok(server) = std::env::var(variable) else {
            println!("left out: {variable} is not set; scripts/test starts a server and sets it");
            return None;
        };
        let name = format!("daftar_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let scratch = Self { kind, server, name, runtime };
        scratch.run_at(&scratch.server, &[&format!("CREATE DATABASE {}", scratch.name)]).expect("a new database");
        Some(scratch)
    }

    /// The address of the database.
    pub(crate) fn address(&self) -> String {
        let (start, query) = self.server.split_once('?').unwrap_or((&self.server, ""));
        let (start, _) = start.rsplit_once('/').expect("an address with a database");
        format!("{start}/{}?{query}", self.name).trim_end_matches('?').to_owned()
    }

    /// The same for another login.
    pub(crate) fn address_for(&self, login: &str) -> String {
        let address = self.address();
        let (scheme, rest) = address.split_once("://").expect("a scheme");
        let (_, server) = rest.split_once('@').expect("a login");
        format!("{scheme}://{login}@{server}")
    }

    /// Runs statements as somebody else would, each in one connection of theirs.
    pub(crate) fn run(&self, statements: &[&str]) {
        self.run_at(&self.address(), statements).expect("the test's own SQL");
    }

    pub(crate) fn run_at(&self, address: &str, statements: &[&str]) -> Result<(), sqlx_core::Error> {
        self.runtime.block_on(async {
            let whole = |sql: &str| raw_sql(AssertSqlSafe(sql.to_owned()));
            if self.kind == Kind::MySql {
                let mut connection = MySqlConnectOptions::from_str(address)?.connect().await?;
                for sql in statements {
                    whole(sql).execute(&mut connection).await?;
                }
            } else {
                let mut connection = PgConnectOptions::from_str(address)?.connect().await?;
                for sql in statements {
                    whole(sql).execute(&mut connection).await?;
                }
            }
            Ok(())
        })
    }

    pub(crate) fn open(&self) -> Box<dyn Source> {
        open(&self.address()).expect("the test's database opens")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let force = if self.kind == Kind::MySql { "" } else { " WITH (FORCE)" };
        drop(self.run_at(&self.server, &[&format!("DROP DATABASE IF EXISTS {}{force}", self.name)]));
    }
}

pub(crate) fn open(address: &str) -> Result<Box<dyn Source>, Error> {
    sources::open_address(address, &Options::default())
}

pub(crate) fn open_with(address: &str, password: &str) -> Result<Box<dyn Source>, Error> {
    let password = Some(Secret::new(password.to_owned()));
    sources::open_address(address, &Options { password, ..Options::default() })
}

/// The error of opening `address`.
pub(crate) fn refusal(address: &str) -> Error {
    open(address).err().expect("it does not open")
}

pub(crate) fn place(probe: &Probe, table: &str) -> usize {
    probe.tables.iter().position(|info| info.name == table).unwrap_or_else(|| panic!("no table {table:?}"))
}

/// Codes of the notes about `table`; empty for those about the whole source.
pub(crate) fn codes(probe: &Probe, table: &str) -> Vec<&'static str> {
    probe.notes.iter().filter(|note| note.table == table).map(|note| note.code).collect()
}

fn sign(kind: CellKind) -> &'static str {
    match kind {
        CellKind::Empty => "",
        CellKind::Text => "t:",
        CellKind::Number => "n:",
        CellKind::Bool => "b:",
        CellKind::Bytes => "x:",
        other => panic!("a server gives no {other:?}"),
    }
}

/// The rows of a block, each cell with a sign for its kind.
pub(crate) fn cells(block: &RowBlock) -> Vec<Vec<String>> {
    let row = |row: model::RowRef<'_>| row.cells().map(|cell| format!("{}{}", sign(cell.kind), cell.text)).collect();
    block.rows().map(row).collect()
}

/// Reads a table to its end; `meanwhile` runs behind each block.
pub(crate) fn read_while(
    source: &mut dyn Source,
    table: &str,
    watch: &dyn Watch,
    mut meanwhile: impl FnMut(u64),
) -> Result<(Vec<Vec<String>>, ReadSummary), Error> {
    let at = place(source.probe(), table);
    let mut rows = Vec::new();
    let mut sink = |block: &RowBlock| -> Result<(), Stop> {
        rows.extend(cells(block));
        meanwhile(rows.len() as u64);
        Ok(())
    };
    let summary = source.read(at, &mut sink, watch)?;
    Ok((rows, summary))
}

pub(crate) fn read(source: &mut dyn Source, table: &str) -> Vec<Vec<String>> {
    read_while(source, table, &Silent, |_| {}).expect("the table is read").0
}
