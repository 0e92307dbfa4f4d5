//! Two at once, lost connections, crashes around the commit, cancelling.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use model::{Silent, Watch};
use targets::{Error, State};

use crate::school::{Book, School, options, sums};
use crate::server::Scratch;

#[test]
fn two_pushes_at_once_make_one_pupil() {
    let (scratch, _portal) = Scratch::portal();
    let reports: Vec<_> = std::thread::scope(|scope| {
        let run = |workspace| {
            let mut portal = scratch.connect();
            move || {
                let mut options = options();
                options.workspace = uuid::Uuid::from_u128(workspace);
                options.source_system = format!("laptop {workspace}");
                portal.push(&options, &mut School::pupils(50), &mut Book::default(), &Silent).unwrap()
            }
        };
        let workers = [scope.spawn(run(1)), scope.spawn(run(2))];
        workers.map(|worker| worker.join().unwrap()).into_iter().collect()
    });
    let mut sums: Vec<_> = reports.iter().map(sums).collect();
    sums.sort();
    assert_eq!(sums, ["students 0/0/50/0", "students 50/0/0/0"], "the second finds the first's");
    assert_eq!(scratch.value("SELECT count(*) FROM academic.students"), "50");
}

/// Cuts the connection when so many rows have gone by.
struct Cutter<'a> {
    scratch: &'a Scratch,
    at: u64,
    cut: AtomicBool,
}

// the scratch database's runtime is only used from the thread that watches
#[test]
fn a_connection_cut_in_the_middle_leaves_no_trace() {
    let (scratch, mut portal) = Scratch::portal();
    let before = scratch.contents();
    let cutter = Cutter { scratch: &scratch, at: 3_000, cut: AtomicBool::new(false) };
    let mut direct = options();
    direct.upload.direct_below = u64::MAX;
    let lost = portal.push(&direct, &mut School::pupils(6_000), &mut Book::default(), &cutter);
    assert!(matches!(lost, Err(Error::Interrupted)), "{lost:?}");
    assert_eq!(scratch.contents(), before);
    let report = portal.push(&options(), &mut School::pupils(10), &mut Book::default(), &Silent).unwrap();
    assert_eq!(sums(&report), "students 10/0/0/0", "the portal connects again by itself");
}

impl Watch for Cutter<'_> {
    fn progress(&self, done: u64, _: Option<u64>) {
        if done >= self.at && !self.cut.swap(true, Ordering::Relaxed) {
            let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Daftar' AND datname = current_database()";
            std::thread::scope(|scope| scope.spawn(|| self.scratch.rows(kill)).join().map(drop).unwrap());
        }
    }

    fn cancelled(&self) -> bool {
        false
    }
}

#[test]
fn killed_between_prepared_and_commit_nothing_is_there_and_the_batch_can_go_again() {
    let (scratch, mut portal) = Scratch::portal();
    let (before, once) = (scratch.contents(), options());
    let mut crash = Book { before_commit: Some(Box::new(|| Err("the power went".into()))), ..Book::default() };
    let lost = portal.push(&once, &mut School::family(), &mut crash, &Silent);
    assert!(matches!(lost, Err(Error::Receipt(_))), "{lost:?}");
    assert_eq!((scratch.contents(), portal.batch_state(once.batch, &Silent).unwrap()), (before.clone(), None));

    let admin = scratch.url();
    let address = std::env::var("DAFTAR_TEST_PG").unwrap();
    let kill = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Daftar' AND datname = '{}'",
        admin.database()
    );
    let mut cut = Book {
        before_commit: Some(Box::new(move || {
            let (address, kill) = (address.clone(), kill.clone());
            std::thread::spawn(move || crate::trouble::on_server(&address, &kill))
                .join()
                .map_err(|_| "the killer failed")?;
            Ok(())
        })),
        ..Book::default()
    };
    let lost = portal.push(&once, &mut School::family(), &mut cut, &Silent);
    assert!(matches!(lost, Err(Error::CommitUnknown { batch }) if batch == once.batch), "{lost:?}");
    assert!(lost.unwrap_err().written(), "it may have been written");
    assert_eq!(portal.batch_state(once.batch, &Silent).unwrap(), None, "asked, the server says no");
    assert_eq!(scratch.contents(), before);
    let mut book = Book::default();
    let report = portal.push(&once, &mut School::family(), &mut book, &Silent).unwrap();
    assert!(!report.repeated && book.applied.is_some());
    assert_eq!(portal.batch_state(once.batch, &Silent).unwrap(), Some(State::Applied));
}

pub(crate) fn on_server(address: &str, sql: &str) {
    use sqlx::Connection as _;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = sqlx::postgres::PgConnection::connect(address).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    });
}

/// Asks to stop after so many looks.
struct Impatient(AtomicU64);

impl Watch for Impatient {
    fn progress(&self, _: u64, _: Option<u64>) {}

    fn cancelled(&self) -> bool {
        self.0.fetch_sub(1, Ordering::Relaxed) <= 1
    }
}

#[test]
fn stopping_leaves_nothing_and_the_portal_can_be_used_again() {
    let (scratch, mut portal) = Scratch::portal();
    let before = scratch.contents();
    for looks in [1, 5, 9] {
        let impatient = Impatient(AtomicU64::new(looks));
        let stopped = portal.push(&options(), &mut School::pupils(6_000), &mut Book::default(), &impatient);
        assert!(matches!(stopped, Err(Error::Cancelled)), "after {looks}: {stopped:?}");
        assert_eq!(scratch.contents(), before);
    }
    let report = portal.push(&options(), &mut School::pupils(3), &mut Book::default(), &Silent).unwrap();
    assert_eq!(sums(&report), "students 3/0/0/0");
}
