//! A working day of two hundred steps: every one undone brings back what was there before it, byte for byte, and every
//! one done again what was there after it.

use std::fmt::Write as _;

use model::{Applicability, Silent};
use staging::Permission;

use super::{Which, history, replace, values};
use crate::command::{demo, grid, import, matching};
use crate::dto::{CellEdit, FacetsAsk, ImportFile, Page, RecordEdit, RecordExclude, ReplaceAsk, ValuesMerge};
use crate::session::{NewSchool, Session};

type Result<T> = std::result::Result<T, crate::Failure>;

/// Steps of the recorded session.
const STEPS: usize = 200;
/// The session is the same every time.
const SEED: u64 = 20_261_122;
const PASSPHRASE: &str = "kata laluan ujian";

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

/// Every record of every entity as text, with where it stands and where it leads, in order.
fn dump(session: &Session) -> Result<String> {
    let reader = session.read(Permission::ViewRecords)?;
    let mut text = String::new();
    for entity in model::entities::ALL {
        let sql = format!("SELECT * FROM {} ORDER BY id", staging::records::table_name(entity));
        let mut statement = reader.connection().prepare(&sql).expect("prepares");
        let width = statement.column_count();
        let mut rows = statement.query([]).expect("queries");
        while let Some(row) = rows.next().expect("steps") {
            text.push_str(entity.code);
            for column in 0..width {
                let _ = write!(text, "|{:?}", row.get_ref(column).expect("a value"));
            }
            text.push('\n');
        }
    }
    Ok(text)
}

/// A made-up school with the records of all its files.
fn school(dir: &std::path::Path, students: u32, seed: u64) -> Result<Session> {
    demo::generate(students, 0.20, seed, 0, &dir.join("fail"))?;
    let new = NewSchool {
        school: "Sekolah Ujian",
        code: "UJI0001",
        country: "MY",
        year: Some(2026),
        lang: model::Lang::Ms,
        user: "admin",
        passphrase: PASSPHRASE,
    };
    let (session, _) = Session::found(&dir.join("sekolah.daftar"), &new)?;
    let view = import::expand(&import::said(&[dir.join("fail")]), &session.words())?;
    let file = |source: crate::dto::SourceChoice| ImportFile {
        path: source.path,
        member: source.member,
        options: import::nothing_chosen(),
        tables: Vec::new(),
    };
    let files: Vec<ImportFile> = view.sources.into_iter().map(file).collect();
    let wish = import::Wish { files: &files, make: import::Make::Recognised, entity: None, mapping: None, table: None };
    import::run(&session, &wish, &Silent)?;
    Ok(session)
}

/// Opens the project again.
fn open(dir: &std::path::Path) -> Result<Session> {
    Session::open(&dir.join("sekolah.daftar"), None, PASSPHRASE)
}

fn head(session: &Session) -> Result<i64> {
    Ok(super::history(session, &Page { offset: 0, limit: 1 })?.head as i64)
}

/// The numbers of all records of `entity`.
fn numbers(session: &Session, entity: &str) -> Result<Vec<i64>> {
    let reader = session.read(Permission::ViewRecords)?;
    let sql = format!("SELECT id FROM rec_{entity} ORDER BY id");
    let mut statement = reader.connection().prepare(&sql).expect("prepares");
    let numbers = statement.query_map([], |row| row.get(0)).expect("queries").map(|number| number.expect("a number"));
    Ok(numbers.collect())
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
    let ask = ReplaceAsk {
        entity: entity.to_owned(),
        field: field.to_owned(),
        find,
        with,
        how,
        match_case: true,
        text: String::new(),
        show: "all".to_owned(),
        only_field: String::new(),
        only_value: String::new(),
    };
    replace::apply(session, &ask, &Silent)?;
    Ok(())
}

/// Two values of a column become one; classes that get one name are one class.
fn makes_one(session: &Session, sequence: &mut Sequence) -> Result<()> {
    let (entity, field) = *sequence.one(&[("students", "city"), ("classes", "name"), ("students", "state")]);
    let ask = FacetsAsk {
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
    super::apply(session, Which { rule: Some(*sequence.one(&rules)), least }, &Silent)?;
    Ok(())
}

/// Takes a step in the middle back where nothing later depends on it; whether it could.
fn takes_back(session: &Session, sequence: &mut Sequence) -> Result<bool> {
    let page = super::history(session, &Page { offset: 0, limit: 200 })?;
    let done: Vec<f64> = page.steps.iter().filter(|step| step.state == "done").map(|step| step.step).collect();
    if done.is_empty() {
        return Ok(false);
    }
    let before = dump(session)?;
    match history::take_back(session, *sequence.one(&done) as i64, &Silent) {
        Ok(_) => Ok(true),
        Err(refused) => {
            assert_eq!(refused.code(), crate::Code::Refused, "{refused:?}");
            assert!(dump(session)? == before, "a refused step left something");
            Ok(false)
        }
    }
}

#[test]
fn two_hundred_steps_are_undone_and_done_again_byte_for_byte() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut sequence = Sequence(SEED);
    let stood = a_day(dir.path(), &mut sequence).expect("a day's work");
    // A new day: what was done is in the file.
    let session = open(dir.path()).expect("opens");
    for (step, expected) in stood.iter().rev().skip(1) {
        travel_to(&session, *step, true).expect("undoes");
        same(&session, expected, &format!("undone to step {step}"));
    }
    for (step, expected) in stood.iter().skip(1) {
        travel_to(&session, *step, false).expect("does again");
        same(&session, expected, &format!("done again to step {step}"));
    }
    for _ in 0..20 {
        let (step, expected) = sequence.one(&stood);
        history::go_to(&session, *step, &Silent).expect("goes");
        same(&session, expected, &format!("gone to step {step}"));
    }
    session.close().expect("closes");
}

/// Works until there are enough steps; gives how the records stood after each.
fn a_day(dir: &std::path::Path, sequence: &mut Sequence) -> Result<Vec<(i64, String)>> {
    let session = school(dir, 40, 5)?;
    let mut stood = vec![(head(&session)?, dump(&session)?)];
    let (mut in_the_middle, mut refused, mut tries) = (0, 0, 0);
    while stood.len() <= STEPS {
        tries += 1;
        assert!(tries < 20 * STEPS, "too few steps change anything");
        match sequence.below(20) {
            0..=8 => edits(&session, sequence)?,
            9..=10 => excludes(&session, sequence)?,
            11..=13 => replaces(&session, sequence)?,
            14..=15 => makes_one(&session, sequence)?,
            16 => by_a_rule(&session, sequence)?,
            17 => drop(matching::merge(&session, &Silent)?),
            _ if takes_back(&session, sequence)? => in_the_middle += 1,
            _ => refused += 1,
        }
        // A merge may make a step for pupils and one for guardians: where records stood between them nobody saw.
        let now = head(&session)?;
        if stood.last().is_some_and(|(last, _)| *last != now) {
            stood.push((now, dump(&session)?));
        }
    }
    println!("{STEPS} steps, {in_the_middle} of them taken back in the middle, {refused} times refused; seed {SEED}");
    assert!(in_the_middle > 3 && refused > 0, "both happened: {in_the_middle}, {refused}");
    session.close()?;
    Ok(stood)
}

fn travel_to(session: &Session, step: i64, back: bool) -> Result<()> {
    while head(session)? != step {
        super::travel(session, back, &Silent)?;
    }
    Ok(())
}

/// Says the first record that differs.
fn same(session: &Session, expected: &str, when: &str) {
    let found = dump(session).expect("reads");
    let differing = found.lines().zip(expected.lines()).find(|(one, other)| one != other);
    assert!(found == expected, "{when}, seed {SEED}: {differing:?}");
}

#[test]
fn a_recipe_is_tried_applied_as_one_step_and_refused_where_nothing_fits() {
    let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let first = school(one.path(), 30, 8).expect("a school");
    super::apply(&first, Which { rule: None, least: Applicability::Safe }, &Silent).expect("applies");
    let path = one.path().join("resipi.json");
    assert!(super::recipe::save(&first, &path, "2026").expect("saves").0 >= 1);
    let mut recipe = super::recipe::read(&path).expect("reads");
    let change =
        model::Replace { find: "zzzz".to_owned(), with: String::new(), how: model::How::Text, match_case: true };
    let (entity, field) = ("students".to_owned(), "full_name".to_owned());
    recipe.steps.push(model::Operation::Replace { entity, field: field.clone(), change });
    recipe.steps.push(model::Operation::Values { entity: "aliens".to_owned(), field, pairs: Vec::new() });
    let next = school(other.path(), 30, 9).expect("another school");
    let before = dump(&next).expect("reads");
    let tried = super::recipe::check(&next, &recipe, &Silent).expect("tries");
    let states: Vec<&str> = tried.steps.iter().map(|step| step.state.as_str()).collect();
    assert_eq!(states[states.len() - 2..], ["no-match", "unknown"]);
    assert_eq!((states[0], tried.notes.len()), ("fits", 0), "the same layouts");
    same(&next, &before, "trying changes nothing");
    let applied = super::recipe::apply(&next, &recipe, None, &Silent).expect("applies");
    // References that lead elsewhere now come on top.
    assert!(applied.changed as f64 >= tried.changes && tried.changes > 0.0, "what was shown is what was done");
    assert_eq!(super::history(&next, &Page { offset: 0, limit: 9 }).expect("reads").total, 1.0, "one step");
    super::travel(&next, true, &Silent).expect("undoes");
    same(&next, &before, "undone");
    recipe.steps.retain(|step| matches!(step, model::Operation::Values { .. }));
    let refused = super::recipe::apply(&next, &recipe, None, &Silent).expect_err("nothing fits");
    assert_eq!(refused.code(), crate::Code::Refused);
    same(&next, &before, "refused");
    for odd in [
        "{",
        "{\"a\": 1}",
        "{\"daftarRecipe\": 2, \"steps\": []}",
        "{\"daftarRecipe\": 1, \"steps\": [{\"do\": \"x\"}]}",
    ] {
        fs_err::write(&path, odd).expect("writes");
        assert_eq!(super::recipe::read(&path).expect_err("is none").code(), crate::Code::SourceUnreadable, "{odd}");
    }
}

/// What the rules propose, as it is kept: counts, and every proposal but its number.
fn proposed(session: &Session) -> Result<String> {
    let reader = session.read(Permission::ViewRecords)?;
    let mut text = String::new();
    for count in staging::proposals::counts(reader.connection())? {
        let _ = writeln!(text, "{count:?}");
        for mut proposal in staging::proposals::page(reader.connection(), &count.rule, None, 0, usize::MAX >> 1)? {
            proposal.id = 0;
            let _ = writeln!(text, "{proposal:?}");
        }
    }
    Ok(text)
}

#[test]
fn what_is_left_after_fixes_is_what_a_pass_over_all_records_proposes() -> Result<()> {
    let dir = tempfile::tempdir().expect("a folder");
    let session = school(dir.path(), 120, 11)?;
    super::propose_all(&session, &Silent)?;
    let (mut before, mut looked) = (proposed(&session)?, 0);
    let rules = ["date", "phone", "gender", "name", "address-parts", "no-such-rule"];
    let one_by_one = rules.map(|rule| (Some(rule), Applicability::Review));
    for (rule, least) in
        one_by_one.into_iter().chain([Applicability::Safe, Applicability::Safe].map(|least| (None, least)))
    {
        let done = super::apply(&session, Which { rule, least }, &Silent)?;
        assert_eq!(done.proposed, done.merged == 0, "people who became one are looked at again");
        let left = proposed(&session)?;
        super::propose_all(&session, &Silent)?;
        if done.proposed {
            assert_eq!(left, proposed(&session)?, "{rule:?} {least:?}");
            looked += u64::from(left != before);
        }
        before = proposed(&session)?;
    }
    assert!(looked >= 3, "only {looked} of the passes left something else than they found");
    Ok(())
}

/// Lets so many questions pass and then stops.
struct StopAfter(std::sync::atomic::AtomicU64);

impl model::Watch for StopAfter {
    fn progress(&self, _done: u64, _total: Option<u64>) {}

    fn cancelled(&self) -> bool {
        let left = self.0.load(std::sync::atomic::Ordering::Relaxed);
        self.0.store(left.saturating_sub(1), std::sync::atomic::Ordering::Relaxed);
        left == 0
    }
}

#[test]
fn a_stop_while_fixes_are_applied_leaves_everything_as_it_was() -> Result<()> {
    let dir = tempfile::tempdir().expect("a folder");
    let session = school(dir.path(), 60, 12)?;
    super::propose_all(&session, &Silent)?;
    let (records, open, at) = (dump(&session)?, proposed(&session)?, head(&session)?);
    let safe = Which { rule: None, least: Applicability::Safe };
    for after in 0..3 {
        let stopped = super::apply(&session, safe, &StopAfter(after.into()));
        assert!(matches!(&stopped, Err(failure) if failure.code() == crate::Code::Cancelled), "{after}: {stopped:?}");
        assert_eq!((dump(&session)?, proposed(&session)?, head(&session)?), (records.clone(), open.clone(), at));
        let stopped = super::propose_all(&session, &StopAfter(after.into()));
        assert!(stopped.is_err(), "{after}");
        assert_eq!(proposed(&session)?, open, "the proposals of before are still there");
    }
    assert!(super::apply(&session, safe, &Silent)?.changed > 0, "and it can be done after all");
    Ok(())
}
