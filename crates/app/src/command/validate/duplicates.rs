//! Records that share what should be nobody's twice.
//!
//! While the records pass, eight bytes are kept for each key: half a hash, half a record number. Only
//! where hashes meet are the records read again and compared for real.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use chrono::NaiveDate;
use model::{Check, Finding, Message, Scope, Watch};
use pipeline::validate::{self, Plan, Tally, least_sharing};
use staging::Connection;
use staging::findings::FindingsWriter;
use staging::records;

use super::references::References;
use super::run::seen;
use crate::error::Failure;

/// The keys seen, by check.
#[derive(Default)]
pub(super) struct Keys {
    lists: Vec<(&'static Check, Vec<(u32, u32)>)>,
}

fn hash(key: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish() as u32
}

impl Keys {
    /// Notes that `record` has `key` for `check`.
    pub(super) fn take(&mut self, check: &'static Check, record: i64, key: &str) {
        let entry = (hash(key), record as u32);
        match self.lists.iter_mut().find(|(known, _)| std::ptr::eq(*known, check)) {
            Some((_, list)) => list.push(entry),
            None => self.lists.push((check, vec![entry])),
        }
    }

    /// Writes a finding for every record that shares its key with too many.
    pub(super) fn report(
        self,
        conn: &Connection,
        plan: &Plan,
        today: NaiveDate,
        writer: &mut FindingsWriter<'_>,
        references: &mut References,
        watch: &dyn Watch,
    ) -> Result<(), Failure> {
        for (check, mut list) in self.lists {
            list.sort_unstable();
            let alike = |same: &[(u32, u32)]| same.len() >= least_sharing(check.code);
            for same in list.chunk_by(|one, other| one.0 == other.0).filter(|same| alike(same)) {
                let ids: Vec<i64> = same.iter().map(|(_, record)| i64::from(*record)).collect();
                for (key, group) in by_key(conn, plan, today, check, &ids)? {
                    if group.len() >= least_sharing(check.code) {
                        report_group(plan, check, &key, &group, writer, references, watch)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A record of a group: its number and the value of the field to point at.
type Member = (i64, String);

/// The records under their real keys.
fn by_key(
    conn: &Connection,
    plan: &Plan,
    today: NaiveDate,
    check: &'static Check,
    ids: &[i64],
) -> Result<Vec<(String, Vec<Member>)>, Failure> {
    let mut groups: HashMap<String, Vec<Member>> = HashMap::new();
    let mut ignored = Tally::new(plan);
    for id in ids {
        let row = records::record(conn, plan.entity(), *id)?;
        let shown = row.value(plan.entity(), pointed_at(check)).to_owned();
        let values: Vec<&str> =
            row.values.iter().map(String::as_str).zip(row.links.iter().copied()).map(seen).collect();
        validate::keys(plan, today, &values, &mut ignored, &mut |asked, key| {
            if std::ptr::eq(asked, check) {
                groups.entry(key).or_default().push((*id, shown.clone()));
            }
        });
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort();
    Ok(groups)
}

fn pointed_at(check: &Check) -> &'static str {
    match check.scope {
        Scope::Unique { field, .. } => field,
        _ => "",
    }
}

fn report_group(
    plan: &Plan,
    check: &'static Check,
    key: &str,
    group: &[Member],
    writer: &mut FindingsWriter<'_>,
    references: &mut References,
    watch: &dyn Watch,
) -> Result<(), Failure> {
    let Scope::Unique { field, message, .. } = check.scope else { return Ok(()) };
    for (record, value) in group {
        let said = if value.is_empty() { key } else { value };
        let finding = Finding {
            check: check.code,
            severity: check.severity,
            entity: plan.entity().code,
            record: *record,
            field,
            value: value.clone(),
            message: Message::new(message).with("value", said).with("others", group.len() - 1),
        };
        references.note(&finding);
        writer.add(&finding, watch)?;
    }
    Ok(())
}
