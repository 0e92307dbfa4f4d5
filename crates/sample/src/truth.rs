//! `truth.json`: who is really there, and every defect that was planted, with its place and the truth.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Wish;
use crate::people::{Class, Column, Everybody, Parent, Pupil, Teacher};

/// The truth about a made-up school.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Truth {
    /// The seed it was made from.
    pub seed: u64,
    /// How many different pupils there are.
    pub students: u32,
    /// How many different parents there are.
    pub guardians: u32,
    /// How many teachers there are.
    pub teachers: u32,
    /// How many classes there are.
    pub classes: u32,
    /// Every pupil, as he or she really is.
    pub pupils: Vec<TruePupil>,
    /// Every teacher.
    pub staff: Vec<TrueTeacher>,
    /// Every class.
    pub rooms: Vec<TrueClass>,
    /// Every planted defect.
    pub defects: Vec<Defect>,
    /// The rows of each file's pupil table: (file, rows).
    pub rows: Vec<(String, u32)>,
    /// How many days of attendance the past years have; absent where none were asked for.
    #[serde(skip_serializing_if = "is_zero")]
    pub attendance: u32,
    /// The same by status.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attendance_statuses: BTreeMap<String, u32>,
    /// Which pupil, teacher or class every row is about: (file, table, row, own number or code).
    pub places: Vec<(String, String, u32, String)>,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A pupil as he or she really is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TruePupil {
    /// The school's own number.
    pub number: String,
    /// Full name.
    pub name: String,
    /// Identity number, twelve digits.
    pub national_id: String,
    /// Birth date, `YYYY-MM-DD`.
    pub date_of_birth: String,
    /// `male` or `female`.
    pub gender: String,
    /// `active` or `transferred`.
    pub status: String,
    /// Name of the class.
    pub class: String,
    /// The country's name.
    pub nationality: String,
    /// Date of admission, `YYYY-MM-DD`.
    pub admission_date: String,
    /// House and street.
    pub address: String,
    /// Five digits.
    pub postcode: String,
    /// Town.
    pub city: String,
    /// State.
    pub state: String,
    /// Father, and mother where there is one.
    pub parents: Vec<TrueParent>,
}

/// A parent.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrueParent {
    /// Full name.
    pub name: String,
    /// Identity number, twelve digits.
    pub national_id: String,
    /// Telephone, `+60123456789`.
    pub phone: String,
    /// E-mail address; blank where there is none.
    pub email: String,
}

/// A teacher.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrueTeacher {
    /// The employee number.
    pub number: String,
    /// Full name.
    pub name: String,
    /// Identity number, twelve digits.
    pub national_id: String,
    /// Telephone, `+60123456789`.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// What the teacher teaches.
    pub subject: String,
    /// Date of hire, `YYYY-MM-DD`.
    pub hire_date: String,
    /// `active`.
    pub status: String,
}

/// A class.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrueClass {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its year.
    pub grade: String,
    /// Its places.
    pub capacity: String,
}

/// A planted defect.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Defect {
    /// What kind it is, such as `phone-lost-zero`.
    pub kind: String,
    /// The file it stands in.
    pub file: String,
    /// The sheet or table in it; blank where there is only one.
    pub table: String,
    /// Row in that file, from 1.
    pub row: u32,
    /// Header of the column.
    pub column: String,
    /// What is written.
    pub written: String,
    /// What would stand there without the defect, in the school's way of writing.
    pub truth: String,
    /// The own number or code of the pupil, the teacher or the class.
    pub number: String,
}

/// Where a row stands.
#[derive(Clone, Copy)]
struct At<'a> {
    file: &'a str,
    table: &'a str,
    row: u32,
    number: &'a str,
}

impl Truth {
    pub(crate) fn new(wish: &Wish, school: &Everybody) -> Self {
        let mut parents: Vec<&str> =
            school.pupils.iter().flat_map(parents_of).map(|parent| parent.ic.as_str()).collect();
        parents.sort_unstable();
        parents.dedup();
        Self {
            seed: wish.seed,
            students: school.pupils.len() as u32,
            guardians: parents.len() as u32,
            teachers: school.teachers.len() as u32,
            classes: school.classes.len() as u32,
            pupils: school.pupils.iter().map(TruePupil::from).collect(),
            staff: school.teachers.iter().map(TrueTeacher::from).collect(),
            rooms: school.classes.iter().map(TrueClass::from).collect(),
            defects: Vec::new(),
            rows: Vec::new(),
            attendance: 0,
            attendance_statuses: BTreeMap::new(),
            places: Vec::new(),
        }
    }

    /// Notes the row of `pupil` in `file`, and its defects.
    pub(crate) fn place(&mut self, file: &str, row: u32, pupil: &Pupil) {
        let at = At { file, table: if file.ends_with("xlsx") { "Murid" } else { "" }, row, number: &pupil.number };
        self.stands(at);
        for planted in &pupil.written {
            let truth = pupil.true_cell(planted.column);
            self.note(planted.kind, at, planted.column.header(), &planted.text, truth);
        }
        if pupil.copy {
            self.note("duplicate-row", at, "", &pupil.name, String::new());
        }
    }

    /// Notes the row of `teacher` in `file`, and its defects.
    pub(crate) fn place_teacher(&mut self, file: &str, row: u32, teacher: &Teacher) {
        let at = At { file, table: "Guru", row, number: &teacher.number };
        self.stands(at);
        let whole = Teacher { written: Vec::new(), ..teacher.clone() };
        for planted in &teacher.written {
            self.note(planted.kind, at, planted.column.header(), &planted.text, whole.cell(planted.column));
        }
    }

    /// Notes the row of `class` in `file`, and its defects.
    pub(crate) fn place_class(&mut self, file: &str, row: u32, class: &Class) {
        let code = class.code();
        let at = At { file, table: "kelas", row, number: &code };
        self.stands(at);
        let whole = Class { written: Vec::new(), ..class.clone() };
        for planted in &class.written {
            self.note(planted.kind, at, planted.column.header(), &planted.text, whole.cell(planted.column, 0));
        }
    }

    fn stands(&mut self, at: At<'_>) {
        self.places.push((at.file.to_owned(), at.table.to_owned(), at.row, at.number.to_owned()));
    }

    fn note(&mut self, kind: &str, at: At<'_>, column: &str, written: &str, truth: String) {
        self.defects.push(Defect {
            kind: kind.to_owned(),
            file: at.file.to_owned(),
            table: at.table.to_owned(),
            row: at.row,
            column: column.to_owned(),
            written: written.to_owned(),
            truth,
            number: at.number.to_owned(),
        });
    }
}

fn parents_of(pupil: &Pupil) -> impl Iterator<Item = &Parent> {
    std::iter::once(&pupil.father).chain(pupil.mother.as_ref())
}

impl From<&Pupil> for TruePupil {
    fn from(pupil: &Pupil) -> Self {
        Self {
            number: pupil.number.clone(),
            name: pupil.name.clone(),
            national_id: pupil.ic.clone(),
            date_of_birth: pupil.born.to_string(),
            gender: if pupil.boy { "male" } else { "female" }.to_owned(),
            status: pupil.status.to_owned(),
            class: pupil.class.clone(),
            nationality: pupil.true_cell(Column::Nationality),
            admission_date: pupil.admitted.to_string(),
            address: pupil.street.clone(),
            postcode: pupil.town.1.to_owned(),
            city: pupil.town.0.to_owned(),
            state: pupil.town.2.to_owned(),
            parents: parents_of(pupil).map(TrueParent::from).collect(),
        }
    }
}

impl From<&Parent> for TrueParent {
    fn from(parent: &Parent) -> Self {
        Self {
            name: parent.name.clone(),
            national_id: parent.ic.clone(),
            phone: parent.phone.clone(),
            email: parent.email.clone(),
        }
    }
}

impl From<&Teacher> for TrueTeacher {
    fn from(teacher: &Teacher) -> Self {
        Self {
            number: teacher.number.clone(),
            name: teacher.name.clone(),
            national_id: teacher.ic.clone(),
            phone: teacher.phone.clone(),
            email: teacher.email.clone(),
            subject: teacher.subject.to_owned(),
            hire_date: teacher.hired.to_string(),
            status: "active".to_owned(),
        }
    }
}

impl From<&Class> for TrueClass {
    fn from(class: &Class) -> Self {
        Self {
            code: class.code(),
            name: class.name.clone(),
            grade: class.grade.to_string(),
            capacity: crate::people::CAPACITY.to_string(),
        }
    }
}
