//! One pass of the rules over all records: a second thread reads them and asks the rules, what comes of it is taken
//! here.

use std::sync::mpsc::{SendError, SyncSender, sync_channel};

use chrono::NaiveDate;
use model::{ColumnFacts, Cx, Entity, Fix, Rule, Watch};
use staging::records;
use staging::{Connection, Project};

use super::{propose, total_active};
use crate::clock;
use crate::error::{Code, Failure};
use crate::facts::{FactsBook, Values, known_of};

/// Portions that may wait to be taken: bounds the memory.
const WAITING: usize = 4;

/// A record that the rules are asked about.
pub(super) struct Asked<'a> {
    /// Its entity.
    pub(super) entity: &'static Entity,
    /// Its number.
    pub(super) record: i64,
    /// Its values, in the order of the entity's fields.
    values: &'a [&'a str],
    facts: &'a [ColumnFacts],
    today: NaiveDate,
}

impl Asked<'_> {
    /// Gives `take` what the first rule with something to say about it proposes for each value.
    pub(super) fn each(&self, take: &mut dyn FnMut(&Cx<'_>, &str, &'static Rule, Fix)) {
        self.each_of(self.values, take);
    }

    /// The same, were these its values.
    pub(super) fn each_of(&self, values: &[&str], take: &mut dyn FnMut(&Cx<'_>, &str, &'static Rule, Fix)) {
        let &Self { entity, facts, today, .. } = self;
        let record = Values { entity, values };
        for ((field, value), column) in entity.fields.iter().zip(values).zip(facts) {
            let cx = Cx { today, entity, field, column, record: &record };
            if let Some((rule, fix)) = propose(&cx, value) {
                take(&cx, value, rule, fix);
            }
        }
    }

    /// The record's values with others in some fields; `None` where there are no others.
    pub(super) fn with<'v>(&'v self, others: impl Iterator<Item = (&'static str, &'v str)>) -> Option<Vec<&'v str>> {
        let mut values = None;
        for (field, other) in others {
            let values = values.get_or_insert_with(|| self.values.to_vec());
            if let Some(value) = self.entity.position(field).and_then(|at| values.get_mut(at)) {
                *value = other;
            }
        }
        values
    }

    /// The value that stands in `field`.
    pub(super) fn value(&self, field: &str) -> &str {
        self.entity.position(field).and_then(|at| self.values.get(at)).copied().unwrap_or_default()
    }
}

/// What was made of a portion of records: how many it had, and what came of them.
struct Spoken<M> {
    records: usize,
    made: M,
}

/// Lets `speak` add to something what it has to say about every active record, and gives that, portion by portion, to
/// `take`. What is begun for each portion is made by `begin`. The records are read as they were last committed: what
/// `take` writes is not seen.
pub(super) fn each_record<M: Send>(
    project: &Project,
    watch: &dyn Watch,
    begin: fn(&'static Entity) -> M,
    speak: &mut (dyn FnMut(&Asked<'_>, &mut M) + Send),
    take: &mut dyn FnMut(M) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (mut done, total) = (0, total_active(project.connection())?);
    let reader = project.reader()?;
    std::thread::scope(|scope| {
        let (to_us, spoken) = sync_channel(WAITING);
        let rules = scope.spawn(move || ask_all(reader.connection(), begin, speak, &to_us));
        // Should anything fail here, the channel ends with it, and the thread with the channel.
        for Spoken { records, made } in spoken {
            done += records as u64;
            watch.progress(done, Some(total));
            watch.check()?;
            take(made)?;
        }
        rules.join().map_err(|_| Failure::refused(Code::Bug, "error.bug", "error.bug.hint"))?
    })
}

/// The second thread: every rule on every value.
fn ask_all<M>(
    conn: &Connection,
    begin: fn(&'static Entity) -> M,
    speak: &mut dyn FnMut(&Asked<'_>, &mut M),
    to_us: &SyncSender<Spoken<M>>,
) -> Result<(), Failure> {
    let today = clock::today();
    let mut book = FactsBook::default();
    for entity in model::entities::ALL {
        for block in records::read_blocks(conn, entity) {
            let (block, mut made) = (block?, begin(entity));
            let mut records = block.records();
            let mut values = Vec::new();
            for (count, facts) in known_of(conn, entity, &block, &mut book)? {
                for record in records.by_ref().take(count) {
                    values.clear();
                    values.extend(record.values().map(|(value, _)| value));
                    speak(&Asked { entity, record: record.id, values: &values, facts: &facts, today }, &mut made);
                }
            }
            if let Err(SendError(_)) = to_us.send(Spoken { records: block.len(), made }) {
                // Nobody takes it any more: cancelled, or the project cannot be written.
                return Ok(());
            }
        }
    }
    Ok(())
}
