//! The odd Access files of `tests/fixtures/formats/access`, as they are made. All people in them are made up.

use encoding_rs::WINDOWS_1256;
use jetdb::ColumnType;

use super::build::{ACCESS_97, ACCESS_2000, ACCESS_2010, Build, Column, Stored, column, double, in_row, long, utf16};

/// Kinds of objects in the list of objects.
const LINKED_SERVER: i16 = 4;
const QUERY: i16 = 5;
const LINKED_FILE: i16 = 6;

/// The mark of a slot whose row Access deleted.
const DELETED: u16 = 0xc000;

/// Name and content of every file that is made here.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("every_kind_of_value.accdb", every_kind_of_value()),
        ("fixed_length_text.mdb", fixed_length_text()),
        ("deleted_moved_rows.mdb", deleted_moved_rows()),
        ("bad_characters.accdb", bad_characters()),
        ("dates_no_calendar_has.mdb", dates_no_calendar_has()),
        ("code_page_lies.mdb", code_page_lies()),
        ("lists_and_files.accdb", lists_and_files()),
        ("linked_tables.accdb", linked_tables()),
        ("broken_pages.mdb", broken_pages()),
        ("broken_definition.mdb", broken_definition()),
        ("broken_cut_off.mdb", deleted_moved_rows()[..3 * 4096].to_vec()),
        ("encoded_pages.mdb", encoded_pages()),
        ("empty.accdb", Build::new(ACCESS_2010).finish()),
    ]
}

fn text(name: &'static str) -> Column {
    column(name, ColumnType::Text)
}

fn numeric(digits: u32) -> Stored {
    let mut bytes = vec![0; 17];
    bytes[13..17].copy_from_slice(&digits.to_le_bytes());
    Some(bytes)
}

/// A column of every kind.
fn columns_of_every_kind() -> Vec<Column> {
    use ColumnType::{
        BigInt, Binary, Boolean, Byte, DateTimeExtended, Double, Float, Guid, Int, Long, Memo, Money, Numeric, Ole,
        Timestamp, Unknown,
    };
    let mut decimal = column("PURATA", Numeric);
    decimal.scale = 2;
    let mut sum = column("JUMLAH", Double);
    (sum.fixed, sum.calculated) = (None, true);
    vec![
        column("BIL", Long),
        text("NAMA"),
        column("AKTIF", Boolean),
        column("TINGKATAN", Byte),
        column("UMUR", Int),
        column("YURAN", Money),
        column("TINGGI", Float),
        column("BERAT", Double),
        column("TARIKH LAHIR", Timestamp),
        decimal,
        column("NO PELAJAR", BigInt),
        column("KUNCI", Guid),
        column("DIDAFTAR", DateTimeExtended),
        column("CATATAN", Memo),
        column("GAMBAR", Ole),
        column("CAP", Binary),
        column("ANEH", Unknown(0x30)),
        sum,
    ]
}

fn every_kind_of_value() -> Vec<u8> {
    let mut build = Build::new(ACCESS_2010);
    let pupils = build.table("Murid", true, columns_of_every_kind());
    // The number of a formula's kind is a property of its column.
    build.properties(&formula_properties("JUMLAH", ColumnType::Long));
    let (on_a_page, _) = build.long_value(&utf16("Catatan di halaman lain").unwrap_or_default(), None);
    let (on_a_chain, _) = build.long_value(&utf16(&"Catatan panjang. ".repeat(20)).unwrap_or_default(), Some(200));
    build.row(pupils, &full(1, utf16("Nur ‘Aisyah binti Contoh"), in_row(&utf16("Pendek").unwrap_or_default())));
    build.row(pupils, &full(2, Some(b"\xff\xfeZo\xeb Rekaan".to_vec()), on_a_page));
    build.row(pupils, &full(3, utf16("陳小明"), on_a_chain));
    let mut nothing = vec![None; 18];
    (nothing[0], nothing[1]) = (long(4), utf16(""));
    build.row(pupils, &nothing);
    let classes = build.table(
        "Kelas",
        true,
        vec![column("ID", ColumnType::Long), text("KELAS"), column("MURID", ColumnType::Long)],
    );
    build.row(classes, &[long(1), utf16("5 Bestari"), long(2)]);
    relate(&mut build);
    build.object(900, "Senarai ikut kelas", QUERY, 0, [None; 3]);
    build.object(901, "~sq_fBorang", QUERY, 0, [None; 3]);
    build.finish()
}

/// A row with something in every column.
fn full(number: i32, name: Stored, memo: Stored) -> Vec<Stored> {
    vec![
        long(number),
        name,
        Some(Vec::new()),
        Some(vec![5]),
        Some((-12_i16).to_le_bytes().to_vec()),
        Some(1_234_500_i64.to_le_bytes().to_vec()),
        Some(1.45_f32.to_le_bytes().to_vec()),
        double(38.25),
        double(41_000.0),
        numeric(8_750),
        Some(9_007_199_254_740_993_i64.to_le_bytes().to_vec()),
        Some((1..=16).collect()),
        Some(b"0000000000000737954:0000000819120000000:7\0".to_vec()),
        memo,
        in_row(b"\x89PNG"),
        Some(vec![0xca, 0xfe]),
        Some(vec![1, 2]),
        Some([&[0; 16][..], &4_u32.to_le_bytes(), &42_i32.to_le_bytes(), &[0; 3]].concat()),
    ]
}

/// Kelas.MURID leads to Murid.BIL.
fn relate(build: &mut Build) {
    let columns = ["szRelationship", "szObject", "szReferencedObject", "szColumn", "szReferencedColumn"];
    let columns = columns.into_iter().map(text).chain([column("grbit", ColumnType::Long)]).collect();
    let relationships = build.system_table("MSysRelationships", columns);
    let values = ["MuridKelas", "Kelas", "Murid", "MURID", "BIL"].map(utf16);
    build.row(relationships, &[values.as_slice(), &[long(0)]].concat());
}

/// The properties of a table that say of which kind the results of a formula are.
fn formula_properties(name: &str, kind: ColumnType) -> Vec<u8> {
    let sized = |text: &str| {
        let bytes = utf16(text).unwrap_or_default();
        [&(bytes.len() as u16).to_le_bytes(), bytes.as_slice()].concat()
    };
    let chunk = |kind: u16, body: Vec<u8>| {
        [&(body.len() as u32 + 6).to_le_bytes()[..], &kind.to_le_bytes(), body.as_slice()].concat()
    };
    let value = |index: u16, kind: u8, bytes: &[u8]| {
        let length = bytes.len() as u16;
        let head = [&(length + 8).to_le_bytes()[..], &[0, kind], &index.to_le_bytes(), &length.to_le_bytes()];
        [head.concat().as_slice(), bytes].concat()
    };
    let names = chunk(0x80, [sized("Expression"), sized("ResultType")].concat());
    let formula = utf16("[UMUR]*2").unwrap_or_default();
    let values = [value(0, 12, &formula), value(1, 2, &[kind.to_byte()])].concat();
    let header = [&(sized(name).len() as u32 + 4).to_le_bytes()[..], &sized(name)].concat();
    let column = chunk(1, [header, values].concat());
    [b"MR2\0".to_vec(), names, column].concat()
}

/// Columns of fixed length, as programs of the nineties made them.
fn fixed_length_text() -> Vec<u8> {
    let mut build = Build::new(ACCESS_2000);
    let fixed = |name, kind, size| Column { fixed: Some(size), ..column(name, kind) };
    let columns = vec![
        fixed("NO KP", ColumnType::Text, 24),
        fixed("CAP", ColumnType::Binary, 3),
        text("NAMA"),
        fixed("KOD", ColumnType::Text, 4),
    ];
    let table = build.table("Murid", false, columns);
    let row = |build: &mut Build, ic: &str, name: &str, code: Stored| {
        build.row(table, &[utf16(ic), Some(vec![1, 2, 3]), utf16(name), code]);
    };
    row(&mut build, "120304101234", "Aminah binti Contoh", utf16("5A"));
    row(&mut build, "130405105678", "Bala a/l Rekaan", None);
    build.finish()
}

/// A row that grew and was moved, another one that was deleted after that, and a plain deleted one.
fn deleted_moved_rows() -> Vec<u8> {
    let mut build = Build::new(ACCESS_2000);
    let table = build.table("Murid", true, vec![column("BIL", ColumnType::Long), text("NAMA")]);
    let row = |number, name| [long(number), utf16(name)];
    build.row(table, &row(1, "Aminah"));
    build.moved_row(table, &row(2, "Bala yang dipindahkan"));
    let (home, _) = build.moved_row(table, &row(3, "DIPADAM SELEPAS DIPINDAHKAN"));
    build.mark(home, DELETED);
    let gone = build.row(table, &row(4, "DIPADAM"));
    build.mark(gone, DELETED);
    build.row(table, &row(5, "Chong"));
    build.finish()
}

/// One bad character in a text, and long texts whose pages are damaged.
fn bad_characters() -> Vec<u8> {
    let mut build = Build::new(ACCESS_2010);
    let columns = vec![column("BIL", ColumnType::Long), text("NAMA"), column("CATATAN", ColumnType::Memo)];
    let table = build.table("Murid", false, columns);
    let half = || utf16("Ami").map(|bytes| [bytes.as_slice(), &[0x3d, 0xd8], b"n\0"].concat());
    build.row(table, &[long(1), half(), None]);
    build.row(table, &[long(2), Some(b"B\0a\0l".to_vec()), None]);
    let (broken, places) = build.long_value(&utf16(&"abcdefghij".repeat(10)).unwrap_or_default(), Some(100));
    build.bytes_of(places[1].0)[0] = 9;
    build.row(table, &[long(3), utf16("Chong"), broken]);
    let (lost, places) = build.long_value(b"x\0", None);
    build.bytes_of(places[0].0)[0] = 9;
    build.row(table, &[long(4), utf16("Devi"), lost]);
    let (circle, places) = build.long_value(&utf16(&"y".repeat(150)).unwrap_or_default(), Some(100));
    let first = super::build::pointer(places[0]);
    let last = build.bytes_of(places[2].0);
    let at = last.len() - 104;
    last[at..at + 4].copy_from_slice(&first);
    let circle = circle.map(|field| [&500_u32.to_le_bytes(), &field[4..]].concat());
    build.row(table, &[long(5), utf16("Ečo"), circle]);
    build.finish()
}

fn dates_no_calendar_has() -> Vec<u8> {
    let mut build = Build::new(ACCESS_2000);
    let table = build.table("Murid", false, vec![text("NAMA"), column("TARIKH LAHIR", ColumnType::Timestamp)]);
    let dates = [41_000.0, 3e6, -700_000.25, f64::NAN, 0.0, -1.25];
    for (name, days) in ["Aminah", "Bala", "Chong", "Devi", "Eddy", "Farid"].into_iter().zip(dates) {
        build.row(table, &[utf16(name), double(days)]);
    }
    build.finish()
}

/// An Access 97 file in Jawi whose header names the Western code page.
fn code_page_lies() -> Vec<u8> {
    let jawi = |text: &str| Some(WINDOWS_1256.encode(text).0.into_owned());
    let mut build = Build::new(ACCESS_97);
    let columns = vec![column("BIL", ColumnType::Long), text("NAMA"), column("CATATAN", ColumnType::Memo)];
    let table = build.table("Murid", true, columns);
    build.row(table, &[long(1), jawi("نور عيني"), in_row(&jawi("علي").unwrap_or_default())]);
    build.row(table, &[long(2), jawi("حسن"), None]);
    build.finish()
}

/// A column of several values and one of attached files, each with a value that was deleted.
fn lists_and_files() -> Vec<u8> {
    let mut build = Build::new(ACCESS_2010);
    let list = |name, complex_id| Column { complex_id, ..column(name, ColumnType::ComplexType) };
    let columns = vec![column("BIL", ColumnType::Long), list("BAHASA", 7), list("LAMPIRAN", 8)];
    let pupils = build.table("Murid", true, columns);
    for number in 1..=3 {
        build.row(pupils, &[long(number), long(number), long(number)]);
    }
    let value_type = build.system_table("MSysComplexType_Text", vec![text("Value")]);
    let file = || {
        vec![
            column("FileData", ColumnType::Ole),
            text("FileName"),
            text("FileType"),
            column("FileURL", ColumnType::Memo),
        ]
    };
    let file_type = build.system_table("MSysComplexType_Attachment", file());
    let counted = || Column { auto_number: true, ..column("_Bilangan", ColumnType::Long) };
    let hidden = |columns: Vec<Column>| columns.into_iter().chain([column("_Murid", ColumnType::Long), counted()]);
    let values = build.system_table("f_Bahasa", hidden(vec![text("Value")]).collect());
    let value = |text: &str, list: i32, order: i32| [utf16(text), long(list), long(order)];
    build.row(values, &value("Tamil", 1, 2));
    build.row(values, &value("Melayu", 1, 1));
    build.row(values, &value("Inggeris", 3, 3));
    let (home, _) = build.moved_row(values, &value("DIPADAM", 3, 4));
    build.mark(home, DELETED);
    let files = build.system_table("f_Lampiran", hidden(file()).collect());
    let stored = |content: &[u8]| {
        let header = [&20_u32.to_le_bytes()[..], &1_u32.to_le_bytes(), &4_u32.to_le_bytes(), b"p\0d\0f\0\0\0"].concat();
        let body = [header.as_slice(), content].concat();
        in_row(&[&0_u32.to_le_bytes()[..], &(body.len() as u32).to_le_bytes(), &body].concat())
    };
    build.row(files, &[stored(b"isi surat"), utf16("surat.pdf"), utf16("pdf"), None, long(2), long(1)]);
    build.row(files, &[stored(b""), utf16("kosong.pdf"), utf16("pdf"), None, long(2), long(2)]);
    let columns = ["ComplexID", "FlatTableID", "ComplexTypeObjectID"];
    let columns = columns.into_iter().map(|name| column(name, ColumnType::Long)).collect();
    let places = build.system_table("MSysComplexColumns", columns);
    for (id, flat, kind) in [(7, values, value_type), (8, files, file_type)] {
        let page = |table| long(build.definition(table).cast_signed());
        let row = [long(id), page(flat), page(kind)];
        build.row(places, &row);
    }
    build.finish()
}

fn linked_tables() -> Vec<u8> {
    let mut build = Build::new(ACCESS_2010);
    let table = build.table("Kelas", true, vec![column("ID", ColumnType::Long), text("KELAS")]);
    build.row(table, &[long(1), utf16("1 Amanah")]);
    build.object(0x1000, "Murid", LINKED_FILE, 0x0020_0000, [Some(r"D:\SMM\murid.mdb"), Some("tblMurid"), None]);
    let server = Some("DSN=SEKOLAH;UID=guru;PWD=rahsia;DATABASE=sps");
    build.object(0x1001, "Yuran", LINKED_SERVER, 0x0010_0000, [None, Some("dbo.Yuran"), server]);
    build.finish()
}

/// A page that another table owns, a row whose bytes are no row, and a pointer that leads nowhere.
fn broken_pages() -> Vec<u8> {
    let mut build = Build::new(ACCESS_2000);
    let table = build.table("Murid", false, vec![column("BIL", ColumnType::Long), text("NAMA")]);
    for number in 1..=10 {
        build.row(table, &[long(number), utf16(&format!("Murid {number} {}", "x".repeat(200)))]);
    }
    let first = build.definition(table) + 1;
    build.bytes_of(first)[4] = 77;
    build.store(table, &[9]);
    let nowhere = build.store(table, &[200, 9, 9, 9]);
    build.mark(nowhere, 0x4000);
    build.row(table, &[long(91), utf16("Terakhir")]);
    build.finish()
}

fn broken_definition() -> Vec<u8> {
    let mut build = Build::new(ACCESS_2000);
    let broken = build.table("Murid", false, vec![text("NAMA")]);
    let whole = build.table("Kelas", false, vec![text("KELAS")]);
    build.row(whole, &[utf16("5 Bestari")]);
    let page = build.definition(broken) as usize * 4096;
    let mut bytes = build.finish();
    bytes[page] = 9;
    bytes
}

/// A file whose pages are hidden under a key in its first page; no password is needed.
fn encoded_pages() -> Vec<u8> {
    let mut build = Build::new(ACCESS_97);
    build.page_key = 0x1234_5678;
    build.open_password = b"rahsia".to_vec();
    let table = build.table("Murid", true, vec![column("BIL", ColumnType::Long), text("NAMA")]);
    build.row(table, &[long(1), Some(b"Aminah".to_vec())]);
    build.finish()
}
