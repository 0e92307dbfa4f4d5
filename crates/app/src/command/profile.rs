//! Profile: counts every row that was brought in and every record, and says what they look like in numbers.

mod lines;
mod report;
mod views;

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use chrono::NaiveDate;
use model::profile::document::{EntityProfile, PROFILE_VERSION, TableProfile};
use model::{Cancelled, Entity, RowBlock, Watch};
use pipeline::profile::{EntityProfiler, TableProfiler, conceal};
use staging::landing::{self, TableInfo};
use staging::profiles::{self, ProfileRun};
use staging::{Connection, Permission, mappings, records};

use super::cleanse::{act, total_active};
use crate::app::App;
use crate::clock;
use crate::dto::{JobStarted, Nothing, ProfileColumns, ProfileView, TableRef};
use crate::error::{Code, Failure};
use crate::facts::{FactsBook, known_of};
use crate::say;
use crate::session::Session;

pub(crate) use report::gather;
pub use views::{columns, view};

/// Blocks that may wait to be counted: bounds the memory.
const WAITING: usize = 4;

/// Counts what was not counted yet: tables that came since, and all records where any changed. A table that was
/// counted stays so when the rest is stopped, for its rows never change.
///
/// # Errors
///
/// Where the project cannot be read or written, and [`Code::Cancelled`].
pub fn run(session: &Session, watch: &dyn Watch) -> Result<(), Failure> {
    let project = session.write(Permission::ViewRecords)?;
    let conn = project.connection();
    let (today, version) = (clock::today(), records::version(conn)?);
    let counted = profiles::tables(conn, PROFILE_VERSION)?;
    let tables: Vec<TableInfo> =
        landing::tables(conn, None)?.into_iter().filter(|table| counted.binary_search(&table.id).is_err()).collect();
    let total = tables.iter().map(|table| table.landed).sum::<u64>() + total_active(conn)?;
    let mut done = 0;
    let mut tick = |rows: u64| {
        done += rows;
        watch.progress(done, Some(total));
        watch.check()
    };
    for table in &tables {
        let profile = count_table(conn, table, today, &mut tick)?;
        profiles::save_table(conn, table.id, PROFILE_VERSION, &profile)?;
    }
    let years = academic_years(conn)?;
    let entities = model::entities::ALL.into_iter();
    let entities = entities.map(|entity| Ok((entity.code, count_entity(conn, entity, (today, &years), &mut tick)?)));
    profiles::finish(conn, &entities.collect::<Result<Vec<_>, Failure>>()?, version, &act(&project))?;
    Ok(project.log("profile.done", &[], clock::now())?)
}

/// Reads the rows here and counts them in a second thread.
fn count_table(
    conn: &Connection,
    table: &TableInfo,
    today: NaiveDate,
    tick: &mut dyn FnMut(u64) -> Result<(), Cancelled>,
) -> Result<TableProfile, Failure> {
    std::thread::scope(|scope| {
        let (to_count, blocks) = sync_channel::<RowBlock>(WAITING);
        let counting = scope.spawn(move || count_blocks(&table.headers, today, &blocks));
        let fed = feed(conn, table.id, &to_count, tick);
        drop(to_count);
        let profile = counting.join();
        fed?;
        profile.map_err(|_| Failure::refused(Code::Bug, "error.bug", "error.bug.hint"))
    })
}

fn feed(
    conn: &Connection,
    table: i64,
    to_count: &SyncSender<RowBlock>,
    tick: &mut dyn FnMut(u64) -> Result<(), Cancelled>,
) -> Result<(), Failure> {
    for block in landing::blocks(conn, table) {
        let (_, block) = block?;
        tick(block.len() as u64)?;
        // The other end only goes away when it panics, which its join reports.
        let _ = to_count.send(block);
    }
    Ok(())
}

fn count_blocks(headers: &[String], today: NaiveDate, blocks: &Receiver<RowBlock>) -> TableProfile {
    let mut profiler = TableProfiler::new(headers, today);
    for block in blocks {
        profiler.add(&block);
    }
    profiler.finish()
}

/// The codes of academic years by the numbers of their records.
fn academic_years(conn: &Connection) -> Result<HashMap<i64, String>, Failure> {
    let Some(entity) = model::entities::find("academic_years") else { return Ok(HashMap::new()) };
    let years = records::read(conn, entity, None, 0);
    years.map(|year| Ok(year.map(|year| (year.id, year.value(entity, "code").to_owned()))?)).collect()
}

/// A reference to an academic year that was made without anybody writing it is told by the year's code.
fn count_entity(
    conn: &Connection,
    entity: &'static Entity,
    (today, years): (NaiveDate, &HashMap<i64, String>),
    tick: &mut dyn FnMut(u64) -> Result<(), Cancelled>,
) -> Result<EntityProfile, Failure> {
    let year_at = entity.position("academic_year");
    let mut profiler = EntityProfiler::new(entity, today);
    let mut book = FactsBook::default();
    for block in records::read_blocks(conn, entity) {
        let block = block?;
        let known = known_of(conn, entity, &block, &mut book)?;
        let columns = known.iter().flat_map(|(count, columns)| std::iter::repeat_n(columns, *count));
        let mut values = Vec::with_capacity(entity.fields.len());
        for (record, columns) in block.records().zip(columns) {
            values.clear();
            values.extend(record.values());
            if let Some((text, Some(year))) = year_at.and_then(|at| values.get_mut(at))
                && text.is_empty()
            {
                *text = years.get(year).map_or("", String::as_str);
            }
            profiler.add(&values, columns);
        }
        tick(block.len() as u64)?;
    }
    Ok(profiler.finish())
}

/// Where the profile stands.
struct Standing {
    run: Option<ProfileRun>,
    tables: Vec<TableInfo>,
    counted: Vec<i64>,
}

impl Standing {
    fn of(conn: &Connection) -> Result<Self, Failure> {
        let (run, tables) = (profiles::last_run(conn)?, landing::tables(conn, None)?);
        Ok(Self { run, tables, counted: profiles::tables(conn, PROFILE_VERSION)? })
    }

    fn is_counted(&self, table: i64) -> bool {
        self.counted.binary_search(&table).is_ok()
    }

    fn stale(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.stale) || self.tables.iter().any(|table| !self.is_counted(table.id))
    }
}

/// Whether a profile was ever made to its end.
pub(crate) fn is_made(conn: &Connection) -> Result<bool, Failure> {
    Ok(profiles::last_run(conn)?.is_some())
}

/// The profile of a table with nothing in it that may not be shown, by what its columns are mapped to now; `None`
/// where it was not counted.
fn table_profile(conn: &Connection, table: i64) -> Result<Option<TableProfile>, Failure> {
    let Some(mut profile) = profiles::table::<TableProfile>(conn, table, PROFILE_VERSION)? else { return Ok(None) };
    if let Some(mapping) = mappings::load(conn, table)? {
        for (at, column) in profile.columns.iter_mut().enumerate() {
            conceal(column, mapping.column(at as u32).and_then(|(path, _)| path.field()));
        }
    }
    Ok(Some(profile))
}

pub(crate) fn ask_view(app: &App, _: Nothing) -> Result<ProfileView, Failure> {
    view(&*app.session()?)
}

pub(crate) fn ask_columns(app: &App, asked: TableRef) -> Result<ProfileColumns, Failure> {
    columns(&*app.session()?, i64::from(asked.table))
}

pub(crate) fn ask_run(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.start("profile", |session, watch| {
        run(session, watch)?;
        let view = view(session)?;
        let (rows, records) = (say::count(view.rows as u64), say::count(view.records as u64));
        Ok((session.words().say("profile.done", &[("rows", &rows), ("records", &records)]), view))
    })
}
