//! A number that is in the portal with somebody or something else: the row there stays as it is, and the record is
//! refused with the fields that speak against it.

use model::Silent;
use targets::PushOptions;
use uuid::Uuid;

use crate::school::{Book, School, options, push, sums};
use crate::server::Scratch;

/// Another project that pushes to the same portal.
fn elsewhere() -> PushOptions {
    PushOptions { source_system: "daftar:other".to_owned(), workspace: Uuid::from_u128(8), ..options() }
}

/// The family with a fee, an invoice and a payment of the first pupil.
fn school() -> School {
    let mut school = School::family();
    school.add("fee_structures", 1, &fee("30.00")).add("invoices", 1, &invoice("1")).add(
        "payments",
        1,
        &payment("1", "2026-02-03", "120.00"),
    );
    school
}

fn fee(amount: &'static str) -> Vec<(&'static str, &'static str)> {
    let fixed = [("code", "PIBG"), ("name", "Yuran PIBG"), ("currency", "MYR"), ("frequency", "yearly")];
    fixed.into_iter().chain([("amount", amount), ("is_mandatory", "true")]).collect()
}

fn invoice(student: &'static str) -> Vec<(&'static str, &'static str)> {
    let amounts = [("subtotal", "100.00"), ("discount_amount", "0"), ("tax_amount", "0"), ("total_amount", "100.00")];
    let paid = [("paid_amount", "0.00"), ("balance_due", "100.00"), ("status", "sent"), ("currency", "MYR")];
    let days = [("invoice_date", "2026-01-13"), ("due_date", "2026-01-31")];
    let whose = [("invoice_number", "INV-2026-0001"), ("student", student)];
    whose.into_iter().chain(days).chain(amounts).chain(paid).collect()
}

fn payment(student: &'static str, day: &'static str, amount: &'static str) -> Vec<(&'static str, &'static str)> {
    let fixed = [("receipt_number", "00187"), ("method", "cash"), ("status", "completed")];
    fixed.into_iter().chain([("student", student), ("payment_date", day), ("amount", amount)]).collect()
}

/// All rows of an entity's table.
fn table(scratch: &Scratch, entity: &str) -> String {
    let table = model::entities::find(entity).expect(entity).portal_table;
    scratch.value(&format!("SELECT string_agg(t::text, ' ' ORDER BY t.id) FROM {table} t"))
}

/// What each example sends from another project, and what is said of it.
#[test]
fn whoever_has_the_number_in_the_portal_is_not_written_over() {
    let girl = "160305-10-0002";
    let pupil = |name: &'static str, born: &'static str, gender: &'static str| {
        vec![
            ("full_name", name),
            ("national_id", girl),
            ("date_of_birth", born),
            ("gender", gender),
            ("status", "active"),
        ]
    };
    let teacher = |name: &'static str, number: &'static str| {
        vec![("full_name", name), ("national_id", number), ("employee_number", "G01"), ("status", "active")]
    };
    let examples = [
        ("students", pupil("NUR AISYAH AHMAD", "2016-03-05", "female"), "", "she, a particle left out"),
        ("students", pupil("NUR AISYAH BINTI AHMAD", "", ""), "", "what is not said speaks against nothing"),
        ("students", pupil("TAN JIA XIN", "2016-03-05", "female"), "national_id full_name", "another child"),
        ("students", pupil("NUR AISYAH BINTI AHMAD", "2016-12-12", "female"), "national_id date_of_birth", "a day"),
        (
            "students",
            pupil("MUHAMMAD ALI BIN ABU", "2015-03-05", "male"),
            "national_id full_name date_of_birth gender",
            "a boy under a girl's number",
        ),
        ("teachers", teacher("USTAZ HAMID BIN OMAR", ""), "", "he"),
        ("teachers", teacher("USTAZAH MARIAM", ""), "employee_number full_name", "another teacher"),
        ("fee_structures", fee("30.00"), "", "the same fee"),
        ("fee_structures", fee("75.00"), "code amount", "the fee of another school"),
        ("invoices", invoice("1"), "", "the same invoice"),
        ("invoices", invoice("2"), "invoice_number student", "another pupil's invoice"),
        ("payments", payment("1", "2026-02-03", "120.00"), "", "the same payment"),
        ("payments", payment("2", "2026-02-03", "120.00"), "receipt_number student", "another pupil's receipt"),
        ("payments", payment("1", "2026-03-09", "45.00"), "receipt_number payment_date amount", "another book"),
    ];
    for (entity, values, against, why) in examples {
        let (scratch, mut portal) = Scratch::portal();
        push(&mut portal, &mut school());
        let before = table(&scratch, entity);
        let mut other = school();
        other.records.retain(|code, _| !["enrollments", "student_guardians", "classes"].contains(code));
        other.records.retain(|code, _| !["fee_structures", "invoices", "payments"].contains(code));
        if matches!(entity, "students" | "teachers") {
            other.records.remove(entity);
        }
        let values: Vec<_> = values.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        other.add(entity, 1, &values);
        let mut book = Book::default();
        let report = portal.push(&elsewhere(), &mut other, &mut book, &Silent).expect("pushes");
        let said: Vec<String> =
            book.rejects.iter().map(|reject| format!("{} {}", reject.reason, reject.column)).collect();
        if against.is_empty() {
            assert!(said.is_empty(), "{why}: {said:?}");
        } else {
            assert_eq!(said, [format!("taken {against}")], "{why}");
            assert_eq!(table(&scratch, entity), before, "{why}: the row stays");
        }
        assert!(sums(&report).contains(&format!("{entity} 0/")), "{why}: nobody is doubled: {}", sums(&report));
    }
}
