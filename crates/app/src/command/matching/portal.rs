//! Who of the project is at the portal already: everybody there is read once, compared with the records, and what may
//! be one person is kept for a person to look at. Nothing is written to the portal.

pub(crate) mod cases;
pub(crate) mod known;

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use model::{Entity, RecordState, Watch};
use pipeline::matching::blocking::{Against, Blocks};
use pipeline::matching::certain::is_certain;
use pipeline::matching::compare::Crowd;
use pipeline::matching::person::{Fields, Person, usable_number};
use pipeline::matching::scoring::{Scored, score};
use staging::matches::Decisions;
use staging::matches::portal::{self, NewPair, PortalCount, PortalWriter, Said};
use staging::records;
use staging::{Connection, Permission, Project};
use targets::{Portal, PortalPerson};

use super::PEOPLE;
use super::circles::{Circles, circle_of};
use super::keys::Keys;
use super::people::{People, values};
use crate::app::App;
use crate::clock;
use crate::command::cleanse::act;
use crate::command::push::{PortalChoice, SourceKeys, said_url, source_system};
use crate::dto::{JobStarted, Nothing, PortalMatchEntity, PortalMatchView};
use crate::error::Failure;
use crate::say;
use crate::session::Session;

/// Numbers of people of the portal begin here, those of records end before.
const OTHERS: u32 = 1 << 31;

/// People of the portal remembered at once; more are read again.
const MOST_KNOWN: usize = 50_000;

/// Compares all people with those of the portal; the result replaces that of the last run.
///
/// # Errors
///
/// Where no portal is known, it cannot be reached or is none, or the project cannot be written. Then the last result
/// stays.
pub fn run(session: &Session, choice: &PortalChoice, watch: &dyn Watch) -> Result<(), Failure> {
    drop(session.read(Permission::Rehearse)?);
    let project = session.write(Permission::Cleanse)?;
    let mut portal = choice.connect()?;
    let conn = project.connection();
    let circles = Circles::read(conn, &session.settings().school_phone, watch)?.by_number(conn, watch)?;
    let mut writer = PortalWriter::begin(conn, &said_url(portal.url()), &act(&project))?;
    for code in PEOPLE {
        if let Some(people) = People::of(conn, code, &circles) {
            Meeting { project: &project, people, decisions: Decisions::read(conn, code)?, watch }
                .hold(&mut portal, &mut writer)?;
        }
    }
    writer.finish()?;
    Ok(project.log("matching.portal", &[], clock::now())?)
}

/// The people of one entity, here and there.
struct Meeting<'c> {
    project: &'c Project,
    people: People<'c>,
    decisions: Decisions,
    watch: &'c dyn Watch,
}

/// Everybody here, before anybody of the portal came.
#[derive(Default)]
struct Here {
    against: Against,
    names: Vec<u32>,
    /// A hash of what names each record at the portal, with the record.
    keys: HashMap<u64, u32>,
}

/// What came of the portal's people.
#[derive(Default)]
struct Met {
    /// Those that may be somebody here: numbers in the project file, in order of coming.
    kept: Vec<i64>,
    people: u64,
    /// Records of which the portal knows the row already.
    known: HashSet<u32>,
}

impl<'c> Meeting<'c> {
    fn conn(&self) -> &'c Connection {
        self.project.connection()
    }

    fn hold(mut self, portal: &mut Portal, writer: &mut PortalWriter<'_>) -> Result<(), Failure> {
        let mut here = self.gather()?;
        let met = self.meet(&mut here, portal, writer)?;
        let candidates = here.against.pairs();
        let pairs: Vec<(u32, u32)> =
            candidates.pairs.into_iter().filter(|(record, _)| !met.known.contains(record)).collect();
        let crowd = Crowd::of(here.names);
        let scored = self.score(&pairs, &met, &crowd, writer)?;
        self.keep(&scored, &met, writer)?;
        let entity = self.people.entity.code.to_owned();
        let (compared, known) = (pairs.len() as u64, met.known.len() as u64);
        Ok(writer.count(&PortalCount { entity, people: met.people, known, compared, left_out: candidates.left_out })?)
    }

    fn gather(&self) -> Result<Here, Failure> {
        let (mut blocks, mut here) = (Blocks::default(), Here::default());
        let mut keys = SourceKeys::new(self.conn());
        let entity = self.people.entity;
        for row in records::read(self.conn(), entity, Some(RecordState::Active), 0) {
            let row = row?;
            let person = self.people.read(row.id, &values(&row));
            blocks.take(row.id as u32, &person);
            here.names.push(person.name_hash());
            here.keys.insert(hashed(&keys.of(entity, &row)?), row.id as u32);
            if here.names.len().is_multiple_of(1_000) {
                self.watch.progress(here.names.len() as u64, None);
                self.watch.check()?;
            }
        }
        here.against = blocks.against();
        Ok(here)
    }

    fn meet(&self, here: &mut Here, portal: &mut Portal, writer: &mut PortalWriter<'_>) -> Result<Met, Failure> {
        let mut met = Met::default();
        let entity = self.people.entity;
        let system = source_system(self.project);
        portal.people(entity, &system, self.watch, &mut |row| {
            met.people += 1;
            if met.people.is_multiple_of(1_000) {
                self.watch.progress(met.people, None);
            }
            let taken = self.take(&row, here, &mut met, writer);
            taken.map_err(|failure| targets::Error::Source(Box::new(failure)))
        })?;
        Ok(met)
    }

    /// Lets one of the portal's people meet those here, and keeps who shares a key with somebody.
    fn take(
        &self,
        row: &PortalPerson,
        here: &mut Here,
        met: &mut Met,
        writer: &mut PortalWriter<'_>,
    ) -> Result<(), Failure> {
        let ours: Vec<u32> = row.source_keys.iter().filter_map(|key| here.keys.get(&hashed(key)).copied()).collect();
        let said = Said {
            values: row.values.iter().map(|(code, value)| ((*code).to_owned(), value.clone())).collect(),
            circle: row.circle.clone(),
        };
        let person = self.person(&said);
        here.names.push(person.name_hash());
        // A row that a record here has pushed is that record's, and nobody else's.
        if !ours.is_empty() {
            met.known.extend(ours);
            return Ok(());
        }
        let target = row.id.to_string();
        if here.against.meet(OTHERS + met.kept.len() as u32, &person) || self.decisions.is_about(&target) {
            let account = row.account.map(|id| id.to_string()).unwrap_or_default();
            let number = person.number;
            let kept = portal::Person { target, seen: row.seen.clone(), account, number, said };
            met.kept.push(writer.person(self.people.entity.code, &kept)?);
        }
        Ok(())
    }

    fn person(&self, said: &Said) -> Person {
        self.people.outsider(said)
    }

    fn score(
        &mut self,
        pairs: &[(u32, u32)],
        met: &Met,
        crowd: &Crowd,
        writer: &PortalWriter<'_>,
    ) -> Result<Vec<Scored>, Failure> {
        let (child, total, watch) = (self.people.fields.child, pairs.len() as u64, self.watch);
        let mut done = 0;
        let sides = RefCell::new(Sides { people: &mut self.people, met, writer, known: HashMap::new() });
        score(
            pairs,
            child,
            crowd,
            &mut |id| sides.borrow_mut().person(id),
            &mut |id| sides.borrow_mut().table(id),
            &mut |pairs| {
                done += pairs;
                watch.progress(done, Some(total));
                Ok(watch.check()?)
            },
        )
    }

    fn keep(&mut self, scored: &[Scored], met: &Met, writer: &mut PortalWriter<'_>) -> Result<(), Failure> {
        let code = self.people.entity.code;
        let proved = self.proved(scored, met, writer)?;
        let mut keys = Keys::of(self.conn(), code);
        for (scored, certain) in scored.iter().zip(proved) {
            let [record, other] = scored.records;
            let Some(person) = met.row(other) else { continue };
            let mut decision = None;
            if let Some(keys) = keys.as_mut().filter(|_| !self.decisions.is_empty()) {
                let theirs = [portal::key(&writer.taken(person)?.target)];
                decision = self.decisions.find(&keys.record(i64::from(record))?, &theirs).map(|(id, _)| id);
            }
            let evidence: Vec<&str> = scored.compared.evidence.iter().map(|evidence| evidence.code()).collect();
            let (record, probability) = (i64::from(record), scored.compared.probability());
            let evidence = &evidence.join(" ");
            writer.pair(&NewPair { entity: code, record, person, probability, evidence, certain, decision })?;
        }
        Ok(())
    }

    /// Which pairs the rule proves: certain ones of which neither side is certain with anybody else.
    fn proved(&mut self, scored: &[Scored], met: &Met, writer: &PortalWriter<'_>) -> Result<Vec<bool>, Failure> {
        let child = self.people.fields.child;
        let mut sides = Sides { people: &mut self.people, met, writer, known: HashMap::new() };
        let (mut proved, mut times) = (Vec::with_capacity(scored.len()), HashMap::<u32, u32>::new());
        for Scored { records, .. } in scored {
            let [one, other] = [sides.person(records[0])?, sides.person(records[1])?];
            let certain = is_certain(one.borrow(), other.borrow(), child);
            proved.push(certain);
            if certain {
                records.iter().for_each(|side| *times.entry(*side).or_default() += 1);
            }
        }
        for (proved, Scored { records, .. }) in proved.iter_mut().zip(scored) {
            *proved &= records.iter().all(|side| times.get(side) == Some(&1));
        }
        Ok(proved)
    }
}

impl Met {
    /// The number in the project file of a person of the portal.
    fn row(&self, other: u32) -> Option<i64> {
        self.kept.get(other.checked_sub(OTHERS)? as usize).copied()
    }
}

/// Both sides of pairs, as they are asked for.
struct Sides<'s, 'c, 'w> {
    people: &'s mut People<'c>,
    met: &'s Met,
    writer: &'s PortalWriter<'w>,
    known: HashMap<u32, Side>,
}

/// A shared person, borrowed as one.
#[derive(Clone)]
struct Side(Rc<super::people::Known>);

impl Borrow<Person> for Side {
    fn borrow(&self) -> &Person {
        &self.0.person
    }
}

impl Sides<'_, '_, '_> {
    fn person(&mut self, id: u32) -> Result<Side, Failure> {
        let Some(row) = self.met.row(id) else { return Ok(Side(self.people.get(id)?)) };
        if let Some(known) = self.known.get(&id) {
            return Ok(known.clone());
        }
        let person = self.people.outsider(&self.writer.taken(row)?.said);
        let side = Side(Rc::new(super::people::Known { person, table: OTHERS }));
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        self.known.insert(id, side.clone());
        Ok(side)
    }

    fn table(&mut self, id: u32) -> Result<u32, Failure> {
        if id >= OTHERS { Ok(OTHERS) } else { Ok(self.people.get(id)?.table) }
    }
}

impl People<'_> {
    /// A person of the portal.
    fn outsider(&self, said: &Said) -> Person {
        let mut person = outsider(self.entity, &self.fields, said);
        self.circles.drop_fillers(&mut person);
        person.circle.retain(|hash| !self.circles.is_filler(*hash));
        person
    }
}

/// A person of the portal as it is compared.
fn outsider(entity: &Entity, fields: &Fields, said: &Said) -> Person {
    let value =
        |code: &str| said.values.iter().find(|(known, _)| known == code).map_or("", |(_, value)| value.as_str());
    let values: Vec<&str> = entity.fields.iter().map(|field| value(field.code)).collect();
    let mut person = fields.read(&values, circle_of(fields.child, &said.circle));
    person.number = usable_number(value("national_id")).unwrap_or_default();
    person
}

/// Eight bytes for a source key: the same in this run, which is all that is asked.
fn hashed(key: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Where the work on people of the portal stands.
///
/// # Errors
///
/// Those of the project file.
pub fn view(session: &Session) -> Result<PortalMatchView, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let (last, runs) = (portal::last(conn)?, portal::counts(conn)?);
    let mut entities = Vec::new();
    for code in PEOPLE {
        let run = runs.iter().find(|run| run.entity == code).cloned().unwrap_or_default();
        let [open, certain, same, later, different] = portal::shown(conn, code)?;
        entities.push(PortalMatchEntity {
            entity: code.to_owned(),
            title: say::entity(&words, code),
            people: run.people as f64,
            known: run.known as f64,
            compared: run.compared as f64,
            left_out: run.left_out as f64,
            open: open as f64,
            certain: certain as f64,
            same: same as f64,
            later: later as f64,
            different: different as f64,
        });
    }
    Ok(PortalMatchView {
        ran: last.is_some(),
        stale: last.as_ref().is_none_or(|run| run.stale),
        at: last.as_ref().map(|run| clock::shown(&run.at)).unwrap_or_default(),
        portal: last.map(|run| run.portal).unwrap_or_default(),
        configured: session.settings().portal_url.is_some(),
        entities,
    })
}

pub(crate) fn ask_view(app: &App, _: Nothing) -> Result<PortalMatchView, Failure> {
    view(&*app.session()?)
}

pub(crate) fn ask_run(app: &App, _: Nothing) -> Result<JobStarted, Failure> {
    app.start("matching-portal", |session, watch| {
        run(session, &PortalChoice::of(session), watch)?;
        let view = view(session)?;
        let open: f64 = view.entities.iter().map(|one| one.open).sum();
        let certain: f64 = view.entities.iter().map(|one| one.certain).sum();
        let args = [("open", say::count(open as u64)), ("certain", say::count(certain as u64))];
        let args: Vec<(&str, &str)> = args.iter().map(|(key, value)| (*key, value.as_str())).collect();
        Ok((session.words().say("matching.portal.done", &args), view))
    })
}
