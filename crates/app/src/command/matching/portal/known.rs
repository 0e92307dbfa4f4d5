//! What a push knows of records and rows of the portal before it looks for them by their keys: what a person said, and
//! what the rule proves.
//!
//! Nothing of it is kept as a link. It is found anew from the records as they are, the people that the last comparison
//! kept, and the decisions, so that it holds when files are brought in again and ends when a value changes.

use std::collections::HashMap;

use model::{Entity, RecordState};
use pipeline::matching::certain::is_certain;
use pipeline::matching::person::{Fields, usable_number};
use staging::Connection;
use staging::matches::portal::{self, Person};
use staging::matches::{Decisions, Verdict};
use staging::records::{self, RecordRow};
use targets::{Kin, KnownRow};
use uuid::Uuid;

use super::outsider;
use crate::command::matching::PEOPLE;
use crate::command::matching::keys::Keys;
use crate::command::matching::people::values;
use crate::error::Failure;

/// A record and a row of the portal, with the account of the person there.
pub(crate) struct KnownPerson {
    pub(crate) row: KnownRow,
    pub(crate) account: Option<Uuid>,
}

/// What is known of the records of `entity`, one row that is theirs at most.
///
/// # Errors
///
/// Those of the project file.
pub(crate) fn known_rows(conn: &Connection, entity: &'static Entity) -> Result<Vec<KnownPerson>, Failure> {
    if !PEOPLE.contains(&entity.code) || !portal::any(conn, entity.code)? {
        return Ok(Vec::new());
    }
    let (Some(fields), Some(mut keys)) = (Fields::of(entity), Keys::of(conn, entity.code)) else {
        return Ok(Vec::new());
    };
    let decisions = Decisions::read(conn, entity.code)?;
    let merged = said_of_merged(conn, entity, &mut keys, &decisions)?;
    let mut undecided: HashMap<i64, Vec<String>> = HashMap::new();
    for (record, target) in portal::undecided(conn, entity.code)? {
        undecided.entry(record).or_default().push(target);
    }
    let mut known = Vec::new();
    for row in records::read(conn, entity, Some(RecordState::Active), 0) {
        let row = row?;
        let mut said = keys.own(&row)?;
        said.extend(merged.get(&row.id).into_iter().flatten().cloned());
        let said = decisions.rows(&said);
        for (target, verdict) in &said {
            let same = *verdict == Verdict::Same;
            // Of two rows that a person called this record's the one named last is.
            let first =
                !same || said.iter().find(|(_, verdict)| *verdict == Verdict::Same).map(|one| one.0) == Some(*target);
            if first && (same || *verdict == Verdict::Different) {
                let account = if same { portal::with_target(conn, entity.code, target)? } else { None };
                let kin = if same { Kin::Same } else { Kin::Other };
                known.extend(known_person(&row, target, kin, None, account.as_ref()));
            }
        }
        if said.iter().all(|(_, verdict)| *verdict != Verdict::Same) {
            let denied: Vec<&str> =
                said.iter().filter(|(_, verdict)| *verdict == Verdict::Different).map(|one| one.0).collect();
            match proved(conn, entity, &fields, &row, &denied)? {
                Some(proved) => known.push(proved),
                None => known.extend(waiting(conn, entity, &row, undecided.get(&row.id))?),
            }
        }
    }
    Ok(known)
}

/// The keys of merged records that decisions know, by the record that stands for them.
fn said_of_merged(
    conn: &Connection,
    entity: &'static Entity,
    keys: &mut Keys<'_>,
    decisions: &Decisions,
) -> Result<HashMap<i64, Vec<String>>, Failure> {
    let mut merged: HashMap<i64, Vec<String>> = HashMap::new();
    for row in records::read(conn, entity, Some(RecordState::Merged), 0) {
        let row = row?;
        let own = keys.own(&row)?;
        if let Some(survivor) = row.survivor.filter(|_| !decisions.rows(&own).is_empty()) {
            merged.entry(survivor).or_default().extend(own);
        }
    }
    Ok(merged)
}

/// The rows that may be the record's and that a person has yet to look at: until then it stays back.
fn waiting(
    conn: &Connection,
    entity: &Entity,
    row: &RecordRow,
    targets: Option<&Vec<String>>,
) -> Result<Vec<KnownPerson>, Failure> {
    let mut waiting = Vec::new();
    for target in targets.into_iter().flatten() {
        let person = portal::with_target(conn, entity.code, target)?;
        waiting.extend(known_person(row, target, Kin::Undecided, None, person.as_ref()));
    }
    Ok(waiting)
}

/// The one row that the rule proves to be the record's, if it still does.
fn proved(
    conn: &Connection,
    entity: &Entity,
    fields: &Fields,
    row: &RecordRow,
    denied: &[&str],
) -> Result<Option<KnownPerson>, Failure> {
    let Some(number) = usable_number(row.value(entity, "national_id")) else { return Ok(None) };
    let ours = fields.read(&values(row), Vec::new());
    let mut same = portal::with_number(conn, entity.code, &number)?;
    same.retain(|theirs| {
        !denied.contains(&theirs.target.as_str())
            && is_certain(&ours, &outsider(entity, fields, &theirs.said), fields.child)
    });
    match same.as_slice() {
        [theirs] => Ok(known_person(row, &theirs.target, Kin::Same, Some(theirs.seen.clone()), Some(theirs))),
        _ => Ok(None),
    }
}

fn known_person(
    row: &RecordRow,
    target: &str,
    kin: Kin,
    seen: Option<String>,
    person: Option<&Person>,
) -> Option<KnownPerson> {
    let target = Uuid::parse_str(target).ok()?;
    let account = person.and_then(|person| Uuid::parse_str(&person.account).ok());
    Some(KnownPerson { row: KnownRow { record: row.id, target, kin, seen }, account })
}
