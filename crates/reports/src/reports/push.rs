//! The push report: what one push sent, what became of it, on what terms, and how it could be taken back.

use model::Words;
use serde_json::{Value, json};

use super::reconciliation::{figures, reject_json, rejects, row_json, total};
use super::shared::{batch_facts, count_cell, frame, heading, para, signatures, time};
use super::{Format, Kind};
use crate::doc::{Block, Cover, Doc, Row, Shape, Table, Tone};
use crate::input::{BackupPart, LeftOutPart, PhasePart, PushReport};
use crate::say::{date_time, grouped, isolate, short_checksum, words};

/// This report.
pub(super) const KIND: Kind = Kind { code: "push", formats: &Format::ALL };

/// The report as blocks, with at most `listed` rejects.
pub(super) fn doc(report: &PushReport, listed: usize) -> Doc {
    let words = words(report.head.lang);
    let title = words.text("push.title").to_owned();
    let mut blocks = vec![Block::Cover(cover(&words, report, &title))];
    figures(&words, &report.rows, &mut blocks);
    phases(&words, &report.phases, &mut blocks);
    left_out(&words, &report.left_out, &mut blocks);
    rejects(&words, &report.rejects, report.rejects_total, listed, &mut blocks);
    backups(&words, report, &mut blocks);
    blocks.push(signatures(&words, &report.head, words.text("push.sign")));
    frame(&words, &report.head, &title, blocks)
}

fn cover(words: &Words, report: &PushReport, title: &str) -> Cover {
    let total = total(words, &report.rows);
    let (key, tone) = match (report.batch.state.as_str(), report.balances(), total.rejected) {
        ("rolled_back", ..) => ("rolled_back", Tone::Warn),
        ("refused" | "failed", ..) => ("refused", Tone::Bad),
        (_, false, _) => ("off", Tone::Bad),
        (_, true, 0) => ("whole", Tone::Good),
        _ => ("rejects", Tone::Warn),
    };
    let counts = [grouped(total.pushed()), grouped(total.rejected), grouped(total.held_back)];
    let args = [("pushed", counts[0].as_str()), ("rejected", &counts[1]), ("held_back", &counts[2])];
    let figure = |key: &str, count: u64, tone: Tone| {
        (words.text(key).to_owned(), grouped(count), if count == 0 { Tone::Plain } else { tone })
    };
    let mut facts = batch_facts(words, &report.head, &report.batch);
    if !report.fingerprint.is_empty() {
        facts.insert(3, (words.text("fact.fingerprint").to_owned(), report.fingerprint.clone()));
    }
    Cover {
        kicker: words.text("kicker").to_owned(),
        title: title.to_owned(),
        school: report.head.school.clone(),
        tone,
        verdict: words.text(&format!("push.verdict.{key}")).to_owned(),
        because: words.say(&format!("push.because.{key}"), &args),
        figures: vec![
            figure("column.inserted", total.inserted, Tone::Plain),
            figure("column.updated", total.updated, Tone::Plain),
            figure("column.unchanged", total.unchanged, Tone::Plain),
            figure("figure.rejected", total.rejected, Tone::Bad),
        ],
        facts,
    }
}

fn phases(words: &Words, phases: &[PhasePart], blocks: &mut Vec<Block>) {
    if phases.is_empty() {
        return;
    }
    blocks.push(heading(2, words.text("push.phases.title")));
    let column = |key: &str| (words.text(key).to_owned(), Shape::Number);
    let columns = vec![
        (words.text("column.records").to_owned(), Shape::Text(1.0)),
        column("column.processed"),
        column("column.migrated"),
        column("column.errors"),
        column("column.seconds"),
    ];
    let row = |phase: &PhasePart| Row {
        cells: vec![
            phase.title.clone().into(),
            count_cell(phase.processed, Tone::Plain),
            count_cell(phase.migrated, Tone::Plain),
            count_cell(phase.errors, Tone::Bad),
            format!("{:.1}", phase.duration_ms as f64 / 1000.0).into(),
        ],
        ..Row::default()
    };
    blocks.push(Block::Table(Table { columns, rows: phases.iter().map(row).collect() }));
}

fn left_out(words: &Words, left_out: &[LeftOutPart], blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("push.left_out.title")));
    if left_out.is_empty() {
        blocks.push(para(words.text("push.left_out.none"), Tone::Plain));
        return;
    }
    blocks.push(para(words.text("push.left_out.intro"), Tone::Plain));
    let columns = vec![
        (words.text("column.check").to_owned(), Shape::Text(1.0)),
        (words.text("column.findings").to_owned(), Shape::Number),
        (words.text("column.reason").to_owned(), Shape::Text(1.4)),
        (words.text("column.by").to_owned(), Shape::Text(0.9)),
    ];
    let row = |part: &LeftOutPart| Row {
        cells: vec![
            part.check.clone().into(),
            count_cell(part.count, Tone::Warn),
            part.waiver.reason.clone().into(),
            format!("{}\n{}", part.waiver.by, date_time(words, part.waiver.at)).into(),
        ],
        ..Row::default()
    };
    blocks.push(Block::Table(Table { columns, rows: left_out.iter().map(row).collect() }));
}

fn backups(words: &Words, report: &PushReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("push.backups.title")));
    let journal = if report.written { "push.backups.journal" } else { "push.backups.nothing" };
    blocks.push(para(words.text(journal), Tone::Plain));
    if report.backups.is_empty() {
        blocks.push(para(words.text("push.backups.none"), Tone::Warn));
        return;
    }
    let columns = vec![
        (words.text("column.when").to_owned(), Shape::Text(1.0)),
        (words.text("column.by").to_owned(), Shape::Text(1.0)),
        (words.text("column.sha256").to_owned(), Shape::Text(1.0)),
    ];
    let row = |backup: &BackupPart| Row {
        cells: vec![
            date_time(words, backup.at).into(),
            isolate(&backup.by).into(),
            short_checksum(&backup.sha256).into(),
        ],
        ..Row::default()
    };
    blocks.push(Block::Table(Table { columns, rows: report.backups.iter().map(row).collect() }));
}

/// The report as JSON.
pub(super) fn json(report: &PushReport) -> Value {
    let phase = |phase: &PhasePart| {
        json!({
            "title": phase.title, "processed": phase.processed, "migrated": phase.migrated, "errors": phase.errors,
            "durationMs": phase.duration_ms,
        })
    };
    let left_out = |part: &LeftOutPart| {
        let waiver = &part.waiver;
        json!({ "check": part.check, "count": part.count, "reason": waiver.reason, "by": waiver.by, "at": time(waiver.at) })
    };
    let backup = |backup: &BackupPart| json!({ "at": time(backup.at), "by": backup.by, "sha256": backup.sha256 });
    let row = |row: &crate::input::ReconRow| {
        let mut row = row_json(row);
        if let Some(members) = row.as_object_mut() {
            ["foundInPortal", "missing", "different"].iter().for_each(|compared| drop(members.remove(*compared)));
        }
        row
    };
    json!({
        "head": super::shared::head_json(&report.head),
        "batch": super::shared::batch_json(&report.batch),
        "written": report.written,
        "balances": report.balances(),
        "rows": report.rows.iter().map(row).collect::<Vec<_>>(),
        "phases": report.phases.iter().map(phase).collect::<Vec<_>>(),
        "rejects": report.rejects.iter().map(reject_json).collect::<Vec<_>>(),
        "rejectsTotal": report.rejects_total,
        "leftOut": report.left_out.iter().map(left_out).collect::<Vec<_>>(),
        "backups": report.backups.iter().map(backup).collect::<Vec<_>>(),
        "fingerprint": report.fingerprint,
    })
}
