//! The program's side of a worker: a [`Source`] whose rows come from another process.

use std::io::Read;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use model::Watch;

use super::limit::OVER_MEMORY;
use super::wire::{Answer, Ask, path_bytes, receive, send};
use super::{ARGUMENT, Program};
use crate::error::Error;
use crate::scan::Scan;
use crate::source::{Options, Probe, ReadSummary, Sink, Source};

/// Answers on their way between the thread that hears them and the taker.
const IN_FLIGHT: usize = 2;

/// How often it is asked whether the person wants to stop while the worker says nothing.
const ASK_EVERY: Duration = Duration::from_millis(50);

/// How long a worker that was told to stop may take before it is ended.
const STOPPING: Duration = Duration::from_secs(3);

/// Bytes of the worker's last words that are looked at.
const LAST_WORDS: u64 = 16 * 1024;

/// A worker process.
struct Worker {
    process: Child,
    asks: Option<ChildStdin>,
    answers: Receiver<Answer>,
    last_words: Option<JoinHandle<String>>,
    silence: Duration,
    file: String,
}

impl Worker {
    fn start(program: &Program, file: &str, size: u64) -> Result<Self, Error> {
        let failed = |error| Error::Io { file: file.to_owned(), source: error };
        let mut command = Command::new(&program.path);
        command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        without_window(&mut command);
        let mut process = command.spawn().map_err(failed)?;
        let (stdout, stderr) = (process.stdout.take(), process.stderr.take());
        Ok(Self {
            asks: process.stdin.take(),
            process,
            answers: hear(stdout),
            last_words: stderr.map(|stderr| thread::spawn(move || hear_last_words(stderr))),
            silence: program.silence_for(size),
            file: file.to_owned(),
        })
    }

    fn ask(&mut self, what: &Ask) -> Result<(), Error> {
        let sent = self.asks.as_mut().map(|asks| send(what, asks));
        if matches!(sent, Some(Ok(()))) { Ok(()) } else { Err(self.death()) }
    }

    /// The next answer.
    fn answer(&mut self, watch: &dyn Watch) -> Result<Answer, Error> {
        let start = Instant::now();
        loop {
            let patience = ASK_EVERY.min(self.silence.saturating_sub(start.elapsed()));
            match self.answers.recv_timeout(patience) {
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Disconnected) => return Err(self.death()),
                Err(RecvTimeoutError::Timeout) => watch.check()?,
            }
            if start.elapsed() > self.silence {
                self.end();
                return Err(Error::damaged(&self.file, "", 0, "the reader gave no answer in time"));
            }
        }
    }

    /// Why the worker is no longer there, as an error about the file.
    fn death(&mut self) -> Error {
        // Garbage instead of an answer also ends up here, with a worker that still lives.
        let early = self.process.try_wait().ok().flatten().is_none();
        if early {
            thread::sleep(ASK_EVERY);
        }
        self.end();
        let status = self.process.wait();
        let words = self.last_words.take().and_then(|words| words.join().ok()).unwrap_or_default();
        let code = status.as_ref().ok().and_then(std::process::ExitStatus::code);
        if code == Some(OVER_MEMORY) || words.contains("memory allocation of") {
            return Error::too_large(&self.file, "", 0);
        }
        let detail = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        Error::damaged(&self.file, "", 0, format!("the reader ended: {detail}"))
    }

    fn end(&mut self) {
        drop(self.asks.take());
        let _ = self.process.kill();
    }

    /// Gives up the reading at hand, so that the worker can be asked again.
    fn stop(&mut self) {
        let start = Instant::now();
        if self.ask(&Ask::Stop).is_err() {
            return;
        }
        while start.elapsed() < STOPPING {
            match self.answers.recv_timeout(ASK_EVERY) {
                Ok(Answer::Done(_) | Answer::Failed(_)) => return,
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.end();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
        let _ = self.process.wait();
    }
}

/// A console program must not open a window on Windows.
#[cfg(windows)]
fn without_window(command: &mut Command) {
    use std::os::windows::process::CommandExt;
    /// `CREATE_NO_WINDOW`.
    const NO_WINDOW: u32 = 0x0800_0000;
    command.creation_flags(NO_WINDOW);
}

#[cfg(not(windows))]
fn without_window(_command: &mut Command) {}

/// Hears the answers in a thread, so that waiting for one can have an end.
fn hear(stdout: Option<ChildStdout>) -> Receiver<Answer> {
    let (sender, answers) = sync_channel(IN_FLIGHT);
    thread::spawn(move || {
        let Some(mut stdout) = stdout else { return };
        while let Some(answer) = receive(&mut stdout) {
            if sender.send(answer).is_err() {
                return;
            }
        }
    });
    answers
}

fn hear_last_words(mut stderr: ChildStderr) -> String {
    let mut words = Vec::new();
    let _ = Read::by_ref(&mut stderr).take(LAST_WORDS).read_to_end(&mut words);
    // The worker must not block on words that nobody wants.
    let _ = std::io::copy(&mut stderr, &mut std::io::sink());
    String::from_utf8_lossy(&words).into_owned()
}

/// A source that a worker has open.
pub(crate) struct Remote {
    worker: Worker,
    probe: Probe,
}

impl Remote {
    /// Opens the file at `path`, already scanned, in a worker of `program`.
    ///
    /// # Errors
    ///
    /// Those of the reader; [`Error::TooLarge`] or [`Error::Damaged`] where the worker died.
    pub(crate) fn open(program: &Program, path: &Path, scan: &mut Scan, options: &Options) -> Result<Self, Error> {
        let file = &scan.file.clone();
        let path = std::path::absolute(path).map_err(|error| Error::from_io(file, error))?;
        let size = scan.input.in_memory().map_or_else(|| scan.size(), |content| content.len() as u64);
        let mut worker = Worker::start(program, file, size)?;
        worker.ask(&Ask::Open {
            memory: program.memory_for(size),
            path: path_bytes(&path),
            file: file.clone(),
            content: scan.input.in_memory().map(<[u8]>::to_vec),
            options: options.clone(),
        })?;
        let mut probe = match worker.answer(&*scan.pace)? {
            Answer::Opened(probe) => *probe,
            Answer::Failed(error) => return Err(error),
            _ => return Err(worker.death()),
        };
        let packed = scan.input.in_memory().is_some();
        let sums = scan.sums()?;
        if !packed && probe.sha256 != sums.sha256 {
            return Err(Error::Changed { file: file.clone() });
        }
        // Of packed content, what names and measures it is what lies on the disk.
        (probe.sha256, probe.bytes) = (sums.sha256.clone(), sums.bytes);
        Ok(Self { worker, probe })
    }

    fn take(&mut self, sink: &mut Sink<'_>, watch: &dyn Watch) -> Result<Result<ReadSummary, Error>, Error> {
        loop {
            watch.check()?;
            match self.worker.answer(watch)? {
                Answer::Rows(block) => sink(&block).map_err(Error::Stopped)?,
                Answer::Progress(done, total) => watch.progress(done, total),
                Answer::Done(summary) => return Ok(Ok(summary)),
                Answer::Failed(error) => return Ok(Err(error)),
                Answer::Opened(_) => return Err(self.worker.death()),
            }
        }
    }
}

impl Source for Remote {
    fn probe(&self) -> &Probe {
        &self.probe
    }

    fn read(&mut self, table: usize, sink: &mut Sink<'_>, watch: &dyn Watch) -> Result<ReadSummary, Error> {
        self.worker.ask(&Ask::Read(table))?;
        match self.take(sink, watch) {
            Ok(read) => read,
            Err(error) => {
                // Only these leave a worker that is still reading.
                if matches!(error, Error::Cancelled(_) | Error::Stopped(_)) {
                    self.worker.stop();
                }
                Err(error)
            }
        }
    }
}
