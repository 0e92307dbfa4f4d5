//! What a push needs from the project, and what it gives back to it.

use chrono::{DateTime, NaiveDate, Utc};
use model::Entity;
use uuid::Uuid;

use crate::Error;
use crate::policy::{Decision, Policies};
use crate::report::{EntityCounts, PlannedChange, PlannedRow, Receipt, Reject};

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

/// What is known of a record and a row of the portal before a push looks for it by its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownRow {
    /// Number of the record.
    pub record: i64,
    /// The row.
    pub target: Uuid,
    /// How the two belong together.
    pub kin: Kin,
    /// Good only while the row was last written then, as [`crate::PortalPerson::seen`]; `None` for what a person said.
    pub seen: Option<String>,
}

/// How a record and a row of the portal belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kin {
    /// The row is the record's.
    Same,
    /// The row is somebody else's: it is never found by any key.
    Other,
    /// They may be one, and nobody has said so yet: the record stays back, unless the portal knows its row already.
    Undecided,
}

impl Kin {
    /// The word in the push's temporary tables.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Other => "other",
            Self::Undecided => "undecided",
        }
    }
}

/// The row that a record became in a push that was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnRow {
    /// Number of the record.
    pub record: i64,
    /// The row.
    pub target: Uuid,
    /// The push; where the portal took it back since, the row is the record's no longer.
    pub batch: Uuid,
}

/// What a record or a row of the portal says of a person, where one has the other's number; empty for blank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Described<'a> {
    /// Full name.
    pub name: &'a str,
    /// Identity number.
    pub number: &'a str,
    /// Date of birth, `2016-03-05`.
    pub born: &'a str,
    /// Gender in standard form.
    pub gender: &'a str,
}

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

    /// The fields of `entity` that speak against a record being the person of a row that has its number, among
    /// `full_name`, `national_id`, `date_of_birth` and `gender`; none where they may be one. There is no usual answer:
    /// a push that did not ask would write one child over another.
    fn speaks_against(
        &self,
        entity: &'static Entity,
        ours: &Described<'_>,
        theirs: &Described<'_>,
    ) -> Vec<&'static str>;

    /// Whether records of `entity` were pushed to this portal before; never unless said otherwise.
    ///
    /// # Errors
    ///
    /// [`Error::Source`] where the project cannot be read.
    fn remembers(&mut self, _entity: &'static Entity) -> Result<bool, Error> {
        Ok(false)
    }

    /// Which rows these records of `entity` became before, one each at most; `records` rise. A record keeps its row
    /// though what it was known by was corrected since.
    ///
    /// # Errors
    ///
    /// [`Error::Source`] where the project cannot be read.
    fn rows_of(&mut self, _entity: &'static Entity, _records: &[i64]) -> Result<Vec<OwnRow>, Error> {
        Ok(Vec::new())
    }

    /// What a person decided about differences of `entity`, for [`crate::Policy::Ask`]; none unless said otherwise.
    ///
    /// # Errors
    ///
    /// [`Error::Source`] where the project cannot be read.
    fn decisions(&mut self, _entity: &'static Entity) -> Result<Vec<Decision>, Error> {
        Ok(Vec::new())
    }

    /// Which rows of the portal records of `entity` are, and which they are not: at most one row that is a record's.
    /// None unless said otherwise.
    ///
    /// # Errors
    ///
    /// [`Error::Source`] where the project cannot be read.
    fn known_rows(&mut self, _entity: &'static Entity) -> Result<Vec<KnownRow>, Error> {
        Ok(Vec::new())
    }
}

/// A value of its own that the portal keeps because the policy says so, as the push left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptValue<'a> {
    /// Entity code.
    pub entity: &'static str,
    /// Record number in the project.
    pub record: i64,
    /// Input code.
    pub field: &'a str,
    /// The portal's value; of a reference the row's number there. `None` where it is blank.
    pub portal: Option<&'a str>,
}

/// What the project remembers of [`KeptValue`]s when it compares.
pub trait KeptValues {
    /// Whether any value of this entity was kept.
    ///
    /// # Errors
    ///
    /// [`Error::Source`] where the project cannot be read.
    fn any(&self, _entity: &'static str) -> Result<bool, Error> {
        Ok(false)
    }

    /// Whether the portal kept exactly this value.
    ///
    /// # Errors
    ///
    /// [`Error::Source`] where the project cannot be read.
    fn has(&self, _kept: &KeptValue<'_>) -> Result<bool, Error> {
        Ok(false)
    }
}

/// Nothing was kept.
impl KeptValues for () {}

/// An error of the one who keeps the receipts.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps what a push answers. Called in this order: `reject`, `assigned` and `reset_token` for each row,
/// `prepared` once, then the portal commits, then `applied` once; `kept` somewhere before `prepared`. A rehearsal calls
/// `planned` and `change` alone.
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

    /// A new account can set its first password with this token, for 14 days. Keep it encrypted. `address` is the
    /// e-mail address with which the account was made.
    ///
    /// # Errors
    ///
    /// Any error stops the push; nothing is written.
    fn reset_token(&mut self, record: i64, target: Uuid, address: &str, token: &str) -> Result<(), SinkError>;

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

    /// The portal keeps this value because the policy says so: all of them, however many.
    ///
    /// # Errors
    ///
    /// Any error stops the push; nothing is written.
    fn kept(&mut self, _value: &KeptValue<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    /// What would become of a record, of each outcome the first [`crate::PLANNED`] of an entity.
    ///
    /// # Errors
    ///
    /// Any error stops the rehearsal.
    fn planned(&mut self, _row: &PlannedRow<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    /// A value that is another one in the portal, of each effect the first [`crate::PLANNED`] of an entity.
    ///
    /// # Errors
    ///
    /// Any error stops the rehearsal.
    fn change(&mut self, _change: &PlannedChange<'_>) -> Result<(), SinkError> {
        Ok(())
    }
}

/// How records travel to the portal.
#[derive(Clone, Copy, Debug)]
pub struct Upload {
    /// Number under which chunks lie in the incoming tables; the same number goes on where a push was cut off.
    pub id: Uuid,
    /// Bytes of a chunk, about.
    pub chunk_bytes: usize,
    /// Pushes of fewer records go straight into the transaction: sending them again costs less than asking which
    /// chunks are there.
    pub direct_below: u64,
}

impl Upload {
    /// The usual measures: chunks of 256 KiB, which a slow line sends in seconds, and 2,000 records.
    #[must_use]
    pub fn new(id: Uuid) -> Self {
        Self { id, chunk_bytes: 256 * 1024, direct_below: 2_000 }
    }
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
    /// How the records travel.
    pub upload: Upload,
    /// What happens where the portal has another value.
    pub policies: Policies,
    /// The time on this computer; a server whose clock is more than a day away refuses the push.
    pub clock: Option<DateTime<Utc>>,
}
