//! What is in the project after bringing in and putting right unattended, against what is true.
//!
//! Twenty made-up schools with defects of some seventy kinds go through the whole pipeline with safe fixes and certain
//! merges only. Counted for every kind: how often it was planted, found, and repaired, rightly or wrongly; and what
//! was said about rows that nothing is wrong with. What is worst, a wrong value in place of another, must not happen.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::journeys::window::records;
use crate::kit::{School, list, number, text};

/// How many schools, and how large.
const SEEDS: std::ops::Range<u64> = 100..120;
const PUPILS: u32 = 160;
/// Findings that rather follow from another record's: a place in a class that is held back.
const FOLLOWING: &str = "reference";
/// Fields that speak of one identity: a finding at one of them is about all.
const IDENTITY: [&str; 4] = ["full_name", "national_id", "date_of_birth", "gender"];
/// Fields in which a wrong repair must never be.
const HELD_DEAR: [&str; 5] = ["full_name", "national_id", "date_of_birth", "gender", "capacity"];

/// File, table and row.
type Place = (String, String, u64);

/// One record as the grid shows it.
struct Record {
    entity: &'static str,
    number: u64,
    state: String,
    values: HashMap<String, String>,
}

/// What became of one kind of defect.
#[derive(Default)]
struct Tally {
    planted: u32,
    found: u32,
    wrongly_found: u32,
    repaired: u32,
    wrongly_repaired: u32,
}

/// Something said about a record: a finding's check, or a proposal.
struct Said {
    entity: String,
    record: u64,
    field: String,
    check: String,
    blocks: bool,
}

/// One school, opened, with everything that is said about its records.
struct Opened {
    school: School,
    records: HashMap<Place, Vec<Record>>,
    findings: Vec<Said>,
    fixes: Vec<Said>,
}

/// What all schools come to.
#[derive(Default)]
struct Sums {
    kinds: BTreeMap<String, Tally>,
    /// Findings about rows that nothing is wrong with, by check.
    alarms: BTreeMap<String, u32>,
    rows: u64,
    rows_kept: u64,
    pushed: u64,
    pushed_true: u64,
    dear: Vec<String>,
}

#[test]
fn seventy_kinds_of_defects_are_found_and_none_is_repaired_wrongly() -> Result<()> {
    let mut sums = Sums::default();
    for seed in SEEDS {
        Opened::of(seed)?.count(&mut sums)?;
    }
    sums.print();
    assert!(sums.kinds.len() >= 70, "kinds of defects: {:?}", sums.kinds.keys());
    let all = |count: fn(&Tally) -> u32| sums.kinds.values().map(count).sum::<u32>();
    assert!(all(|kind| kind.found) * 100 >= all(|kind| kind.planted) * 99, "less than 99 % were found");
    assert_eq!(all(|kind| kind.wrongly_repaired), 0, "wrong repairs");
    assert!(sums.dear.is_empty(), "wrong repairs of a name, a number, a date, a gender or an amount: {:?}", sums.dear);
    assert_eq!(sums.rows, sums.rows_kept, "every row is accounted for");
    assert!(sums.pushed_true * 1000 >= sums.pushed * 999, "less than 99.9 % of what is pushed is true");
    Ok(())
}

impl Sums {
    fn print(&self) {
        println!(
            "{:26}{:>8}{:>7}{:>15}{:>17}{:>17}",
            "kind", "planted", "found", "wrongly found", "rightly repaired", "wrongly repaired"
        );
        for (kind, Tally { planted, found, wrongly_found, repaired, wrongly_repaired }) in &self.kinds {
            println!("{kind:26}{planted:>8}{found:>7}{wrongly_found:>15}{repaired:>17}{wrongly_repaired:>17}");
        }
        println!("said about rows that nothing is wrong with: {:?}", self.alarms);
        println!("rows {} of which accounted for {}", self.rows, self.rows_kept);
        println!("values that may be pushed {}, of which true {}", self.pushed, self.pushed_true);
    }
}

impl Opened {
    fn of(seed: u64) -> Result<Self> {
        let school = School::new(PUPILS, "0.08", seed)?;
        // The old system's classes first: their rows make the records, the lists of pupils complete them.
        let files = ["fail/sistem_lama.sqlite", "fail/senarai_murid.csv", "fail/murid_tahfiz.xlsx"];
        school.cli.json(0, &[&["import"][..], &files].concat())?;
        school.cli.run(&["cleanse", "--apply", "safe"])?;
        school.cli.run(&["validate"])?;
        let desk = Desk::new(school.dir.path());
        desk.open(&school.project(), "", testkit::cli::PASSPHRASE)?;
        let mut records: HashMap<Place, Vec<Record>> = HashMap::new();
        for entity in ["students", "guardians", "student_guardians", "teachers", "classes", "enrollments", "users"] {
            all(&desk, entity, &mut records)?;
        }
        Ok(Self { school, records, findings: findings(&desk)?, fixes: fixes(&desk)? })
    }

    fn count(&self, sums: &mut Sums) -> Result<()> {
        let defects = list(&self.school.truth, "/defects");
        for defect in defects {
            self.defect(defect, sums)?;
        }
        let spoilt = self.with_families(defects.iter().map(|defect| text(defect, "/number")).collect());
        for place in list(&self.school.truth, "/places") {
            self.row(place, &spoilt, sums)?;
        }
        Ok(())
    }

    /// The numbers of these people and of their brothers and sisters: parents that occur twice are merged, and what is
    /// odd about one row then shows at another.
    fn with_families(&self, mut numbers: HashSet<String>) -> HashSet<String> {
        let pupils = list(&self.school.truth, "/pupils");
        let parents = |pupil: &Value| -> Vec<String> {
            list(pupil, "/parents").iter().map(|parent| text(parent, "/nationalId")).collect()
        };
        let touched: HashSet<String> =
            pupils.iter().filter(|pupil| numbers.contains(&text(pupil, "/number"))).flat_map(parents).collect();
        let family = pupils.iter().filter(|pupil| parents(pupil).iter().any(|parent| touched.contains(parent)));
        numbers.extend(family.map(|pupil| text(pupil, "/number")));
        numbers
    }

    /// What became of one defect.
    fn defect(&self, defect: &Value, sums: &mut Sums) -> Result<()> {
        let (kind, place) = (text(defect, "/kind"), place_of(defect));
        let here = self.records.get(&place).with_context(|| format!("no record of {place:?}"))?;
        let tally = sums.kinds.entry(kind.clone()).or_default();
        tally.planted += 1;
        if kind == "duplicate-row" {
            let once = self.stands_once(&text(defect, "/number"));
            // Two records that nothing proves to be one stay, and somebody is told.
            let told = self.findings.iter().any(|said| said.is_of_twins() && here.iter().any(|one| said.is_of(one)));
            tally.found += u32::from(once || told);
            tally.repaired += u32::from(once);
            return Ok(());
        }
        let (entity, at, field) = field_of(&place, &text(defect, "/column"));
        let record = here.iter().filter(|record| record.entity == entity).nth(at);
        let record = record.with_context(|| format!("no {entity} {at} in {place:?}"))?;
        let truth = self.true_value(entity, at, field, &text(defect, "/number"))?;
        let (value, written) = (record.value(field), text(defect, "/written"));
        let repaired = value == truth || record.state == "merged";
        tally.repaired += u32::from(repaired);
        let told = self.findings.iter().chain(&self.fixes).any(|said| said.is_about(record, field));
        tally.found += u32::from(repaired || told);
        let elsewhere = |said: &&Said| {
            let of_row = !said.follows() && !said.is_of_twins() && here.iter().any(|one| said.is_of(one));
            of_row && !said.is_about(record, field)
        };
        tally.wrongly_found += self.findings.iter().filter(elsewhere).count() as u32;
        if !repaired && !means(&written, value) {
            tally.wrongly_repaired += 1;
            if HELD_DEAR.contains(&field) {
                sums.dear.push(format!("{kind}: {written:?} became {value:?}, true is {truth:?}"));
            }
        }
        Ok(())
    }

    /// Every row is there, and what may be pushed of it is compared.
    fn row(&self, place: &Value, spoilt: &HashSet<String>, sums: &mut Sums) -> Result<()> {
        let part = |at: usize| place.get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = part(3);
        let row = place.get(2).and_then(Value::as_u64).context("a row has a number")?;
        let place = (part(0), part(1), row);
        let main = main_entity(&place.1);
        let here = self.records.get(&place).map(Vec::as_slice).unwrap_or_default();
        sums.rows += 1;
        sums.rows_kept += u64::from(here.iter().any(|record| record.entity == main));
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for record in here {
            let at = seen.entry(record.entity).or_default();
            self.pushed(record, *at, &number, &place, sums)?;
            *at += 1;
        }
        if !spoilt.contains(&number) {
            let about = |said: &&Said| !said.follows() && here.iter().any(|record| said.is_of(record));
            for said in self.findings.iter().filter(about) {
                *sums.alarms.entry(said.check.clone()).or_default() += 1;
            }
        }
        Ok(())
    }

    /// Compares every value of a record that may go to the portal.
    fn pushed(&self, record: &Record, at: usize, number: &str, place: &Place, sums: &mut Sums) -> Result<()> {
        let held = self.findings.iter().any(|said| said.blocks && said.is_of(record));
        if record.state != "active" || held || (record.entity == "classes" && place.1 != "kelas") {
            return Ok(());
        }
        for field in fields_of(record.entity) {
            let value = record.value(field);
            if !value.is_empty() {
                sums.pushed += 1;
                let truth = self.true_value(record.entity, at, field, number)?;
                sums.pushed_true += u64::from(value == truth);
            }
        }
        Ok(())
    }

    /// Of all rows about a pupil one record is left, whichever it is.
    fn stands_once(&self, number: &str) -> bool {
        let all = self.records.values().flatten().filter(|record| record.entity == "students");
        let of_pupil = all.filter(|record| record.value("student_number") == number);
        of_pupil.filter(|record| record.state == "active").count() == 1
    }

    /// What is true of `field` of the `at`th record of `entity` in the row about `number`.
    fn true_value(&self, entity: &str, at: usize, field: &str, number: &str) -> Result<String> {
        let (who, key) = match entity {
            "teachers" => ("/staff", "number"),
            "classes" => ("/rooms", "code"),
            _ => ("/pupils", "number"),
        };
        let found = list(&self.school.truth, who).iter().find(|one| one[key] == number);
        let found = found.with_context(|| format!("nobody is {number}"))?;
        Ok(match (entity, field) {
            ("guardians", _) => text(found, &format!("/parents/{at}/{}", key_of(field))),
            ("student_guardians", "relationship") => ["father", "mother"][at.min(1)].to_owned(),
            ("student_guardians", _) => (at == 0).to_string(),
            ("enrollments", _) => if found["status"] == "active" { "active" } else { "transferred" }.to_owned(),
            _ => text(found, &format!("/{}", key_of(field))),
        })
    }
}

impl Said {
    fn is_of(&self, record: &Record) -> bool {
        self.entity == record.entity && self.record == record.number
    }

    /// Whether it says that another record is perhaps the same.
    fn is_of_twins(&self) -> bool {
        self.check.starts_with("duplicate-") || self.check == "same-name-birth-date"
    }

    /// Whether it follows from what is odd about another record: a place in a class takes the pupil's status.
    fn follows(&self) -> bool {
        self.check == FOLLOWING || self.entity == "enrollments"
    }

    /// Whether it is about this field of the record, or about the identity that the field is part of.
    fn is_about(&self, record: &Record, field: &str) -> bool {
        let identity = IDENTITY.contains(&field) && IDENTITY.contains(&self.field.as_str());
        self.is_of(record) && (self.field == field || identity)
    }
}

impl Record {
    fn value(&self, field: &str) -> &str {
        self.values.get(field).map(String::as_str).unwrap_or_default()
    }
}

/// The key of a field in the truth.
fn key_of(field: &str) -> &str {
    match field {
        "full_name" | "name" => "name",
        "national_id" => "nationalId",
        "student_number" | "employee_number" => "number",
        "date_of_birth" => "dateOfBirth",
        "admission_date" => "admissionDate",
        "address_line1" => "address",
        "specialization" => "subject",
        "hire_date" => "hireDate",
        "grade_level" => "grade",
        other => other,
    }
}

/// The fields that are compared; every other field of the made-up school is blank or a reference.
fn fields_of(entity: &str) -> &'static [&'static str] {
    match entity {
        "students" => &[
            "full_name",
            "national_id",
            "student_number",
            "date_of_birth",
            "gender",
            "nationality",
            "admission_date",
            "status",
            "address_line1",
            "postcode",
            "city",
            "state",
        ],
        "guardians" => &["full_name", "national_id", "phone", "email"],
        "student_guardians" => &["relationship", "is_primary", "is_emergency_contact"],
        "teachers" => {
            &["full_name", "employee_number", "national_id", "phone", "email", "specialization", "hire_date", "status"]
        }
        "classes" => &["code", "name", "grade_level", "capacity"],
        "enrollments" => &["status"],
        _ => &[],
    }
}

/// What a row of this table is about.
fn main_entity(table: &str) -> &'static str {
    match table {
        "Guru" => "teachers",
        "kelas" => "classes",
        _ => "students",
    }
}

/// The entity, which of its records in the row, and the field that a column goes to.
fn field_of(place: &Place, column: &str) -> (&'static str, usize, &'static str) {
    let pupils = [
        ("NO. PENDAFTARAN", "student_number"),
        ("NAMA MURID", "full_name"),
        ("NO. KAD PENGENALAN", "national_id"),
        ("TARIKH LAHIR", "date_of_birth"),
        ("JANTINA", "gender"),
        ("STATUS", "status"),
        ("WARGANEGARA", "nationality"),
        ("TARIKH MASUK", "admission_date"),
        ("ALAMAT RUMAH", "address_line1"),
        ("POSKOD", "postcode"),
        ("NEGERI", "state"),
    ];
    let parents = [("NO. KP", "national_id"), ("NO. TEL", "phone"), ("EMEL", "email")];
    let staff = [
        ("NAMA GURU", "full_name"),
        ("NO. PEKERJA", "employee_number"),
        ("NO. KP", "national_id"),
        ("NO. TELEFON", "phone"),
        ("EMEL", "email"),
        ("TARIKH LANTIKAN", "hire_date"),
        ("STATUS", "status"),
    ];
    let rooms = [("nama_kelas", "name"), ("kapasiti", "capacity")];
    let of = |list: &[(&str, &'static str)], column: &str| {
        let field = list.iter().find(|(header, _)| *header == column).map(|(_, field)| *field);
        assert!(field.is_some(), "no field for {column}");
        field.unwrap_or_default()
    };
    let entity = main_entity(&place.1);
    let parent = |suffix| column.strip_suffix(suffix).map(str::trim_end);
    match (entity, parent("BAPA"), parent("IBU")) {
        ("teachers", ..) => (entity, 0, of(&staff, column)),
        ("classes", ..) => (entity, 0, of(&rooms, column)),
        (_, Some(column), _) => ("guardians", 0, of(&parents, column)),
        (_, _, Some(column)) => ("guardians", 1, of(&parents, column)),
        _ => (entity, 0, of(&pupils, column)),
    }
}

/// Whether `value` is what was written, in another form at most: no third thing, and no blank for something.
fn means(written: &str, value: &str) -> bool {
    let fold = |text: &str| {
        text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let turned = written.split(['/', '-', '.']).rev().collect::<Vec<_>>().join("-");
    let says_nothing = ["", "-", "tiada", "sda", "00000000"].contains(&fold(written).as_str())
        || digits(written).bytes().all(|byte| byte == b'0') && !written.chars().any(char::is_alphabetic);
    let gender = match written {
        "L" | "Lelaki" => "male",
        "P" | "Perempuan" => "female",
        _ => "",
    };
    value == written
        || (value.is_empty() && says_nothing)
        || (!value.is_empty() && (fold(value) == fold(written) || value == turned || value == gender))
}

fn place_of(defect: &Value) -> Place {
    (text(defect, "/file"), text(defect, "/table"), number(defect, "/row"))
}

/// Every record of an entity, by the place that it was read from, in order of number.
fn all(desk: &Desk, entity: &'static str, found: &mut HashMap<Place, Vec<Record>>) -> Result<()> {
    for offset in (0..).step_by(500) {
        let page = desk.ask("records_page", records(entity, offset))?;
        let fields: Vec<String> = list(&page, "/columns").iter().map(|column| text(column, "/field")).collect();
        for row in list(&page, "/rows") {
            let values = list(row, "/cells").iter().map(|cell| text(cell, "/value"));
            let record = Record {
                entity,
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
    Ok(())
}

/// `file · row` or `file · sheet · row`.
fn place(source: &str) -> Result<Place> {
    let parts: Vec<&str> = source.split(" · ").collect();
    match parts.as_slice() {
        [file, row] => Ok(((*file).to_owned(), String::new(), row.parse()?)),
        [file, table, row] => Ok(((*file).to_owned(), (*table).to_owned(), row.parse()?)),
        _ => anyhow::bail!("no place in {source:?}"),
    }
}

fn findings(desk: &Desk) -> Result<Vec<Said>> {
    let mut found = Vec::new();
    for offset in (0..).step_by(500) {
        let asked = json!({ "check": "", "severity": "", "entity": "", "offset": offset, "limit": 500 });
        let page = desk.ask("findings_page", asked)?;
        found.extend(list(&page, "/findings").iter().map(|one| Said {
            entity: text(one, "/entity"),
            record: number(one, "/record"),
            field: text(one, "/field"),
            check: text(one, "/check"),
            blocks: text(one, "/severity") == "critical",
        }));
        if offset + 500 >= number(&page, "/total") {
            break;
        }
    }
    Ok(found)
}

fn fixes(desk: &Desk) -> Result<Vec<Said>> {
    let mut found = Vec::new();
    for rule in list(&desk.ask("cleanse_view", json!({}))?, "/rules") {
        let asked = json!({ "rule": text(rule, "/rule"), "applicability": "", "offset": 0, "limit": 500 });
        let page = desk.ask("cleanse_fixes", asked)?;
        found.extend(list(&page, "/fixes").iter().map(|one| Said {
            entity: text(one, "/entity"),
            record: number(one, "/record"),
            field: text(one, "/field"),
            check: text(rule, "/rule"),
            blocks: false,
        }));
    }
    Ok(found)
}
