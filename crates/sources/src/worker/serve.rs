//! The worker's side: opens one file, reads its tables as often as it is asked, and ends with the
//! program that started it.

use std::io::{Stdout, stdin, stdout};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};

use model::{RowBlock, Watch};

use super::limit;
use super::wire::{Answer, Ask, path_of, receive, send};
use crate::disk::Disk;
use crate::error::Error;
use crate::formats;
use crate::input::Input;
use crate::scan::{Stamp, scan_input};
use crate::source::{Options, Source, Stop};

/// Where answers go; two threads may have something to say.
struct Voice(Mutex<Stdout>);

impl Voice {
    fn say(&self, answer: &Answer) -> std::io::Result<()> {
        send(answer, &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Tells the program how far reading is, and hears from it whether to stop.
struct Told<'a> {
    voice: &'a Voice,
    stop: &'a AtomicBool,
}

impl Watch for Told<'_> {
    fn progress(&self, done: u64, total: Option<u64>) {
        // If nobody listens any more, the next rows find out.
        let _ = self.voice.say(&Answer::Progress(done, total));
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Answers what is asked over the standard input until it closes.
pub(crate) fn serve() {
    // What a panic says may hold what stands in the file.
    std::panic::set_hook(Box::new(|_| {}));
    let Some(Ask::Open { memory, path, file, content, options }) = receive(&mut stdin().lock()) else { return };
    limit::hold_to(memory);
    let stop = Arc::new(AtomicBool::new(false));
    let tables = listen(Arc::clone(&stop));
    let voice = Voice(Mutex::new(stdout()));
    let path = path_of(path);
    let opened = crate::isolate::run(&file, || open(&path, &file, content, &options));
    drop(options);
    match opened {
        Ok(source) => answer(source, &tables, &voice, &stop),
        Err(error) => drop(voice.say(&Answer::Failed(error))),
    }
}

fn open(path: &Path, file: &str, content: Option<Vec<u8>>, options: &Options) -> Result<Box<dyn Source>, Error> {
    let Some(content) = content else { return crate::open(path, options) };
    let input = Input::Memory { disk: Disk::at(path), bytes: content.into() };
    let scan = scan_input(input, file.to_owned(), Stamp::at(path, file)?, &Arc::default())?;
    formats::open(scan, options)
}

/// Hears what is asked, in a thread; when nobody can ask any more, the process ends at once.
fn listen(stop: Arc<AtomicBool>) -> Receiver<usize> {
    let (sender, tables) = channel();
    std::thread::spawn(move || {
        loop {
            match receive(&mut stdin().lock()) {
                Some(Ask::Read(table)) => {
                    stop.store(false, Ordering::Relaxed);
                    let _ = sender.send(table);
                }
                Some(Ask::Stop) => stop.store(true, Ordering::Relaxed),
                Some(Ask::Open { .. }) | None => std::process::exit(0),
            }
        }
    });
    tables
}

fn answer(mut source: Box<dyn Source>, tables: &Receiver<usize>, voice: &Voice, stop: &AtomicBool) {
    if voice.say(&Answer::Opened(Box::new(source.probe().clone()))).is_err() {
        return;
    }
    let file = source.probe().file.clone();
    for table in tables {
        let mut sink =
            |block: &RowBlock| voice.say(&Answer::Rows(block.clone())).map_err(|error| Stop(Box::new(error)));
        let watch = Told { voice, stop };
        let read = std::panic::AssertUnwindSafe(|| source.read(table, &mut sink, &watch));
        let read = std::panic::catch_unwind(read);
        let read = read.unwrap_or_else(|_| Err(Error::damaged(&file, "", 0, "the reader broke off")));
        let said = match read {
            Ok(summary) => voice.say(&Answer::Done(summary)),
            Err(error) => voice.say(&Answer::Failed(error)),
        };
        if said.is_err() {
            return;
        }
    }
}
