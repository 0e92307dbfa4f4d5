//! Whether a row that came back is still the row that went out, and its people still the same.

use model::{Entity, Field, FieldKind, RecordState, TableMapping};
use reports::errors_book::ROW_NUMBER;
use staging::Connection;
use staging::records::RecordRow;

use super::BookRow;
use super::take::looked_up;
use crate::command::cleanse::safe_form;
use crate::error::Failure;

/// What went out and what came back, by the school's column, from 0.
pub(super) type Pairs<'r> = Vec<(usize, &'r str, &'r str)>;

/// Why a row is not the one that its hidden cell names: nothing of it came back, or the row in the school's file, which
/// everybody sees and which is sorted with the rest, says another.
pub(super) fn other_row(
    row: &BookRow<'_>,
    headers: &[String],
    out: &[String],
    pairs: &Pairs<'_>,
) -> Option<&'static str> {
    let filled = |side: fn(&(usize, &str, &str)) -> bool| pairs.iter().any(side);
    if filled(|(_, before, _)| !before.trim().is_empty()) && !filled(|(_, _, after)| !after.trim().is_empty()) {
        return Some("workbook.emptied-row");
    }
    let header = headers.get(ROW_NUMBER)?;
    let mut places = (0..row.headers.len()).filter(|at| row.headers.get(*at) == Some(header));
    // Who took the column out left less to compare, and the people of the row still speak.
    let (Some(at), None) = (places.next(), places.next()) else { return None };
    let (before, after) = (out.get(ROW_NUMBER)?, row.cells.get(at)?);
    (before.trim() != after.trim()).then_some("workbook.other-number")
}

/// Whether everybody in the row can still be who they were: not where name, identity number and birth date, as far as
/// they are known, all came back as others.
pub(super) fn same_people(
    conn: &Connection,
    mapping: &TableMapping,
    records: &[(&'static Entity, RecordRow)],
    pairs: &Pairs<'_>,
) -> Result<bool, Failure> {
    let people = || records.iter().filter(|(entity, row)| entity.person.is_some() && row.state != RecordState::Merged);
    let pupil = people().any(|(entity, _)| entity.code == "students");
    for (entity, row) in people() {
        // A row with a pupil is the pupil's: who else stands there may have got another name.
        let owner = entity.code == "students" || !pupil;
        if proof_of(conn, mapping, (entity, row), pairs)?.speaks_against(owner) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn proof_of(
    conn: &Connection,
    mapping: &TableMapping,
    (entity, row): (&'static Entity, &RecordRow),
    pairs: &Pairs<'_>,
) -> Result<Proof, Failure> {
    let mut proof = Proof::default();
    for (column, before, after) in pairs {
        let Some((path, _)) = mapping.column(*column as u32) else { continue };
        let of_person = path.entity == entity.code && path.part == row.part;
        let Some(field) = entity.field(&path.field).filter(|field| of_person && tells(entity, field)) else { continue };
        let form = |text| safe_form(conn, entity, row, field, looked_up(mapping, &path, text));
        proof.add(field, &form(before)?, &form(after)?);
    }
    Ok(proof)
}

/// Whether a field says who somebody is, by itself or with others.
fn tells(entity: &Entity, field: &Field) -> bool {
    is_core(field)
        || matches!(field.kind, FieldKind::Phone | FieldKind::Email)
        || entity.keys.iter().any(|key| key.fields.contains(&field.code))
}

/// Name, identity number and birth date: what stays with a person for life.
fn is_core(field: &Field) -> bool {
    matches!(field.kind, FieldKind::PersonName | FieldKind::IdentityNumber) || field.code == "date_of_birth"
}

/// What the cells of one person say about whether it is still the same.
#[derive(Debug, Default)]
struct Proof {
    /// Of what stays with a person for life, how much went out filled.
    known: u32,
    /// Whether any of it came back the same, or as a name that may be the same.
    stayed: bool,
    /// Whether anything else that tells people apart came back the same.
    besides: bool,
}

impl Proof {
    fn add(&mut self, field: &Field, before: &str, after: &str) {
        // What nobody knew cannot contradict.
        if before.trim().is_empty() {
            return;
        }
        let same = plain(before) == plain(after)
            || (matches!(field.kind, FieldKind::PersonName) && pipeline::matching::may_be_one_name(before, after));
        if is_core(field) {
            self.known += 1;
            self.stayed |= same;
        } else {
            self.besides |= same;
        }
    }

    fn speaks_against(&self, owner: bool) -> bool {
        match self.known {
            _ if self.stayed => false,
            0 => false,
            1 => owner && !self.besides,
            _ => true,
        }
    }
}

/// Letters and digits alone.
fn plain(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
