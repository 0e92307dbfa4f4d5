//! One column, value by value.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::BuildHasherDefault;

use chrono::{Datelike as _, NaiveDate};
use model::{Cell, CellKind, DateFacts, DateOrder};

use super::distinct::{Distinct, Given, hash};
use super::kind::{KINDS, Kind, kind_of, number};
use super::pattern::{Patterns, most_first};
use super::script::Scripts;
use crate::cleanse::is_null_word;
use crate::mapping::Shape;
use crate::standard::date::{self, Century, Reading, Ways};
use crate::standard::outer_trim;
use model::profile::document::{ColumnProfile, DateSpan, NumberSpan};

/// Different values of which each is counted by itself: more are no list that a person reads.
const MOST_VALUES: usize = 50;
/// Values whose kind is remembered, so that a column of a few codes asks once.
const MOST_REMEMBERED: usize = 256;

/// Reads the cells of one column.
#[derive(Default)]
pub(super) struct ColumnProfiler {
    name: String,
    rows: u64,
    blank: u64,
    null_words: u64,
    pub(super) distinct: Distinct,
    kinds: [u64; KINDS],
    remembered: HashMap<u64, Kind, BuildHasherDefault<Given>>,
    cells: [u64; 10],
    lengths: Option<(u64, u64)>,
    numbers: Numbers,
    dates: Dates,
    patterns: Patterns,
    scripts: Scripts,
    /// `None` once there were too many different ones.
    values: Option<HashMap<String, u64>>,
    /// The last value, as long as every value was one more than that before it.
    counting: Option<u64>,
    counts_rows: bool,
}

impl ColumnProfiler {
    /// A column of this header, in a table of which `rows` rows without it were read.
    pub(super) fn new(name: &str, rows: u64) -> Self {
        let values = Some(HashMap::new());
        Self { name: name.to_owned(), rows, blank: rows, values, counts_rows: rows == 0, ..Self::default() }
    }

    /// Notes one cell.
    pub(super) fn add(&mut self, cell: Cell<'_>, today: NaiveDate) {
        self.rows += 1;
        let text = outer_trim(cell.text);
        if let Some(count) = self.cells.get_mut(cell.kind as usize) {
            *count += 1;
        }
        if text.is_empty() {
            self.blank += 1;
            self.counts_rows = false;
            return;
        }
        if cell.kind == CellKind::Text && is_null_word(text) {
            self.null_words += 1;
            self.counts_rows = false;
            return;
        }
        let hash = hash(text);
        self.distinct.add(hash);
        let kind = self.kind(hash, cell, text);
        if let Some(count) = self.kinds.get_mut(kind.index()) {
            *count += 1;
        }
        self.measure(text, kind, cell, today);
    }

    fn kind(&mut self, hash: u64, cell: Cell<'_>, text: &str) -> Kind {
        // The same text may be a date in one cell and a text in another.
        let known = hash ^ u64::from(cell.kind as u8);
        if let Some(kind) = self.remembered.get(&known) {
            return *kind;
        }
        let kind = kind_of(cell, text);
        if self.remembered.len() < MOST_REMEMBERED {
            self.remembered.insert(known, kind);
        }
        kind
    }

    fn measure(&mut self, text: &str, kind: Kind, cell: Cell<'_>, today: NaiveDate) {
        let letters = if text.is_ascii() { text.len() } else { text.chars().count() } as u64;
        self.lengths =
            Some(self.lengths.map_or((letters, letters), |(least, most)| (least.min(letters), most.max(letters))));
        self.patterns.add(text);
        self.scripts.add(text);
        self.list(text);
        self.count_on(text);
        if kind.is_numeric() {
            self.numbers.add(text);
        }
        if kind == Kind::Shape(Shape::Date) {
            self.dates.add(text, matches!(cell.kind, CellKind::Date | CellKind::DateTime), today);
        }
    }

    fn list(&mut self, text: &str) {
        let Some(values) = &mut self.values else { return };
        if let Some(count) = values.get_mut(text) {
            *count += 1;
        } else if values.len() < MOST_VALUES {
            values.insert(text.to_owned(), 1);
        } else {
            self.values = None;
        }
    }

    fn count_on(&mut self, text: &str) {
        if self.counts_rows {
            let value = text.trim_end_matches('.').parse::<u64>().ok();
            self.counts_rows = value.is_some() && self.counting.is_none_or(|before| value == before.checked_add(1));
            self.counting = value;
        }
    }

    /// What came of it. Nothing is hidden yet, see [`super::conceal`].
    pub(super) fn finish(self) -> ColumnProfile {
        let filled = self.rows - self.blank - self.null_words;
        let (kind, kind_fits) = self.usual_kind(filled);
        let named = |counts: &[u64], name: &dyn Fn(usize) -> &'static str| {
            most_first(counts.iter().enumerate().map(|(at, count)| (name(at).to_owned(), *count)))
        };
        let kinds = named(&self.kinds, &|at| Kind::at(at).code());
        let cells = named(&self.cells, &|at| cell_code(at as u8));
        let (patterns, patterns_told, patterns_beyond) = self.patterns.finish();
        let (scripts, mixed_scripts) = self.scripts.finish();
        let (shortest, longest) = self.lengths.unwrap_or_default();
        ColumnProfile {
            name: self.name,
            blank: self.blank,
            null_words: self.null_words,
            filled,
            distinct: self.distinct.count(),
            unique: self.distinct.unique(),
            uniqueness: self.distinct.uniqueness(filled, self.rows),
            counts_rows: self.counts_rows && filled > 2,
            kind: kind.to_owned(),
            kind_fits,
            kinds,
            cells,
            shortest,
            longest,
            numbers: self.numbers.finish(),
            dates: self.dates.finish(),
            patterns,
            patterns_told,
            patterns_beyond,
            scripts,
            mixed_scripts,
            values: self.values.filter(|values| !values.is_empty()).map(most_first),
            hidden: None,
        }
    }

    /// The kind of at least four values of five, else what is called `mixed`; `empty` without values.
    fn usual_kind(&self, filled: u64) -> (&'static str, u64) {
        if filled == 0 {
            return ("empty", 0);
        }
        let counts = self.kinds.iter().enumerate();
        let (at, most) = counts.clone().max_by_key(|(_, count)| **count).map_or((0, 0), |(at, count)| (at, *count));
        let enough = |count: u64| count.saturating_mul(5) >= filled.saturating_mul(4);
        // Amounts such as 2000 and 43000 look like years and postcodes.
        let numeric: u64 = counts.filter(|(at, _)| Kind::at(*at).is_numeric()).map(|(_, count)| *count).sum();
        // Towns of one word are text, of two they look like names.
        let wordy = [Kind::Text, Kind::Shape(Shape::Name), Kind::Shape(Shape::Address), Kind::Shape(Shape::State)];
        let worded: u64 = wordy.iter().filter_map(|kind| self.kinds.get(kind.index())).sum();
        match () {
            () if enough(most) => (Kind::at(at).code(), most),
            () if enough(numeric) => (Kind::Number.code(), numeric),
            () if enough(worded) => (Kind::Text.code(), worded),
            () => ("mixed", most),
        }
    }
}

/// The word for what a source says that a cell is; `profile.cell.<code>` is its name for people.
fn cell_code(code: u8) -> &'static str {
    match CellKind::from_code(code) {
        Some(CellKind::Empty) | None => "empty",
        Some(CellKind::Text) => "text",
        Some(CellKind::Number) => "number",
        Some(CellKind::Date) => "date",
        Some(CellKind::DateTime) => "date-time",
        Some(CellKind::Time) => "time",
        Some(CellKind::Bool) => "bool",
        Some(CellKind::Error) => "error",
        Some(CellKind::Bytes) => "bytes",
        Some(CellKind::Uncalculated) => "formula",
    }
}

/// The least and the greatest number, with their texts.
#[derive(Default)]
struct Numbers {
    count: u64,
    ends: Option<((f64, String), (f64, String))>,
}

impl Numbers {
    fn add(&mut self, text: &str) {
        let Some(value) = number(text) else { return };
        self.count += 1;
        match &mut self.ends {
            None => self.ends = Some(((value, text.to_owned()), (value, text.to_owned()))),
            Some((least, greatest)) => {
                if value < least.0 {
                    *least = (value, text.to_owned());
                }
                if value > greatest.0 {
                    *greatest = (value, text.to_owned());
                }
            }
        }
    }

    fn finish(self) -> Option<NumberSpan> {
        let ((_, least), (_, greatest)) = self.ends?;
        Some(NumberSpan { count: self.count, least, greatest })
    }
}

/// The dates of a column, read both ways until the column has told which way is right.
#[derive(Default)]
struct Dates {
    facts: DateFacts,
    day_first: Days,
    month_first: Days,
    odd: u64,
}

impl Dates {
    fn add(&mut self, text: &str, surely: bool, today: NaiveDate) {
        if !surely {
            date::observe(text, &mut self.facts);
        }
        match date::read(text, Century { born: None, today }) {
            Reading::Certain(day) | Reading::Serial(day) => self.add_both(Ways::one(day)),
            Reading::Either(ways) | Reading::Likely(ways) | Reading::Timed(ways) => self.add_both(ways),
            Reading::Nothing | Reading::Hijri(_) | Reading::Impossible | Reading::Unreadable => self.odd += 1,
        }
    }

    fn add_both(&mut self, ways: Ways) {
        self.day_first.add(ways.day_first);
        self.month_first.add(ways.month_first);
    }

    fn finish(self) -> Option<DateSpan> {
        let order = self.facts.order();
        let days = if order == Some(DateOrder::MonthFirst) { self.month_first } else { self.day_first };
        if days.read == 0 && self.odd == 0 {
            return None;
        }
        let said = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Some(DateSpan {
            read: days.read,
            odd: self.odd,
            first: said(days.different.iter().min().copied()),
            last: said(days.different.iter().max().copied()),
            either: self.facts.either,
            order: order.map(|order| match order {
                DateOrder::DayFirst => "day-first".to_owned(),
                DateOrder::MonthFirst => "month-first".to_owned(),
            }),
            years: days.years.into_iter().collect(),
            days: days.different.len() as u64,
        })
    }
}

/// Days by year. From 1900 to 2100, so there cannot be more than 73,414 different ones.
#[derive(Default)]
struct Days {
    read: u64,
    years: BTreeMap<i32, u64>,
    different: HashSet<NaiveDate>,
}

impl Days {
    fn add(&mut self, day: NaiveDate) {
        self.read += 1;
        *self.years.entry(day.year()).or_default() += 1;
        self.different.insert(day);
    }
}
