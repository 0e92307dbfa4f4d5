//! One record as the checks see it, wherever a single one is asked for, and what a group with one key comes to.

use chrono::NaiveDate;
use model::{Check, Finding, Message, RecordState, Scope};
use pipeline::validate::{self, Plan, Tally, clash, least_sharing, pointed_at};
use staging::Connection;
use staging::records::{self, RecordRow};

use super::apart::Apart;
use crate::error::Failure;

/// An active record with the values that the checks look at.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) row: RecordRow,
    /// In the order of the plan: fields, then what stands in other records.
    pub(super) values: Vec<String>,
}

impl Seen {
    pub(super) fn texts(&self) -> Vec<&str> {
        self.values.iter().map(String::as_str).collect()
    }

    /// The value of a field as it is shown: of a reference what was written.
    fn shown(&self, plan: &Plan, field: &str) -> String {
        self.row.value(plan.entity(), field).to_owned()
    }
}

/// A value as the checks see it: a reference that leads somewhere is filled.
pub(super) fn seen((value, link): (&str, Option<i64>)) -> &str {
    if value.is_empty() && link.is_some() { "#" } else { value }
}

/// The record of this number, where it is in work.
pub(super) fn look(conn: &Connection, plan: &Plan, id: i64) -> Result<Option<Seen>, Failure> {
    let found = records::record_beyond(conn, plan.entity(), id, plan.beyond())?;
    let Some((row, beyond)) = found.filter(|(row, _)| row.state == RecordState::Active) else { return Ok(None) };
    let own = row.values.iter().map(String::as_str).zip(row.links.iter().copied()).map(seen);
    let values = own.map(str::to_owned).chain(beyond).collect();
    Ok(Some(Seen { row, values }))
}

/// The keys of a record, by check of uniqueness.
pub(super) fn keys_of(plan: &Plan, today: NaiveDate, seen: &Seen) -> Vec<(&'static Check, String)> {
    let (mut found, mut ignored) = (Vec::new(), Tally::new(plan));
    validate::keys(plan, today, &seen.texts(), &mut ignored, &mut |check, key| found.push((check, key)));
    found
}

/// What `check` finds in the records that share `key`: nothing where they are too few, or not in each other's way, or a
/// person said that they are two.
pub(super) fn judge(plan: &Plan, check: &'static Check, key: &str, members: &[Seen], apart: &Apart) -> Vec<Finding> {
    if members.len() < least_sharing(check.code) {
        return Vec::new();
    }
    let others = |one: &Seen| match clash(check.code) {
        None if apart.is_empty() => members.len() - 1,
        _ => members.iter().filter(|other| in_the_way(plan, check, one, other, apart)).count(),
    };
    let found = members.iter().map(|one| (one, others(one))).filter(|(_, others)| *others > 0);
    found.filter_map(|(one, others)| shared(plan, check, key, one, others)).collect()
}

fn in_the_way(plan: &Plan, check: &Check, one: &Seen, other: &Seen, apart: &Apart) -> bool {
    one.row.id != other.row.id
        && !apart.has(one.row.id, other.row.id)
        && plan.clashes(check, &one.texts(), &other.texts())
}

/// The finding that `others` more records have the key of this one.
pub(super) fn shared(plan: &Plan, check: &'static Check, key: &str, seen: &Seen, others: usize) -> Option<Finding> {
    let Scope::Unique { field, message, .. } = check.scope else { return None };
    let field = pointed_at(plan.entity(), field);
    let value = seen.shown(plan, field);
    let said = if value.is_empty() { key } else { &value };
    Some(Finding {
        check: check.code,
        severity: check.severity,
        entity: plan.entity().code,
        record: seen.row.id,
        field,
        message: Message::new(message).with("value", said).with("others", others),
        value,
    })
}
