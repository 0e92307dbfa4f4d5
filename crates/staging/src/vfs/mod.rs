//! Registers the SQLite VFS `daftar`, which keeps the database behind the header of the project file.
//!
//! The VFS itself is C (`offset.c`): it is called by C, about C structures, and SQLite's own
//! `appendvfs.c` shows the way. This module holds the only `unsafe` of Daftar.

use std::ffi::c_int;
use std::sync::OnceLock;

use crate::error::{Error, Result};

/// Name to open connections with.
pub(crate) const NAME: &str = "daftar";

/// Makes the VFS known to SQLite, once in the life of the process.
///
/// # Errors
///
/// [`Error::Database`] where SQLite does not start.
pub(crate) fn register() -> Result<()> {
    static OUTCOME: OnceLock<c_int> = OnceLock::new();
    let code = *OUTCOME.get_or_init(registered);
    if code == libsqlite3_sys::SQLITE_OK {
        return Ok(());
    }
    Err(Error::Database(rusqlite::Error::SqliteFailure(libsqlite3_sys::Error::new(code), None)))
}

/// The result code of the registration.
fn registered() -> c_int {
    #[allow(unsafe_code)]
    // SAFETY: the declaration is the one of `offset.c`: no arguments, an `int` back. The function
    // touches only its own static structure and SQLite's list of VFSs, which SQLite guards by its
    // mutex; `OnceLock` sees to it that it runs once.
    unsafe {
        unsafe extern "C" {
            fn daftar_vfs_register() -> c_int;
        }
        daftar_vfs_register()
    }
}
