//! Opening a source that may take long: how far it is, and whether somebody still wants it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use model::{Cancelled, Watch};

use crate::error::Error;

/// How often the person is told how far it is, and asked whether to stop.
const ASK_EVERY: Duration = Duration::from_millis(50);

/// Shared by whoever opens a source and whoever waits for it.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    done: AtomicU64,
    total: AtomicU64,
    stopped: AtomicBool,
}

impl Pace {
    /// Says how many bytes there are.
    pub(crate) fn expect(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    fn tell(&self, watch: &dyn Watch) {
        let (done, total) = (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        watch.progress(done, (total > 0).then_some(total));
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

impl Watch for Pace {
    fn progress(&self, done: u64, _total: Option<u64>) {
        self.done.store(done, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// Does `open` in a thread of its own and tells `watch` how far it is. Where the person stops it, this ends at once,
/// also while the system waits for a disk or a network that does not answer; the thread ends when it next looks.
///
/// # Errors
///
/// Those of `open`; [`Error::Cancelled`]; [`Error::Damaged`] for `file` where it panics.
pub(crate) fn watched<T: Send + 'static>(
    file: &str,
    watch: &dyn Watch,
    open: impl FnOnce(&Arc<Pace>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let pace = Arc::new(Pace::default());
    let (sender, receiver) = sync_channel(1);
    let theirs = Arc::clone(&pace);
    thread::spawn(move || {
        let opened = open(&theirs);
        // The pass over the file that was begun is of no use where nothing could be opened.
        if opened.is_err() {
            theirs.stop();
        }
        // Nobody may be waiting any more.
        drop(sender.send(opened));
    });
    loop {
        match receiver.recv_timeout(ASK_EVERY) {
            Ok(opened) => return opened,
            Err(RecvTimeoutError::Disconnected) => return Err(Error::damaged(file, "", 0, "the reader broke off")),
            Err(RecvTimeoutError::Timeout) => pace.tell(watch),
        }
        if watch.cancelled() {
            pace.stop();
            return Err(Cancelled.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Notes what it is told, and stops after that where it should.
    #[derive(Default)]
    struct Person {
        told: Mutex<Vec<(u64, Option<u64>)>>,
        stops: bool,
    }

    impl Watch for Person {
        fn progress(&self, done: u64, total: Option<u64>) {
            self.told.lock().expect("no panic").push((done, total));
        }

        fn cancelled(&self) -> bool {
            self.stops && !self.told.lock().expect("no panic").is_empty()
        }
    }

    #[test]
    fn a_person_hears_how_far_it_is_and_gets_what_was_opened() {
        let person = Person::default();
        let (go_on, wait) = sync_channel::<()>(0);
        let opened = thread::scope(|scope| {
            let opening = scope.spawn(|| {
                watched("a.sql", &person, move |pace| {
                    pace.expect(10);
                    pace.progress(4, None);
                    wait.recv().expect("told to go on");
                    Ok(7)
                })
            });
            while person.told.lock().expect("no panic").is_empty() {
                thread::yield_now();
            }
            go_on.send(()).expect("it waits");
            opening.join().expect("no panic")
        });
        assert_eq!(opened.ok(), Some(7));
        assert_eq!(person.told.lock().expect("no panic").first(), Some(&(4, Some(10))));
    }

    #[test]
    fn a_person_who_stops_does_not_wait_for_a_disk_that_never_answers() {
        let person = Person { stops: true, ..Person::default() };
        let (never, answers) = sync_channel::<()>(0);
        let (says, hears) = sync_channel(1);
        let stopped = watched::<()>("a.sql", &person, move |pace| {
            let _ = answers.recv();
            says.send(pace.cancelled()).expect("somebody hears");
            Ok(())
        });
        assert!(matches!(stopped, Err(Error::Cancelled(_))), "{stopped:?}");
        drop(never);
        assert_eq!(hears.recv(), Ok(true), "the thread that was left behind learns that it is not wanted");
    }

    #[test]
    fn a_panic_while_opening_is_an_error_about_the_file() {
        let broken = watched::<()>("a.sql", &model::Silent, |_| panic!("damaged"));
        assert!(matches!(broken, Err(Error::Damaged { file, .. }) if file == "a.sql"));
    }
}
