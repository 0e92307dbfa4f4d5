//! Taking the records of a table out, with everything that points to them.

use model::{Entity, Watch};
use rusqlite::{Connection, params};

use super::{Run, declared, numbers, pointing_to, quoted, runs, table_name};
use crate::landing::chunks::Chunks;
use crate::{Error, Result};

/// Records deleted in one statement.
const PORTION: i64 = 50_000;

/// # Errors
///
/// [`Error::RecordsPushed`] where the portal holds, or may hold, records of `table`.
pub(crate) fn refuse_pushed(conn: &Connection, table: i64) -> Result<()> {
    let sql = "SELECT EXISTS (SELECT 1 FROM record_range r CROSS JOIN push_batch b
        CROSS JOIN pushed_record p ON p.batch = b.id AND p.entity = r.entity AND p.record BETWEEN r.first AND r.last
        WHERE p.outcome <> 'rejected' AND b.state IN ('prepared', 'applied') AND r.table_id = ?1)";
    let pushed: bool = conn.query_row(sql, [table], |row| row.get(0))?;
    if pushed { Err(Error::RecordsPushed { table }) } else { Ok(()) }
}

/// Whether the change log knows records of `table`, as changed or as what others were led to.
pub(crate) fn touched(conn: &Connection, table: i64) -> Result<bool> {
    let direct = "SELECT EXISTS (SELECT 1 FROM record_range r JOIN change c
        ON c.entity = r.entity AND c.record BETWEEN r.first AND r.last WHERE r.table_id = ?1)
        OR EXISTS (SELECT 1 FROM step s CROSS JOIN record_range r CROSS JOIN change_row c ON c.step_id = s.id
        AND c.entity = r.entity AND c.record BETWEEN r.first AND r.last WHERE s.in_rows = 1 AND r.table_id = ?1)";
    if conn.query_row(direct, [table], |row| row.get(0))? {
        return Ok(true);
    }
    for entity in model::entities::ALL {
        let pointers = pointing_to(entity).into_iter().map(|(other, field)| (other.code, format!("{field}_id")));
        for (other, field) in pointers.chain([(entity.code, super::SURVIVOR_FIELD.to_owned())]) {
            if led_to(conn, table, entity, other, &field)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn led_to(conn: &Connection, table: i64, entity: &Entity, other: &str, field: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM step_field s
        JOIN change c ON c.step_id = s.step_id AND c.entity = s.entity AND c.field = s.field
        JOIN record_range r ON r.entity = ?2 AND r.table_id = ?1
        WHERE s.entity = ?3 AND s.field = ?4 AND (CAST(c.after AS INTEGER) BETWEEN r.first AND r.last
            OR CAST(c.before AS INTEGER) BETWEEN r.first AND r.last))";
    Ok(conn.query_row(sql, params![table, entity.code, other, field], |row| row.get(0))?)
}

/// Takes the records of `table` out and returns how many they were. Records that rows of other
/// tables share stay and become theirs; links and merges of other records into them are taken back.
///
/// Commits in portions: the caller has marked the table or its batch so that a killed program is
/// made good by [`crate::landing::recover`].
pub(crate) fn clear_table(conn: &Connection, table: i64, watch: &dyn Watch) -> Result<u64> {
    let mut removed = 0;
    declared::let_go(conn, table)?;
    // What refers to others goes first, so that kept classes keep their years too.
    for entity in model::entities::ALL.into_iter().rev() {
        let own: Vec<Run> = runs(conn, entity)?.into_iter().filter(|run| run.table == table).collect();
        if own.is_empty() {
            continue;
        }
        hand_over_shared(conn, entity, table, &own)?;
        let own: Vec<Run> = runs(conn, entity)?.into_iter().filter(|run| run.table == table).collect();
        for run in own {
            release(conn, entity, run)?;
            removed += delete_run(conn, entity, run, watch)?;
        }
    }
    conn.execute("DELETE FROM column_facts WHERE table_id = ?1", [table])?;
    conn.execute("DELETE FROM shared_row WHERE table_id = ?1", [table])?;
    conn.execute(
        "UPDATE source_table SET mapped_at = NULL, made_with = NULL, with_record = NULL, without_record = NULL WHERE id = ?1",
        [table],
    )?;
    super::touch(conn)?;
    Ok(removed)
}

/// Gives shared records that rows of other tables lead to into the hands of such a row.
fn hand_over_shared(conn: &Connection, entity: &'static Entity, table: i64, own: &[Run]) -> Result<()> {
    for run in own {
        for (other, field) in pointing_to(entity) {
            let (theirs, link) = (table_name(other), quoted(&format!("{field}_id")));
            let wanted = format!(
                "SELECT DISTINCT {link} FROM {theirs} WHERE table_id <> {table} AND {link} IN
                 (SELECT record FROM shared_record WHERE entity = '{}' AND record BETWEEN {} AND {})",
                entity.code, run.first, run.last
            );
            let any = "SELECT EXISTS (SELECT 1 FROM shared_record WHERE entity = ?1 AND record BETWEEN ?2 AND ?3)";
            if conn.query_row(any, params![entity.code, run.first, run.last], |row| row.get(0))? {
                for id in numbers(conn, &wanted)? {
                    hand_over(conn, entity, id, table, &theirs, &link)?;
                }
            }
        }
    }
    Ok(())
}

fn hand_over(conn: &Connection, entity: &Entity, id: i64, from: i64, theirs: &str, link: &str) -> Result<()> {
    let tx = conn.unchecked_transaction()?;
    tx.execute(
        &format!(
            "UPDATE {} SET (table_id, row_index, row) = (SELECT table_id, row_index, row FROM {theirs}
             WHERE {link} = ?1 AND table_id <> ?2 ORDER BY id LIMIT 1) WHERE id = ?1 AND table_id = ?2",
            table_name(entity)
        ),
        params![id, from],
    )?;
    let Some(run) = runs(&tx, entity)?.into_iter().find(|run| run.first <= id && id <= run.last) else { return Ok(()) };
    let to: i64 =
        tx.query_row(&format!("SELECT table_id FROM {} WHERE id = ?1", table_name(entity)), [id], |row| row.get(0))?;
    tx.execute("DELETE FROM record_range WHERE entity = ?1 AND first = ?2", params![entity.code, run.first])?;
    for (first, last, table) in [(run.first, id - 1, run.table), (id, id, to), (id + 1, run.last, run.table)] {
        if first <= last {
            tx.execute("INSERT INTO record_range VALUES (?1, ?2, ?3, ?4)", params![entity.code, first, last, table])?;
        }
    }
    tx.commit()?;
    Ok(())
}

/// Takes back what records of other tables say about the records of `run`, and what was found there.
fn release(conn: &Connection, entity: &'static Entity, run: Run) -> Result<()> {
    let tx = conn.unchecked_transaction()?;
    for (other, field) in pointing_to(entity) {
        let link = quoted(&format!("{field}_id"));
        let sql = format!(
            "UPDATE {} SET {link} = NULL WHERE id BETWEEN ?1 AND ?2 AND {link} BETWEEN ?3 AND ?4",
            table_name(other)
        );
        for theirs in runs(&tx, other)?.into_iter().filter(|theirs| theirs.table != run.table) {
            tx.execute(&sql, params![theirs.first, theirs.last, run.first, run.last])?;
        }
    }
    tx.execute(
        &format!(
            "UPDATE {} SET record_state = 0, survivor = NULL
             WHERE record_state = 1 AND survivor BETWEEN ?1 AND ?2 AND table_id <> ?3",
            table_name(entity)
        ),
        params![run.first, run.last, run.table],
    )?;
    for table in ["finding", "finding_block", "waiver", "correction_conflict", "shared_record", "shared_row"] {
        let sql = format!("DELETE FROM {table} WHERE entity = ?1 AND record BETWEEN ?2 AND ?3");
        tx.execute(&sql, params![entity.code, run.first, run.last])?;
    }
    tx.commit()?;
    Ok(())
}

fn delete_run(conn: &Connection, entity: &Entity, run: Run, watch: &dyn Watch) -> Result<u64> {
    let mut chunks = Chunks::begin(conn)?;
    let sql = format!("DELETE FROM {} WHERE id BETWEEN ?1 AND ?2", table_name(entity));
    let mut removed = 0;
    let mut first = run.first;
    while first <= run.last {
        watch.check()?;
        let last = run.last.min(first + PORTION - 1);
        let gone = conn.prepare_cached(&sql)?.execute(params![first, last])?;
        removed += gone as u64;
        first = last + 1;
        shorten(conn, entity, run, first)?;
        chunks.wrote(PORTION as usize, 0)?;
        watch.progress(removed, Some(run.len()));
    }
    chunks.finish()?;
    Ok(removed)
}

/// Leaves of the stored run only what is from `first` on; `run.first` is where it began.
fn shorten(conn: &Connection, entity: &Entity, run: Run, first: i64) -> Result<()> {
    let key = "SELECT first FROM record_range WHERE entity = ?1 AND last = ?2 AND table_id = ?3";
    let stored: i64 = conn.query_row(key, params![entity.code, run.last, run.table], |row| row.get(0))?;
    let sql = if first > run.last {
        "DELETE FROM record_range WHERE entity = ?1 AND first = ?2"
    } else {
        "UPDATE record_range SET first = ?3 WHERE entity = ?1 AND first = ?2"
    };
    if first > run.last {
        conn.execute(sql, params![entity.code, stored])?;
    } else {
        conn.execute(sql, params![entity.code, stored, first])?;
    }
    Ok(())
}
