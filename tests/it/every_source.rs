//! Whatever a school brings, brought in by the command as a user has it: folders, archives, protected files, files
//! read in a worker, dumps and live databases. What each reader makes of odd files is tested beside the readers.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use testkit::cli::Cli;

use crate::kit::{School, list, number, prepared_portal, text, yes};

fn fixture(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats").join(path).display().to_string()
}

/// A project without files.
fn empty_project() -> Result<(tempfile::TempDir, Cli)> {
    let dir = testkit::scratch()?;
    let cli = Cli::new(dir.path())?.with("DAFTAR_PROJECT", dir.path().join("sekolah.daftar"));
    cli.json(0, &["new", "sekolah.daftar", "--school", "Sekolah Ujian"])?;
    Ok((dir, cli))
}

/// A dump of two pupils as `mysqldump` writes one.
const DUMP: &str = "-- MySQL dump 10.19\n/*!40101 SET NAMES utf8mb4 */;\n\
    CREATE TABLE `murid` (`no_pendaftaran` varchar(10) NOT NULL, `nama_murid` varchar(80), PRIMARY KEY (`no_pendaftaran`));\n\
    INSERT INTO `murid` VALUES ('D0001','Nur Aisyah binti O\\'Brien'),('D0002','陈美玲');\n-- Dump completed\n";

#[test]
fn a_folder_with_an_archive_and_a_dump_comes_in_as_one_import() -> Result<()> {
    let school = School::new(20, "0", 3)?;
    let folder = school.dir.path().join("fail");
    let packed = folder.join("2025/arkib.zip");
    fs_err::create_dir_all(folder.join("2025"))?;
    let mut archive = zip::ZipWriter::new(fs_err::File::create(&packed)?);
    for (name, content) in [("dump.sql", DUMP.as_bytes()), ("surat.pdf", b"%PDF-1.7"), ("../keluar.csv", b"NAMA\nX\n")]
    {
        archive.start_file(name, zip::write::SimpleFileOptions::default())?;
        archive.write_all(content)?;
    }
    // A workbook as it lies in the folder: what is inside an archive is read from memory.
    let book = fs_err::read(folder.join("murid_tahfiz.xlsx"))?;
    archive.start_file("buku/tahfiz.xlsx", zip::write::SimpleFileOptions::default())?;
    archive.write_all(&book)?;
    archive.finish()?;

    let imported = school.cli.run(&["--json", "import", "fail"])?.json()?;
    let files: Vec<String> = list(&imported, "/sources").iter().map(|source| text(source, "/file")).collect();
    for file in ["senarai_murid.csv", "arkib.zip/dump.sql", "arkib.zip/buku/tahfiz.xlsx", "arkib.zip/keluar.csv"] {
        ensure!(files.iter().any(|found| found == file), "{file} is missing in {files:?}");
    }
    let left: Vec<String> = list(&imported, "/leftOut").iter().map(|left| text(left, "/name")).collect();
    ensure!(left.iter().any(|name| name == "arkib.zip/surat.pdf"), "what is not read is named: {left:?}");
    let landed_of = |file: &str| -> u64 {
        let tables = list(&imported, "/tables").iter().filter(|table| text(table, "/file") == file);
        tables.map(|table| number(table, "/landed")).sum()
    };
    ensure!(landed_of("arkib.zip/dump.sql") == 2, "both rows of the dump: {imported}");
    ensure!(landed_of("arkib.zip/buku/tahfiz.xlsx") == landed_of("murid_tahfiz.xlsx"), "packed or not, the same rows");
    ensure!(!school.dir.path().join("keluar.csv").exists(), "a name in an archive writes nothing");

    let again = school.cli.run(&["--json", "import", "fail/2025/arkib.zip"])?.json()?;
    ensure!(!again["duplicateOf"].is_null(), "the same content is recognised inside an archive too: {again}");
    Ok(())
}

#[test]
fn protected_files_ask_for_a_password_and_keep_none() -> Result<()> {
    let (dir, cli) = empty_project()?;
    let password = |file: &str| -> Result<String> {
        Ok(fs_err::read_to_string(fixture(&format!("{file}.password.txt")))?.trim_end().to_owned())
    };
    fs_err::write(dir.path().join("salah.txt"), "bukan ini\n")?;
    for (file, rows) in
        [("access/password_agile.accdb", 3), ("workbook/agile_password.xlsx", 4), ("sqlite/sqlcipher4.db", 1)]
    {
        let path = fixture(file);
        let asked = cli.json(3, &["import", &path])?;
        ensure!(text(&asked, "/error/code") == "SourcePassword", "{file}: {asked}");
        let wrong = cli.json(3, &["import", &path, "--source-password-file", "salah.txt"])?;
        ensure!(text(&wrong, "/error/code") == "SourcePassword" && !yes(&wrong, "/error/written"), "{file}: {wrong}");
        let right = password(file)?;
        fs_err::write(dir.path().join("betul.txt"), format!("{right}\nbaris kedua\n"))?;
        let read = cli.run(&["--json", "import", &path, "--source-password-file", "betul.txt"])?.json()?;
        ensure!(number(&read, "/tables/0/landed") >= rows, "{file}: {read}");
        let kept = fs_err::read(dir.path().join("sekolah.daftar"))?;
        ensure!(!kept.windows(right.len()).any(|bytes| bytes == right.as_bytes()), "{file}: the password was kept");
    }
    Ok(())
}

#[test]
fn what_may_be_damaged_is_read_in_a_worker_that_may_die() -> Result<()> {
    let (_dir, cli) = empty_project()?;
    for file in ["workbook/every_kind_of_cell.xls", "workbook/error_formulas.xlsb", "workbook/every_kind_of_cell.ods"] {
        let read = cli.run(&["--json", "import", &fixture(file)])?.json()?;
        ensure!(list(&read, "/tables").iter().any(|table| number(table, "/landed") > 0), "{file}: {read}");
    }
    for file in ["workbook/repeat_bomb.ods", "workbook/shared_string_missing.xlsb", "workbook/locked.xls"] {
        let error = cli.json(3, &["import", &fixture(file)])?;
        ensure!(!yes(&error, "/error/written"), "{file}: {error}");
        ensure!(
            text(&error, "/error/message").contains(file.rsplit('/').next().unwrap_or_default()),
            "{file}: {error}"
        );
    }
    for file in ["archive/bomb.zip", "archive/lies_about_size.zip", "archive/only_litter.zip"] {
        let read = cli.run(&["--json", "import", &fixture(file)])?.json()?;
        ensure!(read.get("error").is_some() || list(&read, "/tables").is_empty(), "{file}: {read}");
    }
    Ok(())
}

/// Runs `sql` on the private MariaDB; its socket stands in the address that the test script gives.
fn mariadb(address: &str, sql: &str) -> Result<()> {
    let socket = address.split("socket=").nth(1).context("a socket in the address")?.replace("%2F", "/");
    let output = Command::new("mariadb")
        .args(["--no-defaults", "--default-character-set=utf8mb4", "-uapp", "-papp", "--socket", &socket, "-e", sql])
        .output()?;
    ensure!(output.status.success(), "mariadb: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

#[test]
fn a_live_database_is_read_without_a_right_to_write() -> Result<()> {
    let Ok(address) = std::env::var("DAFTAR_TEST_MYSQL") else {
        println!("skipped: DAFTAR_TEST_MYSQL is not set (scripts/test sets it)");
        return Ok(());
    };
    let (dir, cli) = empty_project()?;
    mariadb(
        &address,
        "CREATE OR REPLACE DATABASE sekolah_ujian; USE sekolah_ujian; \
         CREATE TABLE murid (no_pendaftaran INT(6) ZEROFILL PRIMARY KEY, nama_murid VARCHAR(80), tarikh_lahir DATE); \
         SET sql_mode=''; INSERT INTO murid VALUES (7,'Aminah binti Rekaan','2015-02-03'),(8,'陈美玲','0000-00-00'); \
         CREATE VIEW ringkas AS SELECT nama_murid FROM murid; \
         CREATE OR REPLACE USER pembaca@localhost IDENTIFIED BY 'rahsia pembaca'; GRANT SELECT ON sekolah_ujian.* TO pembaca@localhost",
    )?;
    let reader = address.replace("app:app@", "pembaca@").replace("/mysql?", "/sekolah_ujian?");
    fs_err::write(dir.path().join("betul.txt"), "rahsia pembaca")?;
    fs_err::write(dir.path().join("salah.txt"), "bukan ini")?;
    let wrong = cli.json(3, &["import", &reader, "--source-password-file", "salah.txt"])?;
    ensure!(text(&wrong, "/error/code") == "SourcePassword", "{wrong}");
    let seen = cli.json(0, &["inspect", &reader, "--source-password-file", "betul.txt"])?;
    let kinds: Vec<String> = list(&seen, "/tables").iter().map(|table| text(table, "/kind")).collect();
    ensure!(kinds == ["table", "view"], "{seen}");
    let read = cli.run(&["--json", "import", &reader, "--source-password-file", "betul.txt"])?.json()?;
    ensure!(list(&read, "/tables").len() == 1, "a view is not taken unless asked for: {read}");
    ensure!(number(&read, "/tables/0/landed") == 2 && number(&read, "/findings") >= 1, "the zero date is told: {read}");
    ensure!(!read.to_string().contains("rahsia pembaca"), "no password in what is printed");
    let again = cli.run(&["--json", "import", &reader, "--source-password-file", "betul.txt"])?.json()?;
    ensure!(again["duplicateOf"].is_null(), "a server has no content to be the same: {again}");
    Ok(())
}

#[test]
fn the_portal_itself_can_be_looked_into_as_a_source() -> Result<()> {
    let (_dir, cli) = empty_project()?;
    let portal = prepared_portal(&cli)?;
    let seen = cli.json(0, &["inspect", &portal.url()])?;
    ensure!(text(&seen, "/source/format") == "postgres", "{:.300}", seen.to_string());
    let pupils = list(&seen, "/tables").iter().find(|table| text(table, "/name") == "academic.students");
    let pupils = pupils.context("the table of pupils")?;
    ensure!(!list(pupils, "/links").is_empty(), "what the server declares about other tables: {pupils}");
    let gone = cli.json(3, &["inspect", "postgres://siapa@127.0.0.1:1/tiada"])?;
    ensure!(!yes(&gone, "/error/written"), "{gone}");
    Ok(())
}
