//! The profile as the window shows it.

use chrono::Datelike as _;
use model::profile::document::{
    ColumnProfile, EntityProfile, FieldFigures, Hidden, KeyFigures, Outlook, ReferenceFigures, Tally, Uniqueness,
};
use model::{TableMapping, Words};
use staging::landing::{self, TableInfo};
use staging::{Connection, Permission, mappings, profiles};

use super::lines::{Line, key_title, lines, method};
use super::{Standing, table_profile};
use crate::clock;
use crate::dto::{
    ProfileColumn, ProfileColumns, ProfileCount, ProfileField, ProfileIssue, ProfileKey, ProfileLine, ProfileQuality,
    ProfileReference, ProfileTable, ProfileView, ProfileVolume, ProfileYear,
};
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

/// Everything but the columns.
///
/// # Errors
///
/// Those of the project file.
pub fn view(session: &Session) -> Result<ProfileView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let standing = Standing::of(conn)?;
    let lines = lines(conn, &standing, &words)?;
    let records: u64 = lines.iter().filter(|line| !line.entity.is_empty()).map(|line| line.records).sum();
    Ok(ProfileView {
        made: standing.run.is_some(),
        stale: standing.stale(),
        at: standing.run.as_ref().map(|run| clock::shown(&run.at)).unwrap_or_default(),
        rows: standing.tables.iter().map(|table| table.landed).sum::<u64>() as f64,
        records: records as f64,
        inventory: lines.iter().map(inventory_line).collect(),
        quality: quality(conn, &words)?,
        volume: lines.iter().map(|line| volume_line(line, &words)).collect(),
        tables: standing.tables.iter().map(|table| table_view(table, standing.is_counted(table.id), &words)).collect(),
    })
}

fn inventory_line(line: &Line) -> ProfileLine {
    let issue = |issue: &super::lines::Issue| ProfileIssue {
        code: issue.code.to_owned(),
        text: issue.text.clone(),
        count: issue.count as f64,
        tone: if issue.bad { "bad" } else { "warn" }.to_owned(),
    };
    ProfileLine {
        entity: line.entity.to_owned(),
        table: line.table.map(|table| table as u32),
        title: line.title.clone(),
        file: line.file.clone(),
        records: line.records as f64,
        first: line.first.clone(),
        last: line.last.clone(),
        dated_by: line.dated_by.clone(),
        keys: line.keys.clone(),
        issues: line.issues.iter().map(issue).collect(),
    }
}

fn years(years: &[(i32, u64)]) -> Vec<ProfileYear> {
    let this_year = clock::today().year();
    years
        .iter()
        .map(|(year, count)| ProfileYear { year: *year, count: *count as f64, whole: *year < this_year })
        .collect()
}

fn volume_line(line: &Line, words: &Words) -> ProfileVolume {
    let projected = match &line.outlook {
        Outlook::Projected(projected) => Some(projected),
        Outlook::Undated | Outlook::TooFew { .. } => None,
    };
    ProfileVolume {
        entity: line.entity.to_owned(),
        table: line.table.map(|table| table as u32),
        title: line.title.clone(),
        records: line.records as f64,
        dated_by: line.dated_by.clone(),
        years: years(&line.years),
        undated: line.undated as f64,
        a_year: projected.map(|projected| projected.a_year),
        a_day: line.a_day,
        linear: projected.map(|projected| projected.linear as f64),
        rate: projected.and_then(|projected| projected.rate).map(|rate| rate * 100.0),
        compound: projected.and_then(|projected| projected.compound).map(|compound| compound as f64),
        method: method(line, words),
    }
}

fn quality(conn: &Connection, words: &Words) -> Result<Vec<ProfileQuality>, Failure> {
    let mut all = Vec::new();
    for entity in model::entities::ALL {
        let profile = profiles::entity::<EntityProfile>(conn, entity.code)?.filter(|profile| profile.records > 0);
        let Some(profile) = profile else { continue };
        all.push(ProfileQuality {
            entity: entity.code.to_owned(),
            title: say::entity(words, entity.code),
            records: profile.records as f64,
            fields: profile.fields.iter().map(|field| field_view(entity.code, field, words)).collect(),
            keys: profile.keys.iter().map(|key| key_view(entity.code, key, words)).collect(),
            references: profile.references.iter().map(|one| reference_view(entity.code, one, words)).collect(),
        });
    }
    Ok(all)
}

fn field_view(entity: &str, field: &FieldFigures, words: &Words) -> ProfileField {
    ProfileField {
        title: say::field(words, entity, &field.field),
        field: field.field.clone(),
        need: field.need.clone(),
        filled: field.filled as f64,
        blank: field.blank as f64,
        not_standard: field.not_standard as f64,
        distinct: field.distinct.count as f64,
        exact: field.distinct.exact,
        first: field.first.clone().unwrap_or_default(),
        last: field.last.clone().unwrap_or_default(),
    }
}

fn key_view(entity: &str, key: &KeyFigures, words: &Words) -> ProfileKey {
    ProfileKey {
        title: key_title(entity, key, words),
        key: key.key.clone(),
        filled: key.filled as f64,
        distinct: key.distinct.count as f64,
        exact: key.distinct.exact,
        shared: key.shared.map(|shared| shared as f64),
    }
}

fn reference_view(entity: &str, reference: &ReferenceFigures, words: &Words) -> ProfileReference {
    ProfileReference {
        title: say::field(words, entity, &reference.field),
        to: say::entity(words, &reference.to),
        field: reference.field.clone(),
        linked: reference.linked as f64,
        orphans: reference.orphans as f64,
        blank: reference.blank as f64,
    }
}

fn table_view(table: &TableInfo, counted: bool, words: &Words) -> ProfileTable {
    ProfileTable {
        table: table.id as u32,
        file: table.file.clone(),
        name: table.name.clone(),
        entity_title: table.entity.as_deref().map(|entity| say::entity(words, entity)).unwrap_or_default(),
        rows: table.landed as f64,
        columns: table.headers.len() as u32,
        counted,
    }
}

/// All columns of one table.
///
/// # Errors
///
/// [`Code::Usage`] where the table was not counted yet.
pub fn columns(session: &Session, table: i64) -> Result<ProfileColumns, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let none = || Failure::refused(Code::Usage, "error.no-profile", "error.no-profile.hint");
    let profile = table_profile(conn, table)?.ok_or_else(none)?;
    let mapping = mappings::load(conn, table)?;
    let columns = profile.columns.iter().enumerate();
    Ok(ProfileColumns {
        table: table_view(&landing::table(conn, table)?, true, &words),
        distinct_rows: profile.distinct_rows.count as f64,
        exact: profile.distinct_rows.exact,
        columns: columns.map(|(at, column)| column_view(at as u32, column, mapping.as_ref(), &words)).collect(),
    })
}

/// The field that a column goes to, in words; empty where it goes nowhere.
pub(super) fn goes_to(column: u32, mapping: Option<&TableMapping>, words: &Words) -> String {
    let path = mapping.and_then(|mapping| mapping.column(column)).map(|(path, _)| path);
    path.map(|path| say::path(words, &path)).unwrap_or_default()
}

/// A column's header, or its letter where it has none.
pub(super) fn column_name(at: u32, column: &ColumnProfile) -> String {
    if column.name.trim().is_empty() { say::letter(at) } else { column.name.clone() }
}

/// Why nothing of a column is shown; empty where it may be.
pub(super) fn hidden(column: &ColumnProfile, words: &Words) -> String {
    let key = match column.hidden {
        None => return String::new(),
        Some(Hidden::Identity) => "profile.hidden.identity",
        Some(Hidden::Password) => "profile.hidden.password",
        Some(Hidden::Sensitive) => "profile.hidden.sensitive",
    };
    words.text(key).to_owned()
}

/// The name of a script or of a kind of cell; its code where nobody named it.
pub(super) fn named(words: &Words, group: &str, code: &str) -> String {
    let key = format!("profile.{group}.{code}");
    if words.has(&key) { words.text(&key).to_owned() } else { code.to_owned() }
}

fn counts(tally: &Tally, name: impl Fn(&str) -> String) -> Vec<ProfileCount> {
    tally.iter().map(|(code, count)| ProfileCount { name: name(code), count: *count as f64 }).collect()
}

fn column_view(at: u32, column: &ColumnProfile, mapping: Option<&TableMapping>, words: &Words) -> ProfileColumn {
    let dates = column.dates.clone().unwrap_or_default();
    let numbers = column.numbers.clone().unwrap_or_default();
    ProfileColumn {
        index: at,
        name: column_name(at, column),
        field_title: goes_to(at, mapping, words),
        filled: column.filled as f64,
        blank: column.blank as f64,
        null_words: column.null_words as f64,
        distinct: column.distinct.count as f64,
        exact: column.distinct.exact,
        unique: column.unique.map(|unique| unique as f64),
        uniqueness: uniqueness(column.uniqueness).to_owned(),
        counts_rows: column.counts_rows,
        one_value: column.has_one_value(),
        kind: column.kind.clone(),
        kind_title: named(words, "kind", &column.kind),
        kind_fits: column.kind_fits as f64,
        kinds: counts(&column.kinds, |code| named(words, "kind", code)),
        cells: counts(&column.cells, |code| named(words, "cell", code)),
        shortest: column.shortest as f64,
        longest: column.longest as f64,
        least: numbers.least,
        greatest: numbers.greatest,
        odd_dates: dates.odd as f64,
        unproved_dates: if dates.order.is_none() { dates.either as f64 } else { 0.0 },
        years: years(&dates.years),
        first: dates.first,
        last: dates.last,
        patterns: counts(&column.patterns, str::to_owned),
        patterns_told: column.patterns_told as f64,
        patterns_beyond: column.patterns_beyond as f64,
        scripts: counts(&column.scripts, |code| named(words, "script", code)),
        only_latin: column.scripts.iter().all(|(code, _)| code == "Latn"),
        mixed_scripts: column.mixed_scripts as f64,
        values: counts(&column.values.clone().unwrap_or_default(), str::to_owned),
        hidden: hidden(column, words),
    }
}

fn uniqueness(uniqueness: Uniqueness) -> &'static str {
    match uniqueness {
        Uniqueness::Repeats => "repeats",
        Uniqueness::Key => "key",
        Uniqueness::WhereFilled => "whereFilled",
        Uniqueness::Unknown => "unknown",
    }
}
