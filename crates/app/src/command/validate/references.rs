//! Does everything lead to a record, and may that record go to the portal?
//!
//! A place in a class whose pupil is held back cannot go either. Entities come in push order, so what
//! a record leads to was judged before it.

use std::collections::HashMap;

use model::{Entity, FieldKind, Finding, Message, Need, Severity};
use pipeline::validate::checks::reference;
use staging::Connection;
use staging::findings::FindingsWriter;
use staging::records::{self, RecordRef};

use crate::command::cleanse::who_and_where;
use crate::error::Failure;

/// Code of the check, see its page.
pub(super) const CHECK: &str = "reference";
/// The sentence for a record whose other end is held back or left out.
const HELD_BACK: &str = "found.reference.held-back";

/// Which records of each entity may go: one bit a record.
#[derive(Default)]
pub(super) struct References {
    /// Records that are in work and were not held back.
    free: HashMap<&'static str, Bits>,
    entity: &'static str,
    looked: HashMap<&'static str, u64>,
}

#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, at: i64, on: bool) {
        let (word, bit) = (at as usize / 64, at as usize % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if on {
            self.0[word] |= 1 << bit;
        } else {
            self.0[word] &= !(1 << bit);
        }
    }

    fn has(&self, at: i64) -> bool {
        self.0.get(at as usize / 64).is_some_and(|word| word >> (at as usize % 64) & 1 == 1)
    }
}

impl References {
    /// From here on records of `entity` are looked at.
    pub(super) fn begin(&mut self, entity: &'static Entity) {
        self.entity = entity.code;
        self.looked.clear();
        self.free.entry(entity.code).or_default();
    }

    /// Says how many references were looked at.
    pub(super) fn finish(&mut self, writer: &mut FindingsWriter<'_>) {
        for (field, count) in self.looked.drain() {
            writer.looked_at(CHECK, self.entity, field, count);
        }
    }

    /// Takes note of a finding: a critical one holds its record back.
    pub(super) fn note(&mut self, finding: &Finding) {
        if finding.severity == Severity::Critical {
            self.hold_back(finding.entity, finding.record);
        }
    }

    /// Takes note that a record is held back.
    pub(super) fn hold_back(&mut self, entity: &'static str, record: i64) {
        self.free.entry(entity).or_default().set(record, false);
    }

    /// Looks where the references of an active record lead.
    pub(super) fn look(
        &mut self,
        conn: &Connection,
        entity: &'static Entity,
        record: RecordRef<'_>,
        writer: &mut FindingsWriter<'_>,
    ) -> Result<(), Failure> {
        self.free.entry(entity.code).or_default().set(record.id, true);
        let free = |entity: &str, id: i64| self.free.get(entity).is_some_and(|free| free.has(id));
        let (looked, mut odd) = (&mut self.looked, Vec::new());
        of_record(entity, record.id, &|at| record.value(at), &free, &mut |field, finding| {
            *looked.entry(field).or_default() += 1;
            odd.extend(finding);
        });
        for mut finding in odd {
            name_several(conn, entity, &mut finding)?;
            self.note(&finding);
            writer.add(&finding, &model::Silent)?;
        }
        Ok(())
    }
}

/// Gives `sink` each reference field of a record that there is something to ask about, and what is odd about it.
/// `value` gives the text of a field and the record it leads to, `free` whether that record may go.
pub(super) fn of_record<'v>(
    entity: &'static Entity,
    id: i64,
    value: &dyn Fn(usize) -> (&'v str, Option<i64>),
    free: &dyn Fn(&str, i64) -> bool,
    sink: &mut dyn FnMut(&'static str, Option<Finding>),
) {
    for (at, field) in entity.fields.iter().enumerate() {
        let FieldKind::Reference(to) = &field.kind else { continue };
        let (written, link) = value(at);
        if written.is_empty() && link.is_none() && field.need != Need::Required {
            continue;
        }
        let odd = match link {
            None if written.is_empty() => Some(reference::MISSING),
            None => Some(reference::NOT_FOUND),
            Some(other) if !free(to.entity, other) => Some(HELD_BACK),
            Some(_) => None,
        };
        sink(field.code, odd.map(|key| finding(entity, id, field, written, key)));
    }
}

/// Records that a sentence names where a written key may mean several.
const MOST_NAMED: usize = 3;

/// Where a written key leads nowhere because several records have it, says so, and which they are.
pub(super) fn name_several(conn: &Connection, entity: &'static Entity, finding: &mut Finding) -> Result<(), Failure> {
    let field = entity.field(finding.field).filter(|_| finding.message.key == reference::NOT_FOUND);
    let Some((field, FieldKind::Reference(to))) = field.map(|field| (field, &field.kind)) else { return Ok(()) };
    let named = records::named(conn, entity, field, finding.record, MOST_NAMED + 1)?;
    if named.len() < 2 {
        return Ok(());
    }
    let mut rows = Vec::new();
    for id in named.iter().take(MOST_NAMED) {
        rows.push(who_and_where(conn, to.entity, *id)?.1);
    }
    if named.len() > MOST_NAMED {
        rows.push("…".to_owned());
    }
    finding.message = Message::new(reference::AMBIGUOUS).with("value", &finding.value).with("rows", rows.join("; "));
    Ok(())
}

/// A reference that is not needed holds nothing back: the record goes without it, and somebody should know.
fn finding(
    entity: &'static Entity,
    record: i64,
    field: &'static model::Field,
    written: &str,
    key: &'static str,
) -> Finding {
    Finding {
        check: CHECK,
        severity: if field.need == Need::Required { Severity::Critical } else { Severity::Warning },
        entity: entity.code,
        record,
        field: field.code,
        value: written.to_owned(),
        message: Message::new(key).with("value", written),
    }
}
