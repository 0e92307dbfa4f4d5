//! Who of the project is at the portal already: two schools, one portal, and pupils who moved between them.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use testkit::cli::{Cli, PASSPHRASE};
use testkit::portal::ScratchPortal;

use crate::desk::Desk;
use crate::kit::{list, number, of_entity, prepared_portal, text, yes};

const HEAD: &str = "NAMA MURID,NO. KAD PENGENALAN,TARIKH LAHIR,JANTINA,ALAMAT RUMAH,POSKOD,STATUS,NAMA BAPA,NO. KP BAPA,NO. TEL BAPA\n";
const ROSLAN: &str = "ROSLAN BIN ALI,800101015001,0123456781";
const KAMAL: &str = "KAMAL BIN OMAR,790202025003,0123456782";
const YUSOF: &str = "YUSOF BIN HASSAN,780303035005,0123456783";

/// What the portal has from the first school.
fn first_school() -> String {
    format!(
        "{HEAD}AIMAN BIN ROSLAN,140512105011,2014-05-12,Lelaki,12 JALAN MELATI,43000,Aktif,{ROSLAN}\n\
         HAWA BINTI ROSLAN,160512105012,2016-05-12,Perempuan,12 JALAN MELATI,43000,Aktif,{ROSLAN}\n\
         NUR AISYAH BINTI KAMAL,150305105014,2015-03-05,Perempuan,7 JALAN DAHLIA,43000,Aktif,{KAMAL}\n\
         SITI SARAH BINTI YUSOF,130607105016,2013-06-07,Perempuan,9 JALAN ROS,43000,Aktif,{YUSOF}\n"
    )
}

/// What the second school has: one who surely moved, one without her number, one under another child's number, others.
fn second_school() -> String {
    let others: String = (0..14)
        .map(|at| {
            format!(
                "MURID REKAAN {} BIN CONTOH,11{:02}{:02}10{:04},2011-{:02}-{:02},Lelaki,{at} JALAN LAIN,50000,Aktif,,,\n",
                NAMES[at],
                at % 12 + 1,
                at + 1,
                2 * at + 1,
                at % 12 + 1,
                at + 1
            )
        })
        .collect();
    format!(
        "{HEAD}AIMAN BIN ROSLAN,140512105011,2014-05-12,Lelaki,1 JALAN BAHARU,50000,Aktif,{ROSLAN}\n\
         NUR AISYAH BINTI KAMAL,,2015-03-05,Perempuan,1 JALAN BAHARU,50000,Aktif,{KAMAL}\n\
         LIM HUI MIN,130607105016,2013-06-07,Perempuan,5 JALAN LAIN,50000,Aktif,,,\n{others}"
    )
}

const NAMES: [&str; 14] = [
    "AQIL", "BADRUL", "CHAIRIL", "DANISH", "EMIR", "FARHAN", "GHAZALI", "HAZIQ", "IRFAN", "JOHAN", "KHALID", "LUQMAN",
    "MUKHRIZ", "NAUFAL",
];

const ACCEPT: [&str; 3] = ["push", "--accept", "*=surat dihantar"];

/// A school with its project, ready to be pushed.
fn school(dir: &std::path::Path, name: &str, rows: &str) -> Result<Cli> {
    let cli = Cli::new(dir)?.with("DAFTAR_PROJECT", dir.join(format!("{name}.daftar")));
    cli.json(0, &["new", &format!("{name}.daftar"), "--school", "Sekolah Ujian", "--code", "UJI0001"])?;
    fs_err::write(dir.join(format!("{name}.csv")), rows)?;
    cli.json(0, &["import", &format!("{name}.csv")])?;
    cli.run(&["cleanse", "--apply", "safe"])?;
    cli.run(&["validate"])?;
    Ok(cli)
}

/// The document of `match --with-portal` about `entity`.
fn of<'d>(document: &'d Value, entity: &str) -> Result<&'d Value> {
    let found = list(document, "/portal/people").iter().find(|one| one["entity"] == entity);
    found.with_context(|| format!("nothing about {entity} in {document}"))
}

/// A school beside a portal that another school has filled.
struct Place {
    dir: tempfile::TempDir,
    cli: Cli,
    portal: ScratchPortal,
}

fn place() -> Result<Place> {
    let dir = testkit::scratch()?;
    let first = school(dir.path(), "first", &first_school())?;
    let portal = prepared_portal(&first)?;
    first.with("DAFTAR_PORTAL_URL", portal.url()).json(0, &ACCEPT)?;
    let cli = school(dir.path(), "second", &second_school())?;
    Ok(Place { dir, cli, portal })
}

#[test]
fn pupils_who_moved_are_found_at_the_portal_and_the_push_writes_to_their_rows() -> Result<()> {
    let Place { dir, cli, portal } = place()?;
    let offline =
        cli.with("DAFTAR_PORTAL_URL", "postgres://app@127.0.0.1:1/akademi").json(4, &["match", "--with-portal"])?;
    ensure!(text(&offline, "/error/code") == "TargetUnreachable" && !yes(&offline, "/error/written"), "{offline}");
    let none = cli.json(2, &["match", "--with-portal"])?;
    ensure!(text(&none, "/error/code") == "Usage", "no portal is known: {none}");

    let cli = cli.with("DAFTAR_PORTAL_URL", portal.url());
    let before = portal.dump(&[])?;
    let found = cli.json(1, &["match", "--with-portal"])?;
    ensure!(portal.dump(&[])? == before, "nothing is written to the portal");
    let pupils = of(&found, "students")?;
    let counts = ["people", "known", "certain", "open"].map(|key| number(pupils, &format!("/{key}")));
    ensure!(counts == [4, 0, 1, 2], "AIMAN is certain, AISYAH and the copied number are asked about: {pupils}");
    ensure!(number(of(&found, "guardians")?, "/certain") == 2, "ROSLAN and KAMAL: {found}");

    let desk = Desk::new(dir.path());
    desk.open(&dir.path().join("second.daftar"), "", PASSPHRASE)?;
    desk.ask("settings_set", json!({ "portalUrl": portal.url() }))?;
    let page = |show: &str| {
        desk.ask("matching_portal_cases", json!({ "entity": "students", "show": show, "offset": 0, "limit": 10 }))
    };
    let open = page("open")?;
    let pair = |who: &str| -> Result<Value> {
        let line = list(&open, "/cases").iter().find(|line| text(line, "/leftWho").starts_with(who));
        Ok(line.with_context(|| format!("{who} in {open}"))?["pair"].clone())
    };
    let (aisyah, lim) = (pair("NUR AISYAH")?, pair("LIM")?);
    let case = desk.ask("matching_portal_case", json!({ "pair": aisyah }))?;
    ensure!(text(&case, "/right/who") == "NUR AISYAH BINTI KAMAL" && !yes(&case, "/certain"), "{case}");
    let of_number =
        list(&case, "/fields").iter().find(|field| field["field"] == "national_id").context("the number")?;
    ensure!(text(of_number, "/state") == "right" && text(of_number, "/right").contains("150305"), "{of_number}");
    ensure!(list(&case, "/reasons").iter().any(|reason| reason["speaks"] == "for"), "{case}");
    for (pair, verdict) in [(&aisyah, "same"), (&lim, "different")] {
        let said = desk.ask("matching_portal_decide", json!({ "pair": pair, "verdict": verdict, "picks": [] }))?;
        ensure!(!text(&said, "/sentence").is_empty(), "{said}");
    }
    ensure!(number(&page("open")?, "/total") == 0 && number(&page("same")?, "/total") == 1);
    ensure!(
        number(&desk.ask("history_view", json!({ "offset": 0, "limit": 10 }))?, "/total") == 1,
        "no record changed"
    );
    desk.ask("project_close", json!({}))?;

    let rows = "select string_agg(id || ' ' || user_id, ', ' order by national_id) from academic.students
                where national_id in ('140512105011', '150305105014')";
    let there = portal.sql(rows)?;
    let pushed = cli.json(1, &ACCEPT)?;
    let counts = of_entity(&pushed, "students")?;
    let counts = ["inserted", "updated", "rejected"].map(|key| number(counts, &format!("/{key}")));
    ensure!(counts == [14, 2, 1], "two are written to their own rows, the copied number is refused: {pushed}");
    ensure!(portal.sql(rows)? == there, "the same rows with the same accounts");
    ensure!(portal.number("select count(*) from academic.students")? == 18);
    let name = "select full_name from academic.students where national_id = '130607105016'";
    ensure!(portal.sql(name)? == "SITI SARAH BINTI YUSOF", "never written over");
    ensure!(portal.number("select count(*) from academic.guardians where full_name = 'KAMAL BIN OMAR'")? == 1);
    ensure!(yes(&cli.json(0, &["verify"])?, "/passed"));

    let again = cli.json(0, &["match", "--with-portal"])?;
    let pupils = of(&again, "students")?;
    let counts = ["known", "certain", "open", "different"].map(|key| number(pupils, &format!("/{key}")));
    ensure!(counts == [16, 0, 0, 1], "who is there is there, and what was said is not asked again: {pupils}");
    Ok(())
}

#[test]
fn find_and_replace_stays_within_its_filter() -> Result<()> {
    let dir = testkit::scratch()?;
    let cli = school(dir.path(), "first", &first_school())?;
    let only = ["replace", "students.address_line1", "--find", "JALAN", "--with", "Jln", "--only", "gender=male"];
    let shown = cli.json(0, &only)?;
    ensure!(number(&shown, "/records") == 1 && shown["step"].is_null() && !yes(&shown, "/applied"), "{shown}");
    let done = cli.json(0, &[&only[..], &["--apply"]].concat())?;
    ensure!(yes(&done, "/applied") && list(&done, "/values")[0]["after"] == "12 Jln MELATI", "{done}");
    ensure!(number(&cli.json(0, &only)?, "/records") == 0, "done");
    let rest = cli.json(0, &["replace", "students.address_line1", "--find", "jalan", "--with", "Jln"])?;
    ensure!(number(&rest, "/records") == 3, "the others were left: {rest}");
    cli.json(0, &["undo"])?;
    ensure!(number(&cli.json(0, &only)?, "/records") == 1, "undone");
    for wrong in
        [["students", "gender=male"], ["students.address_line1", "gender"], ["students.address_line1", "sex=male"]]
    {
        let error = cli.json(2, &["replace", wrong[0], "--find", "a", "--with", "b", "--only", wrong[1]])?;
        ensure!(text(&error, "/error/code") == "Usage", "{wrong:?}: {error}");
    }
    Ok(())
}
