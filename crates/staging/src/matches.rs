//! Records that may be one person, as last compared, and what people decided about them.
//!
//! Pairs, families and likely guardians are made anew by every run. Decisions stay: they know the two records by keys
//! that outlive them (where a row stood in which file, and what it said), so that what a person decided is never
//! asked again, however often files are brought in.

mod decisions;
mod gaps;
pub mod portal;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use model::Entity;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

pub use decisions::{Decided, Decisions, ShownPair, Verdict, decide};
pub use gaps::{
    CONSTANT_REASON, ChosenDefault, DEFAULT_STEP, PLACEHOLDER_STEP, PlaceholderStep, RECIPE_STEP, blank, blanks,
    defaults, families, family_page, is_filler, likely, linked, orphans, placeholder_steps, placeholders,
};

use crate::change_log::Act;
use crate::findings::key_hash;
use crate::landing::stamp;
use crate::records::{self, table_name};
use crate::{Error, Result};

/// A pair as a run stores it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPair<'a> {
    /// Code of the entity.
    pub entity: &'a str,
    /// The two records.
    pub records: [i64; 2],
    /// How probable it is that they are one person, 0 to 1.
    pub probability: f64,
    /// Codes of what was seen, with spaces between.
    pub evidence: &'a str,
    /// The decision that a person took about them before.
    pub decision: Option<i64>,
}

/// A pair as a person sees it: of merged records, those that stand for them.
#[derive(Clone, Debug, PartialEq)]
pub struct PairInfo {
    /// Number of the pair, until the next run.
    pub id: i64,
    /// The two records, the smaller first.
    pub records: [i64; 2],
    /// How probable it is that they are one person, 0 to 1.
    pub probability: f64,
    /// Codes of what was seen.
    pub evidence: Vec<String>,
}

/// Which pairs to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// Those that nobody decided.
    Open,
    /// Those put off.
    Later,
    /// Those that are two people.
    Different,
    /// Those that a person once said are one, and whose records were brought in again.
    Again,
}

impl Show {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Later, Self::Different, Self::Again];

    /// The word at the screen.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Later => "later",
            Self::Different => "different",
            Self::Again => "again",
        }
    }

    /// The one with this [`Show::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.code() == code)
    }
}

/// Counts of one entity's last run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunCount {
    /// Code of the entity.
    pub entity: String,
    /// Records compared.
    pub people: u64,
    /// Pairs compared.
    pub compared: u64,
    /// Keys shared by too many records for all pairs to be compared.
    pub left_out: u64,
}

/// Takes the result of a run in the place of the last one. Dropped before [`MatchWriter::finish`], the last one stays.
pub struct MatchWriter<'c> {
    tx: Transaction<'c>,
}

impl<'c> MatchWriter<'c> {
    /// Starts.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn begin(conn: &'c Connection, act: &Act<'_>) -> Result<Self> {
        let tx = conn.unchecked_transaction()?;
        tx.execute_batch(
            "DELETE FROM match_count; DELETE FROM match_pair; DELETE FROM family_member; DELETE FROM family_filler;
             DELETE FROM likely_guardian;",
        )?;
        let run = params![stamp(act.at), act.user, records::version(&tx)?];
        tx.execute("REPLACE INTO match_run (one, at, user, version) VALUES (1, ?1, ?2, ?3)", run)?;
        Ok(Self { tx })
    }

    /// Takes the counts of one entity.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn count(&mut self, count: &RunCount) -> Result<()> {
        let values = params![count.entity, count.people, count.compared, count.left_out];
        let sql = "REPLACE INTO match_count (entity, people, compared, left_out) VALUES (?1, ?2, ?3, ?4)";
        self.tx.execute(sql, values)?;
        Ok(())
    }

    /// Takes one pair.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn pair(&mut self, pair: &NewPair<'_>) -> Result<()> {
        let [a, b] = pair.records;
        let values = params![pair.entity, a, b, pair.probability, pair.evidence, pair.decision];
        let sql =
            "INSERT INTO match_pair (entity, a, b, probability, evidence, decision) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.tx.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// Takes one child of a family.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn member(&mut self, family: i64, student: i64) -> Result<()> {
        let sql = "REPLACE INTO family_member (family, student) VALUES (?1, ?2)";
        self.tx.prepare_cached(sql)?.execute([family, student])?;
        Ok(())
    }

    /// Takes the hash of a telephone number or address that is nobody's own.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn filler(&mut self, hash: u32) -> Result<()> {
        self.tx.prepare_cached("REPLACE INTO family_filler (hash) VALUES (?1)")?.execute([hash])?;
        Ok(())
    }

    /// Takes a guardian who may be that of a child without one; `why` are codes with spaces between.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn likely(&mut self, student: i64, guardian: i64, why: &str) -> Result<()> {
        let sql = "REPLACE INTO likely_guardian (student, guardian, why) VALUES (?1, ?2, ?3)";
        self.tx.prepare_cached(sql)?.execute(params![student, guardian, why])?;
        Ok(())
    }

    /// Ends: what was taken is the project's from here on.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn finish(self) -> Result<()> {
        Ok(self.tx.commit()?)
    }
}

/// Whether the records changed since the last run; `None` where there was none.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn stale(conn: &Connection) -> Result<Option<bool>> {
    let made: Option<i64> = conn.query_row("SELECT version FROM match_run", [], |row| row.get(0)).optional()?;
    let now = records::version(conn)?;
    Ok(made.map(|made| made != now))
}

/// The counts of the last run, by entity.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn counts(conn: &Connection) -> Result<Vec<RunCount>> {
    let mut statement = conn.prepare("SELECT entity, people, compared, left_out FROM match_count ORDER BY entity")?;
    let count = |row: &Row<'_>| {
        Ok(RunCount { entity: row.get(0)?, people: row.get(1)?, compared: row.get(2)?, left_out: row.get(3)? })
    };
    Ok(statement.query_map([], count)?.collect::<rusqlite::Result<_>>()?)
}

/// The pairs of `entity` as they stand now: of merged records those that stand for them, each pair once, with what
/// was decided last.
fn standing(entity: &Entity) -> String {
    let table = table_name(entity);
    format!(
        "SELECT min(id) AS id, one, other, max(probability) AS probability, evidence,
             CASE max(CASE verdict WHEN 'different' THEN 3 WHEN 'later' THEN 2 WHEN 'same' THEN 1 ELSE 0 END)
                 WHEN 3 THEN 'different' WHEN 2 THEN 'later' WHEN 1 THEN 'again' ELSE 'open' END AS show
         FROM (SELECT id, probability, evidence, verdict, min(a, b) AS one, max(a, b) AS other FROM (
             SELECT p.id, p.probability, p.evidence, d.verdict,
                 CASE ra.record_state WHEN 1 THEN ra.survivor ELSE ra.id END AS a,
                 CASE rb.record_state WHEN 1 THEN rb.survivor ELSE rb.id END AS b
             FROM match_pair p JOIN {table} ra ON ra.id = p.a JOIN {table} rb ON rb.id = p.b
             LEFT JOIN match_decision d ON d.id = p.decision
             WHERE p.entity = '{}' AND ra.record_state < 2 AND rb.record_state < 2) WHERE a <> b)
         GROUP BY one, other",
        entity.code
    )
}

fn pair_of(row: &Row<'_>) -> rusqlite::Result<PairInfo> {
    let evidence: String = row.get(4)?;
    Ok(PairInfo {
        id: row.get(0)?,
        records: [row.get(1)?, row.get(2)?],
        probability: row.get(3)?,
        evidence: evidence.split(' ').map(str::to_owned).collect(),
    })
}

/// How many pairs of `code` there are of each sort, in the order of [`Show::ALL`].
///
/// # Errors
///
/// [`Error::UnknownEntity`], or where the project cannot be read.
pub fn shown(conn: &Connection, code: &str) -> Result<[u64; 4]> {
    let sql = format!("SELECT show, count(*) FROM ({}) GROUP BY show", standing(records::entity(code)?));
    let mut counts = [0; 4];
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (code, count): (String, u64) = (row.get(0)?, row.get(1)?);
        if let Some(place) = Show::ALL.iter().position(|show| show.code() == code).and_then(|at| counts.get_mut(at)) {
            *place = count;
        }
    }
    Ok(counts)
}

/// Up to `limit` pairs of `code`, the most probable first, leaving out `offset`.
///
/// # Errors
///
/// [`Error::UnknownEntity`], or where the project cannot be read.
pub fn page(conn: &Connection, code: &str, show: Show, offset: u64, limit: usize) -> Result<Vec<PairInfo>> {
    let sql = format!(
        "SELECT id, one, other, probability, evidence FROM ({}) WHERE show = ?1
         ORDER BY probability DESC, one, other LIMIT ?2 OFFSET ?3",
        standing(records::entity(code)?)
    );
    let mut statement = conn.prepare(&sql)?;
    let found = statement.query_map(params![show.code(), limit as i64, offset], pair_of)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The entity and the pair of this number, as it stands now; of a pair whose records became one, both are the same.
///
/// # Errors
///
/// [`Error::NotFound`] where there is none.
pub fn pair(conn: &Connection, id: i64) -> Result<(String, PairInfo)> {
    let sql = "SELECT id, a, b, probability, evidence, entity FROM match_pair WHERE id = ?1";
    let found = conn.query_row(sql, [id], |row| Ok((row.get::<_, String>(5)?, pair_of(row)?))).optional()?;
    let (code, mut pair) = found.ok_or(Error::NotFound { what: "match_pair", id })?;
    let entity = records::entity(&code)?;
    for record in &mut pair.records {
        *record = records::record(conn, entity, *record)?.survivor.unwrap_or(*record);
    }
    pair.records.sort_unstable();
    Ok((code, pair))
}

/// Records of `code` with one usable identity number: groups of two or more, by number.
///
/// # Errors
///
/// [`Error::UnknownEntity`], or where the project cannot be read.
pub fn same_numbers(conn: &Connection, code: &str) -> Result<Vec<Vec<i64>>> {
    let entity = records::entity(code)?;
    if entity.field("national_id").is_none() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, national_id FROM {} NOT INDEXED WHERE record_state = 0 AND national_id IS NOT NULL",
        table_name(entity)
    );
    let mut alike = Vec::new();
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let number = bare_number(row.get_ref(1)?.as_str().unwrap_or_default());
        alike.push((key_hash(&number), row.get::<_, i64>(0)?));
    }
    // Two numbers may have one hash: what is kept of each record is small, and those few that meet are looked at.
    alike.sort_unstable();
    let sql = format!("SELECT national_id FROM {} WHERE id = ?1", table_name(entity));
    let mut statement = conn.prepare(&sql)?;
    let mut groups: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for met in alike.chunk_by(|one, other| one.0 == other.0).filter(|met| met.len() > 1) {
        for (_, id) in met {
            let number = bare_number(&statement.query_row([id], |row| row.get::<_, String>(0))?);
            groups.entry(number).or_default().push(*id);
        }
    }
    Ok(groups.into_values().filter(|group| group.len() > 1).collect())
}

/// A number without the hyphens and spaces that people put between its parts, its letters large.
fn bare_number(number: &str) -> String {
    number.chars().filter(|char| !matches!(char, '-' | ' ')).map(|char| char.to_ascii_uppercase()).collect()
}

/// Records of `code` that its first natural key says are one, whoever wrote the key how: what references lead to is
/// compared, other values without outer spaces and regard to case, whole numbers as numbers. Groups of two or more.
///
/// # Errors
///
/// [`Error::UnknownEntity`], or where the project cannot be read.
pub fn same_keys(conn: &Connection, code: &str) -> Result<Vec<Vec<i64>>> {
    let entity = records::entity(code)?;
    let Some(key) = entity.keys.first() else { return Ok(Vec::new()) };
    let (mut parts, mut filled) = (Vec::new(), vec!["record_state = 0".to_owned()]);
    for field in key.fields {
        let (value, needed) = key_value(entity, field, key.may_be_blank.contains(field));
        parts.push(value);
        filled.extend(needed);
    }
    let (parts, filled) = (parts.join(", "), filled.join(" AND "));
    let sql = format!(
        "SELECT id, place FROM (SELECT id, min(id) OVER same AS place, count(*) OVER same AS alike FROM {} WHERE {filled}
         WINDOW same AS (PARTITION BY {parts})) WHERE alike > 1 ORDER BY place, id",
        table_name(entity)
    );
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let (mut groups, mut last): (Vec<Vec<i64>>, Option<i64>) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        let place: i64 = row.get(1)?;
        match groups.last_mut().filter(|_| last == Some(place)) {
            Some(group) => group.push(row.get(0)?),
            None => groups.push(vec![row.get(0)?]),
        }
        last = Some(place);
    }
    Ok(groups)
}

/// Places in Quran programmes that only the pupil's work speaks of, and that name no year, with the one place that the
/// pupil has in the same programme in a year: pairs of the first and the second.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn places_without_year(conn: &Connection) -> Result<Vec<(i64, i64)>> {
    let places = table_name(records::entity("quran_enrollments")?);
    let sql = format!(
        "SELECT w.id, min(p.id) FROM {places} w JOIN source_table s ON s.id = w.table_id
         JOIN {places} p ON p.student_id = w.student_id AND p.program_id = w.program_id AND p.record_state = 0
              AND (p.academic_year IS NOT NULL OR p.academic_year_id IS NOT NULL)
         WHERE w.record_state = 0 AND w.academic_year IS NULL AND w.academic_year_id IS NULL
               AND s.entity IN ('hafiz_progress', 'murajaah_sessions')
         GROUP BY w.id HAVING count(*) = 1 ORDER BY w.id"
    );
    let mut statement = conn.prepare(&sql)?;
    Ok(statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
}

/// What of a key's field is compared, and the condition that it can be.
fn key_value(entity: &Entity, field: &str, may_be_blank: bool) -> (String, Option<String>) {
    let (column, link) = (records::quoted(field), records::quoted(&format!("{field}_id")));
    let text = format!("upper(trim(coalesce({column}, '')))");
    let number = format!("CASE WHEN {text} GLOB '*[^0-9]*' THEN {text} ELSE CAST({text} AS INTEGER) END");
    let reference = entity.references().any(|(reference, _)| reference.code == field);
    match (reference, may_be_blank) {
        (true, false) => (link.clone(), Some(format!("{link} IS NOT NULL"))),
        // What leads nowhere is compared as it is written.
        (true, true) => (format!("{link}, CASE WHEN {link} IS NULL THEN {text} END"), None),
        (false, _) => (number, (!may_be_blank).then(|| format!("{text} <> ''"))),
    }
}

/// Whether the portal has, or may have, the row of this record.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn is_pushed(conn: &Connection, code: &str, record: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM push_batch b CROSS JOIN pushed_record p ON p.batch = b.id
               WHERE b.state IN ('prepared', 'applied') AND p.entity = ?1 AND p.record = ?2 AND p.outcome <> 'rejected')";
    Ok(conn.prepare_cached(sql)?.query_row(params![code, record], |row| row.get(0))?)
}

/// The records that `survivor` stands for. Only those that are set aside are looked through: they have an index.
///
/// # Errors
///
/// [`Error::UnknownEntity`], or where the project cannot be read.
pub fn merged_into(conn: &Connection, code: &str, survivor: i64) -> Result<Vec<i64>> {
    let table = table_name(records::entity(code)?);
    let sql =
        format!("SELECT id FROM {table} WHERE record_state = 1 AND record_state <> 0 AND survivor = ?1 ORDER BY id");
    let mut statement = conn.prepare_cached(&sql)?;
    Ok(statement.query_map([survivor], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// How many records of `code` another stands for, and up to `limit` of them with that other, leaving out `offset`.
///
/// # Errors
///
/// [`Error::UnknownEntity`], or where the project cannot be read.
pub fn merged(conn: &Connection, code: &str, offset: u64, limit: usize) -> Result<(u64, Vec<(i64, i64)>)> {
    let table = table_name(records::entity(code)?);
    let aside = format!("FROM {table} WHERE record_state = 1 AND record_state <> 0 AND survivor IS NOT NULL");
    let total = conn.query_row(&format!("SELECT count(*) {aside}"), [], |row| row.get(0))?;
    let mut statement =
        conn.prepare(&format!("SELECT id, survivor {aside} ORDER BY survivor, id LIMIT ?1 OFFSET ?2"))?;
    let found = statement.query_map(params![limit as i64, offset], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((total, found.collect::<rusqlite::Result<_>>()?))
}
