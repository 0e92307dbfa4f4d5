//! The same way as the window goes it: commands by name with JSON, in both languages.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use app::dto::ErrorView;
use serde_json::{Value, json};
use testkit::cli::Cli;
use testkit::portal::ScratchPortal;

use crate::desk::Desk;
use crate::kit::{list, number, of_entity, text, yes};

const ADMIN: &str = "frasa pentadbir";
const CLERK: &str = "frasa kerani baru";

/// One walk through the window in one language.
struct Walk {
    desk: Desk,
    dir: tempfile::TempDir,
    lang: &'static str,
    /// Everything that was refused on the way.
    errors: Vec<ErrorView>,
}

#[test]
fn a_school_goes_through_the_window_in_both_languages() -> Result<()> {
    let (malay, english) = std::thread::scope(|scope| {
        let malay = scope.spawn(|| Walk::whole("ms"));
        let english = Walk::whole("en");
        (malay.join(), english)
    });
    let malay = malay.unwrap_or_else(|_| anyhow::bail!("the walk in Malay panicked"))?;
    let english = english?;
    assert_eq!(malay.len(), english.len(), "both languages refuse the same things");
    for (malay, english) in malay.iter().zip(&english) {
        assert_eq!(malay.code, english.code, "a code is no matter of language");
        assert_ne!(malay.message, english.message, "{}: the message is in the person's language", malay.code);
        assert_ne!(malay.hint, english.hint, "{}: the hint is in the person's language", malay.code);
        assert!(!malay.written && !english.written, "{}: nothing was written", malay.code);
        assert!(!malay.hint.is_empty(), "{}: what to do now is said", malay.code);
    }
    Ok(())
}

impl Walk {
    fn whole(lang: &'static str) -> Result<Vec<ErrorView>> {
        let dir = testkit::scratch()?;
        let mut walk = Self { desk: Desk::new(dir.path()), dir, lang, errors: Vec::new() };
        let key = walk.founds()?;
        walk.locks()?;
        let files = walk.brings_in()?;
        walk.maps_by_hand()?;
        walk.cleanses()?;
        walk.edits()?;
        walk.validates()?;
        let portal = ScratchPortal::new()?;
        walk.pushes(&portal)?;
        walk.gives_roles(&files)?;
        walk.recovers(&key)?;
        Ok(walk.errors)
    }

    fn project(&self) -> PathBuf {
        self.dir.path().join("sekolah.daftar")
    }

    fn ask(&self, command: &str, payload: Value) -> Result<Value> {
        self.desk.ask(command, payload)
    }

    /// A command that must be refused with `code`.
    fn refused(&mut self, code: &str, command: &str, payload: Value) -> Result<()> {
        let error = self.desk.refused(command, payload)?;
        assert_eq!(error.code, code, "{command}: {error:?}");
        self.errors.push(error);
        Ok(())
    }

    /// A job that must fail with `code`.
    fn fails(&mut self, code: &str, command: &str, payload: Value) -> Result<()> {
        let error = self.desk.failed(command, payload)?;
        assert_eq!(error.code, code, "{command}: {error:?}");
        self.errors.push(error);
        Ok(())
    }

    /// Makes the project, closes it, and comes back; gives the recovery key.
    fn founds(&mut self) -> Result<String> {
        let made = self.ask(
            "project_create",
            json!({
                "path": self.project(), "school": "Sekolah Ujian", "code": "UJI0002", "country": "MY", "year": 2026,
                "language": self.lang, "user": "ketua", "displayName": "Ketua Ujian", "passphrase": ADMIN,
            }),
        )?;
        assert_eq!(text(&made, "/session/role"), "administrator");
        self.ask("project_close", json!({}))?;
        self.refused("NoProject", "home_view", json!({}))?;
        let open = |passphrase: &str| json!({ "path": self.dir.path().join("sekolah.daftar"), "user": "ketua", "passphrase": passphrase });
        let (wrong, right) = (open("frasa yang lain"), open(ADMIN));
        self.refused("WrongPassphrase", "project_open", wrong)?;
        self.ask("project_open", right)?;
        let recent = self.ask("project_recent", json!({}))?;
        assert_eq!(text(&recent, "/0/school"), "Sekolah Ujian", "the project is remembered on this computer");
        text(&made, "/recoveryKey").parse().context("a recovery key")
    }

    /// Locked by hand and by itself, the window tells nothing and does nothing.
    fn locks(&mut self) -> Result<()> {
        assert!(yes(&self.ask("session_lock", json!({}))?, "/locked"));
        self.refused("Locked", "home_view", json!({}))?;
        self.refused("WrongPassphrase", "session_unlock", json!({ "passphrase": "frasa yang lain" }))?;
        assert!(!yes(&self.ask("session_unlock", json!({ "passphrase": ADMIN }))?, "/locked"));
        let settings = self.ask("settings_set", json!({ "idleMinutes": 1, "theme": "dark" }))?;
        assert_eq!(number(&settings, "/idleMinutes"), 1);
        let long_ago = Instant::now().checked_sub(Duration::from_secs(61)).context("a clock")?;
        self.desk.app.touched_at(long_ago);
        assert!(yes(&self.ask("session_view", json!({}))?, "/locked"), "after a minute without a touch it locks");
        self.ask("session_touch", json!({}))?;
        self.refused("Locked", "records_page", records("students", 0))?;
        self.ask("session_unlock", json!({ "passphrase": ADMIN }))?;
        Ok(())
    }

    /// Brings the made-up school in and accepts what is not certain; gives the files.
    fn brings_in(&mut self) -> Result<Vec<PathBuf>> {
        let cli = Cli::new(self.dir.path())?;
        let made = cli.json(0, &["generate", "--students", "60", "--mess", "0.2", "--seed", "5", "--out", "fail"])?;
        let files: Vec<PathBuf> =
            list(&made, "/files").iter().filter_map(Value::as_str).map(|file| self.dir.path().join(file)).collect();
        self.desk.will_pick(files.clone());
        let picked = self.ask("dialog_open", json!({ "kind": "open-sources", "suggested": "" }))?;
        assert_eq!(list(&picked, "/paths").len(), 3, "what was picked is what the window gets");
        let meant = self.ask("import_expand", json!({ "paths": [self.dir.path().join("fail")] }))?;
        assert_eq!(list(&meant, "/sources").len(), 3, "a folder stands for the files in it: {meant}");
        assert_eq!(list(&meant, "/leftOut").len(), 1, "the truth about the school is no list: {meant}");
        let seen = self.desk.job("import_inspect", json!({ "file": file(&files[1]) }))?;
        assert!(number(&seen, "/tables/0/rows") > 0 && !list(&seen, "/tables/0/sample").is_empty(), "{seen}");
        self.fails("SourceChanged", "import_inspect", json!({ "file": file(Path::new("/tiada/fail.csv")) }))?;
        self.desk.job("import_start", import(&files))?;
        self.accepts()?;
        let home = self.ask("home_view", json!({}))?;
        let students = number(of_entity(&home, "students")?, "/records");
        assert!(students >= 60, "every pupil is a record: {students}");
        Ok(files)
    }

    /// Accepts the proposed mapping of every table that was not taken by itself.
    fn accepts(&self) -> Result<()> {
        for table in list(&self.ask("mapping_tables", json!({}))?, "") {
            if !yes(table, "/mapped") {
                let table = number(table, "/table");
                let view = self.ask("mapping_view", json!({ "table": table }))?;
                assert!(list(&view, "/missing").is_empty(), "nothing that is needed is missing: {view}");
                self.desk.job("mapping_accept", json!({ "table": table }))?;
            }
        }
        Ok(())
    }

    /// A table whose headers say nothing: a person sends the columns and explains a code.
    fn maps_by_hand(&mut self) -> Result<()> {
        let path = self.dir.path().join("aneh.csv");
        fs_err::write(
            &path,
            "Q1,Q2,Q3,STATUS\nT-1,Rekaan Satu bin Ujian,31/01/2015,Aktif\nT-2,Rekaan Dua binti Ujian,28/02/2016,QQ\n",
        )?;
        let batch = self.desk.job("import_start", import(&[path]))?;
        let table = number(&batch, "/files/0/tables/0/table");
        for (column, field) in [
            (0, "students.student_number"),
            (1, "students.full_name"),
            (2, "students.date_of_birth"),
            (3, "students.status"),
        ] {
            self.ask("mapping_set", json!({ "table": table, "column": column, "field": field }))?;
        }
        let nonsense = json!({ "table": table, "column": 1, "field": "students.shoe_size" });
        self.refused("Usage", "mapping_set", nonsense)?;
        let view = self.ask("mapping_view", json!({ "table": table }))?;
        assert_eq!(text(&view, "/columns/1/field"), "students.full_name");
        assert_eq!(text(&view, "/columns/1/certainty"), "chosen");
        let lookup = json!({ "table": table, "field": "students.status", "code": "QQ", "value": "transferred" });
        self.ask("mapping_set_lookup", lookup)?;
        self.desk.job("mapping_accept", json!({ "table": table }))?;
        let page = self.ask("records_page", records_with("students", "Rekaan Dua"))?;
        assert_eq!(number(&page, "/total"), 1, "{page}");
        assert_eq!(cell(&page, 0, "status")?, "transferred", "the code means what the person said");
        let raw = self.ask("raw_page", json!({ "table": table, "offset": 0, "limit": 10 }))?;
        assert_eq!(text(&raw, "/rows/1/cells/3"), "QQ", "what was landed is never changed");
        Ok(())
    }

    fn cleanses(&mut self) -> Result<()> {
        self.desk.job("cleanse_propose", json!({}))?;
        let view = self.ask("cleanse_view", json!({}))?;
        assert!(number(&view, "/safe") > 0 && !yes(&view, "/stale"), "{view}");
        let rule = text(&view, "/rules/0/rule");
        let fixes = self.ask("cleanse_fixes", json!({ "rule": rule, "applicability": "", "offset": 0, "limit": 5 }))?;
        assert!(number(&fixes, "/total") > 0, "{fixes}");
        self.desk.job("cleanse_apply", json!({ "rule": "", "applicability": "safe", "fixes": [] }))?;
        let history = self.ask("history_view", json!({ "offset": 0, "limit": 50 }))?;
        assert!(yes(&history, "/canUndo") && !yes(&history, "/canRedo"), "{history}");
        self.desk.job("history_undo", json!({}))?;
        assert!(yes(&self.ask("history_view", json!({ "offset": 0, "limit": 50 }))?, "/canRedo"));
        self.desk.job("history_redo", json!({}))?;
        Ok(())
    }

    /// One value typed, its story, and a record left out.
    fn edits(&mut self) -> Result<()> {
        let page = self.ask("records_page", records_with("students", "Rekaan Satu"))?;
        let record = number(&page, "/rows/0/record");
        let edit = json!({ "edits": [{ "entity": "students", "record": record, "field": "full_name", "value": "Rekaan Pertama bin Ujian" }] });
        assert_eq!(number(&self.ask("record_edit", edit)?, "/changed"), 1);
        let story =
            self.ask("record_story", json!({ "entity": "students", "record": record, "field": "full_name" }))?;
        assert_eq!((text(&story, "/raw"), text(&story, "/file")), ("Rekaan Satu bin Ujian".into(), "aneh.csv".into()));
        assert_eq!(
            (number(&story, "/row"), text(&story, "/column")),
            (2, "Q2".into()),
            "the place in the school's file"
        );
        assert_eq!(text(&story, "/value"), "Rekaan Pertama bin Ujian");
        let last = list(&story, "/changes").last().context("the change is in the story")?;
        assert_eq!((text(last, "/user"), text(last, "/after")), ("ketua".into(), "Rekaan Pertama bin Ujian".into()));
        let exclude =
            |reason: &str| json!({ "entity": "students", "records": [record], "reason": reason, "exclude": true });
        self.refused("Usage", "record_exclude", exclude("  "))?;
        assert_eq!(number(&self.ask("record_exclude", exclude("bukan murid kami"))?, "/changed"), 1);
        let left_out = self.ask("records_page", show("students", "excluded"))?;
        assert_eq!(number(&left_out, "/total"), 1, "{left_out}");
        Ok(())
    }

    fn validates(&mut self) -> Result<()> {
        let view = self.desk.job("validate_run", json!({}))?;
        assert!(yes(&view, "/ran") && !yes(&view, "/stale") && !yes(&view, "/passed"), "{view}");
        let checks = list(&view, "/sections").iter().flat_map(|section| list(section, "/checks"));
        let found =
            |severity: &'static str| move |check: &&Value| check["severity"] == severity && !yes(check, "/passed");
        let warning = checks.clone().find(found("warning")).context("a warning")?;
        let critical = checks.clone().find(found("critical")).context("a critical finding")?;
        let asked =
            json!({ "check": text(critical, "/check"), "severity": "", "entity": "", "offset": 0, "limit": 10 });
        let page = self.ask("findings_page", asked)?;
        assert_eq!(number(&page, "/total"), number(critical, "/count"), "check and list say the same");
        assert!(!text(&page, "/findings/0/message").is_empty() && number(&page, "/findings/0/row") > 0);
        let waive =
            |check: &Value, reason: &str| json!({ "check": text(check, "/check"), "reason": reason, "waive": true });
        self.refused("Usage", "validate_waive", waive(critical, "tidak mengapa"))?;
        self.refused("Usage", "validate_waive", waive(warning, ""))?;
        let waived = self.ask("validate_waive", waive(warning, "disemak dengan ibu bapa"))?;
        let reasons = list(&waived, "/sections").iter().flat_map(|section| list(section, "/checks"));
        let said = reasons.filter(|check| check["waived"]["reason"] == "disemak dengan ibu bapa").count();
        assert_eq!(said, 1, "the reason stands at the check: {waived}");
        Ok(())
    }

    fn pushes(&mut self, portal: &ScratchPortal) -> Result<()> {
        self.fails("Usage", "push_run", json!({ "rehearse": true, "leaveOutReason": "surat" }))?;
        self.ask("settings_set", json!({ "portalUrl": portal.url() }))?;
        assert!(!yes(&self.ask("portal_view", json!({}))?, "/prepared"));
        self.fails("TargetSchemaMismatch", "push_run", json!({ "rehearse": true, "leaveOutReason": "surat" }))?;
        self.desk.job("portal_prepare", json!({}))?;
        assert!(yes(&self.ask("portal_view", json!({}))?, "/prepared"));
        self.fails("BlockingFindings", "push_run", json!({ "rehearse": false, "leaveOutReason": "" }))?;
        assert_eq!(portal.number("select count(*) from academic.students")?, 0, "nothing was sent");
        let reason = "surat dihantar kepada ibu bapa";
        let rehearsed = self.desk.job("push_run", json!({ "rehearse": true, "leaveOutReason": reason }))?;
        assert_eq!(text(&rehearsed, "/state"), "rehearsed");
        assert_eq!(portal.number("select count(*) from academic.students")?, 0, "a rehearsal leaves nothing");
        let push = self.desk.job("push_run", json!({ "rehearse": false, "leaveOutReason": reason }))?;
        let (batch, students) = (text(&push, "/batch"), of_entity(&push, "students")?);
        assert_eq!(number(students, "/inserted"), portal.number("select count(*) from academic.students")?);
        assert_eq!(number(students, "/excluded"), 1, "the record left out is counted: {students}");
        let verified = self.desk.job("verify_run", json!({ "batch": batch }))?;
        assert!(yes(&verified, "/passed"), "{verified}");
        self.profiles()?;
        self.reports()?;
        let plan = self.desk.job("rollback_plan", json!({ "batch": batch }))?;
        let done = self.desk.job("rollback_run", json!({ "batch": batch }))?;
        assert_eq!(plan["entities"], done["entities"], "what was planned was done");
        assert_eq!(portal.number("select count(*) from academic.students")?, 0, "the portal is empty again");
        Ok(())
    }

    /// What is counted is what was brought in, and says so until something changes.
    fn profiles(&mut self) -> Result<()> {
        assert!(!yes(&self.ask("profile_view", json!({}))?, "/made"));
        let profile = self.desk.job("profile_run", json!({}))?;
        assert!(yes(&profile, "/made") && !yes(&profile, "/stale"), "{profile}");
        let tables = list(&profile, "/tables");
        let landed: u64 = tables.iter().map(|table| number(table, "/rows")).sum();
        assert_eq!(number(&profile, "/rows"), landed);
        let columns = self.ask("profile_columns", json!({ "table": tables[0]["table"] }))?;
        for column in list(&columns, "/columns") {
            let sum: u64 = ["filled", "blank", "nullWords"].iter().map(|key| number(column, &format!("/{key}"))).sum();
            assert_eq!(sum, number(&tables[0], "/rows"), "{column}");
        }
        self.refused("Usage", "profile_columns", json!({ "table": 999_999 }))?;
        Ok(())
    }

    fn reports(&mut self) -> Result<()> {
        for kind in ["profile", "validation", "push", "reconciliation"] {
            let html = text(&self.ask("report_preview", json!({ "kind": kind }))?, "/html");
            assert!(html.contains("Sekolah Ujian") && html.contains(&format!("lang=\"{}\"", self.lang)), "{html:.400}");
        }
        let path = self.dir.path().join("laporan.pdf");
        self.desk.job("report_export", json!({ "kind": "validation", "format": "pdf", "path": path }))?;
        assert!(fs_err::read(&path)?.starts_with(b"%PDF"), "a PDF");
        self.refused("Usage", "report_preview", json!({ "kind": "horoscope" }))
    }

    /// A clerk may bring in, but not push; an auditor sees everything and changes nothing.
    fn gives_roles(&mut self, files: &[PathBuf]) -> Result<()> {
        for (name, role) in [("kerani", "clerk"), ("juru", "auditor")] {
            let user = json!({ "name": name, "displayName": name, "role": role, "passphrase": CLERK });
            self.ask("user_add", user)?;
        }
        self.desk.open(&self.project(), "kerani", CLERK)?;
        self.fails("NotAllowed", "push_run", json!({ "rehearse": false, "leaveOutReason": "x" }))?;
        self.refused(
            "NotAllowed",
            "user_add",
            json!({ "name": "a", "displayName": "", "role": "clerk", "passphrase": CLERK }),
        )?;
        self.refused("NotAllowed", "access_log", json!({ "offset": 0, "limit": 10 }))?;
        self.desk.open(&self.project(), "juru", CLERK)?;
        let before = self.ask("home_view", json!({}))?;
        self.audits(files)?;
        let after = self.ask("home_view", json!({}))?;
        assert_eq!(before["entities"], after["entities"], "the auditor changed something");
        let log = self.ask("access_log", json!({ "offset": 0, "limit": 50 }))?;
        assert!(yes(&log, "/whole") && number(&log, "/total") > 10, "the chain of the log is whole: {log}");
        Ok(())
    }

    fn audits(&mut self, files: &[PathBuf]) -> Result<()> {
        let edit = json!({ "edits": [{ "entity": "students", "record": 1, "field": "full_name", "value": "Lain" }] });
        self.refused("NotAllowed", "record_edit", edit)?;
        self.refused("NotAllowed", "validate_waive", json!({ "check": "age", "reason": "x", "waive": true }))?;
        self.refused("NotAllowed", "mapping_set", json!({ "table": 1, "column": 0, "field": null }))?;
        let exclude = json!({ "entity": "students", "records": [1], "reason": "x", "exclude": true });
        self.refused("NotAllowed", "record_exclude", exclude)?;
        self.fails("NotAllowed", "import_start", import(files))?;
        for job in ["cleanse_propose", "history_undo", "validate_run", "portal_prepare"] {
            self.fails("NotAllowed", job, json!({}))?;
        }
        let apply = json!({ "rule": "", "applicability": "safe", "fixes": [] });
        self.fails("NotAllowed", "cleanse_apply", apply)?;
        self.fails("NotAllowed", "push_run", json!({ "rehearse": true, "leaveOutReason": "x" }))?;
        self.refused("NotAllowed", "settings_set", json!({ "school": "Sekolah Lain" }))
    }

    /// The administrator forgot the passphrase: the recovery key gives a new one.
    fn recovers(&mut self, key: &str) -> Result<()> {
        self.ask("project_close", json!({}))?;
        let recover = |key: &str| json!({ "path": self.dir.path().join("sekolah.daftar"), "user": "ketua", "recoveryKey": key, "newPassphrase": "frasa serba baru" });
        let (wrong, right) = (recover("ABCD-EFGH"), recover(key));
        self.refused("WrongPassphrase", "project_recover", wrong)?;
        assert_eq!(text(&self.ask("project_recover", right)?, "/user"), "ketua");
        self.ask("project_close", json!({}))?;
        let old = json!({ "path": self.project(), "user": "ketua", "passphrase": ADMIN });
        self.refused("WrongPassphrase", "project_open", old)?;
        self.desk.open(&self.project(), "ketua", "frasa serba baru")?;
        Ok(())
    }
}

/// A stopped import leaves nothing behind, and the next one finds its feet.
#[test]
fn a_stopped_import_leaves_nothing() -> Result<()> {
    let dir = testkit::scratch()?;
    let cli = Cli::new(dir.path())?.with("DAFTAR_PROJECT", dir.path().join("sekolah.daftar"));
    cli.json(0, &["new", "sekolah.daftar", "--school", "Sekolah Ujian"])?;
    let file = dir.path().join("besar.csv");
    crate::kit::write_pupils(&file, 60_000)?;
    let desk = Desk::new(dir.path());
    desk.open(&dir.path().join("sekolah.daftar"), "", testkit::cli::PASSPHRASE)?;
    let job = desk.start("import_start", import(&[file]))?;
    desk.under_way(&job)?;
    assert_eq!(desk.refused("project_close", json!({}))?.code, "ProjectBusy", "not while a job works in it");
    desk.ask("job_cancel", json!({ "job": job }))?;
    let ended = desk.ended(&job)?;
    assert_eq!(ended.state, "cancelled", "{ended:?}");
    assert!(list(&desk.ask("import_list", json!({}))?, "").is_empty(), "nothing of the import stays");
    assert!(list(&desk.ask("mapping_tables", json!({}))?, "").is_empty(), "and no table");
    let home = desk.ask("home_view", json!({}))?;
    assert_eq!(number(of_entity(&home, "students")?, "/records"), 0, "and no record");
    let small = dir.path().join("kecil.csv");
    crate::kit::write_pupils(&small, 10)?;
    let batch = desk.job("import_start", import(&[small]))?;
    assert_eq!(number(&batch, "/files/0/tables/0/landed"), 10, "the next import works");
    Ok(())
}

fn options() -> Value {
    json!({ "encoding": null, "delimiter": null, "headerRow": null, "password": null })
}

fn import(files: &[PathBuf]) -> Value {
    json!({ "files": files.iter().map(|path| file(path)).collect::<Vec<_>>() })
}

fn file(path: &Path) -> Value {
    json!({ "path": path, "member": null, "options": options(), "tables": [] })
}

fn ask_records(entity: &str, offset: u64, text: &str, show: &str) -> Value {
    json!({
        "entity": entity, "offset": offset, "limit": 500, "text": text, "show": show, "check": "",
        "sort": null, "descending": false,
    })
}

/// Asks for all records from `offset` on.
pub(crate) fn records(entity: &str, offset: u64) -> Value {
    ask_records(entity, offset, "", "all")
}

fn records_with(entity: &str, text: &str) -> Value {
    ask_records(entity, 0, text, "all")
}

fn show(entity: &str, show: &str) -> Value {
    ask_records(entity, 0, "", show)
}

/// The value of `field` in row `row` of a page.
pub(crate) fn cell(page: &Value, row: usize, field: &str) -> Result<String> {
    let column = list(page, "/columns").iter().position(|column| column["field"] == field);
    let column = column.with_context(|| format!("no column {field} in {page}"))?;
    Ok(text(page, &format!("/rows/{row}/cells/{column}/value")))
}

/// Something in the background still reads for a moment when the window closes the project.
#[test]
fn a_closed_project_opens_again_at_once() -> Result<()> {
    let dir = testkit::scratch()?;
    let cli = Cli::new(dir.path())?.with("DAFTAR_PROJECT", dir.path().join("sekolah.daftar"));
    cli.json(0, &["new", "sekolah.daftar", "--school", "Sekolah Ujian"])?;
    let (desk, path) = (Desk::new(dir.path()), dir.path().join("sekolah.daftar"));
    desk.open(&path, "", testkit::cli::PASSPHRASE)?;
    let held = desk.app.any_session().context("a project is open")?;
    let reads = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(200));
        drop(held);
    });
    desk.ask("project_close", json!({}))?;
    desk.open(&path, "", testkit::cli::PASSPHRASE)?;
    assert!(reads.join().is_ok(), "the reader must have ended by itself");
    Ok(())
}
