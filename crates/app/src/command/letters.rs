//! Letters with one-time codes for people whom no e-mail reaches.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use chrono::Days;
use model::{Watch, Words};
use reports::{LetterTo, Letters};
use staging::{Connection, Permission, records};
use targets::{FirstPassword, LETTER_DAYS};

use super::push::{PortalChoice, batch_id, record_of};
use super::report::{head, write_whole};
use crate::app::App;
use crate::clock;
use crate::dto::{JobStarted, LettersDone, LettersPrint};
use crate::error::{Code, Failure};
use crate::session::Session;

/// Makes a code for every account of a push that has no e-mail address and still waits for its first password, and
/// writes the letters to `path`. Letters printed before become worthless.
///
/// # Errors
///
/// Where the portal cannot be reached or the batch is not in it; [`Code::Refused`] where nobody needs a letter; where
/// the file cannot be written: then the codes are in the portal, and printing again replaces them.
pub fn print(
    session: &Session,
    choice: &PortalChoice,
    asked: Option<&str>,
    path: &Path,
    watch: &dyn Watch,
) -> Result<LettersDone, Failure> {
    let project = session.write(Permission::Push)?;
    let batch = batch_id(project.connection(), asked)?;
    let codes = choice.connect()?.letters(batch, watch)?;
    if codes.is_empty() {
        return Err(Failure::refused(Code::Refused, "error.no-letters", "error.no-letters.hint"));
    }
    let until = clock::today().checked_add_days(Days::new(LETTER_DAYS.into())).unwrap_or_else(clock::today);
    let people = addressed(project.connection(), &codes, &session.words())?;
    let letters = Letters { head: head(session), until, people };
    write_whole(path, &reports::letters(&letters)?)?;
    let count = codes.len().to_string();
    project.log("letters.printed", &[("batch", &batch.to_string()), ("count", &count)], clock::now())?;
    Ok(LettersDone { path: path.display().to_string(), letters: codes.len() as f64, until: until.to_string() })
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
