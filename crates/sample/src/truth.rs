//! `truth.json`: who is really there, and every defect that was planted, with its place.

use serde::Serialize;

use crate::Wish;
use crate::people::{Everybody, Pupil};

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
    /// Every planted defect.
    pub defects: Vec<Defect>,
    /// The rows of each file's pupil table: (file, rows).
    pub rows: Vec<(String, u32)>,
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
}

/// A planted defect.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Defect {
    /// What kind it is, such as `phone-lost-zero`.
    pub kind: String,
    /// The file it stands in.
    pub file: String,
    /// Row in that file, from 1.
    pub row: u32,
    /// Header of the column.
    pub column: String,
    /// What is written.
    pub written: String,
    /// The pupil's own number, to find the truth.
    pub number: String,
}

impl Truth {
    pub(crate) fn new(wish: &Wish, school: &Everybody) -> Self {
        let mut parents: Vec<&str> = school
            .pupils
            .iter()
            .flat_map(|pupil| std::iter::once(&pupil.father).chain(pupil.mother.as_ref()))
            .map(|parent| parent.ic.as_str())
            .collect();
        parents.sort_unstable();
        parents.dedup();
        Self {
            seed: wish.seed,
            students: school.pupils.len() as u32,
            guardians: parents.len() as u32,
            teachers: school.teachers.len() as u32,
            classes: school.classes.len() as u32,
            pupils: school.pupils.iter().map(TruePupil::from).collect(),
            defects: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Notes the defects of `pupil`, whose row in `file` is `row`.
    pub(crate) fn place(&mut self, file: &str, row: u32, pupil: &Pupil) {
        for (column, written) in &pupil.written {
            self.note(crate::defects::kind(*column, written), file, row, (column.header(), written), pupil);
        }
        if pupil.copy {
            self.note("duplicate-row", file, row, ("", &pupil.name), pupil);
        }
    }

    fn note(&mut self, kind: &str, file: &str, row: u32, (column, written): (&str, &str), pupil: &Pupil) {
        self.defects.push(Defect {
            kind: kind.to_owned(),
            file: file.to_owned(),
            row,
            column: column.to_owned(),
            written: written.to_owned(),
            number: pupil.number.clone(),
        });
    }
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
        }
    }
}
