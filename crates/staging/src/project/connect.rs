//! Connections to the database of a project, and how they are set up.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use super::Held;
use crate::error::{Error, Result};
use crate::vault::DataKey;
use crate::vfs;

/// What a connection may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// How long a connection waits for another: a checkpoint of a large import takes a few seconds.
const PATIENCE: Duration = Duration::from_secs(15);

/// Prepared statements kept for each connection.
const STATEMENTS: usize = 64;

/// Set before the key. SQLCipher else writes on standard error what it thinks of a wrong key.
const BEFORE_KEY: &str = "PRAGMA cipher_log_level = NONE;";

/// Set after the key.
///
/// - Pages of 8 KiB: each is encrypted and signed by itself, at a cost of 80 bytes and one HMAC;
///   against 4 KiB that halves the cost for rows written in bulk, and above it a change of one row
///   rewrites more than it gains.
/// - Temporary tables and sorts stay in memory: on the disk they would lie in the clear.
/// - A log of at most 8,000 pages (64 MiB) before it goes into the file: pages written again and again are copied
///   less often. After a large import it is cut back to 64 MiB. `NORMAL` is safe from corruption in this mode
///   (sqlite.org/wal.html).
/// - A cache of 16 MiB. No memory mapping: it would pass by the cipher and by the VFS.
const AFTER_KEY: &str = "
    PRAGMA cipher_page_size = 8192;
    PRAGMA temp_store = MEMORY;
    PRAGMA mmap_size = 0;
    PRAGMA cache_size = -16384;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = OFF;
    PRAGMA trusted_schema = OFF;";

/// Set on the connection that writes.
const WRITER: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA wal_autocheckpoint = 8000;
    PRAGMA journal_size_limit = 67108864;";

/// Set on a connection that only reads. It is not opened as one: the last connection to close brings the
/// log into the file and removes it, and that may be a reader's.
const READER: &str = "PRAGMA query_only = ON;";

/// Opens the database in the file at `path`, which has a header already.
///
/// # Errors
///
/// [`Error::Corrupt`] where the database does not answer to the key that the header gave.
pub(super) fn connect(path: &Path, key: &DataKey, access: Access) -> Result<Connection> {
    vfs::register()?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags_and_vfs(path, flags, vfs::NAME)?;
    connection.busy_timeout(PATIENCE)?;
    let raw_key = key.for_sqlcipher();
    let key_sql = Zeroizing::new(["PRAGMA key = \"", &raw_key, "\";"].concat());
    connection.execute_batch(BEFORE_KEY)?;
    connection.execute_batch(&key_sql)?;
    connection.execute_batch(AFTER_KEY)?;
    connection.execute_batch(if access == Access::Write { WRITER } else { READER })?;
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// # Errors
///
/// [`Error::Corrupt`] where SQLite finds the database damaged.
pub(super) fn check_integrity(connection: &Connection) -> Result<()> {
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(Error::Corrupt { part: "database" }) }
}

/// A read-only connection beside the one of the [`super::Project`]; it may outlive it.
#[derive(Debug)]
pub struct Reader {
    // Dropped before the handle and lock of the file.
    connection: Connection,
    _held: Arc<Held>,
}

impl Reader {
    pub(super) fn new(connection: Connection, held: Arc<Held>) -> Self {
        Self { connection, _held: held }
    }

    /// The connection.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// From here on sees the project as it stands now, whatever is written meanwhile, until [`Reader::let_go`].
    ///
    /// # Errors
    ///
    /// Where the project cannot be read.
    pub fn hold(&self) -> Result<()> {
        self.connection.execute_batch("BEGIN")?;
        self.connection.query_row("SELECT count(*) FROM data_meta", [], |_| Ok(()))?;
        Ok(())
    }

    /// Sees what is written again.
    pub fn let_go(&self) {
        // Nothing was written: that it was not held is all that can go wrong.
        let _ = self.connection.execute_batch("ROLLBACK");
    }
}
