//! How much memory a worker may use: what the system itself enforces where it can (Unix), and a thread
//! that looks at what is in use and ends the process, everywhere.

use std::thread;
use std::time::Duration;

/// How a worker ends that used more memory than it may.
pub(crate) const OVER_MEMORY: i32 = 97;

/// How often the memory in use is looked at. A process fills about a hundred megabytes in that time.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Address space beyond the memory in use: programs, libraries and stacks that are only reserved.
#[cfg(unix)]
const RESERVED: u64 = 2 * 1024 * 1024 * 1024;

/// Holds this process to `bytes` of memory.
pub(crate) fn hold_to(bytes: u64) {
    #[cfg(unix)]
    {
        let most = bytes.saturating_add(RESERVED);
        // A lower limit of the system stays; a system without one leaves it to the thread.
        let (soft, hard) = rlimit::Resource::AS.get().unwrap_or((u64::MAX, u64::MAX));
        let _ = rlimit::Resource::AS.set(soft.min(most), hard);
    }
    thread::spawn(move || {
        loop {
            let used = memory_stats::memory_stats().map_or(0, |used| used.physical_mem as u64);
            if used > bytes {
                std::process::exit(OVER_MEMORY);
            }
            thread::sleep(LOOK_EVERY);
        }
    });
}
