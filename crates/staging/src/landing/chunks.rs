//! Long writing in portions: each its own transaction, so that memory and the log stay bounded.

use rusqlite::Connection;

use crate::Result;

/// Rows after which a portion is committed.
const ROWS: usize = 50_000;

/// Bytes after which a portion is committed, for tables with very long cells.
const BYTES: usize = 16 << 20;

/// An open transaction that commits and starts anew every [`ROWS`] rows. Dropped, it rolls the
/// last portion back. Inside a transaction that is open already it is part of that one, and neither commits
/// nor rolls back.
pub(crate) struct Chunks<'c> {
    conn: &'c Connection,
    rows: usize,
    bytes: usize,
    open: bool,
}

impl<'c> Chunks<'c> {
    /// Opens the first portion.
    pub(crate) fn begin(conn: &'c Connection) -> Result<Self> {
        let open = conn.is_autocommit();
        if open {
            conn.execute_batch("BEGIN IMMEDIATE")?;
        }
        Ok(Self { conn, rows: 0, bytes: 0, open })
    }

    /// Counts what was written and commits where the portion is full.
    pub(crate) fn wrote(&mut self, rows: usize, bytes: usize) -> Result<()> {
        self.rows += rows;
        self.bytes += bytes;
        if self.open && self.full() { self.commit() } else { Ok(()) }
    }

    /// Whether the next [`Chunks::wrote`] would commit.
    pub(crate) fn full(&self) -> bool {
        self.rows >= ROWS || self.bytes >= BYTES
    }

    fn commit(&mut self) -> Result<()> {
        self.open = false;
        self.conn.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
        (self.open, self.rows, self.bytes) = (true, 0, 0);
        Ok(())
    }

    /// Commits the last portion.
    pub(crate) fn finish(mut self) -> Result<()> {
        if self.open {
            self.conn.execute_batch("COMMIT")?;
            self.open = false;
        }
        Ok(())
    }
}

impl Drop for Chunks<'_> {
    fn drop(&mut self) {
        if self.open && !self.conn.is_autocommit() {
            // Nothing more can be done here; SQLite rolls back by itself when the connection closes.
            let _ = self.conn.execute_batch("ROLLBACK");
        }
    }
}
