//! What a person says about a pair: one person, two, later; and parting again what was merged.

use model::Entity;
use staging::landing::Said;
use staging::matches::{self, Decided, ShownPair, Verdict};
use staging::records::{self, Joined, Merge, Pick, RecordRow};
use staging::{Connection, Permission, Project};

use super::cases::{number, who_stands};
use super::keys::Keys;
use crate::app::App;
use crate::clock;
use crate::command::cleanse::{act, changed_by, recorded};
use crate::command::grid::known_entity;
use crate::command::validate::live::Live;
use crate::dto::{CaseDecide, ChangeRecorded, RecordRef};
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

/// Keeps what a person decided. Where they say that it is one person, the records become one: a step of the history.
/// Gives the step and how many values it changed.
///
/// # Errors
///
/// [`Code::Usage`] for a verdict that there is not; where the pair is gone or the project cannot be written.
pub(crate) fn decide(session: &Session, asked: &CaseDecide) -> Result<(Option<i64>, u64), Failure> {
    let unknown = || Failure::refused(Code::Usage, "error.arguments", "error.bug.hint");
    let verdict = Verdict::from_code(&asked.verdict).ok_or_else(unknown)?;
    let project = session.write(Permission::Cleanse)?;
    let conn = project.connection();
    let (code, pair) = matches::pair(conn, number(asked.pair)?)?;
    let entity = known_entity(&code)?;
    if pair.records[0] == pair.records[1] {
        return Err(Failure::refused(Code::Usage, "error.case-gone", "error.case-gone.hint"));
    }
    let sides = sides(conn, &code, pair.records)?;
    let live = Live::watch(session)?;
    let step = if verdict == Verdict::Same { merge_pair(&project, entity, pair.records, asked)? } else { None };
    let keys = [sides[0].as_slice(), sides[1].as_slice()];
    matches::decide(
        conn,
        &Decided { entity: &code, verdict, keys, step, pair: Some(ShownPair::Records(pair.id)) },
        &act(&project),
    )?;
    Live::follow_with(live, &project, &pair.records.map(|record| (entity.code, record)));
    project.log("matching.decided", &[("verdict", verdict.code()), ("entity", &code)], clock::now())?;
    Ok((step, changed_by(&project, step)?))
}

fn sides(conn: &Connection, code: &str, records: [i64; 2]) -> Result<[Vec<String>; 2], Failure> {
    let Some(mut keys) = Keys::of(conn, code) else { return Ok(Default::default()) };
    Ok([keys.record(records[0])?, keys.record(records[1])?])
}

fn merge_pair(
    project: &Project,
    entity: &'static Entity,
    ids: [i64; 2],
    asked: &CaseDecide,
) -> Result<Option<i64>, Failure> {
    let conn = project.connection();
    let rows = [records::record(conn, entity, ids[0])?, records::record(conn, entity, ids[1])?];
    let (survivor, _) = who_stands(conn, entity, &rows)?;
    let loser = ids.into_iter().find(|id| *id != survivor).unwrap_or(survivor);
    let picks = picks(entity, &rows, survivor, asked)?;
    let label = Said { key: "step.merge-person".to_owned(), args: vec![("entity".to_owned(), entity.code.to_owned())] };
    let joined = [Joined { loser, survivor }];
    let plan = Merge { entity: entity.code, joined: &joined, picks: &picks, label, reason: "merge.person" };
    Ok(records::merge(conn, &plan, &act(project), &model::Silent)?.step)
}

/// The values that a person took from the record that does not survive.
fn picks(entity: &Entity, rows: &[RecordRow; 2], survivor: i64, asked: &CaseDecide) -> Result<Vec<Pick>, Failure> {
    let mut found = Vec::new();
    for pick in &asked.picks {
        let from = rows.iter().find(|row| row.id as f64 == pick.record);
        let known = entity.field(&pick.field);
        let (Some(row), Some(field)) = (from, known) else {
            return Err(Failure::refused(Code::Usage, "error.unknown-field", "error.unknown-field.hint"));
        };
        found.push(Pick { survivor, field: field.code.to_owned(), value: row.value(entity, field.code).to_owned() });
    }
    Ok(found)
}

/// Parts a merged record again, and remembers that the two are two. Gives the step and how many values it changed.
///
/// # Errors
///
/// Where the record is not merged or the project cannot be written.
pub(crate) fn part(session: &Session, code: &str, record: i64) -> Result<(Option<i64>, u64), Failure> {
    let project = session.write(Permission::Cleanse)?;
    let conn = project.connection();
    let entity = known_entity(code)?;
    let (survivor, step) = records::separate(conn, entity.code, record, &act(&project), &model::Silent)?;
    let sides = sides(conn, entity.code, [record, survivor])?;
    let keys = [sides[0].as_slice(), sides[1].as_slice()];
    let decided = Decided { entity: entity.code, verdict: Verdict::Different, keys, step, pair: None };
    matches::decide(conn, &decided, &act(&project))?;
    project.log("matching.parted", &[("entity", entity.code)], clock::now())?;
    Ok((step, changed_by(&project, step)?))
}

pub(crate) fn ask_decide(app: &App, asked: CaseDecide) -> Result<ChangeRecorded, Failure> {
    let session = app.session()?;
    let (step, changed) = decide(&session, &asked)?;
    let sentence = session.words().text(&format!("matching.decided.{}", asked.verdict)).to_owned();
    Ok(recorded(step, changed, sentence))
}

pub(crate) fn ask_part(app: &App, asked: RecordRef) -> Result<ChangeRecorded, Failure> {
    let session = app.session()?;
    let (step, changed) = part(&session, &asked.entity, number(asked.record)?)?;
    let sentence = session.words().say("matching.parted", &[("count", &say::count(changed))]);
    Ok(recorded(step, changed, sentence))
}
