//! Nobody's name stands in the clear anywhere but in the school's own files.
//!
//! While the command works and after it, everything it has open and everything that lies beside the project
//! is searched for names, identity numbers and telephone numbers, in UTF-8 and UTF-16.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Result, ensure};
use testkit::portal::ScratchPortal;

use crate::kit::{School, list, text};

/// Different people searched for; each brings several needles.
const PEOPLE: usize = 25;

#[test]
fn nothing_of_anybody_stands_in_the_clear() -> Result<()> {
    let mut school = School::new(600, "0.1", 31)?;
    let source = fs_err::read(school.dir.path().join("fail/senarai_murid.csv"))?;
    let needles = needles(&school, &String::from_utf8_lossy(&source));
    ensure!(needles.len() > 2 * PEOPLE, "too little to search for: {needles:?}");
    ensure!(!in_the_clear(&source, &needles).is_empty(), "the search finds nothing even in the school's own file");
    let wide: Vec<u8> = String::from_utf8_lossy(&source).encode_utf16().flat_map(u16::to_le_bytes).collect();
    ensure!(!in_the_clear(&wide, &needles).is_empty(), "the search finds nothing in UTF-16");
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
        looked += watched(&school, &args, &needles)?;
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

/// The needles that stand in `bytes`, as UTF-8 or, with every second byte zero, as UTF-16.
fn in_the_clear<'n>(bytes: &[u8], needles: &'n [String]) -> Vec<&'n str> {
    let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let (plain, narrow) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&narrow));
    let stands = |needle: &&String| plain.contains(needle.as_str()) || narrow.contains(needle.as_str());
    needles.iter().filter(stands).map(String::as_str).collect()
}

/// Runs the command and searches, while it works and after it. Gives how many files were searched.
fn watched(school: &School, args: &[&str], needles: &[String]) -> Result<u32> {
    let mut command = school.cli.command(args);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let mut looked = 0;
    let open = PathBuf::from(format!("/proc/{}/fd", child.id()));
    while child.try_wait()?.is_none() {
        looked += search(&open, args, needles)?;
        looked += search(school.dir.path(), args, needles)?;
        looked += search(&school.dir.path().join("tmp"), args, needles)?;
    }
    looked += search(school.dir.path(), args, needles)?;
    looked += search(&school.dir.path().join("tmp"), args, needles)?;
    Ok(looked)
}

/// Searches the files in a folder; those that are gone by then, and the school's own, are left out.
fn search(folder: &Path, args: &[&str], needles: &[String]) -> Result<u32> {
    let mut looked = 0;
    for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let really = fs_err::read_link(&path).unwrap_or_else(|_| path.clone());
        let own = really.components().any(|part| part.as_os_str() == "fail");
        // A file already taken off its folder is still read through the process that holds it.
        let kind = std::fs::metadata(&path);
        if own || !kind.is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let found = in_the_clear(&bytes, needles);
        ensure!(found.is_empty(), "{args:?} left {} people's data in the clear in {}", found.len(), really.display());
        looked += 1;
    }
    Ok(looked)
}
