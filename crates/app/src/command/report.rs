//! Reports: gathers the figures from the project and writes them as PDF, HTML or JSON.

mod batch;
mod chosen;
mod reconciliation;

use std::path::Path;

use model::{Severity, Words};
use reports::{
    BalanceRow, CheckPart, Detail, Format, Report, SchoolHead, SectionPart, SourceRow, Summary, ValidationReport,
    Waiver,
};
use staging::findings::{self, FindingFilter};
use staging::receipts::{self as kept, PushBatch, PushState};
use staging::{Connection, Permission, landing, records};

use super::validate::{Summed, summed};
use crate::app::App;
use crate::clock::{self, local};
use crate::dto::{JobStarted, Nothing, ReportDone, ReportExport, ReportKind, ReportPreview, ReportRef};
use crate::error::{Code, Failure, at};
use crate::say;
use crate::session::Session;

/// Findings of one check that a report carries (contract).
const MOST_DETAILS: usize = 1_000;

/// The report of this kind from the figures of the project.
///
/// # Errors
///
/// [`Code::Usage`] for an unknown kind or where there is nothing to report yet.
pub fn gather(session: &Session, kind: &str) -> Result<Report, Failure> {
    gather_of(session, kind, None)
}

/// The report of this kind, about the push `asked` where it is about one; without it about the last.
///
/// # Errors
///
/// As [`gather`], and [`Code::Usage`] where there is no such push.
pub fn gather_of(session: &Session, kind: &str, asked: Option<&str>) -> Result<Report, Failure> {
    let words = session.words();
    let reader = session.read(Permission::Report)?;
    let conn = reader.connection();
    match kind {
        "validation" => Ok(Report::Validation(validation(session, conn, &words)?)),
        "reconciliation" => {
            let batch = batch::taken(conn, asked)?;
            Ok(Report::Reconciliation(reconciliation::gather(conn, &batch, head(session), &words)?))
        }
        "profile" => Ok(Report::Profile(super::profile::gather(conn, head(session), &words)?)),
        "push" => Ok(Report::Push(batch::push(conn, &batch::pushed(conn, asked)?, head(session), &words)?)),
        "rollback" => {
            let batch = batch::taken_back(conn, asked)?;
            Ok(Report::Rollback(batch::rollback(conn, &batch, head(session), &words)?))
        }
        _ => Err(Failure::refused(Code::Usage, "error.unknown-report", "error.unknown-report.hint")),
    }
}

fn last_push(conn: &Connection) -> Result<Option<PushBatch>, Failure> {
    let pushes = kept::batches(conn)?;
    Ok(pushes.into_iter().find(|batch| matches!(batch.state, PushState::Applied | PushState::RolledBack)))
}

pub(crate) fn head(session: &Session) -> SchoolHead {
    let (settings, user) = (session.settings(), session.user());
    SchoolHead {
        school: settings.school_name,
        code: settings.school_code,
        project_file: session.path().file_name().unwrap_or_default().to_string_lossy().into_owned(),
        generated_at: clock::wall(),
        prepared_by: if user.display_name.is_empty() { user.name } else { user.display_name },
        daftar_version: env!("CARGO_PKG_VERSION").to_owned(),
        lang: settings.language,
    }
}

fn validation(session: &Session, conn: &Connection, words: &Words) -> Result<ValidationReport, Failure> {
    let (results, waivers) = (findings::results(conn)?, findings::waivers(conn)?);
    let checks = summed(&results, &waivers);
    let with = |critical: bool| {
        checks
            .iter()
            .filter(|check| check.found > 0 && (check.check.severity == Severity::Critical) == critical)
            .count() as u64
    };
    let summary = Summary {
        total_checks: checks.len() as u64,
        passed: checks.iter().filter(|check| check.found == 0).count() as u64,
        failed: with(true),
        warnings: with(false),
    };
    let mut sections = Vec::new();
    for section in model::Section::ALL {
        let of_section = checks.iter().filter(|check| check.check.section == section);
        let parts = of_section.map(|check| check_part(conn, check, words)).collect::<Result<_, _>>()?;
        sections
            .push(SectionPart { name: words.text(&format!("section.{}", section.code())).to_owned(), checks: parts });
    }
    Ok(ValidationReport {
        head: head(session),
        overall_passed: findings::last_run(conn)?.is_some_and(|run| !run.stale) && summary.failed == 0,
        summary,
        balance: balance(conn, words)?,
        sections,
        chosen: chosen::gather(conn, words)?,
        waivers: single_waivers(conn, &waivers, words)?,
        sources: sources(conn)?,
    })
}

/// Findings that somebody let stand one by one, each with the reason and the name.
fn single_waivers(conn: &Connection, waivers: &[findings::Waiver], words: &Words) -> Result<Vec<String>, Failure> {
    let mut sentences = Vec::new();
    for waiver in waivers.iter().filter(|waiver| waiver.record.is_some()) {
        let line = super::validate::waive::line(conn, waiver, words)?;
        let args = [
            ("check", line.title.as_str()),
            ("about", &line.about),
            ("value", &line.value),
            ("reason", &line.reason),
            ("user", &line.user),
            ("at", &line.at),
        ];
        sentences.push(words.say("report.waived", &args));
    }
    Ok(sentences)
}

fn balance(conn: &Connection, words: &Words) -> Result<Vec<BalanceRow>, Failure> {
    let counts = records::stage_counts(conn)?;
    let row = |count: &records::EntityCount| BalanceRow {
        entity_title: say::entity(words, count.entity),
        landed: count.total,
        ready: count.ready,
        held_back: count.held_back,
        merged: count.merged,
        excluded: count.excluded,
    };
    Ok(counts.entities.iter().filter(|count| count.total > 0).map(row).collect())
}

fn check_part(conn: &Connection, check: &Summed<'_>, words: &Words) -> Result<CheckPart, Failure> {
    let filter = FindingFilter { check: Some(check.check.code.to_owned()), ..FindingFilter::default() };
    let page = if check.found == 0 { Vec::new() } else { findings::page(conn, &filter, 0, MOST_DETAILS)?.rows };
    let detail = |finding: findings::FindingRow| Detail {
        record: format!("{}/{}", finding.entity, finding.record),
        entity: say::entity(words, &finding.entity),
        file: finding.location.file,
        table: finding.location.table,
        row: finding.location.row,
        column: finding.location.column,
        value: finding.value,
        message: finding.message.say(words),
    };
    let mut details = Vec::new();
    for finding in page {
        let who = super::cleanse::who_and_where(conn, &finding.entity, finding.record)?.0;
        let mut detail = detail(finding);
        if !who.is_empty() && who != detail.value {
            detail.message = format!("{who}: {}", detail.message);
        }
        details.push(detail);
    }
    Ok(CheckPart {
        check: words.text(&format!("check.{}", check.check.code)).to_owned(),
        code: check.check.code.to_owned(),
        severity: check.check.severity,
        passed: check.found == 0,
        count: check.found,
        measured: check.measured(words),
        truncated: Some(check.found).filter(|found| *found > details.len() as u64),
        details,
        waived: check.waiver.map(|waiver| Waiver {
            by: waiver.user.clone(),
            reason: waiver.reason.clone(),
            at: local(&waiver.at),
        }),
    })
}

fn sources(conn: &Connection) -> Result<Vec<SourceRow>, Failure> {
    let mut rows = Vec::new();
    for batch in landing::batches(conn)?.into_iter().filter(|batch| batch.state != "removed") {
        let tables = landing::tables(conn, Some(batch.id))?;
        for file in landing::files(conn, batch.id)? {
            for table in tables.iter().filter(|table| table.file_id == file.id) {
                rows.push(SourceRow {
                    file: file.name.clone(),
                    table: table.name.clone(),
                    format: file.format.clone(),
                    encoding: file.encoding.clone().unwrap_or_default(),
                    rows: table.landed,
                    sha256: file.sha256.clone(),
                });
            }
        }
    }
    Ok(rows)
}

fn format(code: &str) -> Result<Format, Failure> {
    let unknown = || Failure::refused(Code::Usage, "error.unknown-format", "error.unknown-format.hint");
    Format::from_extension(code).ok_or_else(unknown)
}

/// Writes a report to a file; an older file of that name is replaced once the new one is whole.
///
/// # Errors
///
/// As [`gather`], and where the file cannot be written.
pub fn export(session: &Session, kind: &str, code: &str, path: &Path) -> Result<u64, Failure> {
    export_of(session, kind, None, code, path)
}

/// The same, about the push `asked` where the report is about one.
///
/// # Errors
///
/// As [`gather_of`], and where the file cannot be written.
pub fn export_of(session: &Session, kind: &str, asked: Option<&str>, code: &str, path: &Path) -> Result<u64, Failure> {
    let bytes = reports::render(&gather_of(session, kind, asked)?, format(code)?)?;
    write_whole(path, &bytes)?;
    session.write(Permission::Report)?.log("report.exported", &[("kind", kind), ("format", code)], clock::now())?;
    Ok(bytes.len() as u64)
}

/// Writes a file under its name only once it is whole.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    let unfinished = path.with_extension(format!("{ending}.unfinished"));
    fs_err::write(&unfinished, bytes).map_err(at(path))?;
    fs_err::rename(&unfinished, path).map_err(at(path))
}

/// A report as the JSON document of the contract.
///
/// # Errors
///
/// As [`gather`].
pub fn as_json(session: &Session, kind: &str) -> Result<String, Failure> {
    let bytes = reports::render(&gather(session, kind)?, Format::Json)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The reports, with whether there is something to report.
fn list(session: &Session) -> Result<Vec<ReportKind>, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let pushed = last_push(conn)?.is_some();
    let is_ready = |kind: &str| match kind {
        "validation" => Ok(findings::last_run(conn)?.is_some()),
        "profile" => super::profile::is_made(conn),
        "rollback" => Ok(kept::batches(conn)?.iter().any(|batch| batch.rollback.is_some())),
        _ => Ok::<bool, Failure>(pushed),
    };
    let kind = |kind: &reports::Kind, ready: bool| ReportKind {
        title: words.text(&format!("report.{}", kind.code)).to_owned(),
        about: words.text(&format!("report.{}.about", kind.code)).to_owned(),
        why_not: if ready { String::new() } else { words.text(&format!("report.{}.why-not", kind.code)).to_owned() },
        kind: kind.code.to_owned(),
        formats: kind.formats.iter().map(|format| format.extension().to_owned()).collect(),
        ready,
    };
    reports::reports::ALL.iter().map(|one| Ok(kind(one, is_ready(one.code)?))).collect()
}

pub(crate) fn ask_list(app: &App, _: Nothing) -> Result<Vec<ReportKind>, Failure> {
    list(&*app.session()?)
}

pub(crate) fn ask_preview(app: &App, asked: ReportRef) -> Result<ReportPreview, Failure> {
    let report = gather(&*app.session()?, &asked.kind)?;
    let bytes = reports::render(&report, Format::Html)?;
    Ok(ReportPreview { html: String::from_utf8_lossy(&bytes).into_owned() })
}

pub(crate) fn ask_export(app: &App, asked: ReportExport) -> Result<JobStarted, Failure> {
    app.start("report", move |session, _| {
        let bytes = export(session, &asked.kind, &asked.format, Path::new(&asked.path))?;
        let sentence = session.words().say("report.done", &[("path", &asked.path)]);
        Ok((sentence.clone(), ReportDone { path: asked.path, bytes: bytes as f64, sentence }))
    })
}
