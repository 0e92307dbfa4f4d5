//! Finding the records that others name by key: set-based, and never a guess.
//!
//! A written key leads to a record only where exactly one active record has it. Keys are tried in the
//! order of the reference, identity numbers as written and then as they are read; the first that anybody
//! has decides, so that two people with one identity number are never told apart by something weaker.

use model::{Entity, Field, FieldKind, Reference, Watch};
use rusqlite::{Connection, params};

use super::declared::{self, Declared};
use super::schema::{Key, ensure_key_index, ensure_open_index};
use super::{entity, quoted, runs, table_name};
use crate::Result;
use crate::landing::chunks::Chunks;

/// Record numbers looked at by one statement.
const PORTION: i64 = 20_000;

/// What became of the written keys of one reference field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// Code of the field.
    pub field: String,
    /// Keys that now lead to a record.
    pub resolved: u64,
    /// Keys that nobody has.
    pub unresolved: u64,
    /// Keys that more than one record has; they stay without a record.
    pub ambiguous: u64,
}

/// Leads every written, not yet resolved key of `code`'s reference fields to its record. What a source declares about
/// the rows of its tables comes first and is not guessed at by anything else.
///
/// # Errors
///
/// [`crate::Error::UnknownEntity`], [`crate::Error::Cancelled`], or where the project cannot be written.
pub fn resolve_references(conn: &Connection, code: &str, watch: &dyn Watch) -> Result<Vec<Resolved>> {
    let entity = entity(code)?;
    let declared = declared::of_entity(conn, entity)?;
    resolve_all(conn, entity, &declared, false, watch)
}

/// After values were changed: leads anew what a source declares, where that may have changed. Records of other
/// sources are not touched: where they lead is in the change log itself. Part of the transaction that is open.
pub(crate) fn follow(conn: &Connection, changed: &[(&'static str, String)]) -> Result<()> {
    for entity in model::entities::ALL {
        let declared = declared::of_entity(conn, entity)?;
        if declared::concerned(&declared, entity, changed) {
            resolve_all(conn, entity, &declared, true, &model::Silent)?;
        }
    }
    Ok(())
}

fn resolve_all(
    conn: &Connection,
    entity: &'static Entity,
    declared: &[Declared],
    anew: bool,
    watch: &dyn Watch,
) -> Result<Vec<Resolved>> {
    let mut fields: Vec<(&Field, &Reference)> = entity.references().collect();
    // What both sides may share, such as the year of a class, tells equal names apart: it goes first.
    fields.sort_by_key(|(field, _)| !shares(entity, field));
    let mut found = Vec::with_capacity(fields.len());
    for (field, reference) in fields {
        let led = declared::link(conn, entity, field, declared, anew, watch)?;
        let mut only = declared::not_a_row(entity, field, declared);
        if anew {
            only.push_str(&declared::of_tables(declared));
        }
        let mut resolved = resolve(conn, entity, field, reference, &only, watch)?;
        resolved.resolved += led;
        found.push(resolved);
    }
    declared::take_over(conn, entity, declared)?;
    super::set_meta(conn, "links", super::links_version(conn)? + 1)?;
    super::touch(conn)?;
    Ok(found)
}

/// The record that the written key of `field` of the active record `id` leads to: the only one that has it, by the
/// first kind of key that anybody has. `None` where nobody or several have it, or nothing is written.
pub(crate) fn led_to(conn: &Connection, own: &'static Entity, field: &Field, id: i64) -> Result<Option<i64>> {
    let FieldKind::Reference(reference) = &field.kind else { return Ok(None) };
    let target = entity(reference.entity)?;
    for key in Key::all(target, reference) {
        ensure_key_index(conn, target, key)?;
    }
    let found = named(conn, own, field, id, 2)?;
    Ok(if let [only] = found.as_slice() { Some(*only) } else { None })
}

/// The active records, `limit` at most, that the written key of `field` of the record `id` may mean: all that have it, by
/// the first kind of key that anybody has. Empty where nothing is written or nobody has it.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn named(conn: &Connection, own: &'static Entity, field: &Field, id: i64, limit: usize) -> Result<Vec<i64>> {
    let FieldKind::Reference(reference) = &field.kind else { return Ok(Vec::new()) };
    let target = entity(reference.entity)?;
    let (table, theirs) = (table_name(own), table_name(target));
    let not_a_row = declared::not_a_row(own, field, &declared::of_entity(conn, own)?);
    for key in Key::all(target, reference) {
        let key = has_key(own, field, target, key);
        let sql = format!(
            "SELECT t.id FROM {table} o JOIN {theirs} t ON {key} WHERE o.id = ?1{not_a_row} ORDER BY t.id LIMIT ?2"
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let found = statement.query_map(params![id, limit as i64], |row| row.get(0))?;
        let found: Vec<i64> = found.collect::<rusqlite::Result<_>>()?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Whether sources declare where records of `own` lead by `field`: then more than the written key decides.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn is_declared(conn: &Connection, own: &'static Entity, field: &str) -> Result<bool> {
    Ok(declared::of_entity(conn, own)?.iter().any(|one| one.is_of(field)))
}

/// Active records whose written key of `field` leads nowhere and equals `key`, which is in the field `by` of a
/// record of `target`; those whose key names a row of another
/// table by the source's own declaration are left out. Of more than `limit` none is given: that is a pass over all.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn open_for(
    conn: &Connection,
    own: &'static Entity,
    field: &Field,
    (target, by, key): (&Entity, &str, &str),
    limit: usize,
) -> Result<Vec<i64>> {
    let not_a_row = declared::not_a_row(own, field, &declared::of_entity(conn, own)?);
    let mut all: Vec<i64> = Vec::new();
    for way in Key::of(target, by) {
        ensure_open_index(conn, own, field.code, way)?;
        let sql = format!(
            "SELECT o.id FROM {} o WHERE {} AND {} = {}{not_a_row} LIMIT ?2",
            table_name(own),
            open_ones(field),
            way.sql(&format!("o.{}", quoted(field.code))),
            way.sql("?1")
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let found = statement.query_map(params![key, limit as i64 + 1], |row| row.get(0))?;
        for id in found.collect::<rusqlite::Result<Vec<i64>>>()? {
            if !all.contains(&id) {
                all.push(id);
            }
        }
    }
    Ok(if all.len() > limit { Vec::new() } else { all })
}

/// Whether `field` itself is a reference that targets of other references of `entity` have too.
fn shares(entity: &'static Entity, field: &Field) -> bool {
    entity.references().any(|(other, reference)| {
        other.code != field.code
            && model::entities::find(reference.entity)
                .is_some_and(|target| target.references().any(|(theirs, _)| theirs.code == field.code))
    })
}

fn resolve(
    conn: &Connection,
    own: &'static Entity,
    field: &Field,
    reference: &Reference,
    not_a_row: &str,
    watch: &dyn Watch,
) -> Result<Resolved> {
    let target = entity(reference.entity)?;
    let mut counts = Resolved { field: field.code.to_owned(), ..Resolved::default() };
    if !any_open(conn, own, field)? {
        return Ok(counts);
    }
    for key in Key::all(target, reference) {
        ensure_key_index(conn, target, key)?;
    }
    let update = update_sqls(own, field, reference, target, not_a_row);
    let count = count_sql(own, field, reference, target, not_a_row);
    let total = runs(conn, own)?.iter().map(super::Run::len).sum();
    let mut chunks = Chunks::begin(conn)?;
    let mut done = 0;
    for run in runs(conn, own)? {
        for first in (run.first..=run.last).step_by(PORTION as usize) {
            watch.check()?;
            let last = run.last.min(first + PORTION - 1);
            for sql in &update {
                counts.resolved += conn.prepare_cached(sql)?.execute(params![first, last])? as u64;
            }
            let (open, ambiguous): (u64, u64) =
                conn.prepare_cached(&count)?.query_row(params![first, last], |row| Ok((row.get(0)?, row.get(1)?)))?;
            counts.ambiguous += ambiguous;
            counts.unresolved += open - ambiguous;
            done += (last - first + 1) as u64;
            chunks.wrote(PORTION as usize, 0)?;
            watch.progress(done, Some(total));
        }
    }
    chunks.finish()?;
    Ok(counts)
}

/// Records of the portion `?1` to `?2` whose key still leads nowhere.
fn open_ones(field: &Field) -> String {
    let (text, link) = (quoted(field.code), quoted(&format!("{}_id", field.code)));
    format!("o.record_state = 0 AND o.{text} IS NOT NULL AND o.{link} IS NULL")
}

fn any_open(conn: &Connection, own: &Entity, field: &Field) -> Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {} o WHERE {})", table_name(own), open_ones(field));
    Ok(conn.query_row(&sql, [], |row| row.get(0))?)
}

/// The condition that `t`, a record of the target, has the key that `o` names, as `key` compares them.
pub(super) fn has_key(own: &'static Entity, field: &Field, target: &'static Entity, key: Key<'_>) -> String {
    let column = format!("t.{}", quoted(key.by));
    let mut sql = format!(
        "{} = {} AND {column} IS NOT NULL AND t.record_state = 0",
        key.sql(&column),
        key.sql(&format!("o.{}", quoted(field.code)))
    );
    for (theirs, _) in target.references() {
        if own.references().any(|(ours, _)| ours.code == theirs.code && ours.code != field.code) {
            let link = quoted(&format!("{}_id", theirs.code));
            sql.push_str(&format!(" AND (t.{link} IS NULL OR o.{link} IS NULL OR t.{link} = o.{link})"));
        }
    }
    sql
}

fn update_sqls(
    own: &'static Entity,
    field: &Field,
    reference: &Reference,
    target: &'static Entity,
    not_a_row: &str,
) -> Vec<String> {
    let (table, theirs) = (table_name(own), table_name(target));
    let link = quoted(&format!("{}_id", field.code));
    let mut earlier = String::new();
    let mut sqls = Vec::with_capacity(reference.by.len());
    for key in Key::all(target, reference) {
        let key = has_key(own, field, target, key);
        let only = format!(
            "(SELECT CASE WHEN count(*) = 1 THEN min(id) END FROM (SELECT t.id FROM {theirs} t WHERE {key} LIMIT 2))"
        );
        sqls.push(format!(
            "UPDATE {table} AS o SET {link} = {only} WHERE o.id BETWEEN ?1 AND ?2 AND {}{not_a_row}{earlier} AND {only} IS NOT NULL",
            open_ones(field)
        ));
        earlier.push_str(&format!(" AND NOT EXISTS (SELECT 1 FROM {theirs} t WHERE {key})"));
    }
    sqls
}

fn count_sql(
    own: &'static Entity,
    field: &Field,
    reference: &Reference,
    target: &'static Entity,
    not_a_row: &str,
) -> String {
    let theirs = table_name(target);
    let known: Vec<String> = Key::all(target, reference)
        .into_iter()
        .map(|key| format!("EXISTS (SELECT 1 FROM {theirs} t WHERE {})", has_key(own, field, target, key)))
        .collect();
    format!(
        "SELECT count(*), coalesce(sum(({}){not_a_row}), 0) FROM {} o WHERE o.id BETWEEN ?1 AND ?2 AND {}",
        known.join(" OR "),
        table_name(own),
        open_ones(field)
    )
}
