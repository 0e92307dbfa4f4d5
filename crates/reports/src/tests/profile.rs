//! The profile report of a small made-up school.

use model::profile::document::{
    ColumnProfile, Count, DateSpan, EntityProfile, FieldFigures, Hidden, KeyFigures, Outlook, Projection,
    ReferenceFigures, TableProfile, Uniqueness,
};

use super::*;

fn exact(count: u64) -> Count {
    Count { count, exact: true }
}

fn tally(pairs: &[(&str, u64)]) -> Vec<(String, u64)> {
    pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

fn field(code: &str, need: &str, filled: u64, not_standard: u64) -> FieldFigures {
    FieldFigures {
        field: code.to_owned(),
        need: need.to_owned(),
        filled,
        blank: 1_204 - filled,
        not_standard,
        distinct: exact(filled.min(1_190)),
        ..FieldFigures::default()
    }
}

fn students() -> EntityPart {
    let mut admitted = field("admission_date", "expected", 1_180, 40);
    (admitted.first, admitted.last) = (Some("2020-01-02".to_owned()), Some("2026-06-15".to_owned()));
    EntityPart {
        title: "Murid".to_owned(),
        profile: EntityProfile {
            entity: "students".to_owned(),
            records: 1_204,
            fields: vec![
                field("full_name", "required", 1_203, 0),
                field("national_id", "expected", 1_150, 12),
                admitted,
                field("phone", "optional", 0, 0),
            ],
            keys: vec![KeyFigures {
                key: "ic".to_owned(),
                fields: vec!["national_id".to_owned()],
                filled: 1_150,
                distinct: exact(1_147),
                shared: Some(3),
            }],
            references: vec![ReferenceFigures {
                field: "class".to_owned(),
                to: "classes".to_owned(),
                linked: 1_190,
                orphans: 9,
                blank: 5,
            }],
            ..EntityProfile::default()
        },
        fields: ["Nama penuh", "Nombor pengenalan", "Tarikh masuk", "Telefon"].map(str::to_owned).to_vec(),
        keys: vec!["Nombor pengenalan".to_owned()],
        references: vec![("Kelas".to_owned(), "Kelas".to_owned())],
    }
}

fn column(name: &str, kind: &str) -> (ColumnProfile, ColumnWords) {
    let column = ColumnProfile {
        name: name.to_owned(),
        filled: 1_200,
        blank: 3,
        null_words: 1,
        distinct: exact(900),
        unique: Some(700),
        kind: kind.to_owned(),
        kind_fits: 1_200,
        kinds: tally(&[(kind, 1_200)]),
        shortest: 4,
        longest: 31,
        patterns: tally(&[("A A A", 1_000), ("A A", 150), ("文", 30)]),
        patterns_told: 6,
        scripts: tally(&[("Latn", 1_150), ("Hani", 30), ("Arab", 20)]),
        ..ColumnProfile::default()
    };
    let scripts = ["Rumi", "Cina", "Arab atau Jawi"].map(str::to_owned).to_vec();
    let words = ColumnWords { name: name.to_owned(), kind: kind.to_owned(), scripts, ..ColumnWords::default() };
    (column, words)
}

fn table() -> TablePart {
    let (mut number, mut number_words) = column("NO. KP", "Nombor pengenalan");
    number.hidden = Some(Hidden::Identity);
    (number.patterns, number.scripts) = (tally(&[("999999-99-9999", 1_188), ("99999999999", 12)]), Vec::new());
    number.uniqueness = Uniqueness::WhereFilled;
    number_words.hidden = "Nombor pengenalan: hanya bentuk dan kiraan ditunjukkan.".to_owned();
    number_words.field = "Murid: nombor pengenalan".to_owned();
    let (mut gender, gender_words) = column("JANTINA", "Jantina");
    (gender.values, gender.scripts) = (Some(tally(&[("L", 612), ("P", 580), ("150412-14-1234", 8)])), Vec::new());
    let (mut date, date_words) = column("TARIKH MASUK", "Tarikh");
    date.scripts.clear();
    date.dates = Some(DateSpan {
        read: 1_180,
        odd: 20,
        either: 14,
        first: "2020-01-02".to_owned(),
        last: "2026-06-15".to_owned(),
        ..DateSpan::default()
    });
    let (columns, words): (Vec<_>, Vec<_>) =
        [column("NAMA", "Nama"), (number, number_words), (gender, gender_words), (date, date_words)]
            .into_iter()
            .unzip();
    TablePart {
        file: "murid-2026.xlsx".to_owned(),
        table: "Tahun 1 Cempaka".to_owned(),
        becomes: "Murid".to_owned(),
        profile: TableProfile { version: 1, rows: 1_204, distinct_rows: exact(1_200), columns },
        columns: words,
    }
}

fn line(title: &str, records: u64, years: &[(i32, u64)], outlook: Outlook) -> ProfileLine {
    ProfileLine {
        entity: "students".to_owned(),
        title: title.to_owned(),
        records,
        years: years.to_vec(),
        outlook,
        dated_by: "Tarikh masuk".to_owned(),
        this_year: 2026,
        method: "Garis lurus: (180 + 190 + 200 + 210 + 220) ÷ 5 = 200.0 setahun dalam 2021–2025.".to_owned(),
        ..ProfileLine::default()
    }
}

/// A profile with something of everything.
pub(super) fn report(lang: Lang) -> ProfileReport {
    let years = [(2020, 180), (2021, 180), (2022, 190), (2023, 200), (2024, 210), (2025, 220), (2026, 24)];
    let outlook = Outlook::Projected(Projection {
        from: 2021,
        to: 2025,
        years: years[1..6].to_vec(),
        a_year: 200.0,
        linear: 2_204,
        rate: Some(-0.051),
        compound: Some(2_473),
    });
    let mut students_line = line("Murid", 1_204, &years, outlook);
    (students_line.first, students_line.last) = ("2020-01-02".to_owned(), "2026-06-15".to_owned());
    students_line.keys = vec!["Nombor pengenalan: dalam 1,150 daripada 1,204; 3 lebih daripada sekali".to_owned()];
    students_line.undated = 24;
    let issue = |code: &str, text: &str, count: u64, bad: bool| IssuePart {
        code: code.to_owned(),
        text: text.to_owned(),
        count,
        bad,
    };
    students_line.issues = vec![
        issue("orphans", "9 rujukan tidak menuju ke mana-mana", 9, true),
        issue("form", "52 nilai belum dalam bentuk baku", 52, false),
    ];
    let mut attendance = line("Kehadiran", 240_000, &[(2025, 180_000), (2026, 60_000)], Outlook::TooFew { years: 1 });
    attendance.entity.clear();
    (attendance.file, attendance.a_day) = ("sistem_lama.mdb".to_owned(), Some(1_188.4));
    attendance.method = "Tahun penuh yang ada rekod: 1. Unjuran memerlukan 3, jadi tiada unjuran dibuat.".to_owned();
    ProfileReport {
        head: head(lang),
        counted_at: at(9),
        stale: false,
        lines: vec![students_line, line("Guru", 0, &[], Outlook::Undated), attendance],
        entities: vec![students()],
        tables: vec![table()],
    }
}

#[test]
fn the_printed_profile_has_inventory_quality_volume_and_columns() {
    let words = plain(&pdf_text(&Report::Profile(report(Lang::En))));
    for said in [
        "Data Profile Report",
        "2020-01-02",
        "9 rujukan tidak menuju",
        "−5.1 %",
        "2,204",
        "2,473",
        "1,188.4",
        "999999-99-9999",
        "Optional and blank in every record: Telefon.",
        "Look like dates and are none: 20.",
    ] {
        assert!(words.contains(&plain(said)), "{said} is not in the report: {words:.600}");
    }
}

#[test]
fn a_profile_shows_shapes_whole_and_values_masked() {
    for format in [Format::Html, Format::Json] {
        let text = text_of(format, &Report::Profile(report(Lang::Ms)));
        assert!(text.contains("999999-99-9999"), "a shape is no identity number");
        assert!(!text.contains("150412-14-1234") && text.contains("******-**-1234"), "a value is one");
    }
}

#[test]
fn profile_json_has_the_promised_keys() {
    let json: serde_json::Value =
        serde_json::from_slice(&bytes(&Report::Profile(report(Lang::Ms)), Format::Json)).expect("JSON");
    for pointer in [
        "/countedAt",
        "/inventory/0/issues/0/code",
        "/quality/0/fields/0/notStandard",
        "/quality/0/keys/0/shared",
        "/quality/0/references/0/orphans",
        "/volume/0/outlook/projected/linear",
        "/volume/2/aDay",
        "/tables/0/distinctRows/exact",
        "/tables/0/columns/1/patterns/0/0",
        "/tables/0/columns/3/dates/first",
        "/tables/0/columns/0/nullWords",
    ] {
        assert!(json.pointer(pointer).is_some(), "{pointer} is missing");
    }
    assert_eq!(json.pointer("/tables/0/columns/1/hidden"), Some(&serde_json::json!("identity")));
}

#[test]
fn more_columns_than_a_paper_can_list_are_cut_aloud() {
    let mut many = report(Lang::En);
    many.tables = vec![table(); 3];
    let page = crate::html::write(&crate::reports::doc_of(&Report::Profile(many), 6));
    assert!(page.contains("The first 6 of 12 are listed."), "the cut is said");
    assert_eq!(page.matches("Tahun 1 Cempaka").count(), 2, "a table with no column left is not begun");
}

#[test]
fn a_school_with_nothing_has_a_report_too() {
    let mut nothing = report(Lang::Ms);
    (nothing.lines, nothing.entities, nothing.tables) = (Vec::new(), Vec::new(), Vec::new());
    for format in Format::ALL {
        assert!(!bytes(&Report::Profile(nothing.clone()), format).is_empty());
    }
}
