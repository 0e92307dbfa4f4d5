//! Runs the checks over records, one at a time, and counts what was looked at.
//!
//! A healthy record costs no allocation: a message is only made where something was found.

use chrono::NaiveDate;
use model::{Check, ColumnFacts, Cx, Entity, Field, Finding, Message, Scope, Section, Siblings};

use super::checks;
use crate::standard;

/// Which checks look at what in one entity.
pub struct Plan {
    entity: &'static Entity,
    slots: Vec<Slot>,
    /// For each field, its slots.
    by_field: Vec<Vec<usize>>,
    /// Slots of checks over whole records.
    by_record: Vec<usize>,
    /// Slots of checks of uniqueness.
    unique: Vec<usize>,
    /// What checks look at in other records, in the order in which the caller gives it.
    beyond: Vec<&'static str>,
    /// For a field about whose column nothing is known.
    no_facts: ColumnFacts,
}

/// One check of one field, or of the whole record.
struct Slot {
    check: &'static Check,
    /// The field to point at.
    field: &'static str,
    /// Positions of the fields that must be filled.
    needs: Vec<usize>,
    ask: Ask,
}

/// What is asked, with the fields of [`Scope`] at hand.
enum Ask {
    Value(fn(&Cx<'_>, &str) -> Option<Message>),
    Record(fn(&Cx<'_>) -> Option<(&'static str, Message)>),
    Key(fn(&Cx<'_>) -> Option<String>),
}

/// Something odd about a record.
#[derive(Clone)]
pub struct Hit {
    /// The check that found it.
    pub check: &'static Check,
    /// The record's number in the project file.
    pub record: i64,
    /// Position of the field to point at, in the entity's order.
    pub field: usize,
    /// What is odd.
    pub message: Message,
}

impl Hit {
    /// The same as a finding; `values` are those of the record.
    #[must_use]
    pub fn into_finding(self, entity: &'static Entity, values: &[&str]) -> Finding {
        Finding {
            check: self.check.code,
            severity: self.check.severity,
            entity: entity.code,
            record: self.record,
            field: entity.fields.get(self.field).map_or("", |field| field.code),
            value: values.get(self.field).copied().unwrap_or_default().to_owned(),
            message: self.message,
        }
    }
}

/// How many values a check looked at and how many of them were odd.
#[derive(Clone, Copy)]
pub struct Measure {
    /// The check.
    pub check: &'static Check,
    /// The field it looked at, or points at where it looks at whole records.
    pub field: &'static str,
    /// Values or records looked at. Blanks count only where the question is whether a value is there.
    pub looked: u64,
    /// Odd ones among them. Always 0 for checks of uniqueness, whose groups the caller sees.
    pub found: u64,
}

/// Counts for one [`Plan`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// For each slot, how many were looked at and found.
    counts: Vec<(u64, u64)>,
}

impl Tally {
    /// Zeros for every check of `plan`.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        Self { counts: vec![(0, 0); plan.slots.len()] }
    }

    /// Adds the counts of another tally of the same plan.
    pub fn add(&mut self, other: &Tally) {
        for (ours, theirs) in self.counts.iter_mut().zip(&other.counts) {
            ours.0 += theirs.0;
            ours.1 += theirs.1;
        }
    }

    /// What was measured, in the order of the checks.
    pub fn measures<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = Measure> + 'a {
        let measure = |(slot, (looked, found)): (&Slot, &(u64, u64))| Measure {
            check: slot.check,
            field: slot.field,
            looked: *looked,
            found: *found,
        };
        plan.slots.iter().zip(&self.counts).map(measure)
    }

    fn count(&mut self, slot: usize, found: bool) {
        if let Some(counts) = self.counts.get_mut(slot) {
            counts.0 += 1;
            counts.1 += u64::from(found);
        }
    }
}

impl Plan {
    /// The checks that look at records of `entity`.
    #[must_use]
    pub fn new(entity: &'static Entity) -> Self {
        let mut plan = Self {
            entity,
            slots: Vec::new(),
            by_field: vec![Vec::new(); entity.fields.len()],
            by_record: Vec::new(),
            unique: Vec::new(),
            beyond: Vec::new(),
            no_facts: ColumnFacts::default(),
        };
        for check in checks::ALL {
            plan.add(check);
        }
        plan
    }

    /// The entity whose records are checked.
    #[must_use]
    pub fn entity(&self) -> &'static Entity {
        self.entity
    }

    /// What the checks look at beyond the record's own fields, written as in [`checks::needs`]. The caller gives the
    /// values behind those of the fields, in this order.
    #[must_use]
    pub fn beyond(&self) -> &[&'static str] {
        &self.beyond
    }

    /// The values of one record, those of [`Plan::beyond`] behind those of its fields, as checks ask for them.
    fn siblings<'a>(&'a self, values: &'a [&'a str]) -> Record<'a> {
        Record { fields: self.entity.fields, beyond: &self.beyond, values }
    }

    /// Whether two records that share a key for `check` are in each other's way; both as values in the plan's order.
    #[must_use]
    pub fn clashes(&self, check: &Check, one: &[&str], other: &[&str]) -> bool {
        checks::clash(check.code).is_none_or(|clash| clash(&self.siblings(one), &self.siblings(other)))
    }

    fn add(&mut self, check: &'static Check) {
        match &check.scope {
            Scope::Value { applies, ask } => {
                for (position, field) in self.entity.fields.iter().enumerate() {
                    if applies(self.entity, field) {
                        self.by_field[position].push(self.slots.len());
                        self.slot(check, field.code, Ask::Value(*ask));
                    }
                }
            }
            Scope::Record { applies, ask } if applies(self.entity) => {
                self.by_record.push(self.slots.len());
                let own = checks::needs(check.code).iter().rev().find(|need| !is_beyond(need));
                self.slot(check, own.copied().unwrap_or_default(), Ask::Record(*ask));
            }
            Scope::Unique { applies, field, key, .. } if applies(self.entity) => {
                self.unique.push(self.slots.len());
                self.slot(check, checks::pointed_at(self.entity, field), Ask::Key(*key));
            }
            Scope::Record { .. } | Scope::Unique { .. } | Scope::Reference | Scope::Kept => {}
        }
    }

    fn slot(&mut self, check: &'static Check, field: &'static str, ask: Ask) {
        let needs = checks::needs(check.code).iter().map(|need| self.position(need)).collect();
        for linked in checks::linked(check.code).iter().filter(|linked| leads(self.entity, linked)) {
            self.position(linked);
        }
        self.slots.push(Slot { check, field, needs, ask });
    }

    /// Where the value of `need` stands among the values of a record.
    fn position(&mut self, need: &'static str) -> usize {
        if !is_beyond(need) {
            // A field that the entity does not have is never filled.
            return self.entity.position(need).unwrap_or(usize::MAX);
        }
        let known = self.beyond.iter().position(|known| *known == need);
        let position = known.unwrap_or_else(|| {
            self.beyond.push(need);
            self.beyond.len() - 1
        });
        self.entity.fields.len() + position
    }
}

/// Whether records of `entity` have the reference that a path goes through; one that counts what leads here needs none.
fn leads(entity: &Entity, path: &str) -> bool {
    let reference = path.split(['.', '#']).next().unwrap_or_default();
    path.starts_with(['#', '+']) || entity.field(reference).is_some()
}

/// Whether what is needed stands in other records.
fn is_beyond(need: &str) -> bool {
    need.contains(['.', '#'])
}

/// The values of one record, found by field code.
struct Record<'a> {
    fields: &'static [Field],
    beyond: &'a [&'static str],
    values: &'a [&'a str],
}

impl Siblings for Record<'_> {
    fn value(&self, field: &str) -> &str {
        // Most codes differ in length or in the last letter: no call is needed to see that.
        let alike = |known: &&str| known.len() == field.len() && known.as_bytes().last() == field.as_bytes().last();
        let position = if is_beyond(field) {
            self.beyond.iter().position(|known| *known == field).map(|position| self.fields.len() + position)
        } else {
            self.fields.iter().position(|known| alike(&known.code) && known.code == field)
        };
        position.and_then(|position| self.values.get(position)).copied().unwrap_or_default()
    }
}

/// Runs the checks of values and of whole records over one record.
///
/// `facts` and `values` stand in the order of the entity's fields, behind the values those of [`Plan::beyond`]; missing
/// ones count as unknown and blank. `record` is the record's number in the project file. Everything odd goes to `sink`, all that was looked at into `tally`.
pub fn run_record(
    plan: &Plan,
    today: NaiveDate,
    facts: &[&ColumnFacts],
    record: i64,
    values: &[&str],
    tally: &mut Tally,
    sink: &mut dyn FnMut(Hit),
) {
    let siblings = plan.siblings(values);
    for (position, (field, slots)) in plan.entity.fields.iter().zip(&plan.by_field).enumerate() {
        if slots.is_empty() {
            continue;
        }
        let value = values.get(position).copied().unwrap_or_default();
        let column = facts.get(position).copied().unwrap_or(&plan.no_facts);
        let cx = Cx { today, entity: plan.entity, field, column, record: &siblings };
        let blank = standard::is_blank(value);
        for &slot in slots {
            let check = plan.slots[slot].check;
            if blank && check.section != Section::Completeness {
                continue;
            }
            let Ask::Value(ask) = plan.slots[slot].ask else { continue };
            let found = ask(&cx, value);
            tally.count(slot, found.is_some());
            if let Some(message) = found {
                sink(Hit { check, record, field: position, message });
            }
        }
    }
    run_whole(plan, today, record, &siblings, tally, sink);
}

/// Runs the checks of whole records.
fn run_whole(
    plan: &Plan,
    today: NaiveDate,
    record: i64,
    siblings: &Record<'_>,
    tally: &mut Tally,
    sink: &mut dyn FnMut(Hit),
) {
    let Some(cx) = whole(plan, today, siblings) else { return };
    for &slot in &plan.by_record {
        let Slot { check, needs, ask: Ask::Record(ask), .. } = &plan.slots[slot] else { continue };
        if !filled(needs, siblings.values) {
            continue;
        }
        let found = ask(&cx);
        tally.count(slot, found.is_some());
        if let Some((field, message)) = found {
            let field = plan.entity.position(field).unwrap_or_default();
            sink(Hit { check, record, field, message });
        }
    }
}

/// Gives `sink` the key of one record for each check of uniqueness, where it has one. Records with the same key for
/// the same check are too many from [`checks::least_sharing`] on.
pub fn keys(
    plan: &Plan,
    today: NaiveDate,
    values: &[&str],
    tally: &mut Tally,
    sink: &mut dyn FnMut(&'static Check, String),
) {
    let siblings = plan.siblings(values);
    let Some(cx) = whole(plan, today, &siblings) else { return };
    for &slot in &plan.unique {
        let Slot { check, needs, ask: Ask::Key(key), .. } = &plan.slots[slot] else { continue };
        if let Some(key) = filled(needs, values).then(|| key(&cx)).flatten() {
            tally.count(slot, false);
            sink(check, key);
        }
    }
}

/// What a check of a whole record may know: its field is the entity's first.
fn whole<'a>(plan: &'a Plan, today: NaiveDate, siblings: &'a Record<'a>) -> Option<Cx<'a>> {
    let field = plan.entity.fields.first()?;
    Some(Cx { today, entity: plan.entity, field, column: &plan.no_facts, record: siblings })
}

/// Whether all the fields at these positions are filled.
fn filled(needs: &[usize], values: &[&str]) -> bool {
    needs.iter().all(|need| values.get(*need).is_some_and(|value| !standard::is_blank(value)))
}
