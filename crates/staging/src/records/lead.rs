//! Where a reference leads after a person changed what is written in it, or what it is found by: part of the same
//! step, with before and after, so that undo brings the old way back too.
//!
//! A rule does not lead anything elsewhere: what it does to a text makes it no other key. Where a source declares
//! itself what its rows lead to, [`super::declared`] says so.

use model::{Entity, Field, Reference};

use super::declared::{self, Declared};
use super::references::has_key;
use super::schema::{ensure_key_index, key_of};
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
    format!(
        "o.{text} IS NOT NULL AND o.{link} IS NULL AND NOT EXISTS (SELECT 1 FROM change d WHERE d.step_id = {step}
         AND d.entity = '{own}' AND d.field = '{field}_id' AND d.record = o.id)
         AND {written} IN (SELECT {theirs} FROM {table} t JOIN change c ON c.record = t.id
         WHERE c.step_id = {step} AND c.entity = '{code}' AND c.field = '{key}')",
        own = own.code,
        field = field.code,
        written = key_of(&format!("o.{text}")),
        theirs = key_of(&format!("t.{}", quoted(key))),
        table = table_name(target),
        code = target.code,
    )
}

/// Takes down where the records `o` under `condition` lead now: to the only active record that has the written key,
/// else nowhere.
fn lead(
    writer: &mut StepWriter<'_>,
    own: &'static Entity,
    field: &'static Field,
    reference: &Reference,
    condition: &str,
) -> Result<()> {
    let target = entity(reference.entity)?;
    let declared: Vec<Declared> = declared::of_entity(writer.connection(), own)?;
    for by in reference.by {
        ensure_key_index(writer.connection(), target, by)?;
    }
    let theirs = table_name(target);
    let cases = reference.by.iter().map(|by| {
        let key = has_key(own, field, target, by);
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
    writer.put_select(own, &format!("{}_id", field.code), &select, LED)?;
    Ok(())
}
