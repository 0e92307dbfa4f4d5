//! The contract of the command line, from an empty folder to a portal that is as it was before.

use anyhow::{Context as _, Result};
use serde_json::Value;
use testkit::cli::Cli;
use testkit::portal::ScratchPortal;

use crate::kit::{School, has_keys, list, number, of_entity, pdf_words, text, yes};

const STUDENTS: u32 = 150;

/// Everything that came in must be somewhere, in every push.
fn balances(push: &Value) {
    for entity in list(push, "/entities") {
        let count = |key: &str| number(entity, &format!("/{key}"));
        let sent = count("inserted") + count("updated") + count("unchanged") + count("rejected");
        assert_eq!(count("staged"), sent, "staged is not the sum of the four outcomes: {entity}");
        let here = count("heldBack") + count("merged") + count("excluded");
        assert_eq!(count("landed") + count("derived"), sent + here, "records are lost or doubled: {entity}");
    }
}

fn total(document: &Value, key: &str) -> u64 {
    list(document, "/entities").iter().map(|entity| number(entity, &format!("/{key}"))).sum()
}

#[test]
fn a_school_goes_into_the_portal_and_out_again() -> Result<()> {
    let mut school = School::new(STUDENTS, "0.15", 7)?;
    inspects(&school.cli)?;
    let made = imports(&school)?;
    profiles(&school, made)?;
    cleanses(&school.cli)?;
    let critical = validates(&school.cli)?;
    assert!(critical > 0, "a messy school has critical findings");
    let portal = ScratchPortal::new()?;
    school.portal(&portal);
    prepares(&school.cli, &portal)?;
    let before = portal.dump(&["audit", "migration"])?;
    refuses_and_rehearses(&school.cli, &portal)?;
    let push = pushes(&school.cli, &portal, made)?;
    reports(&school)?;
    rolls_back(&school.cli, &portal, &text(&push, "/batch"))?;
    reports_rollback(&school, &text(&push, "/batch"))?;
    let after = portal.dump(&["audit", "migration"])?;
    assert!(before == after, "the rollback left something in the portal: {}", first_difference(&before, &after));
    travels(&school.cli)?;
    backs_up(&school)
}

fn first_difference(one: &str, other: &str) -> String {
    let lines: std::collections::BTreeSet<&str> = one.lines().collect();
    let others: std::collections::BTreeSet<&str> = other.lines().collect();
    let differing: Vec<_> = lines.symmetric_difference(&others).take(3).collect();
    format!("{differing:?}")
}

/// `inspect` tells what is in each kind of file and changes nothing.
fn inspects(cli: &Cli) -> Result<()> {
    for (file, format) in
        [("senarai_murid.csv", "csv"), ("murid_tahfiz.xlsx", "xlsx"), ("sistem_lama.sqlite", "sqlite")]
    {
        let seen = cli.json(0, &["inspect", &format!("fail/{file}")])?;
        has_keys(&seen, &["source", "tables"]);
        has_keys(&seen["source"], &["file", "format", "encoding", "delimiter", "sha256", "bytes"]);
        assert_eq!(text(&seen, "/source/format"), format, "{file}");
        let table = &list(&seen, "/tables")[0];
        has_keys(table, &["name", "headerRow", "rows", "entity", "confidence", "columns"]);
        has_keys(&list(table, "/columns")[0], &["name", "field", "confidence", "reason"]);
    }
    let status = cli.json(0, &["status"])?;
    assert_eq!(total(&status, "records"), 0, "inspecting made records");
    Ok(())
}

/// Brings all three files in; gives the records of pupils.
fn imports(school: &School) -> Result<u64> {
    let files = ["import", "fail/senarai_murid.csv", "fail/murid_tahfiz.xlsx", "fail/sistem_lama.sqlite"];
    let imported = school.cli.json(0, &files)?;
    has_keys(&imported, &["batch", "source", "tables", "findings", "duplicateOf"]);
    for table in list(&imported, "/tables") {
        has_keys(table, &["name", "entities", "landed", "skipped"]);
    }
    for row in list(&school.truth, "/rows") {
        let of_file = list(&imported, "/tables").iter().filter(|table| table["file"] == row[0]);
        let landed: Vec<u64> = of_file.map(|table| number(table, "/landed")).collect();
        let (written, all) = (number(row, "/1"), landed.iter().sum::<u64>());
        assert!(landed.contains(&written) || all == written, "{row} rows were written, landed were {landed:?}");
    }
    let pupils = |table: &Value| table.pointer("/entities/students/records").and_then(Value::as_u64).unwrap_or(0);
    let made: u64 = list(&imported, "/tables").iter().map(pupils).sum();
    let copies = list(&school.truth, "/defects").iter().filter(|defect| defect["kind"] == "duplicate-row").count();
    assert_eq!(made, u64::from(STUDENTS) + copies as u64, "one record for every pupil row");
    let status = school.cli.json(0, &["status"])?;
    assert_eq!(number(of_entity(&status, "students")?, "/records"), made, "import and status say the same");
    let again = school.cli.json(0, &["inspect", "fail/senarai_murid.csv"])?;
    assert!(again.get("tables").is_some(), "a file may be looked at again");
    Ok(made)
}

/// Every row is counted, nobody's number is shown, and counting again finds the same.
fn profiles(school: &School, pupils: u64) -> Result<()> {
    let nothing = school.cli.json(2, &["report", "profile", "--out", "awal.pdf"])?;
    assert_eq!(text(&nothing, "/error/code"), "Usage", "there is nothing to report before counting");
    let profile = school.cli.json(0, &["profile", "--out", "profil.pdf"])?;
    has_keys(&profile, &["countedAt", "stale", "inventory", "quality", "volume", "tables", "file", "bytes"]);
    assert!(!yes(&profile, "/stale"));
    for row in list(&school.truth, "/rows") {
        let of_file = list(&profile, "/tables").iter().filter(|table| table["file"] == row[0]);
        let rows: Vec<u64> = of_file.map(|table| number(table, "/rows")).collect();
        let (written, all) = (number(row, "/1"), rows.iter().sum::<u64>());
        assert!(rows.contains(&written) || all == written, "{row} rows were written, {rows:?} were counted");
    }
    let students = list(&profile, "/inventory").iter().find(|line| line["entity"] == "students").context("students")?;
    assert_eq!(number(students, "/records"), pupils);
    for table in list(&profile, "/tables") {
        for column in list(table, "/columns") {
            let sum: u64 = ["blank", "nullWords", "filled"].iter().map(|key| number(column, &format!("/{key}"))).sum();
            assert_eq!(sum, number(table, "/rows"), "{column}");
        }
    }
    let digits = |word: &str| word.len() >= 12 && word.bytes().all(|byte| byte.is_ascii_digit());
    let printed = profile.to_string();
    let whole: Vec<&str> =
        printed.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| digits(word)).collect();
    let nines = |word: &&str| word.bytes().all(|byte| byte == b'9');
    assert!(whole.iter().all(nines), "identity numbers stand in the profile: {whole:?}");
    let again = school.cli.json(0, &["profile"])?;
    assert_eq!(again["tables"], profile["tables"], "rows do not change, and neither does their profile");
    Ok(())
}

fn cleanses(cli: &Cli) -> Result<()> {
    let proposed = cli.json(1, &["cleanse"])?;
    let safe = number(&proposed, "/safe");
    assert!(safe > 0 && number(&proposed, "/applied") == 0, "without --apply nothing changes: {proposed}");
    let applied = cli.run(&["cleanse", "--apply", "safe", "--json"])?;
    let document = applied.json()?;
    assert!(number(&document, "/applied") >= safe, "all that is safe is applied: {document}");
    assert_eq!(number(&document, "/safe"), 0, "nothing safe is left to do");
    let ran = cli.run(&["--json", "match", "--merge", "certain"])?;
    let merged = ran.json()?;
    has_keys(&merged, &["merged", "likely", "people"]);
    let open: u64 = list(&merged, "/people").iter().map(|people| number(people, "/open")).sum();
    assert_eq!(ran.code, i32::from(open > 0), "pairs that wait for a person end with 1: {merged}");
    Ok(())
}

/// Runs the checks; gives how many critical findings stand.
fn validates(cli: &Cli) -> Result<u64> {
    let report = cli.json(1, &["validate"])?;
    has_keys(&report, &["generatedAt", "overallPassed", "summary", "sections"]);
    assert!(!yes(&report, "/overallPassed"), "critical findings stand");
    let summary = |key: &str| number(&report, &format!("/summary/{key}"));
    assert_eq!(
        summary("totalChecks"),
        summary("passed") + summary("failed") + summary("warnings"),
        "{}",
        report["summary"]
    );
    let mut critical = 0;
    for check in list(&report, "/sections").iter().flat_map(|section| list(section, "/checks")) {
        has_keys(check, &["check", "code", "severity", "passed", "count", "measured", "details"]);
        let (count, details) = (number(check, "/count"), list(check, "/details"));
        assert_eq!(details.len() as u64, count.min(1_000), "{} shows its findings", check["code"]);
        for detail in details {
            has_keys(detail, &["entity", "file", "table", "row", "column", "value", "message"]);
        }
        critical += if check["severity"] == "critical" { count } else { 0 };
    }
    Ok(critical)
}

fn prepares(cli: &Cli, portal: &ScratchPortal) -> Result<()> {
    assert!(yes(&cli.json(0, &["portal", "prepare"])?, "/created"), "an empty database is prepared");
    let first = portal.dump(&[])?;
    assert!(!yes(&cli.json(0, &["portal", "prepare"])?, "/created"), "a second time there is nothing to do");
    assert!(first == portal.dump(&[])?, "preparing a second time changed the portal");
    let differences = cli.json(0, &["portal", "check"])?;
    assert!(list(&differences, "/differences").is_empty(), "{differences}");
    Ok(())
}

/// Without a reason nothing goes; a rehearsal leaves not one row behind.
fn refuses_and_rehearses(cli: &Cli, portal: &ScratchPortal) -> Result<()> {
    let before = portal.dump(&[])?;
    let refused = cli.json(1, &["push"])?;
    assert_eq!(text(&refused, "/error/code"), "BlockingFindings");
    assert!(!yes(&refused, "/error/written"));
    has_keys(&refused["error"], &["code", "message", "hint", "detail", "written"]);
    assert!(before == portal.dump(&[])?, "a refused push wrote into the portal");
    let rehearsed = cli.json(0, &["push", "--rehearse", "--accept", "*=surat dihantar"])?;
    assert_eq!(text(&rehearsed, "/state"), "rehearsed");
    assert!(total(&rehearsed, "inserted") > 0, "the rehearsal does everything: {rehearsed}");
    balances(&rehearsed);
    assert!(before == portal.dump(&[])?, "a rehearsal wrote into the portal");
    Ok(())
}

/// Pushes, compares, and pushes once more, when there is nothing left to write.
fn pushes(cli: &Cli, portal: &ScratchPortal, made: u64) -> Result<Value> {
    let push = cli.json(0, &["push", "--accept", "*=surat dihantar"])?;
    has_keys(&push, &["batch", "state", "phases", "entities", "rejects"]);
    has_keys(&list(&push, "/phases")[0], &["name", "processed", "migrated", "errors", "durationMs"]);
    assert_eq!(text(&push, "/state"), "applied");
    balances(&push);
    let students = of_entity(&push, "students")?;
    assert_eq!(number(students, "/landed"), made, "the push knows of every record");
    let there = portal.number("select count(*) from academic.students")?;
    assert_eq!(number(students, "/inserted"), there, "the portal has as many pupils as the push says");
    assert!(there > u64::from(STUDENTS) * 9 / 10, "most pupils are in: {students}");
    let verified = cli.json(0, &["verify"])?;
    has_keys(&verified, &["passed", "entities", "differences"]);
    assert!(yes(&verified, "/passed"), "{verified}");
    for entity in list(&verified, "/entities") {
        assert_eq!(number(entity, "/staged"), number(entity, "/found"), "{entity}");
    }
    let data = portal.dump(&["audit", "migration"])?;
    let again = cli.json(0, &["push", "--accept", "*=surat dihantar"])?;
    balances(&again);
    assert_eq!(total(&again, "staged"), total(&again, "unchanged"), "everything is there already: {again}");
    assert!(data == portal.dump(&["audit", "migration"])?, "the second push wrote a row of data");
    verify_tells(cli, portal)?;
    Ok(push)
}

/// A value changed behind Daftar's back is found and named, then put back.
fn verify_tells(cli: &Cli, portal: &ScratchPortal) -> Result<()> {
    let row = portal.sql("select id, student_number from academic.students order by 1 limit 1")?;
    let (id, name) = row.split_once('|').context("a pupil")?;
    portal.sql(&format!("update academic.students set student_number = 'LAIN' where id = '{id}'"))?;
    let differs = cli.json(1, &["verify"])?;
    assert!(!yes(&differs, "/passed"));
    let difference = &list(&differs, "/differences")[0];
    has_keys(difference, &["entity", "key", "field", "staged", "portal"]);
    assert_eq!((text(difference, "/staged"), text(difference, "/portal")), (name.to_owned(), "LAIN".to_owned()));
    portal.sql(&format!("update academic.students set student_number = '{name}' where id = '{id}'"))?;
    assert!(yes(&cli.json(0, &["verify"])?, "/passed"), "put back, all is well again");
    Ok(())
}

/// Both reports in every format; the printed one shows names in every script.
fn reports(school: &School) -> Result<()> {
    for kind in ["profile", "validation", "push", "reconciliation"] {
        for format in ["pdf", "html", "json", "xlsx"] {
            let name = format!("{kind}.{format}");
            let said = school.cli.json(0, &["report", kind, "--out", &name])?;
            let bytes = fs_err::metadata(school.dir.path().join(&name))?.len();
            assert_eq!(number(&said, "/bytes"), bytes, "{name}");
        }
        let json: Value =
            serde_json::from_str(&fs_err::read_to_string(school.dir.path().join(format!("{kind}.json")))?)?;
        assert!(json.is_object(), "{kind}");
        let words = pdf_words(&school.dir.path().join(format!("{kind}.pdf")))?;
        assert!(words.contains("Halaman 1 daripada "), "pages are numbered: {words:.300}");
        let pages: Option<u32> =
            words.split("Halaman 1 daripada ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
        let last = pages.with_context(|| format!("no number of pages in {words:.300}"))?;
        assert!(words.contains(&format!("Halaman {last} daripada {last}")), "the last page says that it is the last");
    }
    let words = pdf_words(&school.dir.path().join("validation.pdf"))?;
    for script in ['\u{600}'..='\u{6ff}', '\u{4e00}'..='\u{9fff}', '\u{b80}'..='\u{bff}'] {
        let names = school.names_in(script.clone());
        assert!(!names.is_empty(), "the made-up school has names in {script:?}");
        assert!(names.iter().any(|name| words.contains(name.as_str())), "none of {names:?} is in the printed report");
    }
    Ok(())
}

fn rolls_back(cli: &Cli, portal: &ScratchPortal, batch: &str) -> Result<()> {
    let before = portal.dump(&[])?;
    let plan = cli.json(0, &["rollback", batch, "--plan"])?;
    assert_eq!(text(&plan, "/state"), "plan");
    assert!(before == portal.dump(&[])?, "planning a rollback wrote into the portal");
    let done = cli.json(0, &["rollback", batch])?;
    has_keys(&done, &["batch", "state", "entities"]);
    assert_eq!(text(&done, "/state"), "rolled_back");
    assert_eq!(total(&plan, "reversed"), total(&done, "reversed"), "what was planned was done");
    assert_eq!(total(&done, "kept") + total(&done, "errored"), 0, "{done}");
    assert_eq!(portal.number("select count(*) from academic.students")?, 0);
    Ok(())
}

fn reports_rollback(school: &School, batch: &str) -> Result<()> {
    school.cli.json(0, &["report", "rollback", "--out", "rollback.json"])?;
    let report: Value = serde_json::from_str(&fs_err::read_to_string(school.dir.path().join("rollback.json"))?)?;
    assert_eq!((text(&report, "/batch/id").as_str(), number(&report, "/keptTotal")), (batch, 0));
    assert!(report["takenBackAt"].is_string(), "the log tells when: {report}");
    school.cli.json(0, &["report", "push", "--batch", batch, "--out", "push.json"])?;
    let report: Value = serde_json::from_str(&fs_err::read_to_string(school.dir.path().join("push.json"))?)?;
    assert_eq!(text(&report, "/batch/state"), "rolled_back");
    let unknown = school.cli.json(2, &["report", "push", "--batch", "tiada", "--out", "tiada.json"])?;
    assert_eq!(text(&unknown, "/error/code"), "Usage");
    Ok(())
}

fn travels(cli: &Cli) -> Result<()> {
    let steps = |view: &Value| list(view, "/steps").iter().filter(|step| step["state"] == "done").count();
    let before = steps(&cli.json(0, &["history"])?);
    assert!(before > 0, "the cleansing is in the history");
    let more = cli.json(1, &["undo", "1000"])?;
    assert_eq!((text(&more, "/error/code").as_str(), yes(&more, "/error/written")), ("Refused", false), "{more}");
    assert_eq!(steps(&cli.json(0, &["history"])?), before, "none is taken back where there are fewer");
    let undone = cli.json(0, &["undo"])?;
    assert_eq!(steps(&cli.json(0, &["history"])?), before - 1, "{undone}");
    let redone = cli.json(0, &["redo"])?;
    assert_eq!(steps(&cli.json(0, &["history"])?), before, "{redone}");
    assert_eq!(number(&undone, "/steps/0/changed"), number(&redone, "/steps/0/changed"), "there and back");
    let nothing = cli.json(1, &["redo"])?;
    assert_eq!(text(&nothing, "/error/code"), "Refused", "there is nothing to do again");
    Ok(())
}

fn backs_up(school: &School) -> Result<()> {
    let made = school.cli.json(0, &["backup", "--out", "salinan.daftar"])?;
    assert_eq!(number(&made, "/bytes"), fs_err::metadata(school.dir.path().join("salinan.daftar"))?.len());
    let restored = school.cli.with("DAFTAR_PROJECT", school.dir.path().join("pulih.daftar"));
    restored.json(0, &["restore", "salinan.daftar"])?;
    let (one, other) = (school.cli.json(0, &["status"])?, restored.json(0, &["status"])?);
    assert_eq!(one["entities"], other["entities"], "the restored project has the same records");
    assert_eq!(one["findings"], other["findings"], "and the same findings");
    let over = restored.run(&["restore", "salinan.daftar", "--json"])?;
    assert_ne!(over.code, 0, "a project is never overwritten: {}", over.out);
    Ok(())
}

#[test]
fn every_kind_of_failure_has_its_exit_code() -> Result<()> {
    let school = School::new(12, "0", 1)?;
    let cli = &school.cli;
    assert_eq!(cli.run(&["no-such-command"])?.code, 2, "usage");
    assert_eq!(text(&cli.without("DAFTAR_PROJECT").json(2, &["status"])?, "/error/code"), "Usage");
    assert_eq!(text(&cli.json(2, &["push"])?, "/error/code"), "Usage", "no portal was named");
    assert_eq!(text(&cli.json(3, &["import", "tiada.csv"])?, "/error/code"), "SourceChanged");
    let nowhere = cli.with("DAFTAR_PORTAL_URL", "postgres://app@127.0.0.1:1/tiada?sslmode=disable");
    assert_eq!(text(&nowhere.json(4, &["portal", "check"])?, "/error/code"), "TargetUnreachable");
    let stranger = cli.with("DAFTAR_PASSPHRASE", "bukan frasa laluan");
    assert_eq!(text(&stranger.json(5, &["status"])?, "/error/code"), "WrongPassphrase");
    let silent = cli.without("DAFTAR_PASSPHRASE").run(&["status"])?;
    assert_eq!(silent.code, 5, "no passphrase, and nobody to ask: {}", silent.err);
    Ok(())
}

#[test]
fn errors_speak_the_language_of_the_project() -> Result<()> {
    let dir = testkit::scratch()?;
    for (lang, other) in [("ms", "en"), ("en", "ms")] {
        let file = format!("{lang}.daftar");
        let cli = Cli::new(dir.path())?.with("DAFTAR_PROJECT", &file);
        cli.json(0, &["new", &file, "--school", "Sekolah Ujian", "--lang", lang])?;
        let message = |args: &[&str]| Ok::<_, anyhow::Error>(text(&cli.json(2, args)?, "/error/message"));
        let own = message(&["verify"])?;
        assert_eq!(own, message(&["verify", "--lang", lang])?, "without --lang the project's language");
        assert_ne!(own, message(&["verify", "--lang", other])?, "--lang has the last word");
    }
    Ok(())
}

#[test]
fn the_made_up_school_shows_itself() -> Result<()> {
    let dir = testkit::scratch()?;
    let portal = ScratchPortal::new()?;
    let cli = Cli::new(dir.path())?;
    let shown = cli.json(0, &["demo", "--dir", "contoh", "--portal", &portal.url()])?;
    has_keys(&shown, &["dir", "steps"]);
    for file in ["receipt.json", "verify.json", "validation.pdf", "reconciliation.pdf"] {
        assert!(dir.path().join("contoh").join(file).is_file(), "{file} is left in the folder");
    }
    let verified: Value = serde_json::from_str(&fs_err::read_to_string(dir.path().join("contoh/verify.json"))?)?;
    assert!(yes(&verified, "/passed"), "{verified}");
    Ok(())
}
