//! Writing the records of one source table: fast, in order of number, made good when killed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use model::{Entity, FieldKind, Watch};
use rusqlite::{Connection, OptionalExtension, Statement, params, types::Null};

use super::{clear, declared, quoted, schema, table_name};
use crate::change_log::{self, Act};
use crate::landing::chunks::Chunks;
use crate::{Error, Result};

/// Records written by one statement: fewer statements to start, and far below what SQLite takes as
/// parameters (32,766) even for an entity of a hundred fields.
const ROWS_A_STATEMENT: usize = 8;

/// One kind of record that a row becomes: which record of which entity, with which fields.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The entity.
    pub entity: &'static Entity,
    /// Which record of that entity in the row, from 1.
    pub part: u16,
    /// Positions in `entity.fields` of the values given to [`RecordWriter::put`], in that order.
    pub fields: Vec<usize>,
}

/// Where in its table a record comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowAt {
    /// Position of the row in its table, from 0.
    pub index: u64,
    /// Row as the user sees it, from 1.
    pub number: u64,
}

/// What a table became.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappedTable {
    /// Records written, by the position of their slot.
    pub records: Vec<u64>,
    /// Landed rows that became at least one record.
    pub with_record: u64,
    /// Landed rows that became none.
    pub without_record: u64,
}

/// Writes the records of one table. Dropped before [`RecordWriter::finish`], what it wrote stays
/// marked as half done and [`crate::landing::recover`] takes it out; [`RecordWriter::abandon`] does so at once.
pub struct RecordWriter<'c> {
    conn: &'c Connection,
    table: i64,
    slots: Vec<Lane<'c>>,
    entities: Vec<Numbering>,
    shared: HashMap<(&'static str, String), i64>,
    /// The entity of which rows of other tables may name the rows of this one.
    named: Option<String>,
    with_record: u64,
    last_row: Option<u64>,
    unsaved: usize,
    chunks: Chunks<'c>,
}

/// The numbers given out for one entity.
struct Numbering {
    entity: &'static Entity,
    first: i64,
    next: i64,
}

/// The records of one slot that wait to be written together.
struct Lane<'c> {
    slot: Slot,
    numbering: usize,
    links: Vec<usize>,
    many: Statement<'c>,
    one: Statement<'c>,
    fill: String,
    text: String,
    ends: Vec<usize>,
    link_ids: Vec<Option<i64>>,
    rows: Vec<(i64, RowAt)>,
    written: u64,
}

impl<'c> RecordWriter<'c> {
    /// Starts to map `table` anew: its old records are taken out first.
    ///
    /// # Errors
    ///
    /// [`Error::RecordsChanged`] where a person or a rule has changed records of the table and `force`
    /// is not set, [`Error::RecordsPushed`] where the portal has them, [`Error::Cancelled`].
    pub fn begin(
        conn: &'c Connection,
        table: i64,
        slots: Vec<Slot>,
        force: Option<&Act<'_>>,
        watch: &dyn Watch,
    ) -> Result<Self> {
        prepare_table(conn, table, force, watch)?;
        let mut entities: Vec<Numbering> = Vec::new();
        let mut lanes = Vec::with_capacity(slots.len());
        for slot in slots {
            let known = entities.iter().position(|numbering| std::ptr::eq(numbering.entity, slot.entity));
            let numbering = match known {
                Some(position) => position,
                None => {
                    entities.push(Numbering::of(conn, slot.entity)?);
                    entities.len() - 1
                }
            };
            lanes.push(Lane::new(conn, table, slot, numbering)?);
        }
        let chunks = Chunks::begin(conn)?;
        let (shared, last_row) = (HashMap::new(), None);
        let named = declared::entity_named(conn, table)?;
        Ok(Self { conn, table, slots: lanes, entities, shared, named, with_record: 0, last_row, unsaved: 0, chunks })
    }

    /// Writes one record of slot `slot` and returns its number. `values` are the slot's fields, blank
    /// where empty; `links` the records that reference fields lead to, by position in `entity.fields`.
    /// Rows must come in their order.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] for a slot that was not declared; where the project cannot be written.
    pub fn put(&mut self, slot: usize, at: RowAt, values: &[&str], links: &[(usize, i64)]) -> Result<i64> {
        self.met(at);
        let lane = self.slots.get_mut(slot).ok_or(Error::NotFound { what: "slot", id: slot as i64 })?;
        let numbering = &mut self.entities[lane.numbering];
        let id = numbering.next;
        numbering.next += 1;
        lane.push(id, at, values, links);
        if lane.rows.len() == ROWS_A_STATEMENT {
            lane.flush()?;
        }
        self.unsaved += 1;
        // Portions end between statements; 10,000 keeps the check off the hot path.
        if self.unsaved >= 10_000 {
            self.save()?;
        }
        Ok(id)
    }

    /// Says that the row at `at` has its record, although none was written for it: it is shared.
    pub fn met(&mut self, at: RowAt) {
        if self.last_row != Some(at.index) {
            self.last_row = Some(at.index);
            self.with_record += 1;
        }
    }

    /// The record that stands for `key` in the whole project, if there is one already.
    ///
    /// # Errors
    ///
    /// Where the project cannot be read.
    pub fn shared(&mut self, entity: &'static Entity, key: &str) -> Result<Option<i64>> {
        // The map is asked with an owned key only on a miss of the last one: keys repeat row after row.
        let wanted = (entity.code, key.to_owned());
        if let Some(id) = self.shared.get(&wanted) {
            return Ok(Some(*id));
        }
        let sql = "SELECT record FROM shared_record WHERE entity = ?1 AND key = ?2";
        let mut statement = self.conn.prepare_cached(sql)?;
        let found = statement.query_row(params![entity.code, key], |row| row.get(0)).optional()?;
        if let Some(id) = found {
            self.shared.insert(wanted, id);
        }
        Ok(found)
    }

    /// Makes record `id` the one that stands for `key` in the whole project.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn share(&mut self, entity: &'static Entity, key: &str, id: i64) -> Result<()> {
        let sql = "INSERT OR IGNORE INTO shared_record (entity, key, record) VALUES (?1, ?2, ?3)";
        self.conn.prepare_cached(sql)?.execute(params![entity.code, key, id])?;
        self.shared.insert((entity.code, key.to_owned()), id);
        Ok(())
    }

    /// Completes the shared record `id`: values and links of slot `slot` go where it is blank. Returns
    /// the positions in `values` whose value differs from what stands there and was not written.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] for a slot or a record that does not exist.
    pub fn fill(
        &mut self,
        slot: usize,
        at: RowAt,
        id: i64,
        values: &[&str],
        links: &[(usize, i64)],
    ) -> Result<Vec<usize>> {
        self.met(at);
        self.flush()?;
        let lane = self.slots.get(slot).ok_or(Error::NotFound { what: "slot", id: slot as i64 })?;
        if self.named.as_deref() == Some(lane.slot.entity.code) {
            declared::note_shared(self.conn, self.table, at.index, lane.slot.entity, id)?;
        }
        lane.fill(self.conn, id, values, links)
    }

    /// Ends the table: its records are part of the project from here on.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn finish(mut self, at: DateTime<Utc>) -> Result<MappedTable> {
        self.save()?;
        let landed: u64 =
            self.conn.query_row("SELECT landed FROM source_table WHERE id = ?1", [self.table], |row| row.get(0))?;
        let without_record = landed.saturating_sub(self.with_record);
        self.conn.execute(
            "UPDATE source_table SET mapped_at = ?2, made_with = mapping, half_mapped = 0, with_record = ?3, without_record = ?4
             WHERE id = ?1",
            params![self.table, crate::landing::stamp(at), self.with_record, without_record],
        )?;
        super::touch(self.conn)?;
        let records = self.slots.iter().map(|lane| lane.written).collect();
        let Self { chunks, slots, with_record, .. } = self;
        drop(slots);
        chunks.finish()?;
        Ok(MappedTable { records, with_record, without_record })
    }

    /// Gives the mapping up: takes out the records it has written. The landed rows stay.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn abandon(self) -> Result<()> {
        let Self { conn, table, chunks, slots, .. } = self;
        drop(slots);
        drop(chunks);
        clear::clear_table(conn, table, &model::Silent)?;
        conn.execute("UPDATE source_table SET half_mapped = 0 WHERE id = ?1", [table])?;
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        self.slots.iter_mut().try_for_each(Lane::flush)
    }

    /// Writes what waits, notes the numbers given out, and commits where the portion is full.
    fn save(&mut self) -> Result<()> {
        self.flush()?;
        for numbering in &self.entities {
            numbering.save(self.conn, self.table)?;
        }
        let rows = std::mem::take(&mut self.unsaved);
        self.chunks.wrote(rows, 0)
    }
}

/// Takes the old records of `table` out and marks it as being mapped.
fn prepare_table(conn: &Connection, table: i64, force: Option<&Act<'_>>, watch: &dyn Watch) -> Result<()> {
    clear::refuse_pushed(conn, table)?;
    if clear::touched(conn, table)? {
        let act = force.ok_or(Error::RecordsChanged { table })?;
        change_log::seal(conn, act, "step.mapped-again", &[("table", &table.to_string())])?;
    }
    if conn.execute("UPDATE source_table SET half_mapped = 1 WHERE id = ?1", [table])? == 0 {
        return Err(Error::NotFound { what: "source_table", id: table });
    }
    clear::clear_table(conn, table, watch)?;
    Ok(())
}

impl Numbering {
    fn of(conn: &Connection, entity: &'static Entity) -> Result<Self> {
        schema::drop_key_indexes(conn, entity)?;
        let sql = "SELECT next FROM record_seq WHERE entity = ?1";
        let next: Option<i64> = conn.query_row(sql, [entity.code], |row| row.get(0)).optional()?;
        let first = next.unwrap_or(1);
        Ok(Self { entity, first, next: first })
    }

    fn save(&self, conn: &Connection, table: i64) -> Result<()> {
        if self.next == self.first {
            return Ok(());
        }
        conn.prepare_cached("INSERT OR REPLACE INTO record_seq (entity, next) VALUES (?1, ?2)")?
            .execute(params![self.entity.code, self.next])?;
        conn.prepare_cached(
            "INSERT OR REPLACE INTO record_range (entity, first, last, table_id) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![self.entity.code, self.first, self.next - 1, table])?;
        Ok(())
    }
}

impl<'c> Lane<'c> {
    fn new(conn: &'c Connection, table: i64, slot: Slot, numbering: usize) -> Result<Self> {
        let is_link = |at: &usize| matches!(slot.entity.fields[*at].kind, FieldKind::Reference(_));
        let links: Vec<usize> = (0..slot.entity.fields.len()).filter(is_link).collect();
        if let Some(wrong) = slot.fields.iter().find(|at| **at >= slot.entity.fields.len()) {
            return Err(super::unknown_field(slot.entity, &wrong.to_string()));
        }
        let many = conn.prepare(&insert_sql(table, &slot, &links, ROWS_A_STATEMENT))?;
        let one = conn.prepare(&insert_sql(table, &slot, &links, 1))?;
        let fill = fill_sql(&slot, &links);
        let (text, ends, link_ids, rows) = (String::new(), Vec::new(), Vec::new(), Vec::new());
        Ok(Self { slot, numbering, links, many, one, fill, text, ends, link_ids, rows, written: 0 })
    }

    fn push(&mut self, id: i64, at: RowAt, values: &[&str], links: &[(usize, i64)]) {
        self.rows.push((id, at));
        for position in 0..self.slot.fields.len() {
            self.text.push_str(values.get(position).copied().unwrap_or_default());
            self.ends.push(self.text.len());
        }
        for link in &self.links {
            self.link_ids.push(links.iter().find(|(field, _)| field == link).map(|(_, id)| *id));
        }
    }

    fn flush(&mut self) -> Result<()> {
        let whole = self.rows.len() == ROWS_A_STATEMENT;
        let (statement, step) = if whole { (&mut self.many, ROWS_A_STATEMENT) } else { (&mut self.one, 1) };
        let (fields, links) = (self.slot.fields.len(), self.links.len());
        let (mut start, mut index) = (0, 1);
        for (row, (id, at)) in self.rows.iter().enumerate() {
            for number in [*id, at.index as i64, at.number as i64] {
                statement.raw_bind_parameter(index, number)?;
                index += 1;
            }
            for link in &self.link_ids[row * links..(row + 1) * links] {
                statement.raw_bind_parameter(index, *link)?;
                index += 1;
            }
            for end in &self.ends[row * fields..(row + 1) * fields] {
                match &self.text[start..*end] {
                    "" => statement.raw_bind_parameter(index, Null)?,
                    value => statement.raw_bind_parameter(index, value)?,
                }
                (start, index) = (*end, index + 1);
            }
            if (row + 1) % step == 0 {
                statement.raw_execute()?;
                index = 1;
            }
        }
        self.written += self.rows.len() as u64;
        self.text.clear();
        self.ends.clear();
        self.link_ids.clear();
        self.rows.clear();
        Ok(())
    }

    fn fill(&self, conn: &Connection, id: i64, values: &[&str], links: &[(usize, i64)]) -> Result<Vec<usize>> {
        let mut statement = conn.prepare_cached(&self.fill)?;
        statement.raw_bind_parameter(1, id)?;
        let mut index = 2;
        for link in &self.links {
            statement.raw_bind_parameter(index, links.iter().find(|(field, _)| field == link).map(|(_, id)| *id))?;
            index += 1;
        }
        for position in 0..self.slot.fields.len() {
            let value = values.get(position).copied().filter(|value| !value.is_empty());
            statement.raw_bind_parameter(index, value)?;
            index += 1;
        }
        let mut differing = Vec::new();
        let mut rows = statement.raw_query();
        let row = rows.next()?.ok_or(Error::NotFound { what: self.slot.entity.code, id })?;
        for (position, value) in values.iter().enumerate().take(self.slot.fields.len()) {
            if !value.is_empty() && row.get_ref(position)?.as_str_or_null().ok().flatten() != Some(*value) {
                differing.push(position);
            }
        }
        // A statement with RETURNING ends only when it has been read to its end.
        while rows.next()?.is_some() {}
        Ok(differing)
    }
}

fn insert_sql(table: i64, slot: &Slot, links: &[usize], rows: usize) -> String {
    let mut columns = String::from("id, row_index, row, table_id, part");
    let link_names = links.iter().map(|at| format!("{}_id", slot.entity.fields[*at].code));
    for name in link_names.chain(slot.fields.iter().map(|at| slot.entity.fields[*at].code.to_owned())) {
        columns.push_str(", ");
        columns.push_str(&quoted(&name));
    }
    let marks = ", ?".repeat(links.len() + slot.fields.len());
    let tuple = format!("(?, ?, ?, {table}, {}{marks})", slot.part);
    format!("INSERT INTO {} ({columns}) VALUES {}", table_name(slot.entity), vec![tuple; rows].join(", "))
}

fn fill_sql(slot: &Slot, links: &[usize]) -> String {
    let name = |at: &usize| slot.entity.fields[*at].code;
    let link_names = links.iter().map(|at| format!("{}_id", name(at)));
    let names: Vec<String> =
        link_names.chain(slot.fields.iter().map(|at| name(at).to_owned())).map(|name| quoted(&name)).collect();
    let sets: Vec<String> =
        names.iter().enumerate().map(|(at, name)| format!("{name} = coalesce({name}, ?{})", at + 2)).collect();
    let fields: Vec<&str> = names.iter().skip(links.len()).map(String::as_str).collect();
    let returning = if fields.is_empty() { "id".to_owned() } else { fields.join(", ") };
    format!("UPDATE {} SET {} WHERE id = ?1 RETURNING {returning}", table_name(slot.entity), sets.join(", "))
}
