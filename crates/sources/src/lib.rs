//! Turns any source into tables of cells. Knows nothing of pupils or of where the rows go.
//!
//! [`open`] looks at the content of a file, never only at its name, and gives a [`Source`] whose
//! [`Probe`] says what was found. Rows then stream in blocks with a fixed amount of memory. What is
//! odd in the data comes as [`Note`]s; an [`Error`] means that the source could not be read.

#![cfg_attr(test, allow(clippy::expect_used, clippy::unwrap_used, clippy::panic))]

mod ahead;
pub mod archive;
mod disk;
pub mod error;
pub mod formats;
mod header;
mod input;
mod isolate;
mod lander;
pub mod limits;
pub mod live;
mod number;
mod pace;
mod scan;
mod source;
#[cfg(test)]
mod tests;
pub mod worker;

use std::path::Path;

pub use archive::Bundle;
pub use error::Error;
pub use live::{open as open_address, open_watched as open_address_watched};
use model::{Lang, Message, Silent, Watch};
pub use source::{
    Note, Options, Probe, ReadSummary, Reference, Secret, Sink, Skipped, Source, Stop, TableInfo, TableKind,
};

/// What this crate says to people.
pub const WORDS: [(Lang, &str); 2] =
    [(Lang::En, include_str!("../words/en.txt")), (Lang::Ms, include_str!("../words/ms.txt"))];

/// Opens the file at `path` with the reader that its content asks for.
///
/// The whole file is read once for its hash; nothing is written, neither to it nor beside it.
///
/// # Errors
///
/// [`Error`] where it cannot be read; each names the file and what can be done.
pub fn open(path: &Path, options: &Options) -> Result<Box<dyn Source>, Error> {
    open_watched(path, options, &Silent)
}

/// As [`open`], telling `watch` how many bytes of the file were read.
///
/// # Errors
///
/// As [`open`]; [`Error::Cancelled`] at once where the person stops it.
pub fn open_watched(path: &Path, options: &Options, watch: &dyn Watch) -> Result<Box<dyn Source>, Error> {
    let (path, options) = (path.to_owned(), options.clone());
    let file = scan::file_name(&path);
    pace::watched(&file, watch, move |pace| formats::open(scan::scan(&path, pace)?, &options))
}

/// A note for a file whose name ends in something that its content is not.
fn name_note(file: &str, format: &formats::Format) -> Option<Note> {
    let (_, extension) = file.rsplit_once('.')?;
    let extension = extension.to_lowercase();
    let known = formats::ALL.iter().any(|other| other.extensions.contains(&extension.as_str()));
    let wrong = known && !format.extensions.contains(&extension.as_str());
    let message = Message::new("source.note.wrong_name").with("file", file).with("format", format.code);
    wrong.then(|| Note::new("wrong-name", "", message))
}
