//! A portal of its own for the demonstration: a private PostgreSQL that belongs to the demonstration's folder.
//!
//! Only a socket, no network, no password, thrown away with the folder. Uses the PostgreSQL that is
//! installed on the computer; nothing has to be set up first.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Code, Failure, at};

/// A running private PostgreSQL. It stops when dropped.
#[derive(Debug)]
pub struct PrivatePortal {
    dir: PathBuf,
    bin: PathBuf,
    url: String,
}

impl PrivatePortal {
    /// Starts a private PostgreSQL whose data live in `dir`, made on the first start.
    ///
    /// # Errors
    ///
    /// [`Code::TargetUnreachable`] where no PostgreSQL is installed or it does not start.
    pub fn start(dir: &Path) -> Result<Self, Failure> {
        let bin = installed().ok_or_else(|| unavailable("error.private-portal.missing"))?;
        let dir = &reachable(dir);
        fs_err::create_dir_all(dir).map_err(at(dir))?;
        let dir = fs_err::canonicalize(dir).map_err(at(dir))?;
        let portal = Self { url: url(&dir), bin, dir };
        portal.give_to_server()?;
        if !portal.dir.join("data/PG_VERSION").exists() {
            portal.run(
                "initdb",
                &["-D", "data", "-U", "app", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            )?;
        }
        if portal.run("pg_ctl", &["-D", "data", "status"]).is_ok() {
            return Ok(portal);
        }
        let options = format!("-c listen_addresses='' -c unix_socket_directories='{}'", portal.dir.display());
        portal.run("pg_ctl", &["-D", "data", "-w", "-s", "-l", "log", "-o", &options, "start"])?;
        Ok(portal)
    }

    /// Where it can be reached; holds no password.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// PostgreSQL refuses to run as the superuser: then the folder belongs to the user `postgres`.
    fn give_to_server(&self) -> Result<(), Failure> {
        if !superuser() {
            return Ok(());
        }
        let given = Command::new("chown").args(["-R", "postgres"]).arg(&self.dir).status();
        if given.is_ok_and(|status| status.success()) { Ok(()) } else { Err(unavailable("error.private-portal.start")) }
    }

    fn run(&self, tool: &str, args: &[&str]) -> Result<(), Failure> {
        let tool = self.bin.join(tool);
        let mut command = if superuser() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(tool);
            command
        } else {
            Command::new(tool)
        };
        command.args(args).current_dir(&self.dir).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let ended = command.status();
        if ended.is_ok_and(|status| status.success()) { Ok(()) } else { Err(unavailable("error.private-portal.start")) }
    }
}

impl Drop for PrivatePortal {
    fn drop(&mut self) {
        // A server that does not stop now ends with the computer; its data are only a demonstration.
        let _ = self.run("pg_ctl", &["-D", "data", "-m", "fast", "-w", "-s", "stop"]);
    }
}

fn unavailable(message: &'static str) -> Failure {
    Failure::refused(Code::TargetUnreachable, message, "error.private-portal.hint")
}

fn superuser() -> bool {
    cfg!(unix) && std::env::var("USER").is_ok_and(|user| user == "root") || owner_is_root()
}

/// The superuser's own folders are closed to the server's user: then the data go to the folder for
/// temporary files that survive a restart, under a name made from `dir`.
fn reachable(dir: &Path) -> PathBuf {
    if !superuser() {
        return dir.to_path_buf();
    }
    let mut hasher = DefaultHasher::new();
    dir.hash(&mut hasher);
    Path::new("/var/tmp").join(format!("daftar-portal-{:016x}", hasher.finish()))
}

/// Whether files that this process makes belong to the superuser.
#[cfg(unix)]
fn owner_is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs_err::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(unix))]
fn owner_is_root() -> bool {
    false
}

/// The folder of PostgreSQL's programs: the newest where Debian and Ubuntu keep them, or on the path.
fn installed() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs_err::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").exists())
        .collect();
    versions.sort();
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
    };
    versions.pop().map(|(_, bin)| bin).or_else(on_path)
}

/// The socket's folder stands as the host, with its slashes escaped.
fn url(dir: &Path) -> String {
    let escaped: String =
        dir.display()
            .to_string()
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() || "-_.".contains(letter) {
                    letter.to_string()
                } else {
                    escape(letter)
                }
            })
            .collect();
    format!("postgres://app@{escaped}/postgres")
}

fn escape(letter: char) -> String {
    let mut bytes = [0; 4];
    letter.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_the_socket_is_escaped() {
        assert_eq!(url(Path::new("/tmp/a b/é")), "postgres://app@%2Ftmp%2Fa%20b%2F%C3%A9/postgres");
    }
}
