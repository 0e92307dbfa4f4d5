//! The job: reads everybody once for their keys, compares the pairs that share one, and keeps what a person should
//! look at.

use model::Watch;
use pipeline::matching::blocking::Blocks;
use pipeline::matching::compare::Crowd;
use pipeline::matching::likely;
use pipeline::matching::scoring::{Scored, score};
use staging::matches::{Decisions, MatchWriter, NewPair, RunCount};
use staging::records;
use staging::{Connection, Permission};

use super::PEOPLE;
use super::circles::Circles;
use super::keys::Keys;
use super::people::People;
use crate::clock;
use crate::command::cleanse::act;
use crate::error::Failure;
use crate::session::Session;

/// Compares all people; the result replaces that of the last run.
///
/// # Errors
///
/// Where the project cannot be written; then the last result stays.
pub fn run(session: &Session, watch: &dyn Watch) -> Result<(), Failure> {
    let project = session.write(Permission::Cleanse)?;
    let conn = project.connection();
    let circles = Circles::read(conn, &session.settings().school_phone, watch)?;
    let mut writer = MatchWriter::begin(conn, &act(&project))?;
    for code in PEOPLE {
        compare_all(conn, code, &circles, &mut writer, watch)?;
    }
    write_families(&circles, &mut writer)?;
    write_likely(conn, &circles, &mut writer, watch)?;
    writer.finish()?;
    Ok(project.log("matching.done", &[], clock::now())?)
}

fn compare_all(
    conn: &Connection,
    code: &str,
    circles: &Circles,
    writer: &mut MatchWriter<'_>,
    watch: &dyn Watch,
) -> Result<(), Failure> {
    let Some(mut people) = People::of(conn, code, circles) else { return Ok(()) };
    let (blocks, crowd) = gather(conn, &people, watch)?;
    let candidates = blocks.pairs();
    let total = candidates.pairs.len() as u64;
    let count = RunCount {
        entity: code.to_owned(),
        people: crowd.len() as u64,
        compared: total,
        left_out: candidates.left_out,
    };
    writer.count(&count)?;
    let child = people.fields.child;
    let mut done = 0;
    let people = std::cell::RefCell::new(&mut people);
    let scored = score(
        &candidates.pairs,
        child,
        &crowd,
        &mut |record| Ok::<_, Failure>(Person(people.borrow_mut().get(record)?)),
        &mut |record| Ok(people.borrow_mut().get(record)?.table),
        &mut |pairs| {
            done += pairs;
            watch.progress(done, Some(total));
            Ok(watch.check()?)
        },
    )?;
    write_pairs(conn, code, &scored, writer)
}

/// A shared person, borrowed as one.
struct Person(std::rc::Rc<super::people::Known>);

impl std::borrow::Borrow<pipeline::matching::person::Person> for Person {
    fn borrow(&self) -> &pipeline::matching::person::Person {
        &self.0.person
    }
}

/// The keys and names of everybody.
fn gather(conn: &Connection, people: &People<'_>, watch: &dyn Watch) -> Result<(Blocks, Crowd), Failure> {
    let (mut blocks, mut names) = (Blocks::default(), Vec::new());
    for block in records::read_blocks(conn, people.entity) {
        let block = block?;
        let mut values = Vec::new();
        for record in block.records() {
            values.clear();
            values.extend(record.values().map(|(text, _)| text));
            let person = people.read(record.id, &values);
            blocks.take(record.id as u32, &person);
            names.push(person.name_hash());
        }
        watch.progress(names.len() as u64, None);
        watch.check()?;
    }
    Ok((blocks, Crowd::of(names)))
}

fn write_pairs(conn: &Connection, code: &str, scored: &[Scored], writer: &mut MatchWriter<'_>) -> Result<(), Failure> {
    let decisions = Decisions::read(conn, code)?;
    let mut keys = Keys::of(conn, code);
    for pair in scored {
        let records = pair.records.map(i64::from);
        let mut decision = None;
        if let Some(keys) = keys.as_mut().filter(|_| !decisions.is_empty()) {
            let sides = [keys.record(records[0])?, keys.record(records[1])?];
            decision = decisions.find(&sides[0], &sides[1]).map(|(id, _)| id);
        }
        let evidence: Vec<&str> = pair.compared.evidence.iter().map(|evidence| evidence.code()).collect();
        writer.pair(&NewPair {
            entity: code,
            records,
            probability: pair.compared.probability(),
            evidence: &evidence.join(" "),
            decision,
        })?;
    }
    Ok(())
}

fn write_families(circles: &Circles, writer: &mut MatchWriter<'_>) -> Result<(), Failure> {
    for (family, child) in &circles.families.members {
        writer.member(i64::from(*family), i64::from(*child))?;
    }
    for filler in &circles.families.fillers {
        writer.filler(*filler)?;
    }
    Ok(())
}

/// Looks for the guardians of children who have none: those with their telephone or address, and those of children
/// in the same family.
fn write_likely(
    conn: &Connection,
    circles: &Circles,
    writer: &mut MatchWriter<'_>,
    watch: &dyn Watch,
) -> Result<(), Failure> {
    let by = Reached::of(circles);
    let (Some(mut guardians), Some(children)) =
        (People::of(conn, "guardians", circles), People::of(conn, "students", circles))
    else {
        return Ok(());
    };
    for block in records::read_blocks(conn, children.entity) {
        let block = block?;
        watch.check()?;
        for record in block.records() {
            let child = record.id as u32;
            if circles.guardians(child).next().is_some() {
                continue;
            }
            let values: Vec<&str> = record.values().map(|(text, _)| text).collect();
            let person = children.read(record.id, &values);
            for (guardian, sibling) in by.around(circles, child, &[person.phone, person.address]) {
                let why = likely::reasons(&person, &guardians.get(guardian)?.person, sibling);
                if !why.is_empty() {
                    let why: Vec<&str> = why.into_iter().map(likely::Why::code).collect();
                    writer.likely(record.id, i64::from(guardian), &why.join(" "))?;
                }
            }
        }
    }
    Ok(())
}

/// Guardians by what they are reached at, and families by child.
struct Reached {
    at: Vec<(u32, u32)>,
    family_of: Vec<(u32, u32)>,
}

impl Reached {
    fn of(circles: &Circles) -> Self {
        let reached = circles.contacts.iter().flat_map(|one| [(one.phone, one.guardian), (one.address, one.guardian)]);
        let mut at: Vec<(u32, u32)> = reached.filter(|(hash, _)| *hash != 0 && !circles.is_filler(*hash)).collect();
        at.sort_unstable();
        let mut family_of: Vec<(u32, u32)> =
            circles.families.members.iter().map(|(family, child)| (*child, *family)).collect();
        family_of.sort_unstable();
        Self { at, family_of }
    }

    /// Guardians who may be a child's, and whether they are a sibling's.
    fn around(&self, circles: &Circles, child: u32, hashes: &[u32]) -> Vec<(u32, bool)> {
        let mut found: Vec<(u32, bool)> = Vec::new();
        for hash in hashes.iter().filter(|hash| **hash != 0) {
            let from = self.at.partition_point(|(known, _)| known < hash);
            let same = self.at.iter().skip(from).take_while(|(known, _)| known == hash);
            found.extend(same.map(|(_, guardian)| (*guardian, false)));
        }
        if let Ok(at) = self.family_of.binary_search_by_key(&child, |(child, _)| *child)
            && let Some((_, family)) = self.family_of.get(at)
        {
            let from = circles.families.members.partition_point(|(known, _)| known < family);
            let members = circles.families.members.iter().skip(from).take_while(|(known, _)| known == family);
            found.extend(members.flat_map(|(_, child)| circles.guardians(*child)).map(|guardian| (guardian, true)));
        }
        // Of a guardian found both ways, being a sibling's is said as well.
        found.sort_unstable_by_key(|(guardian, sibling)| (*guardian, !*sibling));
        found.dedup_by_key(|(guardian, _)| *guardian);
        found
    }
}
