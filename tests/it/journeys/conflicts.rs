//! Where the portal has another value, and where it is away: plan, policies, decisions, the queue, and taking back
//! single kinds, on the command line and in the window.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use testkit::cli::{Cli, PASSPHRASE};
use testkit::portal::ScratchPortal;
use testkit::proxy::Proxy;

use crate::desk::Desk;
use crate::kit::{list, number, of_entity, prepared_portal, text, write_pupils, yes};

/// Pupils of the list.
const PUPILS: u32 = 200;

/// A project with a plain list of pupils, and an empty portal.
pub(crate) struct Place {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) cli: Cli,
    pub(crate) portal: ScratchPortal,
}

impl Place {
    pub(crate) fn new() -> Result<Self> {
        let dir = testkit::scratch()?;
        let cli = Cli::new(dir.path())?.with("DAFTAR_PROJECT", dir.path().join("p.daftar"));
        cli.json(0, &["new", "p.daftar", "--school", "Sekolah Ujian", "--code", "UJI0001"])?;
        write_pupils(&dir.path().join("m.csv"), PUPILS)?;
        cli.json(0, &["import", "m.csv"])?;
        cli.run(&["cleanse", "--apply", "safe"])?;
        cli.run(&["validate"])?;
        let portal = prepared_portal(&cli)?;
        Ok(Self { cli: cli.with("DAFTAR_PORTAL_URL", portal.url()), dir, portal })
    }

    /// The window, with the project open and this portal in its settings.
    fn window(&self, url: &str) -> Result<Desk> {
        let desk = Desk::new(self.dir.path());
        desk.open(&self.dir.path().join("p.daftar"), "", PASSPHRASE)?;
        desk.ask("settings_set", json!({ "portalUrl": url }))?;
        Ok(desk)
    }

    fn pupils(&self) -> Result<u64> {
        self.portal.number("select count(*) from academic.students")
    }
}

const ACCEPT: [&str; 2] = ["--accept", "*=surat dihantar"];

/// `push` with `more`, which ends with `exit`.
fn push(cli: &Cli, exit: i32, more: &[&str]) -> Result<Value> {
    cli.json(exit, &[&["push"][..], &ACCEPT[..], more].concat())
}

#[test]
fn a_policy_of_the_command_line_keeps_the_portals_values_and_says_so() -> Result<()> {
    let place = Place::new()?;
    push(&place.cli, 0, &[])?;
    let change = "update academic.students set full_name = 'Dibetulkan di Portal' where student_number = 'K000007'";
    place.portal.sql(change)?;
    let name = "select full_name from academic.students where student_number = 'K000007'";
    for policy in ["skip", "fill-blanks", "ask"] {
        let waits = u8::from(policy == "ask");
        let document = push(&place.cli, waits.into(), &["--on-conflict", &format!("students={policy}")])?;
        ensure!(number(&document, "/undecided") == u64::from(waits), "{policy}: what waits is counted: {document}");
        ensure!(number(of_entity(&document, "students")?, "/updated") == 0, "{policy}: {document}");
        ensure!(document["differing"] == json!([["students", 1]]), "{policy} says what differs: {document}");
        ensure!(place.portal.sql(name)? == "Dibetulkan di Portal", "{policy}");
        let verified = place.cli.json(0, &["verify"])?;
        ensure!(yes(&verified, "/passed") && number(&verified, "/keptTotal") == 1, "{policy}: {verified}");
        ensure!(text(&verified, "/kept/0/portal") == "Dibetulkan di Portal", "{policy}: {verified}");
        ensure!(number(of_entity(&verified, "students")?, "/kept") == 1, "{policy}: {verified}");
    }
    place.cli.run(&["report", "reconciliation", "--out", "penyata.json"])?;
    let report = kept_report(&place)?;
    ensure!(number(&report, "/keptTotal") == 1 && list(&report, "/policies").len() == 1, "{report}");
    place.portal.sql(&change.replace("di Portal", "Lagi"))?;
    let verified = place.cli.json(1, &["verify"])?;
    ensure!(number(&verified, "/differencesTotal") == 1 && number(&verified, "/keptTotal") == 0, "{verified}");
    let document = push(&place.cli, 1, &["--rehearse", "--on-conflict", "*=ask"])?;
    ensure!(number(&document, "/undecided") == 1, "a person has to look: {document}");
    for wrong in ["students", "students=always", "pupils=skip"] {
        let error = push(&place.cli, 2, &["--on-conflict", wrong])?;
        ensure!(text(&error, "/error/code") == "Usage", "{wrong}: {error}");
    }
    for wrong in ["*=", "*= ", "no-such-check=surat"] {
        let error = place.cli.json(2, &["push", "--accept", wrong])?;
        ensure!(text(&error, "/error/code") == "Usage" && text(&error, "/error/detail").is_empty(), "{wrong}: {error}");
    }
    let document = push(&place.cli, 0, &[])?;
    ensure!(number(of_entity(&document, "students")?, "/updated") == 1, "as ever: {document}");
    ensure!(place.portal.sql(name)? != "Dibetulkan di Portal");
    Ok(())
}

fn kept_report(place: &Place) -> Result<Value> {
    Ok(serde_json::from_str(&fs_err::read_to_string(place.dir.path().join("penyata.json"))?)?)
}

#[test]
fn the_window_shows_both_values_and_writes_what_was_decided() -> Result<()> {
    let place = Place::new()?;
    push(&place.cli, 0, &[])?;
    place.portal.sql("update academic.students set full_name = 'Nama Lain', nationality = 'Lain-lain' where student_number = 'K000007'")?;
    place.portal.sql("update academic.students set date_of_birth = null where student_number = 'K000008'")?;
    let desk = place.window(&place.portal.url())?;
    let run = |rehearse: bool| desk.job("push_run", json!({ "rehearse": rehearse, "leaveOutReason": "surat" }));
    let page = |outcome: &str, offset: u32| {
        desk.ask("plan_page", json!({ "outcome": outcome, "entity": "students", "offset": offset, "limit": 50 }))
    };
    let set = desk.ask("policy_set", json!({ "entity": "students", "policy": "ask" }))?;
    let kept = list(&set, "/entities").iter().find(|one| one["entity"] == "students");
    ensure!(kept.is_some_and(|one| one["policy"] == "ask"), "{set}");
    let plan = run(true)?;
    ensure!(number(&plan, "/undecided") == 1, "the name, and not the blank: {plan}");
    let asks = page("asks", 0)?;
    let line = list(&asks, "/lines").first().context("a difference to decide")?;
    ensure!(text(line, "/value/old") == "Nama Lain" && text(line, "/value/new").contains("00007"), "{line}");
    ensure!(text(line, "/place").contains("m.csv"), "{line}");
    let filled = page("updated", 0)?;
    ensure!(number(&filled, "/kept") == 1 && list(&filled, "/lines")[0]["value"]["old"] == "", "{filled}");
    let same = page("unchanged", 150)?;
    ensure!(
        number(&same, "/total") + 2 >= u64::from(PUPILS) && list(&same, "/lines").len() >= 48,
        "paged: {}",
        same["total"]
    );
    desk.ask("plan_decide", json!({ "ids": [line["value"]["id"]], "entity": "", "take": true }))?;
    ensure!(number(&page("asks", 0)?, "/undecided") == 0, "decided");
    let pushed = run(false)?;
    ensure!(number(of_entity(&pushed, "students")?, "/updated") == 2, "{pushed}");
    let there = "select full_name, nationality from academic.students where student_number = 'K000007'";
    ensure!(place.portal.sql(there)?.ends_with("00007 bin Contoh|Lain-lain"), "{}", place.portal.sql(there)?);
    Ok(())
}

#[test]
fn single_kinds_go_out_and_the_rest_is_still_verified() -> Result<()> {
    let place = Place::new()?;
    let batch = text(&push(&place.cli, 0, &[])?, "/batch").to_owned();
    let held = place.cli.json(1, &["rollback", &batch, "--entities", "students", "--plan"])?;
    ensure!(number(&held, "/keptTotal") == u64::from(PUPILS), "their places in classes refer to them: {held}");
    let out = place.cli.json(0, &["rollback", &batch, "--entities", "enrollments,students"])?;
    ensure!(number(of_entity(&out, "students")?, "/reversed") == u64::from(PUPILS), "{out}");
    ensure!(place.pupils()? == 0 && place.portal.number("select count(*) from academic.classes")? > 0);
    place.cli.json(0, &["report", "reconciliation", "--out", "penyata.json"])?;
    let report = kept_report(&place)?;
    ensure!(yes(&report, "/balances") && !text(&report, "/takenBackAt").is_empty(), "{report}");
    let row = |report: &Value, title: &str| {
        list(report, "/rows").iter().find(|row| text(row, "/entityTitle") == title).cloned().unwrap_or_default()
    };
    let pupils = row(&report, "Murid");
    ensure!(number(&pupils, "/takenBack") == u64::from(PUPILS) && number(&pupils, "/stands") == 0, "{pupils}");
    let classes = row(&report, "Kelas");
    ensure!(number(&classes, "/takenBack") == 0 && number(&classes, "/stands") > 0, "{classes}");
    ensure!(yes(&place.cli.json(0, &["verify"])?, "/passed"), "what stands is as it was pushed");
    place.cli.json(0, &["report", "reconciliation", "--out", "penyata.json"])?;
    ensure!(yes(&kept_report(&place)?, "/verifiedPassed"), "compared since");
    let status = place.cli.json(0, &["status"])?;
    ensure!(text(&status, "/lastPush/state") == "applied", "{status}");
    place.cli.json(2, &["rollback", &batch, "--entities", "pupils"])?;
    let again = push(&place.cli, 0, &[])?;
    ensure!(number(of_entity(&again, "students")?, "/inserted") == u64::from(PUPILS), "they can go again: {again}");
    Ok(())
}

/// Some pupils refused: so many that the rest may be taken back, or so many that all was.
#[test]
fn five_percent_offer_a_partial_rollback_and_more_than_ten_take_everything_back() -> Result<()> {
    let place = Place::new()?;
    // a rule of the portal's own that 13 of 200 pupils break
    let rule = "alter table academic.students add constraint ujian check (student_number not like 'K0000%' or student_number > 'K000012')";
    place.portal.sql(rule)?;
    let document = push(&place.cli, 1, &[])?;
    let students = of_entity(&document, "students")?;
    ensure!(text(&document, "/state") == "applied" && number(students, "/rejected") == 13, "{students}");
    let offered: Vec<&Value> = list(&document, "/offerRollback").iter().collect();
    ensure!(offered.iter().any(|code| **code == "students"), "{offered:?}");
    let words = place.cli.run(&["--lang", "en", "push", "--accept", "*=surat"])?;
    ensure!(words.out.contains("--entities"), "the way back is written out: {}", words.out);

    let strict = Place::new()?;
    strict.portal.sql(&rule.replace("K000012", "K000030"))?;
    let document = push(&strict.cli, 1, &[])?;
    ensure!(text(&document, "/state") == "refused" && strict.pupils()? == 0, "{}", document["state"]);
    ensure!(list(&document, "/offerRollback").is_empty(), "nothing is there to take back: {document}");
    Ok(())
}

/// Waits until `ready` says yes.
pub(crate) fn until(what: &str, ready: &dyn Fn() -> Result<bool>) -> Result<()> {
    for _ in 0..600 {
        if ready()? {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    anyhow::bail!("{what} did not come")
}

#[test]
fn the_windows_queue_sends_by_itself_and_never_records_that_changed_since() -> Result<()> {
    let place = Place::new()?;
    let proxy = Proxy::to(&place.portal.url())?;
    proxy.set_away(true);
    let desk = place.window(&proxy.url(&place.portal.url()))?;
    let view = desk.ask("portal_view", json!({}))?;
    let bad: Vec<_> = list(&view, "/steps").iter().filter(|step| step["state"] == "bad").collect();
    ensure!(bad.len() == 1 && bad[0]["code"] == "host", "the test names what failed: {view}");
    let asked = json!({ "rehearse": false, "leaveOutReason": "surat dihantar" });
    let state = |desk: &Desk| -> Result<String> { Ok(text(&desk.ask("queue_view", json!({}))?, "/state").to_owned()) };
    desk.ask("queue_put", asked.clone())?;
    ensure!(state(&desk)? == "waiting");
    // what waits survives closing, and while it waits everything else can be done
    desk.ask("project_close", json!({}))?;
    let desk = place.window(&proxy.url(&place.portal.url()))?;
    ensure!(state(&desk)? == "waiting", "after opening again");
    let edit =
        json!({ "edits": [{ "entity": "students", "record": 1, "field": "full_name", "value": "Nama Baharu" }] });
    desk.ask("record_edit", edit)?;
    proxy.set_away(false);
    until("a new plan", &|| Ok(state(&desk)? == "changed"))?;
    ensure!(place.pupils()? == 0, "other records than those asked for were not sent");
    let plan = desk.ask("push_list", json!({}))?;
    ensure!(text(&plan[0], "/state") == "rehearsed", "the plan was made anew: {}", plan[0]["state"]);
    desk.ask("queue_renew", json!({}))?;
    until("the push", &|| Ok(state(&desk)?.is_empty()))?;
    ensure!(place.pupils()? == u64::from(PUPILS));
    let name = "select count(*) from academic.students where full_name = 'Nama Baharu'";
    ensure!(place.portal.number(name)? == 1);
    // another one is taken back before it goes
    proxy.set_away(true);
    desk.ask("queue_put", asked)?;
    let dropped = desk.ask("queue_drop", json!({}))?;
    ensure!(text(&dropped, "/state").is_empty(), "{dropped}");
    Ok(())
}

fn queue_log(dir: &Path) -> Result<String> {
    Ok(fs_err::read_to_string(dir.join("queue.log"))?)
}

#[test]
fn a_push_asked_for_without_network_goes_out_by_itself_and_survives_being_killed() -> Result<()> {
    let place = Place::new()?;
    let proxy = Proxy::to(&place.portal.url())?;
    proxy.set_away(true);
    let (dir, cli) = (place.dir.path(), place.cli.with("DAFTAR_PORTAL_URL", proxy.url(&place.portal.url())));
    let start = || -> Result<std::process::Child> {
        let log = fs_err::File::create(dir.join("queue.log"))?.into_file();
        let args = ["--lang", "en", "push", "--when-online", "--no-backup", "--accept", "*=surat dihantar"];
        Ok(cli.command(&args).stdout(log.try_clone()?).stderr(log).spawn()?)
    };
    let mut child = start()?;
    until("a second try", &|| Ok(queue_log(dir)?.contains("(try 2)")))?;
    child.kill()?;
    child.wait()?;
    let waits = cli.json(0, &["queue"])?;
    ensure!(text(&waits, "/waiting/state") == "waiting" && number(&waits, "/waiting/tries") >= 2, "{waits}");
    ensure!(place.pupils()? == 0, "nothing went out");

    let mut child = start()?;
    until("a first try", &|| Ok(queue_log(dir)?.contains("(try 1)")))?;
    proxy.set_away(false);
    ensure!(child.wait()?.code() == Some(0), "{}", queue_log(dir)?);
    ensure!(cli.json(0, &["queue"])?["waiting"].is_null(), "nothing waits any more");
    ensure!(place.pupils()? == u64::from(PUPILS) && yes(&cli.json(0, &["verify"])?, "/passed"), "all of it, once");
    ensure!(!dir.join("p-backups").exists(), "no copies, as was wished");
    Ok(())
}

#[test]
fn a_push_by_hand_settles_the_one_that_waits_and_nothing_goes_out_by_itself_after_a_rollback() -> Result<()> {
    let place = Place::new()?;
    let proxy = Proxy::to(&place.portal.url())?;
    let url = proxy.url(&place.portal.url());
    let cli = place.cli.with("DAFTAR_PORTAL_URL", &url);
    let asked = json!({ "rehearse": false, "leaveOutReason": "surat dihantar" });
    let queued = || -> Result<()> {
        proxy.set_away(true);
        let desk = place.window(&url)?;
        desk.ask("queue_put", asked.clone())?;
        desk.ask("project_close", json!({}))?;
        proxy.set_away(false);
        Ok(())
    };
    queued()?;
    let batch = text(&push(&cli, 0, &[])?, "/batch");
    ensure!(cli.json(0, &["queue"])?["waiting"].is_null(), "the push by hand was that push");

    queued()?;
    cli.json(0, &["rollback", &batch])?;
    let stopped = cli.json(1, &["queue"])?;
    ensure!(text(&stopped, "/waiting/state") == "stopped" && !text(&stopped, "/waiting/hint").is_empty(), "{stopped}");
    let desk = place.window(&url)?;
    std::thread::sleep(Duration::from_secs(3));
    ensure!(place.pupils()? == 0, "what was taken back does not come again by itself");
    desk.ask("queue_renew", json!({}))?;
    until("the push", &|| Ok(text(&desk.ask("queue_view", json!({}))?, "/state").is_empty()))?;
    ensure!(place.pupils()? == u64::from(PUPILS), "a person asked for it");
    Ok(())
}

#[test]
fn a_queued_push_whose_wire_is_cut_goes_on_by_itself() -> Result<()> {
    let place = Place::new()?;
    // there and back: the same records, but the checks have not seen them
    place.cli.json(0, &["undo"])?;
    place.cli.json(0, &["redo"])?;
    let proxy = Proxy::to(&place.portal.url())?;
    // Without the tools that copy the portal first: their bytes would be counted too.
    let cli = place.cli.with("DAFTAR_PORTAL_URL", proxy.url(&place.portal.url())).with("DAFTAR_PG_BIN", "/nowhere");
    proxy.cut_after(60_000);
    let ran = cli.run(&["--lang", "en", "push", ACCEPT[0], ACCEPT[1], "--when-online"])?;
    ensure!(ran.code == 0 && ran.err.contains("(try 1)"), "{} {} {}", ran.code, ran.out, ran.err);
    ensure!(place.pupils()? == u64::from(PUPILS) && cli.json(0, &["queue"])?["waiting"].is_null());
    Ok(())
}

#[test]
fn the_queue_stops_at_once_where_waiting_mends_nothing_and_never_sends_other_records() -> Result<()> {
    let place = Place::new()?;
    let (cli, role) = (&place.cli, format!("r_{}", place.portal.name()));
    place.portal.sql(&format!("create role {role} login"))?;
    let poor = cli.with("DAFTAR_PORTAL_URL", place.portal.url().replace("app@", &format!("{role}@")));
    let queued = ["push", ACCEPT[0], ACCEPT[1], "--when-online"];
    let refused = poor.json(4, &queued)?;
    ensure!(text(&refused, "/error/code") == "TargetAuthFailed", "{refused}");
    let stopped = poor.json(1, &["queue"])?;
    ensure!(text(&stopped, "/waiting/state") == "stopped" && !text(&stopped, "/waiting/hint").is_empty(), "{stopped}");
    place.portal.sql("insert into migration.schema_version (version) values (99)")?;
    let newer = cli.json(4, &queued)?;
    ensure!(text(&newer, "/error/code") == "TargetSchemaMismatch", "{newer}");
    ensure!(number(&cli.json(1, &["queue"])?, "/waiting/tries") == 1, "once and not again");
    cli.json(0, &["queue", "--drop"])?;
    ensure!(place.pupils()? == 0, "nothing was written");
    place.portal.sql(&format!("drop role {role}"))?;
    Ok(())
}
