//! The error workbook: rows with findings go out as the school laid them out, and come back corrected.

mod columns;
mod proof;
mod take;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use model::{Binding, Message, RowBlock, Severity, TableMapping, Watch, Words};
use reports::errors_book::{BEFORE, ROW_ID};
use reports::{BookWords, ErrorsBook, ErrorsRow};
use sources::{Options, Probe, Source};
use staging::findings::{self, FindingRow};
use staging::handouts::{self, NewHandout};
use staging::landing::{self, TableInfo};
use staging::records::RecordRow;
use staging::{Connection, Permission, Project, change_log, mappings};

use super::cleanse::{act, field_title};
use super::validate;
use crate::app::App;
use crate::clock;
use crate::dto::{CorrectionView, CorrectionsView, HandoutAsk, HandoutDone, JobStarted};
use crate::error::{Code, Failure, at};
use crate::say;
use crate::session::Session;

pub use take::{Correction, Taken};
pub(crate) use take::{is_returned, take};

/// Rows of a source table that are read at a time.
const PORTION: u64 = 1_000;

/// Conflicts that the window is given at once.
const MOST_SHOWN: usize = 200;

/// What was handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandedOut {
    /// Sheets, one for each source table with findings.
    pub sheets: u64,
    /// Rows.
    pub rows: u64,
    /// Findings told in them.
    pub findings: u64,
    /// Findings that were counted but not kept with their place: of very many alike only the first are.
    pub left_out: u64,
    /// Size of the file.
    pub bytes: u64,
}

/// What is odd about one row of a source table.
#[derive(Default)]
struct OddRow {
    reasons: Vec<String>,
    /// Columns, from 0, that something was found in.
    columns: Vec<usize>,
    critical: bool,
}

/// Odd rows by source table and position.
type OddRows = BTreeMap<i64, BTreeMap<u64, OddRow>>;

/// Writes the rows with findings that nobody accepted into a workbook at `path`. Checks first where records changed.
///
/// # Errors
///
/// [`Code::Usage`] where nothing was found; where the file or the project cannot be written.
pub fn hand_out(session: &Session, path: &Path, watch: &dyn Watch) -> Result<HandedOut, Failure> {
    let stale = findings::last_run(session.read(Permission::Report)?.connection())?.is_none_or(|run| run.stale);
    if stale {
        validate::run(session, watch)?;
    }
    let words = session.words();
    let project = session.write(Permission::Report)?;
    let conn = project.connection();
    let (odd, findings) = odd_rows(conn, &words, watch)?;
    if odd.is_empty() {
        return Err(Failure::refused(Code::Usage, "error.no-findings", "error.no-findings.hint"));
    }
    let mark = uuid::Uuid::new_v4().to_string();
    let unfinished = path.with_extension("unfinished.xlsx");
    let written = write(conn, &mark, &odd, &words, &unfinished, watch)
        .and_then(|done| keep(&project, &mark, &unfinished, watch).map(|()| done));
    if written.is_err() {
        // What is half done is of no use to anybody; that it cannot be taken away is not the failure to tell.
        let _ = fs_err::remove_file(&unfinished);
    }
    let mut done = written?;
    fs_err::rename(&unfinished, path).map_err(at(path))?;
    done.findings = findings;
    done.left_out = not_kept(conn)?;
    done.bytes = fs_err::metadata(path).map_err(at(path))?.len();
    project.log("errors.handed-out", &[("rows", &done.rows.to_string())], clock::now())?;
    Ok(done)
}

/// Findings that were counted and not kept.
fn not_kept(conn: &Connection) -> Result<u64, Failure> {
    Ok(findings::results(conn)?.iter().map(|result| result.found.saturating_sub(result.stored)).sum())
}

/// The rows that somebody should look at; notes and what was accepted are left out.
fn odd_rows(conn: &Connection, words: &Words, watch: &dyn Watch) -> Result<(OddRows, u64), Failure> {
    let (mut odd, mut count) = (OddRows::new(), 0_u64);
    let mut known: BTreeMap<i64, Option<TableMapping>> = BTreeMap::new();
    findings::each_open(conn, &mut |finding, row| {
        if finding.severity == Severity::Note {
            return Ok(());
        }
        count += 1;
        if count.is_multiple_of(1_000) {
            watch.check()?;
        }
        let mapping = match known.entry(row.table) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(free) => free.insert(mappings::load(conn, row.table)?),
        };
        let column = mapping.as_ref().and_then(|mapping| column_of(mapping, &finding, row.part));
        let place = odd.entry(row.table).or_default().entry(row.row_index).or_default();
        place.columns.extend(column);
        let said = format!("{}: {}", field_title(&finding.entity, &finding.field, words), finding.message.say(words));
        if !place.reasons.contains(&said) {
            // What holds the row back is said first.
            let first = finding.severity == Severity::Critical && !place.critical;
            place.critical |= finding.severity == Severity::Critical;
            place.reasons.insert(if first { 0 } else { place.reasons.len() }, said);
        }
        Ok::<(), Failure>(())
    })?;
    Ok((odd, count))
}

fn column_of(mapping: &TableMapping, finding: &FindingRow, part: u16) -> Option<usize> {
    match mappings::binding(mapping, &finding.entity, part, &finding.field)? {
        Binding::Column(column) => Some(column as usize),
        // A value of several columns is shown in the first; what comes back there waits for a person.
        Binding::Joined(columns) => columns.first().map(|column| *column as usize),
        Binding::Constant(_) => None,
    }
}

fn write(
    conn: &Connection,
    mark: &str,
    odd: &OddRows,
    words: &Words,
    path: &Path,
    watch: &dyn Watch,
) -> Result<HandedOut, Failure> {
    let said = BookWords {
        reason: words.text("workbook.reason"),
        row: words.text("workbook.row"),
        keep: words.text("workbook.keep"),
    };
    let mut book = ErrorsBook::new(mark, said)?;
    let total: u64 = odd.values().map(|rows| rows.len() as u64).sum();
    let mut done = HandedOut::default();
    for (table, rows) in odd {
        let info = landing::table(conn, *table)?;
        let mapping = mappings::load(conn, *table)?;
        book.sheet(if info.name.is_empty() { &info.file } else { &info.name }, &headers(&info, rows))?;
        done.sheets += 1;
        let mut page: Vec<landing::RawRow> = Vec::new();
        for (index, odd) in rows {
            if page.last().is_none_or(|last| last.index < *index) {
                page = landing::raw_page(conn, *table, *index, PORTION as usize)?;
            }
            let Ok(at) = page.binary_search_by_key(index, |row| row.index) else { continue };
            let Some(raw) = page.get(at) else { continue };
            let cells = cells(conn, &info, mapping.as_ref(), raw)?;
            let (id, reason) = (format!("{table}:{index}"), odd.reasons.join("\n"));
            book.row(&ErrorsRow { id: &id, row: raw.number, reason: &reason, cells: &cells, odd: &odd.columns })?;
            done.rows += 1;
            if done.rows.is_multiple_of(100) {
                watch.progress(done.rows, Some(total));
                watch.check()?;
            }
        }
    }
    book.save(path)?;
    Ok(done)
}

/// The table's own headers; a column without one is known by its letters.
fn headers(info: &TableInfo, rows: &BTreeMap<u64, OddRow>) -> Vec<String> {
    let odd = rows.values().flat_map(|row| &row.columns).max().map_or(0, |last| last + 1);
    let width = info.headers.len().max(odd);
    (0..width)
        .map(|at| {
            info.headers.get(at).filter(|header| !header.trim().is_empty()).cloned().unwrap_or_else(|| letters(at))
        })
        .collect()
}

/// The name of a column as spreadsheets write it.
fn letters(at: usize) -> String {
    let (before, last) = (at / 26, char::from(b'A' + (at % 26) as u8));
    if before == 0 { last.to_string() } else { format!("{}{last}", letters(before - 1)) }
}

/// The cells as the school wrote them; where a value was changed since, as it stands now.
fn cells(
    conn: &Connection,
    info: &TableInfo,
    mapping: Option<&TableMapping>,
    raw: &landing::RawRow,
) -> Result<Vec<String>, Failure> {
    let mut cells: Vec<String> = raw.cells.iter().map(|cell| cell.text.clone()).collect();
    // Rows end where their last filled cell is; a value may have been typed behind it.
    cells.resize(cells.len().max(info.headers.len()), String::new());
    let Some(mapping) = mapping else { return Ok(cells) };
    for (entity, row) in handouts::records_of(conn, info.id, raw.index)? {
        let marks = change_log::cell_marks(conn, entity.code, &[row.id])?;
        for mark in marks.iter().filter(|mark| mark.changed) {
            if let Some(Binding::Column(column)) = mappings::binding(mapping, entity.code, row.part, &mark.field)
                && let Some(cell) = cells.get_mut(column as usize)
            {
                *cell = row.value(entity, &mark.field).to_owned();
            }
        }
    }
    Ok(cells)
}

/// Reads the workbook back as it will be read when it returns and keeps what stands in it: a cell that nobody touches
/// then never looks corrected, whatever a spreadsheet does to a text.
fn keep(project: &Project, mark: &str, path: &Path, watch: &dyn Watch) -> Result<(), Failure> {
    let mut book = open(path)?;
    let handout = NewHandout::begin(project.connection(), mark, &act(project))?;
    each_row(&mut *book, watch, &mut |sheet| {
        let Some((table, index)) = sheet.id else { return Ok(()) };
        if sheet.first {
            handout.headers(table, sheet.headers)?;
        }
        Ok(handout.row(table, index, &sheet.cells)?)
    })?;
    Ok(handout.finish()?)
}

/// A workbook of this kind, opened as it was written: with its headers in the first row.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Source>, Failure> {
    Ok(sources::open(path, &Options { header_row: Some(1), ..Options::default() })?)
}

/// Whether a table has the column by which rows that were handed out are known. Without the hidden sheet nothing says
/// which workbook they are of, and as new rows every pupil would stand there twice.
pub(crate) fn has_row_ids(probe: &Probe) -> bool {
    let is_id = |text: &str| text.trim() == ROW_ID;
    let in_rows = |rows: &RowBlock| rows.rows().any(|row| row.cells().any(|cell| is_id(cell.text)));
    // Where the reader took another row for the header, the name stands among the cells.
    probe.tables.iter().any(|table| {
        table.headers.iter().any(|header| is_id(header)) || in_rows(&table.preamble) || in_rows(&table.sample)
    })
}

/// Rows that were handed out, without what says of which workbook they are.
pub(crate) fn unmarked(probe: &Probe) -> Failure {
    handed_out(probe, "error.handout-no-mark", "error.handout-no-mark.hint")
}

/// A workbook that was handed out, in an archive.
pub(crate) fn packed(probe: &Probe) -> Failure {
    handed_out(probe, "error.handout-packed", "error.handout-packed.hint")
}

fn handed_out(probe: &Probe, message: &'static str, hint: &'static str) -> Failure {
    let message = Message::new(message).with("file", &probe.file);
    Failure::Refused { code: Code::Usage, message, hint: Message::new(hint) }
}

/// One row of a workbook.
pub(crate) struct BookRow<'r> {
    /// Name of the sheet.
    pub(crate) sheet: &'r str,
    /// Headers of the sheet.
    pub(crate) headers: &'r [String],
    /// Whether it is the first of its sheet.
    pub(crate) first: bool,
    /// Row in the sheet, from 1.
    pub(crate) number: u64,
    /// Source table and position that it came from; `None` where the row does not say so.
    pub(crate) id: Option<(i64, u64)>,
    /// The cells under the headers.
    pub(crate) cells: Vec<String>,
}

/// Gives `sink` every row of the sheets that have the hidden column; gives the names of the others.
pub(crate) fn each_row(
    book: &mut dyn Source,
    watch: &dyn Watch,
    sink: &mut dyn FnMut(&BookRow<'_>) -> Result<(), Failure>,
) -> Result<Vec<String>, Failure> {
    let tables = book.probe().tables.clone();
    let mut others = Vec::new();
    for (position, table) in tables.iter().enumerate() {
        if table.name == reports::errors_book::MARK_SHEET {
            continue;
        }
        let Some(id_at) = table.headers.iter().position(|header| header == ROW_ID) else {
            others.push(table.name.clone());
            continue;
        };
        let (mut first, mut failed) = (true, None);
        let read = book.read(
            position,
            &mut |block: &RowBlock| {
                for row in block.rows() {
                    let cells: Vec<String> = (0..table.headers.len()).map(|at| plain(row.cell(at).text)).collect();
                    let id = cells.get(id_at).and_then(|id| parse_id(id));
                    let number = row.number();
                    let row = BookRow { sheet: &table.name, headers: &table.headers, first, number, id, cells };
                    if let Err(failure) = sink(&row) {
                        failed = Some(failure);
                        return Err(sources::Stop(Box::new(std::fmt::Error)));
                    }
                    first = false;
                }
                Ok(())
            },
            watch,
        );
        match failed {
            Some(failure) => return Err(failure),
            None => read?,
        };
    }
    Ok(others)
}

/// Excel and its kin write the ends of lines in their own ways.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn parse_id(id: &str) -> Option<(i64, u64)> {
    let (table, index) = id.trim().split_once(':')?;
    Some((table.parse().ok()?, index.parse().ok()?))
}

/// The positions of the school's own columns in a sheet as it was handed out.
pub(crate) fn own_columns(headers: &[String]) -> std::ops::Range<usize> {
    let end = headers.iter().position(|header| header == ROW_ID).unwrap_or(headers.len());
    BEFORE.min(end)..end
}

/// The record of a row that a field of the mapping stands for.
pub(crate) fn record_of<'r>(
    records: &'r [(&'static model::Entity, RecordRow)],
    path: &model::FieldPath,
) -> Option<&'r (&'static model::Entity, RecordRow)> {
    records.iter().find(|(entity, row)| entity.code == path.entity && row.part == path.part)
}

/// What came of corrected workbooks, as one sentence.
pub(crate) fn said(taken: &[Taken], words: &Words) -> String {
    let sum = |count: &dyn Fn(&Taken) -> u64| say::count(taken.iter().map(count).sum());
    let (changed, late) = (sum(&|one| one.changed), sum(&|one| one.conflicts.len() as u64));
    let remarks = sum(&|one| one.remarks_total);
    words.say("workbook.taken", &[("changed", &changed), ("late", &late), ("remarks", &remarks)])
}

/// Brings a corrected workbook back in.
///
/// # Errors
///
/// [`Code::Usage`] where it is none that was handed out here; where it cannot be read or the project not written.
pub fn bring_back(session: &Session, path: &Path, watch: &dyn Watch) -> Result<Taken, Failure> {
    let project = session.write(Permission::Import)?;
    let mut book = open(path)?;
    let none = || Failure::refused(Code::Usage, "error.no-handout", "error.no-handout.hint");
    let unknown = || if has_row_ids(book.probe()) { unmarked(book.probe()) } else { none() };
    let mark = is_returned(book.probe()).ok_or_else(unknown)?;
    take(session, &project, &mark, &mut *book, watch)
}

pub(crate) fn ask_bring_back(app: &App, asked: HandoutAsk) -> Result<JobStarted, Failure> {
    app.start("corrections", move |session, watch| {
        let taken = bring_back(session, Path::new(&asked.path), watch)?;
        let words = session.words();
        let sentence = said(std::slice::from_ref(&taken), &words);
        let conflict = |one: &Correction| CorrectionView {
            sheet: one.sheet.clone(),
            row: one.row as f64,
            column: one.column.clone(),
            kept: one.kept.clone(),
            returned: one.returned.clone(),
        };
        let view = CorrectionsView {
            file: taken.file.clone(),
            changed: taken.changed as f64,
            same: taken.same as f64,
            rows: taken.rows as f64,
            conflicts: taken.conflicts.iter().take(MOST_SHOWN).map(conflict).collect(),
            conflicts_total: taken.conflicts.len() as f64,
            remarks: taken.remarks.iter().map(|remark| remark.say(&words)).collect(),
            remarks_total: taken.remarks_total as f64,
            sentence: sentence.clone(),
        };
        Ok((sentence, view))
    })
}

pub(crate) fn ask_hand_out(app: &App, asked: HandoutAsk) -> Result<JobStarted, Failure> {
    app.start("report", move |session, watch| {
        let done = hand_out(session, Path::new(&asked.path), watch)?;
        let words = session.words();
        let (rows, found) = (say::count(done.rows), say::count(done.findings));
        let sentence = words.say("workbook.done", &[("rows", &rows), ("findings", &found), ("path", &asked.path)]);
        let view = HandoutDone { path: asked.path, rows: done.rows as f64, findings: done.findings as f64, sentence };
        Ok((view.sentence.clone(), view))
    })
}
