//! Values that move from one row to another: what is right in the end goes in, and comes out again, in one go.

use model::Silent;
use targets::State;

use crate::school::{School, push, sums};
use crate::server::Scratch;

fn two_pupils() -> School {
    let mut school = School::default();
    for (number, name, identity, own) in
        [(1, "ALI BIN ABU", "160305-10-0001", "D-1"), (2, "SITI BINTI OMAR", "160406-10-0002", "D-2")]
    {
        let email = format!("e{number}@contoh.my");
        school.add(
            "users",
            number,
            &[("email", &email), ("first_name", name), ("status", "active"), ("role", "student")],
        );
        let values = [("full_name", name), ("national_id", identity), ("student_number", own), ("status", "active")];
        school.add("students", number, &values);
        school.set("students", number, "user", &number.to_string());
    }
    school
}

#[test]
fn numbers_and_addresses_of_two_pupils_are_swapped_in_one_push() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = two_pupils();
    push(&mut portal, &mut school);
    let before = scratch.contents();
    school.set("students", 1, "student_number", "D-2");
    school.set("students", 2, "student_number", "D-1");
    school.set("students", 1, "national_id", "160406-10-0002");
    school.set("students", 2, "national_id", "160305-10-0001");
    school.set("users", 1, "email", "E2@contoh.my");
    school.set("users", 2, "email", "e9@contoh.my");
    let (report, _) = push(&mut portal, &mut school);
    assert_eq!(sums(&report), "users 0/2/0/0 students 0/2/0/0", "{:?}", report.rejects);
    let there = "SELECT string_agg(concat_ws(' ', s.full_name, s.student_number, s.national_id, u.email), '; ' ORDER BY s.full_name)
         FROM academic.students s JOIN auth.users u ON u.id = s.user_id";
    assert_eq!(
        scratch.value(there),
        "ALI BIN ABU D-2 160406-10-0002 E2@contoh.my; SITI BINTI OMAR D-1 160305-10-0001 e9@contoh.my"
    );
    let out = portal.rollback(report.batch, &[], &Silent).unwrap();
    assert_eq!((out.kept_total, out.state), (0, State::RolledBack));
    assert_eq!(scratch.contents(), before, "to the byte");
}

#[test]
fn what_nobody_gives_up_is_still_taken() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = two_pupils();
    push(&mut portal, &mut school);
    school.set("users", 1, "email", "e2@contoh.my");
    // a blank never takes away what is filled
    school.set("users", 2, "email", "");
    let (report, book) = push(&mut portal, &mut school);
    assert_eq!(
        (book.rejects[0].reason.as_str(), book.rejects[0].column.as_str()),
        ("taken", "email"),
        "{}",
        sums(&report)
    );
    assert_eq!(
        scratch.value("SELECT string_agg(email, ' ' ORDER BY email) FROM auth.users"),
        "e1@contoh.my e2@contoh.my"
    );
}

#[test]
fn a_row_that_is_refused_keeps_what_it_had_laid_down() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = two_pupils();
    push(&mut portal, &mut school);
    scratch.rows("ALTER TABLE academic.students ADD CONSTRAINT no_x CHECK (full_name <> 'X')");
    school.set("students", 1, "student_number", "D-2");
    school.set("students", 2, "student_number", "D-9");
    school.set("students", 2, "full_name", "X");
    let (report, book) = push(&mut portal, &mut school);
    let refused: Vec<_> = book.rejects.iter().map(|reject| (reject.record, reject.reason.as_str())).collect();
    assert_eq!(refused, [(1, "taken"), (2, "check")], "{}", sums(&report));
    let numbers = "SELECT string_agg(student_number, ' ' ORDER BY full_name) FROM academic.students";
    assert_eq!(scratch.value(numbers), "D-1 D-2");
}

/// Sessions as schools really had them: they cross the calendar years that a new portal begins with.
fn sessions(current: &str) -> School {
    let mut school = School::default();
    let sessions = [
        ("2024", "2024-03-11", "2025-02-14"),
        ("2025", "2025-02-17", "2026-01-09"),
        ("2026", "2026-01-12", "2026-12-31"),
        ("2027", "2027-01-04", "2027-12-31"),
    ];
    for (number, (year, from, to)) in (1..).zip(sessions) {
        let (code, is_current) = (format!("AY{year}"), if year == current { "true" } else { "false" });
        let values = [
            ("code", code.as_str()),
            ("name", year),
            ("start_date", from),
            ("end_date", to),
            ("is_current", is_current),
        ];
        school.add("academic_years", number, &values);
    }
    school
}

#[test]
fn years_move_in_one_push_and_back_in_one_rollback() {
    let (scratch, mut portal) = Scratch::portal();
    let empty = scratch.contents();
    let years = "SELECT string_agg(concat_ws(' ', code, start_date, end_date, is_current), '; ' ORDER BY code)
         FROM academic.academic_years";
    let (report, _) = push(&mut portal, &mut sessions("2027"));
    assert_eq!(sums(&report), "academic_years 0/4/0/0");
    assert_eq!(
        scratch.value(years),
        "AY2024 2024-03-11 2025-02-14 f; AY2025 2025-02-17 2026-01-09 f; AY2026 2026-01-12 2026-12-31 f; AY2027 2027-01-04 2027-12-31 t"
    );
    let (moved, _) = push(&mut portal, &mut sessions("2025"));
    assert_eq!(sums(&moved), "academic_years 0/2/2/0", "the current year moves from one to another");
    portal.rollback(moved.batch, &[], &Silent).unwrap();
    let out = portal.rollback(report.batch, &[], &Silent).unwrap();
    assert_eq!((out.kept_total, out.state), (0, State::RolledBack), "{:?}", out.kept);
    assert_eq!(scratch.contents(), empty);
    assert_eq!(scratch.value("SELECT code FROM academic.academic_years WHERE is_current"), "AY2026");
}
