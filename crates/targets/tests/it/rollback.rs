//! Taking a batch out: to the byte, keeping what others changed, once.

use model::Silent;
use targets::{Error, Portal, PushOptions, PushReport, State};
use uuid::Uuid;

use crate::school::{Book, School, options, push};
use crate::server::Scratch;

#[test]
fn a_batch_goes_out_to_the_byte() {
    let (scratch, mut portal) = Scratch::portal();
    let empty = scratch.contents();
    let mut school = School::family();
    let (first, _) = push(&mut portal, &mut school);
    let one = scratch.contents();
    school.set("students", 1, "full_name", "NAMA LAIN");
    school.set("users", 2, "role", "teacher");
    school.set("classes", 1, "capacity", "40");
    school.add("students", 3, &[("full_name", "BARU"), ("status", "active")]);
    let (second, _) = push(&mut portal, &mut school);
    let two = scratch.contents();
    assert_ne!(one, two, "the second push changed rows");

    let plan = portal.rollback_plan(second.batch, &[], &Silent).unwrap();
    assert_eq!((scratch.contents(), plan.state), (two, State::Applied), "a plan changes nothing");
    let report = portal.rollback(second.batch, &[], &Silent).unwrap();
    assert_eq!((&report.entities, report.kept_total), (&plan.entities, 0));
    assert_eq!(scratch.contents(), one, "restored to the byte, updated_at too");
    assert_eq!(scratch.value("SELECT last_value FROM migration.number_series"), "1", "the number is free again");

    portal.rollback(first.batch, &[], &Silent).unwrap();
    assert_eq!(scratch.contents(), empty, "everything is out");
    assert_eq!(scratch.value("SELECT count(*) FROM migration.id_map"), "0");
    assert_eq!(portal.batch_state(first.batch, &Silent).unwrap(), Some(State::RolledBack));
    let again = portal.rollback(second.batch, &[], &Silent).unwrap();
    assert!(again.already && again.entities == report.entities, "says what was done then");
    let unknown = portal.rollback(Uuid::new_v4(), &[], &Silent);
    assert!(matches!(unknown, Err(Error::NoBatch { .. })));
}

#[test]
fn what_others_changed_or_use_stays_and_is_listed() {
    let (scratch, mut portal) = Scratch::portal();
    let (report, _) = push(&mut portal, &mut School::family());
    scratch.rows(
        "UPDATE academic.students SET nationality = 'Malaysia' WHERE gender = 'female';
         INSERT INTO academic.attendance (student_id, attendance_date, status)
         SELECT id, '2026-11-02', 'present' FROM academic.students WHERE student_number = 'D-77';
         DELETE FROM academic.enrollments WHERE student_id = (SELECT id FROM academic.students WHERE student_number = 'D-77')",
    );
    let out = portal.rollback(report.batch, &[], &Silent).unwrap();
    let kept: Vec<_> = out.kept.iter().map(|k| format!("{} {} {} {}", k.entity, k.key, k.why, k.by)).collect();
    assert_eq!(
        kept,
        [
            "enrollments enrollments-2 gone ",
            "students students-1 changed ",
            "students students-2 referenced academic.attendance",
            "user_roles users-2 account-stays ",
            "users users-2 referenced academic.students",
        ]
    );
    let students = out.entities.iter().find(|entity| entity.entity == "students").unwrap();
    assert_eq!((students.reversed, students.kept, students.errored), (0, 2, 0));
    assert_eq!(scratch.value("SELECT count(*) FROM auth.user_roles"), "1", "an account that stays keeps its role");
    assert_eq!(scratch.value("SELECT count(*) FROM academic.guardians"), "0", "what nobody touched is out");
    let (again, _) = push(&mut portal, &mut School::family());
    assert!(crate::school::sums(&again).contains("students 0/0/2/0"), "what stayed is found again");
}

#[test]
fn single_entities_go_out_and_what_others_refer_to_stays() {
    let (scratch, mut portal) = Scratch::portal();
    let empty = scratch.contents();
    let (report, _) = push(&mut portal, &mut School::family());
    let some = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let of = |report: &targets::RollbackReport| {
        let line = report.entities.iter().map(|one| format!("{} {}/{}", one.entity, one.reversed, one.kept));
        line.collect::<Vec<_>>().join(" ")
    };
    let plan = portal.rollback_plan(report.batch, &some(&["students"]), &Silent).unwrap();
    assert_eq!((of(&plan).as_str(), plan.kept_total), ("students 0/2", 2), "links and enrolments refer to them");
    assert!(plan.kept.iter().all(|kept| kept.why == "referenced" && kept.by.starts_with("academic.")));

    let out = portal.rollback(report.batch, &some(&["students", "enrollments", "student_guardians"]), &Silent).unwrap();
    assert_eq!((of(&out).as_str(), out.state), ("enrollments 2/0 student_guardians 2/0 students 2/0", State::Applied));
    assert_eq!(scratch.value("SELECT count(*) FROM academic.students"), "0");
    assert_eq!(scratch.value("SELECT count(*) FROM academic.classes"), "1", "the rest of the batch stands");
    assert_eq!(portal.batch_state(report.batch, &Silent).unwrap(), Some(State::Applied));
    assert_eq!(scratch.value("SELECT count(*) FROM migration.id_map WHERE entity = 'students'"), "0");

    let again = portal.rollback(report.batch, &some(&["students"]), &Silent).unwrap();
    assert_eq!((of(&again).as_str(), again.kept_total), ("", 0), "there is nothing left to take out");
    let rest = portal.rollback(report.batch, &[], &Silent).unwrap();
    assert_eq!((rest.state, rest.kept_total), (State::RolledBack, 0));
    assert_eq!(scratch.contents(), empty, "both together are the whole batch");
}

/// Pushes as another project on another computer.
fn push_as_another(portal: &mut Portal, school: &mut School) -> PushReport {
    let options = PushOptions { source_system: "another".to_owned(), workspace: Uuid::from_u128(9), ..options() };
    portal.push(&options, school, &mut Book::default(), &Silent).unwrap()
}

#[test]
fn what_a_later_push_changed_stays_open_until_that_one_is_out() {
    let (scratch, mut portal) = Scratch::portal();
    let empty = scratch.contents();
    let mut school = School::family();
    let (first, _) = push(&mut portal, &mut school);
    school.set("students", 1, "full_name", "NAMA LAIN");
    let (second, _) = push(&mut portal, &mut school);
    let out = portal.rollback(first.batch, &[], &Silent).unwrap();
    assert_eq!(out.state, State::Applied, "rows of it stay");
    let kept = out.kept.iter().find(|kept| kept.entity == "students").unwrap();
    let since = kept.since.clone().unwrap();
    assert_eq!((kept.why.as_str(), since.batch, since.user.as_str()), ("changed", Some(second.batch), "kerani"));
    assert_eq!(scratch.value("SELECT full_name FROM academic.students"), "NAMA LAIN");
    assert_eq!(scratch.value("SELECT count(*) FROM migration.id_map WHERE entity = 'students'"), "1", "still known");
    portal.rollback(second.batch, &[], &Silent).unwrap();
    let rest = portal.rollback(first.batch, &[], &Silent).unwrap();
    assert_eq!((rest.state, rest.kept_total, rest.already), (State::RolledBack, 0, false), "{:?}", rest.kept);
    assert_eq!(scratch.contents(), empty, "both together are out");
    assert_eq!(scratch.value("SELECT count(*) FROM migration.id_map"), "0");
    let again = portal.rollback(first.batch, &[], &Silent).unwrap();
    let reversed =
        |code: &str| again.entities.iter().find(|entity| entity.entity == code).map_or(0, |one| one.reversed);
    assert!(again.already && (reversed("students"), reversed("enrollments")) == (2, 2), "{again:?}");
}

#[test]
fn a_person_who_changed_a_row_is_named() {
    let (scratch, mut portal) = Scratch::portal();
    let (report, _) = push(&mut portal, &mut School::pupils(2));
    scratch.rows("SET daftar.actor = 'puan.aminah'; UPDATE academic.students SET nationality = 'MY' WHERE national_id LIKE '000001%'");
    let plan = portal.rollback_plan(report.batch, &[], &Silent).unwrap();
    let since = plan.kept[0].since.clone().unwrap();
    assert_eq!((since.batch, since.user.as_str(), plan.kept_total), (None, "puan.aminah", 1));
}

#[test]
fn pupils_for_whom_another_project_stands_stay_until_it_takes_its_push_back() {
    let (scratch, mut portal) = Scratch::portal();
    let empty = scratch.contents();
    let (mine, _) = push(&mut portal, &mut School::pupils(2));
    let theirs = push_as_another(&mut portal, &mut School::pupils(1));
    let plan = portal.rollback_plan(mine.batch, &[], &Silent).unwrap();
    assert_eq!(plan.kept_total, 1, "the plan says so before");
    let out = portal.rollback(mine.batch, &[], &Silent).unwrap();
    let kept: Vec<_> =
        out.kept.iter().map(|kept| (kept.record, kept.why.as_str(), kept.since.clone().unwrap().batch)).collect();
    assert_eq!((kept, out.state), (vec![(1, "used", Some(theirs.batch))], State::Applied));
    assert_eq!(scratch.value("SELECT full_name FROM academic.students"), "PUPIL 1 BIN TEST");
    portal.rollback(theirs.batch, &[], &Silent).unwrap();
    portal.rollback(mine.batch, &[], &Silent).unwrap();
    assert_eq!(scratch.contents(), empty);
}

#[test]
fn a_project_hears_what_is_out_and_what_stands() {
    let (scratch, mut portal) = Scratch::portal();
    let (report, _) = push(&mut portal, &mut School::pupils(3));
    scratch.rows("UPDATE academic.students SET nationality = 'MY' WHERE national_id LIKE '000002%'");
    portal.rollback(report.batch, &[], &Silent).unwrap();
    let mut rows = Vec::new();
    let mut take = |row: targets::BatchRow| {
        rows.push((row.record, row.there, row.reversed));
        Ok(())
    };
    portal.batch_rows(report.batch, &Silent, &mut take).unwrap();
    assert_eq!(rows, [(1, false, true), (2, true, false), (3, false, true)]);
}

#[test]
fn columns_and_tables_that_others_added_do_not_stand_in_the_way() {
    let (scratch, mut portal) = Scratch::portal();
    scratch
        .rows("ALTER TABLE academic.students ADD COLUMN initials text GENERATED ALWAYS AS (left(full_name, 1)) STORED");
    let empty = scratch.contents();
    let mut school = School::pupils(3);
    let (first, _) = push(&mut portal, &mut school);
    school.set("students", 1, "full_name", "NAMA LAIN");
    let (second, _) = push(&mut portal, &mut school);
    scratch.rows(
        "ALTER TABLE academic.students ADD COLUMN house text, ADD COLUMN points int NOT NULL DEFAULT 5;
         UPDATE academic.students SET house = 'Biru' WHERE national_id LIKE '000003%'",
    );
    let out = portal.rollback(second.batch, &[], &Silent).unwrap();
    assert_eq!((out.state, out.kept_total), (State::RolledBack, 0), "{:?}", out.kept);
    assert_eq!(
        scratch.value(
            "SELECT string_agg(full_name || initials || points, ' ' ORDER BY national_id) FROM academic.students"
        ),
        "PUPIL 1 BIN TESTP5 PUPIL 2 BIN TESTP5 PUPIL 3 BIN TESTP5"
    );
    let out = portal.rollback(first.batch, &[], &Silent).unwrap();
    assert_eq!(
        out.kept.iter().map(|kept| (kept.record, kept.why.as_str())).collect::<Vec<_>>(),
        [(3, "changed")],
        "a house was given"
    );
    scratch.rows("UPDATE academic.students SET house = NULL; ALTER TABLE academic.students DROP COLUMN house, DROP COLUMN points");
    portal.rollback(first.batch, &[], &Silent).unwrap();
    assert_eq!(scratch.contents(), empty);
}

#[test]
fn a_table_that_this_account_may_not_read_is_asked_through_the_server() {
    for (rule, why, errored) in [("", "referenced", 1), ("ON DELETE CASCADE", "unreadable", 0)] {
        let (scratch, mut portal) = Scratch::portal();
        let (report, _) = push(&mut portal, &mut School::pupils(2));
        let (login, url) = scratch.clerk();
        scratch.rows(&format!(
            "CREATE SCHEMA locked; CREATE TABLE locked.loans (student_id uuid REFERENCES academic.students (id) {rule});
             INSERT INTO locked.loans SELECT id FROM academic.students WHERE national_id LIKE '000001%'"
        ));
        let mut clerk = Portal::connect(url).unwrap();
        let out = clerk.rollback(report.batch, &[], &Silent).unwrap();
        let students = out.entities.iter().find(|entity| entity.entity == "students").unwrap();
        assert_eq!((students.errored, out.kept[0].why.as_str()), (errored, why), "{:?}", out.kept);
        assert_eq!(scratch.value("SELECT count(*) FROM locked.loans"), "1");
        drop(clerk);
        scratch.rows(&format!("DROP OWNED BY {login} CASCADE; DROP ROLE {login}"));
    }
}
