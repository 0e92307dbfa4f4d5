//! Pushes, comparisons and rollbacks as the window shows them.

use model::Words;
use serde_json::json;
use staging::receipts::{self as kept, PushBatch, PushState};
use staging::{Connection, Permission};
use targets::PortalUrl;

use super::connection::look;
use super::documents::{PushDoc, RollbackDoc, VerifyDoc};
use super::{Back, PortalChoice, Wish, prepare, rollback, run, verify};
use crate::app::App;
use crate::clock;
use crate::command::cleanse::{field_title, who_and_where};
use crate::command::mailbox::MailboxChoice;
use crate::dto::{
    JobStarted, Nothing, PortalAsk, PortalView, PushEntity, PushPhase, PushRef, PushReject, PushRun, PushView,
    RollbackAsk, RollbackEntity, RollbackKept, RollbackView, VerifyDifference, VerifyEntity, VerifyView,
};
use crate::error::Failure;
use crate::say;
use crate::session::Session;

/// Differences, rejects and kept rows that a screen lists.
pub(super) const LISTED: usize = 200;

/// The portal's address without its password.
pub(crate) fn said_url(url: &PortalUrl) -> String {
    url.to_string()
}

/// All pushes, the newest first.
///
/// # Errors
///
/// Those of the project file.
pub fn list(session: &Session) -> Result<Vec<PushView>, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewHistory)?;
    let conn = reader.connection();
    kept::batches(conn)?.into_iter().map(|batch| push_view(conn, batch, &words)).collect()
}

pub(super) fn one(session: &Session, id: &str) -> Result<PushView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewHistory)?;
    push_view(reader.connection(), kept::batch(reader.connection(), id)?, &words)
}

/// The document of a push as it was kept; an empty one where the push never ended.
pub(crate) fn push_document(batch: &PushBatch) -> PushDoc {
    batch.report.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// The last comparison of a push.
pub(crate) fn verify_document(batch: &PushBatch) -> Option<VerifyDoc> {
    batch.verify.as_deref().and_then(|json| serde_json::from_str(json).ok())
}

fn push_view(conn: &Connection, batch: PushBatch, words: &Words) -> Result<PushView, Failure> {
    let document = push_document(&batch);
    let verified = verify_document(&batch).map(|document| verify_view(conn, &batch.id, document, words));
    let rejects = document.rejects.iter().take(LISTED).map(|reject| reject_view(conn, reject, words)).collect();
    Ok(PushView {
        at: clock::shown(&batch.at),
        state: batch.state.code().to_owned(),
        sentence: push_sentence(&document, batch.state, words),
        backup: document.backup.as_ref().map_or_else(String::new, |backup| backup.sentence(words)),
        rejects,
        rejects_total: document.rejects_total as f64,
        duration_ms: document.phases.iter().map(|phase| phase.duration_ms).sum::<u64>() as f64,
        entities: document
            .entities
            .iter()
            .filter(|entity| entity.landed + entity.derived > 0)
            .map(|entity| entity_view(entity, words))
            .collect(),
        phases: document.phases.iter().map(|phase| phase_view(phase, words)).collect(),
        verified,
        can_roll_back: batch.state == PushState::Applied,
        offer_rollback: if batch.state == PushState::Applied { document.offer_rollback.clone() } else { Vec::new() },
        taken_out: super::taken_out(&batch).iter().map(|code| say::entity(words, code)).collect(),
        undecided: document.undecided as f64,
        differing: document.differing.iter().map(|(_, count)| *count).sum::<u64>() as f64,
        batch: batch.id,
        user: batch.user,
        portal: batch.portal,
    })
}

fn entity_view(entity: &super::documents::OutcomeDoc, words: &Words) -> PushEntity {
    PushEntity {
        title: say::entity(words, &entity.entity),
        entity: entity.entity.clone(),
        landed: entity.landed as f64,
        derived: entity.derived as f64,
        staged: entity.staged as f64,
        inserted: entity.inserted as f64,
        updated: entity.updated as f64,
        unchanged: entity.unchanged as f64,
        rejected: entity.rejected as f64,
        held_back: entity.held_back as f64,
        merged: entity.merged as f64,
        excluded: entity.excluded as f64,
    }
}

fn phase_view(phase: &super::documents::PhaseDoc, words: &Words) -> PushPhase {
    PushPhase {
        name: say::entity(words, &phase.name),
        processed: phase.processed as f64,
        migrated: phase.migrated as f64,
        errors: phase.errors as f64,
        duration_ms: phase.duration_ms as f64,
    }
}

/// A refused row. A record that is no longer there has no name, and its file and row still tell which it was.
fn reject_view(conn: &Connection, reject: &super::documents::RejectDoc, words: &Words) -> PushReject {
    let who = who_and_where(conn, reject.of(), reject.record).map_or_else(|_| String::new(), |(who, _)| who);
    PushReject {
        entity_title: say::entity(words, &reject.entity),
        who,
        entity: reject.entity.clone(),
        record: reject.record as f64,
        file: reject.file.clone(),
        table: reject.table.clone(),
        row: reject.row as u32,
        reason: reject.reason.clone(),
    }
}

fn push_sentence(document: &PushDoc, state: PushState, words: &Words) -> String {
    let sum = |count: fn(&super::documents::OutcomeDoc) -> u64| say::count(document.entities.iter().map(count).sum());
    words.say(
        &format!("push.{}", state.code()),
        &[
            ("inserted", &sum(|entity| entity.inserted)),
            ("updated", &sum(|entity| entity.updated)),
            ("unchanged", &sum(|entity| entity.unchanged)),
            ("rejected", &sum(|entity| entity.rejected)),
            ("held_back", &sum(|entity| entity.held_back)),
        ],
    )
}

fn verify_view(conn: &Connection, batch: &str, document: VerifyDoc, words: &Words) -> VerifyView {
    let entity = |entity: &super::documents::VerifiedDoc| VerifyEntity {
        title: say::entity(words, &entity.entity),
        entity: entity.entity.clone(),
        staged: entity.staged as f64,
        found: entity.found as f64,
        missing: entity.missing as f64,
        different: entity.different as f64,
        kept: entity.kept as f64,
        extra: entity.extra as f64,
    };
    let difference = |difference: &super::documents::DifferenceDoc| {
        let (who, source) = whose(conn, &difference.entity, difference.record, &difference.key);
        VerifyDifference {
            who,
            source,
            entity_title: say::entity(words, &difference.entity),
            field_title: if difference.field.is_empty() {
                String::new()
            } else {
                field_title(&difference.entity, &difference.field, words)
            },
            staged: difference.staged.clone(),
            portal: difference.portal.clone(),
        }
    };
    VerifyView {
        batch: batch.to_owned(),
        at: clock::shown(&document.at),
        passed: document.passed,
        entities: document.entities.iter().map(entity).collect(),
        differences: document.differences.iter().take(LISTED).map(difference).collect(),
        differences_total: document.differences_total as f64,
        kept: document.kept.iter().take(LISTED).map(difference).collect(),
        kept_total: document.kept_total as f64,
        sentence: verify_sentence(&document, words),
    }
}

/// What a comparison came to, in a sentence.
#[must_use]
pub fn verify_sentence(document: &VerifyDoc, words: &Words) -> String {
    let key = match (document.passed, document.kept_total) {
        (false, _) => "verify.failed",
        (true, 0) => "verify.passed",
        (true, _) => "verify.kept",
    };
    let counts = [document.compared, document.differences_total, document.kept_total].map(say::count);
    words.say(key, &[("compared", &counts[0]), ("differences", &counts[1]), ("kept", &counts[2])])
}

/// Whose a row of the portal is, and where that record came from. A record that is no longer there is known by its key.
fn whose(conn: &Connection, entity: &str, record: i64, key: &str) -> (String, String) {
    let known = if record > 0 { who_and_where(conn, entity, record).ok() } else { None };
    known.filter(|(who, _)| !who.is_empty()).unwrap_or_else(|| (masked(key), String::new()))
}

/// A key without the beginning of its identity number.
fn masked(key: &str) -> String {
    let digits = key.chars().filter(char::is_ascii_digit).count();
    if digits < 12 {
        return key.to_owned();
    }
    let hidden = digits - 4;
    let mut seen = 0;
    let mask = |letter: char| {
        seen += usize::from(letter.is_ascii_digit());
        if letter.is_ascii_digit() && seen <= hidden { '*' } else { letter }
    };
    key.chars().map(mask).collect()
}

fn rollback_view(conn: &Connection, document: RollbackDoc, words: &Words) -> RollbackView {
    let reversed: u64 = document.entities.iter().map(|entity| entity.reversed).sum();
    let sentence = words.say(
        &format!("rollback.{}", document.state),
        &[("reversed", &say::count(reversed)), ("kept", &say::count(document.kept_total))],
    );
    let entity = |entity: &super::documents::ReversedDoc| RollbackEntity {
        title: say::entity(words, &entity.entity),
        entity: entity.entity.clone(),
        reversed: entity.reversed as f64,
        kept: entity.kept as f64,
        errored: entity.errored as f64,
    };
    let kept = |kept: &super::documents::KeptDoc| {
        let (who, source) = whose(conn, &kept.entity, kept.record, &kept.key);
        RollbackKept { who, source, entity_title: say::entity(words, &kept.entity), why: kept.why.clone() }
    };
    RollbackView {
        entities: document.entities.iter().map(entity).collect(),
        kept: document.kept.iter().take(LISTED).map(kept).collect(),
        kept_total: document.kept_total as f64,
        batch: document.batch,
        state: document.state,
        only: document.only,
        sentence,
    }
}

/// One difference of the portal, in words: what it is about, and how it must be.
pub(crate) fn said_difference(difference: &targets::Difference, words: &Words) -> String {
    let args = [("table", difference.table.as_str()), ("name", &difference.column)];
    let object = words.say(&format!("portal.object.{}", difference.kind), &args);
    let state = match difference.kind {
        "group" => "group",
        "schema" | "table" | "role" | "permission" if difference.found.is_none() => "gone",
        _ if difference.found.is_none() => "missing",
        _ => "other",
    };
    let found = difference.found.as_deref().unwrap_or_default();
    let args = [("object", object.as_str()), ("expected", &difference.expected), ("found", found)];
    words.say(&format!("portal.difference.{state}"), &args)
}

/// What the check of a portal found, or that all is well, line by line.
#[must_use]
pub fn check_lines(checked: &targets::Checked, words: &Words) -> Vec<String> {
    let mut lines: Vec<String> = checked.differences.iter().map(|one| said_difference(one, words)).collect();
    if lines.is_empty() {
        lines.push(words.text("portal.ready").to_owned());
    }
    let (mended, by_hand): (Vec<_>, Vec<_>) = checked.differences.iter().partition(|one| one.prepare_mends());
    for (list, key) in [(mended, "portal.mend.prepare"), (by_hand, "portal.mend.by-hand")] {
        if !list.is_empty() {
            lines.push(words.say(key, &[("count", &list.len().to_string())]));
        }
    }
    lines.extend(checked.notes.iter().map(|note| said_note(note, words)));
    lines
}

/// The same for scripts.
#[must_use]
pub fn check_doc(checked: &targets::Checked, words: &Words) -> serde_json::Value {
    let one = |one: &targets::Difference, message: String| {
        json!({
            "kind": one.kind, "table": one.table, "column": one.column, "expected": one.expected, "found": one.found,
            "message": message, "prepareMends": one.prepare_mends(),
        })
    };
    json!({
        "differences": checked.differences.iter().map(|it| one(it, said_difference(it, words))).collect::<Vec<_>>(),
        "notes": checked.notes.iter().map(|it| one(it, said_note(it, words))).collect::<Vec<_>>(),
    })
}

fn said_note(note: &targets::Difference, words: &Words) -> String {
    match note.kind {
        "unseen" => words.text("portal.unseen").to_owned(),
        _ => words.say("portal.note", &[("note", &said_difference(note, words))]),
    }
}

/// What preparing did, and what is left for a person to do. `asked` says whether an administrator was named.
#[must_use]
pub fn prepare_lines(prepared: &targets::Prepared, asked: bool, words: &Words) -> Vec<String> {
    let key = if prepared.created { "portal.prepared" } else { "portal.unchanged" };
    let mut lines = vec![words.say(key, &[("version", &prepared.to.to_string())])];
    let admin = match (prepared.admin_created, prepared.has_admin, asked) {
        (true, ..) => Some("portal.admin.made"),
        (_, true, true) => Some("portal.admin.there"),
        (_, false, _) => Some("portal.admin.none"),
        _ => None,
    };
    lines.extend(admin.map(|key| words.text(key).to_owned()));
    let roles = [(prepared.app_role, "smart_academy_app"), (prepared.onboarding_role, "smart_academy_onboarding")];
    let missing = roles.iter().filter(|(there, _)| !there);
    lines.extend(missing.map(|(_, role)| words.say("portal.no-role", &[("role", role)])));
    lines
}

pub(crate) fn ask_portal(app: &App, _: Nothing) -> Result<PortalView, Failure> {
    let session = app.session()?;
    Ok(look(&PortalChoice::of(&session), &session.words()))
}

pub(crate) fn ask_try(app: &App, asked: PortalAsk) -> Result<PortalView, Failure> {
    let session = app.session()?;
    let password = asked.password.or_else(|| session.portal_password());
    Ok(look(&PortalChoice { url: Some(asked.url), password }, &session.words()))
}

pub(crate) fn ask_prepare(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.start("portal-prepare", |session, watch| {
        super::may_prepare(session)?;
        let choice = PortalChoice::of(session);
        let prepared = prepare(&choice, None, watch)?;
        let words = session.words();
        Ok((prepare_lines(&prepared, false, &words).join(" "), look(&choice, &words)))
    })
}

pub(crate) fn ask_list(app: &App, _: Nothing) -> Result<Vec<PushView>, Failure> {
    list(&*app.session()?)
}

pub(crate) fn ask_view(app: &App, asked: PushRef) -> Result<PushView, Failure> {
    one(&*app.session()?, &asked.batch)
}

/// The reason that a person gave for leaving records behind, for all checks.
pub(super) fn accepted(asked: &PushRun) -> Vec<(String, String)> {
    let reason = asked.leave_out_reason.trim().to_owned();
    if reason.is_empty() { Vec::new() } else { vec![("*".to_owned(), reason)] }
}

pub(crate) fn ask_run(app: &App, asked: PushRun) -> Result<JobStarted, Failure> {
    let kind = if asked.rehearse { "rehearse" } else { "push" };
    app.start(kind, move |session, watch| {
        let (rehearse, accepted) = (asked.rehearse, accepted(&asked));
        let wish = Wish {
            rehearse,
            accepted,
            portal: PortalChoice::of(session),
            mailbox: MailboxChoice::of(session),
            ..Wish::default()
        };
        let document = run(session, &wish, watch)?;
        let view = one(session, &document.batch)?;
        Ok((view.sentence.clone(), view))
    })
}

pub(crate) fn ask_verify(app: &App, asked: PushRef) -> Result<JobStarted, Failure> {
    app.start("verify", move |session, watch| {
        let document = verify(session, &PortalChoice::of(session), Some(&asked.batch), watch)?;
        let reader = session.read(Permission::ViewHistory)?;
        let view = verify_view(reader.connection(), &asked.batch, document, &session.words());
        Ok((view.sentence.clone(), view))
    })
}

fn taken_back(
    session: &Session,
    asked: RollbackAsk,
    plan: bool,
    watch: &dyn model::Watch,
) -> Result<(String, RollbackView), Failure> {
    let back = Back { batch: asked.batch, entities: asked.entities, plan };
    let document = rollback(session, &PortalChoice::of(session), &back, watch)?;
    let reader = session.read(Permission::ViewHistory)?;
    let view = rollback_view(reader.connection(), document, &session.words());
    Ok((view.sentence.clone(), view))
}

pub(crate) fn ask_rollback_plan(app: &App, asked: RollbackAsk) -> Result<JobStarted, Failure> {
    app.start("rollback-plan", move |session, watch| taken_back(session, asked, true, watch))
}

pub(crate) fn ask_rollback(app: &App, asked: RollbackAsk) -> Result<JobStarted, Failure> {
    app.start("rollback", move |session, watch| taken_back(session, asked, false, watch))
}
