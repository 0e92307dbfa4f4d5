//! Daftar as the window holds it: the open project, the lock, the jobs.

use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use model::{Lang, Watch};
use serde_json::Value;

use crate::dto::{ErrorView, JobStarted};
use crate::error::{Code, Failure};
use crate::host::Host;
use crate::jobs::{Finished, Jobs, lock};
use crate::private_portal::PrivatePortal;
use crate::session::Session;
use crate::words::words;

/// Commands that work without an open, unlocked project.
const OPEN_TO_ALL: [&str; 16] = [
    "project_recent",
    "project_forget",
    "project_create",
    "project_open",
    "project_recover",
    "project_close",
    "session_view",
    "session_lock",
    "session_unlock",
    "session_touch",
    "dialog_open",
    "dialog_save",
    "demo_open",
    "job_list",
    "job_cancel",
    "settings_view",
];

/// The job that says how far it is in bytes: it reads a file before anything is known of its rows.
const LOOKS_INTO: &str = "import-inspect";

/// How long closing a project waits for a watcher that is just reading in it. A look takes milliseconds.
const LETS_GO: Duration = Duration::from_secs(10);

/// Everything that one running Daftar holds. Clones hold the same.
#[derive(Clone)]
pub struct App {
    host: Arc<dyn Host>,
    jobs: Arc<Jobs>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    session: Option<Arc<Session>>,
    locked: bool,
    last_active: Option<Instant>,
    /// Language before a project is open.
    lang: Lang,
    /// The portal of the made-up school, for as long as Daftar runs.
    portal: Option<PrivatePortal>,
}

impl App {
    /// Daftar with no project open.
    #[must_use]
    pub fn new(host: Arc<dyn Host>) -> Self {
        Self { host, jobs: Arc::default(), state: Arc::default() }
    }

    /// Runs a command by name: the one door for the window and for tests.
    ///
    /// # Errors
    ///
    /// The failure in the user's words.
    pub fn dispatch(&self, command: &str, payload: Value) -> Result<Value, ErrorView> {
        let open_to_all = OPEN_TO_ALL.contains(&command);
        let run = || {
            if !open_to_all {
                self.session()?;
            }
            crate::commands::route(self, command, payload)
        };
        run().map_err(|failure: Failure| failure.view(&words(self.lang())))
    }

    /// The error to show for a fault of Daftar.
    #[must_use]
    pub fn bug(&self) -> ErrorView {
        Failure::refused(Code::Bug, "error.bug", "error.bug.hint").view(&words(self.lang()))
    }

    /// The host that runs Daftar.
    #[must_use]
    pub fn host(&self) -> &Arc<dyn Host> {
        &self.host
    }

    /// The jobs of this run.
    #[must_use]
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// The language to speak.
    #[must_use]
    pub fn lang(&self) -> Lang {
        let state = lock(&self.state);
        state.session.as_ref().map_or(state.lang, |session| session.lang())
    }

    /// Sets the language for as long as no project is open.
    pub fn set_lang(&self, lang: Lang) {
        lock(&self.state).lang = lang;
    }

    /// The open project of a person who is there.
    ///
    /// # Errors
    ///
    /// [`Code::NoProject`] or [`Code::Locked`].
    pub fn session(&self) -> Result<Arc<Session>, Failure> {
        self.lock_if_idle();
        let state = lock(&self.state);
        match &state.session {
            None => Err(Failure::refused(Code::NoProject, "error.no-project", "error.no-project.hint")),
            Some(_) if state.locked => {
                Err(Failure::refused(Code::Locked, "error.window-locked", "error.window-locked.hint"))
            }
            Some(session) => Ok(Arc::clone(session)),
        }
    }

    /// The open project, locked or not.
    #[must_use]
    pub fn any_session(&self) -> Option<Arc<Session>> {
        lock(&self.state).session.clone()
    }

    /// Whether the window is locked.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.lock_if_idle();
        lock(&self.state).locked
    }

    /// Opens `session` in place of whatever was open.
    pub fn enter(&self, session: Session) {
        {
            let mut state = lock(&self.state);
            state.session = Some(Arc::new(session));
            state.locked = false;
            state.last_active = Some(Instant::now());
        }
        // a push that waited when Daftar went goes on waiting
        crate::command::push::queue::wake(self);
    }

    /// Keeps the portal of the made-up school running.
    pub(crate) fn keep_portal(&self, portal: PrivatePortal) {
        lock(&self.state).portal = Some(portal);
    }

    /// Ends what runs beside Daftar; called once, when the window goes.
    pub fn shut_down(&self) {
        let mut state = lock(&self.state);
        state.session = None;
        state.portal = None;
    }

    /// Closes the project, so that it can be opened again at once. Refused while a job works in it.
    ///
    /// # Errors
    ///
    /// [`Code::ProjectBusy`] while a job runs.
    pub fn leave(&self) -> Result<(), Failure> {
        if self.jobs.busy() {
            return Err(Failure::refused(Code::ProjectBusy, "error.job-busy", "error.job-busy.hint"));
        }
        let left = {
            let mut state = lock(&self.state);
            if let Some(session) = &state.session {
                state.lang = session.lang();
            }
            state.locked = false;
            state.session.take()
        };
        if let Some(session) = left {
            let still_open = session.still_open();
            drop(session);
            wait_until_closed(&still_open);
        }
        Ok(())
    }

    /// Locks or unlocks the window.
    pub fn set_locked(&self, locked: bool) {
        let mut state = lock(&self.state);
        state.locked = locked && state.session.is_some();
        state.last_active = Some(Instant::now());
    }

    /// Notes that the person is at the keyboard.
    pub fn touch(&self) {
        self.lock_if_idle();
        self.touched_at(Instant::now());
    }

    /// Notes when the person was last at the keyboard.
    pub fn touched_at(&self, at: Instant) {
        lock(&self.state).last_active = Some(at);
    }

    /// Locks the window where nobody has touched it for the time that the settings say.
    fn lock_if_idle(&self) {
        let mut state = lock(&self.state);
        let Some(session) = &state.session else { return };
        let most = Duration::from_secs(60 * u64::from(session.idle_minutes()));
        if state.last_active.is_some_and(|last| last.elapsed() > most) && !most.is_zero() {
            state.locked = true;
        }
    }

    /// Starts a job on the open project. `work` gives the sentence to end with and the result.
    ///
    /// # Errors
    ///
    /// As [`App::session`].
    pub fn start<T, F>(&self, kind: &'static str, work: F) -> Result<JobStarted, Failure>
    where
        T: serde::Serialize,
        F: FnOnce(&Session, &dyn Watch) -> Result<(String, T), Failure> + Send + 'static,
    {
        Ok(self.start_in(&self.session()?, kind, work))
    }

    /// Starts a job in `session`, whether or not the window is locked meanwhile.
    pub(crate) fn start_in<T, F>(&self, session: &Arc<Session>, kind: &'static str, work: F) -> JobStarted
    where
        T: serde::Serialize,
        F: FnOnce(&Session, &dyn Watch) -> Result<(String, T), Failure> + Send + 'static,
    {
        let session = Arc::clone(session);
        self.start_free(kind, move |watch| work(&session, watch))
    }

    /// Starts a job that needs no open project.
    pub fn start_free<T, F>(&self, kind: &'static str, work: F) -> JobStarted
    where
        T: serde::Serialize,
        F: FnOnce(&dyn Watch) -> Result<(String, T), Failure> + Send + 'static,
    {
        let spoken = words(self.lang());
        let title = spoken.text(&format!("job.{kind}")).to_owned();
        let unit = spoken.text(if kind == LOOKS_INTO { "unit.bytes" } else { "unit.rows" }).to_owned();
        let bug = self.bug();
        let job = self.jobs.start(Arc::clone(&self.host), kind, title, unit, bug, move |watch| {
            let (sentence, result) = work(watch).map_err(|failure| failure.view(&spoken))?;
            Ok(Finished { sentence, result: serde_json::to_value(result).unwrap_or(Value::Null) })
        });
        JobStarted { job }
    }
}

/// Waits for the last holder of a session: only then is the project file free for whoever opens it next.
fn wait_until_closed(still_open: &Weak<()>) {
    let began = Instant::now();
    while still_open.strong_count() > 0 && began.elapsed() < LETS_GO {
        std::thread::sleep(Duration::from_millis(1));
    }
}
