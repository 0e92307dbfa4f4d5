//! People of the portal who may be people of this project, and the pairs they make with its records.
//!
//! A run keeps only those rows of the portal that a person should look at or that the rule proves; the next run
//! replaces them. What a person decided stays with [`super::Decisions`], under the row's [`key`].

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::change_log::Act;
use crate::landing::stamp;
use crate::records::{self, table_name};
use crate::{Error, Result};

/// What the key of a row of the portal begins with.
pub const KEY: &str = "portal:";

/// The key by which a decision knows the row `target` of the portal.
#[must_use]
pub fn key(target: &str) -> String {
    format!("{KEY}{target}")
}

/// What is kept of a row of the portal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Field code and value of what is filled.
    pub values: Vec<(String, String)>,
    /// Identity number and telephone number of whom the person is linked to.
    pub circle: Vec<(String, String)>,
}

/// A person of the portal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The row's id at the portal.
    pub target: String,
    /// When it was last written, as the portal says it.
    pub seen: String,
    /// The id of the person's account; empty for none.
    pub account: String,
    /// Identity number as it is compared; empty for none.
    pub number: String,
    /// What it says.
    pub said: Said,
}

/// A pair of a record and a person of the portal as a run stores it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPair<'a> {
    /// Code of the entity.
    pub entity: &'a str,
    /// The record.
    pub record: i64,
    /// Number of the person, as [`PortalWriter::person`] gave it.
    pub person: i64,
    /// How probable it is that they are one, 0 to 1.
    pub probability: f64,
    /// Codes of what was seen, with spaces between.
    pub evidence: &'a str,
    /// Whether the rule proves it.
    pub certain: bool,
    /// The decision that a person took about them before.
    pub decision: Option<i64>,
}

/// A pair as a person sees it: of a merged record, the one that stands for it.
#[derive(Clone, Debug, PartialEq)]
pub struct PairInfo {
    /// Number of the pair, until the next run.
    pub id: i64,
    /// The record.
    pub record: i64,
    /// Number of the person.
    pub person: i64,
    /// How probable it is that they are one, 0 to 1.
    pub probability: f64,
    /// Codes of what was seen.
    pub evidence: Vec<String>,
    /// Whether the rule proves it.
    pub certain: bool,
}

/// Which pairs to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// Those that nobody decided and the rule does not prove.
    Open,
    /// Those that the rule proves.
    Certain,
    /// Those that a person said are one.
    Same,
    /// Those put off.
    Later,
    /// Those that are two people.
    Different,
}

impl Show {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Open, Self::Certain, Self::Same, Self::Later, Self::Different];

    /// The word at the screen.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Certain => "certain",
            Self::Same => "same",
            Self::Later => "later",
            Self::Different => "different",
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
pub struct PortalCount {
    /// Code of the entity.
    pub entity: String,
    /// Rows of the portal.
    pub people: u64,
    /// Records of which the portal knows the row already.
    pub known: u64,
    /// Pairs compared.
    pub compared: u64,
    /// Keys that too many share for all their pairs to be compared.
    pub left_out: u64,
}

/// The last run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalRun {
    /// When.
    pub at: String,
    /// The portal's address, without its password.
    pub portal: String,
    /// Whether records changed since.
    pub stale: bool,
}

/// Takes the result of a run in the place of the last one. Dropped before [`PortalWriter::finish`], the last one stays.
pub struct PortalWriter<'c> {
    tx: Transaction<'c>,
}

impl<'c> PortalWriter<'c> {
    /// Starts a run against the portal at this address.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn begin(conn: &'c Connection, portal: &str, act: &Act<'_>) -> Result<Self> {
        let tx = conn.unchecked_transaction()?;
        tx.execute_batch("DELETE FROM portal_pair; DELETE FROM portal_person; DELETE FROM portal_count;")?;
        let run = params![stamp(act.at), act.user, portal, records::version(&tx)?];
        tx.execute("REPLACE INTO portal_match (one, at, user, portal, version) VALUES (1, ?1, ?2, ?3, ?4)", run)?;
        Ok(Self { tx })
    }

    /// Takes a person of the portal; gives their number.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn person(&mut self, entity: &str, person: &Person) -> Result<i64> {
        let said = serde_json::to_string(&person.said).unwrap_or_default();
        let sql =
            "INSERT INTO portal_person (entity, target, seen, account, number, said) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let values = params![entity, person.target, person.seen, person.account, person.number, said];
        self.tx.prepare_cached(sql)?.execute(values)?;
        Ok(self.tx.last_insert_rowid())
    }

    /// A person that was taken in this run.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where there is none.
    pub fn taken(&self, id: i64) -> Result<Person> {
        person(&self.tx, id)
    }

    /// Takes one pair.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn pair(&mut self, pair: &NewPair<'_>) -> Result<()> {
        let sql = "INSERT INTO portal_pair (entity, record, person, probability, evidence, certain, decision)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let NewPair { entity, record, person, probability, evidence, certain, decision } = pair;
        let values = params![entity, record, person, probability, evidence, certain, decision];
        self.tx.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// Takes the counts of one entity.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn count(&mut self, count: &PortalCount) -> Result<()> {
        let sql = "REPLACE INTO portal_count (entity, people, known, compared, left_out) VALUES (?1, ?2, ?3, ?4, ?5)";
        let PortalCount { entity, people, known, compared, left_out } = count;
        self.tx.execute(sql, params![entity, people, known, compared, left_out])?;
        Ok(())
    }

    /// Ends: what was taken is the project's from here on, but for people who are in no pair and in no decision.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn finish(self) -> Result<()> {
        self.tx.execute(
            "DELETE FROM portal_person WHERE id NOT IN (SELECT person FROM portal_pair)
             AND 'portal:' || target NOT IN (SELECT key FROM match_key WHERE side = 1)",
            [],
        )?;
        Ok(self.tx.commit()?)
    }
}

/// The last run; `None` where there was none.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn last(conn: &Connection) -> Result<Option<PortalRun>> {
    let now = records::version(conn)?;
    let run =
        |row: &Row<'_>| Ok(PortalRun { at: row.get(0)?, portal: row.get(1)?, stale: row.get::<_, i64>(2)? != now });
    Ok(conn.query_row("SELECT at, portal, version FROM portal_match", [], run).optional()?)
}

/// The counts of the last run, by entity.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn counts(conn: &Connection) -> Result<Vec<PortalCount>> {
    let sql = "SELECT entity, people, known, compared, left_out FROM portal_count ORDER BY entity";
    let mut statement = conn.prepare(sql)?;
    let count = |row: &Row<'_>| {
        Ok(PortalCount {
            entity: row.get(0)?,
            people: row.get(1)?,
            known: row.get(2)?,
            compared: row.get(3)?,
            left_out: row.get(4)?,
        })
    };
    Ok(statement.query_map([], count)?.collect::<rusqlite::Result<_>>()?)
}

/// The pairs of an entity as they stand now: of merged records those that stand for them, each pair once, with what was
/// decided last.
fn standing(code: &str) -> Result<String> {
    Ok(format!(
        "SELECT min(id) AS id, record, person, max(probability) AS probability, evidence, max(certain) AS certain,
             CASE max(CASE verdict WHEN 'different' THEN 4 WHEN 'same' THEN 3 WHEN 'later' THEN 2 ELSE certain END)
                 WHEN 4 THEN 'different' WHEN 3 THEN 'same' WHEN 2 THEN 'later' WHEN 1 THEN 'certain' ELSE 'open'
             END AS show
         FROM (SELECT p.id, p.person, p.probability, p.evidence, p.certain, d.verdict,
                   CASE r.record_state WHEN 1 THEN r.survivor ELSE r.id END AS record
               FROM portal_pair p JOIN {} r ON r.id = p.record LEFT JOIN match_decision d ON d.id = p.decision
               WHERE p.entity = '{code}' AND r.record_state < 2)
         GROUP BY record, person",
        table_name(records::entity(code)?)
    ))
}

fn pair_of(row: &Row<'_>) -> rusqlite::Result<PairInfo> {
    let evidence: String = row.get(4)?;
    Ok(PairInfo {
        id: row.get(0)?,
        record: row.get(1)?,
        person: row.get(2)?,
        probability: row.get(3)?,
        evidence: evidence.split(' ').map(str::to_owned).collect(),
        certain: row.get(5)?,
    })
}

/// How many pairs of `code` there are of each sort, in the order of [`Show::ALL`].
///
/// # Errors
///
/// [`Error::UnknownEntity`], or where the project cannot be read.
pub fn shown(conn: &Connection, code: &str) -> Result<[u64; 5]> {
    let mut statement = conn.prepare(&format!("SELECT show, count(*) FROM ({}) GROUP BY show", standing(code)?))?;
    let mut counts = [0; 5];
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
    let mut statement = conn.prepare(&format!(
        "SELECT id, record, person, probability, evidence, certain FROM ({}) WHERE show = ?1
         ORDER BY probability DESC, record, person LIMIT ?2 OFFSET ?3",
        standing(code)?
    ))?;
    let found = statement.query_map(params![show.code(), limit as i64, offset], pair_of)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The record and the row of each pair of `code` that the rule does not prove and that nobody decided, those put off
/// among them.
///
/// # Errors
///
/// [`Error::UnknownEntity`], or where the project cannot be read.
pub fn undecided(conn: &Connection, code: &str) -> Result<Vec<(i64, String)>> {
    let mut statement = conn.prepare(&format!(
        "SELECT s.record, p.target FROM ({}) s JOIN portal_person p ON p.id = s.person
         WHERE s.show IN ('open', 'later') ORDER BY s.record, p.target",
        standing(code)?
    ))?;
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The entity and the pair of this number, as it stands now.
///
/// # Errors
///
/// [`Error::NotFound`] where there is none.
pub fn pair(conn: &Connection, id: i64) -> Result<(String, PairInfo)> {
    let sql = "SELECT id, record, person, probability, evidence, certain, entity FROM portal_pair WHERE id = ?1";
    let found = conn.query_row(sql, [id], |row| Ok((row.get::<_, String>(6)?, pair_of(row)?))).optional()?;
    let (code, mut pair) = found.ok_or(Error::NotFound { what: "portal_pair", id })?;
    let stands = records::record(conn, records::entity(&code)?, pair.record)?.survivor;
    pair.record = stands.unwrap_or(pair.record);
    Ok((code, pair))
}

const PERSON: &str = "SELECT target, seen, account, number, said FROM portal_person";

fn person_of(row: &Row<'_>) -> rusqlite::Result<Person> {
    let said: String = row.get(4)?;
    let said = serde_json::from_str(&said).unwrap_or_default();
    Ok(Person { target: row.get(0)?, seen: row.get(1)?, account: row.get(2)?, number: row.get(3)?, said })
}

/// The person of this number.
///
/// # Errors
///
/// [`Error::NotFound`] where there is none.
pub fn person(conn: &Connection, id: i64) -> Result<Person> {
    let mut statement = conn.prepare_cached(&format!("{PERSON} WHERE id = ?1"))?;
    statement.query_row([id], person_of).optional()?.ok_or(Error::NotFound { what: "portal_person", id })
}

/// The people of the portal that were kept and have this identity number, as it is compared.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn with_number(conn: &Connection, entity: &str, number: &str) -> Result<Vec<Person>> {
    let sql = format!("{PERSON} WHERE entity = ?1 AND number = ?2 AND number <> '' ORDER BY id");
    let mut statement = conn.prepare_cached(&sql)?;
    Ok(statement.query_map([entity, number], person_of)?.collect::<rusqlite::Result<_>>()?)
}

/// The person of the portal that is this row, where it was kept.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn with_target(conn: &Connection, entity: &str, target: &str) -> Result<Option<Person>> {
    let mut statement = conn.prepare_cached(&format!("{PERSON} WHERE entity = ?1 AND target = ?2"))?;
    Ok(statement.query_row([entity, target], person_of).optional()?)
}

/// Whether anything is known about records of `entity` and rows of the portal: people of the last run, or decisions.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn any(conn: &Connection, entity: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM portal_person WHERE entity = ?1)
               OR EXISTS (SELECT 1 FROM match_key k JOIN match_decision d ON d.id = k.decision
                          WHERE d.entity = ?1 AND k.side = 1 AND k.key >= 'portal:' AND k.key < 'portal;')";
    Ok(conn.query_row(sql, [entity], |row| row.get(0))?)
}

/// A mark of everything that is known about records and rows of the portal: another one where any of it changed.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn mark(conn: &Connection) -> Result<String> {
    let sql =
        "SELECT coalesce((SELECT at FROM portal_match), '') || coalesce((SELECT ' ' || max(decision) FROM match_key
               WHERE side = 1 AND key >= 'portal:' AND key < 'portal;'), '')";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}
