//! Workers as they are in the product: real processes, of a program made for these tests.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use model::{RowBlock, Watch};

use super::damage::{Worst, changed, changes, dice, small_fixtures};
use super::golden::{describe, options};
use super::{fixtures, read_all};
use crate::worker::{Program, open_in};
use crate::{Error, Options, Source, Stop, scan};

/// The program that is built beside the tests.
fn program() -> Program {
    let tests = std::env::current_exe().expect("the test is a program");
    let folder = tests.parent().and_then(Path::parent).expect("it lies in a folder of its own");
    let path = folder.join("examples").join(format!("source_worker{}", std::env::consts::EXE_SUFFIX));
    assert!(path.is_file(), "cargo builds {} with the tests; `--lib` alone does not", path.display());
    Program::new(path)
}

fn open_with(program: &Program, path: &Path, options: &Options) -> Result<Box<dyn Source>, Error> {
    open_in(program, path, &mut scan::scan(path, &Arc::default())?, options)
}

fn workbook(name: &str) -> PathBuf {
    fixtures("workbook").join(name)
}

#[test]
fn a_worker_reads_what_the_program_itself_would() {
    let folders = [fixtures("workbook"), fixtures("html"), fixtures("sqlite")];
    let files = folders.iter().flat_map(|folder| fs_err::read_dir(folder).expect("the fixtures are there"));
    let mut compared = 0;
    for path in files.map(|entry| entry.expect("a readable folder").path()) {
        let golden = PathBuf::from(format!("{}.golden.txt", path.display()));
        if golden.is_file() {
            let found = describe(open_with(&program(), &path, &options(&path)));
            assert_eq!(found, fs_err::read_to_string(&golden).expect("a text"), "{}", path.display());
            compared += 1;
        }
    }
    assert!(compared >= 40, "only {compared} files");
}

#[test]
fn a_worker_over_its_memory_is_a_file_that_is_too_large() {
    let small = Program { memory: 24 * 1024 * 1024, ..program() };
    let result = open_with(&small, &workbook("far_cell.xls"), &Options::default());
    assert!(matches!(result.err(), Some(Error::TooLarge { file, .. }) if file == "far_cell.xls"), "and it has a name");
}

#[test]
fn a_silent_worker_is_ended() {
    let hasty = Program { silence: Duration::ZERO, ..program() };
    let start = Instant::now();
    let error = open_with(&hasty, &workbook("far_cell.xls"), &Options::default()).err();
    assert!(matches!(&error, Some(Error::Damaged { detail, .. }) if detail.contains("no answer")), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(5), "without waiting for it");
}

#[test]
fn garbage_instead_of_answers_and_no_program_at_all_are_errors() {
    let other = Program::new(std::env::current_exe().expect("the test is a program"));
    let error = open_with(&other, &workbook("calendar_1904.xls"), &Options::default()).err();
    assert!(matches!(&error, Some(Error::Damaged { .. })), "{error:?}");
    let none = Program::new(PathBuf::from("/no/such/program"));
    let error = open_with(&none, &workbook("calendar_1904.xls"), &Options::default()).err();
    assert!(matches!(&error, Some(Error::Io { .. })), "{error:?}");
}

/// A person who stops after the first rows.
#[derive(Default)]
struct Impatient(AtomicBool);

impl Watch for Impatient {
    fn progress(&self, _done: u64, _total: Option<u64>) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[test]
fn a_reading_that_was_given_up_can_begin_again() {
    let mut source = open_with(&program(), &workbook("far_cell.xls"), &Options::default()).expect("readable");
    let stopped = source.read(0, &mut |_| Ok(()), &Impatient::default());
    assert!(matches!(stopped, Err(Error::Cancelled(_))), "the person stopped it: {stopped:?}");
    let mut full = |_: &RowBlock| Err(Stop("cakera penuh".into()));
    let stopped = source.read(0, &mut full, &model::Silent).expect_err("the sink gave up");
    assert_eq!(stopped.into_stop().expect("it was the sink").to_string(), "cakera penuh");
    let (rows, _) = read_all(source.as_mut(), 0).expect("the worker is still there");
    assert_eq!(rows[0], (2, vec!["Aminah".to_owned(), "5A".to_owned()]));
    assert!(matches!(read_all(source.as_mut(), 9), Err(Error::NoSuchTable { table: 9, .. })), "errors come over whole");
}

#[test]
fn a_file_that_changed_under_a_worker_is_not_read() {
    let scratch = tempfile::tempdir().expect("a folder");
    let path = scratch.path().join("murid.xls");
    fs_err::copy(workbook("calendar_1904.xls"), &path).expect("room");
    let mut source = open_with(&program(), &path, &Options::default()).expect("readable");
    let file = std::fs::File::options().append(true).open(&path).expect("writable");
    file.set_modified(std::time::SystemTime::now() + Duration::from_secs(60)).expect("a time can be set");
    assert!(matches!(read_all(source.as_mut(), 0), Err(Error::Changed { .. })), "it changed");
}

/// Changes to the files of each reader: some in every run, as many as wanted by hand.
const CHANGES: u64 = 40;

/// Opens and reads `bytes`; gives whether there were rows.
fn attack(path: &Path, bytes: &[u8]) -> bool {
    fs_err::write(path, bytes).expect("room for a small file");
    let read = open_with(&program(), path, &options(path)).and_then(|mut source| {
        (0..source.probe().tables.len()).try_for_each(|table| read_all(source.as_mut(), table).map(drop))
    });
    read.is_ok()
}

/// Changes the workbooks with `ending` in turn, `count` times; each is read by a worker of its own.
fn attack_all(ending: &str, count: u64, seed: u64, locked: bool) {
    let mut files = small_fixtures("workbook", &[ending]);
    files.retain(|path| options(path).password.is_some() == locked);
    let scratch = tempfile::tempdir().expect("a folder");
    let (mut dice, mut read, mut worst) = (dice(seed), 0, Worst::default());
    for round in 0..count {
        let original = &files[round as usize % files.len()];
        let path = scratch.path().join(original.file_name().expect("a name"));
        if locked && round < files.len() as u64 {
            fs_err::copy(beside(original), beside(&path)).expect("room");
        }
        let bytes = changed(&fs_err::read(original).expect("readable"), &mut dice);
        let name = path.to_string_lossy();
        read += u64::from(!bytes.is_empty() && worst.time(round, &name, || attack(&path, &bytes)));
    }
    println!("{ending}: {read} of {count} changed files were read, the others refused; {worst}");
    assert!(read * 30 > count || count < 100, "only {read} of {count} were read: the test shows little");
}

/// Where the password of the fixture at `path` stands.
fn beside(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.password.txt", path.display()))
}

#[test]
fn damaged_old_workbooks_end_in_rows_or_an_error() {
    attack_all(".xls", changes(CHANGES), 31, false);
}

#[test]
fn damaged_binary_workbooks_end_in_rows_or_an_error() {
    attack_all(".xlsb", changes(CHANGES), 32, false);
}

#[test]
fn damaged_open_documents_end_in_rows_or_an_error() {
    attack_all(".ods", changes(CHANGES), 33, false);
}

#[test]
fn damaged_workbooks_under_a_password_end_in_rows_or_an_error() {
    // Making a key out of a password is slow on purpose.
    attack_all(".xlsx", changes(CHANGES).div_ceil(20), 34, true);
}
