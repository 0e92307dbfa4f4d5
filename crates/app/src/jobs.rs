//! Long work in threads: progress at most ten times a second, cancel, and no panic that ends Daftar.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use model::Watch;

use crate::dto::{ErrorView, JobView};
use crate::host::Host;

/// The shortest time between two reports of one job.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// What a job gives when it ends well: a sentence and a JSON document.
pub struct Finished {
    /// What came of it.
    pub sentence: String,
    /// The result as the command promises it.
    pub result: serde_json::Value,
}

/// All jobs of this run of Daftar.
#[derive(Default)]
pub struct Jobs {
    next: AtomicU64,
    all: Arc<Mutex<BTreeMap<u64, Arc<Ticket>>>>,
}

/// One job as others see it.
struct Ticket {
    cancel: AtomicBool,
    view: Mutex<JobView>,
}

/// The watch that a running job reports to.
struct Reporter {
    ticket: Arc<Ticket>,
    host: Arc<dyn Host>,
    began: Instant,
    last: Mutex<Instant>,
}

/// Locks without caring whether a panic happened while the lock was held: the data are plain values.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Jobs {
    /// Starts `work` in a thread of its own and returns the job's number.
    ///
    /// `bug` is the error to show where the work panics.
    pub fn start<F>(
        &self,
        host: Arc<dyn Host>,
        kind: &str,
        title: String,
        unit: String,
        bug: ErrorView,
        work: F,
    ) -> String
    where
        F: FnOnce(&dyn Watch) -> Result<Finished, ErrorView> + Send + 'static,
    {
        let number = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let ticket =
            Arc::new(Ticket { cancel: AtomicBool::new(false), view: Mutex::new(begun(number, kind, title, unit)) });
        lock(&self.all).insert(number, Arc::clone(&ticket));
        let now = Instant::now();
        let reporter = Reporter { ticket, host, began: now, last: Mutex::new(now) };
        reporter.tell();
        std::thread::spawn(move || {
            let ended = catch_unwind(AssertUnwindSafe(|| work(&reporter))).unwrap_or(Err(bug));
            reporter.end(ended);
        });
        number.to_string()
    }

    /// The jobs of this run, newest first.
    #[must_use]
    pub fn list(&self) -> Vec<JobView> {
        lock(&self.all).values().rev().map(|ticket| lock(&ticket.view).clone()).collect()
    }

    /// Asks a job to stop. It says by itself when it has.
    pub fn cancel(&self, job: &str) {
        if let Some(ticket) = job.parse().ok().and_then(|number: u64| lock(&self.all).get(&number).cloned()) {
            ticket.cancel.store(true, Ordering::Relaxed);
        }
    }

    /// Whether a job is running.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.list().iter().any(|view| view.state == "running")
    }
}

fn begun(number: u64, kind: &str, title: String, unit: String) -> JobView {
    JobView {
        job: number.to_string(),
        kind: kind.to_owned(),
        title,
        done: 0.0,
        total: 0.0,
        unit,
        step: String::new(),
        seconds_left: None,
        state: "running".to_owned(),
        sentence: String::new(),
        result: None,
        error: None,
    }
}

impl Reporter {
    fn tell(&self) {
        let view = lock(&self.ticket.view).clone();
        self.host.job(&view);
    }

    fn end(&self, ended: Result<Finished, ErrorView>) {
        {
            let mut view = lock(&self.ticket.view);
            view.seconds_left = None;
            match ended {
                Ok(finished) => {
                    view.state = "done".to_owned();
                    view.sentence = finished.sentence;
                    view.result = Some(finished.result.to_string());
                }
                Err(error) => {
                    view.state = if error.code == "Cancelled" { "cancelled" } else { "failed" }.to_owned();
                    view.sentence = error.message.clone();
                    view.error = Some(error);
                }
            }
        }
        self.tell();
    }
}

impl Watch for Reporter {
    fn progress(&self, done: u64, total: Option<u64>) {
        {
            let mut last = lock(&self.last);
            if last.elapsed() < REPORT_EVERY {
                return;
            }
            *last = Instant::now();
        }
        {
            let mut view = lock(&self.ticket.view);
            view.done = done as f64;
            view.total = total.unwrap_or(0) as f64;
            view.seconds_left = seconds_left(self.began.elapsed(), done, total);
        }
        self.tell();
    }

    fn step(&self, step: &'static str) {
        lock(&self.ticket.view).step = step.to_owned();
        // The first figures of a step may have another unit than the last of the step before: they are shown at once.
        let mut last = lock(&self.last);
        *last = last.checked_sub(REPORT_EVERY).unwrap_or(*last);
        drop(last);
        self.tell();
    }

    fn cancelled(&self) -> bool {
        self.ticket.cancel.load(Ordering::Relaxed)
    }
}

/// The time left at the speed so far; nothing in the first second, when it would jump.
fn seconds_left(so_far: Duration, done: u64, total: Option<u64>) -> Option<u32> {
    let total = total.filter(|total| *total > 0 && done > 0 && so_far > Duration::from_secs(1))?;
    let left = total.saturating_sub(done) as f64 * so_far.as_secs_f64() / done as f64;
    Some(left.ceil().min(f64::from(u32::MAX)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_follows_the_speed_so_far() {
        assert_eq!(seconds_left(Duration::from_secs(10), 100, Some(300)), Some(20));
        assert_eq!(seconds_left(Duration::from_millis(200), 100, Some(300)), None, "too early to say");
        assert_eq!(seconds_left(Duration::from_secs(10), 100, None), None, "no total");
    }
}
