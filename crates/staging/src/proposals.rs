//! What the cleansing rules propose: counts of all, and enough of each to look at.
//!
//! Proposals are a view of the records at one moment; they are made anew, never changed.

use std::collections::HashMap;

use model::{Applicability, Fix};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::Result;
use crate::landing::Said;

/// Proposals of one rule and applicability that are kept with their values.
pub const MOST_KEPT: u64 = 5_000;

/// One proposed change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Number in the project file, until proposals are made anew.
    pub id: i64,
    /// Code of the rule.
    pub rule: String,
    /// How far it may be trusted.
    pub applicability: Applicability,
    /// Code of the entity.
    pub entity: String,
    /// Number of the record.
    pub record: i64,
    /// Code of the field.
    pub field: String,
    /// The value that stands there.
    pub before: String,
    /// The value that would; empty for a blank.
    pub after: String,
    /// Why.
    pub reason: Said,
    /// Blank fields of the same record that are filled with it: (field, value).
    pub also: Vec<(String, String)>,
}

/// How many changes a rule proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalCount {
    /// Code of the rule.
    pub rule: String,
    /// How far they may be trusted.
    pub applicability: Applicability,
    /// How many, all of them.
    pub proposed: u64,
}

/// Takes new proposals in the place of the old ones. Dropped before [`ProposalWriter::finish`], the
/// old ones stay.
pub struct ProposalWriter<'c> {
    tx: Transaction<'c>,
    counts: HashMap<(&'static str, Applicability), u64>,
}

impl<'c> ProposalWriter<'c> {
    /// Starts.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn begin(conn: &'c Connection) -> Result<Self> {
        let tx = conn.unchecked_transaction()?;
        tx.execute_batch("DELETE FROM proposal; DELETE FROM proposal_count;")?;
        let version = stamp(&tx)?;
        tx.execute("INSERT OR REPLACE INTO proposal_run (one, version) VALUES (1, ?1)", [version])?;
        Ok(Self { tx, counts: HashMap::new() })
    }

    /// Takes one proposal of `rule` for `field` of `record`, whose value is `before`.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn add(
        &mut self,
        rule: &'static str,
        entity: &str,
        record: i64,
        field: &str,
        before: &str,
        fix: &Fix,
    ) -> Result<()> {
        let count = self.counts.entry((rule, fix.applicability)).or_default();
        *count += 1;
        if *count > MOST_KEPT {
            return Ok(());
        }
        let reason = Said::from(&fix.reason);
        let sql =
            "INSERT INTO proposal (rule, applicability, entity, record, field, before, after, reason_key, reason_args,
                                   also) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        self.tx.prepare_cached(sql)?.execute(params![
            rule,
            fix.applicability.code(),
            entity,
            record,
            field,
            before,
            fix.after,
            reason.key,
            serde_json::to_string(&reason.args)?,
            serde_json::to_string(&fix.also)?
        ])?;
        Ok(())
    }

    /// Counts `more` proposals of `rule` that are not kept.
    pub fn beyond(&mut self, rule: &'static str, applicability: Applicability, more: u64) {
        *self.counts.entry((rule, applicability)).or_default() += more;
    }

    /// Ends: the proposals are those of the project from here on.
    ///
    /// # Errors
    ///
    /// Where the project cannot be written.
    pub fn finish(self) -> Result<()> {
        let sql = "INSERT INTO proposal_count (rule, applicability, proposed) VALUES (?1, ?2, ?3)";
        for ((rule, applicability), proposed) in &self.counts {
            self.tx.prepare_cached(sql)?.execute(params![rule, applicability.code(), proposed])?;
        }
        self.tx.commit()?;
        Ok(())
    }
}

/// What changes with every change of a value and every record that comes or goes, and with nothing else:
/// the step the records stand at, and the numbers given out and taken out.
fn stamp(conn: &Connection) -> Result<i64> {
    let sql =
        "SELECT (SELECT coalesce(sum(next), 0) FROM record_seq) + (SELECT coalesce(sum(first), 0) FROM record_range)";
    let numbers: i64 = conn.query_row(sql, [], |row| row.get(0))?;
    Ok(crate::change_log::head(conn)?.wrapping_mul(1 << 40).wrapping_add(numbers))
}

/// Whether the records have changed since the proposals were made; `None` where there never were any.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn stale(conn: &Connection) -> Result<Option<bool>> {
    let made: Option<i64> = conn.query_row("SELECT version FROM proposal_run", [], |row| row.get(0)).optional()?;
    let now = stamp(conn)?;
    Ok(made.map(|version| version != now))
}

/// How many changes each rule proposes.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn counts(conn: &Connection) -> Result<Vec<ProposalCount>> {
    let mut statement =
        conn.prepare_cached("SELECT rule, applicability, proposed FROM proposal_count ORDER BY rule")?;
    let count = |row: &Row<'_>| {
        Ok(ProposalCount { rule: row.get(0)?, applicability: applicability(row, 1)?, proposed: row.get(2)? })
    };
    let found = statement.query_map([], count)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

fn applicability(row: &Row<'_>, at: usize) -> rusqlite::Result<Applicability> {
    let code: String = row.get(at)?;
    Ok(Applicability::from_code(&code).unwrap_or(Applicability::Manual))
}

const PROPOSALS: &str =
    "SELECT id, rule, applicability, entity, record, field, before, after, reason_key, reason_args, also FROM proposal";

/// Up to `limit` kept proposals of `rule`, leaving out the first `offset`; all applicabilities for `None`.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn page(
    conn: &Connection,
    rule: &str,
    only: Option<Applicability>,
    offset: u64,
    limit: usize,
) -> Result<Vec<Proposal>> {
    let sql =
        format!("{PROPOSALS} WHERE rule = ?1 AND (?2 IS NULL OR applicability = ?2) ORDER BY id LIMIT ?3 OFFSET ?4");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(params![rule, only.map(Applicability::code), limit as i64, offset])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(proposal(row)?);
    }
    Ok(found)
}

/// The kept proposal of this number; `None` where proposals were made anew since.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn find(conn: &Connection, id: i64) -> Result<Option<Proposal>> {
    let mut statement = conn.prepare_cached(&format!("{PROPOSALS} WHERE id = ?1"))?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(proposal).transpose()
}

fn proposal(row: &Row<'_>) -> Result<Proposal> {
    let (args, also): (String, String) = (row.get(9)?, row.get(10)?);
    Ok(Proposal {
        also: serde_json::from_str(&also)?,
        id: row.get(0)?,
        rule: row.get(1)?,
        applicability: applicability(row, 2)?,
        entity: row.get(3)?,
        record: row.get(4)?,
        field: row.get(5)?,
        before: row.get(6)?,
        after: row.get(7)?,
        reason: Said { key: row.get(8)?, args: serde_json::from_str(&args)? },
    })
}

#[cfg(test)]
mod tests {
    use model::Message;

    use super::*;
    use crate::Project;

    #[test]
    fn counts_are_complete_where_values_are_capped() {
        let project = Project::scratch().expect("a project");
        let conn = project.connection();
        assert_eq!(stale(conn).expect("read"), None, "nothing was ever proposed");
        let mut writer = ProposalWriter::begin(conn).expect("begun");
        let fix = Fix::safe("female", Message::new("rule.gender").with("list", "jantina"));
        for record in 0..MOST_KEPT as i64 + 7 {
            writer.add("gender", "students", record, "gender", "P", &fix).expect("taken");
        }
        writer.finish().expect("finished");
        assert_eq!(counts(conn).expect("read")[0].proposed, MOST_KEPT + 7);
        assert_eq!(page(conn, "gender", Some(Applicability::Safe), MOST_KEPT - 2, 10).expect("read").len(), 2);
        assert_eq!(page(conn, "gender", Some(Applicability::Manual), 0, 10).expect("read").len(), 0);
        assert_eq!(find(conn, 1).expect("read").map(|one| one.reason.args.len()), Some(1));
        assert_eq!(stale(conn).expect("read"), Some(false));
    }
}
