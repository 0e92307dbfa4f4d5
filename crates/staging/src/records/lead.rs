//! Where a reference leads after a person changed what is written in it, or what it is found by: part of the same
//! step, with before and after, so that undo brings the old way back too. And what named two
//! records leads to the one that they became, in the step that made them one.
//!
//! A rule does not lead anything elsewhere: what it does to a text makes it no other key. Where a source declares
//! itself what its rows lead to, [`super::declared`] says so.

use model::{Entity, Field, Reference};

use super::declared::{self, Declared};
use super::references::has_key;
use super::schema::{Key, ensure_key_index};
use super::{entity, pointing_to, quoted, table_name};
use crate::Result;
use crate::change_log::StepWriter;

/// Why a link changed, as the change log says it.
const LED: &str = "reference.led";

/// Leads the references that the step in `writer` touched. Its values must have been flushed.
pub(crate) fn lead_changed(writer: &mut StepWriter<'_>, touched: &[(&'static str, String)]) -> Result<()> {
    for (code, changed) in touched {
        let own = entity(code)?;
        if let Some((field, reference)) = own.references().find(|(field, _)| field.code == changed) {
            lead(writer, own, field, reference, &written_in(writer.step(), own, field))?;
        }
        for (other, link) in pointing_to(own) {
            let named = other
                .references()
                .find(|(field, reference)| field.code == link && reference.by.contains(&changed.as_str()));
            if let Some((field, reference)) = named {
                lead(writer, other, field, reference, &open_to(writer.step(), other, field, own, changed))?;
            }
        }
    }
    Ok(())
}

/// Leads what named two records that are one since this step, the pairs of `merge_pair`, and so named neither. The
/// states of these records must have been flushed. Gives how many were led.
pub(super) fn lead_merged(writer: &mut StepWriter<'_>, target: &'static Entity) -> Result<u64> {
    let mut led = 0;
    for (other, link) in pointing_to(target) {
        let Some((field, reference)) = other.references().find(|(field, _)| field.code == link) else { continue };
        let text = quoted(field.code);
        let named = Key::all(target, reference).into_iter().map(|key| {
            format!(
                "{} IN (SELECT {} FROM {} t WHERE t.id IN (SELECT survivor FROM merge_pair))",
                key.sql(&format!("o.{text}")),
                key.sql(&format!("t.{}", quoted(key.by))),
                table_name(target)
            )
        });
        let open = format!(
            "o.{text} IS NOT NULL AND o.{} IS NULL AND ({})",
            quoted(&format!("{}_id", field.code)),
            named.collect::<Vec<_>>().join(" OR ")
        );
        led += lead(writer, other, field, reference, &open)?;
    }
    Ok(led)
}

/// The condition that the step changed what is written in `field` of `o`.
fn written_in(step: i64, own: &Entity, field: &Field) -> String {
    format!(
        "o.id IN (SELECT record FROM change WHERE step_id = {step} AND entity = '{}' AND field = '{}')",
        own.code, field.code
    )
}

/// The condition that `field` of `o` leads nowhere and names a record of `target` whose key the step changed.
fn open_to(step: i64, own: &Entity, field: &Field, target: &Entity, key: &str) -> String {
    let (text, link) = (quoted(field.code), quoted(&format!("{}_id", field.code)));
    let named = Key::of(target, key).map(|way| {
        format!(
            "{written} IN (SELECT {theirs} FROM {table} t JOIN change c ON c.record = t.id
             WHERE c.step_id = {step} AND c.entity = '{code}' AND c.field = '{key}')",
            written = way.sql(&format!("o.{text}")),
            theirs = way.sql(&format!("t.{}", quoted(key))),
            table = table_name(target),
            code = target.code,
        )
    });
    format!(
        "o.{text} IS NOT NULL AND o.{link} IS NULL AND NOT EXISTS (SELECT 1 FROM change d WHERE d.step_id = {step}
         AND d.entity = '{own}' AND d.field = '{field}_id' AND d.record = o.id)
         AND ({named})",
        own = own.code,
        field = field.code,
        named = named.collect::<Vec<_>>().join(" OR "),
    )
}

/// Takes down where the records `o` under `condition` lead now: to the only active record that has the written key,
/// else nowhere. Gives how many were looked at.
fn lead(
    writer: &mut StepWriter<'_>,
    own: &'static Entity,
    field: &'static Field,
    reference: &Reference,
    condition: &str,
) -> Result<u64> {
    let target = entity(reference.entity)?;
    let declared: Vec<Declared> = declared::of_entity(writer.connection(), own)?;
    for key in Key::all(target, reference) {
        ensure_key_index(writer.connection(), target, key)?;
    }
    let theirs = table_name(target);
    let cases = Key::all(target, reference).into_iter().map(|key| {
        let key = has_key(own, field, target, key);
        format!(
            "WHEN EXISTS (SELECT 1 FROM {theirs} t WHERE {key}) THEN
             (SELECT CASE WHEN count(*) = 1 THEN min(id) END FROM (SELECT t.id FROM {theirs} t WHERE {key} LIMIT 2))"
        )
    });
    let select = format!(
        "SELECT o.id, CASE {} END FROM {} o WHERE o.record_state = 0{} AND {condition}",
        cases.collect::<Vec<_>>().join(" "),
        table_name(own),
        declared::not_declared(field.code, &declared),
    );
    writer.put_select(own, &format!("{}_id", field.code), &select, LED)
}
