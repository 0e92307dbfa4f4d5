//! Compares a portal with what Daftar made; every push begins with it.

use model::Watch;
use sqlx::Row as _;

use super::catalog::{ONBOARDING, expected};
use super::prepare::SCHEMA_VERSION;
use super::session::{End, Portal, Work};
use crate::Error;
use crate::report::{Checked, Difference};

impl Portal {
    /// How the portal differs from what Daftar made.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaMissing`] where there is no portal, [`Error::SchemaOlder`], [`Error::SchemaNewer`].
    pub fn check(&mut self, watch: &dyn Watch) -> Result<Checked, Error> {
        self.transaction(watch, |work| {
            work.must_be_portal()?;
            Ok((work.compared()?, End::TakeBack))
        })
    }

    /// What there is of the portal, one line an object: what [`Portal::check`] compares.
    ///
    /// # Errors
    ///
    /// Where it does not answer, or this login may not see all of it.
    pub fn snapshot(&mut self, watch: &dyn Watch) -> Result<String, Error> {
        self.transaction(watch, |work| Ok((work.snapshot()?, End::TakeBack)))
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
    /// What those who push may write is what a push writes.
    fn unwritable(&mut self) -> Result<Vec<String>, Error> {
        let rights = expected().iter().filter(|object| {
            (object.kind, object.owner) == ("grant", ONBOARDING) && object.definition.contains("INSERT")
        });
        let listed: Vec<String> = rights.map(|right| format!("('{}', '{}')", right.name, right.definition)).collect();
        let rows = self.rows(&format!(
            "SELECT DISTINCT n FROM (VALUES {}) AS v (n, rights), unnest(string_to_array(rights, ', ')) p
             WHERE to_regclass(n) IS NOT NULL AND NOT has_table_privilege(n, p) ORDER BY n",
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
        self.must_be_portal()?;
        let Checked { differences, .. } = self.compared()?;
        if differences.is_empty() { Ok(()) } else { Err(Error::SchemaMismatch(differences)) }
    }

    /// The portal must be one that can be read: what guards it may be missing, columns may not.
    ///
    /// # Errors
    ///
    /// As [`Portal::check`], and [`Error::SchemaMismatch`].
    pub(super) fn must_be_readable(&mut self) -> Result<(), Error> {
        self.must_be_portal()?;
        let mut differences = self.compared()?.differences;
        differences.retain(Difference::hinders_reading);
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
}
