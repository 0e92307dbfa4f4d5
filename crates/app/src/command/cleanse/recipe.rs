//! Recipes: the steps in force saved as a document, tried on another file's records, and applied as one step.
//!
//! Trying and applying are one pass over the records: what is shown before is what is done after. Every operation of
//! a recipe speaks about values, so the pass takes each record through all of them and writes what is left at the end.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use model::recipe::{Layout, Pair, RECIPE_VERSION};
use model::{Applicability, Binding, Cx, Entity, FieldPath, Message, Operation, Recipe, RecordState, Watch, Words};
use pipeline::cleanse::replace::Replacer;
use staging::change_log::{self, StepDraft, StepWriter};
use staging::landing::{self, Said};
use staging::matches::{CONSTANT_REASON, RECIPE_STEP};
use staging::{Connection, Permission, Project, facets, records};

use super::values::{known_field, learn, merge_shared, said};
use super::{Which, act, changed_by, log, put_right, title};
use crate::app::App;
use crate::clock;
use crate::dto::{
    JobStarted, Nothing, RecipeApply, RecipeCheck, RecipeRef, RecipeSave, RecipeStep, RecipeView, ReplaceSample,
};
use crate::error::{Code, Failure, at};
use crate::facts::{FactsBook, Values};
use crate::say;
use crate::session::Session;

/// Most bytes of a recipe: thousands of decisions, and no file that somebody chose by mistake.
const MOST_BYTES: u64 = 8 << 20;
/// Examples kept of each step.
const SAMPLES: usize = 3;

// ------------------------------------------------------------------------------------------ saving

/// The operations that a recipe saved now would hold, and the sentences of steps that hold for single records only.
fn collected(conn: &Connection, words: &Words) -> Result<(Vec<Operation>, Vec<String>), Failure> {
    let (mut operations, mut left_out) = (of_mappings(conn)?, Vec::new());
    for done in change_log::operations(conn)? {
        match done.operations {
            Some(json) => {
                let steps: Vec<Operation> = serde_json::from_str(&json).map_err(staging::Error::from)?;
                operations.extend(steps);
            }
            None => left_out.push(title(&done.step, words)),
        }
    }
    Ok((operations, left_out))
}

/// Meanings of codes and values for all rows that a person gave with the mappings.
fn of_mappings(conn: &Connection) -> Result<Vec<Operation>, Failure> {
    let mut pairs: BTreeMap<(String, String), Vec<Pair>> = BTreeMap::new();
    let mut constants: Vec<Operation> = Vec::new();
    for table in landing::tables(conn, None)? {
        let Some(mapping) = staging::mappings::load(conn, table.id)? else { continue };
        for (path, from, to) in &mapping.lookups {
            let Some(path) = FieldPath::parse(path) else { continue };
            let known = pairs.entry((path.entity, path.field)).or_default();
            let pair = Pair { from: from.clone(), to: to.clone() };
            if !known.contains(&pair) {
                known.push(pair);
            }
        }
        for part in &mapping.parts {
            // What a header proves is no decision: the next file proves it itself.
            for bound in part.fields.iter().filter(|bound| bound.confidence == 100 && bound.reason == "mapping.person")
            {
                let Binding::Constant(value) = &bound.from else { continue };
                let (entity, field) = (part.entity.clone(), bound.field.clone());
                let constant = Operation::Constant { entity, part: part.part, field, value: value.clone() };
                if !constants.contains(&constant) {
                    constants.push(constant);
                }
            }
        }
    }
    let values = pairs.into_iter().map(|((entity, field), pairs)| Operation::Values { entity, field, pairs });
    Ok(values.chain(constants).collect())
}

/// What would stand in a recipe saved now.
///
/// # Errors
///
/// Those of the project file.
pub fn view(session: &Session) -> Result<RecipeView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewHistory)?;
    let (operations, left_out) = collected(reader.connection(), &words)?;
    let step = |(at, operation): (usize, &Operation)| step_view(at, operation, &words);
    Ok(RecipeView {
        steps: operations.iter().enumerate().map(step).collect(),
        left_out: left_out.len() as f64,
        left_out_titles: left_out.into_iter().take(5).collect(),
    })
}

/// Writes the steps in force as a recipe. Gives how many there are, and how many hold for single records only.
///
/// # Errors
///
/// [`Code::Refused`] where there is nothing to save; where the file cannot be written.
pub fn save(session: &Session, path: &Path, name: &str) -> Result<(usize, usize), Failure> {
    let words = session.words();
    let project = session.write(Permission::Cleanse)?;
    let (steps, left_out) = collected(project.connection(), &words)?;
    if steps.is_empty() {
        return Err(Failure::refused(Code::Refused, "error.recipe-empty", "error.recipe-empty.hint"));
    }
    let layouts = layouts(project.connection())?;
    let (name, school) = (name.trim().to_owned(), session.settings().school_name);
    let made_at = clock::now().to_rfc3339();
    let saved = (steps.len(), left_out.len());
    let recipe = Recipe { version: RECIPE_VERSION, name, school, made_at, layouts, steps };
    let json = serde_json::to_string_pretty(&recipe).map_err(staging::Error::from)?;
    fs_err::write(path, json + "\n").map_err(at(path))?;
    project.log("recipe.saved", &[("steps", &saved.0.to_string())], clock::now())?;
    Ok(saved)
}

/// The tables that records were made of.
fn layouts(conn: &Connection) -> Result<Vec<Layout>, Failure> {
    let mut layouts: Vec<Layout> = Vec::new();
    for table in landing::tables(conn, None)? {
        let Some(entity) = table.entity.filter(|_| table.mapped_at.is_some()) else { continue };
        let layout = Layout { entity, headers: table.headers };
        if !layouts.contains(&layout) {
            layouts.push(layout);
        }
    }
    Ok(layouts)
}

// ----------------------------------------------------------------------------------------- reading

/// The recipe in the file at `path`.
///
/// # Errors
///
/// [`Code::SourceUnreadable`] where it is none that this Daftar understands.
pub fn read(path: &Path) -> Result<Recipe, Failure> {
    let refused = |message: &'static str, cause: String| Failure::Refused {
        code: Code::SourceUnreadable,
        message: Message::new(message).with("path", path.display()).with("cause", cause),
        hint: Message::new("error.recipe.hint"),
    };
    if fs_err::metadata(path).map_err(at(path))?.len() > MOST_BYTES {
        return Err(refused("error.recipe-none", String::new()));
    }
    let bytes = fs_err::read(path).map_err(at(path))?;
    let document: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| refused("error.recipe-none", error.to_string()))?;
    match document.get("daftarRecipe").and_then(serde_json::Value::as_u64) {
        None => Err(refused("error.recipe-none", String::new())),
        Some(version) if version > u64::from(RECIPE_VERSION) => Err(refused("error.recipe-newer", version.to_string())),
        Some(_) => serde_json::from_value(document).map_err(|error| refused("error.recipe-odd", error.to_string())),
    }
}

/// One operation made ready for records.
enum Ready {
    Rules { rule: Option<String>, least: Applicability },
    Replace { entity: &'static str, field: usize, search: Box<Replacer> },
    Values { entity: &'static str, field: usize, pairs: HashMap<String, String> },
    Constant { entity: &'static str, field: usize, part: u16, value: String },
}

/// Makes an operation ready; the reason, as a word key, where this Daftar or this project has nothing for it.
fn ready(conn: &Connection, operation: &Operation) -> Result<Result<Ready, &'static str>, Failure> {
    let (entity, field) = match operation {
        Operation::Rules { rule, least } => {
            let known =
                rule.as_ref().is_none_or(|code| pipeline::cleanse::rules::ALL.iter().any(|rule| rule.code == code));
            if !known {
                return Ok(Err("recipe.unknown-rule"));
            }
            // What only a person can do, no recipe does.
            let least = Applicability::from_code(least).filter(|least| *least != Applicability::Manual);
            return Ok(least.map(|least| Ready::Rules { rule: rule.clone(), least }).ok_or("recipe.bad-least"));
        }
        Operation::Replace { entity, field, .. }
        | Operation::Values { entity, field, .. }
        | Operation::Constant { entity, field, .. } => (entity, field),
    };
    let Ok((entity, described)) = known_field(entity, field) else { return Ok(Err("recipe.unknown-field")) };
    let part = if let Operation::Constant { part, .. } = operation { Some(*part) } else { None };
    let (there, filled) = facets::filled(conn, entity.code, described.code, part)?;
    if there == 0 {
        return Ok(Err("recipe.no-records"));
    }
    if filled == 0 && part.is_none() {
        return Ok(Err("recipe.no-field"));
    }
    let Some(field) = entity.position(described.code) else { return Ok(Err("recipe.unknown-field")) };
    let entity = entity.code;
    Ok(match operation {
        Operation::Replace { change, .. } => match Replacer::new(change) {
            Ok(search) => Ok(Ready::Replace { entity, field, search: Box::new(search) }),
            Err(_) => Err("recipe.bad-search"),
        },
        Operation::Constant { part, value, .. } => {
            Ok(Ready::Constant { entity, field, part: *part, value: value.clone() })
        }
        Operation::Values { pairs, .. } => {
            let pairs = pairs.iter().map(|pair| (pair.from.clone(), pair.to.clone())).collect();
            Ok(Ready::Values { entity, field, pairs })
        }
        Operation::Rules { .. } => Err("recipe.unknown-rule"),
    })
}

// ------------------------------------------------------------------------------------------ the pass

/// What one operation did or would do.
#[derive(Default)]
struct Effect {
    changes: u64,
    samples: Vec<(String, String)>,
}

impl Effect {
    fn note(&mut self, before: &str, after: &str) {
        self.changes += 1;
        let sample = (before.to_owned(), after.to_owned());
        if self.samples.len() < SAMPLES && !self.samples.contains(&sample) {
            self.samples.push(sample);
        }
    }
}

/// A cell that ends up with another value.
struct Written<'a> {
    entity: &'static Entity,
    record: i64,
    field: &'static str,
    after: &'a str,
    reason: Option<&'a Said>,
}

/// One record on its way through the operations.
struct OnWay<'a> {
    entity: &'static Entity,
    part: u16,
    values: Vec<String>,
    facts: &'a [model::ColumnFacts],
    reasons: HashMap<usize, Said>,
    /// Fields that were blank and have the recipe's value, whatever a rule made of it since.
    filled: HashSet<usize>,
}

impl OnWay<'_> {
    fn through(&mut self, ready: &Ready, today: chrono::NaiveDate, effect: &mut Effect) {
        let ours = |entity: &str| entity == self.entity.code;
        match ready {
            Ready::Rules { rule, least } => self.by_rules(rule.as_deref(), *least, today, effect),
            Ready::Replace { entity, field, search } if ours(entity) => {
                let after =
                    self.values.get(*field).filter(|value| !value.is_empty()).and_then(|value| search.replace(value));
                self.set(*field, after, effect);
            }
            Ready::Values { entity, field, pairs } if ours(entity) => {
                let after =
                    self.values.get(*field).filter(|value| !value.is_empty()).and_then(|value| pairs.get(value));
                let after = after.cloned();
                self.set(*field, after, effect);
            }
            Ready::Constant { entity, field, part, value } if ours(entity) && *part == self.part => {
                self.fill(*field, value, effect);
            }
            _ => {}
        }
    }

    fn fill(&mut self, field: usize, value: &str, effect: &mut Effect) {
        if !value.is_empty() && self.values.get(field).is_some_and(String::is_empty) {
            self.set(field, Some(value.to_owned()), effect);
            self.filled.insert(field);
        }
    }

    fn by_rules(&mut self, rule: Option<&str>, least: Applicability, today: chrono::NaiveDate, effect: &mut Effect) {
        for (at, field) in self.entity.fields.iter().enumerate() {
            let (Some(value), Some(column)) = (self.values.get(at), self.facts.get(at)) else { continue };
            let siblings = Values { entity: self.entity, values: &self.values };
            let cx = Cx { today, entity: self.entity, field, column, record: &siblings };
            let Some(fix) = put_right(&cx, value, Which { rule, least }) else { continue };
            let besides = fix.also.iter().filter_map(|(field, value)| Some((self.entity.position(field)?, value)));
            for (at, value) in std::iter::once((at, &fix.after)).chain(besides) {
                self.set(at, Some(value.clone()), effect);
                self.reasons.insert(at, Said::from(&fix.reason));
            }
        }
    }

    fn set(&mut self, at: usize, after: Option<String>, effect: &mut Effect) {
        if let (Some(value), Some(after)) = (self.values.get_mut(at), after)
            && *value != after
        {
            effect.note(value, &after);
            *value = after;
            self.reasons.remove(&at);
        }
    }
}

/// Takes every active record through the operations in their order, and gives the cells that end up otherwise.
fn pass(
    conn: &Connection,
    operations: &[(usize, Ready)],
    watch: &dyn Watch,
    take: &mut dyn FnMut(&Written<'_>) -> Result<(), Failure>,
) -> Result<BTreeMap<usize, Effect>, Failure> {
    let mut effects: BTreeMap<usize, Effect> = operations.iter().map(|(at, _)| (*at, Effect::default())).collect();
    let (mut book, mut done, today) = (FactsBook::default(), 0u64, clock::today());
    let total = super::total_active(conn)?;
    let chosen = Said { key: CONSTANT_REASON.to_owned(), args: Vec::new() };
    for entity in model::entities::ALL {
        if !operations.iter().any(|(_, ready)| ready.is_about(entity.code)) {
            continue;
        }
        for row in records::read(conn, entity, Some(RecordState::Active), 0) {
            let row = row?;
            let facts = book.of(conn, entity, &row)?;
            let (values, reasons) = (row.values.clone(), HashMap::new());
            let mut way = OnWay { entity, part: row.part, values, facts, reasons, filled: HashSet::new() };
            for (at, ready) in operations {
                if let Some(effect) = effects.get_mut(at) {
                    way.through(ready, today, effect);
                }
            }
            for (at, (field, (before, after))) in
                entity.fields.iter().zip(row.values.iter().zip(&way.values)).enumerate()
            {
                if before != after {
                    let reason = if way.filled.contains(&at) { Some(&chosen) } else { way.reasons.get(&at) };
                    take(&Written { entity, record: row.id, field: field.code, after, reason })?;
                }
            }
            done += 1;
            if done.is_multiple_of(500) {
                watch.progress(done, Some(total));
                watch.check()?;
            }
        }
    }
    Ok(effects)
}

impl Ready {
    fn is_about(&self, code: &str) -> bool {
        match self {
            Self::Rules { .. } => true,
            Self::Replace { entity, .. } | Self::Values { entity, .. } | Self::Constant { entity, .. } => {
                *entity == code
            }
        }
    }
}

// ------------------------------------------------------------------------------------ trying, applying

/// Which operations of a recipe can be tried here, and why the others cannot.
type Sorted = (Vec<(usize, Ready)>, BTreeMap<usize, &'static str>);

fn sorted(conn: &Connection, recipe: &Recipe) -> Result<Sorted, Failure> {
    let (mut fitting, mut unfit) = (Vec::new(), BTreeMap::new());
    for (at, operation) in recipe.steps.iter().enumerate() {
        match ready(conn, operation)? {
            Ok(ready) => fitting.push((at, ready)),
            Err(why) => {
                unfit.insert(at, why);
            }
        }
    }
    Ok((fitting, unfit))
}

/// Tries a recipe on the records and changes nothing: what each step would do, and which no longer fit.
///
/// # Errors
///
/// As [`read`].
pub fn check(session: &Session, recipe: &Recipe, watch: &dyn Watch) -> Result<RecipeCheck, Failure> {
    let words = session.words();
    let reader = {
        let project = session.write(Permission::Cleanse)?;
        Session::own_reader(&project)?
    };
    let conn = reader.connection();
    let (fitting, unfit) = sorted(conn, recipe)?;
    let mut changes = 0u64;
    let effects = pass(conn, &fitting, watch, &mut |_| {
        changes += 1;
        Ok(())
    })?;
    Ok(RecipeCheck {
        name: recipe.name.clone(),
        school: recipe.school.clone(),
        made_at: clock::shown(&recipe.made_at),
        steps: steps_view(recipe, &effects, &unfit, &words),
        notes: notes(conn, recipe, &words)?,
        changes: changes as f64,
    })
}

fn steps_view(
    recipe: &Recipe,
    effects: &BTreeMap<usize, Effect>,
    unfit: &BTreeMap<usize, &'static str>,
    words: &Words,
) -> Vec<RecipeStep> {
    let view = |(at, operation): (usize, &Operation)| {
        let mut view = step_view(at, operation, words);
        match (unfit.get(&at), effects.get(&at)) {
            (Some(why), _) => {
                let known = !matches!(*why, "recipe.no-field" | "recipe.no-records");
                view.state = if known { "unknown" } else { "no-field" }.to_owned();
                view.why = words.text(why).to_owned();
            }
            (None, Some(effect)) if effect.changes > 0 => {
                view.state = "fits".to_owned();
                view.changes = effect.changes as f64;
                let sample = |(before, after): &(String, String)| sample(before, after);
                view.samples = effect.samples.iter().map(sample).collect();
            }
            _ => {
                view.state = "no-match".to_owned();
                view.why = words.text("recipe.no-match").to_owned();
            }
        }
        view
    };
    recipe.steps.iter().enumerate().map(view).collect()
}

fn sample(before: &str, after: &str) -> ReplaceSample {
    ReplaceSample { before: before.to_owned(), after: after.to_owned(), records: 0.0 }
}

/// What differs between the tables that the recipe was made on and those here.
fn notes(conn: &Connection, recipe: &Recipe, words: &Words) -> Result<Vec<String>, Failure> {
    let here = layouts(conn)?;
    let folded = |headers: &[String]| headers.iter().map(|header| header.trim().to_lowercase()).collect::<Vec<_>>();
    let mut notes = Vec::new();
    for layout in &recipe.layouts {
        let same: Vec<&Layout> = here.iter().filter(|one| one.entity == layout.entity).collect();
        let ours = folded(&layout.headers);
        if same.iter().any(|one| folded(&one.headers) == ours) {
            continue;
        }
        let there: Vec<String> = same.iter().flat_map(|one| folded(&one.headers)).collect();
        let missing: Vec<&str> = (layout.headers.iter().filter(|header| !header.trim().is_empty()))
            .filter(|header| !there.contains(&header.trim().to_lowercase()))
            .map(String::as_str)
            .collect();
        let entity = say::entity(words, &layout.entity);
        notes.push(match (same.is_empty(), missing.is_empty()) {
            (true, _) => words.say("recipe.layout-none", &[("entity", &entity)]),
            (false, true) => words.say("recipe.layout-order", &[("entity", &entity)]),
            (false, false) => {
                words.say("recipe.layout-missing", &[("entity", &entity), ("columns", &missing.join(", "))])
            }
        });
    }
    notes.dedup();
    Ok(notes)
}

/// What applying a recipe did.
#[derive(Debug)]
pub struct Applied {
    /// The step of the history; `None` where nothing changed.
    pub step: Option<i64>,
    /// Values that changed.
    pub changed: u64,
    /// Every step of the recipe and how it fared.
    pub steps: Vec<RecipeStep>,
    /// What differs between the tables it was made on and those here.
    pub notes: Vec<String>,
}

/// Applies the steps of a recipe that stand at `chosen` (all of them for `None`) as one step of the history.
///
/// # Errors
///
/// [`Code::Refused`] where none of them fits these records; then nothing was written.
pub fn apply(
    session: &Session,
    recipe: &Recipe,
    chosen: Option<&[u32]>,
    watch: &dyn Watch,
) -> Result<Applied, Failure> {
    let words = session.words();
    let project = session.write(Permission::Cleanse)?;
    let (mut fitting, unfit) = sorted(project.connection(), recipe)?;
    fitting.retain(|(at, _)| chosen.is_none_or(|chosen| chosen.contains(&(*at as u32))));
    let notes = notes(project.connection(), recipe, &words)?;
    let refused = || Failure::Refused {
        code: Code::Refused,
        message: Message::new("error.recipe-unfit").with("notes", notes.join(" ")),
        hint: Message::new("error.recipe-unfit.hint"),
    };
    if fitting.is_empty() {
        return Err(refused());
    }
    let (step, effects) = write(&project, recipe, &fitting, watch)?;
    let steps = steps_view(recipe, &effects, &unfit, &words);
    let changed = changed_by(&project, step)?;
    log(&project, "recipe.applied", step, changed)?;
    Ok(Applied { step, changed, steps, notes })
}

fn write(
    project: &Project,
    recipe: &Recipe,
    fitting: &[(usize, Ready)],
    watch: &dyn Watch,
) -> Result<(Option<i64>, BTreeMap<usize, Effect>), Failure> {
    let conn = project.connection();
    let label = Said { key: "step.recipe".to_owned(), args: vec![("name".to_owned(), recipe.name.clone())] };
    let draft = StepDraft { kind: RECIPE_STEP, label, rule: None, act: act(project) };
    let mut writer = StepWriter::begin(conn, &draft)?;
    let effects = pass(conn, fitting, watch, &mut |cell| {
        Ok(writer.put(cell.entity.code, cell.record, cell.field, cell.after, cell.reason)?)
    })?;
    let took: Vec<&Operation> = (recipe.steps.iter().enumerate())
        .filter(|(at, _)| effects.get(at).is_some_and(|effect| effect.changes > 0))
        .map(|(_, operation)| operation)
        .collect();
    for (entity, field) in took.iter().filter_map(|operation| operation.field()) {
        let (entity, field) = known_field(entity, field)?;
        merge_shared(&mut writer, entity, field, watch)?;
    }
    writer.repeatable(&took)?;
    let step = writer.finish(watch)?;
    for operation in took {
        if let Operation::Values { entity, field, pairs } = operation {
            let pairs: Vec<_> = pairs.iter().map(|pair| (pair.from.clone(), pair.to.clone())).collect();
            learn(project, entity, field, &pairs)?;
        }
    }
    Ok((step, effects))
}

// ------------------------------------------------------------------------------------------- words

/// A step of a recipe in words.
fn step_view(place: usize, operation: &Operation, words: &Words) -> RecipeStep {
    let field =
        |entity: &str, field: &str| format!("{}: {}", say::entity(words, entity), say::field(words, entity, field));
    let shown = |entity: &str, field: &str, value: &str| {
        crate::command::mapping::value_title(&FieldPath::new(entity, 1, field), value, words)
    };
    let mut samples = Vec::new();
    let title = match operation {
        Operation::Rules { rule: None, least } => words.text(&format!("step.rules.{least}")).to_owned(),
        Operation::Rules { rule: Some(rule), least } => words.say(
            "recipe.rule",
            &[("rule", words.text(&format!("rule.{rule}"))), ("least", words.text(&format!("applicability.{least}")))],
        ),
        Operation::Replace { entity, field: code, change } => words
            .say("recipe.replace", &[("field", &field(entity, code)), ("find", &change.find), ("with", &change.with)]),
        Operation::Values { entity, field: code, pairs } => {
            let pair = |pair: &Pair| sample(&pair.from, &shown(entity, code, &pair.to));
            samples = pairs.iter().take(SAMPLES).map(pair).collect();
            words.say("recipe.values", &[("field", &field(entity, code)), ("count", &pairs.len().to_string())])
        }
        Operation::Constant { entity, field: code, value, .. } => {
            words.say("recipe.constant", &[("field", &field(entity, code)), ("value", &shown(entity, code, value))])
        }
    };
    RecipeStep { at: place as u32, title, samples, state: String::new(), why: String::new(), changes: 0.0 }
}

pub(crate) fn ask_view(app: &App, _: Nothing) -> Result<RecipeView, Failure> {
    view(&*app.session()?)
}

pub(crate) fn ask_save(app: &App, asked: RecipeSave) -> Result<crate::dto::Said, Failure> {
    let session = app.session()?;
    let (steps, _) = save(&session, Path::new(&asked.path), &asked.name)?;
    let sentence = session.words().say("recipe.saved", &[("count", &say::count(steps as u64)), ("path", &asked.path)]);
    Ok(crate::dto::Said { sentence })
}

pub(crate) fn ask_check(app: &App, asked: RecipeRef) -> Result<JobStarted, Failure> {
    let recipe = read(Path::new(&asked.path))?;
    app.start("recipe-check", move |session, watch| {
        let view = check(session, &recipe, watch)?;
        Ok((session.words().say("recipe.checked", &[("count", &say::count(view.changes as u64))]), view))
    })
}

pub(crate) fn ask_apply(app: &App, asked: RecipeApply) -> Result<JobStarted, Failure> {
    let recipe = read(Path::new(&asked.path))?;
    app.start("recipe-apply", move |session, watch| {
        let applied = apply(session, &recipe, Some(&asked.steps), watch)?;
        Ok(said(session, applied.step, applied.changed))
    })
}
