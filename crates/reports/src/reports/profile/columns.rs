//! The source tables of the profile report: column by column, with the shapes of their values.

use model::Words;
use model::profile::document::{ColumnProfile, Uniqueness};

use super::super::shared::{count_cell, heading, para};
use super::{estimate, titled};
use crate::doc::{Block, Row, Shape, Table, Tone};
use crate::input::{ColumnWords, TablePart};
use crate::say::grouped;

/// Shapes of a column that are printed, with how many values have others; the JSON has those that the profile keeps.
const SHAPES: usize = 4;

/// All tables, with at most `listed` columns together.
pub(super) fn tables(words: &Words, tables: &[TablePart], listed: usize, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("profile.tables.title")));
    blocks.push(para(words.text("profile.tables.intro"), Tone::Plain));
    let all: usize = tables.iter().map(|table| table.columns.len()).sum();
    if all > listed {
        let args = [("shown", grouped(listed as u64)), ("total", grouped(all as u64))];
        blocks.push(para(
            words.say("listed.first", &args.each_ref().map(|(name, text)| (*name, text.as_str()))),
            Tone::Warn,
        ));
    }
    let mut left = listed;
    for table in tables {
        let shown = table.columns.len().min(left);
        if shown == 0 && !table.columns.is_empty() {
            return;
        }
        one(words, table, shown, blocks);
        left -= shown;
    }
}

fn one(words: &Words, table: &TablePart, shown: usize, blocks: &mut Vec<Block>) {
    let same = table.table.is_empty() || table.table == table.file;
    blocks.push(heading(2, if same { table.file.clone() } else { format!("{} \u{2013} {}", table.table, table.file) }));
    let args = [
        ("rows", grouped(table.profile.rows)),
        ("distinct", estimate(words, table.profile.distinct_rows)),
        ("columns", grouped(table.columns.len() as u64)),
        ("becomes", table.becomes.clone()),
    ];
    let args = args.each_ref().map(|(name, value)| (*name, value.as_str()));
    let key = if table.becomes.is_empty() { "profile.table.unmapped" } else { "profile.table.mapped" };
    blocks.push(para(words.say(key, &args), Tone::Quiet));
    let columns = titled(
        words,
        &[
            ("column.column", Shape::Text(1.1)),
            ("column.kind", Shape::Text(0.8)),
            ("column.filled", Shape::Number),
            ("column.blank", Shape::Number),
            ("column.distinct", Shape::Number),
            ("column.values", Shape::Text(1.9)),
        ],
    );
    let all = table.profile.columns.iter().zip(&table.columns).take(shown);
    let rows = all.map(|(column, said)| row(words, column, said, table.profile.rows)).collect();
    blocks.push(Block::Table(Table { columns, rows }));
}

fn row(words: &Words, column: &ColumnProfile, said: &ColumnWords, rows: u64) -> Row {
    let name =
        if said.field.is_empty() { said.name.clone() } else { format!("{}\n\u{2192} {}", said.name, said.field) };
    let kind = if column.kind_fits == column.filled {
        said.kind.clone()
    } else {
        let args =
            [("kind", said.kind.clone()), ("fits", grouped(column.kind_fits)), ("filled", grouped(column.filled))];
        words.say("profile.kind_fits", &args.each_ref().map(|(name, text)| (*name, text.as_str())))
    };
    let cells = vec![
        name.into(),
        kind.into(),
        count_cell(column.filled, Tone::Plain),
        count_cell(column.blank, if column.filled == 0 && rows > 0 { Tone::Warn } else { Tone::Plain }),
        estimate(words, column.distinct).into(),
        values(words, column, said).into(),
    ];
    Row { cells, ..Row::default() }
}

/// What the values are like, line by line.
fn values(words: &Words, column: &ColumnProfile, said: &ColumnWords) -> String {
    let mut lines = Vec::new();
    let mut line = |key: &str, args: &[(&str, String)]| {
        let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        lines.push(words.say(key, &args));
    };
    match column.uniqueness {
        Uniqueness::Key if column.counts_rows => line("profile.counts_rows", &[]),
        Uniqueness::Key => line("profile.is_key", &[]),
        Uniqueness::WhereFilled => line("profile.is_key_where_filled", &[]),
        Uniqueness::Repeats | Uniqueness::Unknown => {}
    }
    if column.has_one_value() {
        line("profile.one_value", &[]);
    }
    if let Some(unique) = column.unique.filter(|unique| *unique > 0 && *unique < column.distinct.count) {
        line("profile.unique", &[("count", grouped(unique))]);
    }
    if column.null_words > 0 {
        line("profile.null_words", &[("count", grouped(column.null_words))]);
    }
    if !said.hidden.is_empty() {
        line("profile.hidden", &[("why", said.hidden.clone())]);
    }
    if let Some(list) = &column.values {
        line("profile.values", &[("list", counted(list))]);
    }
    if let Some(numbers) = &column.numbers {
        line("profile.span", &[("first", numbers.least.clone()), ("last", numbers.greatest.clone())]);
    }
    if let Some(dates) = &column.dates {
        if !dates.first.is_empty() {
            line("profile.span", &[("first", dates.first.clone()), ("last", dates.last.clone())]);
        }
        if dates.odd > 0 {
            line("profile.odd_dates", &[("count", grouped(dates.odd))]);
        }
        if dates.order.is_none() && dates.either > 0 {
            line("profile.unproved_dates", &[("count", grouped(dates.either))]);
        }
    }
    if !column.patterns.is_empty() && column.values.is_none() {
        line("profile.shapes", &[("list", shapes(words, column))]);
    }
    let latin = column.scripts.iter().all(|(code, _)| code == "Latn");
    if !latin {
        let named = column.scripts.iter().zip(&said.scripts);
        let named: Vec<(String, u64)> = named.map(|((_, count), name)| (name.clone(), *count)).collect();
        line("profile.scripts", &[("list", counted(&named))]);
    }
    if column.filled > 0 {
        line("profile.lengths", &[("shortest", grouped(column.shortest)), ("longest", grouped(column.longest))]);
    }
    lines.join("\n")
}

fn counted(list: &[(String, u64)]) -> String {
    let one = |(name, count): &(String, u64)| format!("{} ({})", crate::say::isolate(name), grouped(*count));
    list.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The most frequent shapes, and how many values have others.
fn shapes(words: &Words, column: &ColumnProfile) -> String {
    let shown = column.patterns.get(..SHAPES.min(column.patterns.len())).unwrap_or_default();
    let told: u64 = shown.iter().map(|(_, count)| count).sum();
    let mut said = counted(shown);
    if told < column.filled {
        said.push_str(", ");
        said.push_str(&words.say("profile.other_shapes", &[("count", &grouped(column.filled - told))]));
    }
    said
}
