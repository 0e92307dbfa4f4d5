//! Reading records: one at a time for a story, all in order for rules, checks and push.

use model::{Entity, FieldKind, RecordState};
use rusqlite::{Connection, Row, params};

use super::{column, quoted, table_name};
use crate::{Error, Result};

/// Records read by one statement.
const PORTION: i64 = 1_000;

/// Bytes of text that most records stay below: room is made for them at once.
const TEXT_A_RECORD: usize = 160;

/// One record with everything the project knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// Number of the record.
    pub id: i64,
    /// Number of the table it came from.
    pub table: i64,
    /// Position of its row in that table, from 0.
    pub row_index: u64,
    /// Row as the user sees it, from 1.
    pub row: u64,
    /// Which record of its entity in the row, from 1.
    pub part: u16,
    /// Where it stands.
    pub state: RecordState,
    /// The record that stands for it, where it is merged.
    pub survivor: Option<i64>,
    /// Values in the order of `entity.fields`; empty where blank.
    pub values: Vec<String>,
    /// For each field the record it leads to; `None` for fields that are no references.
    pub links: Vec<Option<i64>>,
}

impl RecordRow {
    /// The value of the field with this code; empty where it is blank or unknown.
    #[must_use]
    pub fn value(&self, entity: &Entity, field: &str) -> &str {
        entity.position(field).and_then(|at| self.values.get(at)).map_or("", String::as_str)
    }
}

/// Where a record stands, from the number in its column.
pub(crate) fn state_of(code: i64) -> RecordState {
    match code {
        1 => RecordState::Merged,
        2 => RecordState::Excluded,
        _ => RecordState::Active,
    }
}

pub(crate) fn columns(entity: &'static Entity) -> String {
    columns_behind("id, table_id, row_index, row, part, record_state, survivor", entity)
}

/// The columns `head`, those of all fields, and where the references among them lead.
fn columns_behind(head: &str, entity: &'static Entity) -> String {
    let mut columns = head.to_owned();
    for field in entity.fields {
        columns.push_str(", ");
        columns.push_str(&quoted(field.code));
    }
    for (field, _) in entity.references() {
        columns.push_str(", ");
        columns.push_str(&quoted(&format!("{}_id", field.code)));
    }
    columns
}

pub(super) fn record_of(entity: &'static Entity, row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    let mut values = Vec::with_capacity(entity.fields.len());
    let mut links = Vec::with_capacity(entity.fields.len());
    let mut link_at = 7 + entity.fields.len();
    for (at, field) in entity.fields.iter().enumerate() {
        values.push(row.get::<_, Option<String>>(7 + at)?.unwrap_or_default());
        let is_link = matches!(field.kind, FieldKind::Reference(_));
        links.push(if is_link { row.get(link_at)? } else { None });
        link_at += usize::from(is_link);
    }
    Ok(RecordRow {
        id: row.get(0)?,
        table: row.get(1)?,
        row_index: row.get(2)?,
        row: row.get(3)?,
        part: row.get(4)?,
        state: state_of(row.get(5)?),
        survivor: row.get(6)?,
        values,
        links,
    })
}

/// The record of this number.
///
/// # Errors
///
/// [`Error::NotFound`] where there is none.
pub fn record(conn: &Connection, entity: &'static Entity, id: i64) -> Result<RecordRow> {
    let sql = format!("SELECT {} FROM {} WHERE id = ?1", columns(entity), table_name(entity));
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(row) => Ok(record_of(entity, row)?),
        None => Err(Error::NotFound { what: entity.code, id }),
    }
}

/// Reads all records of `entity` in order of number, from the one after `after` (0 for all). Holds no
/// statement open between portions, so that the caller may write and commit meanwhile.
#[must_use]
pub fn read<'c>(conn: &'c Connection, entity: &'static Entity, state: Option<RecordState>, after: i64) -> Reader<'c> {
    let only = state.map_or(String::new(), |state| format!("record_state = {}", state as i64));
    Reader { portions: Portions::new(conn, entity, &only, after), portion: Vec::new() }
}

/// Reads the active records of `entity` in which `field` is filled, in order of number.
///
/// # Errors
///
/// [`Error::UnknownField`] where the entity has no such field.
pub fn read_filled<'c>(conn: &'c Connection, entity: &'static Entity, field: &str) -> Result<Reader<'c>> {
    let only = format!("record_state = {} AND {} IS NOT NULL", RecordState::Active as i64, column(entity, field)?);
    Ok(Reader { portions: Portions::new(conn, entity, &only, 0), portion: Vec::new() })
}

/// Reads all active records of `entity` in order of number, in blocks of some thousand: for passes over all.
#[must_use]
pub fn read_blocks<'c>(conn: &'c Connection, entity: &'static Entity) -> BlockReader<'c> {
    BlockReader { portions: Portions::of_blocks(conn, entity, ""), width: entity.fields.len() }
}

/// The same with the values of `paths` of other records behind those of each record, see [`super::record_beyond`].
///
/// # Errors
///
/// For a path that leads nowhere.
pub fn read_blocks_beyond<'c>(
    conn: &'c Connection,
    entity: &'static Entity,
    paths: &[&str],
) -> Result<BlockReader<'c>> {
    let beyond = super::beyond::select(conn, entity, paths)?;
    let width = entity.fields.len() + paths.len();
    Ok(BlockReader { portions: Portions::of_blocks(conn, entity, &beyond), width })
}

/// What a block keeps of a record besides its values, and how many columns that is.
const BLOCK_HEAD: (&str, usize) = ("id, table_id, part", 3);

/// Where a pass over the records of an entity stands.
struct Portions<'c> {
    conn: &'c Connection,
    entity: &'static Entity,
    sql: String,
    after: i64,
    ended: bool,
}

impl<'c> Portions<'c> {
    /// Records behind `after` for which the SQL condition `only` holds; all where it is empty.
    fn new(conn: &'c Connection, entity: &'static Entity, only: &str, after: i64) -> Self {
        Self::of(conn, entity, &columns(entity), only, after)
    }

    /// Blocks of the active records. `beyond` are more columns.
    fn of_blocks(conn: &'c Connection, entity: &'static Entity, beyond: &str) -> Self {
        let only = format!("record_state = {}", RecordState::Active as i64);
        Self::of(conn, entity, &format!("{}{beyond}", columns_behind(BLOCK_HEAD.0, entity)), &only, 0)
    }

    fn of(conn: &'c Connection, entity: &'static Entity, columns: &str, only: &str, after: i64) -> Self {
        let only = if only.is_empty() { String::new() } else { format!(" AND {only}") };
        let sql = format!(
            "SELECT {columns} FROM {} AS r NOT INDEXED WHERE id > ?1{only} ORDER BY id LIMIT ?2",
            table_name(entity)
        );
        Self { conn, entity, sql, after, ended: false }
    }

    /// Gives every record of the next portion to `take`, which returns its number.
    fn next(&mut self, mut take: impl FnMut(&'static Entity, &Row<'_>) -> rusqlite::Result<i64>) -> Result<()> {
        let mut statement = self.conn.prepare_cached(&self.sql)?;
        let mut rows = statement.query(params![self.after, PORTION])?;
        let mut count = 0;
        // Should anything fail, the pass is over.
        self.ended = true;
        while let Some(row) = rows.next()? {
            self.after = take(self.entity, row)?;
            count += 1;
        }
        self.ended = count < PORTION;
        Ok(())
    }
}

/// Records in order of number, see [`read`].
pub struct Reader<'c> {
    portions: Portions<'c>,
    portion: Vec<RecordRow>,
}

impl Reader<'_> {
    fn refill(&mut self) -> Result<()> {
        let Self { portions, portion } = self;
        portions.next(|entity, row| {
            let record = record_of(entity, row)?;
            let id = record.id;
            portion.push(record);
            Ok(id)
        })?;
        portion.reverse();
        Ok(())
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<RecordRow>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.portion.is_empty()
            && !self.portions.ended
            && let Err(error) = self.refill()
        {
            return Some(Err(error));
        }
        self.portion.pop().map(Ok)
    }
}

/// Blocks of records in order of number, see [`read_blocks`].
pub struct BlockReader<'c> {
    portions: Portions<'c>,
    /// Values of each record, its own and those of others.
    width: usize,
}

impl Iterator for BlockReader<'_> {
    type Item = Result<RecordBlock>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.portions.ended {
            return None;
        }
        let mut block = RecordBlock::with_room(self.width);
        match self.portions.next(|entity, row| block.push(entity, row)) {
            Err(error) => Some(Err(error)),
            Ok(()) if block.is_empty() => None,
            Ok(()) => Some(Ok(block)),
        }
    }
}

/// Some consecutive records of one entity. All their values stand in one text, so that a million records cost
/// a few thousand allocations instead of twenty million.
#[derive(Debug, Default)]
pub struct RecordBlock {
    fields: usize,
    heads: Vec<Head>,
    text: String,
    /// For each value, one past its last byte in `text`.
    ends: Vec<usize>,
    /// For each value, the record it leads to.
    links: Vec<Option<i64>>,
}

#[derive(Debug)]
struct Head {
    id: i64,
    table: i64,
    part: u16,
}

impl RecordBlock {
    /// An empty block for a portion of records of so many fields.
    fn with_room(fields: usize) -> Self {
        let records = PORTION as usize;
        Self {
            fields,
            heads: Vec::with_capacity(records),
            text: String::with_capacity(records * TEXT_A_RECORD),
            ends: Vec::with_capacity(records * fields),
            links: Vec::with_capacity(records * fields),
        }
    }

    fn push(&mut self, entity: &'static Entity, row: &Row<'_>) -> rusqlite::Result<i64> {
        let head = Head { id: row.get(0)?, table: row.get(1)?, part: row.get(2)? };
        let first = BLOCK_HEAD.1;
        let mut link_at = first + entity.fields.len();
        for (at, field) in entity.fields.iter().enumerate() {
            self.text.push_str(row.get_ref(first + at)?.as_str_or_null()?.unwrap_or_default());
            self.ends.push(self.text.len());
            let is_link = matches!(field.kind, FieldKind::Reference(_));
            self.links.push(if is_link { row.get(link_at)? } else { None });
            link_at += usize::from(is_link);
        }
        for at in link_at..link_at + self.fields - entity.fields.len() {
            self.text.push_str(row.get_ref(at)?.as_str_or_null()?.unwrap_or_default());
            self.ends.push(self.text.len());
            self.links.push(None);
        }
        let id = head.id;
        self.heads.push(head);
        Ok(id)
    }

    /// How many records are in the block.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// The records in order of number.
    pub fn records(&self) -> impl Iterator<Item = RecordRef<'_>> {
        self.heads.iter().enumerate().map(|(index, head)| RecordRef {
            id: head.id,
            table: head.table,
            part: head.part,
            block: self,
            first: index * self.fields,
        })
    }
}

/// One record of a block.
#[derive(Clone, Copy, Debug)]
pub struct RecordRef<'b> {
    /// Number of the record.
    pub id: i64,
    /// Number of the table it came from.
    pub table: i64,
    /// Which record of its entity in the row, from 1.
    pub part: u16,
    block: &'b RecordBlock,
    /// Position of its first value.
    first: usize,
}

impl<'b> RecordRef<'b> {
    /// The value of field `at` in the order of `entity.fields`, empty where blank, and the record it leads to.
    #[must_use]
    pub fn value(self, at: usize) -> (&'b str, Option<i64>) {
        let index = self.first + at;
        let start = if index == 0 { Some(0) } else { self.block.ends.get(index - 1).copied() };
        let text = start.zip(self.block.ends.get(index)).and_then(|(start, end)| self.block.text.get(start..*end));
        (text.unwrap_or_default(), self.block.links.get(index).copied().flatten())
    }

    /// All its values, as [`RecordRef::value`] gives them.
    pub fn values(self) -> impl Iterator<Item = (&'b str, Option<i64>)> {
        (0..self.block.fields).map(move |at| self.value(at))
    }
}
