//! Proposes a mapping for a table: what a row is about and which column is which field, with reasons.
//!
//! Known layouts and learnt tables win whole. Otherwise every entity's reading of the headers is weighed,
//! the values of the sample confirm or contradict, and no column and no field is ever used twice.

use model::mapping::MAPPING_VERSION;
use model::{Binding, Entity, FieldBinding, FieldPath, RowBlock, TableMapping};

use super::complete::{complete, part_mut};
use super::declared::{self, Lead};
use super::family::number_family;
use super::fold::fold;
use super::layouts::Layout;
use super::learned::Learned;
use super::reading::{self, Candidate, Column, Owner, Reading, Via};
use super::reasons::{Reason, field_key, reason};
use super::sheets;
use super::values::{ColumnValues, Shape};

/// Confidence of a known layout.
const LAYOUT_CONFIDENCE: u8 = 99;
/// Confidence of a binding that only values speak for.
const VALUES_CONFIDENCE: u8 = 45;
/// A reading worth less than this explains nothing.
const LEAST_WORTH: f32 = 0.5;

/// A table to be mapped.
#[derive(Clone, Copy, Debug)]
pub struct TableSample<'a> {
    /// Name of the file, as the user knows it.
    pub file: &'a str,
    /// Name of the sheet or table; empty where there is none.
    pub table: &'a str,
    /// The headers from left to right; blank ones where a column has none.
    pub headers: &'a [String],
    /// Some rows; the first thousand are looked at.
    pub sample: &'a RowBlock,
    /// Headers of the columns that name a row, where the source declares them.
    pub primary_key: &'a [String],
    /// Columns that by the source's own word lead to rows of other tables.
    pub leads: &'a [Lead],
    /// The lines above the header.
    pub titles: &'a [String],
}

impl<'a> TableSample<'a> {
    /// A table of a source that declares nothing about it: all but databases.
    #[must_use]
    pub fn new(file: &'a str, table: &'a str, headers: &'a [String], sample: &'a RowBlock) -> Self {
        Self { file, table, headers, sample, primary_key: &[], leads: &[], titles: &[] }
    }
}

/// What the project decides for all tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choices {
    /// The academic year that the project is about, for tables that have classes but name no year.
    pub project_year: Option<i32>,
}

/// A binding with the record and field it is for.
pub(crate) struct Bound {
    pub(crate) path: FieldPath,
    pub(crate) binding: FieldBinding,
}

/// The mapping that the headers and values of `table` speak for; takes nothing where nothing is recognised.
#[must_use]
pub fn suggest(table: &TableSample<'_>, learned: &Learned, choices: &Choices) -> TableMapping {
    if let Some(known) = learned.layout(table.headers) {
        return as_learned(table, &known.mapping, known.count, choices);
    }
    if let Some(layout) = Layout::find(table.headers) {
        return from_layout(layout, choices);
    }
    let columns = columns_of(table);
    if let Some(sheet) = sheets::suggest(table, &columns, choices) {
        return sheet;
    }
    match best_reading(table, &columns) {
        Some((reading, confidence, why)) => from_reading(table, reading, &columns, (confidence, why), learned, choices),
        None => from_values(table, &columns, choices),
    }
}

fn columns_of<'a>(table: &TableSample<'a>) -> Vec<Column<'a>> {
    let values = ColumnValues::of(table.sample, table.headers.len());
    let header = |at: usize| table.headers.get(at).map_or("", String::as_str);
    let column = |(at, values)| Column::new(header(at), values).declared(table, at);
    values.into_iter().enumerate().map(column).collect()
}

/// What was confirmed for the same headers. The days and months of a sheet are its own: the register of April has the
/// headers of that of March, so of those only what a person said about marks is taken over.
fn as_learned(table: &TableSample<'_>, known: &TableMapping, count: u32, choices: &Choices) -> TableMapping {
    if known.shape.is_some() {
        let mut fresh = sheets::suggest(table, &columns_of(table), choices).unwrap_or_else(TableMapping::empty);
        fresh.lookups.clone_from(&known.lookups);
        return fresh;
    }
    let count = count.to_string();
    let (key, args) = reason("mapping.learned.layout", &[("count", &count)]);
    let mut mapping = known.clone();
    for binding in mapping.parts.iter_mut().flat_map(|part| part.fields.iter_mut()) {
        (binding.reason, binding.reason_args) = (key.clone(), args.clone());
        binding.confidence = LAYOUT_CONFIDENCE;
    }
    TableMapping { confidence: LAYOUT_CONFIDENCE, reason: key, reason_args: args, ..mapping }
}

fn from_layout(layout: &Layout, choices: &Choices) -> TableMapping {
    let mut mapping = about("students", LAYOUT_CONFIDENCE, reason(layout.reason, &[]));
    for (path, from) in layout.bindings() {
        let why = reason(layout.reason, &[]);
        bind(&mut mapping, Bound { binding: binding(&path, from, LAYOUT_CONFIDENCE, why), path });
    }
    complete(&mut mapping, choices.project_year);
    mapping
}

fn about(entity: &str, confidence: u8, why: Reason) -> TableMapping {
    let (reason, reason_args) = why;
    let entity = Some(entity.to_owned());
    TableMapping { version: MAPPING_VERSION, entity, confidence, reason, reason_args, ..TableMapping::empty() }
}

pub(crate) fn binding(path: &FieldPath, from: Binding, confidence: u8, why: Reason) -> FieldBinding {
    let (reason, reason_args) = why;
    FieldBinding { field: path.field.clone(), from, confidence, reason, reason_args }
}

fn bind(mapping: &mut TableMapping, bound: Bound) {
    part_mut(mapping, &bound.path.entity, bound.path.part).fields.push(bound.binding);
}

/// What the names of table and file say for `entity`: a sheet called "Guru" is about teachers.
pub(crate) fn name_says(table: &TableSample<'_>, entity: &Entity) -> f32 {
    let said = |text: &str, equal: f32, part: f32| {
        let folded = fold(text);
        let words: Vec<&str> = folded.split(' ').collect();
        let is = |synonym: &&str| fold(synonym) == folded || entity.code.replace('_', " ") == text.replace('_', " ");
        let has = |synonym: &&str| words.contains(&fold(synonym).as_str());
        match () {
            () if entity.synonyms.iter().any(is) => equal,
            () if entity.synonyms.iter().any(has) => part,
            () => 0.0,
        }
    };
    let stem = table.file.rsplit_once('.').map_or(table.file, |(stem, _)| stem);
    said(table.table, 2.0, 1.0).max(said(stem, 1.0, 0.5))
}

/// The reading that explains most, how sure it is, and why.
fn best_reading(table: &TableSample<'_>, columns: &[Column<'_>]) -> Option<(Reading, u8, Reason)> {
    let read = |entity: &&'static Entity| reading::read(entity, columns, name_says(table, entity));
    // Pupils first: of equal readings the first wins, and a list without a word of its own is a class list.
    let mut readings: Vec<Reading> = model::entities::ALL.iter().map(read).collect();
    readings.sort_by_key(|reading| reading.main.code != "students");
    readings.sort_by(|a, b| b.worth.total_cmp(&a.worth));
    let second = readings.get(1).map_or(0.0, |reading| reading.worth);
    let best = readings.into_iter().next().filter(|best| best.worth >= LEAST_WORTH && !best.candidates.is_empty())?;
    let margin = ((best.worth - second) / best.worth).clamp(0.0, 1.0);
    let confidence = (58.0 + 38.0 * margin.sqrt()) as u8;
    let total = columns.iter().filter(|column| !column.nameless).count().to_string();
    let matched = best.candidates.len().to_string();
    let entity = format!("entity.{}", best.main.code);
    let args = [("entity", entity.as_str()), ("matched", &matched), ("total", &total), ("name", table.table)];
    let key = if name_says(table, best.main) >= 2.0 { "mapping.entity.name" } else { "mapping.entity.headers" };
    Some((best, confidence, reason(key, &args)))
}

fn from_reading(
    table: &TableSample<'_>,
    reading: Reading,
    columns: &[Column<'_>],
    (confidence, why): (u8, Reason),
    learned: &Learned,
    choices: &Choices,
) -> TableMapping {
    let mut mapping = about(reading.main.code, confidence, why);
    let mut found = reading.candidates;
    let mut placed = number_family(&mut found, reading.main);
    apply_learned(&mut placed, columns, reading.main, learned);
    let judged = placed.into_iter().filter_map(|(path, found)| judge(path, &found, columns)).collect();
    for bound in keep_best(judged) {
        bind(&mut mapping, bound);
    }
    add_by_values(&mut mapping, reading.main, columns, false);
    super::joined::join_names(&mut mapping, reading.main, columns);
    super::family::add_relationships(&mut mapping, columns);
    let year = choices.project_year.filter(|_| !declared::year_is_elsewhere(&mapping, table));
    complete(&mut mapping, year);
    declared::add_unsaid(&mut mapping);
    declared::add_left_out(&mut mapping, columns);
    mapping
}

/// Lets headers that people have mapped before decide.
fn apply_learned(
    placed: &mut Vec<(FieldPath, Candidate)>,
    columns: &[Column<'_>],
    main: &'static Entity,
    learned: &Learned,
) {
    for (at, column) in columns.iter().enumerate().filter(|(_, column)| !column.header.trim().is_empty()) {
        // What a number is in this database, another table's header does not know.
        if column.row_number || column.lead.is_some() {
            continue;
        }
        let Some((path, count)) = learned.header(column.header) else { continue };
        let (Some(entity), Some(field)) = (path.entity(), path.field()) else { continue };
        let known = placed.iter().position(|(_, found)| found.column == at);
        let agrees = known.and_then(|known| placed.get(known)).is_some_and(|(other, _)| *other == path);
        if entity.code != main.code && !placed.iter().any(|(other, _)| other.entity == path.entity) {
            continue;
        }
        let before = known.map(|known| placed.swap_remove(known).1.score).unwrap_or(0);
        let score = if agrees { before.saturating_add(10).min(99) } else { 70 + count.min(5) as u8 * 5 };
        let found = Candidate { column: at, entity, owner: Owner::One, field, score, via: Via::Learned(count) };
        placed.push((path, found));
    }
}

/// Asks the values of the column what they say to the header.
fn judge(path: FieldPath, found: &Candidate, columns: &[Column<'_>]) -> Option<Bound> {
    let column = columns.get(found.column)?;
    let title = field_key(&path);
    let header = column.header.trim();
    let filled = column.values.filled();
    let support = column.values.support(found.entity, found.field).filter(|_| filled > 0);
    let (matching, all) = (support.unwrap_or(0).to_string(), filled.to_string());
    let looks = column.values.looks().map_or("mapping.looks.nothing", Shape::key);
    let mut args = vec![("header", header), ("field", title.as_str())];
    let (key, confidence) = match support {
        Some(fits) if fits * 5 >= filled * 4 => ("mapping.header.values", found.score.saturating_add(3).min(99)),
        Some(fits) if fits * 10 >= filled * 3 => ("mapping.header.some-values", found.score.saturating_sub(12)),
        Some(_) => ("mapping.header.contradicted", found.score.saturating_sub(55)),
        None => ("mapping.header", found.score),
    };
    if support.is_some() {
        args.extend([("matching", matching.as_str()), ("filled", all.as_str())]);
    }
    if key == "mapping.header.contradicted" {
        args.push(("looks", looks));
    }
    let count = if let Via::Learned(count) = found.via { count.to_string() } else { String::new() };
    let key = match found.via {
        Via::Learned(_) if key != "mapping.header.contradicted" => {
            args.push(("count", &count));
            "mapping.learned.header"
        }
        Via::Declared => {
            args.extend(column.lead.map(|lead| ("table", lead.table.as_str())));
            "mapping.leads-to"
        }
        Via::Position if key != "mapping.header.contradicted" => "mapping.position",
        _ => key,
    };
    let why = reason(key, &args);
    Some(Bound { binding: binding(&path, Binding::Column(found.column as u32), confidence, why), path })
}

/// Of several bindings of one field or one column the surest stays, of equals the one further left.
fn keep_best(mut bound: Vec<Bound>) -> Vec<Bound> {
    let column = |bound: &Bound| if let Binding::Column(column) = bound.binding.from { column } else { u32::MAX };
    bound.sort_by_key(|bound| (std::cmp::Reverse(bound.binding.confidence), column(bound)));
    let mut kept: Vec<Bound> = Vec::with_capacity(bound.len());
    for next in bound {
        if !kept.iter().any(|other| other.path == next.path || other.binding.from == next.binding.from) {
            kept.push(next);
        }
    }
    kept.sort_by_key(column);
    kept
}

/// A table without headers: the values alone, as a list of pupils, with little confidence.
fn from_values(table: &TableSample<'_>, columns: &[Column<'_>], choices: &Choices) -> TableMapping {
    let named = |entity: &&&'static Entity| name_says(table, entity) >= 1.0 && entity.person.is_some();
    let pupils = model::entities::find("students");
    let Some(main) = model::entities::ALL.iter().find(named).copied().or(pupils) else { return TableMapping::empty() };
    let title = format!("entity.{}", main.code);
    let mut mapping = about(main.code, 30, reason("mapping.entity.values", &[("entity", &title)]));
    add_by_values(&mut mapping, main, columns, true);
    let identified = mapping.parts.iter().flat_map(|part| &part.fields);
    let identified = identified.filter(|field| matches!(field.field.as_str(), "full_name" | "national_id")).count();
    if identified == 0 {
        return TableMapping::empty();
    }
    complete(&mut mapping, choices.project_year);
    declared::add_left_out(&mut mapping, columns);
    mapping
}

/// Binds columns without a header, or with one that nobody knows, by what their values look like.
fn add_by_values(mapping: &mut TableMapping, main: &'static Entity, columns: &[Column<'_>], all: bool) {
    if main.person.is_none() {
        return;
    }
    for (at, column) in columns.iter().enumerate() {
        let known =
            column.left_alone || column.lead.is_some() || column.role.is_some() || mapping.column(at as u32).is_some();
        let Some(shape) = column.values.looks().filter(|_| !known) else { continue };
        let telling = matches!(shape, Shape::Identity | Shape::Email | Shape::Gender);
        if !(column.nameless || all || telling) || column.values.is_serial() {
            continue;
        }
        let Some(field) = field_of_shape(main, shape) else { continue };
        let path = FieldPath::new(main.code, 1, field.code);
        let part = part_mut(mapping, main.code, 1);
        if part.fields.iter().any(|binding| binding.field == field.code) {
            continue;
        }
        let (matching, filled) = (column.values.count(shape).to_string(), column.values.filled().to_string());
        let title = field_key(&path);
        let why = reason("mapping.values", &[("field", &title), ("matching", &matching), ("filled", &filled)]);
        part.fields.push(binding(&path, Binding::Column(at as u32), VALUES_CONFIDENCE, why));
    }
}

/// The field of a person that values of this shape most likely are.
fn field_of_shape(main: &'static Entity, shape: Shape) -> Option<&'static model::Field> {
    main.field(match shape {
        Shape::Email => "email",
        Shape::Identity => "national_id",
        Shape::Date if main.code == "students" => "date_of_birth",
        Shape::Phone => "phone",
        Shape::Gender => "gender",
        Shape::State => "state",
        Shape::Postcode => "postcode",
        Shape::Address => "address_line1",
        Shape::Name => "full_name",
        _ => return None,
    })
}
