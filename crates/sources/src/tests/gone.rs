//! A disk or a share that goes away in the middle: an error that says so, for every format, wherever it happens.

use super::{fixtures, open_bytes, read_all};
use crate::disk::failing;
use crate::{Bundle, Error, Options};

/// What happened with a file of which each handle fails after so many bytes: opening and reading it.
fn read_while_it_goes(folder: &str, name: &str, after: u64) -> Result<u64, Error> {
    let bytes = fs_err::read(fixtures(folder).join(name)).expect("the fixture is there");
    let scratch = tempfile::tempdir().expect("a folder");
    let path = scratch.path().join(name);
    fs_err::write(&path, &bytes).expect("room");
    failing::set(&path, Some(after));
    let opened = crate::open(&path, &Options::default());
    let read = opened.and_then(|mut source| {
        let tables = source.probe().tables.len();
        (0..tables).try_fold(0, |rows, table| Ok(rows + read_all(source.as_mut(), table)?.1.landed))
    });
    failing::set(&path, None);
    read
}

#[test]
fn a_share_that_goes_away_is_said_and_never_taken_for_damage_or_for_the_end() {
    let files = [
        ("csv", "title_rows.csv"),
        ("workbook", "every_kind_of_cell.xlsx"),
        ("workbook", "hidden_sheet.xlsx"),
        ("workbook", "every_kind_of_cell.xls"),
        ("workbook", "error_formulas.xlsb"),
        ("workbook", "every_kind_of_cell.ods"),
        ("html", "portal_export.xls"),
        ("xmlss", "every_kind_of_cell.xls"),
        ("access", "every_kind_of_value.accdb"),
        ("access", "lists_and_files.accdb"),
        ("sql", "two_databases.sql"),
        ("sql", "packed.sql.gz"),
        ("archive", "packed.csv.gz"),
        ("archive", "one_dump.zip"),
    ];
    for (folder, name) in files {
        let size = fs_err::metadata(fixtures(folder).join(name)).expect("the fixture is there").len();
        for after in [0, 1, size / 3, size / 2, size * 2 / 3, size - 1, size] {
            let read = read_while_it_goes(folder, name, after);
            let gone = matches!(&read, Err(Error::Io { source, .. }) if source.raw_os_error() == Some(failing::GONE));
            assert!(gone, "{name} after {after} of {size} bytes: {read:?}");
        }
        assert!(read_while_it_goes(folder, name, u64::MAX).is_ok(), "{name} itself is readable");
    }
}

#[test]
fn a_share_may_go_between_opening_and_reading_and_come_back() {
    for (folder, name) in [("csv", "title_rows.csv"), ("sql", "ansi_quotes.sql")] {
        let bytes = fs_err::read(fixtures(folder).join(name)).expect("the fixture is there");
        let (scratch, source) = open_bytes(name, &bytes, &Options::default());
        let (mut source, path) = (source.expect("readable"), scratch.path().join(name));
        let (before, _) = read_all(source.as_mut(), 0).expect("readable");
        failing::set(&path, Some(0));
        let gone = read_all(source.as_mut(), 0);
        failing::set(&path, None);
        assert!(matches!(&gone, Err(Error::Io { .. })), "{name}: {gone:?}");
        let (after, _) = read_all(source.as_mut(), 0).expect("it is back");
        assert_eq!(after, before, "{name}: nothing of the failure stays");
    }
}

#[test]
fn an_archive_on_a_share_that_goes_away_is_not_taken_for_a_wrong_password() {
    let bytes = fs_err::read(fixtures("archive").join("aes.zip")).expect("the fixture is there");
    let scratch = tempfile::tempdir().expect("a folder");
    let path = scratch.path().join("aes.zip");
    fs_err::write(&path, &bytes).expect("room");
    let bundle = Bundle::open(&path).expect("readable");
    failing::set(&path, Some(bytes.len() as u64 / 2));
    let password = Some(crate::Secret::new("rahsia".to_owned()));
    let gone = bundle.open_member(0, &Options { password, ..Options::default() });
    failing::set(&path, None);
    assert!(matches!(&gone.err(), Some(Error::Io { .. })));
}
