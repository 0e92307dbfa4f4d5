//! In which year level a pupil sits: what the school writes for the class, and for which year.

use model::RecordState;
use rusqlite::{Connection, params};

use super::entity;
use super::schema::{ensure_link_index, table_name};
use crate::Result;

/// Makes [`year_levels`] quick. Written while a run of the checks has the project anyway.
///
/// # Errors
///
/// Where the project cannot be written.
pub fn prepare_year_levels(conn: &Connection) -> Result<()> {
    ensure_link_index(conn, entity("enrollments")?, "student")
}

/// The year levels of the classes that `student` sits in, each with the code of its academic year; blank texts where
/// the school wrote none. Active records only.
///
/// # Errors
///
/// Where the project cannot be read.
pub fn year_levels(conn: &Connection, student: i64) -> Result<Vec<(String, String)>> {
    let sql = format!(
        "SELECT coalesce(c.grade_level, ''), coalesce(y.code, c.academic_year, '')
         FROM {enrollments} e JOIN {classes} c ON c.id = e.class_id LEFT JOIN {years} y ON y.id = c.academic_year_id
         WHERE e.student_id = ?1 AND e.record_state = ?2 AND c.record_state = ?2 ORDER BY e.id",
        enrollments = table_name(entity("enrollments")?),
        classes = table_name(entity("classes")?),
        years = table_name(entity("academic_years")?),
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let level = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let found = statement.query_map(params![student, RecordState::Active as i64], level)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
