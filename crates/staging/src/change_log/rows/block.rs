//! Changes on their way into rows.

use std::ops::Range;

use model::{Entity, Message};

/// Changes of records of one entity. All their texts stand in one, so that a million of them cost a few thousand
/// allocations, and go from one thread to another without waiting for each other's memory.
#[derive(Clone, Debug)]
pub struct ChangeBlock {
    pub(super) entity: &'static Entity,
    text: String,
    pub(super) cells: Vec<BlockCell>,
}

/// A cell of a block; the ranges are of its text.
#[derive(Clone, Debug)]
pub(super) struct BlockCell {
    pub(super) record: i64,
    pub(super) field: &'static str,
    pub(super) before: Range<usize>,
    pub(super) after: Range<usize>,
    pub(super) reason: &'static str,
    /// The arguments of the reason as JSON; empty where there are none.
    pub(super) args: Range<usize>,
}

impl ChangeBlock {
    /// A block without changes for records of `entity`.
    #[must_use]
    pub fn new(entity: &'static Entity) -> Self {
        Self { entity, text: String::new(), cells: Vec::new() }
    }

    /// What the block makes of the last record it was given a change of, if that is `record`: field and new value.
    pub fn of_last(&self, record: i64) -> impl Iterator<Item = (&'static str, &str)> {
        let cells = self.cells.iter().rev().take_while(move |cell| cell.record == record);
        cells.map(|cell| (cell.field, self.text(&cell.after)))
    }

    /// Adds a change of `field` of `record` from the value that stands there; empty is blank. The changes of a record
    /// come one after the other, and a later one of the same field takes the place of the earlier one.
    pub fn push(&mut self, record: i64, field: &'static str, before: &str, after: &str, reason: &Message) {
        let of_record = self.cells.iter().rev().take_while(|cell| cell.record == record).count();
        let first = self.cells.len() - of_record;
        if let Some(earlier) = self.cells[first..].iter().position(|cell| cell.field == field) {
            self.cells.remove(first + earlier);
        }
        if before == after {
            return;
        }
        let (before, after) = (self.put(before), self.put(after));
        let args = self.put_args(&reason.args);
        self.cells.push(BlockCell { record, field, before, after, reason: reason.key, args });
    }

    fn put(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    fn put_args(&mut self, args: &[(&'static str, String)]) -> Range<usize> {
        match args {
            [] => 0..0,
            // Texts in pairs are always JSON.
            args => self.put(&serde_json::to_string(args).unwrap_or_default()),
        }
    }

    pub(super) fn text(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// A value, `None` where it is blank.
    pub(super) fn value(&self, range: &Range<usize>) -> Option<&str> {
        Some(self.text(range)).filter(|text| !text.is_empty())
    }
}
