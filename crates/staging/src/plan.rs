//! What the last rehearsal showed, record by record and value by value, and what a person decided about it.

use rusqlite::{Connection, OptionalExtension, params};

use crate::Result;
use crate::change_log::Act;
use crate::landing::stamp;

/// What would become of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRow {
    /// Entity code.
    pub entity: String,
    /// Number of the record.
    pub record: i64,
    /// `inserted`, `updated`, `unchanged` or `rejected`.
    pub outcome: String,
}

/// A value that is another one in the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanChange {
    /// Number of the difference; 0 while it is not kept.
    pub id: i64,
    /// Entity code.
    pub entity: String,
    /// Number of the record.
    pub record: i64,
    /// Input code.
    pub field: String,
    /// The portal's value; `#7` for the row of record 7.
    pub old: Option<String>,
    /// The project's value.
    pub new: String,
    /// `written`, `kept` or `asks`.
    pub effect: String,
    /// Whether a person decided for the project's value since.
    pub decided: bool,
}

/// Which differences are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only those of this entity; all where it is empty.
    pub entity: String,
    /// Only those with this effect; all where it is empty.
    pub effect: String,
}

/// Forgets the plan before, and notes whose plan follows.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn begin(conn: &Connection, batch: &str) -> Result<()> {
    conn.execute_batch("DELETE FROM plan_row; DELETE FROM plan_change; DELETE FROM plan_total; DELETE FROM plan_of")?;
    conn.execute("INSERT INTO plan_of (one, batch) VALUES (1, ?1)", [batch])?;
    Ok(())
}

/// The rehearsal that the plan is of.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn of(conn: &Connection) -> Result<Option<String>> {
    Ok(conn.query_row("SELECT batch FROM plan_of", [], |row| row.get(0)).optional()?)
}

/// Adds to the plan, in one transaction.
///
/// # Errors
///
/// Where the project cannot be written; then nothing was added.
pub fn add(conn: &Connection, rows: &[PlanRow], changes: &[PlanChange]) -> Result<()> {
    let tx = conn.unchecked_transaction()?;
    for PlanRow { entity, record, outcome } in rows {
        let sql = "INSERT OR REPLACE INTO plan_row (entity, record, outcome) VALUES (?1, ?2, ?3)";
        tx.prepare_cached(sql)?.execute(params![entity, record, outcome])?;
    }
    for PlanChange { entity, record, field, old, new, effect, .. } in changes {
        let sql = "INSERT OR REPLACE INTO plan_change (entity, record, field, old, new, effect)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        tx.prepare_cached(sql)?.execute(params![entity, record, field, old, new, effect])?;
    }
    Ok(tx.commit()?)
}

/// Notes how many values of `entity` have this effect in all.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn set_total(conn: &Connection, entity: &str, effect: &str, total: u64) -> Result<()> {
    let sql = "REPLACE INTO plan_total (entity, effect, total) VALUES (?1, ?2, ?3)";
    conn.prepare_cached(sql)?.execute(params![entity, effect, total])?;
    Ok(())
}

/// How many values have the effect that is wanted in all, kept or not.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn total(conn: &Connection, wanted: &Wanted) -> Result<u64> {
    let sql = "SELECT coalesce(sum(total), 0) FROM plan_total
               WHERE (?1 = '' OR entity = ?1) AND (?2 = '' OR effect = ?2)";
    Ok(conn.query_row(sql, params![wanted.entity, wanted.effect], |row| row.get(0))?)
}

/// Kept rows of the plan with `outcome`, of `entity` or of all where it is empty: up to `limit` behind the first
/// `offset`, and how many are kept.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn rows(conn: &Connection, outcome: &str, entity: &str, offset: u64, limit: usize) -> Result<(Vec<PlanRow>, u64)> {
    let which = "FROM plan_row WHERE outcome = ?1 AND (?2 = '' OR entity = ?2)";
    let total = conn.query_row(&format!("SELECT count(*) {which}"), params![outcome, entity], |row| row.get(0))?;
    let sql = format!("SELECT entity, record, outcome {which} ORDER BY entity, record LIMIT ?3 OFFSET ?4");
    let mut statement = conn.prepare_cached(&sql)?;
    let row = |row: &rusqlite::Row<'_>| Ok(PlanRow { entity: row.get(0)?, record: row.get(1)?, outcome: row.get(2)? });
    let found = statement.query_map(params![outcome, entity, limit as i64, offset], row)?;
    Ok((found.collect::<rusqlite::Result<_>>()?, total))
}

const CHANGES: &str = "FROM plan_change c LEFT JOIN push_decision d
    ON d.entity = c.entity AND d.record = c.record AND d.field = c.field AND d.old = c.old AND d.new = c.new
    WHERE (?1 = '' OR c.entity = ?1) AND (?2 = '' OR c.effect = ?2)";

/// Kept differences: up to `limit` behind the first `offset`, and how many are kept.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn changes(conn: &Connection, wanted: &Wanted, offset: u64, limit: usize) -> Result<(Vec<PlanChange>, u64)> {
    let which = params![wanted.entity, wanted.effect];
    let total = conn.query_row(&format!("SELECT count(*) {CHANGES}"), which, |row| row.get(0))?;
    let sql = format!(
        "SELECT c.id, c.entity, c.record, c.field, c.old, c.new, c.effect, d.user IS NOT NULL {CHANGES}
         ORDER BY c.id LIMIT ?3 OFFSET ?4"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let row = |row: &rusqlite::Row<'_>| {
        Ok(PlanChange {
            id: row.get(0)?,
            entity: row.get(1)?,
            record: row.get(2)?,
            field: row.get(3)?,
            old: row.get(4)?,
            new: row.get(5)?,
            effect: row.get(6)?,
            decided: row.get(7)?,
        })
    };
    let found = statement.query_map(params![wanted.entity, wanted.effect, limit as i64, offset], row)?;
    Ok((found.collect::<rusqlite::Result<_>>()?, total))
}

/// Differences about which a person has to decide and has not.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn undecided(conn: &Connection) -> Result<u64> {
    let asks = Wanted { effect: "asks".to_owned(), ..Wanted::default() };
    let sql = format!("SELECT count(*) {CHANGES} AND d.user IS NOT NULL");
    let decided: u64 = conn.query_row(&sql, params![asks.entity, asks.effect], |row| row.get(0))?;
    Ok(total(conn, &asks)?.saturating_sub(decided))
}

/// Decides about differences of the plan: the numbered ones, or where none is numbered all of `entity`. With `take`
/// the project's values shall replace the portal's; without it they shall not. Gives how many words changed.
///
/// # Errors
///
/// Where the project cannot be written; then nothing was decided.
pub fn decide(conn: &Connection, ids: &[i64], entity: &str, take: bool, act: &Act<'_>) -> Result<u64> {
    let tx = conn.unchecked_transaction()?;
    let all = if ids.is_empty() { vec![None] } else { ids.iter().copied().map(Some).collect() };
    let mut changed = 0;
    for id in all {
        let which =
            "c.effect = 'asks' AND c.old IS NOT NULL AND (?1 IS NULL OR c.id = ?1) AND (?2 = '' OR c.entity = ?2)";
        changed += if take {
            let sql = format!(
                "INSERT OR REPLACE INTO push_decision (entity, record, field, old, new, user, at)
                 SELECT c.entity, c.record, c.field, c.old, c.new, ?3, ?4 FROM plan_change c WHERE {which}"
            );
            tx.execute(&sql, params![id, entity, act.user, stamp(act.at)])?
        } else {
            let sql = format!(
                "DELETE FROM push_decision WHERE (entity, record, field) IN
                     (SELECT c.entity, c.record, c.field FROM plan_change c WHERE {which})"
            );
            tx.execute(&sql, params![id, entity])?
        };
    }
    tx.commit()?;
    Ok(changed as u64)
}

/// What was decided for an entity: record, field, the portal's and the project's value.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn decisions(conn: &Connection, entity: &str) -> Result<Vec<(i64, String, String, String)>> {
    let sql = "SELECT record, field, old, new FROM push_decision WHERE entity = ?1 ORDER BY record, field";
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_map([entity], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// How many decisions there are, when the last was made, and what is known about rows of the portal: another answer,
/// another plan.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn decisions_mark(conn: &Connection) -> Result<String> {
    let sql = "SELECT count(*) || ' ' || coalesce(max(at), '') FROM push_decision";
    let decided: String = conn.query_row(sql, [], |row| row.get(0))?;
    Ok(format!("{decided} {}", crate::matches::portal::mark(conn)?).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::fixture::{act, project};

    fn change(record: i64, field: &str, old: Option<&str>, effect: &str) -> PlanChange {
        PlanChange {
            id: 0,
            entity: "students".to_owned(),
            record,
            field: field.to_owned(),
            old: old.map(str::to_owned),
            new: "baharu".to_owned(),
            effect: effect.to_owned(),
            decided: false,
        }
    }

    #[test]
    fn a_plan_is_paged_and_decided_and_the_next_takes_its_place() {
        let project = project();
        let conn = project.connection();
        begin(conn, "b1").unwrap();
        let row =
            |record, outcome: &str| PlanRow { entity: "students".to_owned(), record, outcome: outcome.to_owned() };
        let rows_in = [row(1, "updated"), row(2, "inserted"), row(3, "inserted")];
        add(conn, &rows_in, &[change(1, "phone", None, "written"), change(1, "gender", Some("lama"), "asks")]).unwrap();
        let (page, total) = rows(conn, "inserted", "", 1, 10).unwrap();
        assert_eq!((page, total), (vec![row(3, "inserted")], 2));
        set_total(conn, "students", "asks", 1).unwrap();
        assert_eq!(undecided(conn).unwrap(), 1);
        let asks = Wanted { effect: "asks".to_owned(), ..Wanted::default() };
        let (found, total) = changes(conn, &asks, 0, 10).unwrap();
        assert_eq!((found[0].field.as_str(), found[0].decided, total), ("gender", false, 1));
        assert_eq!(super::total(conn, &asks).unwrap(), 1);
        let before = decisions_mark(conn).unwrap();
        assert_eq!(decide(conn, &[found[0].id], "", true, &act()).unwrap(), 1);
        assert_ne!(decisions_mark(conn).unwrap(), before);
        assert!(changes(conn, &asks, 0, 10).unwrap().0[0].decided);
        let said = decisions(conn, "students").unwrap();
        assert_eq!(said, [(1, "gender".to_owned(), "lama".to_owned(), "baharu".to_owned())]);
        assert_eq!((undecided(conn).unwrap(), decide(conn, &[], "students", false, &act()).unwrap()), (0, 1));
        begin(conn, "b2").unwrap();
        assert_eq!((of(conn).unwrap().as_deref(), rows(conn, "inserted", "", 0, 10).unwrap().1), (Some("b2"), 0));
    }
}
