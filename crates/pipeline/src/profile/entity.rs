//! All records of one entity: what is blank, what repeats, what leads nowhere, and when they began.

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike as _, NaiveDate};
use model::{ColumnFacts, DateOrder, Entity, Field, FieldKind, Need};

use super::distinct::{Distinct, hash, make_room};
use super::growth::growth_fields;
use super::table::MOST_HELD;
use crate::mapping::year_code;
use crate::standard::date::{self, Century, Reading};
use crate::standard::is_standard;
use model::profile::document::{EntityProfile, FieldFigures, Growth, KeyFigures, PROFILE_VERSION, ReferenceFigures};

/// Records between two looks at the memory that counting takes.
const LOOK_EVERY: u64 = 1_000;

/// Reads the records of one entity.
pub struct EntityProfiler {
    entity: &'static Entity,
    today: NaiveDate,
    records: u64,
    fields: Vec<FieldCounter>,
    keys: Vec<(u64, Distinct)>,
    references: Vec<ReferenceFigures>,
    /// By each field that may tell when a record began, the best first.
    began: Vec<Began>,
}

#[derive(Default)]
struct FieldCounter {
    filled: u64,
    not_standard: u64,
    distinct: Distinct,
    days: Option<(NaiveDate, NaiveDate)>,
    /// Dates that say no day beyond doubt.
    unread: u64,
}

/// By which field records are dated, and what it said.
struct Began {
    at: usize,
    years: BTreeMap<i32, u64>,
    days: HashSet<NaiveDate>,
    undated: u64,
}

impl EntityProfiler {
    /// A profile of `entity`, made on the day `today`.
    #[must_use]
    pub fn new(entity: &'static Entity, today: NaiveDate) -> Self {
        let began = growth_fields(entity).into_iter();
        let began = began.map(|at| Began { at, years: BTreeMap::new(), days: HashSet::new(), undated: 0 });
        let reference = |(field, reference): (&'static Field, &'static model::Reference)| ReferenceFigures {
            field: field.code.to_owned(),
            to: reference.entity.to_owned(),
            ..ReferenceFigures::default()
        };
        Self {
            entity,
            today,
            records: 0,
            fields: entity.fields.iter().map(|_| FieldCounter::default()).collect(),
            keys: entity.keys.iter().map(|_| (0, Distinct::default())).collect(),
            references: entity.references().map(reference).collect(),
            began: began.collect(),
        }
    }

    /// Notes one active record: for each field its value and the record that it leads to. `columns` is what is known
    /// about the columns of its fields, in field order: which of two days a date means, only its column proves.
    pub fn add(&mut self, values: &[(&str, Option<i64>)], columns: &[ColumnFacts]) {
        self.records += 1;
        let order = |at: usize| columns.get(at).and_then(|column| column.dates.order());
        for (at, ((field, counter), value)) in self.entity.fields.iter().zip(&mut self.fields).zip(values).enumerate() {
            counter.add(field, *value, order(at), self.today);
        }
        self.add_keys(values);
        self.add_references(values);
        for began in &mut self.began {
            let value = values.get(began.at).map_or("", |(value, _)| *value);
            began.add(value, order(began.at), self.today);
        }
        if self.records.is_multiple_of(LOOK_EVERY) {
            let fields = self.fields.iter_mut().map(|field| &mut field.distinct);
            let mut counters: Vec<&mut Distinct> = fields.chain(self.keys.iter_mut().map(|(_, key)| key)).collect();
            make_room(&mut counters, MOST_HELD);
        }
    }

    fn add_keys(&mut self, values: &[(&str, Option<i64>)]) {
        for (key, (filled, distinct)) in self.entity.keys.iter().zip(&mut self.keys) {
            let parts = key.fields.iter().filter_map(|code| values.get(self.entity.position(code)?).copied());
            let parts: Vec<(&str, Option<i64>)> = parts.filter(|value| is_filled(*value)).collect();
            if parts.len() == key.fields.len() {
                *filled += 1;
                // A reference is the record it leads to, however it is written.
                let named = |(text, link): &(&str, Option<i64>)| {
                    link.map_or_else(|| (*text).to_owned(), |link| format!("\0{link}"))
                };
                distinct.add(hash(parts.iter().map(named).collect::<Vec<_>>()));
            }
        }
    }

    fn add_references(&mut self, values: &[(&str, Option<i64>)]) {
        for figures in &mut self.references {
            let at = self.entity.position(&figures.field);
            match at.and_then(|at| values.get(at)) {
                Some((_, Some(_))) => figures.linked += 1,
                Some((text, None)) if !text.is_empty() => figures.orphans += 1,
                _ => figures.blank += 1,
            }
        }
    }

    /// What came of it.
    #[must_use]
    pub fn finish(self) -> EntityProfile {
        let records = self.records;
        let fields = self.entity.fields.iter().zip(self.fields);
        let keys = self.entity.keys.iter().zip(self.keys);
        EntityProfile {
            version: PROFILE_VERSION,
            entity: self.entity.code.to_owned(),
            records,
            fields: fields.map(|(field, counter)| counter.finish(field, records)).collect(),
            keys: keys
                .map(|(key, (filled, distinct))| KeyFigures {
                    key: key.code.to_owned(),
                    fields: key.fields.iter().map(|field| (*field).to_owned()).collect(),
                    filled,
                    distinct: distinct.count(),
                    shared: distinct.shared(),
                })
                .collect(),
            references: self.references,
            growth: growth(self.entity, self.began),
        }
    }
}

/// What the best field said that any record has; where none has one, that the best was asked.
fn growth(entity: &Entity, mut began: Vec<Began>) -> Option<Growth> {
    let told = began.iter().position(|began| !began.years.is_empty()).unwrap_or(0);
    let began = (told < began.len()).then(|| began.swap_remove(told))?;
    Some(Growth {
        field: entity.fields.get(began.at)?.code.to_owned(),
        years: began.years.into_iter().collect(),
        undated: began.undated,
        days: began.days.len() as u64,
    })
}

fn is_filled((value, link): (&str, Option<i64>)) -> bool {
    !value.is_empty() || link.is_some()
}

impl FieldCounter {
    fn add(&mut self, field: &Field, value: (&str, Option<i64>), order: Option<DateOrder>, today: NaiveDate) {
        if !is_filled(value) {
            return;
        }
        self.filled += 1;
        let (text, link) = value;
        match link {
            Some(link) => self.distinct.add(hash(link)),
            None => self.distinct.add(hash(text)),
        }
        if link.is_none() && !is_standard(field, text) {
            self.not_standard += 1;
        }
        if !matches!(field.kind, FieldKind::Date) {
            return;
        }
        match day(text, order, today) {
            Some(day) => {
                self.days = Some(self.days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))))
            }
            None => self.unread += 1,
        }
    }

    fn finish(self, field: &Field, records: u64) -> FieldFigures {
        let said = |day: NaiveDate| day.to_string();
        let days = self.days.filter(|_| !field.sensitive);
        FieldFigures {
            field: field.code.to_owned(),
            need: need_code(field.need).to_owned(),
            filled: self.filled,
            blank: records - self.filled,
            not_standard: self.not_standard,
            distinct: self.distinct.count(),
            shared: self.distinct.shared(),
            first: days.map(|(first, _)| said(first)),
            last: days.map(|(_, last)| said(last)),
            unread: self.unread,
        }
    }
}

fn need_code(need: Need) -> &'static str {
    match need {
        Need::Required => "required",
        Need::Expected => "expected",
        Need::Optional => "optional",
    }
}

/// The day that a value means: beyond doubt, or in the order that its column proves.
fn day(text: &str, order: Option<DateOrder>, today: NaiveDate) -> Option<NaiveDate> {
    match date::read(text, Century { born: None, today }) {
        Reading::Certain(day) | Reading::Serial(day) => Some(day),
        Reading::Either(ways) | Reading::Timed(ways) | Reading::Likely(ways) => {
            ways.only().or_else(|| order.map(|order| ways.by(order)))
        }
        _ => None,
    }
}

impl Began {
    fn add(&mut self, text: &str, order: Option<DateOrder>, today: NaiveDate) {
        let year = match (day(text, order, today), date::read(text, Century { born: None, today })) {
            (Some(day), _) => {
                self.days.insert(day);
                Some(day.year())
            }
            // Both ways it is the same year.
            (None, Reading::Either(ways) | Reading::Timed(ways) | Reading::Likely(ways)) => {
                self.days.insert(ways.day_first);
                Some(ways.day_first.year())
            }
            _ => year_code(text).and_then(|code| code.strip_prefix("AY")?.parse().ok()),
        };
        match year {
            Some(year) => *self.years.entry(year).or_default() += 1,
            None => self.undated += 1,
        }
    }
}
