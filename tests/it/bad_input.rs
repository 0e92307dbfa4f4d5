//! What people do to a program: wrong files, wrong words, no room, a portal that goes away.
//!
//! Each is refused with its exit code, its message in the person's language and the word that nothing was
//! written; or it is read, and what was odd is told.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use testkit::cli::Cli;
use testkit::portal::ScratchPortal;

use crate::kit::{School, list, number, of_entity, prepared_portal, text, write_pupils, yes};

/// Most memory that reading any file may take, in KiB (150 MB).
const MOST_MEMORY: u64 = 150_000;

/// Refused in both languages: the exit code, the error's code, and that nothing was written.
fn refused(cli: &Cli, exit: i32, code: &str, args: &[&str]) -> Result<()> {
    let mut said = Vec::new();
    for lang in ["ms", "en"] {
        let mut all = vec!["--lang", lang];
        all.extend(args);
        let error = cli.json(exit, &all)?;
        ensure!(text(&error, "/error/code") == code, "{args:?}: {error}");
        ensure!(!yes(&error, "/error/written"), "{args:?}: {error}");
        let (message, hint) = (text(&error, "/error/message"), text(&error, "/error/hint"));
        ensure!(!message.is_empty() && !hint.is_empty(), "{args:?}: what happened and what to do now: {error}");
        said.push((message, hint));
    }
    ensure!(said[0].0 != said[1].0 && said[0].1 != said[1].1, "{args:?} speaks one language only: {said:?}");
    let aloud = cli.run(&["--lang", "en"].iter().chain(args).copied().collect::<Vec<_>>())?;
    ensure!(aloud.code == exit && aloud.out.is_empty(), "{args:?}: an error is no output: {}", aloud.out);
    ensure!(aloud.err.contains(&said[1].0), "{args:?}: the same words without --json: {}", aloud.err);
    Ok(())
}

fn records(cli: &Cli) -> Result<u64> {
    let status = cli.json(0, &["status"])?;
    Ok(list(&status, "/entities").iter().map(|entity| number(entity, "/records")).sum())
}

fn fixture(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats").join(path).display().to_string()
}

#[test]
fn files_that_cannot_be_read_are_refused_by_name() -> Result<()> {
    let school = School::new(12, "0", 1)?;
    let at = |name: &str| school.dir.path().join(name);
    fs_err::write(at("gambar.xlsx"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06")?;
    fs_err::write(at("kosong.csv"), b"")?;
    refused(&school.cli, 3, "SourceUnreadable", &["import", "gambar.xlsx"])?;
    refused(&school.cli, 3, "SourceUnreadable", &["inspect", "gambar.xlsx"])?;
    refused(&school.cli, 3, "SourceUnreadable", &["import", "kosong.csv"])?;
    fs_err::create_dir(at("folder"))?;
    refused(&school.cli, 3, "SourceUnreadable", &["import", "folder"])?;
    refused(&school.cli, 3, "SourceUnreadable", &["inspect", "folder"])?;
    refused(&school.cli, 3, "SourceChanged", &["import", "tiada.csv"])?;
    refused(&school.cli, 3, "SourceUnreadable", &["import", &fixture("workbook/broken_cut_off.xlsx")])?;
    refused(&school.cli, 3, "SourcePassword", &["import", &fixture("workbook/encrypted.xlsx")])?;
    refused(&school.cli, 3, "SourceUnreadable", &["import", &fixture("sqlite/broken_page.sqlite")])?;
    ensure!(records(&school.cli)? == 0, "something of an unreadable file became a record");
    refused(&school.cli, 3, "SourceChanged", &["import", "fail/senarai_murid.csv", "tiada.csv"])?;
    ensure!(records(&school.cli)? == 0, "half of an import stayed");
    Ok(())
}

#[test]
fn odd_files_are_read_and_what_is_odd_is_told() -> Result<()> {
    let school = School::new(12, "0", 1)?;
    let (cli, at) = (&school.cli, |name: &str| school.dir.path().join(name));
    fs_err::copy(at("fail/murid_tahfiz.xlsx"), at("buku.csv"))?;
    let renamed = cli.json(0, &["import", "buku.csv"])?;
    ensure!(text(&renamed, "/source/format") == "xlsx", "content counts, not the name: {renamed}");
    fs_err::write(at("tajuk.csv"), "NAMA MURID,NO. KAD PENGENALAN\n")?;
    let header = cli.json(0, &["import", "tajuk.csv"])?;
    ensure!(number(&header, "/tables/0/landed") == 0, "a header is no row: {header}");
    ensure!(list(&header, "/tables/0/doubts").len() == 1, "and that there is none is told: {header}");
    fs_err::write(at("lebar.csv"), wide())?;
    let wide = cli.run(&["--json", "import", "lebar.csv"])?.json()?;
    ensure!(number(&wide, "/tables/0/landed") == 5, "10,000 columns are read: {:.300}", wide.to_string());
    for (file, rows) in [("csv/nul_bytes.csv", 3), ("csv/unclosed_quote.csv", 2)] {
        let read = cli.run(&["--json", "import", &fixture(file)])?.json()?;
        let landed = number(&read, "/tables/0/landed") + list(&read, "/tables/0/skipped").len() as u64;
        ensure!(landed >= rows, "{file}: every row is landed or named: {read}");
        ensure!(number(&read, "/findings") > 0, "{file}: what is odd is told: {read}");
    }
    Ok(())
}

/// The first check with this code in a validation document.
fn check(report: &Value, code: &str) -> Value {
    let checks = list(report, "/sections").iter().flat_map(|section| list(section, "/checks")).cloned();
    checks.into_iter().find(|check| text(check, "/code") == code).unwrap_or_default()
}

#[test]
fn odd_values_are_told_and_go_out_to_be_corrected() -> Result<()> {
    let school = School::new(12, "0", 1)?;
    let (cli, at) = (&school.cli, |name: &str| school.dir.path().join(name));
    refused(cli, 2, "Usage", &["report", "errors", "--out", "kosong.xlsx"])?;
    let wrong = "NAMA MURID,NO. KAD PENGENALAN,TARIKH LAHIR\n05/03/2018,ALI BIN ABU,180305101235\n";
    fs_err::write(at("silang.csv"), format!("{wrong}{},180306101237,2018-03-06\n", "A".repeat(50_000)))?;
    cli.json(0, &["import", "silang.csv", "--as", "students"])?;
    let report = cli.json(1, &["validate"])?;
    ensure!(number(&check(&report, "wrong-column"), "/count") == 3, "{}", check(&report, "wrong-column"));
    ensure!(number(&check(&report, "value-too-long"), "/count") == 1, "{}", check(&report, "value-too-long"));
    let out = cli.json(0, &["report", "errors", "--out", "betulkan.xlsx"])?;
    ensure!(number(&out, "/rows") == 2 && number(&out, "/sheets") == 1 && number(&out, "/bytes") > 0, "{out}");
    let before = records(cli)?;
    let back = cli.json(0, &["import", "betulkan.xlsx"])?;
    ensure!(back["batch"].is_null() && number(&back, "/corrections/0/changed") == 0, "nobody touched it: {back}");
    ensure!(records(cli)? == before, "its rows do not land a second time");
    refused(cli, 2, "Usage", &["report", "errors", "--out", "betulkan.pdf"])?;
    let other = School::new(12, "0", 2)?;
    fs_err::copy(at("betulkan.xlsx"), other.dir.path().join("betulkan.xlsx"))?;
    refused(&other.cli, 2, "Usage", &["import", "betulkan.xlsx"])
}

fn wide() -> String {
    let row = |start: usize| (0..10_000).map(|column| (column * start).to_string()).collect::<Vec<_>>().join(",");
    let header = (0..10_000).map(|column| format!("K{column}")).collect::<Vec<_>>().join(",");
    std::iter::once(header).chain((1..=5).map(row)).collect::<Vec<_>>().join("\n")
}

/// Runs the command; gives its exit code and the most memory it had, in KiB.
fn memory(cli: &Cli, args: &[&str]) -> Result<(i32, u64)> {
    let mut child = cli.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let (status, mut most) = (format!("/proc/{}/status", child.id()), 0);
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = peak.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(most);
        if let Some(ended) = child.try_wait()? {
            return Ok((ended.code().unwrap_or(-1), most));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn memory_stays_small_whatever_the_file() -> Result<()> {
    let school = School::new(12, "0", 1)?;
    let long = school.dir.path().join("panjang.csv");
    let mut file = std::io::BufWriter::new(fs_err::File::create(&long)?);
    writeln!(file, "NO. PENDAFTARAN,NAMA MURID,CATATAN")?;
    let note = "catatan panjang ".repeat(256);
    for row in 0..8_000 {
        writeln!(file, "L{row:05},Murid Rekaan {row},{note}")?;
    }
    file.into_inner()?.sync_all()?;
    // A cell in the last column of the last row, and nothing between: a sheet of 17 thousand million cells.
    let phantom = phantom(school.dir.path())?;
    for (what, path) in [("32 MB of long lines", &long), ("a cell at XFD1048576", &phantom)] {
        let path = path.display().to_string();
        for command in ["inspect", "import"] {
            let (code, most) = memory(&school.cli, &[command, &path])?;
            println!("{what}, {command}: {most} KiB");
            ensure!(code == 0, "{command} of {what} ended with {code}");
            ensure!((1..MOST_MEMORY).contains(&most), "{command} of {what} took {most} KiB");
        }
    }
    let found = records(&school.cli)?;
    ensure!(found >= 8_001, "all rows became records: {found}");
    Ok(())
}

/// A workbook written by hand: a header, one pupil, and one cell at the very end of the sheet.
fn phantom(dir: &Path) -> Result<PathBuf> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const DOC: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let cell = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let sheet = format!(
        "<worksheet xmlns=\"{MAIN}\"><dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\">{}{}</row><row r=\"2\">{}{}</row>\
         <row r=\"1048576\">{}</row></sheetData></worksheet>",
        cell("A1", "NO. PENDAFTARAN"),
        cell("B1", "NAMA MURID"),
        cell("A2", "P00001"),
        cell("B2", "Murid Rekaan bin Ujian"),
        cell("XFD1048576", " ")
    );
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
        <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
        <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
        <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>";
    let parts = [
        ("[Content_Types].xml", types.to_owned()),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{RELS}\"><Relationship Id=\"r1\" Type=\"{DOC}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{DOC}\"><sheets><sheet name=\"Murid\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{RELS}\"><Relationship Id=\"r1\" Type=\"{DOC}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let path = dir.join("hantu.xlsx");
    let mut zip = zip::ZipWriter::new(fs_err::File::create(&path)?);
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    zip.finish()?;
    Ok(path)
}

#[test]
fn a_wrong_passphrase_opens_nothing() -> Result<()> {
    let school = School::new(12, "0", 1)?;
    let stranger = school.cli.with("DAFTAR_PASSPHRASE", "bukan frasa laluan");
    refused(&stranger, 5, "WrongPassphrase", &["status"])?;
    refused(&school.cli.with("DAFTAR_USER", "tiada"), 5, "WrongPassphrase", &["status"])?;
    refused(&school.cli.without("DAFTAR_PASSPHRASE"), 5, "WrongPassphrase", &["status"])?;
    let nowhere = school.cli.with("DAFTAR_PROJECT", school.dir.path().join("tiada.daftar"));
    refused(&nowhere, 1, "ProjectUnreadable", &["status"])?;
    let other = school.cli.with("DAFTAR_PROJECT", school.dir.path().join("fail/senarai_murid.csv"));
    refused(&other, 1, "ProjectUnreadable", &["status"])
}

/// No room: the shell forbids files over a size, so that a write fails in the middle of the import.
#[test]
fn a_full_disk_loses_nothing_that_was_there() -> Result<()> {
    let school = School::checked(40, "0.1", 3)?;
    let before = school.cli.json(0, &["status"])?;
    let big = school.dir.path().join("besar.csv");
    write_pupils(&big, 20_000)?;
    // In units of 1,024 bytes: room for the project as it is and a little more.
    let most = fs_err::metadata(school.project())?.len() / 1_024 + 600;
    let mut said = Vec::new();
    for lang in ["ms", "en"] {
        let script = format!("trap '' XFSZ; ulimit -f {most}; exec \"$DAFTAR\" --json --lang {lang} import besar.csv");
        let ran = school.cli.run_shell(&script)?;
        let error = ran.json()?;
        ensure!(ran.code == 1 && text(&error, "/error/code") == "DiskFull", "no room ended with {}: {error}", ran.code);
        ensure!(!yes(&error, "/error/written"), "{error}");
        said.push(text(&error, "/error/message"));
    }
    ensure!(said[0] != said[1], "one language only: {said:?}");
    let after = school.cli.json(0, &["status"])?;
    ensure!(before["entities"] == after["entities"], "records changed: {after}");
    school.cli.json(0, &["import", "besar.csv"])?;
    let students = number(of_entity(&school.cli.json(0, &["status"])?, "students")?, "/records");
    ensure!(students > 20_000, "with room again the import works: {students}");
    Ok(())
}

#[test]
fn a_portal_that_is_none_is_refused() -> Result<()> {
    let mut school = School::checked(12, "0", 1)?;
    let unprepared = ScratchPortal::new()?;
    school.portal(&unprepared);
    let push: [&str; 3] = ["push", "--accept", "*=ujian"];
    refused(&school.cli, 4, "TargetSchemaMismatch", &push)?;
    refused(&school.cli, 4, "TargetSchemaMismatch", &["portal", "check"])?;
    let foreign = ScratchPortal::new()?;
    foreign.sql("create schema academic; create table academic.students (name text); insert into academic.students values ('x')")?;
    let before = foreign.dump(&[])?;
    school.portal(&foreign);
    refused(&school.cli, 4, "TargetSchemaMismatch", &["portal", "prepare"])?;
    refused(&school.cli, 4, "TargetSchemaMismatch", &push)?;
    ensure!(before == foreign.dump(&[])?, "a database of somebody else was changed");
    let nowhere = school.cli.with("DAFTAR_PORTAL_URL", "postgres://app@127.0.0.1:1/tiada?sslmode=disable");
    refused(&nowhere, 4, "TargetUnreachable", &push)?;
    let unsound = school.cli.with("DAFTAR_PORTAL_URL", "mysql://app@localhost/tiada");
    refused(&unsound, 2, "Usage", &push)
}

/// The portal ends the connection while rows are on their way.
#[test]
fn a_portal_that_goes_away_got_nothing() -> Result<()> {
    let mut school = School::checked(1_000, "0.02", 9)?;
    let portal = prepared_portal(&school.cli)?;
    school.portal(&portal);
    let mut said = Vec::new();
    for lang in ["ms", "en"] {
        let error = cut_off(&school.cli, &portal, lang)?;
        ensure!(!yes(&error, "/error/written"), "nothing was written: {error}");
        said.push((text(&error, "/error/message"), text(&error, "/error/hint")));
        ensure!(portal.number("select count(*) from academic.students")? == 0, "pupils are in the portal");
    }
    ensure!(said[0].0 != said[1].0 && said[0].1 != said[1].1, "one language only: {said:?}");
    let done = school.cli.json(0, &["push", "--accept", "*=surat dihantar"])?;
    let there = portal.number("select count(*) from academic.students")?;
    ensure!(number(of_entity(&done, "students")?, "/inserted") == there && there > 900, "afterwards all go: {there}");
    Ok(())
}

/// Pushes, and ends its connection whenever it writes, however often it comes back; gives the error.
fn cut_off(cli: &Cli, portal: &ScratchPortal, lang: &str) -> Result<Value> {
    let args = ["--json", "--lang", lang, "push", "--accept", "*=surat dihantar"];
    let mut child = cli.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    // A connection that has been given a transaction number has written.
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
               where datname = current_database() and pid <> pg_backend_pid() and backend_xid is not null";
    let began = Instant::now();
    while child.try_wait()?.is_none() {
        portal.number(cut)?;
        ensure!(began.elapsed() < Duration::from_secs(90), "the push neither ends nor gives up");
    }
    let output = child.wait_with_output()?;
    let error: Value = serde_json::from_slice(&output.stdout).context("one JSON document")?;
    ensure!(output.status.code() == Some(4), "ended with {:?}: {error}", output.status.code());
    Ok(error)
}
