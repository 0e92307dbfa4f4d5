//! The made-up school is the same for the same seed, and its truth tells what is written.

use super::*;

fn wish(seed: u64) -> Wish {
    Wish { students: 120, mess: 0.2, seed, year: 2026, years: 0 }
}

#[test]
fn the_same_seed_gives_the_same_school() {
    let (one, two) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    generate(&wish(7), one.path()).expect("written");
    generate(&wish(7), two.path()).expect("written");
    for file in ["senarai_murid.csv", "truth.json"] {
        let read = |dir: &tempfile::TempDir| fs_err::read(dir.path().join(file)).expect("there");
        assert_eq!(read(&one), read(&two), "{file} differs for the same seed");
    }
}

#[test]
fn every_planted_cell_stands_where_the_truth_says() {
    let dir = tempfile::tempdir().expect("folder");
    let school = generate(&wish(3), dir.path()).expect("written");
    let text = fs_err::read_to_string(dir.path().join("senarai_murid.csv")).expect("there");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("readable")).collect();
    // The blank line above the header is no record of the reader, hence one less.
    let header = rows.iter().position(|row| row.get(0) == Some("BIL")).expect("a header");
    let in_csv: Vec<_> = school.truth.defects.iter().filter(|defect| defect.file == "senarai_murid.csv").collect();
    assert!(in_csv.len() > 5, "a fifth of sixty pupils has defects");
    for defect in in_csv {
        let column = rows[header].iter().position(|cell| cell == defect.column).expect("the column");
        let row = &rows[header + defect.row as usize - 4];
        assert_eq!(row.get(column), Some(defect.written.as_str()), "{defect:?}");
    }
}

#[test]
fn identity_numbers_belong_to_one_person_each() {
    let everybody = people::make_up(&Wish { students: 3000, mess: 0.0, seed: 1, year: 2026, years: 0 });
    let mut seen = std::collections::HashSet::new();
    assert!(everybody.pupils.iter().all(|pupil| seen.insert(pupil.ic.clone())), "two pupils share a number");
}

#[test]
fn the_sheets_are_the_same_for_the_same_seed_and_tell_their_truth() {
    let (one, two) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let (files, truth) = generate_sheets(&wish(7), one.path()).expect("written");
    generate_sheets(&wish(7), two.path()).expect("written");
    for file in ["hafazan.csv", "truth_sheets.json"] {
        let read = |dir: &tempfile::TempDir| fs_err::read(dir.path().join(file)).expect("there");
        assert_eq!(read(&one), read(&two), "{file} differs for the same seed");
    }
    assert!(files.len() == 4 && files.iter().all(|file| file.exists()), "{files:?}");
    assert_eq!(truth.attendance, truth.statuses.values().sum::<u32>(), "every day has a status");
    assert_eq!(truth.attendance, 120 * 22, "March 2026 has 22 days of school without its weekends");
}

#[test]
fn past_years_have_two_hundred_days_of_every_pupil_from_the_admission_on() {
    let dir = tempfile::tempdir().expect("folder");
    let school = generate(&Wish { years: 5, mess: 0.0, ..wish(4) }, dir.path()).expect("written");
    let truth = &school.truth;
    let text = fs_err::read_to_string(dir.path().join(attendance::FILE)).expect("there");
    assert_eq!(text.lines().count() - 1, truth.attendance as usize, "a line a day");
    assert_eq!(truth.attendance, truth.attendance_statuses.values().sum::<u32>(), "every day has a status");
    // of the first of five times 200 days the first fifteen may lie before the admission
    assert!((120 * 985..=120 * 1_000).contains(&truth.attendance), "{}", truth.attendance);
    let last = text.lines().next_back().expect("a day");
    assert!(last.contains("/2025,"), "the current year is left to the registers: {last}");
    for pupil in &truth.pupils {
        let year = |date: &str| date[..4].parse::<i32>().expect("a year");
        assert!(pupil.admission_date.as_str() < "2021-02" && year(&pupil.date_of_birth) <= 2017, "{pupil:?}");
    }
}

#[test]
fn a_school_without_past_years_is_as_it_always_was() {
    let dir = tempfile::tempdir().expect("folder");
    let school = generate(&wish(3), dir.path()).expect("written");
    assert_eq!(school.files.len(), 3);
    let truth = fs_err::read_to_string(school.truth_file).expect("there");
    assert!(!truth.contains("attendance"), "no key without its rows");
}
