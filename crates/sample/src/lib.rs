//! The made-up school: files as schools have them, with planted defects and the truth beside them.
//!
//! Nobody in it exists. The same seed gives the same school on every computer, so that tests, the
//! demonstration and benchmarks all speak of the same pupils.

mod attendance;
mod csv_file;
mod defects;
pub mod families;
mod names;
mod people;
mod random;
mod sheets;
mod sqlite_file;
mod truth;
mod workbook;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

pub use sheets::SheetTruth;
pub use truth::Truth;

/// What school to make up.
#[derive(Clone, Debug)]
pub struct Wish {
    /// How many pupils.
    pub students: u32,
    /// Share of pupils with a planted defect, 0 to 1.
    pub mess: f64,
    /// The same seed gives the same school.
    pub seed: u64,
    /// The current academic year.
    pub year: i32,
    /// Past years of which every pupil has attendance, at most [`MOST_YEARS`]; their pupils came early enough for that.
    pub years: u32,
}

/// Most past years of attendance: a child that came at three is twelve then.
pub const MOST_YEARS: u32 = 8;

/// What was made.
#[derive(Clone, Debug)]
pub struct School {
    /// The files to bring in.
    pub files: Vec<PathBuf>,
    /// `truth.json`: who is really there and what was planted where.
    pub truth_file: PathBuf,
    /// The same, in memory.
    pub truth: Truth,
}

/// A file of the made-up school could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder or a text file.
    #[error("{path}")]
    File {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The CSV file.
    #[error("the CSV file could not be written")]
    Csv(#[from] csv::Error),
    /// The workbook.
    #[error("the workbook could not be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The old database.
    #[error("the old database could not be written")]
    Sqlite(#[from] rusqlite::Error),
    /// The truth.
    #[error("truth.json could not be written")]
    Json(#[from] serde_json::Error),
}

/// Makes up a school and writes its files into the folder `out`, which is created.
///
/// # Errors
///
/// [`Error`] where a file cannot be written; files written before it stay.
pub fn generate(wish: &Wish, out: &Path) -> Result<School, Error> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::File { path, source }
    };
    fs_err::create_dir_all(out).map_err(at(out))?;
    let mut school = people::make_up(wish);
    let mut truth = Truth::new(wish, &school);
    let half = school.pupils.len() / 2;
    let csv = out.join("senarai_murid.csv");
    let workbook = out.join("murid_tahfiz.xlsx");
    let database = out.join("sistem_lama.sqlite");
    defects::plant(&mut school, wish, half);
    csv_file::write(&csv, &school.pupils[..half], &mut truth)?;
    workbook::write(&workbook, &school.pupils[half..], &school.teachers, &mut truth)?;
    sqlite_file::write(&database, &school, wish.year, &mut truth)?;
    let mut files = vec![database, csv, workbook];
    if wish.years > 0 {
        files.push(out.join(attendance::FILE));
        attendance::write(&out.join(attendance::FILE), &school.pupils, wish, &mut truth)?;
    }
    let truth_file = out.join("truth.json");
    let text = serde_json::to_string_pretty(&truth)?;
    fs_err::write(&truth_file, text).map_err(at(&truth_file))?;
    Ok(School { files, truth_file, truth })
}

/// Writes what teachers and clerks of the school of [`generate`] keep beside its lists: registers, a fee ledger, a sheet
/// of marks and a record of memorisation. Gives the files and the truth, which stands in `truth_sheets.json` too.
///
/// # Errors
///
/// As [`generate`].
pub fn generate_sheets(wish: &Wish, out: &Path) -> Result<(Vec<PathBuf>, SheetTruth), Error> {
    let school = people::make_up(wish);
    sheets::write(&school, wish, out)
}

/// The first day on which a made-up pupil is admitted in a year.
fn school_year_start(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 5).unwrap_or_default()
}

#[cfg(test)]
mod tests;
