//! Find and replace within a filter: what would change, and then the change as one step.

use std::collections::HashMap;

use model::{How, Operation, Replace, Watch};
use pipeline::cleanse::replace::{ReplaceError, Replacer};
use staging::change_log::{StepDraft, StepWriter};
use staging::facets::each_cell;
use staging::landing::Said;
use staging::page::Filter;
use staging::{Connection, Permission};

use super::values::{known_field, learn, merge_shared, said};
use super::{act, changed_by, log};
use crate::app::App;
use crate::command::grid;
use crate::dto::{JobStarted, ReplaceAsk, ReplaceSample, ReplaceView};
use crate::error::{Code, Failure};
use crate::session::Session;

/// Different values shown before and after.
const SAMPLES: usize = 100;

impl From<ReplaceError> for Failure {
    fn from(error: ReplaceError) -> Self {
        let (message, hint) = match &error {
            ReplaceError::FindsNothing => ("error.finds-nothing", "error.finds-nothing.hint"),
            ReplaceError::Nothing => ("error.nothing-to-find", "error.nothing-to-find.hint"),
            _ => ("error.bad-search", "error.bad-search.hint"),
        };
        let message = model::Message::new(message).with("cause", error);
        Self::Refused { code: Code::Usage, message, hint: model::Message::new(hint) }
    }
}

fn change_of(asked: &ReplaceAsk) -> Result<Replace, Failure> {
    let unknown = || Failure::refused(Code::Usage, "error.arguments", "error.bug.hint");
    Ok(Replace {
        find: asked.find.clone(),
        with: asked.with.clone(),
        how: How::from_code(&asked.how).ok_or_else(unknown)?,
        match_case: asked.match_case,
    })
}

/// The records that are meant.
fn filter(asked: &ReplaceAsk) -> Result<Filter, Failure> {
    let value = match asked.only_field.as_str() {
        "" => None,
        field => Some((known_field(&asked.entity, field)?.1.code.to_owned(), asked.only_value.clone())),
    };
    Ok(Filter { value, ..grid::filter_of(&asked.text, &asked.show) })
}

/// What would change: how many records, and each different value before and after.
///
/// # Errors
///
/// [`Code::Usage`] for a search that cannot be made.
pub fn preview(session: &Session, asked: &ReplaceAsk, watch: &dyn Watch) -> Result<ReplaceView, Failure> {
    let (entity, field) = known_field(&asked.entity, &asked.field)?;
    let search = Replacer::new(&change_of(asked)?)?;
    let reader = {
        let project = session.write(Permission::Cleanse)?;
        Session::own_reader(&project)?
    };
    let conn: &Connection = reader.connection();
    let (mut records, mut known) = (0u64, HashMap::<String, (String, u64)>::new());
    each_cell::<Failure>(conn, entity.code, field.code, &filter(asked)?, watch, &mut |_, value| {
        if let Some((_, count)) = known.get_mut(value) {
            (records, *count) = (records + 1, *count + 1);
        } else if let Some(after) = search.replace(value) {
            records += 1;
            known.insert(value.to_owned(), (after, 1));
        }
        Ok(())
    })?;
    let distinct = known.len() as f64;
    let sample =
        |(before, (after, count)): (String, (String, u64))| ReplaceSample { before, after, records: count as f64 };
    let mut samples: Vec<ReplaceSample> = known.into_iter().map(sample).collect();
    samples.sort_by(|one, other| other.records.total_cmp(&one.records).then_with(|| one.before.cmp(&other.before)));
    samples.truncate(SAMPLES);
    Ok(ReplaceView { records: records as f64, distinct, samples })
}

/// Replaces; one step.
///
/// # Errors
///
/// As [`preview`]; then nothing was written.
pub fn apply(session: &Session, asked: &ReplaceAsk, watch: &dyn Watch) -> Result<(Option<i64>, u64), Failure> {
    let (entity, field) = known_field(&asked.entity, &asked.field)?;
    let change = change_of(asked)?;
    let search = Replacer::new(&change)?;
    let project = session.write(Permission::Cleanse)?;
    let conn = project.connection();
    let args = vec![("find".to_owned(), change.find.clone()), ("with".to_owned(), change.with.clone())];
    let label = Said { key: "step.replace".to_owned(), args };
    let mut writer = StepWriter::begin(conn, &StepDraft { kind: "replace", label, rule: None, act: act(&project) })?;
    let mut learnt = Vec::new();
    let filter = filter(asked)?;
    let everywhere = filter == Filter::default();
    each_cell::<Failure>(conn, entity.code, field.code, &filter, watch, &mut |record, value| {
        let Some(after) = search.replace(value) else { return Ok(()) };
        writer.put(entity.code, record, field.code, &after, None)?;
        if change.how == How::Cell && learnt.is_empty() && everywhere {
            learnt.push((value.trim().to_owned(), after));
        }
        Ok(())
    })?;
    merge_shared(&mut writer, entity, field, watch)?;
    // Within a filter the change was meant for these records; elsewhere nobody knows which they are.
    if everywhere {
        let (entity, field) = (entity.code.to_owned(), field.code.to_owned());
        writer.repeatable(&[Operation::Replace { entity, field, change }])?;
    }
    let step = writer.finish(watch)?;
    let changed = changed_by(&project, step)?;
    learn(&project, entity.code, field.code, &learnt)?;
    log(&project, "cleanse.applied", step, changed)?;
    Ok((step, changed))
}

pub(crate) fn ask_preview(app: &App, asked: ReplaceAsk) -> Result<JobStarted, Failure> {
    app.start("replace-preview", move |session, watch| {
        let view = preview(session, &asked, watch)?;
        let sentence = session.words().say("replace.found", &[("count", &crate::say::count(view.records as u64))]);
        Ok((sentence, view))
    })
}

pub(crate) fn ask_apply(app: &App, asked: ReplaceAsk) -> Result<JobStarted, Failure> {
    app.start("replace", move |session, watch| {
        let (step, changed) = apply(session, &asked, watch)?;
        Ok(said(session, step, changed))
    })
}
