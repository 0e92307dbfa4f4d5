//! Every entity once through the portal: in, verified, again unchanged, corrected, and out to the byte.

use model::{Silent, entities};
use targets::{State, VerifyScope};

use crate::school::{Record, School, options, push, sums};
use crate::server::Scratch;

/// Entity, number, values: one record of every kind that a family's year has.
type Row = (&'static str, i64, &'static [(&'static str, &'static str)]);

const ROWS: &[Row] = &[
    (
        "attendance",
        1,
        &[
            ("student", "1"),
            ("class", "1"),
            ("attendance_date", "2026-03-02"),
            ("status", "late"),
            ("check_in_time", "07:45:00"),
            ("remarks", "hujan"),
        ],
    ),
    ("attendance", 2, &[("student", "1"), ("attendance_date", "2026-03-02"), ("status", "present")]),
    (
        "grades",
        1,
        &[
            ("student", "1"),
            ("academic_year", "1"),
            ("subject", "Matematik"),
            ("score", "87.50"),
            ("max_score", "100.00"),
        ],
    ),
    ("grades", 2, &[("student", "1"), ("subject", "Matematik"), ("term", "Penggal 1"), ("grade_letter", "A-")]),
    (
        "quran_programs",
        1,
        &[
            ("code", "JUZ-1-3"),
            ("name", "Tiga juz"),
            ("program_type", "hifz_partial"),
            ("target_juz", "1,2,3"),
            ("duration_months", "18"),
        ],
    ),
    ("quran_programs", 2, &[("code", "HIFZ-FULL"), ("name", "Full Hifz Program"), ("program_type", "hifz_full")]),
    (
        "quran_enrollments",
        1,
        &[("student", "1"), ("program", "1"), ("teacher", "1"), ("academic_year", "1"), ("status", "active")],
    ),
    ("quran_enrollments", 2, &[("student", "2"), ("program", "2"), ("status", "active")]),
    (
        "hafiz_progress",
        1,
        &[
            ("enrollment", "1"),
            ("surah_number", "2"),
            ("juz_number", "1"),
            ("status", "completed"),
            ("verses_memorized", "141"),
            ("total_verses", "141"),
            ("quality_score", "92.00"),
            ("start_date", "2026-01-05"),
            ("completion_date", "2026-06-01"),
        ],
    ),
    (
        "hafiz_progress",
        2,
        &[
            ("enrollment", "1"),
            ("surah_number", "2"),
            ("juz_number", "2"),
            ("status", "in_progress"),
            ("verses_memorized", "9"),
            ("total_verses", "111"),
            ("review_count", "4"),
        ],
    ),
    (
        "murajaah_sessions",
        1,
        &[
            ("enrollment", "1"),
            ("teacher", "1"),
            ("session_date", "2026-06-03"),
            ("surah_number", "2"),
            ("from_verse", "1"),
            ("to_verse", "20"),
            ("quality", "very_good"),
            ("mistakes_count", "2"),
        ],
    ),
    ("murajaah_sessions", 2, &[("enrollment", "1"), ("session_date", "2026-06-03"), ("juz_number", "30")]),
    (
        "tajweed_assessments",
        1,
        &[("student", "1"), ("assessment_date", "2026-06-05"), ("makhraj_score", "80.00"), ("rating", "good")],
    ),
    (
        "islamic_studies_grades",
        1,
        &[("student", "1"), ("academic_year", "1"), ("subject", "Sirah"), ("score", "70.00")],
    ),
    (
        "fee_structures",
        1,
        &[
            ("code", "YB"),
            ("name", "Yuran bulanan"),
            ("amount", "50.00"),
            ("currency", "MYR"),
            ("frequency", "monthly"),
            ("is_mandatory", "true"),
        ],
    ),
    (
        "invoices",
        1,
        &[
            ("invoice_number", "INV-2026-0001"),
            ("student", "1"),
            ("academic_year", "1"),
            ("invoice_date", "2026-03-01"),
            ("due_date", "2026-03-31"),
            ("subtotal", "50.00"),
            ("discount_amount", "5.00"),
            ("tax_amount", "0.00"),
            ("total_amount", "45.00"),
            ("paid_amount", "45.00"),
            ("balance_due", "0.00"),
            ("status", "paid"),
            ("currency", "MYR"),
        ],
    ),
    (
        "invoice_items",
        1,
        &[
            ("invoice", "1"),
            ("fee_structure", "1"),
            ("description", "Yuran Mac"),
            ("quantity", "1.00"),
            ("unit_price", "50.00"),
            ("amount", "50.00"),
        ],
    ),
    (
        "payments",
        1,
        &[
            ("receipt_number", "R-01"),
            ("student", "1"),
            ("payment_date", "2026-03-05"),
            ("amount", "45.00"),
            ("method", "cash"),
            ("status", "completed"),
        ],
    ),
    ("payment_allocations", 1, &[("payment", "1"), ("invoice", "1"), ("amount", "45.00")]),
    ("scholarships", 1, &[("code", "B1"), ("name", "Bantuan"), ("kind", "percent"), ("value", "10.00")]),
    (
        "student_scholarships",
        1,
        &[("student", "1"), ("scholarship", "1"), ("academic_year", "1"), ("amount", "5.00"), ("status", "active")],
    ),
    (
        "announcements",
        1,
        &[("title", "Cuti"), ("body", "Sekolah cuti"), ("published_at", "2026-05-01 23:30:00"), ("author", "1")],
    ),
    ("messages", 1, &[("sender", "1"), ("recipient", "2"), ("body", "Salam"), ("sent_at", "2026-05-02 00:10:00")]),
    (
        "notifications",
        1,
        &[("user", "1"), ("kind", "fee"), ("title", "Yuran"), ("channel", "email"), ("status", "sent")],
    ),
    ("pages", 1, &[("slug", "utama"), ("title", "Laman utama"), ("status", "published")]),
    (
        "media",
        1,
        &[
            ("file_name", "logo.png"),
            ("mime_type", "image/png"),
            ("size_bytes", "5000000000"),
            ("storage_key", "m/1"),
            ("checksum", "ab12"),
        ],
    ),
    (
        "dashboard_metrics",
        1,
        &[
            ("metric_key", "attendance_rate"),
            ("dimensions", "{\"class\": \"4A\",\"n\":1.50}"),
            ("value", "96.25"),
            ("measured_at", "2026-05-31 08:00:00"),
        ],
    ),
];

impl School {
    /// A family and one or two records of everything else.
    pub(crate) fn whole() -> Self {
        let mut school = Self::family();
        for (entity, number, values) in ROWS {
            school.add(entity, *number, values);
        }
        school
    }
}

#[test]
fn every_entity_goes_in_is_verified_and_goes_out_to_the_byte() {
    let (scratch, mut portal) = Scratch::portal();
    let before = scratch.contents();
    let mut school = School::whole();
    assert!(entities::ALL.iter().all(|entity| school.records.contains_key(entity.code)), "one of every entity");
    let first = options();
    let (mut book, verify) =
        (crate::school::Book::default(), VerifyScope { batch: Some(first.batch), source_system: "legacy".to_owned() });
    let report = portal.push(&first, &mut school, &mut book, &Silent).expect("goes in");
    assert_eq!((report.rejected, report.state), (0, State::Applied), "{:?}", report.rejects);
    let sums_in = sums(&report);
    for expected in ["attendance 2/0/0/0", "quran_programs 1/0/1/0", "hafiz_progress 2/0/0/0", "invoices 1/0/0/0"] {
        assert!(sums_in.contains(expected), "{expected} in {sums_in}");
    }
    let verified = portal.verify(&verify, &mut school, &(), &Silent).expect("verifies");
    assert!(verified.passed, "{:?}", verified.differences);
    for (sql, value) in [
        ("SELECT target_juz FROM islamic.quran_programs WHERE code = 'JUZ-1-3'", "{1,2,3}"),
        ("SELECT published_at AT TIME ZONE 'UTC' FROM communication.announcements", "2026-05-01 15:30:00"),
        ("SELECT dimensions ->> 'n' FROM analytics.dashboard_metrics", "1.50"),
        ("SELECT is_active FROM financial.fee_structures", "true"),
        ("SELECT review_count FROM islamic.hafiz_progress WHERE juz_number = 1", "0"),
        ("SELECT status FROM academic.attendance WHERE class_id IS NULL", "present"),
    ] {
        assert_eq!(scratch.value(sql), value, "{sql}");
    }
    let full = scratch.contents();
    let (again, _) = push(&mut portal, &mut school);
    assert!(again.entities.iter().all(|counts| counts.unchanged == counts.staged), "{}", sums(&again));
    assert_eq!(scratch.contents(), full, "not a byte changed");
    portal.rollback(first.batch, &[], &Silent).expect("goes out");
    assert_eq!(scratch.contents(), before, "as it was");
}

#[test]
fn corrections_reach_every_kind_of_value() {
    let (_scratch, mut portal) = Scratch::portal();
    let mut school = School::whole();
    push(&mut portal, &mut school);
    for (entity, code, value) in [
        ("attendance", "check_in_time", "08:00:00"),
        ("grades", "score", "88.00"),
        ("quran_programs", "target_juz", "1,2"),
        ("announcements", "published_at", "2026-05-02 08:00:00"),
        ("media", "size_bytes", "5000000001"),
        ("dashboard_metrics", "dimensions", "{\"class\": \"4B\"}"),
        ("fee_structures", "currency", "SGD"),
        ("invoice_items", "quantity", "2.00"),
    ] {
        school.set(entity, 1, code, value);
    }
    let corrected = options();
    let report = portal.push(&corrected, &mut school, &mut crate::school::Book::default(), &Silent).expect("goes in");
    let updated = report.entities.iter().filter(|counts| counts.updated == 1).count();
    assert_eq!((updated, report.rejected), (8, 0), "{}", sums(&report));
    let scope = VerifyScope { batch: Some(corrected.batch), source_system: "legacy".to_owned() };
    let verified = portal.verify(&scope, &mut school, &(), &Silent).expect("verifies");
    assert!(verified.passed, "{:?}", verified.differences);
}

#[test]
fn values_that_no_column_takes_are_refused_with_their_place() {
    let (_scratch, mut portal) = Scratch::portal();
    let mut school = School::whole();
    let bad: [(&str, &str, &str); 9] = [
        ("attendance", "check_in_time", "25:00:00"),
        ("grades", "score", "1000.00"),
        ("quran_programs", "target_juz", "1,x"),
        ("payments", "amount", "45.005"),
        ("announcements", "published_at", "2026-02-30 08:00:00"),
        ("media", "size_bytes", "9223372036854775808"),
        ("dashboard_metrics", "dimensions", "{\"a\": \"\\u0000\"}"),
        ("dashboard_metrics", "value", "12,5"),
        ("invoices", "status", "open"),
    ];
    for (at, (entity, code, value)) in (90..).zip(bad) {
        let like = school.records[entity][0].clone();
        let mut values = like.values;
        values.insert(code, value.to_owned());
        school.records.get_mut(entity).unwrap().push(Record { number: at, key: format!("{entity}-{at}"), values });
    }
    let (_, book) = push(&mut portal, &mut school);
    let said: Vec<String> = book.rejects.iter().map(|r| format!("{} {} {}", r.entity, r.reason, r.column)).collect();
    for (entity, code, _) in bad {
        assert!(
            said.iter().any(|said| said.starts_with(entity) && said.ends_with(code)),
            "{entity}.{code} in {said:?}"
        );
    }
    assert_eq!(said.len(), bad.len(), "{said:?}");
}

#[test]
fn the_same_day_of_a_pupil_is_one_row_with_or_without_a_class() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = School::family();
    let day = [("student", "1"), ("attendance_date", "2026-03-02"), ("status", "present")];
    school.add("attendance", 1, &day).add("attendance", 2, &day);
    let (report, book) = push(&mut portal, &mut school);
    assert!(sums(&report).contains("attendance 1/0/0/1"), "{}", sums(&report));
    assert_eq!(book.rejects[0].reason, "twice", "two blanks are the same class");
    let mut other = School::family();
    other.add("attendance", 1, &[("student", "1"), ("attendance_date", "2026-03-02"), ("status", "sick")]);
    let mut options = options();
    options.source_system = "another laptop".to_owned();
    let report = portal.push(&options, &mut other, &mut crate::school::Book::default(), &Silent).expect("goes in");
    assert!(sums(&report).contains("attendance 0/1/0/0"), "found by its key: {}", sums(&report));
    assert_eq!(scratch.value("SELECT string_agg(status::text, ' ') FROM academic.attendance"), "sick");
}
