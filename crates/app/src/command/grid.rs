//! The grid: pages of records and of raw rows, the story of a value, edits by hand.

use std::collections::HashMap;

use model::{Entity, FieldKind, RecordState, Severity, Words};
use staging::Permission;
use staging::change_log::{self, CellMark, OriginBinding, StepDraft, StepWriter};
use staging::findings::{self, FindingFilter};
use staging::landing::{self, Said};
use staging::page::{Filter, Sort};
use staging::records::{self, STATE_FIELD};

use super::cleanse::{act, changed_by, field_title, recorded};
use super::mapping::code_options;
use super::validate::live::Live;
use crate::app::App;
use crate::clock;
use crate::dto::{
    CellRef, ChangeRecorded, GridCell, GridColumn, GridRow, RawPage, RawPageAsk, RecordEdit, RecordExclude,
    RecordPosition, RecordPositionAsk, RecordsAsk, RecordsPage, SampleRow, StoryChange, StoryView,
};
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

/// Most rows a page may ask for.
const MOST_ROWS: u32 = 500;

pub(crate) fn known_entity(code: &str) -> Result<&'static Entity, Failure> {
    model::entities::find(code)
        .ok_or_else(|| Failure::refused(Code::Usage, "error.unknown-entity", "error.unknown-entity.hint"))
}

/// A part of the records of one entity.
///
/// # Errors
///
/// Those of the project file.
pub fn page(session: &Session, asked: &RecordsAsk) -> Result<RecordsPage, Failure> {
    let words = session.words();
    let entity = known_entity(&asked.entity)?;
    let filter = filter(asked);
    let sort = asked.sort.clone().map(|field| Sort { field, descending: asked.descending });
    let limit = asked.limit.min(MOST_ROWS) as usize;
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let found = session.pages().page(
        conn,
        entity.code,
        &filter,
        sort.as_ref(),
        u64::from(asked.offset),
        limit,
        &model::Silent,
    )?;
    let ids: Vec<i64> = found.rows.iter().map(|row| row.id).collect();
    let marks = Marks::of(change_log::cell_marks(conn, entity.code, &ids)?);
    let mut files = HashMap::new();
    let mut rows = Vec::with_capacity(found.rows.len());
    for row in found.rows {
        let source = source(conn, row.table, row.row, &mut files)?;
        rows.push(grid_row(entity, row, source, &marks));
    }
    Ok(RecordsPage { total: found.total as f64, columns: columns(entity, &words), rows })
}

/// Where a record stands in a view; nothing where the view does not show it.
///
/// # Errors
///
/// Those of the project file.
pub fn position(session: &Session, asked: &RecordPositionAsk) -> Result<RecordPosition, Failure> {
    let entity = known_entity(&asked.view.entity)?;
    let sort = asked.view.sort.clone().map(|field| Sort { field, descending: asked.view.descending });
    let reader = session.read(Permission::ViewRecords)?;
    let (conn, filter) = (reader.connection(), filter(&asked.view));
    let record = asked.record as i64;
    let at = session.pages().position(conn, entity.code, &filter, sort.as_ref(), record, &model::Silent)?;
    Ok(RecordPosition { offset: at.map(|at| at as f64) })
}

fn filter(asked: &RecordsAsk) -> Filter {
    Filter {
        check: Some(asked.check.clone()).filter(|check| !check.is_empty()),
        value: asked.field.clone().map(|field| (field, asked.value.clone().unwrap_or_default())),
        ..filter_of(&asked.text, &asked.show)
    }
}

/// The records that contain `text` and stand as `show` says.
pub(crate) fn filter_of(text: &str, show: &str) -> Filter {
    let state = match show {
        "merged" => Some(RecordState::Merged),
        "excluded" => Some(RecordState::Excluded),
        _ => None,
    };
    Filter {
        text: text.trim().to_owned(),
        only_findings: show == "findings",
        only_blocked: show == "critical",
        only_changed: show == "changed",
        state,
        ..Filter::default()
    }
}

/// File and row, with the sheet where the file has several.
fn source(
    conn: &staging::Connection,
    table: i64,
    row: u64,
    files: &mut HashMap<i64, String>,
) -> Result<String, Failure> {
    if let Some(file) = files.get(&table) {
        return Ok(format!("{file} · {row}"));
    }
    let info = landing::table(conn, table)?;
    let whole = info.name.is_empty() || info.file.starts_with(&info.name);
    let file = if whole { info.file } else { format!("{} · {}", info.file, info.name) };
    let said = format!("{file} · {row}");
    files.insert(table, file);
    Ok(said)
}

/// What the grid shows beside values, by record and field.
struct Marks(HashMap<(i64, String), CellMark>);

impl Marks {
    fn of(marks: Vec<CellMark>) -> Self {
        Self(marks.into_iter().map(|mark| ((mark.record, mark.field.clone()), mark)).collect())
    }

    fn cell(&self, record: i64, field: &str, value: String) -> GridCell {
        let mark = self.0.get(&(record, field.to_owned()));
        GridCell {
            value,
            state: if mark.is_some_and(|mark| mark.changed) { "changed" } else { "read" }.to_owned(),
            finding: mark.and_then(|mark| mark.finding).map(Severity::code).unwrap_or_default().to_owned(),
        }
    }
}

fn grid_row(entity: &Entity, row: staging::page::GridRow, source: String, marks: &Marks) -> GridRow {
    let cells =
        entity.fields.iter().zip(row.cells).map(|(field, value)| marks.cell(row.id, field.code, value)).collect();
    GridRow { record: row.id as f64, source, state: state_code(row.state).to_owned(), cells }
}

fn state_code(state: RecordState) -> &'static str {
    match state {
        RecordState::Active => "active",
        RecordState::Merged => "merged",
        RecordState::Excluded => "excluded",
    }
}

fn columns(entity: &'static Entity, words: &Words) -> Vec<GridColumn> {
    let column = |field: &'static model::Field| GridColumn {
        field: field.code.to_owned(),
        title: say::field(words, entity.code, field.code),
        kind: kind(field.kind).to_owned(),
        values: code_options(field.kind, words),
        editable: true,
    };
    entity.fields.iter().map(column).collect()
}

pub(crate) fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "text",
        FieldKind::PersonName => "name",
        FieldKind::IdentityNumber => "identity",
        FieldKind::Date => "date",
        FieldKind::Phone => "phone",
        FieldKind::Email => "email",
        FieldKind::Code(_) => "code",
        FieldKind::Postcode => "postcode",
        FieldKind::State => "state",
        FieldKind::Address => "address",
        FieldKind::Integer | FieldKind::LargeInteger | FieldKind::Surah | FieldKind::Juz => "integer",
        FieldKind::Amount | FieldKind::Score | FieldKind::Quantity | FieldKind::Figure => "decimal",
        FieldKind::Time => "time",
        FieldKind::Moment => "moment",
        FieldKind::IntegerList | FieldKind::Json | FieldKind::Currency => "text",
        FieldKind::Bool => "bool",
        FieldKind::Reference(_) => "reference",
    }
}

/// Where a value came from and what became of it.
///
/// # Errors
///
/// Where there is no such value.
pub fn story(session: &Session, asked: &CellRef) -> Result<StoryView, Failure> {
    let words = session.words();
    let entity = known_entity(&asked.entity)?;
    let record = asked.record as i64;
    let reader = session.read(Permission::ViewHistory)?;
    let conn = reader.connection();
    let story = change_log::story(conn, entity.code, record, &asked.field)?;
    let row = records::record(conn, entity, record)?;
    let raw = match &story.origin.binding {
        OriginBinding::Column(_, cell) => cell.text.clone(),
        OriginBinding::Constant(value) | OriginBinding::Joined(value) => value.clone(),
        OriginBinding::Nothing => String::new(),
    };
    let found =
        FindingFilter { entity: Some(entity.code.to_owned()), record: Some(record), ..FindingFilter::default() };
    let found = findings::page(conn, &found, 0, 50)?
        .rows
        .into_iter()
        .filter(|finding| finding.field == asked.field || finding.field.is_empty());
    Ok(StoryView {
        title: format!("{} · {}", say::who(entity, &row.values), field_title(entity.code, &asked.field, &words)),
        mapping: mapping_reason(conn, story.origin.table, entity, row.part, &asked.field, &words)?,
        file: story.origin.location.file,
        table: story.origin.location.table,
        row: story.origin.location.row as u32,
        column: story.origin.location.column,
        raw,
        value: row.value(entity, &asked.field).to_owned(),
        changes: story.changes.into_iter().map(|change| story_change(change, &words)).collect(),
        findings: found.map(|finding| finding.message.say(&words)).collect(),
    })
}

fn story_change(change: change_log::StoryChange, words: &Words) -> StoryChange {
    let why = change.reason.map(|reason| reason.say(words)).unwrap_or_default();
    let label = say::said(&change.label, words);
    StoryChange {
        step: change.step as f64,
        at: clock::shown(&change.at),
        user: change.user,
        what: if why.is_empty() { label } else { format!("{label}: {why}") },
        before: change.before,
        after: change.after,
        undone: !change.applied,
    }
}

/// Why the mapping took this column for this field.
fn mapping_reason(
    conn: &staging::Connection,
    table: i64,
    entity: &Entity,
    part: u16,
    field: &str,
    words: &Words,
) -> Result<String, Failure> {
    let Some(mapping) = staging::mappings::load(conn, table)? else { return Ok(String::new()) };
    let record = mapping.parts.iter().find(|record| record.entity == entity.code && record.part == part);
    let binding = record.and_then(|record| record.fields.iter().find(|bound| bound.field == field));
    Ok(binding.map(|bound| pipeline::mapping::sentence(words, &bound.reason, &bound.reason_args)).unwrap_or_default())
}

/// Changes values by hand, all of them as one step.
///
/// # Errors
///
/// Where a record or field does not exist; then nothing was changed.
pub fn edit(session: &Session, asked: &RecordEdit) -> Result<(Option<i64>, u64), Failure> {
    let project = session.write(Permission::EditRecords)?;
    let live = Live::watch(session)?;
    let label = edit_label(asked);
    let mut writer =
        StepWriter::begin(project.connection(), &StepDraft { kind: "edit", label, rule: None, act: act(&project) })?;
    for one in &asked.edits {
        writer.put(&one.entity, one.record as i64, &one.field, &one.value, None)?;
    }
    let step = writer.finish(&model::Silent)?;
    Live::follow(live, &project);
    Ok((step, changed_by(&project, step)?))
}

fn edit_label(asked: &RecordEdit) -> Said {
    match asked.edits.as_slice() {
        [one] => Said {
            key: "step.edit.one".to_owned(),
            args: vec![("field".to_owned(), format!("field.{}.{}", one.entity, one.field))],
        },
        several => {
            Said { key: "step.edit.many".to_owned(), args: vec![("count".to_owned(), several.len().to_string())] }
        }
    }
}

/// Leaves records out, with a reason, or takes them back in; one step.
///
/// # Errors
///
/// [`Code::Usage`] without a reason.
pub fn exclude(session: &Session, asked: &RecordExclude) -> Result<(Option<i64>, u64), Failure> {
    if asked.exclude && asked.reason.trim().is_empty() {
        return Err(Failure::refused(Code::Usage, "error.reason-needed", "error.reason-needed.hint"));
    }
    let project = session.write(Permission::EditRecords)?;
    let key = if asked.exclude { "step.exclude" } else { "step.include" };
    let label = Said {
        key: key.to_owned(),
        args: vec![
            ("count".to_owned(), asked.records.len().to_string()),
            ("reason".to_owned(), asked.reason.trim().to_owned()),
        ],
    };
    let live = Live::watch(session)?;
    let state = if asked.exclude { RecordState::Excluded } else { RecordState::Active } as i64;
    let mut writer =
        StepWriter::begin(project.connection(), &StepDraft { kind: "exclude", label, rule: None, act: act(&project) })?;
    for record in &asked.records {
        writer.put(&asked.entity, *record as i64, STATE_FIELD, &state.to_string(), None)?;
    }
    let step = writer.finish(&model::Silent)?;
    Live::follow(live, &project);
    Ok((step, changed_by(&project, step)?))
}

pub(crate) fn ask_page(app: &App, asked: RecordsAsk) -> Result<RecordsPage, Failure> {
    page(&*app.session()?, &asked)
}

pub(crate) fn ask_position(app: &App, asked: RecordPositionAsk) -> Result<RecordPosition, Failure> {
    position(&*app.session()?, &asked)
}

pub(crate) fn ask_story(app: &App, asked: CellRef) -> Result<StoryView, Failure> {
    story(&*app.session()?, &asked)
}

pub(crate) fn ask_edit(app: &App, asked: RecordEdit) -> Result<ChangeRecorded, Failure> {
    let session = app.session()?;
    let (step, changed) = edit(&session, &asked)?;
    let sentence = session.words().say("edit.done", &[("count", &say::count(changed))]);
    Ok(recorded(step, changed, sentence))
}

pub(crate) fn ask_exclude(app: &App, asked: RecordExclude) -> Result<ChangeRecorded, Failure> {
    let session = app.session()?;
    let (step, changed) = exclude(&session, &asked)?;
    let sentence = session.words().say("edit.done", &[("count", &say::count(changed))]);
    Ok(recorded(step, changed, sentence))
}

pub(crate) fn ask_raw(app: &App, asked: RawPageAsk) -> Result<RawPage, Failure> {
    let session = app.session()?;
    let reader = session.read(Permission::ViewRecords)?;
    let info = landing::table(reader.connection(), i64::from(asked.table))?;
    let limit = asked.limit.min(MOST_ROWS) as usize;
    let rows = landing::raw_page(reader.connection(), info.id, u64::from(asked.offset), limit)?;
    let texts = |row: landing::RawRow| row.cells.into_iter().map(|cell| cell.text).collect();
    Ok(RawPage {
        total: info.landed as f64,
        headers: info.headers,
        rows: rows.into_iter().map(|row| SampleRow { row: row.number as u32, cells: texts(row) }).collect(),
    })
}
