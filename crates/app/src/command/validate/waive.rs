//! Letting single warnings stand, each as it is, and taking that back.

use model::{Check, Severity, Words};
use staging::findings::{self, FindingFilter, FindingRow, Waiver};
use staging::{Connection, Permission};

use super::view;
use crate::app::App;
use crate::clock;
use crate::command::cleanse::{act, field_title, who_and_where};
use crate::dto::{Page, ValidateView, WaiveFindings, WaiverLine, WaiverRef, WaiversPage};
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

/// Findings that one reason may accept at once.
const MOST: usize = 5_000;

/// Lets findings stand, with a reason that the report prints: those of these numbers, or all warnings about `record`
/// (entity and number). A finding that changes afterwards is another finding.
///
/// # Errors
///
/// [`Code::Usage`] without a reason, or for a critical finding.
pub fn waive(session: &Session, ids: &[i64], record: Option<(&str, i64)>, reason: &str) -> Result<usize, Failure> {
    let project = session.write(Permission::Waive)?;
    must_say_why(reason)?;
    let conn = project.connection();
    let filter = match record {
        Some((entity, record)) => {
            FindingFilter { entity: Some(entity.to_owned()), record: Some(record), ..FindingFilter::default() }
        }
        None => FindingFilter { ids: Some(ids.to_vec()), ..FindingFilter::default() },
    };
    let open = FindingFilter { waived: Some(false), ..filter };
    let mut found = findings::page(conn, &open, 0, MOST)?.rows;
    if record.is_some() {
        found.retain(|finding| finding.severity != Severity::Critical);
    }
    if found.iter().any(|finding| finding.severity == Severity::Critical) {
        return Err(Failure::refused(Code::Usage, "error.cannot-waive-finding", "error.cannot-waive-finding.hint"));
    }
    for finding in &found {
        findings::waive_finding(conn, finding, reason.trim(), &act(&project))?;
    }
    project.log("finding.waived", &[("count", &found.len().to_string())], clock::now())?;
    Ok(found.len())
}

/// The check of this code, where its findings may be let stand.
///
/// # Errors
///
/// [`Code::Usage`] for a critical check or none.
pub(super) fn waivable(code: &str) -> Result<&'static Check, Failure> {
    let known = pipeline::validate::checks::ALL.into_iter().find(|check| check.code == code);
    let cannot = || Failure::refused(Code::Usage, "error.cannot-waive", "error.cannot-waive.hint");
    known.filter(|check| check.severity != Severity::Critical).ok_or_else(cannot)
}

/// A reason is what the report prints; nothing is let stand without one.
pub(crate) fn must_say_why(reason: &str) -> Result<(), Failure> {
    let needed = || Failure::refused(Code::Usage, "error.reason-needed", "error.reason-needed.hint");
    if reason.trim().is_empty() { Err(needed()) } else { Ok(()) }
}

/// A record as scripts name it: code of the entity and number.
pub type RecordName = (String, i64);

/// Lets what a check found in one record stand. Gives how many findings that were.
///
/// # Errors
///
/// [`Code::Usage`] for a critical check, without a reason, or where the check found nothing in that record.
pub fn waive_record(session: &Session, code: &str, record: &RecordName, reason: &str) -> Result<usize, Failure> {
    let project = session.write(Permission::Waive)?;
    waivable(code)?;
    must_say_why(reason)?;
    let conn = project.connection();
    let filter = FindingFilter {
        check: Some(code.to_owned()),
        entity: Some(record.0.clone()),
        record: Some(record.1),
        waived: Some(false),
        ..FindingFilter::default()
    };
    let found = findings::page(conn, &filter, 0, MOST)?.rows;
    if found.is_empty() {
        return Err(Failure::refused(Code::Usage, "error.no-finding", "error.no-finding.hint"));
    }
    for finding in &found {
        findings::waive_finding(conn, finding, reason.trim(), &act(&project))?;
    }
    project.log("finding.waived", &[("count", &found.len().to_string())], clock::now())?;
    Ok(found.len())
}

/// Takes back what was let stand of a check: in one record, or for the whole check. Gives how many waivers went.
///
/// # Errors
///
/// [`Code::Usage`] where there is none.
pub fn take_back(session: &Session, code: &str, record: Option<&RecordName>) -> Result<usize, Failure> {
    let named = |waiver: &Waiver| waiver.check == code && waiver.record == record.map(|(_, number)| *number);
    let same = |waiver: &Waiver| record.is_none_or(|(entity, _)| *entity == waiver.entity);
    let project = session.write(Permission::Waive)?;
    let all = findings::waivers(project.connection())?;
    let meant: Vec<Waiver> = all.into_iter().filter(|waiver| named(waiver) && same(waiver)).collect();
    if meant.is_empty() {
        return Err(Failure::refused(Code::Usage, "error.no-waiver", "error.no-waiver.hint"));
    }
    for waiver in &meant {
        findings::unwaive(project.connection(), waiver.id)?;
        project.log("finding.unwaived", &[("waiver", &waiver.id.to_string())], clock::now())?;
    }
    Ok(meant.len())
}

/// All that was let stand, the oldest first, each with the record where one is meant.
///
/// # Errors
///
/// Those of the project file.
pub fn list(session: &Session) -> Result<Vec<(WaiverLine, Option<RecordName>)>, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let named = |waiver: &Waiver| waiver.record.map(|number| (waiver.entity.clone(), number));
    findings::waivers(conn)?.iter().map(|waiver| Ok((line(conn, waiver, &words)?, named(waiver)))).collect()
}

/// Takes a waiver back.
///
/// # Errors
///
/// Where there is none of that number.
pub fn unwaive(session: &Session, waiver: i64) -> Result<(), Failure> {
    let project = session.write(Permission::Waive)?;
    findings::unwaive(project.connection(), waiver)?;
    Ok(project.log("finding.unwaived", &[("waiver", &waiver.to_string())], clock::now())?)
}

/// Who let a finding stand, and why.
pub(super) fn of_finding<'w>(finding: &FindingRow, waivers: &'w [Waiver]) -> Option<&'w Waiver> {
    waivers.iter().find(|waiver| Some(waiver.id) == finding.waiver)
}

/// A waiver as a line of a list.
pub(crate) fn line(conn: &Connection, waiver: &Waiver, words: &Words) -> Result<WaiverLine, Failure> {
    let about = match waiver.record {
        None => say::entity(words, &waiver.entity),
        Some(record) => {
            // The record may have left with its import.
            let (who, place) = who_and_where(conn, &waiver.entity, record).unwrap_or_default();
            let field = waiver.field.as_deref().map(|field| field_title(&waiver.entity, field, words));
            let parts = [Some(who), field, Some(place)].into_iter().flatten().filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join(" · ")
        }
    };
    Ok(WaiverLine {
        waiver: waiver.id as f64,
        title: words.text(&format!("check.{}", waiver.check)).to_owned(),
        check: waiver.check.clone(),
        about,
        value: waiver.value.clone().unwrap_or_default(),
        reason: waiver.reason.clone(),
        user: waiver.user.clone(),
        at: clock::shown(&waiver.at),
    })
}

pub(crate) fn ask_waive(app: &App, asked: WaiveFindings) -> Result<ValidateView, Failure> {
    let session = app.session()?;
    let ids: Vec<i64> = asked.findings.iter().map(|id| *id as i64).collect();
    let record = asked.record.as_ref().map(|record| (record.entity.as_str(), record.record as i64));
    waive(&session, &ids, record, &asked.reason)?;
    view(&session)
}

pub(crate) fn ask_unwaive(app: &App, asked: WaiverRef) -> Result<ValidateView, Failure> {
    let session = app.session()?;
    unwaive(&session, asked.waiver as i64)?;
    view(&session)
}

pub(crate) fn ask_list(app: &App, asked: Page) -> Result<WaiversPage, Failure> {
    let session = app.session()?;
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let all = findings::waivers(reader.connection())?;
    let some = all.iter().rev().skip(asked.offset as usize).take(asked.limit.min(500) as usize);
    let waivers = some.map(|waiver| line(reader.connection(), waiver, &words)).collect::<Result<_, _>>()?;
    Ok(WaiversPage { total: all.len() as f64, waivers })
}
