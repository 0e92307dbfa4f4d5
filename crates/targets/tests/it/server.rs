//! A scratch database per test, dropped at its end, and a plain connection to look into it.

use chrono::NaiveDate;
use model::Silent;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use targets::{Portal, PortalUrl, PrepareOptions};
use uuid::Uuid;

const HOW: &str = "DAFTAR_TEST_PG is not set: these tests need a PostgreSQL 15 or newer. `scripts/test` starts one; \
     or set it to a server where databases may be made, like postgres://app@%2Ftmp%2Fpg%2Fsock/postgres";

/// A database of its own for one test.
pub(crate) struct Scratch {
    server: String,
    name: String,
    runtime: tokio::runtime::Runtime,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self::on(std::env::var("DAFTAR_TEST_PG").expect(HOW))
    }

    /// On the newest PostgreSQL, where the tests have one.
    pub(crate) fn newest() -> Option<Self> {
        std::env::var("DAFTAR_TEST_PG_NEWEST").ok().filter(|server| server != "none").map(Self::on)
    }

    fn on(server: String) -> Self {
        let name = format!("daftar_{}", Uuid::new_v4().simple());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let scratch = Self { server, name, runtime };
        scratch.on_server(&format!("CREATE DATABASE {}", scratch.name));
        scratch
    }

    /// A new database that is a portal already.
    pub(crate) fn portal() -> (Self, Portal) {
        let scratch = Self::new();
        let mut portal = scratch.connect();
        portal.prepare(&prepare_options(), &Silent).expect("an empty database can be prepared");
        (scratch, portal)
    }

    /// The same database by another login.
    pub(crate) fn connect_as(&self, login: &str) -> Portal {
        let (_, server) = self.address().split_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a login");
        let address = format!("postgres://{login}@{server}");
        Portal::connect(PortalUrl::parse(&address, None).expect("the test's address is good")).expect("the login may")
    }

    /// A new login that is a member of a role and nothing else; named after the database, and gone with it.
    pub(crate) fn login_of(&self, role: &str) -> String {
        self.on_server(&format!("CREATE ROLE {} LOGIN IN ROLE {role}", self.name));
        self.name.clone()
    }

    /// What the server answers to a login's SQL, which is taken back: the state of the error, or `-`.
    pub(crate) fn answer_to(&self, login: &str, sql: &str) -> String {
        let refused = self.refusal(&format!("SET LOCAL ROLE {login}; {sql}"));
        refused.map_or_else(|| "-".to_owned(), |(state, _)| state)
    }

    pub(crate) fn url(&self) -> PortalUrl {
        PortalUrl::parse(&self.address(), None).expect("the test's address is good")
    }

    /// A login that may do in the portal what a push does, and the portal's address with it.
    pub(crate) fn clerk(&self) -> (String, PortalUrl) {
        let login = format!("clerk_{}", Uuid::new_v4().simple());
        let mut sql = format!("CREATE ROLE {login} LOGIN;");
        for schema in
            ["auth", "academic", "islamic", "financial", "communication", "content", "analytics", "audit", "migration"]
        {
            sql += &format!(
                "GRANT USAGE ON SCHEMA {schema} TO {login};
                 GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {login};"
            );
        }
        self.rows(&sql);
        let address = self.address().replacen("//app@", &format!("//{login}@"), 1);
        (login, PortalUrl::parse(&address, None).expect("the test's address is good"))
    }

    fn address(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').expect("an address with a database");
        format!("{server}/{}", self.name)
    }

    pub(crate) fn connect(&self) -> Portal {
        Portal::connect(self.url()).expect("the test's server answers")
    }

    fn on_server(&self, sql: &str) {
        self.runtime.block_on(async {
            let mut connection = PgConnection::connect(&self.server).await.expect(HOW);
            sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect(sql);
        });
    }

    /// Runs SQL as somebody else would, and gives the rows.
    pub(crate) fn rows(&self, sql: &str) -> Vec<PgRow> {
        self.runtime.block_on(async {
            let mut connection = PgConnection::connect(&self.address()).await.expect(HOW);
            let settings = "SET TimeZone = 'UTC'";
            sqlx::raw_sql(settings).execute(&mut connection).await.expect(settings);
            sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await.expect(sql)
        })
    }

    /// Runs SQL and takes it back: what the server refused it for, state and constraint or column; `None` where it
    /// took it.
    pub(crate) fn refusal(&self, sql: &str) -> Option<(String, String)> {
        self.runtime.block_on(async {
            let mut connection = PgConnection::connect(&self.address()).await.expect(HOW);
            let sql = format!("BEGIN; {sql}; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK");
            let error = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.err()?;
            let error = error.as_database_error()?.downcast_ref::<sqlx::postgres::PgDatabaseError>();
            let name = error.constraint().or_else(|| error.column()).unwrap_or_default();
            Some((error.code().to_owned(), name.to_owned()))
        })
    }

    /// The only value of a query, as text; `-` for nothing.
    pub(crate) fn value(&self, sql: &str) -> String {
        let rows = self.rows(&format!("SELECT ({sql})::text"));
        rows[0].try_get::<Option<String>, _>(0).expect(sql).unwrap_or_else(|| "-".to_owned())
    }

    /// A hash over every row of every schema but audit and migration.
    pub(crate) fn contents(&self) -> String {
        let tables = self.rows(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('auth', 'academic',
                 'islamic', 'financial', 'communication', 'content', 'analytics') ORDER BY 1",
        );
        let tables = tables.iter().map(|row| row.get::<String, _>(0));
        let sums = tables.map(|table| {
            let sum = self.value(&format!("SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') FROM {table} t"));
            format!("{table} {sum}\n")
        });
        sums.collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.on_server(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        self.on_server(&format!("DROP ROLE IF EXISTS {}", self.name));
    }
}

pub(crate) fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day")
}

pub(crate) fn prepare_options() -> PrepareOptions {
    PrepareOptions { today: day(), clock: None, admin: None }
}
