//! Into the portal, verified, and out again.

mod after;
mod connection;
pub mod documents;
mod keys;
pub mod plan;
pub mod queue;
mod receipts;
mod source;
mod views;

use chrono::Datelike as _;
use model::{Severity, Watch, Words};
use staging::receipts::{self as kept, Document, PushState};
use staging::records;
use staging::{Connection, Permission, Project, findings, landing};
use targets::{EntityCounts, Policies, Portal, PortalUrl, PrepareOptions, PushOptions, PushReport, State, Upload};
use uuid::Uuid;

pub(crate) use self::after::batch_id;
pub use self::after::{Back, rollback, verify};
pub(crate) use self::after::{rollback_document, taken_out};
use self::documents::{OutcomeDoc, PhaseDoc, PushDoc, RejectDoc};
pub(crate) use self::keys::SourceKeys;
use self::receipts::ProjectReceipts;
use self::source::ProjectSource;
pub(crate) use self::source::record_of;
pub(crate) use self::views::*;
pub use self::views::{check_doc, check_lines, list, prepare_lines, verify_sentence};
use super::backup;
use super::cleanse::act;
use super::mailbox::{self, MailboxChoice};
use super::validate;
use crate::clock;
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

/// Name under which records are known to the portal: the same wherever they were brought in from.
const SOURCE_SYSTEM: &str = "daftar";
/// Rejected rows of an entity, in percent, above which everything is taken back (plan 8.1.1).
const MOST_REJECTED: u8 = 10;
/// Rejected rows of an entity, in percent, from which taking its rows back is offered (plan 8.1.1).
const MANY_REJECTED: u64 = 5;

/// Characters of an administrator's password, as of a project's passphrase.
const LEAST_PASSWORD: usize = 8;

/// The portal to work with: given, or that of the settings.
#[derive(Clone, Debug, Default)]
pub struct PortalChoice {
    /// Its URL.
    pub url: Option<String>,
    /// Its password, where the URL has none.
    pub password: Option<String>,
}

impl PortalChoice {
    /// The portal of the project's settings.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        Self { url: session.settings().portal_url, password: session.portal_password() }
    }

    /// Its address.
    ///
    /// # Errors
    ///
    /// [`Code::Usage`] where no portal is known or the address cannot be read.
    pub fn address(&self) -> Result<PortalUrl, Failure> {
        let none = || Failure::refused(Code::Usage, "error.no-portal", "error.no-portal.hint");
        let url = self.url.as_deref().ok_or_else(none)?;
        let password = self.password.clone().or_else(|| std::env::var("PGPASSWORD").ok());
        Ok(PortalUrl::parse(url, password.as_deref())?)
    }

    /// Connects.
    ///
    /// # Errors
    ///
    /// [`Code::Usage`] where no portal is known; where it cannot be reached.
    pub fn connect(&self) -> Result<Portal, Failure> {
        Ok(Portal::connect(self.address()?)?)
    }
}

/// Whether the person who opened the project may prepare its portal.
///
/// # Errors
///
/// Where the role does not allow it.
pub fn may_prepare(session: &Session) -> Result<(), Failure> {
    session.read(Permission::ManageSettings).map(drop)
}

/// The portal's first administrator, as a person named them. Without a name the address stands for it.
///
/// # Errors
///
/// [`Code::Usage`] where the address is none or the password is too short.
pub fn admin(email: &str, name: Option<&str>, password: String) -> Result<targets::Admin, Failure> {
    let (email, password) = (email.trim(), password.into());
    let parts: Vec<&str> = email.split('@').collect();
    if parts.len() != 2 || parts.contains(&"") || email.contains(char::is_whitespace) {
        return Err(Failure::refused(Code::Usage, "error.admin-email", "error.admin-email.hint"));
    }
    let admin = targets::Admin { email: email.to_owned(), name: name.unwrap_or(email).trim().to_owned(), password };
    if admin.name.is_empty() {
        return Err(Failure::refused(Code::Usage, "error.admin-name", "error.admin-email.hint"));
    }
    if admin.password.chars().count() < LEAST_PASSWORD {
        return Err(Failure::refused(Code::Usage, "error.admin-password", "error.admin-password.hint"));
    }
    Ok(admin)
}

/// Makes or upgrades the portal's tables, with the first administrator where one is named.
///
/// # Errors
///
/// Where the portal cannot be reached or is none.
pub fn prepare(
    choice: &PortalChoice,
    admin: Option<targets::Admin>,
    watch: &dyn Watch,
) -> Result<targets::Prepared, Failure> {
    let options = PrepareOptions { today: clock::today(), clock: Some(clock::now()), admin };
    Ok(choice.connect()?.prepare(&options, watch)?)
}

/// Compares the portal with what Daftar made.
///
/// # Errors
///
/// Where the portal cannot be reached or was never prepared.
pub fn check(choice: &PortalChoice, watch: &dyn Watch) -> Result<targets::Checked, Failure> {
    Ok(choice.connect()?.check(watch)?)
}

/// How to push.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Do everything, then take it back.
    pub rehearse: bool,
    /// Critical checks whose records a person leaves out of this push, with the reason; `*` is all.
    pub accepted: Vec<(String, String)>,
    /// Entities with the word of their conflict policy, where it is another than in the settings; `*` is all.
    pub policies: Vec<(String, String)>,
    /// The number of the push, where it was given before.
    pub batch: Option<Uuid>,
    /// The portal.
    pub portal: PortalChoice,
    /// Copy neither project nor portal first.
    pub no_backup: bool,
    /// The portal's Redis, for the messages to new people.
    pub mailbox: MailboxChoice,
}

/// Pushes every record that passed. The checks run first where records changed since they last ran.
///
/// # Errors
///
/// [`Code::BlockingFindings`] where critical findings stand that nobody accepted; where the portal
/// refuses as a whole. Nothing is written then, but see [`Failure::written`].
pub fn run(session: &Session, wish: &Wish, watch: &dyn Watch) -> Result<PushDoc, Failure> {
    let permission = if wish.rehearse { Permission::Rehearse } else { Permission::Push };
    drop(session.write(permission)?);
    must_be_meant(&wish.accepted)?;
    if session
        .read(permission)
        .and_then(|reader| Ok(findings::last_run(reader.connection())?))?
        .is_none_or(|run| run.stale)
    {
        validate::run(session, watch)?;
    }
    let project = session.write(permission)?;
    accept(&project, &wish.accepted)?;
    let mut portal = wish.portal.connect()?;
    settle(&project, &mut portal, watch)?;
    let words = session.words();
    let options = options(session, &project, wish, portal.url())?;
    let conn = project.connection();
    let mut source = ProjectSource::new(conn)?.with_receipts_of(views::said_url(portal.url()));
    let mut receipts = ProjectReceipts::new(conn, options.batch, act(&project));
    if wish.rehearse {
        staging::plan::begin(conn, &options.batch.to_string())?;
    }
    let backup = if wish.rehearse || wish.no_backup {
        None
    } else {
        Some(backup::before_push(session, &project, &mut portal, watch)?)
    };
    let pushed = portal.push(&options, &mut source, &mut receipts, watch);
    let report = pushed.inspect_err(|error| note_failure(&project, &options, portal.url(), error))?;
    receipts.finish()?;
    // Without a rehearsal nobody has seen them: what the portal kept waits for a person as well.
    let undecided = if options.rehearse {
        staging::plan::undecided(conn)?
    } else {
        receipts.kept_where(|entity| options.policies.of(entity) == targets::Policy::Ask)
    };
    let document = push_doc(conn, &report, source.derived(), &options, &words)?;
    let mut document = PushDoc { backup, undecided, ..document };
    keep(&project, &portal, &options, &document)?;
    if let Some(backup) = &mut document.backup {
        // The push stands; copies that cannot be looked through now are looked through after the next one.
        let keep = usize::from(session.settings().backups_kept);
        backup.removed = backup::old::prune(&project, &session.path(), keep).unwrap_or_default();
        if !backup.removed.is_empty() {
            let json = serde_json::to_string(&document).unwrap_or_default();
            kept::save_document(conn, &document.batch, Document::Report, &json)?;
        }
    }
    balanced(&document)?;
    if document.state == PushState::Applied.code() {
        queue::settle_by(conn, &views::said_url(portal.url()))?;
        mailbox::note_addresses(&project, &mut portal)?;
        document.mail = mailbox::after_push(session, &project, &wish.mailbox, &document.batch, watch)?;
    }
    Ok(document)
}

/// Name under which this project's records are known to the portal.
pub(crate) fn source_system(project: &Project) -> String {
    format!("{SOURCE_SYSTEM}:{}", project.id())
}

fn options(session: &Session, project: &Project, wish: &Wish, url: &PortalUrl) -> Result<PushOptions, Failure> {
    let settings = session.settings();
    let conn = project.connection();
    let code: String = settings.school_code.chars().filter(char::is_ascii_alphanumeric).collect();
    let policies = plan::policies(conn, &wish.policies)?;
    let fresh = Uuid::new_v4();
    let upload = staging::queue::upload(conn, &views::said_url(url), &fresh.to_string(), &act(project))?;
    Ok(PushOptions {
        batch: wish.batch.unwrap_or_else(Uuid::now_v7),
        workspace: project.id(),
        school_code: if code.is_empty() { settings.country } else { code },
        source_system: source_system(project),
        pushed_by: project.user().name.clone(),
        rehearse: wish.rehearse,
        today: clock::today()
            .with_year(settings.year.unwrap_or_else(|| clock::today().year()))
            .unwrap_or_else(clock::today),
        max_reject_percent: MOST_REJECTED,
        expect: if wish.rehearse { None } else { rehearsed(conn, &views::said_url(url), &policies)? },
        upload: Upload::new(Uuid::parse_str(&upload).unwrap_or(fresh)),
        policies,
        clock: Some(clock::now()),
    })
}

/// What the last rehearsal of these very records on this portal, with the same policies and decisions, promised: a
/// push that would do anything else is not made.
fn rehearsed(conn: &Connection, portal: &str, policies: &Policies) -> Result<Option<Vec<EntityCounts>>, Failure> {
    let Some(last) = kept::batches(conn)?.into_iter().next() else { return Ok(None) };
    let document = views::push_document(&last);
    let same = document.policies == plan::policy_pairs(policies)
        && document.decisions == staging::plan::decisions_mark(conn)?
        && document.version == records::version(conn)?;
    if last.state != PushState::Rehearsed || last.portal != portal || !same {
        return Ok(None);
    }
    let sent = document.entities.into_iter().filter(|entity| entity.staged > 0);
    let promised = |entity: OutcomeDoc| EntityCounts {
        entity: entity.entity,
        staged: entity.staged,
        inserted: entity.inserted,
        updated: entity.updated,
        unchanged: entity.unchanged,
        rejected: entity.rejected,
    };
    Ok(Some(sent.map(promised).collect()))
}

/// What is left out is left out by a check that there is, and with a reason: the report prints it.
fn must_be_meant(accepted: &[(String, String)]) -> Result<(), Failure> {
    for (code, reason) in accepted {
        validate::waive::must_say_why(reason)?;
        if code != "*" && !pipeline::validate::checks::ALL.iter().any(|check| check.code == code) {
            return Err(Failure::Refused {
                code: Code::Usage,
                message: model::Message::new("error.unknown-check").with("check", code),
                hint: model::Message::new("error.unknown-check.hint"),
            });
        }
    }
    Ok(())
}

/// Critical findings stop the push unless a person leaves their records out, with a reason.
fn accept(project: &Project, accepted: &[(String, String)]) -> Result<(), Failure> {
    let conn = project.connection();
    let results = findings::results(conn)?;
    let waivers = findings::waivers(conn)?;
    for check in validate::summed(&results, &waivers) {
        if check.found == 0 || check.check.severity != Severity::Critical {
            continue;
        }
        let Some((_, reason)) = accepted.iter().find(|(code, _)| code == "*" || code == check.check.code) else {
            return Err(Failure::Refused {
                code: Code::BlockingFindings,
                message: model::Message::new("error.blocking")
                    .with("count", check.found)
                    .with("check", check.check.code),
                hint: model::Message::new("error.blocking.hint"),
            });
        };
        if check.waiver.is_none() {
            for result in results.iter().filter(|result| result.check == check.check.code && result.found > 0) {
                findings::waive(conn, check.check.code, &result.entity, None, reason, &act(project))?;
            }
        }
    }
    Ok(())
}

/// A push that was cut off around the portal's commit: the portal says whether it has it.
fn settle(project: &Project, portal: &mut Portal, watch: &dyn Watch) -> Result<(), Failure> {
    let conn = project.connection();
    for batch in kept::batches(conn)?.into_iter().filter(|batch| batch.state == PushState::Prepared) {
        let Ok(id) = Uuid::parse_str(&batch.id) else { continue };
        let state = match portal.batch_state(id, watch)? {
            Some(State::Applied) => PushState::Applied,
            Some(State::RolledBack) => PushState::RolledBack,
            _ => PushState::Failed,
        };
        kept::set_state(conn, &batch.id, state)?;
    }
    Ok(())
}

/// Only where the portal surely has nothing; otherwise the next connection settles it.
fn note_failure(project: &Project, options: &PushOptions, url: &PortalUrl, error: &targets::Error) {
    if !error.written() {
        // There is no receipt yet where the portal refused before it was prepared.
        let _ = kept::set_state(project.connection(), &options.batch.to_string(), PushState::Failed);
    }
    if !error.may_pass() && !error.written() {
        // The portal was asked to forget what was uploaded; the next push begins anew.
        let _ = staging::queue::end_upload(project.connection(), &views::said_url(url));
    }
}

fn push_doc(
    conn: &Connection,
    report: &PushReport,
    derived: u64,
    options: &PushOptions,
    words: &Words,
) -> Result<PushDoc, Failure> {
    let phase = |phase: &targets::Phase| PhaseDoc {
        name: phase.name.clone(),
        processed: phase.processed,
        migrated: phase.migrated,
        errors: phase.errors,
        duration_ms: phase.duration_ms,
    };
    let entities = model::entities::ALL.into_iter().map(|entity| outcome(conn, entity, report, derived));
    Ok(PushDoc {
        batch: report.batch.to_string(),
        state: report.state.code().to_owned(),
        phases: report.phases.iter().map(phase).collect(),
        entities: entities.collect::<Result<_, _>>()?,
        rejects: report.rejects.iter().map(|reject| reject_doc(conn, reject, words)).collect(),
        rejects_total: report.rejected,
        fingerprint: report.fingerprint.clone(),
        version: records::version(conn)?,
        backup: None,
        mail: None,
        policies: plan::policy_pairs(&options.policies),
        differing: report.differing.clone(),
        decisions: staging::plan::decisions_mark(conn)?,
        undecided: 0,
        offer_rollback: offered(report),
    })
}

/// Entities of which so many records were refused that taking the rest back may be better.
fn offered(report: &PushReport) -> Vec<String> {
    // What was not written cannot be taken back.
    if report.state != State::Applied {
        return Vec::new();
    }
    let many = |counts: &&EntityCounts| counts.rejected > 0 && counts.rejected * 100 >= MANY_REJECTED * counts.staged;
    report.entities.iter().filter(many).map(|counts| counts.entity.clone()).collect()
}

fn outcome(
    conn: &Connection,
    entity: &'static model::Entity,
    report: &PushReport,
    derived: u64,
) -> Result<OutcomeDoc, Failure> {
    let here = records::count(conn, entity)?;
    let there = report.entities.iter().find(|counts| counts.entity == entity.code).cloned().unwrap_or_default();
    Ok(OutcomeDoc {
        entity: entity.code.to_owned(),
        landed: here.total,
        derived: if entity.code == "users" { derived } else { 0 },
        staged: there.staged,
        inserted: there.inserted,
        updated: there.updated,
        unchanged: there.unchanged,
        rejected: there.rejected,
        held_back: here.held_back,
        merged: here.merged,
        excluded: here.excluded,
    })
}

/// Why the portal refused a row, with the column in the user's words.
fn reject_said(reject: &targets::Reject, words: &Words) -> String {
    reject.message_with(&|field| say::portal_column(words, &reject.entity, field)).say(words)
}

/// The push stands when this is asked: a record whose place cannot be told is listed without one.
fn reject_doc(conn: &Connection, reject: &targets::Reject, words: &Words) -> RejectDoc {
    let (record_entity, record) = record_of(&reject.entity, reject.record);
    let (file, table, row) = place_of(conn, &record_entity, record).unwrap_or_default();
    let (entity, reason) = (reject.entity.clone(), reject_said(reject, words));
    RejectDoc { entity, record_entity, record, file, table, row, reason }
}

/// File, table and row that a record came from.
fn place_of(conn: &Connection, entity: &str, record: i64) -> Option<(String, String, u64)> {
    let row = records::record(conn, model::entities::find(entity)?, record).ok()?;
    let table = landing::table(conn, row.table).ok()?;
    Some((table.file, table.name, row.row))
}

/// Keeps the document of a push, or of a rehearsal, which has no receipt of its own.
fn keep(project: &Project, portal: &Portal, options: &PushOptions, document: &PushDoc) -> Result<(), Failure> {
    let conn = project.connection();
    let id = options.batch.to_string();
    let state = PushState::from_code(&document.state).unwrap_or(PushState::Failed);
    if state != PushState::Applied {
        kept::prepare(conn, &id, &views::said_url(portal.url()), &act(project))?;
        kept::set_state(conn, &id, state)?;
    }
    if state != PushState::Rehearsed {
        staging::queue::end_upload(conn, &views::said_url(portal.url()))?;
    }
    let json = serde_json::to_string(document).unwrap_or_default();
    kept::save_document(conn, &id, Document::Report, &json)?;
    let action = format!("push.{}", document.state);
    Ok(project.log(&action, &[("batch", &id)], clock::now())?)
}

/// Nothing lost, nothing doubled: the program itself asserts it after every push.
fn balanced(document: &PushDoc) -> Result<(), Failure> {
    match document.entities.iter().find(|entity| document.state != "refused" && !entity.balances()) {
        None => Ok(()),
        Some(entity) => Err(Failure::Refused {
            code: Code::Bug,
            message: model::Message::new("error.unbalanced").with("entity", &entity.entity),
            hint: model::Message::new("error.bug.hint"),
        }),
    }
}
