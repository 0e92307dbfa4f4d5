//! What happens where the portal has another value: skip, fill blanks, ask, update; and what a plan tells of it.

use model::{Entity, Silent};
use targets::{
    Decision, Described, Error, KeptValue, KeptValues, PlannedChange, PlannedRow, Policies, Policy, PushOptions,
    PushSource, Receipt, ReceiptSink, Reject, RowSink, SinkError, VerifyScope,
};
use uuid::Uuid;

use crate::school::{Book, School, options, push, sums};
use crate::server::Scratch;

const PUPIL: &str =
    "SELECT concat_ws('|', full_name, last_name, gender, medical_notes, address ->> 'line1', address ->> 'postal_code')
     FROM academic.students WHERE national_id = '160305-10-0002'";
const BEFORE: &str = "NUR AISYAH BINTI AHMAD|BINTI AHMAD|female|No. 7, Jalan Dahlia|43000";

/// A portal with the family, and the family with a corrected name, postcode and gender, and a new note.
fn corrected() -> (Scratch, targets::Portal, School) {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = School::family();
    push(&mut portal, &mut school);
    for (field, value) in [
        ("full_name", "NUR AISYAH BINTI AHMAD FAUZI"),
        ("postcode", "43100"),
        ("gender", "male"),
        ("medical_notes", "Asma"),
    ] {
        school.set("students", 1, field, value);
    }
    school.set("users", 2, "role", "teacher");
    (scratch, portal, school)
}

fn with(policy: Policy) -> PushOptions {
    let mut policies = Policies::default();
    policies.set("students", policy);
    policies.set("users", policy);
    PushOptions { policies, ..options() }
}

#[test]
fn each_policy_writes_what_it_says_and_no_more() {
    for (policy, after, counts, roles) in [
        (Policy::Skip, BEFORE, "students 0/0/2/0", "parent student"),
        (
            Policy::FillBlanks,
            "NUR AISYAH BINTI AHMAD|BINTI AHMAD|female|Asma|No. 7, Jalan Dahlia|43000",
            "students 0/1/1/0",
            "parent student",
        ),
        (
            Policy::Ask,
            "NUR AISYAH BINTI AHMAD|BINTI AHMAD|female|Asma|No. 7, Jalan Dahlia|43000",
            "students 0/1/1/0",
            "parent student",
        ),
        (
            Policy::Update,
            "NUR AISYAH BINTI AHMAD FAUZI|BINTI AHMAD FAUZI|male|Asma|No. 7, Jalan Dahlia|43100",
            "students 0/1/1/0",
            "parent student teacher",
        ),
    ] {
        let (scratch, mut portal, mut school) = corrected();
        let report = portal.push(&with(policy), &mut school, &mut Book::default(), &Silent).unwrap();
        assert_eq!(scratch.value(PUPIL), after, "{policy:?}");
        assert!(sums(&report).contains(counts), "{policy:?}: {}", sums(&report));
        let have = "SELECT string_agg(r.code, ' ' ORDER BY r.code) FROM auth.user_roles u JOIN auth.roles r ON r.id = u.role_id";
        assert_eq!(scratch.value(have), roles, "{policy:?}");
        let differing = report.differing.iter().any(|(entity, count)| entity == "students" && *count == 1);
        assert_eq!(differing, policy != Policy::Update, "{policy:?}: {:?}", report.differing);
    }
}

/// What the portal kept at a push, and at comparing.
#[derive(Default)]
struct KeptBook(Book, Vec<(String, i64, String, Option<String>)>);

impl ReceiptSink for KeptBook {
    fn reject(&mut self, reject: &Reject) -> Result<(), SinkError> {
        self.0.reject(reject)
    }

    fn assigned(
        &mut self,
        entity: &'static str,
        record: i64,
        row: Uuid,
        number: Option<&str>,
    ) -> Result<(), SinkError> {
        self.0.assigned(entity, record, row, number)
    }

    fn reset_token(&mut self, record: i64, row: Uuid, address: &str, token: &str) -> Result<(), SinkError> {
        self.0.reset_token(record, row, address, token)
    }

    fn kept(&mut self, value: &KeptValue<'_>) -> Result<(), SinkError> {
        assert!(self.0.prepared.is_none(), "kept comes before prepared");
        let KeptValue { entity, record, field, portal } = *value;
        self.1.push((entity.to_owned(), record, field.to_owned(), portal.map(str::to_owned)));
        Ok(())
    }

    fn prepared(&mut self, receipt: &Receipt) -> Result<(), SinkError> {
        self.0.prepared(receipt)
    }

    fn applied(&mut self, receipt: &Receipt) -> Result<(), SinkError> {
        self.0.applied(receipt)
    }
}

impl KeptValues for KeptBook {
    fn any(&self, entity: &'static str) -> Result<bool, Error> {
        Ok(self.1.iter().any(|(kept, ..)| kept == entity))
    }

    fn has(&self, kept: &KeptValue<'_>) -> Result<bool, Error> {
        let KeptValue { entity, record, field, portal } = *kept;
        Ok(self.1.contains(&(entity.to_owned(), record, field.to_owned(), portal.map(str::to_owned))))
    }
}

/// Differences or kept values as lines.
fn lines(values: &[targets::ValueDifference]) -> Vec<String> {
    values.iter().map(|one| format!("{} {} {}", one.entity, one.record, one.field)).collect()
}

#[test]
fn a_value_kept_by_policy_is_told_from_one_that_differs() {
    for (policy, kept) in [
        (
            Policy::Skip,
            vec![
                "users 2 role",
                "students 1 full_name",
                "students 1 gender",
                "students 1 medical_notes",
                "students 1 postcode",
            ],
        ),
        (Policy::FillBlanks, vec!["users 2 role", "students 1 full_name", "students 1 gender", "students 1 postcode"]),
        (Policy::Ask, vec!["users 2 role", "students 1 full_name", "students 1 gender", "students 1 postcode"]),
        (Policy::Update, Vec::new()),
    ] {
        let (scratch, mut portal, mut school) = corrected();
        let (mut book, options) = (KeptBook::default(), with(policy));
        portal.push(&options, &mut school, &mut book, &Silent).unwrap();
        let scope = VerifyScope { batch: Some(options.batch), source_system: "legacy".into() };
        let verified = portal.verify(&scope, &mut school, &book, &Silent).unwrap();
        let mut found = lines(&verified.kept);
        found.sort_by_key(|line| kept.iter().position(|known| known == line));
        assert_eq!(found, kept, "{policy:?}");
        assert!(verified.passed && verified.total == 0, "{policy:?}: {:?}", verified.differences);
        let students = verified.entities.iter().find(|entity| entity.entity == "students").unwrap();
        assert_eq!((students.kept, students.different), (u64::from(policy != Policy::Update), 0), "{policy:?}");
        // what somebody changes afterwards is a difference, also where the policy had left it alone
        scratch.rows(
            "UPDATE academic.students SET gender = NULL, full_name = 'ORANG LAIN' WHERE national_id = '160305-10-0002'",
        );
        let after = portal.verify(&scope, &mut school, &book, &Silent).unwrap();
        assert_eq!(lines(&after.differences), ["students 1 full_name", "students 1 gender"], "{policy:?}");
        assert!(!after.passed && after.kept.len() == kept.len().saturating_sub(2), "{policy:?}: {:?}", after.kept);
    }
}

#[test]
fn a_kept_reference_is_known_by_its_row() {
    let (scratch, mut portal, mut school) = corrected();
    school.add("teachers", 2, &[("full_name", "USTAZAH HAWA"), ("employee_number", "G02"), ("status", "active")]);
    school.set("classes", 1, "class_teacher", "2");
    let mut options = with(Policy::Skip);
    options.policies.set("classes", Policy::Skip);
    let mut book = KeptBook::default();
    portal.push(&options, &mut school, &mut book, &Silent).unwrap();
    let scope = VerifyScope { batch: Some(options.batch), source_system: "legacy".into() };
    let verified = portal.verify(&scope, &mut school, &book, &Silent).unwrap();
    assert!(verified.passed && lines(&verified.kept).contains(&"classes 1 class_teacher".to_owned()), "{verified:?}");
    scratch.rows("UPDATE academic.classes SET class_teacher_id = NULL");
    let after = portal.verify(&scope, &mut school, &book, &Silent).unwrap();
    assert_eq!(lines(&after.differences), ["classes 1 class_teacher"]);
}

/// Keeps a plan as lines.
#[derive(Default)]
struct Plan {
    changes: Vec<String>,
    rows: Vec<String>,
}

impl ReceiptSink for Plan {
    fn reject(&mut self, _: &Reject) -> Result<(), SinkError> {
        Ok(())
    }

    fn assigned(&mut self, _: &'static str, _: i64, _: Uuid, _: Option<&str>) -> Result<(), SinkError> {
        Ok(())
    }

    fn reset_token(&mut self, _: i64, _: Uuid, _: &str, _: &str) -> Result<(), SinkError> {
        Ok(())
    }

    fn prepared(&mut self, _: &Receipt) -> Result<(), SinkError> {
        Ok(())
    }

    fn applied(&mut self, _: &Receipt) -> Result<(), SinkError> {
        Ok(())
    }

    fn planned(&mut self, row: &PlannedRow<'_>) -> Result<(), SinkError> {
        self.rows.push(format!("{} {} {}", row.entity, row.record, row.outcome));
        Ok(())
    }

    fn change(&mut self, change: &PlannedChange<'_>) -> Result<(), SinkError> {
        let PlannedChange { entity, record, field, old, new, effect, of } = change;
        assert!(*of > 0, "the total comes with each");
        self.changes.push(format!("{entity} {record} {field} {} {new} {effect}", old.unwrap_or("-")));
        Ok(())
    }
}

/// The family with what a person decided.
struct Decided(School, Vec<Decision>);

impl PushSource for Decided {
    fn counts(&self) -> Vec<(&'static str, u64)> {
        self.0.counts()
    }

    fn rows(&mut self, entity: &'static Entity, sink: &mut RowSink<'_>) -> Result<(), Error> {
        self.0.rows(entity, sink)
    }

    fn speaks_against(&self, of: &'static Entity, ours: &Described<'_>, theirs: &Described<'_>) -> Vec<&'static str> {
        self.0.speaks_against(of, ours, theirs)
    }

    fn decisions(&mut self, entity: &'static Entity) -> Result<Vec<Decision>, Error> {
        Ok(if entity.code == "students" { self.1.clone() } else { Vec::new() })
    }
}

#[test]
fn a_rehearsal_shows_both_values_and_what_a_person_decided_is_written() {
    let (scratch, mut portal, mut school) = corrected();
    school.add("students", 3, &[("full_name", "BARU BIN TEST"), ("status", "active")]);
    school.add("students", 4, &[("full_name", "TANPA STATUS")]);
    school.add("teachers", 2, &[("full_name", "USTAZAH HAWA"), ("employee_number", "G02"), ("status", "active")]);
    school.set("classes", 1, "class_teacher", "2");
    let mut plan = Plan::default();
    let rehearsal = PushOptions { rehearse: true, ..with(Policy::Ask) };
    portal.push(&rehearsal, &mut school, &mut plan, &Silent).unwrap();
    assert_eq!(
        plan.changes,
        [
            "students 1 full_name NUR AISYAH BINTI AHMAD NUR AISYAH BINTI AHMAD FAUZI asks",
            "students 1 gender female male asks",
            "students 1 medical_notes - Asma written",
            "students 1 postcode 43000 43100 asks",
            "classes 1 class_teacher #1 #2 written",
        ]
    );
    let students: Vec<_> = plan.rows.iter().filter(|row| row.starts_with("students")).map(String::as_str).collect();
    let expected = ["students 1 updated", "students 2 unchanged", "students 3 inserted", "students 4 rejected"];
    assert_eq!(students, expected);

    let decide = |field: &str, old: &str, new: &str| Decision {
        record: 1,
        field: field.to_owned(),
        old: old.to_owned(),
        new: new.to_owned(),
    };
    let decisions = vec![
        decide("postcode", "43000", "43100"),
        decide("full_name", "NUR AISYAH BINTI AHMAD", "NUR AISYAH BINTI AHMAD FAUZI"),
        // the portal has another value by now: this word holds no longer
        decide("gender", "", "male"),
    ];
    let report =
        portal.push(&with(Policy::Ask), &mut Decided(school, decisions), &mut Book::default(), &Silent).unwrap();
    assert!(sums(&report).contains("students 1/1/1/1"), "{}", sums(&report));
    let after = "NUR AISYAH BINTI AHMAD FAUZI|BINTI AHMAD FAUZI|female|Asma|No. 7, Jalan Dahlia|43100";
    assert_eq!(scratch.value(PUPIL), after);
}

#[test]
fn an_address_that_is_no_object_is_replaced_or_left_and_comes_back_as_it_was() {
    for (there, policy, after) in [
        ("null", Policy::Update, r#"{"line1": "No. 7, Jalan Dahlia", "postal_code": "43000"}"#),
        (r#""Jalan""#, Policy::Update, r#"{"line1": "No. 7, Jalan Dahlia", "postal_code": "43000"}"#),
        ("[]", Policy::Update, r#"{"line1": "No. 7, Jalan Dahlia", "postal_code": "43000"}"#),
        ("null", Policy::FillBlanks, r#"{"line1": "No. 7, Jalan Dahlia", "postal_code": "43000"}"#),
        (r#""Jalan""#, Policy::FillBlanks, r#""Jalan""#),
        ("[]", Policy::Ask, "[]"),
        ("null", Policy::Ask, r#"{"line1": "No. 7, Jalan Dahlia", "postal_code": "43000"}"#),
        (r#""Jalan""#, Policy::Skip, r#""Jalan""#),
    ] {
        let (scratch, mut portal) = Scratch::portal();
        push(&mut portal, &mut School::family());
        let address = "SELECT address FROM academic.students WHERE national_id = '160305-10-0002'";
        scratch.rows(&format!(
            "UPDATE academic.students SET address = '{there}'::jsonb WHERE national_id = '160305-10-0002'"
        ));
        let before = scratch.contents();
        let mut wish = options();
        wish.policies.set("students", policy);
        let report = portal.push(&wish, &mut School::family(), &mut Book::default(), &Silent).unwrap();
        assert_eq!(scratch.value(address), after, "{there} under {policy:?}");
        let again = portal.push(
            &PushOptions { batch: Uuid::new_v4(), ..wish },
            &mut School::family(),
            &mut Book::default(),
            &Silent,
        );
        assert!(again.unwrap().entities.iter().all(|counts| counts.updated == 0), "{there} under {policy:?}");
        portal.rollback(report.batch, &[], &Silent).unwrap();
        assert_eq!(scratch.contents(), before, "{there} under {policy:?}");
    }
}
