//! The network goes, or the power: pushes, comparisons and rollbacks are cut at any byte and killed at any moment,
//! and after doing the same again every record is there once, or gone, and the counts balance.
//!
//! `DAFTAR_TEST_CUTS` says how often (3 unless told); the places are spread and moved a little by a seed, which is
//! printed and can be given again as `DAFTAR_TEST_SEED`. Hundred places take long: `DAFTAR_TEST_CUTS_FROM` and
//! `DAFTAR_TEST_CUTS_TO` take a part of them (from 0, without the last), `DAFTAR_TEST_CUTS_OF` one kind, such as
//! `killed push`. Nothing is asserted about time.

use std::path::PathBuf;
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

/// Whether this kind of cut is wanted.
fn wanted(what: &str) -> bool {
    std::env::var("DAFTAR_TEST_CUTS_OF").map_or(true, |kind| kind == what)
}

/// Places spread over `whole`, by their numbers.
fn places(whole: u64, what: &str) -> Vec<(u64, u64)> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let mut seed = from_env("DAFTAR_TEST_SEED", u64::from(now.subsec_nanos()) | 1);
    let count = from_env("DAFTAR_TEST_CUTS", 3);
    println!("{what}: {count} places over {whole}, DAFTAR_TEST_SEED={seed}");
    let mut place = |at: u64| {
        // a linear congruential step (Knuth's MMIX constants)
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (at * whole + (seed >> 33) % whole.max(1)) / count
    };
    let part = from_env("DAFTAR_TEST_CUTS_FROM", 0)..from_env("DAFTAR_TEST_CUTS_TO", count).min(count);
    (0..count).map(|at| (at, place(at))).filter(|(at, _)| part.contains(at)).collect()
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
        let cli = self.school.cli.with("DAFTAR_PORTAL_URL", proxy.url(&portal.url())).with("DAFTAR_PG_BIN", "/nowhere");
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
fn a_push_that_is_cut_or_killed_is_whole_after_the_next() -> Result<()> {
    let stage = Stage::new(31)?;
    pushes_are_cut(&stage)?;
    killed(&stage, "killed push", &PUSH, &|| stage.fresh(), &|one| stage.whole(one))
}

fn pushes_are_cut(stage: &Stage) -> Result<()> {
    if !wanted("cut push") {
        return Ok(());
    }
    let first = stage.fresh()?;
    first.proxy.cut_after(u64::MAX);
    first.cli.json(0, &PUSH)?;
    let (mut none, mut all) = (0, 0);
    for (at, place) in places(first.proxy.passed(), "cut push") {
        let one = stage.fresh()?;
        one.proxy.cut_after(place);
        let cut = one.cli.run(&["--json", "push", "--accept", "*=surat dihantar"])?;
        settled(&one.portal)?;
        let context = || format!("place {at}, cut after {place} bytes; the push said {} {}", cut.code, cut.out);
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

/// A push that stands, and how it is made again.
struct Pushed<'s> {
    stage: &'s Stage,
    one: Try,
    batch: String,
    /// The project after the push.
    kept: PathBuf,
    /// What the portal held before it.
    before: String,
}

impl<'s> Pushed<'s> {
    fn new(stage: &'s Stage) -> Result<Self> {
        let one = stage.fresh()?;
        let before = one.portal.dump(&["audit", "migration"])?;
        let batch = text(&one.cli.json(0, &PUSH)?, "/batch");
        let kept = stage.school.dir.path().join("dihantar");
        fresh(&stage.project(), &kept)?;
        settled(&one.portal)?;
        Ok(Self { stage, one, batch, kept, before })
    }

    fn again(&self) -> Result<Try> {
        fresh(&self.kept, &self.stage.project())?;
        let portal = self.one.portal.copy()?;
        let proxy = Proxy::to(&portal.url())?;
        let cli = self.stage.school.cli.with("DAFTAR_PORTAL_URL", proxy.url(&portal.url()));
        Ok(Try { portal, proxy, cli })
    }

    /// The push goes out, to the byte.
    fn goes_out(&self, one: &Try) -> Result<()> {
        let out = one.cli.json(0, &["rollback", &self.batch])?;
        ensure!(text(&out, "/state") == "rolled_back" && number(&out, "/keptTotal") == 0, "{out}");
        ensure!(one.portal.dump(&["audit", "migration"])? == self.before, "the portal is as before the push");
        Ok(())
    }
}

#[test]
fn a_comparison_or_rollback_that_is_cut_or_killed_can_be_done_again() -> Result<()> {
    let stage = Stage::new(32)?;
    let pushed = Pushed::new(&stage)?;
    comparisons_are_cut(&pushed)?;
    rollbacks_are_cut(&pushed)?;
    killed(&stage, "killed verify", &["verify"], &|| pushed.again(), &|one| {
        ensure!(yes(&one.cli.json(0, &["verify"])?, "/passed"), "everything is still there");
        Ok(())
    })?;
    let rollback = ["rollback", pushed.batch.as_str()];
    killed(&stage, "killed rollback", &rollback, &|| pushed.again(), &|one| pushed.goes_out(one))
}

fn comparisons_are_cut(pushed: &Pushed<'_>) -> Result<()> {
    if !wanted("cut verify") {
        return Ok(());
    }
    let one = pushed.again()?;
    one.proxy.cut_after(u64::MAX);
    one.cli.json(0, &["verify"])?;
    for (at, place) in places(one.proxy.passed(), "cut verify") {
        one.proxy.cut_after(place);
        let cut = one.cli.run(&["--json", "verify"])?;
        ensure!(cut.code == 4, "place {at}, cut after {place} bytes: {} {}", cut.code, cut.out);
    }
    ensure!(yes(&one.cli.json(0, &["verify"])?, "/passed"), "nothing was changed by looking");
    Ok(())
}

fn rollbacks_are_cut(pushed: &Pushed<'_>) -> Result<()> {
    if !wanted("cut rollback") {
        return Ok(());
    }
    let first = pushed.again()?;
    first.proxy.cut_after(u64::MAX);
    pushed.goes_out(&first)?;
    for (at, place) in places(first.proxy.passed(), "cut rollback") {
        let one = pushed.again()?;
        one.proxy.cut_after(place);
        one.cli.run(&["rollback", &pushed.batch])?;
        settled(&one.portal)?;
        let there = one.portal.number("select count(*) from academic.students")?;
        ensure!(there == 0 || there == pushed.stage.pupils, "place {at}, cut after {place} bytes: {there} pupils");
        pushed.goes_out(&one).with_context(|| format!("place {at}, cut after {place} bytes"))?;
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
    if !wanted(what) {
        return Ok(());
    }
    let first = begin()?;
    let began = Instant::now();
    first.cli.json(0, args)?;
    let whole = u64::try_from(began.elapsed().as_micros())?;
    for (at, moment) in places(whole, what) {
        let one = begin()?;
        let moment = Duration::from_micros(moment);
        kill_after(&one.cli, args, moment)?;
        settled(&one.portal)?;
        let there = one.portal.number("select count(*) from academic.students")?;
        ensure!(there == 0 || there == stage.pupils, "{what} {at}, after {moment:?}: {there} pupils");
        again(&one).with_context(|| format!("{what} {at}, after {moment:?}"))?;
    }
    Ok(())
}
