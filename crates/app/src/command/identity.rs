//! The identity triangle of one record: who says what, what could be repaired, and taking one repair as one step.

use model::entities;
use pipeline::triangle::{Candidate, Known, Statement, Witness};
use staging::Permission;
use staging::change_log::{StepDraft, StepWriter};
use staging::landing::Said;
use staging::records::{self, RecordRow};

use super::cleanse::{act, changed_by, recorded};
use super::mapping::value_title;
use crate::app::App;
use crate::clock;
use crate::dto::{CandidateView, ChangeRecorded, IdentityAsk, IdentityTake, IdentityView, WitnessView};
use crate::error::{Code, Failure};
use crate::facts::Values;
use crate::say;
use crate::session::Session;

/// Checks whose findings the triangle belongs to.
const CHECKS: [&str; 2] = ["identity-triangle", "identity-number"];

/// Whether the triangle says more about a finding of this check.
pub(crate) fn concerns(check: &str) -> bool {
    CHECKS.contains(&check)
}

/// A record with the entity it is of, and the class its pupil sits in.
struct Person {
    entity: &'static model::Entity,
    row: RecordRow,
    level: (String, i32),
}

impl Person {
    fn read(conn: &staging::Connection, entity: &str, record: i64) -> Result<Self, Failure> {
        let unknown = || Failure::refused(Code::Usage, "error.arguments", "error.bug.hint");
        let entity = entities::find(entity).filter(|entity| entity.person.is_some()).ok_or_else(unknown)?;
        let row = records::record(conn, entity, record)?;
        let level = if entity.code == "students" { level(conn, record)? } else { Default::default() };
        Ok(Self { entity, row, level })
    }

    fn value(&self, field: &str) -> &str {
        self.row.value(self.entity, field)
    }

    /// What is known, given to `ask`.
    fn known<T>(&self, ask: impl FnOnce(&Known<'_>) -> T) -> T {
        let values = Values { entity: self.entity, values: &self.row.values };
        let known = Known::of(self.entity, &values, clock::today());
        ask(&Known { level: (&self.level.0, self.level.1), ..known })
    }
}

/// The year level of the pupil's class and its year; blank where there is none or more than one.
fn level(conn: &staging::Connection, student: i64) -> Result<(String, i32), Failure> {
    let levels = records::year_levels(conn, student)?;
    let [(level, year)] = levels.as_slice() else { return Ok(Default::default()) };
    let digits: String = year.chars().filter(char::is_ascii_digit).take(4).collect();
    let year = digits.parse().ok();
    Ok(year.map_or_else(Default::default, |year| (level.clone(), year)))
}

/// Who says what about a record, and what could be repaired.
///
/// # Errors
///
/// [`Code::Usage`] for a record of nobody, or those of the project file.
pub fn view(session: &Session, asked: &IdentityAsk) -> Result<IdentityView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let person = Person::read(reader.connection(), &asked.entity, asked.record as i64)?;
    let (says, candidates) = person.known(|known| (known.statements(), known.candidates()));
    let witness = |(witness, says): (Witness, Statement)| witness_view(witness, &says, &words);
    Ok(IdentityView {
        witnesses: says.into_iter().map(witness).collect(),
        candidates: candidates.into_iter().map(|candidate| candidate_view(&person, candidate, &words)).collect(),
    })
}

fn witness_view(witness: Witness, says: &Statement, words: &model::Words) -> WitnessView {
    let days = says.births.iter().map(|day| day.format("%d/%m/%Y").to_string());
    let years = says.years.iter().map(ToString::to_string);
    let gender = says.gender.map(|gender| words.text(&format!("code.gender.{gender}")).to_owned());
    WitnessView {
        witness: witness.code().to_owned(),
        title: words.text(&format!("witness.{}", witness.code())).to_owned(),
        birth: days.chain(years).collect::<Vec<_>>().join(" / "),
        gender: gender.unwrap_or_default(),
        place: says.place.unwrap_or_default().to_owned(),
    }
}

fn candidate_view(person: &Person, candidate: Candidate, words: &model::Words) -> CandidateView {
    let entity = person.entity.code;
    let path = model::FieldPath::new(entity, 1, candidate.field);
    let (gain, changed) = (candidate.gain.to_string(), candidate.changed.to_string());
    CandidateView {
        field: candidate.field.to_owned(),
        field_title: say::field(words, entity, candidate.field),
        before: value_title(&path, person.value(candidate.field), words),
        after: value_title(&path, &candidate.after, words),
        value: candidate.after,
        reason: words.say("identity.gain", &[("gain", &gain), ("changed", &changed)]),
    }
}

/// Takes one repair that the triangle offers: one step that can be undone.
///
/// # Errors
///
/// [`Code::Usage`] where the record changed and it is offered no more; then nothing was changed.
pub fn take(session: &Session, asked: &IdentityTake) -> Result<(Option<i64>, u64), Failure> {
    let project = session.write(Permission::EditRecords)?;
    let conn = project.connection();
    let person = Person::read(conn, &asked.entity, asked.record as i64)?;
    let fits = |offered: &Candidate| offered.field == asked.field && offered.after == asked.value;
    let offered = person.known(|known| known.candidates().into_iter().find(fits));
    let candidate =
        offered.ok_or_else(|| Failure::refused(Code::Usage, "error.no-candidate", "error.no-candidate.hint"))?;
    let label = Said { key: "step.identity".to_owned(), args: Vec::new() };
    let reason = Said { key: "fix.identity".to_owned(), args: vec![("gain".to_owned(), candidate.gain.to_string())] };
    let mut writer = StepWriter::begin(conn, &StepDraft { kind: "edit", label, rule: None, act: act(&project) })?;
    writer.put(person.entity.code, asked.record as i64, candidate.field, &candidate.after, Some(&reason))?;
    let step = writer.finish(&model::Silent)?;
    let changed = changed_by(&project, step)?;
    Ok((step, changed))
}

pub(crate) fn ask_view(app: &App, asked: IdentityAsk) -> Result<IdentityView, Failure> {
    view(&*app.session()?, &asked)
}

pub(crate) fn ask_take(app: &App, asked: IdentityTake) -> Result<ChangeRecorded, Failure> {
    let session = app.session()?;
    let (step, changed) = take(&session, &asked)?;
    let sentence = session.words().say("edit.done", &[("count", &say::count(changed))]);
    Ok(recorded(step, changed, sentence))
}
