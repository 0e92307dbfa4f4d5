//! Steps kept in rows: undone and redone to the byte, and told of wherever changes are told.

use model::{Message, Silent};

use super::*;
use crate::change_log::{
    self, CellMark, apply, cell_marks, jump, redo, samples, story, touched_between, undo, undo_step,
};
use crate::landing::fixture::{act, bring_in, change, draft, dump, project, value};
use crate::page::{Filter, Pages};
use crate::records::clear;

fn school(conn: &Connection) -> i64 {
    let rows: [&[&str]; 3] = [&["ali", "L", "Kajang"], &["siti", "P", ""], &["muthu", "", "Seremban"]];
    bring_in(conn, "murid.csv", "students", &["full_name", "gender", "city"], &rows).1
}

fn students() -> &'static Entity {
    records::entity("students").expect("an entity")
}

/// A step of these cells: record, field, before, after.
fn put(conn: &Connection, cells: &[(i64, &'static str, &str, &str)]) -> Result<Option<i64>> {
    let reason = Message { key: "rule.case", args: vec![("was", "\"small\"\0".to_owned())] };
    let mut writer = RowStepWriter::begin(conn, &draft("rule"))?;
    let mut block = ChangeBlock::new(students());
    for &(record, field, before, after) in cells {
        block.push(record, field, before, after, &reason);
    }
    writer.put(&block)?;
    writer.finish(&Silent)
}

fn put_right(conn: &Connection) -> i64 {
    let cells = [
        (1, "full_name", "ali", "Ali"),
        (1, "gender", "L", "male"),
        (2, "gender", "P", "female"),
        (3, "city", "Seremban", ""),
        (3, "full_name", "muthu", "muthu"),
    ];
    put(conn, &cells).expect("puts").expect("a step")
}

#[test]
fn a_step_in_rows_is_undone_and_redone_byte_for_byte() {
    let project = project();
    let conn = project.connection();
    school(conn);
    let before = dump(conn);
    let step = put_right(conn);
    let after = dump(conn);
    assert_eq!(value(conn, "students", 3, "city"), None);
    assert_eq!(change_log::step(conn, step).expect("reads").changes, 4, "what stays as it is is no change");
    undo(conn, &Silent).expect("undoes");
    assert_eq!(dump(conn), before);
    redo(conn, &Silent).expect("redoes");
    assert_eq!(dump(conn), after);
    let edit = apply(conn, &draft("edit"), [change("students", 2, "city", "Kajang")], &Silent).expect("applies");
    jump(conn, change_log::ROOT, &Silent).expect("jumps");
    assert_eq!(dump(conn), before, "back over steps of both kinds");
    jump(conn, edit.expect("a step"), &Silent).expect("jumps");
    assert_eq!(value(conn, "students", 1, "gender").as_deref(), Some("male"));
}

#[test]
fn a_step_in_rows_is_taken_back_alone_where_nothing_later_needs_it() {
    let project = project();
    let conn = project.connection();
    school(conn);
    let step = put_right(conn);
    let apart = apply(conn, &draft("edit"), [change("students", 2, "city", "Nilai")], &Silent).expect("applies");
    let on_it = apply(conn, &draft("edit"), [change("students", 1, "gender", "female")], &Silent).expect("applies");
    match undo_step(conn, step, &act(), &Silent) {
        Err(Error::StepNeeded { by, .. }) => assert_eq!(by, [on_it.expect("a step")], "and not {apart:?}"),
        other => panic!("{other:?}"),
    }
    undo(conn, &Silent).expect("undoes");
    let before = dump(conn);
    let revert = undo_step(conn, step, &act(), &Silent).expect("takes back");
    assert_eq!(value(conn, "students", 1, "gender").as_deref(), Some("L"));
    assert_eq!(value(conn, "students", 2, "city").as_deref(), Some("Nilai"));
    undo_step(conn, revert, &act(), &Silent).expect("takes the taking back back");
    assert_eq!(dump(conn), before);
    let left_out = [change("students", 2, records::STATE_FIELD, "2")];
    let left_out = apply(conn, &draft("exclude"), left_out, &Silent).expect("applies").expect("a step");
    let again = put(conn, &[(1, "city", "Kajang", "Kajang Utama"), (2, "city", "Nilai", "Nilai Baru")]);
    match undo_step(conn, left_out, &act(), &Silent) {
        Err(Error::StepNeeded { by, .. }) => assert_eq!(by, [again.expect("puts").expect("a step")]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn whoever_asks_what_changed_is_told_of_rows_too() {
    let project = project();
    let conn = project.connection();
    let table = school(conn);
    assert!(!clear::touched(conn, table).expect("reads"));
    let step = put_right(conn);
    assert!(clear::touched(conn, table).expect("reads"), "the table cannot go without the change log knowing");
    let told = story(conn, "students", 1, "full_name").expect("tells").changes;
    let [one] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((one.step, one.before.as_str(), one.after.as_str()), (step, "ali", "Ali"));
    let reason = one.reason.as_ref().expect("a reason");
    assert_eq!((reason.key.as_str(), reason.args.len()), ("rule.case", 1));
    assert_eq!(reason.args[0], ("was".to_owned(), "\"small\"\0".to_owned()));
    let mark = |field: &str| CellMark { record: 1, field: field.to_owned(), changed: true, finding: None };
    assert_eq!(cell_marks(conn, "students", &[1]).expect("marks"), [mark("full_name"), mark("gender")]);
    let glance = samples(conn, step, 2).expect("reads");
    assert_eq!((glance.len(), glance[0].field.as_str(), glance[0].after.as_str()), (2, "full_name", "Ali"));
    let touched = touched_between(conn, change_log::ROOT, step, 9).expect("reads").expect("few");
    assert_eq!(touched.into_iter().map(|(_, record)| record).collect::<Vec<_>>(), [1, 2, 3]);
    apply(conn, &draft("edit"), [change("students", 1, "gender", "")], &Silent).expect("applies");
    assert_eq!(story(conn, "students", 1, "gender").expect("tells").changes.len(), 2, "both kinds in one story");
    let changed = || {
        let only = Filter { only_changed: true, ..Filter::default() };
        Pages::default().page(conn, "students", &only, None, 0, 9, &Silent).expect("reads").total
    };
    assert_eq!(changed(), 3);
    undo(conn, &Silent).expect("undoes");
    undo(conn, &Silent).expect("undoes");
    assert_eq!(changed(), 0);
}

#[test]
fn every_text_and_any_number_of_reasons_come_back_as_they_were() {
    let project = project();
    let conn = project.connection();
    let odd = ["\u{0}\"\\\n", "جوهر", "😀", " \u{202e}x "];
    let rows: Vec<[String; 1]> = (0..1_200).map(|at| [format!("{}{at}", odd[at % odd.len()])]).collect();
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| vec![row[0].as_str()]).collect();
    let rows_of: Vec<&[&str]> = cells.iter().map(Vec::as_slice).collect();
    bring_in(conn, "a.csv", "students", &["full_name"], &rows_of);
    let before = dump(conn);
    let mut block = ChangeBlock::new(students());
    for (record, [name]) in (1..).zip(&rows) {
        block.push(record, "city", "", "Nilai", &Message::new("rule.case"));
        block.push(record, "full_name", name, "first", &Message::new("rule.case"));
        block.push(record, "full_name", name, &format!("{name}!"), &Message::new("rule.case").with("was", name));
        block.push(record, "city", "", "", &Message::new("rule.case"));
    }
    let mut writer = RowStepWriter::begin(conn, &draft("rule")).expect("begins");
    writer.put(&block).expect("puts");
    let step = writer.finish(&Silent).expect("ends").expect("a step");
    assert_eq!(change_log::step(conn, step).expect("reads").changes, 1_200, "the later change of a cell counts");
    for record in [1, 2, 3, 4, 999, 1_200] {
        let told = story(conn, "students", record, "full_name").expect("tells").changes;
        let name = &rows[record as usize - 1][0];
        let [one] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((&one.before, &one.after), (name, &format!("{name}!")));
        let args = one.reason.as_ref().map(|reason| reason.args.clone());
        assert_eq!(args, Some(vec![("was".to_owned(), name.clone())]), "numbered or not");
    }
    undo(conn, &Silent).expect("undoes");
    assert_eq!(dump(conn), before);
}

#[test]
fn what_rows_cannot_hold_is_refused_and_leaves_nothing_behind() {
    let project = project();
    let conn = project.connection();
    school(conn);
    let before = dump(conn);
    assert_eq!(put(conn, &[(1, "city", "Kajang", "Kajang")]).expect("puts"), None, "no step where nothing changes");
    for field in ["no_such", "record_state", "survivor", "id\" = 1 --"] {
        let refused = put(conn, &[(2, "city", "", "Nilai"), (1, field, "", "x")]);
        assert!(matches!(refused, Err(Error::UnknownField { .. })), "{field}: {refused:?}");
    }
    let mut led = ChangeBlock::new(records::entity("enrollments").expect("an entity"));
    led.push(1, "student", "", "1", &Message::new("rule.case"));
    let mut writer = RowStepWriter::begin(conn, &draft("rule")).expect("begins");
    let led = writer.put(&led);
    assert!(matches!(led, Err(Error::UnknownField { .. })), "what leads to others is for cells: {led:?}");
    drop(writer);
    let nobody = put(conn, &[(1, "city", "Kajang", "Nilai"), (99, "city", "", "Nilai")]);
    assert!(matches!(nobody, Err(Error::NotFound { id: 99, .. })), "{nobody:?}");
    assert_eq!((dump(conn), change_log::head(conn).expect("reads")), (before, change_log::ROOT));
}
