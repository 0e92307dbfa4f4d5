//! The reconciliation report: what became of every record of a push, what was taken back since, and what the portal has.

use model::Words;
use reports::{DiffRow, ReconRow, ReconciliationReport, SchoolHead, Taken};
use staging::Connection;
use staging::receipts::{PushBatch, PushState};

use super::{batch, chosen};
use crate::clock::local;
use crate::command::push::documents::{DifferenceDoc, OutcomeDoc, PushDoc, RollbackDoc, VerifyDoc};
use crate::command::push::{push_document, rollback_document, verify_document};
use crate::error::Failure;
use crate::say;

/// The report about `batch`.
///
/// # Errors
///
/// Those of the project file.
pub(super) fn gather(
    conn: &Connection,
    batch: &PushBatch,
    head: SchoolHead,
    words: &Words,
) -> Result<ReconciliationReport, Failure> {
    let document = push_document(batch);
    let back = rollback_document(batch);
    let taken = back.as_ref().map(|_| batch::taken_when(conn, batch)).transpose()?;
    let verified = verify_document(batch).filter(|verified| is_since(verified, taken.as_ref()));
    let since = Since { batch, back: back.as_ref(), verified: verified.as_ref() };
    let with_records = document.entities.iter().filter(|entity| entity.landed + entity.derived > 0);
    let compared = verified.as_ref();
    Ok(ReconciliationReport {
        head,
        portal: batch.portal.clone(),
        batch: batch.id.clone(),
        pushed_at: local(&batch.at),
        pushed_by: batch.user.clone(),
        state: words.text(&format!("push.state.{}", batch.state.code())).to_owned(),
        rows: with_records.map(|entity| since.row(entity, words)).collect(),
        verified_at: compared.map(|verified| local(&verified.at)),
        verified_passed: compared.map(|verified| verified.passed),
        taken,
        rejects: document.rejects.iter().map(batch::reject).collect(),
        rejects_total: document.rejects_total,
        differences: compared.map(|verified| fields(&verified.differences, words)).unwrap_or_default(),
        differences_total: compared.map_or(0, |verified| verified.differences_total),
        policies: policies(&document, words),
        kept: compared.map(|verified| fields(&verified.kept, words)).unwrap_or_default(),
        kept_total: compared.map_or(0, |verified| verified.kept_total),
        chosen: chosen::gather(conn, words)?,
    })
}

/// A comparison from before rows were taken back says nothing about what stands now.
fn is_since(verified: &VerifyDoc, taken: Option<&Taken>) -> bool {
    taken.and_then(|taken| taken.at).is_none_or(|taken| local(&verified.at) >= taken)
}

fn fields(differences: &[DifferenceDoc], words: &Words) -> Vec<DiffRow> {
    let row = |difference: &DifferenceDoc| DiffRow {
        entity: say::entity(words, &difference.entity),
        key: difference.key.clone(),
        field: difference.field.clone(),
        staged: difference.staged.clone(),
        portal: difference.portal.clone(),
    };
    differences.iter().map(row).collect()
}

/// Which kinds of record kept the portal's values, and by which rule.
fn policies(document: &PushDoc, words: &Words) -> Vec<String> {
    let sent = |code: &str| document.entities.iter().any(|entity| entity.entity == code && entity.staged > 0);
    let said = |(code, policy): &(String, String)| {
        let rule = words.text(&format!("policy.{policy}")).to_owned();
        words.say("report.policy", &[("entity", &say::entity(words, code)), ("rule", &rule)])
    };
    document.policies.iter().filter(|(code, _)| sent(code)).map(said).collect()
}

/// What happened to a push since it was made.
struct Since<'d> {
    batch: &'d PushBatch,
    back: Option<&'d RollbackDoc>,
    verified: Option<&'d VerifyDoc>,
}

impl Since<'_> {
    fn row(&self, entity: &OutcomeDoc, words: &Words) -> ReconRow {
        let code = &entity.entity;
        let compared = self.verified.and_then(|verified| verified.entities.iter().find(|one| one.entity == *code));
        let back = self.back.and_then(|back| back.entities.iter().find(|one| one.entity == *code));
        let named = self.back.is_some_and(|back| back.only.is_empty() || back.only.contains(code));
        ReconRow {
            found_in_portal: compared.map_or(0, |compared| compared.found),
            missing: compared.map_or(0, |compared| compared.missing),
            different: compared.map_or(0, |compared| compared.different),
            kept: compared.map_or(0, |compared| compared.kept),
            taken_back: back.map_or(0, |back| back.reversed),
            stays: back.map_or(0, |back| back.kept + back.errored),
            taken_out: named || self.batch.state == PushState::RolledBack,
            ..outcome_row(entity, words)
        }
    }
}

/// What became of one kind of record at the push.
pub(super) fn outcome_row(entity: &OutcomeDoc, words: &Words) -> ReconRow {
    ReconRow {
        entity_title: say::entity(words, &entity.entity),
        landed: entity.landed,
        inserted: entity.inserted,
        updated: entity.updated,
        unchanged: entity.unchanged,
        rejected: entity.rejected,
        held_back: entity.held_back,
        merged: entity.merged,
        excluded: entity.excluded,
        derived: entity.derived,
        ..ReconRow::default()
    }
}
