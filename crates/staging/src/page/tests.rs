//! Pages as a whole: the right rows at any offset, in any view, and never a stale one.

use std::time::Instant;

use model::Silent;

use super::*;
use crate::change_log;
use crate::landing::fixture::{act, at, bring_in, change, draft, land, project, slot};
use crate::landing::remove_batch;
use crate::records::{RecordWriter, RowAt, STATE_FIELD};

fn page_ids(
    pages: &mut Pages,
    conn: &Connection,
    filter: &Filter,
    sort: Option<&Sort>,
    offset: u64,
) -> (u64, Vec<i64>) {
    let page = pages.page(conn, "students", filter, sort, offset, 3, &Silent).expect("reads");
    (page.total, page.rows.iter().map(|row| row.id).collect())
}

/// Maps `count` made-up pupils without landing them one by one.
fn many(conn: &Connection, name: &str, count: u64) -> i64 {
    let (batch, table) = land(conn, name, &["nama"], &[&["x"]]);
    let slots = vec![slot("students", &["full_name", "phone"])];
    let mut writer = RecordWriter::begin(conn, table, slots, None, &Silent).expect("begins");
    for index in 0..count {
        let text = format!("Rekaan {:06}", count - index);
        writer.put(0, RowAt { index, number: index + 2 }, &[&text, ""], &[]).expect("puts");
    }
    writer.finish(at()).expect("finishes");
    batch
}

#[test]
fn a_page_far_down_is_as_quick_as_the_first() {
    let project = project();
    let conn = project.connection();
    many(conn, "a.csv", 100_000);
    let gone = many(conn, "b.csv", 5_000);
    many(conn, "c.csv", 100_000);
    remove_batch(conn, gone, &act(), &Silent).expect("removes");
    let mut pages = Pages::default();
    let started = Instant::now();
    assert_eq!(page_ids(&mut pages, conn, &Filter::default(), None, 199_998), (200_000, vec![204_999, 205_000]));
    let far = started.elapsed();
    assert_eq!(
        page_ids(&mut pages, conn, &Filter::default(), None, 99_999).1,
        [100_000, 105_001, 105_002],
        "over the gap"
    );
    let active = Filter { state: Some(RecordState::Active), ..Filter::default() };
    let started = Instant::now();
    assert_eq!(page_ids(&mut pages, conn, &active, None, 199_998).1, [204_999, 205_000], "the view says the same");
    let scan = started.elapsed();
    assert!(far * 4 < scan, "found by arithmetic ({far:?}) and not by reading them all ({scan:?})");
    let by_name = Sort { field: "full_name".to_owned(), descending: false };
    let sorted = page_ids(&mut pages, conn, &Filter::default(), Some(&by_name), 0).1;
    assert_eq!(sorted, [100_000, 205_000, 99_999], "the last of each table are first by name");
}

#[test]
fn filters_and_orders_say_what_they_mean() {
    let project = project();
    let conn = project.connection();
    let rows: [&[&str]; 4] = [&["Ali 100%", "3"], &["siti", "20"], &["Muthu", ""], &["ALI_2", "1"]];
    let (batch, table) = bring_in(conn, "a.csv", "students", &["full_name", "phone"], &rows);
    bring_in(conn, "b.csv", "students", &["full_name"], &[&["Ali"]]);
    let mut pages = Pages::default();
    let mut ids = |filter: Filter, sort: Option<(&str, bool)>| {
        let sort = sort.map(|(field, descending)| Sort { field: field.to_owned(), descending });
        page_ids(&mut pages, conn, &filter, sort.as_ref(), 0).1
    };
    let text = |text: &str| Filter { text: text.to_owned(), ..Filter::default() };
    assert_eq!(ids(text("ali"), None), [1, 4, 5], "without regard to case");
    assert_eq!(ids(text("0%"), None), [1], "a percent sign is a percent sign");
    assert_eq!(ids(text("I_"), None), [4], "and an underscore an underscore");
    assert_eq!(ids(Filter { table: Some(table), ..text("ali") }, None), [1, 4]);
    assert_eq!(ids(Filter { batch: Some(batch + 1), ..Filter::default() }, None), [5], "a batch is a run of numbers");
    assert_eq!(ids(Filter { ids: Some(vec![4, 2]), ..Filter::default() }, None), [2, 4]);
    assert_eq!(ids(Filter { table: Some(table), ..Filter::default() }, Some(("phone", false))), [4, 2, 1], "as text");
    assert_eq!(ids(Filter::default(), Some(("phone", true))), [1, 2, 4], "blanks come last either way");
    let wrong = Sort { field: "shoe_size".to_owned(), descending: false };
    let refused = pages.page(conn, "students", &Filter::default(), Some(&wrong), 0, 3, &Silent);
    assert!(matches!(refused, Err(Error::UnknownField { .. })), "{refused:?}");
}

#[test]
fn a_view_follows_the_records_and_a_link_shows_its_name() {
    let project = project();
    let conn = project.connection();
    bring_in(conn, "a.csv", "students", &["full_name"], &[&["Ali"], &["Siti"]]);
    bring_in(conn, "l.csv", "student_guardians", &["relationship"], &[&["father"]]);
    let mut pages = Pages::default();
    let active = Filter { state: Some(RecordState::Active), ..Filter::default() };
    assert_eq!(page_ids(&mut pages, conn, &active, None, 0).0, 2);
    let link = [change("students", 1, STATE_FIELD, "2"), change("student_guardians", 1, "student_id", "2")];
    change_log::apply(conn, &draft("exclude"), link, &Silent).expect("applies");
    assert_eq!(page_ids(&mut pages, conn, &active, None, 0), (1, vec![2]), "the kept view is not shown again");
    assert_eq!(pages.ids(conn, "students", &active, None, &Silent).expect("reads"), [2]);
    let links = pages.page(conn, "student_guardians", &Filter::default(), None, 0, 9, &Silent).expect("reads");
    assert_eq!(links.rows[0].cells[0], "Siti", "a number would say nothing to anybody");
    let all = pages.page(conn, "students", &Filter::default(), None, 0, 9, &Silent).expect("reads");
    assert_eq!(all.rows.iter().map(|row| row.state).collect::<Vec<_>>(), [RecordState::Excluded, RecordState::Active]);
}
