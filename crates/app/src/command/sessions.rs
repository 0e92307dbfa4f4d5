//! Making, opening, locking and closing a project in the window.

use std::path::Path;

use model::Lang;
use staging::{NewProject, Permission};

use crate::app::App;
use crate::clock;
use crate::dto::{
    DialogAnswer, DialogAsk, Nothing, ProjectCreate, ProjectCreated, ProjectOpen, ProjectPath, ProjectRecover,
    RecentProject, SessionView, Unlock,
};
use crate::error::{Code, Failure};
use crate::host::Dialog;
use crate::local::{self, Recent};
use crate::session::{Session, kdf};

pub(crate) fn recent(app: &App, _: Nothing) -> Result<Vec<RecentProject>, Failure> {
    let list = local::recent(&app.host().config_dir());
    Ok(list.into_iter().map(recent_view).collect())
}

fn recent_view(recent: Recent) -> RecentProject {
    RecentProject {
        file: recent.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        present: recent.path.exists(),
        path: recent.path.display().to_string(),
        school: recent.school,
        user: recent.user,
        opened_at: clock::shown(&recent.opened_at),
    }
}

pub(crate) fn forget(app: &App, asked: ProjectPath) -> Result<Nothing, Failure> {
    local::forget(&app.host().config_dir(), Path::new(&asked.path))?;
    Ok(Nothing {})
}

pub(crate) fn create(app: &App, asked: ProjectCreate) -> Result<ProjectCreated, Failure> {
    app.leave()?;
    let new = NewProject {
        school: &asked.school,
        code: &asked.code,
        country: &asked.country,
        language: Lang::from_code(&asked.language).unwrap_or_default(),
        year: Some(asked.year),
        user: &asked.user,
        display_name: &asked.display_name,
        passphrase: &asked.passphrase,
        kdf: kdf(),
        now: clock::now(),
    };
    let (session, key) = Session::create(Path::new(&asked.path), &new)?;
    let recovery_key = key.text().to_string();
    Ok(ProjectCreated { recovery_key, session: enter(app, session)? })
}

pub(crate) fn open(app: &App, asked: ProjectOpen) -> Result<SessionView, Failure> {
    app.leave()?;
    let user = Some(asked.user.trim()).filter(|user| !user.is_empty());
    enter(app, Session::open(Path::new(&asked.path), user, &asked.passphrase)?)
}

pub(crate) fn recover(app: &App, asked: ProjectRecover) -> Result<SessionView, Failure> {
    app.leave()?;
    let path = Path::new(&asked.path);
    enter(app, Session::recover(path, &asked.recovery_key, &asked.user, &asked.new_passphrase)?)
}

/// Opens the session in the window and remembers its project on this computer.
pub(crate) fn enter(app: &App, session: Session) -> Result<SessionView, Failure> {
    let opened = Recent {
        path: session.path(),
        school: session.settings().school_name,
        user: session.user().name,
        opened_at: clock::now().to_rfc3339(),
    };
    app.enter(session);
    // A list that cannot be written only means that the project must be looked for next time.
    let _ = local::remember(&app.host().config_dir(), opened);
    Ok(session_view(app))
}

pub(crate) fn close(app: &App, _: Nothing) -> Result<Nothing, Failure> {
    app.leave()?;
    Ok(Nothing {})
}

pub(crate) fn view(app: &App, _: Nothing) -> Result<SessionView, Failure> {
    Ok(session_view(app))
}

pub(crate) fn lock(app: &App, _: Nothing) -> Result<SessionView, Failure> {
    app.set_locked(true);
    Ok(session_view(app))
}

pub(crate) fn unlock(app: &App, asked: Unlock) -> Result<SessionView, Failure> {
    let no_project = || Failure::refused(Code::NoProject, "error.no-project", "error.no-project.hint");
    app.any_session().ok_or_else(no_project)?.verify(&asked.passphrase)?;
    app.set_locked(false);
    Ok(session_view(app))
}

pub(crate) fn touch(app: &App, _: Nothing) -> Result<SessionView, Failure> {
    if !app.is_locked() {
        app.touch();
    }
    Ok(session_view(app))
}

pub(crate) fn dialog(app: &App, asked: DialogAsk) -> Result<DialogAnswer, Failure> {
    let unknown = || Failure::refused(Code::Bug, "error.arguments", "error.bug.hint");
    let dialog = Dialog::from_word(&asked.kind).ok_or_else(unknown)?;
    let paths = app.host().pick(dialog, &asked.suggested);
    Ok(DialogAnswer { paths: paths.iter().map(|path| path.display().to_string()).collect() })
}

/// Who works in which project, or that nobody does. A locked window tells no more than it must.
pub(crate) fn session_view(app: &App) -> SessionView {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let Some(session) = app.any_session() else { return nobody(app, version) };
    let (user, settings) = (session.user(), session.settings());
    let may = Permission::ALL.into_iter().filter(|permission| user.role.allows(*permission));
    SessionView {
        open: true,
        locked: app.is_locked(),
        path: session.path().display().to_string(),
        school: settings.school_name,
        code: settings.school_code,
        year: settings.year.unwrap_or_default(),
        user: user.name,
        display_name: user.display_name,
        role: user.role.code().to_owned(),
        may: may.map(|permission| permission.code().to_owned()).collect(),
        language: settings.language.code().to_owned(),
        theme: settings.theme.code().to_owned(),
        density: settings.density.code().to_owned(),
        idle_minutes: u32::from(settings.idle_minutes),
        version,
    }
}

fn nobody(app: &App, version: String) -> SessionView {
    SessionView {
        open: false,
        locked: false,
        path: String::new(),
        school: String::new(),
        code: String::new(),
        year: 0,
        user: String::new(),
        display_name: String::new(),
        role: String::new(),
        may: Vec::new(),
        language: app.lang().code().to_owned(),
        theme: "system".to_owned(),
        density: "comfortable".to_owned(),
        idle_minutes: 0,
        version,
    }
}
