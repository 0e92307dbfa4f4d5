//! Access files: the odd ones are made here, and damaged in every way.

mod build;
mod damage;
mod made;

use jetdb::ColumnType;

use self::build::{ACCESS_97, ACCESS_2000, Build, Stored, column, long};
use super::{Rows, fixtures, open_bytes, read_all};
use crate::{Error, Note, Options, Probe, ReadSummary, Reference, Secret};

/// What the first table of `bytes` holds.
fn read(bytes: &[u8], options: &Options) -> (Probe, Rows, ReadSummary) {
    let (_folder, source) = open_bytes("murid.mdb", bytes, options);
    let mut source = source.expect("readable");
    let (rows, summary) = read_all(source.as_mut(), 0).expect("readable");
    (source.probe().clone(), rows, summary)
}

fn made(name: &str) -> Vec<u8> {
    let all = made::all();
    all.into_iter().find(|(made, _)| *made == name).expect("a file that is made").1
}

fn codes(notes: &[Note]) -> Vec<&'static str> {
    notes.iter().map(|note| note.code).collect()
}

#[test]
fn the_fixtures_are_those_that_are_made() {
    for (name, bytes) in made::all() {
        let path = fixtures("access").join(name);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs_err::write(&path, &bytes).expect("fixture written");
        }
        assert!(fs_err::read(&path).is_ok_and(|found| found == bytes), "{name} is not as it is made");
    }
}

#[test]
fn columns_of_fixed_length_are_read() {
    let (_, rows, summary) = read(&made("fixed_length_text.mdb"), &Options::default());
    assert_eq!(rows[0].1, ["120304101234", "010203", "Aminah binti Contoh", "5A"]);
    assert_eq!(rows[1].1, ["130405105678", "010203", "Bala a/l Rekaan", ""]);
    assert!(summary.notes.is_empty(), "{:?}", summary.notes);
}

#[test]
fn deleted_rows_stay_deleted_also_where_they_had_moved() {
    let (probe, rows, _) = read(&made("deleted_moved_rows.mdb"), &Options::default());
    let names: Vec<&str> = rows.iter().map(|(_, cells)| cells[1].as_str()).collect();
    assert_eq!(names, ["Aminah", "Bala yang dipindahkan", "Chong"]);
    assert_eq!(probe.tables[0].rows, Some(3), "they are not counted either");
}

#[test]
fn one_bad_character_costs_one_character() {
    let (_, rows, summary) = read(&made("bad_characters.accdb"), &Options::default());
    assert_eq!(rows[0].1[1], "Ami\u{fffd}n");
    assert_eq!(rows[1].1[1], "Ba\u{fffd}");
    assert_eq!(rows[2].1[2], "abcdefghij".repeat(5), "the page before the damage");
    assert_eq!(rows[3].1[2], "", "nothing is left of it");
    assert_eq!(rows[4].1[2].chars().count(), 150, "no page of a circle is read twice");
    assert_eq!(codes(&summary.notes), ["replaced-bytes", "cell-unreadable", "cell-cut-short"]);
    let places: Vec<_> = summary.notes.iter().map(|note| (note.row, note.column)).collect();
    assert_eq!(places, [(Some(1), Some(2)), (Some(4), Some(3)), (Some(3), Some(3))]);
}

#[test]
fn a_person_can_choose_the_code_page_of_an_old_file() {
    let bytes = made("code_page_lies.mdb");
    let (probe, rows, _) = read(&bytes, &Options::default());
    assert_eq!((probe.encoding.as_deref(), rows[1].1[1].as_str()), (Some("windows-1252"), "ÍÓä"), "as the file says");
    assert!(codes(&probe.notes).contains(&"encoding-guessed"), "{:?}", probe.notes);
    let options = Options { encoding: Some("windows-1256".to_owned()), ..Options::default() };
    let (probe, rows, _) = read(&bytes, &options);
    assert_eq!(rows[0].1, ["1", "نور عيني", "علي"]);
    assert_eq!(rows[1].1[1], "حسن");
    assert_eq!((probe.encoding.as_deref(), codes(&probe.notes)), (Some("windows-1256"), vec![]), "it was chosen");
    let unknown = Options { encoding: Some("klingon".to_owned()), ..Options::default() };
    let (_folder, source) = open_bytes("murid.mdb", &bytes, &unknown);
    assert!(matches!(source.err(), Some(Error::UnknownEncoding { .. })), "no such encoding");
}

#[test]
fn rows_on_damaged_pages_are_counted() {
    let (probe, rows, summary) = read(&made("broken_pages.mdb"), &Options::default());
    assert_eq!(rows.last().map(|(_, cells)| cells[1].as_str()), Some("Terakhir"));
    assert_eq!(summary.skipped_total, 2, "a row that is no row, and a pointer to nowhere");
    assert_eq!(codes(&summary.notes), ["pages-unreadable"]);
    assert_eq!(probe.tables[0].rows, Some(rows.len() as u64));
    assert!(rows.len() < 10, "the rows of one page are lost");
}

#[test]
fn a_file_cut_off_in_its_list_of_tables_is_damaged_and_not_empty() {
    let (_folder, source) = open_bytes("murid.mdb", &made("broken_cut_off.mdb"), &Options::default());
    assert!(matches!(source.err(), Some(Error::Damaged { .. })), "the list of tables is not there");
}

#[test]
fn a_password_of_a_server_is_never_shown() {
    let (probe, ..) = read(&made("linked_tables.accdb"), &Options::default());
    let told = format!("{:?}", probe.notes);
    assert!(told.contains("DSN=SEKOLAH") && !told.contains("rahsia") && !told.contains("guru"), "{told}");
    assert_eq!(probe.tables[1].kind, crate::TableKind::Linked);
}

#[test]
fn keys_and_relationships_are_read() {
    let (probe, ..) = read(&made("every_kind_of_value.accdb"), &Options::default());
    let [pupils, classes] = probe.tables.as_slice() else { panic!("two tables") };
    assert_eq!(pupils.primary_key, ["BIL"]);
    let reference = Reference { columns: vec!["MURID".into()], table: "Murid".into(), to_columns: vec!["BIL".into()] };
    assert_eq!((&classes.references, pupils.references.len()), (&vec![reference], 0));
}

#[test]
fn several_values_and_files_stand_in_one_cell() {
    let (_, rows, summary) = read(&made("lists_and_files.accdb"), &Options::default());
    assert_eq!(rows[0].1, ["1", "Melayu; Tamil", ""], "in the order in which they were added");
    assert_eq!(rows[1].1, ["2", "", "surat.pdf (9 B); kosong.pdf (0 B)"]);
    assert_eq!(rows[2].1, ["3", "Inggeris", ""], "a deleted value stays deleted");
    assert_eq!(codes(&summary.notes), ["several-values"; 2]);
}

#[test]
fn every_kind_of_encryption_opens_with_its_password_alone() {
    for name in ["password_agile", "password_aes", "password_aes_no_rounds", "password_rc4"] {
        let file = fixtures("access").join(format!("{name}.accdb"));
        let bytes = fs_err::read(&file).expect("the fixture is there");
        let password = fs_err::read_to_string(format!("{}.password.txt", file.display())).expect("its password");
        let with = |password: Option<&str>| {
            let password = password.map(|text| Secret::new(text.to_owned()));
            open_bytes("murid.accdb", &bytes, &Options { password, ..Options::default() }).1
        };
        assert!(matches!(with(None).err(), Some(Error::PasswordNeeded { .. })), "{name}");
        assert!(matches!(with(Some("")).err(), Some(Error::WrongPassword { .. })), "{name}");
        assert!(matches!(with(Some("kata laluan")).err(), Some(Error::WrongPassword { .. })), "{name}");
        let rows = with(Some(password.trim_end())).expect("its password opens it").probe().tables[0].rows;
        assert_eq!(rows, Some(3), "{name}");
    }
}

#[test]
fn a_password_that_protects_nothing_is_told() {
    let (probe, rows, _) = read(&made("encoded_pages.mdb"), &Options::default());
    assert_eq!((rows[0].1[1].as_str(), codes(&probe.notes)), ("Aminah", vec!["password-without-encryption"]));
    let (probe, ..) = read(&made("deleted_moved_rows.mdb"), &Options::default());
    assert_eq!(codes(&probe.notes), [""; 0], "this one has none");
    let mut build = Build::new(ACCESS_2000);
    build.open_password = build.text("rahsia").unwrap_or_default();
    build.table("Murid", false, vec![column("NAMA", ColumnType::Text)]);
    let (probe, ..) = read(&build.finish(), &Options::default());
    assert_eq!(codes(&probe.notes), ["password-without-encryption", "no-rows"]);
}

#[test]
fn a_key_longer_than_what_was_stored_of_it_is_damage() {
    // `jetdb` 0.4.0 panics here.
    let mut bytes = fs_err::read(fixtures("access").join("password_agile.accdb")).expect("the fixture is there");
    let at = bytes.windows(7).position(|part| part == b"keyBits").expect("the length of its key") + 9;
    bytes[at..at + 3].copy_from_slice(b"999");
    let password = Some(Secret::new("Kata laluan 1".to_owned()));
    let (_folder, source) = open_bytes("murid.accdb", &bytes, &Options { password, ..Options::default() });
    assert!(matches!(source.err(), Some(Error::Damaged { .. })), "its panic stays inside");
}

#[test]
fn a_file_that_asks_to_hash_a_password_for_hours_is_refused() {
    let mut bytes = fs_err::read(fixtures("access").join("password_agile.accdb")).expect("the fixture is there");
    let at = bytes.windows(9).position(|part| part == b"spinCount").expect("its rounds") + 11;
    bytes[at..at + 10].copy_from_slice(b"9999999999");
    let (_folder, source) = open_bytes("murid.accdb", &bytes, &Options::default());
    assert!(matches!(source.err(), Some(Error::TooLarge { .. })), "at once");
}

#[test]
fn a_stale_count_of_rows_is_not_believed() {
    let mut bytes = made("deleted_moved_rows.mdb");
    let table = 3 * 4096;
    bytes[table + 16..table + 20].copy_from_slice(&9_000_u32.to_le_bytes());
    let (probe, rows, _) = read(&bytes, &Options::default());
    assert_eq!((probe.tables[0].rows, rows.len()), (Some(3), 3));
}

#[test]
fn many_rows_come_in_blocks() {
    /// More than the pages that a table can name in its own map hold.
    const ROWS: i32 = 40_000;
    for version in [ACCESS_97, ACCESS_2000] {
        let mut build = Build::new(version);
        let columns = vec![column("BIL", ColumnType::Long), column("NAMA", ColumnType::Text)];
        let table = build.table("Murid", true, columns);
        let name = |build: &Build, number: i32| -> Stored { build.text(&format!("Murid {number}")) };
        for number in 1..=ROWS {
            let row = [long(number), name(&build, number)];
            build.row(table, &row);
        }
        let (probe, rows, summary) = read(&build.finish(), &Options::default());
        assert_eq!((probe.tables[0].rows, probe.tables[0].sample.len()), (Some(ROWS as u64), 1_000));
        assert_eq!((rows.len(), summary.landed), (ROWS as usize, ROWS as u64));
        assert_eq!(rows.last(), Some(&(ROWS as u64, vec![ROWS.to_string(), format!("Murid {ROWS}")])));
    }
}

#[test]
fn a_row_without_any_value_is_a_row_in_the_preview_too() {
    let mut build = Build::new(ACCESS_2000);
    let table = build.table("Murid", false, vec![column("NAMA", ColumnType::Text), column("KELAS", ColumnType::Text)]);
    for row in [[build.text("Aminah"), build.text("5A")], [None, None], [build.text("Bala"), None]] {
        build.row(table, &row);
    }
    let (probe, rows, _) = read(&build.finish(), &Options::default());
    assert_eq!((rows.len(), probe.tables[0].rows, probe.tables[0].sample.len()), (3, Some(3), 3));
}
