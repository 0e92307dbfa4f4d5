//! Tests of the project file as a whole: keys, damage, two at once, sudden ends, nothing in the clear.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use model::{Lang, Words};

use super::*;
use crate::users::Role;
use crate::vault::header::HEADER_BYTES;
use crate::vault::recovery::RecoveryKey;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;
const PASSPHRASE: &str = "rahsia sekolah";

fn new_project() -> NewProject<'static> {
    NewProject {
        school: "Sekolah Contoh",
        code: "ABC1234",
        country: "MY",
        language: Lang::Ms,
        year: None,
        user: "Aminah",
        display_name: "Puan Aminah",
        passphrase: PASSPHRASE,
        kdf: Kdf::CHEAP,
        now: NOW,
    }
}

/// A closed project in a folder of its own.
struct Closed {
    _folder: tempfile::TempDir,
    path: PathBuf,
    recovery: RecoveryKey,
}

impl Closed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sekolah.daftar");
        let (project, recovery) = Project::create(&path, &new_project()).unwrap();
        project.connection().execute_batch("CREATE TABLE t (a TEXT) STRICT").unwrap();
        project.close().unwrap();
        Self { _folder: folder, path, recovery }
    }

    fn open(&self) -> Result<Project> {
        Project::open(&self.path, "aminah", PASSPHRASE, NOW)
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).unwrap()
    }

    fn neighbours(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.path.parent().unwrap()).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn count(project: &Project) -> i64 {
    project.connection().query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
}

fn insert(connection: &Connection, text: &str, rows: u32) {
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
               INSERT INTO t SELECT ?1 || i FROM n";
    connection.execute(sql, rusqlite::params![text, rows]).unwrap();
}

#[test]
fn a_project_is_one_file_that_its_user_opens() {
    let closed = Closed::new();
    assert_eq!(closed.neighbours(), ["sekolah.daftar"], "nothing lies beside a closed project");
    let project = closed.open().unwrap();
    assert_eq!((project.user().name.as_str(), project.user().role), ("Aminah", Role::Administrator));
    assert_eq!(Project::peek(&closed.path).unwrap(), Peek { project: project.id(), format_version: FORMAT_VERSION });
    let mode: String = project.connection().query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    project.check_integrity().unwrap();
    drop(project);
    assert_eq!(closed.neighbours(), ["sekolah.daftar"], "nor beside one that was dropped");
    let again = Project::create(&closed.path, &new_project());
    assert!(matches!(again, Err(Error::AlreadyExists { .. })), "an existing file is never written over");
}

#[test]
fn a_wrong_passphrase_and_an_unknown_user_look_alike() {
    let closed = Closed::new();
    let wrong = Project::open(&closed.path, "aminah", "rahsia sekolaH", NOW).unwrap_err();
    let unknown = Project::open(&closed.path, "nobody", PASSPHRASE, NOW).unwrap_err();
    assert_eq!(wrong.message(), unknown.message());
    assert_eq!((wrong.code(), unknown.code()), ("WrongPassphrase", "WrongPassphrase"));
    assert_eq!(closed.neighbours(), ["sekolah.daftar"], "who is refused leaves no lock behind");
    let name = b"aminah";
    let shows = closed.bytes().to_ascii_lowercase().windows(name.len()).any(|part| part == name);
    assert!(!shows, "no name stands in the clear");
    Project::open_as_creator(&closed.path, PASSPHRASE, NOW).unwrap();
}

#[test]
fn the_recovery_key_lets_a_user_in_again() {
    let closed = Closed::new();
    let typed = RecoveryKey::parse(&closed.recovery.text()).unwrap();
    let other = RecoveryKey::random().unwrap();
    let recover = |key: &RecoveryKey, user| Project::open_with_recovery(&closed.path, key, user, "baru sekali", NOW);
    assert!(matches!(recover(&other, "aminah"), Err(Error::WrongRecoveryKey)));
    assert!(matches!(recover(&typed, "nobody"), Err(Error::UnknownUser { .. })));
    let project = recover(&typed, "aminah").unwrap();
    let renewed = project.renew_recovery_key(NOW).unwrap();
    drop(project);
    assert!(matches!(closed.open(), Err(Error::WrongPassphrase)), "the forgotten passphrase is gone");
    drop(Project::open_as_creator(&closed.path, "baru sekali", NOW).unwrap());
    assert!(matches!(recover(&typed, "aminah"), Err(Error::WrongRecoveryKey)), "the old key was replaced");
    recover(&renewed, "aminah").unwrap();
}

#[test]
fn a_changed_passphrase_is_the_only_one() {
    let closed = Closed::new();
    let project = closed.open().unwrap();
    let change = |old, new| project.change_passphrase("aminah", old, new, NOW);
    assert!(matches!(change("salah sama sekali", "laut dalam"), Err(Error::WrongPassphrase)));
    assert!(matches!(change(PASSPHRASE, "pendek"), Err(Error::PassphraseTooShort { .. })));
    change(PASSPHRASE, "cafe\u{301} di pantai").unwrap();
    drop(project);
    assert!(matches!(closed.open(), Err(Error::WrongPassphrase)));
    // The same letter, as another keyboard sends it.
    Project::open(&closed.path, "aminah", "caf\u{e9} di pantai", NOW).unwrap();
}

#[test]
fn a_user_disabled_after_a_power_cut_is_still_kept_out() {
    let closed = Closed::new();
    let project = closed.open().unwrap();
    project.connection().execute("UPDATE user SET disabled = 1", []).unwrap();
    drop(project);
    assert!(matches!(closed.open(), Err(Error::UserDisabled { .. })), "the slot is there, the row says no");
}

#[test]
fn an_older_app_refuses_a_newer_project() {
    let closed = Closed::new();
    let raise = |format_version| {
        let handle = Handle::of(&closed.path).unwrap();
        let mut header = Header::read(&handle, u32::MAX).unwrap();
        header.format_version = format_version;
        header.save(&handle).unwrap();
    };
    raise(FORMAT_VERSION + 1);
    let refused = Project::open(&closed.path, "nobody", "", NOW).unwrap_err();
    assert_eq!(refused.code(), "ProjectNewerThanApp", "before any key is asked");
    raise(FORMAT_VERSION);
    closed.open().unwrap().connection().execute("UPDATE meta SET format_version = 99", []).unwrap();
    assert!(matches!(closed.open(), Err(Error::NewerThanApp { file_version: 99, .. })), "the database is asked too");
    let mut bytes = closed.bytes();
    bytes[16] = 2;
    std::fs::write(&closed.path, bytes).unwrap();
    assert!(matches!(closed.open(), Err(Error::NewerThanApp { file_version: 2, .. })), "so is the container");
}

#[test]
fn an_older_project_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lama.daftar");
    let made = create::Made::begin(&new_project()).unwrap();
    std::fs::write(&path, "").unwrap();
    made.write(&path, &new_project(), &migrate::MIGRATIONS[..1]).unwrap();
    assert_eq!(Project::peek(&path).unwrap().format_version, 1);
    let project = Project::open(&path, "aminah", PASSPHRASE, NOW).unwrap();
    let version: u32 = project.connection().query_row("SELECT format_version FROM meta", [], |row| row.get(0)).unwrap();
    assert_eq!(version, FORMAT_VERSION);
    assert_eq!(Project::peek(&path).unwrap().format_version, FORMAT_VERSION);
}

#[test]
fn a_torn_write_of_the_header_loses_nothing() {
    let closed = Closed::new();
    let whole = closed.bytes();
    for copy in [4096, 32_768] {
        let mut torn = whole.clone();
        torn[copy + 100..copy + 600].fill(0xAA);
        std::fs::write(&closed.path, &torn).unwrap();
        closed.open().unwrap().change_passphrase("aminah", PASSPHRASE, PASSPHRASE, NOW).unwrap();
        let mended = closed.bytes();
        assert_ne!(mended[copy + 100..copy + 600], [0xAA; 500], "the next change mends the copy at {copy}");
        std::fs::write(&closed.path, &whole).unwrap();
    }
    let mut lost = whole;
    lost[5000] ^= 1;
    lost[33_000] ^= 1;
    std::fs::write(&closed.path, lost).unwrap();
    assert!(matches!(closed.open(), Err(Error::Corrupt { part: "slots" })));
}

#[test]
fn what_is_no_project_is_refused() {
    let closed = Closed::new();
    let whole = closed.bytes();
    let opened_with = |bytes: &[u8]| {
        std::fs::write(&closed.path, bytes).unwrap();
        let opened = closed.open().and_then(|project| project.check_integrity());
        opened.expect_err(&format!("{} bytes were taken", bytes.len()))
    };
    for other in [&b""[..], b"SQLite format 3\0", b"\x89PNG\r\n\x1a\n", &[0; 100_000]] {
        assert!(matches!(opened_with(other), Error::NotAProject { .. }));
    }
    assert!(matches!(opened_with(&whole[..40]), Error::Corrupt { part: "header" }));
    assert!(matches!(opened_with(&whole[..30_000]), Error::Corrupt { .. } | Error::WrongPassphrase));
    for at in [HEADER_BYTES, HEADER_BYTES + 4096, whole.len() - 8192, whole.len() - 1] {
        assert!(matches!(opened_with(&whole[..at]), Error::Corrupt { part: "database" }), "cut at {at}");
    }
    let mut flipped = whole.clone();
    flipped[HEADER_BYTES + 3000] ^= 1;
    assert!(matches!(opened_with(&flipped), Error::Corrupt { part: "database" }), "a changed page is noticed");
    std::fs::remove_file(&closed.path).unwrap();
    assert!(matches!(closed.open(), Err(Error::NoSuchFile { .. })));
    assert!(closed.neighbours().is_empty(), "asking for a file that is not there leaves nothing");
}

#[test]
fn two_projects_are_open_at_once() {
    let (one, two) = (Closed::new(), Closed::new());
    let (first, second) = (one.open().unwrap(), two.open().unwrap());
    insert(first.connection(), "a", 3);
    insert(second.connection(), "b", 5);
    assert_eq!((count(&first), count(&second)), (3, 5));
    assert!(matches!(one.open(), Err(Error::Busy { .. })), "the same one is not opened twice");
    assert_eq!(Project::peek(&one.path).unwrap().project, first.id(), "but may be looked at");
}

#[test]
fn readers_see_what_was_committed_and_write_nothing() {
    let closed = Closed::new();
    let project = closed.open().unwrap();
    let readers = [project.reader().unwrap(), project.reader().unwrap()];
    let writing = project.connection().unchecked_transaction().unwrap();
    insert(&writing, "x", 5000);
    let seen = |reader: &Reader| -> i64 {
        reader.connection().query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(readers.each_ref().map(seen), [0, 0], "what is not committed is not seen");
    writing.commit().unwrap();
    assert_eq!(readers.each_ref().map(seen), [5000, 5000]);
    assert!(readers[0].connection().execute("DELETE FROM t", []).is_err(), "a reader writes nothing");
    let handed_over = std::thread::spawn(move || seen(&readers[0]));
    assert_eq!(handed_over.join().unwrap(), 5000);
    drop(project);
    assert!(closed.open().is_ok(), "the readers are gone, so the project is free");
}

#[test]
fn a_reader_keeps_the_project_to_itself() {
    let closed = Closed::new();
    let project = closed.open().unwrap();
    let reader = project.reader().unwrap();
    drop(project);
    assert!(matches!(closed.open(), Err(Error::Busy { .. })), "a pass is still running");
    drop(reader);
    closed.open().unwrap();
}

#[test]
fn the_file_shrinks_and_stays_whole() {
    let closed = Closed::new();
    let project = closed.open().unwrap();
    insert(project.connection(), "panjang sekali ", 400_000);
    project.checkpoint().unwrap();
    let large = closed.bytes().len();
    project.connection().execute_batch("DELETE FROM t WHERE rowid % 50; VACUUM").unwrap();
    project.checkpoint().unwrap();
    assert!(closed.bytes().len() < large / 4, "VACUUM gives room back");
    project.check_integrity().unwrap();
    project.close().unwrap();
    let project = closed.open().unwrap();
    assert_eq!(count(&project), 8000);
    project.durable(|connection| Ok(connection.execute("DELETE FROM t", [])?)).unwrap();
    let level: i64 = project.connection().query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap();
    assert_eq!(level, 1, "NORMAL again");
}

#[test]
fn nothing_lies_in_the_clear() {
    let closed = Closed::new();
    let project = closed.open().unwrap();
    let reader = project.reader().unwrap();
    let writing = project.connection().unchecked_transaction().unwrap();
    insert(&writing, "Nurul Contoh binti Rekaan ", 50_000);
    let sorted = "SELECT a FROM t ORDER BY a DESC LIMIT 1";
    let _: String = writing.query_row(sorted, [], |row| row.get(0)).unwrap();
    assert_no_plaintext(&closed, "in the middle of a transaction");
    writing.commit().unwrap();
    assert_no_plaintext(&closed, "while open");
    drop(reader);
    project.close().unwrap();
    assert_no_plaintext(&closed, "once closed");
}

fn assert_no_plaintext(closed: &Closed, when: &str) {
    let texts: [&[u8]; 4] = [b"Nurul Contoh", b"Sekolah Contoh", b"CREATE TABLE", b"SQLite format 3"];
    for name in closed.neighbours() {
        let bytes = std::fs::read(closed.path.with_file_name(&name)).unwrap();
        for text in texts {
            let found = bytes.windows(text.len()).position(|part| part == text);
            assert_eq!(found, None, "{} in {name} {when}", String::from_utf8_lossy(text));
        }
    }
}

#[test]
fn another_sqlite_refuses_the_file() {
    let closed = Closed::new();
    let plain = Connection::open(&closed.path).unwrap();
    let refused = plain.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(())).unwrap_err();
    assert_eq!(refused.sqlite_error_code(), Some(rusqlite::ErrorCode::NotADatabase));
}

#[test]
fn a_backup_is_whole_and_comes_back() {
    let closed = Closed::new();
    let project = closed.open().unwrap();
    let _reader = project.reader().unwrap();
    insert(project.connection(), "x", 20_000);
    let (backup, restored) = (closed.path.with_extension("bak"), closed.path.with_file_name("lagi.daftar"));
    let made = project.backup_to(&backup, NOW).unwrap();
    assert_eq!(made.bytes, std::fs::metadata(&backup).unwrap().len());
    assert!(matches!(project.backup_to(&backup, NOW), Err(Error::AlreadyExists { .. })));
    insert(project.connection(), "later", 1);
    restore(&backup, &restored).unwrap();
    let copy = Project::open(&restored, "aminah", PASSPHRASE, NOW).unwrap();
    assert_eq!((count(&copy), count(&project)), (20_000, 20_001));
    assert!(matches!(restore(&backup, &restored), Err(Error::AlreadyExists { .. })));
    assert!(matches!(
        restore(&closed.path.with_extension("none"), &backup.with_extension("x")),
        Err(Error::NoSuchFile { .. })
    ));
    drop((copy, project, _reader));
    assert_eq!(closed.neighbours(), ["lagi.daftar", "sekolah.bak", "sekolah.daftar"]);
}

#[test]
fn a_project_that_cannot_be_made_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.daftar");
    let short = Project::create(&path, &NewProject { passphrase: "pendek", ..new_project() });
    assert!(matches!(short, Err(Error::PassphraseTooShort { .. })));
    assert!(matches!(Project::create(&path, &NewProject { user: " ", ..new_project() }), Err(Error::BadUserName)));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let nowhere = folder.path().join("none/a.daftar");
    assert!(matches!(Project::create(&nowhere, &new_project()), Err(Error::NoSuchFile { .. })));
}

#[test]
fn the_log_of_access_shows_tampering() {
    let closed = Closed::new();
    let project = closed.open().unwrap();
    for number in 0..50 {
        project.log("test.done", &[("number", &number.to_string())], NOW).unwrap();
    }
    let connection = project.connection();
    let whole = access_log::verify_chain(connection).unwrap();
    assert_eq!((whole.entries, whole.broken_at), (52, None), "made, opened, and 50 more");
    let page = access_log::page(connection, Some(51), 10).unwrap();
    assert_eq!((page[0].seq, page[9].seq), (50, 41), "newest first");
    assert!(connection.execute("DELETE FROM access_log WHERE seq = 7", []).is_err(), "append-only");
    assert!(connection.execute("UPDATE access_log SET user = 'x'", []).is_err(), "append-only");
    connection.execute_batch("DROP TRIGGER access_log_is_not_changed").unwrap();
    connection.execute("UPDATE access_log SET user = 'x' WHERE seq = 20", []).unwrap();
    assert_eq!(access_log::verify_chain(connection).unwrap().broken_at, Some(20));
}

/// Set for a process that a test starts: the project it shall work in.
const CHILD: &str = "DAFTAR_TEST_CHILD";

/// What the started process does: it opens the project, writes without an end, and waits to be killed.
/// As a test of the ordinary run it has nothing to do.
#[test]
fn child_that_is_killed() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let project = Project::open(&PathBuf::from(path), "aminah", PASSPHRASE, NOW).unwrap();
    insert(project.connection(), "committed ", 1000);
    let writing = project.connection().unchecked_transaction().unwrap();
    writing.execute_batch("PRAGMA cache_size = 10").unwrap();
    insert(&writing, "lost ", 100_000);
    println!("\nhalf way");
    std::io::stdout().flush().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(60));
}

/// Starts [`child_that_is_killed`] and waits until it is in the middle of a transaction.
fn child_half_way(closed: &Closed) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "project::tests::child_that_is_killed", "--nocapture"])
        .env(CHILD, &closed.path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = std::io::BufReader::new(child.stdout.take().unwrap());
    let half_way = std::io::BufRead::lines(said).map_while(std::io::Result::ok).any(|line| line == "half way");
    assert!(half_way, "the child ended early");
    child
}

#[test]
fn a_second_process_is_refused_and_a_killed_one_leaves_a_whole_project() {
    let closed = Closed::new();
    let mut child = child_half_way(&closed);
    assert!(matches!(closed.open(), Err(Error::Busy { .. })), "another process works in it");
    assert!(Project::peek(&closed.path).is_ok());
    let log = closed.path.with_extension("daftar-wal");
    assert!(std::fs::metadata(&log).unwrap().len() > 1_000_000, "the transaction is on its way to the disk");
    child.kill().unwrap();
    child.wait().unwrap();
    let project = closed.open().unwrap();
    assert_eq!(count(&project), 1000, "what was committed, and nothing of the rest");
    project.check_integrity().unwrap();
    assert_eq!(access_log::verify_chain(project.connection()).unwrap().broken_at, None);
    project.close().unwrap();
    assert_eq!(closed.neighbours(), ["sekolah.daftar"]);
}

#[test]
fn the_lock_goes_from_one_to_the_next() {
    let closed = Closed::new();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let path = closed.path.clone();
            std::thread::spawn(move || {
                let mut opened = 0;
                while opened < 10 {
                    match Project::open(&path, "aminah", PASSPHRASE, NOW) {
                        Ok(project) => {
                            insert(project.connection(), "x", 1);
                            opened += 1;
                        }
                        Err(Error::Busy { .. }) => std::thread::yield_now(),
                        Err(other) => panic!("{other}"),
                    }
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(count(&closed.open().unwrap()), 40, "each opened it ten times, never two at once");
}

#[test]
fn every_sentence_is_in_both_languages() {
    let keys = |lang: Lang| {
        let lists = crate::WORDS.into_iter().filter(|(list, _)| *list == lang);
        let mut keys: Vec<_> = lists.flat_map(|(_, list)| model::words::parse(list)).map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys
    };
    let english = keys(Lang::En);
    assert_eq!(english, keys(Lang::Ms));
    let words = Words::new(Lang::Ms, &crate::WORDS);
    let needed = Role::ALL.map(|role| format!("role.{}", role.code())).into_iter();
    let needed = needed.chain(Permission::ALL.map(|permission| format!("permission.{}", permission.code())));
    let needed = needed.chain(access_log::ACTIONS.map(|action| format!("access.{action}")));
    for key in needed {
        assert!(words.has(&key), "{key} is missing");
    }
}

#[test]
fn a_project_is_copied_in_the_session_that_made_it() {
    let folder = tempfile::tempdir().unwrap();
    let (project, _) = Project::create(&folder.path().join("baharu.daftar"), &new_project()).unwrap();
    let copy = folder.path().join("salinan.daftar");
    project.backup_to(&copy, NOW).unwrap();
    assert!(Project::open(&copy, "aminah", PASSPHRASE, NOW).is_ok(), "the copy opens");
}
