//! What the journeys share: a made-up school with its project and portal, and reading JSON documents.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;
use testkit::cli::Cli;
use testkit::portal::ScratchPortal;

/// A made-up school in a scratch folder, with a command of its own.
pub(crate) struct School {
    /// Removed at the end.
    pub(crate) dir: tempfile::TempDir,
    /// The command, with project (and portal, where there is one) in its environment.
    pub(crate) cli: Cli,
    /// Who is really there, and what was planted.
    pub(crate) truth: Value,
}

impl School {
    /// Files and an empty project.
    pub(crate) fn new(students: u32, mess: &str, seed: u64) -> Result<Self> {
        Self::with_years(students, 0, mess, seed)
    }

    /// The same with the attendance of so many past years.
    pub(crate) fn with_years(students: u32, years: u32, mess: &str, seed: u64) -> Result<Self> {
        let dir = testkit::scratch()?;
        let cli = Cli::new(dir.path())?.with("DAFTAR_PROJECT", dir.path().join("sekolah.daftar"));
        let (students, years, seed) = (students.to_string(), years.to_string(), seed.to_string());
        let made =
            ["generate", "--students", &students, "--years", &years, "--mess", mess, "--seed", &seed, "--out", "fail"];
        cli.json(0, &made)?;
        let truth = serde_json::from_str(&fs_err::read_to_string(dir.path().join("fail/truth.json"))?)?;
        cli.json(0, &["new", "sekolah.daftar", "--school", "Sekolah Rendah Agama Ujian", "--code", "UJI0001"])?;
        Ok(Self { dir, cli, truth })
    }

    /// The same with its files brought in, put right where that is safe, and checked.
    pub(crate) fn checked(students: u32, mess: &str, seed: u64) -> Result<Self> {
        let school = Self::new(students, mess, seed)?;
        school.cli.json(0, &["import", "fail"])?;
        school.cli.run(&["cleanse", "--apply", "safe"])?;
        school.cli.run(&["validate"])?;
        Ok(school)
    }

    /// The project file.
    pub(crate) fn project(&self) -> PathBuf {
        self.dir.path().join("sekolah.daftar")
    }

    /// Sends the command to a portal.
    pub(crate) fn portal(&mut self, portal: &ScratchPortal) {
        self.cli = self.cli.with("DAFTAR_PORTAL_URL", portal.url());
    }

    /// The true names that are not written in Latin letters.
    pub(crate) fn names_in(&self, script: std::ops::RangeInclusive<char>) -> Vec<String> {
        let names = list(&self.truth, "/pupils").iter().map(|pupil| text(pupil, "/name"));
        let mut names: Vec<String> = names.filter(|name| name.chars().any(|char| script.contains(&char))).collect();
        names.dedup();
        names
    }
}

/// A new portal with its tables.
pub(crate) fn prepared_portal(cli: &Cli) -> Result<ScratchPortal> {
    let portal = ScratchPortal::new()?;
    cli.with("DAFTAR_PORTAL_URL", portal.url()).json(0, &["portal", "prepare"])?;
    Ok(portal)
}

/// The number at `pointer`; counts may be written as `3` or `3.0`.
#[track_caller]
pub(crate) fn number(document: &Value, pointer: &str) -> u64 {
    let value = document.pointer(pointer).and_then(Value::as_f64);
    assert!(value.is_some(), "no number at {pointer} in {document}");
    value.unwrap_or_default() as u64
}

/// The text at `pointer`.
#[track_caller]
pub(crate) fn text(document: &Value, pointer: &str) -> String {
    let value = document.pointer(pointer).and_then(Value::as_str);
    assert!(value.is_some(), "no text at {pointer} in {document}");
    value.unwrap_or_default().to_owned()
}

/// The list at `pointer`.
#[track_caller]
pub(crate) fn list<'d>(document: &'d Value, pointer: &str) -> &'d [Value] {
    let value = document.pointer(pointer).and_then(Value::as_array);
    assert!(value.is_some(), "no list at {pointer} in {document}");
    value.map(Vec::as_slice).unwrap_or_default()
}

/// The truth at `pointer`.
#[track_caller]
pub(crate) fn yes(document: &Value, pointer: &str) -> bool {
    let value = document.pointer(pointer).and_then(Value::as_bool);
    assert!(value.is_some(), "neither true nor false at {pointer} in {document}");
    value.unwrap_or_default()
}

/// Every `key` of `keys` is in `document`.
#[track_caller]
pub(crate) fn has_keys(document: &Value, keys: &[&str]) {
    for key in keys {
        assert!(document.get(key).is_some(), "the contract promises the key {key:?}: {document}");
    }
}

/// The member of a list whose `entity` is `code`.
pub(crate) fn of_entity<'d>(document: &'d Value, code: &str) -> Result<&'d Value> {
    let found = list(document, "/entities").iter().find(|entity| entity["entity"] == code);
    found.with_context(|| format!("no entity {code} in {document}"))
}

/// Every record of every entity as text, with where it stands and where it leads, in order.
pub(crate) fn records_dump(conn: &staging::Connection) -> Result<String> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'rec\\_%' ESCAPE '\\' ORDER BY name";
    let mut statement = conn.prepare(names)?;
    let tables = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut text = String::new();
    for table in tables {
        let mut statement = conn.prepare(&format!("SELECT * FROM \"{table}\" ORDER BY id"))?;
        let width = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            text.push_str(&table);
            for column in 0..width {
                let _ = write!(text, "|{:?}", row.get_ref(column)?);
            }
            text.push('\n');
        }
    }
    Ok(text)
}

/// The words of a PDF, each parted from the next by one blank and without marks of direction.
pub(crate) fn pdf_words(pdf: &Path) -> Result<String> {
    let output = std::process::Command::new("pdftotext").arg(pdf).arg("-").output();
    let output = output.context("pdftotext could not be started: is the package poppler-utils installed?")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let marks =
        |char: &char| !matches!(char, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain: String = text.chars().filter(marks).collect();
    Ok(plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Writes `rows` made-up pupils as a plain list.
pub(crate) fn write_pupils(path: &Path, rows: u32) -> Result<()> {
    let mut out =
        String::from("BIL,NO. PENDAFTARAN,NAMA MURID,NO. KAD PENGENALAN,TARIKH LAHIR,JANTINA,NAMA KELAS,STATUS\n");
    for row in 0..rows {
        // Place 10, and a serial that keeps pupils born on the same day apart.
        let (year, month, day) = (10 + row % 8, 1 + row % 12, 1 + row % 28);
        let (serial, letter) = ((row * 7) % 10_000, if (row * 7) % 2 == 1 { "L" } else { "P" });
        let _ = writeln!(
            out,
            "{},K{row:06},Murid Rekaan {row:05} bin Contoh,{year}{month:02}{day:02}-10-{serial:04},{day:02}/{month:02}/20{year},{letter},1 Amanah,Aktif",
            row + 1,
        );
    }
    Ok(fs_err::write(path, out)?)
}
