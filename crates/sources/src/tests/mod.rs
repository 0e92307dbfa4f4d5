//! Tests over whole files: golden tables, round trips, damage.

mod access;
mod damage;
mod dumps;
mod golden;
mod gone;
mod hostile;
mod roundtrip;
mod sources;
mod worker;

use std::path::{Path, PathBuf};

use model::{RowBlock, Silent};

use crate::{Error, Options, ReadSummary, Source};

/// A small generator of numbers, the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// The folder with the odd files of `format`.
pub(crate) fn fixtures(format: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/formats").join(format)
}

/// All data rows of a table: row number and cell texts.
pub(crate) type Rows = Vec<(u64, Vec<String>)>;

/// Reads table `table` to its end.
pub(crate) fn read_all(source: &mut dyn Source, table: usize) -> Result<(Rows, ReadSummary), Error> {
    let mut rows = Vec::new();
    let mut sink = |block: &RowBlock| {
        rows.extend(block.rows().map(|row| (row.number(), row.cells().map(|cell| cell.text.to_owned()).collect())));
        Ok(())
    };
    let summary = source.read(table, &mut sink, &Silent)?;
    Ok((rows, summary))
}

/// Writes `bytes` to a file of a folder of its own and opens it.
pub(crate) fn open_bytes(
    name: &str,
    bytes: &[u8],
    options: &Options,
) -> (tempfile::TempDir, Result<Box<dyn Source>, Error>) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join(name);
    fs_err::write(&path, bytes).expect("room for a small file");
    let source = crate::open(&path, options);
    (folder, source)
}
