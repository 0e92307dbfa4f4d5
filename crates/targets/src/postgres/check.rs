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
const BESIDES: [(&str, &str, &str); 22] = [
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

impl Work<'_> {
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
