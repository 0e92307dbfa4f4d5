//! One pass of the rules over all records: a second thread reads them and asks the rules, what comes of it is taken
//! here.

use std::sync::mpsc::{SendError, SyncSender, sync_channel};

use chrono::NaiveDate;
use model::{ColumnFacts, Cx, Entity, Fix, Rule, Watch};
use staging::records::{self, RecordBlock};
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
    /// Its values, in the order of the entity's fields.
    pub(super) values: &'a [&'a str],
    facts: &'a [ColumnFacts],
    today: NaiveDate,
}

impl Asked<'_> {
    /// Gives `take` what the first rule with something to say about it proposes for each value.
    pub(super) fn each(&self, take: &mut dyn FnMut(&Cx<'_>, &str, &'static Rule, Fix)) {
        let &Self { entity, values, facts, today } = self;
        let record = Values { entity, values };
        for ((field, value), column) in entity.fields.iter().zip(values).zip(facts) {
            let cx = Cx { today, entity, field, column, record: &record };
            if let Some((rule, fix)) = propose(&cx, value) {
                take(&cx, value, rule, fix);
            }
        }
    }

    /// The value that stands in `field`.
    pub(super) fn value(&self, field: &str) -> &str {
        self.entity.position(field).and_then(|at| self.values.get(at)).copied().unwrap_or_default()
    }
}

/// What was made of a portion of records: how many it had, and the numbers of those of which something was made.
struct Spoken<R> {
    entity: &'static Entity,
    records: usize,
    made: Vec<(i64, R)>,
}

/// Lets `speak` make something of every active record, or nothing, and gives that to `take` with the record's number.
/// The records are read as they were last committed: what `take` writes is not seen.
pub(super) fn each_record<R: Send>(
    project: &Project,
    watch: &dyn Watch,
    speak: &(dyn Fn(&Asked<'_>) -> Option<R> + Sync),
    take: &mut dyn FnMut(&'static Entity, i64, R) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (mut done, total) = (0, total_active(project.connection())?);
    let reader = project.reader()?;
    std::thread::scope(|scope| {
        let (to_us, spoken) = sync_channel::<Spoken<R>>(WAITING);
        let rules = scope.spawn(move || ask_all(reader.connection(), speak, &to_us));
        // Should anything fail here, the channel ends with it, and the thread with the channel.
        for Spoken { entity, records, made } in spoken {
            done += records as u64;
            watch.progress(done, Some(total));
            watch.check()?;
            for (record, made) in made {
                take(entity, record, made)?;
            }
        }
        rules.join().map_err(|_| Failure::refused(Code::Bug, "error.bug", "error.bug.hint"))?
    })
}

/// The second thread: every rule on every value.
fn ask_all<R>(
    conn: &Connection,
    speak: &dyn Fn(&Asked<'_>) -> Option<R>,
    to_us: &SyncSender<Spoken<R>>,
) -> Result<(), Failure> {
    let today = clock::today();
    let mut book = FactsBook::default();
    for entity in model::entities::ALL {
        for block in records::read_blocks(conn, entity) {
            let block = block?;
            let made = ask(conn, entity, &block, &mut book, today, speak)?;
            if let Err(SendError(_)) = to_us.send(Spoken { entity, records: block.len(), made }) {
                // Nobody takes it any more: cancelled, or the project cannot be written.
                return Ok(());
            }
        }
    }
    Ok(())
}

/// What `speak` makes of the records of a block.
fn ask<R>(
    conn: &Connection,
    entity: &'static Entity,
    block: &RecordBlock,
    book: &mut FactsBook,
    today: NaiveDate,
    speak: &dyn Fn(&Asked<'_>) -> Option<R>,
) -> Result<Vec<(i64, R)>, Failure> {
    let (mut values, mut made) = (Vec::new(), Vec::new());
    let mut records = block.records();
    for (count, facts) in known_of(conn, entity, block, book)? {
        for record in records.by_ref().take(count) {
            values.clear();
            values.extend(record.values().map(|(value, _)| value));
            let asked = Asked { entity, values: &values, facts: &facts, today };
            made.extend(speak(&asked).map(|one| (record.id, one)));
        }
    }
    Ok(made)
}
