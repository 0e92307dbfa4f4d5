//! Records that share what should be nobody's twice.
//!
//! While the records pass, eight bytes are kept for each key: half a hash, half a record number. Only
//! where hashes meet are the records read again and compared for real. The pairs stay in the project, so that an edit
//! finds who has the key that it took or gave.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use model::{Check, Finding, Watch};
use pipeline::validate::{Plan, against, least_sharing};
use staging::Connection;
use staging::findings::{self, FindingsWriter, KeyPair, key_hash};

use super::apart::Apart;
use super::look::{Seen, judge, keys_of, look, shared};
use super::references::References;
use crate::error::Failure;

/// The keys seen, by check.
#[derive(Default)]
pub(super) struct Keys {
    lists: Vec<(&'static Check, Vec<KeyPair>)>,
}

/// Where what is found in groups goes.
pub(super) struct Sink<'s, 'c> {
    pub(super) writer: &'s mut FindingsWriter<'c>,
    pub(super) references: &'s mut References,
    pub(super) watch: &'s dyn Watch,
}

impl Sink<'_, '_> {
    fn take(&mut self, findings: &[Finding]) -> Result<(), Failure> {
        for finding in findings {
            self.references.note(finding);
            self.writer.add(finding, self.watch)?;
        }
        Ok(())
    }
}

impl Keys {
    /// Notes that `record` has `key` for `check`.
    pub(super) fn take(&mut self, check: &'static Check, record: i64, key: &str) {
        let entry = (key_hash(key), record as u32);
        match self.lists.iter_mut().find(|(known, _)| std::ptr::eq(*known, check)) {
            Some((_, list)) => list.push(entry),
            None => self.lists.push((check, vec![entry])),
        }
    }

    /// Writes a finding for every record that shares its key with too many, and keeps who has which key.
    pub(super) fn report(
        self,
        conn: &Connection,
        plan: &Plan,
        today: NaiveDate,
        sink: &mut Sink<'_, '_>,
    ) -> Result<(), Failure> {
        for (check, mut list) in self.lists {
            list.sort_unstable();
            sink.writer.keys(check.code, plan.entity().code, &list)?;
            match against(check.code) {
                Some((entity, other)) => report_against(conn, plan, today, check, &list, (entity, other), sink)?,
                None => report_groups(conn, plan, today, check, &list, sink)?,
            }
        }
        Ok(())
    }
}

fn report_groups(
    conn: &Connection,
    plan: &Plan,
    today: NaiveDate,
    check: &'static Check,
    list: &[KeyPair],
    sink: &mut Sink<'_, '_>,
) -> Result<(), Failure> {
    let alike = list.chunk_by(|one, other| one.0 == other.0).filter(|same| same.len() >= least_sharing(check.code));
    for same in alike {
        for (key, group) in by_key(conn, plan, today, check, same)? {
            let apart = Apart::of(conn, plan.entity().code, check, &group)?;
            sink.take(&judge(plan, check, &key, &group, &apart))?;
        }
    }
    Ok(())
}

/// Writes a finding for every record whose key somebody of the other entity has.
fn report_against(
    conn: &Connection,
    plan: &Plan,
    today: NaiveDate,
    check: &'static Check,
    list: &[KeyPair],
    (entity, other): (&str, &str),
    sink: &mut Sink<'_, '_>,
) -> Result<(), Failure> {
    let Some((theirs, asked)) = other_side(entity, other) else { return Ok(()) };
    let pairs = findings::all_keys(conn, other, entity)?;
    for same in list.chunk_by(|one, other| one.0 == other.0) {
        let Some((hash, _)) = same.first() else { continue };
        let from = pairs.partition_point(|pair| pair.0 < *hash);
        let until = pairs.partition_point(|pair| pair.0 <= *hash);
        let met = pairs.get(from..until).unwrap_or_default();
        if met.is_empty() {
            continue;
        }
        let others = by_key(conn, &theirs, today, asked, met)?;
        for (key, group) in by_key(conn, plan, today, check, same)? {
            let count = others.get(&key).map_or(0, Vec::len);
            sink.take(&found_against(plan, check, &key, &group, count))?;
        }
    }
    Ok(())
}

/// The plan and the check that another check's keys are compared with.
pub(super) fn other_side(entity: &str, check: &str) -> Option<(Plan, &'static Check)> {
    let entity = model::entities::find(entity)?;
    let check = validate_check(check)?;
    Some((Plan::new(entity), check))
}

/// The check with this code.
pub(super) fn validate_check(code: &str) -> Option<&'static Check> {
    pipeline::validate::checks::ALL.into_iter().find(|check| check.code == code)
}

/// What a check finds in records whose key `count` records of the other entity have.
pub(super) fn found_against(
    plan: &Plan,
    check: &'static Check,
    key: &str,
    group: &[Seen],
    count: usize,
) -> Vec<Finding> {
    let found = group.iter().filter(|_| count >= least_sharing(check.code));
    found.filter_map(|seen| shared(plan, check, key, seen, count)).collect()
}

/// The records under their real keys.
fn by_key(
    conn: &Connection,
    plan: &Plan,
    today: NaiveDate,
    check: &'static Check,
    pairs: &[KeyPair],
) -> Result<BTreeMap<String, Vec<Seen>>, Failure> {
    let mut groups: BTreeMap<String, Vec<Seen>> = BTreeMap::new();
    for (_, id) in pairs {
        let Some(seen) = look(conn, plan, i64::from(*id))? else { continue };
        let keys = keys_of(plan, today, &seen);
        if let Some((_, key)) = keys.into_iter().find(|(asked, _)| std::ptr::eq(*asked, check)) {
            groups.entry(key).or_default().push(seen);
        }
    }
    Ok(groups)
}
