//! The project file of a school, and only it: one encrypted SQLite file with everything Daftar knows.
//!
//! [`Project`] makes, opens, locks and copies the file. Who may open it and do what is in [`users`],
//! who did what in [`access_log`]. The other modules each own a group of tables: landed rows,
//! records, the change log, findings, mappings, receipts.

#![cfg_attr(test, allow(clippy::expect_used, clippy::unwrap_used, clippy::panic))]

pub mod access_log;
pub mod change_log;
pub mod error;
pub mod facets;
pub mod findings;
pub mod handouts;
pub mod landing;
pub mod mail;
pub mod mappings;
pub mod matches;
pub mod page;
pub mod plan;
pub mod policies;
pub mod profiles;
pub mod project;
pub mod proposals;
pub mod queue;
pub mod receipts;
pub mod records;
pub mod settings;
pub mod users;
pub mod vault;
mod vfs;

pub use error::{Error, Result};
pub use project::{NewProject, Peek, Project};
pub use rusqlite::Connection;
pub use users::{Permission, Role, User};
pub use vault::kdf::Kdf;
pub use vault::recovery::RecoveryKey;

use model::Lang;

/// The sentences of this crate, for [`model::Words::new`].
pub const WORDS: [(Lang, &str); 4] = [
    (Lang::En, include_str!("../words/vault.en.txt")),
    (Lang::Ms, include_str!("../words/vault.ms.txt")),
    (Lang::En, include_str!("../words/data.en.txt")),
    (Lang::Ms, include_str!("../words/data.ms.txt")),
];
