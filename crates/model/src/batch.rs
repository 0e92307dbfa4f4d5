//! What can become of a record.

/// What the portal did with a record. The four always sum to what was staged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// New in the portal.
    Inserted,
    /// Was there and was changed.
    Updated,
    /// Was there and is the same.
    Unchanged,
    /// The portal refused it.
    Rejected,
}

impl Outcome {
    /// The word in JSON, in receipts and in the portal's journal.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Inserted => "inserted",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Rejected => "rejected",
        }
    }
}

/// Where a staged record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i64)]
pub enum RecordState {
    /// In work; pushed if no critical finding stands.
    Active = 0,
    /// The same as another record, which stands for it.
    Merged = 1,
    /// Left out by a person, with a reason.
    Excluded = 2,
}
