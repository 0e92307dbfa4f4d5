//! The use cases, one file a stage. Functions named `ask…` answer the window; the others serve the
//! window, the command line and tests alike.

pub mod backup;
pub mod cleanse;
pub mod corrections;
pub mod demo;
pub mod grid;
pub mod home;
pub mod identity;
pub mod import;
pub mod jobs;
pub mod letters;
pub mod mailbox;
pub mod mapping;
pub mod matching;
pub mod people;
pub mod profile;
pub mod push;
pub mod report;
pub mod sessions;
pub mod settings;
pub mod validate;
