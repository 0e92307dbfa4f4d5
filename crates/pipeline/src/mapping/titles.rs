//! What the titles above a sheet, its name and its file's name say: month, year, class, test.

use super::derive::year_code;
use super::suggest::TableSample;
use crate::country::my;

/// The month that a word names.
pub(crate) fn month_of(word: &str) -> Option<u32> {
    let lower = word.to_lowercase();
    my::MONTHS.iter().find(|(name, _)| *name == lower).map(|(_, month)| *month)
}

/// The year that a word names.
pub(crate) fn year_of(word: &str) -> Option<i32> {
    word.parse().ok().filter(|year| (1_990..=2_099).contains(year) && word.len() == 4)
}

/// What is said about a whole sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Titles {
    /// Year and month, where exactly one month is named and the year is known.
    pub(crate) month: Option<(i32, u32)>,
    /// The year: of a title, else of the project.
    pub(crate) year: Option<i32>,
    /// Whether a title names the year.
    pub(crate) year_said: bool,
    /// The class.
    pub(crate) class: Option<String>,
    /// The test: "Peperiksaan Akhir Tahun".
    pub(crate) test: Option<String>,
    /// The term: "Penggal 1".
    pub(crate) term: Option<String>,
}

impl Titles {
    /// Reads the titles of `table`, the nearest first: those above the header, the sheet's name, the file's.
    pub(crate) fn of(table: &TableSample<'_>, project_year: Option<i32>) -> Self {
        let stem = table.file.rsplit_once('.').map_or(table.file, |(stem, _)| stem);
        let lines: Vec<&str> = table.titles.iter().map(String::as_str).chain([table.table, stem]).collect();
        let said = |read: &dyn Fn(&str) -> Option<String>| lines.iter().find_map(|line| read(line));
        let year = lines.iter().find_map(|line| year_in(line));
        let month = lines.iter().find_map(|line| only_month(line));
        let known = year.or(project_year);
        Self {
            month: known.zip(month),
            year: known,
            year_said: year.is_some(),
            class: said(&class_in),
            test: said(&test_in),
            term: said(&term_in),
        }
    }
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The year in a line; of a session of two years the later.
fn year_in(line: &str) -> Option<i32> {
    let years: Vec<&str> = words(line).filter(|word| year_of(word).is_some()).collect();
    let code = year_code(&years.join("/"))?;
    code.strip_prefix("AY")?.parse().ok()
}

/// The month of a line that names exactly one.
fn only_month(line: &str) -> Option<u32> {
    let mut months = words(line).filter_map(month_of);
    months.next().filter(|first| months.all(|other| other == *first))
}

/// What stands behind "KELAS" or "CLASS", up to a bar, a comma or a word that begins something else.
fn class_in(line: &str) -> Option<String> {
    let lower = line.to_lowercase();
    let at = ["kelas", "class"].iter().find_map(|word| Some(lower.find(word)? + word.len()))?;
    let behind = line.get(at..)?.trim_start_matches([':', ' ', '-', '=']);
    let end = behind.find(['|', ',', ';', '(', '\n']).unwrap_or(behind.len());
    let others = ["bulan", "tahun", "guru", "sesi", "month", "teacher", "year"];
    let mut name: Vec<&str> = Vec::new();
    for word in behind.get(..end)?.split_whitespace() {
        let bare = word.trim_end_matches([':', '=', '-']).to_lowercase();
        let stops = others.contains(&bare.as_str()) || month_of(word).is_some() || year_of(word).is_some();
        if stops || name.len() == 4 {
            break;
        }
        name.push(word);
    }
    (!name.is_empty()).then(|| name.join(" "))
}

fn test_in(line: &str) -> Option<String> {
    const TESTS: [&str; 9] =
        ["peperiksaan", "ujian", "pentaksiran", "exam", "test", "pbd", "upsa", "uasa", "percubaan"];
    let said = words(line).any(|word| TESTS.contains(&word.to_lowercase().as_str()));
    said.then(|| line.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn term_in(line: &str) -> Option<String> {
    let all: Vec<&str> = words(line).collect();
    let at = all.iter().position(|word| matches!(word.to_lowercase().as_str(), "penggal" | "semester" | "term"))?;
    let number = all.get(at + 1).filter(|word| word.len() <= 3)?;
    Some(format!("{} {number}", all.get(at)?))
}

/// Words that make a title one of a ledger.
const MONEY: [&str; 10] =
    ["yuran", "fee", "fees", "bayaran", "kutipan", "tunggakan", "lejar", "ledger", "tabung", "sumbangan"];
/// Words that any ledger may have in its title, or that change from one edition of a file to the next.
const ANY_LEDGER: [&str; 30] = [
    "rekod",
    "lejar",
    "ledger",
    "senarai",
    "buku",
    "jadual",
    "penyata",
    "laporan",
    "kutipan",
    "bayaran",
    "tahun",
    "sesi",
    "bulan",
    "murid",
    "pelajar",
    "sheet",
    "helaian",
    "lembaran",
    "salinan",
    "copy",
    "kemaskini",
    "kemas",
    "kini",
    "dikemaskini",
    "terkini",
    "sehingga",
    "hingga",
    "setakat",
    "baru",
    "akhir",
];

/// What tells one ledger of a school from another: "yuran asrama" of the title "REKOD YURAN ASRAMA TAHUN 2026", beside
/// the name of its sheet. A file's own name is heard only where no title says anything: the next edition of the same
/// ledger has another one, and its invoices must keep their numbers.
pub(crate) fn ledger_of(table: &TableSample<'_>) -> String {
    let stem = table.file.rsplit_once('.').map_or(table.file, |(stem, _)| stem);
    let is_money = |line: &str| words(&line.to_lowercase()).any(|word| MONEY.contains(&word));
    let title = table.titles.iter().find(|line| is_money(line)).map(String::as_str);
    let sheet = if table.table == stem || table.table == table.file { "" } else { table.table };
    let own = ledger_words([title.unwrap_or_default(), sheet].into_iter());
    if title.is_some() || !own.is_empty() { own } else { ledger_words([stem].into_iter()) }
}

/// The words of some lines that are about one ledger, in their order, each once.
fn ledger_words<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut own: Vec<String> = Vec::new();
    for word in lines.flat_map(words).map(str::to_lowercase) {
        let other = ANY_LEDGER.contains(&word.as_str()) || word.chars().any(char::is_numeric);
        if !other && month_of(&word).is_none() && !own.contains(&word) {
            own.push(word);
        }
    }
    own.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::RowBlock;

    #[test]
    fn a_ledger_is_told_by_its_title_and_not_by_the_edition_of_its_file() {
        let rows = RowBlock::new();
        for (title, sheet, file, wanted) in [
            ("REKOD YURAN ASRAMA TAHUN 2026", "", "Y1.csv", "yuran asrama"),
            ("LEJAR YURAN ASRAMA 2026", "Helaian1", "Y2 (2).xlsx", "yuran asrama"),
            ("SK UJI", "", "YURAN BULANAN 2026.csv", "yuran bulanan"),
            ("", "", "YURAN BULANAN 2026 (1) - Salinan.csv", "yuran bulanan"),
            ("LEJAR YURAN 2026", "ASRAMA", "lejar.xlsx", "yuran asrama"),
            ("YURAN SEHINGGA 31 MAC 2026", "2026", "a.xlsx", "yuran"),
            ("", "Yuran PIBG", "a.xlsx", "yuran pibg"),
        ] {
            let titles = [title.to_owned()];
            let table = TableSample { titles: &titles, ..TableSample::new(file, sheet, &[], &rows) };
            assert_eq!(ledger_of(&table), wanted, "{title} {sheet} {file}");
        }
    }

    #[test]
    fn titles_say_month_year_class_and_test() {
        let rows = RowBlock::new();
        let read = |lines: &[&str], sheet: &str, file: &str| {
            let titles: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            Titles::of(&TableSample { titles: &titles, ..TableSample::new(file, sheet, &[], &rows) }, Some(2025))
        };
        let register = read(&["JADUAL KEHADIRAN MURID", "KELAS: 5 AMANAH  BULAN: MAC 2026"], "Sheet1", "a.xlsx");
        assert_eq!((register.month, register.class.as_deref()), (Some((2026, 3)), Some("5 AMANAH")));
        assert_eq!(read(&[], "Ogos", "kehadiran.xlsx").month, Some((2025, 8)), "the project's year");
        assert_eq!(read(&["JANUARI HINGGA MAC 2026"], "", "a.csv").month, None, "two months are none");
        let marks = read(&["PEPERIKSAAN AKHIR TAHUN 2026", "PENGGAL 2"], "", "a.csv");
        assert_eq!(
            (marks.test.as_deref(), marks.term.as_deref()),
            (Some("PEPERIKSAAN AKHIR TAHUN 2026"), Some("PENGGAL 2"))
        );
        assert_eq!((marks.year, marks.year_said), (Some(2026), true));
    }
}
