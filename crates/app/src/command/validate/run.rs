//! One run of the checks: rows are read and findings written here, the checks work in a second thread, and what
//! records are compared by is made in a third.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use chrono::NaiveDate;
use model::{ColumnFacts, Entity, Finding, Watch};
use pipeline::validate::{self, Hit, Plan, Tally};
use staging::findings::{self, FindingsWriter};
use staging::records::{self, RecordBlock};
use staging::{Connection, Permission};

use super::conflicts;
use super::duplicates::{Keys, Sink};
use super::look::seen;
use super::merged;
use super::nobody;
use super::references::References;
use crate::clock;
use crate::command::cleanse::{act, total_active};
use crate::error::Failure;
use crate::facts::{FactsBook, Known, known_of};
use crate::session::Session;

/// Portions that may wait for a thread: bounds the memory.
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
    /// Findings for which there was no room, by check and field.
    beyond: Vec<(&'static str, &'static str, u64)>,
}

/// What the checks found in a portion.
#[derive(Default)]
struct Found {
    findings: Vec<Finding>,
    /// Records held back by findings for which there was no room.
    held: Vec<i64>,
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
    records::ensure_link_indexes(conn)?;
    let mut writer = FindingsWriter::begin(conn, &act(&project))?;
    writer.can_be_followed(&today.to_string(), &checks_known())?;
    let mut references = References::default();
    let (mut done, total) = (0, total_active(conn)?);
    for entity in model::entities::ALL {
        let plan = Plan::new(entity);
        references.begin(entity);
        let (checked, keys) = check_entity(conn, &plan, today, &mut writer, &mut references, &mut |rows| {
            done += rows;
            watch.progress(done, Some(total));
            watch.check()
        })?;
        for measure in checked.tally.measures(&plan) {
            writer.looked_at(measure.check.code, entity.code, measure.field, measure.looked);
        }
        for (check, field, count) in checked.beyond {
            writer.beyond(check, entity.code, field, count);
        }
        let mut sink = Sink { writer: &mut writer, references: &mut references, watch };
        keys.report(conn, &plan, today, &mut sink)?;
        for finding in conflicts::found(conn, entity, None)? {
            writer.looked_at(conflicts::CHECK, entity.code, finding.field, 1);
            writer.add(&finding, watch)?;
        }
        for finding in merged::found(conn, entity, None)? {
            writer.looked_at(merged::CODE, entity.code, finding.field, 1);
            writer.add(&finding, watch)?;
        }
        if let Some(missing) = nobody::found(conn, entity, None)? {
            let field = entity.fields.first().map_or("", |field| field.code);
            writer.looked_at(nobody::CODE, entity.code, field, nobody::LOOKED);
            for finding in missing {
                writer.add(&finding, watch)?;
            }
        }
        references.finish(&mut writer);
    }
    writer.finish()?;
    records::prepare_year_levels(conn)?;
    project.log("validate.done", &[], clock::now())?;
    Ok(())
}

/// Which checks this Daftar knows: another version's findings cannot be followed.
pub(super) fn checks_known() -> String {
    let codes: Vec<&str> = validate::checks::ALL.into_iter().map(|check| check.code).collect();
    format!("{}-{:08x}", env!("CARGO_PKG_VERSION"), findings::key_hash(&codes.join(" ")))
}

/// Sends the records of one entity through the checks and writes what they find.
fn check_entity(
    conn: &Connection,
    plan: &Plan,
    today: NaiveDate,
    writer: &mut FindingsWriter<'_>,
    references: &mut References,
    tick: &mut dyn FnMut(u64) -> Result<(), model::Cancelled>,
) -> Result<(Checked, Keys), Failure> {
    std::thread::scope(|scope| {
        let (to_checks, portions) = sync_channel::<Arc<Portion>>(WAITING);
        let (to_keys, compared) = sync_channel::<Arc<Portion>>(WAITING);
        let (to_us, found) = channel::<Found>();
        let room = validate::checks::ALL.into_iter().map(|check| (check.code, writer.room(check.code))).collect();
        let checks = scope.spawn(move || check_all(plan, today, room, &portions, &to_us));
        let keys = scope.spawn(move || keys_of_all(plan, today, &compared));
        let fed = feed(conn, plan, [&to_checks, &to_keys], &found, writer, references, tick);
        drop((to_checks, to_keys));
        let (checked, keys) = (checks.join(), keys.join());
        fed?;
        for found in found.try_iter() {
            write(plan.entity(), writer, references, &found)?;
        }
        let bug = |_| Failure::refused(crate::Code::Bug, "error.bug", "error.bug.hint");
        let (mut checked, (tally, keys)) = (checked.map_err(bug)?, keys.map_err(bug)?);
        checked.tally.add(&tally);
        Ok((checked, keys))
    })
}

/// Reads the records, hands them over, and writes findings as they come back.
fn feed(
    conn: &Connection,
    plan: &Plan,
    threads: [&SyncSender<Arc<Portion>>; 2],
    found: &Receiver<Found>,
    writer: &mut FindingsWriter<'_>,
    references: &mut References,
    tick: &mut dyn FnMut(u64) -> Result<(), model::Cancelled>,
) -> Result<(), Failure> {
    let mut book = FactsBook::default();
    let entity = plan.entity();
    for records in records::read_blocks_beyond(conn, entity, plan.beyond())? {
        let records = records?;
        for record in records.records() {
            references.look(conn, entity, record, writer)?;
        }
        tick(records.len() as u64)?;
        let facts = known_of(conn, entity, &records, &mut book)?;
        let portion = Arc::new(Portion { records, facts });
        for thread in threads {
            // The other end only goes away when it panics, which its join reports.
            let _ = thread.send(Arc::clone(&portion));
        }
        for found in found.try_iter() {
            write(entity, writer, references, &found)?;
        }
    }
    Ok(())
}

fn write(
    entity: &'static Entity,
    writer: &mut FindingsWriter<'_>,
    references: &mut References,
    found: &Found,
) -> Result<(), Failure> {
    for finding in &found.findings {
        references.note(finding);
        writer.add(finding, &model::Silent)?;
    }
    for record in &found.held {
        references.hold_back(entity.code, *record);
        writer.hold_back(entity.code, *record)?;
    }
    Ok(())
}

/// What is made of single findings in the second thread: only those that are kept cost a place.
struct Sieve<'p> {
    plan: &'p Plan,
    room: HashMap<&'static str, u64>,
    found: Found,
    beyond: Vec<(&'static str, &'static str, u64)>,
}

impl Sieve<'_> {
    fn take(&mut self, hit: Hit, values: &[&str]) {
        let room = self.room.entry(hit.check.code).or_default();
        if *room > 0 {
            *room -= 1;
            self.found.findings.push(hit.into_finding(self.plan.entity(), values));
            return;
        }
        if validate::blocking(hit.check.severity) && self.found.held.last() != Some(&hit.record) {
            self.found.held.push(hit.record);
        }
        let field = self.plan.entity().fields.get(hit.field).map_or("", |field| field.code);
        let alike = |count: &&mut (&str, &str, u64)| count.0 == hit.check.code && count.1 == field;
        match self.beyond.iter_mut().find(alike) {
            Some(count) => count.2 += 1,
            None => self.beyond.push((hit.check.code, field, 1)),
        }
    }
}

/// The second thread: every check on every record.
fn check_all(
    plan: &Plan,
    today: NaiveDate,
    room: HashMap<&'static str, u64>,
    portions: &Receiver<Arc<Portion>>,
    to_us: &Sender<Found>,
) -> Checked {
    let mut tally = Tally::new(plan);
    let mut sieve = Sieve { plan, room, found: Found::default(), beyond: Vec::new() };
    for portion in portions {
        let mut values = Vec::new();
        let mut records = portion.records.records();
        for (count, facts) in &portion.facts {
            let facts: Vec<&ColumnFacts> = facts.iter().collect();
            for record in records.by_ref().take(*count) {
                values.clear();
                values.extend(record.values().map(seen));
                validate::run_record(plan, today, &facts, record.id, &values, &mut tally, &mut |hit| {
                    sieve.take(hit, &values);
                });
            }
        }
        let found = std::mem::take(&mut sieve.found);
        if !(found.findings.is_empty() && found.held.is_empty()) && to_us.send(found).is_err() {
            break;
        }
    }
    Checked { tally, beyond: sieve.beyond }
}

/// The third thread: what every record is compared with others by.
fn keys_of_all(plan: &Plan, today: NaiveDate, portions: &Receiver<Arc<Portion>>) -> (Tally, Keys) {
    let (mut tally, mut keys) = (Tally::new(plan), Keys::default());
    for portion in portions {
        let mut values = Vec::new();
        for record in portion.records.records() {
            values.clear();
            values.extend(record.values().map(seen));
            validate::keys(plan, today, &values, &mut tally, &mut |check, key| keys.take(check, record.id, &key));
        }
    }
    (tally, keys)
}
