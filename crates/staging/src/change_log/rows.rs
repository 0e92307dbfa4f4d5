//! Steps over very many records: all changed cells of a record stand together in one row.
//!
//! A rule that puts a column right in a million records would cost two places in two indexes for every cell. Kept by
//! record, four cells cost one, and the record itself is written once.

mod block;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use model::{Entity, FieldKind, Watch};
use rusqlite::{CachedStatement, Connection, Transaction, params};
use serde::Serialize;
use serde::de::IgnoredAny;

use self::block::BlockCell;
pub use self::block::ChangeBlock;
use super::{PORTION, Side, StepDraft, insert_step, keep_operations};
use crate::records::{self, quoted, table_name};
use crate::{Error, Result};

/// Arguments of one reason that get a number; those beyond stand in the rows themselves.
const MOST_NUMBERED: usize = 1_000;

/// A cell as it is read from a row, see the table `change_row`; why it changed is left to the story.
type Stored = (i64, Option<String>, Option<String>, IgnoredAny, IgnoredAny);

const PUT_ROW: &str = "INSERT INTO change_row (step_id, entity, record, cells) VALUES (?1, ?2, ?3, ?4)";

/// A step over very many records being made. Dropped before [`RowStepWriter::finish`], nothing of it is left.
pub struct RowStepWriter<'c> {
    tx: Transaction<'c>,
    step: i64,
    words: Words,
    /// The fields changed so far, by entity.
    fields: BTreeMap<&'static str, Vec<FieldUse>>,
}

/// A field that the step changes.
struct FieldUse {
    field: &'static str,
    /// Its number among the words.
    number: i64,
    changes: u64,
}

impl<'c> RowStepWriter<'c> {
    /// Starts the step `draft` under the head.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn begin(conn: &'c Connection, draft: &StepDraft<'_>) -> Result<Self> {
        let tx = conn.unchecked_transaction()?;
        let step = insert_step(&tx, draft, false)?;
        tx.execute("UPDATE step SET in_rows = 1 WHERE id = ?1", [step])?;
        Ok(Self { tx, step, words: Words::default(), fields: BTreeMap::new() })
    }

    /// Keeps what the step does as a document that holds for other files too (see [`super::operations`]).
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn repeatable(&self, operations: &impl Serialize) -> Result<()> {
        keep_operations(&self.tx, self.step, operations)
    }

    /// Takes the changes of some records and writes them. A record may come once in a step.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] for a record that does not exist, [`Error::UnknownField`] for what is no field, and for
    /// one that leads to another record: following that is the work of [`super::StepWriter`].
    pub fn put(&mut self, block: &ChangeBlock) -> Result<()> {
        let (tx, entity) = (&self.tx, block.entity);
        let fields = self.fields.entry(entity.code).or_default();
        let (mut put_row, mut update, mut row) = (tx.prepare_cached(PUT_ROW)?, None, String::new());
        for cells in block.cells.chunk_by(|one, other| one.record == other.record) {
            let Some(BlockCell { record, .. }) = cells.first() else { continue };
            row.clear();
            for cell in cells {
                row.push_str(if row.is_empty() { "[" } else { "," });
                let field = used(tx, &mut self.words, fields, entity, cell.field)?;
                field.changes += 1;
                let (reason, args) = self.words.of_reason(tx, cell.reason, block.text(&cell.args))?;
                let values = [block.value(&cell.before), block.value(&cell.after)];
                push_cell(&mut row, field.number, values, Some(reason), args)?;
            }
            row.push(']');
            put_row.execute(params![self.step, entity.code, record, row])?;
            let values = cells.iter().map(|cell| (cell.field, block.value(&cell.after)));
            Update::ready(&mut update, tx, entity, values.clone().map(|(field, _)| field))?.write(*record, values)?;
        }
        Ok(())
    }

    /// Ends the step and returns its number; `None` where nothing changed and so no step was made.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`], or where the project cannot be written; then nothing was.
    pub fn finish(self, watch: &dyn Watch) -> Result<Option<i64>> {
        let total: u64 = self.fields.values().flatten().map(|field| field.changes).sum();
        if total == 0 {
            return Ok(None);
        }
        let sql = "INSERT INTO step_field (step_id, entity, field, changes) VALUES (?1, ?2, ?3, ?4)";
        for (entity, fields) in &self.fields {
            for FieldUse { field, changes, .. } in fields {
                self.tx.execute(sql, params![self.step, entity, field, changes])?;
            }
        }
        self.tx.execute("UPDATE step SET changes = ?2 WHERE id = ?1", params![self.step, total])?;
        watch.check()?;
        self.tx.commit()?;
        Ok(Some(self.step))
    }
}

/// The field of that code among those used; refused where rows cannot hold it.
fn used<'f>(
    conn: &Connection,
    words: &mut Words,
    fields: &'f mut Vec<FieldUse>,
    entity: &Entity,
    code: &'static str,
) -> Result<&'f mut FieldUse> {
    let at = match fields.iter().position(|known| known.field == code) {
        Some(at) => at,
        None => {
            if entity.field(code).is_none_or(|field| matches!(field.kind, FieldKind::Reference(_))) {
                return Err(records::unknown_field(entity, code));
            }
            fields.push(FieldUse { field: code, number: words.number(conn, code, "")?, changes: 0 });
            fields.len() - 1
        }
    };
    Ok(&mut fields[at])
}

/// Adds one cell to a row: `args` are JSON, or empty.
fn push_cell(row: &mut String, field: i64, values: [Option<&str>; 2], reason: Option<i64>, args: &str) -> Result<()> {
    let args = if args.is_empty() { "null" } else { args };
    // Writing into a text cannot fail.
    let _ = write!(row, "[{field}");
    for value in values {
        row.push(',');
        push_value(row, value)?;
    }
    let _ = match reason {
        Some(reason) => write!(row, ",{reason},{args}]"),
        None => write!(row, ",null,{args}]"),
    };
    Ok(())
}

/// Adds a value as JSON. Most have no letter that JSON writes otherwise.
fn push_value(row: &mut String, value: Option<&str>) -> Result<()> {
    match value {
        None => row.push_str("null"),
        Some(plain) if plain.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') => {
            row.push('"');
            row.push_str(plain);
            row.push('"');
        }
        Some(text) => row.push_str(&serde_json::to_string(text)?),
    }
    Ok(())
}

/// The numbers of the words used so far.
#[derive(Default)]
struct Words {
    numbers: HashMap<&'static str, HashMap<String, i64>>,
}

impl Words {
    /// The number of `word` with these arguments, given to it where it has none yet.
    fn number(&mut self, conn: &Connection, word: &'static str, args: &str) -> Result<i64> {
        let of_word = self.numbers.entry(word).or_default();
        if let Some(number) = of_word.get(args) {
            return Ok(*number);
        }
        conn.execute("INSERT OR IGNORE INTO change_word (word, args) VALUES (?1, ?2)", [word, args])?;
        let sql = "SELECT id FROM change_word WHERE word = ?1 AND args = ?2";
        let number = conn.query_row(sql, [word, args], |row| row.get(0))?;
        of_word.insert(args.to_owned(), number);
        Ok(number)
    }

    /// The number of a reason, and its arguments where they are not in that: some reasons have others for every record.
    fn of_reason<'a>(&mut self, conn: &Connection, reason: &'static str, args: &'a str) -> Result<(i64, &'a str)> {
        let full = self.numbers.get(reason).filter(|known| known.len() >= MOST_NUMBERED);
        match full.map(|known| known.get(args)) {
            Some(Some(number)) => Ok((*number, "")),
            Some(None) => Ok((self.number(conn, reason, "")?, args)),
            None => Ok((self.number(conn, reason, args)?, "")),
        }
    }
}

/// The statement that writes several fields of a record at once.
struct Update<'c> {
    entity: &'static Entity,
    fields: Vec<String>,
    statement: CachedStatement<'c>,
}

impl<'c> Update<'c> {
    /// The statement for these fields, mostly the one at hand: records of a table change in the same fields.
    fn ready<'s, 'f>(
        last: &'s mut Option<Self>,
        conn: &'c Connection,
        entity: &'static Entity,
        fields: impl Iterator<Item = &'f str> + Clone,
    ) -> Result<&'s mut Self> {
        let fits = |one: &Self| one.entity.code == entity.code && fields.clone().eq(one.fields.iter());
        match last.take().filter(fits) {
            Some(one) => Ok(last.insert(one)),
            None => Ok(last.insert(Self::prepare(conn, entity, fields.map(str::to_owned).collect())?)),
        }
    }

    fn prepare(conn: &'c Connection, entity: &'static Entity, fields: Vec<String>) -> Result<Self> {
        let set: Vec<String> =
            fields.iter().enumerate().map(|(at, field)| format!("{} = ?{}", quoted(field), at + 2)).collect();
        let sql = format!("UPDATE {} SET {} WHERE id = ?1", table_name(entity), set.join(", "));
        Ok(Self { entity, fields, statement: conn.prepare_cached(&sql)? })
    }

    /// Writes the values, in the order of the fields.
    fn write<'v>(&mut self, record: i64, values: impl Iterator<Item = (&'v str, Option<&'v str>)>) -> Result<()> {
        self.statement.raw_bind_parameter(1, record)?;
        for (at, (_, value)) in values.enumerate() {
            self.statement.raw_bind_parameter(at + 2, value)?;
        }
        match self.statement.raw_execute()? {
            0 => Err(Error::NotFound { what: self.entity.code, id: record }),
            _ => Ok(()),
        }
    }
}

/// Whether the changes of `step` stand in rows.
pub(super) fn has_rows(conn: &Connection, step: i64) -> Result<bool> {
    let sql = "SELECT in_rows FROM step WHERE id = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([step], |row| row.get(0))?)
}

/// The name under which SQL finds the changes of `step` cell by cell.
pub(super) fn cells_of(conn: &Connection, step: i64) -> Result<&'static str> {
    Ok(if has_rows(conn, step)? { "change_in_row" } else { "change" })
}

/// Writes one side of all changes of `step`, which stand in rows, into the records.
pub(super) fn write_side(
    conn: &Connection,
    step: i64,
    side: Side,
    progress: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<()> {
    let words = words(conn)?;
    let mut update = None;
    each_row(conn, step, progress, &mut |entity, record, cells| {
        let mut values = Vec::with_capacity(cells.len());
        for (field, before, after, ..) in cells {
            let value = match side {
                Side::Before => before,
                Side::After => after,
            };
            values.push((field_named(entity, &words, *field)?, value.as_deref()));
        }
        let values = values.iter().copied();
        Update::ready(&mut update, conn, entity, values.clone().map(|(field, _)| field))?.write(record, values)
    })
}

/// Takes the changes of `step`, which stand in rows, down the other way round as those of the step `new`.
pub(super) fn turn_round(conn: &Connection, step: i64, new: i64) -> Result<()> {
    conn.execute("UPDATE step SET in_rows = 1 WHERE id = ?1", [new])?;
    each_row(conn, step, &mut |_| Ok(()), &mut |entity, record, cells| {
        let mut turned = String::from("[");
        for (at, (field, before, after, ..)) in cells.iter().enumerate() {
            turned.push_str(if at == 0 { "" } else { "," });
            push_cell(&mut turned, *field, [after.as_deref(), before.as_deref()], None, "")?;
        }
        turned.push(']');
        conn.prepare_cached(PUT_ROW)?.execute(params![new, entity.code, record, turned])?;
        Ok(())
    })
}

fn words(conn: &Connection) -> Result<HashMap<i64, String>> {
    let mut statement = conn.prepare_cached("SELECT id, word FROM change_word WHERE args = ''")?;
    Ok(statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
}

/// The field of `entity` that has this number among the words. Only names of the model go into SQL.
fn field_named<'w>(entity: &Entity, words: &'w HashMap<i64, String>, number: i64) -> Result<&'w str> {
    let name = words.get(&number).map(String::as_str).unwrap_or_default();
    entity.field(name).map(|_| name).ok_or_else(|| records::unknown_field(entity, name))
}

/// Who takes a row: the entity, the record and its cells.
type TakeRow<'t> = &'t mut dyn FnMut(&'static Entity, i64, &[Stored]) -> Result<()>;

/// Gives every row of `step` to `take`. Holds no statement open meanwhile, so that `take` may write.
fn each_row(
    conn: &Connection,
    step: i64,
    progress: &mut dyn FnMut(u64) -> Result<()>,
    take: TakeRow<'_>,
) -> Result<()> {
    let sql = "SELECT DISTINCT entity FROM step_field WHERE step_id = ?1";
    let found: Vec<String> =
        conn.prepare_cached(sql)?.query_map([step], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for entity in found {
        let entity = records::entity(&entity)?;
        let mut rows = portion(conn, step, entity, i64::MIN)?;
        while let Some((last, _)) = rows.last() {
            let (last, mut written) = (*last, 0);
            for (record, cells) in &rows {
                let cells: Vec<Stored> = serde_json::from_str(cells)?;
                take(entity, *record, &cells)?;
                written += cells.len() as u64;
            }
            progress(written)?;
            rows = portion(conn, step, entity, last)?;
        }
    }
    Ok(())
}

/// The rows of `step` behind the record `after`: record and cells.
fn portion(conn: &Connection, step: i64, entity: &Entity, after: i64) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT record, cells FROM change_row WHERE step_id = ?1 AND entity = ?2 AND record > ?3
               ORDER BY record LIMIT ?4";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params![step, entity.code, after, PORTION], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
