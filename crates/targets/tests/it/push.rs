//! Pushing: new, again, corrected, clashing, odd, rehearsed, repeated.

use model::Silent;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use targets::{Error, State};

use crate::school::{Book, School, options, push, sums};
use crate::server::Scratch;

const NEW: &str = "academic_years 0/0/1/0 users 2/0/0/0 students 2/0/0/0 guardians 1/0/0/0 student_guardians 2/0/0/0 \
     teachers 1/0/0/0 classes 1/0/0/0 enrollments 2/0/0/0";
const SAME: &str = "academic_years 0/0/1/0 users 0/0/2/0 students 0/0/2/0 guardians 0/0/1/0 student_guardians 0/0/2/0 \
     teachers 0/0/1/0 classes 0/0/1/0 enrollments 0/0/2/0";

#[test]
fn a_family_goes_in_and_again_is_all_unchanged() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = School::family();
    let (report, book) = push(&mut portal, &mut school);
    assert_eq!((sums(&report).as_str(), report.state), (NEW, State::Applied));
    assert_eq!(book.numbers, [(1, "STU2026MY0001".to_owned())], "only the pupil without a number gets one");
    assert_eq!(book.assigned, 12, "every record is told its row");
    let receipt = book.applied.expect("applied is told");
    assert_eq!((&receipt, receipt.journal_rows), (book.prepared.as_ref().unwrap(), 11 + 2 + 1));
    for (sql, value) in [
        (
            "SELECT first_name || '|' || last_name FROM academic.students WHERE gender = 'female'",
            "NUR AISYAH|BINTI AHMAD",
        ),
        (
            "SELECT address FROM academic.students WHERE gender = 'female'",
            r#"{"line1": "No. 7, Jalan Dahlia", "postal_code": "43000"}"#,
        ),
        ("SELECT count(*) FROM academic.students s JOIN auth.users u ON u.id = s.user_id WHERE u.username = 'c1'", "1"),
        (
            "SELECT string_agg(r.code, ' ' ORDER BY r.code) FROM auth.user_roles u JOIN auth.roles r ON r.id = u.role_id",
            "parent student",
        ),
        ("SELECT bool_and(must_reset_password AND NOT email_verified) FROM auth.users", "true"),
        (
            "SELECT count(*) FROM audit.audit_log WHERE table_name = 'students' AND changed_by = 'kerani' AND batch_id IS NOT NULL",
            "2",
        ),
        ("SELECT count(*) FROM audit.audit_log WHERE new_data::text ~ 'argon2|token_hash'", "0"),
        ("SELECT sum(migrated) FROM migration.migration_history", "12"),
    ] {
        assert_eq!(scratch.value(sql), value, "{sql}");
    }
    let (user, token) = &book.tokens[0];
    let stored = scratch.value(&format!("SELECT token_hash FROM auth.password_reset_tokens WHERE user_id = '{user}'"));
    let hash: String = Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((book.tokens.len(), stored), (1, hash), "one token for the one with an e-mail, stored as a hash");

    let (before, audited) = (scratch.contents(), scratch.value("SELECT count(*) FROM audit.audit_log"));
    let (again, book) = push(&mut portal, &mut school);
    assert_eq!((sums(&again).as_str(), book.tokens.len()), (SAME, 0));
    assert_eq!(scratch.contents(), before, "not a byte changed");
    assert_eq!(scratch.value("SELECT count(*) FROM audit.audit_log"), audited, "no row was written");
}

#[test]
fn a_rehearsal_says_the_same_and_leaves_nothing() {
    let (scratch, mut portal) = Scratch::portal();
    let (before, audited) = (scratch.contents(), scratch.value("SELECT count(*) FROM audit.audit_log"));
    let mut book = Book::default();
    let mut rehearsal = options();
    rehearsal.rehearse = true;
    let report = portal.push(&rehearsal, &mut School::family(), &mut book, &Silent).unwrap();
    assert_eq!((sums(&report).as_str(), report.state), (NEW, State::Rehearsed));
    assert!(book.prepared.is_none() && book.tokens.is_empty() && book.assigned == 0, "a rehearsal tells nothing");
    assert_eq!(scratch.contents(), before);
    assert_eq!(scratch.value("SELECT count(*) FROM audit.audit_log"), audited);
    assert_eq!(portal.batch_state(rehearsal.batch, &Silent).unwrap(), None);

    let mut agreed = options();
    agreed.expect = Some(report.entities);
    scratch.rows("INSERT INTO academic.teachers (employee_number, full_name, status) VALUES ('G01', 'X', 'active')");
    let moved = portal.push(&agreed, &mut School::family(), &mut book, &Silent);
    assert!(matches!(moved, Err(Error::Moved { ref entity }) if entity == "teachers"), "{moved:?}");
    assert_eq!(scratch.value("SELECT count(*) FROM academic.students"), "0", "nothing was written");
}

#[test]
fn the_same_batch_is_applied_exactly_once() {
    let (scratch, mut portal) = Scratch::portal();
    let (once, mut book) = (options(), Book::default());
    let mut school = School::family();
    school.set("students", 2, "date_of_birth", "31/02/2015");
    let first = portal.push(&once, &mut school, &mut book, &Silent).unwrap();
    let (before, mut later) = (scratch.contents(), Book::default());
    let second = portal.push(&once, &mut School::pupils(5), &mut later, &Silent).unwrap();
    assert!(second.repeated && later.applied == book.applied, "the receipt is closed again");
    assert_eq!((second.entities, second.phases, second.rejects), (first.entities, first.phases, first.rejects));
    assert_eq!((scratch.contents(), second.fingerprint), (before, first.fingerprint));
}

#[test]
fn a_correction_updates_and_a_blank_overwrites_nothing() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = School::family();
    push(&mut portal, &mut school);
    school.set("students", 1, "full_name", "NUR AISYAH BINTI AHMAD FAUZI");
    school.set("students", 1, "postcode", "43100");
    school.set("students", 1, "gender", "");
    let (report, _) = push(&mut portal, &mut school);
    assert!(sums(&report).contains("students 0/1/1/0"), "{}", sums(&report));
    let pupil = "SELECT concat_ws('|', last_name, gender, address ->> 'line1', address ->> 'postal_code', updated_at > created_at)
                 FROM academic.students WHERE national_id IS NOT NULL";
    assert_eq!(scratch.value(pupil), "BINTI AHMAD FAUZI|female|No. 7, Jalan Dahlia|43100|t");
}

#[test]
fn bad_rows_are_refused_with_a_reason_and_the_rest_goes_on() {
    let (scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut School::family());
    let mut school = School::family();
    school.set("students", 2, "national_id", "160305-10-0002"); // belongs to the other pupil
    school
        .add(
            "students",
            3,
            &[
                ("full_name", "A BIN B"),
                ("student_number", "D-77"),
                ("national_id", "000000-00-0001"),
                ("status", "active"),
            ],
        )
        .add("students", 4, &[("full_name", "NUL\0 BIN B"), ("status", "active")])
        .add("students", 5, &[("full_name", "C BIN D"), ("status", "active"), ("date_of_birth", "2015-02-29")])
        .add(
            "students",
            6,
            &[
                ("full_name", "E BIN F"),
                ("status", "active"),
                ("date_of_birth", "2015-02-28"),
                ("admission_date", "2014-01-01"),
            ],
        )
        .add("students", 7, &[("full_name", "G BIN H")])
        .add("students", 8, &[("full_name", "I BIN J"), ("status", "active"), ("national_id", "111111-11-1111")])
        .add("students", 9, &[("full_name", "K BIN L"), ("status", "active"), ("national_id", "111111-11-1111")])
        .add("enrollments", 3, &[("student", "6"), ("class", "1"), ("academic_year", "1"), ("status", "active")])
        .add("enrollments", 4, &[("student", "99"), ("class", "1"), ("academic_year", "1"), ("status", "active")])
        .add(
            "academic_years",
            2,
            &[("code", "AY2030"), ("name", "2030"), ("start_date", "2027-06-01"), ("end_date", "2028-05-31")],
        );
    let (report, book) = push(&mut portal, &mut school);
    let said: Vec<_> =
        book.rejects.iter().map(|r| format!("{} {} {} {}", r.entity, r.record, r.reason, r.column)).collect();
    assert_eq!(
        said,
        [
            "academic_years 2 overlap academic_years_no_overlap",
            "students 2 taken national_id",
            "students 3 taken student_number full_name",
            "students 4 nul full_name",
            "students 5 bad-date date_of_birth",
            "students 6 check students_date_order",
            "students 7 missing status",
            "students 9 twice national_id",
            "student_guardians 2 parent-rejected student",
            "enrollments 2 parent-rejected student",
            "enrollments 3 parent-rejected student",
            "enrollments 4 reference student",
        ]
    );
    assert_eq!(report.rejects, book.rejects);
    assert!(sums(&report).contains("students 1/0/1/7"), "{}", sums(&report));
    assert_eq!(scratch.value("SELECT count(*) FROM migration.errors"), "12");
    assert_eq!(scratch.value("SELECT national_id FROM academic.students WHERE student_number = 'D-77'"), "-");
}

#[test]
fn too_many_rejects_take_everything_back() {
    let (scratch, mut portal) = Scratch::portal();
    let (before, mut school) = (scratch.contents(), School::pupils(8));
    school.set("students", 3, "status", "");
    let mut strict = options();
    strict.max_reject_percent = 10;
    let mut book = Book::default();
    let report = portal.push(&strict, &mut school, &mut book, &Silent).unwrap();
    assert_eq!((report.state, report.rejected), (State::Refused, 1), "one in eight is more than ten percent");
    assert!(book.prepared.is_none(), "nothing was prepared");
    assert_eq!(scratch.contents(), before);
}

#[test]
fn odd_names_arrive_as_they_were_written() {
    let (scratch, mut portal) = Scratch::portal();
    let names = [
        "O'Brien \"Bob\" \\N \\.",
        "tab\there",
        "line\nbreak\r\nend",
        "😀 emoji",
        "\u{200f}محمد\u{202e} علي",
        "\\",
        "{a,b}",
    ];
    let mut school = School::pupils(names.len() as i64);
    for (number, name) in (1..).zip(names) {
        school.set("students", number, "full_name", name);
        school.set("students", number, "address_line1", name);
    }
    let (report, _) = push(&mut portal, &mut school);
    assert_eq!(report.rejected, 0);
    let rows = scratch.rows("SELECT full_name, address ->> 'line1' FROM academic.students ORDER BY national_id");
    for (row, name) in rows.iter().zip(names) {
        assert_eq!((row.get::<&str, _>(0), row.get::<&str, _>(1)), (name, name));
    }
}

#[test]
fn a_pupil_is_found_by_identity_number_and_numbers_go_on_after_those_in_use() {
    let (scratch, mut portal) = Scratch::portal();
    scratch.rows(
        "INSERT INTO academic.students (student_number, first_name, full_name, status, national_id)
         VALUES ('STU2026MY0041', 'PUPIL', 'PUPIL 1', 'active', '000001-14-0001'), ('STU2026MYS99', 'Y', 'Y', 'active', NULL)",
    );
    let (report, book) = push(&mut portal, &mut School::pupils(3));
    assert_eq!(sums(&report), "students 2/1/0/0", "the first is known by its identity number");
    assert_eq!(book.numbers, [(2, "STU2026MY0042".to_owned()), (3, "STU2026MY0043".to_owned())]);
    assert_eq!(
        scratch.value("SELECT student_number FROM academic.students WHERE national_id = '000001-14-0001'"),
        "STU2026MY0041"
    );
}
