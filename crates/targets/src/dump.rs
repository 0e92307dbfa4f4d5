//! A copy of the whole portal by PostgreSQL's own `pg_dump`, where that is installed and the login may.
//!
//! The copy is one file in the custom format and one snapshot of the database. Passwords travel in the
//! environment of the tool, never among its arguments, where other programs could read them.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use model::Watch;

use crate::PortalUrl;

/// Most of the tool's complaints that is read.
const MOST_SAID: u64 = 64 * 1024;
/// How many bytes are passed on at a time.
const PORTION: usize = 256 * 1024;
/// Portions read ahead: enough to keep the tool busy, few enough to hold in memory.
const AHEAD: usize = 4;
/// How often a silent tool is asked whether it is still wanted.
const LOOK: Duration = Duration::from_millis(200);

/// Why there is no copy of the portal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DumpError {
    /// The tool is not on this computer.
    #[error("pg_dump is not installed")]
    NoTool,
    /// The tool is older than the server.
    #[error("pg_dump is older than the server")]
    ToolTooOld,
    /// The login may not read everything.
    #[error("the login may not read the whole portal")]
    RightMissing,
    /// The tool failed otherwise.
    #[error("pg_dump failed")]
    Failed {
        /// What the tool said.
        said: String,
    },
    /// The copy could not be written.
    #[error("the copy cannot be written")]
    Write(#[source] io::Error),
    /// Stopped by a person.
    #[error("stopped")]
    Cancelled,
}

impl DumpError {
    /// The word in documents; `dump.CODE` is the sentence.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTool => "no-tool",
            Self::ToolTooOld => "tool-too-old",
            Self::RightMissing => "right-missing",
            Self::Failed { .. } => "failed",
            Self::Write(_) => "not-written",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Copies the whole database at `url` into `sink`.
///
/// # Errors
///
/// [`DumpError`]; what `sink` got until then is no copy.
pub fn dump(url: &PortalUrl, sink: &mut dyn Write, watch: &dyn Watch) -> Result<(), DumpError> {
    let tool = tool("pg_dump").ok_or(DumpError::NoTool)?;
    let mut command = Command::new(tool);
    command.args(["--format=custom", "--no-password", "--lock-wait-timeout=30s"]);
    command.envs(url.environment()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Kept(command.spawn().map_err(|_| DumpError::NoTool)?);
    let complaints = child.0.stderr.take().map(|said| std::thread::spawn(move || words(said)));
    let pumped = pump(&mut child.0, sink, watch);
    let ended = child.0.wait();
    let said = complaints.and_then(|thread| thread.join().ok()).unwrap_or_default();
    pumped?;
    if ended.is_ok_and(|status| status.success()) { Ok(()) } else { Err(refusal(url.without_password(&said))) }
}

/// Whether `dump` is a copy that PostgreSQL's own tool can list. `None` where the tool is not installed.
///
/// # Errors
///
/// Where `dump` cannot be read to its end.
pub fn lists(dump: &mut dyn Read) -> io::Result<Option<bool>> {
    let Some(tool) = tool("pg_restore") else { return Ok(None) };
    let mut command = Command::new(tool);
    command.arg("--list").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = Kept(command.spawn()?);
    let Some(mut into) = child.0.stdin.take() else { return Ok(None) };
    // The list stands at the beginning: the tool may hang up before the end, which is read all the same.
    let mut open = true;
    let mut portion = vec![0; PORTION];
    loop {
        let read = dump.read(&mut portion)?;
        let Some(bytes) = portion.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        open = open && into.write_all(bytes).is_ok();
    }
    drop(into);
    Ok(Some(child.0.wait()?.success()))
}

/// A tool that is stopped when nobody waits for it any more.
struct Kept(Child);

impl Drop for Kept {
    fn drop(&mut self) {
        // Already ended: then there is nothing to stop.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Passes on what the tool says. A tool may be silent for long, waiting for a lock or a network; a thread of its own
/// waits with it, so that a person who stops is heard.
fn pump(child: &mut Child, sink: &mut dyn Write, watch: &dyn Watch) -> Result<(), DumpError> {
    let Some(from) = child.stdout.take() else { return Ok(()) };
    let (give, take) = mpsc::sync_channel(AHEAD);
    // Ends with the tool, whose end closes the pipe.
    std::thread::spawn(move || portions(from, &give));
    let mut done = 0;
    loop {
        if watch.check().is_err() {
            let _ = child.kill();
            return Err(DumpError::Cancelled);
        }
        match take.recv_timeout(LOOK) {
            Ok(Ok(bytes)) => {
                sink.write_all(&bytes).map_err(DumpError::Write)?;
                done += bytes.len() as u64;
                watch.progress(done, None);
            }
            Ok(Err(error)) => return Err(DumpError::Failed { said: error.to_string() }),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

/// Reads to the end, or until nobody takes any more.
fn portions(mut from: impl Read, give: &mpsc::SyncSender<io::Result<Vec<u8>>>) {
    loop {
        let mut portion = vec![0; PORTION];
        let read = match from.read(&mut portion) {
            Ok(0) => return,
            Ok(read) => Ok(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let failed = read.is_err();
        let given = give.send(read.map(|read| {
            portion.truncate(read);
            portion
        }));
        if failed || given.is_err() {
            return;
        }
    }
}

fn words(said: impl Read) -> String {
    let mut text = Vec::new();
    // What cannot be read any more is no reason to fail twice.
    let _ = said.take(MOST_SAID).read_to_end(&mut text);
    String::from_utf8_lossy(&text).trim().to_owned()
}

fn refusal(said: String) -> DumpError {
    if said.contains("server version mismatch") {
        DumpError::ToolTooOld
    } else if said.contains("permission denied") {
        DumpError::RightMissing
    } else {
        DumpError::Failed { said }
    }
}

/// Names the folder of PostgreSQL's tools where they lie in an unusual place.
const FOLDER: &str = "DAFTAR_PG_BIN";

/// The newest of this tool on the computer: where PostgreSQL's packages put it, else wherever the system finds it.
fn tool(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    if let Some(folder) = std::env::var_os(FOLDER) {
        return Some(Path::new(&folder).join(file)).filter(|tool| tool.is_file());
    }
    let homes = ["/usr/lib/postgresql", "/Library/PostgreSQL", r"C:\Program Files\PostgreSQL"];
    let newest = homes.iter().filter_map(|home| newest(Path::new(home), &file)).max_by_key(|(version, _)| *version);
    newest.map(|(_, path)| path).or_else(|| on_path(&file))
}

fn newest(home: &Path, file: &str) -> Option<(u32, PathBuf)> {
    let folders = fs_err::read_dir(home).ok()?.filter_map(Result::ok);
    let with_tool = folders.filter_map(|folder| {
        let version = folder.file_name().to_str()?.split('.').next()?.parse().ok()?;
        let path = folder.path().join("bin").join(file);
        path.is_file().then_some((version, path))
    });
    with_tool.max_by_key(|(version, _)| *version)
}

fn on_path(file: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(file)).find(|tool| tool.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_of_the_tool_is_told_by_its_cause() {
        let code = |said: &str| refusal(said.to_owned()).code();
        assert_eq!(code("pg_dump: error: aborting because of server version mismatch"), "tool-too-old");
        assert_eq!(code("ERROR:  permission denied for schema kewangan"), "right-missing");
        assert_eq!(code("could not connect"), "failed");
    }

    #[cfg(unix)]
    #[test]
    fn a_tool_that_says_nothing_is_stopped_at_once() {
        /// A person stops after half a second, when the tool is being waited for.
        struct Later(std::time::Instant);
        impl Watch for Later {
            fn progress(&self, _: u64, _: Option<u64>) {}
            fn cancelled(&self) -> bool {
                self.0.elapsed() > Duration::from_millis(500)
            }
        }
        let silent = Command::new("sleep").arg("30").stdout(Stdio::piped()).spawn().unwrap();
        let (mut child, began) = (Kept(silent), std::time::Instant::now());
        let error = pump(&mut child.0, &mut io::sink(), &Later(began)).unwrap_err();
        assert!(matches!(error, DumpError::Cancelled), "{error}");
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    }

    #[test]
    fn what_is_no_copy_is_not_listed() {
        let listed = lists(&mut &b"not a copy of anything"[..]).unwrap();
        assert!(matches!(listed, None | Some(false)), "text is no copy");
    }
}
