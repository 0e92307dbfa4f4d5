//! Messages to people with new accounts: they wait in the project, and go to the portal's Redis where it has one.
//!
//! A push never waits for them: whatever is wrong with Redis is told, and the messages are tried again later.

use std::io::Write as _;
use std::path::Path;

use chrono::{DateTime, Utc};
use model::{Silent, Watch};
use serde::{Deserialize, Serialize};
use serde_json::json;
use staging::mail::{self, Waiting};
use staging::{Connection, Permission, Project, receipts, records};
use targets::{Mail, Mailbox, MailboxError, Portal};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::push::record_of;
use crate::app::App;
use crate::clock;
use crate::dto::{JobStarted, MailboxView, Nothing};
use crate::error::{Code, Failure, at};
use crate::say;
use crate::session::Session;

/// Messages taken up together.
const PORTION: usize = 500;
/// Accounts of a push whose cached copies are dropped together.
const ACCOUNTS: usize = 5_000;

/// Messages wait whose address here is not the one that the account has in the portal.
const ADDRESS_CHANGED: &str = "address-changed";

/// What became of the messages of a push.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailDoc {
    /// Handed over now.
    pub sent: u64,
    /// Still waiting.
    pub waiting: u64,
    /// Never handed over, and their tokens are no longer good.
    pub expired: u64,
    /// Cached accounts that the portal dropped.
    pub forgotten: u64,
    /// Why the others wait: a code of [`MailboxError`], `no-redis`, or [`ADDRESS_CHANGED`]; empty where none waits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why_not: String,
}

/// The portal's Redis.
#[derive(Clone, Debug, Default)]
pub struct MailboxChoice {
    /// Its address.
    pub url: Option<String>,
    /// Its password, where the address has none.
    pub password: Option<String>,
}

impl MailboxChoice {
    /// That of the project's settings.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        Self { url: session.settings().redis_url, password: session.redis_password() }
    }

    fn connect(&self) -> Option<Result<Mailbox, MailboxError>> {
        self.url.as_deref().map(|url| Mailbox::connect(url, self.password.as_deref()))
    }
}

/// Hands every message that waits to the portal's Redis.
///
/// # Errors
///
/// Where the project cannot be read or written, or the person stopped it. A Redis that is not there is told in the
/// document; the messages wait on.
pub fn send(session: &Session, choice: &MailboxChoice, watch: &dyn Watch) -> Result<MailDoc, Failure> {
    let project = session.write(Permission::Push)?;
    send_with(session, &project, choice.connect(), watch)
}

/// The same right after a push, where a Redis is set; and what the portal keeps of changed accounts is dropped.
pub(crate) fn after_push(
    session: &Session,
    project: &Project,
    choice: &MailboxChoice,
    batch: &str,
    watch: &dyn Watch,
) -> Result<Option<MailDoc>, Failure> {
    let Some(connected) = choice.connect() else { return Ok(None) };
    let mut forgotten = 0;
    let connected = connected.and_then(|mut mailbox| {
        forgotten = forget(project.connection(), batch, &mut mailbox)?;
        Ok(mailbox)
    });
    let document = send_with(session, project, Some(connected), watch)?;
    Ok(Some(MailDoc { forgotten, ..document }))
}

fn send_with(
    session: &Session,
    project: &Project,
    connected: Option<Result<Mailbox, MailboxError>>,
    watch: &dyn Watch,
) -> Result<MailDoc, Failure> {
    let mut document = MailDoc::default();
    match connected {
        None => "no-redis".clone_into(&mut document.why_not),
        Some(Err(error)) => error.code().clone_into(&mut document.why_not),
        Some(Ok(mut mailbox)) => {
            let held;
            (document.sent, held) = each(session, project, watch, |mail| match mailbox.put(mail) {
                Ok(_) => Ok(true),
                Err(error) => {
                    error.code().clone_into(&mut document.why_not);
                    Ok(false)
                }
            })?;
            document.say_held(held);
        }
    }
    count_waiting(project.connection(), &mut document)?;
    Ok(document)
}

impl MailDoc {
    /// Says that messages are held back, where nothing else is in the way.
    fn say_held(&mut self, held: u64) {
        if held > 0 && self.why_not.is_empty() {
            ADDRESS_CHANGED.clone_into(&mut self.why_not);
        }
    }
}

fn count_waiting(conn: &Connection, document: &mut MailDoc) -> Result<(), Failure> {
    let counts = mail::counts(conn, clock::now())?;
    (document.waiting, document.expired) = (counts.waiting, counts.expired);
    if document.waiting == 0 {
        document.why_not.clear();
    }
    Ok(())
}

/// Gives each message that waits to `take` and notes it as handed over; stops where `take` says no. Gives how many were
/// taken, and how many are held back because their address is not that of the account.
fn each(
    session: &Session,
    project: &Project,
    watch: &dyn Watch,
    mut take: impl FnMut(&Mail) -> Result<bool, Failure>,
) -> Result<(u64, u64), Failure> {
    let (conn, now) = (project.connection(), clock::now());
    let (total, mut taken, mut held) = (mail::counts(conn, now)?.waiting, 0, 0);
    loop {
        // what was taken waits no more, what is held back stands before the rest
        let portion = mail::waiting(conn, now, held, PORTION)?;
        if portion.is_empty() {
            return Ok((taken, held as u64));
        }
        for waiting in &portion {
            watch.check()?;
            let Some(mail) = message(session, conn, waiting)? else {
                held += 1;
                continue;
            };
            if !take(&mail)? {
                return Ok((taken, held as u64));
            }
            mail::sent(conn, waiting, clock::now())?;
            taken += 1;
            watch.progress(taken, Some(total));
        }
    }
}

/// The message as the portal's mailer reads it. `None` where the address of the record is another than the account has
/// in the portal: whoever reads the old one may not be the one meant any more, and the new one is nobody's there yet.
fn message(session: &Session, conn: &Connection, waiting: &Waiting) -> Result<Option<Mail>, Failure> {
    let (entity, record) = record_of("users", waiting.record);
    let Some(entity) = model::entities::find(&entity) else { return Ok(None) };
    let row = records::record(conn, entity, record)?;
    let value = |field: &str| row.value(entity, field).to_owned();
    if waiting.address.is_empty() || value("email").to_lowercase() != waiting.address.to_lowercase() {
        return Ok(None);
    }
    let parts = [value("first_name"), value("last_name")].join(" ");
    let name = Some(value("full_name")).filter(|name| !name.is_empty()).unwrap_or_else(|| parts.trim().to_owned());
    let id = number(waiting);
    let body = json!({
        "id": id, "kind": "password-reset", "to": waiting.address, "name": name, "lang": session.lang().code(),
        "userId": waiting.account, "token": waiting.token,
        "expiresAt": waiting.expires_at, "batch": waiting.batch, "school": session.settings().school_name,
    });
    Ok(Some(Mail { id, body: Zeroizing::new(body.to_string()) }))
}

/// Asks the portal which addresses the accounts of waiting messages have after a push. Where it does not say, they are
/// no longer known, and the messages wait for the next push.
pub(crate) fn note_addresses(project: &Project, portal: &mut Portal) -> Result<(), Failure> {
    let (conn, now, mut seen) = (project.connection(), clock::now(), 0);
    loop {
        let portion = mail::waiting(conn, now, seen, PORTION)?;
        if portion.is_empty() {
            return Ok(());
        }
        seen += portion.len();
        let account = |waiting: &Waiting| Uuid::parse_str(&waiting.account).ok();
        let accounts: Vec<Uuid> = portion.iter().filter_map(account).collect();
        let known = portal.addresses(&accounts, &Silent).unwrap_or_default();
        for waiting in &portion {
            let address = account(waiting).and_then(|account| known.get(&account)).map_or("", String::as_str);
            if address != waiting.address {
                mail::set_address(conn, waiting, address)?;
            }
        }
    }
}

/// The same message has the same number always, so that nobody gets it twice.
fn number(waiting: &Waiting) -> Uuid {
    let batch = Uuid::parse_str(&waiting.batch).unwrap_or_default();
    let mut bytes = *batch.as_bytes();
    // The record's number goes where the batch's own random bits are.
    for (byte, mixed) in bytes.iter_mut().rev().zip(waiting.record.to_le_bytes()) {
        *byte ^= mixed;
    }
    Uuid::from_bytes(bytes)
}

fn forget(conn: &Connection, batch: &str, mailbox: &mut Mailbox) -> Result<u64, MailboxError> {
    let (mut after, mut dropped) = (i64::MIN, 0);
    loop {
        // A list that cannot be read leaves the cache to run out by itself, within the hour.
        let Ok(portion) = receipts::pushed(conn, batch, "users", after, ACCOUNTS) else { return Ok(dropped) };
        let Some(last) = portion.last() else { return Ok(dropped) };
        after = last.record;
        let accounts: Vec<Uuid> = portion.iter().filter_map(|user| Uuid::parse_str(&user.target).ok()).collect();
        dropped += mailbox.forget(&accounts)?;
    }
}

/// Writes every message that waits to the new file `path`, one JSON document a line, for another mailer.
///
/// # Errors
///
/// Where `path` exists or cannot be written; [`Code::Refused`] where no message waits.
pub fn hand_over(session: &Session, path: &Path, watch: &dyn Watch) -> Result<MailDoc, Failure> {
    let project = session.write(Permission::Push)?;
    if mail::counts(project.connection(), clock::now())?.waiting == 0 {
        return Err(Failure::refused(Code::Refused, "error.no-mail", "error.no-mail.hint"));
    }
    let mut file = fs_err::OpenOptions::new().write(true).create_new(true).open(path).map_err(at(path))?;
    let (sent, held) = each(session, &project, watch, |mail| {
        writeln!(file, "{}", mail.body.as_str()).and_then(|()| file.sync_data()).map_err(at(path))?;
        Ok(true)
    })?;
    project.log("mail.written", &[("count", &sent.to_string())], clock::now())?;
    let mut document = MailDoc { sent, ..MailDoc::default() };
    document.say_held(held);
    count_waiting(project.connection(), &mut document)?;
    Ok(document)
}

/// What became of the messages, in words.
#[must_use]
pub fn sentence(document: &MailDoc, words: &model::Words) -> String {
    let why = words.text(&format!("mailbox.{}", document.why_not)).to_owned();
    let args = [
        ("sent", say::count(document.sent)),
        ("waiting", say::count(document.waiting)),
        ("expired", say::count(document.expired)),
        ("why", why),
    ];
    let args = args.each_ref().map(|(name, value)| (*name, value.as_str()));
    let key = if document.why_not.is_empty() { "mailbox.all-sent" } else { "mailbox.some-wait" };
    words.say(key, &args)
}

fn view(session: &Session) -> Result<MailboxView, Failure> {
    let now: DateTime<Utc> = clock::now();
    let counts = mail::counts(session.read(Permission::ViewHistory)?.connection(), now)?;
    let connected = MailboxChoice::of(session).connect();
    let why_not = match &connected {
        None => "no-redis",
        Some(Err(error)) => error.code(),
        Some(Ok(_)) => "ready",
    };
    let args = [("waiting", say::count(counts.waiting)), ("sent", say::count(counts.sent))];
    let args = args.each_ref().map(|(name, value)| (*name, value.as_str()));
    let words = session.words();
    let sentence = format!("{} {}", words.text(&format!("mailbox.{why_not}")), words.say("mailbox.counts", &args));
    Ok(MailboxView {
        waiting: counts.waiting as f64,
        sent: counts.sent as f64,
        expired: counts.expired as f64,
        reachable: matches!(connected, Some(Ok(_))),
        sentence,
    })
}

pub(crate) fn ask_view(app: &App, _: Nothing) -> Result<MailboxView, Failure> {
    view(&*app.session()?)
}

pub(crate) fn ask_send(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.start("mail", move |session, watch| {
        let document = send(session, &MailboxChoice::of(session), watch)?;
        Ok((sentence(&document, &session.words()), view(session)?))
    })
}
