//! May this go to the portal? Runs all checks over all records, and shows what they found.

mod apart;
pub(crate) mod causes;
mod conflicts;
mod duplicates;
pub(crate) mod live;
mod look;
mod merged;
mod nobody;
mod references;
mod run;
#[cfg(test)]
pub(crate) mod tests;
pub mod waive;

use model::{Severity, Words};
use staging::Permission;
use staging::findings::{self, CheckResult, FindingFilter, FindingRow, Waiver};

use super::cleanse::{act, field_title, who_and_where};
use super::home::entity_counts;
use crate::app::App;
use crate::clock;
use crate::dto::{
    CheckView, FindingView, FindingsAsk, FindingsPage, JobStarted, Nothing, SectionView, ValidateView, WaiveCheck,
    WaiverView,
};
use crate::error::Failure;
use crate::say;
use crate::session::Session;

pub use run::run;

/// What one check came to, over all entities and fields.
pub(crate) struct Summed<'a> {
    pub(crate) check: &'static model::Check,
    pub(crate) looked: u64,
    pub(crate) found: u64,
    pub(crate) waiver: Option<&'a Waiver>,
    /// Findings that were accepted one by one.
    pub(crate) waived: u64,
}

impl Summed<'_> {
    /// The measured figure in words, also where nothing was found.
    pub(crate) fn measured(&self, words: &Words) -> String {
        let (looked, found) = (say::count(self.looked), say::count(self.found));
        let key = match (self.looked, self.found) {
            (0, _) => "measured.nothing",
            (_, 0) => "measured.all",
            _ => "measured.some",
        };
        words.say(
            key,
            &[("looked", &looked), ("found", &found), ("good", &say::count(self.looked.saturating_sub(self.found)))],
        )
    }
}

/// Every check with its sums, in report order.
pub(crate) fn summed<'a>(results: &[CheckResult], waivers: &'a [Waiver]) -> Vec<Summed<'a>> {
    pipeline::validate::checks::ALL
        .into_iter()
        .map(|check| {
            let of_check = || results.iter().filter(|result| result.check == check.code);
            Summed {
                check,
                looked: of_check().map(|result| result.looked_at).sum(),
                found: of_check().map(|result| result.found).sum(),
                waived: waivers.iter().filter(|waiver| waiver.check == check.code && waiver.record.is_some()).count()
                    as u64,
                waiver: waivers.iter().find(|waiver| waiver.check == check.code && waiver.record.is_none()),
            }
        })
        .collect()
}

/// The result of the last run.
///
/// # Errors
///
/// Those of the project file.
pub fn view(session: &Session) -> Result<ValidateView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let last = findings::last_run(conn)?;
    let (results, waivers) = (findings::results(conn)?, findings::waivers(conn)?);
    let checks = summed(&results, &waivers);
    let count = |severity: Severity| {
        let found: u64 = checks.iter().filter(|check| check.check.severity == severity).map(|check| check.found).sum();
        found as f64
    };
    let failed = |critical: bool| {
        checks
            .iter()
            .filter(|check| check.found > 0 && (check.check.severity == Severity::Critical) == critical)
            .count() as u32
    };
    Ok(ValidateView {
        ran: last.is_some(),
        stale: last.as_ref().is_none_or(|run| run.stale),
        at: last.as_ref().map(|run| clock::shown(&run.at)).unwrap_or_default(),
        passed: last.is_some() && failed(true) == 0,
        total_checks: checks.len() as u32,
        passed_checks: checks.iter().filter(|check| check.found == 0).count() as u32,
        failed_checks: failed(true),
        warning_checks: failed(false),
        critical_findings: count(Severity::Critical),
        warning_findings: count(Severity::Warning),
        note_findings: count(Severity::Note),
        entities: entity_counts(conn, &words)?,
        sections: sections(&checks, &words),
    })
}

fn sections(checks: &[Summed<'_>], words: &Words) -> Vec<SectionView> {
    let of_section = |section: model::Section| checks.iter().filter(move |check| check.check.section == section);
    model::Section::ALL
        .into_iter()
        .map(|section| SectionView {
            section: section.code().to_owned(),
            title: words.text(&format!("section.{}", section.code())).to_owned(),
            checks: of_section(section).map(|check| check_view(check, words)).collect(),
        })
        .collect()
}

fn check_view(check: &Summed<'_>, words: &Words) -> CheckView {
    CheckView {
        check: check.check.code.to_owned(),
        title: words.text(&format!("check.{}", check.check.code)).to_owned(),
        help: words.text(&format!("check.{}.help", check.check.code)).to_owned(),
        severity: check.check.severity.code().to_owned(),
        passed: check.found == 0,
        count: check.found as f64,
        waived_count: check.waived.min(check.found) as f64,
        measured: check.measured(words),
        waived: check.waiver.map(waiver_view),
    }
}

fn waiver_view(waiver: &Waiver) -> WaiverView {
    WaiverView {
        waiver: waiver.id as f64,
        user: waiver.user.clone(),
        at: clock::shown(&waiver.at),
        reason: waiver.reason.clone(),
    }
}

/// Some findings, each with its place and the person it is about.
///
/// # Errors
///
/// Those of the project file.
pub fn page(session: &Session, asked: &FindingsAsk) -> Result<FindingsPage, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let filter = FindingFilter {
        check: given(&asked.check),
        severity: Severity::from_code(&asked.severity),
        entity: given(&asked.entity),
        key: given(&asked.key),
        field: given(&asked.field),
        table: Some(asked.source as i64).filter(|table| *table > 0),
        ..FindingFilter::default()
    };
    let waivers = findings::waivers(conn)?;
    let found = findings::page(conn, &filter, u64::from(asked.offset), asked.limit.min(500) as usize)?;
    let views = found
        .rows
        .into_iter()
        .map(|finding| finding_view(conn, finding, &waivers, &words))
        .collect::<Result<_, _>>()?;
    Ok(FindingsPage { total: found.total as f64, findings: views })
}

fn finding_view(
    conn: &staging::Connection,
    finding: FindingRow,
    waivers: &[Waiver],
    words: &Words,
) -> Result<FindingView, Failure> {
    let (who, _) = who_and_where(conn, &finding.entity, finding.record)?;
    Ok(FindingView {
        finding: finding.id as f64,
        waived: waive::of_finding(&finding, waivers).map(waiver_view),
        title: words.text(&format!("check.{}", finding.check)).to_owned(),
        severity: finding.severity.code().to_owned(),
        entity_title: say::entity(words, &finding.entity),
        record: finding.record as f64,
        field_title: if finding.field.is_empty() {
            String::new()
        } else {
            field_title(&finding.entity, &finding.field, words)
        },
        message: finding.message.say(words),
        who,
        file: finding.location.file,
        table: finding.location.table,
        row: finding.location.row as u32,
        column: finding.location.column,
        identity: super::identity::concerns(&finding.check),
        check: finding.check,
        entity: finding.entity,
        field: finding.field,
        value: finding.value,
    })
}

/// Lets the findings of a check stand, with a reason that the report prints, or takes that back.
///
/// # Errors
///
/// [`crate::Code::Usage`] for a critical check or without a reason.
pub fn waive(session: &Session, code: &str, reason: Option<&str>) -> Result<(), Failure> {
    let project = session.write(Permission::Waive)?;
    let check = waive::waivable(code)?;
    if let Some(reason) = reason {
        waive::must_say_why(reason)?;
    }
    let conn = project.connection();
    for waiver in findings::waivers(conn)?.into_iter().filter(|waiver| waiver.check == code && waiver.record.is_none())
    {
        findings::unwaive(conn, waiver.id)?;
    }
    let Some(reason) = reason else {
        return Ok(project.log("validate.unwaived", &[("check", code)], clock::now())?);
    };
    let mut entities: Vec<String> = findings::results(conn)?
        .into_iter()
        .filter(|result| result.check == check.code && result.found > 0)
        .map(|result| result.entity)
        .collect();
    entities.dedup();
    for entity in entities {
        findings::waive(conn, check.code, &entity, None, reason.trim(), &act(&project))?;
    }
    project.log("validate.waived", &[("check", code)], clock::now())?;
    Ok(())
}

pub(crate) fn ask_view(app: &App, _: Nothing) -> Result<ValidateView, Failure> {
    view(&*app.session()?)
}

pub(crate) fn ask_run(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.start("validate", |session, watch| {
        run(session, watch)?;
        let view = view(session)?;
        let key = if view.passed { "validate.passed" } else { "validate.failed" };
        let (critical, warnings) =
            (say::count(view.critical_findings as u64), say::count(view.warning_findings as u64));
        Ok((session.words().say(key, &[("critical", &critical), ("warnings", &warnings)]), view))
    })
}

pub(crate) fn ask_findings(app: &App, asked: FindingsAsk) -> Result<FindingsPage, Failure> {
    page(&*app.session()?, &asked)
}

pub(crate) fn ask_waive(app: &App, asked: WaiveCheck) -> Result<ValidateView, Failure> {
    let session = app.session()?;
    waive(&session, &asked.check, Some(asked.reason.as_str()).filter(|_| asked.waive))?;
    view(&session)
}
