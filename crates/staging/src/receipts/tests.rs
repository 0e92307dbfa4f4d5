//! Receipts as a whole, with what mappings and words need besides.

use model::words::parse;

use super::*;
use crate::landing::fixture::{act, land, mapping, project};
use crate::mappings;

#[test]
fn a_receipt_keeps_no_password_and_goes_through_its_states() {
    let project = project();
    let conn = project.connection();
    prepare(conn, "p1", "postgres://siti:s3cret@db.example/portal?sslmode=verify-full", &act()).expect("prepares");
    let batch = super::batch(conn, "p1").expect("reads");
    assert_eq!(batch.portal, "postgres://siti@db.example/portal?sslmode=verify-full");
    assert_eq!((batch.state, last_applied(conn).expect("reads")), (PushState::Prepared, None));
    set_state(conn, "p1", PushState::Applied).expect("applies");
    save_document(conn, "p1", Document::Verify, "{}").expect("saves");
    let last = last_applied(conn).expect("reads").expect("applied");
    assert_eq!((last.id.as_str(), last.verify.as_deref(), last.report), ("p1", Some("{}"), None));
    let unknown = set_state(conn, "p2", PushState::Applied);
    assert!(matches!(unknown, Err(Error::UnknownBatch { .. })), "{unknown:?}");
    let before: i64 = conn.query_row("PRAGMA synchronous", [], |row| row.get(0)).expect("reads");
    prepare(conn, "p3", "postgres://db/x", &act()).expect("prepares");
    let after: i64 = conn.query_row("PRAGMA synchronous", [], |row| row.get(0)).expect("reads");
    assert_eq!(before, after, "the careful setting is only for receipts");
}

#[test]
fn the_last_push_is_the_one_made_last_though_the_clock_was_set_back() {
    let project = project();
    let conn = project.connection();
    let earlier = Act { at: act().at - chrono::Days::new(400), ..act() };
    for (id, act) in [("p9", act()), ("p1", earlier)] {
        prepare(conn, id, "postgres://db/x", &act).expect("prepares");
        set_state(conn, id, PushState::Applied).expect("applies");
    }
    assert_eq!(last_applied(conn).expect("reads").map(|last| last.id).as_deref(), Some("p1"));
    let order: Vec<String> = batches(conn).expect("reads").into_iter().map(|batch| batch.id).collect();
    assert_eq!(order, ["p1", "p9"]);
}

#[test]
fn a_kept_value_is_known_as_it_was_and_goes_with_its_push() {
    let project = project();
    let conn = project.connection();
    prepare(conn, "p1", "postgres://db/x", &act()).expect("prepares");
    let value = |record: i64, field: &str, portal: Option<&str>| KeptValue {
        entity: "students".to_owned(),
        record,
        field: field.to_owned(),
        portal: portal.map(str::to_owned),
    };
    save_kept(conn, "p1", [value(1, "phone", None), value(2, "full_name", Some("Nama Lain"))]).expect("saves");
    assert!(kept_any(conn, "p1", "students").expect("reads") && !kept_any(conn, "p2", "students").expect("reads"));
    let kept = |record: i64, field: &str, portal: Option<&str>| {
        was_kept(conn, "p1", ("students", record, field), portal).expect("reads")
    };
    assert!(kept(1, "phone", None) && kept(2, "full_name", Some("Nama Lain")));
    assert!(!kept(1, "phone", Some("")) && !kept(2, "full_name", Some("Nama")) && !kept(2, "phone", None));
    set_state(conn, "p1", PushState::Applied).expect("applies");
    assert!(kept(1, "phone", None), "it stands with the push");
    set_state(conn, "p1", PushState::RolledBack).expect("takes back");
    assert!(!kept_any(conn, "p1", "students").expect("reads"));
}

#[test]
fn a_record_is_found_in_the_portal_while_its_push_stands() {
    let project = project();
    let conn = project.connection();
    prepare(conn, "p1", "postgres://db/x", &act()).expect("prepares");
    let pushed = |record: i64, outcome: Outcome| Pushed {
        entity: "students".to_owned(),
        record,
        target: format!("uuid-{record}"),
        outcome: outcome.code().to_owned(),
    };
    let records = [pushed(1, Outcome::Inserted), pushed(2, Outcome::Inserted), pushed(3, Outcome::Rejected)];
    assert_eq!(save_pushed(conn, "p1", records).expect("saves"), 3);
    assert_eq!(record_target(conn, "students", 1).expect("reads"), None, "not known to be there yet");
    set_state(conn, "p1", PushState::Applied).expect("applies");
    assert_eq!(record_target(conn, "students", 1).expect("reads").as_deref(), Some("uuid-1"));
    assert_eq!(record_target(conn, "students", 3).expect("reads"), None, "what was refused is not there");
    let sums = outcomes(conn, "p1").expect("sums");
    let expected =
        [("inserted", 2), ("rejected", 1)].map(|(outcome, n)| ("students".to_owned(), outcome.to_owned(), n));
    assert_eq!(sums, expected);
    assert_eq!(super::pushed(conn, "p1", "students", 1, 9).expect("reads").len(), 2, "behind the first");
    set_state(conn, "p1", PushState::RolledBack).expect("takes back");
    assert_eq!(record_target(conn, "students", 1).expect("reads"), None, "taken back");
    let reason = Said { key: "reject.duplicate".to_owned(), args: vec![("key".to_owned(), "x".to_owned())] };
    let reject = Reject { entity: "students".to_owned(), record: 3, reason };
    save_rejects(conn, "p1", [reject.clone()]).expect("saves");
    assert_eq!(rejects(conn, "p1", 0, 9).expect("reads"), [reject]);
    save_reset_token(conn, "p1", 2, "ibu@contoh.my", "once").expect("saves");
    assert_eq!(reset_tokens(conn, "p1").expect("reads"), [(2, "once".to_owned())]);
}

#[test]
fn a_row_of_the_portal_comes_back_as_it_was_kept_and_takes_little_room() {
    let project = project();
    let conn = project.connection();
    prepare(conn, "p1", "postgres://db/x", &act()).expect("prepares");
    let targets = ["01a2060b-f5e8-75ef-9c55-b81437ee5efb", "01A2060B-F5E8-75EF-9C55-B81437EE5EFB", "u7"];
    let pushed = |(at, target): (usize, &str)| Pushed {
        entity: "students".to_owned(),
        record: at as i64,
        target: target.to_owned(),
        outcome: "pushed".to_owned(),
    };
    let rows: Vec<Pushed> = targets.into_iter().enumerate().map(pushed).collect();
    save_pushed(conn, "p1", rows.clone()).expect("saves");
    assert_eq!(super::pushed(conn, "p1", "students", -1, 9).expect("reads"), rows);
    let kinds = "SELECT group_concat(typeof(target) || length(target) || coalesce(outcome, '-'), ' ') FROM pushed_row";
    let kinds: String = conn.query_row(kinds, [], |row| row.get(0)).expect("reads");
    assert_eq!(kinds, "blob16- text36- text2-");
    forget_pushed(conn, "p1", "students", &[1]).expect("forgets");
    assert_eq!(super::pushed(conn, "p1", "students", -1, 9).expect("reads"), [rows[0].clone(), rows[2].clone()]);
    let other = Pushed { target: "u8".to_owned(), ..rows[2].clone() };
    save_pushed(conn, "p2", [rows[0].clone(), other.clone()]).expect("saves");
    let gone = [(0, rows[0].target.clone()), (2, "u7".to_owned())];
    forget_rows(conn, "students", &gone).expect("forgets");
    assert_eq!(super::pushed(conn, "p1", "students", -1, 9).expect("reads"), []);
    assert_eq!(super::pushed(conn, "p2", "students", -1, 9).expect("reads"), [other], "another row of the record");
}

#[test]
fn a_mapping_and_what_was_learnt_come_back() {
    let project = project();
    let conn = project.connection();
    let (_, table) = land(conn, "a.csv", &["nama"], &[&["x"]]);
    assert_eq!(mappings::load(conn, table).expect("loads"), None);
    let saved = mapping("students", &["full_name"]);
    mappings::save(conn, table, &saved).expect("saves");
    assert_eq!(mappings::load(conn, table).expect("loads"), Some(saved));
    assert!(matches!(mappings::load(conn, 99), Err(Error::NotFound { .. })));
    assert_eq!(mappings::load_learned::<Vec<String>>(conn, "headers").expect("loads"), None);
    mappings::save_learned(conn, "headers", &vec!["nama".to_owned()]).expect("saves");
    assert_eq!(mappings::load_learned(conn, "headers").expect("loads"), Some(vec!["nama".to_owned()]));
}

#[test]
fn every_word_is_there_in_both_languages_with_the_same_arguments() {
    let arguments = |text: &str| {
        let mut names: Vec<String> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect();
        names.sort();
        names
    };
    let list = |text: &'static str| -> Vec<_> {
        let mut list: Vec<_> = parse(text).map(|(key, text)| (key, arguments(text))).collect();
        list.sort();
        list
    };
    let (english, malay) = (include_str!("../../words/data.en.txt"), include_str!("../../words/data.ms.txt"));
    assert!(!list(english).is_empty(), "there are words");
    assert_eq!(list(english), list(malay));
}
