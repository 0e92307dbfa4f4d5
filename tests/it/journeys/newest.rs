//! The way through a portal on the newest PostgreSQL: what a push does must not hang on the version that Debian has.

use anyhow::{Result, ensure};
use testkit::portal::ScratchPortal;

use crate::kit::{School, list, number, of_entity, text, yes};

#[test]
fn the_newest_server_takes_a_school_gives_it_back_and_is_as_before() -> Result<()> {
    let Some(portal) = ScratchPortal::newest()? else {
        println!("SKIPPED: there is no newest PostgreSQL here");
        return Ok(());
    };
    let version: u64 = portal.number("select current_setting('server_version_num')::int / 10000")?;
    ensure!(version >= 17, "the server says version {version}");
    let mut school = School::checked(60, "0.05", 11)?;
    school.portal(&portal);
    let cli = &school.cli;
    cli.json(0, &["portal", "prepare"])?;
    ensure!(list(&cli.json(0, &["portal", "check"])?, "/differences").is_empty(), "its tables are what a push writes");
    let before = portal.rows(&["audit", "migration"])?;
    let accept = ["--accept", "*=surat dihantar"];
    let rehearsed = cli.json(0, &["push", "--rehearse", accept[0], accept[1]])?;
    ensure!(portal.rows(&["audit", "migration"])? == before, "a rehearsal wrote something");
    let pushed = cli.json(0, &["push", accept[0], accept[1]])?;
    ensure!(pushed["entities"] == rehearsed["entities"], "the rehearsal promised something else");
    let pupils = number(of_entity(&pushed, "students")?, "/inserted");
    ensure!(pupils > 40 && portal.number("select count(*) from academic.students")? == pupils, "{pushed}");
    ensure!(yes(&cli.json(0, &["verify"])?, "/passed"), "every value is there");
    let again = cli.json(0, &["push", accept[0], accept[1]])?;
    let written: u64 =
        list(&again, "/entities").iter().map(|one| number(one, "/inserted") + number(one, "/updated")).sum();
    ensure!(written == 0, "a second push wrote: {again}");
    let back = cli.json(0, &["rollback", &text(&pushed, "/batch")])?;
    ensure!(number(&back, "/keptTotal") == 0, "{back}");
    ensure!(portal.rows(&["audit", "migration"])? == before, "the rollback left something in the portal");

    cli.json(0, &["push", accept[0], accept[1]])?;
    portal.sql("update academic.students set full_name = full_name || ' (portal)'")?;
    let kept = cli.json(0, &["push", "--on-conflict", "*=skip", accept[0], accept[1]])?;
    ensure!(!list(&kept, "/differing").is_empty(), "{kept}");
    let verified = cli.json(0, &["verify"])?;
    ensure!(yes(&verified, "/passed") && number(&verified, "/keptTotal") == pupils, "{}", verified["keptTotal"]);
    Ok(())
}
