//! Dumps, packed files and archives: harm on purpose, size, and that nothing is written.

use std::io::{Cursor, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;

use super::damage::{read_everything, read_members};
use super::{fixtures, open_bytes, read_all};
use crate::limits::{SAMPLE_ROWS, SQL_VALUE};
use crate::{Bundle, Error, Options, Secret};

fn password() -> Options {
    Options { password: Some(Secret::new("rahsia".to_owned())), ..Options::default() }
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("room");
    encoder.finish().expect("room")
}

fn zipped(name: &str, content: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(name, SimpleFileOptions::default()).expect("room");
    writer.write_all(content).expect("room");
    writer.finish().expect("room").into_inner()
}

/// A dump of two tables whose rows take turns, with statements of `width` rows.
fn two_tables(rows: u64, width: u64) -> String {
    let mut text = String::from("SET NAMES utf8mb4;\nCREATE TABLE a (id int, nama text);\nCREATE TABLE b (id int);\n");
    for first in (0..rows).step_by(width as usize) {
        let until = rows.min(first + width);
        let tuples: Vec<String> = (first..until).map(|id| format!("({id},'Murid; (\\'{id}\\')')")).collect();
        text.push_str(&format!("INSERT INTO a VALUES {};\nINSERT INTO `b` VALUES ({first});\n", tuples.join(",")));
    }
    text
}

#[test]
fn the_same_rows_come_from_a_plain_a_packed_and_a_zipped_dump() {
    // More statements than places are remembered, and more rows than the sample.
    let text = two_tables(9_000, 2);
    let content = text.as_bytes();
    let files = [
        ("a.sql", content.to_vec()),
        ("a.sql.gz", packed(content)),
        ("a.zip", zipped("a.sql", content)),
        ("a.zip", zipped("a.sql.GZ.sql", content)),
    ];
    for (name, bytes) in files {
        let (_folder, source) = open_bytes(name, &bytes, &Options::default());
        let mut source = source.expect("readable");
        let info = source.probe().tables[0].clone();
        assert_eq!((info.rows, info.sample.len()), (Some(9_000), SAMPLE_ROWS), "{name}");
        let (rows, _) = read_all(source.as_mut(), 0).expect("readable");
        let expected = |id: u64| (id + 1, vec![id.to_string(), format!("Murid; ('{id}')")]);
        assert!(rows.iter().zip(0..).all(|(row, id)| *row == expected(id)), "{name}: other rows");
        assert_eq!(rows.len(), 9_000, "{name}");
        let (rows, _) = read_all(source.as_mut(), 1).expect("readable");
        assert_eq!((rows.len(), rows[4_499].1[0].as_str()), (4_500, "8998"), "{name}: the other table");
    }
}

#[test]
fn a_line_of_many_rows_and_a_value_at_every_edge_are_read() {
    // One statement over many pieces, so that each edge falls into a string, an escape or a comment.
    let tuples: Vec<String> =
        (0..60_000).map(|id| format!("({id},'x\\\\y''{}' /* , */)", "z".repeat(id % 37))).collect();
    let text = format!("INSERT INTO a (id, s) VALUES {};", tuples.join(","));
    let (_folder, source) = open_bytes("a.sql", text.as_bytes(), &Options::default());
    let mut source = source.expect("readable");
    let (rows, _) = read_all(source.as_mut(), 0).expect("readable");
    assert_eq!(rows.len(), 60_000);
    for (id, (number, cells)) in rows.iter().enumerate() {
        let expected = [id.to_string(), format!("x\\y'{}", "z".repeat(id % 37))];
        assert_eq!((*number, cells.as_slice()), (id as u64 + 1, expected.as_slice()));
    }
}

#[test]
fn a_value_without_an_end_is_too_large_and_names_its_row() {
    let mut text = b"SET NAMES utf8;\nINSERT INTO kecil VALUES (7);\nINSERT INTO a VALUES (1),(2),('".to_vec();
    text.resize(text.len() + SQL_VALUE + 10, b'x');
    text.extend_from_slice(b"'),(4);\n");
    let (_folder, source) = open_bytes("a.sql", &text, &Options::default());
    let mut source = source.expect("the other table can be read");
    assert_eq!(source.probe().tables[1].rows, Some(4), "all rows are counted");
    assert_eq!(read_all(source.as_mut(), 0).expect("readable").0.len(), 1);
    let error = read_all(source.as_mut(), 1).expect_err("no value is this large");
    assert!(matches!(&error, Error::TooLarge { table, row: 3, .. } if table == "a"), "{error:?}");
}

#[test]
fn packed_bombs_are_refused() {
    let bomb = packed(&vec![b'0'; 20 * 1024 * 1024]);
    for name in ["a.csv.gz", "a.sql.gz"] {
        let (_folder, source) = open_bytes(name, &bomb, &Options::default());
        assert!(matches!(source.err(), Some(Error::TooLarge { .. })), "{name} was unpacked");
    }
}

#[test]
fn a_chosen_encoding_reads_what_was_written_twice() {
    let bytes = fs_err::read(fixtures("sql").join("utf8_called_latin1.sql")).expect("the fixture is there");
    let options = Options { encoding: Some("utf-8".to_owned()), ..Options::default() };
    let (_folder, source) = open_bytes("a.sql", &bytes, &options);
    let mut source = source.expect("readable");
    let (rows, summary) = read_all(source.as_mut(), 0).expect("readable");
    assert_eq!(rows[0].1, ["1", "José"]);
    assert_eq!(summary.notes, [], "nothing odd is left");
}

#[test]
fn a_view_without_an_end_does_not_hold_up_opening() {
    let scratch = tempfile::tempdir().expect("a folder");
    let path = scratch.path().join("a.db");
    let writer = rusqlite::Connection::open(&path).expect("a new database");
    let schema = "CREATE TABLE murid(nama); INSERT INTO murid VALUES('Aminah'); CREATE VIEW lama AS WITH RECURSIVE \
        c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c; CREATE VIEW fail AS SELECT \
        load_extension('x'); CREATE TRIGGER t AFTER INSERT ON murid BEGIN DELETE FROM murid; END;";
    writer.execute_batch(schema).expect("a schema");
    drop(writer);
    let before = fs_err::read(&path).expect("readable");
    let mut source = crate::open(&path, &Options::default()).expect("readable");
    let unreadable = source.probe().notes.iter().filter(|note| note.code == "table-unreadable").count();
    assert_eq!(unreadable, 2, "both views are named");
    assert_eq!(read_all(source.as_mut(), 0).expect("readable").0.len(), 1, "the table can be read");
    assert_eq!(fs_err::read(&path).expect("readable"), before, "nothing was written");
    assert_eq!(fs_err::read_dir(scratch.path()).expect("a folder").count(), 1, "nor beside it");
}

#[test]
fn nothing_is_written_beside_packed_files_and_archives() {
    for name in ["archive/several_files.zip", "archive/aes.zip", "sql/packed.sql.gz", "sqlite/sqlcipher4.db"] {
        let scratch = tempfile::tempdir().expect("a folder");
        let path = scratch.path().join(name.rsplit('/').next().expect("a name"));
        let bytes = fs_err::read(fixtures(name)).expect("the fixture is there");
        fs_err::write(&path, &bytes).expect("room");
        let _ = crate::open(&path, &password()).map(|mut source| read_everything(source.as_mut()));
        let _ = read_members(&path, &password());
        assert_eq!(fs_err::read(&path).expect("readable"), bytes, "{name} was written to");
        assert_eq!(fs_err::read_dir(scratch.path()).expect("a folder").count(), 1, "a file beside {name}");
    }
}

#[test]
fn names_and_sums_are_those_of_the_file_that_was_meant() {
    let bundle = Bundle::open(&fixtures("archive").join("several_files.zip")).expect("readable");
    let source = bundle.open_member(1, &Options::default()).expect("readable");
    assert_eq!((source.probe().file.as_str(), source.probe().bytes), ("several_files.zip/2026/guru.csv", 23));
    let mut zip = zip::ZipArchive::new(fs_err::File::open(fixtures("archive/several_files.zip")).expect("there"))
        .expect("an archive");
    let mut content = Vec::new();
    zip.by_name("2026/guru.csv").expect("a member").read_to_end(&mut content).expect("readable");
    let (_folder, plain) = open_bytes("guru.csv", &content, &Options::default());
    let plain = plain.expect("readable");
    assert_eq!(source.probe().sha256, plain.probe().sha256, "the member's own");
    assert_eq!(source.probe().tables[0].name, "guru");
}

#[test]
fn an_archive_that_changed_is_not_read() {
    let bytes = zipped("murid.csv", b"NAMA\nAli\n");
    let (scratch, source) = open_bytes("a.zip", &bytes, &Options::default());
    let mut source = source.expect("readable");
    fs_err::write(scratch.path().join("a.zip"), zipped("murid.csv", b"NAMA\nAli\nBala\n")).expect("room");
    let changed = read_all(source.as_mut(), 0).expect_err("it changed");
    assert!(matches!(changed, Error::Changed { .. }), "{changed:?}");
}

/// Names of the files in a folder.
fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = fs_err::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_log_left_behind_is_read_and_nothing_is_made_beside_it() {
    let scratch = tempfile::tempdir().expect("a folder");
    let path = scratch.path().join("a.db");
    let writer = rusqlite::Connection::open(&path).expect("a new database");
    writer.pragma_update(None, "journal_mode", "wal").expect("a log");
    writer.execute_batch("CREATE TABLE murid(nama); INSERT INTO murid VALUES('Aminah');").expect("a row");
    // With and without the index that a program leaves behind that was ended by force.
    for left in [&["a.db", "a.db-wal"][..], &["a.db", "a.db-shm", "a.db-wal"][..]] {
        let copy = tempfile::tempdir().expect("a folder");
        for name in left {
            fs_err::copy(scratch.path().join(name), copy.path().join(name)).expect("room");
        }
        let bytes = |name: &&str| fs_err::read(copy.path().join(name)).expect("readable");
        let before: Vec<_> = left.iter().map(bytes).collect();
        let mut source = crate::open(&copy.path().join("a.db"), &Options::default()).expect("readable");
        assert_eq!(read_all(source.as_mut(), 0).expect("readable").0.len(), 1, "the row is only in the log");
        assert_eq!(names(copy.path()), left, "while it is open");
        drop(source);
        assert_eq!(names(copy.path()), left, "and after");
        assert!(left.iter().map(bytes).eq(before), "all of it is as it was");
    }
    let mut live = crate::open(&path, &Options::default()).expect("readable beside its writer");
    writer.execute_batch("INSERT INTO murid VALUES('Bala');").expect("the writer is not held up");
    assert!(!read_all(live.as_mut(), 0).expect("readable").0.is_empty(), "and neither is the reader");
}
