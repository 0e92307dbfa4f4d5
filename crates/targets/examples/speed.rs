//! Measures a push by hand.
use model::{Entity, Silent};
use std::time::Instant;
use targets::*;
use uuid::Uuid;
struct Big(i64);
impl PushSource for Big {
    fn counts(&self) -> Vec<(&'static str, u64)> {
        vec![("users", self.0 as u64), ("students", self.0 as u64)]
    }
    fn rows(&mut self, entity: &'static Entity, sink: &mut RowSink<'_>) -> Result<(), Error> {
        let inputs = inputs(entity);
        for n in 1..=self.0 {
            let (name, ic, nr, nu, un) = (
                format!("MURID NOMBOR {n} BIN CONTOH"),
                format!("{:06}-14-{:04}", n % 999_999, n / 999_999),
                format!("S{n:07}"),
                n.to_string(),
                format!("u{n}"),
            );
            let values: Vec<Option<&str>> = inputs
                .iter()
                .map(|i| match (entity.code, i.code) {
                    ("users", "username") => Some(un.as_str()),
                    ("users", "first_name") => Some(name.as_str()),
                    ("users", "status") => Some("pending"),
                    ("users", "role") => Some("student"),
                    ("students", "full_name") => Some(name.as_str()),
                    ("students", "national_id") => Some(ic.as_str()),
                    ("students", "student_number") => Some(nr.as_str()),
                    ("students", "status") => Some("active"),
                    ("students", "gender") => Some("male"),
                    ("students", "date_of_birth") => Some("2015-03-04"),
                    ("students", "user") => Some(nu.as_str()),
                    ("students", "address_line1") => Some("No. 7, Jalan Dahlia 3/4"),
                    ("students", "postcode") => Some("43000"),
                    ("students", "state") => Some("Selangor"),
                    _ => None,
                })
                .collect();
            sink(PushRow { record: n, source_key: &ic, values: &values })?;
        }
        Ok(())
    }
}
struct Null;
impl ReceiptSink for Null {
    fn reject(&mut self, _: &Reject) -> Result<(), SinkError> {
        Ok(())
    }
    fn assigned(&mut self, _: &'static str, _: i64, _: Uuid, _: Option<&str>) -> Result<(), SinkError> {
        Ok(())
    }
    fn reset_token(&mut self, _: i64, _: Uuid, _: &str) -> Result<(), SinkError> {
        Ok(())
    }
    fn prepared(&mut self, _: &Receipt) -> Result<(), SinkError> {
        Ok(())
    }
    fn applied(&mut self, _: &Receipt) -> Result<(), SinkError> {
        Ok(())
    }
}
fn main() {
    let url = std::env::args().nth(1).unwrap();
    let n: i64 = std::env::args().nth(2).unwrap().parse().unwrap();
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let mut portal = Portal::connect(PortalUrl::parse(&url, None).unwrap()).unwrap();
    portal.prepare(&PrepareOptions { today, admin: None }, &Silent).unwrap();
    let mut first = None;
    for what in ["push", "again"] {
        let began = Instant::now();
        let o = PushOptions {
            batch: Uuid::new_v4(),
            workspace: Uuid::from_u128(7),
            school_code: "MY".into(),
            source_system: "legacy".into(),
            pushed_by: "x".into(),
            rehearse: false,
            today,
            max_reject_percent: 10,
            expect: None,
        };
        let r = portal.push(&o, &mut Big(n), &mut Null, &Silent).unwrap();
        first.get_or_insert(o.batch);
        println!(
            "{what} {:?} {:?} {:?}",
            began.elapsed(),
            r.entities,
            r.phases.iter().map(|p| p.duration_ms).collect::<Vec<_>>()
        );
    }
    let began = Instant::now();
    let v = portal.verify(&VerifyScope { batch: first, source_system: "legacy".into() }, &mut Big(n), &Silent).unwrap();
    println!("verify {:?} {} {} compared", began.elapsed(), v.passed, v.compared);
    let began = Instant::now();
    let r = portal.rollback(first.unwrap(), &Silent).unwrap();
    println!("rollback {:?} {:?}", began.elapsed(), r.entities);
    println!(
        "{}",
        std::fs::read_to_string("/proc/self/status").unwrap().lines().find(|l| l.starts_with("VmHWM")).unwrap()
    );
}
