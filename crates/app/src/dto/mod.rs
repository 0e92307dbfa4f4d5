//! What crosses to the screen and back: plain documents, made by hand from the domain.
//!
//! Every sentence in them is already said in the user's language. Counts are `u32` or `f64`-safe
//! because JavaScript has no 64-bit integers.

mod cleanse;
mod corrections;
mod grid;
mod identity;
mod import;
mod job;
mod mapping;
mod matching;
mod people;
mod plan;
mod profile;
mod push;
mod report;
mod session;
mod validate;
mod values;

pub use cleanse::*;
pub use corrections::*;
pub use grid::*;
pub use identity::*;
pub use import::*;
pub use job::*;
pub use mapping::*;
pub use matching::*;
pub use people::*;
pub use plan::*;
pub use profile::*;
pub use push::*;
pub use report::*;
pub use session::*;
pub use validate::*;
pub use values::*;

/// Derives what every document needs.
macro_rules! dto {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $kind:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[serde(rename_all = "camelCase")]
        pub struct $name { $($(#[$field_meta])* #[allow(missing_docs)] pub $field: $kind,)* }
    )*};
}
pub(crate) use dto;

dto! {
    /// No arguments.
    pub struct Nothing {}
    /// A window on a long list.
    pub struct Page {
        pub offset: u32,
        pub limit: u32,
    }
    /// What happened, in one sentence.
    pub struct Said {
        pub sentence: String,
    }
}
