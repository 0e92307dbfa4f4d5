//! Projects, who is in, and where the work stands.

use super::dto;

dto! {
    /// Makes a new project file.
    pub struct ProjectCreate {
        pub path: String,
        pub school: String,
        pub code: String,
        pub country: String,
        pub year: i32,
        pub language: String,
        pub user: String,
        pub display_name: String,
        pub passphrase: String,
    }
    /// A new project: the recovery key is shown this once.
    pub struct ProjectCreated {
        pub recovery_key: String,
        pub session: SessionView,
    }
    /// Opens a project file.
    pub struct ProjectOpen {
        pub path: String,
        pub user: String,
        pub passphrase: String,
    }
    /// Opens a project with its recovery key and gives `user` a new passphrase.
    pub struct ProjectRecover {
        pub path: String,
        pub user: String,
        pub recovery_key: String,
        pub new_passphrase: String,
    }
    /// Names a project file.
    pub struct ProjectPath {
        pub path: String,
    }
    /// Unlocks the window after it locked itself.
    pub struct Unlock {
        pub passphrase: String,
    }
    /// A project opened before on this computer.
    pub struct RecentProject {
        pub path: String,
        pub file: String,
        pub school: String,
        pub user: String,
        pub opened_at: String,
        /// Whether the file is still there.
        pub present: bool,
    }
    /// Who works in which project.
    pub struct SessionView {
        pub open: bool,
        pub locked: bool,
        pub path: String,
        pub school: String,
        pub code: String,
        pub year: i32,
        pub user: String,
        pub display_name: String,
        /// `administrator`, `registrar`, `clerk` or `auditor`.
        pub role: String,
        /// What the role may do: `import`, `map`, `cleanse`, `edit-records`, `validate`, `waive`, `push`, `verify`,
        /// `rollback`, `report`, `manage-users`, `manage-settings`, `view-access-log`, `backup` and so on.
        pub may: Vec<String>,
        pub language: String,
        pub theme: String,
        pub density: String,
        pub idle_minutes: u32,
        pub version: String,
    }
    /// Home: the journey in five steps and what comes next.
    pub struct HomeView {
        pub school: String,
        pub steps: Vec<HomeStep>,
        /// Stage to go to next: `import`, `mapping`, `cleanse`, `validate`, `push`, `verify`, `report`.
        pub next_stage: String,
        pub next_title: String,
        pub next_why: String,
        pub activity: Vec<Activity>,
        /// Portal without password; empty where none is set.
        pub portal: String,
        pub entities: Vec<EntityCounts>,
    }
    /// One of the five steps: brought in, matched, cleansed, checked, in the portal.
    pub struct HomeStep {
        pub stage: String,
        pub title: String,
        pub count: u32,
        pub total: u32,
        /// `empty`, `doing`, `attention` or `done`.
        pub state: String,
        pub detail: String,
    }
    /// Something a person did.
    pub struct Activity {
        pub at: String,
        pub who: String,
        pub what: String,
    }
    /// Where the records of one entity stand.
    pub struct EntityCounts {
        pub entity: String,
        pub title: String,
        pub records: u32,
        pub ready: u32,
        pub held_back: u32,
        pub merged: u32,
        pub excluded: u32,
        pub in_portal: u32,
    }
    /// Where a file is to be opened or saved.
    pub struct DialogAsk {
        /// `open-project`, `save-project`, `open-sources`, `open-folder`, `save-report`.
        pub kind: String,
        pub suggested: String,
    }
    /// What was chosen; empty where the person cancelled.
    pub struct DialogAnswer {
        pub paths: Vec<String>,
    }
    /// Everything the settings screen shows.
    pub struct SettingsView {
        pub language: String,
        pub theme: String,
        pub density: String,
        pub idle_minutes: u32,
        pub school: String,
        pub code: String,
        pub country: String,
        /// The school's own telephone numbers, commas between.
        pub school_phone: String,
        pub year: i32,
        pub portal_url: String,
        /// Whether a password for the portal is held in memory while the project is open.
        pub portal_password_kept: bool,
        /// Address of the portal's Redis; empty where none is set.
        pub redis_url: String,
        pub project_path: String,
        pub project_bytes: f64,
        /// Copies of each kind that stay beside the project.
        pub backups_kept: u32,
        /// Copies that lie there, and how large they are together.
        pub backups: f64,
        pub backups_bytes: f64,
    }
    /// Changes settings; what is `null` stays.
    pub struct SettingsSet {
        pub language: Option<String>,
        pub theme: Option<String>,
        pub density: Option<String>,
        pub idle_minutes: Option<u32>,
        pub school: Option<String>,
        pub code: Option<String>,
        pub school_phone: Option<String>,
        pub year: Option<i32>,
        pub portal_url: Option<String>,
        pub portal_password: Option<String>,
        pub redis_url: Option<String>,
        pub redis_password: Option<String>,
        pub backups_kept: Option<u32>,
    }
    /// The messages with which new people set their passwords.
    pub struct MailboxView {
        /// Messages that wait to be handed to the portal's mailer.
        pub waiting: f64,
        /// Messages that were handed over.
        pub sent: f64,
        /// Messages whose token is no longer good.
        pub expired: f64,
        /// Whether the portal's Redis answers; `false` where none is set.
        pub reachable: bool,
        pub sentence: String,
    }
}
