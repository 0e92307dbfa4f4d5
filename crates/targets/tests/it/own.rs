//! A record that was pushed before keeps its row, though what it was known by was corrected since.

use std::collections::BTreeMap;

use model::{Entity, Silent};
use targets::{Described, Error, OwnRow, Portal, PushReport, PushSource, RowSink};
use uuid::Uuid;

use crate::school::{Book, School, options, sums};
use crate::server::Scratch;

/// A school that remembers which rows its records became.
struct Remembering(School, BTreeMap<(&'static str, i64), OwnRow>);

impl PushSource for Remembering {
    fn counts(&self) -> Vec<(&'static str, u64)> {
        self.0.counts()
    }

    fn rows(&mut self, entity: &'static Entity, sink: &mut RowSink<'_>) -> Result<(), Error> {
        self.0.rows(entity, sink)
    }

    fn speaks_against(&self, of: &'static Entity, ours: &Described<'_>, theirs: &Described<'_>) -> Vec<&'static str> {
        self.0.speaks_against(of, ours, theirs)
    }

    fn remembers(&mut self, _: &'static Entity) -> Result<bool, Error> {
        Ok(!self.1.is_empty())
    }

    fn rows_of(&mut self, entity: &'static Entity, records: &[i64]) -> Result<Vec<OwnRow>, Error> {
        Ok(records.iter().filter_map(|record| self.1.get(&(entity.code, *record)).copied()).collect())
    }
}

/// Pushes, and remembers the rows as a project does.
fn push(portal: &mut Portal, scratch: &Scratch, school: &mut Remembering) -> PushReport {
    let options = options();
    let report = portal.push(&options, school, &mut Book::default(), &Silent).expect("pushes");
    for (entity, records) in &school.0.records {
        for record in records {
            let key = &record.key;
            let row = scratch.rows(&format!(
                "SELECT target_id FROM migration.id_map WHERE entity = '{entity}' AND source_key = '{key}'"
            ));
            let Some(row) = row.first() else { continue };
            let own = OwnRow { record: record.number, target: sqlx::Row::get(row, 0), batch: options.batch };
            school.1.insert((*entity, record.number), own);
        }
    }
    report
}

/// The family with two payments that have no receipt; their keys are made of what they say, as those of a project.
fn school() -> Remembering {
    let mut school = School::family();
    for (number, amount) in [(1, "30.00"), (2, "70.00")] {
        let paid = [("student", "1"), ("payment_date", "2026-01-01"), ("method", "cash"), ("status", "completed")];
        school.add("payments", number, &[&paid[..], &[("amount", amount)]].concat());
    }
    let mut school = Remembering(school, BTreeMap::new());
    rename(&mut school);
    school
}

/// Makes the keys of payments and guardians anew from what they say now.
fn rename(school: &mut Remembering) {
    for (entity, field) in [("payments", "amount"), ("guardians", "phone")] {
        for record in school.0.records.get_mut(entity).expect(entity) {
            record.key = format!("{entity}:{}", record.values[field]);
        }
    }
}

fn correct(school: &mut Remembering, entity: &'static str, number: i64, field: &'static str, value: &str) {
    school.0.set(entity, number, field, value);
    rename(school);
}

const PAID: &str = "SELECT string_agg(amount::text, ' ' ORDER BY id) FROM financial.payments";

fn row(scratch: &Scratch, amount: &str) -> Uuid {
    let id = scratch.value(&format!("SELECT id FROM financial.payments WHERE amount = {amount}"));
    Uuid::parse_str(&id).expect("an id")
}

#[test]
fn a_corrected_amount_or_telephone_changes_the_row_and_makes_none() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = school();
    push(&mut portal, &scratch, &mut school);
    let wrong = row(&scratch, "30");
    correct(&mut school, "payments", 1, "amount", "50.00");
    correct(&mut school, "guardians", 1, "phone", "+60198765432");
    school.0.set("guardians", 1, "national_id", "");
    let report = push(&mut portal, &scratch, &mut school);
    assert!(sums(&report).contains("payments 0/1/1/0"), "{}", sums(&report));
    assert!(sums(&report).contains("guardians 0/1/0/0"), "{}", sums(&report));
    assert_eq!(row(&scratch, "50"), wrong, "the row that was wrong is right now");
    // what comes with the old value later is another payment
    let paid = [("student", "1"), ("payment_date", "2026-01-01"), ("amount", "30.00"), ("method", "cash")];
    school.0.add("payments", 3, &[&paid[..], &[("status", "completed")]].concat());
    rename(&mut school);
    for counts in ["payments 1/0/2/0", "payments 0/0/3/0"] {
        let report = push(&mut portal, &scratch, &mut school);
        assert!(sums(&report).contains(counts), "{}", sums(&report));
    }
    assert_eq!(row(&scratch, "50"), wrong);
}

#[test]
fn values_that_move_from_record_to_record_leave_each_its_row() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = school();
    push(&mut portal, &scratch, &mut school);
    let [first, second] = ["30", "70"].map(|amount| row(&scratch, amount));
    correct(&mut school, "payments", 1, "amount", "70.00");
    correct(&mut school, "payments", 2, "amount", "90.00");
    let report = push(&mut portal, &scratch, &mut school);
    assert!(sums(&report).contains("payments 0/2/0/0"), "{}", sums(&report));
    assert_eq!([row(&scratch, "70"), row(&scratch, "90")], [first, second], "down the chain");
    correct(&mut school, "payments", 1, "amount", "90.00");
    correct(&mut school, "payments", 2, "amount", "70.00");
    push(&mut portal, &scratch, &mut school);
    assert_eq!(scratch.value(PAID).split(' ').count(), 2, "exchanged: still two, with both amounts");
    assert_eq!(scratch.value("SELECT sum(amount) FROM financial.payments"), "160.00");
}

#[test]
fn a_row_that_is_gone_or_was_taken_out_is_made_anew_once() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = school();
    push(&mut portal, &scratch, &mut school);
    scratch.rows("DELETE FROM financial.payments WHERE amount = 30");
    correct(&mut school, "payments", 1, "amount", "50.00");
    let report = push(&mut portal, &scratch, &mut school);
    assert!(sums(&report).contains("payments 1/0/1/0"), "gone: {}", sums(&report));

    let (scratch, mut portal) = Scratch::portal();
    let mut school = Remembering(School::family(), BTreeMap::new());
    push(&mut portal, &scratch, &mut school);
    school.0 = self::school().0;
    push(&mut portal, &scratch, &mut school);
    let batch = school.1[&("payments", 1)].batch;
    let kept = "UPDATE financial.payments SET notes = 'dari portal', updated_at = now() WHERE amount = 30";
    scratch.rows(kept);
    portal.rollback(batch, &[], &Silent).expect("takes it out");
    assert_eq!(scratch.value(PAID), "30.00", "somebody worked on it");
    correct(&mut school, "payments", 1, "amount", "50.00");
    let report = push(&mut portal, &scratch, &mut school);
    assert!(sums(&report).contains("payments 1/1/0/0"), "what stayed is still this project's: {}", sums(&report));
}
