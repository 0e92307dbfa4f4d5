//! The portal's people for a comparison, and what a push does with what is known of records and rows before it looks.

use std::collections::BTreeMap;

use model::{Entity, Silent, entities};
use targets::{Described, Error, Kin, KnownRow, Portal, PortalPerson, PushOptions, PushSource, RowSink};
use uuid::Uuid;

use crate::school::{Book, School, options, push, sums};
use crate::server::Scratch;

fn people(portal: &mut Portal, entity: &str, system: &str) -> Vec<PortalPerson> {
    let mut found = Vec::new();
    let entity = entities::find(entity).expect("an entity");
    let mut take = |person: PortalPerson| {
        found.push(person);
        Ok(())
    };
    portal.people(entity, system, &Silent, &mut take).expect("reads");
    found.sort_by(|one, other| one.values.cmp(&other.values));
    found
}

#[test]
fn people_come_with_what_is_compared_whom_they_belong_to_and_under_what_name_they_were_pushed() {
    let (scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut School::family());
    let before = scratch.value("SELECT md5(string_agg(s::text, '' ORDER BY id)) FROM academic.students s");
    let pupils = people(&mut portal, "students", &options().source_system);
    assert_eq!(pupils.len(), 2, "{pupils:?}");
    let (brother, sister) = (&pupils[0], &pupils[1]);
    let values: BTreeMap<_, _> = sister.values.iter().cloned().collect();
    let said = ["full_name", "national_id", "date_of_birth", "gender", "address_line1", "postcode"];
    assert_eq!(
        said.map(|code| values[code].as_str()),
        ["NUR AISYAH BINTI AHMAD", "160305-10-0002", "2016-03-05", "female", "No. 7, Jalan Dahlia", "43000"]
    );
    assert!(sister.values.iter().all(|(code, _)| *code != "status"), "what is not compared stays there");
    assert_eq!(sister.source_keys, ["students-1"]);
    assert!(sister.account.is_some() && brother.account.is_none());
    let mother = [("850101-10-5566".to_owned(), "+60123456789".to_owned())];
    assert_eq!((sister.circle.as_slice(), brother.circle.as_slice()), (&mother[..], &mother[..]));
    let parents = people(&mut portal, "guardians", "somebody else");
    assert!(parents[0].source_keys.is_empty(), "known under another name");
    let children: Vec<&str> = parents[0].circle.iter().map(|(number, _)| number.as_str()).collect();
    assert!(children.len() == 2 && children.contains(&"160305-10-0002"), "{children:?}");
    assert_eq!(people(&mut portal, "teachers", "x").len(), 1);
    let after = scratch.value("SELECT md5(string_agg(s::text, '' ORDER BY id)) FROM academic.students s");
    assert_eq!(before, after, "nothing is written");
}

#[test]
fn whoever_takes_people_may_stop_and_a_portal_that_is_none_is_refused() {
    let (scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut School::family());
    let students = entities::find("students").expect("pupils");
    let stopped = portal.people(students, "x", &Silent, &mut |_| Err(Error::Source("enough".into())));
    assert!(matches!(stopped, Err(Error::Source(_))), "{stopped:?}");
    assert_eq!(people(&mut portal, "students", "x").len(), 2, "the connection goes on");
    scratch.rows("ALTER TABLE academic.students DROP COLUMN gender");
    let unfit = portal.people(students, "x", &Silent, &mut |_| Ok(()));
    assert!(matches!(unfit, Err(Error::SchemaMismatch(_))), "{unfit:?}");
}

/// A school of another project with what is known of its pupils.
struct Knowing(School, Vec<KnownRow>);

impl PushSource for Knowing {
    fn counts(&self) -> Vec<(&'static str, u64)> {
        self.0.counts()
    }

    fn rows(&mut self, entity: &'static Entity, sink: &mut RowSink<'_>) -> Result<(), Error> {
        self.0.rows(entity, sink)
    }

    fn speaks_against(&self, of: &'static Entity, ours: &Described<'_>, theirs: &Described<'_>) -> Vec<&'static str> {
        self.0.speaks_against(of, ours, theirs)
    }

    fn known_rows(&mut self, entity: &'static Entity) -> Result<Vec<KnownRow>, Error> {
        Ok(if entity.code == "students" { self.1.clone() } else { Vec::new() })
    }
}

fn elsewhere() -> PushOptions {
    PushOptions { source_system: "daftar:other".to_owned(), batch: Uuid::now_v7(), ..options() }
}

/// One pupil, without the number by which the portal knows her.
fn aisyah(number: &str) -> School {
    let mut school = School::default();
    let born = ("date_of_birth", "2016-03-05");
    let mut values = vec![("full_name", "NUR AISYAH AHMAD"), ("status", "active"), born];
    if !number.is_empty() {
        values.push(("national_id", number));
    }
    school.add("students", 7, &values);
    school
}

fn row_of(scratch: &Scratch) -> Uuid {
    let id = scratch.value("SELECT id FROM academic.students WHERE national_id = '160305-10-0002'");
    Uuid::parse_str(&id).expect("an id")
}

fn pupils(scratch: &Scratch) -> String {
    scratch.value("SELECT string_agg(full_name, ', ' ORDER BY full_name) FROM academic.students")
}

#[test]
fn a_row_that_is_known_is_updated_where_no_key_would_find_it() {
    let (scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut School::family());
    let known = KnownRow { record: 7, target: row_of(&scratch), kin: Kin::Same, seen: None };
    let mut school = Knowing(aisyah(""), vec![known]);
    let report = portal.push(&elsewhere(), &mut school, &mut Book::default(), &Silent).expect("pushes");
    assert!(sums(&report).contains("students 0/1/0/0"), "{}", sums(&report));
    assert_eq!(pupils(&scratch), "AHMAD DANIAL BIN AHMAD, NUR AISYAH AHMAD");
    // The portal remembers the row: nothing need be known the next time.
    let mut again = Knowing(aisyah(""), Vec::new());
    let report = portal.push(&elsewhere(), &mut again, &mut Book::default(), &Silent).expect("pushes");
    assert!(sums(&report).contains("students 0/0/1/0"), "{}", sums(&report));
}

#[test]
fn what_the_rule_proved_holds_while_the_row_stands_as_it_was_seen() {
    let (scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut School::family());
    let target = row_of(&scratch);
    let seen = people(&mut portal, "students", "x").into_iter().find(|one| one.id == target).expect("her").seen;
    let knowing = |seen: &str| {
        Knowing(aisyah(""), vec![KnownRow { record: 7, target, kin: Kin::Same, seen: Some(seen.to_owned()) }])
    };
    let rehearse = PushOptions { rehearse: true, ..elsewhere() };
    let report = portal.push(&rehearse, &mut knowing(&seen), &mut Book::default(), &Silent).expect("rehearses");
    assert!(sums(&report).contains("students 0/1/0/0"), "{}", sums(&report));
    scratch.rows("UPDATE academic.students SET full_name = 'ORANG LAIN', updated_at = now() + interval '1 second'");
    let report = portal.push(&rehearse, &mut knowing(&seen), &mut Book::default(), &Silent).expect("rehearses");
    assert!(sums(&report).contains("students 1/0/0/0"), "the row is another one now: {}", sums(&report));
}

#[test]
fn a_row_that_is_somebody_else_is_never_written_over_though_the_number_is_the_same() {
    let (scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut School::family());
    let denied = KnownRow { record: 7, target: row_of(&scratch), kin: Kin::Other, seen: None };
    let mut school = Knowing(aisyah("160305-10-0002"), vec![denied]);
    school.0.add("students", 8, &[("full_name", "SITI BINTI TEST"), ("status", "active")]);
    let mut options = elsewhere();
    options.max_reject_percent = 100;
    let report = portal.push(&options, &mut school, &mut Book::default(), &Silent).expect("pushes");
    assert!(sums(&report).contains("students 1/0/0/1"), "{}", sums(&report));
    assert_eq!(report.rejects[0].reason, "taken");
    assert_eq!(pupils(&scratch), "AHMAD DANIAL BIN AHMAD, NUR AISYAH BINTI AHMAD, SITI BINTI TEST");
}

#[test]
fn a_row_that_is_gone_is_nobodys_and_two_who_claim_one_row_are_not_both_believed() {
    let (scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut School::family());
    let gone = KnownRow { record: 7, target: Uuid::now_v7(), kin: Kin::Same, seen: None };
    let rehearse = PushOptions { rehearse: true, max_reject_percent: 100, ..elsewhere() };
    let mut school = Knowing(aisyah("160305-10-0002"), vec![gone]);
    let report = portal.push(&rehearse, &mut school, &mut Book::default(), &Silent).expect("rehearses");
    assert!(sums(&report).contains("students 0/1/0/0"), "found by the number: {}", sums(&report));
    let target = row_of(&scratch);
    let claim = |record| KnownRow { record, target, kin: Kin::Same, seen: None };
    let mut school = Knowing(aisyah(""), vec![claim(7), claim(8)]);
    school.0.add("students", 8, &[("full_name", "NUR AISYA AHMAD"), ("status", "active")]);
    let report = portal.push(&rehearse, &mut school, &mut Book::default(), &Silent).expect("rehearses");
    assert!(sums(&report).contains("students 0/1/0/1"), "{}", sums(&report));
}

#[test]
fn whoever_may_be_somebody_of_the_portal_waits_until_a_person_says_who_is_who() {
    let (scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut School::family());
    let maybe = KnownRow { record: 7, target: row_of(&scratch), kin: Kin::Undecided, seen: None };
    for number in ["", "160305-10-0002"] {
        let mut options = elsewhere();
        options.max_reject_percent = 100;
        let mut school = Knowing(aisyah(number), vec![maybe.clone()]);
        let report = portal.push(&options, &mut school, &mut Book::default(), &Silent).expect("pushes");
        assert_eq!((report.rejects[0].reason.as_str(), report.rejected), ("undecided", 1), "{number}");
        assert_eq!(pupils(&scratch), "AHMAD DANIAL BIN AHMAD, NUR AISYAH BINTI AHMAD");
    }
    let same = KnownRow { kin: Kin::Same, ..maybe.clone() };
    let mut school = Knowing(aisyah(""), vec![same]);
    portal.push(&elsewhere(), &mut school, &mut Book::default(), &Silent).expect("pushes");
    let mut school = Knowing(aisyah(""), vec![maybe]);
    let report = portal.push(&elsewhere(), &mut school, &mut Book::default(), &Silent).expect("pushes");
    assert!(sums(&report).contains("students 0/0/1/0"), "a row that the portal knows goes on: {}", sums(&report));
}
