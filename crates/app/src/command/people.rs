//! Who may do what, passphrases, and the log of access.

use model::Words;
use staging::users::{self, NewUser, User};
use staging::{Permission, Role, access_log};

use crate::app::App;
use crate::clock;
use crate::dto::{
    AccessEntry, AccessLogView, Nothing, Page, PassphraseChange, RecoveryKeyView, UserAdd, UserChange, UserView,
};
use crate::error::{Code, Failure};
use crate::session::Session;

/// All users of the project.
///
/// # Errors
///
/// Those of the project file.
pub fn list(session: &Session) -> Result<Vec<UserView>, Failure> {
    let reader = session.read(Permission::ViewHistory)?;
    let (me, words) = (session.user().name, session.words());
    let seen = last_seen(&reader)?;
    Ok(users::all(reader.connection())?.into_iter().map(|user| user_view(user, &me, &seen, &words)).collect())
}

/// When each user was last seen, from the newest part of the log.
fn last_seen(reader: &staging::project::Reader) -> Result<Vec<(String, String)>, Failure> {
    let newest = access_log::page(reader.connection(), None, 500)?;
    Ok(newest.into_iter().map(|entry| (entry.user, entry.at)).collect())
}

fn user_view(user: User, me: &str, seen: &[(String, String)], words: &Words) -> UserView {
    let last = seen.iter().find(|(name, _)| *name == user.name).map(|(_, at)| clock::shown(at));
    UserView {
        role: user.role.code().to_owned(),
        role_title: words.text(&format!("role.{}", user.role.code())).to_owned(),
        disabled: user.disabled,
        created_at: clock::shown(&user.created_at),
        last_seen: last.unwrap_or_default(),
        me: user.name == me,
        display_name: user.display_name,
        name: user.name,
    }
}

pub(crate) fn ask_list(app: &App, _: Nothing) -> Result<Vec<UserView>, Failure> {
    list(&*app.session()?)
}

pub(crate) fn ask_add(app: &App, asked: UserAdd) -> Result<Vec<UserView>, Failure> {
    let session = app.session()?;
    let new = NewUser {
        name: &asked.name,
        display_name: &asked.display_name,
        role: role(&asked.role)?,
        passphrase: &asked.passphrase,
    };
    users::add(&*session.write(Permission::ManageUsers)?, &new, clock::now())?;
    list(&session)
}

pub(crate) fn ask_change(app: &App, asked: UserChange) -> Result<Vec<UserView>, Failure> {
    let session = app.session()?;
    change(&session, &asked)?;
    list(&session)
}

fn change(session: &Session, asked: &UserChange) -> Result<(), Failure> {
    let project = session.write(Permission::ManageUsers)?;
    let (name, now) = (asked.name.as_str(), clock::now());
    if let Some(wanted) = &asked.role {
        users::set_role(&project, name, role(wanted)?, now)?;
    }
    match (asked.disabled, &asked.new_passphrase) {
        (Some(true), _) => users::disable(&project, name, now)?,
        (Some(false), Some(passphrase)) => users::enable(&project, name, passphrase, now)?,
        (None, Some(passphrase)) => users::reset_passphrase(&project, name, passphrase, now)?,
        (Some(false), None) => {
            return Err(Failure::refused(
                Code::Usage,
                "error.enable-needs-passphrase",
                "error.enable-needs-passphrase.hint",
            ));
        }
        (None, None) => {}
    }
    Ok(())
}

fn role(code: &str) -> Result<Role, Failure> {
    Role::from_code(code).ok_or_else(|| Failure::refused(Code::Usage, "error.unknown-role", "error.unknown-role.hint"))
}

pub(crate) fn ask_passphrase(app: &App, asked: PassphraseChange) -> Result<Nothing, Failure> {
    let session = app.session()?;
    let name = session.user().name;
    session.write(Permission::ViewRecords)?.change_passphrase(&name, &asked.old, &asked.new, clock::now())?;
    Ok(Nothing {})
}

pub(crate) fn ask_recovery(app: &App, _: Nothing) -> Result<RecoveryKeyView, Failure> {
    let session = app.session()?;
    let key = session.write(Permission::ManageUsers)?.renew_recovery_key(clock::now())?;
    Ok(RecoveryKeyView { recovery_key: key.text().to_string() })
}

pub(crate) fn ask_log(app: &App, asked: Page) -> Result<AccessLogView, Failure> {
    let session = app.session()?;
    let words = session.words();
    let reader = session.read(Permission::ViewAccessLog)?;
    let chain = access_log::verify_chain(reader.connection())?;
    let before = chain.entries as i64 + 1 - i64::from(asked.offset);
    let entries = access_log::page(reader.connection(), Some(before), asked.limit.min(500))?;
    Ok(AccessLogView {
        total: chain.entries as f64,
        whole: chain.broken_at.is_none(),
        entries: entries.into_iter().map(|entry| access_entry(entry, &words)).collect(),
    })
}

/// One entry in words.
pub(crate) fn access_entry(entry: access_log::Entry, words: &Words) -> AccessEntry {
    let args: Vec<(&str, &str)> = entry.detail.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    AccessEntry {
        at: clock::shown(&entry.at),
        what: words.say(&format!("access.{}", entry.action), &args),
        user: entry.user,
    }
}
