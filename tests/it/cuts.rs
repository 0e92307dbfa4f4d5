//! The network goes, or the power: pushes, comparisons and rollbacks are cut at any byte and killed at any moment,
//! and after doing the same again every record is there once, or gone, and the counts balance.
//!
//! `DAFTAR_TEST_CUTS` says how often (6 unless told); the places are spread and moved a little by a seed, which is
//! printed and can be given again as `DAFTAR_TEST_SEED`. Nothing is asserted about time.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use testkit::cli::Cli;
use testkit::portal::ScratchPortal;
use testkit::proxy::Proxy;

use crate::kill::{fresh, kill_after, settled};
use crate::kit::{School, list, number, of_entity, prepared_portal, text, yes};

const PUSH: [&str; 3] = ["push", "--accept", "*=surat dihantar"];
/// Pupils: enough for several chunks.
const PUPILS: u32 = 700;

fn from_env(name: &str, else_: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(else_)
}

/// Places spread over `whole`.
fn places(whole: u64, what: &str) -> Vec<u64> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let mut seed = from_env("DAFTAR_TEST_SEED", u64::from(now.subsec_nanos()) | 1);
    let count = from_env("DAFTAR_TEST_CUTS", 6);
    println!("{what}: {count} places over {whole}, DAFTAR_TEST_SEED={seed}");
    let place = |at: u64| {
        // a linear congruential step (Knuth's MMIX constants)
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (at * whole + (seed >> 33) % whole.max(1)) / count
    };
    (0..count).map(place).collect()
}

/// A checked school, an empty portal, and how both are made anew.
struct Stage {
    school: School,
    template: ScratchPortal,
    kept: PathBuf,
    pupils: u64,
}

/// One try: a portal of its own, and the command by way of a wire.
struct Try {
    portal: ScratchPortal,
    proxy: Proxy,
    cli: Cli,
}

impl Stage {
    fn new(seed: u64) -> Result<Self> {
        let school = School::checked(PUPILS, "0.02", seed)?;
        let template = prepared_portal(&school.cli)?;
        let kept = school.dir.path().join("asal");
        fresh(&school.project(), &kept)?;
        let mut stage = Self { school, template, kept, pupils: 0 };
        let whole = stage.fresh()?;
        stage.pupils = number(of_entity(&whole.cli.json(0, &PUSH)?, "students")?, "/inserted");
        ensure!(stage.pupils > u64::from(PUPILS) * 9 / 10, "most pupils go: {}", stage.pupils);
        Ok(stage)
    }

    fn project(&self) -> PathBuf {
        self.school.project()
    }

    /// The project as it was before any push, and an empty portal.
    fn fresh(&self) -> Result<Try> {
        fresh(&self.kept, &self.project())?;
        let portal = self.template.copy()?;
        let proxy = Proxy::to(&portal.url())?;
        let cli = self.school.cli.with("DAFTAR_PORTAL_URL", proxy.url(&portal.url()));
        Ok(Try { portal, proxy, cli })
    }

    /// The portal holds everything once, and nothing waits in the incoming tables.
    fn whole(&self, one: &Try) -> Result<()> {
        let again = one.cli.json(0, &PUSH)?;
        for entity in list(&again, "/entities") {
            let sum = |name: &str| number(entity, name);
            let sent = sum("/inserted") + sum("/updated") + sum("/unchanged") + sum("/rejected");
            ensure!(sum("/staged") == sent, "counts balance: {entity}");
        }
        let verified = one.cli.json(0, &["verify"])?;
        ensure!(yes(&verified, "/passed"), "{verified}");
        let pupils = self.pupils;
        let there = one
            .portal
            .sql("select count(*), count(distinct student_number), count(distinct user_id) from academic.students")?;
        ensure!(there == format!("{pupils}|{pupils}|{pupils}"), "pupils, numbers, accounts: {there}");
        let waiting = one.portal.number("select count(*) from migration.incoming_rows")?;
        ensure!(waiting == 0, "{waiting} rows are left in the incoming tables");
        Ok(())
    }
}

#[test]
fn a_push_whose_wire_is_cut_is_whole_after_the_next() -> Result<()> {
    let stage = Stage::new(31)?;
    let first = stage.fresh()?;
    first.proxy.cut_after(u64::MAX);
    first.cli.json(0, &PUSH)?;
    let (mut none, mut all) = (0, 0);
    for place in places(first.proxy.passed(), "cut push") {
        let one = stage.fresh()?;
        one.proxy.cut_after(place);
        let cut = one.cli.run(&["--json", "push", "--accept", "*=surat dihantar"])?;
        settled(&one.portal)?;
        let context = || format!("cut after {place} bytes; the push said {} {}", cut.code, cut.out);
        // a cut during the upload is mended by the push itself; later it says that it was cut
        ensure!(cut.code == 0 || cut.code == 4, "{}", context());
        let there = one.portal.number("select count(*) from academic.students")?;
        ensure!(there == 0 || there == stage.pupils, "{there} pupils are there; {}", context());
        ensure!(cut.code == 4 || there == stage.pupils, "what is said to be there is there; {}", context());
        if there == 0 {
            none += 1
        } else {
            all += 1
        }
        stage.whole(&one).with_context(context)?;
    }
    println!("cut push: {none} times nothing was there before the next push, {all} times everything");
    Ok(())
}

#[test]
fn a_comparison_or_rollback_whose_wire_is_cut_can_be_done_again() -> Result<()> {
    let stage = Stage::new(32)?;
    let pushed = stage.fresh()?;
    let before = pushed.portal.dump(&["audit", "migration"])?;
    let batch = text(&pushed.cli.json(0, &PUSH)?, "/batch").to_owned();
    pushed.proxy.cut_after(u64::MAX);
    pushed.cli.json(0, &["verify"])?;
    for place in places(pushed.proxy.passed(), "cut verify") {
        pushed.proxy.cut_after(place);
        let cut = pushed.cli.run(&["--json", "verify"])?;
        ensure!(cut.code == 4, "cut after {place} bytes: {} {}", cut.code, cut.out);
    }
    ensure!(yes(&pushed.cli.json(0, &["verify"])?, "/passed"), "nothing was changed by looking");

    let (after_push, project) = (stage.school.dir.path().join("ditolak"), stage.project());
    fresh(&project, &after_push)?;
    settled(&pushed.portal)?;
    let template = pushed.portal.copy()?;
    pushed.proxy.cut_after(u64::MAX);
    pushed.cli.json(0, &["rollback", &batch])?;
    for place in places(pushed.proxy.passed(), "cut rollback") {
        let (portal, _) = (template.copy()?, fresh(&after_push, &project)?);
        let proxy = Proxy::to(&portal.url())?;
        let cli = stage.school.cli.with("DAFTAR_PORTAL_URL", proxy.url(&portal.url()));
        proxy.cut_after(place);
        cli.run(&["rollback", &batch])?;
        settled(&portal)?;
        let there = portal.number("select count(*) from academic.students")?;
        ensure!(there == 0 || there == stage.pupils, "cut after {place} bytes: {there} pupils");
        let out = cli.json(0, &["rollback", &batch])?;
        ensure!(text(&out, "/state") == "rolled_back" && number(&out, "/keptTotal") == 0, "cut after {place}: {out}");
        let left = portal.dump(&["audit", "migration"])?;
        ensure!(left == before, "cut after {place} bytes: the portal is as before the push");
    }
    Ok(())
}

/// Kills `args` at moments spread over the time that they take; `again` then sees that all is well.
fn killed(
    stage: &Stage,
    what: &str,
    args: &[&str],
    begin: &dyn Fn() -> Result<Try>,
    again: &dyn Fn(&Try) -> Result<()>,
) -> Result<()> {
    let first = begin()?;
    let began = Instant::now();
    first.cli.json(0, args)?;
    let whole = u64::try_from(began.elapsed().as_micros())?;
    for moment in places(whole, what) {
        let one = begin()?;
        let moment = Duration::from_micros(moment);
        kill_after(&one.cli, args, moment)?;
        settled(&one.portal)?;
        let there = one.portal.number("select count(*) from academic.students")?;
        ensure!(there == 0 || there == stage.pupils, "{what} killed after {moment:?}: {there} pupils");
        again(&one).with_context(|| format!("{what} killed after {moment:?}"))?;
    }
    Ok(())
}

#[test]
fn a_push_that_is_killed_in_upload_or_apply_is_whole_after_the_next() -> Result<()> {
    let stage = Stage::new(33)?;
    killed(&stage, "killed push", &PUSH, &|| stage.fresh(), &|one| stage.whole(one))
}

#[test]
fn a_comparison_or_rollback_that_is_killed_can_be_done_again() -> Result<()> {
    let stage = Stage::new(34)?;
    let pushed = stage.fresh()?;
    let before = pushed.portal.dump(&["audit", "migration"])?;
    let batch = text(&pushed.cli.json(0, &PUSH)?, "/batch").to_owned();
    let (after_push, project): (PathBuf, PathBuf) = (stage.school.dir.path().join("ditolak"), stage.project());
    fresh(&project, &after_push)?;
    settled(&pushed.portal)?;
    let begin = || -> Result<Try> {
        fresh(&after_push, &project)?;
        let portal = pushed.portal.copy()?;
        let proxy = Proxy::to(&portal.url())?;
        let cli = stage.school.cli.with("DAFTAR_PORTAL_URL", proxy.url(&portal.url()));
        Ok(Try { portal, proxy, cli })
    };
    killed(&stage, "killed verify", &["verify"], &begin, &|one| {
        ensure!(yes(&one.cli.json(0, &["verify"])?, "/passed"), "everything is still there");
        Ok(())
    })?;
    killed(&stage, "killed rollback", &["rollback", &batch], &begin, &|one| {
        let out = one.cli.json(0, &["rollback", &batch])?;
        ensure!(text(&out, "/state") == "rolled_back", "{out}");
        ensure!(one.portal.dump(&["audit", "migration"])? == before, "the portal is as before the push");
        Ok(())
    })
}

/// Whether the file at `path` says what is expected within a minute.
fn waits_for(what: &str, ready: &dyn Fn() -> Result<bool>) -> Result<()> {
    for _ in 0..600 {
        if ready()? {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    anyhow::bail!("{what} did not come")
}

fn queue_log(dir: &Path) -> Result<String> {
    Ok(fs_err::read_to_string(dir.join("queue.log"))?)
}

#[test]
fn a_push_asked_for_without_network_goes_out_by_itself_and_survives_being_killed() -> Result<()> {
    let stage = Stage::new(35)?;
    let one = stage.fresh()?;
    one.proxy.set_away(true);
    let dir = stage.school.dir.path();
    let start = || -> Result<std::process::Child> {
        let log = fs_err::File::create(dir.join("queue.log"))?.into_file();
        let args = ["--lang", "en", "push", "--when-online", "--accept", "*=surat dihantar"];
        Ok(one.cli.command(&args).stdout(log.try_clone()?).stderr(log).spawn()?)
    };
    let mut child = start()?;
    waits_for("a second try", &|| Ok(queue_log(dir)?.contains("(try 2)")))?;
    child.kill()?;
    child.wait()?;
    let waits = one.cli.json(0, &["queue"])?;
    ensure!(text(&waits, "/waiting/state") == "waiting" && number(&waits, "/waiting/tries") >= 2, "{waits}");
    ensure!(one.portal.number("select count(*) from academic.students")? == 0, "nothing went out");

    let mut child = start()?;
    waits_for("a first try", &|| Ok(queue_log(dir)?.contains("(try 1)")))?;
    one.proxy.set_away(false);
    ensure!(child.wait()?.code() == Some(0), "{}", queue_log(dir)?);
    ensure!(one.cli.json(0, &["queue"])?["waiting"].is_null(), "nothing waits any more");
    stage.whole(&one)
}

#[test]
fn the_queue_stops_at_once_where_waiting_mends_nothing_and_never_sends_other_records() -> Result<()> {
    let stage = Stage::new(36)?;
    let one = stage.fresh()?;
    one.portal.sql("create role tanpa_hak login")?;
    let poor = one.cli.with("DAFTAR_PORTAL_URL", one.portal.url().replace("app@", "tanpa_hak@"));
    let mut queued = PUSH.to_vec();
    queued.push("--when-online");
    let refused = poor.json(4, &queued)?;
    ensure!(text(&refused, "/error/code") == "TargetAuthFailed", "{refused}");
    let stopped = poor.json(1, &["queue"])?;
    ensure!(text(&stopped, "/waiting/state") == "stopped" && !text(&stopped, "/waiting/hint").is_empty(), "{stopped}");
    one.portal.sql("insert into migration.schema_version (version) values (99)")?;
    let newer = one.cli.json(4, &queued)?;
    ensure!(text(&newer, "/error/code") == "TargetSchemaMismatch", "{newer}");
    ensure!(number(&one.cli.json(1, &["queue"])?, "/waiting/tries") == 1, "once and not again");
    one.cli.json(0, &["queue", "--drop"])?;
    ensure!(one.portal.number("select count(*) from academic.students")? == 0, "nothing was written");
    one.portal.sql("drop role tanpa_hak")?;
    Ok(())
}
