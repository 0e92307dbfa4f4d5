//! What can be put right: proposals of the rules, applying them, and going back and forth in the history.

pub mod history;
mod made;
mod pass;
pub mod recipe;
pub mod replace;
#[cfg(test)]
mod tests;
pub mod values;

use model::{Applicability, Cx, FieldKind, FieldPath, Fix, Message, Operation, Rule, Watch, Words};
use staging::change_log::{self, Act, RowStepWriter, Standing, StepDraft, StepInfo, StepWriter};
use staging::landing::Said;
use staging::proposals::{self, Proposal, ProposalWriter};
use staging::records::{self, RecordRow};
use staging::{Permission, Project};

use self::made::{Cleansed, Keeper, Proposals};
use self::pass::Asked;
use super::mapping::value_title;
use super::matching;
use super::validate::live::Live;
use crate::app::App;
use crate::clock;
use crate::dto::{
    AlsoView, ChangeRecorded, CleanseApply, CleanseView, FixView, FixesAsk, FixesPage, HistoryStep, HistoryView,
    JobStarted, Nothing, Page, RuleView, StepSample,
};
use crate::error::{Code, Failure};
use crate::facts::{FactsBook, Values};
use crate::say;
use crate::session::Session;

/// Rules may speak one after the other about a value; three rounds end it.
const ROUNDS: usize = 3;
/// Changed values shown of a step.
const STEP_SAMPLES: usize = 3;

fn propose(cx: &Cx<'_>, value: &str) -> Option<(&'static Rule, Fix)> {
    if value.is_empty() || matches!(cx.field.kind, FieldKind::Reference(_)) {
        return None;
    }
    pipeline::cleanse::propose(cx, value)
}

pub(crate) fn total_active(conn: &staging::Connection) -> Result<u64, Failure> {
    Ok(records::stage_counts(conn)?.entities.iter().map(|entity| entity.active).sum())
}

/// The value in the form that the safe rules give it, as a field of such a record.
pub(crate) fn safe_form(
    conn: &staging::Connection,
    entity: &'static model::Entity,
    row: &RecordRow,
    field: &'static model::Field,
    value: &str,
) -> Result<String, Failure> {
    let mut book = FactsBook::default();
    let facts = book.of(conn, entity, row)?;
    let Some(column) = entity.position(field.code).and_then(|at| facts.get(at)) else { return Ok(value.to_owned()) };
    let values = Values { entity, values: &row.values };
    let cx = Cx { today: clock::today(), entity, field, column, record: &values };
    let mut settled = value.to_owned();
    for _ in 0..ROUNDS {
        match propose(&cx, &settled) {
            Some((_, fix)) if fix.applicability == Applicability::Safe => settled = fix.after,
            _ => break,
        }
    }
    Ok(settled)
}

/// Lets the rules propose, without changing anything.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn propose_all(session: &Session, watch: &dyn Watch) -> Result<(), Failure> {
    let project = session.write(Permission::Cleanse)?;
    let mut writer = ProposalWriter::begin(project.connection())?;
    let mut keeper = Keeper::default();
    let mut all = |asked: &Asked<'_>, made: &mut Proposals| {
        asked.each(&mut |cx, value, rule, fix| keeper.take(made, asked.record, cx.field.code, value, (rule, fix)));
    };
    pass::each_record(&project, watch, Proposals::of, &mut all, &mut |made| made.write(&mut writer))?;
    Ok(writer.finish()?)
}

/// Which fixes to apply.
#[derive(Clone, Copy, Debug)]
pub struct Which<'a> {
    /// Only those of this rule; all rules for `None`.
    pub rule: Option<&'a str>,
    /// Those at least as sure as this.
    pub least: Applicability,
}

impl Which<'_> {
    fn takes(&self, rule: &Rule, fix: &Fix) -> bool {
        fix.applicability <= self.least && self.rule.is_none_or(|code| code == rule.code)
    }
}

/// What came of applying fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The step; `None` where nothing changed.
    pub step: Option<i64>,
    /// Values that changed.
    pub changed: u64,
    /// Records that another stands for now; each entity's is a step of its own.
    pub merged: u64,
    /// Whether the proposals of the project are already those that are left.
    pub proposed: bool,
}

/// Applies fixes as one step that can be undone, and merges what is then certainly the same.
///
/// # Errors
///
/// Where the project cannot be written; then nothing was.
pub fn apply(session: &Session, which: Which<'_>, watch: &dyn Watch) -> Result<Applied, Failure> {
    let project = session.write(Permission::Cleanse)?;
    let label = match which.rule {
        Some(rule) => Said { key: format!("rule.{rule}"), args: Vec::new() },
        None => Said { key: format!("step.rules.{}", which.least.code()), args: Vec::new() },
    };
    let draft = StepDraft { kind: "rule", label, rule: which.rule, act: act(&project) };
    let mut writer = RowStepWriter::begin(project.connection(), &draft)?;
    let (mut keeper, mut left) = (Keeper::default(), Vec::new());
    let mut speak = |asked: &Asked<'_>, made: &mut Cleansed| made.take(asked, which, &mut keeper);
    pass::each_record(&project, watch, Cleansed::of, &mut speak, &mut |made| {
        left.push(made.left);
        Ok(writer.put(&made.changes)?)
    })?;
    let (rule, least) = (which.rule.map(str::to_owned), which.least.code().to_owned());
    writer.repeatable(&[Operation::Rules { rule, least }])?;
    let step = writer.finish(watch)?;
    let changed = changed_by(&project, step)?;
    let merged = if which.rule.is_none() { matching::merge_certain(&project, watch)? } else { Vec::new() };
    let merged = merged.iter().map(|(_, merged)| merged.merged).sum();
    // Who was merged has nothing proposed any more, and who stands for them may have got more values.
    let proposed = merged == 0;
    if proposed {
        let mut writer = ProposalWriter::begin(project.connection())?;
        left.iter().try_for_each(|left| left.write(&mut writer))?;
        writer.finish()?;
    }
    log(&project, "cleanse.applied", step, changed)?;
    Ok(Applied { step, changed, merged, proposed })
}

/// Applies fixes as [`apply`] does; what the rules propose then is there too.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn apply_and_propose(session: &Session, which: Which<'_>, watch: &dyn Watch) -> Result<Applied, Failure> {
    let done = apply(session, which, watch)?;
    if !done.proposed {
        propose_all(session, watch)?;
    }
    Ok(Applied { proposed: true, ..done })
}

/// The fix once no accepted rule has anything more to say: the last value and reason, and all that is filled with it.
fn settled(cx: &Cx<'_>, fix: Fix, which: Which<'_>) -> Fix {
    let mut last = fix;
    for _ in 1..ROUNDS {
        match propose(cx, &last.after) {
            Some((rule, mut fix)) if which.takes(rule, &fix) => {
                fix.also.append(&mut last.also);
                last = fix;
            }
            _ => break,
        }
    }
    last
}

/// What `value` becomes by the rules that `which` accepts; `None` where they leave it as it is.
fn put_right(cx: &Cx<'_>, value: &str, which: Which<'_>) -> Option<Fix> {
    let (rule, fix) = propose(cx, value)?;
    which.takes(rule, &fix).then(|| settled(cx, fix, which))
}

/// Applies single fixes that a person chose from the list. One whose value changed since is left alone.
///
/// # Errors
///
/// Where the project cannot be written; then nothing was.
pub fn apply_chosen(session: &Session, fixes: &[i64], watch: &dyn Watch) -> Result<(Option<i64>, u64), Failure> {
    let project = session.write(Permission::Cleanse)?;
    let live = Live::watch(session)?;
    let conn = project.connection();
    let label = Said { key: "step.fixes".to_owned(), args: vec![("count".to_owned(), fixes.len().to_string())] };
    let mut writer = StepWriter::begin(conn, &StepDraft { kind: "rule", label, rule: None, act: act(&project) })?;
    for id in fixes {
        if let Some(proposal) = proposals::find(conn, *id)?.filter(|proposal| still_stands(conn, proposal)) {
            let Proposal { entity, record, reason, .. } = &proposal;
            writer.put(entity, *record, &proposal.field, &proposal.after, Some(reason))?;
            for (field, value) in &proposal.also {
                writer.put(entity, *record, field, value, Some(reason))?;
            }
        }
    }
    let step = writer.finish(watch)?;
    Live::follow(live, &project);
    let changed = changed_by(&project, step)?;
    log(&project, "cleanse.applied", step, changed)?;
    Ok((step, changed))
}

fn still_stands(conn: &staging::Connection, proposal: &Proposal) -> bool {
    let Some(entity) = model::entities::find(&proposal.entity) else { return false };
    records::record(conn, entity, proposal.record).is_ok_and(|row| {
        let free = |(field, _): &(String, String)| row.value(entity, field).is_empty();
        row.value(entity, &proposal.field) == proposal.before && proposal.also.iter().all(free)
    })
}

pub(crate) fn act(project: &Project) -> Act<'_> {
    Act { user: &project.user().name, at: clock::now() }
}

pub(crate) fn changed_by(project: &Project, step: Option<i64>) -> Result<u64, Failure> {
    step.map_or(Ok(0), |step| Ok(change_log::step(project.connection(), step)?.changes))
}

fn log(project: &Project, action: &str, step: Option<i64>, changed: u64) -> Result<(), Failure> {
    let (step, changed) = (step.unwrap_or_default().to_string(), changed.to_string());
    Ok(project.log(action, &[("step", &step), ("changed", &changed)], clock::now())?)
}

/// The proposals as last made.
///
/// # Errors
///
/// Those of the project file.
pub fn view(session: &Session) -> Result<CleanseView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let counts = proposals::counts(conn)?;
    let sum = |rule: Option<&str>, wanted: Applicability| -> f64 {
        let fitting =
            counts.iter().filter(|count| count.applicability == wanted && rule.is_none_or(|rule| rule == count.rule));
        fitting.map(|count| count.proposed).sum::<u64>() as f64
    };
    let with_something =
        pipeline::cleanse::rules::ALL.into_iter().filter(|rule| counts.iter().any(|count| count.rule == rule.code));
    Ok(CleanseView {
        rules: with_something
            .map(|rule| RuleView {
                rule: rule.code.to_owned(),
                title: words.text(&format!("rule.{}", rule.code)).to_owned(),
                help: help(rule.code, &words),
                safe: sum(Some(rule.code), Applicability::Safe),
                review: sum(Some(rule.code), Applicability::Review),
                manual: sum(Some(rule.code), Applicability::Manual),
            })
            .collect(),
        safe: sum(None, Applicability::Safe),
        review: sum(None, Applicability::Review),
        manual: sum(None, Applicability::Manual),
        stale: proposals::stale(conn)?.unwrap_or(true),
    })
}

/// The help page of a rule; the fields of its examples are said in words.
fn help(rule: &str, words: &Words) -> String {
    let said = |line: &str| {
        let (cell, rest) = line.strip_prefix('|')?.split_once('|')?;
        let path = FieldPath::parse(cell.trim())?;
        let field = words.text(&format!("field.{}.{}", path.entity, path.field)).to_owned();
        Some(format!("| {}: {field} |{rest}", say::entity(words, &path.entity)))
    };
    let page = pipeline::cleanse::help(rule, words.lang());
    page.lines().map(|line| said(line).unwrap_or_else(|| line.to_owned())).collect::<Vec<_>>().join("\n")
}

/// Some of the fixes of one rule.
///
/// # Errors
///
/// Those of the project file.
pub fn fixes(session: &Session, asked: &FixesAsk) -> Result<FixesPage, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let only = Applicability::from_code(&asked.applicability);
    let of_rule = |count: &&proposals::ProposalCount| {
        count.rule == asked.rule && only.is_none_or(|only| only == count.applicability)
    };
    let total: u64 = proposals::counts(conn)?.iter().filter(of_rule).map(|count| count.proposed).sum();
    let page = proposals::page(conn, &asked.rule, only, u64::from(asked.offset), asked.limit.min(500) as usize)?;
    let fixes = page.into_iter().map(|proposal| fix_view(conn, proposal, &words)).collect::<Result<_, _>>()?;
    Ok(FixesPage { total: total as f64, fixes })
}

fn fix_view(conn: &staging::Connection, proposal: Proposal, words: &Words) -> Result<FixView, Failure> {
    let (who, source) = who_and_where(conn, &proposal.entity, proposal.record)?;
    let shown = |value: &str| {
        let path = FieldPath::new(&proposal.entity, 1, &proposal.field);
        value_title(&path, value, words)
    };
    let also = proposal.also.iter().map(|(field, value)| AlsoView {
        field_title: say::field(words, &proposal.entity, field),
        after: value.clone(),
    });
    Ok(FixView {
        also: also.collect(),
        fix: proposal.id as f64,
        entity_title: say::entity(words, &proposal.entity),
        record: proposal.record as f64,
        field_title: say::field(words, &proposal.entity, &proposal.field),
        after: shown(&proposal.after),
        applicability: proposal.applicability.code().to_owned(),
        reason: proposal.reason.say(words),
        before: shown(&proposal.before),
        entity: proposal.entity,
        field: proposal.field,
        who,
        source,
    })
}

/// What a person knows a record by, and its file and row.
pub(crate) fn who_and_where(
    conn: &staging::Connection,
    entity: &str,
    record: i64,
) -> Result<(String, String), Failure> {
    let Some(entity) = model::entities::find(entity) else { return Ok(Default::default()) };
    let row = records::record(conn, entity, record)?;
    let table = staging::landing::table(conn, row.table)?;
    let whole = table.name.is_empty() || table.file.starts_with(&table.name);
    let sheet = if whole { String::new() } else { format!(" · {}", table.name) };
    Ok((who(conn, entity, &row)?, format!("{}{sheet} · {}", table.file, row.row)))
}

/// A record that has no name of its own, such as a place in a class, is known by the pupil it is about.
fn who(conn: &staging::Connection, entity: &'static model::Entity, row: &RecordRow) -> Result<String, Failure> {
    let pupil = entity.position("student").and_then(|at| row.links.get(at).copied().flatten());
    match (pupil, model::entities::find("students")) {
        (Some(id), Some(students)) => Ok(say::who(students, &records::record(conn, students, id)?.values)),
        _ => Ok(say::who(entity, &row.values)),
    }
}

/// The history of changes, the newest first.
///
/// # Errors
///
/// Those of the project file.
pub fn history(session: &Session, asked: &Page) -> Result<HistoryView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewHistory)?;
    let conn = reader.connection();
    let history = change_log::history(conn, u64::from(asked.offset), asked.limit.min(200) as usize)?;
    let undo = if history.head == change_log::ROOT { None } else { Some(change_log::step(conn, history.head)?) };
    let redo = change_log::next(conn)?;
    let steps = history
        .steps
        .into_iter()
        .map(|(step, standing)| history_step(conn, step, standing, &words))
        .collect::<Result<_, _>>()?;
    Ok(HistoryView {
        head: history.head as f64,
        total: history.total as f64,
        steps,
        can_undo: undo.as_ref().is_some_and(|step| !step.sealed),
        can_redo: redo.is_some(),
        undo_title: undo.map(|step| title(&step, &words)).unwrap_or_default(),
        redo_title: redo.map(|step| title(&step, &words)).unwrap_or_default(),
    })
}

/// A step's sentence.
pub(crate) fn title(step: &StepInfo, words: &Words) -> String {
    say::said(&step.label, words)
}

fn history_step(
    conn: &staging::Connection,
    step: StepInfo,
    standing: Standing,
    words: &Words,
) -> Result<HistoryStep, Failure> {
    let samples = change_log::samples(conn, step.id, STEP_SAMPLES)?;
    let sample = |sample: change_log::StepSample| StepSample {
        field_title: field_title(&sample.entity, &sample.field, words),
        before: said_value(&sample.entity, &sample.field, &sample.before, words),
        after: said_value(&sample.entity, &sample.field, &sample.after, words),
    };
    Ok(HistoryStep {
        step: step.id as f64,
        at: clock::shown(&step.at),
        user: step.user.clone(),
        title: title(&step, words),
        changes: step.changes as f64,
        state: match standing {
            Standing::Applied => "done",
            Standing::Undone => "undone",
            Standing::Branch => "branch",
        }
        .to_owned(),
        parent: step.parent as f64,
        sealed: step.sealed,
        samples: samples.into_iter().map(sample).collect(),
    })
}

/// A value in the user's words; what becomes of a record is kept as a number.
fn said_value(entity: &str, field: &str, value: &str, words: &Words) -> String {
    if field == "record_state" && matches!(value, "0" | "1" | "2") {
        return words.text(&format!("record-state.{value}")).to_owned();
    }
    value_title(&FieldPath::new(entity, 1, field), value, words)
}

/// A field's name; bookkeeping fields of the change log have names of their own.
pub(crate) fn field_title(entity: &str, field: &str, words: &Words) -> String {
    let known = model::entities::find(entity).and_then(|entity| entity.field(field));
    match known {
        Some(_) => say::field(words, entity, field),
        None => words.text(&format!("pseudo.{}", field.strip_suffix("_id").map_or(field, |_| "link"))).to_owned(),
    }
}

/// Refuses more steps than can be taken back, before any of them is.
///
/// # Errors
///
/// [`Code::Refused`] with how many can be; none are told by [`travel`] itself.
pub fn must_have_steps(session: &Session, wished: u64) -> Result<(), Failure> {
    let can = change_log::undoable(session.read(Permission::ViewHistory)?.connection())?;
    if can == 0 || wished <= can {
        return Ok(());
    }
    Err(Failure::Refused {
        code: Code::Refused,
        message: Message::new("error.undo-fewer").with("count", can).with("wished", wished),
        hint: Message::new("error.undo-fewer.hint"),
    })
}

/// Takes the last step back, or does it again. Gives the step's sentence and how many values changed.
///
/// # Errors
///
/// Where there is nothing to undo or redo.
pub fn travel(session: &Session, back: bool, watch: &dyn Watch) -> Result<(String, u64), Failure> {
    let project = session.write(Permission::Cleanse)?;
    let live = Live::watch(session)?;
    let conn = project.connection();
    let moved = if back { change_log::undo(conn, watch)? } else { change_log::redo(conn, watch)? };
    Live::follow(live, &project);
    let step = moved.undone.first().or(moved.redone.first());
    let words = session.words();
    let said = step.map(|step| (title(step, &words), step.changes)).unwrap_or_default();
    let action = if back { "history.undone" } else { "history.redone" };
    log(&project, action, step.map(|step| step.id), said.1)?;
    Ok(said)
}

pub(crate) fn ask_view(app: &App, _: Nothing) -> Result<CleanseView, Failure> {
    view(&*app.session()?)
}

pub(crate) fn ask_propose(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.start("cleanse", |session, watch| {
        propose_all(session, watch)?;
        let view = view(session)?;
        let all = view.safe + view.review + view.manual;
        Ok((session.words().say("cleanse.proposed", &[("count", &say::count(all as u64))]), view))
    })
}

pub(crate) fn ask_fixes(app: &App, asked: FixesAsk) -> Result<FixesPage, Failure> {
    fixes(&*app.session()?, &asked)
}

pub(crate) fn ask_apply(app: &App, asked: CleanseApply) -> Result<JobStarted, Failure> {
    app.start("cleanse-apply", move |session, watch| {
        let done = if asked.fixes.is_empty() {
            let unknown = || Failure::refused(Code::Usage, "error.arguments", "error.bug.hint");
            let least = Applicability::from_code(&asked.applicability).ok_or_else(unknown)?;
            let rule = Some(asked.rule.as_str()).filter(|rule| !rule.is_empty());
            apply_and_propose(session, Which { rule, least }, watch)?
        } else {
            let fixes: Vec<i64> = asked.fixes.iter().map(|fix| *fix as i64).collect();
            let (step, changed) = apply_chosen(session, &fixes, watch)?;
            propose_all(session, watch)?;
            Applied { step, changed, merged: 0, proposed: true }
        };
        let sentence = applied_sentence(&done, &session.words());
        Ok((sentence.clone(), recorded(done.step, done.changed, sentence)))
    })
}

/// What applying fixes did, in words.
#[must_use]
pub fn applied_sentence(done: &Applied, words: &Words) -> String {
    let key = match (done.changed, done.merged) {
        (0, 0) => "cleanse.applied.none",
        (_, 0) => "cleanse.applied",
        _ => "cleanse.applied.merged",
    };
    words.say(key, &[("count", &say::count(done.changed)), ("merged", &say::count(done.merged))])
}

pub(crate) fn recorded(step: Option<i64>, changed: u64, sentence: String) -> ChangeRecorded {
    ChangeRecorded { step: step.unwrap_or_default() as f64, changed: changed as f64, sentence }
}

pub(crate) fn ask_history(app: &App, asked: Page) -> Result<HistoryView, Failure> {
    history(&*app.session()?, &asked)
}

pub(crate) fn ask_undo(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.start("undo", |session, watch| travelled(session, true, watch))
}

pub(crate) fn ask_redo(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.start("redo", |session, watch| travelled(session, false, watch))
}

fn travelled(session: &Session, back: bool, watch: &dyn Watch) -> Result<(String, ChangeRecorded), Failure> {
    let (step, changed) = travel(session, back, watch)?;
    let key = if back { "history.undone" } else { "history.redone" };
    let sentence = session.words().say(key, &[("step", &step), ("count", &say::count(changed))]);
    Ok((sentence.clone(), recorded(None, changed, sentence)))
}
