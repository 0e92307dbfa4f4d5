//! Damaged and hostile files: an error or a note, never a panic, never without an end.

use std::time::{Duration, Instant};

use super::{Dice, fixtures, open_bytes, read_all};
use crate::{Error, Options};

/// Changes made to each file.
const MUTATIONS: u64 = 250;

/// Cuts `bytes` off, fills a piece or changes some of them.
pub(super) fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    match dice.below(4) {
        0 => bytes.truncate(dice.below(bytes.len() as u64) as usize),
        1 => {
            let from = dice.below(bytes.len() as u64) as usize;
            let until = bytes.len().min(from + dice.below(64) as usize);
            bytes[from..until].fill(dice.next() as u8);
        }
        _ => {
            for _ in 0..=dice.below(12) {
                let at = dice.below(bytes.len() as u64) as usize;
                bytes[at] = dice.next() as u8;
            }
        }
    }
}

fn read_everything(name: &str, bytes: &[u8]) -> Result<u64, Error> {
    let (_folder, source) = open_bytes(name, bytes, &Options::default());
    let mut source = source?;
    let tables = source.probe().tables.len();
    (0..tables).try_fold(0, |rows, table| Ok(rows + read_all(source.as_mut(), table)?.1.landed))
}

fn attack(folder: &str, name: &str, seed: u64) {
    let whole = fs_err::read(fixtures(folder).join(name)).expect("the fixture is there");
    let (mut dice, mut read) = (Dice(seed), 0);
    for round in 0..MUTATIONS {
        let mut bytes = whole.clone();
        mutate(&mut bytes, &mut dice);
        let start = Instant::now();
        let result = read_everything(name, &bytes);
        assert!(start.elapsed() < Duration::from_secs(20), "round {round} of {name} took too long");
        read += u64::from(result.is_ok());
    }
    assert!(read > 0, "every mutation of {name} was refused: the test shows nothing");
}

#[test]
fn damaged_delimited_texts_are_read_or_refused() {
    for name in ["quoted_newline.csv", "utf16le_tab_no_bom.txt", "gb18030_chinese.csv"] {
        attack("csv", name, 11);
    }
}

#[test]
fn damaged_workbooks_are_read_or_refused() {
    attack("workbook", "every_kind_of_cell.xlsx", 12);
    attack("workbook", "shared_strings.xlsx", 13);
}

/// The container `whole` with one of its parts mutated inside.
pub(super) fn mutate_part(whole: &[u8], dice: &mut Dice) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let mut archive = zip::ZipArchive::new(Cursor::new(whole)).expect("a sound container");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let target = dice.below(archive.len() as u64) as usize;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a sound part");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("a sound part");
        if index == target && !bytes.is_empty() {
            mutate(&mut bytes, dice);
        }
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("room");
        writer.write_all(&bytes).expect("room");
    }
    writer.finish().expect("room").into_inner()
}

#[test]
fn damaged_workbook_parts_are_read_or_refused() {
    let whole = fs_err::read(fixtures("workbook").join("every_kind_of_cell.xlsx")).expect("the fixture is there");
    let mut dice = Dice(14);
    for _ in 0..MUTATIONS {
        let _ = read_everything("murid.xlsx", &mutate_part(&whole, &mut dice));
    }
}

#[test]
fn damaged_databases_are_read_or_refused() {
    attack("sqlite", "every_kind_of_value.sqlite", 15);
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
