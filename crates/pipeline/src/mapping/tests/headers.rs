//! Header rows of real kinds of school files, and what must come of them.

use super::super::layouts::ALL as LAYOUTS;
use super::super::unmapped_reason;
use super::*;

/// Kind of file, name of the table, headers, main entity, fields from left to right.
const CASES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "class list of a primary school",
        "5 AMANAH",
        "BIL|NAMA MURID|NO. KAD PENGENALAN|JANTINA|KAUM|AGAMA|TARIKH LAHIR|NAMA PENJAGA|NO. TEL PENJAGA|ALAMAT",
        "students",
        "- students.full_name students.national_id students.gender - - students.date_of_birth guardians.full_name \
         guardians.phone students.address_line1",
    ),
    (
        "points and double spaces",
        "Sheet1",
        "Bil.|  Nama   Murid |No.  K/P|T/Lahir|L/P|Kelas|No.Tel. Bapa|Nama  Bapa",
        "students",
        "- students.full_name students.national_id students.date_of_birth students.gender classes.name \
         guardians.phone guardians.full_name",
    ),
    (
        "first and last name of a pupil",
        "Student",
        "Student No|First Name|Last Name|Date of Birth|Gender|Class",
        "students",
        "students.student_number students.full_name students.full_name students.date_of_birth students.gender \
         classes.name",
    ),
    (
        "father and mother",
        "Murid",
        "Nama|No KP|Nama Bapa|No KP Bapa|No HP Bapa|Nama Ibu|No KP Ibu|No HP Ibu|Kelas",
        "students",
        "students.full_name students.national_id guardians.full_name guardians.national_id guardians.phone \
         guardians#2.full_name guardians#2.national_id guardians#2.phone classes.name",
    ),
    (
        "mother first",
        "Murid",
        "Nama|No KP|Nama Ibu|Tel Ibu|Nama Bapa|Tel Bapa",
        "students",
        "students.full_name students.national_id guardians#2.full_name guardians#2.phone guardians.full_name \
         guardians.phone",
    ),
    (
        "repeated headers behind each parent",
        "Murid",
        "Nama|No. KP|Nama Bapa|No. KP|No. Tel|Nama Ibu|No. KP|No. Tel",
        "students",
        "students.full_name students.national_id guardians.full_name guardians.national_id guardians.phone \
         guardians#2.full_name guardians#2.national_id guardians#2.phone",
    ),
    (
        "one number for both parents, who are named",
        "Murid",
        "Nama|Kelas|Nama Bapa|Nama Ibu|No. Tel Bapa/Ibu",
        "students",
        "students.full_name classes.name guardians.full_name guardians#2.full_name guardians.phone",
    ),
    (
        "one number for both parents, who are not named",
        "Murid",
        "Nama Pelajar|No. K/P|Kelas|No. Tel Bapa/Ibu",
        "students",
        "students.full_name students.national_id classes.name students.phone",
    ),
    (
        "telephone first",
        "WhatsApp",
        "No. Telefon|Nama Murid|Darjah|Nama Waris",
        "students",
        "students.phone students.full_name classes.name guardians.full_name",
    ),
    (
        "tahfiz with halaqah",
        "Halaqah",
        "No|Nama Santri|No. MyKid|Halaqah|Ustaz Halaqah|Juzuk|Nama Wali|No. HP Wali|Tarikh Masuk",
        "students",
        "- students.full_name students.national_id classes.name classes.class_teacher - guardians.full_name \
         guardians.phone students.admission_date",
    ),
    (
        "English international school",
        "Student List",
        "Student ID|Full Name|Date of Birth|Gender|Nationality|Passport/NRIC|Form Class|Year Level|Father's Name|\
         Father's Mobile|Mother's Name|Mother's Mobile|Home Address|Postcode|City|State",
        "students",
        "students.student_number students.full_name students.date_of_birth students.gender students.nationality \
         students.national_id classes.name classes.grade_level guardians.full_name guardians.phone \
         guardians#2.full_name guardians#2.phone students.address_line1 students.postcode students.city students.state",
    ),
    (
        "numbered English parents",
        "Pupils",
        "Pupil Name|DOB|Sex|Class|Parent 1 Name|Parent 1 Phone|Parent 1 Email|Parent 2 Name|Parent 2 Phone",
        "students",
        "students.full_name students.date_of_birth students.gender classes.name guardians.full_name guardians.phone \
         guardians.email guardians#2.full_name guardians#2.phone",
    ),
    (
        "Arabic in Latin letters",
        "Tullab",
        "Raqm aṭ-Ṭālib|Ism aṭ-Ṭālib|Raqm al-Hawiyyah|Tarikh al-Milad|Jins|Fasl|Ism al-Walid|Hatif al-Walid",
        "students",
        "students.student_number students.full_name students.national_id students.date_of_birth students.gender \
         classes.name guardians.full_name guardians.phone",
    ),
    (
        "headers without spaces",
        "data",
        "BIL|NAMAMURID|NOKP|TARIKHLAHIR|JANTINA|NAMAKELAS",
        "students",
        "- students.full_name students.national_id students.date_of_birth students.gender classes.name",
    ),
    (
        "headers of a database",
        "students",
        "student_id|user_id|student_number|dob|gender|nationality|ic_number|blood_group|medical_info|admission_date|status",
        "students",
        "- - students.student_number students.date_of_birth students.gender students.nationality \
         students.national_id - - students.admission_date students.status",
    ),
    (
        "accounts of a database",
        "users",
        "user_id|email|password|first_name|last_name|phone|status|created_date",
        "users",
        "- users.email - users.first_name users.last_name users.phone users.status -",
    ),
    (
        "teachers",
        "Guru",
        "Bil|Nama|No. KP|No. Pekerja|Opsyen|Kelulusan|Tarikh Lantikan|Emel|No. Telefon|Status",
        "teachers",
        "- teachers.full_name teachers.national_id teachers.employee_number teachers.specialization \
         teachers.qualification teachers.hire_date teachers.email teachers.phone teachers.status",
    ),
    (
        "teachers in English",
        "Staff",
        "Staff ID|Teacher Name|NRIC|Subject|Date Hired|Email|Mobile No",
        "teachers",
        "teachers.employee_number teachers.full_name teachers.national_id teachers.specialization teachers.hire_date \
         teachers.email teachers.phone",
    ),
    (
        "classes",
        "Kelas",
        "Kod Kelas|Nama Kelas|Tahun/Tingkatan|Guru Kelas|Kapasiti|Bilik",
        "classes",
        "classes.code classes.name classes.grade_level classes.class_teacher classes.capacity classes.room",
    ),
    (
        "places in classes",
        "Enrolment",
        "Student Number|Class Name|Academic Year|Enrolment Date|Status",
        "enrollments",
        "enrollments.student enrollments.class academic_years.name enrollments.enrollment_date enrollments.status",
    ),
    (
        "places in classes, Malay",
        "Pendaftaran",
        "No Murid|Nama Kelas|Sesi|Tarikh Masuk Kelas|Angka Giliran",
        "enrollments",
        "enrollments.student enrollments.class academic_years.name enrollments.enrollment_date enrollments.roll_number",
    ),
    (
        "guardians",
        "Penjaga",
        "Nama Penjaga|No. KP Penjaga|No. Tel Bimbit|Emel|Pekerjaan|Alamat|Poskod",
        "guardians",
        "guardians.full_name guardians.national_id guardians.phone guardians.email - guardians.address_line1 \
         guardians.postcode",
    ),
    (
        "guardians with their child",
        "Waris",
        "No. KP Murid|Nama Waris|No. KP Waris|Hubungan|No. Telefon",
        "guardians",
        "student_guardians.student guardians.full_name guardians.national_id student_guardians.relationship \
         guardians.phone",
    ),
    (
        "links",
        "student_guardians",
        "Student ID|Guardian IC|Relationship|Is Primary|Emergency Contact",
        "student_guardians",
        "student_guardians.student student_guardians.guardian student_guardians.relationship \
         student_guardians.is_primary student_guardians.is_emergency_contact",
    ),
    (
        "academic years",
        "Tahun Akademik",
        "Kod Tahun|Tahun Akademik|Tarikh Mula|Tarikh Tamat|Semasa",
        "academic_years",
        "academic_years.code academic_years.name academic_years.start_date academic_years.end_date \
         academic_years.is_current",
    ),
    (
        "sensitive columns stay out",
        "Murid",
        "Nama Murid|No. KP|Pendapatan Bapa|Nama Bank|No. Akaun Bank|Status OKU|Status Yatim|Kaum|Agama|Pekerjaan Bapa",
        "students",
        "students.full_name students.national_id - - - - - - - -",
    ),
    (
        "notes in parentheses and typing mistakes",
        "Sheet1",
        "Nama Penuh (seperti dalam MyKid)|No. MyKid (tanpa sengkang)|Tarikh Lahr|Jantna (L/P)|Tahap",
        "students",
        "students.full_name students.national_id students.date_of_birth students.gender -",
    ),
    (
        "guardian and relationship by position",
        "Murid",
        "Nama Murid|No. Pengenalan|Penjaga 1|Hubungan|No. Tel|Penjaga 2|Hubungan|No. Tel|Alamat 1|Alamat 2|Poskod|Bandar|Negeri",
        "students",
        "students.full_name students.national_id guardians.full_name student_guardians.relationship guardians.phone \
         guardians#2.full_name student_guardians#2.relationship guardians#2.phone students.address_line1 \
         students.address_line2 students.postcode students.city students.state",
    ),
    (
        "pupil without a word of its own beside a guardian",
        "Senarai",
        "NAMA|NO. K/P|KELAS|NAMA WARIS|HUBUNGAN|NO TEL WARIS|NAMA SEKOLAH LAMA|CATATAN",
        "students",
        "students.full_name students.national_id classes.name guardians.full_name student_guardians.relationship \
         guardians.phone - -",
    ),
    (
        "first and last name, which are joined",
        "Form 1",
        "No|First Name|Last Name|IC No|Class|Father Name|Father IC|Father HP|Mother Name|Mother HP",
        "students",
        "- students.full_name students.full_name students.national_id classes.name guardians.full_name \
         guardians.national_id guardians.phone guardians#2.full_name guardians#2.phone",
    ),
    (
        "parents without children",
        "Data Ibu Bapa",
        "Nama Bapa|No KP Bapa|No Tel Bapa|Nama Ibu|No KP Ibu|No Tel Ibu|Alamat",
        "guardians",
        "guardians.full_name guardians.national_id guardians.phone guardians#2.full_name guardians#2.national_id \
         guardians#2.phone guardians.address_line1",
    ),
    (
        "year level and session",
        "Murid",
        "Nama|MyKid|Tahun|Kelas|Sesi Persekolahan|Guru Kelas",
        "students",
        "students.full_name students.national_id classes.grade_level classes.name academic_years.name \
         classes.class_teacher",
    ),
];

#[test]
fn header_rows_lead_to_their_fields() {
    let mut wrong = Vec::new();
    for (kind, table, row, entity, fields) in CASES {
        let mapping = proposal(table, row, &[]);
        assert_whole(&mapping, kind);
        let found = bound(&mapping, headers(row).len());
        let wanted = fields.split_whitespace().collect::<Vec<_>>().join(" ");
        if mapping.entity.as_deref() != Some(entity) || found != wanted {
            wrong.push(format!("{kind}: {:?}\n  found  {found}\n  wanted {wanted}", mapping.entity));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn a_table_of_something_else_is_not_recognised() {
    for row in ["Tarikh|Perkara|Jumlah (RM)|Resit", "Item|Kuantiti|Harga", "|||"] {
        let mapping = proposal("Yuran", row, &[]);
        assert_eq!((mapping.entity.as_deref(), mapping.confidence), (None, 0), "{row}: {:?}", mapping.parts);
    }
}

#[test]
fn both_ministry_layouts_are_known_whole() {
    for layout in &LAYOUTS {
        let mut row = layout.headers();
        row[1] = row[1].replace(' ', "");
        row[5] = "TARIKH  LAHIR.".to_owned();
        row[10] = "Kelas 2026".to_owned();
        let sample = RowBlock::new();
        let table = TableSample::new("apdm.xlsx", "Sheet1", &row, &sample);
        let mapping = suggest(&table, &Learned::default(), &YEAR);
        assert_whole(&mapping, layout.reason);
        assert_eq!((mapping.reason.as_str(), mapping.confidence), (layout.reason, 99), "recognised whole");
        let relation = |part: u16| {
            let path = model::FieldPath::new("student_guardians", part, "relationship");
            (0..row.len() as u32).find(|column| mapping.column(*column).is_some_and(|(found, _)| found == path))
        };
        let wanted = if row.len() == 61 { (36, 47) } else { (33, 49) };
        assert_eq!((relation(1), relation(2)), (Some(wanted.0), Some(wanted.1)), "{}", layout.reason);
        assert_eq!(constant(&mapping, "academic_years.code").as_deref(), Some("AY2026"), "the project's year");
        let income = row.iter().position(|header| header.to_lowercase().contains("pendapatan")).unwrap_or(0);
        assert_eq!(unmapped_reason(&row, &mapping, income as u32).0, "mapping.sensitive", "income stays out");
    }
}

#[test]
fn a_ministry_export_with_a_column_less_is_read_by_its_headers() {
    let mut row = LAYOUTS[1].headers();
    row.remove(29);
    let sample = RowBlock::new();
    let table = TableSample::new("apdm.xlsx", "Sheet1", &row, &sample);
    let mapping = suggest(&table, &Learned::default(), &YEAR);
    assert_whole(&mapping, "61 of 62");
    let at = |column: u32| mapping.column(column).map(|(path, _)| path.to_string()).unwrap_or_default();
    assert_eq!(
        [at(30), at(31), at(32), at(38), at(46), at(47), at(48)],
        [
            "guardians.national_id",
            "guardians.full_name",
            "student_guardians.relationship",
            "guardians.phone",
            "guardians#2.national_id",
            "guardians#2.full_name",
            "student_guardians#2.relationship"
        ],
        "each guardian keeps its own columns"
    );
}

#[test]
fn values_speak_for_or_against_the_header() {
    let rows = [
        "NUR AISYAH BINTI ALI|150412-14-1234|012-345 6789",
        "MUHAMMAD HAKIM BIN OMAR|160101-10-5678|013-456 7890",
        "LIM MEI LING|151231-08-1122|04-123 4567",
    ];
    let agreed = proposal("Murid", "Nama|No KP|No Tel", &rows);
    let (_, id) = agreed.column(1).expect("bound");
    assert_eq!(id.reason, "mapping.header.values", "all values fit");
    assert!(id.reason_args.contains(&("matching".into(), "3".into())), "{:?}", id.reason_args);
    let against = proposal("Murid", "Nama|No Tel|No KP", &rows);
    let (path, swapped) = against.column(1).expect("the header still counts");
    assert_eq!((path.field.as_str(), swapped.reason.as_str()), ("phone", "mapping.header.contradicted"));
    assert!(
        swapped.reason_args.contains(&("looks".into(), "mapping.looks.identity".into())),
        "says what it looks like"
    );
    assert!(swapped.confidence < 50 && id.confidence > 90, "{} against {}", swapped.confidence, id.confidence);
}

#[test]
fn of_two_columns_for_one_field_the_one_with_fitting_values_wins() {
    let rows = ["NUR AISYAH BINTI ALI|A-12|150412141234", "LIM MEI LING|A-13|151231081122", "SITI|A-14|160101105678"];
    let mapping = proposal("Murid", "Nama|No KP|No Kad Pengenalan", &rows);
    let row = headers("Nama|No KP|No Kad Pengenalan");
    assert_eq!(bound(&mapping, 3), "students.full_name - students.national_id");
    let (key, args) = unmapped_reason(&row, &mapping, 1);
    assert_eq!(key, "mapping.unmapped.taken", "the loser says why");
    assert!(args.contains(&("other".into(), "No Kad Pengenalan".into())), "{args:?}");
}

#[test]
fn a_table_without_headers_is_mapped_from_values_with_little_confidence() {
    let rows = [
        "1|NUR AISYAH BINTI ALI|150412-14-1234|P|12/04/2015|012-345 6789|43000",
        "2|MUHAMMAD HAKIM BIN OMAR|160101-10-5678|L|01/01/2016|013-456 7890|50400",
        "3|LIM MEI LING|151231-08-1122|P|31/12/2015|019-876 5432|10150",
    ];
    let wanted = "- students.full_name students.national_id students.gender students.date_of_birth students.phone \
                  students.postcode";
    for row in ["||||||", "A|B|C|D|E|F|G", "Lajur 1|Lajur 2|Lajur 3|Lajur 4|Lajur 5|Lajur 6|Lajur 7"] {
        let mapping = proposal("", row, &rows);
        assert_eq!(bound(&mapping, 7), wanted.split_whitespace().collect::<Vec<_>>().join(" "), "{row}");
        let sure = mapping.parts.iter().flat_map(|part| &part.fields).filter(|field| field.confidence > 50).count();
        assert_eq!((sure, mapping.reason.as_str()), (0, "mapping.entity.values"), "{row}");
    }
    assert_eq!(proposal("", "||", &["x|1|2", "y|2|3"]).entity, None, "nothing to go by");
}

#[test]
fn what_a_row_proves_becomes_a_constant() {
    let mapping = proposal("Murid", "Nama|No KP|Kelas|Nama Bapa|Nama Ibu|Nama Penjaga", &[]);
    for (path, value) in [
        ("student_guardians.relationship", Some("father")),
        ("student_guardians#2.relationship", Some("mother")),
        ("student_guardians#3.relationship", None),
        ("student_guardians.is_primary", Some("true")),
        ("student_guardians#2.is_primary", Some("false")),
        ("student_guardians.is_emergency_contact", Some("true")),
        ("student_guardians#2.is_emergency_contact", Some("false")),
        ("academic_years.code", Some("AY2026")),
        ("academic_years.name", Some("2026")),
        ("students.status", None),
    ] {
        assert_eq!(constant(&mapping, path).as_deref(), value, "{path}");
    }
    let either = proposal("Murid", "Nama|No KP|Nama Bapa/Penjaga", &[]);
    assert_eq!(constant(&either, "student_guardians.relationship"), None, "bapa or penjaga proves nothing");
}

#[test]
fn a_column_of_years_is_the_academic_year() {
    let rows = ["NUR AISYAH BINTI ALI|2026|5 Amanah", "LIM MEI LING|2026|5 Bestari"];
    let mapping = proposal("Murid", "Nama|Tahun|Kelas", &rows);
    assert_eq!(bound(&mapping, 3), "students.full_name academic_years.name classes.name");
    let grades = proposal("Murid", "Nama|Tahun|Kelas", &["NUR AISYAH BINTI ALI|5|Amanah", "LIM MEI LING|6|Bestari"]);
    assert_eq!(bound(&grades, 3), "students.full_name classes.grade_level classes.name");
}

#[test]
fn people_teach_whole_tables_and_single_headers() {
    let row = headers("Nama|Kod Rahsia|Kelas");
    let mut taught = proposal("Murid", "Nama|Kod Rahsia|Kelas", &[]);
    super::super::set_column(&mut taught, 1, model::FieldPath::parse("students.student_number"))
        .expect("a known field");
    let mut learned = Learned::default();
    learned.learn(&row, &taught);
    let sample = RowBlock::new();
    let again = headers("NAMA|kod  rahsia|KELAS|");
    let table = TableSample::new("b.csv", "", &again, &sample);
    let whole = suggest(&table, &learned, &YEAR);
    assert_eq!(whole.reason, "mapping.learned.layout", "the same headers again");
    assert_eq!(bound(&whole, 3), "students.full_name students.student_number classes.name");
    let other = headers("Kelas|Nama Murid|Kod Rahsia");
    let table = TableSample::new("c.csv", "", &other, &sample);
    let single = suggest(&table, &learned, &YEAR);
    assert_whole(&single, "a learnt header in another table");
    let (path, binding) = single.column(2).expect("learnt");
    assert_eq!(
        (path.to_string().as_str(), binding.reason.as_str()),
        ("students.student_number", "mapping.learned.header")
    );
    assert_ne!(single.reason, "mapping.learned.layout", "other headers are another table");
}

#[test]
fn columns_left_alone_say_why() {
    let row = headers("Bil|Nama|Kaum|Kata Laluan||Warna Rumah|Nombor KP");
    let mapping = proposal("Murid", "Bil|Nama|Kaum|Kata Laluan||Warna Rumah|Nombor KP", &[]);
    let reasons: Vec<String> = (0..6).map(|column| unmapped_reason(&row, &mapping, column).0).collect();
    assert_eq!(
        reasons,
        [
            "mapping.unmapped.serial",
            "mapping.header",
            "mapping.sensitive",
            "mapping.password",
            "mapping.unmapped.blank",
            "mapping.unmapped.no-field"
        ],
        "each with its own reason"
    );
}
