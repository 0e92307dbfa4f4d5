//! Taking a corrected workbook back: only cells that somebody changed touch a record, all of them as one step.
//!
//! A cell counts as corrected where it differs from what was handed out. The record takes the correction only where it
//! still has the value that was handed out; where it was changed meanwhile, by a person here or by another workbook, the
//! correction becomes a finding and nothing is overwritten.
//!
//! The hidden column alone does not prove whose row it is: people sort, copy and move cells without it. What else says
//! whose row it is must agree ([`super::proof`], [`super::columns`]); else nothing is taken, and a remark says why.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use model::{Entity, FieldKind, FieldPath, RecordState, TableMapping, Watch};
use reports::errors_book::{MARK, MARK_SHEET};
use sources::{Probe, Source};
use staging::change_log::{StepDraft, StepWriter};
use staging::handouts::{self, Conflict};
use staging::landing::Said;
use staging::records::RecordRow;
use staging::{Connection, Project, mappings};

use super::columns::{self, Column};
use super::{BookRow, each_row, own_columns, proof, record_of};
use crate::clock;
use crate::command::cleanse::{act, changed_by, safe_form};
use crate::command::validate::live::Live;
use crate::error::{Code, Failure};
use crate::session::Session;

/// Remarks about single rows and columns that are told one by one.
const MOST_REMARKS: usize = 200;

/// What many rows share.
pub(super) const SHARED: [&str; 2] = ["classes", "academic_years"];

/// A corrected cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Name of the sheet.
    pub sheet: String,
    /// Row in the workbook, from 1.
    pub row: u64,
    /// Header of the column.
    pub column: String,
    /// The value that the record has.
    pub kept: String,
    /// The value that came back.
    pub returned: String,
}

/// What came of a corrected workbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Name of the file.
    pub file: String,
    /// The step, where anything changed.
    pub step: Option<i64>,
    /// Values that the step changed.
    pub changed: u64,
    /// Rows of the workbook that were known.
    pub rows: u64,
    /// Corrections that say what the record says already.
    pub same: u64,
    /// Corrections that came too late.
    pub conflicts: Vec<Correction>,
    /// What else was not taken over, in words; the first of them.
    pub remarks: Vec<Said>,
    /// How many remarks there are in all.
    pub remarks_total: u64,
}

impl Taken {
    fn remark(&mut self, key: &str, args: &[(&str, &str)]) {
        self.remarks_total += 1;
        if self.remarks.len() < MOST_REMARKS {
            let args = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            self.remarks.push(Said { key: key.to_owned(), args });
        }
    }

    /// Whether a person has to look at something.
    #[must_use]
    pub fn is_odd(&self) -> bool {
        !self.conflicts.is_empty() || self.remarks_total > 0
    }
}

/// The mark of the handout, where the file is a workbook that was handed out.
pub(crate) fn is_returned(probe: &Probe) -> Option<String> {
    let sheet = probe.tables.iter().find(|table| table.name == MARK_SHEET)?;
    let header: Vec<&str> = sheet.headers.iter().map(String::as_str).collect();
    if let [MARK, _, mark, ..] = header.as_slice() {
        return Some((*mark).to_owned());
    }
    // Where the reader found no header, the mark stands in the first row.
    let first = sheet.sample.rows().next().filter(|row| row.cell(0).text == MARK)?;
    Some(first.cell(2).text.to_owned())
}

/// A value that a record is to have.
struct Wanted {
    field: &'static str,
    after: String,
    /// Whether the record still has the value that was handed out.
    unchanged: bool,
    place: Correction,
}

/// What the rows of a workbook want, by record.
type Wishes = BTreeMap<(&'static str, i64), Vec<Wanted>>;

/// A cell that came back with another text than went out.
pub(super) struct Change {
    table: i64,
    index: u64,
    /// The school's column, from 0.
    column: usize,
    header: String,
    sheet: String,
    /// Row in the workbook, from 1.
    row: u64,
    pub(super) before: String,
    pub(super) after: String,
}

/// What is known while the rows are read.
struct Desk<'a> {
    conn: &'a Connection,
    handout: i64,
    /// Rows of the school's file that stand more than once in the workbook.
    twice: HashSet<(i64, u64)>,
    mappings: HashMap<i64, Option<TableMapping>>,
    /// The columns that were handed out, by sheet and table.
    columns: HashMap<(String, i64), Vec<Column>>,
    changes: Vec<Change>,
    wishes: Wishes,
    taken: Taken,
}

/// Takes the corrections of a workbook over, as one step.
///
/// # Errors
///
/// [`Code::Usage`] where another project handed it out; where it cannot be read or the project not written.
pub(crate) fn take(
    session: &Session,
    project: &Project,
    mark: &str,
    book: &mut dyn Source,
    watch: &dyn Watch,
) -> Result<Taken, Failure> {
    let conn = project.connection();
    let unknown = || Failure::refused(Code::Usage, "error.unknown-handout", "error.unknown-handout.hint");
    let handout = handouts::find(conn, mark)?.ok_or_else(unknown)?;
    let mut desk = Desk {
        conn,
        handout,
        twice: twice(book, watch)?,
        mappings: HashMap::new(),
        columns: HashMap::new(),
        changes: Vec::new(),
        wishes: Wishes::new(),
        taken: Taken { file: book.probe().file.clone(), ..Taken::default() },
    };
    let others = each_row(book, watch, &mut |row| desk.row(row))?;
    for sheet in others {
        desk.taken.remark("workbook.unknown-sheet", &[("sheet", &sheet)]);
    }
    desk.weigh()?;
    let Desk { wishes, taken, .. } = desk;
    settle(session, project, &wishes, taken)
}

/// The rows of the school's file that more than one row of the workbook says to be.
fn twice(book: &mut dyn Source, watch: &dyn Watch) -> Result<HashSet<(i64, u64)>, Failure> {
    let (mut seen, mut twice) = (HashSet::new(), HashSet::new());
    each_row(book, watch, &mut |row| {
        twice.extend(row.id.filter(|id| !seen.insert(*id)));
        Ok(())
    })?;
    Ok(twice)
}

impl Desk<'_> {
    fn row(&mut self, row: &BookRow<'_>) -> Result<(), Failure> {
        let number = row.number.to_string();
        let place = [("sheet", row.sheet), ("row", number.as_str())];
        let Some((table, index)) = row.id else {
            if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
                self.taken.remark("workbook.new-row", &place);
            }
            return Ok(());
        };
        let out = handouts::row(self.conn, self.handout, table, index)?;
        let headers = handouts::headers(self.conn, self.handout, table)?;
        let (Some(out), Some(headers)) = (out, headers) else {
            self.taken.remark("workbook.unknown-row", &place);
            return Ok(());
        };
        self.taken.rows += 1;
        if self.twice.contains(&(table, index)) {
            self.taken.remark("workbook.twice-row", &place);
            return Ok(());
        }
        let pairs = self.pairs(row, table, &headers, &out);
        if let Some(key) = proof::other_row(row, &headers, &out, &pairs) {
            self.taken.remark(key, &place);
        } else if !self.same_people(table, index, &pairs)? {
            self.taken.remark("workbook.other-person", &place);
        } else {
            self.changed(row, (table, index), &headers, pairs);
        }
        Ok(())
    }

    /// What went out and what came back in each of the school's columns that is still there.
    fn pairs<'r>(
        &mut self,
        row: &'r BookRow<'_>,
        table: i64,
        headers: &[String],
        out: &'r [String],
    ) -> proof::Pairs<'r> {
        let own = own_columns(headers);
        let taken = &mut self.taken;
        let columns = self.columns.entry((row.sheet.to_owned(), table)).or_insert_with(|| {
            columns::find(headers, row.headers, &mut |key, header| {
                taken.remark(key, &[("sheet", row.sheet), ("column", header)]);
            })
        });
        let mut pairs = proof::Pairs::new();
        for (at, column) in columns.iter_mut().enumerate() {
            let before = out.get(own.start + at).map(String::as_str).unwrap_or_default();
            if let Some(after) = column.at.and_then(|now| row.cells.get(now)) {
                column.rows += u64::from(!before.is_empty() || !after.is_empty());
                pairs.push((at, before, after));
            }
        }
        pairs
    }

    /// Whether the people of the row can still be those who went out.
    fn same_people(&mut self, table: i64, index: u64, pairs: &proof::Pairs<'_>) -> Result<bool, Failure> {
        if pairs.iter().all(|(_, before, after)| before == after) {
            return Ok(true);
        }
        let conn = self.conn;
        let Some(mapping) = self.mapping(table)? else { return Ok(true) };
        proof::same_people(conn, mapping, &handouts::records_of(conn, table, index)?, pairs)
    }

    fn mapping(&mut self, table: i64) -> Result<Option<&TableMapping>, Failure> {
        Ok(match self.mappings.entry(table) {
            Entry::Occupied(known) => known.into_mut().as_ref(),
            Entry::Vacant(free) => free.insert(mappings::load(self.conn, table)?).as_ref(),
        })
    }

    fn changed(&mut self, row: &BookRow<'_>, (table, index): (i64, u64), headers: &[String], pairs: proof::Pairs<'_>) {
        let own = own_columns(headers);
        let header = |column: usize| headers.get(own.start + column).cloned().unwrap_or_default();
        for (column, before, after) in pairs.into_iter().filter(|(_, before, after)| before != after) {
            let (sheet, header) = (row.sheet.to_owned(), header(column));
            let (before, after) = (before.to_owned(), after.to_owned());
            self.changes.push(Change { table, index, column, header, sheet, row: row.number, before, after });
        }
    }

    /// Notes what the changed cells want, but for those of columns that came back as others or in another order.
    fn weigh(&mut self) -> Result<(), Failure> {
        let mut by_column: BTreeMap<(String, i64, usize), Vec<Change>> = BTreeMap::new();
        for change in std::mem::take(&mut self.changes) {
            by_column.entry((change.sheet.clone(), change.table, change.column)).or_default().push(change);
        }
        for ((sheet, table, at), changes) in by_column {
            let bound = self.mapping(table)?.and_then(|mapping| mapping.column(at as u32));
            let few = bound.is_some_and(|(path, _)| columns::few(&path));
            let column = self.columns.get(&(sheet.clone(), table)).and_then(|columns| columns.get(at));
            let header = changes.first().map(|change| change.header.clone()).unwrap_or_default();
            if let Some(key) = column.and_then(|column| columns::doubt(column, few, &changes)) {
                let count = changes.len().to_string();
                self.taken.remark(key, &[("sheet", &sheet), ("column", &header), ("count", &count)]);
                continue;
            }
            for change in &changes {
                self.corrected(change)?;
            }
        }
        Ok(())
    }

    /// Notes what a corrected cell wants of which record.
    fn corrected(&mut self, change: &Change) -> Result<(), Failure> {
        let number = change.row.to_string();
        let place = [("sheet", change.sheet.as_str()), ("row", number.as_str()), ("column", change.header.as_str())];
        self.mapping(change.table)?;
        let mapping = self.mappings.get(&change.table).and_then(Option::as_ref);
        let bound = mapping.and_then(|mapping| Some((mapping, mapping.column(change.column as u32)?.0)));
        let Some((mapping, path)) = bound else {
            self.taken.remark("workbook.no-field", &place);
            return Ok(());
        };
        let records = handouts::records_of(self.conn, change.table, change.index)?;
        let Some(aim) = aim(&records, &path) else {
            self.taken.remark("workbook.no-record", &place);
            return Ok(());
        };
        let (before, after) = (looked_up(mapping, &path, &change.before), looked_up(mapping, &path, &change.after));
        let after = safe_form(self.conn, aim.entity, aim.row, aim.field, after)?;
        let kept = aim.row.value(aim.entity, aim.field.code).to_owned();
        let unchanged = if aim.linked {
            // Where the row itself led to the shared record, the reference has nothing written.
            kept.is_empty()
        } else {
            kept.trim() == before || kept == safe_form(self.conn, aim.entity, aim.row, aim.field, before)?
        };
        let (sheet, column) = (change.sheet.clone(), change.header.clone());
        let place = Correction { sheet, row: change.row, column, kept, returned: after.clone() };
        let wanted = Wanted { field: aim.field.code, after, unchanged, place };
        self.wishes.entry((aim.entity.code, aim.row.id)).or_default().push(wanted);
        Ok(())
    }
}

/// What a corrected cell is about.
struct Aim<'r> {
    entity: &'static Entity,
    row: &'r RecordRow,
    field: &'static model::Field,
    /// Whether the field leads to what the cell names, because that is shared by many rows.
    linked: bool,
}

/// The record and field that a corrected cell is about. What many rows share, such as a class, is not changed by one of
/// them: the row's own record leads elsewhere instead.
fn aim<'r>(records: &'r [(&'static Entity, RecordRow)], path: &FieldPath) -> Option<Aim<'r>> {
    let in_use = |row: &RecordRow| row.state != RecordState::Merged;
    if !SHARED.contains(&path.entity.as_str()) {
        let (entity, row) = record_of(records, path).filter(|(_, row)| in_use(row))?;
        return Some(Aim { entity, row, field: entity.field(&path.field)?, linked: false });
    }
    let leads = |field: &&'static model::Field| match &field.kind {
        FieldKind::Reference(to) => to.entity == path.entity && to.by.contains(&path.field.as_str()),
        _ => false,
    };
    records.iter().filter(|(_, row)| in_use(row)).find_map(|(entity, row)| {
        let field = entity.fields.iter().find(leads)?;
        Some(Aim { entity, row, field, linked: true })
    })
}

/// What the mapping takes `text` for in that field.
pub(super) fn looked_up<'t>(mapping: &'t TableMapping, path: &FieldPath, text: &'t str) -> &'t str {
    let (path, text) = (path.to_string(), text.trim());
    let known = |lookup: &&(String, String, String)| lookup.0 == path && lookup.1.trim().eq_ignore_ascii_case(text);
    mapping.lookups.iter().find(known).map_or(text, |(_, _, value)| value.as_str())
}

/// Writes what may be written as one step, and keeps the rest for a person.
fn settle(session: &Session, project: &Project, wishes: &Wishes, mut taken: Taken) -> Result<Taken, Failure> {
    let conn = project.connection();
    let live = Live::watch(session)?;
    let label = Said { key: "step.corrections".to_owned(), args: vec![("file".to_owned(), taken.file.clone())] };
    let mut writer = StepWriter::begin(conn, &StepDraft { kind: "edit", label, rule: None, act: act(project) })?;
    let mut late = Vec::new();
    for ((entity, record), wanted) in wishes {
        for one in wanted {
            let rival = wanted.iter().any(|other| other.field == one.field && other.after != one.after);
            if one.place.kept == one.after {
                taken.same += 1;
            } else if rival || !one.unchanged {
                late.push((*entity, *record, one));
            } else {
                writer.put(entity, *record, one.field, &one.after, None)?;
            }
        }
    }
    taken.step = writer.finish(&model::Silent)?;
    for (entity, record, one) in &late {
        handouts::add_conflict(conn, &conflict(entity, *record, one, &taken.file))?;
        taken.conflicts.push(one.place.clone());
    }
    let besides: Vec<_> = late.iter().map(|(entity, record, _)| (*entity, *record)).collect();
    Live::follow_with(live, project, &besides);
    taken.changed = changed_by(project, taken.step)?;
    let (changed, conflicts) = (taken.changed.to_string(), taken.conflicts.len().to_string());
    project.log("errors.taken-back", &[("changed", &changed), ("conflicts", &conflicts)], clock::now())?;
    Ok(taken)
}

fn conflict(entity: &str, record: i64, wanted: &Wanted, file: &str) -> Conflict {
    Conflict {
        entity: entity.to_owned(),
        record,
        field: wanted.field.to_owned(),
        kept: wanted.place.kept.clone(),
        returned: wanted.after.clone(),
        file: file.to_owned(),
    }
}
