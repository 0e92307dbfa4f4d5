//! Required values that are missing: a list by cause, and filling a gap with a value that a person chose.

use model::{Field, FieldKind};
use staging::change_log::{StepDraft, StepWriter};
use staging::landing::{self, Said};
use staging::matches::{self, DEFAULT_STEP};
use staging::{Connection, Permission};

use super::families::{line, required};
use crate::app::App;
use crate::clock;
use crate::command::cleanse::{act, changed_by, recorded};
use crate::command::grid::kind;
use crate::command::mapping::code_options;
use crate::dto::{ChangeRecorded, GapAsk, GapFill, GapPage, GapView, GapsView, Nothing};
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

/// Records filled at a time.
const PORTION: usize = 1_000;

/// Most people a page may ask for.
const MOST: u32 = 100;

/// Missing required values by entity, field and table.
///
/// # Errors
///
/// Those of the project file.
pub(crate) fn gaps(session: &Session) -> Result<GapsView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let mut found = Vec::new();
    for (entity, field) in required() {
        for (table, count) in matches::blanks(conn, entity.code, field.code)? {
            let info = landing::table(conn, table)?;
            let whole = info.name.is_empty() || info.file.starts_with(&info.name);
            found.push(GapView {
                entity: entity.code.to_owned(),
                entity_title: say::entity(&words, entity.code),
                field: field.code.to_owned(),
                field_title: say::field(&words, entity.code, field.code),
                kind: kind(field.kind).to_owned(),
                values: code_options(field.kind, &words),
                table: table as u32,
                source: if whole { info.file } else { format!("{} · {}", info.file, info.name) },
                count: count as f64,
            });
        }
    }
    found.sort_by(|one, other| other.count.total_cmp(&one.count));
    Ok(GapsView { gaps: found })
}

/// How many required values are missing.
pub(super) fn count(conn: &Connection) -> Result<u64, Failure> {
    let mut count = 0;
    for (entity, field) in required() {
        count += matches::blanks(conn, entity.code, field.code)?.into_iter().map(|(_, count)| count).sum::<u64>();
    }
    Ok(count)
}

/// Some records with a gap.
///
/// # Errors
///
/// Those of the project file.
pub(crate) fn people(session: &Session, asked: &GapAsk) -> Result<GapPage, Failure> {
    let (entity, field) = fillable(&asked.entity, &asked.field)?;
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let table = i64::from(asked.table);
    let counts = matches::blanks(conn, entity, field.code)?;
    let total = counts.iter().find(|(known, _)| *known == table).map_or(0, |(_, count)| *count);
    let limit = asked.limit.min(MOST) as usize;
    let ids = matches::blank(conn, entity, field.code, table, u64::from(asked.offset), limit)?;
    let people = ids.into_iter().map(|id| line(conn, entity, id)).collect::<Result<_, _>>()?;
    Ok(GapPage { total: total as f64, people })
}

/// A required field that a value can be written into.
fn fillable(entity: &str, field: &str) -> Result<(&'static str, &'static Field), Failure> {
    let known = required().find(|(known, one)| known.code == entity && one.code == field);
    let unknown = || Failure::refused(Code::Usage, "error.unknown-field", "error.unknown-field.hint");
    known.map(|(entity, field)| (entity.code, field)).ok_or_else(unknown)
}

/// Fills a gap of all records of a table with one value; one step, which the report names with its reason.
///
/// # Errors
///
/// [`Code::Usage`] without a reason, or for a value that the field cannot have; where the project cannot be written.
pub(crate) fn fill(session: &Session, asked: &GapFill) -> Result<(Option<i64>, u64), Failure> {
    let (entity, field) = fillable(&asked.entity, &asked.field)?;
    if asked.reason.trim().is_empty() {
        return Err(Failure::refused(Code::Usage, "error.reason-needed", "error.reason-needed.hint"));
    }
    let value = asked.value.trim();
    // A name is nobody's default.
    if !pipeline::standard::is_standard(field, value)
        || matches!(field.kind, FieldKind::PersonName | FieldKind::IdentityNumber)
    {
        return Err(Failure::refused(Code::Usage, "error.default", "error.default.hint"));
    }
    let project = session.write(Permission::Cleanse)?;
    let conn = project.connection();
    let args = vec![("reason".to_owned(), asked.reason.trim().to_owned())];
    let label = Said { key: "step.default".to_owned(), args };
    let mut writer = StepWriter::begin(conn, &StepDraft { kind: DEFAULT_STEP, label, rule: None, act: act(&project) })?;
    let mut offset = 0;
    loop {
        // Values are written when the step ends: until then the same records are blank, and portions follow by place.
        let ids = matches::blank(conn, entity, field.code, i64::from(asked.table), offset, PORTION)?;
        for id in &ids {
            writer.put(entity, *id, field.code, value, None)?;
        }
        offset += ids.len() as u64;
        if ids.len() < PORTION {
            break;
        }
    }
    let step = writer.finish(&model::Silent)?;
    project.log("matching.default", &[("entity", entity), ("field", field.code)], clock::now())?;
    Ok((step, changed_by(&project, step)?))
}

pub(crate) fn ask_gaps(app: &App, _: Nothing) -> Result<GapsView, Failure> {
    gaps(&*app.session()?)
}

pub(crate) fn ask_people(app: &App, asked: GapAsk) -> Result<GapPage, Failure> {
    people(&*app.session()?, &asked)
}

pub(crate) fn ask_fill(app: &App, asked: GapFill) -> Result<ChangeRecorded, Failure> {
    let session = app.session()?;
    let (step, changed) = fill(&session, &asked)?;
    let sentence = session.words().say("edit.done", &[("count", &say::count(changed))]);
    Ok(recorded(step, changed, sentence))
}
