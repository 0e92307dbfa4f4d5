//! Compares the portal's tables with what a push writes; every push begins with it.

use std::collections::HashMap;

use model::Watch;
use sqlx::Row as _;

use super::prepare::SCHEMA_VERSION;
use super::session::{End, Portal, Work};
use crate::Error;
use crate::report::Difference;
use crate::shape;

/// Columns outside the shapes that a push needs.
const BESIDES: [(&str, &str, &str); 29] = [
    ("auth.roles", "id", "uuid"),
    ("auth.roles", "code", "text"),
    ("auth.user_roles", "user_id", "uuid"),
    ("auth.user_roles", "role_id", "uuid"),
    ("auth.password_reset_tokens", "user_id", "uuid"),
    ("auth.password_reset_tokens", "token_hash", "text"),
    ("auth.password_reset_tokens", "expires_at", "timestamp with time zone"),
    ("migration.batches", "id", "uuid"),
    ("migration.batches", "state", "text"),
    ("migration.batches", "counts", "jsonb"),
    ("migration.id_map", "entity", "text"),
    ("migration.id_map", "source_system", "text"),
    ("migration.id_map", "source_key", "text"),
    ("migration.id_map", "target_id", "uuid"),
    ("migration.journal", "batch_id", "uuid"),
    ("migration.journal", "entity", "text"),
    ("migration.journal", "record_no", "bigint"),
    ("migration.journal", "target_id", "uuid"),
    ("migration.journal", "before", "jsonb"),
    ("migration.journal", "after_hash", "text"),
    ("migration.errors", "source_key", "text"),
    ("migration.number_series", "last_value", "bigint"),
    ("migration.journal", "reversed", "boolean"),
    ("migration.incoming_chunks", "upload_id", "uuid"),
    ("migration.incoming_chunks", "entity", "text"),
    ("migration.incoming_chunks", "chunk", "integer"),
    ("migration.incoming_chunks", "sha256", "text"),
    ("migration.incoming_rows", "chunk_id", "bigint"),
    ("migration.incoming_rows", "c64", "text"),
];

/// All columns of our schemas, with the type's schema where it is not PostgreSQL's own.
const FOUND: &str = "SELECT n.nspname || '.' || c.relname, a.attname::text,
        CASE WHEN tn.nspname = 'pg_catalog' THEN format_type(a.atttypid, a.atttypmod)
             ELSE tn.nspname || '.' || t.typname END
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace tn ON tn.oid = t.typnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('auth', 'academic', 'islamic', 'financial', 'communication', 'content', 'analytics',
                       'migration')";

impl Portal {
    /// How the portal differs from what Daftar writes; empty where all is well.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaMissing`] where there is no portal, [`Error::SchemaOlder`], [`Error::SchemaNewer`].
    pub fn check(&mut self, watch: &dyn Watch) -> Result<Vec<Difference>, Error> {
        self.transaction(watch, |work| Ok((work.differences()?, End::TakeBack)))
    }
}

/// What a connection test tells of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFacts {
    /// Version of PostgreSQL.
    pub version: String,
    /// Version of TLS, where the connection is protected by it.
    pub tls: Option<String>,
    /// Whether the connection never leaves this computer.
    pub local: bool,
}

impl Portal {
    /// What the server says of itself and of this connection.
    ///
    /// # Errors
    ///
    /// Where it does not answer.
    pub fn facts(&mut self, watch: &dyn Watch) -> Result<ServerFacts, Error> {
        let sql = "SELECT current_setting('server_version'),
                (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl),
                coalesce(inet_client_addr() << '127.0.0.0/8' OR inet_client_addr() = '::1', true)";
        self.transaction(watch, |work| {
            let row = work.row(sql)?;
            let facts = ServerFacts { version: row.try_get(0)?, tls: row.try_get(1)?, local: row.try_get(2)? };
            Ok((facts, End::TakeBack))
        })
    }

    /// Tables of the portal into which this account may not write all that a push writes; empty where all is well.
    ///
    /// # Errors
    ///
    /// [`Error::ReadOnly`] for a server that takes no changes; where it does not answer.
    pub fn missing_rights(&mut self, watch: &dyn Watch) -> Result<Vec<String>, Error> {
        self.transaction(watch, |work| {
            let read_only: bool = work.row("SELECT current_setting('transaction_read_only')::bool")?.try_get(0)?;
            if read_only { Err(Error::ReadOnly) } else { Ok((work.unwritable()?, End::TakeBack)) }
        })
    }
}

impl Work<'_> {
    fn unwritable(&mut self) -> Result<Vec<String>, Error> {
        let mut tables: Vec<&str> = expected().into_iter().map(|(table, ..)| table).collect();
        tables.retain(|table| *table != "auth.roles");
        tables.sort_unstable();
        tables.dedup();
        let listed: Vec<String> = tables.iter().map(|table| format!("'{table}'")).collect();
        let rows = self.rows(&format!(
            "SELECT n FROM unnest(ARRAY[{}]) n WHERE to_regclass(n) IS NOT NULL AND NOT (
                has_table_privilege(n, 'SELECT') AND has_table_privilege(n, 'INSERT')
                AND has_table_privilege(n, 'UPDATE') AND has_table_privilege(n, 'DELETE'))",
            listed.join(", ")
        ))?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// The portal must be one that a push fits.
    ///
    /// # Errors
    ///
    /// As [`Portal::check`], and [`Error::SchemaMismatch`].
    pub(super) fn must_fit(&mut self) -> Result<(), Error> {
        let differences = self.differences()?;
        if differences.is_empty() { Ok(()) } else { Err(Error::SchemaMismatch(differences)) }
    }

    /// # Errors
    ///
    /// [`Error::SchemaMissing`], [`Error::SchemaOlder`], [`Error::SchemaNewer`].
    pub(super) fn must_be_portal(&mut self) -> Result<(), Error> {
        match self.schema_version()? {
            None => Err(Error::SchemaMissing),
            Some(found) if found > SCHEMA_VERSION => Err(Error::SchemaNewer { found, known: SCHEMA_VERSION }),
            Some(found) if found < SCHEMA_VERSION => Err(Error::SchemaOlder { found, needed: SCHEMA_VERSION }),
            Some(_) => Ok(()),
        }
    }

    fn differences(&mut self) -> Result<Vec<Difference>, Error> {
        self.must_be_portal()?;
        let mut found: HashMap<String, HashMap<String, String>> = HashMap::new();
        for row in self.rows(FOUND)? {
            found.entry(row.try_get(0)?).or_default().insert(row.try_get(1)?, row.try_get(2)?);
        }
        let mut differences: Vec<Difference> = expected()
            .into_iter()
            .filter_map(|(table, column, sql_type)| difference(&found, table, column, sql_type))
            .collect();
        differences.dedup();
        Ok(differences)
    }
}

fn expected() -> Vec<(&'static str, &'static str, &'static str)> {
    let of_shapes = shape::ALL.iter().flat_map(|shape| {
        let table = shape.entity.portal_table;
        let own = [("id", "uuid"), ("updated_at", "timestamp with time zone")];
        let columns = shape.columns.iter().map(|column| (column.name.as_str(), column.sql_type));
        own.into_iter().chain(columns).map(move |(name, sql_type)| (table, name, sql_type))
    });
    of_shapes.chain(BESIDES).collect()
}

fn difference(
    found: &HashMap<String, HashMap<String, String>>,
    table: &str,
    column: &str,
    expected: &str,
) -> Option<Difference> {
    let named = |column: &str, expected: &str, found: Option<String>| {
        let (table, column, expected) = (table.to_owned(), column.to_owned(), expected.to_owned());
        Some(Difference { table, column, expected, found })
    };
    let Some(columns) = found.get(table) else { return named("", "table", None) };
    match columns.get(column) {
        Some(there) if there == expected => None,
        there => named(column, expected, there.cloned()),
    }
}
