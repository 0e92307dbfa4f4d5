//! After an edit: checks what it touches, and brings the findings of the last run up to date.
//!
//! While the edit is made, the session's reader holds the project as it was before. Each record that the edit may
//! matter to is then judged twice, as it was and as it is, and the findings, counts and held-back records change by the
//! difference: they are what a whole run would give. What an edit may matter to is small and found through indexes: the
//! records it changed; those that look at them through a reference; those that have, or had, the same key; and those
//! that lead to a record which may go now, or may not any more. Where it is not small, the findings are left as they
//! are and say that they are old.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::MutexGuard;

use chrono::NaiveDate;
use model::{Check, Entity, Finding, RecordState, Severity};
use pipeline::validate::{self, Plan, Tally, against};
use staging::findings::{self, FreshRun, Patch, key_hash};
use staging::project::Reader;
use staging::records::{self, RecordRow};
use staging::{Connection, Project, change_log};

use super::apart::Apart;
use super::conflicts;
use super::duplicates::{found_against, other_side};
use super::look::{Seen, judge, keys_of, look};
use super::merged;
use super::nobody;
use super::references;
use super::run::checks_known;
use crate::error::Failure;
use crate::facts::FactsBook;
use crate::session::Session;

/// Values that an edit may change, records that it may matter to, and records that may share one key.
const MOST: usize = 2_000;

/// The project as it was before an edit, while its findings are fresh.
pub(crate) struct Live<'s> {
    reader: MutexGuard<'s, Reader>,
    run: FreshRun,
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        self.reader.let_go();
    }
}

/// The edit is not followed: it matters to too many records, or the project cannot be read or written just now. The
/// findings say themselves that they are old.
struct TooMuch;

impl<F: Into<Failure>> From<F> for TooMuch {
    fn from(_: F) -> Self {
        Self
    }
}

impl<'s> Live<'s> {
    /// Holds the project as it is before an edit; `None` where its findings are old anyway.
    ///
    /// # Errors
    ///
    /// Where the project cannot be read.
    pub(crate) fn watch(session: &'s Session) -> Result<Option<Self>, Failure> {
        let reader = session.snapshot();
        reader.hold()?;
        let run = findings::fresh_run(reader.connection())?.filter(|run| run.checks == checks_known());
        match run {
            Some(run) => Ok(Some(Self { reader, run })),
            None => {
                reader.let_go();
                Ok(None)
            }
        }
    }

    /// Brings the findings up to date with what was edited since [`Live::watch`]. The edit stands, whatever becomes of
    /// its findings: where they cannot follow, they say that they are old.
    pub(crate) fn follow(live: Option<Self>, project: &Project) {
        Self::follow_with(live, project, &[]);
    }

    /// The same; `besides` are records about which the project keeps something new that is no value of theirs.
    pub(crate) fn follow_with(live: Option<Self>, project: &Project, besides: &[(&'static str, i64)]) {
        if let Some(live) = live {
            let _ = live.recheck(project.connection(), besides);
        }
    }

    fn recheck(&self, conn: &Connection, besides: &[(&'static str, i64)]) -> Result<(), TooMuch> {
        let head = change_log::head(conn)?;
        // References that were led anew outside of the change log may matter to every record.
        if records::links_version(conn)? != self.run.links {
            return Err(TooMuch);
        }
        let mut touched = change_log::touched_between(conn, self.run.head, head, MOST as u64)?.ok_or(TooMuch)?;
        touched.extend(besides);
        if touched.is_empty() {
            return Ok(());
        }
        let today = self.run.day.parse().map_err(|_| TooMuch)?;
        let patch = Patch::begin(conn)?;
        let mut recheck = Recheck::new(self.reader.connection(), &patch, today);
        recheck.told = besides.iter().copied().collect();
        recheck.begin(&touched)?;
        for entity in model::entities::ALL {
            recheck.entity(entity)?;
        }
        drop(recheck);
        patch.finish()?;
        Ok(())
    }
}

/// One record as the checks judge it; nothing where it is not in work.
#[derive(Default)]
struct Judged {
    seen: Option<Seen>,
    findings: Vec<Finding>,
    /// What was looked at: check, field, how often.
    looked: Vec<(&'static str, &'static str, u64)>,
    keys: Vec<(&'static Check, String)>,
}

/// Before the edit, and after it.
struct Both {
    old: Judged,
    new: Judged,
}

/// A key for a check of uniqueness.
type Group = (&'static str, String);

struct Recheck<'a> {
    old: &'a Connection,
    patch: &'a Patch<'a>,
    today: NaiveDate,
    plans: HashMap<&'static str, Plan>,
    book: FactsBook,
    /// Records still to be judged, by entity.
    waiting: HashMap<&'static str, BTreeSet<i64>>,
    /// Groups of later entities that an earlier one's keys matter to.
    groups: HashMap<&'static str, BTreeSet<Group>>,
    /// Whether records that were judged may go now.
    free: HashMap<(&'static str, i64), bool>,
    judged: usize,
    /// Records about which something new is known that is no value of theirs.
    told: BTreeSet<(&'static str, i64)>,
}

impl<'a> Recheck<'a> {
    fn new(old: &'a Connection, patch: &'a Patch<'a>, today: NaiveDate) -> Self {
        Self {
            old,
            patch,
            today,
            plans: model::entities::ALL.into_iter().map(|entity| (entity.code, Plan::new(entity))).collect(),
            book: FactsBook::default(),
            waiting: HashMap::new(),
            groups: HashMap::new(),
            free: HashMap::new(),
            judged: 0,
            told: BTreeSet::new(),
        }
    }

    fn new_conn(&self) -> &'a Connection {
        self.patch.connection()
    }

    fn wait(&mut self, entity: &'static str, ids: impl IntoIterator<Item = i64>) -> Result<(), TooMuch> {
        let waiting = self.waiting.entry(entity).or_default();
        waiting.extend(ids);
        if waiting.len() > MOST { Err(TooMuch) } else { Ok(()) }
    }

    /// Whom the changed records matter to by what is said in them.
    fn begin(&mut self, touched: &BTreeSet<(&'static str, i64)>) -> Result<(), TooMuch> {
        for (code, id) in touched {
            self.wait(code, [*id])?;
            let Some(entity) = model::entities::find(code) else { continue };
            let (old, new) = (records::record(self.old, entity, *id)?, records::record(self.new_conn(), entity, *id)?);
            let moved = old.state != new.state;
            // Who stands for a merged record, or did, is asked what that says.
            self.wait(code, [old.survivor, new.survivor].into_iter().flatten())?;
            for key in keys_of_names(entity, &old, &new, moved) {
                self.wait_for_named(entity, key.0, &key.1)?;
            }
            for (other, reference, field) in looking_at(entity) {
                if old.value(entity, field) != new.value(entity, field) {
                    let ids = self.leading(self.new_conn(), other, reference, *id)?;
                    self.wait(other.code, ids)?;
                    let ids = self.leading(self.old, other, reference, *id)?;
                    self.wait(other.code, ids)?;
                }
            }
            for (at, (field, reference)) in
                entity.fields.iter().enumerate().filter_map(|(at, field)| match &field.kind {
                    model::FieldKind::Reference(reference) => Some((at, (field, reference))),
                    _ => None,
                })
            {
                let links = [&old, &new].map(|row| row.links.get(at).copied().flatten());
                let Some(summed) = counted(reference.entity, entity.code, field.code) else { continue };
                let changed = |field: &&str| old.value(entity, field) != new.value(entity, field);
                if moved || links[0] != links[1] || summed.iter().any(changed) {
                    self.wait(reference.entity, links.into_iter().flatten())?;
                }
            }
        }
        Ok(())
    }

    /// Those that name somebody of `entity` by the key `key` in the field `by` and lead nowhere: whom it may mean changed.
    fn wait_for_named(&mut self, entity: &'static Entity, by: &str, key: &str) -> Result<(), TooMuch> {
        for other in model::entities::ALL {
            for (field, reference) in other.references() {
                if reference.entity == entity.code && reference.by.contains(&by) {
                    let ids = records::open_for(self.new_conn(), other, field, (entity, by, key), i32::MAX as usize)?;
                    self.wait(other.code, ids)?;
                }
            }
        }
        Ok(())
    }

    fn leading(&self, conn: &Connection, other: &'static Entity, field: &str, id: i64) -> Result<Vec<i64>, TooMuch> {
        let found = records::leading_to(conn, other, field, id, MOST + 1)?;
        if found.len() > MOST { Err(TooMuch) } else { Ok(found) }
    }

    /// Judges what waits of one entity. Entities come in push order: what a record leads to was judged before.
    fn entity(&mut self, entity: &'static Entity) -> Result<(), TooMuch> {
        let Some(plan) = self.plans.remove(entity.code) else { return Ok(()) };
        let waiting = self.waiting.remove(entity.code).unwrap_or_default();
        let mut judged = BTreeMap::new();
        for id in waiting {
            judged.insert(id, self.both(&plan, id)?);
        }
        let mut groups = self.groups.remove(entity.code).unwrap_or_default();
        for (id, both) in &judged {
            self.shift_keys(entity, *id, both, &mut groups)?;
        }
        for id in self.regroup(&plan, &groups)? {
            if let std::collections::btree_map::Entry::Vacant(free) = judged.entry(id) {
                free.insert(self.both(&plan, id)?);
            }
        }
        for (id, both) in &judged {
            self.settle(&plan, *id, both)?;
        }
        self.tell_other_sides(entity, &groups);
        Ok(())
    }

    fn both(&mut self, plan: &Plan, id: i64) -> Result<Both, TooMuch> {
        self.judged += 1;
        if self.judged > 2 * MOST {
            return Err(TooMuch);
        }
        let (old, conn) = (self.old, self.new_conn());
        Ok(Both { old: self.judge(old, plan, id, false)?, new: self.judge(conn, plan, id, true)? })
    }

    fn judge(&mut self, conn: &Connection, plan: &Plan, id: i64, after: bool) -> Result<Judged, TooMuch> {
        let Some(seen) = look(conn, plan, id)? else { return Ok(Judged::default()) };
        let entity = plan.entity();
        let facts = self.book.of(conn, entity, &seen.row)?;
        let facts: Vec<&model::ColumnFacts> = facts.iter().collect();
        let (texts, mut tally, mut findings) = (seen.texts(), Tally::new(plan), Vec::new());
        validate::run_record(plan, self.today, &facts, id, &texts, &mut tally, &mut |hit| {
            findings.push(hit.into_finding(entity, &texts));
        });
        let mut keys = Vec::new();
        validate::keys(plan, self.today, &texts, &mut tally, &mut |check, key| keys.push((check, key)));
        let measured = tally.measures(plan).filter(|measure| measure.looked > 0);
        let mut looked: Vec<_> = measured.map(|measure| (measure.check.code, measure.field, measure.looked)).collect();
        let value = |at: usize| {
            let text = seen.row.values.get(at).map(String::as_str).unwrap_or_default();
            (text, seen.row.links.get(at).copied().flatten())
        };
        let free = |entity: &str, id: i64| self.is_free(entity, id, after).unwrap_or(false);
        references::of_record(entity, id, &value, &free, &mut |field, finding| {
            looked.push((references::CHECK, field, 1));
            findings.extend(finding);
        });
        for finding in &mut findings {
            references::name_several(conn, entity, finding)?;
        }
        let late = conflicts::found(conn, entity, Some(id))?;
        looked.extend(late.iter().map(|finding| (conflicts::CHECK, finding.field, 1)));
        findings.extend(late);
        let merged = merged::found(conn, entity, Some(id))?;
        looked.extend(merged.iter().map(|finding| (merged::CODE, finding.field, 1)));
        findings.extend(merged);
        if let Some(missing) = nobody::found(conn, entity, Some(id))? {
            looked.extend(entity.fields.first().map(|field| (nobody::CODE, field.code, nobody::LOOKED)));
            findings.extend(missing);
        }
        Ok(Judged { seen: Some(seen), findings, looked, keys })
    }

    /// Whether a record could go before the edit, or can go after it.
    fn is_free(&self, entity: &str, id: i64, after: bool) -> Result<bool, Failure> {
        let Some(entity) = model::entities::find(entity) else { return Ok(false) };
        if after && let Some(free) = self.free.get(&(entity.code, id)) {
            return Ok(*free);
        }
        let active =
            records::record_beyond(self.old, entity, id, &[])?.is_some_and(|(row, _)| row.state == RecordState::Active);
        Ok(active && !findings::is_blocked(self.old, entity.code, id)?)
    }

    /// Moves the keys of a record whose values changed, and notes the groups that it left, entered or stayed in.
    fn shift_keys(
        &self,
        entity: &'static Entity,
        id: i64,
        both: &Both,
        groups: &mut BTreeSet<Group>,
    ) -> Result<(), TooMuch> {
        let values = |judged: &Judged| judged.seen.as_ref().map(|seen| (seen.values.clone(), seen.row.values.clone()));
        if values(&both.old) == values(&both.new) && !self.told.contains(&(entity.code, id)) {
            return Ok(());
        }
        let key = |judged: &Judged, code: &str| {
            judged.keys.iter().find(|(check, _)| check.code == code).map(|(_, key)| key.clone())
        };
        let codes: BTreeSet<&'static str> = both.old.keys.iter().chain(&both.new.keys).map(|key| key.0.code).collect();
        for code in codes {
            let (old, new) = (key(&both.old, code), key(&both.new, code));
            if old != new {
                let pair = |key: &Option<String>| key.as_deref().map(|key| (key_hash(key), id as u32));
                self.patch.key(code, entity.code, pair(&old), pair(&new))?;
            }
            groups.extend([old, new].into_iter().flatten().map(|key| (code, key)));
        }
        Ok(())
    }

    /// Brings the findings of the groups up to date; gives the records that one of them may hold back.
    fn regroup(&self, plan: &Plan, groups: &BTreeSet<Group>) -> Result<BTreeSet<i64>, TooMuch> {
        let mut concerned = BTreeSet::new();
        for (code, key) in groups {
            let Some(check) = super::duplicates::validate_check(code) else { continue };
            let (old, new) = (self.group(self.old, plan, check, key)?, self.group(self.new_conn(), plan, check, key)?);
            self.differ(&old, &new)?;
            if check.severity == Severity::Critical {
                concerned.extend(old.iter().chain(&new).map(|finding| finding.record));
            }
        }
        Ok(concerned)
    }

    /// What a check finds in the records that have `key`.
    fn group(&self, conn: &Connection, plan: &Plan, check: &'static Check, key: &str) -> Result<Vec<Finding>, TooMuch> {
        let members = self.members(conn, plan, check, key)?;
        let Some((entity, other)) = against(check.code) else {
            let apart = Apart::of(conn, plan.entity().code, check, &members)?;
            return Ok(judge(plan, check, key, &members, &apart));
        };
        let Some((theirs, asked)) = other_side(entity, other) else { return Ok(Vec::new()) };
        let others = self.members(conn, &theirs, asked, key)?;
        Ok(found_against(plan, check, key, &members, others.len()))
    }

    /// The records in work that have `key` for `check`.
    fn members(&self, conn: &Connection, plan: &Plan, check: &Check, key: &str) -> Result<Vec<Seen>, TooMuch> {
        let candidates = findings::key_candidates(conn, check.code, plan.entity().code, key_hash(key))?;
        if candidates.len() > MOST {
            return Err(TooMuch);
        }
        let mut members = Vec::new();
        for id in candidates {
            let Some(seen) = look(conn, plan, id)? else { continue };
            if keys_of(plan, self.today, &seen).iter().any(|(asked, theirs)| asked.code == check.code && theirs == key)
            {
                members.push(seen);
            }
        }
        Ok(members)
    }

    /// Takes away what is no longer found and adds what is new.
    fn differ(&self, old: &[Finding], new: &[Finding]) -> Result<(), TooMuch> {
        for gone in old.iter().filter(|finding| !new.contains(finding)) {
            self.patch.take(gone)?;
        }
        for come in new.iter().filter(|finding| !old.contains(finding)) {
            self.patch.give(come)?;
        }
        Ok(())
    }

    /// Writes what changed about a record, and calls up those that lead to it where it may go now, or not any more.
    fn settle(&mut self, plan: &Plan, id: i64, both: &Both) -> Result<(), TooMuch> {
        let entity = plan.entity();
        self.differ(&both.old.findings, &both.new.findings)?;
        let looked = both.old.looked.iter().map(|(check, field, count)| (check, field, -(*count as i64)));
        for (check, field, count) in looked.chain(both.new.looked.iter().map(|(c, f, count)| (c, f, *count as i64))) {
            self.patch.looked_at(check, entity.code, field, count)?;
        }
        let was = findings::is_blocked(self.old, entity.code, id)?;
        let now = both.new.seen.is_some() && self.is_held(plan, id, &both.new)?;
        if was != now {
            self.patch.hold_back(entity.code, id, now)?;
        }
        let (could, can) = (both.old.seen.is_some() && !was, both.new.seen.is_some() && !now);
        self.free.insert((entity.code, id), can);
        if could != can {
            for (other, field) in leading(entity) {
                let ids = self.leading(self.new_conn(), other, field, id)?;
                self.wait(other.code, ids)?;
            }
        }
        Ok(())
    }

    /// Whether a critical finding holds the record back.
    fn is_held(&self, plan: &Plan, id: i64, judged: &Judged) -> Result<bool, TooMuch> {
        if judged.findings.iter().any(|finding| finding.severity == Severity::Critical) {
            return Ok(true);
        }
        for (check, key) in judged.keys.iter().filter(|(check, _)| check.severity == Severity::Critical) {
            let group = self.group(self.new_conn(), plan, check, key)?;
            if group.iter().any(|finding| finding.record == id) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Keys of this entity that records of later ones are compared with.
    fn tell_other_sides(&mut self, entity: &'static Entity, groups: &BTreeSet<Group>) {
        for check in validate::checks::ALL {
            let Some((theirs, asked)) = against(check.code).filter(|(theirs, _)| *theirs == entity.code) else {
                continue;
            };
            debug_assert_eq!(theirs, entity.code);
            let keys: Vec<Group> =
                groups.iter().filter(|(code, _)| *code == asked).map(|(_, key)| (check.code, key.clone())).collect();
            let model::Scope::Unique { applies, .. } = check.scope else { continue };
            for other in model::entities::ALL.into_iter().filter(|other| applies(other)) {
                self.groups.entry(other.code).or_default().extend(keys.iter().cloned());
            }
        }
    }
}

/// The values of `entity`'s record that others may name it by and that changed, or came and went with it.
fn keys_of_names(
    entity: &'static Entity,
    old: &RecordRow,
    new: &RecordRow,
    moved: bool,
) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for field in entity.fields {
        let (before, after) = (old.value(entity, field.code), new.value(entity, field.code));
        if moved || before != after {
            let filled = [before, after].into_iter().filter(|value| !value.is_empty());
            found.extend(filled.map(|value| (field.code, value.to_owned())));
        }
    }
    found.dedup();
    found
}

/// Who looks at fields of records of `entity` through a reference: entity, reference, field.
fn looking_at(entity: &'static Entity) -> Vec<(&'static Entity, &'static str, &'static str)> {
    let mut found = Vec::new();
    for (other, reference) in leading(entity) {
        for path in Plan::new(other).beyond() {
            if let Some((through, field)) = path.split_once('.').filter(|(through, _)| *through == reference) {
                debug_assert_eq!(through, reference);
                found.push((other, reference, field));
            }
        }
    }
    found
}

/// The references that lead to records of `entity`.
fn leading(entity: &'static Entity) -> Vec<(&'static Entity, &'static str)> {
    let all = model::entities::ALL.into_iter().flat_map(|other| other.references().map(move |one| (other, one)));
    let here = all.filter(|(_, (_, reference))| reference.entity == entity.code);
    here.map(|(other, (field, _))| (other, field.code)).collect()
}

/// Whether records of `target` are asked how many of `other` lead to them by `field`, or what those come to: the fields
/// that are added up.
fn counted(target: &str, other: &str, field: &str) -> Option<Vec<&'static str>> {
    let plan = Plan::new(model::entities::find(target)?);
    let (count, sum) = (format!("#{other}.{field}"), format!("+{other}.{field}."));
    let summed: Vec<_> = plan.beyond().iter().filter_map(|path| path.strip_prefix(sum.as_str())).collect();
    (!summed.is_empty() || plan.beyond().contains(&count.as_str())).then_some(summed)
}
