//! Makes up pupils, their parents, teachers and classes; everything true and in standard form.

use chrono::{Datelike, Days, NaiveDate};

use crate::names;
use crate::random::Random;
use crate::{MOST_YEARS, Wish, school_year_start};

/// Malaysian birth-place codes of the identity number, one a state (JPN).
const PLACES: [u32; 8] = [1, 2, 3, 8, 10, 11, 12, 14];

/// A father or a mother.
#[derive(Clone, Debug)]
pub(crate) struct Parent {
    pub(crate) name: String,
    pub(crate) ic: String,
    pub(crate) phone: String,
    pub(crate) email: String,
}

/// A pupil as he or she really is.
#[derive(Clone, Debug)]
pub(crate) struct Pupil {
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) ic: String,
    pub(crate) born: NaiveDate,
    pub(crate) boy: bool,
    pub(crate) grade: u32,
    pub(crate) class: String,
    pub(crate) status: &'static str,
    pub(crate) admitted: NaiveDate,
    pub(crate) street: String,
    pub(crate) town: (&'static str, &'static str, &'static str),
    pub(crate) father: Parent,
    pub(crate) mother: Option<Parent>,
    /// Cells that differ from the truth in the school's file.
    pub(crate) written: Vec<Planted<Column>>,
    /// Whether the row is there a second time: the same pupil was entered in another file before.
    pub(crate) copy: bool,
}

/// A cell that differs from the truth in the school's file.
#[derive(Clone, Debug)]
pub(crate) struct Planted<C> {
    /// What kind of defect it is: `phone-lost-zero`.
    pub(crate) kind: &'static str,
    /// Where.
    pub(crate) column: C,
    /// What is written.
    pub(crate) text: String,
}

/// What is written in `column` instead of the truth, if anything.
fn planted<C: PartialEq + Copy>(written: &[Planted<C>], column: C) -> Option<String> {
    written.iter().find(|planted| planted.column == column).map(|planted| planted.text.clone())
}

/// The columns of a pupil's row, in file order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    Number,
    Name,
    Ic,
    Born,
    Gender,
    Grade,
    Class,
    Status,
    Nationality,
    Admitted,
    Street,
    Postcode,
    City,
    State,
    FatherName,
    FatherIc,
    FatherPhone,
    FatherEmail,
    MotherName,
    MotherIc,
    MotherPhone,
}

impl Column {
    pub(crate) const ALL: [(Column, &'static str); 21] = [
        (Self::Number, "NO. PENDAFTARAN"),
        (Self::Name, "NAMA MURID"),
        (Self::Ic, "NO. KAD PENGENALAN"),
        (Self::Born, "TARIKH LAHIR"),
        (Self::Gender, "JANTINA"),
        (Self::Grade, "TAHUN"),
        (Self::Class, "NAMA KELAS"),
        (Self::Status, "STATUS"),
        (Self::Nationality, "WARGANEGARA"),
        (Self::Admitted, "TARIKH MASUK"),
        (Self::Street, "ALAMAT RUMAH"),
        (Self::Postcode, "POSKOD"),
        (Self::City, "BANDAR"),
        (Self::State, "NEGERI"),
        (Self::FatherName, "NAMA BAPA"),
        (Self::FatherIc, "NO. KP BAPA"),
        (Self::FatherPhone, "NO. TEL BAPA"),
        (Self::FatherEmail, "EMEL BAPA"),
        (Self::MotherName, "NAMA IBU"),
        (Self::MotherIc, "NO. KP IBU"),
        (Self::MotherPhone, "NO. TEL IBU"),
    ];

    pub(crate) fn header(self) -> &'static str {
        Self::ALL.iter().find(|(column, _)| *column == self).map_or("", |(_, header)| header)
    }
}

impl Pupil {
    /// What the school's file says in `column`: the truth in the school's way, or a planted defect.
    pub(crate) fn cell(&self, column: Column) -> String {
        planted(&self.written, column).unwrap_or_else(|| self.true_cell(column))
    }

    /// The truth as the school writes it.
    pub(crate) fn true_cell(&self, column: Column) -> String {
        let mother = |part: fn(&Parent) -> &String| self.mother.as_ref().map(part).cloned().unwrap_or_default();
        match column {
            Column::Number => self.number.clone(),
            Column::Name => self.name.clone(),
            Column::Ic => hyphens(&self.ic),
            Column::Born => self.born.format("%d/%m/%Y").to_string(),
            Column::Gender => if self.boy { "L" } else { "P" }.to_owned(),
            Column::Grade => self.grade.to_string(),
            Column::Class => self.class.clone(),
            Column::Status => if self.status == "active" { "Aktif" } else { "Pindah" }.to_owned(),
            Column::Nationality => "Malaysia".to_owned(),
            Column::Admitted => self.admitted.format("%d/%m/%Y").to_string(),
            Column::Street => self.street.clone(),
            Column::Postcode => self.town.1.to_owned(),
            Column::City => self.town.0.to_owned(),
            Column::State => self.town.2.to_owned(),
            Column::FatherName => self.father.name.clone(),
            Column::FatherIc => hyphens(&self.father.ic),
            Column::FatherPhone => spoken(&self.father.phone),
            Column::FatherEmail => self.father.email.clone(),
            Column::MotherName => mother(|parent| &parent.name),
            Column::MotherIc => hyphens(&mother(|parent| &parent.ic)),
            Column::MotherPhone => spoken(&mother(|parent| &parent.phone)),
        }
    }
}

/// `180305101234` as `180305-10-1234`.
fn hyphens(ic: &str) -> String {
    match (ic.get(..6), ic.get(6..8), ic.get(8..)) {
        (Some(born), Some(place), Some(rest)) if !rest.is_empty() => format!("{born}-{place}-{rest}"),
        _ => ic.to_owned(),
    }
}

/// `+60123456789` as `012-3456789`.
fn spoken(phone: &str) -> String {
    match phone.strip_prefix("+60") {
        Some(rest) if rest.len() > 2 => format!("0{}-{}", &rest[..2], &rest[2..]),
        _ => phone.to_owned(),
    }
}

/// A teacher.
#[derive(Clone, Debug)]
pub(crate) struct Teacher {
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) ic: String,
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) subject: &'static str,
    pub(crate) hired: NaiveDate,
    /// Cells that differ from the truth in the school's file.
    pub(crate) written: Vec<Planted<TeacherColumn>>,
}

/// The columns of a teacher's row, in file order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TeacherColumn {
    Name,
    Number,
    Ic,
    Phone,
    Email,
    Subject,
    Hired,
    Status,
}

impl TeacherColumn {
    pub(crate) const ALL: [(TeacherColumn, &'static str); 8] = [
        (Self::Name, "NAMA GURU"),
        (Self::Number, "NO. PEKERJA"),
        (Self::Ic, "NO. KP"),
        (Self::Phone, "NO. TELEFON"),
        (Self::Email, "EMEL"),
        (Self::Subject, "OPSYEN"),
        (Self::Hired, "TARIKH LANTIKAN"),
        (Self::Status, "STATUS"),
    ];

    pub(crate) fn header(self) -> &'static str {
        Self::ALL.iter().find(|(column, _)| *column == self).map_or("", |(_, header)| header)
    }
}

impl Teacher {
    /// What the school's file says in `column`.
    pub(crate) fn cell(&self, column: TeacherColumn) -> String {
        planted(&self.written, column).unwrap_or_else(|| match column {
            TeacherColumn::Name => self.name.clone(),
            TeacherColumn::Number => self.number.clone(),
            TeacherColumn::Ic => self.ic.clone(),
            TeacherColumn::Phone => self.phone.clone(),
            TeacherColumn::Email => self.email.clone(),
            TeacherColumn::Subject => self.subject.to_owned(),
            TeacherColumn::Hired => self.hired.to_string(),
            TeacherColumn::Status => "Aktif".to_owned(),
        })
    }
}

/// A class of the old system.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) grade: u32,
    pub(crate) name: String,
    /// Cells that differ from the truth in the school's file.
    pub(crate) written: Vec<Planted<ClassColumn>>,
}

/// The columns of a class's row, in file order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ClassColumn {
    Code,
    Name,
    Grade,
    Year,
    Capacity,
}

impl ClassColumn {
    pub(crate) const ALL: [(ClassColumn, &'static str); 5] = [
        (Self::Code, "kod_kelas"),
        (Self::Name, "nama_kelas"),
        (Self::Grade, "tahun"),
        (Self::Year, "tahun_akademik"),
        (Self::Capacity, "kapasiti"),
    ];

    pub(crate) fn header(self) -> &'static str {
        Self::ALL.iter().find(|(column, _)| *column == self).map_or("", |(_, header)| header)
    }
}

/// Places in every class.
pub(crate) const CAPACITY: u32 = 35;

impl Class {
    /// The code, as the portal has it too.
    pub(crate) fn code(&self) -> String {
        self.name.replace(' ', "").to_uppercase()
    }

    /// What the old system says in `column`; `year` is the academic year.
    pub(crate) fn cell(&self, column: ClassColumn, year: i32) -> String {
        planted(&self.written, column).unwrap_or_else(|| match column {
            ClassColumn::Code => self.code(),
            ClassColumn::Name => self.name.clone(),
            ClassColumn::Grade => self.grade.to_string(),
            ClassColumn::Year => year.to_string(),
            ClassColumn::Capacity => CAPACITY.to_string(),
        })
    }
}

/// Everybody.
pub(crate) struct Everybody {
    pub(crate) pupils: Vec<Pupil>,
    pub(crate) teachers: Vec<Teacher>,
    pub(crate) classes: Vec<Class>,
}

pub(crate) fn make_up(wish: &Wish) -> Everybody {
    let mut maker =
        Maker { random: Random::new(wish.seed), serial: 0, year: wish.year, years: wish.years.min(MOST_YEARS) };
    let class = |grade: u32, name: &str| Class { grade, name: format!("{grade} {name}"), written: Vec::new() };
    let classes: Vec<Class> =
        (1..=6).flat_map(|grade| names::CLASS_NAMES.iter().map(move |name| class(grade, name))).collect();
    let teachers = (0..(wish.students / 25).clamp(6, 400)).map(|_| maker.teacher()).collect();
    let mut pupils: Vec<Pupil> = Vec::with_capacity(wish.students as usize);
    while pupils.len() < wish.students as usize {
        let family = maker.family(pupils.len());
        let left = wish.students as usize - pupils.len();
        pupils.extend(family.into_iter().take(left));
    }
    Everybody { pupils, teachers, classes }
}

struct Maker {
    random: Random,
    serial: u32,
    year: i32,
    /// Years that every pupil has been here before the current one.
    years: u32,
}

impl Maker {
    /// An identity number that nobody else of the school has: the serial is part of it.
    fn ic(&mut self, born: NaiveDate, male: bool) -> String {
        self.serial += 1;
        let place = PLACES[self.random.below(PLACES.len())];
        // The last digit tells the gender; the three before it keep people of one day apart.
        let digit = 2 * self.random.below(5) as u32 + u32::from(male);
        format!("{}{place:02}{:03}{digit}", born.format("%y%m%d"), self.serial % 1000)
    }

    fn phone(&mut self) -> String {
        let prefix = self.random.one(&["12", "13", "14", "16", "17", "18", "19"]).to_owned();
        format!("+60{prefix}{:07}", 2_000_000 + self.random.below(7_999_999))
    }

    fn day_in(&mut self, year: i32) -> NaiveDate {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        first + Days::new(self.random.below(365) as u64)
    }

    fn teacher(&mut self) -> Teacher {
        let woman = self.random.chance(0.6);
        let given = if woman { self.random.one(&names::MALAY_MOTHERS) } else { self.random.one(&names::MALAY_FATHERS) };
        let name = malay(given, !woman, self.random.one(&names::MALAY_FATHERS));
        let born = 1968 + self.random.below(30) as i32;
        let born = self.day_in(born);
        let ic = self.ic(born, !woman);
        let hired_year = born.year() + 25;
        let hired = self.day_in(hired_year.min(self.year - 1));
        Teacher {
            number: format!("G{:04}", self.serial),
            email: format!("{}{}@sekolahcontoh.edu.my", plain(given), self.serial),
            phone: self.phone(),
            subject: self.random.one(&names::SUBJECTS),
            name,
            ic,
            hired,
            written: Vec::new(),
        }
    }

    /// One family: one to three children of the same parents at the same address.
    fn family(&mut self, already: usize) -> Vec<Pupil> {
        let children = 1 + self.random.below(3);
        let kind =
            if already < 2 * names::OTHER_SCRIPTS.len() { 3 } else { [0, 0, 0, 0, 0, 0, 1, 2][self.random.below(8)] };
        let other = names::OTHER_SCRIPTS[(already / 2) % names::OTHER_SCRIPTS.len()];
        let (father_name, mother_name) = self.parents(kind, other.2);
        let father = self.parent(father_name, true);
        let mother = if self.random.chance(0.93) { Some(self.parent(mother_name, false)) } else { None };
        let town = names::TOWNS[self.random.below(names::TOWNS.len())];
        let street = format!("{}, {}", 1 + self.random.below(180), self.random.one(&names::STREETS));
        let children = if kind == 3 { 1 } else { children };
        let mut family = Vec::new();
        for _ in 0..children {
            let boy = if kind == 3 { other.1 } else { self.random.chance(0.5) };
            let name = if kind == 3 { other.0.to_owned() } else { self.child_name(kind, boy, &father.name) };
            family.push(self.pupil(name, boy, &father, mother.as_ref(), &street, town));
        }
        family
    }

    fn parents(&mut self, kind: usize, other_father: &str) -> (String, String) {
        let mother_malay = malay(self.random.one(&names::MALAY_MOTHERS), false, self.random.one(&names::MALAY_FATHERS));
        match kind {
            0 => (
                malay(self.random.one(&names::MALAY_FATHERS), true, self.random.one(&names::MALAY_FATHERS)),
                mother_malay,
            ),
            1 => {
                let surname = self.random.one(&names::CHINESE_SURNAMES);
                let wife = self.random.one(&names::CHINESE_SURNAMES);
                let father = format!("{surname} {}", self.random.one(&names::CHINESE_BOYS));
                (father, format!("{wife} {}", self.random.one(&names::CHINESE_GIRLS)))
            }
            2 => {
                let father = format!(
                    "{} a/l {}",
                    self.random.one(&names::INDIAN_FATHERS),
                    self.random.one(&names::INDIAN_FATHERS)
                );
                (
                    father,
                    format!(
                        "{} a/p {}",
                        self.random.one(&names::INDIAN_GIRLS),
                        self.random.one(&names::INDIAN_FATHERS)
                    ),
                )
            }
            _ => (other_father.to_owned(), mother_malay),
        }
    }

    fn child_name(&mut self, kind: usize, boy: bool, father: &str) -> String {
        match kind {
            1 => {
                let surname = father.split(' ').next().unwrap_or_default().to_owned();
                format!("{surname} {}", self.random.one(if boy { &names::CHINESE_BOYS } else { &names::CHINESE_GIRLS }))
            }
            2 => {
                let father = father.split(' ').next().unwrap_or_default().to_owned();
                let (given, particle) = if boy { (&names::INDIAN_BOYS, "a/l") } else { (&names::INDIAN_GIRLS, "a/p") };
                format!("{} {particle} {father}", self.random.one(given))
            }
            _ => {
                let father = father.split(" bin ").next().unwrap_or_default().to_owned();
                let given =
                    if boy { self.random.one(&names::MALAY_BOYS) } else { self.random.one(&names::MALAY_GIRLS) };
                malay(given, boy, &father)
            }
        }
    }

    fn parent(&mut self, name: String, man: bool) -> Parent {
        let year = self.year - 34 - self.random.below(18) as i32;
        let born = self.day_in(year);
        let ic = self.ic(born, man);
        let email = if self.random.chance(0.5) { format!("keluarga{}@contoh.my", self.serial) } else { String::new() };
        Parent { name, ic, phone: self.phone(), email }
    }

    fn pupil(
        &mut self,
        name: String,
        boy: bool,
        father: &Parent,
        mother: Option<&Parent>,
        street: &str,
        town: (&'static str, &'static str, &'static str),
    ) -> Pupil {
        // Nobody came before the age of three.
        let grade = (1 + self.random.below(6) as u32).max(self.years.saturating_sub(2));
        let here = self.years.max(grade - 1);
        // Tahun n is the year in which a child turns 6 + n.
        let born = self.day_in(self.year - 6 - grade as i32);
        let ic = self.ic(born, boy);
        let class = format!("{grade} {}", self.random.one(&names::CLASS_NAMES));
        Pupil {
            number: format!("M{:06}", self.serial),
            name,
            ic,
            born,
            boy,
            grade,
            class,
            status: if self.random.chance(0.96) { "active" } else { "transferred" },
            admitted: school_year_start(self.year - here as i32) + Days::new(self.random.below(21) as u64),
            street: street.to_owned(),
            town,
            father: father.clone(),
            mother: mother.cloned(),
            written: Vec::new(),
            copy: false,
        }
    }
}

fn malay(given: &str, man: bool, father: &str) -> String {
    format!("{given} {} {father}", if man { "bin" } else { "binti" })
}

/// The letters of a name, lower case, for an e-mail address.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase()
}
