//! How far an import is over all of its files: first the bytes looked through, then the rows landed.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use model::Watch;

use crate::dto::ImportFile;

/// The step in which files are opened: its progress is in bytes.
const OPEN: &str = "open";
/// The step in which rows are landed.
pub(super) const READ: &str = "read";
/// The step in which records are made of them.
pub(super) const MAKE: &str = "make";

/// Shows what one file counts among the bytes of all.
pub(super) struct Opening<'a> {
    watch: &'a dyn Watch,
    before: AtomicU64,
    /// `None` where a file is no file by itself: a server, or one inside an archive.
    total: Option<u64>,
}

impl<'a> Opening<'a> {
    pub(super) fn begin(files: &[ImportFile], watch: &'a dyn Watch) -> Self {
        let size = |file: &ImportFile| match file.member {
            Some(_) => None,
            None => fs_err::metadata(Path::new(&file.path)).ok().map(|found| found.len()),
        };
        watch.step(OPEN);
        Self { watch, before: AtomicU64::new(0), total: files.iter().map(size).sum() }
    }

    /// A file of so many bytes is open.
    pub(super) fn opened(&self, bytes: u64) {
        self.before.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Watch for Opening<'_> {
    fn progress(&self, done: u64, _total: Option<u64>) {
        let done = self.before.load(Ordering::Relaxed) + done;
        self.watch.progress(self.total.map_or(done, |total| done.min(total)), self.total);
    }

    fn cancelled(&self) -> bool {
        self.watch.cancelled()
    }
}

/// Shows the rows of all tables. What a reader counts itself (bytes, pages) is not what the import counts.
pub(super) struct Rows<'a> {
    watch: &'a dyn Watch,
    landed: AtomicU64,
    total: Option<u64>,
}

impl<'a> Rows<'a> {
    pub(super) fn begin(total: Option<u64>, watch: &'a dyn Watch) -> Self {
        watch.step(READ);
        watch.progress(0, total);
        Self { watch, landed: AtomicU64::new(0), total }
    }

    /// So many rows more have landed.
    pub(super) fn landed(&self, rows: u64) {
        let landed = self.landed.fetch_add(rows, Ordering::Relaxed) + rows;
        self.watch.progress(self.total.map_or(landed, |total| landed.min(total)), self.total);
    }
}

impl Watch for Rows<'_> {
    fn progress(&self, _done: u64, _total: Option<u64>) {}

    fn cancelled(&self) -> bool {
        self.watch.cancelled()
    }
}
