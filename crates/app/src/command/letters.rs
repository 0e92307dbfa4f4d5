//! Letters with one-time codes for people whom no e-mail reaches.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use model::{Message, Watch, Words};
use reports::{LetterTo, Letters};
use staging::{Connection, Permission, records};
use targets::FirstPassword;

use super::push::{PortalChoice, batch_id, record_of};
use super::report::head;
use crate::app::App;
use crate::clock;
use crate::dto::{JobStarted, LettersDone, LettersPrint};
use crate::error::{Code, Failure, at};
use crate::session::Session;

/// Makes a code for every account of a push that has no e-mail address and still waits for its first password, and
/// writes the letters to `path`. Letters printed before become worthless. The letters are on the disk before the portal
/// takes their codes, so that no failure here leaves codes that nobody can read.
///
/// # Errors
///
/// Where the portal cannot be reached or the batch is not in it; [`Code::Refused`] where nobody needs a letter; where
/// the file cannot be written. Nothing is written then, but see [`Failure::written`].
pub fn print(
    session: &Session,
    choice: &PortalChoice,
    asked: Option<&str>,
    path: &Path,
    watch: &dyn Watch,
) -> Result<LettersDone, Failure> {
    let project = session.write(Permission::Push)?;
    let batch = batch_id(project.connection(), asked)?;
    if path.is_dir() {
        return Err(at(path)(std::io::ErrorKind::IsADirectory.into()));
    }
    let file = Unfinished { path, done: false };
    let (mut failed, mut valid) = (None, None);
    let made = choice.connect()?.letters(batch, watch, &mut |codes, until| {
        let day = clock::day(until);
        valid = Some(day);
        written(session, project.connection(), codes, day).and_then(|bytes| file.write(&bytes)).map_err(|failure| {
            failed = Some(failure);
            "the letters could not be written".into()
        })
    });
    let codes = made.map_err(|error| failed.unwrap_or_else(|| error.into()))?;
    let Some(until) = valid.filter(|_| !codes.is_empty()) else {
        return Err(Failure::refused(Code::Refused, "error.no-letters", "error.no-letters.hint"));
    };
    file.name()?;
    let count = codes.len().to_string();
    project.log("letters.printed", &[("batch", &batch.to_string()), ("count", &count)], clock::now())?;
    Ok(LettersDone { path: path.display().to_string(), letters: codes.len() as f64, until: until.to_string() })
}

/// The letters as a PDF.
fn written(
    session: &Session,
    conn: &Connection,
    codes: &[FirstPassword],
    until: NaiveDate,
) -> Result<Vec<u8>, Failure> {
    let people = addressed(conn, codes, &session.words())?;
    Ok(reports::letters(&Letters { head: head(session), until, people })?)
}

/// The letters under another name, until the portal has their codes.
struct Unfinished<'p> {
    path: &'p Path,
    done: bool,
}

impl Unfinished<'_> {
    fn other(&self) -> PathBuf {
        let ending = self.path.extension().unwrap_or_default().to_string_lossy().into_owned();
        self.path.with_extension(format!("{ending}.unfinished"))
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        fs_err::write(self.other(), bytes).map_err(at(self.path))
    }

    /// The codes are good by now: where the letters do not get their name, a person must know where they lie.
    fn name(mut self) -> Result<(), Failure> {
        self.done = true;
        fs_err::rename(self.other(), self.path).map_err(|source| Failure::Unfinished {
            message: Message::new("error.letters-unnamed").with("path", self.other().display()),
            hint: Message::new("error.letters-unnamed.hint").with("path", self.path.display()),
            source,
        })
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if !self.done {
            // Codes that the portal does not have are no letters; mostly there is no such file.
            let _ = fs_err::remove_file(self.other());
        }
    }
}

/// The letters class by class and by name, as they are handed out.
fn addressed(conn: &Connection, codes: &[FirstPassword], words: &Words) -> Result<Vec<LetterTo>, Failure> {
    let classes = class_of_pupil(conn)?;
    let mut letters = Vec::new();
    for code in codes {
        let (entity, record) = record_of("users", code.record);
        let (name, mut place) = (name(conn, &entity, record)?, String::new());
        if entity == "students" {
            place = classes.get(&record).cloned().unwrap_or_default();
        } else if words.has(&format!("letters.place.{entity}")) {
            place = words.text(&format!("letters.place.{entity}")).to_owned();
        }
        letters.push(LetterTo { name, place, login: code.login.clone(), code: code.code.to_string() });
    }
    letters.sort_by(|one, other| (&one.place, &one.name).cmp(&(&other.place, &other.name)));
    Ok(letters)
}

fn name(conn: &Connection, code: &str, record: i64) -> Result<String, Failure> {
    let Some(entity) = model::entities::find(code) else { return Ok(String::new()) };
    let row = records::record(conn, entity, record)?;
    let full = row.value(entity, "full_name");
    if !full.is_empty() {
        return Ok(full.to_owned());
    }
    let parts = [row.value(entity, "first_name"), row.value(entity, "last_name")];
    Ok(parts.join(" ").trim().to_owned())
}

/// The name of the class that each pupil sits in now.
fn class_of_pupil(conn: &Connection) -> Result<HashMap<i64, String>, Failure> {
    let (Some(places), Some(classes)) = (model::entities::find("enrollments"), model::entities::find("classes")) else {
        return Ok(HashMap::new());
    };
    let (Some(student), Some(class)) = (places.position("student"), places.position("class")) else {
        return Ok(HashMap::new());
    };
    let mut names: HashMap<i64, String> = HashMap::new();
    let mut of_pupil = HashMap::new();
    for row in records::read(conn, places, Some(model::RecordState::Active), 0) {
        let row = row?;
        let link = |at: usize| row.links.get(at).copied().flatten();
        let (Some(pupil), Some(id)) = (link(student), link(class)) else { continue };
        if row.value(places, "status") != "active" && of_pupil.contains_key(&pupil) {
            continue;
        }
        let name = match names.entry(id) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(free) => {
                free.insert(records::record(conn, classes, id)?.value(classes, "name").to_owned()).clone()
            }
        };
        of_pupil.insert(pupil, name);
    }
    Ok(of_pupil)
}

pub(crate) fn ask_print(app: &App, asked: LettersPrint) -> Result<JobStarted, Failure> {
    app.start("letters", move |session, watch| {
        let choice = PortalChoice::of(session);
        let done = print(session, &choice, Some(&asked.batch), Path::new(&asked.path), watch)?;
        let count = crate::say::count(done.letters as u64);
        Ok((session.words().say("letters.done", &[("count", &count), ("path", &done.path)]), done))
    })
}
