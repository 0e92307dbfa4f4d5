//! The passphrase: from a file, the environment or a prompt; never from an argument.

use std::io::IsTerminal as _;
use std::path::Path;

use app::{Code, Failure};

use crate::args::Everywhere;

fn missing() -> Failure {
    Failure::refused(Code::WrongPassphrase, "error.no-passphrase", "error.no-passphrase.hint")
}

/// A source's password: the first line of the file at `path`.
///
/// # Errors
///
/// Where it cannot be read.
pub(crate) fn source_password(path: &Path) -> Result<String, Failure> {
    first_line(path).ok_or_else(|| Failure::refused(Code::Usage, "error.password-file", "error.password-file.hint"))
}

/// The password of the portal's first administrator, likewise.
///
/// # Errors
///
/// Where it cannot be read.
pub(crate) fn admin_password(path: &Path) -> Result<String, Failure> {
    let unread = || Failure::refused(Code::Usage, "error.admin-password-file", "error.admin-password.hint");
    first_line(path).ok_or_else(unread)
}

fn first_line(path: &Path) -> Option<String> {
    let text = fs_err::read_to_string(path).ok()?;
    Some(text.lines().next().unwrap_or_default().to_owned())
}

/// The passphrase of whoever acts.
pub(crate) fn passphrase(everywhere: &Everywhere) -> Result<String, Failure> {
    if let Some(path) = &everywhere.passphrase_file {
        return first_line(path).ok_or_else(missing);
    }
    if let Ok(passphrase) = std::env::var("DAFTAR_PASSPHRASE") {
        return Ok(passphrase);
    }
    if !std::io::stdin().is_terminal() {
        return Err(missing());
    }
    rpassword::prompt_password("Frasa laluan / Passphrase: ").map_err(|_| missing())
}
