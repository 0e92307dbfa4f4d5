//! PostgreSQL as target: one connection, one transaction for each piece of work.

mod accounts;
mod apply;
mod catalog;
mod check;
mod connect;
mod copy;
mod differences;
mod journal;
mod keep;
mod letters;
mod money;
mod park;
mod people;
mod plan;
mod prepare;
mod push;
mod resolve;
mod rollback;
mod session;
mod size;
mod sql;
mod upload;
mod verify;

pub use check::ServerFacts;
pub use connect::PortalUrl;
pub use letters::{FirstPassword, KeepLetters, LETTER_DAYS};
pub use people::{PortalPerson, people_fields};
pub use prepare::{Admin, PrepareOptions, SCHEMA_VERSION};
pub use session::Portal;
pub use verify::VerifyScope;
