//! Proposals for the tables of a database that declares its keys and relationships. All people are made up.

use super::super::{Lead, LearnedHeader, missing_required, sentence, unmapped_reason};
use super::*;

/// Proposes for a table with key `key` whose columns lead to tables about `leads` (header, table, entity).
fn declared(table: &str, row: &str, key: &str, leads: &[(&str, &str, &str)], rows: &[&str]) -> TableMapping {
    declared_after(&Learned::default(), table, row, key, leads, rows)
}

fn declared_after(
    learned: &Learned,
    table: &str,
    row: &str,
    key: &str,
    leads: &[(&str, &str, &str)],
    rows: &[&str],
) -> TableMapping {
    let (headers, sample) = (headers(row), block(rows));
    let lead = |(header, table, entity): &(&str, &str, &str)| Lead {
        column: headers.iter().position(|own| own == header).expect("a column") as u32,
        table: (*table).to_owned(),
        entity: model::entities::find(entity),
        names_year: false,
    };
    let (leads, key) = (leads.iter().map(lead).collect::<Vec<_>>(), vec![key.to_owned()]);
    let sample = TableSample {
        titles: &[],
        file: "sekolah.accdb",
        table,
        headers: &headers,
        sample: &sample,
        primary_key: &key,
        leads: &leads,
    };
    let mapping = suggest(&sample, learned, &YEAR);
    assert_whole(&mapping, table);
    mapping
}

const PUPILS: &str = "ID|Nama|NoKP|TarikhLahir|Jantina|KelasID|BapaID|IbuID|PenjagaID|KaumID";
const LEADS: &[(&str, &str, &str)] = &[
    ("KelasID", "tblKelas", "classes"),
    ("BapaID", "tblPenjaga", "guardians"),
    ("IbuID", "tblPenjaga", "guardians"),
    ("PenjagaID", "tblPenjaga", "guardians"),
    ("KaumID", "tblKaum", ""),
];
const ROWS: &[&str] = &[
    "1|NUR AISYAH BINTI ALI|150412-14-1234|12/04/2015|P|3|7|8||1",
    "2|LIM WEI JIE|151231-14-5677|31/12/2015|L|3|9||2|2",
    "3|MUTHU A/L RAJAN|160101-14-9011|01/01/2016|L|4||5|6|3",
];

#[test]
fn columns_of_a_pupil_lead_to_class_and_family() {
    let mapping = declared("tblMurid", PUPILS, "ID", LEADS, ROWS);
    assert_eq!(mapping.entity.as_deref(), Some("students"));
    assert_eq!(
        bound(&mapping, 10),
        "- students.full_name students.national_id students.date_of_birth students.gender enrollments.class \
         student_guardians.guardian student_guardians#2.guardian student_guardians#3.guardian -"
    );
    let relationship = |part: &str| constant(&mapping, &format!("student_guardians{part}.relationship"));
    assert_eq!(relationship("").as_deref(), Some("father"), "the header says so");
    assert_eq!(relationship("#2").as_deref(), Some("mother"));
    assert_eq!(relationship("#3"), None, "what a guardian is to the child is left to a person");
    let primary = |part: &str| constant(&mapping, &format!("student_guardians{part}.is_primary"));
    assert_eq!(["", "#2", "#3"].map(|part| primary(part).unwrap_or_default()), ["true", "false", "false"]);
    let missing: Vec<String> = missing_required(&mapping).expect("whole").iter().map(ToString::to_string).collect();
    assert!(missing.contains(&"student_guardians#3.relationship".to_owned()), "and asked for: {missing:?}");
    assert_eq!(constant(&mapping, "academic_years.name").as_deref(), Some("2026"), "a place in a class has a year");
}

#[test]
fn the_reasons_name_the_relationship_and_the_row_number() {
    let mapping = declared("tblMurid", PUPILS, "ID", LEADS, ROWS);
    let words = model::Words::new(model::Lang::En, &super::super::WORDS);
    let said = |column| {
        let (key, args) = unmapped_reason(&headers(PUPILS), &mapping, column);
        sentence(&words, &key, &args)
    };
    assert_eq!(said(0), "\"ID\" is the database's own row number and says nothing about a person");
    assert_eq!(said(5), "The database itself says that \"KelasID\" leads to \"tblKelas\", so it is class");
    assert_eq!(said(6), "The database itself says that \"BapaID\" leads to \"tblPenjaga\", so it is guardian");
}

#[test]
fn a_numeric_key_that_only_counts_rows_is_nobodys_number() {
    let rows = ["1|Ali Rekaan|150412-14-1234", "2|Siti Rekaan|151231-14-5676", "3|Mei Rekaan|160101-14-9012"];
    let long = ["2026001|Ali Rekaan|150412-14-1234", "2026002|Siti Rekaan|151231-14-5676"];
    let number = |header: &str, key: &str, rows: &[&str]| {
        let mapping = declared("tblMurid", &format!("{header}|Nama|NoKP"), key, &[], rows);
        bound(&mapping, 1)
    };
    assert_eq!(number("ID", "ID", &["0000000001|Ali Rekaan|", "0000000002|Siti Rekaan|"]), "-", "filled up with zeros");
    for header in ["ID", "ID Murid", "MuridID", "IDMurid", "id_pelajar", "StudentID", "PK"] {
        assert_eq!(number(header, header, &rows), "-", "{header}");
    }
    assert_eq!(number("ID Murid", "NoKP", &rows), "students.student_number", "no key of the database");
    assert_eq!(number("ID Murid", "ID Murid", &long), "students.student_number", "no count of rows");
    assert_eq!(number("No Murid", "No Murid", &rows), "students.student_number", "called a number of pupils");
}

#[test]
fn tables_of_links_are_known_by_where_they_lead() {
    let pupil = ("MuridID", "tblMurid", "students");
    let links = [pupil, ("WaliID", "tblPenjaga", "guardians")];
    let rows = ["1|7|Bapa", "2|9|Ibu", "3|5|Penjaga"];
    let mapping = declared("tblMuridPenjaga", "MuridID|WaliID|Hubungan", "", &links, &rows);
    assert_eq!(mapping.entity.as_deref(), Some("student_guardians"));
    let fields = "student_guardians.student student_guardians.guardian student_guardians.relationship";
    assert_eq!(bound(&mapping, 3), fields);
    assert_eq!(constant(&mapping, "student_guardians.is_primary").as_deref(), Some("false"), "nobody says who is");

    let links = [pupil, ("Bilik", "tblKelas", "classes")];
    let mapping = declared("x1", "ID|MuridID|Bilik", "ID", &links, &["1|1|3", "2|2|3", "3|3|4"]);
    assert_eq!(bound(&mapping, 3), "- enrollments.student enrollments.class");
    let marks = declared("x2", "ID|MuridID|Bilik|Markah", "ID", &links, &["1|1|3|80", "2|2|3|75", "3|3|4|90"]);
    assert_eq!(marks.entity, None, "marks of pupils in a class are no places in it");
}

#[test]
fn classes_and_guardians_lead_to_teachers_years_and_pupils() {
    let leads = [("GuruID", "tblGuru", "teachers"), ("TahunID", "tblTahun", "academic_years")];
    let rows = ["1|5 Amanah|7|2", "2|5 Bestari|8|2"];
    let mapping = declared("tblKelas", "ID|Nama|GuruID|TahunID", "ID", &leads, &rows);
    assert_eq!(mapping.entity.as_deref(), Some("classes"));
    assert_eq!(bound(&mapping, 4), "- classes.name classes.class_teacher classes.academic_year");
    assert_eq!(constant(&mapping, "academic_years.name"), None, "the table says the year itself");

    let leads = [("Anak", "tblMurid", "students")];
    let rows = ["1|AHMAD BIN ALI|012-3456789|Bapa|4", "2|SITI BINTI OMAR|013-4567890|Ibu|5"];
    let mapping = declared("tblPenjaga", "ID|Nama|NoTel|Hubungan|Anak", "ID", &leads, &rows);
    assert_eq!(
        bound(&mapping, 5),
        "- guardians.full_name guardians.phone student_guardians.relationship student_guardians.student"
    );
}

#[test]
fn where_the_class_says_its_year_the_place_takes_it_from_there() {
    let headers = headers("ID|Nama|KelasID");
    let sample = block(&["1|Ali bin Rekaan|3", "2|Siti binti Rekaan|3"]);
    let class_headers = super::headers("ID|NamaKelas|Sesi");
    let class_rows = block(&["3|5 Amanah|2025", "4|5 Bestari|2026"]);
    let key = ["ID".to_owned()];
    let plain = TableSample::new("sekolah.sqlite", "tblKelas", &class_headers, &class_rows);
    let classes = TableSample { primary_key: &key, ..plain };
    let leads = [Lead::new(2, &classes, &Learned::default(), &YEAR)];
    assert_eq!(leads[0].entity.map(|entity| entity.code), Some("classes"));
    let plain = TableSample::new("sekolah.sqlite", "tblMurid", &headers, &sample);
    let pupils = TableSample { leads: &leads, primary_key: &key, ..plain };
    let mapping = suggest(&pupils, &Learned::default(), &YEAR);
    assert_eq!(bound(&mapping, 3), "- students.full_name enrollments.class");
    assert_eq!(constant(&mapping, "academic_years.name"), None, "the project's year is not put over the class's");
    let missing: Vec<String> = missing_required(&mapping).expect("whole").iter().map(ToString::to_string).collect();
    assert!(!missing.contains(&"enrollments.academic_year".to_owned()), "and is not missing: {missing:?}");
}

#[test]
fn what_another_table_taught_about_a_header_is_not_said_of_row_numbers() {
    let header = |header: &str, path: &str| LearnedHeader { header: header.into(), path: path.into(), count: 9 };
    let learned = Learned {
        headers: vec![header("id", "students.student_number"), header("kelas id", "students.national_id")],
        ..Learned::default()
    };
    let mapping = declared_after(&learned, "tblMurid", PUPILS, "ID", LEADS, ROWS);
    assert_eq!(bound(&mapping, 6).split(' ').next_back(), Some("enrollments.class"));
    assert_eq!(mapping.column(0), None, "the key stays out");
}
