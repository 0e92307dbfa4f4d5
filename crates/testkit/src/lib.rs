//! What tests share: nothing here is part of the product.
//!
//! - [`md`]: tables in Markdown that run as tests.
//! - [`cli`]: the built `daftar` command, run as a script would.
//! - [`portal`]: a database of one's own on the server that `DAFTAR_TEST_PG` names.
//! - [`proxy`]: a wire to that server that can be cut.
//! - [`scratch`]: a folder that is gone afterwards.

pub mod cli;
pub mod md;
pub mod portal;
pub mod proxy;

use anyhow::Context as _;

/// A folder that is removed with everything in it when the value goes away.
///
/// # Errors
///
/// Where the folder for temporary files cannot be written.
pub fn scratch() -> anyhow::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("daftar-it-").tempdir().context("no scratch folder could be made")
}

/// What the environment says, or how to say it: a test never passes because something was missing.
///
/// # Errors
///
/// Where `name` is not set.
pub fn needed(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| {
        format!(
            "{name} is not set. `scripts/test` sets everything. By hand: DAFTAR_TEST_PG is the URL of a PostgreSQL \
             whose account may create databases, DAFTAR_BIN the path of the built `daftar`"
        )
    })
}
