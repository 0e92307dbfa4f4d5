//! The worklist: what was found, by cause instead of record by record.

use model::Words;
use staging::Permission;
use staging::findings::{self, Cause};

use crate::app::App;
use crate::command::cleanse::field_title;
use crate::dto::{CauseView, CausesAsk, CausesPage};
use crate::error::Failure;
use crate::say;

/// Most causes that may be asked for at once.
const MOST: u32 = 200;

pub(crate) fn ask(app: &App, asked: CausesAsk) -> Result<CausesPage, Failure> {
    let session = app.session()?;
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let check = Some(asked.check.as_str()).filter(|check| !check.is_empty());
    let limit = asked.limit.min(MOST) as usize;
    let (total, causes) = findings::causes(reader.connection(), check, u64::from(asked.offset), limit)?;
    Ok(CausesPage { total: total as f64, causes: causes.into_iter().map(|cause| view(cause, &words)).collect() })
}

fn view(cause: Cause, words: &Words) -> CauseView {
    CauseView {
        title: words.text(&format!("check.{}", cause.check)).to_owned(),
        severity: cause.severity.code().to_owned(),
        entity_title: say::entity(words, &cause.entity),
        field_title: field_title(&cause.entity, &cause.field, words),
        message: cause.message.say(words),
        key: cause.message.key,
        file: cause.location.file,
        table: cause.location.table,
        column: cause.location.column,
        count: cause.count as f64,
        waived: cause.waived as f64,
        source: cause.table as f64,
        check: cause.check,
        entity: cause.entity,
        field: cause.field,
    }
}
