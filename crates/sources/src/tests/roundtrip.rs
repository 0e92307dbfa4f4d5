//! Made-up tables written in many encodings, with many delimiters and title rows, come back exactly.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, WINDOWS_874, WINDOWS_1252, WINDOWS_1256};

use super::{Dice, Rows, open_bytes, read_all};
use crate::Options;

const WESTERN: &[&str] = &["Aminah binti Conté", "José Ujian", "Zoë Rekaan", "Renée Contoh", "Nur ‘Aisyah"];
const JAWI: &[&str] = &["محمد بن احمد", "نور عيني", "زينب بنت حسن", "علي بن ابي", "فاطمة الزهراء"];
const SIMPLIFIED: &[&str] = &["陈小明", "黄美丽", "李国强", "张伟文", "林秀英"];
const TRADITIONAL: &[&str] = &["陳小明", "黃美麗", "李國強", "張偉文", "林秀英"];
const THAI: &[&str] = &["สมชาย ใจดี", "สุดา รักเรียน", "มานะ อดทน", "ปิติ ยินดี", "วีระ กล้าหาญ"];
const TAMIL: &[&str] = &["நிலா குமார்", "கவிதா", "முருகன்", "செல்வி ராமன்", "அருண்"];

/// How a table is written.
#[derive(Clone, Copy, Debug)]
enum Written {
    In(&'static Encoding),
    Utf8Bom,
    Utf16 { big: bool, bom: bool },
}

fn encode(text: &str, written: Written) -> Vec<u8> {
    let units =
        |big: bool| text.encode_utf16().flat_map(move |unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
    match written {
        Written::In(encoding) => {
            let (bytes, _, lost) = encoding.encode(text);
            assert!(!lost, "the names fit {}", encoding.name());
            bytes.into_owned()
        }
        Written::Utf8Bom => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        Written::Utf16 { big, bom: false } => units(big).collect(),
        Written::Utf16 { big, bom: true } => {
            let mark: &[u8] = if big { b"\xfe\xff" } else { b"\xff\xfe" };
            mark.iter().copied().chain(units(big)).collect()
        }
    }
}

const HEADERS: [&str; 5] = ["BIL.", "NAMA", "TARIKH LAHIR", "ALAMAT", "CATATAN"];

fn cells(dice: &mut Dice, names: &[&str], number: u64) -> Vec<String> {
    let name = names[dice.below(names.len() as u64) as usize];
    let address = match dice.below(5) {
        0 => "No 1, Jalan \"Satu\"\nKampung Dua".to_owned(),
        1 => String::new(),
        2 => format!("Lot {number}; Jalan Tiga | Blok\tB, {name}"),
        3 => "Kg. Baru,\r\nHulu".to_owned(),
        _ => format!("Jalan {number}"),
    };
    let date = format!("{:02}/{:02}/2014", 1 + dice.below(28), 1 + dice.below(12));
    vec![number.to_string(), name.to_owned(), date, address, format!(" {}", dice.below(100))]
}

fn write_record(text: &mut String, cells: &[String], delimiter: char, end: &str) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(delimiter);
        }
        if cell.contains([delimiter, '"', '\r', '\n']) {
            text.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
        } else {
            text.push_str(cell);
        }
    }
    text.push_str(end);
}

fn lines_of(cells: &[String]) -> u64 {
    1 + cells.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>()
}

fn check(seed: u64, written: Written, names: &[&str], delimiter: char, titles: u64) {
    let mut dice = Dice(seed);
    let end = ["\n", "\r\n"][dice.below(2) as usize];
    let mut text: String = (0..titles).map(|n| format!("SENARAI MURID {n}{end}")).collect();
    write_record(&mut text, &HEADERS.map(str::to_owned), delimiter, end);
    let (mut line, mut expected): (u64, Rows) = (titles + 2, Vec::new());
    for number in 1..=3 + dice.below(60) {
        let row = cells(&mut dice, names, number);
        write_record(&mut text, &row, delimiter, end);
        let lines = lines_of(&row);
        expected.push((line, row));
        line += lines;
    }
    let (_folder, source) = open_bytes("murid.csv", &encode(&text, written), &Options::default());
    let what = format!("seed {seed}, {written:?}, {delimiter:?}, {titles} titles");
    let mut source = source.unwrap_or_else(|error| panic!("{what}: {error}"));
    let info = &source.probe().tables[0];
    assert_eq!(info.headers, HEADERS, "{what}");
    assert_eq!(info.header_row, Some(titles + 1), "{what}");
    let (rows, summary) = read_all(source.as_mut(), 0).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(rows, expected, "{what}");
    assert_eq!((summary.landed, summary.skipped_total), (rows.len() as u64, 0), "{what}");
    assert!(summary.notes.is_empty(), "{what}: {:?}", summary.notes);
}

#[test]
fn tables_come_back_exactly_in_every_encoding_with_every_delimiter() {
    let unicode = [
        Written::In(UTF_8),
        Written::Utf8Bom,
        Written::Utf16 { big: false, bom: true },
        Written::Utf16 { big: true, bom: true },
        Written::Utf16 { big: false, bom: false },
        Written::Utf16 { big: true, bom: false },
    ];
    let legacy: [(Written, &[&str]); 5] = [
        (Written::In(WINDOWS_1252), WESTERN),
        (Written::In(WINDOWS_1256), JAWI),
        (Written::In(GB18030), SIMPLIFIED),
        (Written::In(BIG5), TRADITIONAL),
        (Written::In(WINDOWS_874), THAI),
    ];
    let all = [WESTERN, JAWI, SIMPLIFIED, TRADITIONAL, THAI, TAMIL];
    let cases = unicode.iter().flat_map(|written| all.map(|names| (*written, names))).chain(legacy);
    let mut seed = 1;
    for (written, names) in cases {
        for delimiter in [',', ';', '\t', '|'] {
            for titles in [0, 1, 3] {
                check(seed * 7919, written, names, delimiter, titles);
                seed += 1;
            }
        }
    }
}

#[test]
fn a_chosen_encoding_delimiter_and_header_win() {
    let options = Options {
        encoding: Some("windows-1256".to_owned()),
        delimiter: Some('~'),
        header_row: Some(0),
        ..Options::default()
    };
    let (bytes, _, _) = WINDOWS_1256.encode("علي~5\nزينب~6\n");
    let (_folder, source) = open_bytes("a.txt", &bytes, &options);
    let mut source = source.expect("readable");
    let (rows, _) = read_all(source.as_mut(), 0).expect("readable");
    assert_eq!(rows, [(1, vec!["علي".to_owned(), "5".to_owned()]), (2, vec!["زينب".to_owned(), "6".to_owned()])]);
}
