//! The upload: chunks go on where a try was cut off, and nothing but what was sent is applied.

use std::sync::atomic::{AtomicU64, Ordering};

use model::{Silent, Watch};
use targets::{Error, PushOptions, State, Upload};
use uuid::Uuid;

use crate::school::{Book, School, options, sums};
use crate::server::Scratch;

/// Chunks of a few pupils, whatever their number.
fn in_chunks() -> PushOptions {
    PushOptions { upload: Upload { id: Uuid::new_v4(), chunk_bytes: 4_096, direct_below: 0 }, ..options() }
}

const CHUNKS: &str = "SELECT count(*) FROM migration.incoming_chunks";
const ROWS: &str = "SELECT count(*) FROM migration.incoming_rows";

/// Cuts Daftar's connection as the server sees it, when the apply begins or after so many reports.
struct Cutter<'a> {
    scratch: &'a Scratch,
    at_step: Option<&'static str>,
    at_row: u64,
    then: &'static str,
    acted: AtomicU64,
}

impl<'a> Cutter<'a> {
    fn at_step(scratch: &'a Scratch, step: &'static str, then: &'static str) -> Self {
        Self { scratch, at_step: Some(step), at_row: u64::MAX, then, acted: AtomicU64::new(0) }
    }

    fn act(&self) {
        if self.acted.fetch_add(1, Ordering::Relaxed) == 0 {
            std::thread::scope(|scope| scope.spawn(|| self.scratch.rows(self.then)).join().map(drop).unwrap());
        }
    }
}

const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'Daftar' AND datname = current_database()";

impl Watch for Cutter<'_> {
    fn progress(&self, done: u64, _: Option<u64>) {
        if done >= self.at_row {
            self.act();
        }
    }

    fn step(&self, step: &'static str) {
        if self.at_step == Some(step) {
            self.act();
        }
    }

    fn cancelled(&self) -> bool {
        false
    }
}

#[test]
fn an_uploaded_push_is_the_same_push_and_leaves_nothing_behind() {
    let (direct, mut portal) = Scratch::portal();
    let mut plain = options();
    let one = portal.push(&plain, &mut School::family(), &mut Book::default(), &Silent).unwrap();
    let (uploaded, mut portal) = Scratch::portal();
    plain = PushOptions { upload: in_chunks().upload, ..plain };
    let two = portal.push(&plain, &mut School::family(), &mut Book::default(), &Silent).unwrap();
    assert_eq!((one.entities, one.fingerprint), (two.entities, two.fingerprint));
    let pupils =
        "SELECT string_agg(id || full_name || coalesce(address::text, ''), ';' ORDER BY id) FROM academic.students";
    assert_eq!(direct.value(pupils), uploaded.value(pupils), "the same rows under the same numbers");
    assert_eq!((uploaded.value(CHUNKS), uploaded.value(ROWS)), ("0".to_owned(), "0".to_owned()));
}

#[test]
fn a_connection_cut_between_upload_and_apply_sends_nothing_again() {
    let (scratch, mut portal) = Scratch::portal();
    let (push, mut school) = (in_chunks(), School::pupils(400));
    let cutter = Cutter::at_step(&scratch, "write", CUT);
    let lost = portal.push(&push, &mut school, &mut Book::default(), &cutter);
    assert!(matches!(lost, Err(Error::Interrupted)), "{lost:?}");
    let (chunks, sent) = (scratch.value(CHUNKS), scratch.value("SELECT max(sent_at) FROM migration.incoming_chunks"));
    assert!(chunks.parse::<u64>().unwrap() > 10, "{chunks} chunks wait");
    assert_eq!(scratch.value("SELECT count(*) FROM academic.students"), "0");
    let again = Cutter::at_step(
        &scratch,
        "write",
        "CREATE TABLE public.seen AS SELECT max(sent_at) AS at FROM migration.incoming_chunks",
    );
    let report = portal.push(&push, &mut school, &mut Book::default(), &again).unwrap();
    assert_eq!(sums(&report), "students 400/0/0/0");
    assert_eq!(scratch.value("SELECT at FROM public.seen"), sent, "no chunk was sent a second time");
    assert_eq!(scratch.value(ROWS), "0");
}

#[test]
fn a_connection_cut_during_the_upload_goes_on_by_itself() {
    let (scratch, mut portal) = Scratch::portal();
    let cutter = Cutter { at_row: 1_000, ..Cutter::at_step(&scratch, "none", CUT) };
    let report = portal.push(&in_chunks(), &mut School::pupils(3_000), &mut Book::default(), &cutter).unwrap();
    assert_eq!(sums(&report), "students 3000/0/0/0");
    assert_eq!(scratch.value("SELECT count(DISTINCT national_id) FROM academic.students"), "3000");
}

#[test]
fn what_a_crash_of_the_server_emptied_is_sent_again() {
    let (scratch, mut portal) = Scratch::portal();
    // that is what a crash does to unlogged tables
    let crash = "TRUNCATE migration.incoming_chunks, migration.incoming_rows";
    let cutter = Cutter::at_step(&scratch, "write", crash);
    let report = portal.push(&in_chunks(), &mut School::pupils(300), &mut Book::default(), &cutter).unwrap();
    assert_eq!(sums(&report), "students 300/0/0/0");
}

#[test]
fn other_rows_in_place_of_ours_are_never_applied() {
    let (scratch, mut portal) = Scratch::portal();
    let (push, mut school) = (in_chunks(), School::pupils(300));
    let strange = "UPDATE migration.incoming_chunks SET sha256 = 'of another computer' WHERE chunk = 1";
    let report = portal.push(&push, &mut school, &mut Book::default(), &Cutter::at_step(&scratch, "write", strange));
    assert_eq!(sums(&report.unwrap()), "students 300/0/0/0", "the chunk was sent again");
    let fewer = PushOptions { upload: push.upload, ..options() };
    let lost = Cutter::at_step(&scratch, "write", CUT);
    let cut = portal.push(&fewer, &mut School::pupils(500), &mut Book::default(), &lost);
    assert!(cut.is_err(), "left chunks of 500 pupils");
    let report = portal.push(&fewer, &mut School::pupils(200), &mut Book::default(), &Silent).unwrap();
    assert_eq!(sums(&report), "students 0/0/200/0", "only what is there now");
    assert_eq!(scratch.value(ROWS), "0");
}

#[test]
fn a_stop_a_refusal_and_age_clear_the_incoming_tables_and_a_rehearsal_keeps_them() {
    let (scratch, mut portal) = Scratch::portal();
    let mut refused = in_chunks();
    refused.max_reject_percent = 10;
    let mut school = School::pupils(100);
    (1..=20).for_each(|number| school.set("students", number, "status", ""));
    let report = portal.push(&refused, &mut school, &mut Book::default(), &Silent).unwrap();
    assert_eq!((report.state, scratch.value(ROWS).as_str()), (State::Refused, "0"));

    let mut rehearsal = in_chunks();
    rehearsal.rehearse = true;
    portal.push(&rehearsal, &mut School::pupils(50), &mut Book::default(), &Silent).unwrap();
    assert_eq!(scratch.value(ROWS), "50", "for the push after it");
    scratch.rows("UPDATE migration.incoming_chunks SET sent_at = now() - interval '8 days'");
    portal.push(&in_chunks(), &mut School::pupils(5), &mut Book::default(), &Silent).unwrap();
    assert_eq!((scratch.value(CHUNKS), scratch.value(ROWS)), ("0".to_owned(), "0".to_owned()), "too old");

    struct Stop;
    impl Watch for Stop {
        fn progress(&self, _: u64, _: Option<u64>) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    let stopped = portal.push(&in_chunks(), &mut School::pupils(3_000), &mut Book::default(), &Stop);
    assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");
    assert_eq!(scratch.value(ROWS), "0");
}
