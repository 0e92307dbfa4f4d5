//! Who belongs to whom: guardians of children, children of guardians, families. Some numbers a record, no values.

use model::{Entity, Watch};
use pipeline::matching::certain::MANY;
use pipeline::matching::families::{Families, Ties};
use pipeline::matching::hash;
use pipeline::matching::person::{Fields, Person, phone_key, salt, usable_number};
use staging::Connection;
use staging::records;

use crate::error::Failure;

/// What a guardian is known by.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Contact {
    pub(super) guardian: u32,
    /// Hash of the identity number, or of the record where there is none.
    known_by: u32,
    pub(super) phone: u32,
    pub(super) address: u32,
}

/// All children and guardians, by number.
#[derive(Debug, Default)]
pub(super) struct Circles {
    /// Guardians in order of number.
    pub(super) contacts: Vec<Contact>,
    /// Child and guardian, in order.
    pub(super) links: Vec<(u32, u32)>,
    /// Guardian and child, in order.
    back: Vec<(u32, u32)>,
    /// Families, and what is nobody's own.
    pub(super) families: Families,
    /// Child and what it is known by outside the project, in order; `None` while only records are compared.
    marks: Option<Vec<(u32, u32)>>,
}

impl Circles {
    /// Reads them. `school` are the school's own telephone numbers as they stand in the settings.
    pub(super) fn read(conn: &Connection, school: &str, watch: &dyn Watch) -> Result<Self, Failure> {
        let mut circles = Self::default();
        circles.contacts = contacts(conn, watch)?;
        circles.links = links(conn, watch)?;
        circles.back = circles.links.iter().map(|(child, guardian)| (*guardian, *child)).collect();
        circles.back.sort_unstable();
        circles.families = circles.ties(conn, watch)?.families(&school_hashes(school));
        Ok(circles)
    }

    /// Knows children by their identity numbers, as the portal does, and no longer by their records.
    pub(super) fn by_number(mut self, conn: &Connection, watch: &dyn Watch) -> Result<Self, Failure> {
        let mut marks = Vec::new();
        each(conn, "students", watch, &mut |child, person| {
            marks.extend(child_mark(&person.number).map(|mark| (child, mark)));
        })?;
        self.marks = Some(marks);
        Ok(self)
    }

    pub(super) fn contact(&self, guardian: u32) -> Option<&Contact> {
        let at = self.contacts.binary_search_by_key(&guardian, |contact| contact.guardian).ok()?;
        self.contacts.get(at)
    }

    /// The guardians of a child.
    pub(super) fn guardians(&self, child: u32) -> impl Iterator<Item = u32> + '_ {
        after(&self.links, child)
    }

    fn ties(&self, conn: &Connection, watch: &dyn Watch) -> Result<Ties, Failure> {
        let mut ties = Ties::default();
        for (child, guardian) in &self.links {
            let Some(contact) = self.contact(*guardian) else { continue };
            ties.guardians.push((contact.known_by, *child));
            for hash in [contact.phone, contact.address].into_iter().filter(|hash| *hash != 0) {
                ties.contacts.push((hash, *child));
            }
        }
        each(conn, "students", watch, &mut |child, person| {
            for hash in [person.phone, person.address].into_iter().filter(|hash| *hash != 0) {
                ties.contacts.push((hash, child));
            }
        })?;
        Ok(ties)
    }

    /// Whom a person is linked to, as hashes: the guardians of a child with their telephones, the children of a
    /// guardian.
    pub(super) fn of(&self, child: bool, record: i64) -> Vec<u32> {
        if !child {
            return after(&self.back, record as u32).filter_map(|child| self.mark(child)).collect();
        }
        let contacts = self.guardians(record as u32).filter_map(|guardian| self.contact(guardian));
        let hashes = contacts.flat_map(|contact| [contact.known_by, contact.phone]);
        hashes.filter(|hash| *hash != 0 && !self.is_filler(*hash)).collect()
    }

    fn mark(&self, child: u32) -> Option<u32> {
        let Some(marks) = &self.marks else { return Some(hash(salt::CHILD, &child.to_string())) };
        let at = marks.binary_search_by_key(&child, |(known, _)| *known).ok()?;
        marks.get(at).map(|(_, mark)| *mark)
    }

    pub(super) fn is_filler(&self, hash: u32) -> bool {
        self.families.fillers.binary_search(&hash).is_ok()
    }

    /// A telephone number or address that is nobody's own says nothing about anybody.
    pub(super) fn drop_fillers(&self, person: &mut Person) {
        for hash in [&mut person.phone, &mut person.address] {
            if self.is_filler(*hash) {
                *hash = 0;
            }
        }
    }
}

/// What a child with this identity number is known by outside the project.
fn child_mark(number: &str) -> Option<u32> {
    (!number.is_empty()).then(|| hash(salt::CHILD, &format!("ic {number}")))
}

/// Whom a person of the portal is linked to, as hashes: what [`Circles::of`] gives for a record, after
/// [`Circles::by_number`].
pub(super) fn circle_of(child: bool, linked: &[(String, String)]) -> Vec<u32> {
    let mut hashes = Vec::new();
    for (number, phone) in linked {
        let number = usable_number(number).unwrap_or_default();
        if !child {
            hashes.extend(child_mark(&number));
            continue;
        }
        hashes.extend((!number.is_empty()).then(|| hash(salt::GUARDIAN, &number)));
        hashes.extend(Some(phone_key(phone)).filter(|key| !key.is_empty()).map(|key| hash(salt::PHONE, &key)));
    }
    hashes
}

/// The school's own numbers as the families know them.
pub(super) fn school_hashes(school: &str) -> Vec<u32> {
    let keys = school.split([',', ';', '/']).map(phone_key).filter(|key| !key.is_empty());
    keys.map(|key| hash(salt::PHONE, &key)).collect()
}

/// The second numbers of all pairs that begin with `first`.
fn after(pairs: &[(u32, u32)], first: u32) -> impl Iterator<Item = u32> + '_ {
    let from = pairs.partition_point(|(known, _)| *known < first);
    pairs.iter().skip(from).take_while(move |(known, _)| *known == first).map(|(_, second)| *second)
}

/// Gives every active record of `code` as a person without a circle.
pub(super) fn each(
    conn: &Connection,
    code: &str,
    watch: &dyn Watch,
    take: &mut dyn FnMut(u32, &Person),
) -> Result<(), Failure> {
    let Some((entity, fields)) = people(code) else { return Ok(()) };
    for block in records::read_blocks(conn, entity) {
        let block = block?;
        watch.check()?;
        let mut values = Vec::new();
        for record in block.records() {
            values.clear();
            values.extend(record.values().map(|(text, _)| text));
            take(record.id as u32, &fields.read(&values, Vec::new()));
        }
    }
    Ok(())
}

fn people(code: &str) -> Option<(&'static Entity, Fields)> {
    let entity = model::entities::find(code)?;
    Some((entity, Fields::of(entity)?))
}

fn contacts(conn: &Connection, watch: &dyn Watch) -> Result<Vec<Contact>, Failure> {
    let (mut contacts, mut bearers) = (Vec::new(), Vec::new());
    each(conn, "guardians", watch, &mut |guardian, person| {
        let known_by = match person.number.as_str() {
            "" => by_record(guardian),
            number => hash(salt::GUARDIAN, number),
        };
        if !person.number.is_empty() {
            bearers.push((known_by, person.name_hash()));
        }
        contacts.push(Contact { guardian, known_by, phone: person.phone, address: person.address });
    })?;
    let fillers = of_many(bearers);
    for contact in &mut contacts {
        if fillers.binary_search(&contact.known_by).is_ok() {
            contact.known_by = by_record(contact.guardian);
        }
    }
    Ok(contacts)
}

fn by_record(guardian: u32) -> u32 {
    hash(salt::RECORD, &guardian.to_string())
}

/// What [`MANY`] people or more have, who do not have one name: nobody's own. `bearers` are values and names.
pub(super) fn of_many(mut bearers: Vec<(u32, u32)>) -> Vec<u32> {
    bearers.sort_unstable();
    bearers.dedup();
    let shared = bearers.chunk_by(|one, other| one.0 == other.0).filter(|same| same.len() >= MANY);
    shared.filter_map(|same| same.first()).map(|(value, _)| *value).collect()
}

/// Child and guardian of every active link, in order.
fn links(conn: &Connection, watch: &dyn Watch) -> Result<Vec<(u32, u32)>, Failure> {
    let Some(entity) = model::entities::find("student_guardians") else { return Ok(Vec::new()) };
    let (child, guardian) = (entity.position("student"), entity.position("guardian"));
    let mut links = Vec::new();
    for block in records::read_blocks(conn, entity) {
        let block = block?;
        watch.check()?;
        for record in block.records() {
            let link = |at: Option<usize>| at.and_then(|at| record.value(at).1);
            links.extend(link(child).zip(link(guardian)).map(|(child, guardian)| (child as u32, guardian as u32)));
        }
    }
    links.sort_unstable();
    links.dedup();
    Ok(links)
}
