//! The profile report: what a school has, in numbers. The plan's templates of inventory, quality and volume, filled in
//! from every row, and a page for each source table.

mod columns;
mod json;

use model::Words;
use model::profile::document::{Count, HORIZON, Outlook};

use super::shared::{count_cell, frame, head_facts, heading, para, signatures};
use super::{Format, Kind};
use crate::doc::{Block, Cell, Chart, Cover, Doc, Row, Shade, Shape, Table, Tone};
use crate::input::{EntityPart, ProfileLine, ProfileReport};
use crate::say::{date_time, decimal, grouped, words};

pub(super) use json::json;

/// This report.
pub(super) const KIND: Kind = Kind { code: "profile", formats: &Format::ALL };

/// The report as blocks, with at most `listed` columns.
pub(super) fn doc(report: &ProfileReport, listed: usize) -> Doc {
    let words = words(report.head.lang);
    let title = words.text("profile.title").to_owned();
    let mut blocks = vec![Block::Cover(cover(&words, report, &title))];
    inventory(&words, report, &mut blocks);
    quality(&words, report, &mut blocks);
    volume(&words, report, &mut blocks);
    columns::tables(&words, &report.tables, listed, &mut blocks);
    blocks.push(signatures(&words, &report.head, words.text("profile.sign")));
    frame(&words, &report.head, &title, blocks)
}

fn cover(words: &Words, report: &ProfileReport, title: &str) -> Cover {
    let refused: u64 =
        report.lines.iter().flat_map(|line| &line.issues).filter(|issue| issue.bad).map(|one| one.count).sum();
    let (key, tone) = match (report.stale, refused) {
        (true, _) => ("stale", Tone::Warn),
        (false, 0) => ("clean", Tone::Good),
        (false, _) => ("issues", Tone::Warn),
    };
    let rows: u64 = report.tables.iter().map(|table| table.profile.rows).sum();
    let columns: usize = report.tables.iter().map(|table| table.columns.len()).sum();
    let records: u64 = report.entities.iter().map(|entity| entity.profile.records).sum();
    let args = [grouped(refused), date_time(words, report.counted_at)];
    let figure = |key: &str, count: u64| (words.text(key).to_owned(), grouped(count), Tone::Plain);
    let mut facts = vec![(words.text("fact.counted").to_owned(), date_time(words, report.counted_at))];
    facts.extend(head_facts(words, &report.head));
    Cover {
        kicker: words.text("kicker").to_owned(),
        title: title.to_owned(),
        school: report.head.school.clone(),
        tone,
        verdict: words.text(&format!("profile.verdict.{key}")).to_owned(),
        because: words.say(&format!("profile.because.{key}"), &[("count", args[0].as_str()), ("at", &args[1])]),
        figures: vec![
            figure("figure.tables", report.tables.len() as u64),
            figure("figure.rows", rows),
            figure("figure.columns", columns as u64),
            figure("figure.records", records),
        ],
        facts,
    }
}

/// Columns of a table by their words.
pub(super) fn titled(words: &Words, columns: &[(&str, Shape)]) -> Vec<(String, Shape)> {
    columns.iter().map(|(key, shape)| (words.text(key).to_owned(), *shape)).collect()
}

/// A line's name; a source table's with its file.
fn name_cell(line: &ProfileLine) -> Cell {
    if line.file.is_empty() || line.file == line.title {
        return line.title.clone().into();
    }
    format!("{}\n{}", line.title, line.file).into()
}

fn inventory(words: &Words, report: &ProfileReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("profile.inventory.title")));
    blocks.push(para(words.text("profile.inventory.intro"), Tone::Plain));
    let columns = titled(
        words,
        &[
            ("column.records", Shape::Text(1.0)),
            ("column.count", Shape::Number),
            ("column.dates", Shape::Text(1.0)),
            ("column.keys", Shape::Text(1.5)),
            ("column.issues", Shape::Text(1.5)),
        ],
    );
    let rows = report.lines.iter().map(|line| inventory_row(words, line)).collect();
    blocks.push(Block::Table(Table { columns, rows }));
    let bars: Vec<(String, Vec<u64>)> = report
        .lines
        .iter()
        .filter(|line| line.records > 0)
        .map(|line| (line.title.clone(), vec![line.records]))
        .collect();
    if !bars.is_empty() {
        blocks.push(Block::Chart(chart(words, words.text("profile.chart.records"), "chart.part.records", bars)));
    }
}

fn inventory_row(words: &Words, line: &ProfileLine) -> Row {
    let span = if line.first.is_empty() {
        Cell { text: words.text("profile.no_dates").to_owned(), tone: Tone::Quiet, bold: false }
    } else {
        format!("{} \u{2013} {}\n{}", line.first, line.last, line.dated_by).into()
    };
    let issues: Vec<&str> = line.issues.iter().map(|issue| issue.text.as_str()).collect();
    let tone = match line.issues.iter().any(|issue| issue.bad) {
        true => Tone::Bad,
        false if issues.is_empty() => Tone::Quiet,
        false => Tone::Warn,
    };
    let issues = match (line.records, issues.is_empty()) {
        (0, _) => words.text("profile.nothing").to_owned(),
        (_, true) => words.text("profile.no_issues").to_owned(),
        _ => issues.join("\n"),
    };
    let issues = Cell { text: issues, tone: if line.records == 0 { Tone::Quiet } else { tone }, bold: false };
    let cells = vec![name_cell(line), count_cell(line.records, Tone::Plain), span, line.keys.join("\n").into(), issues];
    Row { cells, ..Row::default() }
}

/// Bars of one part each.
fn chart(words: &Words, title: &str, part: &str, bars: Vec<(String, Vec<u64>)>) -> Chart {
    let said: Vec<String> =
        bars.iter().map(|(label, parts)| format!("{label}: {}", grouped(parts.iter().sum()))).collect();
    Chart {
        title: title.to_owned(),
        alt: said.join(". "),
        parts: vec![
            (words.text(part).to_owned(), Shade::Strong),
            (words.text("chart.part.unfinished").to_owned(), Shade::Light),
        ]
        .into_iter()
        .take(bars.iter().map(|(_, parts)| parts.len()).max().unwrap_or(1))
        .collect(),
        bars,
    }
}

/// A count, marked where it is an estimate.
pub(super) fn estimate(words: &Words, count: Count) -> String {
    if count.exact { grouped(count.count) } else { words.say("profile.about", &[("count", &grouped(count.count))]) }
}

fn quality(words: &Words, report: &ProfileReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("profile.quality.title")));
    blocks.push(para(words.text("profile.quality.intro"), Tone::Plain));
    if report.entities.is_empty() {
        blocks.push(para(words.text("profile.quality.none"), Tone::Warn));
    }
    for entity in &report.entities {
        let args = [("entity", entity.title.as_str()), ("count", &grouped(entity.profile.records))];
        blocks.push(heading(2, words.say("profile.quality.entity", &args)));
        fields(words, entity, blocks);
        keys(words, entity, blocks);
        references(words, entity, blocks);
    }
}

fn fields(words: &Words, entity: &EntityPart, blocks: &mut Vec<Block>) {
    let columns = titled(
        words,
        &[
            ("column.field", Shape::Text(1.3)),
            ("column.need", Shape::Label),
            ("column.filled", Shape::Number),
            ("column.blank", Shape::Number),
            ("column.not_standard", Shape::Number),
            ("column.distinct", Shape::Number),
            ("column.dates", Shape::Text(1.0)),
        ],
    );
    let unused = |need: &str, filled: u64| need == "optional" && filled == 0;
    let all = || entity.profile.fields.iter().zip(&entity.fields);
    let row = |(field, title): (&model::profile::document::FieldFigures, &String)| {
        let blank = match field.need.as_str() {
            "required" => Tone::Bad,
            "expected" => Tone::Warn,
            _ => Tone::Plain,
        };
        let span = match (&field.first, &field.last) {
            (Some(first), Some(last)) => format!("{first} \u{2013} {last}"),
            _ => String::new(),
        };
        let cells = vec![
            title.clone().into(),
            words.text(&format!("profile.need.{}", field.need)).into(),
            count_cell(field.filled, Tone::Plain),
            count_cell(field.blank, blank),
            count_cell(field.not_standard, Tone::Warn),
            estimate(words, field.distinct).into(),
            span.into(),
        ];
        Row { cells, ..Row::default() }
    };
    let rows = all().filter(|(field, _)| !unused(&field.need, field.filled)).map(row).collect();
    blocks.push(Block::Table(Table { columns, rows }));
    let empty: Vec<&str> =
        all().filter(|(field, _)| unused(&field.need, field.filled)).map(|(_, title)| title.as_str()).collect();
    if !empty.is_empty() {
        blocks.push(para(words.say("profile.unused", &[("fields", &empty.join(", "))]), Tone::Quiet));
    }
}

fn keys(words: &Words, entity: &EntityPart, blocks: &mut Vec<Block>) {
    let columns = titled(
        words,
        &[
            ("column.key", Shape::Text(1.0)),
            ("column.filled", Shape::Number),
            ("column.distinct", Shape::Number),
            ("column.shared", Shape::Number),
        ],
    );
    let row = |(key, title): (&model::profile::document::KeyFigures, &String)| {
        let shared =
            key.shared.map_or_else(|| words.text("profile.unknown").into(), |shared| count_cell(shared, Tone::Bad));
        let cells = vec![
            title.clone().into(),
            count_cell(key.filled, Tone::Plain),
            estimate(words, key.distinct).into(),
            shared,
        ];
        Row { cells, ..Row::default() }
    };
    let rows: Vec<Row> = entity.profile.keys.iter().zip(&entity.keys).map(row).collect();
    if !rows.is_empty() {
        blocks.push(Block::Table(Table { columns, rows }));
    }
}

fn references(words: &Words, entity: &EntityPart, blocks: &mut Vec<Block>) {
    let columns = titled(
        words,
        &[
            ("column.reference", Shape::Text(1.0)),
            ("column.leads_to", Shape::Text(1.0)),
            ("column.linked", Shape::Number),
            ("column.orphans", Shape::Number),
            ("column.blank", Shape::Number),
        ],
    );
    let row = |(reference, (title, to)): (&model::profile::document::ReferenceFigures, &(String, String))| Row {
        cells: vec![
            title.clone().into(),
            to.clone().into(),
            count_cell(reference.linked, Tone::Plain),
            count_cell(reference.orphans, Tone::Bad),
            count_cell(reference.blank, Tone::Plain),
        ],
        ..Row::default()
    };
    let rows: Vec<Row> = entity.profile.references.iter().zip(&entity.references).map(row).collect();
    if !rows.is_empty() {
        blocks.push(Block::Table(Table { columns, rows }));
    }
}

fn volume(words: &Words, report: &ProfileReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("profile.volume.title")));
    let ahead = HORIZON.to_string();
    blocks.push(para(words.say("profile.volume.intro", &[("ahead", &ahead)]), Tone::Plain));
    let columns = titled(
        words,
        &[
            ("column.records", Shape::Text(1.0)),
            ("column.current", Shape::Number),
            ("column.a_year", Shape::Number),
            ("column.a_day", Shape::Number),
            ("column.linear", Shape::Number),
            ("column.rate", Shape::Number),
            ("column.compound", Shape::Number),
        ],
    );
    let lines = || report.lines.iter().filter(|line| line.records > 0);
    blocks.push(Block::Table(Table { columns, rows: lines().map(volume_row).collect() }));
    blocks.push(para(words.text("profile.volume.caveat"), Tone::Quiet));
    for line in lines().filter(|line| !line.years.is_empty()) {
        blocks.push(heading(2, line.title.clone()));
        blocks.push(para(line.method.clone(), Tone::Plain));
        if line.undated > 0 {
            let args = [("count", grouped(line.undated)), ("field", line.dated_by.clone())];
            let args = args.each_ref().map(|(name, value)| (*name, value.as_str()));
            blocks.push(para(words.say("profile.undated", &args), Tone::Warn));
        }
        blocks.push(Block::Chart(years(words, line)));
    }
}

fn volume_row(line: &ProfileLine) -> Row {
    let none = || Cell { text: "\u{2013}".to_owned(), tone: Tone::Quiet, bold: false };
    let one = |number: Option<f64>| number.map_or_else(none, |number| decimal(number).into());
    let projected = match &line.outlook {
        Outlook::Projected(projected) => Some(projected),
        Outlook::Undated | Outlook::TooFew { .. } => None,
    };
    let count = |count: Option<u64>| count.map_or_else(none, |count| grouped(count).into());
    let rate = projected.and_then(|projected| projected.rate);
    let cells = vec![
        name_cell(line),
        grouped(line.records).into(),
        one(projected.map(|projected| projected.a_year)),
        one(line.a_day),
        count(projected.map(|projected| projected.linear)),
        rate.map_or_else(none, |rate| format!("{:+.1} %", rate * 100.0).replace('-', "\u{2212}").into()),
        count(projected.and_then(|projected| projected.compound)),
    ];
    Row { cells, ..Row::default() }
}

/// New records by year; a year that is not over is lighter.
fn years(words: &Words, line: &ProfileLine) -> Chart {
    let bar = |(year, count): &(i32, u64)| {
        let parts = if *year < line.this_year { vec![*count, 0] } else { vec![0, *count] };
        (year.to_string(), parts)
    };
    let args = [("field", line.dated_by.as_str())];
    chart(words, &words.say("profile.chart.years", &args), "chart.part.new", line.years.iter().map(bar).collect())
}
