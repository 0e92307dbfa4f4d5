//! Who a person said are two: a check that waits for that is answered by it.

use std::collections::HashSet;

use model::Check;
use pipeline::validate::checks::same_pupil;
use staging::Connection;

use super::look::Seen;
use crate::command::matching::said_to_be_two;
use crate::error::Failure;

/// Pairs of records that a person said are two, the smaller number first.
#[derive(Default)]
pub(super) struct Apart(HashSet<(i64, i64)>);

impl Apart {
    /// Among `members` of one group of `check`; none where the check asks for nobody's decision.
    pub(super) fn of(conn: &Connection, entity: &str, check: &Check, members: &[Seen]) -> Result<Self, Failure> {
        if check.code != same_pupil::CODE || members.len() < 2 {
            return Ok(Self::default());
        }
        let ids: Vec<i64> = members.iter().map(|member| member.row.id).collect();
        Ok(Self(said_to_be_two(conn, entity, &ids)?))
    }

    pub(super) fn has(&self, one: i64, other: i64) -> bool {
        self.0.contains(&(one.min(other), one.max(other)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
