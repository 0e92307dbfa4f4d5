//! Places in Quran programmes, and what was memorised there, that two files write in two ways: one by number, the
//! other by name. Once references are led and names of surahs are numbers, they are one record.

use model::{Entity, Watch};
use pipeline::matching::survivor::{self, Standing};
use staging::matches;
use staging::records::{self, Joined, Merge, Merged, RecordRow};
use staging::{Connection, Project};

use super::certain::{label, standing};
use crate::command::cleanse::act;
use crate::error::Failure;

/// Kinds of record that their natural key alone tells apart, in push order: what leads to a place follows it.
const PLACES: [&str; 2] = ["quran_enrollments", "hafiz_progress"];

/// Merges records with one key whose other values do not contradict each other, one step a kind. Those that do are for
/// a person; a check names them.
///
/// # Errors
///
/// Where the project cannot be written.
pub(super) fn merge(project: &Project, watch: &dyn Watch) -> Result<Vec<(&'static str, Merged)>, Failure> {
    let conn = project.connection();
    let mut merged = Vec::new();
    for code in PLACES {
        merged.extend(merge_all(project, code, &joined(conn, code, watch)?, watch)?);
        if code == "quran_enrollments" {
            merged.extend(merge_all(project, code, &only_places(conn)?, watch)?);
        }
    }
    Ok(merged)
}

/// Merges these, if there are any.
fn merge_all(
    project: &Project,
    code: &'static str,
    joined: &[Joined],
    watch: &dyn Watch,
) -> Result<Option<(&'static str, Merged)>, Failure> {
    if joined.is_empty() {
        return Ok(None);
    }
    let plan = Merge { entity: code, joined, picks: &[], label: label(code), reason: "merge.same-key" };
    Ok(Some((code, records::merge(project.connection(), &plan, &act(project), watch)?)))
}

/// What a pupil memorised hangs on a place, and the file that tells it seldom names the year. The place that was made
/// for it, about which nothing but that is known, is the only one that the pupil has in the programme. Where there are
/// several, it stays for a person.
fn only_places(conn: &Connection) -> Result<Vec<Joined>, Failure> {
    let pairs = matches::places_without_year(conn)?;
    Ok(pairs.into_iter().map(|(loser, survivor)| Joined { loser, survivor }).collect())
}

fn joined(conn: &Connection, code: &str, watch: &dyn Watch) -> Result<Vec<Joined>, Failure> {
    let Some(entity) = model::entities::find(code) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for same in matches::same_keys(conn, code)? {
        watch.check()?;
        let mut rows: Vec<RecordRow> =
            same.iter().map(|id| records::record(conn, entity, *id)).collect::<Result<_, _>>()?;
        let mut all: Vec<Standing> = rows.iter().map(|row| standing(conn, entity, row)).collect::<Result<_, _>>()?;
        survivor::order(&mut all);
        rows.sort_by_key(|row| all.iter().position(|one| one.record == row.id));
        found.extend(stand_for(entity, &rows));
    }
    Ok(found)
}

/// The first of `rows` stands for those that say nothing else than it and those it stands for already.
fn stand_for(entity: &Entity, rows: &[RecordRow]) -> Vec<Joined> {
    let key = entity.keys.first().map_or(&[][..], |key| key.fields);
    let fields = entity.fields.iter().enumerate();
    let others: Vec<usize> = fields.filter(|(_, field)| !key.contains(&field.code)).map(|(at, _)| at).collect();
    let Some((survivor, rest)) = rows.split_first() else { return Vec::new() };
    let mut said: Vec<String> = others.iter().map(|at| value(survivor, *at)).collect();
    let mut joined = Vec::new();
    for row in rest {
        let theirs: Vec<String> = others.iter().map(|at| value(row, *at)).collect();
        if said.iter().zip(&theirs).all(|(ours, theirs)| ours.is_empty() || theirs.is_empty() || ours == theirs) {
            for (ours, theirs) in said.iter_mut().zip(theirs).filter(|(ours, _)| ours.is_empty()) {
                *ours = theirs;
            }
            joined.push(Joined { loser: row.id, survivor: survivor.id });
        }
    }
    joined
}

/// What a field says: whom a reference leads to, else the text.
fn value(row: &RecordRow, at: usize) -> String {
    match row.links.get(at).copied().flatten() {
        Some(id) => format!("#{id}"),
        None => row.values.get(at).cloned().unwrap_or_default(),
    }
}
