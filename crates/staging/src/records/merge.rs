//! The merge that needs no judgement: records that identity numbers prove to be one person.
//!
//! Pupils: the same identity number and the same birth date. Guardians: the same twelve-digit identity
//! number and the same name but for case and spaces. The lowest number survives; its blanks are filled
//! from the others, what led to them leads to it, and links that this made twice become one. All of it
//! is one step of the change log.

use model::{Entity, FieldKind, Watch};
use rusqlite::Connection;

use super::{STATE_FIELD, SURVIVOR_FIELD, entity, pointing_to, quoted, table_name};
use crate::change_log::{Act, StepDraft, StepWriter};
use crate::landing::Said;
use crate::{Error, Result};

/// What a merge did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CertainMerge {
    /// The step; `None` where nothing was to be merged.
    pub step: Option<i64>,
    /// Records that stand for others.
    pub survivors: u64,
    /// Records that another stands for now.
    pub merged: u64,
    /// Blank values of survivors that were filled.
    pub filled: u64,
    /// Values of merged records that differ from the survivor's; they stay with the merged record.
    pub differing: u64,
    /// Links that were led to a survivor.
    pub repointed: u64,
    /// Links that had become twice the same and are one now.
    pub merged_links: u64,
}

/// An identity number as it is compared: without hyphens and spaces, upper case.
const NUMBER: &str = "upper(replace(replace(national_id, '-', ''), ' ', ''))";

/// Merges the records of `code` (`students` or `guardians`; nothing is certain of others).
///
/// # Errors
///
/// [`Error::UnknownEntity`], [`Error::Cancelled`], or where the project cannot be written.
pub fn merge_certain(conn: &Connection, code: &str, act: &Act<'_>, watch: &dyn Watch) -> Result<CertainMerge> {
    let entity = entity(code)?;
    let Some(proof) = proof(entity) else { return Ok(CertainMerge::default()) };
    let label = Said { key: "step.merge-certain".to_owned(), args: vec![("entity".to_owned(), code.to_owned())] };
    let mut writer = StepWriter::begin(conn, &StepDraft { kind: "merge", label, rule: None, act: *act })?;
    let mut done = collect_pairs(writer.connection(), entity, &proof)?;
    if done.merged > 0 {
        merge_all(&mut writer, entity, &mut done, watch)?;
    }
    let dropped = writer.connection().execute_batch("DROP TABLE IF EXISTS temp.merge_pair");
    dropped.map_err(Error::from)?;
    done.step = writer.finish(watch)?;
    Ok(done)
}

/// Merges classes or years that have one name since the step in `writer` changed it: the same name in the same year is
/// one class. The record that had the name before stands for the others. Part of that step.
///
/// # Errors
///
/// [`Error::UnknownEntity`], [`Error::Cancelled`], or where the project cannot be written.
pub fn merge_same_named(writer: &mut StepWriter<'_>, code: &str, watch: &dyn Watch) -> Result<CertainMerge> {
    let entity = entity(code)?;
    let year = if entity.field("academic_year").is_some() { "academic_year_id" } else { "NULL" };
    writer.flush()?;
    let changed = format!(
        "EXISTS (SELECT 1 FROM change c WHERE c.step_id = {} AND c.entity = '{code}' AND c.field = 'name' AND c.record = r.id)",
        writer.step()
    );
    let conn = writer.connection();
    conn.execute_batch(
        &format!(
            "DROP TABLE IF EXISTS temp.merge_pair;
         CREATE TEMP TABLE merge_pair (loser INTEGER PRIMARY KEY, survivor INTEGER NOT NULL);
         INSERT INTO merge_pair SELECT id, survivor FROM (
             SELECT r.id AS id, first_value(r.id) OVER same AS survivor, max({changed}) OVER whole AS touched
             FROM {} r WHERE r.record_state = 0 AND r.name IS NOT NULL
             WINDOW same AS (PARTITION BY upper(trim(r.name)), r.{year} ORDER BY {changed}, r.id),
                    whole AS (PARTITION BY upper(trim(r.name)), r.{year})) WHERE id <> survivor AND touched;
         CREATE INDEX temp.merge_pair_survivor ON merge_pair (survivor);",
            table_name(entity)
        )
        .replace("r.NULL", "NULL"),
    )?;
    let sql = "SELECT count(DISTINCT survivor), count(*) FROM merge_pair";
    let (survivors, merged) = conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut done = CertainMerge { survivors, merged, ..CertainMerge::default() };
    if done.merged > 0 {
        merge_all(writer, entity, &mut done, watch)?;
    }
    writer.connection().execute_batch("DROP TABLE IF EXISTS temp.merge_pair").map_err(Error::from)?;
    Ok(done)
}

/// Merges the pairs in `merge_pair`, with all that leads to them.
fn merge_all(
    writer: &mut StepWriter<'_>,
    entity: &'static Entity,
    done: &mut CertainMerge,
    watch: &dyn Watch,
) -> Result<()> {
    watch.check()?;
    merge_pairs(writer, entity, done)?;
    for (other, field) in pointing_to(entity) {
        watch.check()?;
        repoint(writer, other, field, done)?;
    }
    writer.flush()?;
    merge_links(writer, entity, done, watch)
}

/// What proves two records of `entity` to be one: the expressions that agree, and when they count.
struct Proof {
    keys: [String; 2],
    counts: String,
}

fn proof(entity: &Entity) -> Option<Proof> {
    let number = NUMBER.to_owned();
    match entity.code {
        // Shorter than any identity number, or all zeros, is a placeholder.
        "students" => Some(Proof {
            counts: format!("length({number}) >= 6 AND replace({number}, '0', '') <> '' AND date_of_birth IS NOT NULL"),
            keys: [number, "date_of_birth".to_owned()],
        }),
        "guardians" => Some(Proof {
            counts: format!(
                "length({number}) = 12 AND {number} NOT GLOB '*[^0-9]*' AND replace({number}, '0', '') <> ''
                 AND full_name IS NOT NULL"
            ),
            keys: [number, "upper(replace(full_name, ' ', ''))".to_owned()],
        }),
        _ => None,
    }
}

fn collect_pairs(conn: &Connection, entity: &Entity, proof: &Proof) -> Result<CertainMerge> {
    let (table, [first, second]) = (table_name(entity), &proof.keys);
    conn.execute_batch(&format!(
        "DROP TABLE IF EXISTS temp.merge_pair;
         CREATE TEMP TABLE merge_pair (loser INTEGER PRIMARY KEY, survivor INTEGER NOT NULL);
         INSERT INTO merge_pair SELECT id, survivor FROM (
             SELECT id, min(id) OVER (PARTITION BY {first}, {second}) AS survivor FROM {table}
             WHERE record_state = 0 AND national_id IS NOT NULL AND {}) WHERE id <> survivor;
         CREATE INDEX temp.merge_pair_survivor ON merge_pair (survivor);",
        proof.counts
    ))?;
    let sql = "SELECT count(DISTINCT survivor), count(*) FROM merge_pair";
    let (survivors, merged) = conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(CertainMerge { survivors, merged, ..CertainMerge::default() })
}

fn merge_pairs(writer: &mut StepWriter<'_>, entity: &'static Entity, done: &mut CertainMerge) -> Result<()> {
    let table = table_name(entity);
    let reason = "merge.certain";
    writer.put_select(entity, STATE_FIELD, "SELECT loser, '1' FROM merge_pair", reason)?;
    writer.put_select(entity, SURVIVOR_FIELD, "SELECT loser, survivor FROM merge_pair", reason)?;
    // Records merged earlier into one that is merged now follow it.
    let earlier = format!(
        "SELECT r.id, p.survivor FROM {table} r JOIN merge_pair p ON p.loser = r.survivor WHERE r.record_state = 1"
    );
    writer.put_select(entity, SURVIVOR_FIELD, &earlier, reason)?;
    for field in entity.fields {
        let columns = match field.kind {
            FieldKind::Reference(_) => vec![field.code.to_owned(), format!("{}_id", field.code)],
            _ => vec![field.code.to_owned()],
        };
        for name in columns {
            let column = quoted(&name);
            let fill = format!(
                "SELECT s.id, (SELECT l.{column} FROM merge_pair q JOIN {table} l ON l.id = q.loser
                 WHERE q.survivor = s.id AND l.{column} IS NOT NULL ORDER BY l.id LIMIT 1) AS value
                 FROM (SELECT DISTINCT survivor FROM merge_pair) p JOIN {table} s ON s.id = p.survivor
                 WHERE s.{column} IS NULL AND EXISTS (SELECT 1 FROM merge_pair q JOIN {table} l ON l.id = q.loser
                 WHERE q.survivor = s.id AND l.{column} IS NOT NULL)"
            );
            done.filled += writer.put_select(entity, &name, &fill, "merge.filled")?;
        }
        let differing = format!(
            "SELECT count(*) FROM merge_pair p JOIN {table} l ON l.id = p.loser JOIN {table} s ON s.id = p.survivor
             WHERE l.{0} IS NOT NULL AND s.{0} IS NOT NULL AND l.{0} <> s.{0}",
            quoted(field.code)
        );
        done.differing += writer.connection().query_row(&differing, [], |row| row.get::<_, u64>(0))?;
    }
    Ok(())
}

fn repoint(writer: &mut StepWriter<'_>, other: &'static Entity, field: &str, done: &mut CertainMerge) -> Result<()> {
    let name = format!("{field}_id");
    let select = format!(
        "SELECT o.id, p.survivor FROM {} o JOIN merge_pair p ON p.loser = o.{} WHERE o.record_state = 0",
        table_name(other),
        quoted(&name)
    );
    done.repointed += writer.put_select(other, &name, &select, "merge.repointed")?;
    Ok(())
}

/// Merges links to a survivor that say nothing another link to it does not say. Only entities that are
/// nothing but links: those whose natural key is all references.
fn merge_links(writer: &mut StepWriter<'_>, entity: &Entity, done: &mut CertainMerge, watch: &dyn Watch) -> Result<()> {
    for (other, field) in pointing_to(entity) {
        let is_link = |name: &str| other.references().any(|(reference, _)| reference.code == name);
        let Some(key) = other.keys.first().filter(|key| key.fields.iter().all(|name| is_link(name))) else { continue };
        watch.check()?;
        let pairs = link_pairs(other, key.fields, field);
        let survivors = format!("SELECT id, keep FROM ({pairs})");
        let states = format!("SELECT id, '1' FROM ({pairs})");
        writer.put_select(other, SURVIVOR_FIELD, &survivors, "merge.link")?;
        done.merged_links += writer.put_select(other, STATE_FIELD, &states, "merge.link")?;
    }
    Ok(())
}

/// The links to survivors whose key and every filled value an older link has too.
fn link_pairs(other: &'static Entity, key: &[&str], field: &str) -> String {
    let table = table_name(other);
    let key_columns: Vec<String> = key.iter().map(|name| quoted(&format!("{name}_id"))).collect();
    let agree: Vec<String> = other
        .fields
        .iter()
        .map(|each| match each.kind {
            FieldKind::Reference(_) => quoted(&format!("{}_id", each.code)),
            _ => quoted(each.code),
        })
        .map(|column| format!("(l.{column} IS NULL OR l.{column} = s.{column})"))
        .collect();
    let filled: Vec<String> = key_columns.iter().map(|column| format!("o.{column} IS NOT NULL")).collect();
    format!(
        "SELECT l.id AS id, g.keep AS keep FROM (
             SELECT o.id, min(o.id) OVER (PARTITION BY {keys}) AS keep FROM {table} o
             WHERE o.record_state = 0 AND {filled} AND o.{link} IN (SELECT survivor FROM merge_pair)) g
         JOIN {table} l ON l.id = g.id JOIN {table} s ON s.id = g.keep WHERE g.id <> g.keep AND {agree}",
        keys = key_columns.join(", "),
        filled = filled.join(" AND "),
        link = quoted(&format!("{field}_id")),
        agree = agree.join(" AND ")
    )
}
