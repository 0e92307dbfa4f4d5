//! One person at work in one open project.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Instant;

use chrono::Datelike as _;
use model::{Lang, Words};
use staging::page::Pages;
use staging::project::Reader;
use staging::settings::{self, Settings};
use staging::{Kdf, NewProject, Permission, Project, RecoveryKey, User};

use crate::clock;
use crate::command::cleanse::values::Clusters;
use crate::error::{Code, Failure};
use crate::jobs::lock;

/// An open project: one writer, which a job holds while it works, and one reader, so that every screen
/// stays usable meanwhile.
pub struct Session {
    project: Mutex<Project>,
    reader: Mutex<Reader>,
    /// Views of the grid that were made for filters and orders.
    pages: Mutex<Pages>,
    /// Groups of spellings as last looked for.
    clusters: Mutex<Option<Clusters>>,
    known: Mutex<Known>,
    /// The portal's password, for as long as the project is open; never stored.
    portal_password: Mutex<Option<String>>,
    /// That of the portal's Redis, kept in the same way.
    redis_password: Mutex<Option<String>>,
    queue: Mutex<QueueWatch>,
    /// Let go of last, when the project file is closed: a session's own count is down before that.
    open: Arc<()>,
}

/// Whether somebody watches over the waiting push.
#[derive(Default)]
struct QueueWatch {
    watched: bool,
    /// Asked to look at once.
    poked: bool,
    next_try: Option<Instant>,
}

/// What is asked often and changes seldom.
struct Known {
    user: User,
    settings: Settings,
    path: std::path::PathBuf,
}

/// A school that begins to work with Daftar.
pub struct NewSchool<'a> {
    /// Its name.
    pub school: &'a str,
    /// Its code.
    pub code: &'a str,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// The academic year it works in; this year where nobody says.
    pub year: Option<i32>,
    /// Language of the project.
    pub lang: Lang,
    /// Name of the first administrator.
    pub user: &'a str,
    /// The first administrator's passphrase.
    pub passphrase: &'a str,
}

/// Whether keys are made at their full cost; only made-up schools in tests say no.
#[must_use]
pub fn kdf() -> Kdf {
    if std::env::var_os("DAFTAR_TEST_CHEAP_KEYS").is_some() { Kdf::CHEAP } else { Kdf::STANDARD }
}

impl Session {
    /// Makes a project and opens it; the recovery key is given this once.
    ///
    /// # Errors
    ///
    /// As [`Project::create`].
    pub fn create(path: &Path, new: &NewProject<'_>) -> Result<(Self, RecoveryKey), Failure> {
        let (project, key) = Project::create(path, new)?;
        Ok((Self::of(project)?, key))
    }

    /// Makes a project for a school; gives the recovery key, which is shown this once.
    ///
    /// # Errors
    ///
    /// As [`Project::create`].
    pub fn found(path: &Path, school: &NewSchool<'_>) -> Result<(Self, String), Failure> {
        let new = NewProject {
            school: school.school,
            code: school.code,
            country: school.country,
            language: school.lang,
            year: Some(school.year.unwrap_or_else(|| clock::today().year())),
            user: school.user,
            display_name: "",
            passphrase: school.passphrase,
            kdf: kdf(),
            now: clock::now(),
        };
        let (session, key) = Self::create(path, &new)?;
        Ok((session, key.text().to_string()))
    }

    /// Opens a project; without a user as the administrator who made it.
    ///
    /// # Errors
    ///
    /// As [`Project::open`].
    pub fn open(path: &Path, user: Option<&str>, passphrase: &str) -> Result<Self, Failure> {
        let project = match user {
            Some(user) => Project::open(path, user, passphrase, clock::now())?,
            None => Project::open_as_creator(path, passphrase, clock::now())?,
        };
        Self::of(project)
    }

    /// Opens a project with its recovery key.
    ///
    /// # Errors
    ///
    /// As [`Project::open_with_recovery`].
    pub fn recover(path: &Path, key: &str, user: &str, passphrase: &str) -> Result<Self, Failure> {
        let key = RecoveryKey::parse(key)?;
        Self::of(Project::open_with_recovery(path, &key, user, passphrase, clock::now())?)
    }

    /// What was left half done when the program or the power went away is taken out first.
    fn of(project: Project) -> Result<Self, Failure> {
        staging::landing::recover(project.connection(), &model::Silent)?;
        let known = Known {
            user: project.user().clone(),
            settings: settings::read(project.connection())?,
            path: project.path().to_path_buf(),
        };
        let reader = project.reader()?;
        Ok(Self {
            project: Mutex::new(project),
            reader: Mutex::new(reader),
            pages: Mutex::new(Pages::default()),
            clusters: Mutex::new(None),
            known: Mutex::new(known),
            portal_password: Mutex::new(None),
            redis_password: Mutex::new(None),
            queue: Mutex::default(),
            open: Arc::default(),
        })
    }

    /// Tells whether the project file is still open after everybody let go of the session.
    pub(crate) fn still_open(&self) -> Weak<()> {
        Arc::downgrade(&self.open)
    }

    /// The project for writing. Waits for no job: two writers at once are refused.
    ///
    /// # Errors
    ///
    /// [`Code::ProjectBusy`] while a job holds it, [`Code::NotAllowed`] where the role may not.
    pub fn write(&self, permission: Permission) -> Result<MutexGuard<'_, Project>, Failure> {
        let project = match self.project.try_lock() {
            Ok(project) => project,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => {
                return Err(Failure::refused(Code::ProjectBusy, "error.job-busy", "error.job-busy.hint"));
            }
        };
        project.require(permission)?;
        Ok(project)
    }

    /// The project for reading, beside whatever is being written.
    ///
    /// # Errors
    ///
    /// [`Code::NotAllowed`] where the role may not.
    pub fn read(&self, permission: Permission) -> Result<MutexGuard<'_, Reader>, Failure> {
        let user = self.user();
        if !user.role.allows(permission) {
            let (role, permission) = (user.role.code(), permission.code());
            return Err(staging::Error::NotAllowed { role, permission }.into());
        }
        Ok(lock(&self.reader))
    }

    /// The reader, whoever works: to hold the project as it is while an edit is made.
    pub(crate) fn snapshot(&self) -> MutexGuard<'_, Reader> {
        lock(&self.reader)
    }

    /// The grid's views.
    pub(crate) fn pages(&self) -> MutexGuard<'_, Pages> {
        lock(&self.pages)
    }

    /// Groups of spellings as last looked for.
    pub(crate) fn clusters(&self) -> MutexGuard<'_, Option<Clusters>> {
        lock(&self.clusters)
    }

    /// Keeps groups of spellings until others are looked for.
    pub(crate) fn keep_clusters(&self, clusters: Clusters) {
        *lock(&self.clusters) = Some(clusters);
    }

    /// A reader of its own, for a job that reads beside its own writing.
    ///
    /// # Errors
    ///
    /// Those of the project file.
    pub fn own_reader(project: &Project) -> Result<Reader, Failure> {
        Ok(project.reader()?)
    }

    /// Who works.
    #[must_use]
    pub fn user(&self) -> User {
        lock(&self.known).user.clone()
    }

    /// The settings as last read or written.
    #[must_use]
    pub fn settings(&self) -> Settings {
        lock(&self.known).settings.clone()
    }

    /// Takes over settings that were just written.
    pub fn set_settings(&self, settings: Settings) {
        lock(&self.known).settings = settings;
    }

    /// The project's language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        lock(&self.known).settings.language
    }

    /// Speaks another language for as long as the project is open.
    pub fn speak(&self, lang: Lang) {
        lock(&self.known).settings.language = lang;
    }

    /// The sentences of the project's language.
    #[must_use]
    pub fn words(&self) -> Words {
        crate::words::words(self.lang())
    }

    /// Minutes after which an untouched window locks.
    #[must_use]
    pub fn idle_minutes(&self) -> u16 {
        lock(&self.known).settings.idle_minutes
    }

    /// The project file.
    #[must_use]
    pub fn path(&self) -> std::path::PathBuf {
        lock(&self.known).path.clone()
    }

    /// The academic year the school works in, where it was said.
    #[must_use]
    pub fn year(&self) -> Option<i32> {
        lock(&self.known).settings.year
    }

    /// Checks the passphrase of whoever works, as at a locked window.
    ///
    /// # Errors
    ///
    /// [`Code::WrongPassphrase`].
    pub fn verify(&self, passphrase: &str) -> Result<(), Failure> {
        let name = self.user().name;
        Ok(lock(&self.project).verify_passphrase(&name, passphrase)?)
    }

    /// The portal's password, where one was given since the project was opened.
    #[must_use]
    pub fn portal_password(&self) -> Option<String> {
        lock(&self.portal_password).clone()
    }

    /// Keeps the portal's password for as long as the project is open.
    pub fn set_portal_password(&self, password: Option<String>) {
        *lock(&self.portal_password) = password.filter(|password| !password.is_empty());
    }

    /// The password of the portal's Redis, where one was given since the project was opened.
    #[must_use]
    pub fn redis_password(&self) -> Option<String> {
        lock(&self.redis_password).clone()
    }

    /// Keeps the password of the portal's Redis for as long as the project is open.
    pub fn set_redis_password(&self, password: Option<String>) {
        *lock(&self.redis_password) = password.filter(|password| !password.is_empty());
    }

    /// Takes over watching the queue, or gives it up; false where somebody watches already.
    pub(crate) fn watch_queue(&self, watched: bool) -> bool {
        let mut queue = lock(&self.queue);
        std::mem::replace(&mut queue.watched, watched) != watched
    }

    /// Asks whoever watches over the queue to look at once.
    pub(crate) fn poke_queue(&self) {
        lock(&self.queue).poked = true;
    }

    /// Whether somebody asked to look at once; said only once.
    pub(crate) fn queue_poked(&self) -> bool {
        std::mem::take(&mut lock(&self.queue).poked)
    }

    /// Notes when the waiting push is tried next.
    pub(crate) fn set_next_try(&self, at: Instant) {
        lock(&self.queue).next_try = Some(at);
    }

    /// Seconds until the waiting push is tried next, where that is known.
    pub(crate) fn seconds_to_next_try(&self) -> Option<u32> {
        let next = lock(&self.queue).next_try?;
        u32::try_from(next.saturating_duration_since(Instant::now()).as_secs()).ok()
    }

    /// Closes the project with everything in its one file.
    ///
    /// # Errors
    ///
    /// As [`Project::close`].
    pub fn close(self) -> Result<(), Failure> {
        drop(self.reader);
        let project = self.project.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(project.close()?)
    }
}
