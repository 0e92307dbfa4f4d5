//! Records that are certainly the same: merged by rule, the rest is a person's to decide.

use std::collections::HashSet;

use model::{Entity, Watch};
use pipeline::matching::certain::groups;
use pipeline::matching::person::{Fields, Person};
use pipeline::matching::survivor::{self, Standing};
use staging::landing::Said;
use staging::matches::{self, Decisions, Show, Verdict};
use staging::records::{self, Joined, Merge, Merged, RecordRow};
use staging::{Connection, Project};

use super::keys::Keys;
use super::people::values;
use super::{PEOPLE, contacts, places};
use crate::command::cleanse::act;
use crate::error::Failure;

/// Merges people with the same identity number whose birth dates agree and whose names do not contradict each
/// other, then guardians without a number who are one by name and telephone, and then places in Quran programmes that
/// are one. Each of them is one step that can be undone.
///
/// # Errors
///
/// Where the project cannot be written.
pub(crate) fn merge_certain(project: &Project, watch: &dyn Watch) -> Result<Vec<(&'static str, Merged)>, Failure> {
    let mut merged = Vec::new();
    for entity in PEOPLE {
        let joined = joined(project.connection(), entity, watch)?;
        let plan = Merge { entity, joined: &joined, picks: &[], label: label(entity), reason: "merge.certain" };
        merged.push((entity, records::merge(project.connection(), &plan, &act(project), watch)?));
    }
    let joined = contacts::joined(project.connection(), watch)?;
    if !joined.is_empty() {
        let label = label(contacts::CODE);
        let plan = Merge { entity: contacts::CODE, joined: &joined, picks: &[], label, reason: "merge.same-contact" };
        let more = records::merge(project.connection(), &plan, &act(project), watch)?;
        if let Some((_, guardians)) = merged.iter_mut().find(|(code, _)| *code == contacts::CODE) {
            guardians.merged += more.merged;
            guardians.survivors += more.survivors;
            guardians.filled += more.filled;
            guardians.differing += more.differing;
            guardians.repointed += more.repointed;
            guardians.merged_links += more.merged_links;
        }
    }
    merged.extend(places::merge(project, watch)?);
    Ok(merged)
}

pub(super) fn label(entity: &str) -> Said {
    Said { key: "step.merge-certain".to_owned(), args: vec![("entity".to_owned(), entity.to_owned())] }
}

/// How many records of `code` the rule would merge into others.
pub(super) fn count(conn: &Connection, code: &str) -> Result<usize, Failure> {
    let by_contact = if code == contacts::CODE { contacts::joined(conn, &model::Silent)?.len() } else { 0 };
    Ok(joined(conn, code, &model::Silent)?.len() + by_contact)
}

/// What the rule proves now, and nobody has denied.
fn joined(conn: &Connection, code: &str, watch: &dyn Watch) -> Result<Vec<Joined>, Failure> {
    let Some((entity, fields)) = model::entities::find(code).and_then(|entity| Some((entity, Fields::of(entity)?)))
    else {
        return Ok(Vec::new());
    };
    let denied = Denied::read(conn, code)?;
    let mut found = Vec::new();
    for same in matches::same_numbers(conn, code)? {
        watch.check()?;
        let rows: Vec<RecordRow> =
            same.iter().map(|id| records::record(conn, entity, *id)).collect::<Result<_, _>>()?;
        let people: Vec<Person> = rows.iter().map(|row| fields.read(&values(row), Vec::new())).collect();
        let denied = denied.among(conn, code, &same)?;
        for group in groups(&people, fields.child, |one, other| !denied.contains(&(one.min(other), one.max(other)))) {
            let members = group.iter().filter_map(|at| rows.get(*at));
            found.extend(stand_for(conn, entity, &members.collect::<Vec<_>>())?);
        }
    }
    Ok(found)
}

/// Who of `rows` stands for the others, by the policy.
pub(super) fn stand_for(conn: &Connection, entity: &Entity, rows: &[&RecordRow]) -> Result<Vec<Joined>, Failure> {
    let mut all: Vec<Standing> = rows.iter().map(|row| standing(conn, entity, row)).collect::<Result<_, _>>()?;
    survivor::order(&mut all);
    let Some((survivor, losers)) = all.split_first() else { return Ok(Vec::new()) };
    Ok(losers.iter().map(|loser| Joined { loser: loser.record, survivor: survivor.record }).collect())
}

/// What the policy looks at.
pub(super) fn standing(conn: &Connection, entity: &Entity, row: &RecordRow) -> Result<Standing, Failure> {
    Ok(Standing {
        pushed: matches::is_pushed(conn, entity.code, row.id)?,
        filled: row.values.iter().filter(|value| !value.is_empty()).count(),
        source: row.table,
        record: row.id,
    })
}

/// What people said are two.
pub(super) struct Denied(Decisions);

impl Denied {
    pub(super) fn read(conn: &Connection, code: &str) -> Result<Self, Failure> {
        Ok(Self(Decisions::read(conn, code)?))
    }

    /// Of the records `ids`, the places of two that a person said are two people.
    pub(super) fn among(&self, conn: &Connection, code: &str, ids: &[i64]) -> Result<HashSet<(usize, usize)>, Failure> {
        let mut found = HashSet::new();
        let Some(mut keys) = Keys::of(conn, code).filter(|_| !self.0.is_empty()) else { return Ok(found) };
        let keys: Vec<Vec<String>> = ids.iter().map(|id| keys.record(*id)).collect::<Result<_, _>>()?;
        for (at, one) in keys.iter().enumerate() {
            for (with, other) in keys.iter().enumerate().skip(at + 1) {
                if self.0.find(one, other).is_some_and(|(_, verdict)| verdict == Verdict::Different) {
                    found.insert((at, with));
                }
            }
        }
        Ok(found)
    }
}

/// Of the records `ids`, the pairs that a person said are two, the smaller number first.
///
/// Two that say the same have what they say in common: that tells neither of them, so only the rows do. Else a third
/// that says it as well would pass for somebody who was judged.
pub(crate) fn said_to_be_two(conn: &Connection, code: &str, ids: &[i64]) -> Result<HashSet<(i64, i64)>, Failure> {
    let (decisions, mut found) = (Decisions::read(conn, code)?, HashSet::new());
    let Some(mut keys) = Keys::of(conn, code).filter(|_| !decisions.is_empty()) else { return Ok(found) };
    let keys: Vec<Vec<String>> = ids.iter().map(|id| keys.record(*id)).collect::<Result<_, _>>()?;
    for ((one, ours), at) in ids.iter().zip(&keys).zip(1..) {
        for (other, theirs) in ids.iter().zip(&keys).skip(at) {
            let [ours, theirs] = [without(ours, theirs), without(theirs, ours)];
            if decisions.find(&ours, &theirs).is_some_and(|(_, verdict)| verdict == Verdict::Different) {
                found.insert((*one.min(other), *one.max(other)));
            }
        }
    }
    Ok(found)
}

fn without(keys: &[String], shared: &[String]) -> Vec<String> {
    keys.iter().filter(|key| !shared.contains(key)).cloned().collect()
}

/// Pairs merged at once.
const PORTION: usize = 1_000;

/// Merges what a person once said is one and was brought in again since.
pub(super) fn merge_again(project: &Project, code: &str, watch: &dyn Watch) -> Result<Merged, Failure> {
    let conn = project.connection();
    let mut total = Merged::default();
    let Some(entity) = model::entities::find(code) else { return Ok(total) };
    loop {
        let (mut joined, mut used) = (Vec::new(), HashSet::new());
        for pair in matches::page(conn, code, Show::Again, 0, PORTION)? {
            // One of three is merged in one round, the next in the next: nobody stands for others and is merged at once.
            if pair.records.iter().any(|record| used.contains(record)) {
                continue;
            }
            used.extend(pair.records);
            let [one, other] = pair.records.map(|id| records::record(conn, entity, id));
            joined.extend(stand_for(conn, entity, &[&one?, &other?])?);
        }
        if joined.is_empty() {
            return Ok(total);
        }
        let plan = Merge { entity: code, joined: &joined, picks: &[], label: label(code), reason: "merge.person" };
        let merged = records::merge(conn, &plan, &act(project), watch)?;
        total.merged += merged.merged;
        total.survivors += merged.survivors;
        total.merged_links += merged.merged_links;
    }
}
