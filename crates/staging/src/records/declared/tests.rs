//! A made-up school in the tables of a database: who leads to whom, in whatever order and after whatever change.

use model::{FieldBinding, Silent};

use super::super::{Joined, Merge, STATE_FIELD, merge, resolve_references};
use super::*;
use crate::change_log;
use crate::landing::Said;
use crate::landing::fixture::{act, at, bring_in, change, draft, mapping, project, slot, value};
use crate::landing::{Landing, NewFile, NewTable, TableSummary, blocks};
use crate::mappings;
use crate::records::{RecordWriter, RowAt};

/// Name, headers, primary key, links (column, table, its column), rows.
type Table<'t> = (&'t str, &'t str, &'t str, &'t [(&'t str, &'t str, &'t str)], &'t [&'t str]);

const CLASSES: Table<'_> =
    ("tblKelas", "ID|Nama|Tahun", "ID", &[], &["7|5 Amanah|2026", "3|5 Bestari|2025", "9||2026"]);
const PUPILS: Table<'_> = (
    "tblMurid",
    "ID|Nama|Kelas_ID",
    "ID",
    &[("Kelas_ID", "TBLKELAS", "id")],
    &["1|Ali Rekaan|007", "2|Siti Rekaan|3", "3|Muthu Rekaan|5", "4|Mei Rekaan|9", "5|Ben Rekaan|"],
);
const PLACES: [(&str, usize); 2] = [("status", 1), ("class", 2)];

fn words(row: &str) -> Vec<String> {
    row.split(['|', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Lands `tables` as one file; gives their numbers.
fn bring_tables(conn: &Connection, tables: &[Table<'_>]) -> Vec<i64> {
    let mut landing = Landing::begin(conn, "siti", at()).expect("begins");
    landing.add_file(&NewFile { name: "sekolah.accdb", format: "access", ..NewFile::default() }).expect("adds");
    let mut numbers = Vec::new();
    for (name, headers, key, links, rows) in tables {
        let link = |(column, table, to): &(&str, &str, &str)| KeyLink {
            columns: words(column),
            table: (*table).to_owned(),
            to_columns: words(to),
        };
        let (headers, primary_key) = (words(headers), words(key));
        let key_links: Vec<KeyLink> = links.iter().map(link).collect();
        let table = NewTable {
            name,
            headers: &headers,
            primary_key: &primary_key,
            key_links: &key_links,
            ..NewTable::default()
        };
        numbers.push(landing.add_table(&table).expect("adds"));
        for (at, row) in rows.iter().enumerate() {
            let mut block = model::RowBlock::new();
            block.push_text_row(at as u64 + 1, row.split('|'));
            landing.append(&block).expect("appends");
        }
        landing.finish_table(&TableSummary::default()).expect("ends");
    }
    landing.finish(at()).expect("finishes");
    numbers
}

/// Makes the records of `table` from its columns, and leads what there is to lead. Classes are one in the project.
fn make(conn: &Connection, table: i64, entity: &str, fields: &[(&str, usize)]) {
    let names: Vec<&str> = fields.iter().map(|(field, _)| *field).collect();
    let mut saved = mapping(entity, &names);
    for (bound, (field, column)) in saved.parts[0].fields.iter_mut().zip(fields) {
        *bound = FieldBinding { from: Binding::Column(*column as u32), field: (*field).to_owned(), ..bound.clone() };
    }
    mappings::save(conn, table, &saved).expect("saves");
    let slots = vec![slot(entity, &names)];
    let own = slots[0].entity;
    let mut writer = RecordWriter::begin(conn, table, slots, Some(&act()), &Silent).expect("begins");
    for block in blocks(conn, table) {
        let (first, block) = block.expect("a block");
        for (position, row) in block.rows().enumerate() {
            let at = RowAt { index: first + position as u64, number: row.number() };
            let values: Vec<&str> = fields.iter().map(|(_, column)| row.cell(*column).text).collect();
            if values[0].is_empty() {
                continue;
            }
            match writer.shared(own, values[0]).expect("asks").filter(|_| own.code == "classes") {
                Some(known) => drop(writer.fill(0, at, known, &values, &[]).expect("fills")),
                None => {
                    let id = writer.put(0, at, &values, &[]).expect("puts");
                    if own.code == "classes" {
                        writer.share(own, values[0], id).expect("shares");
                    }
                }
            }
        }
    }
    writer.finish(at()).expect("finishes");
    for entity in model::entities::ALL {
        resolve_references(conn, entity.code, &Silent).expect("resolves");
    }
}

/// Where `field` of each record of `entity` leads: the name of the record there, `-` for nowhere.
fn led(conn: &Connection, entity: &str, field: &str, target: &str, name: &str) -> Vec<String> {
    let sql = format!(
        "SELECT coalesce((SELECT t.{name} FROM rec_{target} t WHERE t.id = o.{field}_id), '-') FROM rec_{entity} o ORDER BY o.id"
    );
    let mut statement = conn.prepare(&sql).expect("prepares");
    statement.query_map([], |row| row.get(0)).expect("asks").collect::<rusqlite::Result<_>>().expect("reads")
}

fn classes_of(conn: &Connection) -> Vec<String> {
    led(conn, "enrollments", "class", "classes", "name")
}

#[test]
fn a_number_of_a_row_leads_to_the_record_made_from_it_whichever_came_first() {
    for pupils_first in [true, false] {
        let project = project();
        let conn = project.connection();
        // A class whose code is the number that nobody in the database has.
        bring_in(conn, "lain.csv", "classes", &["code", "name"], &[&["5", "Lima"], &["7", "Tujuh"]]);
        let tables = bring_tables(conn, &[PUPILS, CLASSES]);
        let classes = || make(conn, tables[1], "classes", &[("name", 1)]);
        if !pupils_first {
            classes();
        }
        make(conn, tables[0], "enrollments", &PLACES);
        if pupils_first {
            assert_eq!(classes_of(conn), ["-"; 5], "the classes of the database are not made yet: nothing is guessed");
            classes();
        }
        assert_eq!(
            classes_of(conn),
            ["5 Amanah", "5 Bestari", "-", "-", "-"],
            "007 is 7; 5 is no row; 9 made no class"
        );
        let open = resolve_references(conn, "enrollments", &Silent).expect("resolves");
        let class = open.iter().find(|one| one.field == "class").expect("the field");
        assert_eq!((class.resolved, class.unresolved, class.ambiguous), (0, 2, 0), "what stays open is counted");
    }
}

#[test]
fn what_is_declared_is_kept_with_the_table() {
    let project = project();
    let conn = project.connection();
    let tables = bring_tables(conn, &[PUPILS]);
    let info = landing::table(conn, tables[0]).expect("reads");
    assert_eq!(info.primary_key, ["ID"]);
    let link = KeyLink { columns: words("Kelas_ID"), table: "TBLKELAS".to_owned(), to_columns: words("id") };
    assert_eq!(info.key_links, [link]);
}

#[test]
fn a_row_that_completed_a_class_of_another_file_leads_there() {
    let project = project();
    let conn = project.connection();
    let first = bring_tables(conn, &[("senarai", "Kelas", "", &[], &["5 Amanah"])]);
    make(conn, first[0], "classes", &[("name", 0)]);
    let tables = bring_tables(conn, &[PUPILS, CLASSES]);
    make(conn, tables[1], "classes", &[("name", 1)]);
    make(conn, tables[0], "enrollments", &PLACES);
    assert_eq!(value(conn, "enrollments", 1, "class_id").as_deref(), Some("1"), "the class that was there already");
    assert_eq!(classes_of(conn), ["5 Amanah", "5 Bestari", "-", "-", "-"]);
}

#[test]
fn tables_mapped_again_are_led_again_and_leave_no_class_behind() {
    let project = project();
    let conn = project.connection();
    let tables = bring_tables(conn, &[PUPILS, CLASSES]);
    make(conn, tables[1], "classes", &[("name", 1)]);
    make(conn, tables[0], "enrollments", &PLACES);
    make(conn, tables[1], "classes", &[("code", 2), ("name", 1)]);
    assert_eq!(led(conn, "enrollments", "class", "classes", "code"), ["2026", "2025", "-", "2026", "-"]);
    let count: i64 = conn.query_row("SELECT count(*) FROM rec_classes", [], |row| row.get(0)).expect("counts");
    assert_eq!(count, 2, "only the classes of the new mapping are there");
    make(conn, tables[0], "enrollments", &PLACES);
    assert_eq!(classes_of(conn), ["5 Amanah", "5 Bestari", "-", "5 Amanah", "-"], "and the pupils mapped again");
}

#[test]
fn a_person_may_write_another_row_or_a_code_and_undo_brings_it_back() {
    let project = project();
    let conn = project.connection();
    bring_in(conn, "lain.csv", "classes", &["code", "name"], &[&["5X", "Lima X"]]);
    let tables = bring_tables(conn, &[PUPILS, CLASSES]);
    make(conn, tables[1], "classes", &[("name", 1)]);
    make(conn, tables[0], "enrollments", &PLACES);
    let edits = [("1", "3"), ("2", "5X"), ("3", "5x")]
        .map(|(id, text)| change("enrollments", id.parse().expect("a number"), "class", text));
    change_log::apply(conn, &draft("edit"), edits, &Silent).expect("applies");
    resolve_references(conn, "enrollments", &Silent).expect("resolves");
    assert_eq!(classes_of(conn), ["5 Bestari", "Lima X", "Lima X", "-", "-"], "another row, and codes of another file");
    change_log::undo(conn, &Silent).expect("undoes");
    assert_eq!(classes_of(conn), ["5 Amanah", "5 Bestari", "-", "-", "-"], "as the database says");
    change_log::redo(conn, &Silent).expect("does it again");
    assert_eq!(classes_of(conn), ["5 Bestari", "Lima X", "Lima X", "-", "-"], "as the person said");
}

#[test]
fn what_a_rule_does_to_a_key_makes_it_no_other_key() {
    let classes: Table<'_> = ("k", "Kod|Nama", "Kod", &[], &["5  A|Lima A", "5  B|Lima B"]);
    let pupils: Table<'_> = ("m", "No|Nama|K", "No", &[("K", "k", "Kod")], &["1|Ali|5  A", "2|Siti|5  B"]);
    let project = project();
    let conn = project.connection();
    bring_in(conn, "lain.csv", "classes", &["code", "name"], &[&["5 A", "Lain"]]);
    let tables = bring_tables(conn, &[classes, pupils]);
    make(conn, tables[0], "classes", &[("name", 1)]);
    make(conn, tables[1], "enrollments", &PLACES);
    change_log::apply(conn, &draft("cleanse"), [change("enrollments", 1, "class", "5 A")], &Silent).expect("cleansed");
    resolve_references(conn, "enrollments", &Silent).expect("resolves");
    assert_eq!(classes_of(conn), ["Lima A", "Lima B"]);
    make(conn, tables[0], "classes", &[("name", 1)]);
    assert_eq!(classes_of(conn), ["Lima A", "Lima B"], "after the classes were mapped again too");
}

#[test]
fn a_merged_person_is_led_to_who_stands_for_them_until_that_is_undone() {
    let guardians: Table<'_> = (
        "tblPenjaga",
        "ID|Nama|KP",
        "ID",
        &[],
        &["1|Ahmad Rekaan|700101105555", "2|AHMAD REKAAN|700101105555", "3|Lim Rekaan|710202106666"],
    );
    let links: Table<'_> = (
        "tblMuridPenjaga",
        "Hubungan|PenjagaID",
        "",
        &[("PenjagaID", "tblPenjaga", "")],
        &["bapa|2", "ibu|3", "bapa|1"],
    );
    let project = project();
    let conn = project.connection();
    let tables = bring_tables(conn, &[guardians, links]);
    make(conn, tables[0], "guardians", &[("full_name", 1), ("national_id", 2)]);
    let joined = [Joined { loser: 2, survivor: 1 }];
    let plan =
        Merge { entity: "guardians", joined: &joined, picks: &[], label: Said::default(), reason: "merge.certain" };
    assert_eq!(merge(conn, &plan, &act(), &Silent).expect("merges").merged, 1);
    make(conn, tables[1], "student_guardians", &[("relationship", 0), ("guardian", 1)]);
    let guardian = |id| value(conn, "student_guardians", id, "guardian_id");
    assert_eq!([1, 2, 3].map(guardian), ["1", "3", "1"].map(|id| Some(id.to_owned())), "the second Ahmad is the first");
    change_log::undo(conn, &Silent).expect("undoes");
    assert_eq!([1, 2, 3].map(guardian), ["2", "3", "1"].map(|id| Some(id.to_owned())), "two people again");
    change_log::redo(conn, &Silent).expect("does it again");
    assert_eq!([1, 2, 3].map(guardian), ["1", "3", "1"].map(|id| Some(id.to_owned())));
    change_log::apply(conn, &draft("exclude"), [change("guardians", 3, STATE_FIELD, "2")], &Silent).expect("left out");
    resolve_references(conn, "student_guardians", &Silent).expect("resolves");
    assert_eq!(guardian(2).as_deref(), Some("3"), "who is left out is still who was meant; the checks say the rest");
}

#[test]
fn without_the_named_table_a_code_may_be_found_elsewhere_but_never_a_number() {
    let pupils: Table<'_> =
        ("tblMurid", "ID|Nama|Kelas", "ID", &[("Kelas", "tblKelas", "Kod")], &["1|Ali|5A", "2|Siti|7", "3|Muthu|5 B"]);
    let project = project();
    let conn = project.connection();
    let classes = [["5A", "Lima A"], ["7", "Tujuh"], ["5B", "5 B"]];
    let rows: Vec<&[&str]> = classes.iter().map(<[&str; 2]>::as_slice).collect();
    bring_in(conn, "kelas.csv", "classes", &["code", "name"], &rows);
    let tables = bring_tables(conn, &[pupils]);
    make(conn, tables[0], "enrollments", &PLACES);
    assert_eq!(classes_of(conn), ["Lima A", "-", "5 B"]);
}

#[test]
fn keys_that_are_alike_are_told_apart_as_written() {
    let classes: Table<'_> = ("k", "Kod|Nama", "Kod", &[], &["007|Nol", "7|Tujuh", "8|Lapan", "8|Dua kali", "|Kosong"]);
    let pupils: Table<'_> =
        ("m", "No|Nama|K", "No", &[("K", "k", "Kod")], &["1|A|7", "2|B|007", "3|C|07", "4|D|8", "5|E| "]);
    let project = project();
    let conn = project.connection();
    let tables = bring_tables(conn, &[classes, pupils]);
    make(conn, tables[0], "classes", &[("name", 1)]);
    make(conn, tables[1], "enrollments", &PLACES);
    assert_eq!(classes_of(conn), ["Tujuh", "Nol", "-", "-", "-"], "of two that fit neither is guessed");
}

#[test]
fn a_key_of_several_columns_leads_to_the_row_with_all_of_them() {
    let classes: Table<'_> = (
        "tblKelas",
        "Tahun|Kod|Nama",
        "Tahun Kod",
        &[],
        &["2025|A|Lima A lama", "2026|A|Lima A", "2026|01|Satu", "2026|1|Satu lain", "2027|B|"],
    );
    let pupils: Table<'_> = (
        "tblMurid",
        "ID|Nama|Kod_Kelas|Sesi",
        "ID",
        &[],
        &[
            "1|Ali|A|2026",
            "2|Siti|A|02025",
            "3|Muthu|A|2024",
            "4|Mei|01|2026",
            "5|Ben|A|",
            "6|Lim|B|2027",
            "7|Zul||2026",
        ],
    );
    for by_primary_key in [false, true] {
        let project = project();
        let conn = project.connection();
        bring_in(conn, "lain.csv", "classes", &["code", "name"], &[&["A", "Kelas fail lain"]]);
        bring_in(conn, "tahun.csv", "academic_years", &["name"], &[&["2025"], &["2026"]]);
        let links = [("Sesi Kod_Kelas", "tblKelas", if by_primary_key { "" } else { "Tahun Kod" })];
        let tables = bring_tables(conn, &[(pupils.0, pupils.1, pupils.2, &links, pupils.4), classes]);
        make(conn, tables[0], "enrollments", &[("status", 1), ("class", 2), ("academic_year", 3)]);
        make(conn, tables[1], "classes", &[("name", 2), ("academic_year", 0)]);
        let expected = ["Lima A", "Lima A lama", "-", "Satu", "-", "-", "-"];
        assert_eq!(classes_of(conn), expected, "never by the code alone, nor by a row that made no class");
        let years = led(conn, "enrollments", "academic_year", "academic_years", "name");
        assert_eq!(
            years,
            ["2026", "-", "-", "2026", "-", "-", "2026"],
            "the year in the key is still a year by itself"
        );
    }
}

#[test]
fn a_person_may_write_another_part_of_a_longer_key() {
    let classes: Table<'_> = ("k", "Tahun|Kod|Nama", "Tahun Kod", &[], &["2026|A|Lima A", "2026|B|Lima B"]);
    let pupils: Table<'_> =
        ("m", "No|Nama|K|T", "No", &[("T K", "k", "")], &["1|Ali|A|2026", "2|Siti|B|2026", "3|Mei|B|2020"]);
    let project = project();
    let conn = project.connection();
    let tables = bring_tables(conn, &[classes, pupils]);
    make(conn, tables[0], "classes", &[("name", 2)]);
    make(conn, tables[1], "enrollments", &PLACES);
    assert_eq!(classes_of(conn), ["Lima A", "Lima B", "-"]);
    change_log::apply(conn, &draft("edit"), [change("enrollments", 1, "class", "B")], &Silent).expect("applies");
    resolve_references(conn, "enrollments", &Silent).expect("resolves");
    assert_eq!(classes_of(conn), ["Lima B", "Lima B", "-"], "the other class of the same year");
    change_log::undo(conn, &Silent).expect("undoes");
    assert_eq!(classes_of(conn), ["Lima A", "Lima B", "-"]);
}

#[test]
fn a_place_has_the_year_of_its_class_where_its_own_row_says_none() {
    let project = project();
    let conn = project.connection();
    let tables = bring_tables(conn, &[PUPILS, CLASSES]);
    make(conn, tables[0], "enrollments", &PLACES);
    make(conn, tables[1], "classes", &[("name", 1), ("academic_year", 2)]);
    let year = |conn: &Connection| led(conn, "enrollments", "academic_year", "academic_years", "name");
    assert_eq!(year(conn), ["-"; 5], "no year is there yet");
    bring_in(conn, "tahun.csv", "academic_years", &["name"], &[&["2025"], &["2026"]]);
    for entity in ["classes", "enrollments"] {
        resolve_references(conn, entity, &Silent).expect("resolves");
    }
    assert_eq!(year(conn), ["2026", "2025", "-", "-", "-"], "each place has the year of its class");
}
