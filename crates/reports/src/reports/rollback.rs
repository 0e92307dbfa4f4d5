//! The rollback report: what was taken out of the portal again, what stays there, and why.

use model::Words;
use serde_json::{Value, json};

use super::shared::{batch_facts, batch_json, count_cell, entity_cell, frame, head_json, heading, listed_words, para};
use super::shared::{signatures, time};
use super::{Format, Kind};
use crate::doc::{Block, Chart, Cover, Doc, Row, Shade, Shape, Table, Tone};
use crate::input::{KeptRow, ReversedRow, RollbackReport};
use crate::say::{date_time, grouped, isolate, words};

/// This report.
pub(super) const KIND: Kind = Kind { code: "rollback", formats: &Format::ALL };

/// The report as blocks, with at most `listed` rows that stay.
pub(super) fn doc(report: &RollbackReport, listed: usize) -> Doc {
    let words = words(report.head.lang);
    let title = words.text("rollback.title").to_owned();
    let mut blocks = vec![Block::Cover(cover(&words, report, &title))];
    figures(&words, report, &mut blocks);
    kept(&words, report, listed, &mut blocks);
    blocks.push(signatures(&words, &report.head, words.text("rollback.sign")));
    frame(&words, &report.head, &title, blocks)
}

fn total(words: &Words, rows: &[ReversedRow]) -> ReversedRow {
    let sum = |count: fn(&ReversedRow) -> u64| rows.iter().map(count).sum();
    ReversedRow {
        title: words.text("total").to_owned(),
        reversed: sum(|row| row.reversed),
        kept: sum(|row| row.kept),
        errored: sum(|row| row.errored),
    }
}

fn cover(words: &Words, report: &RollbackReport, title: &str) -> Cover {
    let total = total(words, &report.rows);
    let (key, tone) = match (total.errored, total.kept) {
        (0, 0) => ("whole", Tone::Good),
        (0, _) => ("kept", Tone::Warn),
        _ => ("errored", Tone::Bad),
    };
    let counts = [grouped(total.reversed), grouped(total.kept), grouped(total.errored)];
    let args = [("reversed", counts[0].as_str()), ("kept", &counts[1]), ("errored", &counts[2])];
    let figure = |key: &str, count: u64, tone: Tone| {
        (words.text(key).to_owned(), grouped(count), if count == 0 { Tone::Plain } else { tone })
    };
    let mut facts = batch_facts(words, &report.head, &report.batch);
    facts.insert(3, (words.text("fact.taken").to_owned(), taken(words, report)));
    Cover {
        kicker: words.text("kicker").to_owned(),
        title: title.to_owned(),
        school: report.head.school.clone(),
        tone,
        verdict: words.text(&format!("rollback.verdict.{key}")).to_owned(),
        because: words.say(&format!("rollback.because.{key}"), &args),
        figures: vec![
            figure("column.reversed", total.reversed, Tone::Plain),
            figure("column.kept", total.kept, Tone::Warn),
            figure("column.errored", total.errored, Tone::Bad),
        ],
        facts,
    }
}

fn taken(words: &Words, report: &RollbackReport) -> String {
    report.taken_at.map_or_else(
        || words.text("fact.not_told").to_owned(),
        |at| {
            let (at, by) = (date_time(words, at), isolate(&report.taken_by));
            words.say("fact.pushed_by", &[("at", at.as_str()), ("by", &by)])
        },
    )
}

fn figures(words: &Words, report: &RollbackReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("rollback.figures.title")));
    blocks.push(para(words.text("rollback.figures.intro"), Tone::Plain));
    let column = |key: &str| (words.text(key).to_owned(), Shape::Number);
    let columns = vec![
        (words.text("column.records").to_owned(), Shape::Text(1.0)),
        column("column.reversed"),
        column("column.kept"),
        column("column.errored"),
    ];
    let row = |row: &ReversedRow| Row {
        cells: vec![
            row.title.clone().into(),
            count_cell(row.reversed, Tone::Plain),
            count_cell(row.kept, Tone::Warn),
            count_cell(row.errored, Tone::Bad),
        ],
        total: false,
        alarm: row.errored > 0,
    };
    let mut rows: Vec<Row> = report.rows.iter().map(row).collect();
    rows.push(Row { total: true, ..row(&total(words, &report.rows)) });
    blocks.push(Block::Table(Table { columns, rows }));
    blocks.push(Block::Chart(chart(words, report)));
}

fn chart(words: &Words, report: &RollbackReport) -> Chart {
    let said = |row: &ReversedRow| {
        let counts = [grouped(row.reversed), grouped(row.kept + row.errored)];
        words.say("rollback.chart.alt", &[("entity", &row.title), ("reversed", &counts[0]), ("stay", &counts[1])])
    };
    let part = |key: &str, shade: Shade| (words.text(key).to_owned(), shade);
    Chart {
        title: words.text("rollback.chart").to_owned(),
        alt: report.rows.iter().map(said).collect::<Vec<_>>().join(". "),
        parts: vec![
            part("column.reversed", Shade::Strong),
            part("column.kept", Shade::Amber),
            part("column.errored", Shade::Red),
        ],
        bars: report.rows.iter().map(|row| (row.title.clone(), vec![row.reversed, row.kept, row.errored])).collect(),
    }
}

fn kept(words: &Words, report: &RollbackReport, listed: usize, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("rollback.kept.title")));
    if report.kept_total == 0 && report.kept.is_empty() {
        blocks.push(para(words.text("rollback.kept.none"), Tone::Plain));
        return;
    }
    blocks.push(para(words.text("rollback.kept.intro"), Tone::Plain));
    let shown = report.kept.len().min(listed);
    let all = (report.kept_total as usize).max(report.kept.len());
    blocks.push(para(listed_words(words, shown, all), Tone::Quiet));
    let columns = vec![
        (words.text("column.records").to_owned(), Shape::Label),
        (words.text("column.key").to_owned(), Shape::Text(1.0)),
        (words.text("column.reason").to_owned(), Shape::Text(1.8)),
    ];
    let row = |kept: &KeptRow| Row {
        cells: vec![entity_cell(words, &kept.entity), kept.key.clone().into(), kept.why.clone().into()],
        ..Row::default()
    };
    blocks.push(Block::Table(Table { columns, rows: report.kept.iter().take(shown).map(row).collect() }));
}

/// The report as JSON.
pub(super) fn json(report: &RollbackReport) -> Value {
    let row = |row: &ReversedRow| json!({ "entityTitle": row.title, "reversed": row.reversed, "kept": row.kept, "errored": row.errored });
    let kept = |kept: &KeptRow| json!({ "entity": kept.entity, "key": kept.key, "why": kept.why });
    json!({
        "head": head_json(&report.head),
        "batch": batch_json(&report.batch),
        "takenBackAt": report.taken_at.map(time),
        "takenBackBy": report.taken_by,
        "rows": report.rows.iter().map(row).collect::<Vec<_>>(),
        "kept": report.kept.iter().map(kept).collect::<Vec<_>>(),
        "keptTotal": report.kept_total,
    })
}
