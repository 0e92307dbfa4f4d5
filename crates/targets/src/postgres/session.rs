//! The connection to a portal and the work done on it, one statement after the other.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::{FutureExt as _, StreamExt as _};
use model::Watch;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Row as _};
use tokio::runtime::Runtime;

use super::connect::PortalUrl;
use crate::Error;

/// How often a running statement asks whether a person wants to stop.
const CANCEL_LOOK: Duration = Duration::from_millis(100);

/// Rows taken from the connection in one go where so many are there already.
const AT_ONCE: usize = 512;
/// `server_version_num` of the oldest server that will do: UNIQUE NULLS NOT DISTINCT came with 15.
const OLDEST_SERVER: i32 = 150_000;

/// What every session sets: the text of a row, and so its hash, must not depend on a server's settings. No name is looked
/// up in a schema that was not named with it, and definitions name the schema of everything.
const SETTINGS: &str = "SET search_path = pg_catalog; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; \
     SET extra_float_digits = 1; SET bytea_output = 'hex'; SET client_min_messages = 'warning'; SET temp_buffers = '64MB'; \
     SET idle_in_transaction_session_timeout = '30min'";

/// A portal: one connection to its database, opened again when it was lost.
///
/// All functions block. They must not be called from inside an async runtime.
pub struct Portal {
    pub(super) url: PortalUrl,
    pub(super) runtime: Runtime,
    pub(super) connection: Option<PgConnection>,
    backend: i32,
}

impl std::fmt::Debug for Portal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Portal({})", self.url)
    }
}

impl Portal {
    /// Connects to the portal at `url`, waiting at most 10 seconds.
    ///
    /// # Errors
    ///
    /// [`Error::Unreachable`], [`Error::Unsafe`], [`Error::AuthFailed`], [`Error::NoDatabase`],
    /// [`Error::ServerTooOld`].
    pub fn connect(url: PortalUrl) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Worker)?;
        let mut portal = Self { url, runtime, connection: None, backend: 0 };
        portal.open()?;
        Ok(portal)
    }

    /// The portal's address.
    #[must_use]
    pub fn url(&self) -> &PortalUrl {
        &self.url
    }

    fn open(&mut self) -> Result<(), Error> {
        if self.connection.is_some() {
            return Ok(());
        }
        let mut connection = self.runtime.block_on(self.url.open())?;
        let facts = "SELECT pg_backend_pid(), current_setting('server_version_num')::int";
        let row = self.runtime.block_on(async {
            sqlx::raw_sql(SETTINGS).execute(&mut connection).await?;
            sqlx::raw_sql(facts).fetch_one(&mut connection).await
        })?;
        let found: i32 = row.try_get(1)?;
        if found < OLDEST_SERVER {
            return Err(Error::ServerTooOld { found: found / 10_000, needed: OLDEST_SERVER / 10_000 });
        }
        self.backend = row.try_get(0)?;
        self.connection = Some(connection);
        Ok(())
    }

    /// Does `work` in one transaction and then takes it back or commits it.
    pub(super) fn transaction<T>(
        &mut self,
        watch: &dyn Watch,
        work: impl FnOnce(&mut Work<'_>) -> Result<(T, End), Error>,
    ) -> Result<T, Error> {
        self.open()?;
        let mut session = Work { portal: self, watch };
        session.run("BEGIN")?;
        match work(&mut session) {
            Ok((done, End::Commit)) => session.run("COMMIT").map(|_| done),
            Ok((done, End::Committed)) => Ok(done),
            Ok((done, End::TakeBack)) => session.run("ROLLBACK").map(|_| done),
            Err(error) => {
                session.take_back(&error);
                Err(error)
            }
        }
    }

    /// Ends the server's side of a statement that nobody waits for any more.
    fn abandon(&mut self) {
        self.connection = None;
        let backend = self.backend;
        let Ok(mut other) = self.runtime.block_on(self.url.open()) else { return };
        let end = format!("SELECT pg_terminate_backend({backend})");
        // without this the server notices the closed connection itself, only later
        drop(self.runtime.block_on(sqlx::raw_sql(AssertSqlSafe(end)).execute(&mut other)));
    }
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Commit,
    /// The work has committed itself.
    Committed,
    TakeBack,
}

/// A piece of work on a portal, inside a transaction.
pub(super) struct Work<'a> {
    pub(super) portal: &'a mut Portal,
    pub(super) watch: &'a dyn Watch,
}

impl Work<'_> {
    /// Runs SQL without result; gives the number of rows it touched.
    pub(super) fn run(&mut self, sql: &str) -> Result<u64, Error> {
        let (runtime, connection, watch) = self.parts()?;
        let running = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection);
        let outcome = wait(runtime, watch, running);
        self.settle(outcome).map(|done| done.rows_affected())
    }

    /// Runs SQL and gives its rows; for short results only.
    pub(super) fn rows(&mut self, sql: &str) -> Result<Vec<PgRow>, Error> {
        let (runtime, connection, watch) = self.parts()?;
        let running = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(connection);
        let outcome = wait(runtime, watch, running);
        self.settle(outcome)
    }

    /// Runs SQL and gives its rows one by one, however many they are.
    pub(super) fn each(&mut self, sql: &str, mut take: impl FnMut(&PgRow) -> Result<(), Error>) -> Result<(), Error> {
        let (runtime, connection, watch) = self.parts()?;
        let outcome = (|| {
            let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch(connection);
            let mut portions = rows.ready_chunks(AT_ONCE);
            while let Some(portion) = wait(runtime, watch, portions.next().map(Ok))? {
                portion.into_iter().try_for_each(|row| take(&row?))?;
            }
            Ok(())
        })();
        self.settle(outcome)
    }

    /// Runs SQL and gives its only row.
    pub(super) fn row(&mut self, sql: &str) -> Result<PgRow, Error> {
        self.rows(sql)?.pop().ok_or(Error::Driver(sqlx::Error::RowNotFound))
    }

    /// Sets a value that SQL reads with `current_setting`, for this transaction only.
    pub(super) fn set(&mut self, name: &'static str, value: &str) -> Result<(), Error> {
        let (runtime, connection, watch) = self.parts()?;
        let setting = sqlx::query("SELECT set_config($1, $2, true)").bind(name).bind(value).execute(connection);
        let outcome = wait(runtime, watch, setting);
        self.settle(outcome).map(drop)
    }

    /// Commits; a lost connection here leaves it open whether the server did.
    pub(super) fn commit(&mut self, batch: uuid::Uuid) -> Result<(), Error> {
        let (runtime, connection, _) = self.parts()?;
        let outcome = runtime.block_on(sqlx::raw_sql("COMMIT").execute(connection)).map_err(Error::from);
        match self.settle(outcome) {
            Err(Error::Interrupted | Error::Driver(_)) => Err(Error::CommitUnknown { batch }),
            other => other.map(drop),
        }
    }

    /// Runtime, connection and watch, apart from each other.
    pub(super) fn parts(&mut self) -> Result<(&Runtime, &mut PgConnection, &dyn Watch), Error> {
        let connection = self.portal.connection.as_mut().ok_or(Error::Interrupted)?;
        Ok((&self.portal.runtime, connection, self.watch))
    }

    /// Forgets a connection that is lost or in the middle of something.
    pub(super) fn settle<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        match &outcome {
            Err(Error::Cancelled) => self.portal.abandon(),
            Err(Error::Interrupted) => self.portal.connection = None,
            _ => {}
        }
        outcome
    }

    fn take_back(&mut self, error: &Error) {
        if self.portal.connection.is_none() || error.written() {
            return;
        }
        // cancelling has been said already: taking back must not be stopped by it
        let taken = self
            .parts()
            .map(|(runtime, connection, _)| runtime.block_on(sqlx::raw_sql("ROLLBACK").execute(connection)).map(drop));
        if !matches!(taken, Ok(Ok(()))) {
            self.portal.connection = None;
        }
    }
}

/// Waits for `running`, asking now and then whether a person wants to stop.
pub(super) fn wait<T>(
    runtime: &Runtime,
    watch: &dyn Watch,
    running: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, Error> {
    runtime.block_on(async {
        let mut running = pin!(running);
        loop {
            tokio::select! {
                biased;
                outcome = &mut running => return outcome.map_err(Error::from),
                () = tokio::time::sleep(CANCEL_LOOK) => watch.check()?,
            }
        }
    })
}
