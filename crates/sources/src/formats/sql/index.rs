//! The first pass over a dump: which tables there are, where their rows stand, how many there are,
//! and what is odd about the dump as a whole.

use std::collections::HashMap;

use model::{Message, RowBlock};

use super::rows::{Layout, Rows};
use super::scanner::Ended;
use super::schema::{Column, Shape, TableName};
use super::statement::{self, State, Statement, Statements};
use super::values::Cells;
use crate::error::Error;
use crate::limits::{SAMPLE_BYTES, SAMPLE_ROWS, SQL_COLUMNS, SQL_PLACES, SQL_TABLES};
use crate::source::{Note, Reference};

/// Where some of the rows of a table stand.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) start: u64,
    pub(super) end: u64,
    /// Line ends before `start`.
    pub(super) lines: u64,
    /// What holds at `start`.
    pub(super) state: State,
    /// Rows of the table before `start`.
    pub(super) rows_before: u64,
}

/// A table of a dump.
#[derive(Default)]
pub(super) struct Table {
    pub(super) name: TableName,
    pub(super) columns: Vec<Column>,
    /// How many of the columns CREATE TABLE names; `None` where the dump has none for this table.
    pub(super) declared: Option<usize>,
    pub(super) primary_key: Vec<String>,
    pub(super) references: Vec<Reference>,
    pub(super) rows: u64,
    pub(super) places: Vec<Place>,
    pub(super) sample: RowBlock,
    sample_full: bool,
}

impl Table {
    /// How the values of a statement that lists `columns` lie on this table.
    pub(super) fn layout(&self, columns: Option<&[String]>) -> Layout<'_> {
        let declared = self.declared.unwrap_or(0);
        let targets: Option<Vec<usize>> =
            columns.map(|names| names.iter().enumerate().filter_map(|(at, name)| self.position(name, at)).collect());
        let reach = targets.iter().flatten().max().map_or(0, |last| last + 1);
        let in_order = targets.as_ref().is_some_and(|targets| {
            targets.len() == declared && targets.iter().enumerate().all(|(value, target)| value == *target)
        });
        let width = declared.max(reach);
        let targets = targets.filter(|_| !in_order);
        Layout { columns: &self.columns, targets, width, declared: self.declared.is_some() }
    }

    /// Where the column `name` is, most likely `near`.
    fn position(&self, name: &str, near: usize) -> Option<usize> {
        if self.columns.get(near).is_some_and(|column| column.name == name) {
            return Some(near);
        }
        let exact = self.columns.iter().position(|column| column.name == name);
        exact.or_else(|| self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name)))
    }

    /// Adds the columns of `names` that are not known yet.
    fn learn(&mut self, names: &[String]) {
        for (at, name) in names.iter().enumerate() {
            if self.position(name, at).is_none() && self.columns.len() < SQL_COLUMNS {
                self.columns.push(Column { name: name.clone(), ..Column::default() });
            }
        }
    }

    fn add_sample(&mut self, cells: &Cells) {
        let Some(row) = cells.row.row(0) else { return };
        row.cells().for_each(|cell| self.sample.push_cell(cell.kind, cell.text));
        self.sample.end_row(row.number());
        self.sample_full = self.sample.len() >= SAMPLE_ROWS || self.sample.text_bytes() >= SAMPLE_BYTES;
        // Without any names, there are as many columns as values.
        if self.declared.is_none() && self.columns.iter().all(|column| column.name.is_empty()) {
            self.columns.resize_with(self.columns.len().max(row.len()), Column::default);
        }
    }

    /// Forgets the rows so far.
    fn empty(&mut self) -> u64 {
        self.places.clear();
        self.sample.clear();
        self.sample_full = false;
        std::mem::take(&mut self.rows)
    }
}

/// Where a dump broke off.
#[derive(Debug)]
pub(super) struct Cut {
    pub(super) table: Option<usize>,
    pub(super) line: u64,
}

/// What the first pass found.
#[derive(Default)]
pub(super) struct Index {
    pub(super) tables: Vec<Table>,
    by_name: HashMap<TableName, usize>,
    pub(super) cut: Option<Cut>,
    /// Statements that would have changed rows, and those not known, with the line of the first.
    not_applied: (u64, u64),
    unknown: (u64, u64),
    views: u64,
    notes: Vec<Note>,
    /// The last table with rows.
    last: Option<usize>,
}

impl Index {
    /// Goes through the whole dump.
    ///
    /// # Errors
    ///
    /// What keeps the dump from being read; [`Error::TooLarge`] for more tables than any has.
    pub(super) fn build(statements: &mut Statements<'_>, file: &str) -> Result<Self, Error> {
        let mut index = Self::default();
        loop {
            let window = &mut statements.scanner.window;
            let (start, line) = (window.offset(), window.line());
            let Some(statement) = statements.next()? else { return Ok(index) };
            if index.tables.len() > SQL_TABLES {
                return Err(Error::too_large(file, "", 0));
            }
            match statement {
                Statement::Rows(rows) => index.rows(statements, &rows, (start, line))?,
                other => index.other(other, line),
            }
        }
    }

    fn other(&mut self, statement: Statement, line: u64) {
        match statement {
            Statement::Create { table, shape, keep } => self.create(table, shape, keep, line),
            Statement::Alter { table, shape } => self.alter(&table, shape, line),
            Statement::View(view) => self.view(&view),
            Statement::Drop(tables) => tables.iter().for_each(|table| self.drop(table, true)),
            Statement::Truncate(table) => self.drop(&table, false),
            Statement::NotApplied => count(&mut self.not_applied, line),
            Statement::Unknown(line) => count(&mut self.unknown, line),
            Statement::Cut => self.cut = Some(Cut { table: None, line }),
            Statement::Rows(_) | Statement::Other => {}
        }
    }

    fn table(&mut self, name: &TableName) -> usize {
        let next = self.tables.len();
        let number = *self.by_name.entry(name.clone()).or_insert(next);
        if number == next {
            self.tables.push(Table { name: name.clone(), ..Table::default() });
        }
        number
    }

    fn create(&mut self, name: TableName, shape: Shape, keep: bool, line: u64) {
        let number = self.table(&name);
        let Some(table) = self.tables.get_mut(number) else { return };
        if table.declared.is_some() && (keep || table.rows > 0) {
            return;
        }
        if shape.from_query {
            count(&mut self.not_applied, line);
        }
        // Rows may stand before their table; their columns keep their places.
        if table.columns.is_empty() {
            table.declared = Some(shape.columns.len());
            table.columns = shape.columns;
        }
        table.primary_key = shape.primary_key;
        table.references = shape.references;
    }

    fn alter(&mut self, name: &TableName, shape: Shape, line: u64) {
        let known = self.by_name.get(name).and_then(|number| self.tables.get_mut(*number));
        if let Some(table) = known {
            if !shape.primary_key.is_empty() {
                table.primary_key = shape.primary_key;
            }
            table.references.extend(shape.references);
        }
        if shape.reshapes {
            count(&mut self.not_applied, line);
        }
    }

    /// A view; what stands in for it until then is no table.
    fn view(&mut self, name: &TableName) {
        self.views += 1;
        let number = self.by_name.get(name).copied();
        if let Some(table) = number.and_then(|number| self.tables.get_mut(number))
            && table.rows == 0
        {
            self.by_name.remove(name);
            *table = Table::default();
        }
    }

    /// Forgets what a dump takes away again.
    fn drop(&mut self, name: &TableName, whole: bool) {
        let Some(number) = self.by_name.get(name).copied() else { return };
        let Some(table) = self.tables.get_mut(number) else { return };
        let rows = table.empty();
        if rows > 0 {
            let message = Message::new("source.note.dump_dropped").with("table", &name.table).with("count", rows);
            self.notes.push(Note::new("rows-dropped", &name.table, message));
        }
        if whole {
            (table.columns, table.declared) = (Vec::new(), None);
            table.primary_key.clear();
            table.references.clear();
            self.by_name.remove(name);
            table.name = TableName::default();
        }
        if self.last == Some(number) {
            self.last = None;
        }
    }

    fn rows(
        &mut self,
        statements: &mut Statements<'_>,
        rows: &statement::Rows,
        (start, line): (u64, u64),
    ) -> Result<(), Error> {
        let number = self.table(&rows.table);
        let Some(table) = self.tables.get_mut(number) else { return Ok(()) };
        table.learn(rows.columns.as_deref().unwrap_or_default());
        let rows_before = table.rows;
        let ended = go_through(statements, rows, table)?;
        if table.rows > rows_before || ended == Ended::Whole {
            let end = statements.scanner.window.offset();
            let place = Place { start, end, lines: line - 1, state: statements.state.clone(), rows_before };
            table.note_place(place, self.last == Some(number));
            self.last = Some(number);
        }
        match ended {
            Ended::Whole => {}
            Ended::Broken => count(&mut self.unknown, line),
            Ended::Cut => self.cut = Some(Cut { table: Some(number), line: statements.scanner.window.line() }),
        }
        Ok(())
    }

    /// The notes about the dump as a whole.
    pub(super) fn into_notes(self) -> Vec<Note> {
        let mut notes = self.notes;
        let mut counted = |code, key, (count, line): (u64, u64)| {
            let message = Message::new(key).with("count", count).with("line", line);
            if count > 0 {
                notes.push(Note::new(code, "", message));
            }
        };
        counted("not-applied", "source.note.dump_not_applied", self.not_applied);
        counted("not-understood", "source.note.dump_unknown", self.unknown);
        if self.views > 0 {
            let message = Message::new("source.note.dump_views").with("count", self.views);
            notes.push(Note::new("views", "", message));
        }
        notes
    }
}

impl Table {
    /// Remembers where rows stand; those that follow the last ones, or find no room, join them.
    fn note_place(&mut self, place: Place, follows: bool) {
        let full = self.places.len() >= SQL_PLACES;
        match self.places.last_mut().filter(|_| follows || full) {
            Some(last) => last.end = place.end,
            None => self.places.push(place),
        }
    }
}

/// Adds one to a count that remembers its first line.
fn count(counted: &mut (u64, u64), line: u64) {
    if counted.0 == 0 {
        counted.1 = line;
    }
    counted.0 += 1;
}

/// Counts the rows of a statement and keeps the first of the table.
fn go_through(statements: &mut Statements<'_>, rows: &statement::Rows, table: &mut Table) -> Result<Ended, Error> {
    let mut reader = Rows::new(statements, rows.form);
    let mut cells = Cells::new();
    let mut broken = false;
    while reader.begin()? {
        let ended = if table.sample_full {
            reader.skip()?
        } else {
            let number = table.rows + 1;
            let taken = reader.take(&table.layout(rows.columns.as_deref()), &mut cells, number)?;
            match taken.ended {
                Ended::Whole if taken.overlong => table.sample_full = true,
                Ended::Whole => table.add_sample(&cells),
                _ => {}
            }
            taken.ended
        };
        if ended != Ended::Whole {
            broken = ended == Ended::Broken;
            break;
        }
        table.rows += 1;
    }
    let ended = reader.finish()?;
    Ok(if broken && ended == Ended::Whole { Ended::Broken } else { ended })
}
