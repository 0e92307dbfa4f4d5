//! Pairs and decisions in a real project file.

use super::*;
use crate::change_log;
use crate::landing::Said;
use crate::landing::fixture::{act, bring_in, project};
use crate::records::{Joined, Merge, merge};

fn fill(conn: &Connection, pairs: &[([i64; 2], f64, Option<i64>)]) {
    let mut writer = MatchWriter::begin(conn, &act()).expect("begins");
    for (records, probability, decision) in pairs {
        let pair = NewPair {
            entity: "students",
            records: *records,
            probability: *probability,
            evidence: "name-same born-same",
            decision: *decision,
        };
        writer.pair(&pair).expect("takes");
    }
    writer.finish().expect("ends");
}

fn merge_two(conn: &Connection, loser: i64, survivor: i64) -> i64 {
    let joined = [Joined { loser, survivor }];
    let plan =
        Merge { entity: "students", joined: &joined, picks: &[], label: Said::default(), reason: "merge.person" };
    merge(conn, &plan, &act(), &model::Silent).expect("merges").step.expect("a step")
}

fn three(conn: &Connection) {
    bring_in(conn, "a.csv", "students", &["full_name"], &[&["Ali"], &["Ali R"], &["Ali Rekaan"]]);
}

fn open(conn: &Connection) -> Vec<[i64; 2]> {
    page(conn, "students", Show::Open, 0, 10).expect("reads").into_iter().map(|pair| pair.records).collect()
}

#[test]
fn a_pair_follows_its_records_through_merging_and_undo() {
    let project = project();
    let conn = project.connection();
    three(conn);
    fill(conn, &[([1, 2], 0.9, None), ([2, 3], 0.99, None)]);
    assert_eq!(open(conn), [[2, 3], [1, 2]], "the surest first");
    merge_two(conn, 2, 1);
    assert_eq!(open(conn), [[1, 3]], "who stands for them is asked about, and nobody about themselves");
    assert_eq!(pair(conn, 2).expect("reads").1.records, [1, 3]);
    assert_eq!(stale(conn).expect("asks"), Some(true));
    assert_eq!(merged(conn, "students", 0, 10).expect("reads"), (1, vec![(2, 1)]));
    change_log::undo(conn, &model::Silent).expect("undoes");
    assert_eq!(open(conn).len(), 2);
}

#[test]
fn a_decision_is_found_by_either_key_and_the_last_one_counts() {
    let project = project();
    let conn = project.connection();
    three(conn);
    fill(conn, &[([1, 2], 0.9, None)]);
    let keys = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let (one, other) = (keys(&["row:1", "is:ali"]), keys(&["row:2", "is:ali r"]));
    let say = |verdict, step| {
        let decided =
            Decided { entity: "students", verdict, keys: [&one, &other], step, pair: Some(ShownPair::Records(1)) };
        decide(conn, &decided, &act()).expect("decides")
    };
    say(Verdict::Later, None);
    assert_eq!(shown(conn, "students").expect("counts"), [0, 1, 0, 0]);
    let different = say(Verdict::Different, None);
    assert_eq!(shown(conn, "students").expect("counts"), [0, 0, 1, 0]);
    let decisions = Decisions::read(conn, "students").expect("reads");
    let (moved, again) = (keys(&["row:77", "is:ali"]), keys(&["row:2", "is:something else"]));
    assert_eq!(decisions.find(&moved, &again), Some((different, Verdict::Different)), "in a file brought in later");
    assert_eq!(decisions.find(&again, &moved), Some((different, Verdict::Different)), "whichever comes first");
    assert_eq!(decisions.find(&moved, &keys(&["row:3"])), None);
    assert!(Decisions::read(conn, "guardians").expect("reads").is_empty());
    let step = merge_two(conn, 2, 1);
    let same = say(Verdict::Same, Some(step));
    let found = || Decisions::read(conn, "students").expect("reads").find(&one, &other);
    assert_eq!(found(), Some((same, Verdict::Same)));
    change_log::undo(conn, &model::Silent).expect("undoes");
    assert_eq!(found(), Some((different, Verdict::Different)), "a merge that was undone was never decided");
}

#[test]
fn numbers_that_several_have_come_in_groups() {
    let project = project();
    let conn = project.connection();
    let people: [&[&str]; 5] = [&["A", "12-34"], &["B", "99"], &["C", "1234"], &["D", "77"], &["E", "7 7"]];
    bring_in(conn, "a.csv", "students", &["full_name", "national_id"], &people);
    assert_eq!(same_numbers(conn, "students").expect("asks"), [vec![1, 3], vec![4, 5]]);
    assert!(same_numbers(conn, "classes").expect("asks").is_empty(), "classes have no identity numbers");
    assert!(!is_pushed(conn, "students", 1).expect("asks"));
}

fn beside(conn: &Connection, decision: Option<i64>) -> [i64; 3] {
    let mut writer = portal::PortalWriter::begin(conn, "postgres://app@host/akademi", &act()).expect("begins");
    let person = |target: &str, number: &str| portal::Person {
        target: target.to_owned(),
        seen: "2026-11-22 08:00:00+00".to_owned(),
        number: number.to_owned(),
        said: portal::Said { values: vec![("full_name".to_owned(), "Ali".to_owned())], circle: Vec::new() },
        ..portal::Person::default()
    };
    let people = [("u1", "140512105011"), ("u2", ""), ("u3", "")];
    let people = people.map(|(target, number)| writer.person("students", &person(target, number)).expect("takes"));
    for (record, at, certain, decision) in [(1, 0, true, None), (2, 1, false, decision)] {
        let pair = portal::NewPair {
            entity: "students",
            record,
            person: people[at],
            probability: 0.9,
            evidence: "name-same",
            certain,
            decision,
        };
        writer.pair(&pair).expect("takes");
    }
    writer.finish().expect("ends");
    people
}

#[test]
fn of_the_portals_people_only_those_in_pairs_or_decisions_are_kept() {
    let project = project();
    let conn = project.connection();
    three(conn);
    assert_eq!((portal::last(conn).expect("reads"), portal::any(conn, "students").expect("asks")), (None, false));
    let nothing = portal::mark(conn).expect("a mark");
    let [first, second, third] = beside(conn, None);
    assert_eq!(portal::shown(conn, "students").expect("counts"), [1, 1, 0, 0, 0], "one open, one certain");
    assert!(portal::person(conn, third).is_err(), "who is in no pair is forgotten");
    assert_eq!(portal::with_number(conn, "students", "140512105011").expect("finds")[0].target, "u1");
    assert!(portal::with_number(conn, "students", "").expect("finds").is_empty(), "no number is nobody's");
    assert_eq!(portal::person(conn, first).expect("reads").said.values[0].1, "Ali");
    assert_ne!(portal::mark(conn).expect("a mark"), nothing, "a rehearsal before it holds no longer");

    let pair = portal::page(conn, "students", portal::Show::Open, 0, 10).expect("reads").remove(0);
    assert_eq!((pair.record, pair.person), (2, second));
    let (ours, theirs) = (["row:a/2/1".to_owned()], [portal::key("u2")]);
    let decide_as = |verdict| {
        let pair = Some(ShownPair::Portal(pair.id));
        let decided = Decided { entity: "students", verdict, keys: [&ours, &theirs], step: None, pair };
        decide(conn, &decided, &act()).expect("decides")
    };
    let before = portal::mark(conn).expect("a mark");
    let same = decide_as(Verdict::Same);
    assert_ne!(portal::mark(conn).expect("a mark"), before, "nor one before a decision");
    assert_eq!(portal::shown(conn, "students").expect("counts"), [0, 1, 1, 0, 0]);
    let decisions = Decisions::read(conn, "students").expect("reads");
    assert_eq!(decisions.rows(&ours), [("u2", Verdict::Same)]);
    assert!(decisions.rows(&["row:b/2/1".to_owned()]).is_empty() && decisions.is_about("u2"));

    // The next run knows the decision.
    beside(conn, Some(same));
    assert_eq!(portal::shown(conn, "students").expect("counts"), [0, 1, 1, 0, 0]);
    decide_as(Verdict::Different);
    let decisions = Decisions::read(conn, "students").expect("reads");
    assert_eq!(decisions.rows(&ours), [("u2", Verdict::Different)], "the last word counts");
    assert!(portal::with_target(conn, "students", "u2").expect("reads").is_some());
    merge_two(conn, 2, 3);
    let moved = portal::page(conn, "students", portal::Show::Different, 0, 10).expect("reads");
    assert_eq!(moved.first().map(|pair| pair.record), Some(3), "who stands for the record is asked about");
}
