//! What stands beside the push: warnings that a person lets stand, and copies that lie beside the project.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::conflicts::Place;
use crate::kit::{list, number, text};

/// The first warning of `check` as the command prints it.
fn details(document: &Value, check: &str) -> Result<Vec<Value>> {
    let mut checks = list(document, "/sections").iter().flat_map(|section| list(section, "/checks"));
    let found = checks.find(|one| one["code"] == check).with_context(|| format!("no check {check}"))?;
    Ok(list(found, "/details").to_vec())
}

#[test]
fn warnings_are_let_stand_by_check_and_by_record_and_taken_back() -> Result<()> {
    let place = Place::new()?;
    let cli = &place.cli;
    let more = "NO. PENDAFTARAN,NAMA MURID\nL001,Murid Lain Satu\nL002,Murid Lain Dua\n";
    fs_err::write(place.dir.path().join("lain.csv"), more)?;
    cli.json(0, &["import", "lain.csv", "--as", "students"])?;
    let checked: Value = serde_json::from_str(&cli.run(&["--json", "validate"])?.out)?;
    let found = details(&checked, "expected-value")?;
    let record = text(found.first().context("a warning")?, "/record");
    ensure!(
        record.split_once('/').is_some_and(|(entity, number)| !entity.is_empty() && number.parse::<i64>().is_ok()),
        "{record}"
    );

    let one = cli.json(0, &["waive", "expected-value", "--record", &record, "--reason", "surat dihantar"])?;
    ensure!(number(&one, "/changed") >= 1 && text(&one, "/waivers/0/record") == record, "{one}");
    ensure!(text(&one, "/waivers/0/reason") == "surat dihantar" && text(&one, "/waivers/0/by") == "admin", "{one}");
    cli.json(0, &["report", "validation", "--out", "semak.json"])?;
    let report = fs_err::read_to_string(place.dir.path().join("semak.json"))?;
    ensure!(report.contains("surat dihantar"), "the report prints the reason");
    let again = cli.json(2, &["waive", "expected-value", "--record", &record, "--reason", "lagi"])?;
    ensure!(text(&again, "/error/code") == "Usage", "it stands already: {again}");

    let all = cli.json(0, &["waive", "expected-value", "--reason", "diketahui"])?;
    ensure!(number(&all, "/changed") > 1 && list(&all, "/waivers").iter().any(|one| one["record"].is_null()), "{all}");
    let listed = cli.run(&["--lang", "en", "waive"])?;
    ensure!(
        listed.code == 0 && listed.out.contains("diketahui") && listed.out.contains("surat dihantar"),
        "{}",
        listed.out
    );
    let back = cli.json(0, &["waive", "expected-value", "--undo"])?;
    ensure!(list(&back, "/waivers").iter().all(|one| !one["record"].is_null()), "the one record stands on: {back}");
    let back = cli.json(0, &["waive", "expected-value", "--undo", "--record", &record])?;
    ensure!(list(&back, "/waivers").is_empty(), "{back}");

    for wrong in [
        &["waive", "required-value", "--reason", "x"][..],
        &["waive", "no-such-check", "--reason", "x"],
        &["waive", "expected-value", "--reason", " "],
        &["waive", "expected-value"],
        &["waive", "expected-value", "--undo"],
        &["waive", "expected-value", "--record", "students", "--reason", "x"],
        &["waive", "expected-value", "--record", "students/999999", "--reason", "x"],
    ] {
        let refused = cli.json(2, wrong)?;
        ensure!(text(&refused, "/error/code") == "Usage", "{wrong:?}: {refused}");
    }
    Ok(())
}

#[test]
fn old_copies_go_after_a_push_and_those_of_a_push_that_can_go_back_stay() -> Result<()> {
    let place = Place::new()?;
    let cli = &place.cli;
    let push = || cli.json(0, &["push", "--accept", "*=surat dihantar"]);
    let listed = || cli.json(0, &["backup", "--list"]);
    let first = push()?;
    ensure!(number(&listed()?, "/keep") == 10 && number(&listed()?, "/count") == 2, "{}", listed()?);
    let set = cli.json(0, &["backup", "--list", "--keep", "1"])?;
    ensure!(number(&set, "/keep") == 1 && number(&set, "/count") == 2, "nothing goes before a push: {set}");
    let stranger = place.dir.path().join("p-backups/catatan.txt");
    fs_err::write(&stranger, "bukan salinan")?;
    // The second changes nothing: there is nothing to take back, and its own copies are the newest.
    let second = push()?;
    ensure!(second.pointer("/backup/removed").is_none(), "the copies of the first are needed: {second}");
    ensure!(number(&listed()?, "/count") == 4, "{}", listed()?);
    let needed = |document: &Value| list(document, "/copies").iter().filter(|copy| copy["needed"] == true).count();
    ensure!(needed(&listed()?) == 2, "{}", listed()?);
    let third = push()?;
    let removed: Vec<String> = list(&third, "/backup/removed").iter().map(|copy| text(copy, "/file")).collect();
    ensure!(removed.len() == 2, "those of the second went: {third}");
    for copy in ["/backup/project/path", "/backup/portal/path"] {
        ensure!(std::path::Path::new(&text(&first, copy)).exists(), "the first can still be taken back");
        ensure!(!std::path::Path::new(&text(&second, copy)).exists(), "the second wrote nothing");
        ensure!(std::path::Path::new(&text(&third, copy)).exists(), "the newest stay");
    }
    cli.json(0, &["rollback", &text(&first, "/batch")])?;
    ensure!(needed(&listed()?) == 0, "taken back: {}", listed()?);
    ensure!(stranger.exists(), "what Daftar did not name is nobody's to delete");
    for wrong in ["0", "1001"] {
        cli.json(2, &["backup", "--list", "--keep", wrong])?;
    }
    Ok(())
}
