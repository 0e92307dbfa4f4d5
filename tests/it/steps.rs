//! A working day of two hundred steps: every one undone brings back what was there before it, byte for byte, and every
//! one done again what was there after it. And a recipe of one file, for the next and for another layout.

use anyhow::{Context as _, Result, ensure};
use app::Session;
use app::command::cleanse::{self, Which, history, replace, values};
use app::command::{grid, matching};
use app::dto::{CellEdit, Page, RecordEdit, RecordExclude, ReplaceAsk, ValuesMerge};
use model::{Applicability, Silent};
use serde_json::json;
use staging::Permission;
use testkit::cli::PASSPHRASE;

use crate::kit::{School, list, number, records_dump, text};

/// Steps of the recorded session.
const STEPS: usize = 200;
/// The session is the same every time.
const SEED: u64 = 20_261_122;

/// A fixed sequence of numbers (Knuth's MMIX constants).
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

fn dump(session: &Session) -> Result<String> {
    records_dump(session.read(Permission::ViewRecords)?.connection())
}

fn head(session: &Session) -> Result<i64> {
    Ok(cleanse::history(session, &Page { offset: 0, limit: 1 })?.head as i64)
}

/// The numbers of all records of `entity`.
fn numbers(session: &Session, entity: &str) -> Result<Vec<i64>> {
    let reader = session.read(Permission::ViewRecords)?;
    let mut statement = reader.connection().prepare(&format!("SELECT id FROM rec_{entity} ORDER BY id"))?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Values typed into cells, references and keys among them.
fn edits(session: &Session, sequence: &mut Sequence) -> Result<()> {
    const CELLS: [(&str, &str); 9] = [
        ("students", "full_name"),
        ("students", "national_id"),
        ("students", "city"),
        ("guardians", "phone"),
        ("guardians", "national_id"),
        ("classes", "code"),
        ("classes", "name"),
        ("enrollments", "class"),
        ("student_guardians", "guardian"),
    ];
    const VALUES: [&str; 8] = ["", "1 Bestari", "1B", "K123456", "Nama Rekaan", "+60123456789", "150412101234", "sama"];
    let mut edits = Vec::new();
    for _ in 0..=sequence.below(4) {
        let (entity, field) = *sequence.one(&CELLS);
        let there = numbers(session, entity)?;
        if !there.is_empty() {
            let (record, value) = (*sequence.one(&there) as f64, (*sequence.one(&VALUES)).to_owned());
            edits.push(CellEdit { entity: entity.to_owned(), record, field: field.to_owned(), value });
        }
    }
    grid::edit(session, &RecordEdit { edits })?;
    Ok(())
}

fn excludes(session: &Session, sequence: &mut Sequence) -> Result<()> {
    let entity = *sequence.one(&["students", "guardians", "enrollments"]);
    let there = numbers(session, entity)?;
    let records = (0..=sequence.below(2)).map(|_| *sequence.one(&there) as f64).collect();
    let (exclude, reason) = (sequence.below(3) > 0, "berpindah".to_owned());
    grid::exclude(session, &RecordExclude { entity: entity.to_owned(), records, reason, exclude })?;
    Ok(())
}

fn replaces(session: &Session, sequence: &mut Sequence) -> Result<()> {
    let (entity, field) = *sequence.one(&[
        ("students", "full_name"),
        ("students", "city"),
        ("classes", "name"),
        ("guardians", "full_name"),
    ]);
    let (find, with, how) =
        *sequence.one(&[("a", "e", "text"), ("bin", "BIN", "text"), (r"(\w+)$", "$1 ", "regex"), ("1", "2", "text")]);
    let (find, with, how) = (find.to_owned(), with.to_owned(), how.to_owned());
    let (entity, field, text, show) = (entity.to_owned(), field.to_owned(), String::new(), "all".to_owned());
    replace::apply(session, &ReplaceAsk { entity, field, find, with, how, match_case: true, text, show }, &Silent)?;
    Ok(())
}

/// Two values of a column become one; classes that get one name are one class.
fn makes_one(session: &Session, sequence: &mut Sequence) -> Result<()> {
    let (entity, field) = *sequence.one(&[("students", "city"), ("classes", "name"), ("students", "state")]);
    let ask = app::dto::FacetsAsk {
        entity: entity.to_owned(),
        field: field.to_owned(),
        text: String::new(),
        order: "value".to_owned(),
        offset: 0,
        limit: 50,
    };
    let known = values::facets(session, &ask)?.values;
    if known.len() < 2 {
        return Ok(());
    }
    let (from, to) = (vec![sequence.one(&known).value.clone()], sequence.one(&known).value.clone());
    values::merge(session, &ValuesMerge { entity: ask.entity, field: ask.field, from, to }, &Silent)?;
    Ok(())
}

fn by_a_rule(session: &Session, sequence: &mut Sequence) -> Result<()> {
    let rules = ["spaces", "date", "phone", "gender", "name", "postcode", "identity-number", "null-words", "state"];
    let least = *sequence.one(&[Applicability::Safe, Applicability::Review]);
    cleanse::apply(session, Which { rule: Some(*sequence.one(&rules)), least }, &Silent)?;
    Ok(())
}

/// Takes a step in the middle back where nothing later depends on it; whether it could.
fn takes_back(session: &Session, sequence: &mut Sequence) -> Result<bool> {
    let page = cleanse::history(session, &Page { offset: 0, limit: 200 })?;
    let done: Vec<f64> = page.steps.iter().filter(|step| step.state == "done").map(|step| step.step).collect();
    if done.is_empty() {
        return Ok(false);
    }
    let before = dump(session)?;
    match history::take_back(session, *sequence.one(&done) as i64, &Silent) {
        Ok(_) => Ok(true),
        Err(refused) => {
            ensure!(refused.code() == app::Code::Refused, "{refused:?}");
            ensure!(dump(session)? == before, "a refused step left something");
            Ok(false)
        }
    }
}

#[test]
fn two_hundred_steps_are_undone_and_done_again_byte_for_byte() -> Result<()> {
    let school = School::new(60, "0.20", 5)?;
    school.cli.json(0, &["import", "fail"])?;
    let session = Session::open(&school.project(), None, PASSPHRASE)?;
    let mut sequence = Sequence(SEED);
    let mut stood = vec![(head(&session)?, dump(&session)?)];
    let (mut in_the_middle, mut refused, mut tries) = (0, 0, 0);
    while stood.len() <= STEPS {
        tries += 1;
        ensure!(tries < 20 * STEPS, "too few steps change anything");
        match sequence.below(20) {
            0..=8 => edits(&session, &mut sequence)?,
            9..=10 => excludes(&session, &mut sequence)?,
            11..=13 => replaces(&session, &mut sequence)?,
            14..=15 => makes_one(&session, &mut sequence)?,
            16 => by_a_rule(&session, &mut sequence)?,
            17 => drop(matching::merge(&session, &Silent)?),
            _ if takes_back(&session, &mut sequence)? => in_the_middle += 1,
            _ => refused += 1,
        }
        // A merge makes a step for pupils and one for guardians; only what stands at a step that is the last can be compared.
        let now = head(&session)?;
        if stood.last().is_some_and(|(last, _)| *last != now) {
            stood.push((now, dump(&session)?));
        }
    }
    println!("{STEPS} steps, {in_the_middle} of them taken back in the middle, {refused} times refused; seed {SEED}");
    ensure!(in_the_middle > 5 && refused > 0, "both happened");
    session.close()?;
    // A new day: what was done is in the file.
    let session = Session::open(&school.project(), None, PASSPHRASE)?;
    for (step, expected) in stood.iter().rev().skip(1) {
        undo_to(&session, *step)?;
        same(&dump(&session)?, expected).with_context(|| format!("undone to step {step}, seed {SEED}"))?;
    }
    for (step, expected) in stood.iter().skip(1) {
        while head(&session)? != *step {
            cleanse::travel(&session, false, &Silent)?;
        }
        same(&dump(&session)?, expected).with_context(|| format!("done again to step {step}, seed {SEED}"))?;
    }
    for _ in 0..20 {
        let (step, expected) = sequence.one(&stood);
        history::go_to(&session, *step, &Silent)?;
        same(&dump(&session)?, expected).with_context(|| format!("gone to step {step}, seed {SEED}"))?;
    }
    Ok(session.close()?)
}

fn undo_to(session: &Session, step: i64) -> Result<()> {
    while head(session)? != step {
        cleanse::travel(session, true, &Silent)?;
    }
    Ok(())
}

/// Says the first record that differs.
fn same(found: &str, expected: &str) -> Result<()> {
    let differing = found.lines().zip(expected.lines()).find(|(one, other)| one != other);
    ensure!(found == expected, "first difference: {differing:?}");
    Ok(())
}

#[test]
fn a_recipe_of_one_year_puts_the_next_year_right_and_says_what_no_longer_fits() -> Result<()> {
    let first = School::new(80, "0.20", 8)?;
    first.cli.json(0, &["import", "fail"])?;
    let saved = first.cli.run(&["cleanse", "--apply", "safe", "--save-recipe", "resipi.json", "--json"])?.json()?;
    assert!(number(&saved, "/savedRecipe/steps") >= 1, "{saved}");
    let recipe = fs_err::read_to_string(first.dir.path().join("resipi.json"))?;
    let mut recipe: serde_json::Value = serde_json::from_str(&recipe)?;
    recipe["steps"].as_array_mut().context("steps")?.extend([
        json!({ "do": "replace", "entity": "students", "field": "full_name", "find": "zzzz", "with": "y", "how": "text" }),
        json!({ "do": "values", "entity": "guardians", "field": "no_such_field", "pairs": [{ "from": "a", "to": "b" }] }),
    ]);
    let next = School::new(80, "0.20", 9)?;
    next.cli.json(0, &["import", "fail"])?;
    fs_err::write(next.dir.path().join("resipi.json"), recipe.to_string())?;
    let used = next.cli.run(&["cleanse", "--recipe", "resipi.json", "--json"])?;
    let (code, used) = (used.code, used.json()?);
    let states: Vec<String> = list(&used, "/recipe/steps").iter().map(|step| text(step, "/state")).collect();
    let fits = states.len() - 2;
    assert_eq!(states[fits..], ["no-match", "unknown"], "{used}");
    assert_eq!((code, states[0].as_str()), (1, "fits"), "what no longer fits needs a person: {used}");
    assert!(number(&used, "/recipe/changed") > 0 && number(&used, "/safe") == 0, "nothing safe is left: {used}");
    assert!(list(&used, "/recipe/notes").is_empty(), "the same layouts: {used}");
    let steps = next.cli.json(0, &["history"])?;
    assert_eq!(number(&steps, "/total"), 1, "one step for the whole recipe: {steps}");
    next.cli.json(0, &["undo"])?;
    Ok(())
}

#[test]
fn a_recipe_for_another_layout_changes_nothing_and_says_why() -> Result<()> {
    let school = School::new(20, "0.20", 8)?;
    school.cli.json(0, &["import", "fail/senarai_murid.csv"])?;
    let other = json!({ "daftarRecipe": 1, "layouts": [{ "entity": "teachers", "headers": ["NAMA GURU", "OPSYEN"] }], "steps": [
        { "do": "values", "entity": "teachers", "field": "full_name", "pairs": [{ "from": "A", "to": "B" }] },
    ] });
    let refused = |name: &str, content: &str, code: i32, word: &str, why: &str| -> Result<()> {
        fs_err::write(school.dir.path().join(name), content)?;
        let said = school.cli.json(code, &["cleanse", "--apply", "safe", "--recipe", name, "--lang", "en"])?;
        assert_eq!(text(&said, "/error/code"), word, "{said}");
        assert!(text(&said, "/error/message").contains(why), "{said}");
        assert!(!text(&said, "/error/hint").is_empty());
        Ok(())
    };
    refused("lain.json", &other.to_string(), 1, "Refused", "Teachers")?;
    refused("bukan.json", "{\"a\": 1}", 3, "SourceUnreadable", "no recipe of Daftar")?;
    refused("rosak.json", "{", 3, "SourceUnreadable", "no recipe of Daftar")?;
    refused("baharu.json", "{\"daftarRecipe\": 2, \"steps\": []}", 3, "SourceUnreadable", "newer Daftar")?;
    refused(
        "pelik.json",
        "{\"daftarRecipe\": 1, \"steps\": [{\"do\": \"drop\"}]}",
        3,
        "SourceUnreadable",
        "does not know",
    )?;
    let steps = school.cli.json(0, &["history"])?;
    assert_eq!(number(&steps, "/total"), 0, "not even the safe fixes that were asked for besides: {steps}");
    Ok(())
}
