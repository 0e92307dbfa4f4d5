//! What all reports share: the frame of a document, its sign-off, and the words for a place in a file.

use model::Words;
use serde_json::{Value, json};

use crate::doc::{Block, Cell, Doc, Row, Shape, Signatures, Table, Tone};
use crate::input::{BatchPart, ChosenPart, SchoolHead};
use crate::say::{date_time, grouped};

/// A document around `blocks`, with its foot and properties.
pub(crate) fn frame(words: &Words, head: &SchoolHead, title: &str, blocks: Vec<Block>) -> Doc {
    Doc {
        title: format!("{title} \u{2013} {}", head.school),
        author: head.prepared_by.clone(),
        creator: format!("Daftar {}", head.daftar_version),
        lang: head.lang,
        made_at: head.generated_at,
        page_words: words.text("page").to_owned(),
        foot: format!("{title}  \u{B7}  {}", crate::say::isolate(&head.school)),
        blocks,
    }
}

/// The small print of a cover that every report has.
pub(super) fn head_facts(words: &Words, head: &SchoolHead) -> Vec<(String, String)> {
    let fact = |key: &str, value: String| (words.text(key).to_owned(), value);
    let mut facts =
        vec![fact("fact.made", date_time(words, head.generated_at)), fact("fact.by", head.prepared_by.clone())];
    if !head.code.is_empty() {
        facts.push(fact("fact.code", head.code.clone()));
    }
    facts.push(fact("fact.project", head.project_file.clone()));
    facts.push(fact("fact.version", format!("Daftar {}", head.daftar_version)));
    facts
}

/// The small print of a cover about one push, then that which every report has.
pub(super) fn batch_facts(words: &Words, head: &SchoolHead, batch: &BatchPart) -> Vec<(String, String)> {
    let fact = |key: &str, value: String| (words.text(key).to_owned(), value);
    let (at, by) = (date_time(words, batch.at), crate::say::isolate(&batch.by));
    let mut facts = vec![
        fact("fact.portal", batch.portal.clone()),
        fact("fact.batch", format!("{}  \u{B7}  {}", batch.id, batch.state_title)),
        fact("fact.pushed", words.say("fact.pushed_by", &[("at", at.as_str()), ("by", &by)])),
    ];
    facts.extend(head_facts(words, head));
    facts
}

/// A moment as JSON has it.
pub(super) fn time(at: chrono::NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Whose report it is, as JSON.
pub(super) fn head_json(head: &SchoolHead) -> Value {
    json!({
        "school": head.school,
        "code": head.code,
        "projectFile": head.project_file,
        "generatedAt": time(head.generated_at),
        "preparedBy": head.prepared_by,
        "daftarVersion": head.daftar_version,
        "lang": head.lang.code(),
    })
}

/// Which push, as JSON.
pub(super) fn batch_json(batch: &BatchPart) -> Value {
    json!({
        "id": batch.id, "portal": batch.portal, "at": time(batch.at), "by": batch.by, "state": batch.state,
        "stateTitle": batch.state_title,
    })
}

/// Says how many of how many are listed, where not all are.
pub(super) fn listed_words(words: &Words, shown: usize, all: usize) -> String {
    let key = if shown < all { "listed.first" } else { "listed.all" };
    words.say(key, &[("shown", &grouped(shown as u64)), ("total", &grouped(all as u64))])
}

/// The block that people sign.
pub(super) fn signatures(words: &Words, head: &SchoolHead, intro: &str) -> Block {
    let text = |key: &str| words.text(key).to_owned();
    Block::Signatures(Signatures {
        title: text("sign.title"),
        intro: intro.to_owned(),
        people: vec![
            (text("sign.prepared"), head.prepared_by.clone()),
            (text("sign.checked"), String::new()),
            (text("sign.principal"), String::new()),
        ],
        lines: [text("sign.name"), text("sign.position"), text("sign.signature"), text("sign.date")],
        stamp: text("sign.stamp"),
    })
}

/// File and sheet in one cell, one below the other.
pub(super) fn file_cell(file: &str, table: &str) -> Cell {
    let text = if table.is_empty() || table == file { file.to_owned() } else { format!("{file}\n{table}") };
    Cell { text, tone: Tone::Quiet, bold: false }
}

/// The name of a kind of record for its code; the code itself where it is none of ours.
pub(super) fn entity_cell(words: &Words, code: &str) -> Cell {
    let key = format!("entity.{code}");
    if words.has(&key) { words.text(&key).into() } else { code.into() }
}

/// A row's number; nothing for what has no row.
pub(super) fn row_cell(row: u64) -> Cell {
    if row == 0 { Cell::default() } else { grouped(row).into() }
}

/// A count that is quiet where it is nothing, and of `tone` where it is not.
pub(super) fn count_cell(count: u64, tone: Tone) -> Cell {
    if count == 0 {
        Cell { text: "0".to_owned(), tone: Tone::Quiet, bold: false }
    } else {
        Cell::toned(grouped(count), tone)
    }
}

/// What people chose where no file says it, each with who, when, why and in how many records; and apart from it, what
/// nobody chose and Daftar proposed when the columns were matched.
pub(super) fn chosen(words: &Words, parts: &[ChosenPart], blocks: &mut Vec<Block>) {
    let (proposed, chosen): (Vec<_>, Vec<_>) = parts.iter().partition(|part| part.by.is_empty());
    blocks.push(heading(2, words.text("chosen.title")));
    let intro = match (chosen.is_empty(), proposed.is_empty()) {
        (true, true) => "chosen.none",
        (true, false) => "chosen.nobody",
        (false, _) => "chosen.intro",
    };
    blocks.push(para(words.text(intro), Tone::Plain));
    if !chosen.is_empty() {
        blocks.push(chosen_table(words, &chosen, true));
    }
    if !proposed.is_empty() {
        blocks.push(heading(3, words.text("chosen.proposed")));
        blocks.push(para(words.text("chosen.proposed.intro"), Tone::Plain));
        blocks.push(chosen_table(words, &proposed, false));
    }
}

/// One row for each of `parts`; who and when where people `decided`.
fn chosen_table(words: &Words, parts: &[&ChosenPart], decided: bool) -> Block {
    let column = |key: &str, shape| (words.text(key).to_owned(), shape);
    let mut columns = vec![column("column.chosen", Shape::Text(1.8)), column("column.in_records", Shape::Number)];
    if decided {
        columns.extend([column("column.by", Shape::Label), column("column.when", Shape::Label)]);
    }
    columns.push(column("column.reason", Shape::Text(1.2)));
    let row = |part: &&ChosenPart| {
        let mut cells = vec![part.what.clone().into(), grouped(part.records).into()];
        if decided {
            let when = part.at.map_or_else(String::new, |at| date_time(words, at));
            cells.extend([part.by.clone().into(), when.into()]);
        }
        cells.push(part.reason.clone().into());
        Row { cells, ..Row::default() }
    };
    Block::Table(Table { columns, rows: parts.iter().map(row).collect() })
}

/// The same as JSON.
pub(super) fn chosen_json(parts: &[ChosenPart]) -> Value {
    let part = |part: &ChosenPart| {
        json!({
            "what": part.what, "records": part.records, "by": part.by, "at": part.at.map(time), "reason": part.reason,
        })
    };
    parts.iter().map(part).collect()
}

/// A heading.
pub(super) fn heading(level: u8, text: impl Into<String>) -> Block {
    Block::Heading { level, text: text.into() }
}

/// A paragraph.
pub(super) fn para(text: impl Into<String>, tone: Tone) -> Block {
    Block::Para { text: text.into(), tone }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entity_has_a_name_in_every_language() {
        for lang in model::Lang::ALL {
            let words = crate::say::words(lang);
            for entity in model::entities::ALL {
                assert_ne!(
                    entity_cell(&words, entity.code).text,
                    entity.code,
                    "{} has no name in {lang:?}",
                    entity.code
                );
            }
        }
    }
}
