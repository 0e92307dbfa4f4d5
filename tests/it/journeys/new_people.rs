//! How new people come to a password: a message through the portal's Redis, or a letter with a code.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use testkit::portal::ScratchPortal;

use crate::kit::{School, list, number, pdf_words, prepared_portal, text, yes};

/// Accounts of the push that somebody can be told a user name for, with or without an address.
const REACHED: &str = "SELECT count(*) FROM auth.users u JOIN migration.journal j ON j.target_id = u.id \
                       AND j.entity = 'users' AND j.outcome = 'inserted' WHERE u.email IS";

fn pushed() -> Result<(School, ScratchPortal)> {
    let mut school = School::checked(24, "0.0", 11)?;
    let portal = prepared_portal(&school.cli)?;
    school.portal(&portal);
    Ok((school, portal))
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The codes that stand in a PDF: five groups of five characters.
fn codes(words: &str) -> BTreeSet<String> {
    let is_code =
        |word: &&str| word.len() == 29 && word.split('-').count() == 5 && word.split('-').all(|group| group.len() == 5);
    words.split(' ').filter(is_code).map(|word| word.replace('-', "")).collect()
}

fn hashes(portal: &ScratchPortal) -> Result<BTreeSet<String>> {
    let sql = "SELECT token_hash FROM auth.password_reset_tokens t JOIN auth.users u ON u.id = t.user_id \
               WHERE u.email IS NULL AND t.expires_at > now() + interval '29 days'";
    Ok(portal.sql(sql)?.lines().map(str::to_owned).collect())
}

#[test]
fn letters_carry_codes_that_the_portal_knows_and_a_second_print_replaces_them() -> Result<()> {
    let (school, portal) = pushed()?;
    let before = portal.dump(&["audit", "migration"])?;
    let push = school.cli.json(0, &["push"])?;
    let told = school.cli.json(0, &["letters", "--out", "surat.pdf"])?;
    assert_eq!(number(&told, "/letters"), portal.number(&format!("{REACHED} NULL"))?, "one letter an account");
    let words = pdf_words(&school.dir.path().join("surat.pdf"))?;
    let first = codes(&words);
    assert_eq!(first.len() as u64, number(&told, "/letters"), "each letter has a code of its own");
    assert_eq!(first.iter().map(|code| sha256(code)).collect::<BTreeSet<_>>(), hashes(&portal)?);
    let name = portal.sql("SELECT full_name FROM academic.students WHERE full_name ~ '^[A-Z ]+$' LIMIT 1")?;
    assert!(words.contains(&name), "{name} has a letter");

    school.cli.json(0, &["letters", "--out", "surat2.pdf"])?;
    let second = codes(&pdf_words(&school.dir.path().join("surat2.pdf"))?);
    for out in ["tiada/surat.pdf", "fail"] {
        let failed = school.cli.json(3, &["letters", "--out", out])?;
        assert!(!yes(&failed, "/error/written"), "{out}: {failed}");
    }
    assert!(first.is_disjoint(&second), "new letters have new codes");
    assert_eq!(
        second.iter().map(|code| sha256(code)).collect::<BTreeSet<_>>(),
        hashes(&portal)?,
        "old codes are gone, and letters that could not be written spoil none"
    );

    school.cli.json(0, &["rollback", &text(&push, "/batch")])?;
    assert!(portal.dump(&["audit", "migration"])? == before, "the codes went with the batch");
    let refused = school.cli.json(2, &["letters", "--out", "surat3.pdf"])?;
    assert!(!school.dir.path().join("surat3.pdf").exists(), "no letters of what is taken back: {refused}");
    Ok(())
}

/// Redis's own client, in the database `db`: those who share the server do not meet there.
fn redis(db: &str, args: &[&str]) -> Result<String> {
    let url = testkit::needed("DAFTAR_TEST_REDIS")?;
    let socket = url.strip_prefix("redis+unix://").context("the private Redis has a socket")?;
    let output = Command::new("redis-cli").args(["-s", socket, "-n", db]).args(args).output()?;
    ensure!(output.status.success(), "redis-cli: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[test]
fn messages_that_redis_does_not_take_wait_on_and_are_told_by_their_cause() -> Result<()> {
    let (school, _portal) = pushed()?;
    let url = format!("{}?db=3", testkit::needed("DAFTAR_TEST_REDIS")?);
    redis("3", &["SET", "queue:email", "x"])?;
    let push = school.cli.json(0, &["push", "--redis", &url])?;
    let people = number(&push, "/mail/waiting");
    assert!(people > 0 && number(&push, "/mail/sent") == 0, "{push}");
    assert_eq!(text(&push, "/mail/whyNot"), "wrong-type");
    redis("3", &["DEL", "queue:email"])?;
    redis("3", &["ACL", "SETUSER", "sempit", "on", ">sempit", "~*", "+@all", "-rpush"])?;
    let poor = school.cli.json(1, &["mail", "--redis", &format!("{url}&user=sempit&pass=sempit")])?;
    assert_eq!((number(&poor, "/sent"), text(&poor, "/whyNot").as_str()), (0, "right-missing"));
    let sent = school.cli.json(0, &["mail", "--redis", &url])?;
    assert_eq!((number(&sent, "/sent"), number(&sent, "/waiting")), (people, 0), "{sent}");
    assert_eq!(redis("3", &["LLEN", "queue:email"])?, people.to_string(), "each is really there, once");
    redis("3", &["DEL", "queue:email"])?;
    Ok(())
}

#[test]
fn a_token_goes_only_to_the_address_that_the_account_has_in_the_portal() -> Result<()> {
    let (school, portal) = pushed()?;
    school.cli.json(0, &["push"])?;
    let waiting = number(&school.cli.json(1, &["mail"])?, "/waiting");
    school.cli.json(0, &["replace", "guardians.email", "--find", "@", "--with", "@baharu.", "--apply"])?;
    let held = school.cli.json(1, &["mail", "--out", "mel.jsonl"])?;
    let held = (number(&held, "/sent"), number(&held, "/waiting"), text(&held, "/whyNot"));
    assert!(held.1 > 0 && held.0 + held.1 == waiting && held.2 == "address-changed", "{held:?}");
    let lines = fs_err::read_to_string(school.dir.path().join("mel.jsonl"))?;
    assert_eq!(lines.lines().count() as u64, held.0, "no token went to an address that changed");
    school.cli.json(0, &["push"])?;
    school.cli.json(0, &["mail", "--out", "mel2.jsonl"])?;
    for line in fs_err::read_to_string(school.dir.path().join("mel2.jsonl"))?.lines() {
        let mail: Value = serde_json::from_str(line)?;
        let (id, to) = (text(&mail, "/userId"), text(&mail, "/to"));
        assert_eq!(portal.sql(&format!("SELECT email FROM auth.users WHERE id = '{id}'"))?, to, "pushed by now");
    }
    Ok(())
}

#[test]
fn nobody_gets_a_token_of_an_account_that_was_taken_back() -> Result<()> {
    let (school, _portal) = pushed()?;
    let push = school.cli.json(0, &["push"])?;
    assert!(number(&school.cli.json(1, &["mail"])?, "/waiting") > 0);
    let all: Vec<String> = list(&push, "/entities").iter().map(|entity| text(entity, "/entity")).collect();
    let people: Vec<&str> = all.iter().map(String::as_str).filter(|code| *code != "academic_years").collect();
    school.cli.run(&["rollback", &text(&push, "/batch"), "--entities", &people.join(",")])?;
    let none = school.cli.json(0, &["mail"])?;
    assert_eq!((number(&none, "/sent"), number(&none, "/waiting")), (0, 0), "{none}");
    school.cli.json(1, &["mail", "--out", "mel.jsonl"])?;
    assert!(!school.dir.path().join("mel.jsonl").exists());
    Ok(())
}

/// Everything in the mailer's queue, taken out.
fn queue() -> Result<Vec<Value>> {
    let url = testkit::needed("DAFTAR_TEST_REDIS")?;
    let socket = url.strip_prefix("redis+unix://").context("the private Redis has a socket")?;
    let output = Command::new("redis-cli").args(["-s", socket, "LPOP", "queue:email", "100000"]).output()?;
    ensure!(output.status.success(), "redis-cli: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    text.lines().filter(|line| line.starts_with('{')).map(|line| Ok(serde_json::from_str(line)?)).collect()
}

#[test]
fn messages_wait_without_redis_and_reach_the_queue_once_with_it() -> Result<()> {
    let (school, portal) = pushed()?;
    let push = school.cli.json(0, &["push"])?;
    assert!(push.get("mail").is_none(), "no Redis is set");
    let people = portal.number(&format!("{REACHED} NOT NULL"))?;
    assert!(people > 0, "the made-up school has parents with addresses");
    let waits = school.cli.json(1, &["mail"])?;
    assert_eq!((number(&waits, "/waiting"), text(&waits, "/whyNot").as_str()), (people, "no-redis"));

    let redis = testkit::needed("DAFTAR_TEST_REDIS")?;
    let sent = school.cli.json(0, &["mail", "--redis", &redis])?;
    assert_eq!((number(&sent, "/sent"), number(&sent, "/waiting")), (people, 0));
    let mails = queue()?;
    assert_eq!(mails.len() as u64, people, "one message an account");
    for mail in &mails {
        let known = format!(
            "SELECT count(*) FROM auth.password_reset_tokens t JOIN auth.users u ON u.id = t.user_id \
             WHERE t.token_hash = '{}' AND u.email = '{}' AND u.id = '{}'",
            sha256(&text(mail, "/token")),
            text(mail, "/to"),
            text(mail, "/userId"),
        );
        assert_eq!(portal.number(&known)?, 1, "the portal knows the token: {mail}");
        assert!(!text(mail, "/name").is_empty() && text(mail, "/kind") == "password-reset");
    }
    assert_eq!(number(&school.cli.json(0, &["mail", "--redis", &redis])?, "/sent"), 0, "nobody gets it twice");
    Ok(())
}

#[test]
fn a_push_hands_messages_over_by_itself_and_does_not_care_where_redis_is_away() -> Result<()> {
    let (school, portal) = pushed()?;
    let away = school.cli.json(0, &["push", "--redis", "redis://127.0.0.1:1"])?;
    assert_eq!((text(&away, "/state").as_str(), text(&away, "/mail/whyNot").as_str()), ("applied", "unreachable"));
    let waiting = number(&away, "/mail/waiting");
    assert_eq!(waiting, portal.number(&format!("{REACHED} NOT NULL"))?);
    school.cli.json(0, &["mail", "--out", "mel.jsonl"])?;
    let lines = fs_err::read_to_string(school.dir.path().join("mel.jsonl"))?;
    assert_eq!(lines.lines().count() as u64, waiting, "a file takes the messages where there is no Redis");
    school.cli.json(1, &["mail", "--out", "mel2.jsonl"])?;
    Ok(())
}
