//! Which column is which: showing, correcting and accepting the mapping of a table.

mod several;

use model::{Binding, ColumnFacts, Entity, FieldKind, FieldPath, Need, RowBlock, RowRef, TableMapping, Watch, Words};
use pipeline::mapping::{self as suggesting, ColumnSource, Mapper, PartPlan};
use pipeline::standard;
use staging::change_log::Act;
use staging::landing::{self, TableInfo};
use staging::records::{self, RecordWriter, RowAt, Slot};
use staging::{Permission, Project};

use super::cleanse::values;
use super::import::{LEARNED, learned};
use crate::app::App;
use crate::beside::beside;
use crate::clock;
use crate::dto::{
    CodeOption, FieldOption, JobStarted, KnownCode, MappingColumn, MappingConstant, MappingConstantSet,
    MappingLookupSet, MappingPeriodSet, MappingSet, MappingTable, MappingView, Nothing, Said, ShapeMark, ShapeView,
    TableRef, UnknownCode,
};
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

use self::several::is_sure;

/// Rows that show what a column holds.
const SAMPLE_ROWS: usize = 1_000;
/// Values shown beside a column.
const SAMPLES_SHOWN: usize = 4;

/// What a table became.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// Records made: entity and how many.
    pub records: Vec<(&'static str, u64)>,
    /// Landed rows that became no record.
    pub without_record: u64,
    /// Those of them that only add up the others.
    pub totals: u64,
}

impl Made {
    /// What is to be said about rows that only add up others; `None` where there are none.
    #[must_use]
    pub fn about_totals(&self) -> Option<model::Message> {
        (self.totals > 0).then(|| model::Message::new("mapping.totals").with("count", self.totals))
    }
}

impl From<suggesting::MapError> for Failure {
    fn from(error: suggesting::MapError) -> Self {
        Self::Refused {
            code: Code::MappingIncomplete,
            message: model::Message::new("error.mapping").with("cause", error),
            hint: model::Message::new("error.mapping.hint"),
        }
    }
}

/// Makes the records of a table as its mapping says; records it had before are replaced.
///
/// # Errors
///
/// Where the mapping cannot be used or the project cannot be written. Stopped half way, the table has
/// no records.
pub fn make_records(project: &Project, table: i64, watch: &dyn Watch) -> Result<Made, Failure> {
    let conn = project.connection();
    let missing = || Failure::refused(Code::MappingIncomplete, "error.no-mapping", "error.no-mapping.hint");
    let mapping = staging::mappings::load(conn, table)?.ok_or_else(missing)?;
    let mapper = Mapper::new(&mapping)?;
    let act = Act { user: &project.user().name, at: clock::now() };
    let mut writer = RecordWriter::begin(conn, table, mapper.parts().iter().map(slot).collect(), Some(&act), watch)?;
    let mut pass = Pass::new(&mapper);
    if let Err(failure) = pass.all(project, table, &mut writer, watch) {
        writer.abandon()?;
        return Err(failure);
    }
    let made = writer.finish(clock::now())?;
    pass.save_facts(conn, table)?;
    let mut entities: Vec<(&'static str, u64)> = Vec::new();
    for (plan, count) in mapper.parts().iter().zip(&made.records) {
        match entities.iter_mut().find(|(code, _)| *code == plan.entity.code) {
            Some((_, sum)) => *sum += count,
            None => entities.push((plan.entity.code, *count)),
        }
    }
    resolve(conn, watch)?;
    Ok(Made { records: entities, without_record: made.without_record, totals: pass.totals })
}

/// Finds the records that other tables name by number or name.
fn resolve(conn: &staging::Connection, watch: &dyn Watch) -> Result<(), Failure> {
    for entity in model::entities::ALL {
        if entity.references().next().is_some() {
            records::resolve_references(conn, entity.code, watch)?;
        }
    }
    Ok(())
}

/// The fields that a part writes: those with a source, those that may be calculated, and a code that is derived.
fn written(plan: &PartPlan) -> Vec<usize> {
    let has_source = |at: &usize| {
        plan.columns.get(*at).is_some_and(|source| *source != ColumnSource::None)
            || plan.calculates(*at)
            || (plan.derive_code && plan.entity.position("code") == Some(*at))
    };
    (0..plan.entity.fields.len()).filter(has_source).collect()
}

fn slot(plan: &PartPlan) -> Slot {
    Slot { entity: plan.entity, part: plan.part, fields: written(plan) }
}

/// One pass over the rows of a table.
struct Pass<'m> {
    mapper: &'m Mapper,
    fields: Vec<Vec<usize>>,
    facts: Vec<Vec<ColumnFacts>>,
    /// The record that each part of the row became.
    made: Vec<Option<i64>>,
    /// Rows that only add up the others.
    totals: u64,
}

impl<'m> Pass<'m> {
    fn new(mapper: &'m Mapper) -> Self {
        let fields: Vec<Vec<usize>> = mapper.parts().iter().map(written).collect();
        let facts = fields.iter().map(|fields| vec![ColumnFacts::default(); fields.len()]).collect();
        Self { made: vec![None; fields.len()], mapper, fields, facts, totals: 0 }
    }

    fn all(
        &mut self,
        project: &Project,
        table: i64,
        writer: &mut RecordWriter<'_>,
        watch: &dyn Watch,
    ) -> Result<(), Failure> {
        let total = landing::table(project.connection(), table)?.landed;
        let (mapper, reader) = (self.mapper, project.reader()?);
        beside(
            move |send| {
                let mut blocks = landing::blocks(reader.connection(), table);
                while blocks.next().is_some_and(&mut *send) {}
            },
            |block| {
                let (first, block) = block?;
                self.block(mapper, first, &block, writer)?;
                watch.progress(first + block.len() as u64, Some(total));
                Ok(watch.check()?)
            },
        )
    }

    fn block<'a>(
        &mut self,
        mapper: &'a Mapper,
        first: u64,
        block: &'a RowBlock,
        writer: &mut RecordWriter<'_>,
    ) -> Result<(), Failure> {
        let mut values = Vec::new();
        for (at, row) in block.rows().enumerate() {
            if mapper.adds_up(row) {
                self.totals += 1;
                continue;
            }
            let at = RowAt { index: first + at as u64, number: row.number() };
            self.made.fill(None);
            for part in 0..mapper.parts().len() {
                self.part(mapper, row, at, part, &mut values, writer)?;
            }
        }
        Ok(())
    }

    fn part<'a>(
        &mut self,
        mapper: &'a Mapper,
        row: RowRef<'a>,
        at: RowAt,
        part: usize,
        values: &mut Vec<&'a str>,
        writer: &mut RecordWriter<'_>,
    ) -> Result<(), Failure> {
        let Some(plan) = mapper.parts().get(part) else { return Ok(()) };
        if !mapper.values(row, part, values) {
            return Ok(());
        }
        let joined = plan.joined(row);
        let mut whole: Vec<&str> = Vec::new();
        let values: &[&str] = if joined.is_empty() {
            values
        } else {
            whole.extend(values.iter().copied());
            joined.iter().for_each(|(field, value)| whole[*field] = value);
            &whole
        };
        let code = derived_code(plan, values);
        let made = mapper.made(row, part, values);
        let chosen: Vec<&str> = self.chosen(part, plan, values, code.as_deref(), &made);
        let links: Vec<(usize, i64)> =
            plan.links.iter().filter_map(|(field, other)| Some((*field, (*self.made.get(*other)?)?))).collect();
        let id = if plan.shared {
            share(plan, part, at, values, &chosen, &links, code.as_deref(), writer)?
        } else {
            writer.put(part, at, &chosen, &links)?
        };
        self.made[part] = Some(id);
        self.observe(part, plan, &chosen);
        Ok(())
    }

    /// The values of the fields that the part writes.
    fn chosen<'v>(
        &self,
        part: usize,
        plan: &PartPlan,
        values: &[&'v str],
        code: Option<&'v str>,
        made: &'v [(usize, String)],
    ) -> Vec<&'v str> {
        let code_at = plan.entity.position("code");
        let calculated = |at: &usize| made.iter().find(|(field, _)| field == at).map(|(_, value)| value.as_str());
        self.fields[part]
            .iter()
            .map(|at| match code {
                Some(code) if Some(*at) == code_at => code,
                _ => calculated(at).unwrap_or_else(|| values.get(*at).copied().unwrap_or_default()),
            })
            .collect()
    }

    fn observe(&mut self, part: usize, plan: &PartPlan, chosen: &[&str]) {
        for ((at, facts), value) in self.fields[part].iter().zip(&mut self.facts[part]).zip(chosen) {
            if let Some(field) = plan.entity.fields.get(*at) {
                standard::observe(field, value, facts);
            }
        }
    }

    fn save_facts(&self, conn: &staging::Connection, table: i64) -> Result<(), Failure> {
        for ((plan, fields), facts) in self.mapper.parts().iter().zip(&self.fields).zip(&self.facts) {
            for (at, facts) in fields.iter().zip(facts) {
                let path = FieldPath::new(plan.entity.code, plan.part, plan.entity.fields[*at].code);
                records::save_column_facts(conn, table, &path, facts)?;
            }
        }
        Ok(())
    }
}

/// The code of a class or a year that the table does not say itself.
fn derived_code(plan: &PartPlan, values: &[&str]) -> Option<String> {
    if !plan.derive_code {
        return None;
    }
    let value = |code: &str| plan.entity.position(code).and_then(|at| values.get(at)).copied().unwrap_or_default();
    match plan.entity.code {
        "classes" => Some(suggesting::class_code(value("name"), value("grade_level"))),
        _ => suggesting::year_code(value("name")),
    }
}

/// One record per key in the whole project: the first row makes it, later ones complete it.
#[allow(clippy::too_many_arguments, reason = "one row's view of one shared record")]
fn share(
    plan: &PartPlan,
    part: usize,
    at: RowAt,
    values: &[&str],
    chosen: &[&str],
    links: &[(usize, i64)],
    code: Option<&str>,
    writer: &mut RecordWriter<'_>,
) -> Result<i64, Failure> {
    let key = shared_key(plan.entity, values, links, code);
    if let Some(id) = writer.shared(plan.entity, &key)? {
        writer.fill(part, at, id, chosen, links)?;
        return Ok(id);
    }
    let id = writer.put(part, at, chosen, links)?;
    writer.share(plan.entity, &key, id)?;
    Ok(id)
}

/// What makes two rows speak of the same class: the same year and the same code, in any case.
fn shared_key(entity: &Entity, values: &[&str], links: &[(usize, i64)], code: Option<&str>) -> String {
    if entity.code == "quran_enrollments" {
        return place_key(entity, values, links);
    }
    let value = |field: &str| entity.position(field).and_then(|at| values.get(at)).copied().unwrap_or_default();
    let code = code.unwrap_or_else(|| value("code")).trim().to_uppercase();
    let year = entity.position("academic_year");
    let linked = links.iter().find(|(field, _)| Some(*field) == year).map(|(_, id)| id.to_string());
    let named = || suggesting::year_code(value("academic_year")).unwrap_or_default();
    if year.is_some() { format!("{}|{code}", linked.unwrap_or_else(named)) } else { code }
}

/// What makes two rows speak of the same place in a Quran programme: pupil, programme and year as they are written. A
/// place that another file writes otherwise is merged once references are led (`matching/places.rs`).
fn place_key(entity: &Entity, values: &[&str], links: &[(usize, i64)]) -> String {
    let part = |field: &str| {
        let at = entity.position(field);
        let linked = links.iter().find(|(linked, _)| Some(*linked) == at).map(|(_, id)| format!("#{id}"));
        let written = || at.and_then(|at| values.get(at)).copied().unwrap_or_default();
        linked.unwrap_or_else(|| standard::tidy(written()).to_uppercase())
    };
    ["student", "program", "academic_year"].map(part).join("|")
}

/// The first landed rows of a table.
fn sample(conn: &staging::Connection, table: i64) -> Result<RowBlock, Failure> {
    let mut block = RowBlock::new();
    for row in landing::raw_page(conn, table, 0, SAMPLE_ROWS)? {
        for cell in &row.cells {
            block.push_cell(cell.kind, &cell.text);
        }
        block.end_row(row.number);
    }
    Ok(block)
}

fn table_view(table: &TableInfo, mapping: &TableMapping, words: &Words) -> Result<MappingTable, Failure> {
    let goes = |column: &u32| mapping.column(*column).is_some() || mapping.shape_column(*column).is_some();
    let mapped = (0..table.headers.len() as u32).filter(goes).count();
    Ok(MappingTable {
        table: table.id as u32,
        file: table.file.clone(),
        name: table.name.clone(),
        rows: table.landed as f64,
        entity_title: mapping.entity.as_deref().map(|code| say::entity(words, code)).unwrap_or_default(),
        entity: mapping.entity.clone(),
        confidence: u32::from(mapping.confidence),
        reason: suggesting::sentence(words, &mapping.reason, &mapping.reason_args),
        mapped: table.mapped_at.is_some(),
        columns: table.headers.len() as u32,
        columns_mapped: mapped as u32,
        missing: suggesting::missing_required(mapping)?.len() as u32,
        sure: table.mapped_at.is_none() && is_sure(mapping)?,
    })
}

/// All tables with their mappings.
///
/// # Errors
///
/// Those of the project file.
pub fn tables(session: &Session) -> Result<Vec<MappingTable>, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let mut views = Vec::new();
    for table in landing::tables(conn, None)? {
        let mapping = staging::mappings::load(conn, table.id)?.unwrap_or_else(TableMapping::empty);
        views.push(table_view(&table, &mapping, &words)?);
    }
    Ok(views)
}

/// Everything about the mapping of one table.
///
/// # Errors
///
/// Those of the project file.
pub fn view(session: &Session, table: i64) -> Result<MappingView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let info = landing::table(conn, table)?;
    let mapping = staging::mappings::load(conn, table)?.unwrap_or_else(TableMapping::empty);
    let sample = sample(conn, table)?;
    let missing = suggesting::missing_required(&mapping)?;
    let codes = suggesting::unknown_codes(&mapping, &sample);
    Ok(MappingView {
        table: table_view(&info, &mapping, &words)?,
        columns: columns(&info, &mapping, &sample, &words),
        constants: constants(&mapping, &words),
        missing: missing.iter().map(|path| field_option(path, &words)).collect(),
        fields: suggesting::fields_offered().iter().map(|path| field_option(path, &words)).collect(),
        codes: codes
            .into_iter()
            .take(200)
            .map(|(path, code, count)| unknown_code(&path, code, count, &words))
            .collect(),
        known: mapping.lookups.iter().filter_map(|lookup| known_code(lookup, &words)).collect(),
        becomes: becomes(&mapping, &words),
        shape: mapping.shape.as_ref().map(|shape| shape_view(shape, &mapping, &words)),
    })
}

fn columns(table: &TableInfo, mapping: &TableMapping, sample: &RowBlock, words: &Words) -> Vec<MappingColumn> {
    let width = sample.rows().map(|row| row.len()).max().unwrap_or(0).max(table.headers.len());
    (0..width as u32).map(|index| column(table, mapping, sample, index, words)).collect()
}

fn column(table: &TableInfo, mapping: &TableMapping, sample: &RowBlock, index: u32, words: &Words) -> MappingColumn {
    let header = table.headers.get(index as usize).map(|header| header.trim()).unwrap_or_default();
    if let Some(found) = mapping.shape_column(index) {
        return shape_column(table, mapping, sample, found, words);
    }
    let bound = mapping.column(index);
    let (key, args) = suggesting::unmapped_reason(&table.headers, mapping, index);
    let confidence = bound.as_ref().map_or(0, |(_, binding)| binding.confidence);
    MappingColumn {
        index,
        header: shown_header(header, index, words),
        samples: samples(sample, index as usize),
        field_title: bound.as_ref().map(|(path, _)| say::path(words, path)).unwrap_or_default(),
        field: bound.as_ref().map(|(path, _)| path.to_string()),
        confidence: u32::from(confidence),
        certainty: certainty(bound.is_some(), confidence).to_owned(),
        sensitive: key == "mapping.sensitive",
        reason: suggesting::sentence(words, &key, &args),
    }
}

fn shown_header(header: &str, index: u32, words: &Words) -> String {
    if header.is_empty() { words.say("mapping.column", &[("letter", &say::letter(index))]) } else { header.to_owned() }
}

/// A column that stands for a day, a month or a subject.
fn shape_column(
    table: &TableInfo,
    mapping: &TableMapping,
    sample: &RowBlock,
    found: &model::ShapeColumn,
    words: &Words,
) -> MappingColumn {
    let header = table.headers.get(found.column as usize).map(|header| header.trim()).unwrap_or_default();
    let confidence = mapping.shape.as_ref().map_or(0, |shape| shape.confidence);
    MappingColumn {
        index: found.column,
        header: shown_header(header, found.column, words),
        samples: samples(sample, found.column as usize),
        field_title: shape_title(found, words),
        field: Some(format!("{}.{}", found.entity, shape_field(&found.entity))),
        confidence: u32::from(confidence),
        certainty: certainty(true, confidence).to_owned(),
        sensitive: false,
        reason: words.say("mapping.shape.column", &[("what", &shape_title(found, words))]),
    }
}

/// The field that the cells of such a column are about first of all.
pub(super) fn shape_field(entity: &str) -> &'static str {
    match entity {
        "attendance" => "status",
        "invoices" => "paid_amount",
        _ => "score",
    }
}

/// "Kehadiran: 5 Mac 2026".
fn shape_title(found: &model::ShapeColumn, words: &Words) -> String {
    let opening = found.means == model::shape::OPENING;
    let means = if opening { words.text("mapping.shape.opening").to_owned() } else { say::period(words, &found.means) };
    format!("{}: {means}", say::entity(words, &found.entity))
}

fn shape_view(shape: &model::SheetShape, mapping: &TableMapping, words: &Words) -> ShapeView {
    let kind = match shape.kind {
        model::ShapeKind::Days => "days",
        model::ShapeKind::Months => "months",
        model::ShapeKind::Subjects => "subjects",
    };
    let mark = |(mark, value): (&String, &String)| ShapeMark {
        mark: mark.clone(),
        value: value.clone(),
        title: words.text(&format!("code.attendance_status.{value}")).to_owned(),
    };
    // what a person said of a mark stands before what the program knows
    let said = mapping.lookups.iter().filter(|(field, ..)| field == "attendance.status");
    let said: Vec<(&String, &String)> = said.map(|(_, mark, value)| (mark, value)).collect();
    let unsaid = shape.marks.iter().filter(|(mark, _)| !said.iter().any(|(known, _)| known.eq_ignore_ascii_case(mark)));
    let marks = said.iter().copied().chain(unsaid.map(|(mark, value)| (mark, value))).map(mark).collect();
    let mut dates = shape.columns.iter().filter(|column| column.means != model::shape::OPENING);
    let whole = |means: &str| means.len() >= if kind == "days" { 10 } else { 7 };
    ShapeView {
        kind: kind.to_owned(),
        columns: shape.columns.len() as u32,
        marks,
        reason: suggesting::sentence(words, &shape.reason, &shape.reason_args),
        needs_period: kind != "subjects" && !dates.clone().all(|column| whole(&column.means)),
        first: dates.clone().next().map(|column| column.means.clone()).unwrap_or_default(),
        last: dates.next_back().map(|column| column.means.clone()).unwrap_or_default(),
    }
}

/// The first different values of a column.
fn samples(sample: &RowBlock, column: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for row in sample.rows() {
        let text = row.cell(column).text.trim();
        if !text.is_empty() && !found.iter().any(|known| known == text) {
            found.push(text.to_owned());
        }
        if found.len() == SAMPLES_SHOWN {
            break;
        }
    }
    found
}

fn certainty(bound: bool, confidence: u8) -> &'static str {
    match confidence {
        _ if !bound => "none",
        100 => "chosen",
        85.. => "sure",
        60.. => "likely",
        _ => "unsure",
    }
}

fn constants(mapping: &TableMapping, words: &Words) -> Vec<MappingConstant> {
    let all = mapping.parts.iter().flat_map(|part| part.fields.iter().map(move |field| (part, field)));
    all.filter_map(|(part, field)| {
        let Binding::Constant(value) = &field.from else { return None };
        let path = FieldPath::new(&part.entity, part.part, &field.field);
        Some(MappingConstant {
            field_title: say::path(words, &path),
            value: value_title(&path, value, words),
            reason: suggesting::sentence(words, &field.reason, &field.reason_args),
            certainty: certainty(true, field.confidence).to_owned(),
            field: path.to_string(),
        })
    })
    .collect()
}

/// A standard value in the user's words: `male` is "Lelaki".
pub(crate) fn value_title(path: &FieldPath, value: &str, words: &Words) -> String {
    match path.field().map(|field| field.kind) {
        Some(FieldKind::Code(list)) if list.has(value) => words.text(&format!("code.{}.{value}", list.code)).to_owned(),
        Some(FieldKind::Bool) if matches!(value, "true" | "false") => {
            words.text(&format!("code.bool.{value}")).to_owned()
        }
        _ => value.to_owned(),
    }
}

/// The values that a coded field may have, in the user's words.
pub(crate) fn code_options(kind: FieldKind, words: &Words) -> Vec<CodeOption> {
    let option = |list: &str, value: &str| CodeOption {
        value: value.to_owned(),
        title: words.text(&format!("code.{list}.{value}")).to_owned(),
    };
    match kind {
        FieldKind::Code(list) => list.values.iter().map(|(value, _)| option(list.code, value)).collect(),
        FieldKind::Bool => ["true", "false"].into_iter().map(|value| option("bool", value)).collect(),
        _ => Vec::new(),
    }
}

fn field_option(path: &FieldPath, words: &Words) -> FieldOption {
    let field = path.field();
    FieldOption {
        path: path.to_string(),
        title: say::field(words, &path.entity, &path.field),
        group: say::group(words, &path.entity, path.part),
        required: field.is_some_and(|field| field.need == Need::Required),
        values: field.map(|field| code_options(field.kind, words)).unwrap_or_default(),
    }
}

fn unknown_code(path: &FieldPath, code: String, count: u64, words: &Words) -> UnknownCode {
    UnknownCode {
        field: path.to_string(),
        field_title: say::path(words, path),
        options: path.field().map(|field| code_options(field.kind, words)).unwrap_or_default(),
        code,
        count: u32::try_from(count).unwrap_or(u32::MAX),
    }
}

/// A code whose meaning a person gave, here or for an earlier file.
fn known_code((field, code, value): &(String, String, String), words: &Words) -> Option<KnownCode> {
    let path = FieldPath::parse(field)?;
    Some(KnownCode {
        field: field.clone(),
        field_title: say::path(words, &path),
        code: code.clone(),
        title: value_title(&path, value, words),
    })
}

/// The records that a row becomes, as a list of words.
fn becomes(mapping: &TableMapping, words: &Words) -> String {
    let parts = mapping.parts.iter().filter(|part| part.entity != "student_guardians");
    let mut said: Vec<String> = parts.map(|part| say::group(words, &part.entity, part.part)).collect();
    if let Some(shape) = &mapping.shape {
        let made = model::shape::entities_of(shape.kind).iter();
        let of_shape: Vec<String> = made.map(|entity| say::group(words, entity, 1)).collect();
        said.retain(|known| !of_shape.contains(known));
        said.push(words.say(
            "mapping.shape.becomes",
            &[("count", &say::count(shape.columns.len() as u64)), ("what", &of_shape.join(" + "))],
        ));
    }
    said.join(" + ")
}

/// Changes the mapping of a table by `edit` and saves it.
fn edit(
    session: &Session,
    table: u32,
    edit: impl FnOnce(&mut TableMapping) -> Result<(), Failure>,
) -> Result<MappingView, Failure> {
    {
        let project = session.write(Permission::Map)?;
        let conn = project.connection();
        let mut mapping = staging::mappings::load(conn, i64::from(table))?.unwrap_or_else(TableMapping::empty);
        edit(&mut mapping)?;
        staging::mappings::save(conn, i64::from(table), &mapping)?;
    }
    view(session, i64::from(table))
}

fn parse(field: &str) -> Result<FieldPath, Failure> {
    FieldPath::parse(field)
        .ok_or_else(|| Failure::refused(Code::Usage, "error.unknown-field", "error.unknown-field.hint"))
}

pub(crate) fn ask_tables(app: &App, _: Nothing) -> Result<Vec<MappingTable>, Failure> {
    tables(&*app.session()?)
}

pub(crate) fn ask_view(app: &App, asked: TableRef) -> Result<MappingView, Failure> {
    view(&*app.session()?, i64::from(asked.table))
}

pub(crate) fn ask_set(app: &App, asked: MappingSet) -> Result<MappingView, Failure> {
    let path = asked.field.as_deref().map(parse).transpose()?;
    edit(&*app.session()?, asked.table, |mapping| Ok(suggesting::set_column(mapping, asked.column, path)?))
}

pub(crate) fn ask_constant(app: &App, asked: MappingConstantSet) -> Result<MappingView, Failure> {
    let path = parse(&asked.field)?;
    edit(&*app.session()?, asked.table, |mapping| Ok(suggesting::set_constant(mapping, &path, asked.value.as_deref())?))
}

pub(crate) fn ask_lookup(app: &App, asked: MappingLookupSet) -> Result<MappingView, Failure> {
    let (session, path) = (app.session()?, parse(&asked.field)?);
    let value = Some(asked.value.as_str()).filter(|value| !value.is_empty());
    let view = edit(&session, asked.table, |mapping| Ok(suggesting::set_lookup(mapping, &path, &asked.code, value)?))?;
    let project = session.write(Permission::Map)?;
    match value {
        Some(value) => {
            values::learn(&project, &path.entity, &path.field, &[(asked.code.clone(), value.to_owned())])?;
        }
        None => values::forget(&project, &path.entity, &path.field, &asked.code)?,
    }
    Ok(view)
}

pub(crate) fn ask_period(app: &App, asked: MappingPeriodSet) -> Result<MappingView, Failure> {
    edit(&*app.session()?, asked.table, |mapping| {
        if suggesting::set_period(mapping, asked.period.trim()) {
            return Ok(());
        }
        Err(Failure::refused(Code::Usage, "error.period", "error.period.hint"))
    })
}

/// Makes the records of a table and learns its mapping for the next file like it.
///
/// # Errors
///
/// As [`make_records`].
pub fn accept(session: &Session, table: i64, watch: &dyn Watch) -> Result<Made, Failure> {
    let project = session.write(Permission::Map)?;
    let made = make_records(&project, table, watch)?;
    let conn = project.connection();
    if let Some(mapping) = staging::mappings::load(conn, table)? {
        let mut known = learned(conn)?;
        known.learn(&landing::table(conn, table)?.headers, &mapping);
        staging::mappings::save_learned(conn, LEARNED, &known)?;
    }
    project.log("mapping.accepted", &[("table", &table.to_string())], clock::now())?;
    Ok(made)
}

pub(crate) fn ask_accept_sure(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.start("mapping", |session, watch| {
        let all = several::accept_sure(session, watch)?;
        let records = several::sum(&all);
        let words = session.words();
        let list = records.iter().map(|(code, count)| format!("{} {}", say::count(*count), say::entity(&words, code)));
        let tables = say::count(all.len() as u64);
        let list = list.collect::<Vec<_>>().join(", ");
        let mut sentence = words.say("mapping.done.all", &[("tables", &tables), ("records", &list)]);
        let totals = Made { totals: all.iter().map(|made| made.totals).sum(), ..Made::default() };
        add_totals(&mut sentence, &totals, &words);
        Ok((sentence.clone(), Said { sentence }))
    })
}

pub(crate) fn ask_accept(app: &App, asked: TableRef) -> Result<JobStarted, Failure> {
    app.start("mapping", move |session, watch| {
        let made = accept(session, i64::from(asked.table), watch)?;
        let words = session.words();
        let list =
            made.records.iter().map(|(code, count)| format!("{} {}", say::count(*count), say::entity(&words, code)));
        let mut sentence = words.say("mapping.done", &[("records", &list.collect::<Vec<_>>().join(", "))]);
        add_totals(&mut sentence, &made, &words);
        Ok((sentence.clone(), Said { sentence }))
    })
}

/// Says behind what was made that rows which only add up others made nothing.
fn add_totals(sentence: &mut String, made: &Made, words: &Words) {
    if let Some(totals) = made.about_totals() {
        sentence.push(' ');
        sentence.push_str(&totals.say(words));
    }
}
