//! Bringing files in: looking into them, landing every row as it is, proposing the mapping.

mod chosen;
mod doubts;
mod leads;
mod together;

use std::path::Path;

use model::{Message, RowBlock, TableMapping, Watch, Words};
use pipeline::mapping::{self as suggesting, Learned};
use sources::{Options, Probe, Secret, Source, TableKind};
use staging::landing::{self, KeyLink, Landing, NewFile, NewTable, Said, Skipped, TableSummary};
use staging::{Permission, Project};

use super::cleanse::act;
use super::cleanse::values;
use super::corrections::{self, Taken};
use super::mapping as mapping_case;
use crate::app::App;
use crate::beside::beside;
use crate::clock;
use crate::dto::{
    BatchFile, BatchRef, BatchTable, BatchView, ExpandView, ImportExpand, ImportFile, ImportInspect, ImportStart,
    InspectTable, InspectView, JobStarted, Nothing, Said as SaidView, SampleRow, SourceOptions,
};
use crate::error::{Failure, at};
use crate::say;
use crate::session::Session;

pub use chosen::{expand, said};
use together::{Opening, Rows};

/// Rows of a table that a preview shows.
const PREVIEW_ROWS: usize = 50;

/// Name under which what was learnt about headers is kept in the project.
pub(crate) const LEARNED: &str = "mapping";

/// When an import makes records by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// From every table that was surely recognised, or that a person spoke for: the command line.
    Recognised,
    /// Only from tables whose whole layout is known; a person looks at the others first: the window.
    Certain,
}

/// What to bring in, and how.
pub struct Wish<'a> {
    /// The files.
    pub files: &'a [ImportFile],
    /// When to make records.
    pub make: Make,
    /// The entity that a person says the tables are about.
    pub entity: Option<&'a str>,
    /// The mapping that a person gives for every table.
    pub mapping: Option<&'a TableMapping>,
    /// The only table to take, by name.
    pub table: Option<&'a str>,
}

/// What became of one table.
#[derive(Clone, Debug)]
pub struct ImportedTable {
    /// Its number in the project.
    pub table: i64,
    /// Sheet or table.
    pub name: String,
    /// Rows landed.
    pub landed: u64,
    /// Rows left out, the first of them with reasons.
    pub skipped: Vec<Skipped>,
    /// How many rows were left out in all.
    pub skipped_total: u64,
    /// Findings about the table itself.
    pub notes: u64,
    /// Records made: entity and how many.
    pub records: Vec<(&'static str, u64)>,
    /// What a person should know before trusting the mapping: why no records were made, and columns whose values
    /// look like something else than their headers say.
    pub doubts: Vec<Message>,
}

/// What became of one file.
#[derive(Clone, Debug)]
pub struct ImportedFile {
    /// What was found at opening.
    pub probe: Probe,
    /// The file with the same content that was there before.
    pub duplicate_of: Option<String>,
    /// Its tables.
    pub tables: Vec<ImportedTable>,
}

/// What an import brought in.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// Number of the batch; 0 where nothing but corrected workbooks came.
    pub batch: i64,
    /// Rows landed.
    pub rows: u64,
    /// Its files.
    pub files: Vec<ImportedFile>,
    /// What came of corrected workbooks among the files: their rows are not landed again.
    pub corrections: Vec<Taken>,
}

/// The reader's options from what a person said.
#[must_use]
pub fn options(asked: &SourceOptions) -> Options {
    Options {
        encoding: asked.encoding.clone().filter(|name| !name.is_empty()),
        delimiter: asked.delimiter.as_deref().and_then(|text| text.chars().next()),
        header_row: asked.header_row.map(u64::from),
        password: asked.password.clone().filter(|password| !password.is_empty()).map(Secret::new),
        ..Options::default()
    }
}

/// Options of a person who chose nothing.
#[must_use]
pub fn nothing_chosen() -> SourceOptions {
    SourceOptions { encoding: None, delimiter: None, header_row: None, password: None }
}

/// What was learnt in the project about headers and values.
pub(crate) fn learned(conn: &staging::Connection) -> Result<Learned, Failure> {
    let headers: Learned = staging::mappings::load_learned(conn, LEARNED)?.unwrap_or_default();
    Ok(Learned { values: values::learned(conn)?, ..headers })
}

/// The mapping proposed for one table.
fn suggest(
    probe: &Probe,
    table: &sources::TableInfo,
    entity: Option<&str>,
    learned: &Learned,
    year: Option<i32>,
) -> TableMapping {
    let mut mapping = suggest_by_headers(probe, table, entity, learned, year);
    learned.values.offer(&mut mapping);
    mapping
}

fn suggest_by_headers(
    probe: &Probe,
    table: &sources::TableInfo,
    entity: Option<&str>,
    learned: &Learned,
    year: Option<i32>,
) -> TableMapping {
    // A person who says what the table is about speaks as its name would.
    let said = entity.and_then(model::entities::find).and_then(|entity| entity.synonyms.first());
    let name = said.map_or(table.name.as_str(), |word| word);
    let choices = suggesting::Choices { project_year: year };
    let leads = leads::of(probe, table, learned, &choices);
    let titles: Vec<String> = titles(table).into_iter().map(|cells| cells.join(" ").trim().to_owned()).collect();
    let sample = suggesting::TableSample {
        primary_key: &table.primary_key,
        leads: &leads,
        titles: &titles,
        ..suggesting::TableSample::new(&probe.file, name, &table.headers, &table.sample)
    };
    suggesting::suggest(&sample, learned, &choices)
}

/// Looks into a file. Nothing is changed anywhere.
///
/// # Errors
///
/// Where the file cannot be read.
pub fn inspect(
    file: &ImportFile,
    session: Option<&Session>,
    words: &Words,
    watch: &dyn Watch,
) -> Result<(Probe, Vec<TableMapping>, InspectView), Failure> {
    let source = chosen::open(file, &options(&file.options), watch)?;
    let probe = source.probe().clone();
    let (learned, duplicate_of) = match session {
        Some(session) => {
            let reader = session.read(Permission::ViewRecords)?;
            (learned(reader.connection())?, same_before(reader.connection(), &probe.sha256)?)
        }
        None => (Learned::default(), None),
    };
    let year = session.and_then(Session::year);
    let mappings: Vec<TableMapping> =
        probe.tables.iter().map(|table| suggest(&probe, table, None, &learned, year)).collect();
    let view = inspect_view(file, &probe, &mappings, duplicate_of, words);
    Ok((probe, mappings, view))
}

/// Where a column would go.
#[derive(Clone, Debug)]
pub struct ColumnGuess {
    /// Its header as written.
    pub header: String,
    /// The field's path, or nothing.
    pub field: Option<String>,
    /// How sure that is, 0 to 100.
    pub confidence: u8,
    /// Why, in words.
    pub reason: String,
}

/// Where each column of a table would go.
#[must_use]
pub fn columns(table: &sources::TableInfo, mapping: &TableMapping, words: &Words) -> Vec<ColumnGuess> {
    let width = table.sample.rows().map(|row| row.len()).max().unwrap_or(0).max(table.headers.len());
    let column = |index: usize| {
        let of_shape = || {
            let found = mapping.shape_column(index as u32)?;
            let confidence = mapping.shape.as_ref().map_or(0, |shape| shape.confidence);
            Some((format!("{}.{}", found.entity, super::mapping::shape_field(&found.entity)), confidence))
        };
        let bound = mapping.column(index as u32).map(|(path, binding)| (path.to_string(), binding.confidence));
        let bound = bound.or_else(of_shape);
        let (key, args) = suggesting::unmapped_reason(&table.headers, mapping, index as u32);
        let (field, confidence) = bound.map_or((None, 0), |(path, confidence)| (Some(path), confidence));
        ColumnGuess {
            header: table.headers.get(index).cloned().unwrap_or_default(),
            field,
            confidence,
            reason: suggesting::sentence(words, &key, &args),
        }
    };
    (0..width).map(column).collect()
}

/// The mapping document in the file at `path`.
///
/// # Errors
///
/// Where there is none that this version can read.
pub fn read_mapping(path: &Path) -> Result<TableMapping, Failure> {
    let text = fs_err::read_to_string(path).map_err(at(path))?;
    serde_json::from_str(&text).map_err(|error| Failure::Refused {
        code: crate::Code::Usage,
        message: Message::new("error.mapping").with("cause", error),
        hint: Message::new("error.mapping.hint"),
    })
}

/// When and under which name the same bytes came in before.
fn same_before(conn: &staging::Connection, sha256: &str) -> Result<Option<String>, Failure> {
    // A server has no content that a hash could name.
    let known = if sha256.is_empty() { None } else { landing::find_by_sha256(conn, sha256)? };
    let Some(file) = known else { return Ok(None) };
    let batch = landing::batch(conn, file.batch)?;
    Ok(Some(format!("{} · {}", file.name, clock::shown(&batch.started_at))))
}

fn inspect_view(
    file: &ImportFile,
    probe: &Probe,
    mappings: &[TableMapping],
    duplicate_of: Option<String>,
    words: &Words,
) -> InspectView {
    let tables = probe.tables.iter().zip(mappings).enumerate();
    let open = file.member.is_none() && chosen::open_in_office(Path::new(&file.path));
    let in_office = open.then(|| words.say("import.open-in-office", &[("file", &probe.file)]));
    InspectView {
        path: file.path.clone(),
        member: file.member.clone(),
        file: probe.file.clone(),
        format: probe.format.to_owned(),
        encoding: probe.encoding.clone(),
        delimiter: probe.delimiter.map(String::from),
        sha256: probe.sha256.clone(),
        bytes: probe.bytes as f64,
        tables: tables.map(|(index, (table, mapping))| inspect_table(index, table, mapping, words)).collect(),
        notes: in_office.into_iter().chain(probe.notes.iter().map(|note| note.message.say(words))).collect(),
        duplicate_of: duplicate_of.unwrap_or_default(),
    }
}

fn inspect_table(index: usize, table: &sources::TableInfo, mapping: &TableMapping, words: &Words) -> InspectTable {
    InspectTable {
        index: index as u32,
        name: table.name.clone(),
        hidden: table.hidden,
        kind: match table.kind {
            TableKind::Table => "table",
            TableKind::View => "view",
            TableKind::Linked => "linked",
        }
        .to_owned(),
        links: table.references.iter().map(link).collect(),
        header_row: table.header_row.map(|row| row as u32),
        rows: table.rows.map(|rows| rows as f64),
        entity_title: mapping.entity.as_deref().map(|code| say::entity(words, code)).unwrap_or_default(),
        entity: mapping.entity.clone(),
        confidence: u32::from(mapping.confidence),
        reason: suggesting::sentence(words, &mapping.reason, &mapping.reason_args),
        headers: table.headers.clone(),
        preamble: titles(table),
        sample: rows_of(&table.sample, PREVIEW_ROWS),
    }
}

/// The rows above the header; the header itself, which is kept with them, stands for itself.
fn titles(table: &sources::TableInfo) -> Vec<Vec<String>> {
    let above = |row: &SampleRow| table.header_row.is_none_or(|header| u64::from(row.row) < header);
    rows_of(&table.preamble, PREVIEW_ROWS).into_iter().filter(above).map(|row| row.cells).collect()
}

/// A declared reference, as people write it: `KelasID → tblKelas.ID`.
fn link(reference: &sources::Reference) -> String {
    format!("{} → {}.{}", reference.columns.join(", "), reference.table, reference.to_columns.join(", "))
}

fn rows_of(block: &RowBlock, most: usize) -> Vec<SampleRow> {
    let texts = |row: model::RowRef<'_>| row.cells().map(|cell| cell.text.to_owned()).collect();
    block.rows().take(most).map(|row| SampleRow { row: row.number() as u32, cells: texts(row) }).collect()
}

/// Brings files in: every row lands unchanged, the mapping is proposed, and records are made as wished.
///
/// Stopped or failed half way, nothing of the import stays.
///
/// # Errors
///
/// Where a file cannot be read or the project cannot be written.
pub fn run(session: &Session, wish: &Wish<'_>, watch: &dyn Watch) -> Result<Imported, Failure> {
    let project = session.write(Permission::Import)?;
    let (mut opened, mut returned) = (Vec::new(), Vec::new());
    let opening = Opening::begin(wish.files, watch);
    for file in wish.files {
        let source = chosen::open(file, &options(&file.options), &opening)?;
        opening.opened(source.probe().bytes);
        match corrections::is_returned(source.probe()) {
            Some(mark) if file.member.is_none() => returned.push((mark, file)),
            Some(_) => return Err(corrections::packed(source.probe())),
            None if corrections::has_row_ids(source.probe()) => return Err(corrections::unmarked(source.probe())),
            None => opened.push((source, file)),
        }
    }
    // Only when every file is known for what it is: one that is refused must not leave the corrections of another.
    let mut corrections = Vec::new();
    for (mark, file) in returned {
        watch.step(together::READ);
        let mut book = corrections::open(Path::new(&file.path))?;
        corrections.push(corrections::take(session, &project, &mark, &mut *book, watch)?);
    }
    if opened.is_empty() {
        return Ok(Imported { corrections, ..Imported::default() });
    }
    let mut imported = land(&project, opened, wish, session.year(), watch)?;
    imported.corrections = corrections;
    for file in &mut imported.files {
        for table in &mut file.tables {
            doubts::add(project.connection(), table)?;
            doubts::add_empty(table);
            if should_make(&project, table.table, wish)? {
                watch.step(together::MAKE);
                let made = mapping_case::make_records(&project, table.table, watch)?;
                table.doubts.extend(made.about_totals());
                table.records = made.records;
            } else if wish.make == Make::Recognised && table.landed > 0 {
                doubts::add_unmade(project.connection(), table)?;
            }
        }
    }
    landing::mark_mapped(project.connection(), imported.batch)?;
    let rows = imported.rows.to_string();
    let detail = [("batch", imported.batch.to_string()), ("rows", rows)];
    let detail: Vec<(&str, &str)> = detail.iter().map(|(name, value)| (*name, value.as_str())).collect();
    project.log("import.done", &detail, clock::now())?;
    Ok(imported)
}

/// From how sure a mapping must be on, 0 to 100, that nobody looked at: recognised by its headers and clearly rather
/// about this than about anything else. What only the look of the values says is less.
const SURE: u8 = 60;

fn should_make(project: &Project, table: i64, wish: &Wish<'_>) -> Result<bool, Failure> {
    let Some(mapping) = staging::mappings::load(project.connection(), table)? else { return Ok(false) };
    let said = wish.entity.is_some() || wish.mapping.is_some();
    let least = match wish.make {
        Make::Recognised if said => 1,
        Make::Recognised => SURE,
        Make::Certain => 98,
    };
    Ok(mapping.entity.is_some() && !mapping.parts.is_empty() && (said || mapping.confidence >= least))
}

/// Lands the rows of all files as one batch; on any failure the batch is taken out again.
fn land(
    project: &Project,
    opened: Vec<(Box<dyn Source>, &ImportFile)>,
    wish: &Wish<'_>,
    year: Option<i32>,
    watch: &dyn Watch,
) -> Result<Imported, Failure> {
    let conn = project.connection();
    let learned = learned(conn)?;
    let mut landing = Landing::begin(conn, &project.user().name, clock::now())?;
    let batch = landing.batch();
    let counted =
        opened.iter().flat_map(|(source, asked)| wanted(source.probe(), asked, wish)).map(|(_, table)| table.rows);
    let rows = Rows::begin(counted.sum(), watch);
    let mut files = Vec::new();
    for (mut source, asked) in opened {
        let landed = land_file(conn, &mut landing, &mut *source, asked, wish, &learned, year, &rows);
        match landed {
            Ok(file) => files.push(file),
            Err(failure) => {
                landing.abandon()?;
                return Err(failure);
            }
        }
    }
    let landed = landing.finish(clock::now())?;
    Ok(Imported { batch, rows: landed.rows, files, corrections: Vec::new() })
}

/// Whether a table is taken where nobody chose: rows that a database computes from other tables, or that lie in
/// another file, would come twice or not at all.
fn by_itself(probe: &Probe, table: &sources::TableInfo) -> bool {
    let stored = probe.tables.iter().any(|table| table.kind == TableKind::Table);
    table.kind == TableKind::Table || (table.kind == TableKind::View && !stored)
}

/// The tables of a file that are brought in, with their places among all.
fn wanted<'p>(
    probe: &'p Probe,
    asked: &'p ImportFile,
    wish: &'p Wish<'_>,
) -> impl Iterator<Item = (usize, &'p sources::TableInfo)> {
    let chosen = move |index: usize, table: &sources::TableInfo| {
        if asked.tables.is_empty() {
            by_itself(probe, table) || wish.table.is_some()
        } else {
            asked.tables.contains(&(index as u32))
        }
    };
    let named = move |table: &sources::TableInfo| wish.table.is_none_or(|name| name == table.name);
    probe.tables.iter().enumerate().filter(move |(index, table)| chosen(*index, table) && named(table))
}

#[allow(clippy::too_many_arguments, reason = "all of them belong to one import and to nothing smaller")]
fn land_file(
    conn: &staging::Connection,
    landing: &mut Landing<'_>,
    source: &mut dyn Source,
    asked: &ImportFile,
    wish: &Wish<'_>,
    learned: &Learned,
    year: Option<i32>,
    rows: &Rows<'_>,
) -> Result<ImportedFile, Failure> {
    let probe = source.probe().clone();
    let duplicate_of = same_before(conn, &probe.sha256)?;
    let delimiter = probe.delimiter.map(String::from);
    landing.add_file(&NewFile {
        name: &probe.file,
        sha256: &probe.sha256,
        bytes: probe.bytes,
        format: probe.format,
        encoding: probe.encoding.as_deref(),
        delimiter: delimiter.as_deref(),
    })?;
    let mut tables = Vec::new();
    for (index, table) in wanted(&probe, asked, wish) {
        let imported = land_table(landing, source, index, table, rows)?;
        let suggested = || suggest(&probe, table, wish.entity, learned, year);
        let mapping = wish.mapping.cloned().unwrap_or_else(suggested);
        staging::mappings::save(conn, imported.table, &mapping)?;
        tables.push(imported);
    }
    Ok(ImportedFile { probe, duplicate_of, tables })
}

fn key_link(reference: &sources::Reference) -> KeyLink {
    KeyLink {
        columns: reference.columns.clone(),
        table: reference.table.clone(),
        to_columns: reference.to_columns.clone(),
    }
}

fn land_table(
    landing: &mut Landing<'_>,
    source: &mut dyn Source,
    index: usize,
    table: &sources::TableInfo,
    rows: &Rows<'_>,
) -> Result<ImportedTable, Failure> {
    let key_links: Vec<KeyLink> = table.references.iter().map(key_link).collect();
    let number = landing.add_table(&NewTable {
        name: &table.name,
        header_row: table.header_row,
        headers: &table.headers,
        preamble: Some(&table.preamble),
        primary_key: &table.primary_key,
        key_links: &key_links,
    })?;
    let read = beside(
        |send| {
            let mut sink = |block: &RowBlock| {
                if send(block.clone()) { Ok(()) } else { Err(sources::Stop(Box::new(std::fmt::Error))) }
            };
            source.read(index, &mut sink, rows)
        },
        |block| {
            rows.landed(block.len() as u64);
            Ok(landing.append(&block)?)
        },
    )??;
    let skipped: Vec<Skipped> = read
        .skipped
        .iter()
        .map(|row| Skipped { row: row.row, reason: Said::from(&Message::new(row.reason)) })
        .collect();
    let notes = read.notes.iter().map(|note| Said::from(&note.message)).collect::<Vec<_>>();
    let found = notes.len() as u64;
    let summary = TableSummary { skipped_total: read.skipped_total, skipped: skipped.clone(), notes };
    let landed = landing.finish_table(&summary)?;
    Ok(ImportedTable {
        table: number,
        name: table.name.clone(),
        landed,
        skipped,
        skipped_total: read.skipped_total,
        notes: found,
        records: Vec::new(),
        doubts: Vec::new(),
    })
}

/// Takes an import out again, with its records. Refused once records of it are in the portal.
///
/// # Errors
///
/// As [`landing::remove_batch`].
pub fn remove(session: &Session, batch: i64, watch: &dyn Watch) -> Result<(), Failure> {
    let project = session.write(Permission::Import)?;
    landing::remove_batch(project.connection(), batch, &act(&project), watch)?;
    project.log("import.removed", &[("batch", &batch.to_string())], clock::now())?;
    Ok(())
}

/// Everything that was brought in, the newest first.
///
/// # Errors
///
/// Those of the project file.
pub fn list(session: &Session) -> Result<Vec<BatchView>, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let mut views = Vec::new();
    for batch in landing::batches(conn)?.into_iter().rev().filter(|batch| batch.state != "removed") {
        let tables = landing::tables(conn, Some(batch.id))?;
        let files = landing::files(conn, batch.id)?;
        views.push(BatchView {
            batch: batch.id as u32,
            at: clock::shown(&batch.started_at),
            user: batch.user,
            state: batch.state,
            files: files.into_iter().map(|file| batch_file(file, &tables, &words)).collect(),
        });
    }
    Ok(views)
}

fn batch_file(file: landing::FileInfo, tables: &[landing::TableInfo], words: &Words) -> BatchFile {
    let of_file = tables.iter().filter(|table| table.file_id == file.id);
    BatchFile {
        tables: of_file.map(|table| batch_table(table, words)).collect(),
        file: file.name,
        format: file.format,
        encoding: file.encoding,
        bytes: file.bytes as f64,
    }
}

/// The reasons for which rows were left out, the most frequent first.
fn skipped_why(skipped: &[Skipped], words: &Words) -> Vec<String> {
    let mut reasons: Vec<(u64, String)> = Vec::new();
    for said in skipped.iter().map(|row| row.reason.say(words)) {
        match reasons.iter_mut().find(|(_, reason)| *reason == said) {
            Some((count, _)) => *count += 1,
            None => reasons.push((1, said)),
        }
    }
    reasons.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    reasons.into_iter().map(|(count, reason)| format!("{} × {reason}", say::count(count))).collect()
}

fn batch_table(table: &landing::TableInfo, words: &Words) -> BatchTable {
    BatchTable {
        table: table.id as u32,
        name: table.name.clone(),
        landed: table.landed as f64,
        skipped: table.skipped_total as f64,
        skipped_why: skipped_why(&table.skipped, words),
        entity_title: table.entity.as_deref().map(|code| say::entity(words, code)).unwrap_or_default(),
        entity: table.entity.clone(),
        mapped: table.mapped_at.is_some(),
        notes: table.notes.iter().map(|note| note.say(words)).collect(),
    }
}

pub(crate) fn ask_inspect(app: &App, asked: ImportInspect) -> Result<JobStarted, Failure> {
    app.start("import-inspect", move |session, watch| {
        let view = inspect(&asked.file, Some(session), &session.words(), watch)?.2;
        Ok((view.file.clone(), view))
    })
}

pub(crate) fn ask_expand(app: &App, asked: ImportExpand) -> Result<ExpandView, Failure> {
    expand(&asked.paths, &app.session()?.words())
}

pub(crate) fn ask(app: &App, asked: ImportStart) -> Result<JobStarted, Failure> {
    app.start("import", move |session, watch| {
        let wish = Wish { files: &asked.files, make: Make::Certain, entity: None, mapping: None, table: None };
        let imported = run(session, &wish, watch)?;
        let words = session.words();
        if imported.files.is_empty() && !imported.corrections.is_empty() {
            return Ok((corrections::said(&imported.corrections, &words), None));
        }
        let files = imported.files.len().to_string();
        let sentence = words.say("import.done", &[("rows", &say::count(imported.rows)), ("files", &files)]);
        let view = list(session)?.into_iter().find(|view| i64::from(view.batch) == imported.batch);
        Ok((sentence, view))
    })
}

pub(crate) fn ask_list(app: &App, _: Nothing) -> Result<Vec<BatchView>, Failure> {
    list(&*app.session()?)
}

pub(crate) fn ask_remove(app: &App, asked: BatchRef) -> Result<JobStarted, Failure> {
    app.start("import-remove", move |session, watch| {
        remove(session, i64::from(asked.batch), watch)?;
        let sentence = session.words().text("import.removed").to_owned();
        Ok((sentence.clone(), SaidView { sentence }))
    })
}
