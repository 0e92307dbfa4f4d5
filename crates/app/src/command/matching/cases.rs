//! Pairs for the screen: the list, and one pair side by side, field by field.

use model::{Entity, FieldKind, FieldPath, RecordState, Words};
use pipeline::matching::certain::is_certain;
use pipeline::matching::compare::sureness;
use pipeline::matching::evidence::Evidence;
use pipeline::matching::person::Fields;
use pipeline::matching::survivor::{self, Standing};
use staging::matches::{self, PairInfo, Show};
use staging::records::{self, RecordRow};
use staging::{Connection, Permission};

use super::certain::standing;
use super::people::values;
use crate::app::App;
use crate::command::cleanse::who_and_where;
use crate::command::grid::known_entity;
use crate::command::mapping::value_title;
use crate::dto::{CaseField, CaseLine, CaseReason, CaseRef, CaseSide, CaseView, CasesAsk, CasesPage};
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

/// Most pairs a page may ask for.
pub(super) const MOST: u32 = 200;

/// Some pairs.
///
/// # Errors
///
/// Those of the project file.
pub(crate) fn page(session: &Session, asked: &CasesAsk) -> Result<CasesPage, Failure> {
    let words = session.words();
    let entity = known_entity(&asked.entity)?;
    let (offset, limit) = (u64::from(asked.offset), asked.limit.min(MOST) as usize);
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let Some(show) = Show::from_code(&asked.show) else {
        let (total, merged) = matches::merged(conn, entity.code, offset, limit)?;
        let cases = merged.into_iter().map(|(loser, survivor)| line(conn, entity, [loser, survivor], None, &words));
        return Ok(CasesPage { total: total as f64, cases: cases.collect::<Result<_, _>>()? });
    };
    let counts = matches::shown(conn, entity.code)?;
    let total = Show::ALL.iter().zip(counts).find(|(one, _)| **one == show).map_or(0, |(_, count)| count);
    let found = matches::page(conn, entity.code, show, offset, limit)?;
    let cases = found.iter().map(|pair| line(conn, entity, pair.records, Some(pair), &words));
    Ok(CasesPage { total: total as f64, cases: cases.collect::<Result<_, _>>()? })
}

fn line(
    conn: &Connection,
    entity: &Entity,
    records: [i64; 2],
    pair: Option<&PairInfo>,
    words: &Words,
) -> Result<CaseLine, Failure> {
    let (left_who, left_source) = who_and_where(conn, entity.code, records[0])?;
    let (right_who, right_source) = who_and_where(conn, entity.code, records[1])?;
    let sure = pair.map_or("", |pair| sureness(pair.probability));
    Ok(CaseLine {
        pair: pair.map_or(0.0, |pair| pair.id as f64),
        left: records[0] as f64,
        right: records[1] as f64,
        left_who,
        right_who,
        left_source,
        right_source,
        sure: sure.to_owned(),
        sure_title: if sure.is_empty() { String::new() } else { words.text(&format!("match.sure.{sure}")).to_owned() },
        percent: pair.map_or(0.0, |pair| percent(pair.probability)),
    })
}

/// Never rounded up to a certainty that it is not.
pub(super) fn percent(probability: f64) -> f64 {
    (probability * 1_000.0).floor().min(999.0) / 10.0
}

/// A pair side by side.
///
/// # Errors
///
/// Where there is no such pair.
pub(crate) fn case(session: &Session, pair: i64) -> Result<CaseView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let (code, pair) = matches::pair(conn, pair)?;
    let entity = known_entity(&code)?;
    let rows = [records::record(conn, entity, pair.records[0])?, records::record(conn, entity, pair.records[1])?];
    let (first, why) = who_stands(conn, entity, &rows)?;
    let [left, right] = &rows;
    let in_work = rows.iter().all(|row| row.state == RecordState::Active);
    let sure = sureness(pair.probability);
    Ok(CaseView {
        pair: pair.id as f64,
        entity_title: say::entity(&words, entity.code),
        sure: sure.to_owned(),
        sure_title: words.text(&format!("match.sure.{sure}")).to_owned(),
        percent: percent(pair.probability),
        certain: proved(entity, left, right),
        gone: left.id == right.id || !in_work,
        left: side(conn, entity, left)?,
        right: side(conn, entity, right)?,
        survivor: first as f64,
        survivor_why: words.text(&format!("match.survivor.{why}")).to_owned(),
        reasons: pair.evidence.iter().filter_map(|code| reason(code, &words)).collect(),
        fields: entity.fields.iter().filter_map(|field| side_by_side(entity, field, left, right, &words)).collect(),
        entity: code,
    })
}

/// Who stands for both by the policy, and why.
pub(super) fn who_stands(
    conn: &Connection,
    entity: &Entity,
    rows: &[RecordRow; 2],
) -> Result<(i64, &'static str), Failure> {
    let mut both: [Standing; 2] = [standing(conn, entity, &rows[0])?, standing(conn, entity, &rows[1])?];
    survivor::order(&mut both);
    Ok((both[0].record, survivor::why(&both[0], &both[1])))
}

fn proved(entity: &Entity, left: &RecordRow, right: &RecordRow) -> bool {
    let Some(fields) = Fields::of(entity) else { return false };
    let person = |row: &RecordRow| fields.read(&values(row), Vec::new());
    is_certain(&person(left), &person(right), fields.child)
}

pub(super) fn side(conn: &Connection, entity: &Entity, row: &RecordRow) -> Result<CaseSide, Failure> {
    let (who, source) = who_and_where(conn, entity.code, row.id)?;
    let (from, to, others) = match entity.code {
        "students" => ("student", "guardian", "guardians"),
        "guardians" => ("guardian", "student", "students"),
        _ => ("", "", ""),
    };
    let mut family = Vec::new();
    if !from.is_empty() {
        for other in matches::linked(conn, from, row.id, to)? {
            family.push(who_and_where(conn, others, other)?.0);
        }
    }
    Ok(CaseSide {
        record: row.id as f64,
        who,
        source,
        in_portal: matches::is_pushed(conn, entity.code, row.id)?,
        stands_for: matches::merged_into(conn, entity.code, row.id)?.len() as f64,
        family,
    })
}

/// From how many bits on something seen speaks for one person or against.
const SPEAKS: f64 = 0.5;

pub(super) fn reason(code: &str, words: &Words) -> Option<CaseReason> {
    let evidence = Evidence::from_code(code)?;
    let speaks = match evidence.weight() {
        _ if evidence == Evidence::NameSame => "for",
        weight if weight > SPEAKS => "for",
        weight if weight < -SPEAKS => "against",
        _ => "neither",
    };
    Some(CaseReason { text: words.text(&format!("match.{code}")).to_owned(), speaks: speaks.to_owned() })
}

/// One field of both; `None` where both are blank.
fn side_by_side(
    entity: &Entity,
    field: &model::Field,
    left: &RecordRow,
    right: &RecordRow,
    words: &Words,
) -> Option<CaseField> {
    let value = |row: &RecordRow| {
        value_title(&FieldPath::new(entity.code, 1, field.code), row.value(entity, field.code), words)
    };
    let (ours, theirs) = (value(left), value(right));
    let state = state_of(&ours, &theirs)?;
    let pickable = !matches!(field.kind, FieldKind::Reference(_));
    pickable.then(|| CaseField {
        field: field.code.to_owned(),
        title: say::field(words, entity.code, field.code),
        left: ours,
        right: theirs,
        state: state.to_owned(),
    })
}

/// How two values stand to each other; `None` where both are blank.
pub(super) fn state_of(ours: &str, theirs: &str) -> Option<&'static str> {
    match (ours, theirs) {
        ("", "") => None,
        (_, "") => Some("left"),
        ("", _) => Some("right"),
        _ if ours == theirs => Some("same"),
        _ => Some("differ"),
    }
}

/// The number of a pair that a screen sent.
pub(super) fn number(asked: f64) -> Result<i64, Failure> {
    let whole = asked.fract() == 0.0 && asked > 0.0;
    if whole { Ok(asked as i64) } else { Err(Failure::refused(Code::Usage, "error.arguments", "error.bug.hint")) }
}

pub(crate) fn ask_page(app: &App, asked: CasesAsk) -> Result<CasesPage, Failure> {
    page(&*app.session()?, &asked)
}

pub(crate) fn ask_case(app: &App, asked: CaseRef) -> Result<CaseView, Failure> {
    case(&*app.session()?, number(asked.pair)?)
}
