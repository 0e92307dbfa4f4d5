//! What rules and checks may know about a value: its column and the rest of its record.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use model::{ColumnFacts, Entity, FieldPath, Siblings};
use staging::records::{RecordRef, RecordRow, column_facts};

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

/// The values of one record by field code.
pub(crate) struct Values<'a> {
    pub(crate) entity: &'static Entity,
    pub(crate) values: &'a [String],
}

impl Siblings for Values<'_> {
    fn value(&self, field: &str) -> &str {
        self.entity.position(field).and_then(|at| self.values.get(at)).map_or("", String::as_str)
    }
}
