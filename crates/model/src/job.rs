//! Long work: progress out, cancel in.

/// Watches a piece of long work. The worker tells how far it is and asks whether to go on.
pub trait Watch: Sync {
    /// `done` of `total` rows (or other units) are finished; `total` is `None` while unknown.
    fn progress(&self, done: u64, total: Option<u64>);

    /// Another step of the work begins: `upload`, `resend`, `write`, `commit`. Whoever shows progress may say so.
    fn step(&self, _step: &'static str) {}

    /// Whether the person asked to stop.
    fn cancelled(&self) -> bool;

    /// # Errors
    ///
    /// [`Cancelled`] where the person asked to stop.
    fn check(&self) -> Result<(), Cancelled> {
        if self.cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

/// The work was stopped by a person; what was not finished is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl std::fmt::Display for Cancelled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "stopped")
    }
}

impl std::error::Error for Cancelled {}

/// A watch that says nothing and never stops the work.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Watch for Silent {
    fn progress(&self, _done: u64, _total: Option<u64>) {}

    fn cancelled(&self) -> bool {
        false
    }
}
