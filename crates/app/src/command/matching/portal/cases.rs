//! Pairs of a record and a person of the portal for the screen, and what a person says about them.

use model::{Entity, FieldPath, RecordState, Words};
use pipeline::matching::compare::sureness;
use staging::matches::portal::{self, PairInfo, Person, Show};
use staging::matches::{self, Decided, Decisions, ShownPair, Verdict};
use staging::records::{self, RecordRow};
use staging::{Connection, Permission};

use crate::app::App;
use crate::clock;
use crate::command::cleanse::{act, recorded, who_and_where};
use crate::command::grid::known_entity;
use crate::command::mapping::value_title;
use crate::command::matching::cases::{MOST, number, percent, reason, side, state_of};
use crate::command::matching::keys::Keys;
use crate::dto::{CaseDecide, CaseField, CaseLine, CaseRef, CaseSide, CaseView, CasesAsk, CasesPage, ChangeRecorded};
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

/// Some pairs.
///
/// # Errors
///
/// [`Code::Usage`] for a sort of pairs that there is not; those of the project file.
pub(crate) fn page(session: &Session, asked: &CasesAsk) -> Result<CasesPage, Failure> {
    let words = session.words();
    let entity = known_entity(&asked.entity)?;
    let show = Show::from_code(&asked.show).ok_or_else(unknown)?;
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let counts = portal::shown(conn, entity.code)?;
    let total = Show::ALL.iter().zip(counts).find(|(one, _)| **one == show).map_or(0, |(_, count)| count);
    let found = portal::page(conn, entity.code, show, u64::from(asked.offset), asked.limit.min(MOST) as usize)?;
    let cases = found.iter().map(|pair| line(conn, entity, pair, &words));
    Ok(CasesPage { total: total as f64, cases: cases.collect::<Result<_, _>>()? })
}

fn unknown() -> Failure {
    Failure::refused(Code::Usage, "error.arguments", "error.bug.hint")
}

fn line(conn: &Connection, entity: &'static Entity, pair: &PairInfo, words: &Words) -> Result<CaseLine, Failure> {
    let (left_who, left_source) = who_and_where(conn, entity.code, pair.record)?;
    let theirs = row_of(entity, &portal::person(conn, pair.person)?);
    let sure = sureness(pair.probability);
    Ok(CaseLine {
        pair: pair.id as f64,
        left: pair.record as f64,
        right: 0.0,
        left_who,
        right_who: say::who(entity, &theirs.values),
        left_source,
        right_source: words.text("matching.portal.source").to_owned(),
        sure: sure.to_owned(),
        sure_title: words.text(&format!("match.sure.{sure}")).to_owned(),
        percent: percent(pair.probability),
    })
}

/// A person of the portal in the shape of a record; its number is 0.
fn row_of(entity: &'static Entity, person: &Person) -> RecordRow {
    let said = &person.said.values;
    let value = |code: &str| said.iter().find(|(known, _)| known == code).map_or("", |(_, value)| value.as_str());
    RecordRow {
        id: 0,
        table: 0,
        row_index: 0,
        row: 0,
        part: 1,
        state: RecordState::Active,
        survivor: None,
        values: entity.fields.iter().map(|field| value(field.code).to_owned()).collect(),
        links: Vec::new(),
    }
}

/// A pair side by side: the record left, the portal right.
///
/// # Errors
///
/// Where there is no such pair.
pub(crate) fn case(session: &Session, pair: i64) -> Result<CaseView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let (code, pair) = portal::pair(conn, pair)?;
    let entity = known_entity(&code)?;
    let (ours, person) = (records::record(conn, entity, pair.record)?, portal::person(conn, pair.person)?);
    let theirs = row_of(entity, &person);
    let sure = sureness(pair.probability);
    let family = person.said.circle.iter().map(|(number, phone)| [number.as_str(), phone].join(" ").trim().to_owned());
    Ok(CaseView {
        pair: pair.id as f64,
        entity_title: say::entity(&words, entity.code),
        sure: sure.to_owned(),
        sure_title: words.text(&format!("match.sure.{sure}")).to_owned(),
        percent: percent(pair.probability),
        certain: pair.certain,
        gone: ours.state != RecordState::Active,
        left: side(conn, entity, &ours)?,
        right: CaseSide {
            record: 0.0,
            who: say::who(entity, &theirs.values),
            source: words.text("matching.portal.source").to_owned(),
            in_portal: true,
            stands_for: 0.0,
            family: family.collect(),
        },
        survivor: -1.0,
        survivor_why: String::new(),
        reasons: pair.evidence.iter().filter_map(|code| reason(code, &words)).collect(),
        fields: compared(entity, &ours, &theirs, &words),
        entity: code,
    })
}

/// The fields that the portal gave, or could have given, side by side.
fn compared(entity: &'static Entity, ours: &RecordRow, theirs: &RecordRow, words: &Words) -> Vec<CaseField> {
    let asked = targets::people_fields(entity);
    let fields = entity.fields.iter().filter(|field| asked.contains(&field.code));
    let side_by_side = fields.filter_map(|field| {
        let path = FieldPath::new(entity.code, 1, field.code);
        let [left, right] = [ours, theirs].map(|row| value_title(&path, row.value(entity, field.code), words));
        let state = state_of(&left, &right)?.to_owned();
        let title = say::field(words, entity.code, field.code);
        Some(CaseField { field: field.code.to_owned(), title, left, right, state })
    });
    side_by_side.collect()
}

/// Keeps what a person decided. Nothing changes here or at the portal: the next push goes by it.
///
/// # Errors
///
/// [`Code::Usage`] for a verdict that there is not, or where the record is another row's already; where the pair is
/// gone or the project cannot be written.
pub(crate) fn decide(session: &Session, asked: &CaseDecide) -> Result<(), Failure> {
    let verdict = Verdict::from_code(&asked.verdict).ok_or_else(unknown)?;
    let project = session.write(Permission::Cleanse)?;
    let conn = project.connection();
    let (code, pair) = portal::pair(conn, number(asked.pair)?)?;
    let target = portal::person(conn, pair.person)?.target;
    let ours = Keys::of(conn, &code).ok_or_else(unknown)?.record(pair.record)?;
    let decided = Decisions::read(conn, &code)?;
    let other = decided.rows(&ours).iter().any(|(row, said)| *said == Verdict::Same && *row != target);
    if verdict == Verdict::Same && other {
        return Err(Failure::refused(Code::Usage, "error.portal-row-taken", "error.portal-row-taken.hint"));
    }
    let theirs = [portal::key(&target)];
    let pair = Some(ShownPair::Portal(pair.id));
    let keys = [ours.as_slice(), theirs.as_slice()];
    matches::decide(conn, &Decided { entity: &code, verdict, keys, step: None, pair }, &act(&project))?;
    let args = [("verdict", verdict.code()), ("entity", code.as_str())];
    Ok(project.log("matching.portal-decided", &args, clock::now())?)
}

pub(crate) fn ask_page(app: &App, asked: CasesAsk) -> Result<CasesPage, Failure> {
    page(&*app.session()?, &asked)
}

pub(crate) fn ask_case(app: &App, asked: CaseRef) -> Result<CaseView, Failure> {
    case(&*app.session()?, number(asked.pair)?)
}

pub(crate) fn ask_decide(app: &App, asked: CaseDecide) -> Result<ChangeRecorded, Failure> {
    let session = app.session()?;
    decide(&session, &asked)?;
    let sentence = session.words().text(&format!("matching.portal.decided.{}", asked.verdict)).to_owned();
    Ok(recorded(None, 0, sentence))
}
