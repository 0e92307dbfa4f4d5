//! Every reader that works inside of Daftar against files damaged at random: each ends in rows or in an error, within
//! a bounded time, and with as many rows as were counted. `DAFTAR_FUZZ` says how many changes each reader gets, and
//! `DAFTAR_FUZZ_PART` which part of a long run these are: each part changes other places. Those of Access, of servers
//! and in workers stand beside the tests of these.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::golden::options;
use super::{Dice, fixtures, open_bytes, read_all};
use crate::{Bundle, Error, Options, Secret, Source};

/// Changes tried where nothing else is asked for.
const CHANGES: u64 = 400;

/// Longer than any of these small files may take, on the slowest machine.
const RAN_AWAY: Duration = Duration::from_secs(60);

/// What a run of changes needed: printed, so that a long run by hand shows its worst.
#[derive(Default)]
pub(super) struct Worst {
    slowest: Duration,
    round: u64,
    file: String,
}

impl Worst {
    /// Reads with `read`, which must come to an end.
    pub(super) fn time<T>(&mut self, round: u64, file: &str, read: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = read();
        let took = start.elapsed();
        assert!(took < RAN_AWAY, "round {round} of {file} ran away");
        if took > self.slowest {
            *self = Self { slowest: took, round, file: file.to_owned() };
        }
        result
    }
}

impl std::fmt::Display for Worst {
    /// The slowest reading, and the most memory that this program had until now.
    fn fmt(&self, into: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("?").trim();
        write!(into, "slowest {:.2?} (round {} of {}), peak memory {peak}", self.slowest, self.round, self.file)
    }
}

/// Signs that mean something in a text of any format.
const SIGNS: &[u8] = b"'\"`\\(),;-#/*!$<>&=\t\r\n\0";

/// How many changes are asked for, `few` where nobody asks.
pub(super) fn changes(few: u64) -> u64 {
    std::env::var("DAFTAR_FUZZ").ok().and_then(|count| count.parse().ok()).unwrap_or(few)
}

/// The dice of a test that has `seed`; other ones in each part of a long run.
pub(super) fn dice(seed: u64) -> Dice {
    let part: u64 = std::env::var("DAFTAR_FUZZ_PART").ok().and_then(|part| part.parse().ok()).unwrap_or(0);
    Dice(seed + part * 1_000_003)
}

/// Making a key out of a password is slow on purpose, so a file that has one takes its turn only so often.
const LOCKED_EVERY: u64 = 20;

/// Which of the files is changed in `round`: those under a password, for which `locked` holds, seldom.
pub(super) fn turn(locked: &[bool], round: u64) -> usize {
    let seldom = round % LOCKED_EVERY == LOCKED_EVERY - 1;
    let mut those: Vec<usize> = (0..locked.len()).filter(|at| locked[*at] == seldom).collect();
    if those.is_empty() {
        those = (0..locked.len()).collect();
    }
    let nth = if seldom { round / LOCKED_EVERY } else { round };
    those[nth as usize % those.len()]
}

/// Cuts `bytes` off, moves or repeats a piece of them, or changes some.
pub(super) fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let length = bytes.len().max(1) as u64;
    let (from, to) = (dice.below(length) as usize, dice.below(length) as usize);
    let piece = from..bytes.len().min(from + dice.below(64) as usize);
    match dice.below(8) {
        0 => bytes.truncate(from),
        1 => bytes[piece].fill(dice.next() as u8),
        2 => {
            let copy = bytes[piece].to_vec();
            bytes.splice(to..to, copy);
        }
        3 => {
            let count = piece.len().min(bytes.len() - to);
            (0..count).for_each(|at| bytes.swap(from + at, to + at));
        }
        4 => {
            let new: Vec<u8> = (0..dice.below(40)).map(|_| dice.next() as u8).collect();
            bytes.splice(from..from, new);
        }
        5 => scatter(bytes, dice, |dice, _| SIGNS[dice.below(SIGNS.len() as u64) as usize]),
        6 => scatter(bytes, dice, |dice, byte| byte ^ (1 << dice.below(8))),
        _ => scatter(bytes, dice, |dice, _| dice.next() as u8),
    }
}

/// Changes up to a dozen bytes.
fn scatter(bytes: &mut [u8], dice: &mut Dice, change: impl Fn(&mut Dice, u8) -> u8) {
    for _ in 0..=dice.below(12) {
        let at = dice.below(bytes.len().max(1) as u64) as usize;
        if let Some(byte) = bytes.get_mut(at) {
            *byte = change(dice, *byte);
        }
    }
}

/// The container `whole` with one of its parts mutated inside; `None` where it is none that can be unpacked.
fn mutate_part(whole: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    use std::io::{Cursor, Read, Write};
    let mut archive = zip::ZipArchive::new(Cursor::new(whole)).ok()?;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let target = dice.below(archive.len().max(1) as u64) as usize;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).ok()?;
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).ok()?;
        if index == target && !bytes.is_empty() {
            mutate(&mut bytes, dice);
        }
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        writer.start_file(name, zip::write::SimpleFileOptions::default()).ok()?;
        writer.write_all(&bytes).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

/// `whole` with a change; of a container every other time inside of one of its parts.
pub(super) fn changed(whole: &[u8], dice: &mut Dice) -> Vec<u8> {
    let inside = whole.starts_with(b"PK") && dice.below(2) == 0;
    inside.then(|| mutate_part(whole, dice)).flatten().unwrap_or_else(|| {
        let mut bytes = whole.to_vec();
        mutate(&mut bytes, dice);
        bytes
    })
}

/// Reads every table to its end; where rows were counted at opening, as many come.
pub(super) fn read_everything(source: &mut dyn Source) -> Result<u64, Error> {
    let tables = source.probe().tables.clone();
    let mut rows = 0;
    for (number, info) in tables.iter().enumerate() {
        let landed = read_all(source, number)?.1.landed;
        let counted = info.rows.filter(|_| source.probe().format == "sql");
        assert!(counted.is_none_or(|counted| counted == landed), "{}: {counted:?} counted, {landed} read", info.name);
        rows += landed;
    }
    Ok(rows)
}

/// Reads each file of the archive at `path`.
pub(super) fn read_members(path: &Path, options: &Options) -> Result<u64, Error> {
    let bundle = Bundle::open(path)?;
    let mut rows = 0;
    for member in 0..bundle.members().len() {
        if let Ok(mut source) = bundle.open_member(member, options) {
            rows += read_everything(source.as_mut()).unwrap_or(0);
        }
    }
    Ok(rows)
}

/// Fixtures of `folder` with one of `endings` that are small enough to be read thousands of times.
pub(super) fn small_fixtures(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    const SMALL: u64 = 200_000;
    let entries = fs_err::read_dir(fixtures(folder)).expect("the fixtures are there");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    let wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = name.ends_with(".golden.txt") || name.ends_with(".password.txt");
        let size = path.metadata().map_or(0, |data| data.len());
        !beside && !name.contains("bomb") && (1..SMALL).contains(&size) && endings.iter().any(|end| name.ends_with(end))
    };
    files.retain(wanted);
    files.sort();
    files
}

fn read_bytes(name: &str, bytes: &[u8], options: &Options) -> Result<u64, Error> {
    let (scratch, source) = open_bytes(name, bytes, options);
    match source {
        Err(Error::SeveralFiles { .. }) => read_members(&scratch.path().join(name), options),
        source => source.and_then(|mut source| read_everything(source.as_mut())),
    }
}

/// Changes the files of `folder` in turn, as often as is asked for.
fn attack(folder: &str, endings: &[&str], seed: u64) {
    let files = small_fixtures(folder, endings);
    let wholes: Vec<_> = files.iter().map(|path| fs_err::read(path).expect("readable")).collect();
    let passwords: Vec<_> = files.iter().map(|path| options(path).password).collect();
    let locked: Vec<_> = passwords.iter().map(Option::is_some).collect();
    let (mut dice, mut read, mut broke_off, mut worst) = (dice(seed), 0, 0, Worst::default());
    let count = changes(CHANGES);
    for round in 0..count {
        let at = turn(&locked, round);
        let name = files[at].file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = changed(&wholes[at], &mut dice);
        // What looks like ciphertext is tried with a password too, where one is given.
        let other = || (round % LOCKED_EVERY == 0).then(|| Secret::new("rahsia".to_owned()));
        let options = Options { password: passwords[at].clone().or_else(other), ..Options::default() };
        let result = worst.time(round, &name, || read_bytes(&name, &bytes, &options));
        read += u64::from(result.is_ok());
        let broke = matches!(&result, Err(Error::Damaged { detail, .. }) if detail == "the reader broke off");
        broke_off += u64::from(broke);
    }
    println!("{folder} {endings:?}: {read} of {count} changed files were read, {broke_off} readers broke off; {worst}");
    assert!(read * 20 > count, "only {read} of {count} were read: the test shows little");
}

#[test]
fn damaged_delimited_texts_are_read_or_refused() {
    attack("csv", &[".csv", ".txt", ".xls"], 11);
}

#[test]
fn damaged_workbooks_are_read_or_refused() {
    attack("workbook", &[".xlsx"], 12);
}

#[test]
fn damaged_web_pages_are_read_or_refused() {
    attack("html", &[".html", ".xls"], 13);
}

#[test]
fn damaged_spreadsheets_of_xml_are_read_or_refused() {
    attack("xmlss", &[".xml", ".xls"], 14);
}

#[test]
fn damaged_databases_are_read_or_refused() {
    attack("sqlite", &[".sqlite", "utf8.db", "table.db"], 15);
}

#[test]
fn damaged_dumps_are_read_or_refused() {
    attack("sql", &[".sql", ".gz"], 21);
}

#[test]
fn damaged_archives_are_read_or_refused() {
    attack("archive", &[".zip", ".gz", ".xlsx"], 22);
}
