//! What is in the project after bringing in and putting right, against what is true.
//!
//! A cell without a planted defect must say the truth. A cell with one says the truth again, or still says
//! what was written and somebody is told. What is worst, a wrong value in place of another, must not happen.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::journeys::window::records;
use crate::kit::{School, list, number, text};

/// One record as the grid shows it.
struct Record {
    number: u64,
    state: String,
    values: HashMap<String, String>,
}

/// File and row.
type Place = (String, u64);

/// What became of one kind of defect.
#[derive(Default)]
struct Tally {
    planted: u32,
    repaired: u32,
    found: u32,
    proposed: u32,
    lost: u32,
}

/// One school, opened, with everything that is said about its records.
struct Opened {
    school: School,
    students: HashMap<Place, Record>,
    guardians: HashMap<Place, Vec<Record>>,
    /// Entity and record that a finding is about.
    findings: HashSet<(String, u64)>,
    /// Entity and record that a fix is proposed for.
    fixes: HashSet<(String, u64)>,
}

#[test]
fn nothing_true_is_lost_and_no_planted_defect_passes_in_silence() -> Result<()> {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for seed in [11, 12, 13] {
        let opened = Opened::of(seed)?;
        opened.clean_cells_are_true()?;
        opened.defects(&mut tallies)?;
    }
    println!("{:22}{:>9}{:>10}{:>7}{:>10}{:>6}", "kind", "planted", "repaired", "found", "proposed", "lost");
    for (kind, tally) in &tallies {
        let Tally { planted, repaired, found, proposed, lost } = tally;
        println!("{kind:22}{planted:>9}{repaired:>10}{found:>7}{proposed:>10}{lost:>6}");
    }
    assert!(tallies.len() >= 17, "every kind of defect is in the made-up schools: {:?}", tallies.keys());
    let lost: Vec<&String> = tallies.iter().filter(|(_, tally)| tally.lost > 0).map(|(kind, _)| kind).collect();
    assert!(lost.is_empty(), "defects of these kinds passed without anybody being told: {lost:?}");
    Ok(())
}

impl Opened {
    fn of(seed: u64) -> Result<Self> {
        let school = School::checked(160, "0.6", seed)?;
        let desk = Desk::new(school.dir.path());
        desk.open(&school.project(), "", testkit::cli::PASSPHRASE)?;
        let by_place = |(place, mut list): (Place, Vec<Record>)| list.pop().map(|record| (place, record));
        let students = all(&desk, "students")?.into_iter().filter_map(by_place).collect();
        let (guardians, findings, fixes) = (all(&desk, "guardians")?, findings(&desk)?, fixes(&desk)?);
        Ok(Self { school, students, guardians, findings, fixes })
    }

    fn truth_of(&self, number: &str) -> Result<&Value> {
        let pupils = list(&self.school.truth, "/pupils").iter();
        pupils.into_iter().find(|pupil| pupil["number"] == number).with_context(|| format!("no pupil {number}"))
    }

    fn planted(&self) -> impl Iterator<Item = (Place, &Value)> {
        let defects = list(&self.school.truth, "/defects").iter();
        defects.map(|defect| ((text(defect, "/file"), number(defect, "/row")), defect))
    }

    /// Every active pupil says the truth in every cell that nobody spoilt.
    fn clean_cells_are_true(&self) -> Result<()> {
        let spoilt: HashSet<(Place, String)> =
            self.planted().map(|(place, defect)| (place, text(defect, "/column"))).collect();
        let mut compared = 0;
        for (place, record) in self.students.iter().filter(|(_, record)| record.state == "active") {
            let truth = self.truth_of(record.value("student_number"))?;
            for (field, column, key) in FIELDS {
                if spoilt.contains(&(place.clone(), column.to_owned())) {
                    continue;
                }
                let (said, true_value) = (record.value(field), text(truth, key));
                assert_eq!(said, true_value.trim(), "{field} of the pupil in {place:?}");
                compared += 1;
            }
        }
        assert!(compared > 500, "only {compared} cells were compared");
        Ok(())
    }

    fn defects(&self, tallies: &mut BTreeMap<String, Tally>) -> Result<()> {
        for (place, defect) in self.planted() {
            let kind = text(defect, "/kind");
            let tally = tallies.entry(kind.clone()).or_default();
            tally.planted += 1;
            let record = self.students.get(&place).with_context(|| format!("no record of {place:?}"))?;
            let truth = self.truth_of(&text(defect, "/number"))?;
            let field = FIELDS.iter().find(|(_, column, _)| *column == text(defect, "/column"));
            let repaired = match field {
                Some((field, _, key)) => {
                    never_wrong(defect, record.value(field), &text(truth, key));
                    record.value(field) == text(truth, key)
                }
                None => self.other_is_right(&kind, &place, record, &text(defect, "/written")),
            };
            let about = |said: &HashSet<(String, u64)>| self.is_about(said, &place, record);
            match (repaired || record.state == "merged", about(&self.findings), about(&self.fixes)) {
                (true, ..) => tally.repaired += 1,
                (_, true, _) => tally.found += 1,
                (_, _, true) => tally.proposed += 1,
                _ => tally.lost += 1,
            }
        }
        Ok(())
    }

    /// Defects outside the pupil's own five fields.
    fn other_is_right(&self, kind: &str, place: &Place, record: &Record, written: &str) -> bool {
        let guardians = self.guardians.get(place).map(Vec::as_slice).unwrap_or_default();
        let active = || guardians.iter().filter(|guardian| guardian.state == "active");
        match kind {
            "duplicate-row" => self.stands_once(record.value("student_number")),
            "phone-lost-zero" => active().all(|guardian| guardian.value("phone") != written),
            "phone-none" => active().all(|guardian| guardian.value("phone") != written),
            "guardian-without-ic" => active().all(|guardian| guardian.value("national_id") != written),
            "email-two-at" => active().all(|guardian| guardian.value("email") != written),
            "postcode-lost-zero" => record.values.values().any(|value| *value == format!("0{written}")),
            _ => false,
        }
    }

    /// Of all rows about a pupil one record is left, whichever it is.
    fn stands_once(&self, number: &str) -> bool {
        let of_pupil = self.students.values().filter(|record| record.value("student_number") == number);
        of_pupil.filter(|record| record.state == "active").count() == 1
    }

    fn is_about(&self, said: &HashSet<(String, u64)>, place: &Place, record: &Record) -> bool {
        let guardians = self.guardians.get(place).map(Vec::as_slice).unwrap_or_default();
        said.contains(&("students".to_owned(), record.number))
            || guardians.iter().any(|guardian| said.contains(&("guardians".to_owned(), guardian.number)))
    }
}

/// Field of a pupil, its column in the school's files, and where the truth says it.
const FIELDS: [(&str, &str, &str); 5] = [
    ("full_name", "NAMA MURID", "/name"),
    ("national_id", "NO. KAD PENGENALAN", "/nationalId"),
    ("date_of_birth", "TARIKH LAHIR", "/dateOfBirth"),
    ("gender", "JANTINA", "/gender"),
    ("status", "STATUS", "/status"),
];

/// A value is the truth, or what was written, at most in another form; never a third thing.
fn never_wrong(defect: &Value, value: &str, truth: &str) {
    let written = text(defect, "/written");
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let turned = written.split('/').rev().collect::<Vec<_>>().join("-");
    let gender = match written.as_str() {
        "L" | "Lelaki" => "male",
        "P" | "Perempuan" => "female",
        _ => "",
    };
    let may_be = [truth, &written, written.trim(), &digits, &turned, gender];
    let may_be = may_be.iter().filter(|form| !form.is_empty() || written.is_empty());
    assert!(may_be.clone().any(|form| *form == value), "{value:?} is a wrong repair of {defect}; true is {truth:?}");
}

impl Record {
    fn value(&self, field: &str) -> &str {
        self.values.get(field).map(String::as_str).unwrap_or_default()
    }
}

/// Every record of an entity, by the place that it was read from.
fn all(desk: &Desk, entity: &str) -> Result<HashMap<Place, Vec<Record>>> {
    let mut found: HashMap<Place, Vec<Record>> = HashMap::new();
    for offset in (0..).step_by(500) {
        let page = desk.ask("records_page", records(entity, offset))?;
        let fields: Vec<String> = list(&page, "/columns").iter().map(|column| text(column, "/field")).collect();
        for row in list(&page, "/rows") {
            let values = list(row, "/cells").iter().map(|cell| text(cell, "/value"));
            let record = Record {
                number: number(row, "/record"),
                state: text(row, "/state"),
                values: fields.iter().cloned().zip(values).collect(),
            };
            found.entry(place(&text(row, "/source"))?).or_default().push(record);
        }
        if offset + 500 >= number(&page, "/total") {
            break;
        }
    }
    Ok(found)
}

/// `file · row` or `file · sheet · row`.
fn place(source: &str) -> Result<Place> {
    let (file, rest) = source.split_once(" · ").with_context(|| format!("no place in {source:?}"))?;
    Ok((file.to_owned(), rest.rsplit(" · ").next().unwrap_or_default().parse()?))
}

fn findings(desk: &Desk) -> Result<HashSet<(String, u64)>> {
    let mut found = HashSet::new();
    for offset in (0..).step_by(500) {
        let asked = json!({ "check": "", "severity": "", "entity": "", "offset": offset, "limit": 500 });
        let page = desk.ask("findings_page", asked)?;
        found.extend(list(&page, "/findings").iter().map(|one| (text(one, "/entity"), number(one, "/record"))));
        if offset + 500 >= number(&page, "/total") {
            break;
        }
    }
    Ok(found)
}

fn fixes(desk: &Desk) -> Result<HashSet<(String, u64)>> {
    let mut found = HashSet::new();
    for rule in list(&desk.ask("cleanse_view", json!({}))?, "/rules") {
        let asked = json!({ "rule": text(rule, "/rule"), "applicability": "", "offset": 0, "limit": 500 });
        let page = desk.ask("cleanse_fixes", asked)?;
        found.extend(list(&page, "/fixes").iter().map(|one| (text(one, "/entity"), number(one, "/record"))));
    }
    Ok(found)
}
