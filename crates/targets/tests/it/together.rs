//! Many laptops at once, and the same push again: nobody doubled, nothing lost, nothing written for nothing.

use model::Silent;
use targets::{Portal, PushReport};
use uuid::Uuid;

use crate::school::{Book, School, options, push, sums};
use crate::server::Scratch;

/// Laptops that push at once.
const LAPTOPS: i64 = 10;
/// Pupils of each; each shares two thirds with the next.
const PUPILS: i64 = 60;

/// A field that only this laptop knows, and its value.
const OWN: [(&str, &str); 10] = [
    ("gender", "female"),
    ("date_of_birth", "2016-03-05"),
    ("admission_date", "2023-01-03"),
    ("blood_type", "O+"),
    ("medical_notes", "Asma"),
    ("address_line1", "No. 7, Jalan Dahlia"),
    ("postcode", "43000"),
    ("city", "Kajang"),
    ("state", "Selangor"),
    ("nationality", "MY"),
];

/// The pupils of one laptop: those from `20 * laptop` on.
fn laptop(laptop: i64) -> School {
    let mut school = School::default();
    for number in laptop * PUPILS / 3..laptop * PUPILS / 3 + PUPILS {
        let (name, identity) = (format!("MURID {number} BIN UJI"), format!("{number:06}-14-0001"));
        let mut values = vec![("full_name", name.as_str()), ("national_id", &identity), ("status", "active")];
        let (field, value) = OWN[usize::try_from(laptop).unwrap()];
        values.push((field, value));
        school.add("students", number + 1, &values);
    }
    school
}

fn push_as(portal: &mut Portal, number: i64) -> PushReport {
    let mut options = options();
    options.workspace = Uuid::from_u128(u128::try_from(number).unwrap() + 1);
    options.source_system = format!("laptop {number}");
    // every second one by way of the incoming tables
    options.upload.direct_below = if number % 2 == 0 { 0 } else { u64::MAX };
    options.upload.chunk_bytes = 2_048;
    portal.push(&options, &mut laptop(number), &mut Book::default(), &Silent).unwrap()
}

#[test]
fn ten_laptops_at_once_make_each_pupil_once_and_lose_no_value() {
    let (scratch, _portal) = Scratch::portal();
    let reports: Vec<PushReport> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..LAPTOPS)
            .map(|number| {
                let mut portal = scratch.connect();
                scope.spawn(move || push_as(&mut portal, number))
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let pupils = (LAPTOPS - 1) * PUPILS / 3 + PUPILS;
    let there = "SELECT count(*) || ' ' || count(DISTINCT national_id) || ' ' || count(DISTINCT student_number)
         FROM academic.students";
    assert_eq!(scratch.value(there), format!("{pupils} {pupils} {pupils}"), "each once, with a number of its own");
    let inserted: u64 = reports.iter().flat_map(|report| &report.entities).map(|counts| counts.inserted).sum();
    assert_eq!(inserted, u64::try_from(pupils).unwrap(), "together they say how many were new");
    for report in &reports {
        assert!(sums(report).ends_with("/0"), "nothing refused, counts balance: {}", sums(report));
    }
    for (column, from) in [("gender", 0), ("date_of_birth", 1), ("blood_type", 3), ("medical_notes", 4), ("address", 5)]
    {
        let filled: i64 = scratch.value(&format!("SELECT count({column}) FROM academic.students")).parse().unwrap();
        assert!(filled >= PUPILS, "{column}, known to laptop {from} alone, is kept: {filled}");
    }
    assert_eq!(scratch.value("SELECT count(*) FROM migration.incoming_rows"), "0");
}

#[test]
fn a_second_push_writes_no_row_of_data() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = School::family();
    push(&mut portal, &mut school);
    // where each row lies and which transaction wrote it: any write, even of the same values, changes this
    let places = || {
        let tables = scratch.rows(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('auth', 'academic',
                 'islamic', 'financial', 'communication', 'content', 'analytics', 'audit') ORDER BY 1",
        );
        let tables = tables.iter().map(|row| sqlx::Row::get::<String, _>(row, 0));
        let sum = |table: String| {
            let sum = "coalesce(md5(string_agg(t.ctid::text || t.xmin::text, ' ' ORDER BY t.ctid)), '')";
            format!("{table} {}\n", scratch.value(&format!("SELECT {sum} FROM {table} t")))
        };
        tables.map(sum).collect::<String>()
    };
    let before = places();
    let (again, _) = push(&mut portal, &mut school);
    assert!(again.entities.iter().all(|counts| counts.unchanged == counts.staged), "{}", sums(&again));
    assert_eq!(places(), before);
    let mut uploaded = options();
    uploaded.upload.direct_below = 0;
    portal.push(&uploaded, &mut school, &mut Book::default(), &Silent).unwrap();
    assert_eq!(places(), before, "by way of the incoming tables too");
}

/// A family whose guardian has no identity number, and two payments without receipts.
fn without_numbers() -> School {
    let mut school = School::family();
    school.records.remove("guardians");
    school.add("guardians", 1, &[("full_name", "SALMAH BINTI YUSOF"), ("phone", "+60123456789")]);
    for (number, day) in [(1, "2026-01-01"), (2, "2026-02-01")] {
        let (method, status) = (("method", "cash"), ("status", "completed"));
        let paid = [("student", "1"), ("payment_date", day), ("amount", "50.00"), method, status];
        school.add("payments", number, &paid);
    }
    let told = [("title", "Cuti sekolah"), ("body", "Sekolah ditutup"), ("published_at", "2026-03-01 08:00:00")];
    school.add("announcements", 1, &told);
    school
}

fn push_elsewhere(portal: &mut Portal, system: &str, school: &mut School) -> PushReport {
    let mut options = options();
    options.source_system = system.to_owned();
    options.workspace = Uuid::new_v5(&Uuid::NAMESPACE_OID, system.as_bytes());
    portal.push(&options, school, &mut Book::default(), &Silent).unwrap()
}

const WITHOUT_NUMBERS: &str = "SELECT (SELECT count(*) FROM academic.guardians) || ' '
    || (SELECT count(*) FROM academic.student_guardians) || ' ' || (SELECT count(*) FROM financial.payments) || ' '
    || (SELECT count(*) FROM communication.announcements)";

#[test]
fn the_same_files_from_other_laptops_at_once_double_nothing_that_has_no_number() {
    let (scratch, _portal) = Scratch::portal();
    std::thread::scope(|scope| {
        for number in 0..LAPTOPS {
            let mut portal = scratch.connect();
            scope.spawn(move || push_elsewhere(&mut portal, &format!("laptop {number}"), &mut without_numbers()));
        }
    });
    assert_eq!(scratch.value(WITHOUT_NUMBERS), "1 2 2 1");
}

#[test]
fn what_has_no_number_is_found_by_what_it_says_and_never_twice() {
    let (_scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut without_numbers());
    // a number that the first project lacked is filled in
    let mut school = without_numbers();
    school.set("guardians", 1, "national_id", "850101-10-5566");
    let report = push_elsewhere(&mut portal, "second", &mut school);
    assert!(sums(&report).contains("guardians 0/1/0/0"), "{}", sums(&report));
    // of two records that say the same, the one that has the row keeps it
    let mut school = without_numbers();
    school.add("guardians", 2, &[("full_name", "SALMAH BINTI YUSOF"), ("phone", "+60123456789")]);
    let report = push_elsewhere(&mut portal, "legacy", &mut school);
    assert!(sums(&report).contains("guardians 1/0/1/0"), "{}", sums(&report));
    // a receipt tells two payments apart that say the same else
    let (_scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut School::family());
    push(&mut portal, &mut without_numbers());
    let mut school = without_numbers();
    school.set("guardians", 1, "national_id", "580101-10-5567");
    school.set("payments", 1, "receipt_number", "00188");
    let report = push_elsewhere(&mut portal, "third", &mut school);
    assert!(sums(&report).contains("guardians 1/0/0/0"), "another number is another person: {}", sums(&report));
    assert!(sums(&report).contains("payments 1/0/1/0"), "{}", sums(&report));
}
