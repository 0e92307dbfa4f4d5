//! The central portal, a PostgreSQL database: prepares it, checks it, pushes records into it, compares
//! them, and takes a push out again.
//!
//! All functions block; call them from a thread of their own, never from inside an async runtime.
//! Rows stream both ways, so that memory stays flat however large the school is. Bad rows are rejects
//! with a reason; [`Error`] is for work that could not be done as a whole.

mod dump;
mod error;
mod mailbox;
mod policy;
mod postgres;
mod report;
mod secrets;
mod shape;
mod source;

use model::Lang;

pub use dump::{DumpError, dump, lists};
pub use error::Error;
pub use mailbox::{Mail, Mailbox, MailboxError};
pub use policy::{Decision, Policies, Policy};
pub use postgres::{
    Admin, FirstPassword, KeepLetters, LETTER_DAYS, Portal, PortalPerson, PortalUrl, PrepareOptions, SCHEMA_VERSION,
    ServerFacts, VerifyScope, people_fields,
};
pub use report::{
    BatchRow, Checked, Difference, EntityCounts, EntityReversed, EntityVerified, KEPT, Kept, PLANNED, Phase,
    PlannedChange, PlannedRow, Prepared, PushReport, Receipt, Reject, RollbackReport, Since, State, ValueDifference,
    VerifyReport,
};
pub use shape::{Column, From, Input, Shape, Takes, inputs, shape};
pub use source::{
    Described, KeptValue, KeptValues, Kin, KnownRow, OwnRow, PushOptions, PushRow, PushSource, ReceiptSink, RowSink,
    SinkError, Upload,
};

/// This crate's word lists.
pub const WORDS: [(Lang, &str); 2] =
    [(Lang::Ms, include_str!("../words/ms.txt")), (Lang::En, include_str!("../words/en.txt"))];

#[cfg(test)]
mod tests {
    use super::WORDS;

    #[test]
    fn every_sentence_is_in_both_languages() {
        let keys = |at: usize| model::words::parse(WORDS[at].1).map(|(key, _)| key).collect::<Vec<_>>();
        assert_eq!(keys(0), keys(1), "same keys in the same order");
        for (_, message, hint) in super::error::MESSAGES {
            assert!(keys(0).contains(&message) && keys(0).contains(&hint), "{message}");
        }
        assert!(keys(0).contains(&super::report::reason_key("taken")), "reasons have sentences");
    }
}
