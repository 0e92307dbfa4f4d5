//! Verifying finds every difference and nothing else.

use model::Silent;
use targets::VerifyScope;

use crate::school::{Book, School, options, push};
use crate::server::Scratch;

#[test]
fn what_was_pushed_verifies_and_hand_made_changes_are_found() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = School::family();
    school.add("students", 3, &[("full_name", "TIADA STATUS")]);
    let once = options();
    portal.push(&once, &mut school, &mut Book::default(), &Silent).unwrap();
    let scope = VerifyScope { batch: Some(once.batch), source_system: "legacy".into() };
    let clean = portal.verify(&scope, &mut school, &(), &Silent).unwrap();
    assert!(clean.passed && clean.total == 0, "{clean:?}");
    let students = clean.entities.iter().find(|entity| entity.entity == "students").unwrap();
    assert_eq!((students.staged, students.found, students.rejected), (3, 2, 1), "staged = found + missing + rejected");

    scratch.rows(
        "UPDATE academic.students SET full_name = 'ORANG LAIN' WHERE student_number = 'D-77';
         UPDATE academic.students SET nationality = 'Malaysia' WHERE student_number <> 'D-77';
         UPDATE academic.classes SET class_teacher_id = NULL;
         DELETE FROM academic.enrollments WHERE student_id = (SELECT id FROM academic.students WHERE student_number = 'D-77')",
    );
    let found = portal.verify(&scope, &mut school, &(), &Silent).unwrap();
    let lines = found
        .differences
        .iter()
        .map(|d| format!("{} {} {} {:?} {:?}", d.entity, d.record, d.field, d.staged.as_deref(), d.portal.as_deref()));
    let lines: Vec<String> = lines.collect();
    assert_eq!(
        lines,
        [
            "students 1 nationality None Some(\"Malaysia\")",
            "students 2 full_name Some(\"AHMAD DANIAL BIN AHMAD\") Some(\"ORANG LAIN\")",
            "classes 1 class_teacher Some(\"1\") None",
            "enrollments 2  None None",
        ]
    );
    let enrollments = found.entities.iter().find(|entity| entity.entity == "enrollments").unwrap();
    assert_eq!((enrollments.missing, enrollments.found), (1, 1));
    assert!(!found.passed);
}

#[test]
fn a_row_that_no_record_stands_for_is_extra() {
    let (_scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut School::pupils(4));
    let scope = VerifyScope { batch: None, source_system: "legacy".into() };
    let fewer = portal.verify(&scope, &mut School::pupils(3), &(), &Silent).unwrap();
    assert_eq!((fewer.entities[0].extra, fewer.entities[0].found, fewer.passed), (1, 3, false));
}
