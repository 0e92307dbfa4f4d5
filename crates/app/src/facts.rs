//! What rules and checks may know about a value: its column and the rest of its record.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use model::{ColumnFacts, Entity, FieldPath, Siblings};
use staging::records::{RecordBlock, RecordRef, RecordRow, column_facts};

use crate::error::Failure;

/// The facts about every column, read once.
#[derive(Default)]
pub(crate) struct FactsBook {
    known: HashMap<(i64, &'static str, u16), Arc<Vec<ColumnFacts>>>,
}

impl FactsBook {
    /// The facts about the columns of all fields of such a record, in field order.
    pub(crate) fn of(
        &mut self,
        conn: &staging::Connection,
        entity: &'static Entity,
        row: &RecordRow,
    ) -> Result<&[ColumnFacts], Failure> {
        let key = self.learn(conn, entity, row.table, row.part)?;
        Ok(self.known.get(&key).map(|facts| facts.as_slice()).unwrap_or_default())
    }

    /// The same, to be sent to another thread.
    pub(crate) fn shared(
        &mut self,
        conn: &staging::Connection,
        entity: &'static Entity,
        row: RecordRef<'_>,
    ) -> Result<Arc<Vec<ColumnFacts>>, Failure> {
        let key = self.learn(conn, entity, row.table, row.part)?;
        Ok(self.known.get(&key).cloned().unwrap_or_default())
    }

    fn learn(
        &mut self,
        conn: &staging::Connection,
        entity: &'static Entity,
        table: i64,
        part: u16,
    ) -> Result<(i64, &'static str, u16), Failure> {
        let key = (table, entity.code, part);
        if let Entry::Vacant(unknown) = self.known.entry(key) {
            let facts =
                |field: &model::Field| column_facts(conn, table, &FieldPath::new(entity.code, part, field.code));
            unknown.insert(Arc::new(entity.fields.iter().map(facts).collect::<Result<Vec<_>, _>>()?));
        }
        Ok(key)
    }
}

/// How many records in a row have the same columns, and what is known about these.
pub(crate) type Known = (usize, Arc<Vec<ColumnFacts>>);

/// What is known about the columns of the records, as often as those change.
pub(crate) fn known_of(
    conn: &staging::Connection,
    entity: &'static Entity,
    records: &RecordBlock,
    book: &mut FactsBook,
) -> Result<Vec<Known>, Failure> {
    let all: Vec<RecordRef<'_>> = records.records().collect();
    let alike = all.chunk_by(|one, other| (one.table, one.part) == (other.table, other.part));
    let known = alike.filter_map(|same| Some((same.len(), *same.first()?)));
    known.map(|(count, first)| Ok((count, book.shared(conn, entity, first)?))).collect()
}

/// The values of one record by field code.
pub(crate) struct Values<'a, V = String> {
    pub(crate) entity: &'static Entity,
    pub(crate) values: &'a [V],
}

impl<V: AsRef<str>> Siblings for Values<'_, V> {
    fn value(&self, field: &str) -> &str {
        self.entity.position(field).and_then(|at| self.values.get(at)).map_or("", AsRef::as_ref)
    }
}
