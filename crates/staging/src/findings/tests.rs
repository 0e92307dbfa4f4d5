//! Findings as a whole: capped in what is kept, complete in what is counted and held back.

use model::{Finding, Message, Severity, Silent};

use super::*;
use crate::landing::fixture::{act, bring_in, change, draft, project};
use crate::page::{Filter, Pages};

fn finding(record: i64, severity: Severity, value: &str) -> Finding {
    Finding {
        check: if severity == Severity::Critical { "required" } else { "phone" },
        severity,
        entity: "students",
        record,
        field: if severity == Severity::Critical { "full_name" } else { "phone" },
        value: value.to_owned(),
        message: Message::new("check.odd").with("value", value),
    }
}

fn check(conn: &Connection, findings: &[Finding]) {
    let mut writer = FindingsWriter::begin(conn, &act()).expect("begins");
    writer.looked_at("required", "students", "full_name", 3);
    findings.iter().for_each(|finding| writer.add(finding, &Silent).expect("takes"));
    writer.finish().expect("finishes");
}

fn school(conn: &Connection) {
    let rows: [&[&str]; 3] = [&["Ali Rekaan", "1"], &["Siti Rekaan", "22"], &["Muthu Rekaan", "333"]];
    bring_in(conn, "murid.csv", "students", &["full_name", "phone"], &rows);
}

#[test]
fn findings_are_paged_filtered_and_placed() {
    let project = project();
    let conn = project.connection();
    school(conn);
    let (warning, critical) = (Severity::Warning, Severity::Critical);
    check(conn, &[finding(2, warning, "22"), finding(3, warning, "333"), finding(1, critical, "")]);
    let all = page(conn, &FindingFilter::default(), 0, 2).expect("reads");
    assert_eq!((all.total, all.rows.len(), all.rows[0].record), (3, 2, 1), "the worst come first");
    let of_phone = FindingFilter { field: Some("phone".to_owned()), text: "33".to_owned(), ..FindingFilter::default() };
    let found = page(conn, &of_phone, 0, 9).expect("reads");
    let place = &found.rows[0].location;
    assert_eq!(
        (place.file.as_str(), place.row, place.column.as_str()),
        ("murid.csv", 4, "phone"),
        "where the school looks"
    );
    assert_eq!(found.rows[0].message.args, [("value".to_owned(), "333".to_owned())]);
    let waiver = waive(conn, "phone", "students", Some(2), "no telephone", &act()).expect("waives");
    let open = FindingFilter { waived: Some(false), ..FindingFilter::default() };
    assert_eq!(page(conn, &open, 0, 9).expect("reads").total, 2, "an accepted one is not open");
    unwaive(conn, waiver).expect("takes back");
    assert_eq!(page(conn, &open, 0, 9).expect("reads").total, 3);
    assert!(waivers(conn).expect("reads").is_empty());
    let records = Pages::default().page(
        conn,
        "students",
        &Filter { check: Some("phone".to_owned()), ..Filter::default() },
        None,
        0,
        9,
        &Silent,
    );
    assert_eq!(
        records.expect("reads").rows.iter().map(|row| row.id).collect::<Vec<_>>(),
        [2, 3],
        "the grid can show them"
    );
}

#[test]
fn the_cap_hides_no_total_and_frees_no_record() {
    let project = project();
    let conn = project.connection();
    let mut writer = FindingsWriter::begin(conn, &act()).expect("begins");
    for record in 1..=MOST_STORED as i64 + 50 {
        writer.add(&finding(record, Severity::Critical, ""), &Silent).expect("takes");
    }
    writer.finish().expect("finishes");
    let result = results(conn).expect("reads").remove(0);
    assert_eq!((result.found, result.stored), (MOST_STORED + 50, MOST_STORED));
    let last = MOST_STORED as i64 + 50;
    assert!(is_blocked(conn, "students", last).expect("reads"), "held back although not kept");
    assert_eq!(count_blocked(conn, "students").expect("counts"), MOST_STORED + 50);
    assert_eq!(blocked_records(conn, "students", last - 2, 10).expect("reads"), [last - 1, last]);
}

#[test]
fn a_run_takes_the_place_of_the_last_and_knows_when_it_is_stale() {
    let project = project();
    let conn = project.connection();
    school(conn);
    assert_eq!(last_run(conn).expect("reads"), None);
    check(conn, &[finding(1, Severity::Critical, "")]);
    drop(FindingsWriter::begin(conn, &act()).expect("begins"));
    assert_eq!(count_blocked(conn, "students").expect("counts"), 1, "a run that broke off changes nothing");
    assert!(!last_run(conn).expect("reads").expect("ran").stale);
    crate::change_log::apply(conn, &draft("edit"), [change("students", 1, "phone", "7")], &Silent).expect("applies");
    assert!(last_run(conn).expect("reads").expect("ran").stale, "a record has changed since");
    check(conn, &[]);
    let run = last_run(conn).expect("reads").expect("ran");
    assert_eq!((run.stale, run.head, count_blocked(conn, "students").expect("counts")), (false, 1, 0));
    assert_eq!(results(conn).expect("reads")[0].looked_at, 3, "a check that found nothing still says it looked");
}
