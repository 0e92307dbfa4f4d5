//! Records as the people that are compared, read one by one and remembered as long as there is room.

use std::collections::HashMap;
use std::rc::Rc;

use model::Entity;
use pipeline::matching::person::{Fields, Person};
use staging::Connection;
use staging::records::{self, RecordRow};

use super::circles::Circles;
use crate::error::Failure;

/// People remembered at once; more are read again.
const MOST_KNOWN: usize = 100_000;

/// A person with the number of the table they came from.
pub(super) struct Known {
    pub(super) person: Person,
    pub(super) table: u32,
}

impl std::borrow::Borrow<Person> for Known {
    fn borrow(&self) -> &Person {
        &self.person
    }
}

/// The people of one entity.
pub(super) struct People<'c> {
    conn: &'c Connection,
    pub(super) entity: &'static Entity,
    pub(super) fields: Fields,
    pub(super) circles: &'c Circles,
    known: HashMap<u32, Rc<Known>>,
}

impl<'c> People<'c> {
    /// `None` where the records of the entity are no people.
    pub(super) fn of(conn: &'c Connection, code: &str, circles: &'c Circles) -> Option<Self> {
        let entity = model::entities::find(code)?;
        let fields = Fields::of(entity)?;
        Some(Self { conn, entity, fields, circles, known: HashMap::new() })
    }

    /// The person of these values.
    pub(super) fn read(&self, record: i64, values: &[&str]) -> Person {
        // Numbers of records are given table by table: a teacher has no links of the guardian with the same number.
        let linked = matches!(self.entity.code, "students" | "guardians");
        let circle = if linked { self.circles.of(self.fields.child, record) } else { Vec::new() };
        let mut person = self.fields.read(values, circle);
        self.circles.drop_fillers(&mut person);
        person
    }

    /// The person of this record.
    pub(super) fn get(&mut self, record: u32) -> Result<Rc<Known>, Failure> {
        if let Some(known) = self.known.get(&record) {
            return Ok(Rc::clone(known));
        }
        let row = records::record(self.conn, self.entity, i64::from(record))?;
        let person = self.read(row.id, &values(&row));
        let known = Rc::new(Known { person, table: row.table as u32 });
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        self.known.insert(record, Rc::clone(&known));
        Ok(known)
    }
}

/// The values of a record as texts.
pub(super) fn values(row: &RecordRow) -> Vec<&str> {
    row.values.iter().map(String::as_str).collect()
}
