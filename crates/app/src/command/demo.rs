//! The made-up school, to try everything on.

use std::path::{Path, PathBuf};

use model::{Applicability, Lang, Watch};
use staging::NewProject;

use super::{cleanse, import, push, report, sessions, settings, validate};
use crate::app::App;
use crate::clock;
use crate::dto::{ImportFile, JobStarted, Nothing, SessionView, SettingsSet};
use crate::error::{Failure, at};
use crate::private_portal::PrivatePortal;
use crate::session::{Session, kdf};
use chrono::Datelike as _;

/// The administrator of the made-up school, and a passphrase that is no secret.
pub const USER: &str = "pentadbir";
/// See [`USER`].
pub const PASSPHRASE: &str = "sekolah contoh";

/// Pupils of the made-up school.
const STUDENTS: u32 = 240;

/// Makes up a school with its files in `dir` and a project for it.
///
/// # Errors
///
/// Where the folder cannot be written.
pub fn make(dir: &Path, lang: Lang, students: u32) -> Result<(Session, Vec<PathBuf>), Failure> {
    fs_err::create_dir_all(dir).map_err(at(dir))?;
    let year = clock::today().year();
    let wish = sample::Wish { students, mess: 0.08, seed: 2026, year, years: 0 };
    let school = sample::generate(&wish, &dir.join("sekolah"))?;
    let path = free_name(dir);
    let new = NewProject {
        school: "Sekolah Rendah Agama Contoh",
        code: "ABC1234",
        country: "MY",
        language: lang,
        year: Some(year),
        user: USER,
        display_name: "Pentadbir Contoh",
        passphrase: PASSPHRASE,
        kdf: kdf(),
        now: clock::now(),
    };
    let (session, _) = Session::create(&path, &new)?;
    Ok((session, school.files))
}

/// A project of an earlier demonstration stays as it is.
fn free_name(dir: &Path) -> PathBuf {
    let first = dir.join("sekolah-contoh.daftar");
    let numbered = (2..).map(|number| dir.join(format!("sekolah-contoh-{number}.daftar")));
    std::iter::once(first).chain(numbered).find(|path| !path.exists()).unwrap_or_else(|| dir.join("sekolah.daftar"))
}

/// Most past years of attendance that [`generate`] makes up.
pub const MOST_YEARS: u32 = sample::MOST_YEARS;

/// Makes up the files of a school in `out`, with the attendance of the `years` before this one; gives the files and the
/// truth.
///
/// # Errors
///
/// Where the folder cannot be written.
pub fn generate(
    students: u32,
    mess: f64,
    seed: u64,
    years: u32,
    out: &Path,
) -> Result<(Vec<PathBuf>, PathBuf), Failure> {
    let wish = sample::Wish { students, mess, seed, year: clock::today().year(), years };
    let school = sample::generate(&wish, out)?;
    Ok((school.files, school.truth_file))
}

/// Adds the sheets that schools keep to the made-up school of [`generate`]: registers, ledger, marks, memorisation.
///
/// # Errors
///
/// Where the folder cannot be written.
pub fn generate_sheets(students: u32, seed: u64, years: u32, out: &Path) -> Result<Vec<PathBuf>, Failure> {
    let wish = sample::Wish { students, mess: 0.0, seed, year: clock::today().year(), years };
    Ok(sample::generate_sheets(&wish, out)?.0)
}

/// The files of the made-up school as an import takes them.
#[must_use]
pub fn as_import(files: &[PathBuf]) -> Vec<ImportFile> {
    let nothing = import::nothing_chosen();
    let file = |path: &PathBuf| ImportFile {
        path: path.display().to_string(),
        member: None,
        options: nothing.clone(),
        tables: Vec::new(),
    };
    files.iter().map(file).collect()
}

/// Takes the made-up school through the whole journey, telling each step to `tell`. Leaves project,
/// files, reports and receipts in `dir`.
///
/// # Errors
///
/// The first thing that cannot be done.
pub fn run(
    dir: &Path,
    portal_url: Option<&str>,
    lang: Lang,
    watch: &dyn Watch,
    tell: &mut dyn FnMut(String),
) -> Result<(), Failure> {
    let (session, files) = make(dir, lang, STUDENTS)?;
    let words = session.words();
    tell(words.say("demo.made", &[("dir", &dir.display().to_string())]));
    let taken = as_import(&files);
    let wish = import::Wish { files: &taken, make: import::Make::Recognised, entity: None, mapping: None, table: None };
    let imported = import::run(&session, &wish, watch)?;
    tell(words.say("import.done", &[("rows", &crate::say::count(imported.rows)), ("files", &files.len().to_string())]));
    let cleanse::Applied { changed, .. } =
        cleanse::apply_and_propose(&session, cleanse::Which { rule: None, least: Applicability::Safe }, watch)?;
    tell(words.say("cleanse.applied", &[("count", &crate::say::count(changed))]));
    validate::run(&session, watch)?;
    let checked = validate::view(&session)?;
    let (critical, warnings) = (checked.critical_findings.to_string(), checked.warning_findings.to_string());
    tell(words.say(
        if checked.passed { "validate.passed" } else { "validate.failed" },
        &[("critical", &critical), ("warnings", &warnings)],
    ));
    let own = if portal_url.is_none() { Some(PrivatePortal::start(&dir.join("portal"))?) } else { None };
    let url = portal_url.map(str::to_owned).or_else(|| own.as_ref().map(|own| own.url().to_owned()));
    let choice = push::PortalChoice { url, password: None };
    through_portal(&session, &choice, dir, watch, tell)
}

/// The journey from the prepared portal to the signed papers.
fn through_portal(
    session: &Session,
    choice: &push::PortalChoice,
    dir: &Path,
    watch: &dyn Watch,
    tell: &mut dyn FnMut(String),
) -> Result<(), Failure> {
    let words = session.words();
    let prepared = push::prepare(choice, None, watch)?;
    tell(words.say("portal.prepared", &[("version", &prepared.to.to_string())]));
    let accepted = vec![("*".to_owned(), words.text("demo.left-out").to_owned())];
    let mut wish = push::Wish { rehearse: true, accepted, portal: choice.clone(), ..push::Wish::default() };
    for rehearse in [true, false] {
        wish.rehearse = rehearse;
        let pushed = push::run(session, &wish, watch)?;
        let name = if rehearse { "rehearsal.json" } else { "receipt.json" };
        write(&dir.join(name), &serde_json::to_string_pretty(&pushed).unwrap_or_default())?;
        let view = push::list(session)?.into_iter().find(|view| view.batch == pushed.batch);
        tell(view.map(|view| view.sentence).unwrap_or_default());
    }
    let verified = push::verify(session, choice, None, watch)?;
    write(&dir.join("verify.json"), &serde_json::to_string_pretty(&verified).unwrap_or_default())?;
    tell(push::verify_sentence(&verified, &words));
    for kind in ["validation", "reconciliation"] {
        for format in ["pdf", "html", "json"] {
            let path = dir.join(format!("{kind}.{format}"));
            report::export(session, kind, format, &path)?;
            tell(words.say("report.done", &[("path", &path.display().to_string())]));
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs_err::write(path, text).map_err(at(path))
}

/// Makes up a school for the window, with its files brought in, its records made and a portal to push to.
fn make_for_window(app: &App, dir: &Path, lang: Lang, watch: &dyn Watch) -> Result<Session, Failure> {
    let (session, files) = make(dir, lang, STUDENTS)?;
    let taken = as_import(&files);
    let wish = import::Wish { files: &taken, make: import::Make::Recognised, entity: None, mapping: None, table: None };
    import::run(&session, &wish, watch)?;
    give_portal(app, &session, dir)?;
    Ok(session)
}

/// Without PostgreSQL on the computer the made-up school has no portal; everything else works.
fn give_portal(app: &App, session: &Session, dir: &Path) -> Result<(), Failure> {
    let Ok(portal) = PrivatePortal::start(&dir.join("portal")) else { return Ok(()) };
    let portal_url = Some(portal.url().to_owned());
    app.keep_portal(portal);
    settings::set(session, SettingsSet { portal_url, ..settings::nothing() })
}

/// Opens the made-up school of an earlier time, or makes it: what `--demo` of the window does.
///
/// # Errors
///
/// Where the folder cannot be written, or the project there is another's.
pub fn open_or_make(app: &App) -> Result<(), Failure> {
    let dir = app.host().documents_dir().join("Daftar");
    let path = dir.join("sekolah-contoh.daftar");
    let session = if path.exists() {
        let session = Session::open(&path, Some(USER), PASSPHRASE)?;
        give_portal(app, &session, &dir)?;
        session
    } else {
        make_for_window(app, &dir, app.lang(), &model::Silent)?
    };
    sessions::enter(app, session)?;
    Ok(())
}

pub(crate) fn ask(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.leave()?;
    let (dir, lang) = (app.host().documents_dir().join("Daftar"), app.lang());
    let shared = app.clone();
    Ok(app.start_free("demo", move |watch| {
        let session = make_for_window(&shared, &dir, lang, watch)?;
        let sentence = session.words().say("demo.made", &[("dir", &dir.display().to_string())]);
        let view: SessionView = sessions::enter(&shared, session)?;
        Ok((sentence, view))
    }))
}
