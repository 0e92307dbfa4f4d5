//! The migrations of the database, and bringing an older file up to date.

use std::path::Path;

use rusqlite::Connection;

use crate::error::{Error, Result};
use crate::vault::handle::Handle;
use crate::vault::header::Header;

/// All migrations, oldest first. They only ever add: an older file loses nothing.
pub(super) const MIGRATIONS: [&str; 19] = [
    include_str!("../../../../migrations/staging/0001_project.sql"),
    include_str!("../../../../migrations/staging/0002_data.sql"),
    include_str!("../../../../migrations/staging/0003_proposals.sql"),
    include_str!("../../../../migrations/staging/0004_declared.sql"),
    include_str!("../../../../migrations/staging/0005_mail.sql"),
    include_str!("../../../../migrations/staging/0006_profile.sql"),
    include_str!("../../../../migrations/staging/0007_push.sql"),
    include_str!("../../../../migrations/staging/0008_validation.sql"),
    include_str!("../../../../migrations/staging/0009_proposal_also.sql"),
    include_str!("../../../../migrations/staging/0010_recipes.sql"),
    include_str!("../../../../migrations/staging/0011_matching.sql"),
    include_str!("../../../../migrations/staging/0012_packed.sql"),
    include_str!("../../../../migrations/staging/0013_kept.sql"),
    include_str!("../../../../migrations/staging/0014_portal_people.sql"),
    include_str!("../../../../migrations/staging/0015_pushed.sql"),
    include_str!("../../../../migrations/staging/0016_change_rows.sql"),
    include_str!("../../../../migrations/staging/0017_mail_address.sql"),
    include_str!("../../../../migrations/staging/0018_queue_whole.sql"),
    include_str!("../../../../migrations/staging/0019_push_order.sql"),
];

/// The format this Daftar writes: how many migrations there are.
#[allow(clippy::cast_possible_truncation)]
pub const FORMAT_VERSION: u32 = MIGRATIONS.len() as u32;

/// Brings a database up to [`FORMAT_VERSION`], each migration whole or not at all.
///
/// The database says for itself which format it has: the header may lag behind after a power cut.
///
/// # Errors
///
/// [`Error::NewerThanApp`], or those of SQLite.
pub(super) fn upgrade(path: &Path, connection: &Connection, header: &mut Header, handle: &Handle) -> Result<()> {
    let file_version: u32 = connection.query_row("SELECT format_version FROM meta", [], |row| row.get(0))?;
    if file_version > FORMAT_VERSION {
        return Err(Error::NewerThanApp { path: path.to_path_buf(), file_version, app_version: FORMAT_VERSION });
    }
    for (version, sql) in (1..=FORMAT_VERSION).zip(MIGRATIONS).filter(|(version, _)| *version > file_version) {
        let transaction = connection.unchecked_transaction()?;
        transaction.execute_batch(sql)?;
        transaction.execute("UPDATE meta SET format_version = ?1", [version])?;
        transaction.commit()?;
    }
    if header.format_version < FORMAT_VERSION {
        header.format_version = FORMAT_VERSION;
        header.save(handle)?;
    }
    Ok(())
}
