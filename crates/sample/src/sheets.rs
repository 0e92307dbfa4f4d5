//! What teachers and clerks keep beside the lists: a register with a column a day, a fee ledger with a column a month,
//! a sheet of marks with a column a subject, and a record of memorisation; with the truth about them.

use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate, Weekday};
use rust_xlsxwriter::{Workbook, Worksheet};
use serde::Serialize;

use crate::people::{Everybody, Pupil};
use crate::random::Random;
use crate::{Error, Wish};

/// The month of the registers.
const MONTH: u32 = 3;
/// The monthly fee, in ringgit.
const FEE: u32 = 50;
const MONTHS: [&str; 12] = ["JAN", "FEB", "MAC", "APR", "MEI", "JUN", "JUL", "OGOS", "SEP", "OKT", "NOV", "DIS"];
const SUBJECTS: [&str; 5] = ["Bahasa Melayu", "Matematik", "Sains", "Sirah", "Akhlak"];
/// Marks of a register, what they mean, and how many of twenty they are.
pub(crate) const MARKS: [(&str, &str, usize); 6] = [
    ("/", "present", 14),
    ("0", "absent", 2),
    ("L", "late", 1),
    ("S", "sick", 1),
    ("MC", "sick", 1),
    ("X", "absent", 1),
];
/// Surahs with more verses than one juz has, and short ones: name, verses memorised, juz that they lie in.
const SURAHS: [(&str, u32, u32); 5] =
    [("Al-Baqarah", 200, 2), ("An-Naba'", 40, 1), ("Yasin", 83, 2), ("Al-Mulk", 12, 1), ("Ali 'Imran", 92, 1)];

/// The truth about the sheets.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SheetTruth {
    /// Days of attendance, and how many of them pupils were present, absent, late, sick.
    pub attendance: u32,
    /// By status, in the order of the statuses' names.
    pub statuses: std::collections::BTreeMap<String, u32>,
    /// Months and opening balances that are owed or were paid.
    pub invoices: u32,
    /// Payments.
    pub payments: u32,
    /// Money received, in sen.
    pub paid_sen: u64,
    /// Money still owed, in sen.
    pub owed_sen: u64,
    /// Marks in subjects, and in Islamic studies.
    pub grades: u32,
    /// Marks in Islamic studies.
    pub islamic_grades: u32,
    /// Surahs by juz that are memorised in part or whole.
    pub hafiz_progress: u32,
    /// Pupils with a record of memorisation.
    pub hafiz_pupils: u32,
}

impl SheetTruth {
    fn mark(&mut self, status: &str) {
        self.attendance += 1;
        *self.statuses.entry(status.to_owned()).or_default() += 1;
    }
}

/// Writes the sheets into `out` and `truth_sheets.json` beside them; gives the files.
pub(crate) fn write(school: &Everybody, wish: &Wish, out: &Path) -> Result<(Vec<PathBuf>, SheetTruth), Error> {
    let mut truth = SheetTruth::default();
    let mut random = Random::new(wish.seed ^ 0x0005_4ee7);
    let pupils: Vec<&Pupil> = school.pupils.iter().filter(|pupil| !pupil.copy).collect();
    let at = |name: &str| out.join(name);
    let files = vec![at("kehadiran_mac.xlsx"), at("lejar_yuran.xlsx"), at("markah.xlsx"), at("hafazan.csv")];
    registers(&at("kehadiran_mac.xlsx"), &pupils, wish.year, &mut random, &mut truth)?;
    one_sheet(&at("lejar_yuran.xlsx"), |sheet| ledger(sheet, &pupils, wish.year, &mut random, &mut truth))?;
    one_sheet(&at("markah.xlsx"), |sheet| marks(sheet, &pupils, wish.year, &mut random, &mut truth))?;
    memorisation(&at("hafazan.csv"), &pupils, &mut truth)?;
    let path = at("truth_sheets.json");
    fs_err::write(&path, serde_json::to_string_pretty(&truth)?).map_err(|source| Error::File { path, source })?;
    Ok((files, truth))
}

fn one_sheet(path: &Path, fill: impl FnOnce(&mut Worksheet) -> Result<(), Error>) -> Result<(), Error> {
    let mut book = Workbook::new();
    fill(book.add_worksheet())?;
    Ok(book.save(path)?)
}

/// Writes a row of texts from column 0; blank ones are left away.
fn row(sheet: &mut Worksheet, at: u32, cells: &[String]) -> Result<(), Error> {
    for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        sheet.write_string(at, column as u16, cell)?;
    }
    Ok(())
}

fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// One sheet a class, with its name and month in titles; weekends stay blank.
fn registers(
    path: &Path,
    pupils: &[&Pupil],
    year: i32,
    random: &mut Random,
    truth: &mut SheetTruth,
) -> Result<(), Error> {
    let mut classes: Vec<&str> = pupils.iter().map(|pupil| pupil.class.as_str()).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut book = Workbook::new();
    for class in classes {
        let sheet = book.add_worksheet();
        sheet.set_name(class)?;
        row(sheet, 0, &texts(&["JADUAL KEHADIRAN MURID"]))?;
        row(sheet, 1, &[format!("KELAS: {class}  BULAN: MAC {year}")])?;
        let days = (1..=31).map(|day| day.to_string());
        let header = texts(&["BIL", "NO. PENDAFTARAN", "NAMA MURID"]).into_iter().chain(days);
        row(sheet, 3, &header.chain(["JUMLAH HADIR".to_owned()]).collect::<Vec<_>>())?;
        let of_class = pupils.iter().filter(|pupil| pupil.class == class);
        for (index, pupil) in of_class.enumerate() {
            let mut cells = vec![(index + 1).to_string(), pupil.number.clone(), pupil.name.clone()];
            cells.extend((1..=31).map(|day| mark(year, day, random, truth)));
            let present = cells.iter().filter(|cell| matches!(cell.as_str(), "/" | "L")).count();
            cells.push(present.to_string());
            row(sheet, 4 + index as u32, &cells)?;
        }
    }
    Ok(book.save(path)?)
}

fn mark(year: i32, day: u32, random: &mut Random, truth: &mut SheetTruth) -> String {
    let weekday = NaiveDate::from_ymd_opt(year, MONTH, day).map(|date| date.weekday());
    if matches!(weekday, None | Some(Weekday::Sat | Weekday::Sun)) {
        return String::new();
    }
    let mut pick = random.below(20);
    for (mark, status, share) in MARKS {
        if pick < share {
            truth.mark(status);
            return mark.to_owned();
        }
        pick -= share;
    }
    String::new()
}

/// A month is paid whole, in part, with a receipt, not at all; nothing stands in the months that have not come.
fn ledger(
    sheet: &mut Worksheet,
    pupils: &[&Pupil],
    year: i32,
    random: &mut Random,
    truth: &mut SheetTruth,
) -> Result<(), Error> {
    row(sheet, 0, &[format!("LEJAR YURAN {year}")])?;
    let columns = ["BIL", "NO. PENDAFTARAN", "NAMA MURID", "YURAN BULANAN", "BAKI LAMA"];
    row(sheet, 2, &columns.iter().chain(&MONTHS).map(|text| (*text).to_owned()).collect::<Vec<_>>())?;
    for (index, pupil) in pupils.iter().enumerate() {
        let owed = if random.chance(0.3) { 25 + random.below(100) as u32 } else { 0 };
        if owed > 0 {
            truth.invoices += 1;
            truth.owed_sen += u64::from(owed) * 100;
        }
        let before = if owed > 0 { format!("RM {owed}.00") } else { String::new() };
        let mut cells =
            vec![(index + 1).to_string(), pupil.number.clone(), pupil.name.clone(), FEE.to_string(), before];
        cells.extend((0..10).map(|_| month(random, truth)));
        row(sheet, 3 + index as u32, &cells)?;
    }
    Ok(())
}

fn month(random: &mut Random, truth: &mut SheetTruth) -> String {
    let (text, paid) = match random.below(10) {
        0..=3 => ("50.00".to_owned(), FEE),
        4 | 5 => ("LUNAS".to_owned(), FEE),
        6 => (format!("R{:04}", random.below(10_000)), FEE),
        7 => ("20".to_owned(), 20),
        8 => ("BELUM".to_owned(), 0),
        _ => return String::new(),
    };
    truth.invoices += 1;
    truth.payments += u32::from(paid > 0);
    truth.paid_sen += u64::from(paid) * 100;
    truth.owed_sen += u64::from(FEE - paid) * 100;
    text
}

fn marks(
    sheet: &mut Worksheet,
    pupils: &[&Pupil],
    year: i32,
    random: &mut Random,
    truth: &mut SheetTruth,
) -> Result<(), Error> {
    row(sheet, 0, &[format!("PEPERIKSAAN AKHIR TAHUN {year}")])?;
    let columns = ["BIL", "NO. PENDAFTARAN", "NAMA MURID", "KELAS"];
    row(sheet, 2, &columns.iter().chain(&SUBJECTS).map(|text| (*text).to_owned()).collect::<Vec<_>>())?;
    for (index, pupil) in pupils.iter().enumerate() {
        let mut cells = vec![(index + 1).to_string(), pupil.number.clone(), pupil.name.clone(), pupil.class.clone()];
        for subject in SUBJECTS {
            let text = match random.below(12) {
                0 => "TH".to_owned(),
                1 => String::new(),
                _ => (30 + random.below(70)).to_string(),
            };
            let islamic = matches!(subject, "Sirah" | "Akhlak");
            truth.grades += u32::from(!text.is_empty() && !islamic);
            truth.islamic_grades += u32::from(!text.is_empty() && islamic);
            cells.push(text);
        }
        row(sheet, 3 + index as u32, &cells)?;
    }
    Ok(())
}

/// Every third pupil has two surahs.
fn memorisation(path: &Path, pupils: &[&Pupil], truth: &mut SheetTruth) -> Result<(), Error> {
    let mut csv = csv::Writer::from_path(path)?;
    csv.write_record([
        "BIL",
        "NO. PENDAFTARAN",
        "NAMA MURID",
        "KOD PROGRAM",
        "NAMA PROGRAM",
        "JENIS PROGRAM",
        "SURAH",
        "AYAT DIHAFAZ",
        "TARIKH MULA",
    ])?;
    // the full programme that a new portal begins with
    let [code, name, kind] = ["HIFZ-FULL", "Full Hifz Program", "hifz_full"];
    let mut number = 0;
    for (index, pupil) in pupils.iter().enumerate().filter(|(index, _)| index % 3 == 0) {
        truth.hafiz_pupils += 1;
        for at in [index % SURAHS.len(), (index + 1) % SURAHS.len()] {
            let Some((surah, verses, juz)) = SURAHS.get(at).copied() else { continue };
            number += 1;
            truth.hafiz_progress += juz;
            let (number, verses) = (number.to_string(), verses.to_string());
            let cells = [&*number, &pupil.number, &pupil.name, code, name, kind, surah, &*verses, "13/01/2026"];
            csv.write_record(cells)?;
        }
    }
    csv.flush().map_err(|source| Error::File { path: path.to_owned(), source })
}
