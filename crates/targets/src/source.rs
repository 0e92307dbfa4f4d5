//! What a push needs from the project, and what it gives back to it.

use chrono::NaiveDate;
use model::Entity;
use uuid::Uuid;

use crate::Error;
use crate::report::{EntityCounts, Receipt, Reject};

/// One record as it goes to the portal.
#[derive(Clone, Copy, Debug)]
pub struct PushRow<'a> {
    /// Number of the record in the project, rising from row to row.
    pub record: i64,
    /// What identifies the record in its source for ever: `ic:120304-10-1234`.
    pub source_key: &'a str,
    /// One text in standard form per input, in the order of [`crate::inputs`]; `None` and empty mean blank.
    pub values: &'a [Option<&'a str>],
}

/// Takes rows one by one.
pub type RowSink<'a> = dyn FnMut(PushRow<'_>) -> Result<(), Error> + 'a;

/// The records of a project.
pub trait PushSource {
    /// How many records there are per entity code. Entities that are not named are not pushed.
    fn counts(&self) -> Vec<(&'static str, u64)>;

    /// Gives all records of `entity` to `sink`, in rising order of their numbers.
    ///
    /// # Errors
    ///
    /// What `sink` answers, or [`Error::Source`] where the project cannot be read.
    fn rows(&mut self, entity: &'static Entity, sink: &mut RowSink<'_>) -> Result<(), Error>;
}

/// An error of the one who keeps the receipts.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps what a push answers. Called in this order: `reject`, `assigned` and `reset_token` for each row,
/// `prepared` once, then the portal commits, then `applied` once. A rehearsal calls nothing.
pub trait ReceiptSink {
    /// A row was refused.
    ///
    /// # Errors
    ///
    /// Any error stops the push; nothing is written.
    fn reject(&mut self, reject: &Reject) -> Result<(), SinkError>;

    /// The record has this row in the portal, and this number where the portal gave it one.
    ///
    /// # Errors
    ///
    /// Any error stops the push; nothing is written.
    fn assigned(
        &mut self,
        entity: &'static str,
        record: i64,
        target: Uuid,
        number: Option<&str>,
    ) -> Result<(), SinkError>;

    /// A new account can set its first password with this token, for 14 days. Keep it encrypted.
    ///
    /// # Errors
    ///
    /// Any error stops the push; nothing is written.
    fn reset_token(&mut self, record: i64, target: Uuid, token: &str) -> Result<(), SinkError>;

    /// All is ready to commit. Must be on the disk when this returns.
    ///
    /// # Errors
    ///
    /// Any error stops the push; nothing is written.
    fn prepared(&mut self, receipt: &Receipt) -> Result<(), SinkError>;

    /// The portal has committed.
    ///
    /// # Errors
    ///
    /// The push stands; [`crate::Portal::batch_state`] tells so later.
    fn applied(&mut self, receipt: &Receipt) -> Result<(), SinkError>;
}

/// How to push.
#[derive(Clone, Debug)]
pub struct PushOptions {
    /// Number of this push; the same number is never applied twice.
    pub batch: Uuid,
    /// Number of the project.
    pub workspace: Uuid,
    /// The school's short code, part of the numbers given to pupils: `MY`.
    pub school_code: String,
    /// Name of the system the records come from, the first part of their identity: `legacy`.
    pub source_system: String,
    /// Who pushes.
    pub pushed_by: String,
    /// Do everything, then take it back.
    pub rehearse: bool,
    /// The day; its year is part of the numbers given to pupils.
    pub today: NaiveDate,
    /// Most rejected rows of an entity, in percent, before everything is taken back. The plan's rule: 10.
    pub max_reject_percent: u8,
    /// The counts of the rehearsal that a person agreed to; where the portal moved since, nothing is written.
    pub expect: Option<Vec<EntityCounts>>,
}
