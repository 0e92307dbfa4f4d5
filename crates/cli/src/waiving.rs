//! The command `waive`: letting warnings stand with a reason, taking that back, and what stands.

use app::command::validate::{self, waive};
use app::{Code, Failure, Session};
use serde_json::{Value, json};

use crate::outcome::Outcome;
use crate::run::{Desk, Done};

impl Desk<'_> {
    pub(crate) fn waive(&self, check: Option<&str>, reason: Option<&str>, record: Option<&str>, undo: bool) -> Done {
        let record = record.map(named).transpose()?;
        self.with(|session, _| {
            let changed = match (check, undo) {
                (None, _) => 0,
                (Some(check), true) => waive::take_back(session, check, record.as_ref())?,
                (Some(check), false) => stand(session, check, record.as_ref(), reason.unwrap_or_default())?,
            };
            self.waivers(session, check.is_some().then_some((changed, undo)))
        })
    }

    /// Says what changed, and what stands now; in words either the one or the other.
    fn waivers(&self, session: &Session, changed: Option<(usize, bool)>) -> Done {
        let words = self.output.words(Some(session.lang()));
        let list = waive::list(session)?;
        let document = json!({
            "changed": changed.map_or(0, |(count, _)| count),
            "waivers": list.iter().map(line).collect::<Vec<_>>(),
        });
        self.output.give(&document, || match changed {
            Some((count, undo)) => {
                let key = if undo { "cli.unwaived" } else { "cli.waived" };
                vec![words.say(key, &[("count", &count.to_string())])]
            }
            None if list.is_empty() => vec![words.text("cli.no-waivers").to_owned()],
            None => list.iter().map(|(waiver, _)| said(waiver, &words)).collect(),
        });
        Ok(Outcome::Done)
    }
}

/// Lets stand what the check found, in one record or in all.
fn stand(session: &Session, check: &str, record: Option<&waive::RecordName>, reason: &str) -> Result<usize, Failure> {
    if let Some(record) = record {
        return waive::waive_record(session, check, record, reason);
    }
    validate::waive(session, check, Some(reason))?;
    let view = validate::view(session)?;
    let checks = view.sections.iter().flat_map(|section| &section.checks);
    Ok(checks.filter(|one| one.check == check).map(|one| one.count as usize).sum())
}

/// Reads `students/17`.
fn named(record: &str) -> Result<waive::RecordName, Failure> {
    let parts = record.split_once('/').and_then(|(entity, number)| Some((entity.to_owned(), number.parse().ok()?)));
    parts.ok_or_else(|| Failure::refused(Code::Usage, "error.no-finding", "error.no-finding.hint"))
}

fn line((waiver, record): &(app::dto::WaiverLine, Option<waive::RecordName>)) -> Value {
    json!({
        "waiver": waiver.waiver as u64, "check": waiver.check, "about": waiver.about,
        "record": record.as_ref().map(|(entity, number)| format!("{entity}/{number}")),
        "value": waiver.value, "reason": waiver.reason, "by": waiver.user, "at": waiver.at,
    })
}

fn said(waiver: &app::dto::WaiverLine, words: &model::Words) -> String {
    let args = [
        ("check", waiver.title.as_str()),
        ("about", &waiver.about),
        ("user", &waiver.user),
        ("at", &waiver.at),
        ("reason", &waiver.reason),
    ];
    words.say("cli.waiver", &args)
}
