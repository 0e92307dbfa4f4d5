//! `sistem_lama.sqlite`: the home-made system's classes and its accounts, with a password column that
//! must never be taken over.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params};

use crate::Error;
use crate::people::{ClassColumn, Everybody};
use crate::truth::Truth;

const SCHEMA: &str = "
    CREATE TABLE kelas (kod_kelas TEXT PRIMARY KEY, nama_kelas TEXT, tahun TEXT, tahun_akademik TEXT, kapasiti);
    CREATE TABLE pengguna (id INTEGER PRIMARY KEY, username TEXT, emel TEXT, nama_pertama TEXT, nama_akhir TEXT,
                           kata_laluan TEXT, peranan TEXT, status TEXT);";

pub(crate) fn write(path: &Path, school: &Everybody, year: i32, truth: &mut Truth) -> Result<(), Error> {
    if path.exists() {
        fs_err::remove_file(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    }
    let mut database = Connection::open(path)?;
    database.execute_batch(SCHEMA)?;
    let all = database.transaction()?;
    for (index, class) in school.classes.iter().enumerate() {
        let [code, name, grade, year, capacity] = ClassColumn::ALL.map(|(column, _)| class.cell(column, year));
        // SQLite keeps what it is given: a number where it is one.
        let capacity = capacity.parse::<i64>().map_or_else(|_| Value::Text(capacity), Value::Integer);
        let row = params![code, name, grade, year, capacity];
        all.execute("INSERT INTO kelas VALUES (?1, ?2, ?3, ?4, ?5)", row)?;
        truth.place_class("sistem_lama.sqlite", index as u32 + 1, class);
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
