//! Kinds of records that a school has and the project does not: said once, at the project's first record.

use model::{Entity, Finding, Message, RecordState};
pub(super) use pipeline::validate::checks::nobody_there::CODE;
use pipeline::validate::checks::nobody_there::WANTED;
use staging::Connection;
use staging::records::{self, RecordRow};

use super::duplicates::validate_check;
use crate::error::Failure;

/// How many kinds are looked for.
pub(super) const LOOKED: u64 = WANTED.len() as u64;

/// What is missing, where `entity` has the record that it is said at: that one record, or any.
pub(super) fn found(
    conn: &Connection,
    entity: &'static Entity,
    record: Option<i64>,
) -> Result<Option<Vec<Finding>>, Failure> {
    let Some(check) = validate_check(CODE) else { return Ok(None) };
    let Some(first) = first(conn, entity)?.filter(|first| record.is_none_or(|record| record == first.id)) else {
        return Ok(None);
    };
    let (Some(field), Some(value)) = (entity.fields.first(), first.values.first()) else { return Ok(None) };
    let mut missing = Vec::new();
    for (code, sentence) in WANTED {
        if first_of(conn, code)?.is_none() {
            missing.push(Finding {
                check: check.code,
                severity: check.severity,
                entity: entity.code,
                record: first.id,
                field: field.code,
                value: value.clone(),
                message: Message::new(sentence),
            });
        }
    }
    Ok(Some(missing))
}

/// The first active record of the entity with this code.
fn first_of(conn: &Connection, code: &str) -> Result<Option<RecordRow>, Failure> {
    let Some(entity) = model::entities::find(code) else { return Ok(None) };
    Ok(records::read(conn, entity, Some(RecordState::Active), 0).next().transpose()?)
}

/// The project's first record, where `entity` has it: of the wanted kinds in their order, else of all others.
fn first(conn: &Connection, entity: &'static Entity) -> Result<Option<RecordRow>, Failure> {
    let wanted = WANTED.iter().map(|(code, _)| *code);
    let others = model::entities::ALL.iter().map(|entity| entity.code);
    for code in wanted.chain(others) {
        if let Some(first) = first_of(conn, code)? {
            return Ok(Some(first).filter(|_| code == entity.code));
        }
    }
    Ok(None)
}
