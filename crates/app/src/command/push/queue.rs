//! A push that waits for its portal: asked for while there is no network, it goes out by itself, once.
//!
//! What is asked for is kept in the project, so it outlives the program. Before it goes out it is looked at again:
//! records that changed since are never sent unasked, the plan is made anew instead and a person is told.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use model::Watch;
use staging::landing::Said;
use staging::queue::{self, QueueState, Queued};
use staging::receipts::{self as kept, PushState};
use staging::{Connection, Permission, findings, records};
use uuid::Uuid;

use super::documents::PushDoc;
use super::{PortalChoice, Wish, plan, push_document, run, settle, views};
use crate::app::App;
use crate::clock;
use crate::command::cleanse::act;
use crate::command::mailbox::MailboxChoice;
use crate::command::validate;
use crate::dto::{Nothing, PushRun, QueueView};
use crate::error::{Code, Failure};
use crate::session::Session;

/// The first wait for a portal that does not answer; each next one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// How often a wait looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(100);

/// What came of a try.
#[derive(Debug)]
pub enum Tried {
    /// It is in the portal.
    Sent(PushDoc),
    /// Records changed since it was asked for: this is the new plan, and nothing was sent.
    Changed(PushDoc),
    /// The portal refused the whole push; a person must look.
    Refused(PushDoc),
    /// The portal does not answer, or is busy: later.
    Later(Failure),
}

/// Puts a push into the queue, in the place of one that waits.
///
/// # Errors
///
/// [`Code::NotAllowed`]; [`Code::Usage`] where there is no portal or a policy is unknown.
pub fn put(session: &Session, wish: &Wish) -> Result<(), Failure> {
    let project = session.write(Permission::Push)?;
    let conn = project.connection();
    plan::policies(conn, &wish.policies)?;
    super::must_be_meant(&wish.accepted)?;
    let asked = queue::Wish {
        portal: views::said_url(&wish.portal.address()?),
        accepted: wish.accepted.clone(),
        policies: wish.policies.clone(),
        version: records::version(conn)?,
        no_backup: wish.no_backup,
        redis: wish.mailbox.url.clone().filter(|url| Some(url) != session.settings().redis_url.as_ref()),
    };
    queue::put(conn, &asked, &act(&project))?;
    Ok(project.log("push.queued", &[], clock::now())?)
}

/// The push that waits, if any.
///
/// # Errors
///
/// Those of the project file.
pub fn waiting(session: &Session) -> Result<Option<Queued>, Failure> {
    Ok(queue::open(session.read(Permission::ViewHistory)?.connection())?)
}

/// Takes the waiting push out of the queue; says whether there was one.
///
/// # Errors
///
/// [`Code::NotAllowed`]; those of the project file.
pub fn drop_waiting(session: &Session) -> Result<bool, Failure> {
    let project = session.write(Permission::Push)?;
    let Some(item) = queue::open(project.connection())? else { return Ok(false) };
    queue::set_state(project.connection(), item.id, QueueState::Dropped, None)?;
    project.log("push.unqueued", &[], clock::now())?;
    Ok(true)
}

/// Sends the waiting push as the records are now: a person looked at the new plan, or put right what was wrong.
///
/// # Errors
///
/// [`Code::NotAllowed`]; those of the project file.
pub fn renew(session: &Session) -> Result<(), Failure> {
    let project = session.write(Permission::Push)?;
    let conn = project.connection();
    if let Some(item) = queue::open(conn)? {
        queue::renew(conn, item.id, records::version(conn)?)?;
    }
    Ok(())
}

/// The Redis of a queued push: the one that was asked for, else that of the settings.
fn mailbox_of(session: &Session, item: &Queued) -> MailboxChoice {
    let kept = MailboxChoice::of(session);
    MailboxChoice { url: item.wish.redis.clone().or(kept.url), password: kept.password }
}

/// Whether the push still waits as it did when it was looked at: nobody dropped, replaced or stopped it meanwhile.
fn must_still_wait(conn: &Connection, item: &Queued) -> Result<(), Failure> {
    let nothing = || Failure::refused(Code::Usage, "error.queue-empty", "error.queue-empty.hint");
    let now = queue::open(conn)?.filter(|now| now.id == item.id && now.state == item.state);
    now.map(drop).ok_or_else(nothing)
}

/// A push by hand to the same portal took the records there: the one that waits is settled by it.
pub(super) fn settle_by(conn: &Connection, portal: &str) -> Result<(), Failure> {
    match queue::open(conn)? {
        Some(item) if item.wish.portal == portal => Ok(queue::set_state(conn, item.id, QueueState::Done, None)?),
        _ => Ok(()),
    }
}

/// Something is taken out of a portal: what waits would put it back by itself, so it waits for a person from now on.
pub(super) fn stop_for_rollback(conn: &Connection) -> Result<(), Failure> {
    let Some(item) = queue::open(conn)? else { return Ok(()) };
    let why = Failure::refused(Code::Refused, "error.queue-taken-back", "error.queue-taken-back.hint");
    Ok(queue::set_state(conn, item.id, QueueState::Stopped, Some(&said(&why)))?)
}

/// Tries the waiting push once, with `mailbox` for its messages where one is given.
///
/// # Errors
///
/// What no waiting mends, such as a wrong password, a missing right, a changed schema; it is noted with the push,
/// which stays in the queue and is not tried again by itself. [`Code::Cancelled`] leaves it waiting.
pub fn attempt(
    session: &Session,
    item: &Queued,
    portal: &PortalChoice,
    mailbox: Option<&MailboxChoice>,
    watch: &dyn Watch,
) -> Result<Tried, Failure> {
    let tried = try_once(session, item, portal, mailbox, watch);
    let note = |state, failure: Option<&Failure>| -> Result<(), Failure> {
        let project = session.write(Permission::ViewRecords)?;
        let conn = project.connection();
        // what is over or stopped by now, because it went out or a person said so, stays as it is
        if !queue::open(conn)?.is_some_and(|now| now.id == item.id && now.state == item.state) {
            return Ok(());
        }
        Ok(queue::set_state(conn, item.id, state, failure.map(said).as_deref())?)
    };
    match tried {
        Err(failure) if failure.may_pass() => {
            // the next try finds out whether this one went through after all
            let _ = note(QueueState::Waiting, Some(&failure));
            Ok(Tried::Later(failure))
        }
        Err(failure) => {
            let stays = failure.code() == Code::Cancelled;
            note(if stays { QueueState::Waiting } else { QueueState::Stopped }, Some(&failure))?;
            Err(failure)
        }
        Ok(tried) => {
            let state = match &tried {
                Tried::Sent(_) => QueueState::Done,
                Tried::Changed(_) => QueueState::Changed,
                Tried::Refused(_) => QueueState::Stopped,
                Tried::Later(_) => QueueState::Waiting,
            };
            note(state, None)?;
            Ok(tried)
        }
    }
}

fn try_once(
    session: &Session,
    item: &Queued,
    portal: &PortalChoice,
    mailbox: Option<&MailboxChoice>,
    watch: &dyn Watch,
) -> Result<Tried, Failure> {
    let same = views::said_url(&portal.address()?) == item.wish.portal;
    if !same {
        return Err(Failure::refused(Code::Usage, "error.queue-portal", "error.queue-portal.hint"));
    }
    if let Some(done) = went_through(session, item, portal, watch)? {
        return Ok(Tried::Sent(done));
    }
    let wish = Wish {
        rehearse: false,
        accepted: item.wish.accepted.clone(),
        policies: item.wish.policies.clone(),
        batch: Some(Uuid::now_v7()),
        portal: portal.clone(),
        no_backup: item.wish.no_backup,
        mailbox: mailbox.cloned().unwrap_or_else(|| mailbox_of(session, item)),
    };
    let meant = checked(session, item, watch)?;
    if !as_asked(session, item, meant, &wish)? {
        let rehearsal = Wish { rehearse: true, batch: None, ..wish };
        return Ok(Tried::Changed(run(session, &rehearsal, watch)?));
    }
    let document = run(session, &wish, watch)?;
    Ok(if document.state == "refused" { Tried::Refused(document) } else { Tried::Sent(document) })
}

/// The document of an earlier try that the portal has after all.
fn went_through(
    session: &Session,
    item: &Queued,
    portal: &PortalChoice,
    watch: &dyn Watch,
) -> Result<Option<PushDoc>, Failure> {
    let Some(batch) = &item.batch else { return Ok(None) };
    let project = session.write(Permission::Push)?;
    let Ok(mut known) = kept::batch(project.connection(), batch) else { return Ok(None) };
    if known.state == PushState::Prepared {
        settle(&project, &mut portal.connect()?, watch)?;
        known = kept::batch(project.connection(), batch)?;
    }
    let document = || PushDoc { batch: batch.clone(), state: "applied".to_owned(), ..push_document(&known) };
    Ok((known.state == PushState::Applied).then(document))
}

/// Runs the checks where they are due and gives the version of the records that are meant: the checks make a new one,
/// and only one. Where it grew by more, somebody changed records meanwhile.
fn checked(session: &Session, item: &Queued, watch: &dyn Watch) -> Result<i64, Failure> {
    let asked = item.wish.version;
    let due = {
        let reader = session.read(Permission::ViewHistory)?;
        let stale = findings::last_run(reader.connection())?.is_none_or(|run| run.stale);
        stale && records::version(reader.connection())? == asked
    };
    if !due {
        return Ok(asked);
    }
    validate::run(session, watch)?;
    let project = session.write(Permission::Push)?;
    if records::version(project.connection())? != asked + 1 {
        return Ok(asked);
    }
    queue::renew(project.connection(), item.id, asked + 1)?;
    Ok(asked + 1)
}

/// Whether the records are those that were asked for; then the try is noted.
fn as_asked(session: &Session, item: &Queued, meant: i64, wish: &Wish) -> Result<bool, Failure> {
    let project = session.write(Permission::Push)?;
    let conn = project.connection();
    must_still_wait(conn, item)?;
    let same = records::version(conn)? == meant;
    if let (true, Some(batch)) = (same, wish.batch) {
        queue::trying(conn, item.id, &batch.to_string(), &act(&project))?;
    }
    Ok(same)
}

/// What went wrong, as it is kept: code, sentence and hint, sayable in any language.
fn said(failure: &Failure) -> String {
    let words = (failure.code().word(), Said::from(&failure.message()), Said::from(&failure.hint()));
    serde_json::to_string(&words).unwrap_or_default()
}

/// The wait after so many tries: twice as long each time, and a fifth more or less by chance, so that not all
/// schools of a district come at once when the network is back.
fn pause(tries: u32) -> Duration {
    let wait = FIRST_WAIT.saturating_mul(1 << tries.min(16)).min(LONGEST_WAIT);
    let chance = f64::from(Uuid::new_v4().as_bytes()[0]) / 255.0;
    wait.mul_f64(0.8 + 0.4 * chance)
}

/// Tries the waiting push until it is sent, a person must look at it, or `watch` says stop. `tell` hears of each try
/// that has to wait: why, which try it was, and how long the wait is.
///
/// # Errors
///
/// As [`attempt`]; [`Code::Usage`] where nothing waits.
pub fn send(
    session: &Session,
    portal: &PortalChoice,
    mailbox: &MailboxChoice,
    watch: &dyn Watch,
    tell: &mut dyn FnMut(&Failure, u32, Duration),
) -> Result<Tried, Failure> {
    let mut tries = 0;
    loop {
        let nothing = || Failure::refused(Code::Usage, "error.queue-empty", "error.queue-empty.hint");
        let item = waiting(session)?.ok_or_else(nothing)?;
        match attempt(session, &item, portal, Some(mailbox), watch)? {
            Tried::Later(failure) => {
                let wait = pause(tries);
                tries += 1;
                tell(&failure, tries, wait);
                sleep(wait, &|| watch.cancelled());
                let stopped = || Failure::refused(Code::Cancelled, "error.queue-stopped", "error.queue-stopped.hint");
                watch.check().map_err(|_| stopped())?;
            }
            tried => return Ok(tried),
        }
    }
}

fn sleep(wait: Duration, unwanted: &dyn Fn() -> bool) {
    let began = Instant::now();
    while began.elapsed() < wait && !unwanted() {
        std::thread::sleep(LOOK.min(wait));
    }
}

/// Watches over the queue of the project that is open in the window, until nothing waits or it is closed. One
/// watcher a project is enough: another call does nothing while one is at it.
pub(crate) fn wake(app: &App) {
    let Some(session) = app.any_session() else { return };
    if !session.watch_queue(true) {
        return;
    }
    let (app, session) = (app.clone(), Arc::downgrade(&session));
    std::thread::spawn(move || {
        loop {
            watch_over(&app, &session);
            // whoever asked just now, while this one was about to go, is not left waiting
            let again = session.upgrade().is_some_and(|session| {
                session.watch_queue(false);
                session.queue_poked() && session.watch_queue(true)
            });
            if !again {
                return;
            }
        }
    });
}

fn watch_over(app: &App, session: &Weak<Session>) {
    let mut tries = 0;
    while let Some((choice, role_allows)) = to_send(session) {
        if !role_allows {
            return;
        }
        // nothing of the project is held while the portal is asked, so that it can be closed
        let answers = choice.connect();
        let Some(open) = session.upgrade() else { return };
        let away = matches!(&answers, Err(failure) if failure.may_pass());
        drop(answers);
        if !away && !app.jobs().busy() {
            send_as_job(app, &open);
        }
        let wait = pause(tries);
        open.set_next_try(Instant::now() + wait);
        drop(open);
        tries += 1;
        sleep(wait, &|| session.upgrade().is_none_or(|session| session.queue_poked()));
    }
}

/// The portal of a push that waits, and whether whoever is here may send it.
fn to_send(session: &Weak<Session>) -> Option<(PortalChoice, bool)> {
    let session = session.upgrade()?;
    let item = waiting(&session).ok()??;
    let may = session.user().role.allows(Permission::Push);
    (item.state == QueueState::Waiting).then(|| (PortalChoice::of(&session), may))
}

/// Sends the waiting push as a job like any other, and waits for its end.
fn send_as_job(app: &App, session: &Arc<Session>) {
    let started = app.start_in(session, "push", |session, watch| {
        let nothing = || Failure::refused(Code::Usage, "error.queue-empty", "error.queue-empty.hint");
        let item = waiting(session)?.filter(|item| item.state == QueueState::Waiting).ok_or_else(nothing)?;
        let document = match attempt(session, &item, &PortalChoice::of(session), None, watch)? {
            Tried::Sent(document) | Tried::Changed(document) | Tried::Refused(document) => document,
            Tried::Later(failure) => return Err(failure),
        };
        let view = views::one(session, &document.batch)?;
        Ok((view.sentence.clone(), view))
    });
    while app.jobs().list().iter().any(|job| job.job == started.job && job.state == "running") {
        std::thread::sleep(LOOK);
    }
}

/// What the window shows of the queue; an empty state where nothing waits.
///
/// # Errors
///
/// Those of the project file.
pub fn view(session: &Session) -> Result<QueueView, Failure> {
    let words = session.words();
    let Some(item) = waiting(session)? else { return Ok(QueueView::default()) };
    let state = item.state.code();
    let (code, message, hint) = match item.said.as_deref().map(serde_json::from_str::<(String, Said, Said)>) {
        Some(Ok((code, message, hint))) => (code, message.say(&words), hint.say(&words)),
        _ => Default::default(),
    };
    let tries = item.tries.to_string();
    Ok(QueueView {
        state: state.to_owned(),
        at: clock::shown(&item.at),
        user: item.user,
        portal: item.wish.portal,
        tries: item.tries,
        next_seconds: if item.state == QueueState::Waiting { session.seconds_to_next_try() } else { None },
        sentence: words.say(&format!("queue.{state}"), &[("tries", &tries)]),
        code,
        message,
        hint,
    })
}

pub(crate) fn ask_view(app: &App, _: Nothing) -> Result<QueueView, Failure> {
    view(&*app.session()?)
}

pub(crate) fn ask_put(app: &App, asked: PushRun) -> Result<QueueView, Failure> {
    let session = app.session()?;
    let wish = Wish { accepted: views::accepted(&asked), portal: PortalChoice::of(&session), ..Wish::default() };
    put(&session, &wish)?;
    poke(app, &session)
}

pub(crate) fn ask_renew(app: &App, _: Nothing) -> Result<QueueView, Failure> {
    let session = app.session()?;
    renew(&session)?;
    poke(app, &session)
}

pub(crate) fn ask_drop(app: &App, _: Nothing) -> Result<QueueView, Failure> {
    let session = app.session()?;
    drop_waiting(&session)?;
    poke(app, &session)
}

/// The watcher looks at once.
fn poke(app: &App, session: &Session) -> Result<QueueView, Failure> {
    session.poke_queue();
    wake(app);
    view(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_five_minutes_and_no_further() {
        let seconds = |tries| pause(tries).as_secs_f64();
        for (tries, wait) in [(0, 1.0), (3, 8.0), (8, 256.0), (9, 300.0), (40, 300.0)] {
            let found = seconds(tries);
            assert!((wait * 0.8..=wait * 1.2).contains(&found), "after {tries} tries: {found}");
        }
    }
}
