//! Verified copies: of the project file, of the portal before a push, and a project from such a copy.

pub mod old;

use std::path::{Path, PathBuf};

use model::{Cancelled, Message, Watch, Words};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use staging::{Permission, Project};
use targets::{DumpError, Portal};

use super::push::PortalChoice;
use crate::clock;
use crate::error::{Code, Failure, at};
use crate::say;
use crate::session::Session;

/// A larger portal is not copied before each push: an office laptop has not the room, and nobody waits so long.
const MOST_BYTES: u64 = 2 << 30;

/// Most letters of what a tool said that are told.
const MOST_SAID: usize = 300;

/// A copy that was made and opened again to check it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// The copy.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

/// What was copied, as the document of a push keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupDoc {
    /// The project file.
    pub project: Option<Copied>,
    /// The portal.
    pub portal: Option<Copied>,
    /// Why there is no copy of the portal: a code of [`DumpError`], `too-large` or `switched-off`. What the push
    /// changed is then kept only row by row, with the push.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub portal_why_not: String,
    /// What the tool said where it failed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub portal_said: String,
    /// Older copies that were deleted after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<old::Removed>,
}

impl BackupDoc {
    /// The same as a sentence.
    #[must_use]
    pub fn sentence(&self, words: &Words) -> String {
        let name =
            |copy: &Option<Copied>| copy.as_ref().map_or_else(String::new, |copy| file_name(Path::new(&copy.path)));
        let mut why = words.text(&format!("backup.why.{}", self.portal_why_not)).to_owned();
        if !self.portal_said.is_empty() {
            why = format!("{why} ({})", self.portal_said);
        }
        let args = [("project", name(&self.project)), ("portal", name(&self.portal)), ("why", why)];
        let args: Vec<(&str, &str)> = args.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let key = match (&self.project, &self.portal) {
            (Some(_), Some(_)) => "backup.both",
            (Some(_), None) => "backup.project",
            _ => "backup.none",
        };
        let copied = words.say(key, &args);
        if self.removed.is_empty() { copied } else { format!("{copied} {}", self.removed_sentence(words)) }
    }

    /// Which older copies were deleted; many of one time are named by the first and the last.
    fn removed_sentence(&self, words: &Words) -> String {
        let names: Vec<&str> = self.removed.iter().map(|copy| copy.file.as_str()).collect();
        let named = match names.as_slice() {
            [first, .., last] if names.len() > NAMED => format!("{first} \u{2026} {last}"),
            names => names.join(", "),
        };
        let size = say::size(self.removed.iter().map(|copy| copy.bytes).sum());
        let count = say::count(names.len() as u64);
        words.say("backup.removed", &[("count", &count), ("size", &size), ("files", &named)])
    }
}

/// Most deleted copies that a sentence names one by one; the document of the push names all.
const NAMED: usize = 4;

/// Copies the project file to `out`, or beside itself with the time in its name, and verifies the copy.
///
/// # Errors
///
/// As [`staging::Project::backup_to`].
pub fn run(session: &Session, out: Option<&Path>) -> Result<Copied, Failure> {
    let to = out.map_or_else(|| beside(&session.path()), Path::to_path_buf);
    copy_project(&*session.write(Permission::Backup)?, &to)
}

/// Copies the whole portal into a file that only this project opens; see [`open`].
///
/// # Errors
///
/// Where the portal cannot be reached; [`Code::Refused`] where it cannot be copied, with the reason.
pub fn portal(session: &Session, choice: &PortalChoice, watch: &dyn Watch) -> Result<Copied, Failure> {
    let project = session.write(Permission::Backup)?;
    let portal = choice.connect()?;
    copy_portal(&project, &portal, &dated(&session.path(), "-portal", "portal")?, watch).map_err(|why| why.failure())
}

/// Writes the portal's copy `from` as PostgreSQL's own tools read it (`pg_restore`) to the new file `to`.
///
/// # Errors
///
/// Where `from` is none of this project's copies or was damaged, and where `to` exists or cannot be written.
pub fn open(session: &Session, from: &Path, to: &Path) -> Result<u64, Failure> {
    let project = session.write(Permission::ManageSettings)?;
    let mut content = project.unseal(from)?;
    let mut file = fs_err::OpenOptions::new().write(true).create_new(true).open(to).map_err(at(to))?;
    let written = std::io::copy(&mut content, &mut file).map_err(|error| {
        // Half a copy would look like a whole one.
        let _ = fs_err::remove_file(to);
        at(from)(error)
    })?;
    project.log("backup.opened", &[("file", &file_name(from))], clock::now())?;
    Ok(written)
}

/// Copies project and portal before a push. Without a copy of the project nothing is pushed; that there is none of the
/// portal is told.
///
/// # Errors
///
/// Where the project cannot be copied, or the person stopped it.
pub(crate) fn before_push(
    session: &Session,
    project: &Project,
    portal: &mut Portal,
    watch: &dyn Watch,
) -> Result<BackupDoc, Failure> {
    let path = session.path();
    let copy = copy_project(project, &dated(&path, "", "daftar")?)?;
    let made = if portal.bytes(watch)? > MOST_BYTES {
        Err(NoCopy::TooLarge)
    } else {
        copy_portal(project, portal, &dated(&path, "-portal", "portal")?, &Quiet(watch))
    };
    match made {
        Ok(portal) => Ok(BackupDoc { project: Some(copy), portal: Some(portal), ..BackupDoc::default() }),
        Err(NoCopy::Dump(DumpError::Cancelled)) => Err(Failure::cancelled()),
        Err(why) => {
            let (portal_why_not, portal_said) = (why.code().to_owned(), why.said());
            Ok(BackupDoc { project: Some(copy), portal_why_not, portal_said, ..BackupDoc::default() })
        }
    }
}

fn copy_project(project: &Project, to: &Path) -> Result<Copied, Failure> {
    let made = project.backup_to(to, clock::now())?;
    Ok(Copied { path: to.display().to_string(), bytes: made.bytes, sha256: made.sha256 })
}

/// Why there is no copy of the portal.
enum NoCopy {
    TooLarge,
    Dump(DumpError),
    Project(staging::Error),
    Damaged,
}

impl NoCopy {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::Dump(error) => error.code(),
            Self::Project(_) => "not-written",
            Self::Damaged => "damaged",
        }
    }

    /// The beginning of what the tool said, on one line; nothing where that is told by the code already.
    fn said(&self) -> String {
        let Self::Dump(DumpError::Failed { said }) = self else { return String::new() };
        let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
        line.chars().take(MOST_SAID).collect()
    }

    fn failure(self) -> Failure {
        let said = self.said();
        let why = if said.is_empty() { self.code().to_owned() } else { format!("{}: {said}", self.code()) };
        match self {
            Self::Project(error) => error.into(),
            Self::Dump(DumpError::Cancelled) => Failure::cancelled(),
            _ => Failure::Refused {
                code: Code::Refused,
                message: Message::new("error.no-portal-copy").with("why", why),
                hint: Message::new("error.no-portal-copy.hint"),
            },
        }
    }
}

impl From<std::io::Error> for NoCopy {
    fn from(error: std::io::Error) -> Self {
        Self::Dump(DumpError::Write(error))
    }
}

/// The copy gets its name only when it was read back whole and PostgreSQL's tool knows it.
fn copy_portal(project: &Project, portal: &Portal, to: &Path, watch: &dyn Watch) -> Result<Copied, NoCopy> {
    let unfinished = to.with_extension("unfinished");
    let made = seal(project, portal, &unfinished, watch).and_then(|copied| {
        fs_err::rename(&unfinished, to)?;
        Ok(Copied { path: to.display().to_string(), ..copied })
    });
    if made.is_err() {
        // Nothing half done is left lying about.
        let _ = fs_err::remove_file(&unfinished);
    }
    made
}

fn seal(project: &Project, portal: &Portal, to: &Path, watch: &dyn Watch) -> Result<Copied, NoCopy> {
    let mut sealer = Summed { to: project.seal(to).map_err(NoCopy::Project)?, sum: Sha256::new() };
    targets::dump(portal.url(), &mut sealer, watch).map_err(NoCopy::Dump)?;
    let (sum, sealed) = (sealer.sum.finalize(), sealer.to.finish()?);
    let mut back = SummedRead { from: project.unseal(to).map_err(NoCopy::Project)?, sum: Sha256::new() };
    let listed = targets::lists(&mut back)?;
    std::io::copy(&mut back, &mut std::io::sink())?;
    if listed == Some(false) || back.sum.finalize() != sum {
        return Err(NoCopy::Damaged);
    }
    Ok(Copied { path: String::new(), bytes: sealed.bytes, sha256: sealed.sha256 })
}

/// Sums up what goes into a sealed file, to compare with what comes out.
struct Summed {
    to: staging::project::Sealer,
    sum: Sha256,
}

impl std::io::Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

struct SummedRead {
    from: staging::project::Unsealer,
    sum: Sha256,
}

impl std::io::Read for SummedRead {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.from.read(into)?;
        self.sum.update(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// Stops when asked to, and says nothing: the bytes of a copy are no rows of a push.
struct Quiet<'w>(&'w dyn Watch);

impl Watch for Quiet<'_> {
    fn progress(&self, _done: u64, _total: Option<u64>) {}

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }

    fn check(&self) -> Result<(), Cancelled> {
        self.0.check()
    }
}

fn stem(project: &Path) -> String {
    project.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn beside(project: &Path) -> PathBuf {
    project.with_file_name(format!("{}-{}.daftar", stem(project), stamp()))
}

fn stamp() -> String {
    clock::wall().format(old::STAMP).to_string()
}

/// A name that is free, in the folder of backups beside the project.
fn dated(project: &Path, what: &str, ending: &str) -> Result<PathBuf, Failure> {
    let stem = stem(project);
    let folder = old::folder(project);
    fs_err::create_dir_all(&folder).map_err(at(&folder))?;
    let begins = format!("{stem}{what}-{}", stamp());
    let names = std::iter::once(begins.clone()).chain((2..).map(|count| format!("{begins}-{count}")));
    let mut paths = names.map(|name| folder.join(format!("{name}.{ending}")));
    Ok(paths.find(|path| !path.exists()).unwrap_or_else(|| folder.join(format!("{begins}.{ending}"))))
}

/// Makes the project `to` from a copy.
///
/// # Errors
///
/// Where `to` exists or the copy is no project.
pub fn restore(copy: &Path, to: &Path) -> Result<(), Failure> {
    staging::project::restore(copy, to)?;
    Ok(())
}
