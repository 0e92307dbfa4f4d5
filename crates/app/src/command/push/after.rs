//! After a push: comparing all of it with the portal, and taking it out again.

use std::collections::BTreeMap;

use model::{Silent, Watch, Words};
use staging::receipts::{self as kept, Document, PushState};
use staging::{Connection, Permission};
use targets::{Portal, RollbackReport, State, VerifyReport, VerifyScope};
use uuid::Uuid;

use super::documents::{DifferenceDoc, KeptDoc, ReversedDoc, RollbackDoc, VerifiedDoc, VerifyDoc};
use super::receipts::ProjectKept;
use super::source::{LeftOut, ProjectSource};
use super::{PortalChoice, settle};
use crate::clock;
use crate::error::{Code, Failure};
use crate::session::Session;

/// Records read at a time.
const PORTION: usize = 20_000;

/// The batch that is meant: the named one, or the last that is in the portal.
pub(crate) fn batch_id(conn: &Connection, asked: Option<&str>) -> Result<Uuid, Failure> {
    let none = || Failure::refused(Code::Usage, "error.no-batch", "error.no-batch.hint");
    let id = match asked {
        Some(asked) => asked.to_owned(),
        None => kept::last_applied(conn)?.ok_or_else(none)?.id,
    };
    Uuid::parse_str(&id).map_err(|_| none())
}

/// Compares every pushed record with the portal, field by field. Values that the portal keeps because the policy of the
/// push said so are listed apart and are no difference.
///
/// # Errors
///
/// Where the portal cannot be reached. Differences are no error.
pub fn verify(
    session: &Session,
    choice: &PortalChoice,
    asked: Option<&str>,
    watch: &dyn Watch,
) -> Result<VerifyDoc, Failure> {
    drop(session.read(Permission::Verify)?);
    let project = session.write(Permission::Verify)?;
    let batch = batch_id(project.connection(), asked)?;
    let mut portal = choice.connect()?;
    settle(&project, &mut portal, watch)?;
    let scope = VerifyScope { batch: Some(batch), source_system: super::source_system(&project) };
    let mut source = ProjectSource::new(project.connection())?;
    source.leave_out(left_out(project.connection(), &mut portal, watch)?);
    let kept_values = ProjectKept { conn: project.connection(), batch: batch.to_string() };
    let document = verify_doc(&portal.verify(&scope, &mut source, &kept_values, watch)?);
    let json = serde_json::to_string(&document).unwrap_or_default();
    kept::save_document(project.connection(), &batch.to_string(), Document::Verify, &json)?;
    let passed = if document.passed { "yes" } else { "no" };
    project.log("push.verified", &[("batch", &batch.to_string()), ("passed", passed)], clock::now())?;
    Ok(document)
}

/// Records that were taken out with a push and that no push has put back since.
fn left_out(conn: &Connection, portal: &mut Portal, watch: &dyn Watch) -> Result<LeftOut, Failure> {
    let mut reversed = Vec::new();
    for push in kept::batches(conn)?.iter().filter(|push| push.rollback.is_some()) {
        let Ok(batch) = Uuid::parse_str(&push.id) else { continue };
        portal.batch_rows(batch, watch, &mut |row| {
            reversed.extend(row.reversed.then_some((row.entity, row.record)));
            Ok(())
        })?;
    }
    let mut left_out = LeftOut::new();
    for (entity, record) in reversed {
        if kept::record_target(conn, entity, record)?.is_none() {
            left_out.entry(entity).or_default().insert(record);
        }
    }
    Ok(left_out)
}

fn verify_doc(report: &VerifyReport) -> VerifyDoc {
    let entity = |entity: &targets::EntityVerified| VerifiedDoc {
        entity: entity.entity.clone(),
        staged: entity.staged,
        found: entity.found,
        missing: entity.missing,
        different: entity.different,
        kept: entity.kept,
        extra: entity.extra,
    };
    let difference = |difference: &targets::ValueDifference| DifferenceDoc {
        entity: difference.entity.clone(),
        key: difference.key.clone(),
        record: difference.record,
        field: difference.field.clone(),
        staged: difference.staged.clone().unwrap_or_default(),
        portal: difference.portal.clone().unwrap_or_default(),
    };
    VerifyDoc {
        passed: report.passed,
        at: clock::now().to_rfc3339(),
        entities: report.entities.iter().map(entity).collect(),
        differences: report.differences.iter().map(difference).collect(),
        differences_total: report.total,
        kept: report.kept.iter().map(difference).collect(),
        kept_total: report.kept_total,
        compared: report.compared,
    }
}

/// What is to be taken back.
#[derive(Clone, Debug, Default)]
pub struct Back {
    /// The push.
    pub batch: String,
    /// Only the rows of these entities; all where there is none.
    pub entities: Vec<String>,
    /// Only show what would happen.
    pub plan: bool,
}

/// The entities that are named must be some.
fn must_be_entities(entities: &[String]) -> Result<(), Failure> {
    match entities.iter().find(|code| model::entities::find(code).is_none()) {
        None => Ok(()),
        Some(_) => Err(Failure::refused(Code::Usage, "error.no-entity", "error.no-entity.hint")),
    }
}

/// Takes a batch, or single entities of it, out of the portal; or shows what that would do.
///
/// # Errors
///
/// Where the portal cannot be reached or does not know the batch. Rows that stay are no error.
pub fn rollback(
    session: &Session,
    choice: &PortalChoice,
    back: &Back,
    watch: &dyn Watch,
) -> Result<RollbackDoc, Failure> {
    let Back { batch: asked, entities, plan } = back;
    must_be_entities(entities)?;
    let project = session.write(Permission::Rollback)?;
    let batch = batch_id(project.connection(), Some(asked))?;
    // a push of another project is refused before anything is taken out
    kept::batch(project.connection(), asked)?;
    let mut portal = choice.connect()?;
    settle(&project, &mut portal, watch)?;
    if !plan {
        super::queue::stop_for_rollback(project.connection())?;
    }
    let report =
        if *plan { portal.rollback_plan(batch, entities, watch)? } else { portal.rollback(batch, entities, watch)? };
    let document = rollback_doc(&report, back, &session.words());
    if !plan {
        let before = rollback_document(&kept::batch(project.connection(), asked)?);
        let document =
            if report.already && before.is_some() { before.unwrap_or_default() } else { together(before, &document) };
        let json = serde_json::to_string(&document).unwrap_or_default();
        kept::save_document(project.connection(), asked, Document::Rollback, &json)?;
        forget(project.connection(), &mut portal, (batch, entities.is_empty()))?;
        if report.state == State::RolledBack {
            kept::set_state(project.connection(), asked, PushState::RolledBack)?;
        }
        project.log("push.rolled-back", &[("batch", asked), ("entities", &entities.join(" "))], clock::now())?;
    }
    Ok(document)
}

/// Brings what the project believes to be in the portal in line with what was taken out of `batch`; `whole` says that
/// all of it was asked for, so that what stays is all that the batch still stands for. Rows that are gone are gone for
/// every push of this project that had found them again.
///
/// The portal has committed: nobody stops this half-way.
fn forget(conn: &Connection, portal: &mut Portal, (batch, whole): (Uuid, bool)) -> Result<(), Failure> {
    let mut gone: BTreeMap<&str, Vec<(i64, String)>> = BTreeMap::new();
    let (mut out, mut stands) = (LeftOut::new(), LeftOut::new());
    portal.batch_rows(batch, &Silent, &mut |row| {
        if !row.there {
            gone.entry(row.entity).or_default().push((row.record, row.target.to_string()));
        }
        let list = if row.reversed || !row.there { &mut out } else { &mut stands };
        list.entry(row.entity).or_default().insert(row.record);
        Ok(())
    })?;
    for (entity, rows) in &gone {
        kept::forget_rows(conn, entity, rows)?;
    }
    let id = batch.to_string();
    for entity in model::entities::ALL.iter().map(|entity| entity.code) {
        let records = if whole {
            let stays = stands.get(entity);
            pushed(conn, &id, entity)?.into_iter().filter(|id| !stays.is_some_and(|stays| stays.contains(id))).collect()
        } else {
            out.get(entity).into_iter().flatten().copied().collect::<Vec<_>>()
        };
        kept::forget_pushed(conn, &id, entity, &records)?;
    }
    Ok(())
}

/// The records of an entity that a push stands for.
fn pushed(conn: &Connection, batch: &str, entity: &str) -> Result<Vec<i64>, Failure> {
    let mut records = Vec::new();
    loop {
        let after = records.last().copied().unwrap_or(i64::MIN);
        let portion = kept::pushed(conn, batch, entity, after, PORTION)?;
        records.extend(portion.iter().map(|pushed| pushed.record));
        if portion.len() < PORTION {
            return Ok(records);
        }
    }
}

/// The document to keep: what went before with single entities counts with what went now.
fn together(before: Option<RollbackDoc>, now: &RollbackDoc) -> RollbackDoc {
    let Some(before) = before else { return now.clone() };
    let mut all = now.clone();
    let again = |code: &str| now.entities.iter().any(|entity| entity.entity == code);
    for earlier in before.entities {
        match all.entities.iter_mut().find(|entity| entity.entity == earlier.entity) {
            Some(entity) => entity.reversed += earlier.reversed,
            None => {
                all.kept_total += earlier.kept + earlier.errored;
                all.entities.push(earlier);
            }
        }
    }
    all.kept.extend(before.kept.into_iter().filter(|kept| !again(&kept.entity)));
    if before.only.is_empty() {
        all.only.clear();
    } else if !now.only.is_empty() {
        all.only.extend(before.only.into_iter().filter(|code| !now.only.contains(code)));
    }
    all
}

fn rollback_doc(report: &RollbackReport, back: &Back, words: &Words) -> RollbackDoc {
    let entity = |entity: &targets::EntityReversed| ReversedDoc {
        entity: entity.entity.clone(),
        reversed: entity.reversed,
        kept: entity.kept,
        errored: entity.errored,
    };
    let kept = |kept: &targets::Kept| KeptDoc {
        entity: kept.entity.clone(),
        key: kept.key.clone(),
        record: kept.record,
        why: kept.message().say(words),
    };
    RollbackDoc {
        batch: report.batch.to_string(),
        state: if back.plan { "plan" } else { "rolled_back" }.to_owned(),
        only: back.entities.clone(),
        entities: report.entities.iter().map(entity).collect(),
        kept: report.kept.iter().map(kept).collect(),
        kept_total: report.kept_total,
        undo_first: undo_first(report),
        open: !back.plan && report.state == State::Applied,
    }
}

/// The pushes that have to be taken back before this one, each once.
fn undo_first(report: &RollbackReport) -> Vec<String> {
    let mut first: Vec<String> =
        report.kept.iter().filter_map(|kept| kept.since.as_ref()?.batch).map(|batch| batch.to_string()).collect();
    first.sort_unstable();
    first.dedup();
    first
}

/// What was taken out of a push so far, where anything was.
pub(crate) fn rollback_document(batch: &kept::PushBatch) -> Option<RollbackDoc> {
    batch.rollback.as_deref().and_then(|json| serde_json::from_str(json).ok())
}

/// The entities of which rows were taken out of a push that else stands.
pub(crate) fn taken_out(batch: &kept::PushBatch) -> Vec<String> {
    let went = |entity: &ReversedDoc| entity.reversed > 0 && model::entities::find(&entity.entity).is_some();
    let document = rollback_document(batch).unwrap_or_default();
    document.entities.into_iter().filter(went).map(|entity| entity.entity).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(only: &[&str], entities: &[(&str, u64, u64)]) -> RollbackDoc {
        let entity = |(code, reversed, kept): &(&str, u64, u64)| ReversedDoc {
            entity: (*code).to_owned(),
            reversed: *reversed,
            kept: *kept,
            errored: 0,
        };
        let row = |code: &str| KeptDoc { entity: code.to_owned(), key: "k".to_owned(), record: 0, why: "w".to_owned() };
        RollbackDoc {
            only: only.iter().map(|code| (*code).to_owned()).collect(),
            entities: entities.iter().map(entity).collect(),
            kept: entities.iter().filter(|(.., kept)| *kept > 0).map(|(code, ..)| row(code)).collect(),
            kept_total: entities.iter().map(|(.., kept)| kept).sum(),
            ..RollbackDoc::default()
        }
    }

    #[test]
    fn what_is_taken_out_little_by_little_adds_up() {
        let first = together(None, &doc(&["grades"], &[("grades", 8, 2)]));
        let second = together(Some(first), &doc(&["students"], &[("students", 5, 1)]));
        assert_eq!((second.only.join(" "), second.kept_total, second.kept.len()), ("students grades".to_owned(), 3, 2));
        let again = together(Some(second), &doc(&["grades"], &[("grades", 2, 0)]));
        let of = |code: &str| again.entities.iter().find(|entity| entity.entity == code).unwrap();
        assert_eq!((of("grades").reversed, of("grades").kept, of("students").reversed), (10, 0, 5));
        assert_eq!((again.kept_total, again.kept.len()), (1, 1), "the row of the marks went in the end");
        let whole = together(Some(again), &doc(&[], &[("students", 1, 0), ("users", 6, 0)]));
        assert!(whole.only.is_empty() && whole.kept_total == 0, "{whole:?}");
        assert_eq!(whole.entities.iter().map(|entity| entity.reversed).sum::<u64>(), 6 + 6 + 10);
    }
}
