//! The reconciliation report: what became of every record of a push, and whether the portal has it.

use model::Words;
use serde_json::{Value, json};

use super::shared::{
    chosen, chosen_json, count_cell, entity_cell, file_cell, frame, head_facts, head_json, heading, listed_words, para,
    row_cell, signatures, time,
};
use super::{Format, Kind};
use crate::doc::{Block, Cell, Chart, Cover, Doc, Row, Shade, Shape, Table, Tone};
use crate::input::{DiffRow, ReconRow, ReconciliationReport, RejectRow, Taken};
use crate::say::{date_time, grouped, isolate, signed, words};

/// This report.
pub(super) const KIND: Kind = Kind { code: "reconciliation", formats: &Format::ALL };

/// The report as blocks, with at most `listed` rejects and differences together.
pub(super) fn doc(report: &ReconciliationReport, listed: usize) -> Doc {
    let words = words(report.head.lang);
    let title = words.text("reconciliation.title").to_owned();
    let mut blocks = vec![Block::Cover(cover(&words, report, &title))];
    figures(&words, &report.rows, &mut blocks);
    taken(&words, report, &mut blocks);
    portal(&words, report, &mut blocks);
    let left = rejects(&words, &report.rejects, report.rejects_total, listed, &mut blocks);
    let left = differences(&words, (&report.differences, report.differences_total), left, &mut blocks);
    kept(&words, report, left, &mut blocks);
    chosen(&words, &report.chosen, &mut blocks);
    blocks.push(signatures(&words, &report.head, words.text("reconciliation.sign")));
    frame(&words, &report.head, &title, blocks)
}

/// The key and the tone of the verdict.
fn verdict(report: &ReconciliationReport) -> (&'static str, Tone) {
    let taken = report.rows.iter().any(|row| row.taken_out);
    let kept = report.rows.iter().any(|row| row.kept > 0);
    match (report.balances(), report.agrees_with_portal()) {
        (false, _) => ("off", Tone::Bad),
        (true, Some(false)) => ("differs", Tone::Bad),
        (true, _) if taken => ("taken", Tone::Warn),
        (true, None) => ("unverified", Tone::Warn),
        (true, Some(true)) if kept => ("kept", Tone::Good),
        (true, Some(true)) => ("even", Tone::Good),
    }
}

fn cover(words: &Words, report: &ReconciliationReport, title: &str) -> Cover {
    let (key, tone) = verdict(report);
    let total = total(words, &report.rows);
    let figure = |key: &str, count: u64, tone: Tone| {
        let tone = if count == 0 { Tone::Plain } else { tone };
        (words.text(key).to_owned(), grouped(count), tone)
    };
    let off = report.rows.iter().filter(|row| !row.balances()).count() as u64;
    let counts = [total.pushed(), off, total.missing, total.different, total.kept, total.taken_back, total.stands()];
    let counts = counts.map(grouped);
    let names = ["pushed", "off", "missing", "different", "kept", "taken", "stands"];
    let args: Vec<(&str, &str)> = names.into_iter().zip(counts.iter().map(String::as_str)).collect();
    Cover {
        kicker: words.text("kicker").to_owned(),
        title: title.to_owned(),
        school: report.head.school.clone(),
        tone,
        verdict: words.text(&format!("reconciliation.verdict.{key}")).to_owned(),
        because: words.say(&format!("reconciliation.because.{key}"), &args),
        figures: vec![
            figure("figure.landed", total.landed, Tone::Plain),
            figure("figure.pushed", total.stands(), Tone::Plain),
            figure("figure.held_back", total.held_back, Tone::Warn),
            figure("figure.rejected", total.rejected, Tone::Bad),
        ],
        facts: facts(words, report),
    }
}

fn facts(words: &Words, report: &ReconciliationReport) -> Vec<(String, String)> {
    let fact = |key: &str, value: String| (words.text(key).to_owned(), value);
    let by = [("at", date_time(words, report.pushed_at)), ("by", isolate(&report.pushed_by))];
    let verified =
        report.verified_at.map_or_else(|| words.text("fact.not_verified").to_owned(), |at| date_time(words, at));
    let mut facts = vec![
        fact("fact.portal", report.portal.clone()),
        fact("fact.batch", format!("{}  \u{B7}  {}", report.batch, report.state)),
        fact("fact.pushed", words.say("fact.pushed_by", &[("at", by[0].1.as_str()), ("by", by[1].1.as_str())])),
        fact("fact.verified", verified),
    ];
    if let Some(taken) = &report.taken {
        facts.push(fact("fact.taken", taken_words(words, taken)));
    }
    facts.extend(head_facts(words, &report.head));
    facts
}

/// When something was taken back and by whom, as far as the log tells.
fn taken_words(words: &Words, taken: &Taken) -> String {
    let Some(at) = taken.at else { return words.text("fact.not_told").to_owned() };
    let (at, by) = (date_time(words, at), isolate(&taken.by));
    words.say("fact.pushed_by", &[("at", at.as_str()), ("by", &by)])
}

/// The sums of all rows.
pub(super) fn total(words: &Words, rows: &[ReconRow]) -> ReconRow {
    let mut total = ReconRow { entity_title: words.text("total").to_owned(), ..ReconRow::default() };
    for row in rows {
        for (sum, count) in counts_mut(&mut total).into_iter().zip(counts(row)) {
            *sum = sum.saturating_add(count);
        }
    }
    total
}

/// Every count of a row, in the order of [`counts_mut`].
fn counts(row: &ReconRow) -> [u64; 15] {
    counts_mut(&mut row.clone()).map(|count| *count)
}

fn counts_mut(row: &mut ReconRow) -> [&mut u64; 15] {
    [
        &mut row.landed,
        &mut row.derived,
        &mut row.inserted,
        &mut row.updated,
        &mut row.unchanged,
        &mut row.rejected,
        &mut row.held_back,
        &mut row.merged,
        &mut row.excluded,
        &mut row.found_in_portal,
        &mut row.missing,
        &mut row.different,
        &mut row.kept,
        &mut row.taken_back,
        &mut row.stays,
    ]
}

/// Columns of the first table, in the order of [`counts`].
const BALANCE_COLUMNS: [&str; 9] = [
    "column.landed",
    "column.derived",
    "column.inserted",
    "column.updated",
    "column.unchanged",
    "column.rejected",
    "column.held_back",
    "column.merged",
    "column.excluded",
];

/// The table that must balance, what does not, and a chart of it.
pub(super) fn figures(words: &Words, all: &[ReconRow], blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("recon.title")));
    blocks.push(para(words.text("recon.intro"), Tone::Plain));
    let mut columns = vec![(words.text("column.records").to_owned(), Shape::Text(1.0))];
    columns.extend(BALANCE_COLUMNS.map(|key| (words.text(key).to_owned(), Shape::Number)));
    columns.push((words.text("column.difference").to_owned(), Shape::Number));
    let mut rows: Vec<Row> = all.iter().map(balance_row).collect();
    rows.push(Row { total: true, ..balance_row(&total(words, all)) });
    blocks.push(Block::Table(Table { columns, rows }));
    if all.iter().all(|row| row.difference() == 0) {
        blocks.push(para(words.text("recon.even"), Tone::Good));
    }
    for row in all.iter().filter(|row| row.difference() != 0) {
        let args = [("entity", row.entity_title.as_str()), ("difference", &signed(row.difference()))];
        blocks.push(para(words.say("balance.off", &args), Tone::Bad));
    }
    blocks.push(Block::Chart(chart(words, all)));
}

fn balance_row(row: &ReconRow) -> Row {
    let off = row.difference() != 0;
    let mut cells: Vec<Cell> = vec![row.entity_title.clone().into()];
    let tones = [
        Tone::Plain,
        Tone::Plain,
        Tone::Plain,
        Tone::Plain,
        Tone::Plain,
        Tone::Bad,
        Tone::Warn,
        Tone::Plain,
        Tone::Plain,
    ];
    cells.extend(counts(row).into_iter().zip(tones).map(|(count, tone)| match (count, tone) {
        (1.., Tone::Plain) => grouped(count).into(),
        _ => count_cell(count, tone),
    }));
    let difference = signed(row.difference());
    cells.push(if off {
        Cell::toned(difference, Tone::Bad)
    } else {
        Cell { text: difference, tone: Tone::Quiet, bold: false }
    });
    Row { cells, total: false, alarm: off }
}

fn chart(words: &Words, rows: &[ReconRow]) -> Chart {
    let parts = [
        ("column.inserted", Shade::Strong),
        ("column.updated", Shade::Middle),
        ("column.unchanged", Shade::Light),
        ("column.rejected", Shade::Red),
        ("column.held_back", Shade::Amber),
        ("column.merged_or_excluded", Shade::Grey),
    ];
    let bar = |row: &ReconRow| {
        let out = row.merged.saturating_add(row.excluded);
        (row.entity_title.clone(), vec![row.inserted, row.updated, row.unchanged, row.rejected, row.held_back, out])
    };
    let said = rows.iter().map(|row| {
        let (ready, landed) = (grouped(row.pushed()), grouped(row.landed));
        words.say("chart.recon.alt", &[("entity", &row.entity_title), ("pushed", &ready), ("landed", &landed)])
    });
    let title = words.text("chart.reconciliation");
    Chart {
        title: title.to_owned(),
        alt: format!("{title}: {}", said.collect::<Vec<_>>().join("; ")),
        parts: parts.map(|(key, shade)| (words.text(key).to_owned(), shade)).into(),
        bars: rows.iter().map(bar).collect(),
    }
}

/// What was taken back since, and what stands: each new or changed row was reversed or stays.
fn taken(words: &Words, report: &ReconciliationReport, blocks: &mut Vec<Block>) {
    let rows: Vec<&ReconRow> = report.rows.iter().filter(|row| row.taken_out).collect();
    let Some(taken) = report.taken.as_ref().filter(|_| !rows.is_empty()) else { return };
    blocks.push(heading(1, words.text("taken.title")));
    blocks.push(para(words.say("taken.intro", &[("taken", &taken_words(words, taken))]), Tone::Warn));
    let column = |key: &str| (words.text(key).to_owned(), Shape::Number);
    let columns = vec![
        (words.text("column.records").to_owned(), Shape::Text(1.0)),
        column("column.inserted"),
        column("column.updated"),
        column("column.taken_back"),
        column("column.stays"),
        column("column.difference"),
        column("column.stands"),
    ];
    let row = |row: &ReconRow| {
        let off = row.rollback_difference();
        let counts = [row.inserted, row.updated].map(grouped).map(Cell::from);
        let mut cells: Vec<Cell> = std::iter::once(row.entity_title.clone().into()).chain(counts).collect();
        cells.extend([count_cell(row.taken_back, Tone::Plain), count_cell(row.stays, Tone::Warn)]);
        cells.push(Cell { text: signed(off), tone: if off == 0 { Tone::Quiet } else { Tone::Bad }, bold: off != 0 });
        cells.push(grouped(row.stands()).into());
        Row { cells, total: false, alarm: off != 0 }
    };
    blocks.push(Block::Table(Table { columns, rows: rows.into_iter().map(row).collect() }));
}

fn portal(words: &Words, report: &ReconciliationReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("portal.title")));
    let taken = report.rows.iter().any(|row| row.taken_out);
    let (Some(at), Some(passed)) = (report.verified_at, report.agrees_with_portal()) else {
        let key = if taken { "portal.not_verified_since" } else { "portal.not_verified" };
        blocks.push(para(words.text(key), Tone::Warn));
        return;
    };
    let kept = report.rows.iter().any(|row| row.kept > 0);
    let (key, tone) = match (passed, kept) {
        (false, _) => ("portal.failed", Tone::Bad),
        (true, true) => ("portal.kept", Tone::Plain),
        (true, false) => ("portal.passed", Tone::Plain),
    };
    blocks.push(para(words.say(key, &[("at", &date_time(words, at))]), tone));
    if taken {
        blocks.push(para(words.text("portal.taken"), Tone::Plain));
    }
    let column = |key: &str| (words.text(key).to_owned(), Shape::Number);
    let columns = vec![
        (words.text("column.records").to_owned(), Shape::Text(1.0)),
        column("column.pushed"),
        column("column.found"),
        column("column.missing"),
        column("column.different"),
        column("column.kept_value"),
    ];
    let compared: Vec<ReconRow> = report.rows.iter().filter(|row| !row.taken_out).cloned().collect();
    let mut rows: Vec<Row> = compared.iter().map(portal_row).collect();
    rows.push(Row { total: true, ..portal_row(&total(words, &compared)) });
    blocks.push(Block::Table(Table { columns, rows }));
}

fn portal_row(row: &ReconRow) -> Row {
    let cells = vec![
        row.entity_title.clone().into(),
        grouped(row.pushed()).into(),
        grouped(row.found_in_portal).into(),
        count_cell(row.missing, Tone::Bad),
        count_cell(row.different, Tone::Bad),
        count_cell(row.kept, Tone::Plain),
    ];
    Row { cells, total: false, alarm: !row.agrees_with_portal() }
}

/// Lists rejects, of which there are `all`; gives how many rows may still be listed.
pub(super) fn rejects(words: &Words, rejects: &[RejectRow], all: u64, listed: usize, blocks: &mut Vec<Block>) -> usize {
    blocks.push(heading(2, words.text("rejects.title")));
    if rejects.is_empty() {
        blocks.push(para(words.text("rejects.none"), Tone::Plain));
        return listed;
    }
    let shown = rejects.len().min(listed);
    blocks.push(para(listed_words(words, shown, (all as usize).max(rejects.len())), Tone::Quiet));
    let columns = vec![
        (words.text("column.records").to_owned(), Shape::Label),
        (words.text("column.file").to_owned(), Shape::Text(1.0)),
        (words.text("column.row").to_owned(), Shape::Number),
        (words.text("column.reason").to_owned(), Shape::Text(1.8)),
    ];
    let row = |reject: &RejectRow| Row {
        cells: vec![
            entity_cell(words, &reject.entity),
            file_cell(&reject.file, &reject.table),
            row_cell(reject.row),
            reject.reason.clone().into(),
        ],
        ..Row::default()
    };
    blocks.push(Block::Table(Table { columns, rows: rejects[..shown].iter().map(row).collect() }));
    listed - shown
}

/// Lists fields that differ, of which there are `all`; gives how many rows may still be listed.
fn differences(words: &Words, (rows, all): (&[DiffRow], u64), listed: usize, blocks: &mut Vec<Block>) -> usize {
    blocks.push(heading(2, words.text("differences.title")));
    if rows.is_empty() {
        blocks.push(para(words.text("differences.none"), Tone::Plain));
        return listed;
    }
    fields(words, (rows, all), listed, blocks)
}

/// Fields of which the portal keeps its own value because the policy says so.
fn kept(words: &Words, report: &ReconciliationReport, listed: usize, blocks: &mut Vec<Block>) {
    if report.policies.is_empty() && report.kept.is_empty() {
        return;
    }
    blocks.push(heading(2, words.text("kept.title")));
    blocks.push(para(words.text("kept.intro"), Tone::Plain));
    blocks.push(Block::List(report.policies.clone()));
    if !report.kept.is_empty() {
        fields(words, (&report.kept, report.kept_total), listed, blocks);
    }
}

fn fields(words: &Words, (rows, all): (&[DiffRow], u64), listed: usize, blocks: &mut Vec<Block>) -> usize {
    let shown = rows.len().min(listed);
    blocks.push(para(listed_words(words, shown, (all as usize).max(rows.len())), Tone::Quiet));
    let columns = vec![
        (words.text("column.records").to_owned(), Shape::Label),
        (words.text("column.key").to_owned(), Shape::Text(1.0)),
        (words.text("column.field").to_owned(), Shape::Text(0.9)),
        (words.text("column.staged").to_owned(), Shape::Text(1.2)),
        (words.text("column.in_portal").to_owned(), Shape::Text(1.2)),
    ];
    let row = |row: &DiffRow| {
        let texts = [&row.key, &row.field, &row.staged, &row.portal].map(|text| text.clone().into());
        let cells = std::iter::once(entity_cell(words, &row.entity)).chain(texts).collect();
        Row { cells, ..Row::default() }
    };
    blocks.push(Block::Table(Table { columns, rows: rows.iter().take(shown).map(row).collect() }));
    listed - shown
}

/// The report as JSON.
pub(super) fn json(report: &ReconciliationReport) -> Value {
    json!({
        "head": head_json(&report.head),
        "portal": report.portal,
        "batch": report.batch,
        "pushedAt": time(report.pushed_at),
        "pushedBy": report.pushed_by,
        "state": report.state,
        "balances": report.balances(),
        "rows": report.rows.iter().map(row_json).collect::<Vec<_>>(),
        "verifiedAt": report.verified_at.map(time),
        "verifiedPassed": report.verified_passed,
        "takenBackAt": report.taken.as_ref().and_then(|taken| taken.at).map(time),
        "takenBackBy": report.taken.as_ref().map(|taken| &taken.by),
        "rejects": report.rejects.iter().map(reject_json).collect::<Vec<_>>(),
        "rejectsTotal": report.rejects_total,
        "differences": report.differences.iter().map(difference_json).collect::<Vec<_>>(),
        "differencesTotal": report.differences_total,
        "policies": report.policies,
        "kept": report.kept.iter().map(difference_json).collect::<Vec<_>>(),
        "keptTotal": report.kept_total,
        "chosen": chosen_json(&report.chosen),
    })
}

/// A row of the balance as JSON.
pub(super) fn row_json(row: &ReconRow) -> Value {
    json!({
        "entityTitle": row.entity_title,
        "landed": row.landed,
        "inserted": row.inserted,
        "updated": row.updated,
        "unchanged": row.unchanged,
        "rejected": row.rejected,
        "heldBack": row.held_back,
        "merged": row.merged,
        "excluded": row.excluded,
        "derived": row.derived,
        "foundInPortal": row.found_in_portal,
        "missing": row.missing,
        "different": row.different,
        "kept": row.kept,
        "takenBack": row.taken_back,
        "stays": row.stays,
        "stands": row.stands(),
        "balances": row.balances(),
    })
}

/// A reject as JSON.
pub(super) fn reject_json(row: &RejectRow) -> Value {
    json!({ "entity": row.entity, "file": row.file, "table": row.table, "row": row.row, "reason": row.reason })
}

fn difference_json(row: &DiffRow) -> Value {
    json!({ "entity": row.entity, "key": row.key, "field": row.field, "staged": row.staged, "portal": row.portal })
}
