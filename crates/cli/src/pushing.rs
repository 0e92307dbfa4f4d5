//! Pushing, now or when the portal answers, and taking back.

use app::command::push::documents::PushDoc;
use app::command::push::queue::{self, Tried};
use app::command::push::{self, Back, Wish};
use app::{Code, Failure, Session};
use model::{Watch, Words};
use serde_json::{Value, json};

use crate::outcome::Outcome;
use crate::run::{Desk, Done, mailbox};

/// `NAME=TEXT` pairs, or the failure where one is written otherwise.
fn pairs(texts: &[String], message: &'static str, hint: &'static str) -> Result<Vec<(String, String)>, Failure> {
    let pair = |text: &String| text.split_once('=').map(|(name, text)| (name.to_owned(), text.to_owned()));
    let pairs = texts.iter().map(pair).collect::<Option<Vec<_>>>();
    pairs.ok_or_else(|| Failure::refused(Code::Usage, message, hint))
}

/// What a push may leave out or find elsewhere.
pub(crate) struct Leave<'a> {
    /// Copy neither project nor portal first.
    pub(crate) no_backup: bool,
    /// The portal's Redis, where it is not that of the settings.
    pub(crate) redis: Option<&'a str>,
}

impl Desk<'_> {
    pub(crate) fn push(
        &self,
        rehearse: bool,
        accept: &[String],
        on_conflict: &[String],
        when_online: bool,
        leave: &Leave<'_>,
    ) -> Done {
        self.with(|session, watch| {
            let wish = Wish {
                rehearse,
                accepted: pairs(accept, "error.accept-form", "error.accept-form.hint")?,
                policies: pairs(on_conflict, "error.policy-form", "error.policy-form.hint")?,
                batch: None,
                portal: self.choice(session),
                no_backup: leave.no_backup,
                mailbox: mailbox(session, leave.redis),
            };
            if when_online {
                return self.push_when_online(session, &wish, watch);
            }
            let document = push::run(session, &wish, watch)?;
            self.pushed(session, &document, None)
        })
    }

    /// Queues the push, then waits in the foreground until it is out or somebody stops it.
    fn push_when_online(&self, session: &Session, wish: &Wish, watch: &dyn Watch) -> Done {
        queue::put(session, wish)?;
        let words = self.output.words(Some(session.lang()));
        let tried = queue::send(session, &wish.portal, &wish.mailbox, watch, &mut |failure, tries, wait| {
            let (message, seconds) = (failure.view(&words).message, wait.as_secs().max(1).to_string());
            let args = [("message", message.as_str()), ("seconds", &seconds), ("tries", &tries.to_string())];
            self.output.aside(&words.say("queue.try", &args));
        })?;
        match tried {
            Tried::Sent(document) | Tried::Refused(document) => self.pushed(session, &document, None),
            Tried::Changed(document) => self.pushed(session, &document, Some(words.text("queue.changed"))),
            Tried::Later(failure) => Err(failure),
        }
    }

    /// Gives the document of a push, with what a person should know besides.
    fn pushed(&self, session: &Session, document: &PushDoc, first: Option<&str>) -> Done {
        let words = self.output.words(Some(session.lang()));
        let view = push::list(session)?.into_iter().find(|view| view.batch == document.batch);
        self.output.give(document, || {
            let mut lines = vec![document.batch.clone()];
            lines.extend(first.map(str::to_owned));
            lines.extend(view.iter().map(|view| view.sentence.clone()));
            lines.extend(notes(document, &words));
            let reject = |reject: &push::documents::RejectDoc| {
                format!("  {} {} {}: {}", reject.entity, reject.file, reject.row, reject.reason)
            };
            lines.extend(document.rejects.iter().map(reject));
            lines
        });
        let odd = document.rejects_total > 0 || document.state == "refused" || document.undecided > 0;
        Ok(Outcome::odd_if(odd || first.is_some()))
    }

    /// Shows or drops the push that waits.
    pub(crate) fn queue(&self, drop: bool) -> Done {
        self.with(|session, _| {
            let words = self.output.words(Some(session.lang()));
            let dropped = drop && queue::drop_waiting(session)?;
            let view = queue::view(session)?;
            let waits = !view.state.is_empty();
            let document = json!({ "dropped": dropped, "waiting": if waits { json!(view) } else { Value::Null } });
            self.output.give(&document, || match (dropped, waits) {
                (true, _) => vec![words.text("queue.dropped").to_owned()],
                (false, false) => vec![words.text("queue.none").to_owned()],
                (false, true) => {
                    let lines = [view.sentence.clone(), view.message.clone(), view.hint.clone()];
                    lines.into_iter().filter(|line| !line.is_empty()).collect()
                }
            });
            Ok(Outcome::odd_if(matches!(view.state.as_str(), "changed" | "stopped")))
        })
    }

    pub(crate) fn rollback(&self, back: &Back) -> Done {
        self.with(|session, watch| {
            let words = self.output.words(Some(session.lang()));
            let document = push::rollback(session, &self.choice(session), back, watch)?;
            self.output.give(&document, || {
                let mut lines = Vec::new();
                if !back.entities.is_empty() {
                    lines.push(words.say("rollback.only", &[("entities", &back.entities.join(", "))]));
                }
                lines.extend(document.entities.iter().map(|entity| {
                    format!("{:20} {:>8} {:>8} {:>8}", entity.entity, entity.reversed, entity.kept, entity.errored)
                }));
                lines.extend(document.kept.iter().map(|kept| format!("  {} {}: {}", kept.entity, kept.key, kept.why)));
                if !document.undo_first.is_empty() {
                    lines.push(words.say("rollback.first", &[("batches", &document.undo_first.join(", "))]));
                }
                if document.open && back.entities.is_empty() {
                    lines.push(words.text("rollback.open").to_owned());
                }
                lines
            });
            Ok(Outcome::odd_if(document.kept_total > 0))
        })
    }
}

/// What a person should know besides the figures.
fn notes(document: &PushDoc, words: &Words) -> Vec<String> {
    let mut notes = Vec::new();
    let uncopied = document.backup.as_ref().filter(|backup| backup.portal.is_none());
    notes.extend(uncopied.map(|backup| backup.sentence(words)));
    if document.state == "applied" && !document.offer_rollback.is_empty() {
        let codes = document.offer_rollback.join(",");
        let args = [("entities", codes.as_str()), ("batch", &document.batch), ("codes", &codes)];
        notes.push(words.say("push.offer-rollback", &args));
    }
    if document.undecided > 0 {
        notes.push(words.say("push.undecided", &[("count", &document.undecided.to_string())]));
    }
    let differing: u64 = document.differing.iter().map(|(_, count)| count).sum();
    if differing > 0 {
        notes.push(words.say("push.differing", &[("count", &differing.to_string())]));
    }
    notes
}
