//! Going anywhere in the history: one step in the middle taken back, and other branches gone to.

use model::Watch;
use staging::Permission;
use staging::change_log::{self, Moved};

use super::{act, changed_by, log, title};
use crate::app::App;
use crate::dto::{JobStarted, StepRef};
use crate::error::Failure;
use crate::say;
use crate::session::Session;

/// Takes one step back and leaves what came after it. Gives its sentence and how many values changed.
///
/// # Errors
///
/// Where later steps depend on it; the sentence names them.
pub fn take_back(session: &Session, step: i64, watch: &dyn Watch) -> Result<(String, u64), Failure> {
    let project = session.write(Permission::Cleanse)?;
    let conn = project.connection();
    let sentence = title(&change_log::step(conn, step)?, &session.words());
    let revert = change_log::undo_step(conn, step, &act(&project), watch)?;
    let changed = changed_by(&project, Some(revert))?;
    log(&project, "history.undone", Some(step), changed)?;
    Ok((sentence, changed))
}

/// Brings the records to where they stood after `step` (0: before the first), on whatever branch it is.
///
/// # Errors
///
/// Where there is no such step, or the way leads over one that can no longer be undone.
pub fn go_to(session: &Session, step: i64, watch: &dyn Watch) -> Result<Moved, Failure> {
    let project = session.write(Permission::Cleanse)?;
    let moved = change_log::jump(project.connection(), step, watch)?;
    let steps = moved.undone.iter().chain(&moved.redone);
    log(&project, "history.gone", Some(step), steps.map(|step| step.changes).sum())?;
    Ok(moved)
}

pub(crate) fn ask_take_back(app: &App, asked: StepRef) -> Result<JobStarted, Failure> {
    app.start("undo", move |session, watch| {
        let (step, changed) = take_back(session, asked.step as i64, watch)?;
        let sentence = session.words().say("history.undone", &[("step", &step), ("count", &say::count(changed))]);
        Ok((sentence.clone(), super::recorded(None, changed, sentence)))
    })
}

pub(crate) fn ask_go(app: &App, asked: StepRef) -> Result<JobStarted, Failure> {
    app.start("redo", move |session, watch| {
        let moved = go_to(session, asked.step as i64, watch)?;
        let count = |steps: usize| say::count(steps as u64);
        let args = [("undone", count(moved.undone.len())), ("redone", count(moved.redone.len()))];
        let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let sentence = session.words().say("history.gone", &args);
        let changed = moved.undone.iter().chain(&moved.redone).map(|step| step.changes).sum();
        Ok((sentence.clone(), super::recorded(None, changed, sentence)))
    })
}
