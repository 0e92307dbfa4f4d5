//! From files to a verified portal and back: on the command line and through the window's door.

mod backup;
mod cli;
pub(crate) mod conflicts;
mod database;
mod new_people;
mod newest;
mod portal_people;
mod sheets;
mod trust;
mod undone;
pub(crate) mod window;
mod years;
