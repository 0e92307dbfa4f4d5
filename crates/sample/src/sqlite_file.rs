//! `sistem_lama.sqlite`: the home-made system's classes and its accounts, with a password column that
//! must never be taken over.

use std::path::Path;

use rusqlite::{Connection, params};

use crate::Error;
use crate::people::Everybody;
use crate::truth::Truth;

const SCHEMA: &str = "
    CREATE TABLE kelas (kod_kelas TEXT PRIMARY KEY, nama_kelas TEXT, tahun TEXT, tahun_akademik TEXT, kapasiti INTEGER);
    CREATE TABLE pengguna (id INTEGER PRIMARY KEY, username TEXT, emel TEXT, nama_pertama TEXT, nama_akhir TEXT,
                           kata_laluan TEXT, peranan TEXT, status TEXT);";

pub(crate) fn write(path: &Path, school: &Everybody, year: i32, truth: &mut Truth) -> Result<(), Error> {
    if path.exists() {
        fs_err::remove_file(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    }
    let mut database = Connection::open(path)?;
    database.execute_batch(SCHEMA)?;
    let all = database.transaction()?;
    for (grade, name) in &school.classes {
        let code = name.replace(' ', "").to_uppercase();
        let row = params![code, name, grade.to_string(), year.to_string(), 35];
        all.execute("INSERT INTO kelas VALUES (?1, ?2, ?3, ?4, ?5)", row)?;
    }
    for (id, role) in [(1, "admin"), (2, "pengetua"), (3, "akauntan")] {
        let row =
            params![id, role, format!("{role}@sekolahcontoh.edu.my"), role, "Contoh", "5f4dcc3b5aa765d6", role, "A"];
        all.execute("INSERT INTO pengguna VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", row)?;
    }
    all.commit()?;
    truth.rows.push(("sistem_lama.sqlite".to_owned(), school.classes.len() as u32 + 3));
    Ok(())
}
