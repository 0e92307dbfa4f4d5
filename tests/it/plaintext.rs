//! Nobody's name stands in the clear anywhere but in the school's own files.
//!
//! While the command works and after it, everything it has open and everything that lies beside the project
//! is searched for names, identity numbers and telephone numbers, in UTF-8 and UTF-16.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use testkit::portal::ScratchPortal;

use crate::kit::{School, list, text};

/// Different people searched for; each brings several needles.
const PEOPLE: usize = 8;

/// Between two looks, so that the program gets on with its work.
const PAUSE: Duration = Duration::from_millis(20);

#[test]
fn nothing_of_anybody_stands_in_the_clear() -> Result<()> {
    let mut school = School::new(240, "0.1", 31)?;
    let own = school.dir.path().join("fail/senarai_murid.csv");
    let source = fs_err::read_to_string(&own)?;
    let needles = needles(&school, &source);
    ensure!(needles.len() > 2 * PEOPLE, "too little to search for: {needles:?}");
    let wide = school.dir.path().join("fail/lebar");
    fs_err::write(&wide, source.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())?;
    let pattern = pattern(&needles);
    ensure!(in_the_clear(&[own, wide], &pattern)?.len() == 2, "the search fails even in the school's own list");
    let portal = ScratchPortal::new()?;
    school.portal(&portal);
    // The portal's own files are no concern of the project; the made-up school's are moved out of the way.
    let files = testkit::scratch()?;
    fs_err::rename(school.dir.path().join("fail"), files.path().join("fail"))?;
    let fail = files.path().join("fail").display().to_string();
    let mut looked = 0;
    for args in [
        vec!["import", &fail],
        vec!["cleanse", "--apply", "safe"],
        vec!["validate"],
        vec!["portal", "prepare"],
        vec!["push", "--accept", "*=surat dihantar"],
        vec!["verify"],
        vec!["undo"],
        vec!["backup", "--out", "salinan.daftar"],
    ] {
        looked += watched(&school, &args, &pattern)?;
    }
    println!("{} needles, {looked} files looked through", needles.len());
    ensure!(looked > 20, "the project was hardly looked at: {looked} files");
    ensure!(school.dir.path().join("salinan.daftar").is_file(), "the backup is among what was looked at");
    Ok(())
}

/// Names of some pupils, their identity numbers with and without hyphens, and telephone numbers.
fn needles(school: &School, source: &str) -> Vec<String> {
    let mut needles = Vec::new();
    let pupils = list(&school.truth, "/pupils");
    for pupil in pupils.iter().step_by(pupils.len() / PEOPLE) {
        let ic = text(pupil, "/nationalId");
        needles.push(format!("{}-{}-{}", &ic[..6], &ic[6..8], &ic[8..]));
        needles.extend([text(pupil, "/name"), ic]);
    }
    let phone = |cell: &&str| cell.len() >= 11 && cell.starts_with("01") && cell.as_bytes().get(3) == Some(&b'-');
    let phones: Vec<&str> = source.split(',').filter(phone).collect();
    for phone in phones.iter().step_by(1 + phones.len() / PEOPLE) {
        needles.push((*phone).to_owned());
        needles.push(format!("+6{}", phone.replace('-', "")));
    }
    needles
}

/// Any of the needles, in UTF-8 or UTF-16 of either order, as an expression over bytes.
fn pattern(needles: &[String]) -> String {
    let escaped = |bytes: &mut dyn Iterator<Item = u8>| bytes.map(|byte| format!("\\x{byte:02x}")).collect::<String>();
    let forms = needles.iter().flat_map(|needle| {
        [
            escaped(&mut needle.bytes()),
            escaped(&mut needle.encode_utf16().flat_map(u16::to_le_bytes)),
            escaped(&mut needle.encode_utf16().flat_map(u16::to_be_bytes)),
        ]
    });
    forms.collect::<Vec<_>>().join("|")
}

/// The files in which something stands in the clear. `grep` searches much faster than a test's own code.
fn in_the_clear(files: &[PathBuf], pattern: &str) -> Result<Vec<String>> {
    let mut grep = Command::new("grep");
    grep.args(["-slaP", "-e", pattern, "--"]).args(files).env("LC_ALL", "C");
    let output = grep.stdin(Stdio::null()).output().context("grep could not be started")?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// Runs the command and searches, while it works and after it. Gives how many files were searched.
fn watched(school: &School, args: &[&str], pattern: &str) -> Result<u32> {
    let mut command = school.cli.command(args);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let mut looked = 0;
    let open = PathBuf::from(format!("/proc/{}/fd", child.id()));
    while child.try_wait()?.is_none() {
        looked += search(&open, args, pattern)?;
        looked += search(school.dir.path(), args, pattern)?;
        looked += search(&school.dir.path().join("tmp"), args, pattern)?;
        std::thread::sleep(PAUSE);
    }
    looked += search(school.dir.path(), args, pattern)?;
    looked += search(&school.dir.path().join("tmp"), args, pattern)?;
    Ok(looked)
}

/// Searches the files in a folder; those that are gone by then, and the school's own, are left out.
fn search(folder: &Path, args: &[&str], pattern: &str) -> Result<u32> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let really = fs_err::read_link(&path).unwrap_or_else(|_| path.clone());
        let own = really.components().any(|part| part.as_os_str() == "fail");
        // A file already taken off its folder is still read through the process that holds it.
        if !own && fs_err::metadata(&path).is_ok_and(|kind| kind.is_file()) {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Ok(0);
    }
    let found = in_the_clear(&files, pattern)?;
    ensure!(found.is_empty(), "{args:?} left people's data in the clear in {found:?}");
    Ok(files.len() as u32)
}
