//! Small made-up tables whose profile was worked out by hand.

use chrono::NaiveDate;
use model::profile::document::{
    ColumnProfile, Count, EntityProfile, Hidden, NumberSpan, Outlook, PROFILE_VERSION, TableProfile, Tally, Uniqueness,
};
use model::{CellKind, RowBlock};

use super::*;
use crate::tested::today;

fn headers(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn profile(names: &[&str], rows: &[&[&str]]) -> TableProfile {
    let mut block = RowBlock::new();
    for (at, row) in rows.iter().enumerate() {
        block.push_text_row(at as u64 + 2, row.iter().copied());
    }
    let mut profiler = TableProfiler::new(&headers(names), today());
    profiler.add(&block);
    profiler.finish()
}

fn column(values: &[&str]) -> ColumnProfile {
    let rows: Vec<[&str; 1]> = values.iter().map(|value| [*value]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(<[&str; 1]>::as_slice).collect();
    profile(&["LAJUR"], &rows).columns.remove(0)
}

fn tally(pairs: &[(&str, u64)]) -> Tally {
    pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

const EXACT_2: Count = Count { count: 2, exact: true };

#[test]
fn a_table_is_counted_cell_by_cell() {
    let rows: [&[&str]; 5] = [
        &["1", "ALI BIN ABU", "L", "12/04/2015", "TIADA"],
        &["2", "SITI BINTI OMAR", "P", "31/12/2015", "-"],
        &["3", "ALI BIN ABU", "L", "", "012-345 6789"],
        &["4", " ", "P", "31/02/2016", "n/a"],
        &["5", "TAN AH KOW", "L", "1 Mac 2014", ""],
    ];
    let table = profile(&["BIL", "NAMA", "JANTINA", "TARIKH", "TELEFON"], &rows);
    assert_eq!((table.version, table.rows), (PROFILE_VERSION, 5));
    assert_eq!(table.distinct_rows, Count { count: 5, exact: true });
    let [number, name, gender, date, phone] = table.columns.as_slice() else { panic!("five columns") };

    assert!(number.counts_rows, "1, 2, 3, 4, 5 only count the rows");
    assert_eq!((number.uniqueness, number.kind.as_str()), (Uniqueness::Key, "number"));
    let span = NumberSpan { count: 5, least: "1".to_owned(), greatest: "5".to_owned() };
    assert_eq!(number.numbers, Some(span));

    assert_eq!((name.filled, name.blank, name.null_words), (4, 1, 0), "a space is blank");
    assert_eq!((name.distinct.count, name.unique), (3, Some(2)));
    assert_eq!(name.uniqueness, Uniqueness::Repeats);
    assert_eq!((name.kind.as_str(), name.kind_fits), ("name", 4));
    assert_eq!((name.shortest, name.longest), (10, 15));
    assert_eq!(name.patterns, tally(&[("A A A", 4)]));
    assert_eq!(name.values, None, "names are nobody's list");

    assert_eq!((gender.kind.as_str(), gender.distinct), ("gender", EXACT_2));
    assert_eq!(gender.values, Some(tally(&[("L", 3), ("P", 2)])));

    let dates = date.dates.clone().expect("dates");
    assert_eq!((date.kind.as_str(), date.blank), ("date", 1));
    assert_eq!((dates.read, dates.odd, dates.either), (3, 1, 1), "there is no 31 February");
    assert_eq!((dates.first.as_str(), dates.last.as_str()), ("2014-03-01", "2015-12-31"));
    assert_eq!(dates.order.as_deref(), Some("day-first"), "31/12 proves it");
    assert_eq!((dates.years, dates.days), (vec![(2014, 1), (2015, 2)], 3));

    assert_eq!((phone.filled, phone.null_words, phone.blank), (1, 3, 1));
    assert_eq!((phone.kind.as_str(), phone.uniqueness), ("phone", Uniqueness::WhereFilled));
    assert_eq!(phone.patterns, tally(&[("999-999 9999", 1)]));
}

#[test]
fn rows_are_what_they_hold_and_not_how_long_they_are() {
    let rows: [&[&str]; 4] = [&["A", "1"], &["A", "1", ""], &["B"], &["B", "", "lebih"]];
    let table = profile(&["X", "Y"], &rows);
    assert_eq!(table.distinct_rows, Count { count: 3, exact: true }, "an empty cell at the end changes nothing");
    assert_eq!(table.columns.len(), 3, "a value behind the last header has a column too");
    let behind = &table.columns[2];
    assert_eq!((behind.name.as_str(), behind.filled, behind.blank), ("", 1, 3));
    for column in &table.columns {
        assert_eq!(column.blank + column.null_words + column.filled, table.rows, "{}", column.name);
    }
}

#[test]
fn an_empty_table_has_nothing_and_says_so() {
    let table = profile(&["NAMA", "NO KP"], &[]);
    assert_eq!((table.rows, table.distinct_rows), (0, Count { count: 0, exact: true }));
    assert_eq!(table.columns.len(), 2);
    let column = &table.columns[0];
    assert_eq!((column.kind.as_str(), column.distinct.count), ("empty", 0));
    assert_eq!(column.uniqueness, Uniqueness::Repeats, "no row, no key");
    assert_eq!((&column.dates, &column.numbers, &column.values), (&None, &None, &None));
    assert!(column.patterns.is_empty() && column.scripts.is_empty() && !column.counts_rows);
    let nothing = TableProfiler::new(&[], today()).finish();
    assert_eq!((nothing.rows, nothing.columns.len()), (0, 0));
}

#[test]
fn one_value_in_every_row_is_told_from_a_few_rows_alike_and_from_one_that_is_missing_somewhere() {
    let told = |rows: &[&[&str]]| profile(&["TELEFON"], rows).columns[0].has_one_value();
    let alike: Vec<&[&str]> = vec![&["03-1234 5678"]; 10];
    assert!(told(&alike), "the school's own number in every row");
    assert!(!told(&alike[..9]), "nine rows may be alike by chance");
    assert!(!told(&[&alike[..], &[&["012-345 6789"][..]]].concat()), "two values");
    assert!(!told(&[&alike[..], &[&["TIADA"][..]]].concat()), "missing in one row, so it says something");
    assert!(!told(&[&[""][..]; 12]), "nothing is no value");
}

#[test]
fn eleven_scripts_are_told_apart() {
    let values = [
        ("Aisyah", "Latn"),
        ("عائشة", "Arab"),
        ("陈美玲", "Hani"),
        ("சௌந்தர்யா", "Taml"),
        ("सुनीता", "Deva"),
        ("গীতা", "Beng"),
        ("ਹਰਪ੍ਰੀਤ", "Guru"),
        ("สมชาย", "Thai"),
        ("សុខា", "Khmr"),
        ("မောင်", "Mymr"),
        ("민수", "Hang"),
    ];
    let written: Vec<&str> = values.iter().map(|(value, _)| *value).collect();
    let column = column(&written);
    for (value, script) in values {
        assert!(
            column.scripts.contains(&(script.to_owned(), 1)),
            "{value} is written in {script}: {:?}",
            column.scripts
        );
    }
    assert_eq!((column.scripts.len(), column.mixed_scripts), (11, 0));
    assert_eq!(column.distinct, Count { count: 11, exact: true });
    let mixed = self::column(&["陈美玲 Tan Mei Ling", "Ali"]);
    assert_eq!((mixed.scripts, mixed.mixed_scripts), (tally(&[("Latn", 2), ("Hani", 1)]), 1));
}

#[test]
fn dates_that_may_be_read_two_ways_wait_for_the_column() {
    let dates = |values: &[&str]| column(values).dates.expect("dates");
    let unproved = dates(&["05/04/2015", "06/04/2015"]);
    assert_eq!((unproved.order, unproved.either), (None, 2));
    assert_eq!((unproved.first.as_str(), unproved.last.as_str()), ("2015-04-05", "2015-04-06"));
    let slip = dates(&["05/04/2015", "12/31/2015"]);
    assert_eq!(slip.order, None, "one date is no proof of the American order");
    let american = dates(&["05/04/2015", "12/31/2015", "10/30/2015", "10/31/2015"]);
    assert_eq!(american.order.as_deref(), Some("month-first"));
    assert_eq!((american.first.as_str(), american.last.as_str()), ("2015-05-04", "2015-12-31"));
}

#[test]
fn amounts_are_numbers_though_some_look_like_years() {
    let column = column(&["150.00", "2000", "43000", "RM 1,250.50", "-20"]);
    assert_eq!((column.kind.as_str(), column.kind_fits), ("number", 5));
    let span = NumberSpan { count: 5, least: "-20".to_owned(), greatest: "43000".to_owned() };
    assert_eq!(column.numbers, Some(span));
}

#[test]
fn identity_numbers_and_sensitive_columns_show_shapes_and_no_value() {
    let rows: [&[&str]; 4] = [
        &["150412-14-1234", "150412141234", "ISLAM", "O", "rahsia"],
        &["150412-14-1236", "1504121412", "ISLAM", "A", "rahsia"],
        &["150413-14-1238", "catatan", "HINDU", "O", "rahsia"],
        &["TIADA", "catatan", "ISLAM", "O", "rahsia"],
    ];
    let mut table = profile(&["NO. KP", "RUJUKAN", "AGAMA", "KOD", "KATA LALUAN"], &rows);
    let hidden: Vec<Option<Hidden>> = table.columns.iter().map(|column| column.hidden).collect();
    let identity = Some(Hidden::Identity);
    assert_eq!(hidden, [identity, identity, Some(Hidden::Sensitive), None, Some(Hidden::Password)]);
    assert!(table.columns.iter().filter(|column| column.hidden.is_some()).all(|column| column.values.is_none()));
    assert_eq!(table.columns[0].patterns, tally(&[("999999-99-9999", 3)]));
    assert!(table.columns[4].patterns.is_empty(), "not even the shape of a password is shown");
    assert_eq!(table.columns[3].values, Some(tally(&[("O", 3), ("A", 1)])), "a code that nobody marked");
    let blood = model::entities::find("students").and_then(|entity| entity.field("blood_type"));
    conceal(&mut table.columns[3], blood);
    assert_eq!((table.columns[3].hidden, &table.columns[3].values), (Some(Hidden::Sensitive), &None));
    let said = format!("{:?}", table);
    for value in ["150412", "ISLAM", "rahsia"] {
        assert!(!said.contains(value), "{value} stands in the profile");
    }
}

#[test]
fn a_count_that_became_an_estimate_says_so_and_keys_are_counted_longest() {
    let mut block = RowBlock::new();
    for row in 0..6_000_u64 {
        let (key, class) = (format!("M{row}"), format!("K{}", row % 2_000));
        block.push_text_row(row + 1, [key.as_str(), class.as_str()]);
    }
    let mut profiler = TableProfiler::holding(&headers(&["NO", "KELAS"]), today(), 13_000);
    profiler.add(&block);
    let table = profiler.finish();
    let [key, class] = table.columns.as_slice() else { panic!("two columns") };
    assert_eq!((key.distinct, key.uniqueness), (Count { count: 6_000, exact: true }, Uniqueness::Key));
    assert!(!class.distinct.exact && class.unique.is_none(), "an estimate is called one");
    assert!((1_940..=2_060).contains(&class.distinct.count), "{} is within 3 % of 2,000", class.distinct.count);
    assert_eq!(class.uniqueness, Uniqueness::Repeats);

    let mut tight = TableProfiler::holding(&headers(&["NO", "KELAS"]), today(), 100);
    tight.add(&block);
    let key = tight.finish().columns.remove(0);
    assert_eq!((key.distinct.exact, key.uniqueness), (false, Uniqueness::Unknown), "no key is claimed");
}

#[test]
fn what_the_source_says_of_a_cell_counts_more_than_its_text() {
    let mut block = RowBlock::new();
    for (kind, text) in [
        (CellKind::Date, "2015-04-12"),
        (CellKind::Number, "42106"),
        (CellKind::Error, "#REF!"),
        (CellKind::Bool, "true"),
    ] {
        block.push_cell(kind, text);
        block.end_row(1);
    }
    let mut profiler = TableProfiler::new(&headers(&["X"]), today());
    profiler.add(&block);
    let column = profiler.finish().columns.remove(0);
    assert_eq!(column.cells, tally(&[("bool", 1), ("date", 1), ("error", 1), ("number", 1)]));
    assert_eq!(column.kinds, tally(&[("broken", 1), ("date", 1), ("postcode", 1), ("yes-no", 1)]));
    assert_eq!(column.kind, "mixed");
}

fn students(records: &[&[(&str, &str)]]) -> EntityProfile {
    let entity = model::entities::find("students").expect("students");
    let mut profiler = EntityProfiler::new(entity, today());
    for record in records {
        let value =
            |field: &model::Field| record.iter().find(|(code, _)| *code == field.code).map_or("", |(_, value)| *value);
        let values: Vec<(&str, Option<i64>)> = entity.fields.iter().map(|field| (value(field), None)).collect();
        profiler.add(&values, &[]);
    }
    profiler.finish()
}

#[test]
fn a_date_is_read_in_the_order_that_its_column_proves_and_else_counted() {
    let entity = model::entities::find("students").expect("students");
    let at = entity.position("admission_date").expect("the field");
    let profile = |dates: model::DateFacts| {
        let mut columns = vec![model::ColumnFacts::default(); entity.fields.len()];
        columns[at].dates = dates;
        let mut profiler = EntityProfiler::new(entity, today());
        for text in ["03/01/2018", "13/01/2018", "lama", ""] {
            let mut values = vec![("", None); entity.fields.len()];
            values[at] = (text, None);
            profiler.add(&values, &columns);
        }
        let figures = profiler.finish().fields.swap_remove(at);
        (figures.first.expect("a first day"), figures.last.expect("a last day"), figures.unread)
    };
    let proved = model::DateFacts { only_day_first: 1, only_month_first: 0, either: 1 };
    assert_eq!(profile(proved), ("2018-01-03".to_owned(), "2018-01-13".to_owned(), 1), "the third of January");
    let open = model::DateFacts { only_day_first: 1, only_month_first: 1, either: 1 };
    assert_eq!(
        profile(open),
        ("2018-01-13".to_owned(), "2018-01-13".to_owned(), 2),
        "3 January or 1 March: nobody knows"
    );
}

#[test]
fn records_are_counted_by_field_key_and_year() {
    let profile = students(&[
        &[("full_name", "ALI"), ("national_id", "150412141234"), ("admission_date", "2021-01-04"), ("gender", "male")],
        &[("full_name", "ABU"), ("national_id", "150412141234"), ("admission_date", "05/01/2022"), ("gender", "X")],
        &[("full_name", "SITI"), ("admission_date", "lama"), ("date_of_birth", "2015-04-12")],
    ]);
    let field = |code: &str| profile.fields.iter().find(|field| field.field == code).expect("the field");
    assert_eq!(profile.records, 3);
    let gender = field("gender");
    assert_eq!((gender.filled, gender.blank, gender.not_standard), (2, 1, 1), "X is no gender");
    let identity = profile.keys.iter().find(|key| key.key == "ic").expect("the key");
    assert_eq!((identity.filled, identity.distinct.count, identity.shared), (2, 1, Some(1)));
    let born = field("date_of_birth");
    assert_eq!((born.first.as_deref(), born.last.as_deref()), (Some("2015-04-12"), Some("2015-04-12")));
    let growth = profile.growth.as_ref().expect("pupils are admitted on a day");
    assert_eq!((growth.field.as_str(), growth.undated, growth.days), ("admission_date", 1, 2));
    assert_eq!(growth.years, [(2021, 1), (2022, 1)], "05/01/2022 is in 2022 whichever way it is read");
}

#[test]
fn references_that_lead_nowhere_are_orphans() {
    let entity = model::entities::find("enrollments").expect("enrollments");
    let mut profiler = EntityProfiler::new(entity, today());
    let student = entity.position("student").expect("student");
    for value in [("A1", Some(7)), ("A2", None), ("", Some(8)), ("", None)] {
        let mut values = vec![("", None); entity.fields.len()];
        values[student] = value;
        profiler.add(&values, &[]);
    }
    let profile = profiler.finish();
    let reference = profile.references.iter().find(|one| one.field == "student").expect("the reference");
    assert_eq!((reference.linked, reference.orphans, reference.blank), (2, 1, 1));
    assert_eq!(profile.fields[student].filled, 3, "a link without a text is filled");
}

#[test]
fn places_without_a_date_begin_in_their_academic_year() {
    let entity = model::entities::find("enrollments").expect("enrollments");
    let at = |code: &str| entity.position(code).expect("the field");
    let profile = |dates: [&'static str; 2]| {
        let mut profiler = EntityProfiler::new(entity, today());
        for (date, year) in dates.into_iter().zip(["AY2025", "2025/2026"]) {
            let mut values = vec![("", None); entity.fields.len()];
            (values[at("enrollment_date")], values[at("academic_year")]) = ((date, None), (year, Some(1)));
            profiler.add(&values, &[]);
        }
        profiler.finish().growth.expect("something tells")
    };
    let (by_year, by_date) = (profile(["", ""]), profile(["2024-01-08", ""]));
    assert_eq!((by_year.field.as_str(), by_year.years), ("academic_year", vec![(2025, 1), (2026, 1)]));
    assert_eq!((by_date.field.as_str(), by_date.years, by_date.undated), ("enrollment_date", vec![(2024, 1)], 1));
}

#[test]
fn the_projection_can_be_checked_by_hand() {
    let years = [(2019, 40), (2020, 80), (2021, 80), (2022, 100), (2023, 120), (2024, 140), (2026, 33), (2031, 1)];
    let Outlook::Projected(projected) = project(600, &years, 2026) else { panic!("six whole years are enough") };
    assert_eq!((projected.from, projected.to), (2020, 2024), "the last five whole years with records");
    assert_eq!(projected.years, [(2020, 80), (2021, 80), (2022, 100), (2023, 120), (2024, 140)]);
    assert!((projected.a_year - 104.0).abs() < 1e-9, "520 in five years");
    assert_eq!(projected.linear, 600 + 520);
    // (140 / 80)^(1/4) - 1 = 0.150163; 140 x (1.1502 + 1.3229 + 1.5215 + 1.7500 + 2.0128) = 1086.0
    assert!((projected.rate.expect("a rate") - 0.150_163).abs() < 1e-6);
    assert_eq!(projected.compound, Some(600 + 1_086));
}

#[test]
fn nothing_is_projected_from_too_little() {
    assert_eq!(project(10, &[], 2026), Outlook::Undated);
    assert_eq!(project(10, &[(2026, 10)], 2026), Outlook::TooFew { years: 0 });
    assert_eq!(project(10, &[(2024, 4), (2025, 6)], 2026), Outlook::TooFew { years: 2 });
    let gap = project(10, &[(2022, 4), (2025, 6)], 2026);
    let Outlook::Projected(gap) = gap else { panic!("four years, two of them empty") };
    assert!((gap.a_year - 2.5).abs() < 1e-9, "a year without records counts");
    assert_eq!((gap.rate, gap.compound), (None, None), "there is no rate through nothing");
    let Outlook::Projected(new) = project(10, &[(2023, 1), (2024, 2), (2025, 9)], 2026) else { panic!("three years") };
    assert_eq!(new.rate, None, "threefold every year does not go on");
}

#[test]
fn what_is_kept_daily_is_known_by_its_name() {
    assert!(is_daily("gibbonAttendanceLogPerson") && is_daily("KEHADIRAN 2026") && !is_daily("students"));
    assert_eq!(NaiveDate::from_ymd_opt(2026, 11, 22), Some(today()));
}
