//! The power goes: the program is killed at any moment, and nothing is lost and nothing doubled.
//!
//! The moments are spread over the time that the same work takes undisturbed, moved a little by a seed that
//! is printed. Nothing is asserted about time.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use testkit::cli::Cli;
use testkit::portal::ScratchPortal;

use crate::desk::Desk;
use crate::kit::{School, list, number, of_entity, prepared_portal, records_dump, write_pupils, yes};

/// How often the program is killed in each kind of work.
const KILLS: u32 = 20;
/// Rows of the imported list.
const ROWS: u32 = 20_000;

/// Twenty moments over `whole` and a little after it.
fn moments(whole: Duration, what: &str) -> Vec<Duration> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut seed = u64::from(now.subsec_nanos()) | 1;
    println!("{what}: undisturbed {whole:?}, seed {seed}");
    let moment = |number: u32| {
        // A linear congruential step (Knuth's MMIX constants): spread, and the same for the same seed.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moved = (seed >> 33) as f64 / f64::from(1u32 << 31);
        whole.mul_f64((f64::from(number) + moved) / f64::from(KILLS) * 1.05)
    };
    (0..KILLS).map(moment).collect()
}

/// Starts the command and kills it after `moment`; whether it had ended by itself before.
pub(crate) fn kill_after(cli: &Cli, args: &[&str], moment: Duration) -> Result<bool> {
    let mut command = cli.command(args);
    let log = fs_err::File::create(cli.dir().join("killed.log"))?.into_file();
    let mut child = command.stdout(log.try_clone()?).stderr(log).spawn()?;
    let began = Instant::now();
    while began.elapsed() < moment && child.try_wait()?.is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let ended = child.try_wait()?.is_some();
    child.kill()?;
    child.wait()?;
    Ok(ended)
}

/// The project without whatever lies beside it.
pub(crate) fn fresh(from: &Path, to: &Path) -> Result<PathBuf> {
    for beside in ["", "-wal", "-shm", "-journal", "-lock"] {
        let path = PathBuf::from(format!("{}{beside}", to.display()));
        if path.exists() {
            fs_err::remove_file(path)?;
        }
    }
    fs_err::copy(from, to)?;
    Ok(to.to_owned())
}

#[test]
fn an_import_that_is_killed_left_all_rows_or_none() -> Result<()> {
    let dir = testkit::scratch()?;
    let cli = Cli::new(dir.path())?;
    let (empty, project, list_file) =
        (dir.path().join("kosong"), dir.path().join("p.daftar"), dir.path().join("m.csv"));
    write_pupils(&list_file, ROWS)?;
    let at = |path: &Path| cli.with("DAFTAR_PROJECT", path);
    at(&empty).json(0, &["new", "kosong", "--school", "Sekolah Ujian"])?;
    fresh(&empty, &project)?;
    let began = Instant::now();
    at(&project).json(0, &["import", "m.csv"])?;
    let whole = began.elapsed();
    let (mut none, mut all) = (0, 0);
    let mut unmapped = 0;
    let mut again = true;
    for moment in moments(whole, "import") {
        fresh(&empty, &project)?;
        kill_after(&at(&project), &["import", "m.csv"], moment)?;
        match landed(dir.path(), &project, &mut again).with_context(|| format!("killed after {moment:?}"))? {
            (0, 0) => none += 1,
            (rows, records) if rows == u64::from(ROWS) => {
                ensure!(records == 0 || records == rows, "killed after {moment:?}: {records} of {rows} records");
                unmapped += u32::from(records == 0);
                all += 1;
            }
            (rows, _) => anyhow::bail!("killed after {moment:?}: {rows} of {ROWS} rows are there"),
        }
    }
    println!("import: {none} times nothing, {all} times all rows, of these {unmapped} without records yet");
    ensure!(none > 0, "no kill came in the middle");
    at(&project).run(&["import", "m.csv"])?;
    Ok(())
}

/// Rows and pupils in a project that was just opened again; where rows wait for records, these can be made,
/// which is tried once.
fn landed(dir: &Path, project: &Path, again: &mut bool) -> Result<(u64, u64)> {
    let desk = Desk::new(dir);
    desk.open(project, "", testkit::cli::PASSPHRASE)?;
    let batches = desk.ask("import_list", json!({}))?;
    let tables =
        list(&batches, "").iter().flat_map(|batch| list(batch, "/files")).flat_map(|file| list(file, "/tables"));
    let (mut rows, mut open) = (0, Vec::new());
    for table in tables {
        rows += number(table, "/landed");
        if !yes(table, "/mapped") {
            open.push(number(table, "/table"));
        }
    }
    let records =
        || -> Result<u64> { Ok(number(of_entity(&desk.ask("home_view", json!({}))?, "students")?, "/records")) };
    let found = records()?;
    if let Some(table) = open.first() {
        ensure!(found == 0, "{found} records of a table that counts as not mapped");
        if std::mem::take(again) {
            desk.job("mapping_accept", json!({ "table": table }))?;
            ensure!(records()? == rows, "records can be made of what landed");
        }
    }
    desk.ask("project_close", json!({}))?;
    Ok((rows, found))
}

#[test]
fn a_push_that_is_killed_left_all_or_nothing() -> Result<()> {
    let school = School::checked(2_000, "0.02", 21)?;
    let template = prepared_portal(&school.cli)?;
    let kept = school.dir.path().join("asal");
    fresh(&school.project(), &kept)?;
    let push = ["push", "--accept", "*=surat dihantar"];
    let (whole, pupils) = {
        let portal = template.copy()?;
        let began = Instant::now();
        let done = school.cli.with("DAFTAR_PORTAL_URL", portal.url()).json(0, &push)?;
        (began.elapsed(), number(of_entity(&done, "students")?, "/inserted"))
    };
    ensure!(pupils > 1_900, "most of 2,000 pupils go: {pupils}");
    let project = school.project();
    let (mut portal, mut none, mut all) = (template.copy()?, 0, 0);
    fresh(&kept, &project)?;
    for moment in moments(whole, "push") {
        let cli = school.cli.with("DAFTAR_PORTAL_URL", portal.url());
        kill_after(&cli, &push, moment)?;
        settled(&portal)?;
        match portal.number("select count(*) from academic.students")? {
            0 => none += 1,
            there if there == pupils => {
                all += 1;
                whole_in_portal(&cli, &portal, pupils).with_context(|| format!("killed after {moment:?}"))?;
                portal = template.copy()?;
                fresh(&kept, &project)?;
            }
            there => anyhow::bail!("killed after {moment:?}: {there} of {pupils} pupils are in the portal"),
        }
    }
    println!("push: {none} times nothing, {all} times everything");
    ensure!(none > 0, "no kill came in the middle");
    let cli = school.cli.with("DAFTAR_PORTAL_URL", portal.url());
    whole_in_portal(&cli, &portal, pupils)
}

/// Waits until the server has noticed that nobody is there any more.
pub(crate) fn settled(portal: &ScratchPortal) -> Result<()> {
    let others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    for _ in 0..400 {
        if portal.number(others)? == 0 {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    anyhow::bail!("the killed program's connection is still open")
}

/// After pushing again everything is in the portal, once.
fn whole_in_portal(cli: &Cli, portal: &ScratchPortal, pupils: u64) -> Result<()> {
    let again = cli.json(0, &["push", "--accept", "*=surat dihantar"])?;
    ensure!(number(of_entity(&again, "students")?, "/rejected") == 0, "{again}");
    let verified = cli.json(0, &["verify"])?;
    ensure!(yes(&verified, "/passed"), "{verified}");
    let there = portal
        .sql("select count(*), count(distinct student_number), count(distinct user_id) from academic.students")?;
    ensure!(there == format!("{pupils}|{pupils}|{pupils}"), "pupils, numbers, accounts: {there}");
    Ok(())
}

/// The records of a project that was just opened again, and how many steps there are.
fn stands(project: &Path) -> Result<(String, u64)> {
    let session = app::Session::open(project, None, testkit::cli::PASSPHRASE)?;
    let page = app::dto::Page { offset: 0, limit: 1 };
    let steps = app::command::cleanse::history(&session, &page)?.head as u64;
    let dump = records_dump(session.read(staging::Permission::ViewRecords)?.connection())?;
    session.close()?;
    Ok((dump, steps))
}

#[test]
fn a_step_that_is_killed_is_there_whole_or_not_at_all() -> Result<()> {
    let school = School::new(600, "0.10", 33)?;
    school.cli.json(0, &["import", "fail"])?;
    let recipe = serde_json::json!({ "daftarRecipe": 1, "name": "ujian", "steps": [
        { "do": "rules", "least": "review" },
        { "do": "replace", "entity": "students", "field": "full_name", "find": "a", "with": "aa", "how": "text" },
        { "do": "replace", "entity": "guardians", "field": "full_name", "find": "i", "with": "ii", "how": "text" },
    ] });
    fs_err::write(school.dir.path().join("resipi.json"), recipe.to_string())?;
    let (project, before_file) = (school.project(), school.dir.path().join("sebelum"));
    fresh(&project, &before_file)?;
    let before = stands(&project)?;
    for work in [&["cleanse", "--recipe", "resipi.json"][..], &["undo"][..]] {
        fresh(&before_file, &project)?;
        let began = Instant::now();
        school.cli.run(work)?;
        let whole = began.elapsed();
        let after = stands(&project)?;
        let (mut none, mut all) = (0, 0);
        for moment in moments(whole, work[0]) {
            fresh(&before_file, &project)?;
            kill_after(&school.cli, work, moment)?;
            let found = stands(&project).with_context(|| format!("killed after {moment:?}"))?;
            if found == before_of(work, &before, &before_file)? {
                none += 1;
            } else {
                ensure!(found == after, "killed after {moment:?}: half a step is there");
                all += 1;
            }
        }
        println!("{}: {none} times nothing, {all} times the whole step", work[0]);
        ensure!(none > 0, "no kill came before the step was written");
        // The next work begins where this one ends.
        fresh(&before_file, &project)?;
        school.cli.run(work)?;
        fresh(&project, &before_file)?;
    }
    Ok(())
}

/// How things stand before `work`: the first begins with the records as brought in, the second with the step made.
fn before_of(work: &[&str], first: &(String, u64), kept: &Path) -> Result<(String, u64)> {
    if work[0] == "cleanse" {
        return Ok(first.clone());
    }
    let copy = kept.with_extension("lihat");
    fresh(kept, &copy)?;
    stands(&copy)
}
