//! Plants defects as schools have them: in the written cell only, never in the truth.
//!
//! Kinds take turns, so that every kind comes as often as every other, and each school begins elsewhere. A kind that
//! would change nothing about a person (no apostrophe to curl) is passed over.

use chrono::Datelike;

use crate::Wish;
use crate::people::{Class, ClassColumn, Column, Everybody, Planted, Pupil, Teacher, TeacherColumn};
use crate::random::Random;

/// A defect of a row of `R`: its kind, its column, and what is written instead of the truth; nothing where it does
/// not suit the row.
type Maker<R, C> = (&'static str, C, fn(&R) -> Option<String>);

/// Days between 30 December 1899, day 0 of Excel's count, and 1 January of the year 1 (proleptic Gregorian).
const EXCEL_ZERO: i32 = 693_594;

/// What UTF-8 looks like to a program that takes it for windows-1252; only for letters whose bytes it shows.
fn misread(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte == 0x99 {
                '™'
            } else if byte == 0x80 {
                '€'
            } else {
                char::from(byte)
            }
        })
        .collect()
}

fn father_phone(pupil: &Pupil) -> String {
    pupil.true_cell(Column::FatherPhone)
}

/// The birth date with day and month in the other order, where that is another date.
fn swapped(pupil: &Pupil) -> Option<String> {
    let (day, month) = (pupil.born.day(), pupil.born.month());
    (day <= 12 && day != month).then(|| format!("{month:02}/{day:02}/{}", pupil.born.year()))
}

/// The number with its year of birth one earlier: a sound number of somebody else.
fn another_year(pupil: &Pupil) -> Option<String> {
    let year: u32 = pupil.ic.get(..2)?.parse().ok()?;
    // A leap day of the year would be no date.
    let leap_day = pupil.ic.get(2..6) == Some("0229");
    (!leap_day).then(|| format!("{:02}{}", year - 1, &pupil.ic[2..]))
}

/// The number with its last digit one further: the other gender's.
fn other_parity(ic: &str) -> Option<String> {
    let last: u32 = ic.get(11..)?.parse().ok()?;
    Some(format!("{}{}", &ic[..11], (last + 1) % 10))
}

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Mac",
    "April",
    "Mei",
    "Jun",
    "Julai",
    "Ogos",
    "September",
    "Oktober",
    "November",
    "Disember",
];

const PUPIL: [Maker<Pupil, Column>; 67] = [
    ("name-spaces", Column::Name, |pupil| Some(format!("  {}  ", pupil.name.replace(' ', "  ")))),
    ("name-lower", Column::Name, |pupil| Some(pupil.name.to_lowercase())),
    ("name-invisible", Column::Name, |pupil| Some(pupil.name.replacen(' ', "\u{200b} ", 1))),
    ("name-hard-space", Column::Name, |pupil| Some(pupil.name.replacen(' ', "\u{a0}", 1))),
    ("name-misread", Column::Name, |pupil| Some(misread(&pupil.name.replacen(' ', "\u{a0}", 1)))),
    ("name-misread-apostrophe", Column::Name, |pupil| {
        pupil.name.contains('\'').then(|| misread(&pupil.name.replace('\'', "’")))
    }),
    ("name-apostrophe", Column::Name, |pupil| Some(pupil.name.replace('\'', "’"))),
    ("name-digit", Column::Name, |pupil| Some(format!("{} 2", pupil.name))),
    ("name-lost-letter", Column::Name, |pupil| Some(pupil.name.replacen('a', "?", 1))),
    ("name-torn", Column::Name, |pupil| Some(pupil.name.replace("a/l", "a / l").replace("a/p", "a/ p"))),
    ("name-missing", Column::Name, |_| Some(String::new())),
    ("number-spaces", Column::Number, |pupil| Some(format!(" {} ", pupil.number))),
    ("number-exponent", Column::Number, |_| Some("1.20304E+06".to_owned())),
    ("ic-plain", Column::Ic, |pupil| Some(pupil.ic.clone())),
    ("ic-spaces", Column::Ic, |pupil| Some(format!("{} {} {}", &pupil.ic[..6], &pupil.ic[6..8], &pupil.ic[8..]))),
    ("ic-points", Column::Ic, |pupil| Some(format!("{}.{}.{}", &pupil.ic[..6], &pupil.ic[6..8], &pupil.ic[8..]))),
    ("ic-month", Column::Ic, |pupil| Some(format!("{}13{}", &pupil.ic[..2], &pupil.ic[4..]))),
    ("ic-day", Column::Ic, |pupil| Some(format!("{}32{}", &pupil.ic[..4], &pupil.ic[6..]))),
    ("ic-place", Column::Ic, |pupil| Some(format!("{}18{}", &pupil.ic[..6], &pupil.ic[8..]))),
    ("ic-short", Column::Ic, |pupil| Some(pupil.ic[..10].to_owned())),
    ("ic-long", Column::Ic, |pupil| Some(format!("{}7", pupil.ic))),
    ("ic-exponent", Column::Ic, |pupil| Some(format!("{}.{}E+11", &pupil.ic[..1], &pupil.ic[1..6]))),
    ("ic-letters", Column::Ic, |pupil| Some(pupil.true_cell(Column::Ic).replace('0', "O"))),
    ("ic-decimal-tail", Column::Ic, |pupil| Some(format!("{}.0", pupil.ic))),
    ("ic-apostrophe", Column::Ic, |pupil| Some(format!("'{}", pupil.ic))),
    ("ic-another-year", Column::Ic, another_year),
    ("ic-other-gender", Column::Ic, |pupil| other_parity(&pupil.ic)),
    ("ic-missing", Column::Ic, |_| Some(String::new())),
    ("ic-none", Column::Ic, |_| Some("TIADA".to_owned())),
    ("ic-zeros", Column::Ic, |_| Some("000000-00-0000".to_owned())),
    ("born-missing", Column::Born, |_| Some(String::new())),
    ("born-impossible", Column::Born, |pupil| Some(format!("31/02/{}", pupil.born.format("%Y")))),
    ("born-other", Column::Born, |pupil| Some((pupil.born + chrono::Days::new(1)).format("%d/%m/%Y").to_string())),
    ("born-swapped", Column::Born, swapped),
    ("born-month-name", Column::Born, |pupil| {
        let month = MONTHS.get(pupil.born.month0() as usize)?;
        Some(format!("{}hb {month} {}", pupil.born.day(), pupil.born.year()))
    }),
    ("born-two-digits", Column::Born, |pupil| Some(pupil.born.format("%d/%m/%y").to_string())),
    ("born-serial", Column::Born, |pupil| Some((pupil.born.num_days_from_ce() - EXCEL_ZERO).to_string())),
    ("born-serial-1904", Column::Born, |pupil| Some((pupil.born.num_days_from_ce() - EXCEL_ZERO - 1462).to_string())),
    ("born-hijri", Column::Born, |pupil| Some(format!("15/8/{}", pupil.born.year() - 579))),
    ("born-midnight", Column::Born, |pupil| Some(format!("{} 00:00:00", pupil.born))),
    ("born-points", Column::Born, |pupil| Some(pupil.born.format("%d.%m.%Y").to_string())),
    ("born-future", Column::Born, |pupil| Some(format!("{}/{}", pupil.born.format("%d/%m"), pupil.born.year() + 30))),
    ("born-zero", Column::Born, |_| Some("00/00/0000".to_owned())),
    ("gender-word", Column::Gender, |pupil| Some(if pupil.boy { "Lelaki" } else { "Perempuan" }.to_owned())),
    ("gender-swapped", Column::Gender, |pupil| Some(if pupil.boy { "P" } else { "L" }.to_owned())),
    ("gender-unknown", Column::Gender, |_| Some("X".to_owned())),
    ("gender-missing", Column::Gender, |_| Some(String::new())),
    ("status-unknown", Column::Status, |_| Some("XX".to_owned())),
    ("status-word", Column::Status, |pupil| (pupil.status == "active").then(|| "SEDANG BELAJAR".to_owned())),
    ("nationality-word", Column::Nationality, |_| Some("WARGANEGARA MALAYSIA".to_owned())),
    ("admitted-impossible", Column::Admitted, |pupil| Some(format!("31/04/{}", pupil.admitted.year()))),
    ("address-commas", Column::Street, |pupil| Some(format!("{},,", pupil.street.replace(", ", ",, ")))),
    ("postcode-lost-zero", Column::Postcode, |pupil| Some(pupil.town.1.trim_start_matches('0').to_owned())),
    ("postcode-decimal-tail", Column::Postcode, |pupil| Some(format!("{}.0", pupil.town.1))),
    ("postcode-other-state", Column::Postcode, |pupil| {
        Some(if pupil.town.2 == "Sabah" { "40150" } else { "88300" }.to_owned())
    }),
    ("state-capitals", Column::State, |pupil| Some(pupil.town.2.to_uppercase())),
    ("state-unknown", Column::State, |_| Some("Riau".to_owned())),
    ("phone-lost-zero", Column::FatherPhone, |pupil| Some(pupil.father.phone.trim_start_matches("+60").to_owned())),
    ("phone-none", Column::FatherPhone, |_| Some("tiada".to_owned())),
    ("phone-two", Column::FatherPhone, |pupil| Some(format!("{} / 019-2223334", father_phone(pupil)))),
    ("phone-short", Column::FatherPhone, |pupil| father_phone(pupil).get(..9).map(str::to_owned)),
    ("phone-exponent", Column::FatherPhone, |_| Some("1.23457E+08".to_owned())),
    ("email-two-at", Column::FatherEmail, |pupil| Some(format!("{}@gmail.com@yahoo.com", pupil.number.to_lowercase()))),
    ("email-capitals", Column::FatherEmail, |pupil| {
        Some(pupil.father.email.to_uppercase()).filter(|address| !address.is_empty())
    }),
    ("guardian-without-ic", Column::FatherIc, |_| Some("-".to_owned())),
    ("guardian-ic-month", Column::MotherIc, |pupil| {
        let ic = &pupil.mother.as_ref()?.ic;
        Some(format!("{}13{}", &ic[..2], &ic[4..]))
    }),
    ("guardian-phone-none", Column::MotherPhone, |pupil| pupil.mother.as_ref().map(|_| "sda".to_owned())),
];

const TEACHER: [Maker<Teacher, TeacherColumn>; 7] = [
    ("teacher-name-lower", TeacherColumn::Name, |teacher| Some(teacher.name.to_lowercase())),
    ("teacher-number-missing", TeacherColumn::Number, |_| Some(String::new())),
    ("teacher-ic-month", TeacherColumn::Ic, |teacher| Some(format!("{}13{}", &teacher.ic[..2], &teacher.ic[4..]))),
    ("teacher-phone-lost-zero", TeacherColumn::Phone, |teacher| {
        Some(teacher.phone.trim_start_matches("+60").to_owned())
    }),
    ("teacher-email-broken", TeacherColumn::Email, |teacher| Some(teacher.email.replace(".edu.my", ""))),
    ("teacher-hired-impossible", TeacherColumn::Hired, |teacher| Some(format!("30/02/{}", teacher.hired.year()))),
    ("teacher-status-unknown", TeacherColumn::Status, |_| Some("entah".to_owned())),
];

const CLASS: [Maker<Class, ClassColumn>; 3] = [
    ("class-capacity-words", ClassColumn::Capacity, |_| Some("tiga puluh lima".to_owned())),
    ("class-capacity-decimal", ClassColumn::Capacity, |_| Some("35.0".to_owned())),
    ("class-name-spaces", ClassColumn::Name, |class| Some(format!(" {}", class.name.replacen(' ', "  ", 1)))),
];

/// Hands out kinds in turns.
struct Turns<R: 'static, C: 'static> {
    makers: &'static [Maker<R, C>],
    next: usize,
}

impl<R, C: Copy> Turns<R, C> {
    /// The next defect that suits `row`; `says` gives what stands in a column.
    fn defect(&mut self, row: &R, says: impl Fn(C) -> String) -> Option<Planted<C>> {
        for _ in 0..self.makers.len() {
            let (kind, column, write) = self.makers.get(self.next % self.makers.len())?;
            self.next += 1;
            if let Some(text) = write(row).filter(|text| *text != says(*column)) {
                return Some(Planted { kind, column: *column, text });
            }
        }
        None
    }
}

/// Plants defects in about `wish.mess` of the pupils, teachers and classes, and enters a few pupils of the first half
/// again.
pub(crate) fn plant(school: &mut Everybody, wish: &Wish, half: usize) {
    let mut random = Random::new(wish.seed ^ 0x5eed_0fde_fec7);
    let mut turns = Turns { makers: &PUPIL, next: random.below(PUPIL.len()) };
    for pupil in &mut school.pupils {
        let other_script = !pupil.name.is_ascii();
        if !(random.chance(wish.mess) || other_script && wish.mess > 0.0) {
            continue;
        }
        // A name in another script gets a defect that every report must print: its birth date is missing.
        let planted = if other_script {
            Some(Planted { kind: "born-missing", column: Column::Born, text: String::new() })
        } else {
            turns.defect(pupil, |column| pupil.true_cell(column))
        };
        pupil.written.extend(planted);
    }
    others(school, wish, &mut random);
    for _ in 0..((wish.mess * 40.0) as usize).min(half / 4) {
        // The original stands in the first file, the copy at the end of the second.
        let copy = Pupil { copy: true, ..school.pupils[random.below(half)].clone() };
        school.pupils.push(copy);
    }
}

/// The same for teachers and classes.
fn others(school: &mut Everybody, wish: &Wish, random: &mut Random) {
    let mut turns = Turns { makers: &TEACHER, next: random.below(TEACHER.len()) };
    for teacher in &mut school.teachers {
        if random.chance(wish.mess) {
            let planted = turns.defect(teacher, |column| teacher.cell(column));
            teacher.written.extend(planted);
        }
    }
    let mut turns = Turns { makers: &CLASS, next: random.below(CLASS.len()) };
    for class in &mut school.classes {
        if random.chance(wish.mess) {
            let planted = turns.defect(class, |column| class.cell(column, wish.year));
            class.written.extend(planted);
        }
    }
}
