//! Access files damaged at random: each ends in rows or in an error, and never in more than it holds.
//! `DAFTAR_FUZZ` sets how many changes are tried.

use super::super::damage::{Worst, changes, dice, turn};
use super::super::golden::options;
use super::super::{Dice, fixtures, open_bytes, read_all};
use crate::{Error, Options};

/// Changes tried where nothing else is asked for; these take about three seconds in a debug build.
const CHANGES: u64 = 500;

fn change(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let page = if bytes[0x14] == 0 { 2048 } else { 4096 };
    let pages = (bytes.len() / page) as u64;
    let mut place = |limit: usize| dice.below(limit as u64) as usize;
    match place(6) {
        0 => bytes.truncate(place(bytes.len())),
        1 => {
            let (one, other) = (place(pages as usize) * page, place(pages as usize) * page);
            (0..page).for_each(|at| bytes.swap(one + at, other + at));
        }
        2 => {
            // Where a page says what it is, whose it is, and where its rows are.
            let start = place(pages as usize) * page;
            (0..4).for_each(|_| bytes[start + place(64)] = place(256) as u8);
        }
        3 => {
            let from = place(bytes.len());
            let until = bytes.len().min(from + place(2_000));
            bytes[from..until].fill_with(|| place(256) as u8);
        }
        _ => (0..=place(64)).for_each(|_| {
            let at = place(bytes.len());
            bytes[at] ^= 1 << place(8);
        }),
    }
}

/// Reads all tables; how many rows there were, or why not.
fn read_everything(name: &str, bytes: &[u8], options: &Options) -> Result<u64, Error> {
    let (_folder, source) = open_bytes(name, bytes, options);
    let mut source = source?;
    let tables = source.probe().tables.clone();
    let mut rows = 0;
    for (number, info) in tables.iter().enumerate() {
        // A table that cannot be read says so; the others can be.
        let Ok((read, summary)) = read_all(source.as_mut(), number) else { continue };
        assert_eq!(info.rows.unwrap_or_default(), summary.landed, "as many rows as were counted");
        assert!(read.len() + summary.skipped_total as usize <= bytes.len(), "no row without a byte");
        rows += summary.landed;
    }
    Ok(rows)
}

#[test]
fn damaged_files_are_read_or_refused() {
    let entries = fs_err::read_dir(fixtures("access")).expect("the fixtures are there");
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "mdb" || end == "accdb"));
    // Its 50,000 rounds of hashing leave no time for anything else; another file has the same without them.
    files.retain(|path| !path.ends_with("password_aes.accdb"));
    files.sort();
    let (mut dice, mut read, mut refused, mut worst) = (dice(23), 0, 0, Worst::default());
    let locked: Vec<_> = files.iter().map(|path| options(path).password.is_some()).collect();
    for round in 0..changes(CHANGES) {
        let path = &files[turn(&locked, round)];
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let mut bytes = fs_err::read(path).expect("the fixture is there");
        change(&mut bytes, &mut dice);
        let options = options(path);
        let result = worst.time(round, &name, || read_everything(&name, &bytes, &options));
        let count = if result.is_ok() { &mut read } else { &mut refused };
        *count += 1;
    }
    println!("access: {read} changed files were read, {refused} refused; {worst}");
    assert!(read > 0 && refused > 0, "{read} read, {refused} refused: one of both was not tried");
}
