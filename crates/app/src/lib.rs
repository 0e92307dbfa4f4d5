//! The use cases of Daftar: the only crate that joins the others.
//!
//! The command line calls the functions of [`command`] directly with a [`Session`]; the window and the
//! tests call [`App::dispatch`] by name with JSON documents, see [`dto`].

pub mod command;
pub mod commands;
pub mod dto;
pub mod error;
pub mod host;
pub mod jobs;
pub mod private_portal;
pub mod session;
pub mod words;

mod app;
mod beside;
mod clock;
mod facts;
mod local;
mod say;

pub use app::App;
pub use error::{Code, Failure};
pub use session::Session;
pub use sources::Probe;
pub use sources::worker::serve_if_asked;

/// A result of a use case.
pub type Result<T, E = Failure> = std::result::Result<T, E>;
