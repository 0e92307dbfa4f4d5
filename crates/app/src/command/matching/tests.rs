//! Matching on made-up families brought in as files, from the first row to parting what was merged.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use model::Silent;
use sample::families::{FamilyRow, FamilyWish, make_up, write};
use staging::{Kdf, NewProject};

use super::*;
use crate::command::import::{self, Make, Wish};
use crate::dto::{CaseDecide, CasePick, CasesAsk, GapFill, ImportFile, OrphanSettle, Page, SourceOptions};

fn session(dir: &Path) -> Session {
    let new = NewProject {
        school: "Sekolah Rekaan",
        code: "ABC1234",
        country: "MY",
        language: model::Lang::En,
        year: Some(2026),
        user: "siti",
        display_name: "",
        passphrase: "bukan rahsia sebenar",
        kdf: Kdf::CHEAP,
        now: chrono::DateTime::UNIX_EPOCH,
    };
    Session::create(&dir.join("sekolah.daftar"), &new).expect("a project").0
}

fn bring_in(session: &Session, files: &[std::path::PathBuf]) -> i64 {
    let options = SourceOptions { encoding: None, delimiter: None, header_row: None, password: None };
    let file = |path: &std::path::PathBuf| ImportFile {
        path: path.display().to_string(),
        tables: Vec::new(),
        options: options.clone(),
        member: None,
    };
    let files: Vec<ImportFile> = files.iter().map(file).collect();
    let wish = Wish { files: &files, make: Make::Recognised, entity: None, mapping: None, table: None };
    import::run(session, &wish, &Silent).expect("brings in").batch
}

/// Who each row of the two lists is, by file and row.
fn truth(rows: &[FamilyRow]) -> HashMap<String, u32> {
    let mut truth = HashMap::new();
    for (list, name) in ["daftar.csv", "tahfiz.csv"].into_iter().enumerate() {
        for (at, row) in rows.iter().filter(|row| row.list == list).enumerate() {
            truth.insert(format!("{name} · {}", at + 2), row.person);
        }
    }
    truth
}

/// All pupils' pairs of one sort: percent and whether they are truly one person.
fn pairs(session: &Session, show: &str, truth: &HashMap<String, u32>) -> Vec<(f64, bool)> {
    let mut found = Vec::new();
    loop {
        let asked = CasesAsk { entity: "students".into(), show: show.into(), offset: found.len() as u32, limit: 200 };
        let page = cases::page(session, &asked).expect("a page");
        let same = |one: &str, other: &str| truth[one] == truth[other];
        found.extend(page.cases.iter().map(|case| (case.percent, same(&case.left_source, &case.right_source))));
        if page.cases.is_empty() {
            assert_eq!(found.len() as f64, page.total, "the total is what can be paged through");
            return found;
        }
    }
}

#[test]
fn people_are_found_twice_with_few_mistakes_and_merged_for_certain_with_none() {
    let dir = tempfile::tempdir().expect("a folder");
    let rows = make_up(&FamilyWish { rows: 3_000, seed: 7, year: 2026 });
    let session = session(dir.path());
    bring_in(&session, &write(&rows, dir.path()).expect("writes"));
    run(&session, &Silent).expect("compares");
    let truth = truth(&rows);
    let mut of_person: HashMap<u32, usize> = HashMap::new();
    rows.iter().for_each(|row| *of_person.entry(row.person).or_default() += 1);
    let all: usize = of_person.values().map(|rows| rows * (rows - 1) / 2).sum();
    let found = pairs(&session, "open", &truth);
    let shown: Vec<_> = found.iter().filter(|(percent, _)| *percent >= 90.0).collect();
    let right = shown.iter().filter(|(_, same)| *same).count();
    let (precision, recall) = (right as f64 / shown.len() as f64, right as f64 / all as f64);
    println!("{all} true pairs, {} shown, {right} right: precision {precision:.4}, recall {recall:.4}", shown.len());
    assert!(precision >= 0.995 && recall >= 0.95, "precision {precision}, recall {recall}");

    let merged = merge(&session, &Silent).expect("merges");
    assert!(merged[0].1.merged > 100, "{merged:?}");
    let wrong = pairs(&session, "merged", &truth).iter().filter(|(_, same)| !same).count();
    assert_eq!(wrong, 0, "a certain merge is never wrong");
    let again = merge(&session, &Silent).expect("merges");
    assert_eq!(again.iter().map(|(_, merged)| merged.merged).sum::<u64>(), 0, "once merged, nothing is left to merge");
}

const HEAD: &str =
    "NAMA MURID,NO. KAD PENGENALAN,TARIKH LAHIR,JANTINA,ALAMAT RUMAH,POSKOD,NAMA BAPA,NO. KP BAPA,NO. TEL BAPA\n";

fn file(dir: &Path, name: &str, rows: &[&str]) -> std::path::PathBuf {
    let path = dir.join(name);
    fs_err::write(&path, format!("{HEAD}{}\n", rows.join("\n"))).expect("writes");
    path
}

fn open(session: &Session) -> Vec<crate::dto::CaseLine> {
    let asked = CasesAsk { entity: "students".into(), show: "open".into(), offset: 0, limit: 50 };
    cases::page(session, &asked).expect("a page").cases
}

fn decide(session: &Session, verdict: &str, picks: Vec<CasePick>) {
    let pair = open(session)[0].pair;
    decide::decide(session, &CaseDecide { pair, verdict: verdict.into(), picks }).expect("decides");
}

#[test]
fn what_a_person_decided_is_never_asked_again_and_what_was_merged_is_parted() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = session(dir.path());
    let aina = "NUR AINA BINTI ROSLAN,140512105012,2014-05-12,female,12 JALAN MELATI,43000,ROSLAN BIN ALI,800101010001,0123456789";
    let aini = "NUR AINI BINTI ROSLAN,,2014-05-12,female,12 JALAN MELATI,43000,ROSLAN BIN ALI,800101010001,0123456789";
    bring_in(&session, &[file(dir.path(), "a.csv", &[aina]), file(dir.path(), "b.csv", &[aini])]);
    run(&session, &Silent).expect("compares");
    let seen = cases::case(&session, open(&session)[0].pair as i64).expect("a case");
    assert_eq!(seen.survivor, 1.0, "the more complete one stands: {}", seen.survivor_why);
    assert!(!seen.certain && seen.reasons.iter().any(|reason| reason.speaks == "for"));
    let differ: Vec<_> = seen.fields.iter().filter(|field| field.state == "differ").map(|field| &field.field).collect();
    assert_eq!(differ, ["full_name"]);

    decide(&session, "different", Vec::new());
    assert!(open(&session).is_empty());
    bring_in(&session, &[file(dir.path(), "later.csv", &["X BINTI Y,,,,,,,,", aini])]);
    run(&session, &Silent).expect("compares");
    let left: Vec<_> = open(&session).iter().map(|case| (case.left, case.right)).collect();
    assert_eq!(left, [(2.0, 4.0)], "the same AINI twice is asked, AINA and AINI never again, in whatever file");

    decide(&session, "same", vec![CasePick { field: "full_name".into(), record: 4.0 }]);
    assert!(open(&session).is_empty());
    let merged = CasesAsk { entity: "students".into(), show: "merged".into(), offset: 0, limit: 50 };
    let line = cases::page(&session, &merged).expect("a page").cases.remove(0);
    decide::part(&session, "students", line.left as i64).expect("parts");
    assert_eq!(cases::page(&session, &merged).expect("a page").total, 0.0);
    run(&session, &Silent).expect("compares");
    assert!(open(&session).is_empty(), "who was parted is two people from then on");
    assert_eq!(merge(&session, &Silent).expect("merges")[0].1.merged, 0);
}

/// Three children of one house, the youngest without a parent, and a boy who belongs to nobody; nobody has a status.
fn family(dir: &Path) -> Session {
    let session = session(dir);
    let rows = [
        "ADAM BIN ROSLAN,140512105011,2014-05-12,male,12 JALAN MELATI,43000,ROSLAN BIN ALI,800101010001,0123456789",
        "HAWA BINTI ROSLAN,160512105012,2016-05-12,female,12 JALAN MELATI,43000,ROSLAN BIN ALI,800101010001,0123456789",
        "SARA BINTI ROSLAN,180512105012,2018-05-12,female,12 JALAN MELATI,43000,,,",
        "TAN AH KOW,180512105013,2018-05-12,male,7 JALAN LAIN,43000,,,",
    ];
    bring_in(&session, &[file(dir, "a.csv", &rows)]);
    session
}

/// What the report says that a person chose: how many records, by whom, why.
fn chosen(session: &Session) -> Vec<(u64, String, String)> {
    let json = crate::command::report::as_json(session, "validation").expect("a report");
    let report: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let said = |part: &serde_json::Value, key: &str| part[key].as_str().unwrap_or_default().to_owned();
    let parts = report["chosen"].as_array().expect("a list").iter();
    let by_person = parts.filter(|part| !part["at"].is_null());
    by_person.map(|part| (part["records"].as_u64().expect("a count"), said(part, "by"), said(part, "reason"))).collect()
}

#[test]
fn families_and_orphans_are_shown_and_settled_in_steps_that_can_be_undone() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = family(dir.path());
    run(&session, &Silent).expect("compares");
    let page = || Page { offset: 0, limit: 10 };
    let family = families::families(&session, &page()).expect("families").families.remove(0);
    assert_eq!(family.children.len(), 3, "the youngest is tied by the house");
    assert!(family.ties.iter().any(|tie| tie.contains("ROSLAN BIN ALI")), "{:?}", family.ties);

    let orphans = || families::orphans(&session, &page()).expect("orphans");
    let names: Vec<_> = orphans().orphans.iter().map(|one| one.child.who.clone()).collect();
    assert_eq!(names, ["SARA BINTI ROSLAN", "TAN AH KOW"]);
    let likely = orphans().orphans[0].likely[0].guardian.record;
    assert!(orphans().orphans[1].likely.is_empty(), "nobody is guessed for him");
    let settle = |student: f64, guardian: f64| {
        let asked = OrphanSettle { students: vec![student], guardian, relationship: "father".into() };
        families::settle(&session, &asked).expect("settles");
    };
    settle(3.0, likely);
    settle(4.0, 0.0);
    let counted = || (orphans().total, view(&session).expect("views").placeholders);
    assert_eq!(counted(), (0.0, 1.0), "and the placeholder is counted");
    assert_eq!(chosen(&session), [(1, "siti".to_owned(), String::new())], "the report names it, with who");
    crate::command::cleanse::travel(&session, true, &Silent).expect("undoes");
    assert_eq!((counted(), chosen(&session)), ((1.0, 0.0), Vec::new()));
}

#[test]
fn gaps_are_filled_in_steps_that_the_report_names_and_that_can_be_undone() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = family(dir.path());
    let gap = gaps::gaps(&session).expect("gaps").gaps;
    let status = gap.iter().find(|gap| gap.entity == "students" && gap.field == "status").expect("no status was given");
    assert_eq!(status.count, 4.0);
    let mut asked = GapFill {
        entity: "students".into(),
        field: "status".into(),
        table: status.table,
        value: "gone".into(),
        reason: "said the headmaster".into(),
    };
    assert!(gaps::fill(&session, &asked).is_err(), "what is no status is no default");
    asked.value = "active".into();
    assert_eq!(gaps::fill(&session, &asked).expect("fills").1, 4);
    let defaults = {
        let reader = session.read(Permission::ViewRecords).expect("reads");
        matches::defaults(reader.connection()).expect("defaults")
    };
    assert_eq!((defaults[0].records, defaults[0].reason.as_str()), (4, "said the headmaster"));
    assert_eq!(chosen(&session), [(4, "siti".to_owned(), "said the headmaster".to_owned())]);
    crate::command::cleanse::travel(&session, true, &Silent).expect("undoes");
    let status = model::Operation::Constant {
        entity: "students".into(),
        part: 1,
        field: "status".into(),
        value: "active".into(),
    };
    let recipe = model::Recipe {
        version: model::recipe::RECIPE_VERSION,
        name: "tahun lepas".to_owned(),
        school: String::new(),
        made_at: String::new(),
        layouts: Vec::new(),
        steps: vec![status],
    };
    let cooked = crate::command::cleanse::recipe::apply(&session, &recipe, None, &Silent).expect("applies");
    assert_eq!(cooked.changed, 4);
    let by_recipe = session.words().say("step.recipe", &[("name", "tahun lepas")]);
    assert_eq!(chosen(&session), [(4, "siti".to_owned(), by_recipe)], "what a recipe fills is nobody's file either");
    crate::command::cleanse::travel(&session, true, &Silent).expect("undoes");
    assert!(chosen(&session).is_empty(), "and undone it is in force no more");
    let kept: HashSet<String> = gaps::gaps(&session).expect("gaps").gaps.into_iter().map(|gap| gap.field).collect();
    assert!(kept.contains("status"), "undone, the gap is there again");
}

/// Records of `code` in work, and those that another stands for.
fn standing(session: &Session, code: &str) -> (u64, u64) {
    let entity = model::entities::find(code).expect("an entity");
    let reader = session.read(Permission::ViewRecords).expect("reads");
    let count = staging::records::count(reader.connection(), entity).expect("counts");
    (count.active, count.merged)
}

#[test]
fn a_place_by_number_and_by_name_is_one_and_what_contradicts_waits() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = session(dir.path());
    let write = |name: &str, lines: &[&str]| {
        let path = dir.path().join(name);
        fs_err::write(&path, lines.join("\n") + "\n").expect("writes");
        path
    };
    let pupils = write(
        "murid.csv",
        &[
            "NO. PENDAFTARAN,NAMA MURID,NO. KAD PENGENALAN",
            "K001,AHMAD BIN ALI,140512105011",
            "K002,SITI BINTI ABU,140513105012",
        ],
    );
    let by_number = write(
        "hafazan_nombor.csv",
        &[
            "BIL,NO. PENDAFTARAN,KOD PROGRAM,SURAH,AYAT DIHAFAZ,TARIKH MULA",
            "1,K001,TAH,2,286,13/01/2026",
            "2,K002,TAH,36,83,13/01/2026",
        ],
    );
    let by_name = write(
        "hafazan_nama.csv",
        &[
            "BIL,NAMA MURID,KOD PROGRAM,SURAH,AYAT DIHAFAZ,TARIKH MULA",
            "1,AHMAD BIN ALI,TAH,Al-Baqarah,286,13/01/2026",
            "2,SITI BINTI ABU,TAH,Ya-Sin,40,13/01/2026",
        ],
    );
    for file in [pupils, by_number, by_name] {
        bring_in(&session, &[file]);
    }
    assert_eq!(standing(&session, "quran_enrollments"), (4, 0), "each file writes the places in its own way");
    let safe = crate::command::cleanse::Which { rule: None, least: model::Applicability::Safe };
    crate::command::cleanse::apply(&session, safe, &Silent).expect("cleansed");
    assert_eq!(standing(&session, "quran_enrollments"), (2, 2));
    // Al-Baqarah has three stretches and Ya-Sin two; of the last, the second contradicts and so does what follows
    let (active, merged) = standing(&session, "hafiz_progress");
    assert_eq!((active + merged, merged >= 3, active >= 6), (10, true, true), "{active} {merged}");
    crate::command::validate::run(&session, &Silent).expect("checked");
    let reader = session.read(Permission::ViewRecords).expect("reads");
    let found = |check: &str| {
        let filter = staging::findings::FindingFilter {
            check: Some(check.to_owned()),
            ..staging::findings::FindingFilter::default()
        };
        staging::findings::page(reader.connection(), &filter, 0, 100).expect("findings").total
    };
    assert_eq!(found("duplicate-place"), 0);
    assert_eq!(found("duplicate-memorisation"), (active - 5) * 2, "what files say in two ways waits for a person");
    drop(reader);
    assert!(merge(&session, &Silent).expect("merges").iter().all(|(_, merged)| merged.merged == 0), "nothing is left");
}

#[test]
fn what_was_memorised_hangs_on_the_only_place_of_the_pupil_and_no_programme_is_made_up() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = session(dir.path());
    for (name, lines) in [
        ("murid.csv", "NO. PENDAFTARAN,NAMA MURID,NO. KAD PENGENALAN\nK001,AINA BINTI ALI,150304-10-1234\n"),
        ("program.csv", "KOD PROGRAM,NAMA PROGRAM,JENIS PROGRAM\nTAH,Tahfiz Harian,hifz_full\n"),
        ("hafazan.csv", "NO KP,KOD PROGRAM,SURAH,HINGGA AYAT,STATUS\n150304-10-1234,TAH,Yasin,83,khatam\n"),
        ("daftar_quran.csv", "NO KP,KOD PROGRAM,TAHUN,STATUS\n150304-10-1234,TAH,2026,tamat\n"),
        ("murajaah.csv", "NO KP,TARIKH,SURAH,KUALITI,KESALAHAN\n150304101234,13/02/2026,Yasin,baik,2\n"),
    ] {
        fs_err::write(dir.path().join(name), lines).expect("writes");
        bring_in(&session, &[dir.path().join(name)]);
    }
    assert_eq!(standing(&session, "quran_enrollments"), (2, 0), "one file names the year, the other does not");
    assert_eq!(standing(&session, "quran_programs"), (1, 0), "and no file a second programme");
    let safe = crate::command::cleanse::Which { rule: None, least: model::Applicability::Safe };
    crate::command::cleanse::apply(&session, safe, &Silent).expect("cleansed");
    assert_eq!(standing(&session, "quran_enrollments"), (1, 1), "it is one place, that of the year");
    let reader = session.read(Permission::ViewRecords).expect("reads");
    for entity in ["hafiz_progress", "murajaah_sessions"].map(|code| model::entities::find(code).expect("known")) {
        let place = entity.position("enrollment").expect("a field");
        let work = staging::records::record(reader.connection(), entity, 1).expect("there");
        assert_eq!(work.links[place], Some(2), "{}: the number written in two ways is one", entity.code);
    }
}

#[test]
fn a_teacher_has_no_children_of_the_guardian_with_the_same_number() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = session(dir.path());
    let row =
        "ADAM BIN ROSLAN,140512105011,2014-05-12,male,12 JALAN MELATI,43000,ROSLAN BIN ALI,800101010001,0123456789";
    bring_in(&session, &[file(dir.path(), "a.csv", &[row])]);
    let reader = session.read(Permission::ViewRecords).expect("reads");
    let circles = circles::Circles::read(reader.connection(), "", &Silent).expect("circles");
    let linked = |code: &str| {
        let people = people::People::of(reader.connection(), code, &circles).expect("people");
        people.read(1, &vec![""; people.entity.fields.len()]).circle.len()
    };
    assert_eq!((linked("guardians"), linked("teachers")), (1, 0));
}

/// A file of its own with these lines, brought in.
fn list(session: &Session, dir: &Path, name: &str, lines: &[&str]) {
    let path = dir.join(name);
    fs_err::write(&path, format!("{}\n", lines.join("\n"))).expect("writes");
    bring_in(session, &[path]);
}

/// Who of `entity` is in work, and how many each of `checks` found.
fn active(session: &Session, code: &str) -> usize {
    let reader = session.read(Permission::ViewRecords).expect("reads");
    let entity = model::entities::find(code).expect("an entity");
    let blocks = staging::records::read_blocks(reader.connection(), entity);
    blocks.map(|block| block.expect("records").records().count()).sum()
}

fn found(session: &Session, check: &str) -> u64 {
    let reader = session.read(Permission::ViewRecords).expect("reads");
    let results = staging::findings::results(reader.connection()).expect("results");
    results.iter().filter(|result| result.check == check).map(|result| result.found).sum()
}

const WIDE: &str = "NAMA MURID,NO KP,NO DAFTAR,JANTINA,TARIKH LAHIR,KELAS,STATUS,NAMA IBU,TEL IBU";

#[test]
fn brothers_and_sisters_share_a_mother_without_a_number_and_nobody_shares_the_schools_telephone() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = session(dir.path());
    list(
        &session,
        dir.path(),
        "murid.csv",
        &[
            WIDE,
            "AINA BINTI ALI,150304-10-1234,1001,P,04/03/2015,5 AMANAH,AKTIF,SITI BINTI OMAR,019-8765432",
            "ADAM BIN ALI,150506-10-1235,1002,L,06/05/2015,5 AMANAH,AKTIF,SITI BINTI OMAR,019-8765432",
            "UMAR BIN SAID,150507-10-1237,1003,L,07/05/2015,5 AMANAH,AKTIF,ZAITON BINTI ALI,03-12345678",
            "MARIAM BINTI SAID,150508-10-1238,1004,P,08/05/2015,5 AMANAH,AKTIF,HALIMAH BINTI ALI,03-12345678",
            "YUSUF BIN HAMID,150509-10-1239,1005,L,09/05/2015,5 AMANAH,AKTIF,ROKIAH BINTI ALI,03-12345678",
            "ZAINAB BINTI KASSIM,150510-10-1240,1006,P,10/05/2015,5 AMANAH,AKTIF,ZAITON BINTI ALI,03-12345678",
        ],
    );
    assert_eq!(active(&session, "guardians"), 6);
    let merged: u64 = merge(&session, &Silent).expect("merges").iter().map(|(_, merged)| merged.merged).sum();
    assert_eq!((merged, active(&session, "guardians")), (1, 5), "SITI once; ZAITON's telephone is nobody's own");
    crate::command::validate::run(&session, &Silent).expect("checks");
    assert_eq!(found(&session, "duplicate-key"), 2, "both of ZAITON's rows, before the push and not by it");
}

#[test]
fn fathers_under_one_number_are_said_before_the_push() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = session(dir.path());
    let head = "NAMA MURID,NO KP,NO DAFTAR,JANTINA,TARIKH LAHIR,KELAS,STATUS,NAMA BAPA,NO KP BAPA,NO TEL BAPA";
    list(
        &session,
        dir.path(),
        "murid.csv",
        &[
            head,
            "AINA BINTI ALI,150304-10-1234,1001,P,04/03/2015,5 AMANAH,AKTIF,ALI BIN ABU,000101-01-0101,019-8765432",
            "ADAM BIN SAID,150506-10-1235,1002,L,06/05/2015,5 AMANAH,AKTIF,SAID BIN ABU,000101-01-0101,019-8765433",
        ],
    );
    let merged: u64 = merge(&session, &Silent).expect("merges").iter().map(|(_, merged)| merged.merged).sum();
    assert_eq!(merged, 0);
    crate::command::validate::run(&session, &Silent).expect("checks");
    assert_eq!(found(&session, "duplicate-identity"), 2);
}

#[test]
fn pupils_without_a_number_wait_until_a_person_says_whether_they_are_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = session(dir.path());
    let head = "NAMA MURID,JANTINA,TARIKH LAHIR,KELAS,STATUS";
    list(&session, dir.path(), "murid.csv", &[head, "ADAM BIN ALI,male,2015-05-26,5 AMANAH,active"]);
    list(&session, dir.path(), "betul.csv", &[head, "ADAM BIN ALI ABU,male,2015-05-26,5 AMANAH,active"]);
    run(&session, &Silent).expect("compares");
    crate::command::validate::run(&session, &Silent).expect("checks");
    let held = || {
        let reader = session.read(Permission::ViewRecords).expect("reads");
        staging::findings::blocked_records(reader.connection(), "students", 0, 10).expect("held back").len()
    };
    assert_eq!((found(&session, "same-pupil"), held()), (2, 2), "neither goes");
    decide(&session, "different", Vec::new());
    assert_eq!((found(&session, "same-pupil"), held()), (0, 0), "answered at once");
    crate::command::validate::run(&session, &Silent).expect("checks");
    assert_eq!(found(&session, "same-pupil"), 0, "and in the next run");
}

#[test]
fn a_name_of_two_pupils_is_said_to_mean_several_and_which() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = session(dir.path());
    list(
        &session,
        dir.path(),
        "murid.csv",
        &[
            "NAMA MURID,NO KP,NO DAFTAR,JANTINA,TARIKH LAHIR,KELAS,STATUS",
            "NUR AIN BINTI ALI,150304-10-1234,1001,P,04/03/2015,5 AMANAH,AKTIF",
            "NUR AIN BINTI ALI,150506-10-1236,1002,P,06/05/2015,5 BESTARI,AKTIF",
        ],
    );
    list(
        &session,
        dir.path(),
        "markah.csv",
        &["NAMA MURID,MATA PELAJARAN,PEPERIKSAAN,MARKAH", "NUR AIN BINTI ALI,Sains,PPT,77"],
    );
    crate::command::validate::run(&session, &Silent).expect("checks");
    let reader = session.read(Permission::ViewRecords).expect("reads");
    let filter = staging::findings::FindingFilter { check: Some("reference".to_owned()), ..Default::default() };
    let rows = staging::findings::page(reader.connection(), &filter, 0, 10).expect("findings").rows;
    let said: Vec<_> = rows.iter().filter(|row| row.message.key == "found.reference.several").collect();
    assert_eq!(said.len(), 1, "{rows:?}");
    let rows = said[0].message.args.iter().find(|(name, _)| name == "rows").map(|(_, rows)| rows.clone());
    assert_eq!(rows.as_deref(), Some("murid.csv · 2; murid.csv · 3"));
}

#[test]
fn what_a_merged_row_says_otherwise_is_said() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = session(dir.path());
    let head = "NAMA MURID,NO KP,NO DAFTAR,JANTINA,TARIKH LAHIR,STATUS";
    list(&session, dir.path(), "a.csv", &[head, "AHMAD RAZIF BIN ALI,150325-10-1231,V01,L,25/03/2015,AKTIF"]);
    list(&session, dir.path(), "b.csv", &[head, "AHMAD RAZIF BIN ALI,150325-10-1231,,L,25/03/2015,BERHENTI"]);
    let safe = crate::command::cleanse::Which { rule: None, least: model::Applicability::Safe };
    crate::command::cleanse::apply(&session, safe, &Silent).expect("cleanses and merges");
    assert_eq!(active(&session, "students"), 1);
    crate::command::validate::run(&session, &Silent).expect("checks");
    assert_eq!(found(&session, "merged-differs"), 1, "who has left, and who has not");
}

#[test]
fn what_a_school_lacks_as_a_whole_is_said_once_and_no_longer_when_it_is_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = session(dir.path());
    let head = "NAMA MURID,NO KP,JANTINA,TARIKH LAHIR,STATUS";
    let pupils = ["AINA BINTI ALI,150304-10-1234,P,04/03/2015,AKTIF", "ADAM BIN ABU,150506-10-1235,L,06/05/2015,AKTIF"];
    list(&session, dir.path(), "murid.csv", &[&[head], &pupils[..]].concat());
    crate::command::validate::run(&session, &Silent).expect("checks");
    assert_eq!(found(&session, "nobody-there"), 2, "no guardian and no class, however many pupils");
    let whole = "UMAR BIN SAID,150507-10-1237,1003,L,07/05/2015,5 AMANAH,AKTIF,ZAITON BINTI ALI,019-8765432";
    list(&session, dir.path(), "baharu.csv", &[WIDE, whole]);
    crate::command::validate::run(&session, &Silent).expect("checks");
    assert_eq!(found(&session, "nobody-there"), 0);
}
