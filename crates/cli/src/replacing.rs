//! Find and replace in one column, within a filter.

use app::command::cleanse::replace;
use app::dto::{ReplaceAsk, ReplaceView};
use app::{Code, Failure};
use serde_json::json;

use crate::args::ReplaceWish;
use crate::outcome::Outcome;
use crate::run::{Desk, Done};

/// What the window would ask for.
fn asked(wish: &ReplaceWish) -> Result<ReplaceAsk, Failure> {
    let unfit = || Failure::refused(Code::Usage, "error.field-form", "error.field-form.hint");
    let (entity, field) = wish.column.split_once('.').ok_or_else(unfit)?;
    let only = match &wish.only {
        Some(only) => only.split_once('=').ok_or_else(unfit)?,
        None => ("", ""),
    };
    Ok(ReplaceAsk {
        entity: entity.to_owned(),
        field: field.to_owned(),
        find: wish.find.clone(),
        with: wish.with.clone(),
        how: wish.how.clone(),
        match_case: wish.match_case,
        text: wish.containing.clone().unwrap_or_default(),
        show: "all".to_owned(),
        only_field: only.0.to_owned(),
        only_value: only.1.to_owned(),
    })
}

impl Desk<'_> {
    /// Shows what would change, or changes it as one step.
    pub(crate) fn replace(&self, wish: &ReplaceWish) -> Done {
        let asked = asked(wish)?;
        self.with(|session, watch| {
            let view = replace::preview(session, &asked, watch)?;
            let step = if wish.apply { replace::apply(session, &asked, watch)?.0 } else { None };
            let samples: Vec<_> = view
                .samples
                .iter()
                .map(|one| json!({ "before": one.before, "after": one.after, "records": one.records }))
                .collect();
            let document = json!({ "applied": wish.apply, "step": step, "records": view.records, "distinct": view.distinct, "values": samples });
            self.output.give(&document, || lines(&view));
            Ok(Outcome::Done)
        })
    }
}

fn lines(view: &ReplaceView) -> Vec<String> {
    let shown = view.samples.iter().map(|one| format!("{:>8}  {}  ->  {}", one.records, one.before, one.after));
    shown.chain([format!("{:>8}", view.records)]).collect()
}
