//! Runs a foreign reader in a thread of its own, so that its panic on a damaged file ends as an error.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::error::Error;

/// Items on their way between the reader thread and the taker.
const IN_FLIGHT: usize = 2;

/// Runs `produce` in a thread and gives each item that it sends to `take` in this one. `take`
/// ending early closes the channel, so that the producer's next `send` fails and it ends too.
///
/// # Errors
///
/// The error of `take`, else that of `produce`; [`Error::Damaged`] for `file` where it panicked.
pub(crate) fn stream<T: Send, R: Send>(
    file: &str,
    produce: impl FnOnce(SyncSender<T>) -> Result<R, Error> + Send,
    mut take: impl FnMut(T) -> Result<(), Error>,
) -> Result<R, Error> {
    let (sender, receiver): (SyncSender<T>, Receiver<T>) = sync_channel(IN_FLIGHT);
    thread::scope(|scope| {
        let producer = scope.spawn(move || produce(sender));
        let taken = receiver.iter().try_for_each(&mut take);
        drop(receiver);
        let produced = producer.join().unwrap_or_else(|_| Err(Error::damaged(file, "", 0, "the reader broke off")));
        taken.and(produced)
    })
}

/// Runs `work` in a thread of its own.
///
/// # Errors
///
/// The error of `work`; [`Error::Damaged`] for `file` where it panicked.
pub(crate) fn run<R: Send>(file: &str, work: impl FnOnce() -> Result<R, Error> + Send) -> Result<R, Error> {
    stream::<(), R>(file, |_| work(), |()| Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_that_names_the_file() {
        let result = run("rosak.xlsx", || -> Result<(), Error> { panic!("damaged") });
        assert!(matches!(result, Err(Error::Damaged { file, .. }) if file == "rosak.xlsx"), "a panic stays inside");
    }

    #[test]
    fn a_taker_that_stops_ends_the_producer() {
        let produce = |sender: SyncSender<u32>| {
            let sent = (0..1_000_000).take_while(|n| sender.send(*n).is_ok()).count();
            Ok(sent)
        };
        let result = stream("x", produce, |n| if n < 3 { Ok(()) } else { Err(model::Cancelled.into()) });
        assert!(matches!(result, Err(Error::Cancelled(_))), "the taker's error comes first");
    }
}
