//! What a merged row says otherwise than the record that stands for it: kept in the project, and said.

use model::{Check, Entity, Field, FieldKind, Finding, Message, RecordState, Severity};
pub(super) use pipeline::validate::checks::merged_differs::CODE;
use pipeline::validate::checks::merged_differs::SAYS;
use staging::records::{self, RecordRow};
use staging::{Connection, matches};

use super::duplicates::validate_check;
use crate::command::cleanse::who_and_where;
use crate::command::matching::PEOPLE;
use crate::error::Failure;

/// Merged records read at once.
const PORTION: usize = 1_000;

/// Fields that a spelling alone may make differ: what is merged agrees in them as far as it matters.
const SPELLED: [&str; 6] = ["full_name", "address_line1", "address_line2", "address_line3", "city", "national_id"];

/// What differs in records that stand for others: in one, or in all.
pub(super) fn found(conn: &Connection, entity: &'static Entity, record: Option<i64>) -> Result<Vec<Finding>, Failure> {
    let Some(check) = validate_check(CODE).filter(|_| PEOPLE.contains(&entity.code)) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    if let Some(survivor) = record {
        for loser in matches::merged_into(conn, entity.code, survivor)? {
            differing(conn, check, entity, [loser, survivor], &mut found)?;
        }
        return Ok(found);
    }
    for offset in (0..).step_by(PORTION) {
        let (_, merged) = matches::merged(conn, entity.code, offset, PORTION)?;
        let last = merged.len() < PORTION;
        for (loser, survivor) in merged {
            differing(conn, check, entity, [loser, survivor], &mut found)?;
        }
        if last {
            break;
        }
    }
    Ok(found)
}

fn differing(
    conn: &Connection,
    check: &'static Check,
    entity: &'static Entity,
    [loser, survivor]: [i64; 2],
    found: &mut Vec<Finding>,
) -> Result<(), Failure> {
    let [loser, survivor] = [records::record(conn, entity, loser)?, records::record(conn, entity, survivor)?];
    if survivor.state != RecordState::Active {
        return Ok(());
    }
    let odd: Vec<&'static Field> =
        entity.fields.iter().filter(|field| differs(entity, field, &loser, &survivor)).collect();
    if odd.is_empty() {
        return Ok(());
    }
    let (_, place) = who_and_where(conn, entity.code, loser.id)?;
    found.extend(odd.into_iter().map(|field| Finding {
        check: check.code,
        severity: Severity::Warning,
        entity: entity.code,
        record: survivor.id,
        field: field.code,
        value: survivor.value(entity, field.code).to_owned(),
        message: Message::new(SAYS).with("row", &place).with("said", loser.value(entity, field.code)),
    }));
    Ok(())
}

fn differs(entity: &Entity, field: &Field, loser: &RecordRow, survivor: &RecordRow) -> bool {
    let value = |row: &RecordRow| row.value(entity, field.code).trim().to_uppercase();
    let (theirs, ours) = (value(loser), value(survivor));
    let compared = !matches!(field.kind, FieldKind::Reference(_)) && !SPELLED.contains(&field.code);
    compared && !theirs.is_empty() && !ours.is_empty() && theirs != ours
}
