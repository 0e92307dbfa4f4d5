//! What is copied before a push: the project, and the portal where PostgreSQL's tools are there and the login may.

use std::path::Path;

use anyhow::Result;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use testkit::portal::ScratchPortal;

use crate::kit::{School, number, of_entity, prepared_portal, text};

const PUSH: [&str; 3] = ["push", "--accept", "*=surat dihantar"];

/// The copy is there, as large and with the sum that the document tells.
fn holds(copy: &Value) -> Result<()> {
    let path = text(copy, "/path");
    let bytes = fs_err::read(&path)?;
    assert_eq!(bytes.len() as u64, number(copy, "/bytes"), "{path}");
    let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(sum, text(copy, "/sha256"), "{path}");
    Ok(())
}

#[test]
fn a_push_copies_project_and_portal_first_and_the_copies_bring_both_back() -> Result<()> {
    let mut school = School::checked(40, "0.1", 5)?;
    let portal = prepared_portal(&school.cli)?;
    school.portal(&portal);
    portal.sql(
        "INSERT INTO academic.teachers (employee_number, full_name, status) VALUES ('T-1', 'Guru Lama', 'active')",
    )?;
    let before = portal.dump(&[])?;
    assert!(school.cli.json(0, &["push", "--rehearse", "--accept", "*=cuba"])?.get("backup").is_none());
    let push = school.cli.json(0, &PUSH)?;
    holds(&push["backup"]["project"])?;
    holds(&push["backup"]["portal"])?;

    let copy = text(&push, "/backup/portal/path");
    let names = school.names_in('A'..='Z');
    let bytes = fs_err::read(&copy)?;
    let seen = names
        .iter()
        .chain([&"Guru Lama".to_owned()])
        .any(|name| bytes.windows(name.len()).any(|window| window == name.as_bytes()));
    assert!(!seen, "a copy of the portal lies in the clear");
    school.cli.json(0, &["backup", "--open", &copy, "--out", "portal.dump"])?;
    let again = ScratchPortal::new()?;
    again.restore(&school.dir.path().join("portal.dump"))?;
    assert!(again.dump(&[])? == before, "the copy is not the portal as it was before the push");

    let project = text(&push, "/backup/project/path");
    let other = school.cli.with("DAFTAR_PROJECT", school.dir.path().join("semula.daftar"));
    other.json(0, &["restore", &project])?;
    let (status, now) = (other.json(0, &["status"])?, school.cli.json(0, &["status"])?);
    let counted = |status: &Value| of_entity(status, "students").map(|pupils| number(pupils, "/records"));
    assert_eq!(counted(&status)?, counted(&now)?, "every pupil is in the copy");
    assert_eq!(number(of_entity(&status, "students")?, "/inPortal"), 0, "it is older than the push");
    Ok(())
}

#[test]
fn without_a_copy_of_the_portal_the_push_says_why_and_what_the_backup_is() -> Result<()> {
    let mut school = School::checked(12, "0.0", 6)?;
    let portal = prepared_portal(&school.cli)?;
    school.portal(&portal);
    school.cli = school.cli.with("DAFTAR_PG_BIN", Path::new("/nowhere"));
    let push = school.cli.json(0, &PUSH)?;
    assert_eq!((&push["backup"]["portal"], text(&push, "/backup/portalWhyNot").as_str()), (&Value::Null, "no-tool"));
    holds(&push["backup"]["project"])?;
    let refused = school.cli.json(1, &["backup", "--out", "salinan.daftar"])?;
    assert!(text(&refused, "/error/message").contains("no-tool"), "{refused}");
    let none = school.cli.json(0, &["push", "--no-backup"])?;
    assert!(none.get("backup").is_none(), "a person wished for none: {none}");
    Ok(())
}

#[test]
fn a_login_that_may_not_read_everything_is_told_apart() -> Result<()> {
    let mut school = School::checked(6, "0.0", 7)?;
    let portal = prepared_portal(&school.cli)?;
    let role = format!("sempit_{}", portal.name());
    portal.sql(&format!("CREATE ROLE {role} LOGIN"))?;
    school.cli = school.cli.with("DAFTAR_PORTAL_URL", portal.url().replace("://app@", &format!("://{role}@")));
    let refused = school.cli.json(1, &["backup", "--out", "salinan.daftar"])?;
    assert!(text(&refused, "/error/message").contains("right-missing"), "{refused}");
    let left = fs_err::read_dir(school.dir.path().join("sekolah-backups"))?.count();
    assert_eq!(left, 0, "nothing half done is left");
    portal.sql(&format!("DROP ROLE {role}"))?;
    Ok(())
}
