//! The nouns of Daftar: what a cell, a row, an entity, a finding, a fix, a rule and a check are.
//!
//! No input or output, no SQL, no window. Everything else depends on this crate and it depends on
//! none of ours.

pub mod batch;
pub mod block;
pub mod cell;
pub mod check;
pub mod entities;
pub mod entity;
pub mod finding;
pub mod fix;
pub mod job;
pub mod mapping;
pub mod names;
pub mod profile;
pub mod recipe;
pub mod rule;
pub mod shape;
pub mod words;

pub use batch::{Outcome, RecordState};
pub use block::{BlockError, RowBlock, RowRef};
pub use cell::{Cell, CellKind};
pub use check::{Check, Scope, Section};
pub use entity::{CodeList, Entity, Field, FieldKind, Key, Need, Person, Portal, Reference};
pub use finding::{Finding, Location, Message, Severity};
pub use fix::{Applicability, Fix};
pub use job::{Cancelled, Silent, Watch};
pub use mapping::{Binding, FieldBinding, FieldPath, LeftOut, PartMapping, TableMapping};
pub use profile::{ColumnFacts, DateFacts, DateOrder};
pub use recipe::{How, Operation, Recipe, Replace};
pub use rule::{Cx, Rule, Siblings};
pub use shape::{ShapeColumn, ShapeKind, SheetShape};
pub use words::{Lang, Words};
