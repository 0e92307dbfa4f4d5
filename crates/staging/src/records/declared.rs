//! Links that a source declares itself: a column that by the database's own relationship names a row of another table
//! of the same file, alone or together with others, leads to the record made from that row.
//!
//! That is a fact of the source, so it wins over numbers and names, which such a column does not hold. Where the row
//! made no record, or does not exist, the link stays open: a row number that happens to be somebody's class code must
//! never lead there.

mod keys;
#[cfg(test)]
mod tests;

use model::{Binding, Entity, Field, PartMapping, TableMapping, Watch};
use rusqlite::{Connection, OptionalExtension, params};

use super::schema::ensure_row_index;
use super::{entity, quoted, runs, table_name};
use crate::landing::chunks::Chunks;
use crate::landing::{self, KeyLink, TableInfo};
use crate::{Error, Result};
use keys::Keys;

/// Records looked at between two commits.
const PORTION: usize = 5_000;

/// Merged records that a link follows to the one that stands for them.
const MOST_MERGES: usize = 100;

/// A reference field of the records of one table whose written values name rows of another table.
#[derive(Debug)]
pub(super) struct Declared {
    field: &'static Field,
    target: &'static Entity,
    table: i64,
    part: u16,
    /// The rows that are named; `None` where their table was not brought in.
    to: Option<Named>,
    /// References that the record has from its target, because its own row says nothing of them: the year of a place
    /// in a class is the year of the class.
    taken_over: Vec<&'static str>,
}

impl Declared {
    /// Whether it says where the field with this code leads.
    pub(super) fn is_of(&self, field: &str) -> bool {
        self.field.code == field
    }
}

/// The rows that a key leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    table: i64,
    /// Their columns (from 0) that make up the key.
    columns: Vec<usize>,
    /// For each of these the column of the own row that holds its part; `None` for the one that the field is bound to.
    own: Vec<Option<usize>>,
}

/// All declared fields of the records of `own`, as those records were made.
pub(super) fn of_entity(conn: &Connection, own: &'static Entity) -> Result<Vec<Declared>> {
    let sql = "SELECT id, made_with FROM source_table WHERE key_links <> '[]' AND made_with IS NOT NULL ORDER BY id";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mapping: TableMapping = serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or_default())?;
        if mapping.parts.iter().any(|part| part.entity == own.code) {
            of_table(conn, own, row.get(0)?, &mapping, &mut found)?;
        }
    }
    Ok(found)
}

fn of_table(
    conn: &Connection,
    own: &'static Entity,
    table: i64,
    mapping: &TableMapping,
    found: &mut Vec<Declared>,
) -> Result<()> {
    let info = landing::table(conn, table)?;
    let tables = landing::tables(conn, Some(info.batch))?;
    let same_file: Vec<&TableInfo> = tables.iter().filter(|other| other.file_id == info.file_id).collect();
    for part in mapping.parts.iter().filter(|part| part.entity == own.code) {
        for (field, reference) in own.references() {
            let Some(header) = header_of(part, field, &info) else { continue };
            let links: Vec<&KeyLink> = info.key_links.iter().filter(|link| names_only(link, header)).collect();
            let target = entity(reference.entity)?;
            let to = if links.is_empty() {
                let Some(named) = named_together(&info, header, &same_file, target) else { continue };
                Some(named)
            } else {
                named_table(conn, &links, &same_file, target)?
            };
            let taken_over = taken_over(own, field, target, part, mapping);
            found.push(Declared { field, target, table, part: part.part, to, taken_over });
        }
    }
    Ok(())
}

/// The header of the column that `field` is bound to.
fn header_of<'t>(part: &PartMapping, field: &Field, info: &'t TableInfo) -> Option<&'t str> {
    let bound = part.fields.iter().find(|bound| bound.field == field.code)?;
    let Binding::Column(column) = bound.from else { return None };
    info.headers.get(column as usize).map(String::as_str)
}

/// Whether `link` leads from this column alone.
fn names_only(link: &KeyLink, header: &str) -> bool {
    matches!(link.columns.as_slice(), [only] if only.eq_ignore_ascii_case(header))
}

/// The table and column that the links name, of several the only one whose rows become what is looked for.
fn named_table(conn: &Connection, links: &[&KeyLink], tables: &[&TableInfo], target: &Entity) -> Result<Option<Named>> {
    let mut found: Vec<Named> = links.iter().filter_map(|link| key_column(link, tables)).collect();
    found.dedup();
    if found.len() > 1 {
        let mut fitting = Vec::new();
        for one in found {
            let sql = "SELECT EXISTS (SELECT 1 FROM record_range WHERE entity = ?1 AND table_id = ?2)";
            if conn.prepare_cached(sql)?.query_row(params![target.code, one.table], |row| row.get(0))? {
                fitting.push(one);
            }
        }
        found = fitting;
    }
    Ok(if found.len() == 1 { found.pop() } else { None })
}

fn table_of<'t>(link: &KeyLink, tables: &[&'t TableInfo]) -> Option<&'t TableInfo> {
    let at = model::mapping::position_of_name(tables.iter().map(|table| table.name.as_str()), &link.table)?;
    tables.get(at).copied()
}

fn column_of(table: &TableInfo, header: &str) -> Option<usize> {
    model::mapping::position_of_name(table.headers.iter().map(String::as_str), header)
}

/// The columns of `table` that `link` leads to.
fn key_of<'t>(link: &'t KeyLink, table: &'t TableInfo) -> &'t [String] {
    if link.to_columns.is_empty() { &table.primary_key } else { &link.to_columns }
}

fn key_column(link: &KeyLink, tables: &[&TableInfo]) -> Option<Named> {
    let table = table_of(link, tables)?;
    let [column] = key_of(link, table) else { return None };
    Some(Named { table: table.id, columns: vec![column_of(table, column)?], own: vec![None] })
}

/// The rows that the column under `header` names together with others of its row. A part of a longer key says nothing
/// by itself, so only a table that becomes what the field leads to is meant: the year in the key of a class leads to
/// no class. Of several such keys none is guessed.
fn named_together(info: &TableInfo, header: &str, tables: &[&TableInfo], target: &Entity) -> Option<Named> {
    let parts = info.key_links.iter().filter(|link| link.columns.len() > 1);
    let mut found: Vec<Named> = parts.filter_map(|link| longer_key(info, link, header, tables, target)).collect();
    found.dedup();
    if found.len() == 1 { found.pop() } else { None }
}

fn longer_key(info: &TableInfo, link: &KeyLink, header: &str, tables: &[&TableInfo], target: &Entity) -> Option<Named> {
    let table = table_of(link, tables).filter(|table| table.entity.as_deref() == Some(target.code))?;
    let key = key_of(link, table);
    let bound = link.columns.iter().position(|column| column.eq_ignore_ascii_case(header))?;
    let columns = key.iter().map(|column| column_of(table, column)).collect::<Option<Vec<_>>>()?;
    let own =
        |(at, column): (usize, &String)| if at == bound { Some(None) } else { Some(Some(column_of(info, column)?)) };
    let own = link.columns.iter().enumerate().map(own).collect::<Option<Vec<_>>>()?;
    (own.len() == columns.len()).then_some(Named { table: table.id, columns, own })
}

/// References that both sides have and that neither the part nor its row gives a value.
fn taken_over(
    own: &Entity,
    field: &Field,
    target: &Entity,
    part: &PartMapping,
    mapping: &TableMapping,
) -> Vec<&'static str> {
    let theirs = |code: &str| target.references().any(|(other, _)| other.code == code);
    own.references()
        .filter(|(other, reference)| {
            let bound = part.fields.iter().any(|bound| bound.field == other.code);
            let in_row = mapping.parts.iter().any(|part| part.entity == reference.entity);
            other.code != field.code && theirs(other.code) && !bound && !in_row
        })
        .map(|(other, _)| other.code)
        .collect()
}

/// Leads the records of `own` from `field` to the rows that they name; returns how many were led anew.
///
/// Looks at open links and at those whose text was changed since; with `anew` at all of them.
pub(super) fn link(
    conn: &Connection,
    own: &'static Entity,
    field: &Field,
    declared: &[Declared],
    anew: bool,
    watch: &dyn Watch,
) -> Result<u64> {
    let mut led = 0;
    let mut known: Option<(&Named, Keys)> = None;
    for one in declared.iter().filter(|one| one.field.code == field.code) {
        let Some(to) = &one.to else { continue };
        // What a longer key leads to is known late, when the other table was understood.
        let condition = looked_at(own, one, anew || to.own.len() > 1);
        let any = format!("SELECT EXISTS (SELECT 1 FROM {} o WHERE {condition})", table_name(own));
        if !landing::is_mapped(conn, to.table)? || !conn.query_row(&any, [], |row| row.get(0))? {
            continue;
        }
        let same = |of: &Named| of.table == to.table && of.columns == to.columns;
        let keys = match known.take().filter(|(of, _)| same(of)) {
            Some((_, keys)) => keys,
            None => Keys::of(conn, to.table, &to.columns, watch)?,
        };
        ensure_row_index(conn, one.target)?;
        led += Linking { conn, own, one, to, keys: &keys, condition }.all(watch)?;
        known = Some((to, keys));
    }
    Ok(led)
}

/// The records `o` that `one` is about and that may have to be led anew.
fn looked_at(own: &Entity, one: &Declared, anew: bool) -> String {
    let (text, link) = (quoted(one.field.code), link_column(one.field));
    let touched = format!("EXISTS (SELECT 1 FROM {})", changes(own, one.field));
    let which =
        if anew { "true".to_owned() } else { format!("((o.{text} IS NOT NULL AND o.{link} IS NULL) OR {touched})") };
    format!("o.table_id = {} AND o.part = {} AND {which}", one.table, one.part)
}

fn link_column(field: &Field) -> String {
    quoted(&format!("{}_id", field.code))
}

/// The condition that a step of the change log wrote the link of `o` as it stands: then it is not touched here.
fn link_by_step(own: &Entity, field: &Field) -> String {
    format!(
        "EXISTS (SELECT 1 FROM change c WHERE c.entity = '{}' AND c.record = o.id AND c.field = '{}_id'
         AND c.after IS CAST(o.{} AS TEXT))",
        own.code,
        field.code,
        link_column(field)
    )
}

/// The changes of `field` of `o`.
fn changes(own: &Entity, field: &Field) -> String {
    format!("change c WHERE c.entity = '{}' AND c.record = o.id AND c.field = '{}'", own.code, field.code)
}

/// The condition that a person typed into `field` of `o`; what a rule does to a text makes it no other key.
fn typed(own: &Entity, field: &Field) -> String {
    format!(
        "EXISTS (SELECT 1 FROM {} AND c.step_id IN (SELECT id FROM step WHERE kind IN ('edit', 'replace', 'recipe')))",
        changes(own, field)
    )
}

/// The text of `field` of `o` as its source wrote it.
fn as_written(own: &Entity, field: &Field) -> String {
    let first = format!("SELECT c.before FROM {} ORDER BY c.step_id LIMIT 1", changes(own, field));
    let (any, text) = (changes(own, field), quoted(field.code));
    format!("CASE WHEN EXISTS (SELECT 1 FROM {any}) THEN ({first}) ELSE o.{text} END")
}

/// A record that is looked at.
struct Looked {
    record: i64,
    /// Its row in its table, from 0.
    row: u64,
    /// What was written or typed in the field.
    text: Option<String>,
    /// Where it leads now.
    before: Option<i64>,
}

/// One pass over the records of one table.
struct Linking<'a> {
    conn: &'a Connection,
    own: &'static Entity,
    one: &'a Declared,
    to: &'a Named,
    keys: &'a Keys,
    condition: String,
}

impl Linking<'_> {
    fn all(&self, watch: &dyn Watch) -> Result<u64> {
        let mut chunks = Chunks::begin(self.conn)?;
        let (mut led, mut done) = (0, 0);
        let (mut from, mut rows) = (0, landing::RowsAt::new(self.conn, self.one.table));
        loop {
            watch.check()?;
            let portion = self.portion(from)?;
            let Some(last) = portion.last() else { break };
            from = last.record + 1;
            for looked in &portion {
                let target = self.target(looked, &mut rows)?;
                led += u64::from(self.lead(looked, target)?);
            }
            done += portion.len() as u64;
            chunks.wrote(portion.len(), 0)?;
            watch.progress(done, None);
        }
        chunks.finish()?;
        Ok(led)
    }

    /// The next records.
    fn portion(&self, from: i64) -> Result<Vec<Looked>> {
        let field = self.one.field;
        let (text, link, typed) = (quoted(field.code), link_column(field), typed(self.own, field));
        let written = as_written(self.own, field);
        let sql = format!(
            "SELECT o.id, o.row_index, CASE WHEN {typed} THEN o.{text} ELSE {written} END, o.{link} FROM {} o
             WHERE o.id >= ?1 AND {} ORDER BY o.id LIMIT {PORTION}",
            table_name(self.own),
            self.condition
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let looked = |row: &rusqlite::Row<'_>| {
            Ok(Looked { record: row.get(0)?, row: row.get(1)?, text: row.get(2)?, before: row.get(3)? })
        };
        Ok(statement.query_map([from], looked)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The record that the key of a record leads to: its own text, and of a longer key what else stands in its row.
    fn target(&self, looked: &Looked, rows: &mut landing::RowsAt<'_>) -> Result<Option<i64>> {
        let Some(text) = looked.text.as_deref() else { return Ok(None) };
        let found = if self.to.own.len() == 1 {
            self.keys.row(&[text])
        } else {
            let row = rows.at(looked.row)?;
            let part = |own: &Option<usize>| match own {
                None => text,
                Some(column) => row.map_or("", |row| row.cell(*column).text),
            };
            self.keys.row(&self.to.own.iter().map(part).collect::<Vec<_>>())
        };
        found.map(|row| self.record_of(row)).transpose().map(Option::flatten)
    }

    /// Leads one record to `target`; whether it leads somewhere that it did not before.
    fn lead(&self, looked: &Looked, target: Option<i64>) -> Result<bool> {
        if target == looked.before {
            return Ok(false);
        }
        let sql = format!(
            "UPDATE {} AS o SET {} = ?2 WHERE o.id = ?1 AND NOT {}",
            table_name(self.own),
            link_column(self.one.field),
            link_by_step(self.own, self.one.field)
        );
        Ok(self.conn.prepare_cached(&sql)?.execute(params![looked.record, target])? > 0 && target.is_some())
    }

    /// The only record that the row became, or the one that stands for it since a merge.
    fn record_of(&self, row: u64) -> Result<Option<i64>> {
        let (target, code) = (table_name(self.one.target), self.one.target.code);
        let sql = format!(
            "SELECT id FROM {target} WHERE table_id = ?1 AND row_index = ?2
             UNION SELECT record FROM shared_row WHERE table_id = ?1 AND row_index = ?2 AND entity = '{code}' LIMIT 2"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params![self.to.table, row], |row| row.get(0))?;
        let found: Vec<i64> = rows.collect::<rusqlite::Result<_>>()?;
        let [only] = found.as_slice() else { return Ok(None) };
        let mut record = *only;
        let survivor = format!("SELECT survivor FROM {target} WHERE id = ?1 AND record_state = 1");
        for _ in 0..MOST_MERGES {
            let next = self.conn.prepare_cached(&survivor)?.query_row([record], |row| row.get(0)).optional()?;
            let Some(next) = next.flatten() else { break };
            record = next;
        }
        Ok(Some(record))
    }
}

/// Gives records what they take over from where they lead, such as the year of a class.
pub(super) fn take_over(conn: &Connection, own: &'static Entity, declared: &[Declared]) -> Result<()> {
    for one in declared {
        for code in &one.taken_over {
            let (text, link) = (quoted(code), quoted(&format!("{code}_id")));
            let theirs = format!(
                "(SELECT t.{link} FROM {} t WHERE t.id = o.{})",
                table_name(one.target),
                link_column(one.field)
            );
            let sql = format!(
                "UPDATE {} AS o SET {link} = {theirs} WHERE o.id BETWEEN ?1 AND ?2 AND o.table_id = {} AND o.part = {}
                 AND o.{text} IS NULL AND o.{link} IS NOT {theirs}",
                table_name(own),
                one.table,
                one.part
            );
            for run in runs(conn, own)?.into_iter().filter(|run| run.table == one.table) {
                conn.execute(&sql, [run.first, run.last])?;
            }
        }
    }
    Ok(())
}

/// The condition, to be added to others, that `field` of `o` does not hold the number of a row as the source wrote it:
/// only then may it be looked up among numbers and names.
///
/// Where the named table was not brought in, a text may still be a code that other files have; a whole number is the
/// number of a row that is not here.
pub(super) fn not_a_row(own: &Entity, field: &Field, declared: &[Declared]) -> String {
    let text = quoted(field.code);
    let other = format!("({} AND o.{text} IS NOT ({}))", typed(own, field), as_written(own, field));
    let mut sql = String::new();
    for one in declared.iter().filter(|one| one.field.code == field.code) {
        let number = format!(" AND trim(o.{text}) NOT GLOB '*[^0-9]*'");
        let number = if one.to.is_some() { "" } else { &number };
        let row = format!("o.table_id = {} AND o.part = {}{number}", one.table, one.part);
        sql.push_str(&format!(" AND NOT ({row} AND NOT {other})"));
    }
    sql
}

/// The condition, to be added to others, that `o` came from a table that declares where its records lead.
pub(super) fn of_tables(declared: &[Declared]) -> String {
    let tables: Vec<String> = declared.iter().map(|one| one.table.to_string()).collect();
    format!(" AND o.table_id IN ({})", tables.join(", "))
}

/// The condition, to be added to others, that no source declares where `field` of `o` leads.
pub(super) fn not_declared(field: &str, declared: &[Declared]) -> String {
    let of_field = declared.iter().filter(|one| one.field.code == field);
    of_field.map(|one| format!(" AND NOT (o.table_id = {} AND o.part = {})", one.table, one.part)).collect()
}

/// Takes links into the rows of `table` back, before its records are taken out: a shared record that only such a link
/// holds goes with its table.
pub(super) fn let_go(conn: &Connection, table: i64) -> Result<()> {
    for own in model::entities::ALL {
        for one in of_entity(conn, own)?.iter().filter(|one| one.to.as_ref().is_some_and(|to| to.table == table)) {
            let link = link_column(one.field);
            let sql = format!(
                "UPDATE {} AS o SET {link} = NULL WHERE o.id BETWEEN ?1 AND ?2 AND o.table_id = {} AND o.part = {}
                 AND o.{link} IS NOT NULL AND NOT {}",
                table_name(own),
                one.table,
                one.part,
                link_by_step(own, one.field)
            );
            for run in runs(conn, own)?.into_iter().filter(|run| run.table == one.table) {
                conn.execute(&sql, [run.first, run.last])?;
            }
        }
    }
    Ok(())
}

/// Whether a change of these columns may lead declared links of `own` elsewhere.
pub(super) fn concerned(declared: &[Declared], own: &Entity, changed: &[(&'static str, String)]) -> bool {
    let text = |one: &Declared, (entity, field): &(&str, String)| *entity == own.code && field == one.field.code;
    let state = |one: &Declared, (entity, field): &(&str, String)| {
        *entity == one.target.code && super::PSEUDO_FIELDS.contains(&field.as_str())
    };
    declared.iter().any(|one| changed.iter().any(|change| text(one, change) || state(one, change)))
}

/// The entity of the rows of `table` that rows of other tables of its file name; `None` where none do.
pub(super) fn entity_named(conn: &Connection, table: i64) -> Result<Option<String>> {
    let info = landing::table(conn, table)?;
    let is_named = "SELECT EXISTS (SELECT 1 FROM source_table t JOIN json_each(t.key_links) l
        WHERE t.file_id = ?1 AND lower(json_extract(l.value, '$.table')) = lower(?2))";
    let named: bool = conn.prepare_cached(is_named)?.query_row(params![info.file_id, info.name], |row| row.get(0))?;
    Ok(info.entity.filter(|_| named))
}

/// Notes that row `row` of `table` completed the shared record `record` of `entity`.
pub(super) fn note_shared(conn: &Connection, table: i64, row: u64, entity: &Entity, record: i64) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO shared_row (table_id, row_index, entity, record) VALUES (?1, ?2, ?3, ?4)";
    conn.prepare_cached(sql)?.execute(params![table, row, entity.code, record]).map_err(Error::from)?;
    Ok(())
}
