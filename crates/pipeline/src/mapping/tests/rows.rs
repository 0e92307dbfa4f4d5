//! Rows become the values of records.

use super::super::{ColumnSource, MapError, Mapper, set_column, set_constant, set_lookup};
use super::*;
use model::FieldPath;

const WIDE: &str = "Nama|No KP|Status|Kelas|Tahun|Nama Bapa|No KP Bapa|Nama Ibu|No KP Ibu|Tel Ibu";

/// The value of a field of a record in row 0 of `rows`; `None` where the record does not exist.
fn value(mapper: &Mapper, rows: &RowBlock, path: &str) -> Option<String> {
    let path = FieldPath::parse(path).expect("a known path");
    let part = mapper.parts().iter().position(|part| part.entity.code == path.entity && part.part == path.part)?;
    let mut values = Vec::new();
    let exists = mapper.values(rows.row(0).expect("a row"), part, &mut values);
    let at = mapper.parts()[part].entity.position(&path.field)?;
    assert_eq!(values.len(), mapper.parts()[part].entity.fields.len(), "one value a field");
    exists.then(|| values[at].to_owned())
}

#[test]
fn a_wide_row_becomes_linked_records() {
    let mapper = Mapper::new(&proposal("Murid", WIDE, &[])).expect("whole");
    let rows = block(&[
        "NUR AISYAH BINTI ALI|150412141234|Pindah|5 Amanah|5|ALI BIN ABU|800101145555|SITI BINTI OMAR|820202146666|012",
    ]);
    for (path, wanted) in [
        ("students.full_name", Some("NUR AISYAH BINTI ALI")),
        ("students.status", Some("Pindah")),
        ("guardians.full_name", Some("ALI BIN ABU")),
        ("guardians.national_id", Some("800101145555")),
        ("guardians.phone", Some("")),
        ("guardians#2.full_name", Some("SITI BINTI OMAR")),
        ("guardians#2.national_id", Some("820202146666")),
        ("guardians#2.phone", Some("012")),
        ("student_guardians.relationship", Some("father")),
        ("student_guardians.is_primary", Some("true")),
        ("student_guardians#2.relationship", Some("mother")),
        ("student_guardians#2.is_primary", Some("false")),
        ("classes.name", Some("5 Amanah")),
        ("classes.grade_level", Some("5")),
        ("academic_years.code", Some("AY2026")),
        ("enrollments.status", Some("transferred")),
    ] {
        assert_eq!(value(&mapper, &rows, path).as_deref(), wanted, "{path}");
    }
}

#[test]
fn links_lead_to_records_that_come_earlier() {
    let mapper = Mapper::new(&proposal("Murid", WIDE, &[])).expect("whole");
    let mut seen = 0;
    for (at, part) in mapper.parts().iter().enumerate() {
        for (field, other) in &part.links {
            seen += 1;
            assert!(*other < at, "{}#{} is linked to a later record", part.entity.code, part.part);
            let target = &mapper.parts()[*other];
            let same = target.part == part.part || part.entity.fields[*field].code != "guardian";
            assert!(same, "guardian {} belongs to link {}", target.part, part.part);
        }
        assert_eq!(part.shared, matches!(part.entity.code, "classes" | "academic_years"), "{}", part.entity.code);
        assert_eq!(part.derive_code, part.entity.code == "classes", "{}", part.entity.code);
    }
    assert_eq!(seen, 8, "two of each link, three of the place, one of the class");
}

#[test]
fn a_missing_mother_is_no_record() {
    let mapper = Mapper::new(&proposal("Murid", WIDE, &[])).expect("whole");
    let rows = block(&["LIM MEI LING|151231081122|Aktif||5|LIM AH KOW|750101085555|   ||012"]);
    for path in ["guardians#2.full_name", "student_guardians#2.relationship", "classes.name", "enrollments.status"] {
        assert_eq!(value(&mapper, &rows, path), None, "{path}");
    }
    assert_eq!(value(&mapper, &rows, "student_guardians.relationship").as_deref(), Some("father"));
    let nobody = block(&["|||5 Amanah|5|LIM AH KOW||||"]);
    assert_eq!(value(&mapper, &nobody, "student_guardians.relationship"), None, "no child, no link");
    assert_eq!(value(&mapper, &nobody, "classes.name").as_deref(), Some("5 Amanah"));
}

#[test]
fn a_word_for_nothing_is_no_parent() {
    let mapper = Mapper::new(&proposal("Murid", WIDE, &[])).expect("whole");
    for (father, mother, phone, wanted) in [
        ("TIADA|-", "Tiada Maklumat|", "-", [None, None]),
        ("ALI BIN ABU|TIADA", "-|820202146666", "TIADA", [Some("ALI BIN ABU"), Some("-")]),
        ("?|", "N/A|TIADA", "0123456789", [None, Some("N/A")]),
        ("TIADA BINTI TAHIR|", "NIL|NIL", "", [Some("TIADA BINTI TAHIR"), None]),
    ] {
        let row = format!("LIM MEI LING|151231081122|Aktif|5 Amanah|5|{father}|{mother}|{phone}");
        let rows = block(&[&row]);
        let made = ["guardians.full_name", "guardians#2.full_name"].map(|path| value(&mapper, &rows, path));
        assert_eq!(made.each_ref().map(Option::as_deref), wanted, "{row}: whom another cell speaks of is for a person");
        for (number, wanted) in [("", wanted[0]), ("#2", wanted[1])] {
            let link = value(&mapper, &rows, &format!("student_guardians{number}.relationship"));
            assert_eq!(link.is_some(), wanted.is_some(), "{row}: no link without a parent");
        }
    }
    let rows = block(&["-|151231081122|Aktif|TIADA|5||||"]);
    assert_eq!(value(&mapper, &rows, "students.full_name").as_deref(), Some("-"), "the row's own pupil stays");
    assert_eq!(value(&mapper, &rows, "enrollments.status"), None, "no class is called TIADA");
    let nobody = block(&["TIADA||Aktif|5 Amanah|5||||"]);
    assert_eq!(value(&mapper, &nobody, "students.full_name").as_deref(), Some("TIADA"), "found by the checks");
}

#[test]
fn father_and_mother_never_overwrite_each_other_in_the_ministry_layout() {
    for layout in &super::super::layouts::ALL {
        let row = layout.headers();
        let sample = RowBlock::new();
        let table = TableSample::new("apdm.xlsx", "", &row, &sample);
        let mapper = Mapper::new(&suggest(&table, &Learned::default(), &YEAR)).expect("whole");
        let cells: Vec<String> = (0..row.len()).map(|column| format!("v{column}")).collect();
        let mut rows = RowBlock::new();
        rows.push_text_row(2, cells.iter().map(String::as_str));
        for field in ["full_name", "national_id", "phone"] {
            let first = value(&mapper, &rows, &format!("guardians.{field}"));
            let second = value(&mapper, &rows, &format!("guardians#2.{field}"));
            assert!(first.is_some() && second.is_some() && first != second, "{} {field}: {first:?}", layout.reason);
        }
        let ids = if row.len() == 61 { ["v34", "v45"] } else { ["v31", "v47"] };
        assert_eq!(value(&mapper, &rows, "guardians.national_id").as_deref(), Some(ids[0]), "the father's own number");
        assert_eq!(
            value(&mapper, &rows, "guardians#2.national_id").as_deref(),
            Some(ids[1]),
            "the mother's own number"
        );
    }
}

#[test]
fn chosen_meanings_replace_codes_and_reach_the_place_in_the_class() {
    let mut mapping = proposal("Murid", WIDE, &[]);
    let path = FieldPath::new("students", 1, "status");
    set_lookup(&mut mapping, &path, "X9", Some("graduated")).expect("known");
    let mapper = Mapper::new(&mapping).expect("whole");
    let rows = block(&["LIM MEI LING|151231081122| x9 |5 Amanah|5|||||"]);
    assert_eq!(value(&mapper, &rows, "students.status").as_deref(), Some("graduated"));
    assert_eq!(value(&mapper, &rows, "enrollments.status").as_deref(), Some("completed"));
    let unknown = block(&["LIM MEI LING|151231081122|Z|5 Amanah|5|||||"]);
    assert_eq!(value(&mapper, &unknown, "enrollments.status").as_deref(), Some(""), "unknown is no default");
}

#[test]
fn without_a_status_column_nothing_is_derived() {
    let mapper = Mapper::new(&proposal("Murid", "Nama|No KP|Kelas", &[])).expect("whole");
    let place = mapper.parts().iter().find(|part| part.entity.code == "enrollments").expect("a place");
    let status = place.entity.position("status").expect("a field");
    assert_eq!(place.columns[status], ColumnSource::None, "nobody said the pupils are active");
}

#[test]
fn a_broken_mapping_is_refused_with_its_place() {
    let whole = proposal("Murid", WIDE, &[]);
    let break_it = |change: fn(&mut TableMapping)| {
        let mut mapping = whole.clone();
        change(&mut mapping);
        Mapper::new(&mapping).err()
    };
    assert_eq!(break_it(|m| m.version = 9), Some(MapError::NewerVersion { version: 9, known: 2 }));
    let unknown = break_it(|m| m.parts[0].entity = "pets".to_owned());
    assert_eq!(unknown, Some(MapError::UnknownEntity { entity: "pets".to_owned() }));
    let field = break_it(|m| m.parts[0].fields[0].field = "wings".to_owned());
    assert_eq!(field, Some(MapError::UnknownField { path: "students.wings".to_owned() }));
    let twice = break_it(|m| m.parts[0].fields[1].from = model::Binding::Column(0));
    assert_eq!(twice, Some(MapError::ColumnTwice { column: 0 }));
    let same = break_it(|m| m.parts[0].fields[1].field = m.parts[0].fields[0].field.clone());
    assert_eq!(same, Some(MapError::FieldTwice { path: "students.full_name".to_owned() }));
    let part = break_it(|m| {
        m.parts.push(model::PartMapping { entity: "students".into(), part: 1, fields: Vec::new(), cell: None })
    });
    assert_eq!(part, Some(MapError::PartTwice { entity: "students".to_owned(), part: 1 }));
}

#[test]
fn a_guardian_table_links_to_the_child_by_what_is_written() {
    let mapping = proposal("Waris", "No. KP Murid|Nama Waris|No. KP Waris|Hubungan|No. Telefon", &[]);
    let mapper = Mapper::new(&mapping).expect("whole");
    let rows = block(&["150412141234|ALI BIN ABU|800101145555|Bapa|0123456789"]);
    assert_eq!(value(&mapper, &rows, "student_guardians.student").as_deref(), Some("150412141234"));
    assert_eq!(value(&mapper, &rows, "student_guardians.relationship").as_deref(), Some("Bapa"));
    let orphan = block(&["|ALI BIN ABU|800101145555|Bapa|0123456789"]);
    assert_eq!(value(&mapper, &orphan, "student_guardians.relationship"), None, "no child, no link");
    assert_eq!(value(&mapper, &orphan, "guardians.full_name").as_deref(), Some("ALI BIN ABU"));
}

#[test]
fn a_place_in_a_class_takes_what_is_written() {
    let mut mapping = proposal("Enrolment", "Student Number|Class Name", &[]);
    set_constant(&mut mapping, &FieldPath::new("academic_years", 1, "code"), Some("AY2025")).expect("known");
    set_column(&mut mapping, 2, FieldPath::parse("enrollments.status")).expect("known");
    let mapper = Mapper::new(&mapping).expect("whole");
    let rows = block(&["STU2026MY0007|5 Amanah|aktif"]);
    assert_eq!(value(&mapper, &rows, "enrollments.class").as_deref(), Some("5 Amanah"));
    assert_eq!(value(&mapper, &rows, "enrollments.status").as_deref(), Some("aktif"));
    assert_eq!(value(&mapper, &rows, "academic_years.code").as_deref(), Some("AY2025"));
    assert_eq!(value(&mapper, &block(&["STU2026MY0007||aktif"]), "enrollments.status"), None, "no class, no place");
}
