//! Which of several records of one person stands for the others.
//!
//! The one that the portal has already, so that its row stays its row; then the most complete; then the one of the
//! newest source; then the one that came first.

use std::cmp::Reverse;

/// What decides about one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether the portal has its row.
    pub pushed: bool,
    /// Filled values.
    pub filled: usize,
    /// Number of the table it came from: grows with every import.
    pub source: i64,
    /// Number of the record.
    pub record: i64,
}

impl Standing {
    fn rank(&self) -> impl Ord + use<> {
        (Reverse(self.pushed), Reverse(self.filled), Reverse(self.source), self.record)
    }
}

/// Puts records in the order of the policy: the first is the survivor, blanks are filled from the next.
pub fn order(records: &mut [Standing]) {
    records.sort_by_key(Standing::rank);
}

/// Why the first stands before the second; its sentence is `match.survivor.CODE`.
#[must_use]
pub fn why(first: &Standing, second: &Standing) -> &'static str {
    match () {
        () if first.pushed != second.pushed => "pushed",
        () if first.filled != second.filled => "filled",
        () if first.source != second.source => "newest",
        () => "first",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is_portal_then_completeness_then_newness_then_order() {
        let of = |pushed, filled, source, record| Standing { pushed, filled, source, record };
        let mut all =
            [of(false, 5, 1, 4), of(false, 5, 1, 3), of(false, 5, 2, 5), of(false, 9, 1, 6), of(true, 1, 1, 7)];
        order(&mut all);
        assert_eq!(all.map(|one| one.record), [7, 6, 5, 3, 4]);
        let whys: Vec<_> = all.windows(2).map(|two| why(&two[0], &two[1])).collect();
        assert_eq!(whys, ["pushed", "filled", "newest", "first"]);
    }
}
