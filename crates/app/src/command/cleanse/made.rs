//! What passes of the rules make of some records: what is put right, and what is proposed.

use std::collections::HashMap;

use model::{Applicability, Entity, Fix, Rule};
use staging::change_log::ChangeBlock;
use staging::proposals::{self, ProposalWriter};

use super::pass::Asked;
use super::{Which, settled};
use crate::error::Failure;

/// What the rules propose for some records of an entity. Of very many, only how many they are goes on.
pub(super) struct Proposals {
    entity: &'static Entity,
    /// Record, field, the value that stands there, rule and fix.
    kept: Vec<(i64, &'static str, String, Proposed)>,
    beyond: HashMap<(&'static str, Applicability), u64>,
}

impl Proposals {
    pub(super) fn of(entity: &'static Entity) -> Self {
        Self { entity, kept: Vec::new(), beyond: HashMap::new() }
    }

    pub(super) fn write(&self, writer: &mut ProposalWriter<'_>) -> Result<(), Failure> {
        for (record, field, before, (rule, fix)) in &self.kept {
            writer.add(rule.code, self.entity.code, *record, field, before, fix)?;
        }
        for ((rule, applicability), count) in &self.beyond {
            writer.beyond(rule, *applicability, *count);
        }
        Ok(())
    }
}

/// What a rule says of a value.
pub(super) type Proposed = (&'static Rule, Fix);

/// Sees to it that no more proposals are kept than the project takes.
#[derive(Default)]
pub(super) struct Keeper {
    counts: HashMap<(&'static str, Applicability), u64>,
}

impl Keeper {
    pub(super) fn take(
        &mut self,
        made: &mut Proposals,
        record: i64,
        field: &'static str,
        before: &str,
        (rule, fix): Proposed,
    ) {
        let key = (rule.code, fix.applicability);
        let count = self.counts.entry(key).or_default();
        *count += 1;
        if *count > proposals::MOST_KEPT {
            *made.beyond.entry(key).or_default() += 1;
        } else {
            made.kept.push((record, field, before.to_owned(), (rule, fix)));
        }
    }
}

/// What the accepted fixes make of some records, and what is proposed for these afterwards.
pub(super) struct Cleansed {
    pub(super) changes: ChangeBlock,
    pub(super) left: Proposals,
}

impl Cleansed {
    pub(super) fn of(entity: &'static Entity) -> Self {
        Self { changes: ChangeBlock::new(entity), left: Proposals::of(entity) }
    }

    /// Adds a record: what is put right, with all that is filled with it, and what is left.
    pub(super) fn take(&mut self, asked: &Asked<'_>, which: Which<'_>, keeper: &mut Keeper) {
        let (changes, record, mut open) = (&mut self.changes, asked.record, Vec::new());
        asked.each(&mut |cx, value, rule, fix| {
            if !which.takes(rule, &fix) {
                return open.push((cx.field.code, value.to_owned(), (rule, fix)));
            }
            let fix = settled(cx, fix, which);
            for (field, after) in &fix.also {
                changes.push(record, field, asked.value(field), after, &fix.reason);
            }
            changes.push(record, cx.field.code, value, &fix.after, &fix.reason);
        });
        if let Some(after) = asked.with(changes.of_last(record)) {
            open.clear();
            asked.each_of(&after, &mut |cx, value, rule, fix| {
                open.push((cx.field.code, value.to_owned(), (rule, fix)));
            });
        }
        for (field, value, proposed) in open {
            keeper.take(&mut self.left, record, field, &value, proposed);
        }
    }
}
