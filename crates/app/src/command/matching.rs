//! Records that are certainly the same: merged by rule, the rest is a person's to decide.

use model::Watch;
use staging::records::{self, CertainMerge};
use staging::{Permission, Project};

use super::cleanse::act;
use crate::error::Failure;
use crate::session::Session;

/// The entities whose records can be proved to be the same person.
const PROVABLE: [&str; 2] = ["students", "guardians"];

/// Merges pupils with the same identity number and birth date, and guardians with the same identity
/// number and name. Each entity is one step that can be undone.
///
/// # Errors
///
/// Where the project cannot be written.
pub(crate) fn merge_certain(
    project: &Project,
    watch: &dyn Watch,
) -> Result<Vec<(&'static str, CertainMerge)>, Failure> {
    let mut merged = Vec::new();
    for entity in PROVABLE {
        merged.push((entity, records::merge_certain(project.connection(), entity, &act(project), watch)?));
    }
    Ok(merged)
}

/// The same, asked for by a person.
///
/// # Errors
///
/// Where the project cannot be written or the role may not.
pub fn merge(session: &Session, watch: &dyn Watch) -> Result<Vec<(&'static str, CertainMerge)>, Failure> {
    let project = session.write(Permission::Cleanse)?;
    merge_certain(&project, watch)
}

/// Checks that ask whether two records may be the same person.
const LIKELY: [&str; 2] = ["duplicate-identity", "same-name-birth-date"];

/// How many records the last validation found that may be the same person, by check.
///
/// # Errors
///
/// Those of the project file.
pub fn likely(session: &Session) -> Result<Vec<(String, u64)>, Failure> {
    let reader = session.read(Permission::ViewRecords)?;
    let results = staging::findings::results(reader.connection())?;
    let count = |check: &str| results.iter().filter(|result| result.check == check).map(|result| result.found).sum();
    Ok(LIKELY.into_iter().map(|check| (check.to_owned(), count(check))).collect())
}
