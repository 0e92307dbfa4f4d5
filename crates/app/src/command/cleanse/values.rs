//! The values of a column: counted, brought together where they may be spellings of one, and made one by a person.

use std::collections::HashSet;

use model::{Entity, Field, Operation, Watch, Words};
use pipeline::clusters::{self, Cluster, Gathering, Way};
use pipeline::mapping::LearnedValues;
use staging::change_log::{StepDraft, StepWriter};
use staging::facets::{self, Order, Wanted};
use staging::landing::Said;
use staging::page::Filter;
use staging::{Permission, Project, records};

use super::{act, changed_by, log, recorded};
use crate::app::App;
use crate::command::grid::known_entity;
use crate::command::mapping::value_title;
use crate::dto::{
    ChangeRecorded, ClusterView, ClustersAsk, ClustersPage, FacetsAsk, FacetsPage, JobStarted, LearnedOffer,
    LearnedOffers, LearnedTake, ValueCount, ValuesMerge,
};
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

/// Most values or groups a page may ask for.
const MOST: u32 = 200;
/// Name under which decisions about values are kept.
const LEARNED: &str = "values";
/// Earlier decisions shown at a time.
const OFFERS_SHOWN: usize = 200;

/// Groups of spellings as last looked for.
pub(crate) struct Clusters {
    entity: &'static str,
    field: &'static str,
    way: Way,
    version: i64,
    clusters: Vec<Cluster>,
}

/// The entity and its field of these codes.
pub(super) fn known_field(entity: &str, field: &str) -> Result<(&'static Entity, &'static Field), Failure> {
    let entity = known_entity(entity)?;
    let unknown = || Failure::refused(Code::Usage, "error.unknown-field", "error.unknown-field.hint");
    Ok((entity, entity.field(field).ok_or_else(unknown)?))
}

fn counted(entity: &str, field: &str, value: &str, records: u64, words: &Words) -> ValueCount {
    let path = model::FieldPath::new(entity, 1, field);
    ValueCount { title: value_title(&path, value, words), value: value.to_owned(), records: records as f64 }
}

/// The values of a column with their counts.
///
/// # Errors
///
/// [`Code::Usage`] for a field that is not there.
pub fn facets(session: &Session, asked: &FacetsAsk) -> Result<FacetsPage, Failure> {
    let (entity, field) = known_field(&asked.entity, &asked.field)?;
    let words = session.words();
    let order = if asked.order == "value" { Order::Value } else { Order::Count };
    let wanted = Wanted { text: asked.text.trim().to_owned(), order };
    let reader = session.read(Permission::ViewRecords)?;
    let limit = asked.limit.min(MOST) as usize;
    let page = facets::facets(reader.connection(), entity.code, field.code, &wanted, u64::from(asked.offset), limit)?;
    let value = |one: &facets::Counted| counted(entity.code, field.code, &one.value, one.records, &words);
    Ok(FacetsPage {
        filled: page.filled as f64,
        blank: page.blank as f64,
        distinct: page.distinct as f64,
        matching: page.matching as f64,
        spellings: clusters::applies(field.kind),
        values: page.values.iter().map(value).collect(),
    })
}

/// Looks for values of a column that may be spellings of one, and keeps them for [`page`].
///
/// # Errors
///
/// [`Code::Usage`] where the column holds numbers or dates.
pub fn find_clusters(
    session: &Session,
    entity: &str,
    field: &str,
    way: Way,
    watch: &dyn Watch,
) -> Result<u64, Failure> {
    let (entity, field) = known_field(entity, field)?;
    if !clusters::applies(field.kind) {
        return Err(Failure::refused(Code::Usage, "error.no-spellings", "error.no-spellings.hint"));
    }
    let reader = {
        let project = session.write(Permission::Cleanse)?;
        Session::own_reader(&project)?
    };
    let conn = reader.connection();
    let version = records::version(conn)?;
    let mut gathering = Gathering::new(way, field.kind);
    facets::each_value(conn, entity.code, field.code, watch, &mut |_, value, count| gathering.add(value, count))?;
    watch.check()?;
    let mut found = gathering.found();
    facets::each_value(conn, entity.code, field.code, watch, &mut |at, value, _| found.take(at, value))?;
    let clusters = found.clusters();
    let total = clusters.len() as u64;
    let fresh = records::version(conn)? == version;
    session.keep_clusters(Clusters {
        entity: entity.code,
        field: field.code,
        way,
        // Records that changed between the passes make the result old before it is shown.
        version: if fresh { version } else { -1 },
        clusters,
    });
    Ok(total)
}

/// Some of the groups that were found last.
///
/// # Errors
///
/// [`Code::Usage`] for a field or a way that is not there.
pub fn page(session: &Session, asked: &ClustersAsk) -> Result<ClustersPage, Failure> {
    let (entity, field) = known_field(&asked.entity, &asked.field)?;
    let way = known_way(&asked.way)?;
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let version = records::version(reader.connection())?;
    let kept = session.clusters();
    let same = |kept: &&Clusters| kept.entity == entity.code && kept.field == field.code && kept.way == way;
    let Some(kept) = kept.as_ref().filter(same) else {
        return Ok(ClustersPage { ready: false, stale: false, total: 0.0, clusters: Vec::new() });
    };
    let view = |cluster: &Cluster| ClusterView {
        records: cluster.iter().map(|member| member.records).sum::<u64>() as f64,
        values: (cluster.iter())
            .map(|member| counted(entity.code, field.code, &member.value, member.records, &words))
            .collect(),
    };
    let wanted = kept.clusters.iter().skip(asked.offset as usize).take(asked.limit.min(MOST) as usize);
    Ok(ClustersPage {
        ready: true,
        stale: kept.version != version,
        total: kept.clusters.len() as f64,
        clusters: wanted.map(view).collect(),
    })
}

fn known_way(code: &str) -> Result<Way, Failure> {
    Way::from_code(code).ok_or_else(|| Failure::refused(Code::Usage, "error.arguments", "error.bug.hint"))
}

/// Makes values of a column one, as a person chose; one step. The decision is offered again for the next file.
///
/// # Errors
///
/// [`Code::Usage`] for a field that is not there or values of which none may be spelled otherwise.
pub fn merge(session: &Session, asked: &ValuesMerge, watch: &dyn Watch) -> Result<(Option<i64>, u64), Failure> {
    let (entity, field) = known_field(&asked.entity, &asked.field)?;
    if !clusters::applies(field.kind) {
        return Err(Failure::refused(Code::Usage, "error.no-spellings", "error.no-spellings.hint"));
    }
    let project = session.write(Permission::Cleanse)?;
    let pairs: Vec<(String, String)> = (asked.from.iter())
        .filter(|from| **from != asked.to && !from.is_empty())
        .map(|from| (from.clone(), asked.to.clone()))
        .collect();
    let (first, count) = (pairs.first().map(|pair| pair.0.clone()).unwrap_or_default(), pairs.len().to_string());
    let label = match pairs.len() {
        1 => Said { key: "step.values.one".to_owned(), args: vec![("from".to_owned(), first), to(&asked.to)] },
        _ => Said { key: "step.values.many".to_owned(), args: vec![("count".to_owned(), count), to(&asked.to)] },
    };
    let done = change_values(&project, entity, field, &pairs, label, watch)?;
    learn(&project, entity.code, field.code, &pairs)?;
    log(&project, "cleanse.applied", done.0, done.1)?;
    Ok(done)
}

fn to(value: &str) -> (String, String) {
    ("to".to_owned(), value.to_owned())
}

/// Gives values, exactly as written, another one, in all active records; one step.
fn change_values(
    project: &Project,
    entity: &'static Entity,
    field: &'static Field,
    pairs: &[(String, String)],
    label: Said,
    watch: &dyn Watch,
) -> Result<(Option<i64>, u64), Failure> {
    let conn = project.connection();
    let mut writer = StepWriter::begin(conn, &StepDraft { kind: "replace", label, rule: None, act: act(project) })?;
    let becomes: std::collections::HashMap<&str, &str> =
        pairs.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    facets::each_cell::<Failure>(conn, entity.code, field.code, &Filter::default(), watch, &mut |record, value| {
        match becomes.get(value) {
            Some(after) => Ok(writer.put(entity.code, record, field.code, after, None)?),
            None => Ok(()),
        }
    })?;
    merge_shared(&mut writer, entity, field, watch)?;
    let pair = |(from, to): &(String, String)| model::recipe::Pair { from: from.clone(), to: to.clone() };
    let (entity, field) = (entity.code.to_owned(), field.code.to_owned());
    writer.repeatable(&[Operation::Values { entity, field, pairs: pairs.iter().map(pair).collect() }])?;
    let step = writer.finish(watch)?;
    Ok((step, changed_by(project, step)?))
}

/// Classes that got one name are one class.
pub(super) fn merge_shared(
    writer: &mut StepWriter<'_>,
    entity: &Entity,
    field: &Field,
    watch: &dyn Watch,
) -> Result<(), Failure> {
    if matches!(entity.code, "classes" | "academic_years") && field.code == "name" {
        records::merge_same_named(writer, entity.code, watch)?;
    }
    Ok(())
}

/// What people decided about values of this school before.
pub(crate) fn learned(conn: &staging::Connection) -> Result<LearnedValues, Failure> {
    Ok(staging::mappings::load_learned(conn, LEARNED)?.unwrap_or_default())
}

/// Keeps a person's decision about values for the next file.
pub(crate) fn learn(project: &Project, entity: &str, field: &str, pairs: &[(String, String)]) -> Result<(), Failure> {
    let mut known = learned(project.connection())?;
    let before = known.clone();
    pairs.iter().for_each(|(from, to)| known.learn(entity, field, from, to));
    if known != before {
        staging::mappings::save_learned(project.connection(), LEARNED, &known)?;
    }
    Ok(())
}

/// Forgets what was said about a written value.
pub(crate) fn forget(project: &Project, entity: &str, field: &str, written: &str) -> Result<(), Failure> {
    let mut known = learned(project.connection())?;
    known.forget(entity, field, written);
    Ok(staging::mappings::save_learned(project.connection(), LEARNED, &known)?)
}

/// Values that stand in records and were decided about before.
///
/// # Errors
///
/// Those of the project file.
pub fn offers(session: &Session) -> Result<LearnedOffers, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let mut offers = fitting(reader.connection())?;
    offers.sort_by(|one, other| other.records.total_cmp(&one.records));
    let total = offers.len() as f64;
    offers.truncate(OFFERS_SHOWN);
    for offer in &mut offers {
        offer.field_title =
            format!("{}: {}", say::entity(&words, &offer.entity), say::field(&words, &offer.entity, &offer.field));
    }
    Ok(LearnedOffers { total, offers })
}

/// Earlier decisions with the values as they stand here, one for each spelling.
fn fitting(conn: &staging::Connection) -> Result<Vec<LearnedOffer>, Failure> {
    let known = learned(conn)?;
    let mut columns: Vec<(&str, &str)> =
        known.values.iter().map(|one| (one.entity.as_str(), one.field.as_str())).collect();
    columns.sort_unstable();
    columns.dedup();
    let mut offers = Vec::new();
    for (entity, field) in columns {
        let ours: std::collections::HashMap<String, &str> = (known.values.iter())
            .filter(|one| one.entity == entity && one.field == field)
            .map(|one| (one.written.to_uppercase(), one.value.as_str()))
            .collect();
        facets::each_value(conn, entity, field, &model::Silent, &mut |_, value, records| {
            if let Some(after) = ours.get(&value.trim().to_uppercase()).filter(|after| **after != value) {
                offers.push(LearnedOffer {
                    entity: entity.to_owned(),
                    field: field.to_owned(),
                    field_title: String::new(),
                    before: value.to_owned(),
                    after: (*after).to_owned(),
                    records: records as f64,
                });
            }
        })?;
    }
    Ok(offers)
}

/// Takes earlier decisions up, each column one step, or forgets them. Gives how many values changed.
///
/// # Errors
///
/// Those of the project file.
pub fn take_up(session: &Session, asked: &LearnedTake, watch: &dyn Watch) -> Result<u64, Failure> {
    let project = session.write(Permission::Cleanse)?;
    let chosen: HashSet<(&str, &str, &str)> =
        asked.offers.iter().map(|one| (one.entity.as_str(), one.field.as_str(), one.before.as_str())).collect();
    if !asked.apply {
        let mut known = learned(project.connection())?;
        chosen.iter().for_each(|(entity, field, before)| known.forget(entity, field, before));
        staging::mappings::save_learned(project.connection(), LEARNED, &known)?;
        return Ok(0);
    }
    let mut offers = fitting(project.connection())?;
    offers.retain(|one| chosen.contains(&(one.entity.as_str(), one.field.as_str(), one.before.as_str())));
    let mut changed = 0;
    for column in offers.chunk_by(|one, other| one.entity == other.entity && one.field == other.field) {
        let Some(first) = column.first() else { continue };
        let (entity, field) = known_field(&first.entity, &first.field)?;
        let pairs: Vec<(String, String)> = column.iter().map(|one| (one.before.clone(), one.after.clone())).collect();
        let label = Said { key: "step.learned".to_owned(), args: vec![("count".to_owned(), pairs.len().to_string())] };
        let done = change_values(&project, entity, field, &pairs, label, watch)?;
        log(&project, "cleanse.applied", done.0, done.1)?;
        changed += done.1;
    }
    Ok(changed)
}

pub(crate) fn ask_facets(app: &App, asked: FacetsAsk) -> Result<FacetsPage, Failure> {
    facets(&*app.session()?, &asked)
}

pub(crate) fn ask_find(app: &App, asked: ClustersAsk) -> Result<JobStarted, Failure> {
    let way = known_way(&asked.way)?;
    app.start("clusters", move |session, watch| {
        let found = find_clusters(session, &asked.entity, &asked.field, way, watch)?;
        let sentence = session.words().say("clusters.found", &[("count", &say::count(found))]);
        Ok((sentence, page(session, &asked)?))
    })
}

pub(crate) fn ask_page(app: &App, asked: ClustersAsk) -> Result<ClustersPage, Failure> {
    page(&*app.session()?, &asked)
}

pub(crate) fn ask_merge(app: &App, asked: ValuesMerge) -> Result<JobStarted, Failure> {
    app.start("values-merge", move |session, watch| {
        let (step, changed) = merge(session, &asked, watch)?;
        Ok(said(session, step, changed))
    })
}

pub(crate) fn ask_offers(app: &App, _: crate::dto::Nothing) -> Result<LearnedOffers, Failure> {
    offers(&*app.session()?)
}

pub(crate) fn ask_take_up(app: &App, asked: LearnedTake) -> Result<JobStarted, Failure> {
    app.start("values-merge", move |session, watch| {
        let changed = take_up(session, &asked, watch)?;
        Ok(said(session, None, changed))
    })
}

/// The sentence and the document of a change that was made.
pub(super) fn said(session: &Session, step: Option<i64>, changed: u64) -> (String, ChangeRecorded) {
    let sentence = session.words().say("edit.done", &[("count", &say::count(changed))]);
    (sentence.clone(), recorded(step, changed, sentence))
}
