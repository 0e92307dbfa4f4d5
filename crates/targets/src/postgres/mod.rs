//! PostgreSQL as target: one connection, one transaction for each piece of work.

mod apply;
mod check;
mod connect;
mod copy;
mod journal;
mod letters;
mod prepare;
mod push;
mod resolve;
mod rollback;
mod session;
mod size;
mod sql;
mod verify;

pub use connect::PortalUrl;
pub use letters::{FirstPassword, LETTER_DAYS};
pub use prepare::{Admin, PrepareOptions, SCHEMA_VERSION};
pub use session::Portal;
pub use verify::VerifyScope;
