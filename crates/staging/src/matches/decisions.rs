//! What people decided about two records, found again by keys that outlive the records.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::Result;
use crate::change_log::{Act, is_applied};
use crate::landing::stamp;

/// What a person said about two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They are one person.
    Same,
    /// They are two people.
    Different,
    /// Ask again later.
    Later,
    /// Ask as if nothing had been said.
    Open,
}

impl Verdict {
    /// The word in the project file and at the screen.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Later => "later",
            Self::Open => "open",
        }
    }

    /// The verdict with this [`Verdict::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Same, Self::Different, Self::Later, Self::Open].into_iter().find(|verdict| verdict.code() == code)
    }
}

/// Where a decision was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownPair {
    /// At a pair of two records, of this number.
    Records(i64),
    /// At a pair of a record and a person of the portal, of this number.
    Portal(i64),
}

/// A decision to be remembered.
#[derive(Clone, Debug)]
pub struct Decided<'a> {
    /// Code of the entity.
    pub entity: &'a str,
    /// What was said.
    pub verdict: Verdict,
    /// The keys of the two sides.
    pub keys: [&'a [String]; 2],
    /// The step that merged them.
    pub step: Option<i64>,
    /// The pair as it was shown.
    pub pair: Option<ShownPair>,
}

/// Remembers a decision; a later one about the same two goes before it.
///
/// # Errors
///
/// Where the project cannot be written; then nothing was.
pub fn decide(conn: &Connection, decided: &Decided<'_>, act: &Act<'_>) -> Result<i64> {
    let tx = conn.unchecked_transaction()?;
    let sql = "INSERT INTO match_decision (entity, verdict, user, at, step) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.execute(sql, params![decided.entity, decided.verdict.code(), act.user, stamp(act.at), decided.step])?;
    let id = tx.last_insert_rowid();
    for (side, keys) in decided.keys.iter().enumerate() {
        for key in *keys {
            let sql = "INSERT OR IGNORE INTO match_key (decision, side, key) VALUES (?1, ?2, ?3)";
            tx.prepare_cached(sql)?.execute(params![id, side as i64, key])?;
        }
    }
    match decided.pair {
        Some(ShownPair::Records(pair)) => {
            // Of a merge the pair says nothing: it is gone while its records are one, and asked again when they are not.
            let shown = Some(id).filter(|_| decided.verdict != Verdict::Same);
            tx.execute("UPDATE match_pair SET decision = ?2 WHERE id = ?1", params![pair, shown])?;
        }
        Some(ShownPair::Portal(pair)) => {
            tx.execute("UPDATE portal_pair SET decision = ?2 WHERE id = ?1", [pair, id])?;
        }
        None => {}
    }
    tx.commit()?;
    Ok(id)
}

/// All decisions in force about one entity, by key.
#[derive(Debug, Default)]
pub struct Decisions {
    by_key: HashMap<String, Vec<(i64, u8)>>,
    verdicts: HashMap<i64, Verdict>,
    /// Decisions about a row of the portal, with the row.
    rows: HashMap<i64, String>,
}

impl Decisions {
    /// Reads those about `entity`. A merge that was undone is no decision any more.
    ///
    /// # Errors
    ///
    /// Where the project cannot be read.
    pub fn read(conn: &Connection, entity: &str) -> Result<Self> {
        let mut found = Self::default();
        let sql = "SELECT id, verdict, step FROM match_decision WHERE entity = ?1";
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query([entity])?;
        while let Some(row) = rows.next()? {
            let (id, verdict, step): (i64, String, Option<i64>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let stands = step.map_or(Ok(true), |step| is_applied(conn, step))?;
            if let Some(verdict) = Verdict::from_code(&verdict).filter(|_| stands) {
                found.verdicts.insert(id, verdict);
            }
        }
        let sql = "SELECT k.key, k.decision, k.side FROM match_key k JOIN match_decision d ON d.id = k.decision
                   WHERE d.entity = ?1";
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query([entity])?;
        while let Some(row) = rows.next()? {
            let (decision, side): (i64, u8) = (row.get(1)?, row.get(2)?);
            if found.verdicts.contains_key(&decision) {
                let key: String = row.get(0)?;
                if let Some(target) = key.strip_prefix(super::portal::KEY) {
                    found.rows.insert(decision, target.to_owned());
                }
                found.by_key.entry(key).or_default().push((decision, side));
            }
        }
        Ok(found)
    }

    /// Whether nothing was decided.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.verdicts.is_empty()
    }

    /// The last decision about two records with these keys.
    #[must_use]
    pub fn find(&self, one: &[String], other: &[String]) -> Option<(i64, Verdict)> {
        let sides = |keys: &[String]| -> Vec<(i64, u8)> {
            keys.iter().filter_map(|key| self.by_key.get(key)).flatten().copied().collect()
        };
        let (ours, theirs) = (sides(one), sides(other));
        let both = ours.iter().filter(|(decision, side)| theirs.contains(&(*decision, 1 - *side)));
        let last = both.map(|(decision, _)| *decision).max()?;
        self.verdicts.get(&last).map(|verdict| (last, *verdict))
    }

    /// Whether anything was decided about this row of the portal.
    #[must_use]
    pub fn is_about(&self, target: &str) -> bool {
        self.rows.values().any(|row| row == target)
    }

    /// The rows of the portal that were decided about together with a record of these keys, each with what was said
    /// last, the newest decision first.
    #[must_use]
    pub fn rows(&self, keys: &[String]) -> Vec<(&str, Verdict)> {
        let mut decided: Vec<i64> =
            keys.iter().filter_map(|key| self.by_key.get(key)).flatten().map(|one| one.0).collect();
        decided.sort_unstable_by(|one, other| other.cmp(one));
        let mut found: Vec<(&str, Verdict)> = Vec::new();
        for decision in decided {
            let row = self.rows.get(&decision).zip(self.verdicts.get(&decision));
            let Some((target, verdict)) = row else { continue };
            if found.iter().all(|(known, _)| known != target) {
                found.push((target, *verdict));
            }
        }
        found
    }
}
