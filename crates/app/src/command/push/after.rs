//! After a push: comparing all of it with the portal, and taking it out again.

use model::{Watch, Words};
use staging::receipts::{self as kept, Document, PushState};
use staging::{Connection, Permission};
use targets::{RollbackReport, VerifyReport, VerifyScope};
use uuid::Uuid;

use super::documents::{DifferenceDoc, KeptDoc, ReversedDoc, RollbackDoc, VerifiedDoc, VerifyDoc};
use super::receipts::ProjectKept;
use super::source::ProjectSource;
use super::{PortalChoice, settle};
use crate::clock;
use crate::error::{Code, Failure};
use crate::session::Session;

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
    source.leave_out(&super::taken_out(&kept::batch(project.connection(), &batch.to_string())?));
    let kept_values = ProjectKept { conn: project.connection(), batch: batch.to_string() };
    let document = verify_doc(&portal.verify(&scope, &mut source, &kept_values, watch)?);
    let json = serde_json::to_string(&document).unwrap_or_default();
    kept::save_document(project.connection(), &batch.to_string(), Document::Verify, &json)?;
    let passed = if document.passed { "yes" } else { "no" };
    project.log("push.verified", &[("batch", &batch.to_string()), ("passed", passed)], clock::now())?;
    Ok(document)
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
    let mut portal = choice.connect()?;
    settle(&project, &mut portal, watch)?;
    let report =
        if *plan { portal.rollback_plan(batch, entities, watch)? } else { portal.rollback(batch, entities, watch)? };
    let document = rollback_doc(&report, back, &session.words());
    if !plan {
        let before = rollback_document(&kept::batch(project.connection(), asked)?);
        let document =
            if report.already && before.is_some() { before.unwrap_or_default() } else { together(before, &document) };
        let json = serde_json::to_string(&document).unwrap_or_default();
        kept::save_document(project.connection(), asked, Document::Rollback, &json)?;
        if entities.is_empty() {
            kept::set_state(project.connection(), asked, PushState::RolledBack)?;
        } else {
            kept::forget_pushed(project.connection(), asked, entities)?;
        }
        project.log("push.rolled-back", &[("batch", asked), ("entities", &entities.join(" "))], clock::now())?;
    }
    Ok(document)
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
    if !now.only.is_empty() {
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
    }
}

/// What was taken out of a push so far, where anything was.
pub(crate) fn rollback_document(batch: &kept::PushBatch) -> Option<RollbackDoc> {
    batch.rollback.as_deref().and_then(|json| serde_json::from_str(json).ok())
}

/// The entities whose rows were taken out of a push that else stands.
pub(crate) fn taken_out(batch: &kept::PushBatch) -> Vec<String> {
    rollback_document(batch).map(|document| document.only).unwrap_or_default()
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
