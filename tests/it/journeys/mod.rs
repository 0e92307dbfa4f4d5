//! From files to a verified portal and back: on the command line and through the window's door.

mod cli;
pub(crate) mod conflicts;
mod database;
pub(crate) mod window;
