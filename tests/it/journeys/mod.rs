//! From files to a verified portal and back: on the command line and through the window's door.

mod cli;
mod database;
mod sheets;
pub(crate) mod window;
