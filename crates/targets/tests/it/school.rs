//! A made-up school in memory, and a receipt book that keeps what it is told.

use std::collections::BTreeMap;

use model::{Entity, Silent, entities};
use targets::{
    Described, Error, Policies, Portal, PushOptions, PushReport, PushRow, PushSource, Receipt, ReceiptSink, Reject,
    RowSink, SinkError, Upload,
};
use uuid::Uuid;

use crate::server::day;

/// One record: number, source key, values by input code.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) number: i64,
    pub(crate) key: String,
    pub(crate) values: BTreeMap<&'static str, String>,
}

/// Records by entity.
#[derive(Clone, Debug, Default)]
pub(crate) struct School {
    pub(crate) records: BTreeMap<&'static str, Vec<Record>>,
}

impl School {
    pub(crate) fn add(&mut self, entity: &'static str, number: i64, values: &[(&'static str, &str)]) -> &mut Self {
        let known = targets::inputs(entities::find(entity).expect(entity));
        for (code, _) in values {
            assert!(known.iter().any(|input| input.code == *code), "{entity} takes no {code}");
        }
        let values = values.iter().map(|(code, value)| (*code, (*value).to_owned())).collect();
        let record = Record { number, key: format!("{entity}-{number}"), values };
        self.records.entry(entity).or_default().push(record);
        self
    }

    pub(crate) fn set(&mut self, entity: &'static str, number: i64, code: &'static str, value: &str) {
        let record = self.records.get_mut(entity).expect(entity).iter_mut().find(|record| record.number == number);
        record.expect("the record is there").values.insert(code, value.to_owned());
    }

    /// Two pupils of one family with accounts, a teacher, a class of 2026 and enrolments.
    pub(crate) fn family() -> Self {
        let mut school = Self::default();
        school
            .add("academic_years", 1, &[("code", "AY2026"), ("name", "2026")])
            .add(
                "users",
                1,
                &[
                    ("email", "puan.salmah@contoh.my"),
                    ("first_name", "SALMAH"),
                    ("status", "active"),
                    ("role", "parent"),
                ],
            )
            .add(
                "users",
                2,
                &[("username", "c1"), ("first_name", "NUR AISYAH"), ("status", "pending"), ("role", "student")],
            )
            .add(
                "students",
                1,
                &[
                    ("full_name", "NUR AISYAH BINTI AHMAD"),
                    ("national_id", "160305-10-0002"),
                    ("status", "active"),
                    ("gender", "female"),
                    ("date_of_birth", "2016-03-05"),
                    ("address_line1", "No. 7, Jalan Dahlia"),
                    ("postcode", "43000"),
                    ("user", "2"),
                ],
            )
            .add(
                "students",
                2,
                &[("full_name", "AHMAD DANIAL BIN AHMAD"), ("student_number", "D-77"), ("status", "active")],
            )
            .add(
                "guardians",
                1,
                &[
                    ("full_name", "SALMAH BINTI YUSOF"),
                    ("national_id", "850101-10-5566"),
                    ("phone", "+60123456789"),
                    ("user", "1"),
                ],
            )
            .add(
                "student_guardians",
                1,
                &[
                    ("student", "1"),
                    ("guardian", "1"),
                    ("relationship", "mother"),
                    ("is_primary", "true"),
                    ("is_emergency_contact", "true"),
                ],
            )
            .add(
                "student_guardians",
                2,
                &[
                    ("student", "2"),
                    ("guardian", "1"),
                    ("relationship", "mother"),
                    ("is_primary", "true"),
                    ("is_emergency_contact", "false"),
                ],
            )
            .add(
                "teachers",
                1,
                &[("full_name", "USTAZ HAMID BIN OMAR"), ("employee_number", "G01"), ("status", "active")],
            )
            .add(
                "classes",
                1,
                &[
                    ("academic_year", "1"),
                    ("code", "4A"),
                    ("name", "4 Amanah"),
                    ("capacity", "35"),
                    ("class_teacher", "1"),
                ],
            )
            .add("enrollments", 1, &[("student", "1"), ("class", "1"), ("academic_year", "1"), ("status", "active")])
            .add("enrollments", 2, &[("student", "2"), ("class", "1"), ("academic_year", "1"), ("status", "active")]);
        school
    }

    /// `count` pupils without anything else.
    pub(crate) fn pupils(count: i64) -> Self {
        let mut school = Self::default();
        for number in 1..=count {
            let (name, identity) = (format!("PUPIL {number} BIN TEST"), format!("{number:06}-14-0001"));
            school.add("students", number, &[("full_name", &name), ("national_id", &identity), ("status", "active")]);
        }
        school
    }
}

impl PushSource for School {
    fn counts(&self) -> Vec<(&'static str, u64)> {
        self.records.iter().map(|(entity, records)| (*entity, records.len() as u64)).collect()
    }

    fn rows(&mut self, entity: &'static Entity, sink: &mut RowSink<'_>) -> Result<(), Error> {
        let inputs = targets::inputs(entity);
        for record in self.records.get(entity.code).into_iter().flatten() {
            let values: Vec<Option<&str>> =
                inputs.iter().map(|input| record.values.get(input.code).map(String::as_str)).collect();
            sink(PushRow { record: record.number, source_key: &record.key, values: &values })?;
        }
        Ok(())
    }

    /// A plain rule for plain names: what begins with another word is another person.
    fn speaks_against(&self, _: &'static Entity, ours: &Described<'_>, theirs: &Described<'_>) -> Vec<&'static str> {
        let first = |name: &str| name.split(' ').next().unwrap_or_default().to_uppercase();
        let differ = |ours: &str, theirs: &str| !ours.is_empty() && !theirs.is_empty() && ours != theirs;
        let said = [
            ("full_name", first(ours.name) != first(theirs.name)),
            ("national_id", differ(ours.number, theirs.number)),
            ("date_of_birth", differ(ours.born, theirs.born)),
            ("gender", differ(ours.gender, theirs.gender)),
        ];
        said.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
    }
}

/// Keeps what a push says; fails or acts in `prepared` where told to.
#[derive(Default)]
pub(crate) struct Book {
    pub(crate) numbers: Vec<(i64, String)>,
    pub(crate) assigned: usize,
    pub(crate) tokens: Vec<(Uuid, String)>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) prepared: Option<Receipt>,
    pub(crate) applied: Option<Receipt>,
    pub(crate) before_commit: Option<Box<dyn FnMut() -> Result<(), SinkError>>>,
}

impl ReceiptSink for Book {
    fn reject(&mut self, reject: &Reject) -> Result<(), SinkError> {
        self.rejects.push(reject.clone());
        Ok(())
    }

    fn assigned(&mut self, _: &'static str, record: i64, _: Uuid, number: Option<&str>) -> Result<(), SinkError> {
        self.assigned += 1;
        self.numbers.extend(number.map(|number| (record, number.to_owned())));
        Ok(())
    }

    fn reset_token(&mut self, _: i64, target: Uuid, _: &str, token: &str) -> Result<(), SinkError> {
        self.tokens.push((target, token.to_owned()));
        Ok(())
    }

    fn prepared(&mut self, receipt: &Receipt) -> Result<(), SinkError> {
        assert!(self.applied.is_none(), "prepared comes before applied");
        self.prepared = Some(receipt.clone());
        self.before_commit.as_mut().map_or(Ok(()), |act| act())
    }

    fn applied(&mut self, receipt: &Receipt) -> Result<(), SinkError> {
        self.applied = Some(receipt.clone());
        Ok(())
    }
}

pub(crate) fn options() -> PushOptions {
    PushOptions {
        batch: Uuid::new_v4(),
        workspace: Uuid::from_u128(7),
        school_code: "my".to_owned(),
        source_system: "legacy".to_owned(),
        pushed_by: "kerani".to_owned(),
        rehearse: false,
        today: day(),
        max_reject_percent: 100,
        expect: None,
        upload: Upload::new(Uuid::new_v4()),
        policies: Policies::default(),
        clock: None,
    }
}

pub(crate) fn push(portal: &mut Portal, school: &mut School) -> (PushReport, Book) {
    let mut book = Book::default();
    let report = portal.push(&options(), school, &mut book, &Silent).expect("the push goes through");
    (report, book)
}

/// `entity inserted/updated/unchanged/rejected`, joined.
pub(crate) fn sums(report: &PushReport) -> String {
    let line = report.entities.iter().map(|c| {
        assert_eq!(c.staged, c.inserted + c.updated + c.unchanged + c.rejected, "{}", c.entity);
        format!("{} {}/{}/{}/{}", c.entity, c.inserted, c.updated, c.unchanged, c.rejected)
    });
    line.collect::<Vec<_>>().join(" ")
}
