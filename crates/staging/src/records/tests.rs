//! Records as a whole: written, shared, led to each other, merged, counted.

use model::{ColumnFacts, FieldPath, RecordState, Silent};

use super::*;
use crate::change_log;
use crate::landing::fixture::{act, at, bring_in, change, draft, dump, land, map, project, slot, value};
use crate::landing::{self, Said, recover};

const STUDENT: [&str; 3] = ["full_name", "national_id", "date_of_birth"];

#[test]
fn no_field_is_called_like_a_column_of_bookkeeping() {
    let fixed = ["id", "table_id", "row_index", "row", "part", STATE_FIELD, SURVIVOR_FIELD];
    for entity in model::entities::ALL {
        for field in entity.fields {
            assert!(!fixed.contains(&field.code), "{}.{} would hide a column", entity.code, field.code);
            let link = format!("{}_id", field.code);
            assert!(entity.field(&link).is_none(), "{}.{link} would be two columns", entity.code);
        }
    }
}

#[test]
fn tables_grow_with_the_model_and_keep_what_they_hold() {
    let project = project();
    let conn = project.connection();
    bring_in(conn, "a.csv", "teachers", &["full_name"], &[&["Cikgu Rekaan"]]);
    conn.execute_batch("ALTER TABLE rec_teachers DROP COLUMN phone").expect("an older file");
    ensure_entity_tables(conn).expect("extends");
    assert_eq!(value(conn, "teachers", 1, "phone"), None, "the new column is there, blank");
    assert_eq!(value(conn, "teachers", 1, "full_name").as_deref(), Some("Cikgu Rekaan"), "the old one is kept");
}

#[test]
fn records_know_where_they_come_from_and_blanks_are_null() {
    let project = project();
    let conn = project.connection();
    let rows: Vec<Vec<String>> = (0..21).map(|n| vec![format!("Rekaan {n}"), String::new()]).collect();
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = cells.iter().map(Vec::as_slice).collect();
    let (_, table) = bring_in(conn, "a.csv", "students", &STUDENT[..2], &rows);
    let entity = entity("students").expect("known");
    let all: Vec<RecordRow> = read(conn, entity, None, 0).collect::<Result<_>>().expect("reads");
    assert_eq!(all.len(), 21, "whole statements and the rest after them");
    for (position, record) in all.iter().enumerate() {
        assert_eq!((record.id, record.table, record.row_index), (position as i64 + 1, table, position as u64));
        assert_eq!(record.value(entity, "full_name"), format!("Rekaan {position}"), "no value slips to a neighbour");
    }
    assert_eq!(value(conn, "students", 7, "national_id"), None, "a blank is NULL and not an empty text");
    assert_eq!(read(conn, entity, Some(RecordState::Excluded), 0).count(), 0, "nobody is left out yet");
}

#[test]
fn blocks_hold_what_single_records_hold() {
    let project = project();
    let conn = project.connection();
    let names: Vec<String> = (0..2_500).map(|n| format!("Rekaan {n}")).collect();
    let cells: Vec<[&str; 2]> =
        names.iter().map(|name| [name.as_str(), if name.ends_with('7') { name } else { "" }]).collect();
    let rows: Vec<&[&str]> = cells.iter().map(<[&str; 2]>::as_slice).collect();
    bring_in(conn, "a.csv", "students", &STUDENT[..2], &rows);
    change_log::apply(conn, &draft("edit"), vec![change("students", 3, STATE_FIELD, "2")], &Silent).expect("left out");
    let entity = entity("students").expect("known");
    let singles: Vec<RecordRow> =
        read(conn, entity, Some(RecordState::Active), 0).collect::<Result<_>>().expect("reads");
    let blocks: Vec<RecordBlock> = read_blocks(conn, entity).collect::<Result<_>>().expect("reads");
    assert_eq!(blocks.iter().map(RecordBlock::len).sum::<usize>(), 2_499, "all but the one that is left out");
    for (single, one) in singles.iter().zip(blocks.iter().flat_map(RecordBlock::records)) {
        assert_eq!((single.id, single.table, single.part), (one.id, one.table, one.part));
        let values: Vec<(&str, Option<i64>)> =
            single.values.iter().map(String::as_str).zip(single.links.iter().copied()).collect();
        assert_eq!(one.values().collect::<Vec<_>>(), values, "record {}", single.id);
    }
    let filled: Vec<i64> =
        read_filled(conn, entity, "national_id").expect("a field").map(|record| record.expect("reads").id).collect();
    assert_eq!(filled, singles.iter().map(|record| record.id).filter(|id| id % 10 == 8).collect::<Vec<_>>());
    assert!(read_filled(conn, entity, "no_such").is_err(), "only names from the model may stand in SQL");
}

#[test]
fn links_within_a_row_and_shared_records_need_no_reading_back() {
    let project = project();
    let conn = project.connection();
    let (_, table) = land(conn, "a.csv", &["nama", "kelas"], &[&["Ali", "1A"], &["Siti", "1A"], &["Muthu", "1B"]]);
    let slots = vec![slot("students", &["full_name"]), slot("classes", &["name"]), slot("enrollments", &["status"])];
    let (classes, enrollments) = (slots[1].entity, slots[2].entity);
    let link = |field| enrollments.position(field).expect("a field");
    let (student_field, class_field) = (link("student"), link("class"));
    let mut writer = RecordWriter::begin(conn, table, slots, None, &Silent).expect("begins");
    for (index, (name, class)) in [("Ali", "1A"), ("Siti", "1A"), ("Muthu", "1B")].into_iter().enumerate() {
        let at = RowAt { index: index as u64, number: index as u64 + 2 };
        let student = writer.put(0, at, &[name], &[]).expect("puts");
        let class_id = match writer.shared(classes, class).expect("asks") {
            Some(id) => id,
            None => {
                let id = writer.put(1, at, &[class], &[]).expect("puts");
                writer.share(classes, class, id).expect("shares");
                id
            }
        };
        writer.put(2, at, &["active"], &[(student_field, student), (class_field, class_id)]).expect("puts");
    }
    let mapped = writer.finish(at()).expect("finishes");
    assert_eq!((mapped.records.as_slice(), mapped.with_record), ([3, 2, 3].as_slice(), 3), "one class for two pupils");
    assert_eq!(value(conn, "enrollments", 2, "class_id").as_deref(), Some("1"), "Siti is in Ali's class");
    assert_eq!(value(conn, "enrollments", 3, "student_id").as_deref(), Some("3"));

    let (_, later) = land(conn, "kelas.csv", &["kelas"], &[&["1A"]]);
    let slots = vec![slot("classes", &["name", "room"])];
    let mut writer = RecordWriter::begin(conn, later, slots, None, &Silent).expect("begins");
    let known = writer.shared(classes, "1A").expect("asks").expect("known from another import");
    let at0 = RowAt { index: 0, number: 2 };
    let differing = writer.fill(0, at0, known, &["1 Amanah", "B2"], &[]).expect("fills");
    assert_eq!(differing, [0], "the other name is told and not written");
    assert_eq!(writer.finish(at()).expect("finishes").without_record, 0, "a completed record accounts for its row");
    assert_eq!(value(conn, "classes", 1, "room").as_deref(), Some("B2"), "the blank is filled");
    assert_eq!(value(conn, "classes", 1, "name").as_deref(), Some("1A"));
}

#[test]
fn shared_records_stay_for_those_who_still_need_them() {
    let project = project();
    let conn = project.connection();
    let classes = entity("classes").expect("known");
    let class_field = entity("enrollments").expect("known").position("class").expect("a field");
    let mut batches = Vec::new();
    for name in ["a.csv", "b.csv"] {
        let (batch, table) = land(conn, name, &["kelas"], &[&["1A"]]);
        let slots = vec![slot("classes", &["name"]), slot("enrollments", &["status"])];
        let mut writer = RecordWriter::begin(conn, table, slots, None, &Silent).expect("begins");
        let at0 = RowAt { index: 0, number: 2 };
        let class = match writer.shared(classes, "1A").expect("asks") {
            Some(id) => id,
            None => writer.put(0, at0, &["1A"], &[]).expect("puts"),
        };
        writer.share(classes, "1A", class).expect("shares");
        writer.put(1, at0, &["active"], &[(class_field, class)]).expect("puts");
        writer.finish(at()).expect("finishes");
        batches.push((batch, table));
    }
    landing::remove_batch(conn, batches[0].0, &act(), &Silent).expect("removes");
    assert_eq!(value(conn, "enrollments", 2, "class_id").as_deref(), Some("1"), "the second import keeps its class");
    let holder = value(conn, "classes", 1, "table_id");
    assert_eq!(holder, Some(batches[1].1.to_string()), "which is its own now");
    landing::remove_batch(conn, batches[1].0, &act(), &Silent).expect("removes");
    assert_eq!(dump(conn), "", "and goes with it");
    assert_eq!(count(conn, classes).expect("counts").total, 0, "the runs of numbers agree");
}

#[test]
fn keys_lead_to_the_one_record_that_has_them_and_never_to_one_of_two() {
    let project = project();
    let conn = project.connection();
    let pupils: [&[&str]; 4] =
        [&["Ali", "ic1", "no1"], &["Siti", "IC2 ", "no2"], &["Twin A", "ic3", "no3"], &["Twin B", "ic3", "ic3"]];
    bring_in(conn, "a.csv", "students", &["full_name", "national_id", "student_number"], &pupils);
    let keys: [&[&str]; 5] = [&["ic1"], &[" ic2"], &["ic3"], &["no1"], &["nobody"]];
    bring_in(conn, "b.csv", "student_guardians", &["student"], &keys);
    let found = resolve_references(conn, "student_guardians", &Silent).expect("resolves");
    let student = found.iter().find(|resolved| resolved.field == "student").expect("there");
    assert_eq!((student.resolved, student.unresolved, student.ambiguous), (3, 1, 1));
    let link = |record| value(conn, "student_guardians", record, "student_id");
    assert_eq!(link(1).as_deref(), Some("1"));
    assert_eq!(link(2).as_deref(), Some("2"), "case and outer spaces do not matter");
    assert_eq!(link(3), None, "two have the number: not even a weaker key decides");
    assert_eq!(link(4).as_deref(), Some("1"), "the second key is tried where nobody has the first");
    assert_eq!(link(5), None);
    let again = resolve_references(conn, "student_guardians", &Silent).expect("resolves");
    assert_eq!(again[0].resolved, 0, "what is resolved is not resolved twice");
}

#[test]
fn an_identity_number_leads_however_its_digits_are_parted() {
    let project = project();
    let conn = project.connection();
    let pupils: [&[&str]; 4] =
        [&["Ali", "150708-10-1237"], &["Siti", "150709101238"], &["Ana", "150710-10-1240"], &["Ani", "150710101240"]];
    bring_in(conn, "a.csv", "students", &["full_name", "national_id"], &pupils);
    let keys: [&[&str]; 5] =
        [&["150708101237"], &["'150709-10-1238"], &["150710101240"], &["150710 10 1240"], &["15070810123"]];
    bring_in(conn, "b.csv", "payments", &["student"], &keys);
    resolve_references(conn, "payments", &Silent).expect("resolves");
    let link = |record| value(conn, "payments", record, "student_id");
    assert_eq!(link(1).as_deref(), Some("1"), "one file parts the digits, the other does not");
    assert_eq!(link(2).as_deref(), Some("2"), "the other way round, behind Excel's mark");
    assert_eq!(link(3).as_deref(), Some("4"), "of two who have the number in two ways, the one who has it so");
    assert_eq!(link(4), None, "and where neither has it so, nobody");
    assert_eq!(link(5), None, "a digit too few is another number");
}

#[test]
fn an_edited_identity_number_is_found_by_what_waited_for_it_and_undo_takes_it_back() {
    let project = project();
    let conn = project.connection();
    bring_in(conn, "a.csv", "students", &["full_name", "national_id"], &[&["Ali", "150708-10-1273"]]);
    bring_in(conn, "b.csv", "payments", &["student"], &[&["150708101237"]]);
    resolve_references(conn, "payments", &Silent).expect("resolves");
    let before = dump(conn);
    let edit = change("students", 1, "national_id", "150708-10-1237");
    change_log::apply(conn, &draft("edit"), [edit], &Silent).expect("applies");
    assert_eq!(value(conn, "payments", 1, "student_id").as_deref(), Some("1"), "what waited leads there");
    let after = dump(conn);
    change_log::undo(conn, &Silent).expect("undoes");
    assert_eq!(dump(conn), before);
    change_log::redo(conn, &Silent).expect("redoes");
    assert_eq!(dump(conn), after);
}

#[test]
fn a_class_of_the_same_name_is_told_apart_by_its_year() {
    let project = project();
    let conn = project.connection();
    bring_in(conn, "y.csv", "academic_years", &["code"], &[&["2024"], &["2025"]]);
    bring_in(conn, "c.csv", "classes", &["code", "academic_year"], &[&["1A", "2024"], &["1A", "2025"]]);
    bring_in(conn, "e.csv", "enrollments", &["class", "academic_year"], &[&["1A", "2025"], &["1A", ""]]);
    resolve_references(conn, "classes", &Silent).expect("resolves");
    resolve_references(conn, "enrollments", &Silent).expect("resolves");
    assert_eq!(value(conn, "enrollments", 1, "class_id").as_deref(), Some("2"), "the year says which");
    assert_eq!(value(conn, "enrollments", 2, "class_id"), None, "without a year nothing does");
}

#[test]
fn a_merge_is_one_step_and_comes_back_byte_for_byte() {
    let project = project();
    let conn = project.connection();
    let pupils: [&[&str]; 5] = [
        &["Ali Rekaan", "120101-01-0001", "2012-01-01", ""],
        &["ALI REKAAN", "120101010001", "2012-01-01", "0123"],
        &["Ali Other", "120101010001", "2011-01-01", ""],
        &["No Date", "120101010001", "", ""],
        &["Zero", "000000000000", "2012-01-01", ""],
    ];
    bring_in(conn, "a.csv", "students", &["full_name", "national_id", "date_of_birth", "phone"], &pupils);
    bring_in(conn, "g.csv", "guardians", &["full_name", "national_id"], &[&["Bapa Rekaan", "800101010001"]]);
    let links: [&[&str]; 2] = [&["father", "true"], &["father", ""]];
    bring_in(conn, "l.csv", "student_guardians", &["relationship", "is_primary"], &links);
    conn.execute_batch("UPDATE rec_student_guardians SET guardian_id = 1, student_id = id").expect("links");
    let before = dump(conn);
    let merged = merge_all(conn, "students", &[(2, 1)]);
    assert_eq!((merged.survivors, merged.merged, merged.filled, merged.differing), (1, 1, 1, 2));
    assert_eq!(
        (merged.repointed, merged.merged_links),
        (1, 1),
        "the link of the loser says nothing more: one is enough"
    );
    assert_eq!(value(conn, "students", 2, "survivor").as_deref(), Some("1"));
    assert_eq!(value(conn, "students", 1, "phone").as_deref(), Some("0123"), "what only the loser knew is kept");
    assert_eq!(value(conn, "student_guardians", 2, "student_id").as_deref(), Some("1"));
    assert_eq!(value(conn, "student_guardians", 2, STATE_FIELD).as_deref(), Some("1"));
    let counts = count(conn, entity("students").expect("known")).expect("counts");
    assert_eq!((counts.total, counts.active, counts.merged), (5, 4, 1));
    let after = dump(conn);
    change_log::undo(conn, &Silent).expect("undoes");
    assert_eq!(dump(conn), before);
    change_log::redo(conn, &Silent).expect("redoes");
    assert_eq!(dump(conn), after);
    let again = merge_all(conn, "students", &[]);
    assert_eq!(again, Merged::default(), "nothing to merge is no empty step");
}

#[test]
fn what_named_two_records_leads_to_the_one_that_they_became() {
    let project = project();
    let conn = project.connection();
    let pupils: [&[&str]; 3] = [&["Ali", "150708101237"], &["ALI", "150708101237"], &["Siti", "150709101238"]];
    bring_in(conn, "a.csv", "students", &["full_name", "national_id"], &pupils);
    bring_in(conn, "b.csv", "payments", &["student"], &[&["150708-10-1237"], &["150709101238"], &["nobody"]]);
    resolve_references(conn, "payments", &Silent).expect("resolves");
    let link = |record| value(conn, "payments", record, "student_id");
    assert_eq!((link(1), link(2).as_deref()), (None, Some("3")), "two have the number");
    let before = dump(conn);
    merge_all(conn, "students", &[(2, 1)]);
    assert_eq!(link(1).as_deref(), Some("1"), "and now one");
    assert_eq!(link(3), None);
    let after = dump(conn);
    change_log::undo(conn, &Silent).expect("undoes");
    assert_eq!(dump(conn), before);
    change_log::redo(conn, &Silent).expect("redoes");
    assert_eq!(dump(conn), after);
}

/// Merges pairs of loser and survivor.
fn merge_all(conn: &Connection, entity: &str, pairs: &[(i64, i64)]) -> Merged {
    let joined: Vec<Joined> =
        pairs.iter().map(|(loser, survivor)| Joined { loser: *loser, survivor: *survivor }).collect();
    let plan = Merge { entity, joined: &joined, picks: &[], label: Said::default(), reason: "merge.certain" };
    merge(conn, &plan, &act(), &Silent).expect("merges")
}

#[test]
fn blanks_are_filled_in_the_order_asked_and_a_picked_value_goes_over_all() {
    let project = project();
    let conn = project.connection();
    let pupils: [&[&str]; 3] = [&["Ali", "1", ""], &["Ali R", "", "0123"], &["Ali Rekaan", "2", "0456"]];
    bring_in(conn, "a.csv", "students", &["full_name", "national_id", "phone"], &pupils);
    let before = dump(conn);
    let joined = [Joined { loser: 3, survivor: 1 }, Joined { loser: 2, survivor: 1 }];
    let picks = [Pick { survivor: 1, field: "full_name".to_owned(), value: "Ali Rekaan".to_owned() }];
    let plan =
        Merge { entity: "students", joined: &joined, picks: &picks, label: Said::default(), reason: "merge.person" };
    merge(conn, &plan, &act(), &Silent).expect("merges");
    let ali = |field| value(conn, "students", 1, field).unwrap_or_default();
    assert_eq!([ali("full_name"), ali("national_id"), ali("phone")], ["Ali Rekaan", "1", "0456"]);
    let twice = merge(conn, &plan, &act(), &Silent);
    assert!(matches!(twice, Err(crate::Error::NotFound { .. })), "who is merged cannot be merged again");
    change_log::undo(conn, &Silent).expect("undoes");
    assert_eq!(dump(conn), before);
}

#[test]
fn what_was_merged_is_parted_long_after_and_what_was_changed_since_stays() {
    let project = project();
    let conn = project.connection();
    let pupils: [&[&str]; 3] = [&["Aina", "1", "", ""], &["Aini", "2", "0123", "a@b.my"], &["Lain", "3", "", ""]];
    bring_in(conn, "a.csv", "students", &["full_name", "national_id", "phone", "email"], &pupils);
    bring_in(conn, "g.csv", "guardians", &["full_name"], &[&["Ibu"], &["Bapa"]]);
    let links: [&[&str]; 3] = [&["mother"], &["mother"], &["father"]];
    bring_in(conn, "l.csv", "student_guardians", &["relationship"], &links);
    conn.execute_batch(
        "UPDATE rec_student_guardians SET student_id = CASE id WHEN 1 THEN 1 ELSE 2 END,
         guardian_id = CASE id WHEN 3 THEN 2 ELSE 1 END",
    )
    .expect("links");
    let before = dump(conn);
    merge_all(conn, "students", &[(2, 1)]);
    let link = |record, field| value(conn, "student_guardians", record, field).unwrap_or_default();
    assert_eq!([link(2, STATE_FIELD), link(3, "student_id")], ["1", "1"]);
    change_log::apply(conn, &draft("edit"), [change("students", 1, "phone", "0999")], &Silent).expect("edits");
    assert!(change_log::undo_step(conn, 1, &act(), &Silent).is_err(), "the step alone can no longer be taken back");
    let (survivor, step) = separate(conn, "students", 2, &act(), &Silent).expect("parts");
    assert_eq!((survivor, step.is_some()), (1, true));
    let pupil = |record, field| value(conn, "students", record, field).unwrap_or_default();
    assert_eq!([pupil(2, STATE_FIELD), pupil(2, SURVIVOR_FIELD), pupil(1, "email")], ["0", "", ""]);
    assert_eq!(pupil(1, "phone"), "0999", "what a person wrote since is not the merge's to take");
    assert_eq!([link(2, STATE_FIELD), link(2, "student_id"), link(3, "student_id")], ["0", "2", "2"]);
    change_log::undo(conn, &Silent).expect("undoes the parting");
    assert_eq!(pupil(2, STATE_FIELD), "1");
    change_log::jump(conn, change_log::ROOT, &Silent).expect("goes back");
    assert_eq!(dump(conn), before);
    let never = separate(conn, "students", 3, &act(), &Silent);
    assert!(matches!(never, Err(crate::Error::NotFound { .. })), "who is not merged cannot be parted");
}

#[test]
fn the_balance_adds_up() {
    let project = project();
    let conn = project.connection();
    let rows: [&[&str]; 4] = [&["Ali"], &["Siti"], &[""], &["Muthu"]];
    let (_, table) = bring_in(conn, "a.csv", "students", &["full_name"], &rows);
    change_log::apply(conn, &draft("exclude"), [change("students", 2, STATE_FIELD, "2")], &Silent).expect("applies");
    conn.execute_batch("INSERT INTO finding_block VALUES ('students', 1), ('students', 2)").expect("blocks");
    let counts = stage_counts(conn).expect("counts");
    let students = counts.entities.iter().find(|count| count.entity == "students").expect("there");
    assert_eq!((students.total, students.active, students.excluded), (3, 2, 1));
    assert_eq!((students.held_back, students.ready), (1, 1), "who is left out is not held back as well");
    assert_eq!(ready(conn, "students", 0, 10).expect("reads"), [3]);
    let of_table = counts.tables.iter().find(|count| count.table == table).expect("there");
    assert_eq!((of_table.landed, of_table.with_record, of_table.without_record), (4, Some(3), Some(1)));
}

#[test]
fn mapping_again_replaces_and_gives_up_cleanly() {
    let project = project();
    let conn = project.connection();
    let (_, table) = bring_in(conn, "a.csv", "students", &["full_name"], &[&["Ali"], &["Siti"]]);
    let path = FieldPath::new("students", 1, "full_name");
    let facts = ColumnFacts { filled: 2, ..ColumnFacts::default() };
    save_column_facts(conn, table, &path, &facts).expect("saves");
    assert_eq!(column_facts(conn, table, &path).expect("loads"), facts);
    map(conn, table, "teachers", &["full_name"]);
    let counts = stage_counts(conn).expect("counts");
    let totals: Vec<u64> = counts.entities.iter().map(|count| count.total).collect();
    assert_eq!(totals.iter().sum::<u64>(), 2, "the pupils are gone, the teachers are there: {totals:?}");
    assert_eq!(column_facts(conn, table, &path).expect("loads"), ColumnFacts::default(), "old facts go too");
    let writer = RecordWriter::begin(conn, table, vec![slot("students", &["full_name"])], None, &Silent);
    writer.expect("begins").abandon().expect("abandons");
    assert_eq!(dump(conn), "", "nothing half done is left");
    assert_eq!(landing::table(conn, table).expect("reads").mapped_at, None);
    assert!(recover(conn, &Silent).expect("recovers").half_mapped.is_empty(), "and nothing to recover");
}
