//! What a push would do, page by page: records by outcome, differing values side by side; and what a person says
//! about them: one decision a value, one policy an entity.

use std::collections::BTreeMap;

use model::Words;
use staging::plan::{self, PlanChange, PlanRow, Wanted};
use staging::{Connection, Permission, policies as kept_policies, records};
use targets::{Policies, Policy};

use super::{record_of, views};
use crate::app::App;
use crate::clock;
use crate::command::cleanse::{act, field_title, who_and_where};
use crate::dto::{Nothing, PlanAsk, PlanDecide, PlanLine, PlanPage, PlanValue, PoliciesView, PolicySet, PolicyView};
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

/// Most lines of a page.
const MOST: usize = 200;

fn unknown() -> Failure {
    Failure::refused(Code::Usage, "error.policy-form", "error.policy-form.hint")
}

/// The policies of a push: those of the settings, and over them those of `asked`, where `*` stands for all.
///
/// # Errors
///
/// [`Code::Usage`] for an entity or policy that does not exist; those of the project file.
pub(crate) fn policies(conn: &Connection, asked: &[(String, String)]) -> Result<Policies, Failure> {
    let mut policies = Policies::default();
    for (entity, word) in kept_policies::read(conn)?.iter().chain(asked) {
        let policy = Policy::from_code(word).ok_or_else(unknown)?;
        let meant: Vec<&str> = match entity.as_str() {
            "*" => model::entities::ALL.iter().map(|entity| entity.code).collect(),
            code => vec![model::entities::find(code).ok_or_else(unknown)?.code],
        };
        meant.into_iter().for_each(|code| policies.set(code, policy));
    }
    Ok(policies)
}

/// The policies as they are kept with a push: all entities that are not simply updated.
pub(crate) fn policy_pairs(policies: &Policies) -> Vec<(String, String)> {
    let other = policies.iter().filter(|(_, policy)| *policy != Policy::default());
    other.map(|(entity, policy)| (entity.to_owned(), policy.code().to_owned())).collect()
}

/// A page of the plan of the last rehearsal.
///
/// # Errors
///
/// Those of the project file.
pub fn page(session: &Session, asked: &PlanAsk) -> Result<PlanPage, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewHistory)?;
    let conn = reader.connection();
    let Some(batch) = plan::of(conn)? else { return Ok(PlanPage::default()) };
    let limit = MOST.min(asked.limit as usize);
    let (lines, kept, total) = if matches!(asked.outcome.as_str(), "updated" | "asks" | "kept") {
        changed(conn, asked, limit, &words)?
    } else {
        let (rows, kept) = plan::rows(conn, &asked.outcome, &asked.entity, u64::from(asked.offset), limit)?;
        let rejects = reasons(conn, &batch, asked)?;
        let lines = rows.iter().map(|row| plain(conn, row, &rejects, &words)).collect::<Result<_, _>>()?;
        (lines, kept, total(conn, &batch, asked)?)
    };
    Ok(PlanPage { batch, lines, kept: kept as f64, total: total as f64, undecided: plan::undecided(conn)? as f64 })
}

/// How many records there are really: more than a plan keeps, where there are very many.
fn total(conn: &Connection, batch: &str, asked: &PlanAsk) -> Result<u64, Failure> {
    let document = views::push_document(&staging::receipts::batch(conn, batch)?);
    let entities = document.entities.iter().filter(|one| asked.entity.is_empty() || one.entity == asked.entity);
    let count = |one: &super::documents::OutcomeDoc| match asked.outcome.as_str() {
        "inserted" => one.inserted,
        "unchanged" => one.unchanged,
        _ => one.rejected,
    };
    Ok(entities.map(count).sum())
}

/// Why records were refused, by entity, entity of the record, and number.
type Reasons = BTreeMap<(String, String, i64), String>;

fn reasons(conn: &Connection, batch: &str, asked: &PlanAsk) -> Result<Reasons, Failure> {
    if asked.outcome != "rejected" {
        return Ok(Reasons::new());
    }
    let document = views::push_document(&staging::receipts::batch(conn, batch)?);
    let reason = |reject: super::documents::RejectDoc| {
        let of = reject.of().to_owned();
        ((reject.entity, of, reject.record), reject.reason)
    };
    Ok(document.rejects.into_iter().map(reason).collect())
}

fn plain(conn: &Connection, row: &PlanRow, reasons: &Reasons, words: &Words) -> Result<PlanLine, Failure> {
    let (entity, record) = record_of(&row.entity, row.record);
    let why = reasons.get(&(row.entity.clone(), entity.clone(), record)).cloned().unwrap_or_default();
    line(conn, &row.entity, (&entity, record), words).map(|line| PlanLine { why, ..line })
}

/// What tells the many records of one pupil apart: the day, the subject, the surah.
const APART: [&str; 5] = ["attendance_date", "subject", "surah_number", "invoice_date", "payment_date"];

fn apart(conn: &Connection, code: &str, record: i64, words: &Words) -> Result<String, Failure> {
    let Some(entity) = model::entities::find(code) else { return Ok(String::new()) };
    let Some(field) = APART.iter().find(|field| entity.position(field).is_some()) else { return Ok(String::new()) };
    let row = records::record(conn, entity, record)?;
    Ok(say::period(words, row.value(entity, field)))
}

fn line(conn: &Connection, shown: &str, (entity, record): (&str, i64), words: &Words) -> Result<PlanLine, Failure> {
    let (who, place) = who_and_where(conn, entity, record)?;
    let apart = apart(conn, entity, record, words)?;
    let who = if apart.is_empty() { who } else { format!("{who} · {apart}") };
    let entity_title = say::entity(words, shown);
    let (entity, record) = (shown.to_owned(), record as f64);
    Ok(PlanLine { entity, entity_title, record, who, place, ..PlanLine::default() })
}

fn changed(
    conn: &Connection,
    asked: &PlanAsk,
    limit: usize,
    words: &Words,
) -> Result<(Vec<PlanLine>, u64, u64), Failure> {
    let effect = if asked.outcome == "updated" { "written" } else { asked.outcome.as_str() };
    let wanted = Wanted { entity: asked.entity.clone(), effect: effect.to_owned() };
    let (changes, kept) = plan::changes(conn, &wanted, u64::from(asked.offset), limit)?;
    let lines = changes.iter().map(|change| {
        let (entity, record) = record_of(&change.entity, change.record);
        let line = line(conn, &change.entity, (&entity, record), words)?;
        Ok(PlanLine { value: Some(value(conn, change, words)?), ..line })
    });
    Ok((lines.collect::<Result<_, Failure>>()?, kept, plan::total(conn, &wanted)?))
}

fn value(conn: &Connection, change: &PlanChange, words: &Words) -> Result<PlanValue, Failure> {
    Ok(PlanValue {
        id: change.id as f64,
        field_title: field_title(&change.entity, &change.field, words),
        old: shown(conn, change, change.old.as_deref().unwrap_or_default(), words)?,
        new: shown(conn, change, &change.new, words)?,
        effect: change.effect.clone(),
        decided: change.decided,
    })
}

/// A reference is shown by whom it leads to; a row that is not of this project by words.
fn shown(conn: &Connection, change: &PlanChange, text: &str, words: &Words) -> Result<String, Failure> {
    let entity = model::entities::find(&change.entity);
    let kind = entity.and_then(|entity| entity.field(&change.field)).map(|field| field.kind);
    let to = match kind {
        Some(model::FieldKind::Reference(reference)) => reference.entity,
        _ if change.field == "user" => "users",
        _ => return Ok(text.to_owned()),
    };
    let Some(number) = text.strip_prefix('#').and_then(|number| number.parse().ok()) else {
        return Ok(if text.is_empty() { String::new() } else { words.text("plan.other-row").to_owned() });
    };
    let (entity, record) = record_of(to, number);
    Ok(who_and_where(conn, &entity, record)?.0)
}

/// Decides about differences of the plan.
///
/// # Errors
///
/// [`Code::NotAllowed`] for whoever may not push; those of the project file.
pub fn decide(session: &Session, asked: &PlanDecide) -> Result<u64, Failure> {
    let project = session.write(Permission::Push)?;
    let ids: Vec<i64> = asked.ids.iter().map(|id| *id as i64).collect();
    let changed = plan::decide(project.connection(), &ids, &asked.entity, asked.take, &act(&project))?;
    let (count, take) = (changed.to_string(), if asked.take { "yes" } else { "no" });
    project.log("push.decided", &[("count", &count), ("take", take)], clock::now())?;
    Ok(changed)
}

fn policies_view(session: &Session) -> Result<PoliciesView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewHistory)?;
    let policies = policies(reader.connection(), &[])?;
    let view = |entity: &&model::Entity| PolicyView {
        entity: entity.code.to_owned(),
        title: say::entity(&words, entity.code),
        policy: policies.of(entity.code).code().to_owned(),
    };
    Ok(PoliciesView { entities: model::entities::ALL.iter().map(view).collect() })
}

pub(crate) fn ask_page(app: &App, asked: PlanAsk) -> Result<PlanPage, Failure> {
    page(&*app.session()?, &asked)
}

pub(crate) fn ask_decide(app: &App, asked: PlanDecide) -> Result<Nothing, Failure> {
    decide(&*app.session()?, &asked).map(|_| Nothing {})
}

pub(crate) fn ask_policies(app: &App, _: Nothing) -> Result<PoliciesView, Failure> {
    policies_view(&*app.session()?)
}

pub(crate) fn ask_set_policy(app: &App, asked: PolicySet) -> Result<PoliciesView, Failure> {
    let session = app.session()?;
    let policy = Policy::from_code(&asked.policy).ok_or_else(unknown)?;
    let entity = model::entities::find(&asked.entity).ok_or_else(unknown)?;
    {
        let project = session.write(Permission::ManageSettings)?;
        kept_policies::write(&project, entity.code, policy.code(), clock::now())?;
    }
    policies_view(&session)
}
