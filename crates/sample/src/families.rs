//! Made-up families in two lists of one school, with the truth about who is who: for measuring how well people are
//! found twice.
//!
//! The register has every child, some of them keyed in twice; the tahfiz class's list has some of them again, written
//! by somebody else. Between two rows of one child letters slip, words change places, numbers are missing. Twins share
//! a birth date and nearly a number, and often rhyme. A few children stand under a brother's or sister's number.

use std::path::{Path, PathBuf};

use chrono::{Datelike as _, Days, NaiveDate};

use crate::Error;
use crate::random::Random;

/// How many rows to make up.
#[derive(Clone, Copy, Debug)]
pub struct FamilyWish {
    /// Rows of both lists together, about.
    pub rows: usize,
    /// The same seed gives the same families.
    pub seed: u64,
    /// The current year.
    pub year: i32,
}

/// One row of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FamilyRow {
    /// Who it really is.
    pub person: u32,
    /// The list: 0 for the register, 1 for the tahfiz class.
    pub list: usize,
    /// Name as written.
    pub name: String,
    /// Identity number as written; empty where it is missing.
    pub number: String,
    /// Birth date, `YYYY-MM-DD`; empty where it is missing.
    pub born: String,
    /// `male` or `female`; empty where it is missing.
    pub gender: String,
    /// Street and house.
    pub street: String,
    /// Postcode.
    pub postcode: String,
    /// The father's name.
    pub father: String,
    /// The father's identity number.
    pub father_number: String,
    /// The father's telephone.
    pub father_phone: String,
}

/// Headers of the two files, as [`FamilyRow::cells`] gives them.
pub const HEADERS: [&str; 9] = [
    "NAMA MURID",
    "NO. KAD PENGENALAN",
    "TARIKH LAHIR",
    "JANTINA",
    "ALAMAT RUMAH",
    "POSKOD",
    "NAMA BAPA",
    "NO. KP BAPA",
    "NO. TEL BAPA",
];

impl FamilyRow {
    /// The cells of the row.
    #[must_use]
    pub fn cells(&self) -> [&str; 9] {
        [
            &self.name,
            &self.number,
            &self.born,
            &self.gender,
            &self.street,
            &self.postcode,
            &self.father,
            &self.father_number,
            &self.father_phone,
        ]
    }
}

const BOYS: &[&str] = &[
    "AIMAN",
    "DANISH",
    "HAZIQ",
    "IRFAN",
    "AMIRUL",
    "HAKIM",
    "ADAM",
    "ZULKARNAIN",
    "HARITH",
    "LUQMAN",
    "FARIS",
    "ISKANDAR",
    "UMAR",
    "ZAFRAN",
    "DANIEL",
    "IZZAT",
    "FAHMI",
    "HAFIZ",
    "AZRI",
    "SYAHMI",
    "NAUFAL",
    "RAYYAN",
    "QAYYUM",
    "IDHAM",
    "FIRDAUS",
    "ASYRAF",
    "KHALIS",
    "ARIFFIN",
    "SYAFIQ",
    "NABIL",
    "ZIKRI",
    "THAQIF",
    "MUAZ",
    "YUSUFF",
    "IKHWAN",
    "ARMAN",
    "HILMAN",
    "SAIFUL",
    "TAUFIQ",
    "WAFIY",
    "ANAQI",
    "BAZLI",
    "EIMAN",
    "FAWWAZ",
    "GHAZI",
    "HANIF",
    "IHSAN",
    "JAZMI",
];
const GIRLS: &[&str] = &[
    "AISYAH",
    "KHADIJAH",
    "IMAN",
    "BALQIS",
    "HIDAYAH",
    "ALIYAH",
    "MAISARAH",
    "SYIFA",
    "SOFEA",
    "FITRAH",
    "BATRISYIA",
    "HAJAR",
    "QISTINA",
    "HUMAIRA",
    "NAJWA",
    "INSYIRAH",
    "ALEESYA",
    "ZULAIKHA",
    "SAKINAH",
    "DAMIA",
    "RAIHANA",
    "AUNI",
    "HANNAH",
    "NURIN",
    "IZZATI",
    "FARHANA",
    "SYUHADA",
    "ATHIRAH",
    "LIYANA",
    "MARDHIAH",
    "NABILA",
    "ZAHRA",
    "YASMIN",
    "WARDINA",
    "UMAIRAH",
    "SAFIYYAH",
    "QALESYA",
    "PUTRI",
    "ORKED",
    "MEDINA",
    "LAILA",
    "KAUTHAR",
    "JANNAH",
    "IRDINA",
    "HANIS",
    "FATEHAH",
    "ELLYSHA",
    "DALILA",
];
const BEFORE_BOYS: &[&str] = &["MUHAMMAD", "MUHAMMAD", "AHMAD", "MOHD", "NIK", "WAN", "SYED", "ABDUL"];
const BEFORE_GIRLS: &[&str] = &["NUR", "NUR", "SITI", "NURUL", "WAN", "NIK", "PUTERI", "SHARIFAH"];
const FATHERS: &[&str] = &[
    "ZAINAL ABIDIN",
    "MOHD YUSOF",
    "ABDUL HALIM",
    "KAMARUDDIN",
    "ROSLAN",
    "ISMAIL",
    "SHAHRUL NIZAM",
    "HAMZAH",
    "AZMAN",
    "MOHAMAD FAUZI",
    "BADRUL HISHAM",
    "ROSLI",
    "ABD RASHID",
    "KHAIRUL ANUAR",
    "NOORAZMAN",
    "SAMSUDIN",
    "IDRIS",
    "ZULKIFLI",
    "MOKHTAR",
    "RAZALI",
    "BAHAROM",
    "JAMALUDDIN",
    "SULAIMAN",
    "OTHMAN",
    "MUSTAFA",
    "YAAKOB",
    "NORDIN",
    "SAIFUDDIN",
    "HASHIM",
    "IBRAHIM",
    "TAJUDDIN",
    "ZAKARIA",
    "MANSOR",
    "BAKRI",
    "AHMAD",
    "MAHMUD",
    "GHAZALI",
    "DAUD",
    "ELIAS",
    "FADZIL",
    "HALIM",
    "JOHARI",
    "LATIF",
    "MARZUKI",
    "NASIR",
    "PADZIL",
    "RAMLI",
    "SHUIB",
    "TALIB",
    "WAHAB",
];
const SURNAMES: &[&str] = &[
    "TAN", "LIM", "WONG", "LEE", "CHONG", "GOH", "TEOH", "YAP", "CHUA", "KHOO", "LOW", "TEH", "SIM", "HENG", "LAU",
    "LIEW", "FOO", "GAN", "KOH", "OOI",
];
const SYLLABLES: &[&str] = &[
    "WEI", "JIE", "JUN", "HAO", "ZHI", "XUAN", "KAH", "SENG", "YONG", "SHENG", "JIA", "MEI", "LING", "XIN", "HUI",
    "SIEW", "PEI", "SHAN", "YEE", "WEN", "MIN", "SHU", "TING", "KAI", "LE", "CHEE", "KEONG", "YING", "QIAN", "RUI",
];
const INDIANS: &[&str] = &[
    "SIVA",
    "PRAKASH",
    "DINESH",
    "KAVIN",
    "ARJUN",
    "THARUN",
    "SANJAY",
    "LOGAN",
    "PRIYA",
    "KAVITHA",
    "DHARSHINI",
    "THIVYA",
    "LAKSHMI",
    "ANJALI",
    "SHALINI",
    "YALINI",
    "KUMAR",
    "RAMAN",
    "MUNIANDY",
    "SUBRAMANIAM",
    "GANESAN",
    "PERUMAL",
    "KRISHNAN",
    "RAJENDRAN",
    "SELVAM",
    "VIKNESH",
    "KARTHIK",
    "MALAR",
    "DEVI",
    "RANJIT",
];
/// Names that twins are given together.
const RHYMES: &[[&str; 2]] = &[
    ["AINA", "AINI"],
    ["HASSAN", "HUSSIN"],
    ["DANISH", "DANIAL"],
    ["ALISYA", "ALISHA"],
    ["HAKIM", "HAKIMI"],
    ["AMIR", "AMIN"],
    ["SYAZA", "SYAZWA"],
    ["HARIS", "HARITH"],
    ["ALIFF", "ALIFAH"],
    ["IZZAH", "IZZATI"],
    ["ADAM", "ADHAM"],
    ["NABILA", "NADILA"],
];
const STREETS: &[&str] =
    &["JALAN MELATI", "LORONG KENANGA", "JALAN CEMPAKA", "JALAN MASJID", "TAMAN SERI INDAH", "JALAN BUNGA RAYA"];

/// A child as it really is.
#[derive(Clone)]
struct Child {
    row: FamilyRow,
    born: NaiveDate,
}

/// Makes up the rows, list after list.
#[must_use]
pub fn make_up(wish: &FamilyWish) -> Vec<FamilyRow> {
    let mut maker = Maker { random: Random::new(wish.seed), year: wish.year, people: 0, serial: 0 };
    let mut lists = [Vec::new(), Vec::new()];
    let mut made = 0;
    while made < wish.rows {
        let children = maker.family();
        for child in &children {
            made += maker.write(child, &children, &mut lists);
        }
    }
    lists.concat()
}

/// Writes the two lists as `daftar.csv` and `tahfiz.csv` into `out` and returns their paths.
///
/// # Errors
///
/// [`Error`] where a file cannot be written.
pub fn write(rows: &[FamilyRow], out: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for (list, name) in ["daftar.csv", "tahfiz.csv"].into_iter().enumerate() {
        let path = out.join(name);
        let mut file = csv::Writer::from_path(&path)?;
        file.write_record(HEADERS)?;
        for row in rows.iter().filter(|row| row.list == list) {
            file.write_record(row.cells())?;
        }
        file.flush().map_err(|source| Error::File { path: path.clone(), source })?;
        files.push(path);
    }
    Ok(files)
}

struct Maker {
    random: Random,
    year: i32,
    people: u32,
    serial: u32,
}

impl Maker {
    fn family(&mut self) -> Vec<Child> {
        let kind = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2][self.random.below(10)];
        let father = self.father(kind);
        let year = self.year - 34 - self.random.below(18) as i32;
        let born = self.day(year);
        let house = FamilyRow {
            street: format!("{} {}", 1 + self.random.below(240), self.random.one(STREETS)),
            postcode: format!("{:05}", 40_000 + self.random.below(9_000)),
            father_number: self.number(born, true),
            father_phone: format!("+601{}{:07}", 1 + self.random.below(9), self.random.below(9_999_999)),
            father,
            ..FamilyRow::default()
        };
        let mut children = Vec::new();
        for _ in 0..1 + self.random.below(4) {
            let boy = self.random.chance(0.5);
            let year = self.year - 7 - self.random.below(6) as i32;
            let day = self.day(year);
            children.push(self.child(&house, kind, boy, day));
            if self.random.chance(0.03) {
                self.twin(&house, kind, boy, day, &mut children);
            }
        }
        children
    }

    /// A twin of the last child: of the same gender mostly, and then with a rhyming name as often as not.
    fn twin(&mut self, house: &FamilyRow, kind: usize, boy: bool, day: NaiveDate, children: &mut Vec<Child>) {
        let alike = self.random.chance(0.7);
        let mut twin = self.child(house, kind, if alike { boy } else { !boy }, day);
        let Some(first) = children.last_mut() else { return };
        if alike && self.random.chance(0.6) {
            let [one, other] = RHYMES[self.random.below(RHYMES.len())];
            let rest = |name: &str| name.split_once([' ']).map_or(String::new(), |(_, rest)| rest.to_owned());
            let particle =
                |name: &str| rest(name).rsplit_once(" BIN").map_or(String::new(), |(_, tail)| format!("BIN{tail}"));
            if kind == 0 {
                let before = if boy { "MUHAMMAD" } else { "NUR" };
                let tail = particle(&first.row.name);
                first.row.name = format!("{before} {one} {tail}");
                twin.row.name = format!("{before} {other} {tail}");
            }
        }
        if twin.row.name == first.row.name {
            return;
        }
        // Born minutes apart and registered together: the numbers follow each other.
        if let (Some(head), Ok(tail)) = (first.row.number.get(..8), first.row.number[8..].parse::<u32>()) {
            let step = if alike { 2 } else { 1 };
            twin.row.number = format!("{head}{:04}", (tail + step) % 10_000);
        }
        children.push(twin);
    }

    fn child(&mut self, house: &FamilyRow, kind: usize, boy: bool, born: NaiveDate) -> Child {
        self.people += 1;
        let row = FamilyRow {
            person: self.people,
            name: self.name(kind, boy, &house.father),
            number: self.number(born, boy),
            born: born.to_string(),
            gender: if boy { "male" } else { "female" }.to_owned(),
            ..house.clone()
        };
        Child { row, born }
    }

    fn father(&mut self, kind: usize) -> String {
        match kind {
            1 => format!("{} {} {}", self.random.one(SURNAMES), self.random.one(SYLLABLES), self.random.one(SYLLABLES)),
            2 => format!("{} A/L {}", self.random.one(INDIANS), self.random.one(INDIANS)),
            _ => format!("{} BIN {}", self.random.one(FATHERS), self.random.one(FATHERS)),
        }
    }

    fn name(&mut self, kind: usize, boy: bool, father: &str) -> String {
        match kind {
            1 => {
                let surname = father.split(' ').next().unwrap_or_default();
                format!("{surname} {} {}", self.random.one(SYLLABLES), self.random.one(SYLLABLES))
            }
            2 => {
                let father = father.split(' ').next().unwrap_or_default();
                format!("{} {} {father}", self.random.one(INDIANS), if boy { "A/L" } else { "A/P" })
            }
            _ => {
                let father = father.split(" BIN ").next().unwrap_or_default();
                let (before, names) = if boy { (BEFORE_BOYS, BOYS) } else { (BEFORE_GIRLS, GIRLS) };
                let mut given = self.random.one(names).to_owned();
                if self.random.chance(0.6) {
                    given = format!("{} {given}", self.random.one(before));
                }
                if self.random.chance(0.5) {
                    given = format!("{given} {}", self.random.one(names));
                }
                format!("{given} {} {father}", if boy { "BIN" } else { "BINTI" })
            }
        }
    }

    fn day(&mut self, year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default() + Days::new(self.random.below(365) as u64)
    }

    fn number(&mut self, born: NaiveDate, boy: bool) -> String {
        self.serial += 1;
        let digit = 2 * self.random.below(5) as u32 + u32::from(boy);
        format!("{}{:02}{:03}{digit}", born.format("%y%m%d"), 1 + self.random.below(14), self.serial % 1000)
    }

    /// Writes the rows of a child and returns how many there are.
    fn write(&mut self, child: &Child, family: &[Child], lists: &mut [Vec<FamilyRow>; 2]) -> usize {
        let mut row = child.row.clone();
        if self.random.chance(0.003)
            && let Some(other) = family.iter().find(|other| other.row.person != child.row.person)
        {
            row.number.clone_from(&other.row.number);
        }
        let before = lists[0].len() + lists[1].len();
        let moved = self.random.chance(0.05);
        lists[0].push(self.spoil(child, &row, 0, 0.25));
        if self.random.chance(0.03) {
            lists[0].push(self.spoil(child, &row, 0, 1.0));
        }
        if self.random.chance(0.35) {
            let mut there = self.spoil(child, &row, 1, 1.0);
            if moved {
                there.street = format!("{} {}", 1 + self.random.below(240), self.random.one(STREETS));
                there.father_phone = format!("+6013{:07}", self.random.below(9_999_999));
            }
            lists[1].push(there);
        }
        lists[0].len() + lists[1].len() - before
    }

    /// The row as somebody keyed it in; `share` scales how much goes wrong.
    fn spoil(&mut self, child: &Child, row: &FamilyRow, list: usize, share: f64) -> FamilyRow {
        let mut row = FamilyRow { list, ..row.clone() };
        let mut slips = |often: f64| self.random.chance(often * share);
        let (slip, swap, spelling, fewer) = (slips(0.12), slips(0.08), slips(0.2), slips(0.04));
        let (none, digit, no_date, swapped, wrong_day) =
            (slips(0.2), slips(0.03), slips(0.04), slips(0.02), slips(0.02));
        let (no_gender, phone, street) = (slips(0.03), slips(0.08), slips(0.2));
        if spelling {
            row.name = respelled(&row.name);
        }
        if fewer {
            row.name = shortened(&row.name);
        }
        if swap {
            row.name = reordered(&row.name);
        }
        if slip {
            row.name = self.mistyped(&row.name);
        }
        if none {
            row.number.clear();
        } else if digit {
            row.number = self.misnumbered(&row.number);
        }
        if no_date {
            row.born.clear();
        } else if swapped && child.born.day() <= 12 {
            row.born = format!("{}-{:02}-{:02}", child.born.year(), child.born.day(), child.born.month());
        } else if wrong_day {
            row.born = format!("{}-{:02}-{:02}", child.born.year(), child.born.month(), 1 + self.random.below(28));
        }
        if no_gender {
            row.gender.clear();
        }
        if phone {
            row.father_phone.clear();
        }
        if street {
            row.street = format!("NO. {}", row.street.replace("JALAN", "JLN").replace("LORONG", "LRG"));
        }
        row
    }

    /// One slip in a word of more than three letters: a letter left out, doubled, taken for another, or two swapped.
    fn mistyped(&mut self, name: &str) -> String {
        let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
        let long: Vec<usize> = (0..words.len()).filter(|at| words[*at].len() > 3 && words[*at] != "BINTI").collect();
        let Some(at) = long.get(self.random.below(long.len())).copied() else { return name.to_owned() };
        let mut letters: Vec<char> = words[at].chars().collect();
        let place = self.random.below(letters.len() - 1);
        match self.random.below(4) {
            0 => drop(letters.remove(place)),
            1 => letters.insert(place, letters[place]),
            2 => letters[place] = char::from(b'A' + self.random.below(26) as u8),
            _ => letters.swap(place, place + 1),
        }
        words[at] = letters.into_iter().collect();
        words.join(" ")
    }

    fn misnumbered(&mut self, number: &str) -> String {
        let mut digits: Vec<char> = number.chars().collect();
        let place = self.random.below(digits.len().max(2) - 1);
        if self.random.chance(0.5) {
            digits.swap(place, place + 1);
        } else if let Some(digit) = digits.get_mut(place) {
            *digit = char::from(b'0' + self.random.below(10) as u8);
        }
        digits.into_iter().collect()
    }
}

fn respelled(name: &str) -> String {
    let spelled = [
        ("MUHAMMAD", "MOHD"),
        ("NUR ", "NOR "),
        ("BINTI", "BT"),
        (" BIN ", " B. "),
        ("ABDUL ", "ABD "),
        ("A/L ", "ANAK LELAKI "),
    ];
    spelled
        .iter()
        .find(|(from, _)| name.contains(from))
        .map_or_else(|| name.to_lowercase(), |(from, to)| name.replacen(from, to, 1))
}

/// The name with its first word left out, where two more stand before the particle.
fn shortened(name: &str) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    let particle = words.iter().position(|word| ["BIN", "BINTI", "BT", "B."].contains(word)).unwrap_or_default();
    if particle > 1 { words[1..].join(" ") } else { name.to_owned() }
}

/// The given names the other way round; a Chinese surname at the end.
fn reordered(name: &str) -> String {
    let mut words: Vec<&str> = name.split(' ').collect();
    let particle = words.iter().position(|word| ["BIN", "BINTI", "BT", "B."].contains(word));
    match particle {
        Some(at) if at > 1 => words[..at].rotate_left(1),
        None if words.len() == 3 && SURNAMES.contains(&words[0]) => words.rotate_left(1),
        _ => {}
    }
    words.join(" ")
}
