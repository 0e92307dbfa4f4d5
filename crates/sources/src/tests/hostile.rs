//! Hostile files: an error or a note, never a panic, never without an end.

use std::time::{Duration, Instant};

use super::{Dice, fixtures, open_bytes, read_all};
use crate::{Error, Options};

fn read_everything(name: &str, bytes: &[u8]) -> Result<u64, Error> {
    let (_folder, source) = open_bytes(name, bytes, &Options::default());
    let mut source = source?;
    let tables = source.probe().tables.len();
    (0..tables).try_fold(0, |rows, table| Ok(rows + read_all(source.as_mut(), table)?.1.landed))
}

#[test]
fn a_phantom_cell_costs_neither_time_nor_width() {
    let start = Instant::now();
    let path = fixtures("workbook").join("phantom_cell.xlsx");
    let mut source = crate::open(&path, &Options::default()).expect("readable");
    let (rows, summary) = read_all(source.as_mut(), 0).expect("readable");
    assert_eq!(rows, [(2, vec!["Aminah".to_owned(), "5".to_owned()])], "only the table itself");
    let far: Vec<_> = summary.notes.iter().filter(|note| note.code == "far-cells").collect();
    assert_eq!(far.len(), 1, "the far cells are told");
    assert_eq!((far[0].row, far[0].column), (Some(2), Some(16_384)), "with the place of the first");
    assert!(start.elapsed() < Duration::from_secs(5), "at once");
}

#[test]
fn ten_thousand_columns_and_unclosed_quotes_everywhere_are_read() {
    let wide: Vec<String> = (0..10_000).map(|n| format!("L{n}")).collect();
    let text = format!("{0}\n{1}\n{1}\n", wide.join(","), vec!["x"; 10_000].join(","));
    assert_eq!(read_everything("lebar.csv", text.as_bytes()).ok(), Some(2));
    let text = format!("NAMA,KELAS\n{}", "\"Ali,x\"y,5\n".repeat(20_000));
    let start = Instant::now();
    assert_eq!(read_everything("petik.csv", text.as_bytes()).ok(), Some(20_000), "one row a line");
    assert!(start.elapsed() < Duration::from_secs(20), "looking ahead has an end");
}

#[test]
fn a_record_without_an_end_is_too_large() {
    let mut text = b"NAMA,KELAS\nAli,5\n".to_vec();
    text.resize(crate::limits::RECORD_BYTES * 2, b'x');
    assert!(matches!(read_everything("a.csv", &text), Err(Error::TooLarge { row: 3, .. })), "and says where");
}

/// A workbook whose only cell holds `length` letters that pack badly enough to look ordinary.
fn one_long_cell(length: usize) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let model = fs_err::read(fixtures("workbook").join("title_rows.xlsx")).expect("the fixture is there");
    let mut archive = zip::ZipArchive::new(Cursor::new(&model)).expect("a sound container");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a sound part");
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).expect("a sound part");
        if name.contains("worksheets/") {
            let mut dice = Dice(16);
            let letters: String =
                (0..length / 400).map(|_| format!("{}{:04}", "x".repeat(396), dice.below(10_000))).collect();
            text = text.replace("SENARAI MURID", &letters);
        }
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("room");
        writer.write_all(text.as_bytes()).expect("room");
    }
    writer.finish().expect("room").into_inner()
}

#[test]
fn a_cell_without_an_end_is_refused_before_it_fills_the_memory() {
    let result = read_everything("panjang.xlsx", &one_long_cell(12 * 1024 * 1024));
    assert!(matches!(&result, Err(Error::TooLarge { table, .. }) if table.contains("sheet1")), "{result:?}");
    assert!(read_everything("biasa.xlsx", &one_long_cell(30_000)).is_ok(), "a long remark is fine");
}
