//! Runs readers that may panic, run away or fill the memory in a process of its own, with a limit on
//! memory and one on silence. Its death is an error about that file, never the end of Daftar.
//!
//! The process is the program itself, started with a hidden first argument: see [`serve_if_asked`].
//! What is asked goes to it over its standard input, the password too, so that none of it shows in a
//! list of processes; rows come back over its standard output.

mod limit;
mod parent;
mod serve;
mod wire;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use crate::error::Error;
use crate::formats::Open;
use crate::limits::{
    WORKER_MEMORY, WORKER_MEMORY_A_BYTE, WORKER_MEMORY_ALWAYS, WORKER_SILENCE, WORKER_SILENCE_A_MEBIBYTE,
    WORKER_SILENCE_ALWAYS,
};
use crate::scan::Scan;
use crate::source::{Options, Source};

/// The hidden argument that makes a program the worker.
const ARGUMENT: &str = "--daftar-source-worker";

/// How workers are started, and what they may use.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program to start; its `main` must begin with [`serve_if_asked`].
    pub path: PathBuf,
    /// Bytes of memory that a worker may use at most; for a small file it is less.
    pub memory: u64,
    /// How long a worker may say nothing at most before it is ended; for a small file it is less.
    pub silence: Duration,
}

impl Program {
    /// The program at `path` with the ordinary limits.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path, memory: WORKER_MEMORY, silence: WORKER_SILENCE }
    }

    /// Bytes of memory for a file of `bytes`.
    fn memory_for(&self, bytes: u64) -> u64 {
        let wanted = WORKER_MEMORY_ALWAYS.saturating_add(bytes.saturating_mul(WORKER_MEMORY_A_BYTE));
        wanted.min(self.memory)
    }

    /// How long a worker may say nothing about a file of `bytes`.
    fn silence_for(&self, bytes: u64) -> Duration {
        let mebibytes = u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
        let wanted = WORKER_SILENCE_ALWAYS.saturating_add(WORKER_SILENCE_A_MEBIBYTE.saturating_mul(mebibytes));
        wanted.min(self.silence)
    }
}

/// The program that was set; none in a test that did not ask for one.
static PROGRAM: OnceLock<Program> = OnceLock::new();

/// To be called first in `main`, before arguments are looked at. In a program started as a worker it
/// serves and gives `true` when there is nothing left to do: `main` then ends. In any other it notes
/// that this program can be started as a worker, and gives `false`.
#[must_use]
pub fn serve_if_asked() -> bool {
    if std::env::args_os().nth(1) == Some(OsString::from(ARGUMENT)) {
        serve::serve();
        return true;
    }
    if let Ok(path) = std::env::current_exe() {
        set_program(Program::new(path));
    }
    false
}

/// Sets what is started as a worker, for programs that embed this crate. The first call counts.
pub fn set_program(program: Program) {
    let _ = PROGRAM.set(program);
}

/// Opens the file at `path` in a worker; by `here`, in this process, where this is the worker itself
/// or no program was set.
///
/// # Errors
///
/// Those of `here`; [`Error::TooLarge`] where the worker ran out of memory, [`Error::Damaged`] where
/// it ended in any other way.
pub(crate) fn open(path: &Path, mut scan: Scan, options: &Options, here: Open) -> Result<Box<dyn Source>, Error> {
    match PROGRAM.get() {
        Some(program) => open_in(program, path, &mut scan, options),
        None => here(path, scan, options),
    }
}

/// Opens the file at `path` in a worker of `program`.
pub(crate) fn open_in(
    program: &Program,
    path: &Path,
    scan: &mut Scan,
    options: &Options,
) -> Result<Box<dyn Source>, Error> {
    Ok(Box::new(parent::Remote::open(program, path, scan, options)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_has_less_memory_and_time_than_a_large_one() {
        let program = Program::new(PathBuf::from("daftar"));
        let of = |bytes| (program.memory_for(bytes) >> 20, program.silence_for(bytes).as_secs());
        assert_eq!(of(6_000), (384, 20));
        assert_eq!(of(8 << 20), (512, 44));
        assert_eq!(of(u64::MAX), (1536, 180), "and no more than the ordinary limits");
    }
}
