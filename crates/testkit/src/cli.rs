//! The built `daftar` command, run as a script would run it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// The passphrase of every project that [`Cli`] makes; a test's, so no secret.
pub const PASSPHRASE: &str = "kata laluan ujian";

/// `daftar` with an environment of its own, working in one folder.
#[derive(Clone, Debug)]
pub struct Cli {
    bin: PathBuf,
    dir: PathBuf,
    env: Vec<(OsString, OsString)>,
    without: Vec<OsString>,
}

/// A command that ended.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; -1 where a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The one JSON document on standard output.
    ///
    /// # Errors
    ///
    /// Where standard output is anything else.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.out)
            .with_context(|| format!("standard output is not one JSON document\nout: {}\nerr: {}", self.out, self.err))
    }
}

impl Cli {
    /// The command of `DAFTAR_BIN`, working in `dir`, with temporary files in `dir/tmp` and cheap keys.
    ///
    /// # Errors
    ///
    /// Where `DAFTAR_BIN` is not set or the folder cannot be made.
    pub fn new(dir: &Path) -> Result<Self> {
        let bin = PathBuf::from(crate::needed("DAFTAR_BIN")?);
        ensure!(bin.is_file(), "DAFTAR_BIN names {}, which is not there: `cargo build -p cli`", bin.display());
        fs_err::create_dir_all(dir.join("tmp"))?;
        let cli = Self { bin, dir: dir.to_owned(), env: Vec::new(), without: Vec::new() };
        Ok(cli
            .with("DAFTAR_TEST_CHEAP_KEYS", "1")
            .with("DAFTAR_PASSPHRASE", PASSPHRASE)
            .with("TMPDIR", dir.join("tmp"))
            .with("LANG", "C.UTF-8"))
    }

    /// The same with `name` set in the environment.
    #[must_use]
    pub fn with(&self, name: &str, value: impl AsRef<OsStr>) -> Self {
        let mut other = self.clone();
        other.env.push((name.into(), value.as_ref().to_owned()));
        other
    }

    /// The same without `name` in the environment.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.env.retain(|(set, _)| set != name);
        other.without.push(name.into());
        other
    }

    /// The folder it works in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The command, ready to be started.
    #[must_use]
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.bin);
        self.prepare(&mut command);
        command.args(args);
        command
    }

    /// A shell that runs `script`, in which `"$DAFTAR"` is the command.
    #[must_use]
    pub fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("bash");
        self.prepare(&mut command);
        command.args(["-c", script]).env("DAFTAR", &self.bin);
        command
    }

    fn prepare(&self, command: &mut Command) {
        for name in ["DAFTAR_PROJECT", "DAFTAR_USER", "DAFTAR_PORTAL_URL", "PGPASSWORD"] {
            command.env_remove(name);
        }
        command.current_dir(&self.dir).stdin(Stdio::null());
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        for name in &self.without {
            command.env_remove(name);
        }
    }

    /// Runs it to its end, whatever that is.
    ///
    /// # Errors
    ///
    /// Where it cannot be started.
    pub fn run(&self, args: &[&str]) -> Result<Ran> {
        let output = self.command(args).output().context("daftar could not be started")?;
        Ok(Ran::of(&output))
    }

    /// Runs `script` in a shell to its end, see [`Cli::shell`].
    ///
    /// # Errors
    ///
    /// Where there is no shell.
    pub fn run_shell(&self, script: &str) -> Result<Ran> {
        Ok(Ran::of(&self.shell(script).output().context("bash could not be started")?))
    }

    /// Runs it with `--json`; it must end with `exit` and print one document.
    ///
    /// # Errors
    ///
    /// Where it ends otherwise, with everything that it said.
    pub fn json(&self, exit: i32, args: &[&str]) -> Result<Value> {
        let mut all = vec!["--json"];
        all.extend(args);
        let ran = self.run(&all)?;
        ensure!(
            ran.code == exit,
            "daftar {args:?} ended with {} instead of {exit}\nout: {}\nerr: {}",
            ran.code,
            ran.out,
            ran.err
        );
        ran.json()
    }
}
