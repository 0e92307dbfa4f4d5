//! The lines of the inventory and of the volume estimate: one for each kind of record, then one for each source table
//! that became no record. Window and report are made from the same lines.

use chrono::Datelike as _;
use model::Words;
use model::profile::document::{
    Count, EntityProfile, HORIZON, KeyFigures, Outlook, Projection, TableProfile, Uniqueness,
};
use pipeline::profile::{LEAST_YEARS, dated_by, is_daily, project};
use staging::landing::TableInfo;
use staging::{Connection, profiles};

use super::{Standing, table_profile};
use crate::clock;
use crate::error::Failure;
use crate::say;

/// One line.
pub(super) struct Line {
    /// Code of the entity; empty for a source table.
    pub(super) entity: &'static str,
    /// Number of the source table, where it is one.
    pub(super) table: Option<i64>,
    pub(super) title: String,
    pub(super) file: String,
    pub(super) records: u64,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) dated_by: String,
    pub(super) keys: Vec<String>,
    pub(super) issues: Vec<Issue>,
    pub(super) years: Vec<(i32, u64)>,
    pub(super) undated: u64,
    pub(super) a_day: Option<f64>,
    pub(super) outlook: Outlook,
}

/// Something to put right.
pub(super) struct Issue {
    pub(super) code: &'static str,
    pub(super) text: String,
    pub(super) count: u64,
    /// Whether the portal would refuse it.
    pub(super) bad: bool,
}

/// All lines.
pub(super) fn lines(conn: &Connection, standing: &Standing, words: &Words) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for entity in model::entities::ALL {
        if let Some(profile) = profiles::entity::<EntityProfile>(conn, entity.code)? {
            lines.push(entity_line(entity, &profile, words));
        }
    }
    for table in standing.tables.iter().filter(|table| table.landed > 0 && table.with_record.unwrap_or(0) == 0) {
        if let Some(profile) = table_profile(conn, table.id)? {
            lines.push(table_line(table, &profile, words));
        }
    }
    Ok(lines)
}

fn entity_line(entity: &'static model::Entity, profile: &EntityProfile, words: &Words) -> Line {
    let growth = profile.growth.clone().unwrap_or_default();
    let dated = profile.fields.iter().find(|field| field.field == growth.field);
    let day = |day: Option<&String>| day.cloned().unwrap_or_default();
    let dated_by = if growth.field.is_empty() { String::new() } else { say::field(words, entity.code, &growth.field) };
    Line {
        entity: entity.code,
        table: None,
        title: say::entity(words, entity.code),
        file: String::new(),
        records: profile.records,
        first: day(dated.and_then(|field| field.first.as_ref())),
        last: day(dated.and_then(|field| field.last.as_ref())),
        dated_by,
        keys: entity_keys(entity.code, profile, words),
        issues: entity_issues(profile, words),
        a_day: a_day(entity.code, profile.records - growth.undated.min(profile.records), growth.days),
        outlook: project(profile.records, &growth.years, clock::today().year()),
        years: growth.years,
        undated: growth.undated,
    }
}

fn table_line(table: &TableInfo, profile: &TableProfile, words: &Words) -> Line {
    let dated = dated_by(profile);
    let span = dated.and_then(|column| column.dates.clone()).unwrap_or_default();
    let key =
        |column: &&model::profile::document::ColumnProfile| column.uniqueness == Uniqueness::Key && !column.counts_rows;
    Line {
        entity: "",
        table: Some(table.id),
        title: if table.name.is_empty() { table.file.clone() } else { table.name.clone() },
        file: table.file.clone(),
        records: profile.rows,
        first: span.first.clone(),
        last: span.last.clone(),
        dated_by: dated.map(|column| column.name.clone()).unwrap_or_default(),
        keys: profile.columns.iter().filter(key).map(|column| column.name.clone()).collect(),
        issues: table_issues(profile, words),
        a_day: a_day(&table.name, span.read, span.days),
        outlook: project(profile.rows, &span.years, clock::today().year()),
        undated: profile.rows.saturating_sub(span.read),
        years: span.years,
    }
}

fn a_day(name: &str, dated: u64, days: u64) -> Option<f64> {
    (is_daily(name) && days > 0).then(|| dated as f64 / days as f64)
}

/// The fields of a key, in words.
pub(super) fn key_title(entity: &str, key: &KeyFigures, words: &Words) -> String {
    let fields: Vec<String> = key.fields.iter().map(|field| say::field(words, entity, field)).collect();
    fields.join(" + ")
}

fn entity_keys(entity: &str, profile: &EntityProfile, words: &Words) -> Vec<String> {
    let filled = profile.keys.iter().filter(|key| key.filled > 0);
    let sentence = |key: &KeyFigures| {
        let title = key_title(entity, key, words);
        if key.filled == profile.records && key.shared == Some(0) {
            return words.say("profile.key.whole", &[("key", &title)]);
        }
        let shared = key.shared.unwrap_or_else(|| key.filled.saturating_sub(key.distinct.count));
        let counts = [key.filled, profile.records, shared].map(say::count);
        let args = [("key", title.as_str()), ("filled", &counts[0]), ("records", &counts[1]), ("shared", &counts[2])];
        words.say(if shared == 0 { "profile.key.partly" } else { "profile.key.shared" }, &args)
    };
    filled.map(sentence).collect()
}

fn issue(words: &Words, code: &'static str, count: u64, bad: bool) -> Option<Issue> {
    let text = words.say(&format!("profile.issue.{code}"), &[("count", &say::count(count))]);
    (count > 0).then_some(Issue { code, text, count, bad })
}

fn entity_issues(profile: &EntityProfile, words: &Words) -> Vec<Issue> {
    let blank = |need: &str| profile.fields.iter().filter(|field| field.need == need).map(|field| field.blank).sum();
    // Records that share one key mostly share the others too: they are not counted for each.
    let shared = profile.keys.iter().filter_map(|key| key.shared).max().unwrap_or(0);
    let found = [
        issue(words, "required", blank("required"), true),
        issue(words, "orphans", profile.references.iter().map(|reference| reference.orphans).sum(), true),
        issue(words, "shared", shared, true),
        issue(words, "unread-dates", profile.fields.iter().map(|field| field.unread).sum(), false),
        issue(words, "form", profile.fields.iter().map(|field| field.not_standard).sum(), false),
        issue(words, "expected", blank("expected"), false),
    ];
    found.into_iter().flatten().collect()
}

fn table_issues(profile: &TableProfile, words: &Words) -> Vec<Issue> {
    let Count { count: distinct, exact } = profile.distinct_rows;
    let repeated = if exact { profile.rows.saturating_sub(distinct) } else { 0 };
    let odd = profile.columns.iter().filter_map(|column| column.dates.as_ref()).map(|dates| dates.odd).sum();
    let mixed = profile.columns.iter().filter(|column| column.kind == "mixed").count() as u64;
    let found = [
        issue(words, "repeated-rows", repeated, false),
        issue(words, "odd-dates", odd, false),
        issue(words, "mixed", mixed, false),
    ];
    found.into_iter().flatten().collect()
}

/// How the figures about the future were made, in a way that can be checked by hand.
pub(super) fn method(line: &Line, words: &Words) -> String {
    match &line.outlook {
        Outlook::Undated => words.text("profile.method.undated").to_owned(),
        Outlook::TooFew { years } => {
            words.say("profile.method.few", &[("years", &years.to_string()), ("least", &LEAST_YEARS.to_string())])
        }
        Outlook::Projected(projected) => {
            format!("{} {}", linear(line.records, projected, words), compound(projected, words))
        }
    }
}

fn linear(current: u64, projected: &Projection, words: &Words) -> String {
    let sum: Vec<String> = projected.years.iter().map(|(_, count)| say::count(*count)).collect();
    let mean = format!("{:.1}", projected.a_year);
    let args = [
        ("sum", sum.join(" + ")),
        ("years", sum.len().to_string()),
        ("mean", mean),
        ("from", projected.from.to_string()),
        ("to", projected.to.to_string()),
        ("current", say::count(current)),
        ("ahead", HORIZON.to_string()),
        ("linear", say::count(projected.linear)),
    ];
    words.say("profile.method.linear", &args.each_ref().map(|(name, value)| (*name, value.as_str())))
}

fn compound(projected: &Projection, words: &Words) -> String {
    let (Some(rate), Some(compound)) = (projected.rate, projected.compound) else {
        return words.text("profile.method.no-rate").to_owned();
    };
    let end = |year: Option<&(i32, u64)>| say::count(year.map_or(0, |(_, count)| *count));
    let args = [
        ("first", end(projected.years.first())),
        ("last", end(projected.years.last())),
        ("rate", format!("{:+.1}", rate * 100.0)),
        ("ahead", HORIZON.to_string()),
        ("compound", say::count(compound)),
    ];
    words.say("profile.method.compound", &args.each_ref().map(|(name, value)| (*name, value.as_str())))
}
