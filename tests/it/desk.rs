//! The window's side without a window: commands by name, jobs waited for, dialogs answered.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use app::App;
use app::dto::{ErrorView, JobView};
use app::host::{Dialog, Host};
use serde_json::{Value, json};

/// The longest that a job of a test may take.
const MOST: Duration = Duration::from_secs(120);

/// A host that remembers what jobs said and answers every dialog with the same files.
pub(crate) struct FakeHost {
    dir: PathBuf,
    said: Mutex<Vec<JobView>>,
    news: Condvar,
    answer: Mutex<Vec<PathBuf>>,
}

impl FakeHost {
    fn heard<T>(&self, look: impl Fn(&[JobView]) -> Option<T>) -> Result<T> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = self.news.wait_timeout_while(said, MOST, |said| look(said).is_none());
        let (said, _) = wait.unwrap_or_else(PoisonError::into_inner);
        look(&said).with_context(|| format!("no such news in {MOST:?}: {:?}", said.last()))
    }
}

impl Host for FakeHost {
    fn config_dir(&self) -> PathBuf {
        self.dir.join("config")
    }

    fn documents_dir(&self) -> PathBuf {
        self.dir.join("documents")
    }

    fn job(&self, view: &JobView) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).push(view.clone());
        self.news.notify_all();
    }

    fn pick(&self, _: Dialog, _: &str) -> Vec<PathBuf> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A running Daftar with its fake host.
pub(crate) struct Desk {
    pub(crate) app: App,
    host: Arc<FakeHost>,
}

impl Desk {
    pub(crate) fn new(dir: &Path) -> Self {
        let (said, news, answer) = (Mutex::default(), Condvar::new(), Mutex::default());
        let host = Arc::new(FakeHost { dir: dir.to_owned(), said, news, answer });
        Self { app: App::new(Arc::clone(&host) as Arc<dyn Host>), host }
    }

    /// What every dialog is answered with from now on.
    pub(crate) fn will_pick(&self, paths: Vec<PathBuf>) {
        *self.host.answer.lock().unwrap_or_else(PoisonError::into_inner) = paths;
    }

    /// A command that must be done.
    pub(crate) fn ask(&self, command: &str, payload: Value) -> Result<Value> {
        self.app.dispatch(command, payload).map_err(|error| anyhow::anyhow!("{command}: {error:?}"))
    }

    /// A command that must be refused.
    pub(crate) fn refused(&self, command: &str, payload: Value) -> Result<ErrorView> {
        match self.app.dispatch(command, payload) {
            Err(error) => Ok(error),
            Ok(done) => bail!("{command} was not refused: {done}"),
        }
    }

    /// Starts a job and gives its number.
    pub(crate) fn start(&self, command: &str, payload: Value) -> Result<String> {
        let started = self.ask(command, payload)?;
        Ok(started["job"].as_str().context("a job has a number")?.to_owned())
    }

    /// Waits for the end of a job.
    pub(crate) fn ended(&self, job: &str) -> Result<JobView> {
        self.host.heard(|said| said.iter().find(|view| view.job == job && view.state != "running").cloned())
    }

    /// Waits until a running job says how far it is.
    pub(crate) fn under_way(&self, job: &str) -> Result<JobView> {
        self.host.heard(|said| {
            said.iter().find(|view| view.job == job && (view.done > 0.0 || view.state != "running")).cloned()
        })
    }

    /// A job that must be done; gives its result.
    pub(crate) fn job(&self, command: &str, payload: Value) -> Result<Value> {
        let view = self.ended(&self.start(command, payload)?)?;
        if view.state != "done" {
            bail!("{command} ended as {}: {:?}", view.state, view.error);
        }
        anyhow::ensure!(!view.sentence.is_empty(), "{command} says nothing at its end");
        Ok(serde_json::from_str(view.result.as_deref().unwrap_or("null"))?)
    }

    /// A job that must fail; gives its error.
    pub(crate) fn failed(&self, command: &str, payload: Value) -> Result<ErrorView> {
        let view = self.ended(&self.start(command, payload)?)?;
        view.error.with_context(|| format!("{command} ended as {}: {}", view.state, view.sentence))
    }

    /// Opens a project; an empty user is the administrator who made it.
    pub(crate) fn open(&self, path: &Path, user: &str, passphrase: &str) -> Result<Value> {
        self.ask("project_open", json!({ "path": path, "user": user, "passphrase": passphrase }))
    }
}
