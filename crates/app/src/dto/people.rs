//! Who may do what in Daftar.

use super::dto;

dto! {
    /// A user of the project.
    pub struct UserView {
        pub name: String,
        pub display_name: String,
        pub role: String,
        pub role_title: String,
        pub disabled: bool,
        pub created_at: String,
        pub last_seen: String,
        /// Whether it is the person at the keyboard.
        pub me: bool,
    }
    /// Adds a user.
    pub struct UserAdd {
        pub name: String,
        pub display_name: String,
        pub role: String,
        pub passphrase: String,
    }
    /// Changes a user; what is `null` stays.
    pub struct UserChange {
        pub name: String,
        pub role: Option<String>,
        pub disabled: Option<bool>,
        pub new_passphrase: Option<String>,
    }
    /// Changes one's own passphrase.
    pub struct PassphraseChange {
        pub old: String,
        pub new: String,
    }
    /// A new recovery key, shown this once.
    pub struct RecoveryKeyView {
        pub recovery_key: String,
    }
    /// The log of access.
    pub struct AccessLogView {
        pub total: f64,
        /// Whether the chain of hashes is whole.
        pub whole: bool,
        pub entries: Vec<AccessEntry>,
    }
    /// One entry of the log.
    pub struct AccessEntry {
        pub at: String,
        pub user: String,
        pub what: String,
    }
}
