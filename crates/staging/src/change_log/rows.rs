//! Steps over very many records: all changed cells of a record stand together in one row.
//!
//! A rule that puts a column right in a million records would cost two places in two indexes for every cell. Kept by
//! record, four cells cost one, and the record itself is written once.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::ops::Range;

use model::{Entity, FieldKind, Message, Watch};
use rusqlite::{CachedStatement, Connection, Transaction, params};
use serde::Serialize;
use serde::de::IgnoredAny;

use super::{PORTION, Side, StepDraft, insert_step, keep_operations};
use crate::records::{self, quoted, table_name};
use crate::{Error, Result};

/// Arguments of one reason that get a number; those beyond stand in the rows themselves.
const MOST_NUMBERED: usize = 1_000;

/// Changes of records of one entity. All their texts stand in one, so that a million of them cost a few thousand
/// allocations, and go from one thread to another without waiting for each other's memory.
#[derive(Clone, Debug)]
pub struct ChangeBlock {
    entity: &'static Entity,
    text: String,
    cells: Vec<BlockCell>,
}

/// A cell of a block; the ranges are of its text.
#[derive(Clone, Debug)]
struct BlockCell {
    record: i64,
    field: &'static str,
    before: Range<usize>,
    after: Range<usize>,
    reason: &'static str,
    /// The arguments of the reason as JSON; empty where there are none.
    args: Range<usize>,
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

    fn text(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// A value, `None` where it is blank.
    fn value(&self, range: &Range<usize>) -> Option<&str> {
        Some(self.text(range)).filter(|text| !text.is_empty())
    }
}

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

#[cfg(test)]
mod tests {
    use model::Silent;

    use super::*;
    use crate::change_log::{
        self, CellMark, apply, cell_marks, jump, redo, samples, story, touched_between, undo, undo_step,
    };
    use crate::landing::fixture::{act, bring_in, change, draft, dump, project, value};
    use crate::page::{Filter, Pages};
    use crate::records::clear;

    fn school(conn: &Connection) -> i64 {
        let rows: [&[&str]; 3] = [&["ali", "L", "Kajang"], &["siti", "P", ""], &["muthu", "", "Seremban"]];
        bring_in(conn, "murid.csv", "students", &["full_name", "gender", "city"], &rows).1
    }

    fn students() -> &'static Entity {
        records::entity("students").expect("an entity")
    }

    /// A step of these cells: record, field, before, after.
    fn put(conn: &Connection, cells: &[(i64, &'static str, &str, &str)]) -> Result<Option<i64>> {
        let reason = Message { key: "rule.case", args: vec![("was", "\"small\"\0".to_owned())] };
        let mut writer = RowStepWriter::begin(conn, &draft("rule"))?;
        let mut block = ChangeBlock::new(students());
        for &(record, field, before, after) in cells {
            block.push(record, field, before, after, &reason);
        }
        writer.put(&block)?;
        writer.finish(&Silent)
    }

    fn put_right(conn: &Connection) -> i64 {
        let cells = [
            (1, "full_name", "ali", "Ali"),
            (1, "gender", "L", "male"),
            (2, "gender", "P", "female"),
            (3, "city", "Seremban", ""),
            (3, "full_name", "muthu", "muthu"),
        ];
        put(conn, &cells).expect("puts").expect("a step")
    }

    #[test]
    fn a_step_in_rows_is_undone_and_redone_byte_for_byte() {
        let project = project();
        let conn = project.connection();
        school(conn);
        let before = dump(conn);
        let step = put_right(conn);
        let after = dump(conn);
        assert_eq!(value(conn, "students", 3, "city"), None);
        assert_eq!(change_log::step(conn, step).expect("reads").changes, 4, "what stays as it is is no change");
        undo(conn, &Silent).expect("undoes");
        assert_eq!(dump(conn), before);
        redo(conn, &Silent).expect("redoes");
        assert_eq!(dump(conn), after);
        let edit = apply(conn, &draft("edit"), [change("students", 2, "city", "Kajang")], &Silent).expect("applies");
        jump(conn, change_log::ROOT, &Silent).expect("jumps");
        assert_eq!(dump(conn), before, "back over steps of both kinds");
        jump(conn, edit.expect("a step"), &Silent).expect("jumps");
        assert_eq!(value(conn, "students", 1, "gender").as_deref(), Some("male"));
    }

    #[test]
    fn a_step_in_rows_is_taken_back_alone_where_nothing_later_needs_it() {
        let project = project();
        let conn = project.connection();
        school(conn);
        let step = put_right(conn);
        let apart = apply(conn, &draft("edit"), [change("students", 2, "city", "Nilai")], &Silent).expect("applies");
        let on_it = apply(conn, &draft("edit"), [change("students", 1, "gender", "female")], &Silent).expect("applies");
        match undo_step(conn, step, &act(), &Silent) {
            Err(Error::StepNeeded { by, .. }) => assert_eq!(by, [on_it.expect("a step")], "and not {apart:?}"),
            other => panic!("{other:?}"),
        }
        undo(conn, &Silent).expect("undoes");
        let before = dump(conn);
        let revert = undo_step(conn, step, &act(), &Silent).expect("takes back");
        assert_eq!(value(conn, "students", 1, "gender").as_deref(), Some("L"));
        assert_eq!(value(conn, "students", 2, "city").as_deref(), Some("Nilai"));
        undo_step(conn, revert, &act(), &Silent).expect("takes the taking back back");
        assert_eq!(dump(conn), before);
        let left_out = [change("students", 2, records::STATE_FIELD, "2")];
        let left_out = apply(conn, &draft("exclude"), left_out, &Silent).expect("applies").expect("a step");
        let again = put(conn, &[(1, "city", "Kajang", "Kajang Utama"), (2, "city", "Nilai", "Nilai Baru")]);
        match undo_step(conn, left_out, &act(), &Silent) {
            Err(Error::StepNeeded { by, .. }) => assert_eq!(by, [again.expect("puts").expect("a step")]),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn whoever_asks_what_changed_is_told_of_rows_too() {
        let project = project();
        let conn = project.connection();
        let table = school(conn);
        assert!(!clear::touched(conn, table).expect("reads"));
        let step = put_right(conn);
        assert!(clear::touched(conn, table).expect("reads"), "the table cannot go without the change log knowing");
        let told = story(conn, "students", 1, "full_name").expect("tells").changes;
        let [one] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((one.step, one.before.as_str(), one.after.as_str()), (step, "ali", "Ali"));
        let reason = one.reason.as_ref().expect("a reason");
        assert_eq!((reason.key.as_str(), reason.args.len()), ("rule.case", 1));
        assert_eq!(reason.args[0], ("was".to_owned(), "\"small\"\0".to_owned()));
        let mark = |field: &str| CellMark { record: 1, field: field.to_owned(), changed: true, finding: None };
        assert_eq!(cell_marks(conn, "students", &[1]).expect("marks"), [mark("full_name"), mark("gender")]);
        let glance = samples(conn, step, 2).expect("reads");
        assert_eq!((glance.len(), glance[0].field.as_str(), glance[0].after.as_str()), (2, "full_name", "Ali"));
        let touched = touched_between(conn, change_log::ROOT, step, 9).expect("reads").expect("few");
        assert_eq!(touched.into_iter().map(|(_, record)| record).collect::<Vec<_>>(), [1, 2, 3]);
        apply(conn, &draft("edit"), [change("students", 1, "gender", "")], &Silent).expect("applies");
        assert_eq!(story(conn, "students", 1, "gender").expect("tells").changes.len(), 2, "both kinds in one story");
        let changed = || {
            let only = Filter { only_changed: true, ..Filter::default() };
            Pages::default().page(conn, "students", &only, None, 0, 9, &Silent).expect("reads").total
        };
        assert_eq!(changed(), 3);
        undo(conn, &Silent).expect("undoes");
        undo(conn, &Silent).expect("undoes");
        assert_eq!(changed(), 0);
    }

    #[test]
    fn every_text_and_any_number_of_reasons_come_back_as_they_were() {
        let project = project();
        let conn = project.connection();
        let odd = ["\u{0}\"\\\n", "جوهر", "😀", " \u{202e}x "];
        let rows: Vec<[String; 1]> = (0..1_200).map(|at| [format!("{}{at}", odd[at % odd.len()])]).collect();
        let cells: Vec<Vec<&str>> = rows.iter().map(|row| vec![row[0].as_str()]).collect();
        let rows_of: Vec<&[&str]> = cells.iter().map(Vec::as_slice).collect();
        bring_in(conn, "a.csv", "students", &["full_name"], &rows_of);
        let before = dump(conn);
        let mut block = ChangeBlock::new(students());
        for (record, [name]) in (1..).zip(&rows) {
            block.push(record, "city", "", "Nilai", &Message::new("rule.case"));
            block.push(record, "full_name", name, "first", &Message::new("rule.case"));
            block.push(record, "full_name", name, &format!("{name}!"), &Message::new("rule.case").with("was", name));
            block.push(record, "city", "", "", &Message::new("rule.case"));
        }
        let mut writer = RowStepWriter::begin(conn, &draft("rule")).expect("begins");
        writer.put(&block).expect("puts");
        let step = writer.finish(&Silent).expect("ends").expect("a step");
        assert_eq!(change_log::step(conn, step).expect("reads").changes, 1_200, "the later change of a cell counts");
        for record in [1, 2, 3, 4, 999, 1_200] {
            let told = story(conn, "students", record, "full_name").expect("tells").changes;
            let name = &rows[record as usize - 1][0];
            let [one] = told.as_slice() else { panic!("{told:?}") };
            assert_eq!((&one.before, &one.after), (name, &format!("{name}!")));
            let args = one.reason.as_ref().map(|reason| reason.args.clone());
            assert_eq!(args, Some(vec![("was".to_owned(), name.clone())]), "numbered or not");
        }
        undo(conn, &Silent).expect("undoes");
        assert_eq!(dump(conn), before);
    }

    #[test]
    fn what_rows_cannot_hold_is_refused_and_leaves_nothing_behind() {
        let project = project();
        let conn = project.connection();
        school(conn);
        let before = dump(conn);
        assert_eq!(put(conn, &[(1, "city", "Kajang", "Kajang")]).expect("puts"), None, "no step where nothing changes");
        for field in ["no_such", "record_state", "survivor", "id\" = 1 --"] {
            let refused = put(conn, &[(2, "city", "", "Nilai"), (1, field, "", "x")]);
            assert!(matches!(refused, Err(Error::UnknownField { .. })), "{field}: {refused:?}");
        }
        let mut led = ChangeBlock::new(records::entity("enrollments").expect("an entity"));
        led.push(1, "student", "", "1", &Message::new("rule.case"));
        let mut writer = RowStepWriter::begin(conn, &draft("rule")).expect("begins");
        let led = writer.put(&led);
        assert!(matches!(led, Err(Error::UnknownField { .. })), "what leads to others is for cells: {led:?}");
        drop(writer);
        let nobody = put(conn, &[(1, "city", "Kajang", "Nilai"), (99, "city", "", "Nilai")]);
        assert!(matches!(nobody, Err(Error::NotFound { id: 99, .. })), "{nobody:?}");
        assert_eq!((dump(conn), change_log::head(conn).expect("reads")), (before, change_log::ROOT));
    }
}
