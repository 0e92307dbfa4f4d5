//! What a push leaves at the server, and what is true after it was taken back, on the command line.

use anyhow::{Result, ensure};
use serde_json::Value;
use testkit::cli::Cli;
use testkit::portal::ScratchPortal;

use crate::kit::{list, number, of_entity, prepared_portal, text, yes};

/// Pupils of the list.
const PUPILS: u64 = 20;

/// Some pupils, three with an address; a portal.
fn pupils(name: &str, portal: Option<&ScratchPortal>) -> Result<(tempfile::TempDir, Cli, Option<ScratchPortal>)> {
    let dir = testkit::scratch()?;
    let file = format!("{name}.daftar");
    let cli = Cli::new(dir.path())?.with("DAFTAR_PROJECT", dir.path().join(&file));
    cli.json(0, &["new", &file, "--school", "Sekolah Ujian", "--code", "UJI0001"])?;
    let mut csv = "NAMA MURID,NO KP,TARIKH LAHIR,JANTINA,STATUS,NO PENDAFTARAN,EMEL\n".to_owned();
    for (at, letter) in (1..=PUPILS).zip('A'..) {
        let email = if at < 4 { format!("e{at}@contoh.my") } else { String::new() };
        let (month, day, number) = ((at - 1) % 12 + 1, (at - 1) / 12 + 1, 2 * at + 1);
        let identity = format!("15{month:02}{day:02}-10-10{number:02}");
        csv += &format!("Murid Ke{letter} bin Ali,{identity},2015-{month:02}-{day:02},L,Aktif,M{at},{email}\n");
    }
    fs_err::write(dir.path().join("m.csv"), csv)?;
    cli.json(0, &["import", "m.csv"])?;
    cli.run(&["cleanse", "--apply", "safe"])?;
    cli.run(&["validate"])?;
    let own = if portal.is_none() { Some(prepared_portal(&cli)?) } else { None };
    let url = portal.or(own.as_ref()).map(ScratchPortal::url).unwrap_or_default();
    Ok((dir, cli.with("DAFTAR_PORTAL_URL", url), own))
}

fn push(cli: &Cli, exit: i32) -> Result<Value> {
    cli.json(exit, &["push", "--accept", "*=surat", "--no-backup"])
}

fn replace(cli: &Cli, field: &str, find: &str, with: &str) -> Result<()> {
    cli.run(&["replace", field, "--find", find, "--with", with, "--apply"]).map(drop)
}

fn in_portal(cli: &Cli, entity: &str) -> Result<u64> {
    let status = cli.run(&["status", "--json"])?.json()?;
    Ok(number(of_entity(&status, entity)?, "/inPortal"))
}

#[test]
fn an_address_moves_to_another_pupil_and_a_refused_account_breaks_nothing() -> Result<()> {
    let (_dir, cli, portal) = pupils("a", None)?;
    let portal = portal.unwrap_or(ScratchPortal::new()?);
    push(&cli, 0)?;
    replace(&cli, "students.email", "e1@contoh.my", "e9@contoh.my")?;
    replace(&cli, "students.email", "e2@contoh.my", "e1@contoh.my")?;
    let moved = push(&cli, 0)?;
    ensure!(number(&moved, "/rejectsTotal") == 0, "{moved}");
    let emails = "select string_agg(email, ' ' order by username) from auth.users where email is not null";
    ensure!(portal.sql(emails)? == "e9@contoh.my e1@contoh.my e3@contoh.my", "{}", portal.sql(emails)?);
    portal.sql("update auth.users set email = 'e7@contoh.my' where email = 'e3@contoh.my'")?;
    portal.sql("insert into auth.users (email, password_hash, first_name, status) values ('e5@contoh.my', 'x', 'Lain', 'active')")?;
    replace(&cli, "students.email", "e1@contoh.my", "e5@contoh.my")?;
    let refused = push(&cli, 1)?;
    ensure!(text(&refused, "/state") == "applied" && number(&refused, "/rejectsTotal") > 0, "{refused}");
    let reject = &list(&refused, "/rejects")[0];
    ensure!(text(reject, "/entity") == "users" && text(reject, "/recordEntity") == "students", "{refused}");
    ensure!(number(reject, "/row") == 3 && text(reject, "/file") == "m.csv", "the pupil's own row: {refused}");
    cli.json(0, &["status"])?;
    push(&cli, 1)?;
    Ok(())
}

#[test]
fn counts_are_true_after_each_step_of_a_rollback_in_the_wrong_order() -> Result<()> {
    let (_dir, cli, portal) = pupils("a", None)?;
    let portal = portal.unwrap_or(ScratchPortal::new()?);
    let empty = portal.rows(&["audit", "migration"])?;
    let first = text(&push(&cli, 0)?, "/batch");
    replace(&cli, "students.full_name", "Murid KeA bin Ali", "Murid Lain bin Ali")?;
    let second = text(&push(&cli, 0)?, "/batch");
    ensure!(in_portal(&cli, "students")? == PUPILS, "all are there");
    let plan = cli.json(1, &["rollback", &first, "--plan"])?;
    ensure!(list(&plan, "/undoFirst").iter().any(|batch| batch == second.as_str()), "{plan}");
    let out = cli.json(1, &["rollback", &first])?;
    ensure!(yes(&out, "/open") && number(of_entity(&out, "students")?, "/reversed") == PUPILS - 1, "{out}");
    ensure!(in_portal(&cli, "students")? == 1, "one stays");
    let verified = cli.json(0, &["verify"])?;
    ensure!(yes(&verified, "/passed"), "{verified}");
    cli.json(0, &["rollback", &second])?;
    let rest = cli.json(0, &["rollback", &first])?;
    ensure!(!yes(&rest, "/open") && number(&rest, "/keptTotal") == 0, "{rest}");
    ensure!(in_portal(&cli, "students")? == 0, "all are out");
    let left = portal.rows(&["audit", "migration"])?;
    ensure!(left == empty, "{left}");
    Ok(())
}

#[test]
fn pupils_that_another_laptop_stands_for_stay() -> Result<()> {
    let (_mine, cli, portal) = pupils("a", None)?;
    let portal = portal.unwrap_or(ScratchPortal::new()?);
    let mine = text(&push(&cli, 0)?, "/batch");
    let (_theirs, other, _) = pupils("b", Some(&portal))?;
    let theirs = text(&push(&other, 0)?, "/batch");
    let plan = cli.json(1, &["rollback", &mine, "--plan"])?;
    ensure!(list(&plan, "/undoFirst").iter().all(|batch| batch == theirs.as_str()), "{plan}");
    let out = cli.json(1, &["rollback", &mine])?;
    ensure!(number(of_entity(&out, "students")?, "/kept") == PUPILS, "{out}");
    ensure!(yes(&other.json(0, &["verify"])?, "/passed"), "theirs is untouched");
    let foreign = cli.json(2, &["rollback", &theirs])?;
    ensure!(!yes(&foreign, "/error/written"), "a push of another project is refused at once: {foreign}");
    other.json(0, &["rollback", &theirs])?;
    cli.json(0, &["rollback", &mine])?;
    ensure!(portal.number("select count(*) from academic.students")? == 0, "all are out");
    Ok(())
}

#[test]
fn a_project_forgets_only_the_accounts_that_were_taken_out() -> Result<()> {
    let (_dir, cli, portal) = pupils("a", None)?;
    let portal = portal.unwrap_or(ScratchPortal::new()?);
    let batch = text(&push(&cli, 0)?, "/batch");
    portal.sql("update academic.students set user_id = null where student_number in ('M1', 'M2', 'M3')")?;
    let out = cli.json(1, &["rollback", &batch, "--entities", "users"])?;
    let users = of_entity(&out, "users")?;
    ensure!((number(users, "/reversed"), number(users, "/kept")) == (3, PUPILS - 3), "{out}");
    ensure!(in_portal(&cli, "users")? == PUPILS - 3, "the others stay");
    let verified = cli.json(1, &["verify"])?;
    let users = of_entity(&verified, "users")?;
    ensure!(
        (number(users, "/staged"), number(users, "/missing"), number(users, "/different")) == (PUPILS - 3, 0, 0),
        "{verified}"
    );
    Ok(())
}
