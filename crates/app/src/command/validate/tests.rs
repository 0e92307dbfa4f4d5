//! An edit that is followed leaves exactly what a whole run leaves, whatever is edited.

use std::collections::BTreeSet;

use model::{Entity, Lang, RecordState, Silent};
use staging::findings::{self, FindingFilter};
use staging::{Connection, Kdf, NewProject, records};

use super::run;
use crate::clock;
use crate::command::{cleanse, demo, grid, import};
use crate::dto::{CellEdit, RecordEdit, RecordExclude};
use crate::session::Session;

/// A made-up school in a project of its own, cleansed and checked.
pub(crate) fn school(dir: &std::path::Path, students: u32) -> Session {
    let (files, _) = demo::generate(students, 0.3, 11, 0, &dir.join("fail")).expect("files");
    school_of(dir, &files)
}

/// A school with the records of these files, put right where that is safe, and checked.
pub(crate) fn school_of(dir: &std::path::Path, files: &[std::path::PathBuf]) -> Session {
    let new = NewProject {
        school: "Sekolah Rendah Agama Ujian",
        code: "UJI0001",
        country: "MY",
        language: Lang::En,
        year: Some(2026),
        user: "admin",
        display_name: "",
        passphrase: "bukan rahsia",
        kdf: Kdf::CHEAP,
        now: clock::now(),
    };
    let (session, _) = Session::create(&dir.join("sekolah.daftar"), &new).expect("a project");
    let wish = import::Wish {
        files: &demo::as_import(files),
        make: import::Make::Recognised,
        entity: None,
        mapping: None,
        table: None,
    };
    import::run(&session, &wish, &Silent).expect("brought in");
    let safe = cleanse::Which { rule: None, least: model::Applicability::Safe };
    cleanse::apply(&session, safe, &Silent).expect("cleansed");
    run(&session, &Silent).expect("checked");
    session
}

/// Everything that the checks left: findings, held-back records, counts.
fn left(conn: &Connection) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for finding in findings::page(conn, &FindingFilter::default(), 0, 1_000_000).expect("findings").rows {
        let findings::FindingRow { check, entity, record, field, value, message, .. } = finding;
        let line = format!("{check} {entity} {record} {field} {value:?} {} {:?}", message.key, message.args);
        assert!(lines.insert(line.clone()), "twice: {line}");
    }
    for entity in model::entities::ALL {
        let held = findings::blocked_records(conn, entity.code, 0, 1_000_000).expect("held back");
        lines.extend(held.into_iter().map(|record| format!("held {} {record}", entity.code)));
    }
    let counted = findings::results(conn).expect("counts").into_iter();
    let some = counted.filter(|count| count.looked_at + count.found + count.stored > 0);
    lines.extend(some.map(|count| format!("{count:?}")));
    lines
}

/// Numbers that only look like chance: the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }

    fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }
}

fn all_of(conn: &Connection, entity: &'static Entity) -> Vec<records::RecordRow> {
    records::read(conn, entity, None, 0).collect::<Result<_, _>>().expect("records")
}

/// An edit of a random cell: a value that another record has, nonsense, nothing, or something sound.
fn random_edit(conn: &Connection, dice: &mut Dice) -> CellEdit {
    let filled: Vec<_> = model::entities::ALL.into_iter().filter(|entity| !all_of(conn, entity).is_empty()).collect();
    let entity = *dice.of(&filled);
    let rows = all_of(conn, entity);
    let (row, other) = (dice.of(&rows).clone(), dice.of(&rows).clone());
    let at = dice.below(entity.fields.len());
    let sound = ["2015-03-05", "150305101235", "active", "true", "male", "+60123456789", "2026", "Tahun 3", "A1234567"];
    let value = match dice.below(5) {
        0 | 1 => other.values[at].clone(),
        2 => String::new(),
        3 => "???".to_owned(),
        _ => (*dice.of(&sound)).to_owned(),
    };
    CellEdit { entity: entity.code.to_owned(), record: row.id as f64, field: entity.fields[at].code.to_owned(), value }
}

fn random_exclusion(conn: &Connection, dice: &mut Dice) -> RecordExclude {
    let filled: Vec<_> = model::entities::ALL.into_iter().filter(|entity| !all_of(conn, entity).is_empty()).collect();
    let entity = *dice.of(&filled);
    let row = dice.of(&all_of(conn, entity)).clone();
    RecordExclude {
        entity: entity.code.to_owned(),
        records: vec![row.id as f64],
        reason: "not ours".to_owned(),
        exclude: row.state != RecordState::Excluded,
    }
}

fn act_at_random(session: &Session, dice: &mut Dice) -> String {
    let reader = session.read(staging::Permission::ViewRecords).expect("reads");
    let (edit, exclusion) = (random_edit(reader.connection(), dice), random_exclusion(reader.connection(), dice));
    drop(reader);
    match dice.below(10) {
        0 => format!("undo {:?}", cleanse::travel(session, true, &Silent).map(|done| done.1).ok()),
        1 => format!("redo {:?}", cleanse::travel(session, false, &Silent).map(|done| done.1).ok()),
        2 | 3 => {
            grid::exclude(session, &exclusion).expect("excluded");
            format!("exclude {} {:?} {}", exclusion.entity, exclusion.records, exclusion.exclude)
        }
        _ => {
            let said = format!("edit {} {} {} = {:?}", edit.entity, edit.record, edit.field, edit.value);
            grid::edit(session, &RecordEdit { edits: vec![edit] }).expect("edited");
            said
        }
    }
}

#[test]
fn an_edit_leaves_what_a_whole_run_leaves() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = school(dir.path(), 24);
    let mut dice = Dice(20_261_122);
    let (mut followed, mut done) = (0, Vec::new());
    for _ in 0..150 {
        done.push(act_at_random(&session, &mut dice));
        let live = {
            let reader = session.read(staging::Permission::ViewRecords).expect("reads");
            let fresh = findings::last_run(reader.connection()).expect("a run").is_some_and(|run| !run.stale);
            followed += usize::from(fresh);
            fresh.then(|| left(reader.connection()))
        };
        // Several edits in a row must add up, too.
        if live.is_some() && done.len() % 3 != 0 {
            continue;
        }
        run(&session, &Silent).expect("checked");
        let reader = session.read(staging::Permission::ViewRecords).expect("reads");
        let whole = left(reader.connection());
        if let Some(live) = live {
            let (more, less): (Vec<_>, Vec<_>) = (live.difference(&whole).collect(), whole.difference(&live).collect());
            assert!(more.is_empty() && less.is_empty(), "after {done:#?}\nonly live: {more:#?}\nonly whole: {less:#?}");
        }
        done.clear();
    }
    assert!(followed > 100, "most edits of a small school are followed: {followed} of 150");
}

/// The findings of a list with these lines: check, field, value, how many.
fn found_in(csv: &str, check: &str) -> Vec<(String, String)> {
    let dir = tempfile::tempdir().expect("a folder");
    let session = school(dir.path(), 4);
    let path = dir.path().join("ujian.csv");
    fs_err::write(&path, csv).expect("a file");
    let wish = import::Wish {
        files: &demo::as_import(&[path]),
        make: import::Make::Recognised,
        entity: Some("students"),
        mapping: None,
        table: None,
    };
    import::run(&session, &wish, &Silent).expect("brought in");
    run(&session, &Silent).expect("checked");
    let reader = session.read(staging::Permission::ViewRecords).expect("reads");
    let filter = FindingFilter { check: Some(check.to_owned()), ..FindingFilter::default() };
    let rows = findings::page(reader.connection(), &filter, 0, 1_000).expect("findings").rows;
    let ours = rows.into_iter().filter(|finding| finding.location.file == "ujian.csv");
    ours.map(|finding| (finding.field, finding.value)).collect()
}

#[test]
fn columns_that_lead_to_the_wrong_field_are_known_by_their_values() {
    let csv = "NAMA MURID,NO. KAD PENGENALAN,TARIKH LAHIR\n05/03/2018,ALI BIN ABU,180305101235\n\
               06/04/2018,SITI BINTI ALI,180406101234\n";
    let found = found_in(csv, "wrong-column");
    let of = |field: &str| found.iter().filter(|(of, _)| of == field).count();
    assert_eq!((of("full_name"), of("national_id"), of("date_of_birth")), (2, 2, 2), "{found:?}");
}

#[test]
fn a_value_longer_than_any_field_is_held_back() {
    let long = "A".repeat(100_000);
    let csv = format!("NAMA MURID,NO. KAD PENGENALAN\n{long},180305101235\nALI BIN ABU,180306101235\n");
    assert_eq!(found_in(&csv, "value-too-long"), [("full_name".to_owned(), long)]);
}

#[test]
fn names_in_eleven_scripts_are_names() {
    let names = [
        "Nur Aisyah binti Ali",
        "علي بن أبو بكر",
        "陈美玲",
        "முருகன் வேலு",
        "मोहन कुमार",
        "ਗੁਰਪ੍ਰੀਤ ਕੌਰ",
        "สมชาย ใจดี",
        "Иван Петров",
        "田中さくら",
        "김민준",
        "Γιώργος Παπαδόπουλος",
    ];
    let mut csv = "NAMA MURID,NO. KAD PENGENALAN\n".to_owned();
    for (at, name) in names.iter().enumerate() {
        csv.push_str(&format!("{name},1803{:02}10123{}\n", at + 10, at % 10));
    }
    for check in ["name-suspicious", "wrong-column", "mixed-scripts", "long-value"] {
        let odd = found_in(&csv, check);
        let names: Vec<_> = odd.iter().filter(|(field, _)| field == "full_name").collect();
        assert!(names.is_empty(), "{check}: {names:?}");
    }
    assert_eq!(found_in("NAMA MURID,NO. KAD PENGENALAN\nАLI BIN ABU,180305101235\n", "mixed-scripts").len(), 1);
}

/// Money of two pupils: an invoice of two lines, a payment, and how it settles.
fn money(session: &Session, dir: &std::path::Path) {
    let tables = [
        (
            "invoices",
            "NO INVOIS,NAMA MURID,TARIKH INVOIS,TARIKH AKHIR BAYARAN,JUMLAH KECIL,DISKAUN,CUKAI,JUMLAH KESELURUHAN,TELAH DIBAYAR,BAKI,STATUS INVOIS,MATA WANG\nINV-1,ALI BIN UJIAN,2026-01-01,2026-01-31,100.00,0.00,0.00,100.00,100.00,0.00,paid,MYR\n",
        ),
        (
            "invoice_items",
            "NO INVOIS,KETERANGAN,KUANTITI,HARGA SEUNIT,AMAUN\nINV-1,Yuran,1,60.00,60.00\nINV-1,Buku,1,40.00,40.00\n",
        ),
        (
            "payments",
            "NO RESIT,NAMA MURID,TARIKH BAYARAN,AMAUN,KAEDAH BAYARAN,STATUS BAYARAN\nR-1,ALI BIN UJIAN,2026-01-05,100.00,cash,completed\n",
        ),
        ("payment_allocations", "NO RESIT,NO INVOIS,AMAUN DIPERUNTUKKAN\nR-1,INV-1,100.00\n"),
    ];
    for (entity, csv) in tables {
        let path = dir.join(format!("{entity}.csv"));
        fs_err::write(&path, csv).expect("a file");
        let wish = import::Wish {
            files: &demo::as_import(&[path]),
            make: import::Make::Recognised,
            entity: Some(entity),
            mapping: None,
            table: None,
        };
        import::run(session, &wish, &Silent).expect("brought in");
    }
    run(session, &Silent).expect("checked");
}

/// The codes of checks that found something in records of money.
fn found_in_money(session: &Session) -> BTreeSet<String> {
    let reader = session.read(staging::Permission::ViewRecords).expect("reads");
    let rows = findings::page(reader.connection(), &FindingFilter::default(), 0, 10_000).expect("findings").rows;
    let money = ["invoices", "invoice_items", "payments", "payment_allocations"];
    let ours = rows
        .into_iter()
        .filter(|row| money.contains(&row.entity.as_str()) && row.severity != model::Severity::Critical);
    ours.map(|row| row.check).collect()
}

#[test]
fn sums_across_records_are_followed_through_every_edit() {
    let dir = tempfile::tempdir().expect("a folder");
    let session = school(dir.path(), 4);
    money(&session, dir.path());
    let before = found_in_money(&session);
    let sums = [
        "invoice-items",
        "invoice-paid",
        "invoice-settled",
        "invoice-allocations",
        "payment-allocations",
        "allocation-payment",
    ];
    assert!(sums.iter().all(|check| !before.contains(*check)), "sound money: {before:?}");
    let edit = |entity: &str, field: &str, value: &str, expected: &[&str]| {
        let edit =
            CellEdit { entity: entity.to_owned(), record: 1.0, field: field.to_owned(), value: value.to_owned() };
        grid::edit(&session, &RecordEdit { edits: vec![edit] }).expect("edited");
        let live = found_in_money(&session);
        let new: Vec<&str> = sums.into_iter().filter(|check| live.contains(*check)).collect();
        assert_eq!(new, expected, "{entity}.{field} = {value}");
        let followed = {
            let reader = session.read(staging::Permission::ViewRecords).expect("reads");
            assert!(findings::last_run(reader.connection()).expect("a run").is_some_and(|run| !run.stale), "followed");
            left(reader.connection())
        };
        run(&session, &Silent).expect("checked");
        let reader = session.read(staging::Permission::ViewRecords).expect("reads");
        assert_eq!(followed, left(reader.connection()), "{entity}.{field} = {value}: as a whole run");
    };
    edit("payment_allocations", "amount", "120.00", &["invoice-paid", "invoice-allocations", "payment-allocations"]);
    edit("payment_allocations", "amount", "40.00", &["invoice-paid", "invoice-settled"]);
    edit("payment_allocations", "amount", "RM empat puluh", &[]);
    edit("payment_allocations", "amount", "100.00", &[]);
    edit("invoice_items", "amount", "50.00", &["invoice-items"]);
    edit("invoice_items", "amount", "60.00", &[]);
    edit("payments", "status", "failed", &["allocation-payment"]);
    edit("payments", "status", "completed", &[]);
    edit("invoices", "status", "sent", &["invoice-settled"]);
    edit("payment_allocations", "invoice", "INV-9", &["invoice-paid"]);
}
