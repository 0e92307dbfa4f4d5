//! A verified copy of the project file, and a project from such a copy.

use std::path::{Path, PathBuf};

use staging::Permission;

use crate::clock;
use crate::error::Failure;
use crate::session::Session;

/// A copy that was made and opened again to check it.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The copy.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

/// Copies the project file to `out`, or beside itself with the time in its name, and verifies the copy.
///
/// # Errors
///
/// As [`staging::Project::backup_to`].
pub fn run(session: &Session, out: Option<&Path>) -> Result<Copied, Failure> {
    let to = out.map_or_else(|| beside(&session.path()), Path::to_path_buf);
    let made = session.write(Permission::Backup)?.backup_to(&to, clock::now())?;
    Ok(Copied { path: to.display().to_string(), bytes: made.bytes, sha256: made.sha256 })
}

fn beside(project: &Path) -> PathBuf {
    let name = project.file_stem().unwrap_or_default().to_string_lossy();
    project.with_file_name(format!("{name}-{}.daftar", clock::wall().format("%Y%m%d-%H%M%S")))
}

/// Makes the project `to` from a copy.
///
/// # Errors
///
/// Where `to` exists or the copy is no project.
pub fn restore(copy: &Path, to: &Path) -> Result<(), Failure> {
    staging::project::restore(copy, to)?;
    Ok(())
}
