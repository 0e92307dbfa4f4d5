//! What can go wrong with a portal as a whole. A single bad row is a reject, not an error.

use chrono::{DateTime, Utc};
use model::{Cancelled, Message};
use uuid::Uuid;

use crate::report::Difference;

/// A push, a preparation or another piece of work could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address of the portal cannot be read.
    #[error("the portal's address is not understood: {part}")]
    BadUrl {
        /// Which part.
        part: &'static str,
    },
    /// The server does not answer.
    #[error("the portal at {host} cannot be reached")]
    Unreachable {
        /// Host or socket folder.
        host: String,
        /// Why, from the driver; `None` where time ran out.
        #[source]
        cause: Option<sqlx::Error>,
    },
    /// The server's certificate is not trusted, or it speaks no TLS.
    #[error("no safe connection to {host}")]
    Unsafe {
        /// Host.
        host: String,
        /// Why, from the driver.
        #[source]
        cause: sqlx::Error,
    },
    /// The file with the authorities that the address names cannot be read.
    #[error("the file of authorities {file} cannot be read")]
    NoRootCert {
        /// The file, as the address has it.
        file: String,
    },
    /// The server admits this computer only with encryption, if at all.
    #[error("the portal at {host} takes no connection without encryption")]
    TlsRequired {
        /// Host.
        host: String,
    },
    /// The server does not admit this computer or this login.
    #[error("the portal at {host} does not admit this computer")]
    NotAdmitted {
        /// Host.
        host: String,
    },
    /// The login or the database has no connection free, by a limit that somebody set.
    #[error("the portal allows no more connections of {user}")]
    ConnectionLimit {
        /// User name.
        user: String,
    },
    /// The server refuses the login.
    #[error("the portal refuses the login of {user}")]
    AuthFailed {
        /// User name.
        user: String,
    },
    /// There is no such database.
    #[error("there is no database {database}")]
    NoDatabase {
        /// Its name.
        database: String,
    },
    /// The server is older than the oldest that Daftar works with.
    #[error("PostgreSQL {found} is too old, {needed} is needed")]
    ServerTooOld {
        /// Version of the server.
        found: i32,
        /// Oldest version that will do.
        needed: i32,
    },
    /// The account may not do this.
    #[error("the account may not {what}")]
    RightMissing {
        /// What it may not: `create schemas`, `read or write the portal's tables`.
        what: &'static str,
    },
    /// The portal has not been prepared.
    #[error("the portal has not been prepared")]
    SchemaMissing,
    /// The portal was prepared by an older Daftar.
    #[error("the portal's schema is version {found}, {needed} is needed")]
    SchemaOlder {
        /// Version there.
        found: i32,
        /// Version needed.
        needed: i32,
    },
    /// The portal was prepared by a newer Daftar.
    #[error("the portal's schema is version {found}, this program knows {known}")]
    SchemaNewer {
        /// Version there.
        found: i32,
        /// Newest version that this program knows.
        known: i32,
    },
    /// Tables differ from what Daftar writes.
    #[error("{} parts of the portal differ from what is expected: {}", .0.len(), listed(.0))]
    SchemaMismatch(Vec<Difference>),
    /// An account with the administrator's address is there and is no administrator's.
    #[error("an account with the administrator's address is there already and is no administrator")]
    AdminTaken,
    /// The database holds schemas of the same name that Daftar did not make.
    #[error("the database has a schema {schema} that is not a portal's")]
    NotAPortal {
        /// The first such schema.
        schema: String,
    },
    /// The database holds tables of somebody else, so a portal is not begun there.
    #[error("the database has a table {table} that is not a portal's")]
    NotEmpty {
        /// The first such table.
        table: String,
    },
    /// The connection was lost; the server has taken everything back.
    #[error("the connection was lost; nothing was written")]
    Interrupted,
    /// The connection was lost while the server was asked to commit.
    #[error("the connection was lost during the commit of batch {batch}")]
    CommitUnknown {
        /// The batch; ask for its state.
        batch: Uuid,
    },
    /// The portal is no longer as it was in the rehearsal.
    #[error("the portal has changed since the rehearsal ({entity})")]
    Moved {
        /// The first entity with other counts.
        entity: String,
    },
    /// The server has other chunks than were sent; they are sent again, so that nobody should see this.
    #[error("the server has lost records that were uploaded")]
    UploadLost,
    /// The server takes no changes: a copy that only follows another, or set so.
    #[error("the portal is read-only")]
    ReadOnly,
    /// The server's disk, or what it gives to this account, is full.
    #[error("the portal's server has no space left")]
    Full,
    /// The clocks of this computer and of the server are days apart.
    #[error("the clocks are apart: {here} here, {there} in the portal")]
    ClockWrong {
        /// This computer's.
        here: DateTime<Utc>,
        /// The server's.
        there: DateTime<Utc>,
    },
    /// Another piece of work holds the rows for too long, or the two would wait for each other.
    #[error("other work in the portal stands in the way")]
    Busy,
    /// Stopped by a person.
    #[error("stopped")]
    Cancelled,
    /// There is no such batch.
    #[error("the portal knows no batch {batch}")]
    NoBatch {
        /// Its number.
        batch: Uuid,
    },
    /// The project could not be read.
    #[error("the records cannot be read")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The project gave other rows than it had promised.
    #[error("{entity}: {promised} records were announced, {sent} came")]
    SourceCount {
        /// Entity code.
        entity: &'static str,
        /// Announced.
        promised: u64,
        /// Came.
        sent: u64,
    },
    /// The project's rows are not in rising order, or have another number of values.
    #[error("{entity}: record {record} is out of order or not of the expected width")]
    SourceOrder {
        /// Entity code.
        entity: &'static str,
        /// Record number.
        record: i64,
    },
    /// The receipt could not be kept, so nothing was committed.
    #[error("the receipt cannot be kept")]
    Receipt(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The portal has committed, but that could not be noted in the project.
    #[error("batch {batch} is applied, but the receipt cannot be closed")]
    ReceiptOpen {
        /// The batch.
        batch: Uuid,
        /// Why.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A check of the push on itself failed; nothing was written.
    #[error("check {check} failed for {count} rows of {entity}")]
    Integrity {
        /// Which check.
        check: &'static str,
        /// Entity code.
        entity: String,
        /// Number of rows.
        count: i64,
    },
    /// The server refuses a statement for a reason that is not in the rows.
    #[error("the portal refuses a statement: {sqlstate} {constraint}")]
    Refused {
        /// PostgreSQL's code.
        sqlstate: String,
        /// Constraint, where one is named.
        constraint: String,
    },
    /// The driver met something it does not know.
    #[error("the connection to the portal failed in an unexpected way")]
    Driver(#[source] sqlx::Error),
    /// The system gives no random numbers.
    #[error("no random numbers")]
    NoRandom,
    /// The password cannot be hashed.
    #[error("the password cannot be hashed")]
    Password,
    /// The background worker cannot be started.
    #[error("the connection's worker cannot be started")]
    Worker(#[source] std::io::Error),
}

impl Error {
    /// A short code, stable from version to version.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadUrl { .. } => "bad-url",
            Self::Unreachable { .. } => "unreachable",
            Self::Unsafe { .. } => "unsafe",
            Self::NoRootCert { .. } => "no-root-cert",
            Self::TlsRequired { .. } => "tls-required",
            Self::NotAdmitted { .. } => "not-admitted",
            Self::ConnectionLimit { .. } => "connection-limit",
            Self::AuthFailed { .. } => "auth-failed",
            Self::NoDatabase { .. } => "no-database",
            Self::ServerTooOld { .. } => "server-too-old",
            Self::RightMissing { .. } => "right-missing",
            Self::SchemaMissing => "schema-missing",
            Self::SchemaOlder { .. } => "schema-older",
            Self::SchemaNewer { .. } => "schema-newer",
            Self::SchemaMismatch(_) => "schema-mismatch",
            Self::AdminTaken => "admin-taken",
            Self::NotAPortal { .. } => "not-a-portal",
            Self::NotEmpty { .. } => "not-empty",
            Self::Interrupted => "interrupted",
            Self::CommitUnknown { .. } => "commit-unknown",
            Self::Moved { .. } => "moved",
            Self::Busy => "busy",
            Self::UploadLost => "upload-lost",
            Self::ReadOnly => "read-only",
            Self::Full => "full",
            Self::ClockWrong { .. } => "clock-wrong",
            Self::Cancelled => "cancelled",
            Self::NoBatch { .. } => "no-batch",
            Self::Source(_) | Self::SourceCount { .. } | Self::SourceOrder { .. } => "source",
            Self::Receipt(_) => "receipt",
            Self::ReceiptOpen { .. } => "receipt-open",
            Self::Integrity { .. } => "integrity",
            Self::Refused { .. } => "refused",
            Self::Driver(_) | Self::NoRandom | Self::Password | Self::Worker(_) => "driver",
        }
    }

    /// Whether rows were or may have been written.
    #[must_use]
    pub fn written(&self) -> bool {
        matches!(self, Self::CommitUnknown { .. } | Self::ReceiptOpen { .. })
    }

    /// Whether the same may go well later without anybody doing anything: the network, or other work.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Interrupted | Self::CommitUnknown { .. } | Self::Busy | Self::UploadLost
        )
    }

    /// What happened, for a person.
    #[must_use]
    pub fn message(&self) -> Message {
        let say = Message::new(MESSAGES.iter().find(|(code, ..)| *code == self.code()).map_or("", |(_, key, _)| *key));
        match self {
            Self::BadUrl { part } => say.with("part", part),
            Self::Unreachable { host, .. }
            | Self::Unsafe { host, .. }
            | Self::TlsRequired { host }
            | Self::NotAdmitted { host } => say.with("host", host),
            Self::NoRootCert { file } => say.with("file", file),
            Self::AuthFailed { user } | Self::ConnectionLimit { user } => say.with("user", user),
            Self::NoDatabase { database } => say.with("database", database),
            Self::ServerTooOld { found, needed } | Self::SchemaOlder { found, needed } => {
                say.with("found", found).with("needed", needed)
            }
            Self::RightMissing { what } => say.with("what", what),
            Self::SchemaNewer { found, known } => say.with("found", found).with("known", known),
            Self::SchemaMismatch(differences) => say.with("count", differences.len()),
            Self::NotAPortal { schema } => say.with("schema", schema),
            Self::NotEmpty { table } => say.with("table", table),
            Self::Moved { entity } => say.with("entity", entity),
            Self::ClockWrong { here, there } => {
                say.with("here", here.format("%Y-%m-%d %H:%M")).with("there", there.format("%Y-%m-%d %H:%M"))
            }
            Self::Integrity { check, entity, count } => {
                say.with("check", check).with("entity", entity).with("count", count)
            }
            Self::Refused { sqlstate, constraint } => say.with("sqlstate", sqlstate).with("constraint", constraint),
            Self::NoBatch { batch } | Self::CommitUnknown { batch } | Self::ReceiptOpen { batch, .. } => {
                say.with("batch", batch)
            }
            _ => say,
        }
    }

    /// What to do now, for a person.
    #[must_use]
    pub fn hint(&self) -> Message {
        Message::new(MESSAGES.iter().find(|(code, ..)| *code == self.code()).map_or("", |(.., hint)| *hint))
    }
}

/// How many differences an error lists.
const LISTED: usize = 20;

fn listed(differences: &[Difference]) -> String {
    let mut said: Vec<String> = differences.iter().take(LISTED).map(ToString::to_string).collect();
    if differences.len() > LISTED {
        said.push(format!("and {} more", differences.len() - LISTED));
    }
    said.join("; ")
}

/// Code, sentence and hint of every error.
#[rustfmt::skip]
pub(crate) const MESSAGES: [(&str, &str, &str); 34] = [
    ("bad-url", "portal.bad-url", "portal.bad-url.hint"),
    ("unreachable", "portal.unreachable", "portal.unreachable.hint"),
    ("unsafe", "portal.unsafe", "portal.unsafe.hint"),
    ("no-root-cert", "portal.no-root-cert", "portal.no-root-cert.hint"),
    ("tls-required", "portal.tls-required", "portal.tls-required.hint"),
    ("not-admitted", "portal.not-admitted", "portal.not-admitted.hint"),
    ("connection-limit", "portal.connection-limit", "portal.connection-limit.hint"),
    ("auth-failed", "portal.auth-failed", "portal.auth-failed.hint"),
    ("no-database", "portal.no-database", "portal.no-database.hint"),
    ("server-too-old", "portal.server-too-old", "portal.server-too-old.hint"),
    ("right-missing", "portal.right-missing", "portal.right-missing.hint"),
    ("schema-missing", "portal.schema-missing", "portal.schema-missing.hint"),
    ("schema-older", "portal.schema-older", "portal.schema-older.hint"),
    ("schema-newer", "portal.schema-newer", "portal.schema-newer.hint"),
    ("schema-mismatch", "portal.schema-mismatch", "portal.schema-mismatch.hint"),
    ("admin-taken", "portal.admin-taken", "portal.admin-taken.hint"),
    ("not-a-portal", "portal.not-a-portal", "portal.not-a-portal.hint"),
    ("not-empty", "portal.not-empty", "portal.not-empty.hint"),
    ("interrupted", "portal.interrupted", "portal.interrupted.hint"),
    ("commit-unknown", "portal.commit-unknown", "portal.commit-unknown.hint"),
    ("moved", "portal.moved", "portal.moved.hint"),
    ("busy", "portal.busy", "portal.busy.hint"),
    ("upload-lost", "portal.upload-lost", "portal.upload-lost.hint"),
    ("read-only", "portal.read-only", "portal.read-only.hint"),
    ("full", "portal.full", "portal.full.hint"),
    ("clock-wrong", "portal.clock-wrong", "portal.clock-wrong.hint"),
    ("cancelled", "portal.cancelled", "portal.cancelled.hint"),
    ("no-batch", "portal.no-batch", "portal.no-batch.hint"),
    ("source", "portal.source", "portal.source.hint"),
    ("receipt", "portal.receipt", "portal.receipt.hint"),
    ("receipt-open", "portal.receipt-open", "portal.receipt-open.hint"),
    ("integrity", "portal.integrity", "portal.integrity.hint"),
    ("refused", "portal.refused", "portal.refused.hint"),
    ("driver", "portal.driver", "portal.driver.hint"),
];

impl From<Cancelled> for Error {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) => {
                let sqlstate = refusal.code().unwrap_or_default().into_owned();
                from_sqlstate(sqlstate, refusal.constraint().unwrap_or_default())
            }
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => Self::Interrupted,
            _ => Self::Driver(error),
        }
    }
}

/// PostgreSQL's own codes, appendix A of its manual.
fn from_sqlstate(sqlstate: String, constraint: &str) -> Error {
    match sqlstate.as_str() {
        "42501" => Error::RightMissing { what: "read or write the portal's tables" },
        "57014" => Error::Cancelled,
        "25006" => Error::ReadOnly,
        "53100" | "53400" => Error::Full,
        "40001" | "40P01" | "55P03" => Error::Busy,
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => Error::Interrupted,
        "3F000" | "42P01" => Error::SchemaMissing,
        code if code.starts_with("08") => Error::Interrupted,
        _ => Error::Refused { sqlstate, constraint: constraint.to_owned() },
    }
}
