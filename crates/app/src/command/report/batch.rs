//! The reports about one push: the push itself, and taking it back.

use chrono::{DateTime, Duration};
use model::{Severity, Words};
use reports::{
    BackupPart, BatchPart, KeptRow, LeftOutPart, PhasePart, PushReport, RejectRow, ReversedRow, RollbackReport,
    SchoolHead, Taken, Waiver,
};
use staging::access_log::{self, Entry};
use staging::receipts::{self as kept, PushBatch, PushState};
use staging::{Connection, findings};

use super::reconciliation::outcome_row;
use crate::clock::local;
use crate::command::push::documents::{OutcomeDoc, PhaseDoc, RejectDoc, RollbackDoc};
use crate::command::push::push_document;
use crate::command::validate::summed;
use crate::error::{Code, Failure};
use crate::say;

/// Entries of the log that are read at once.
const PORTION: u32 = 500;

/// The push that is meant: the named one, or the last that the portal took.
///
/// # Errors
///
/// [`Code::Usage`] where there is none.
pub(super) fn pushed(conn: &Connection, asked: Option<&str>) -> Result<PushBatch, Failure> {
    let none = || Failure::refused(Code::Usage, "error.no-push-yet", "error.no-push-yet.hint");
    match asked {
        Some(id) => named(conn, id),
        None => super::last_push(conn)?.ok_or_else(none),
    }
}

/// The same, where the portal took it: only then is there something to reconcile.
///
/// # Errors
///
/// [`Code::Usage`] where there is none.
pub(super) fn taken(conn: &Connection, asked: Option<&str>) -> Result<PushBatch, Failure> {
    let batch = pushed(conn, asked)?;
    let took = matches!(batch.state, PushState::Applied | PushState::RolledBack);
    if took { Ok(batch) } else { Err(no_batch()) }
}

/// The push that is meant and was taken back: the named one, or the last of which that is true.
///
/// # Errors
///
/// [`Code::Usage`] where there is none.
pub(super) fn taken_back(conn: &Connection, asked: Option<&str>) -> Result<PushBatch, Failure> {
    let none = || Failure::refused(Code::Usage, "error.no-rollback-yet", "error.no-rollback-yet.hint");
    let batch = match asked {
        Some(id) => Some(named(conn, id)?),
        None => kept::batches(conn)?.into_iter().find(|batch| batch.rollback.is_some()),
    };
    batch.filter(|batch| batch.rollback.is_some()).ok_or_else(none)
}

fn no_batch() -> Failure {
    Failure::refused(Code::Usage, "error.no-batch", "error.no-batch.hint")
}

/// The push of this number. A rehearsal is none, and of one that was cut off nobody knows yet what became of it.
fn named(conn: &Connection, id: &str) -> Result<PushBatch, Failure> {
    let known = |batch: &PushBatch| !matches!(batch.state, PushState::Rehearsed | PushState::Prepared);
    kept::batches(conn)?.into_iter().find(|batch| batch.id == id).filter(known).ok_or_else(no_batch)
}

fn batch_part(batch: &PushBatch, words: &Words) -> BatchPart {
    let state = batch.state.code();
    BatchPart {
        id: batch.id.clone(),
        portal: batch.portal.clone(),
        at: local(&batch.at),
        by: batch.user.clone(),
        state: state.to_owned(),
        state_title: words.text(&format!("push.state.{state}")).to_owned(),
    }
}

/// The report about `batch` as a push.
///
/// # Errors
///
/// Those of the project file.
pub(super) fn push(
    conn: &Connection,
    batch: &PushBatch,
    head: SchoolHead,
    words: &Words,
) -> Result<PushReport, Failure> {
    let document = push_document(batch);
    let with_records = |entity: &&OutcomeDoc| entity.landed + entity.derived > 0;
    let phase = |phase: &PhaseDoc| PhasePart {
        title: phase_title(&phase.name, words),
        processed: phase.processed,
        migrated: phase.migrated,
        errors: phase.errors,
        duration_ms: phase.duration_ms,
    };
    Ok(PushReport {
        head,
        batch: batch_part(batch, words),
        rows: document.entities.iter().filter(with_records).map(|entity| outcome_row(entity, words)).collect(),
        phases: document.phases.iter().map(phase).collect(),
        rejects: document.rejects.iter().map(reject).collect(),
        rejects_total: document.rejects_total,
        left_out: left_out(conn, batch, words)?,
        backups: backups(conn, batch)?,
        fingerprint: document.fingerprint.clone(),
        written: batch.state == PushState::Applied,
    })
}

/// The name of a step: that of its entity where it is one.
fn phase_title(name: &str, words: &Words) -> String {
    let key = format!("entity.{name}");
    if words.has(&key) { words.text(&key).to_owned() } else { name.to_owned() }
}

/// A refused row with its place.
pub(super) fn reject(reject: &RejectDoc) -> RejectRow {
    RejectRow {
        entity: reject.entity.clone(),
        file: reject.file.clone(),
        table: reject.table.clone(),
        row: reject.row,
        reason: reject.reason.clone(),
    }
}

/// Critical checks that were set aside when `batch` was pushed, each once.
fn left_out(conn: &Connection, batch: &PushBatch, words: &Words) -> Result<Vec<LeftOutPart>, Failure> {
    let (results, waivers) = (findings::results(conn)?, findings::waivers(conn)?);
    let part = |check: &crate::command::validate::Summed<'_>| {
        let waiver = check.waiver.filter(|waiver| waiver.at <= batch.at)?;
        (check.check.severity == Severity::Critical).then(|| LeftOutPart {
            check: words.text(&format!("check.{}", check.check.code)).to_owned(),
            count: check.found,
            waiver: Waiver { by: waiver.user.clone(), reason: waiver.reason.clone(), at: local(&waiver.at) },
        })
    };
    Ok(summed(&results, &waivers).iter().filter_map(part).collect())
}

/// Copies of the project file from the 24 hours before `batch`, the newest first.
fn backups(conn: &Connection, batch: &PushBatch) -> Result<Vec<BackupPart>, Failure> {
    let Ok(pushed) = DateTime::parse_from_rfc3339(&batch.at) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    each_entry(conn, |entry| {
        let at = DateTime::parse_from_rfc3339(&entry.at).ok();
        if entry.action == access_log::BACKED_UP
            && at.is_some_and(|at| at <= pushed && at > pushed - Duration::hours(24))
        {
            found.push(BackupPart {
                at: local(&entry.at),
                by: entry.user.clone(),
                sha256: entry.detail.get("sha256").cloned().unwrap_or_default(),
            });
        }
        at.is_none_or(|at| at > pushed - Duration::hours(24))
    })?;
    Ok(found)
}

/// Gives the entries of the log to `take`, the newest first, until it has seen enough.
pub(super) fn each_entry(conn: &Connection, mut take: impl FnMut(&Entry) -> bool) -> Result<(), Failure> {
    let mut before = None;
    loop {
        let page = access_log::page(conn, before, PORTION)?;
        let Some(last) = page.last() else { return Ok(()) };
        before = Some(last.seq);
        if !page.iter().all(&mut take) {
            return Ok(());
        }
    }
}

/// When rows of `batch` were last taken back, and by whom, as far as the log tells.
///
/// # Errors
///
/// Those of the project file.
pub(super) fn taken_when(conn: &Connection, batch: &PushBatch) -> Result<Taken, Failure> {
    let mut taken = Taken { at: None, by: String::new() };
    each_entry(conn, |entry| {
        let this = entry.action == "push.rolled-back" && entry.detail.get("batch") == Some(&batch.id);
        if this {
            taken = Taken { at: Some(local(&entry.at)), by: entry.user.clone() };
        }
        !this
    })?;
    Ok(taken)
}

/// The report about `batch` as taken back.
///
/// # Errors
///
/// Those of the project file.
pub(super) fn rollback(
    conn: &Connection,
    batch: &PushBatch,
    head: SchoolHead,
    words: &Words,
) -> Result<RollbackReport, Failure> {
    let document: RollbackDoc =
        batch.rollback.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let taken = taken_when(conn, batch)?;
    let rows = document.entities.iter().filter(|row| row.reversed + row.kept + row.errored > 0);
    Ok(RollbackReport {
        head,
        batch: batch_part(batch, words),
        taken_at: taken.at,
        taken_by: taken.by,
        rows: rows
            .map(|row| ReversedRow {
                title: say::entity(words, &row.entity),
                reversed: row.reversed,
                kept: row.kept,
                errored: row.errored,
            })
            .collect(),
        kept: document
            .kept
            .iter()
            .map(|kept| KeptRow { entity: kept.entity.clone(), key: kept.key.clone(), why: kept.why.clone() })
            .collect(),
        kept_total: document.kept_total,
    })
}
