//! What every source keeps to: words in both languages, blocks, stopping, changed files.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

use model::{RowBlock, Silent, Watch, words};

use super::{fixtures, open_bytes, read_all};
use crate::limits::{BLOCK_ROWS, SAMPLE_ROWS};
use crate::{Error, Options, Stop, WORDS, formats, open};

fn many_rows(rows: u64) -> String {
    let mut text = String::from("BIL,NAMA\n");
    (1..=rows).for_each(|n| text.push_str(&format!("{n},Murid {n}\n")));
    text
}

#[test]
fn both_languages_have_the_same_words() {
    let keys = |list: &'static str| words::parse(list).map(|(key, _)| key).collect::<BTreeSet<_>>();
    let [(_, english), (_, malay)] = WORDS;
    assert_eq!(keys(english), keys(malay), "a sentence is missing in one language");
    let names = |text: &str| {
        let mut names: Vec<String> =
            text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::to_owned).collect();
        names.sort();
        names
    };
    for ((key, ours), (_, theirs)) in words::parse(english).zip(words::parse(malay)) {
        assert_eq!(names(ours), names(theirs), "{key} names other things in Malay");
    }
}

/// The text of every file of this crate but its tests.
fn own_code() -> Vec<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut texts) = (vec![source.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(&folder).expect("a folder of ours") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && path != source.join("tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                texts.push(fs_err::read_to_string(&path).expect("a file of ours"));
            }
        }
    }
    texts
}

#[test]
fn every_key_in_the_code_has_words() {
    let code = own_code();
    let known: BTreeSet<&str> = words::parse(WORDS[0].1).map(|(key, _)| key).collect();
    let used: BTreeSet<&str> = code
        .iter()
        .flat_map(|text| text.split('"'))
        .filter(|piece| piece.starts_with("source.") && !piece.contains(' '))
        .collect();
    assert_eq!(used, known, "keys in the code and in the word lists differ");
}

#[test]
fn rows_come_in_small_blocks_and_the_sample_is_their_beginning() {
    let (_folder, source) = open_bytes("a.csv", many_rows(2_500).as_bytes(), &Options::default());
    let mut source = source.expect("readable");
    let info = source.probe().tables[0].clone();
    assert_eq!((info.sample.len(), info.rows), (SAMPLE_ROWS, None), "more rows than the sample");
    let mut sizes = Vec::new();
    let mut first = RowBlock::new();
    let mut sink = |block: &RowBlock| {
        if sizes.is_empty() {
            first = block.clone();
        }
        sizes.push(block.len());
        Ok(())
    };
    let summary = source.read(0, &mut sink, &Silent).expect("readable");
    assert_eq!(sizes, [BLOCK_ROWS, BLOCK_ROWS, 500]);
    assert_eq!(summary.landed, 2_500);
    assert_eq!(first, info.sample, "preview and import share one way");
}

#[test]
fn a_sink_gets_its_own_error_back() {
    let (_folder, source) = open_bytes("a.csv", many_rows(10).as_bytes(), &Options::default());
    let mut source = source.expect("readable");
    let mut sink = |_: &RowBlock| Err(Stop("cakera penuh".into()));
    let error = source.read(0, &mut sink, &Silent).expect_err("the sink gave up");
    assert_eq!(error.into_stop().expect("it was the sink").to_string(), "cakera penuh");
}

struct Stopped;

impl Watch for Stopped {
    fn progress(&self, _done: u64, _total: Option<u64>) {}

    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_person_can_stop_every_format() {
    let files = [
        "csv/title_rows.csv",
        "workbook/title_rows.xlsx",
        "workbook/every_kind_of_cell.xls",
        "workbook/error_formulas.xlsb",
        "workbook/every_kind_of_cell.ods",
        "html/portal_export.xls",
        "xmlss/every_kind_of_cell.xls",
        "sqlite/every_kind_of_value.sqlite",
        "access/encoded_pages.mdb",
    ];
    for file in files {
        let mut source = open(&fixtures(file), &Options::default()).expect("readable");
        let result = source.read(0, &mut |_| Ok(()), &Stopped);
        assert!(matches!(result, Err(Error::Cancelled(_))), "{file} went on");
    }
}

#[test]
fn a_file_that_changed_or_went_away_is_not_read() {
    let files = [
        ("csv", "title_rows.csv"),
        ("workbook", "title_rows.xlsx"),
        ("workbook", "calendar_1904.xls"),
        ("html", "utf16.xls"),
        ("xmlss", "entities.xml"),
        ("sqlite", "text_not_utf8.db"),
        ("access", "encoded_pages.mdb"),
    ];
    for (folder, name) in files {
        let bytes = fs_err::read(fixtures(folder).join(name)).expect("the fixture is there");
        let (scratch, source) = open_bytes(name, &bytes, &Options::default());
        let mut source = source.expect("readable");
        let path = scratch.path().join(name);
        let file = std::fs::File::options().append(true).open(&path).expect("writable");
        file.set_modified(SystemTime::now() + Duration::from_secs(60)).expect("a time can be set");
        let changed = read_all(source.as_mut(), 0).expect_err("it changed");
        assert!(matches!(changed, Error::Changed { .. }) && changed.code() == "SourceChanged", "{name}: {changed}");
        fs_err::remove_file(&path).expect("removable");
        let gone = read_all(source.as_mut(), 0).expect_err("it is gone");
        assert!(matches!(gone, Error::Vanished { .. }), "{name}: {gone}");
    }
}

#[test]
fn folders_and_missing_files_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let result = open(folder.path(), &Options::default());
    assert!(matches!(result.err(), Some(Error::NotAFile { .. })), "a folder is no file");
    let result = open(&folder.path().join("tiada.csv"), &Options::default());
    assert!(matches!(result.err(), Some(Error::Vanished { file }) if file == "tiada.csv"), "the name is told");
    let options = Options { encoding: Some("klingon".to_owned()), ..Options::default() };
    let (_scratch, result) = open_bytes("a.csv", b"a,b\n1,2\n", &options);
    assert!(matches!(result.err(), Some(Error::UnknownEncoding { .. })), "no such encoding");
}

#[test]
fn reading_a_database_leaves_its_folder_alone() {
    let bytes = fs_err::read(fixtures("sqlite").join("every_kind_of_value.sqlite")).expect("the fixture is there");
    let (scratch, source) = open_bytes("murid #1 %.db", &bytes, &Options::default());
    read_all(source.expect("readable").as_mut(), 0).expect("readable");
    let names: Vec<_> = fs_err::read_dir(scratch.path()).expect("a folder").filter_map(Result::ok).collect();
    assert_eq!(names.len(), 1, "no file was made beside it");
    assert_eq!(
        fs_err::read(scratch.path().join("murid #1 %.db")).expect("still there"),
        bytes,
        "nor was it written to"
    );
}

#[test]
fn the_headers_of_one_table_can_be_chosen() {
    let mut options = Options::default();
    options.header_rows.insert("Murid".to_owned(), 4);
    let source = open(&fixtures("workbook").join("title_rows.xlsx"), &options).expect("readable");
    assert_eq!(source.probe().tables[0].headers, ["Aminah", "140101101234", "2014-01-01"]);
}

#[test]
fn every_format_has_its_own_endings() {
    let all: Vec<&str> = formats::ALL.iter().flat_map(|format| format.extensions.iter().copied()).collect();
    let different: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(all.len(), different.len(), "two formats claim one ending");
}
