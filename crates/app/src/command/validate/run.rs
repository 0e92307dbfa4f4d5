//! One run of the checks: rows are read and findings written here, the checks work in a second thread.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use chrono::NaiveDate;
use model::{ColumnFacts, Entity, Finding, RecordState, Watch};
use pipeline::validate::{self, Plan, Tally};
use staging::findings::FindingsWriter;
use staging::records::{self, RecordRow};
use staging::{Connection, Permission};

use super::duplicates::Keys;
use super::references::References;
use crate::clock;
use crate::command::cleanse::{act, total_active};
use crate::error::Failure;
use crate::facts::FactsBook;
use crate::session::Session;

/// Records that travel between the threads at a time.
const PORTION: usize = 1_000;
/// Portions that may wait for the checks: bounds the memory.
const WAITING: usize = 4;

/// Some records with what is known about their columns.
struct Portion {
    rows: Vec<RecordRow>,
    facts: Vec<Arc<Vec<ColumnFacts>>>,
}

/// What the checks made of the records of one entity.
struct Checked {
    tally: Tally,
    keys: Keys,
}

/// Runs all checks over all active records; the findings replace those of the last run.
///
/// # Errors
///
/// Where the project cannot be written; then the findings of the last run stay.
pub fn run(session: &Session, watch: &dyn Watch) -> Result<(), Failure> {
    let project = session.write(Permission::Validate)?;
    let conn = project.connection();
    let today = clock::today();
    let mut writer = FindingsWriter::begin(conn, &act(&project))?;
    let mut references = References::default();
    let (mut done, total) = (0, total_active(conn)?);
    for entity in model::entities::ALL {
        let plan = Plan::new(entity);
        references.begin(entity);
        let checked = check_entity(conn, &plan, today, &mut writer, &mut references, &mut |rows| {
            done += rows;
            watch.progress(done, Some(total));
            watch.check()
        })?;
        for measure in checked.tally.measures(&plan) {
            writer.looked_at(measure.check.code, entity.code, measure.field, measure.looked);
        }
        checked.keys.report(conn, &plan, today, &mut writer, &mut references, watch)?;
        references.finish(&mut writer);
    }
    writer.finish()?;
    project.log("validate.done", &[], clock::now())?;
    Ok(())
}

/// Sends the records of one entity through the checks and writes what they find.
fn check_entity(
    conn: &Connection,
    plan: &Plan,
    today: NaiveDate,
    writer: &mut FindingsWriter<'_>,
    references: &mut References,
    tick: &mut dyn FnMut(u64) -> Result<(), model::Cancelled>,
) -> Result<Checked, Failure> {
    std::thread::scope(|scope| {
        let (to_checks, portions) = sync_channel::<Portion>(WAITING);
        let (to_us, found) = channel::<Vec<Finding>>();
        let checks = scope.spawn(move || check_all(plan, today, &portions, &to_us));
        let fed = feed(conn, plan.entity(), &to_checks, &found, writer, references, tick);
        drop(to_checks);
        let checked = checks.join();
        fed?;
        for findings in found.try_iter() {
            write(writer, references, &findings)?;
        }
        checked.map_err(|_| Failure::refused(crate::Code::Bug, "error.bug", "error.bug.hint"))
    })
}

/// Reads the records, hands them over, and writes findings as they come back.
fn feed(
    conn: &Connection,
    entity: &'static Entity,
    to_checks: &SyncSender<Portion>,
    found: &Receiver<Vec<Finding>>,
    writer: &mut FindingsWriter<'_>,
    references: &mut References,
    tick: &mut dyn FnMut(u64) -> Result<(), model::Cancelled>,
) -> Result<(), Failure> {
    let mut book = FactsBook::default();
    let mut portion = Portion { rows: Vec::new(), facts: Vec::new() };
    for row in records::read(conn, entity, Some(RecordState::Active), 0) {
        let row = row?;
        references.look(entity, &row, writer)?;
        portion.facts.push(book.shared(conn, entity, &row)?);
        portion.rows.push(row);
        if portion.rows.len() == PORTION {
            tick(PORTION as u64)?;
            let full = std::mem::replace(&mut portion, Portion { rows: Vec::new(), facts: Vec::new() });
            // The other end only goes away when it panics, which its join reports.
            let _ = to_checks.send(full);
            for findings in found.try_iter() {
                write(writer, references, &findings)?;
            }
        }
    }
    tick(portion.rows.len() as u64)?;
    let _ = to_checks.send(portion);
    Ok(())
}

fn write(writer: &mut FindingsWriter<'_>, references: &mut References, findings: &[Finding]) -> Result<(), Failure> {
    for finding in findings {
        references.note(finding);
        writer.add(finding, &model::Silent)?;
    }
    Ok(())
}

/// The second thread: every check on every record.
fn check_all(plan: &Plan, today: NaiveDate, portions: &Receiver<Portion>, to_us: &Sender<Vec<Finding>>) -> Checked {
    let mut tally = Tally::new(plan);
    let mut keys = Keys::default();
    for portion in portions {
        let mut findings = Vec::new();
        for (row, facts) in portion.rows.iter().zip(&portion.facts) {
            let values = values(row);
            let facts: Vec<&ColumnFacts> = facts.iter().collect();
            validate::run_record(plan, today, &facts, row.id, &values, &mut tally, &mut |hit| {
                findings.push(hit.into_finding(plan.entity(), &values));
            });
            validate::keys(plan, today, &values, &mut tally, &mut |check, key| keys.take(check, row.id, &key));
        }
        if !findings.is_empty() && to_us.send(findings).is_err() {
            break;
        }
    }
    Checked { tally, keys }
}

/// The values of a record as the checks see them: a reference that leads somewhere is filled.
pub(super) fn values(row: &RecordRow) -> Vec<&str> {
    let filled = |(value, link): (&'_ String, &Option<i64>)| value.is_empty() && link.is_some();
    row.values.iter().zip(&row.links).map(|pair| if filled(pair) { "#" } else { pair.0.as_str() }).collect()
}
