//! Landing as a whole: rows come back as they went in, half-done work goes, finished work stays.

use model::{CellKind, RowBlock, Silent};

use super::fixture::{act, at, begin_landing, bring_in, change, draft, dump, land, map, project, put_all, slot, value};
use super::*;
use crate::change_log::{self, ROOT};
use crate::records::{self, RecordWriter};
use crate::{Error, receipts};

const ROWS: [&[&str]; 5] = [
    &["Ali Rekaan", "120101010001"],
    &["Siti Rekaan", "120101010002"],
    &["Ah Meng Rekaan", "120101010003"],
    &["Muthu Rekaan", ""],
    &["", "x"],
];

#[test]
fn rows_come_back_exactly_in_blocks_pages_and_alone() {
    let project = project();
    let conn = project.connection();
    let (batch, table) = land(conn, "murid.csv", &["nama", "ic"], &ROWS);
    let all: Vec<(u64, usize)> =
        blocks(conn, table).map(|block| block.map(|(first, block)| (first, block.len())).expect("a block")).collect();
    assert_eq!(all, [(0, 3), (3, 2)], "both blocks, in order");
    let row = row(conn, table, 3).expect("reads").expect("there");
    assert_eq!((row.number, row.cells[0].text.as_str()), (5, "Muthu Rekaan"), "random access crosses blocks");
    assert_eq!(row.cells[1].kind, CellKind::Empty, "a blank cell stays blank");
    let page = raw_page(conn, table, 2, 2).expect("reads");
    assert_eq!(page.iter().map(|row| row.index).collect::<Vec<_>>(), [2, 3], "a page crosses blocks too");
    assert!(raw_page(conn, table, 9, 5).expect("reads").is_empty(), "behind the end there is nothing");
    let info = super::table(conn, table).expect("reads");
    assert_eq!((info.landed, info.batch, info.headers.len()), (5, batch, 2));
    let again = find_by_sha256(conn, "murid.csv").expect("reads").expect("the same bytes were here");
    assert_eq!((again.name.as_str(), again.batch), ("murid.csv", batch));
}

#[test]
fn landed_rows_cannot_be_changed_or_picked_out() {
    let project = project();
    let conn = project.connection();
    land(conn, "murid.csv", &["nama", "ic"], &ROWS);
    assert!(conn.execute("UPDATE raw_block SET rows = 1", []).is_err(), "an update is refused");
    assert!(conn.execute("DELETE FROM raw_block", []).is_err(), "a delete is refused");
}

#[test]
fn skipped_rows_are_capped_and_their_total_is_not() {
    let project = project();
    let conn = project.connection();
    let (mut landing, table) = begin_landing(conn, "murid.csv", &["nama"], &[&["Ali Rekaan"]]);
    let skipped = Skipped { row: 3, reason: Said { key: "skip.blank".to_owned(), args: Vec::new() } };
    let summary = TableSummary { skipped_total: 5_000, skipped: vec![skipped; 5_000], notes: Vec::new() };
    landing.finish_table(&summary).expect("ends");
    landing.finish(at()).expect("finishes");
    let info = super::table(conn, table).expect("reads");
    assert_eq!((info.skipped_total, info.skipped.len()), (5_000, MOST_SKIPPED));
}

#[test]
fn a_killed_import_is_taken_out_whole_and_the_others_stay() {
    let project = project();
    let conn = project.connection();
    let (_, kept) = bring_in(conn, "guru.csv", "teachers", &["full_name"], &[&["Cikgu Rekaan"]]);
    let before = dump(conn);
    let (mut landing, table) = begin_landing(conn, "murid.csv", &["nama", "ic"], &ROWS);
    // Enough rows for a first portion to be committed before the "kill".
    let mut block = RowBlock::new();
    (0..60_000).for_each(|row| block.push_text_row(row + 7, ["Rekaan"]));
    landing.append(&block).expect("appends");
    drop(landing);
    let removed = recover(conn, &Silent).expect("recovers");
    assert_eq!(removed.files, ["murid.csv"], "it says what was removed");
    assert_eq!(removed.rows, 60_005, "the committed portion was there, and is counted");
    let left: i64 = conn
        .query_row("SELECT count(*) FROM raw_block WHERE table_id = ?1", [table], |row| row.get(0))
        .expect("counts");
    assert_eq!(left, 0, "nothing of it is left");
    assert_eq!((dump(conn), super::table(conn, kept).expect("reads").landed), (before, 1), "the other import stays");
    assert_eq!(recover(conn, &Silent).expect("recovers"), Removed::default(), "there is nothing left to recover");
    assert_eq!(find_by_sha256(conn, "murid.csv").expect("reads"), None, "the file may come again");
}

#[test]
fn an_abandoned_import_leaves_nothing() {
    let project = project();
    let conn = project.connection();
    let (landing, _) = begin_landing(conn, "murid.csv", &["nama", "ic"], &ROWS);
    landing.abandon().expect("abandons");
    assert!(tables(conn, None).expect("reads").is_empty(), "no table is left");
    let left: i64 = conn.query_row("SELECT count(*) FROM raw_block", [], |row| row.get(0)).expect("counts");
    assert_eq!(left, 0, "no row is left");
}

#[test]
fn a_killed_mapping_is_taken_back_and_its_landed_rows_stay() {
    let project = project();
    let conn = project.connection();
    let (_, table) = land(conn, "murid.csv", &["nama", "ic"], &ROWS);
    let slots = vec![slot("students", &["full_name", "national_id"])];
    let mut writer = RecordWriter::begin(conn, table, slots, None, &Silent).expect("begins");
    // Over a portion of 50,000, so that records are in the file when the program is "killed".
    for row in 0..70_000 {
        let at = records::RowAt { index: row, number: row + 2 };
        writer.put(0, at, &["Rekaan", ""], &[]).expect("puts");
    }
    drop(writer);
    let there: i64 = conn.query_row("SELECT count(*) FROM rec_students", [], |row| row.get(0)).expect("counts");
    assert!(there >= 50_000, "the test is only worth something with committed records: {there}");
    let removed = recover(conn, &Silent).expect("recovers");
    assert_eq!((removed.half_mapped.as_slice(), removed.records), ([table].as_slice(), there as u64));
    assert_eq!(dump(conn), "", "no record is left");
    assert_eq!(super::table(conn, table).expect("reads").landed, 5, "the landed rows are");
    let mapped = map(conn, table, "students", &["full_name", "national_id"]);
    assert_eq!((mapped.with_record, mapped.without_record), (4, 1), "and it can be mapped again");
    let first: i64 = conn.query_row("SELECT min(id) FROM rec_students", [], |row| row.get(0)).expect("reads");
    assert!(first > there, "numbers are never given twice");
}

#[test]
fn removing_an_import_takes_back_what_others_say_about_it() {
    let project = project();
    let conn = project.connection();
    let (first, _) =
        bring_in(conn, "a.csv", "students", &["full_name", "national_id"], &[&["Ali Rekaan", "120101010001"]]);
    let links = [["120101010001", "x"]];
    bring_in(conn, "b.csv", "student_guardians", &["student", "guardian"], &[&links[0]]);
    records::resolve_references(conn, "student_guardians", &Silent).expect("resolves");
    assert_eq!(value(conn, "student_guardians", 1, "student_id").as_deref(), Some("1"), "the link is there");
    let removed = remove_batch(conn, first, &act(), &Silent).expect("removes");
    assert_eq!((removed.rows, removed.records), (1, 1));
    assert_eq!(value(conn, "student_guardians", 1, "student_id"), None, "a link to nobody is no link");
    assert_eq!(value(conn, "student_guardians", 1, "student").as_deref(), Some("120101010001"), "the text stays");
    assert_eq!(change_log::head(conn).expect("reads"), ROOT, "the log knew nothing of it and is not sealed");
    assert!(matches!(remove_batch(conn, first, &act(), &Silent), Err(Error::NotFound { .. })), "only once");
}

#[test]
fn removing_changed_records_seals_the_log_and_pushed_ones_are_refused() {
    let project = project();
    let conn = project.connection();
    let (batch, table) = bring_in(conn, "a.csv", "students", &["full_name"], &[&["Ali Rekaan"], &["Siti Rekaan"]]);
    change_log::apply(conn, &draft("edit"), [change("students", 1, "full_name", "Ali bin Rekaan")], &Silent)
        .expect("applies");
    let slots = vec![slot("students", &["full_name"])];
    let again = RecordWriter::begin(conn, table, slots.clone(), None, &Silent).map(drop);
    assert!(matches!(again, Err(Error::RecordsChanged { .. })), "changed records are not lost unasked: {again:?}");
    receipts::prepare(conn, "p1", "postgres://x", &act()).expect("prepares");
    let pushed = receipts::Pushed {
        entity: "students".to_owned(),
        record: 2,
        target: "u".to_owned(),
        outcome: "inserted".to_owned(),
    };
    receipts::save_pushed(conn, "p1", [pushed]).expect("saves");
    let refused = remove_batch(conn, batch, &act(), &Silent);
    assert!(matches!(refused, Err(Error::RecordsPushed { .. })), "the portal has them: {refused:?}");
    receipts::set_state(conn, "p1", receipts::PushState::RolledBack).expect("rolls back");
    let mut writer = RecordWriter::begin(conn, table, slots, Some(&act()), &Silent).expect("forced");
    put_all(conn, &mut writer, table);
    writer.finish(at()).expect("finishes");
    assert_eq!(value(conn, "students", 3, "full_name").as_deref(), Some("Ali Rekaan"), "mapped anew, from the source");
    assert!(matches!(change_log::undo(conn, &Silent), Err(Error::StepSealed { .. })), "there is nothing to undo it on");
}
