//! Taking a batch out: to the byte, keeping what others changed, once.

use model::Silent;
use targets::{Error, State};
use uuid::Uuid;

use crate::school::{School, push};
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
            "user_roles users-2 referenced auth.users",
            "users users-2 referenced academic.students",
        ]
        .map(|line| if line.starts_with("user_roles") { line.replace("users-2", "") } else { line.to_owned() })
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
