//! One run of the checks: rows are read and findings written here, the checks work in a second thread.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use chrono::NaiveDate;
use model::{ColumnFacts, Entity, Finding, Watch};
use pipeline::validate::{self, Plan, Tally};
use staging::findings::FindingsWriter;
use staging::records::{self, RecordBlock, RecordRef};
use staging::{Connection, Permission};

use super::duplicates::Keys;
use super::references::References;
use crate::clock;
use crate::command::cleanse::{act, total_active};
use crate::error::Failure;
use crate::facts::FactsBook;
use crate::session::Session;

/// Portions that may wait for the checks: bounds the memory.
const WAITING: usize = 4;

/// Some records with what is known about their columns.
struct Portion {
    records: RecordBlock,
    /// How many records come from the same columns, and what is known about those.
    facts: Vec<Known>,
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
    records::prepare_year_levels(conn)?;
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
    for records in records::read_blocks(conn, entity) {
        let records = records?;
        for record in records.records() {
            references.look(entity, record, writer)?;
        }
        tick(records.len() as u64)?;
        let facts = facts(conn, entity, &records, &mut book)?;
        // The other end only goes away when it panics, which its join reports.
        let _ = to_checks.send(Portion { records, facts });
        for findings in found.try_iter() {
            write(writer, references, &findings)?;
        }
    }
    Ok(())
}

/// How many records in a row have the same columns, and what is known about these.
type Known = (usize, Arc<Vec<ColumnFacts>>);

/// What is known about the columns of the records, as often as those change.
fn facts(
    conn: &Connection,
    entity: &'static Entity,
    records: &RecordBlock,
    book: &mut FactsBook,
) -> Result<Vec<Known>, Failure> {
    let all: Vec<RecordRef<'_>> = records.records().collect();
    let alike = all.chunk_by(|one, other| (one.table, one.part) == (other.table, other.part));
    let known = alike.filter_map(|same| Some((same.len(), *same.first()?)));
    known.map(|(count, first)| Ok((count, book.shared(conn, entity, first)?))).collect()
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
        let (mut findings, mut values) = (Vec::new(), Vec::new());
        let mut records = portion.records.records();
        for (count, facts) in &portion.facts {
            let facts: Vec<&ColumnFacts> = facts.iter().collect();
            for record in records.by_ref().take(*count) {
                values.clear();
                values.extend(record.values().map(seen));
                validate::run_record(plan, today, &facts, record.id, &values, &mut tally, &mut |hit| {
                    findings.push(hit.into_finding(plan.entity(), &values));
                });
                validate::keys(plan, today, &values, &mut tally, &mut |check, key| keys.take(check, record.id, &key));
            }
        }
        if !findings.is_empty() && to_us.send(findings).is_err() {
            break;
        }
    }
    Checked { tally, keys }
}

/// A value as the checks see it: a reference that leads somewhere is filled.
pub(super) fn seen((value, link): (&str, Option<i64>)) -> &str {
    if value.is_empty() && link.is_some() { "#" } else { value }
}
