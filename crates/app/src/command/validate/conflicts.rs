//! Corrections that came back too late, as findings.

use model::{Check, Entity, Finding, Message};
use pipeline::validate::checks::correction_conflict::LATE;
use staging::Connection;
use staging::handouts::{self, Conflict};

use super::duplicates::validate_check;
use crate::error::Failure;

/// Code of the check, see its page.
pub(super) const CHECK: &str = "correction-conflict";

/// The corrections that wait for a person, of one record or of all.
pub(super) fn found(conn: &Connection, entity: &'static Entity, record: Option<i64>) -> Result<Vec<Finding>, Failure> {
    let Some(check) = validate_check(CHECK) else { return Ok(Vec::new()) };
    let conflicts = handouts::conflicts(conn, entity, record)?;
    Ok(conflicts.into_iter().filter_map(|conflict| finding(check, entity, conflict)).collect())
}

fn finding(check: &'static Check, entity: &'static Entity, conflict: Conflict) -> Option<Finding> {
    Some(Finding {
        check: check.code,
        severity: check.severity,
        entity: entity.code,
        record: conflict.record,
        field: entity.field(&conflict.field)?.code,
        value: conflict.kept,
        message: Message::new(LATE).with("file", conflict.file).with("returned", conflict.returned),
    })
}
