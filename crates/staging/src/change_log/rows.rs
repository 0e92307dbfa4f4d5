//! Steps over very many records: all changed cells of a record stand together in one row.
//!
//! A rule that puts a column right in a million records would cost two places in two indexes for every cell. Kept by
//! record, four cells cost one, and the record itself is written once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use model::{Entity, FieldKind, Message, Watch};
use rusqlite::types::ToSql;
use rusqlite::{Connection, Transaction, params};
use serde::Serialize;
use serde::de::IgnoredAny;

use super::{PORTION, Side, StepDraft, insert_step, keep_operations};
use crate::records::{self, quoted, table_name};
use crate::{Error, Result};

/// A new value for one field of a record, with the value that stands there.
#[derive(Clone, Copy, Debug)]
pub struct CellChange<'a> {
    /// Code of the field.
    pub field: &'static str,
    /// The value that stands there; empty where blank.
    pub before: &'a str,
    /// The new value; empty to make the field blank.
    pub after: &'a str,
    /// Why.
    pub reason: &'a Message,
}

/// A cell as it is put into a row, see the table `change_row`: field, before, after, reason, arguments of the reason.
type Kept<'a> = (i64, Option<&'a str>, Option<&'a str>, Option<i64>, Option<&'a [(&'static str, String)]>);

/// A cell as it is read from a row; why it changed is left to the story.
type Stored = (i64, Option<String>, Option<String>, IgnoredAny, IgnoredAny);

const PUT_ROW: &str = "INSERT INTO change_row (step_id, entity, record, cells) VALUES (?1, ?2, ?3, ?4)";

/// A step over very many records being made. Dropped before [`RowStepWriter::finish`], nothing of it is left.
pub struct RowStepWriter<'c> {
    tx: Transaction<'c>,
    step: i64,
    words: HashMap<&'static str, i64>,
    checked: HashSet<(&'static str, &'static str)>,
    changes: BTreeMap<(&'static str, &'static str), u64>,
    updates: Updates,
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
        let words = HashMap::new();
        let (checked, changes, updates) = (HashSet::new(), BTreeMap::new(), Updates::default());
        Ok(Self { tx, step, words, checked, changes, updates })
    }

    /// Keeps what the step does as a document that holds for other files too (see [`super::operations`]).
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn repeatable(&self, operations: &impl Serialize) -> Result<()> {
        keep_operations(&self.tx, self.step, operations)
    }

    /// Takes the changes of one record and writes them. A record may come once in a step and a field once in
    /// `cells`; a cell that stays as it is is left out.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] for a record that does not exist, [`Error::UnknownField`] for what is no field, and for
    /// one that leads to another record: following that is the work of [`super::StepWriter`].
    pub fn put(&mut self, entity: &'static Entity, record: i64, cells: &[CellChange<'_>]) -> Result<()> {
        let changed: Vec<&CellChange<'_>> = cells.iter().filter(|cell| cell.before != cell.after).collect();
        if changed.is_empty() {
            return Ok(());
        }
        let mut kept = Vec::with_capacity(changed.len());
        for cell in &changed {
            self.check(entity, cell.field)?;
            kept.push(self.kept(cell)?);
            *self.changes.entry((entity.code, cell.field)).or_default() += 1;
        }
        let row = params![self.step, entity.code, record, serde_json::to_string(&kept)?];
        self.tx.prepare_cached(PUT_ROW)?.execute(row)?;
        let values: Vec<_> = changed.iter().map(|cell| (cell.field, filled(cell.after))).collect();
        self.updates.write(&self.tx, entity, record, &values)
    }

    /// Refuses what cannot be kept in rows, once for each field.
    fn check(&mut self, entity: &'static Entity, field: &'static str) -> Result<()> {
        if self.checked.contains(&(entity.code, field)) {
            return Ok(());
        }
        match entity.field(field) {
            Some(known) if !matches!(known.kind, FieldKind::Reference(_)) => {
                self.checked.insert((entity.code, field));
                Ok(())
            }
            _ => Err(records::unknown_field(entity, field)),
        }
    }

    fn kept<'a>(&mut self, cell: &CellChange<'a>) -> Result<Kept<'a>> {
        let args = Some(cell.reason.args.as_slice()).filter(|args| !args.is_empty());
        let (field, reason) = (self.word(cell.field)?, self.word(cell.reason.key)?);
        Ok((field, filled(cell.before), filled(cell.after), Some(reason), args))
    }

    /// The number of a word, given to it where it has none yet.
    fn word(&mut self, word: &'static str) -> Result<i64> {
        if let Some(known) = self.words.get(word) {
            return Ok(*known);
        }
        self.tx.execute("INSERT OR IGNORE INTO change_word (word) VALUES (?1)", [word])?;
        let sql = "SELECT id FROM change_word WHERE word = ?1";
        let id = self.tx.query_row(sql, [word], |row| row.get(0))?;
        self.words.insert(word, id);
        Ok(id)
    }

    /// Ends the step and returns its number; `None` where nothing changed and so no step was made.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`], or where the project cannot be written; then nothing was.
    pub fn finish(self, watch: &dyn Watch) -> Result<Option<i64>> {
        let total: u64 = self.changes.values().sum();
        if total == 0 {
            return Ok(None);
        }
        let sql = "INSERT INTO step_field (step_id, entity, field, changes) VALUES (?1, ?2, ?3, ?4)";
        for ((entity, field), count) in &self.changes {
            self.tx.execute(sql, params![self.step, entity, field, count])?;
        }
        self.tx.execute("UPDATE step SET changes = ?2 WHERE id = ?1", params![self.step, total])?;
        watch.check()?;
        self.tx.commit()?;
        Ok(Some(self.step))
    }
}

fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Writes several fields of a record at once. Records of a table mostly change in the same fields, so the statement
/// is mostly there already.
#[derive(Default)]
struct Updates {
    sql: String,
}

impl Updates {
    fn write(
        &mut self,
        conn: &Connection,
        entity: &'static Entity,
        record: i64,
        values: &[(&str, Option<&str>)],
    ) -> Result<()> {
        self.sql.clear();
        self.sql.push_str("UPDATE ");
        self.sql.push_str(&table_name(entity));
        for (at, (field, _)) in values.iter().enumerate() {
            let before = if at == 0 { " SET " } else { ", " };
            // Writing into a text cannot fail.
            let _ = write!(self.sql, "{before}{} = ?{}", quoted(field), at + 2);
        }
        self.sql.push_str(" WHERE id = ?1");
        let mut args: Vec<&dyn ToSql> = vec![&record];
        args.extend(values.iter().map(|(_, value)| value as &dyn ToSql));
        match conn.prepare_cached(&self.sql)?.execute(args.as_slice())? {
            0 => Err(Error::NotFound { what: entity.code, id: record }),
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
    let mut updates = Updates::default();
    each_row(conn, step, progress, &mut |entity, record, cells| {
        let mut values = Vec::with_capacity(cells.len());
        for (field, before, after, ..) in cells {
            let value = match side {
                Side::Before => before,
                Side::After => after,
            };
            values.push((field_named(entity, &words, *field)?, value.as_deref()));
        }
        updates.write(conn, entity, record, &values)
    })
}

/// Takes the changes of `step`, which stand in rows, down the other way round as those of the step `new`.
pub(super) fn turn_round(conn: &Connection, step: i64, new: i64) -> Result<()> {
    conn.execute("UPDATE step SET in_rows = 1 WHERE id = ?1", [new])?;
    each_row(conn, step, &mut |_| Ok(()), &mut |entity, record, cells| {
        let turned: Vec<Kept<'_>> = cells.iter().map(turned).collect();
        let row = params![new, entity.code, record, serde_json::to_string(&turned)?];
        conn.prepare_cached(PUT_ROW)?.execute(row)?;
        Ok(())
    })
}

fn turned((field, before, after, ..): &Stored) -> Kept<'_> {
    (*field, after.as_deref(), before.as_deref(), None, None)
}

fn words(conn: &Connection) -> Result<HashMap<i64, String>> {
    let mut statement = conn.prepare_cached("SELECT id, word FROM change_word")?;
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
        for of_record in cells.chunk_by(|one, other| one.0 == other.0) {
            let changes: Vec<CellChange<'_>> = of_record
                .iter()
                .map(|&(_, field, before, after)| CellChange { field, before, after, reason: &reason })
                .collect();
            writer.put(students(), of_record[0].0, &changes)?;
        }
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
        let reason = Message::new("rule.case");
        let led = CellChange { field: "student", before: "", after: "1", reason: &reason };
        let mut writer = RowStepWriter::begin(conn, &draft("rule")).expect("begins");
        let led = writer.put(records::entity("enrollments").expect("an entity"), 1, &[led]);
        assert!(matches!(led, Err(Error::UnknownField { .. })), "what leads to others is for cells: {led:?}");
        drop(writer);
        let nobody = put(conn, &[(1, "city", "Kajang", "Nilai"), (99, "city", "", "Nilai")]);
        assert!(matches!(nobody, Err(Error::NotFound { id: 99, .. })), "{nobody:?}");
        assert_eq!((dump(conn), change_log::head(conn).expect("reads")), (before, change_log::ROOT));
    }
}
