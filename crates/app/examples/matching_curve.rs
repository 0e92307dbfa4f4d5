//! Measures matching on made-up families: precision and recall at each least score, as lines of a table.
//!
//! `matching_curve ROWS SEED` prints the curve; `matching_curve ROWS SEED DIR` writes the lists into DIR instead.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::path::Path;

use anyhow::{Context as _, Result};
use pipeline::matching::blocking::Blocks;
use pipeline::matching::compare::Crowd;
use pipeline::matching::evidence::probability;
use pipeline::matching::person::{Fields, Person, salt};
use pipeline::matching::scoring::score;
use pipeline::matching::{certain, hash};
use sample::families::{FamilyRow, FamilyWish, make_up, write};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| args.get(at).and_then(|text| text.parse::<u64>().ok());
    let (rows, seed) = number(0).zip(number(1)).context("matching_curve ROWS SEED [DIR]")?;
    let rows = make_up(&FamilyWish { rows: rows as usize, seed, year: 2026 });
    match args.get(2) {
        Some(dir) => drop(write(&rows, Path::new(dir))?),
        None => curve(&rows)?,
    }
    Ok(())
}

fn person(fields: &Fields, row: &FamilyRow) -> Result<Person> {
    let students = model::entities::find("students").context("pupils")?;
    let value = |code: &str| match code {
        "full_name" => &row.name,
        "national_id" => &row.number,
        "date_of_birth" => &row.born,
        "gender" => &row.gender,
        "address_line1" => &row.street,
        "postcode" => &row.postcode,
        _ => "",
    };
    let values: Vec<&str> = students.fields.iter().map(|field| value(field.code)).collect();
    let guardian = [(salt::GUARDIAN, &row.father_number), (salt::PHONE, &row.father_phone)];
    let circle = guardian.into_iter().filter(|(_, text)| !text.is_empty()).map(|(salt, text)| hash(salt, text));
    Ok(fields.read(&values, circle.collect()))
}

fn curve(rows: &[FamilyRow]) -> Result<()> {
    let fields = Fields::of(model::entities::find("students").context("pupils")?).context("people")?;
    let people: Vec<Person> = rows.iter().map(|row| person(&fields, row)).collect::<Result<_>>()?;
    let crowd = Crowd::of(people.iter().map(Person::name_hash).collect());
    let mut blocks = Blocks::default();
    (0..).zip(&people).for_each(|(at, person)| blocks.take(at, person));
    let candidates = blocks.pairs();
    let truly: HashSet<(u32, u32)> = true_pairs(rows);
    let same = |pair: &[u32; 2]| truly.contains(&(pair[0], pair[1]));
    let scored = score::<&Person, Infallible>(
        &candidates.pairs,
        true,
        &crowd,
        &mut |at| Ok(&people[at as usize]),
        &mut |at| Ok(rows[at as usize].list as u32),
        &mut |_| Ok(()),
    )?;
    let found = candidates.pairs.iter().filter(|pair| truly.contains(pair)).count();
    let (certain, wrong) = certain_pairs(rows, &people);
    println!("rows {} · pairs compared {} · keys left out {}", rows.len(), candidates.pairs.len(), candidates.left_out);
    println!("true pairs {} · among those compared {found} · certain {certain}, of them wrong {wrong}", truly.len());
    println!("{:>12} {:>9} {:>9} {:>10} {:>8}", "least score", "shown", "right", "precision", "recall");
    for least in [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999] {
        let shown: Vec<_> = scored.iter().filter(|pair| pair.compared.probability() >= least).collect();
        let right = shown.iter().filter(|pair| same(&pair.records)).count();
        let share = |of: usize| right as f64 / of.max(1) as f64;
        println!("{least:>12} {:>9} {right:>9} {:>10.4} {:>8.4}", shown.len(), share(shown.len()), share(truly.len()));
    }
    if std::env::var_os("CURVE_SHOW").is_some() {
        show(rows, &scored, &truly);
    }
    Ok(())
}

/// Prints pairs on the wrong side of 0.9, to look at.
fn show(rows: &[FamilyRow], scored: &[pipeline::matching::scoring::Scored], truly: &HashSet<(u32, u32)>) {
    let line = |at: u32| rows[at as usize].cells().join(",");
    for pair in scored
        .iter()
        .filter(|pair| (pair.compared.probability() >= 0.9) != truly.contains(&(pair.records[0], pair.records[1])))
    {
        let codes: Vec<_> = pair.compared.evidence.iter().map(|evidence| evidence.code()).collect();
        println!(
            "{:.3} {}\n   {}\n   {}",
            probability(pair.compared.bits),
            codes.join(" "),
            line(pair.records[0]),
            line(pair.records[1])
        );
    }
}

fn true_pairs(rows: &[FamilyRow]) -> HashSet<(u32, u32)> {
    let mut of_person: HashMap<u32, Vec<u32>> = HashMap::new();
    (0..).zip(rows).for_each(|(at, row)| of_person.entry(row.person).or_default().push(at));
    let pairs = |all: &Vec<u32>| {
        let pairs = all.iter().enumerate().flat_map(|(at, one)| all[at + 1..].iter().map(move |other| (*one, *other)));
        pairs.collect::<Vec<_>>()
    };
    of_person.values().flat_map(pairs).collect()
}

/// How many pairs the rule proves, and how many of them are two people.
fn certain_pairs(rows: &[FamilyRow], people: &[Person]) -> (usize, usize) {
    let mut by_number: HashMap<&str, Vec<usize>> = HashMap::new();
    people.iter().enumerate().for_each(|(at, person)| by_number.entry(&person.number).or_default().push(at));
    let (mut proved, mut wrong) = (0, 0);
    for same in by_number.iter().filter(|(number, same)| !number.is_empty() && same.len() > 1).map(|(_, same)| same) {
        let group: Vec<Person> = same.iter().map(|at| people[*at].clone()).collect();
        for one in certain::groups(&group, true, |_, _| true) {
            proved += one.len() - 1;
            wrong += one.iter().filter(|at| rows[same[**at]].person != rows[same[one[0]]].person).count();
        }
    }
    (proved, wrong)
}
