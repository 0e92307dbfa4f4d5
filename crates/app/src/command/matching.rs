//! People twice, families, children without guardians, values that are missing: what a school puts in order before
//! it pushes.

pub(crate) mod cases;
mod certain;
mod circles;
mod contacts;
pub(crate) mod decide;
pub(crate) mod families;
pub(crate) mod gaps;
mod keys;
mod people;
mod places;
pub mod portal;
mod run;
#[cfg(test)]
mod tests;

use model::Watch;
use staging::matches::{self, Show};
use staging::records::Merged;
use staging::{Permission, Project};

pub(crate) use certain::{merge_certain, said_to_be_two};
pub(crate) use portal::known::{KnownPerson, known_rows};
pub use run::run;

use crate::app::App;
use crate::dto::{JobStarted, MatchingEntity, MatchingView, Nothing};
use crate::error::Failure;
use crate::say;
use crate::session::Session;

/// The entities whose records are people that may be there twice.
pub(crate) const PEOPLE: [&str; 3] = ["students", "guardians", "teachers"];

/// Merges what is certainly the same, asked for by a person: by the rule, and what a person said before about
/// records that were brought in again.
///
/// # Errors
///
/// Where the project cannot be written or the role may not.
pub fn merge(session: &Session, watch: &dyn Watch) -> Result<Vec<(&'static str, Merged)>, Failure> {
    let project = session.write(Permission::Cleanse)?;
    let mut done = merge_certain(&project, watch)?;
    for (entity, merged) in &mut done {
        let again = certain::merge_again(&project, entity, watch)?;
        merged.merged += again.merged;
        merged.survivors += again.survivors;
        merged.merged_links += again.merged_links;
    }
    log_merged(&project, &done)?;
    Ok(done)
}

fn log_merged(project: &Project, done: &[(&'static str, Merged)]) -> Result<(), Failure> {
    let count = done.iter().map(|(_, merged)| merged.merged).sum::<u64>().to_string();
    Ok(project.log("matching.merged", &[("count", &count)], crate::clock::now())?)
}

/// Checks that ask whether two records may be the same person.
const LIKELY: [&str; 3] = ["duplicate-identity", "same-pupil", "same-name-birth-date"];

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

/// Where the work on people stands.
///
/// # Errors
///
/// Those of the project file.
pub fn view(session: &Session) -> Result<MatchingView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let runs = matches::counts(conn)?;
    let mut entities = Vec::new();
    for code in PEOPLE {
        let run = runs.iter().find(|run| run.entity == code).cloned().unwrap_or_default();
        let shown = matches::shown(conn, code)?;
        let of =
            |wanted: Show| Show::ALL.iter().zip(shown).find(|(show, _)| **show == wanted).map_or(0, |(_, n)| n) as f64;
        entities.push(MatchingEntity {
            entity: code.to_owned(),
            title: say::entity(&words, code),
            people: run.people as f64,
            compared: run.compared as f64,
            left_out: run.left_out as f64,
            open: of(Show::Open),
            later: of(Show::Later),
            different: of(Show::Different),
            again: of(Show::Again),
            certain: certain::count(conn, code)? as f64,
            merged: matches::merged(conn, code, 0, 0)?.0 as f64,
        });
    }
    let stale = matches::stale(conn)?;
    Ok(MatchingView {
        ran: stale.is_some(),
        stale: stale.unwrap_or(true),
        entities,
        families: matches::families(conn)? as f64,
        orphans: matches::orphans(conn, 0, 0)?.0 as f64,
        gaps: gaps::count(conn)? as f64,
        placeholders: matches::placeholders(conn)? as f64,
    })
}

pub(crate) fn ask_view(app: &App, _: Nothing) -> Result<MatchingView, Failure> {
    view(&*app.session()?)
}

pub(crate) fn ask_run(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.start("matching", |session, watch| {
        run(session, watch)?;
        let view = view(session)?;
        let open: f64 = view.entities.iter().map(|entity| entity.open).sum();
        Ok((session.words().say("matching.done", &[("count", &say::count(open as u64))]), view))
    })
}

pub(crate) fn ask_merge(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.start("matching-merge", |session, watch| {
        let merged: u64 = merge(session, watch)?.iter().map(|(_, merged)| merged.merged).sum();
        Ok((session.words().say("matching.merged", &[("count", &say::count(merged))]), view(session)?))
    })
}
