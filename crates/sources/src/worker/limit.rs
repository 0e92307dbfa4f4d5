//! How much memory a worker may use: what the system itself enforces where it can (Linux to the byte, other Unix
//! roughly), and a thread that looks at what is in use and ends the process, everywhere.

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
    lower(rlimit::Resource::AS, bytes.saturating_add(RESERVED));
    // What Linux counts here is what can be written to and belongs to this process alone: its heap and its stacks.
    #[cfg(target_os = "linux")]
    lower(rlimit::Resource::DATA, bytes);
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

/// Lowers a limit of this process to `most`. A lower one of the system stays; a system without one leaves it to the
/// thread.
#[cfg(unix)]
fn lower(limit: rlimit::Resource, most: u64) {
    let (soft, hard) = limit.get().unwrap_or((u64::MAX, u64::MAX));
    let _ = limit.set(soft.min(most), hard);
}
