//! The change log as a whole: there and back byte for byte, branches kept, the story told.

use model::{Cancelled, CellKind, Silent, Watch};
use rusqlite::Connection;

use super::*;
use crate::landing::fixture::{act, bring_in, change, draft, dump, project};
use crate::landing::{self};
use crate::{Error, records};

fn school(conn: &Connection) -> i64 {
    let rows: [&[&str]; 4] = [
        &["ali rekaan", "120101010001", "Kajang"],
        &["siti rekaan", "120101010002", ""],
        &["ah meng rekaan", "", "Kajang"],
        &["muthu rekaan", "120101010004", "Seremban"],
    ];
    bring_in(conn, "murid.csv", "students", &["full_name", "national_id", "city"], &rows).1
}

fn edit(conn: &Connection, record: i64, field: &'static str, after: &str) -> i64 {
    let step = apply(conn, &draft("edit"), [change("students", record, field, after)], &Silent).expect("applies");
    step.expect("something changed")
}

#[test]
fn undo_and_redo_bring_every_byte_back() {
    let project = project();
    let conn = project.connection();
    school(conn);
    let mut dumps = vec![dump(conn)];
    let steps = [
        vec![change("students", 1, "full_name", "Ali Rekaan"), change("students", 2, "full_name", "Siti Rekaan")],
        vec![change("students", 1, "city", ""), change("students", 2, "city", "Kajang")],
        vec![change("students", 3, records::STATE_FIELD, "1"), change("students", 3, records::SURVIVOR_FIELD, "4")],
    ];
    for step in steps {
        apply(conn, &draft("edit"), step, &Silent).expect("applies").expect("changes");
        dumps.push(dump(conn));
    }
    for expected in dumps.iter().rev().skip(1) {
        undo(conn, &Silent).expect("undoes");
        assert_eq!(dump(conn), *expected, "back");
    }
    assert!(matches!(undo(conn, &Silent), Err(Error::NothingToUndo)));
    for expected in &dumps[1..] {
        redo(conn, &Silent).expect("redoes");
        assert_eq!(dump(conn), *expected, "forth");
    }
    assert!(matches!(redo(conn, &Silent), Err(Error::NothingToRedo)));
}

#[test]
fn a_branch_is_kept_and_can_be_gone_back_to() {
    let project = project();
    let conn = project.connection();
    school(conn);
    let base = edit(conn, 1, "city", "Bangi");
    let left = edit(conn, 1, "city", "Nilai");
    let on_left = dump(conn);
    undo(conn, &Silent).expect("undoes");
    let right = edit(conn, 2, "city", "Port Dickson");
    let on_right = dump(conn);
    let moved = jump(conn, left, &Silent).expect("jumps");
    assert_eq!((dump(conn), moved.undone.len(), moved.redone.len()), (on_left.clone(), 1, 1), "over the fork");
    undo(conn, &Silent).expect("undoes");
    redo(conn, &Silent).expect("redoes");
    assert_eq!(dump(conn), on_left, "redo takes the child used last, not the youngest");
    jump(conn, right, &Silent).expect("jumps");
    assert_eq!(dump(conn), on_right);
    let page = history(conn, 0, 10).expect("reads");
    let shown: Vec<(i64, Standing)> = page.steps.iter().map(|(step, standing)| (step.id, *standing)).collect();
    assert_eq!(
        shown,
        [(right, Standing::Applied), (left, Standing::Branch), (base, Standing::Applied)],
        "the branch is in the history"
    );
    jump(conn, ROOT, &Silent).expect("jumps");
    assert_eq!(head(conn).expect("reads"), ROOT);
    assert!(matches!(jump(conn, 99, &Silent), Err(Error::NotFound { .. })));
}

#[test]
fn a_step_in_the_middle_is_taken_back_where_nothing_later_needs_it() {
    let project = project();
    let conn = project.connection();
    school(conn);
    let first = edit(conn, 1, "city", "Bangi");
    let second = edit(conn, 2, "city", "Nilai");
    let third = edit(conn, 1, "city", "Semenyih");
    match undo_step(conn, first, &act(), &Silent) {
        Err(Error::StepNeeded { by, .. }) => assert_eq!(by, [third], "it says who needs it"),
        other => panic!("{other:?}"),
    }
    let before = dump(conn);
    let revert = undo_step(conn, second, &act(), &Silent).expect("takes back");
    assert_eq!(crate::landing::fixture::value(conn, "students", 2, "city"), None, "blank as it was");
    assert_eq!(crate::landing::fixture::value(conn, "students", 1, "city").as_deref(), Some("Semenyih"));
    assert_eq!(head(conn).expect("reads"), revert);
    undo(conn, &Silent).expect("a revert is a step like any other");
    assert_eq!(dump(conn), before);
    undo(conn, &Silent).expect("undoes");
    let refused = undo_step(conn, third, &act(), &Silent);
    assert!(matches!(refused, Err(Error::StepNotApplied { .. })), "what is undone cannot be taken back: {refused:?}");
}

#[test]
fn a_step_that_changes_nothing_is_no_step() {
    let project = project();
    let conn = project.connection();
    school(conn);
    let same = [change("students", 1, "city", "Kajang"), change("students", 2, "city", "")];
    assert_eq!(apply(conn, &draft("edit"), same, &Silent).expect("applies"), None);
    assert_eq!((head(conn).expect("reads"), history(conn, 0, 9).expect("reads").total), (ROOT, 0));
    let there_and_back = [change("students", 1, "city", "Bangi"), change("students", 1, "city", "Kajang")];
    assert_eq!(apply(conn, &draft("edit"), there_and_back, &Silent).expect("applies"), None, "the last word counts");
    let some = [change("students", 1, "city", "Kajang"), change("students", 4, "city", "Bangi")];
    let step = apply(conn, &draft("edit"), some, &Silent).expect("applies").expect("one changed");
    assert_eq!(super::step(conn, step).expect("reads").changes, 1, "what was equal before is not counted");
}

#[test]
fn a_wrong_change_or_an_error_leaves_nothing_behind() {
    let project = project();
    let conn = project.connection();
    school(conn);
    let before = dump(conn);
    let nobody =
        apply(conn, &draft("edit"), [change("students", 1, "city", "x"), change("students", 99, "city", "x")], &Silent);
    assert!(matches!(nobody, Err(Error::NotFound { id: 99, .. })), "{nobody:?}");
    let field = apply(conn, &draft("edit"), [change("students", 1, "id\" = 1 --", "x")], &Silent);
    assert!(matches!(field, Err(Error::UnknownField { .. })), "only names of the model reach the SQL: {field:?}");
    let broken = apply(conn, &draft("edit"), [change("students", 1, "city", "x"), Err(Error::Cancelled)], &Silent);
    assert!(matches!(broken, Err(Error::Cancelled)));
    assert_eq!((dump(conn), head(conn).expect("reads")), (before, ROOT));
}

struct Stop;

impl Watch for Stop {
    fn progress(&self, _done: u64, _total: Option<u64>) {}

    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_big_step_goes_in_portions_and_stops_cleanly() {
    let project = project();
    let conn = project.connection();
    let names: Vec<String> = (0..45_000).map(|n| format!("Rekaan {n}")).collect();
    let cells: Vec<[&str; 1]> = names.iter().map(|name| [name.as_str()]).collect();
    let rows: Vec<&[&str]> = cells.iter().map(<[&str; 1]>::as_slice).collect();
    bring_in(conn, "a.csv", "students", &["full_name"], &rows);
    let before = dump(conn);
    let changes = || (1..=45_000).map(|id| change("students", id, "city", "Kajang"));
    assert!(matches!(apply(conn, &draft("rule"), changes(), &Stop), Err(Error::Cancelled)));
    assert_eq!(dump(conn), before, "stopped: as if never begun");
    let step = apply(conn, &draft("rule"), changes(), &Silent).expect("applies").expect("changes");
    let blank: i64 =
        conn.query_row("SELECT count(*) FROM rec_students WHERE city IS NULL", [], |row| row.get(0)).expect("counts");
    assert_eq!((blank, super::step(conn, step).expect("reads").changes), (0, 45_000), "every portion was written");
    assert!(matches!(undo(conn, &Stop), Err(Error::Cancelled)));
    assert_eq!(head(conn).expect("reads"), step, "a stopped undo is none");
    undo(conn, &Silent).expect("undoes");
    assert_eq!(dump(conn), before);
    assert_eq!(Stop.check(), Err(Cancelled));
}

#[test]
fn a_cell_tells_its_whole_story() {
    let project = project();
    let conn = project.connection();
    let table = school(conn);
    let reason = Some(Said { key: "rule.case".to_owned(), args: vec![("was".to_owned(), "ali".to_owned())] });
    let first = Change { reason: reason.clone(), ..change("students", 3, "full_name", "Ah Meng").expect("a change") };
    let rule = StepDraft { rule: Some("name-case"), ..draft("rule") };
    apply(conn, &rule, [Ok(first)], &Silent).expect("applies");
    edit(conn, 3, "full_name", "Ah Meng bin Rekaan");
    undo(conn, &Silent).expect("undoes");
    let story = story(conn, "students", 3, "full_name").expect("tells");
    let origin = &story.origin;
    assert_eq!((origin.table, origin.row_index, origin.location.row), (table, 2, 4));
    assert_eq!((origin.location.file.as_str(), origin.location.column.as_str()), ("murid.csv", "full_name"));
    let raw = landing::RawCell { kind: CellKind::Text, text: "ah meng rekaan".to_owned() };
    assert_eq!(origin.binding, OriginBinding::Column(0, raw), "as the school wrote it");
    let told: Vec<_> =
        story.changes.iter().map(|change| (change.before.as_str(), change.after.as_str(), change.applied)).collect();
    assert_eq!(told, [("ah meng rekaan", "Ah Meng", true), ("Ah Meng", "Ah Meng bin Rekaan", false)]);
    assert_eq!((story.changes[0].rule.as_deref(), story.changes[0].reason.clone()), (Some("name-case"), reason));
    assert_eq!(story.changes[0].user, "siti");
    let other = super::story(conn, "students", 3, "gender").expect("tells");
    assert_eq!(other.origin.binding, OriginBinding::Nothing, "the mapping says nothing of it");
    let marks = cell_marks(conn, "students", &[1, 3]).expect("marks");
    assert_eq!(marks, [CellMark { record: 3, field: "full_name".to_owned(), changed: true, finding: None }]);
}
