//! The profile as its report takes it.

use chrono::Datelike as _;
use model::Words;
use model::profile::document::{ColumnProfile, EntityProfile};
use reports::{ColumnWords, EntityPart, IssuePart, ProfileLine, ProfileReport, SchoolHead, TablePart};
use staging::landing::TableInfo;
use staging::{Connection, mappings, profiles};

use super::lines::{Line, key_title, lines, method};
use super::views::{column_name, goes_to, hidden, named};
use super::{Standing, table_profile};
use crate::clock;
use crate::error::{Code, Failure};
use crate::say;

/// Everything that was counted.
///
/// # Errors
///
/// [`Code::Usage`] where nothing was counted yet.
pub(crate) fn gather(conn: &Connection, head: SchoolHead, words: &Words) -> Result<ProfileReport, Failure> {
    let standing = Standing::of(conn)?;
    let none = || Failure::refused(Code::Usage, "error.no-profile", "error.no-profile.hint");
    let run = standing.run.as_ref().ok_or_else(none)?;
    let mut tables = Vec::new();
    for table in &standing.tables {
        tables.extend(table_part(conn, table, words)?);
    }
    Ok(ProfileReport {
        counted_at: clock::local(&run.at),
        stale: standing.stale(),
        lines: lines(conn, &standing, words)?.into_iter().map(|line| line_part(line, words)).collect(),
        entities: entities(conn, words)?,
        tables,
        head,
    })
}

fn line_part(line: Line, words: &Words) -> ProfileLine {
    let method = method(&line, words);
    let issue = |issue: super::lines::Issue| IssuePart {
        code: issue.code.to_owned(),
        text: issue.text,
        count: issue.count,
        bad: issue.bad,
    };
    ProfileLine {
        entity: line.entity.to_owned(),
        title: line.title,
        file: line.file,
        records: line.records,
        first: line.first,
        last: line.last,
        dated_by: line.dated_by,
        keys: line.keys,
        issues: line.issues.into_iter().map(issue).collect(),
        years: line.years,
        undated: line.undated,
        a_day: line.a_day,
        outlook: line.outlook,
        method,
        this_year: clock::today().year(),
    }
}

fn entities(conn: &Connection, words: &Words) -> Result<Vec<EntityPart>, Failure> {
    let mut parts = Vec::new();
    for entity in model::entities::ALL {
        let profile = profiles::entity::<EntityProfile>(conn, entity.code)?.filter(|profile| profile.records > 0);
        let Some(profile) = profile else { continue };
        let field = |code: &str| say::field(words, entity.code, code);
        parts.push(EntityPart {
            title: say::entity(words, entity.code),
            fields: profile.fields.iter().map(|one| field(&one.field)).collect(),
            keys: profile.keys.iter().map(|key| key_title(entity.code, key, words)).collect(),
            references: profile.references.iter().map(|one| (field(&one.field), say::entity(words, &one.to))).collect(),
            profile,
        });
    }
    Ok(parts)
}

fn table_part(conn: &Connection, table: &TableInfo, words: &Words) -> Result<Option<TablePart>, Failure> {
    let Some(profile) = table_profile(conn, table.id)? else { return Ok(None) };
    let mapping = mappings::load(conn, table.id)?;
    let column = |(at, column): (usize, &ColumnProfile)| ColumnWords {
        name: column_name(at as u32, column),
        field: goes_to(at as u32, mapping.as_ref(), words),
        kind: named(words, "kind", &column.kind),
        scripts: column.scripts.iter().map(|(code, _)| named(words, "script", code)).collect(),
        hidden: hidden(column, words),
    };
    let made = table.with_record.unwrap_or(0) > 0;
    Ok(Some(TablePart {
        file: table.file.clone(),
        table: table.name.clone(),
        becomes: table.entity.as_deref().filter(|_| made).map(|code| say::entity(words, code)).unwrap_or_default(),
        columns: profile.columns.iter().enumerate().map(column).collect(),
        profile,
    }))
}
