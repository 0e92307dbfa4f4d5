//! A school with years of attendance: from the files to the verified portal, and out of it without a trace.
//!
//! It is small here. `DAFTAR_TEST_SCHOOL_PUPILS=2000 DAFTAR_TEST_SCHOOL_YEARS=5` is a large school of two million days;
//! what each step takes is printed, and nothing is asserted about it.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Result;

use super::sheets::{balances, statuses};
use crate::kit::{School, list, number, of_entity, prepared_portal, text, yes};

fn size(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// What the command says, with the seconds that it took printed.
fn timed<T>(args: &[&str], run: impl FnOnce(&[&str]) -> Result<T>) -> Result<T> {
    let began = Instant::now();
    let said = run(args)?;
    println!("{}: {:.1} s", args.join(" "), began.elapsed().as_secs_f64());
    Ok(said)
}

#[test]
fn years_of_attendance_go_to_the_portal_and_out_again() -> Result<()> {
    let (pupils, years) = (size("DAFTAR_TEST_SCHOOL_PUPILS", 30), size("DAFTAR_TEST_SCHOOL_YEARS", 2));
    let mut school = School::with_years(pupils, years, "0", 9)?;
    let days = number(&school.truth, "/attendance");
    println!("{pupils} pupils, {years} years, {days} days of attendance");
    let imported = timed(&["import", "fail"], |args| school.cli.json(0, args))?;
    let landed: u64 =
        list(&imported, "/tables").iter().filter_map(|table| table["entities"]["attendance"]["records"].as_u64()).sum();
    assert_eq!(landed, days, "every day of the file is a record");
    // names in small letters are for a person to look at
    timed(&["cleanse", "--apply", "safe"], |args| school.cli.run(args))?;
    let checked = timed(&["validate"], |args| school.cli.json(0, args))?;
    assert_eq!(number(&checked, "/summary/failed"), 0, "a clean school has nothing critical: {checked}");
    let portal = prepared_portal(&school.cli)?;
    school.portal(&portal);
    let before = portal.dump(&["audit", "migration"])?;
    let push = timed(&["push"], |args| school.cli.json(0, args))?;
    balances(&push);
    assert_eq!(number(of_entity(&push, "attendance")?, "/inserted"), days);
    let told: BTreeMap<String, u64> = serde_json::from_value(school.truth["attendanceStatuses"].clone())?;
    assert_eq!(statuses(&portal)?, told, "every mark means what it means");
    let verified = timed(&["verify"], |args| school.cli.json(0, args))?;
    assert!(yes(&verified, "/passed"), "{verified}");
    assert_eq!(number(of_entity(&verified, "attendance")?, "/found"), days, "every row was looked at");
    let again = timed(&["push"], |args| school.cli.json(0, args))?;
    let changed: u64 = list(&again, "/entities").iter().map(|e| number(e, "/inserted") + number(e, "/updated")).sum();
    assert_eq!(changed, 0, "a second push changes nothing");
    let out = timed(&["rollback", &text(&push, "/batch")], |args| school.cli.json(0, args))?;
    assert_eq!(number(&out, "/keptTotal"), 0);
    assert!(before == portal.dump(&["audit", "migration"])?, "the rollback left something in the portal");
    Ok(())
}
