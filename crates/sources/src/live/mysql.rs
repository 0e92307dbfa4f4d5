//! MySQL and MariaDB. All values come in the text protocol, as the server itself writes them: the binary one
//! would lose the zeros of zerofilled numbers and the dates of 0000-00-00.

use futures_util::stream::BoxStream;
use sqlx_core::connection::ConnectOptions as _;
use sqlx_core::raw_sql::raw_sql;
use sqlx_core::row::Row as _;
use sqlx_core::sql_str::AssertSqlSafe;
use sqlx_mysql::{MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlRow, MySqlSslMode};

use super::address::{Address, Tls};
use super::cells::Form;
use super::fault::Fault;
use super::server::{Answer, Catalog, Column, Server, Table, ask, run, try_run};
use crate::source::{Reference, Secret, TableKind};

/// Settings that every server knows. No mode: old ones print CHAR with blanks or refuse zero dates.
const SESSION: &[&str] = &["SET SESSION sql_mode = ''", "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"];

/// Settings that an old server may lack: it must wait for a slow disk of ours, and we not for its locks.
const IF_KNOWN: &[&str] = &[
    "SET NAMES utf8mb4",
    "SET SESSION net_write_timeout = 3600",
    "SET SESSION wait_timeout = 86400",
    "SET SESSION lock_wait_timeout = 60",
    "SET SESSION idle_transaction_timeout = 0",
    "SET SESSION idle_readonly_transaction_timeout = 0",
];

const TABLES: &str = "SELECT t.table_name, t.table_type, COALESCE(e.transactions, ''), COALESCE(t.data_length, 0) \
     FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine \
     WHERE t.table_schema = DATABASE() AND t.table_type NOT IN ('SEQUENCE', 'TEMPORARY') ORDER BY t.table_name";
const COLUMNS: &str = "SELECT table_name, column_name, data_type, \
         CASE WHEN numeric_scale IS NULL AND column_type NOT LIKE '%zerofill%' THEN 1 ELSE 0 END \
     FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position";
const PRIMARY_KEYS: &str = "SELECT table_name, column_name FROM information_schema.statistics \
     WHERE table_schema = DATABASE() AND index_name = 'PRIMARY' ORDER BY table_name, seq_in_index";
const REFERENCES: &str = "SELECT table_name, constraint_name, column_name, referenced_table_name, \
         referenced_column_name FROM information_schema.key_column_usage \
     WHERE table_schema = DATABASE() AND referenced_table_schema = DATABASE() \
     ORDER BY table_name, constraint_name, ordinal_position";
const MAY_WRITE: &str = "SELECT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() \
         AND (privileges LIKE '%insert%' OR privileges LIKE '%update%')) \
     OR EXISTS (SELECT 1 FROM information_schema.schema_privileges \
         WHERE DATABASE() LIKE table_schema AND privilege_type IN ('DELETE', 'DROP', 'ALTER', 'CREATE')) \
     OR EXISTS (SELECT 1 FROM information_schema.user_privileges \
         WHERE privilege_type IN ('DELETE', 'DROP', 'ALTER', 'CREATE'))";

/// A connection to MySQL or MariaDB.
pub(super) struct MySql {
    connection: MySqlConnection,
}

fn options(address: &Address, password: Option<&Secret>, tls: Tls) -> MySqlConnectOptions {
    let mut options = MySqlConnectOptions::new()
        .host(&address.host)
        .port(address.port.unwrap_or(3306))
        .username(&address.user)
        .database(&address.database)
        .ssl_mode(match tls {
            Tls::Off => MySqlSslMode::Disabled,
            Tls::Preferred => MySqlSslMode::Preferred,
            Tls::Required => MySqlSslMode::Required,
            Tls::VerifyCa => MySqlSslMode::VerifyCa,
            Tls::VerifyFull => MySqlSslMode::VerifyIdentity,
        })
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        .set_names(false)
        .statement_cache_capacity(0)
        .disable_statement_logging();
    // The driver would answer for an empty password what an account without one refuses.
    if let Some(password) = password.filter(|password| !password.expose().is_empty()) {
        options = options.password(password.expose());
    }
    if let Some(socket) = &address.socket {
        options = options.socket(socket);
    }
    match &address.authority {
        Some(authority) => options.ssl_ca(authority),
        None => options,
    }
}

impl Server for MySql {
    const FORMAT: &'static str = "mysql";
    // MariaDB knows the first, in seconds, MySQL the second, in milliseconds.
    const HURRY: &'static [&'static str] =
        &["SET SESSION max_statement_time = 30", "SET SESSION max_execution_time = 30000"];
    const CALM: &'static [&'static str] = &["SET SESSION max_statement_time = 0", "SET SESSION max_execution_time = 0"];
    const GUARD: Option<[&'static str; 3]> = None;
    type Row = MySqlRow;

    async fn connect(address: &Address, password: Option<&Secret>, tls: Tls) -> Result<Self, Fault> {
        let connection = options(address, password, tls).connect().await;
        let mut server = Self { connection: connection.map_err(|error| Self::fault(&error))? };
        try_run(&mut server, IF_KNOWN).await?;
        run(&mut server, SESSION).await?;
        Ok(server)
    }

    fn fetch(&mut self, sql: String) -> BoxStream<'_, Result<MySqlRow, sqlx_core::Error>> {
        raw_sql(AssertSqlSafe(sql)).fetch(&mut self.connection)
    }

    fn value(row: &MySqlRow, column: usize) -> Result<Option<&[u8]>, sqlx_core::Error> {
        row.try_get_unchecked(column)
    }

    fn fault(error: &sqlx_core::Error) -> Fault {
        Fault::new(error, |error| {
            let refusal = error.as_database_error()?.try_downcast_ref::<MySqlDatabaseError>()?;
            Some(by_number(refusal.number()))
        })
    }

    async fn catalog(&mut self) -> Result<Catalog, Fault> {
        let begun = run(self, &["START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"]).await;
        if let Err(Fault::Refused(_)) = begun {
            // Before MySQL 5.6 a transaction could not be told to read only.
            run(self, &["START TRANSACTION WITH CONSISTENT SNAPSHOT"]).await?;
        }
        let tables = ask(self, TABLES, 4).await?;
        let mut tables: Vec<Table> = tables.iter().map(|row| table(row)).collect();
        for row in ask(self, COLUMNS, 4).await? {
            if let Some(table) = find(&mut tables, &row[0]) {
                table.columns.push(column(&row));
            }
        }
        for row in ask(self, PRIMARY_KEYS, 2).await? {
            if let Some(table) = find(&mut tables, &row[0]) {
                table.order.push(quoted(&row[1]));
                table.primary_key.push(row[1].clone());
            }
        }
        add_references(&mut tables, &ask(self, REFERENCES, 5).await?);
        let cipher = ask(self, "SHOW SESSION STATUS LIKE 'Ssl_cipher'", 2).await?;
        let encrypted = cipher.first().is_some_and(|row| !row[1].is_empty());
        let may_write = ask(self, MAY_WRITE, 1).await?.first().is_some_and(|row| row[0] == "1");
        Ok(Catalog { tables, encrypted, may_write })
    }
}

/// What the server's number for a refusal means.
fn by_number(number: u16) -> Fault {
    match number {
        // Access denied, also without any password; the password has run out.
        1045 | 1698 | 1820 | 1862 => Fault::Login,
        // No right to the database, table, column, procedure; this computer may not connect.
        1044 | 1130 | 1142 | 1143 | 1227 | 1370 => Fault::NoRight,
        1049 => Fault::NoDatabase,
        // No such table or column any more; altered since the snapshot; gone from the disk.
        1051 | 1054 | 1146 | 1412 | 1932 => Fault::Changed,
        // Too many connections; shutting down; the victim of a deadlock lost its snapshot; connection ended.
        1040 | 1053 | 1129 | 1152 | 1158..=1161 | 1203 | 1213 | 1226 | 1927 | 2006 | 2013 => Fault::Lost,
        other => Fault::Refused(other.to_string()),
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

fn find<'a>(tables: &'a mut [Table], name: &str) -> Option<&'a mut Table> {
    tables.iter_mut().find(|table| table.name == name)
}

fn table(row: &[String]) -> Table {
    let kind = if row[1].ends_with("VIEW") { TableKind::View } else { TableKind::Table };
    Table {
        name: row[0].clone(),
        kind,
        sql: quoted(&row[0]),
        in_snapshot: row[2] == "YES",
        bytes: row[3].parse().unwrap_or(0),
        ..Table::default()
    }
}

fn column(row: &[String]) -> Column {
    let (form, name) = (form(&row[2], row[3] == "1"), quoted(&row[1]));
    // The server prints FLOAT with six digits only; as DOUBLE all of them come.
    let sql = if form == Form::Single { format!("{name} + 0e0") } else { name };
    Column { name: row[1].clone(), form, sql }
}

fn form(data_type: &str, is_free_float: bool) -> Form {
    match data_type.to_ascii_lowercase().as_str() {
        "float" if is_free_float => Form::Single,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float" | "double" | "year" => {
            Form::Number
        }
        "bit" => Form::Bits,
        "date" | "datetime" | "timestamp" => Form::Day,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" | "vector" => Form::Bytes,
        "geometry" | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring" | "multipolygon"
        | "geometrycollection" | "geomcollection" => Form::Bytes,
        _ => Form::Text,
    }
}

/// Adds foreign keys; a key of several columns has several rows in `answer`.
fn add_references(tables: &mut [Table], answer: &Answer) {
    let mut last = None;
    for row in answer {
        let Some(table) = find(tables, &row[0]) else { continue };
        let key = Some((&row[0], &row[1]));
        if last != key {
            table.references.push(Reference { table: row[3].clone(), ..Reference::default() });
            last = key;
        }
        if let Some(reference) = table.references.last_mut() {
            reference.columns.push(row[2].clone());
            reference.to_columns.push(row[4].clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_known_by_its_number() {
        for (number, fault) in [
            (1045, Fault::Login),
            (1698, Fault::Login),
            (1044, Fault::NoRight),
            (1049, Fault::NoDatabase),
            (1412, Fault::Changed),
            (1927, Fault::Lost),
            (1213, Fault::Lost),
            (1356, Fault::Refused("1356".to_owned())),
        ] {
            assert_eq!(by_number(number), fault, "{number}");
        }
    }
}
