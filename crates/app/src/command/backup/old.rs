//! The copies that lie beside a project: how many, how large, and which may go.
//!
//! Before each push project and portal are copied. The newest of each kind stay, as many as the settings say; an older
//! one goes only where no push needs it: a push that stands and wrote something can be taken back, and may go wrong
//! when it is. Files that Daftar did not name itself are nobody's to count or delete.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use chrono::{Duration, NaiveDateTime};
use model::Words;
use serde::{Deserialize, Serialize};
use staging::receipts::{self as kept, PushBatch, PushState};
use staging::{Connection, Permission, Project};

use super::{file_name, stem};
use crate::clock::{self, local};
use crate::command::push::{push_document, rollback_document};
use crate::error::{Failure, at};
use crate::say;
use crate::session::Session;

/// How the time stands in the name of a copy.
pub(super) const STAMP: &str = "%Y%m%d-%H%M%S";
/// Letters of that time.
const STAMP_LETTERS: usize = 15;

/// A copy that was deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Its name.
    pub file: String,
    /// Its size.
    pub bytes: u64,
}

/// One copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OldCopy {
    /// Its name.
    pub file: String,
    /// `project` or `portal`.
    pub of: &'static str,
    /// Its size.
    pub bytes: u64,
    /// When it was made, by its name.
    pub at: NaiveDateTime,
    /// Whether a push that can still be taken back needs it.
    pub needed: bool,
}

/// The copies beside a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OldCopies {
    /// Their folder.
    pub folder: String,
    /// How many of each kind are kept at least.
    pub keep: u32,
    /// How large all of them are together.
    pub bytes: u64,
    /// They themselves, the newest first.
    pub copies: Vec<OldCopy>,
}

/// The copies beside the project.
///
/// # Errors
///
/// [`crate::Code::NotAllowed`] for whoever may not make copies; where the folder or the project cannot be read.
pub fn list(session: &Session) -> Result<OldCopies, Failure> {
    let keep = u32::from(session.settings().backups_kept);
    let reader = session.read(Permission::Backup)?;
    let (path, copies) = (folder(&session.path()), copies(&session.path(), reader.connection())?);
    let folder = path.display().to_string();
    Ok(OldCopies { folder, keep, bytes: copies.iter().map(|copy| copy.bytes).sum(), copies })
}

/// How many there are, how large, and how many stay, in a sentence.
#[must_use]
pub fn sentence(copies: &OldCopies, words: &Words) -> String {
    let (count, keep) = (say::count(copies.copies.len() as u64), say::count(u64::from(copies.keep)));
    let size = say::size(copies.bytes);
    words.say("cli.backups", &[("count", &count), ("size", &size), ("folder", &copies.folder), ("keep", &keep)])
}

/// How many copies there are, and how large they are together; nothing where the folder cannot be read.
pub(crate) fn sum(project: &Path) -> (usize, u64) {
    let found = named(project).unwrap_or_default();
    (found.len(), found.iter().map(|copy| copy.bytes).sum())
}

/// Deletes copies that are older than the newest and that no push needs. A copy that cannot be deleted stays.
pub(crate) fn prune(project: &Project, path: &Path, keep: usize) -> Result<Vec<Removed>, Failure> {
    let all = copies(path, project.connection())?;
    let mut removed = Vec::new();
    for kind in ["project", "portal"] {
        let older = all.iter().filter(|copy| copy.of == kind).skip(keep);
        for copy in older.filter(|copy| !copy.needed) {
            if fs_err::remove_file(folder(path).join(&copy.file)).is_ok() {
                removed.push(Removed { file: copy.file.clone(), bytes: copy.bytes });
            }
        }
    }
    if !removed.is_empty() {
        let (count, bytes) = (removed.len().to_string(), removed.iter().map(|copy| copy.bytes).sum::<u64>());
        project.log("backup.removed", &[("count", &count), ("bytes", &bytes.to_string())], clock::now())?;
    }
    Ok(removed)
}

/// The folder of copies.
pub(super) fn folder(project: &Path) -> PathBuf {
    project.with_file_name(format!("{}-backups", stem(project)))
}

fn copies(project: &Path, conn: &Connection) -> Result<Vec<OldCopy>, Failure> {
    let batches: Vec<PushBatch> = kept::batches(conn)?.into_iter().filter(may_go_back).collect();
    let (mut files, mut spans) = (HashSet::new(), Vec::new());
    for batch in &batches {
        match push_document(batch).backup {
            Some(backup) => {
                files.extend([backup.project, backup.portal].into_iter().flatten().map(|copy| name_of(&copy.path)));
            }
            // A push that was cut off never said what it had copied: its copies are from shortly before.
            None if batch.report.is_none() => spans.push(local(&batch.at)),
            None => {}
        }
    }
    let mut found = named(project).map_err(at(&folder(project)))?;
    for copy in &mut found {
        let shortly_before = |pushed: &NaiveDateTime| copy.at <= *pushed && copy.at > *pushed - Duration::hours(24);
        copy.needed = files.contains(&copy.file) || spans.iter().any(shortly_before);
    }
    Ok(found)
}

/// The last part of a path, whichever system wrote it.
fn name_of(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

/// Whether anything of a push is in the portal, or may be, that taking it back would touch.
fn may_go_back(batch: &PushBatch) -> bool {
    let document = push_document(batch);
    let written: u64 = document.entities.iter().map(|entity| entity.inserted + entity.updated).sum();
    let back = rollback_document(batch).unwrap_or_default();
    let taken: u64 = back
        .entities
        .iter()
        .filter(|row| document.entities.iter().any(|entity| entity.entity == row.entity))
        .map(|row| row.reversed)
        .sum();
    match batch.state {
        PushState::Prepared => true,
        PushState::Applied => batch.report.is_none() || written > taken,
        _ => false,
    }
}

/// The files in the folder that Daftar named, the newest first.
fn named(project: &Path) -> std::io::Result<Vec<OldCopy>> {
    let entries = match fs_err::read_dir(folder(project)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let stem = stem(project);
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let file = file_name(&entry.path());
        if let Some((of, at, count)) = read_name(&stem, &file).filter(|_| entry.path().is_file()) {
            found.push((at, count, OldCopy { bytes: entry.metadata()?.len(), file, of, at, needed: false }));
        }
    }
    found.sort_by(|one, other| (other.0, other.1, &one.2.file).cmp(&(one.0, one.1, &other.2.file)));
    Ok(found.into_iter().map(|(.., copy)| copy).collect())
}

/// What a name says: kind, time, and which of that second; `None` for a file that Daftar did not name.
fn read_name(stem: &str, file: &str) -> Option<(&'static str, NaiveDateTime, u32)> {
    let rest = file.strip_prefix(stem)?;
    let (of, rest) = match (rest.strip_suffix(".daftar"), rest.strip_suffix(".portal")) {
        (Some(rest), _) => ("project", rest.strip_prefix('-')?),
        (_, Some(rest)) => ("portal", rest.strip_prefix("-portal-")?),
        _ => return None,
    };
    let at = NaiveDateTime::parse_from_str(rest.get(..STAMP_LETTERS)?, STAMP).ok()?;
    let count = match rest.get(STAMP_LETTERS..)? {
        "" => 1,
        count => count.strip_prefix('-')?.parse().ok()?,
    };
    Some((of, at, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_daftar_gives_are_copies() {
        let read = |file: &str| read_name("sk", file).map(|(of, at, count)| format!("{of} {at} {count}"));
        assert_eq!(read("sk-20261122-093100.daftar").as_deref(), Some("project 2026-11-22 09:31:00 1"));
        assert_eq!(read("sk-portal-20261122-093100-2.portal").as_deref(), Some("portal 2026-11-22 09:31:00 2"));
        for other in [
            "sk.daftar",
            "sk-20261122-093100.portal",
            "sk-portal-20261122-093100.daftar",
            "sk-20261122.daftar",
            "sk-20261122-093100x.daftar",
            "sk-20261322-093100.daftar",
            "lain-20261122-093100.daftar",
            "sk-20261122-093100.daftar.zip",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
