//! Guardians without a number who are one by name and telephone: the father and mother that every row of their
//! children names again.

use model::Watch;
use pipeline::matching::certain::groups_by_phone;
use pipeline::matching::person::{Fields, Person};
use staging::records::{self, Joined, RecordRow};
use staging::{Connection, settings};

use super::certain::{Denied, stand_for};
use super::circles::{each, of_many, school_hashes};
use super::people::values;
use crate::error::Failure;

/// Whose records these are.
pub(super) const CODE: &str = "guardians";

/// Who of them would be merged into whom. A telephone of several people, or the school's own, proves nothing.
pub(super) fn joined(conn: &Connection, watch: &dyn Watch) -> Result<Vec<Joined>, Failure> {
    let Some((entity, fields)) = model::entities::find(CODE).and_then(|entity| Some((entity, Fields::of(entity)?)))
    else {
        return Ok(Vec::new());
    };
    let denied = Denied::read(conn, CODE)?;
    let mut found = Vec::new();
    for same in alike(conn, watch)? {
        watch.check()?;
        let rows: Vec<RecordRow> =
            same.iter().map(|id| records::record(conn, entity, *id)).collect::<Result<_, _>>()?;
        let people: Vec<Person> = rows.iter().map(|row| fields.read(&values(row), Vec::new())).collect();
        let denied = denied.among(conn, CODE, &same)?;
        for group in groups_by_phone(&people, |one, other| !denied.contains(&(one.min(other), one.max(other)))) {
            let members = group.iter().filter_map(|at| rows.get(*at));
            found.extend(stand_for(conn, entity, &members.collect::<Vec<_>>())?);
        }
    }
    Ok(found)
}

/// Groups of guardians without a number whose telephone and name have the same hashes.
fn alike(conn: &Connection, watch: &dyn Watch) -> Result<Vec<Vec<i64>>, Failure> {
    let (mut bearers, mut known) = (Vec::new(), Vec::new());
    each(conn, CODE, watch, &mut |guardian, person| {
        if person.phone != 0 {
            bearers.push((person.phone, person.name_hash()));
        }
        if person.phone != 0 && person.number.is_empty() && !person.name.is_empty() {
            known.push((person.phone, person.name_hash(), guardian));
        }
    })?;
    let mut fillers = of_many(bearers);
    fillers.extend(school_hashes(&settings::read(conn)?.school_phone));
    known.retain(|(phone, ..)| !fillers.contains(phone));
    known.sort_unstable();
    let alike = known.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)).filter(|same| same.len() > 1);
    Ok(alike.map(|same| same.iter().map(|(.., guardian)| i64::from(*guardian)).collect()).collect())
}
