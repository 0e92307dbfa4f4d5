//! PostgreSQL. Rows come as plain SELECTs in the text protocol and not by COPY: where the server refuses a
//! COPY at its start, the driver leaves a message unread and takes it for the answer to the next question.

use std::collections::HashMap;

use futures_util::stream::BoxStream;
use sqlx_core::connection::ConnectOptions as _;
use sqlx_core::raw_sql::raw_sql;
use sqlx_core::row::Row as _;
use sqlx_core::sql_str::AssertSqlSafe;
use sqlx_core::value::ValueRef as _;
use sqlx_postgres::{PgConnectOptions, PgConnection, PgDatabaseError, PgRow, PgSslMode};

use super::address::{Address, Tls};
use super::cells::Form;
use super::fault::Fault;
use super::server::{Answer, Catalog, Column, Server, Table, ask, run, try_run};
use crate::source::{Reference, Secret, TableKind};

/// How values are written, and no limits of the login that would end a long read.
const SESSION: &[&str] = &[
    "SET extra_float_digits = 3",
    "SET bytea_output = 'hex'",
    "SET IntervalStyle = 'postgres'",
    "SET statement_timeout = 0",
    "SET lock_timeout = '60s'",
];

/// The driver sets the time zone to UTC, where midnight in Malaysia is the day before. The server's own is not
/// told any more, but what was set for this database or login is, and so is the zone of its log.
const OWN_ZONE: &str = "SELECT set_config('TimeZone', coalesce((SELECT substr(setting, 10) \
     FROM (SELECT setrole, setdatabase, unnest(setconfig) AS setting FROM pg_db_role_setting) s \
     WHERE lower(setting) LIKE 'timezone=%' \
       AND setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user)) \
       AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) \
     ORDER BY setrole <> 0 DESC, setdatabase <> 0 DESC LIMIT 1), current_setting('log_timezone')), false)";

/// Settings that an old server may lack.
const IF_KNOWN: &[&str] = &["SET idle_in_transaction_session_timeout = 0", "SET transaction_timeout = 0", OWN_ZONE];

/// Tables of all schemas but the server's own. Parts of a partitioned table come with the whole.
const TABLES: &str = "SELECT c.oid, n.nspname, c.relname, c.relkind, pg_total_relation_size(c.oid), \
         CASE WHEN c.relrowsecurity AND row_security_active(c.oid) THEN 1 ELSE 0 END \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition \
       AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' ORDER BY n.nspname <> 'public', 2, 3";
/// The same for servers that know neither partitions nor hidden rows.
const TABLES_BEFORE_10: &str = "SELECT c.oid, n.nspname, c.relname, c.relkind, pg_total_relation_size(c.oid), 0 \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('r', 'v', 'm', 'f') \
       AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' ORDER BY n.nspname <> 'public', 2, 3";
/// The type of a domain is the one beneath it.
const COLUMNS: &str = "SELECT a.attrelid, a.attname, \
         coalesce((SELECT b.typname FROM pg_type b WHERE b.oid = t.typbasetype), t.typname) \
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid \
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
     ORDER BY a.attrelid, a.attnum";
const KEYS: &str = "SELECT k.conrelid, k.oid, k.contype, a.attname, k.confrelid, f.attname \
     FROM (SELECT oid, conrelid, confrelid, contype, conkey, confkey, generate_subscripts(conkey, 1) AS at \
           FROM pg_constraint WHERE contype IN ('p', 'f')) k \
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[k.at] \
     LEFT JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[k.at] \
     ORDER BY k.conrelid, k.oid, k.at";
const MAY_WRITE: &str = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' \
       AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')";

/// A connection to PostgreSQL.
pub(super) struct Postgres {
    connection: PgConnection,
}

fn options(address: &Address, password: Option<&Secret>, tls: Tls) -> PgConnectOptions {
    // Everything is set: the driver would otherwise look into the environment.
    let options = PgConnectOptions::new_without_pgpass()
        .host(&address.host)
        .port(address.port.unwrap_or(5432))
        .username(&address.user)
        .password(password.map_or("", Secret::expose))
        .database(&address.database)
        .ssl_mode(match tls {
            Tls::Off => PgSslMode::Disable,
            Tls::Preferred => PgSslMode::Prefer,
            Tls::Required => PgSslMode::Require,
            Tls::VerifyCa => PgSslMode::VerifyCa,
            Tls::VerifyFull => PgSslMode::VerifyFull,
        })
        .application_name("Daftar")
        .statement_cache_capacity(0)
        .disable_statement_logging();
    let options = match &address.authority {
        Some(authority) => options.ssl_root_cert(authority),
        None => options,
    };
    match &address.socket {
        Some(folder) => options.socket(folder).ssl_mode(PgSslMode::Disable),
        None => options,
    }
}

impl Server for Postgres {
    const FORMAT: &'static str = "postgres";
    const HURRY: &'static [&'static str] = &["SET statement_timeout = '30s'"];
    const CALM: &'static [&'static str] = &["SET statement_timeout = 0"];
    const GUARD: Option<[&'static str; 3]> =
        Some(["SAVEPOINT daftar", "RELEASE SAVEPOINT daftar", "ROLLBACK TO SAVEPOINT daftar"]);
    type Row = PgRow;

    async fn connect(address: &Address, password: Option<&Secret>, tls: Tls) -> Result<Self, Fault> {
        let connection = options(address, password, tls).connect().await;
        let mut server = Self { connection: connection.map_err(|error| Self::fault(&error))? };
        run(&mut server, SESSION).await?;
        try_run(&mut server, IF_KNOWN).await?;
        Ok(server)
    }

    fn fetch(&mut self, sql: String) -> BoxStream<'_, Result<PgRow, sqlx_core::Error>> {
        raw_sql(AssertSqlSafe(sql)).fetch(&mut self.connection)
    }

    fn value(row: &PgRow, column: usize) -> Result<Option<&[u8]>, sqlx_core::Error> {
        let value = row.try_get_raw(column)?;
        if value.is_null() { Ok(None) } else { value.as_bytes().map(Some).map_err(sqlx_core::Error::Decode) }
    }

    fn fault(error: &sqlx_core::Error) -> Fault {
        Fault::new(error, |error| {
            let refusal = error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?;
            Some(by_state(refusal.code()))
        })
    }

    async fn catalog(&mut self) -> Result<Catalog, Fault> {
        let ssl = ask(self, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", 1).await;
        let encrypted = ssl.is_ok_and(|rows| rows.first().is_some_and(|row| row[0] == "t"));
        run(self, &["BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"]).await?;
        let is_old = self.connection.server_version_num().is_some_and(|version| version < 100_000);
        let answer = ask(self, if is_old { TABLES_BEFORE_10 } else { TABLES }, 6).await?;
        let mut tables: Vec<Table> = answer.iter().map(|row| table(row)).collect();
        let places: HashMap<String, usize> =
            answer.into_iter().zip(0..).map(|(mut row, at)| (row.swap_remove(0), at)).collect();
        for row in ask(self, COLUMNS, 3).await? {
            if let Some(at) = places.get(&row[0]) {
                let column = Column { name: row[1].clone(), form: form(&row[2]), sql: quoted(&row[1]) };
                tables[*at].columns.push(column);
            }
        }
        add_keys(&mut tables, &places, &ask(self, KEYS, 6).await?);
        let may_write = ask(self, MAY_WRITE, 1).await?.first().is_some_and(|row| row[0] != "0");
        Ok(Catalog { tables, encrypted, may_write })
    }
}

/// What the SQLSTATE of a refusal means.
fn by_state(state: &str) -> Fault {
    match state {
        "28P01" => Fault::Login,
        "28000" | "42501" => Fault::NoRight,
        "3D000" => Fault::NoDatabase,
        // No such table, column, schema, type any more; its cached plan no longer fits.
        "42P01" | "42703" | "3F000" | "42704" => Fault::Changed,
        // Shutting down or not yet up; too many connections; told to end.
        "57P01" | "57P02" | "57P03" | "57P05" | "53300" | "25P03" => Fault::Lost,
        state if state.starts_with("08") => Fault::Lost,
        other => Fault::Refused(other.to_owned()),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn table(row: &[String]) -> Table {
    let (schema, name, kind) = (&row[1], &row[2], row[3].as_str());
    let sql = format!("{}.{}", quoted(schema), quoted(name));
    Table {
        // A dot in the name would make it look like a table of another schema.
        name: if schema == "public" && !name.contains('.') { name.clone() } else { format!("{schema}.{name}") },
        // What another server or a stored query gives is computed, too.
        kind: if matches!(kind, "v" | "m" | "f") { TableKind::View } else { TableKind::Table },
        // A table that others inherit from would bring their rows again.
        sql: if kind == "r" { format!("ONLY {sql}") } else { sql },
        in_snapshot: kind != "f",
        bytes: row[4].parse().unwrap_or(0),
        filtered: row[5] == "1",
        ..Table::default()
    }
}

fn form(type_name: &str) -> Form {
    match type_name {
        "int2" | "int4" | "int8" | "float4" | "float8" | "numeric" | "oid" => Form::Number,
        "bool" => Form::Bool,
        "bytea" => Form::Hex,
        _ => Form::Text,
    }
}

/// Adds primary and foreign keys; a key of several columns has several rows in `answer`.
fn add_keys(tables: &mut [Table], places: &HashMap<String, usize>, answer: &Answer) {
    let mut last = "";
    for row in answer {
        let Some(at) = places.get(&row[0]) else { continue };
        if row[2] == "p" {
            tables[*at].primary_key.push(row[3].clone());
            tables[*at].order.push(quoted(&row[3]));
            continue;
        }
        let to = places.get(&row[4]).map(|to| tables[*to].name.clone()).unwrap_or_default();
        let references = &mut tables[*at].references;
        if last != row[1] {
            references.push(Reference { table: to, ..Reference::default() });
            last = &row[1];
        }
        if let Some(reference) = references.last_mut() {
            reference.columns.push(row[3].clone());
            reference.to_columns.push(row[5].clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_known_by_its_state() {
        for (state, fault) in [
            ("28P01", Fault::Login),
            ("28000", Fault::NoRight),
            ("42501", Fault::NoRight),
            ("3D000", Fault::NoDatabase),
            ("42P01", Fault::Changed),
            ("57P01", Fault::Lost),
            ("08006", Fault::Lost),
            ("22012", Fault::Refused("22012".to_owned())),
        ] {
            assert_eq!(by_state(state), fault, "{state}");
        }
    }
}
