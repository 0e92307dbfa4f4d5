//! The validation report: every check with its figure, every finding with its place, worst first.

use model::{Severity, Words};
use serde_json::{Value, json};

use super::shared::{
    chosen, chosen_json, count_cell, file_cell, frame, head_facts, heading, para, row_cell, signatures,
};
use super::{Format, Kind};
use crate::doc::{Block, Cell, Chart, Cover, Doc, Row, Shade, Shape, Table, Tone};
use crate::input::{BalanceRow, CheckPart, Detail, SectionPart, ValidationReport, Waiver};
use crate::say::{date_time, grouped, isolate, short_checksum, signed, words};

/// This report.
pub(super) const KIND: Kind = Kind { code: "validation", formats: &Format::ALL };

/// The report as blocks, with at most `listed` findings.
pub(super) fn doc(report: &ValidationReport, listed: usize) -> Doc {
    let words = words(report.head.lang);
    let title = words.text("validation.title").to_owned();
    let mut blocks = vec![Block::Cover(cover(&words, report, &title))];
    balance(&words, report, &mut blocks);
    checks(&words, report, &mut blocks);
    findings(&words, report, listed, &mut blocks);
    sources(&words, report, &mut blocks);
    chosen(&words, &report.chosen, &mut blocks);
    waivers(&words, report, &mut blocks);
    blocks.push(signatures(&words, &report.head, words.text("validation.sign")));
    frame(&words, &report.head, &title, blocks)
}

fn cover(words: &Words, report: &ValidationReport, title: &str) -> Cover {
    let summary = report.summary;
    let (tone, key) = match (report.balances(), report.overall_passed, summary.warnings) {
        (false, ..) => (Tone::Bad, "off"),
        (true, false, _) => (Tone::Bad, "failed"),
        (true, true, 0) => (Tone::Good, "passed"),
        (true, true, _) => (Tone::Warn, "warned"),
    };
    let sum = |of: fn(&BalanceRow) -> u64| report.balance.iter().map(of).fold(0, u64::saturating_add);
    let figure = |key: &str, count: u64, tone: Tone| {
        let tone = if count == 0 { Tone::Plain } else { tone };
        (words.text(key).to_owned(), grouped(count), tone)
    };
    let counts = [grouped(summary.total_checks), grouped(summary.failed), grouped(summary.warnings)];
    let args = [("total", counts[0].as_str()), ("failed", &counts[1]), ("warnings", &counts[2])];
    Cover {
        kicker: words.text("kicker").to_owned(),
        title: title.to_owned(),
        school: report.head.school.clone(),
        tone,
        verdict: words.text(&format!("validation.verdict.{key}")).to_owned(),
        because: words.say(&format!("validation.because.{key}"), &args),
        figures: vec![
            figure("figure.checks", summary.total_checks, Tone::Plain),
            figure("figure.passed", summary.passed, Tone::Plain),
            figure("figure.failed", summary.failed, Tone::Bad),
            figure("figure.warnings", summary.warnings, Tone::Warn),
            figure("figure.landed", sum(|row| row.landed), Tone::Plain),
            figure("figure.ready", sum(|row| row.ready), Tone::Plain),
            figure("figure.held_back", sum(|row| row.held_back), Tone::Warn),
            figure("figure.findings", total_findings(report), Tone::Plain),
        ],
        facts: head_facts(words, &report.head),
    }
}

fn total_findings(report: &ValidationReport) -> u64 {
    failed_checks(report).iter().map(|check| check.total()).fold(0, u64::saturating_add)
}

fn balance(words: &Words, report: &ValidationReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("balance.title")));
    blocks.push(para(words.text("balance.intro"), Tone::Plain));
    let column = |key: &str| (words.text(key).to_owned(), Shape::Number);
    let columns = vec![
        (words.text("column.records").to_owned(), Shape::Text(1.0)),
        column("column.landed"),
        column("column.ready"),
        column("column.held_back"),
        column("column.merged"),
        column("column.excluded"),
        (words.text("column.balance").to_owned(), Shape::Label),
    ];
    let mut rows: Vec<Row> = report.balance.iter().map(|row| balance_row(words, row)).collect();
    rows.push(Row { total: true, ..balance_row(words, &balance_total(words, report)) });
    blocks.push(Block::Table(Table { columns, rows }));
    for row in report.balance.iter().filter(|row| row.difference() != 0) {
        let args = [("entity", row.entity_title.as_str()), ("difference", &signed(row.difference()))];
        blocks.push(para(words.say("balance.off", &args), Tone::Bad));
    }
    blocks.push(Block::Chart(chart(words, report)));
}

fn balance_row(words: &Words, row: &BalanceRow) -> Row {
    let off = row.difference() != 0;
    let verdict = if off {
        words.say("balance.row.off", &[("difference", &signed(row.difference()))])
    } else {
        words.text("balance.row.even").to_owned()
    };
    let cells = vec![
        row.entity_title.clone().into(),
        grouped(row.landed).into(),
        grouped(row.ready).into(),
        count_cell(row.held_back, Tone::Warn),
        count_cell(row.merged, Tone::Plain),
        count_cell(row.excluded, Tone::Plain),
        Cell::toned(verdict, if off { Tone::Bad } else { Tone::Good }),
    ];
    Row { cells, total: false, alarm: off }
}

fn balance_total(words: &Words, report: &ValidationReport) -> BalanceRow {
    let mut total = BalanceRow { entity_title: words.text("total").to_owned(), ..BalanceRow::default() };
    for row in &report.balance {
        total.landed = total.landed.saturating_add(row.landed);
        total.ready = total.ready.saturating_add(row.ready);
        total.held_back = total.held_back.saturating_add(row.held_back);
        total.merged = total.merged.saturating_add(row.merged);
        total.excluded = total.excluded.saturating_add(row.excluded);
    }
    total
}

fn chart(words: &Words, report: &ValidationReport) -> Chart {
    let part = |key: &str, shade: Shade| (words.text(key).to_owned(), shade);
    let bar = |row: &BalanceRow| (row.entity_title.clone(), vec![row.ready, row.held_back, row.merged, row.excluded]);
    let said: Vec<String> = report.balance.iter().map(|row| chart_words(words, row)).collect();
    Chart {
        title: words.text("chart.validation").to_owned(),
        alt: format!("{}: {}", words.text("chart.validation"), said.join("; ")),
        parts: vec![
            part("column.ready", Shade::Strong),
            part("column.held_back", Shade::Amber),
            part("column.merged", Shade::Light),
            part("column.excluded", Shade::Grey),
        ],
        bars: report.balance.iter().map(bar).collect(),
    }
}

fn chart_words(words: &Words, row: &BalanceRow) -> String {
    let (ready, landed) = (grouped(row.ready), grouped(row.landed));
    words.say("chart.alt", &[("entity", &row.entity_title), ("ready", &ready), ("landed", &landed)])
}

fn checks(words: &Words, report: &ValidationReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("checks.title")));
    blocks.push(para(words.text("checks.intro"), Tone::Plain));
    for section in &report.sections {
        blocks.push(heading(2, section.name.clone()));
        let columns = vec![
            (words.text("column.check").to_owned(), Shape::Text(1.1)),
            (words.text("column.result").to_owned(), Shape::Label),
            (words.text("column.findings").to_owned(), Shape::Number),
            (words.text("column.measured").to_owned(), Shape::Text(1.5)),
        ];
        let rows = section.checks.iter().map(|check| check_row(words, check)).collect();
        blocks.push(Block::Table(Table { columns, rows }));
    }
}

/// The word and the tone for how a check came out.
fn outcome(words: &Words, check: &CheckPart) -> Cell {
    let (key, tone) = match (check.passed, &check.waived, check.severity) {
        (true, _, _) => ("outcome.passed", Tone::Good),
        (false, Some(_), _) => ("outcome.waived", Tone::Warn),
        (false, None, Severity::Critical) => ("outcome.critical", Tone::Bad),
        (false, None, Severity::Warning) => ("outcome.warning", Tone::Warn),
        (false, None, Severity::Note) => ("outcome.note", Tone::Quiet),
    };
    Cell::toned(words.text(key), tone)
}

fn check_row(words: &Words, check: &CheckPart) -> Row {
    let result = outcome(words, check);
    let count = count_cell(check.total(), result.tone);
    Row { cells: vec![check.check.clone().into(), result, count, check.measured.clone().into()], ..Row::default() }
}

/// Checks with findings, the worst first, and of equals the one with most.
fn failed_checks(report: &ValidationReport) -> Vec<&CheckPart> {
    let checks = report.sections.iter().flat_map(|section| &section.checks);
    let mut failed: Vec<&CheckPart> = checks.filter(|check| !check.passed || !check.details.is_empty()).collect();
    failed.sort_by_key(|check| (check.severity, std::cmp::Reverse(check.total())));
    failed
}

fn findings(words: &Words, report: &ValidationReport, listed: usize, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("findings.title")));
    let failed = failed_checks(report);
    if failed.is_empty() {
        blocks.push(para(words.text("findings.none"), Tone::Plain));
        return;
    }
    let there: usize = failed.iter().map(|check| check.details.len()).sum();
    let (shown, total) = (there.min(listed) as u64, total_findings(report));
    let key = if shown < total { "findings.first" } else { "findings.all" };
    let args = [("shown", grouped(shown)), ("total", grouped(total))];
    let args = [("shown", args[0].1.as_str()), ("total", args[1].1.as_str())];
    blocks.push(para(words.say(key, &args), Tone::Plain));
    let mut left = listed;
    for check in failed {
        let fits = check.details.len().min(left);
        left -= fits;
        check_findings(words, check, &check.details[..fits], blocks);
    }
}

fn check_findings(words: &Words, check: &CheckPart, details: &[Detail], blocks: &mut Vec<Block>) {
    blocks.push(heading(2, check.check.clone()));
    let (shown, total) = (grouped(details.len() as u64), grouped(check.total()));
    let key = if (details.len() as u64) < check.total() { "findings.check.first" } else { "findings.check.all" };
    let result = outcome(words, check);
    let said = words.say(key, &[("shown", &shown), ("total", &total)]);
    blocks.push(para(format!("{}  \u{B7}  {said}", result.text), Tone::Quiet));
    if let Some(waiver) = &check.waived {
        blocks.push(para(waiver_words(words, waiver), Tone::Warn));
    }
    if details.is_empty() {
        return;
    }
    let columns = vec![
        (words.text("column.file").to_owned(), Shape::Text(1.15)),
        (words.text("column.row").to_owned(), Shape::Number),
        (words.text("column.column").to_owned(), Shape::Label),
        (words.text("column.value").to_owned(), Shape::Text(1.1)),
        (words.text("column.message").to_owned(), Shape::Text(1.7)),
    ];
    blocks.push(Block::Table(Table { columns, rows: details.iter().map(detail_row).collect() }));
}

fn waiver_words(words: &Words, waiver: &Waiver) -> String {
    let at = date_time(words, waiver.at);
    words.say("findings.waived", &[("by", &isolate(&waiver.by)), ("reason", &isolate(&waiver.reason)), ("at", &at)])
}

fn detail_row(detail: &Detail) -> Row {
    let cells = vec![
        file_cell(&detail.file, &detail.table),
        row_cell(detail.row),
        detail.column.clone().into(),
        Cell::bold(detail.value.clone()),
        detail.message.clone().into(),
    ];
    Row { cells, ..Row::default() }
}

fn sources(words: &Words, report: &ValidationReport, blocks: &mut Vec<Block>) {
    blocks.push(heading(1, words.text("sources.title")));
    blocks.push(para(words.text("sources.intro"), Tone::Plain));
    let columns = vec![
        (words.text("column.file").to_owned(), Shape::Text(1.5)),
        (words.text("column.table").to_owned(), Shape::Text(1.0)),
        (words.text("column.format").to_owned(), Shape::Label),
        (words.text("column.encoding").to_owned(), Shape::Label),
        (words.text("column.rows").to_owned(), Shape::Number),
        (words.text("column.sha256").to_owned(), Shape::Label),
    ];
    let rows = report.sources.iter().map(|source| {
        let sum = Cell { text: short_checksum(&source.sha256), tone: Tone::Quiet, bold: false };
        let texts = [&source.file, &source.table, &source.format, &source.encoding];
        let mut cells: Vec<Cell> = texts.map(|text| text.clone().into()).into();
        cells.extend([grouped(source.rows).into(), sum]);
        Row { cells, ..Row::default() }
    });
    blocks.push(Block::Table(Table { columns, rows: rows.collect() }));
}

fn waivers(words: &Words, report: &ValidationReport, blocks: &mut Vec<Block>) {
    if report.waivers.is_empty() {
        return;
    }
    blocks.push(heading(2, words.text("waivers.title")));
    blocks.push(para(words.text("waivers.intro"), Tone::Plain));
    blocks.push(Block::List(report.waivers.clone()));
}

/// The report as JSON, with the keys that `daftar validate --json` prints.
pub(super) fn json(report: &ValidationReport) -> Value {
    let summary = report.summary;
    json!({
        "generatedAt": report.head.generated_at.format("%Y-%m-%dT%H:%M:%S").to_string(),
        "overallPassed": report.overall_passed,
        "summary": {
            "totalChecks": summary.total_checks,
            "passed": summary.passed,
            "failed": summary.failed,
            "warnings": summary.warnings,
        },
        "sections": report.sections.iter().map(section_json).collect::<Vec<_>>(),
        "waivers": report.waivers,
        "chosen": chosen_json(&report.chosen),
    })
}

fn section_json(section: &SectionPart) -> Value {
    let checks: Vec<Value> = section.checks.iter().map(check_json).collect();
    json!({ "name": section.name, "checks": checks })
}

fn check_json(check: &CheckPart) -> Value {
    let mut value = json!({
        "check": check.check,
        "code": check.code,
        "severity": check.severity.code(),
        "passed": check.passed,
        "count": check.count,
        "measured": check.measured,
        "details": check.details.iter().map(detail_json).collect::<Vec<_>>(),
    });
    if let Some(total) = check.truncated {
        value["truncated"] = total.into();
    }
    if let Some(waiver) = &check.waived {
        let at = waiver.at.format("%Y-%m-%dT%H:%M:%S").to_string();
        value["waived"] = json!({ "by": waiver.by, "reason": waiver.reason, "at": at });
    }
    value
}

fn detail_json(detail: &Detail) -> Value {
    json!({
        "entity": detail.entity,
        "record": Some(&detail.record).filter(|record| !record.is_empty()),
        "file": detail.file,
        "table": detail.table,
        "row": detail.row,
        "column": detail.column,
        "value": detail.value,
        "message": detail.message,
    })
}
