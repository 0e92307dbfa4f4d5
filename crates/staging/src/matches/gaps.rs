//! What is missing: families as last found, children without guardians, required values that are blank.

use rusqlite::{Connection, OptionalExtension, params};

use crate::records::{self, column, table_name};
use crate::{Error, Result};

/// Children in work whom no guardian in work stands for.
const ORPHANS: &str = "FROM rec_students s WHERE s.record_state = 0 AND s.id NOT IN (SELECT l.student_id
    FROM rec_student_guardians l JOIN rec_guardians g ON g.id = l.guardian_id AND g.record_state = 0
    WHERE l.record_state = 0 AND l.student_id IS NOT NULL)";

/// How many children have no guardian, and up to `limit` of them, leaving out `offset`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn orphans(conn: &Connection, offset: u64, limit: usize) -> Result<(u64, Vec<i64>)> {
    let total = conn.query_row(&format!("SELECT count(*) {ORPHANS}"), [], |row| row.get(0))?;
    let mut statement = conn.prepare(&format!("SELECT s.id {ORPHANS} ORDER BY s.id LIMIT ?1 OFFSET ?2"))?;
    let found = statement.query_map(params![limit as i64, offset], |row| row.get(0))?;
    Ok((total, found.collect::<rusqlite::Result<_>>()?))
}

/// Guardians who may be those of a child, with why, as last found.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn likely(conn: &Connection, student: i64) -> Result<Vec<(i64, Vec<String>)>> {
    let sql = "SELECT w.guardian, w.why FROM likely_guardian w JOIN rec_guardians g ON g.id = w.guardian
               AND g.record_state = 0 WHERE w.student = ?1 ORDER BY length(w.why) DESC, w.guardian";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([student])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let why: String = row.get(1)?;
        found.push((row.get(0)?, why.split(' ').map(str::to_owned).collect()));
    }
    Ok(found)
}

/// The active records that links lead to in `to`, of links whose `from` is `record`: the guardians of a child, the
/// children of a guardian.
///
/// # Errors
///
/// [`Error::UnknownField`], or where the project cannot be read.
pub fn linked(conn: &Connection, from: &str, record: i64, to: &str) -> Result<Vec<i64>> {
    let links = records::entity("student_guardians")?;
    let (from, to) = (column(links, &format!("{from}_id"))?, column(links, &format!("{to}_id"))?);
    let sql = format!(
        "SELECT DISTINCT {to} FROM {} WHERE record_state = 0 AND {from} = ?1 AND {to} IS NOT NULL ORDER BY 1",
        table_name(links)
    );
    let mut statement = conn.prepare_cached(&sql)?;
    Ok(statement.query_map([record], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// How many families of two children or more there are.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn families(conn: &Connection) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM ({FAMILIES})");
    Ok(conn.query_row(&sql, [], |row| row.get(0))?)
}

/// Families as last found, of whose children two or more are still in work.
const FAMILIES: &str = "SELECT m.family FROM family_member m JOIN rec_students s ON s.id = m.student
    AND s.record_state = 0 GROUP BY m.family HAVING count(*) > 1";

/// Up to `limit` families with their children, the largest first, leaving out `offset`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn family_page(conn: &Connection, offset: u64, limit: usize) -> Result<Vec<(i64, Vec<i64>)>> {
    let sql = format!("{FAMILIES} ORDER BY count(*) DESC, m.family LIMIT ?1 OFFSET ?2");
    let mut statement = conn.prepare(&sql)?;
    let families: Vec<i64> =
        statement.query_map(params![limit as i64, offset], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let children = "SELECT m.student FROM family_member m JOIN rec_students s ON s.id = m.student
                    AND s.record_state = 0 WHERE m.family = ?1 ORDER BY m.student";
    let mut statement = conn.prepare(children)?;
    families
        .into_iter()
        .map(|family| {
            let children = statement.query_map([family], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok((family, children))
        })
        .collect()
}

/// Whether a telephone number or address with this hash is nobody's own.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn is_filler(conn: &Connection, hash: u32) -> Result<bool> {
    let sql = "SELECT 1 FROM family_filler WHERE hash = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([hash], |_| Ok(())).optional()?.is_some())
}

/// How many active records of `code` leave `field` blank, by table.
///
/// # Errors
///
/// [`Error::UnknownEntity`], [`Error::UnknownField`], or where the project cannot be read.
pub fn blanks(conn: &Connection, code: &str, field: &str) -> Result<Vec<(i64, u64)>> {
    let entity = records::entity(code)?;
    let sql = format!(
        "SELECT table_id, count(*) FROM {} NOT INDEXED WHERE record_state = 0 AND {} IS NULL GROUP BY table_id ORDER BY 1",
        table_name(entity),
        column(entity, field)?
    );
    let mut statement = conn.prepare(&sql)?;
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Up to `limit` active records of `code` that came from `table` and leave `field` blank, behind `after`.
///
/// # Errors
///
/// [`Error::UnknownEntity`], [`Error::UnknownField`], or where the project cannot be read.
pub fn blank(conn: &Connection, code: &str, field: &str, table: i64, offset: u64, limit: usize) -> Result<Vec<i64>> {
    let entity = records::entity(code)?;
    let sql = format!(
        "SELECT id FROM {} NOT INDEXED WHERE record_state = 0 AND table_id = ?1 AND {} IS NULL ORDER BY id LIMIT ?2 OFFSET ?3",
        table_name(entity),
        column(entity, field)?
    );
    let mut statement = conn.prepare(&sql)?;
    let found = statement.query_map(params![table, limit as i64, offset], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// A default that a person chose, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenDefault {
    /// The step.
    pub step: i64,
    /// Who chose it.
    pub user: String,
    /// When, RFC 3339.
    pub at: String,
    /// Code of the entity.
    pub entity: String,
    /// Code of the field.
    pub field: String,
    /// The value.
    pub value: String,
    /// Why.
    pub reason: String,
    /// The recipe that it came with; empty where a person chose it here.
    pub recipe: String,
    /// Records that have it from this step.
    pub records: u64,
}

/// The kind of step that fills blanks with a value a person chose.
pub const DEFAULT_STEP: &str = "default";

/// The kind of step that a recipe makes.
pub const RECIPE_STEP: &str = "recipe";

/// The reason of a change that filled a blank with a value of the recipe: no file says it.
pub const CONSTANT_REASON: &str = "reason.constant";

/// The defaults that people chose, here or in a recipe, and that are in force, the oldest first.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn defaults(conn: &Connection) -> Result<Vec<ChosenDefault>> {
    let sql = "SELECT s.id, s.user, s.at, s.label_args, f.entity, f.field, f.changes,
               (SELECT c.after FROM change c WHERE c.step_id = s.id AND c.entity = f.entity AND c.field = f.field LIMIT 1)
               FROM step s JOIN step_field f ON f.step_id = s.id WHERE s.kind = ?1
               UNION ALL SELECT s.id, s.user, s.at, s.label_args, c.entity, c.field, count(*), c.after
               FROM step s JOIN change c ON c.step_id = s.id WHERE s.kind = ?2 AND c.reason_key = ?3
               GROUP BY s.id, c.entity, c.field, c.after ORDER BY 1";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([DEFAULT_STEP, RECIPE_STEP, CONSTANT_REASON])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (step, args): (i64, String) = (row.get(0)?, row.get(3)?);
        if !crate::change_log::is_applied(conn, step)? {
            continue;
        }
        let args: Vec<(String, String)> = serde_json::from_str(&args).map_err(Error::from)?;
        let arg = |wanted: &str| {
            args.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        found.push(ChosenDefault {
            step,
            user: row.get(1)?,
            at: row.get(2)?,
            entity: row.get(4)?,
            field: row.get(5)?,
            value: row.get::<_, Option<String>>(7)?.unwrap_or_default(),
            reason: arg("reason"),
            recipe: arg("name"),
            records: row.get(6)?,
        });
    }
    Ok(found)
}

/// How many guardians in work stand for one that nobody knows yet.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn placeholders(conn: &Connection) -> Result<u64> {
    let sql = "SELECT count(*) FROM rec_guardians WHERE record_state = 0 AND placeholder = 'true'";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

/// Guardians that one step added to stand for those that nobody knows yet, as they stand now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceholderStep {
    /// Who added them.
    pub user: String,
    /// When, RFC 3339.
    pub at: String,
    /// How many of them are in work and still stand for nobody known.
    pub records: u64,
}

/// The sentence of a step that adds placeholders.
pub const PLACEHOLDER_STEP: &str = "step.placeholder";

/// Who added the placeholders that are in work, and when; the oldest first.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn placeholder_steps(conn: &Connection) -> Result<Vec<PlaceholderStep>> {
    let sql = "SELECT s.user, s.at, count(DISTINCT g.id) FROM step s
               JOIN change c ON c.step_id = s.id AND c.entity = 'guardians' AND c.field = ?2
               JOIN rec_guardians g ON g.id = c.record AND g.record_state = 0 AND g.placeholder = 'true'
               WHERE s.label_key = ?1 GROUP BY s.id ORDER BY s.id";
    let mut statement = conn.prepare(sql)?;
    let step =
        |row: &rusqlite::Row<'_>| Ok(PlaceholderStep { user: row.get(0)?, at: row.get(1)?, records: row.get(2)? });
    let found = statement.query_map([PLACEHOLDER_STEP, records::STATE_FIELD], step)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
