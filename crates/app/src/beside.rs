//! Two threads for one pass: what is read or worked out in one is written in the other.
//!
//! A project is written by one thread, its connection does not leave it. Reading a file, or landed rows
//! back, is about as much work as writing them.

use std::sync::mpsc::sync_channel;

use crate::error::{Code, Failure};

/// Things that may wait for whoever takes them: bounds the memory.
const WAITING: usize = 4;

/// Lets `give` make things in a second thread while `take` uses them in this one, in their order. What `give`
/// is called with takes one thing and says whether more are wanted.
///
/// # Errors
///
/// The first error of `take`; where the second thread panics.
pub(crate) fn beside<T: Send, R: Send>(
    give: impl FnOnce(&mut dyn FnMut(T) -> bool) -> R + Send,
    take: impl FnMut(T) -> Result<(), Failure>,
) -> Result<R, Failure> {
    std::thread::scope(|scope| {
        let (to_us, things) = sync_channel(WAITING);
        let giving = scope.spawn(move || give(&mut |thing| to_us.send(thing).is_ok()));
        let taken = things.iter().try_for_each(take);
        // Without anybody to take more, the other thread ends.
        drop(things);
        let given = giving.join();
        taken?;
        given.map_err(|_| Failure::refused(Code::Bug, "error.bug", "error.bug.hint"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_things_arrive_in_order_and_the_givers_answer_comes_back() {
        let mut taken = Vec::new();
        let answer = beside(
            |send| (0..100).take_while(|number| send(*number)).count(),
            |number| {
                taken.push(number);
                Ok(())
            },
        );
        assert_eq!(answer.ok(), Some(100), "how many the giver sent");
        assert_eq!(taken, (0..100).collect::<Vec<_>>(), "nothing may be lost or change places");
    }

    #[test]
    fn an_error_of_the_taker_ends_the_giver() {
        let error = beside(
            |send| while send(()) {},
            |()| Err(Failure::refused(Code::ProjectBusy, "error.job-busy", "error.job-busy.hint")),
        );
        assert!(error.is_err(), "the error must come back, and the giver must not go on for ever");
    }
}
