//! Making several records of one person one: the survivor stands for the others, which are kept.
//!
//! Who is whom is decided before, by proof or by a person. The survivor's blanks are filled from the others, values
//! that a person picked go over its own, what led to the others leads to it, and links that this made twice become
//! one. All of it is one step of the change log.

use model::{Entity, FieldKind, Watch};
use rusqlite::{Connection, params};

use super::{STATE_FIELD, SURVIVOR_FIELD, entity, pointing_to, quoted, table_name};
use crate::change_log::{Act, StepDraft, StepWriter};
use crate::landing::Said;
use crate::{Error, Result};

/// What a merge did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
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

/// A record and the one that is to stand for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The record that is kept aside.
    pub loser: i64,
    /// The record that stands for it.
    pub survivor: i64,
}

/// A value that a person picked for a survivor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// The survivor.
    pub survivor: i64,
    /// Code of the field.
    pub field: String,
    /// The value; empty for a blank.
    pub value: String,
}

/// A merge about to be made.
#[derive(Clone, Debug)]
pub struct Merge<'a> {
    /// Code of the entity.
    pub entity: &'a str,
    /// Who stands for whom. Where several could fill a blank, the earlier does. No survivor may be a loser.
    pub joined: &'a [Joined],
    /// Values picked by a person.
    pub picks: &'a [Pick],
    /// The sentence that names the step.
    pub label: Said,
    /// Key of the sentence that says why.
    pub reason: &'static str,
}

/// Makes the merge; nothing where `joined` is empty.
///
/// # Errors
///
/// [`Error::UnknownEntity`], [`Error::UnknownField`], [`Error::NotFound`] for a record that is not in work,
/// [`Error::Cancelled`], or where the project cannot be written; then nothing was.
pub fn merge(conn: &Connection, merge: &Merge<'_>, act: &Act<'_>, watch: &dyn Watch) -> Result<Merged> {
    let entity = entity(merge.entity)?;
    if merge.joined.is_empty() {
        return Ok(Merged::default());
    }
    let draft = StepDraft { kind: "merge", label: merge.label.clone(), rule: None, act: *act };
    let mut writer = StepWriter::begin(conn, &draft)?;
    let mut done = collect_pairs(writer.connection(), entity, merge.joined)?;
    merge_all(&mut writer, entity, (merge.reason, merge.picks), &mut done, watch)?;
    done.step = writer.finish(watch)?;
    Ok(done)
}

/// Merges classes or years that have one name since the step in `writer` changed it: the same name in the same year is
/// one class. The record that had the name before stands for the others. Part of that step.
///
/// # Errors
///
/// [`Error::UnknownEntity`], [`Error::Cancelled`], or where the project cannot be written.
pub fn merge_same_named(writer: &mut StepWriter<'_>, code: &str, watch: &dyn Watch) -> Result<Merged> {
    let entity = entity(code)?;
    writer.flush()?;
    let mut done = collect_same_named(writer.connection(), entity, writer.step())?;
    if done.merged > 0 {
        merge_all(writer, entity, ("merge.certain", &[]), &mut done, watch)?;
    }
    Ok(done)
}

/// Merges the pairs in `merge_pair`, with all that leads to them.
fn merge_all(
    writer: &mut StepWriter<'_>,
    entity: &'static Entity,
    (reason, picks): (&str, &[Pick]),
    done: &mut Merged,
    watch: &dyn Watch,
) -> Result<()> {
    watch.check()?;
    merge_pairs(writer, entity, reason, done)?;
    let picked = Said { key: "merge.picked".to_owned(), args: Vec::new() };
    for pick in picks {
        writer.put(entity.code, pick.survivor, &pick.field, &pick.value, Some(&picked))?;
    }
    for (other, field) in pointing_to(entity) {
        watch.check()?;
        repoint(writer, other, field, done)?;
    }
    writer.flush()?;
    if super::lead::lead_merged(writer, entity)? > 0 {
        writer.flush()?;
    }
    merge_links(writer, entity, done, watch)?;
    Ok(writer.connection().execute_batch("DROP TABLE IF EXISTS temp.merge_pair")?)
}

const NEW_PAIRS: &str = "DROP TABLE IF EXISTS temp.merge_pair;
     CREATE TEMP TABLE merge_pair (loser INTEGER PRIMARY KEY, survivor INTEGER NOT NULL, place INTEGER NOT NULL);
     CREATE INDEX temp.merge_pair_survivor ON merge_pair (survivor, place);";

/// Records with one name since the step changed it; the one that had it before survives.
fn collect_same_named(conn: &Connection, entity: &Entity, step: i64) -> Result<Merged> {
    let year = if entity.field("academic_year").is_some() { "r.academic_year_id" } else { "NULL" };
    let changed = format!(
        "EXISTS (SELECT 1 FROM change c WHERE c.step_id = {step} AND c.entity = '{}' AND c.field = 'name'
         AND c.record = r.id)",
        entity.code
    );
    conn.execute_batch(&format!(
        "{NEW_PAIRS} INSERT INTO merge_pair SELECT id, survivor, id FROM (
             SELECT r.id AS id, first_value(r.id) OVER same AS survivor, max({changed}) OVER whole AS touched
             FROM {} r WHERE r.record_state = 0 AND r.name IS NOT NULL
             WINDOW same AS (PARTITION BY upper(trim(r.name)), {year} ORDER BY {changed}, r.id),
                    whole AS (PARTITION BY upper(trim(r.name)), {year})) WHERE id <> survivor AND touched",
        table_name(entity)
    ))?;
    counted(conn)
}

fn counted(conn: &Connection) -> Result<Merged> {
    let sql = "SELECT count(DISTINCT survivor), count(*) FROM merge_pair";
    let (survivors, merged) = conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Merged { survivors, merged, ..Merged::default() })
}

fn collect_pairs(conn: &Connection, entity: &Entity, joined: &[Joined]) -> Result<Merged> {
    conn.execute_batch(NEW_PAIRS)?;
    let in_work = format!("SELECT count(*) FROM {} WHERE id IN (?1, ?2) AND record_state = 0", table_name(entity));
    for (place, pair) in joined.iter().enumerate() {
        let both: i64 = conn.prepare_cached(&in_work)?.query_row([pair.loser, pair.survivor], |row| row.get(0))?;
        if both != 2 {
            return Err(Error::NotFound { what: entity.code, id: pair.loser });
        }
        let sql = "INSERT INTO merge_pair (loser, survivor, place) VALUES (?1, ?2, ?3)";
        conn.prepare_cached(sql)?.execute(params![pair.loser, pair.survivor, place as i64])?;
    }
    counted(conn)
}

fn merge_pairs(writer: &mut StepWriter<'_>, entity: &'static Entity, reason: &str, done: &mut Merged) -> Result<()> {
    let table = table_name(entity);
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
                 WHERE q.survivor = s.id AND l.{column} IS NOT NULL ORDER BY q.place LIMIT 1) AS value
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

fn repoint(writer: &mut StepWriter<'_>, other: &'static Entity, field: &str, done: &mut Merged) -> Result<()> {
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
fn merge_links(writer: &mut StepWriter<'_>, entity: &Entity, done: &mut Merged, watch: &dyn Watch) -> Result<()> {
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
