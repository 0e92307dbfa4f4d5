//! What MySQL and PostgreSQL have in common: one connection, questions in the servers' text protocol,
//! and rows that stream.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use model::{RowBlock, Silent, Watch};
use tokio::time::timeout;

use super::address::{Address, Tls};
use super::cells::{Cells, Form};
use super::fault::Fault;
use crate::limits::{SERVER_STILL, SERVER_VALUE};
use crate::source::{Reference, Secret, TableKind};

/// How often a waiting read asks whether the person wants to stop.
const LOOK: Duration = Duration::from_millis(100);

/// A column of a table on a server.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) form: Form,
    /// The expression that reads it.
    pub(super) sql: String,
}

/// A table or view on a server.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Name for the person.
    pub(super) name: String,
    pub(super) kind: TableKind,
    /// What stands behind FROM.
    pub(super) sql: String,
    pub(super) columns: Vec<Column>,
    pub(super) primary_key: Vec<String>,
    /// The same as SQL, for the order of the rows.
    pub(super) order: Vec<String>,
    pub(super) references: Vec<Reference>,
    /// Bytes that it takes on the server, about.
    pub(super) bytes: u64,
    /// Whether the snapshot holds it still while others write.
    pub(super) in_snapshot: bool,
    /// Whether the server shows this login some of the rows only.
    pub(super) filtered: bool,
}

impl Table {
    /// The statement that reads the rows, up to `limit`.
    ///
    /// The constant in front is for MySQL's driver: it takes a row for the end of the table where the
    /// row's first value has 16 MiB or more.
    pub(super) fn select(&self, limit: Option<u64>) -> String {
        let columns = self.columns.iter().map(|column| column.sql.as_str());
        let columns = std::iter::once("1").chain(columns).collect::<Vec<_>>().join(", ");
        let order = if self.order.is_empty() { String::new() } else { format!(" ORDER BY {}", self.order.join(", ")) };
        let limit = limit.map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
        format!("SELECT {columns} FROM {}{order}{limit}", self.sql)
    }
}

/// What a server tells about itself and its tables.
#[derive(Default)]
pub(super) struct Catalog {
    pub(super) tables: Vec<Table>,
    pub(super) encrypted: bool,
    /// Whether this login may change something.
    pub(super) may_write: bool,
}

/// A connection in a transaction that only reads and sees one moment.
pub(super) trait Server: Send + Sized {
    /// Code of the format.
    const FORMAT: &'static str;
    /// Makes long statements end by themselves, while the source is only looked at.
    const HURRY: &'static [&'static str];
    /// Takes that back.
    const CALM: &'static [&'static str];
    /// Around each statement that may be refused, so that the transaction goes on: before, behind, and
    /// behind a refusal.
    const GUARD: Option<[&'static str; 3]>;
    /// A row as the driver has it.
    type Row: Send;

    /// Connects, encrypted as `tls` says, and sets how values are written.
    async fn connect(address: &Address, password: Option<&Secret>, tls: Tls) -> Result<Self, Fault>;

    /// Sends `sql` in the text protocol.
    fn fetch(&mut self, sql: String) -> BoxStream<'_, Result<Self::Row, sqlx_core::Error>>;

    /// Value `column` of `row`, from 0, as the server wrote it.
    fn value(row: &Self::Row, column: usize) -> Result<Option<&[u8]>, sqlx_core::Error>;

    /// What an error of the driver means.
    fn fault(error: &sqlx_core::Error) -> Fault;

    /// Begins the transaction and tells what there is to read.
    async fn catalog(&mut self) -> Result<Catalog, Fault>;
}

/// The next item of `stream`; asks `watch` while it waits.
async fn next<T>(stream: &mut BoxStream<'_, T>, watch: &dyn Watch, patience: Duration) -> Result<Option<T>, Fault> {
    for _ in 0..patience.as_millis() / LOOK.as_millis() {
        match timeout(LOOK, stream.next()).await {
            Ok(item) => return Ok(item),
            Err(_) if watch.cancelled() => return Err(Fault::Cancelled),
            Err(_) => {}
        }
    }
    Err(Fault::Lost)
}

/// An answer of a few rows, as text.
pub(super) type Answer = Vec<Vec<String>>;

/// Asks for `columns` values a row; NULL is an empty text.
pub(super) async fn ask<S: Server>(server: &mut S, sql: &str, columns: usize) -> Result<Answer, Fault> {
    let mut stream = server.fetch(sql.to_owned());
    let mut rows = Vec::new();
    while let Some(row) = next(&mut stream, &Silent, SERVER_STILL).await? {
        let row = row.map_err(|error| S::fault(&error))?;
        let text = |column| {
            let value = S::value(&row, column).map_err(|error| S::fault(&error))?;
            Ok(String::from_utf8_lossy(value.unwrap_or_default()).into_owned())
        };
        rows.push((0..columns).map(text).collect::<Result<Vec<_>, Fault>>()?);
    }
    Ok(rows)
}

/// Sends statements that give nothing back.
pub(super) async fn run<S: Server>(server: &mut S, statements: &[&str]) -> Result<(), Fault> {
    for sql in statements {
        ask(server, sql, 0).await?;
    }
    Ok(())
}

/// Sends statements that not every server knows.
pub(super) async fn try_run<S: Server>(server: &mut S, statements: &[&str]) -> Result<(), Fault> {
    for sql in statements {
        match ask(server, sql, 0).await {
            Err(fault) if !fault.leaves_the_session() => return Err(fault),
            _ => {}
        }
    }
    Ok(())
}

/// Does `work` so that its refusal does not end the transaction.
async fn guarded<S: Server, T>(server: &mut S, work: impl AsyncFnOnce(&mut S) -> Result<T, Fault>) -> Result<T, Fault> {
    let Some([before, behind, refused]) = S::GUARD else { return work(server).await };
    run(server, &[before]).await?;
    let result = work(server).await;
    match &result {
        Ok(_) => run(server, &[behind]).await?,
        Err(fault) if fault.leaves_the_session() => run(server, &[refused, behind]).await?,
        Err(_) => {}
    }
    result
}

/// How many rows `table` has in the snapshot.
pub(super) async fn count<S: Server>(server: &mut S, table: &Table) -> Result<u64, Fault> {
    let sql = format!("SELECT count(*) FROM {}", table.sql);
    let answer = guarded(server, async |server: &mut S| ask(server, &sql, 1).await).await?;
    answer.first().and_then(|row| row.first()?.parse().ok()).ok_or(Fault::Garbled)
}

/// Reads rows of `table` and gives them to `give` in blocks, until it says that it wants no more.
/// Gives back what was odd; a fault comes with the last row that was read well.
pub(super) async fn read<S: Server>(
    server: &mut S,
    table: &Table,
    limit: Option<u64>,
    watch: &dyn Watch,
    give: &mut (dyn FnMut(RowBlock) -> bool + Send),
) -> Result<Cells, (Fault, u64)> {
    let mut cells = Cells::default();
    let work = async |server: &mut S| {
        let mut stream = server.fetch(table.select(limit));
        while let Some(row) = next(&mut stream, watch, SERVER_STILL).await? {
            take::<S>(&row.map_err(|error| S::fault(&error))?, table, &mut cells)?;
            if let Some(block) = cells.full()
                && !give(block)
            {
                return Err(Fault::Cancelled);
            }
        }
        Ok(())
    };
    let result = guarded(server, work).await;
    match result {
        Ok(()) => {
            give(cells.rest());
            Ok(cells)
        }
        Err(fault) => Err((fault, cells.rows)),
    }
}

fn take<S: Server>(row: &S::Row, table: &Table, cells: &mut Cells) -> Result<(), Fault> {
    for (column, place) in table.columns.iter().zip(1..) {
        let value = S::value(row, place).map_err(|error| S::fault(&error))?;
        if value.is_some_and(|value| value.len() > SERVER_VALUE) {
            return Err(Fault::TooLarge);
        }
        cells.value(column.form, value);
    }
    cells.end_row();
    Ok(())
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    struct Impatient;

    impl Watch for Impatient {
        fn progress(&self, _done: u64, _total: Option<u64>) {}

        fn cancelled(&self) -> bool {
            true
        }
    }

    #[test]
    fn a_server_that_stands_still_is_given_up_and_a_person_may_stop_it_sooner() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let wait = |watch: &dyn Watch, patience| {
            runtime.block_on(async { next(&mut stream::pending::<u8>().boxed(), watch, patience).await })
        };
        assert_eq!(wait(&Silent, LOOK * 2), Err(Fault::Lost));
        assert_eq!(wait(&Impatient, Duration::from_secs(600)), Err(Fault::Cancelled));
    }
}
