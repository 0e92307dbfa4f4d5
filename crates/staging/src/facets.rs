//! The values of one column and how often each stands there: counted by the database, read in pages.

use model::{Entity, RecordState, Watch};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::page::{Filter, condition};
use crate::records::{self, quoted, table_name};
use crate::{Error, Result};

/// One value and how many records have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The value as it stands; empty for blank.
    pub value: String,
    /// Records that have it.
    pub records: u64,
}

/// The order of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The most frequent first.
    #[default]
    Count,
    /// As they are spelled.
    Value,
}

/// Which values are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Text that the value contains, without regard to case; empty for all.
    pub text: String,
    /// Their order.
    pub order: Order,
}

/// A page of the values of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facets {
    /// Active records in which the column is filled.
    pub filled: u64,
    /// Active records in which it is blank.
    pub blank: u64,
    /// Different values, blank not among them.
    pub distinct: u64,
    /// Of these, how many contain the text that was asked for.
    pub matching: u64,
    /// The values of the page.
    pub values: Vec<Counted>,
}

/// The field's column, where `code` is a field of `entity`.
fn field_column(entity: &'static Entity, code: &str) -> Result<String> {
    let field = entity.field(code).ok_or_else(|| records::unknown_field(entity, code))?;
    Ok(quoted(field.code))
}

/// Up to `limit` values of `field` of the active records of `entity`, leaving out the first `offset`.
///
/// # Errors
///
/// [`Error::UnknownEntity`], [`Error::UnknownField`], or where the project cannot be read.
pub fn facets(
    conn: &Connection,
    entity: &str,
    field: &str,
    wanted: &Wanted,
    offset: u64,
    limit: usize,
) -> Result<Facets> {
    let entity = records::entity(entity)?;
    let (table, column) = (table_name(entity), field_column(entity, field)?);
    let sums = format!(
        "SELECT count({column}), count(*) - count({column}), count(DISTINCT {column}) FROM {table} WHERE record_state = 0"
    );
    let (filled, blank, distinct) = conn.query_row(&sums, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let like = format!("%{}%", crate::page::escaped(&wanted.text));
    let only = format!("record_state = 0 AND {column} IS NOT NULL AND (?1 = '%%' OR {column} LIKE ?1 ESCAPE '\\')");
    let count = format!("SELECT count(DISTINCT {column}) FROM {table} WHERE {only}");
    let matching = if wanted.text.is_empty() { distinct } else { conn.query_row(&count, [&like], |row| row.get(0))? };
    let order = match wanted.order {
        Order::Count => format!("count(*) DESC, {column}"),
        Order::Value => format!("upper({column}), {column}"),
    };
    let sql = format!(
        "SELECT {column}, count(*) FROM {table} WHERE {only} GROUP BY {column} ORDER BY {order} LIMIT ?2 OFFSET ?3"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let found = statement.query_map(rusqlite::params![like, limit as i64, offset], |row| {
        Ok(Counted { value: row.get(0)?, records: row.get(1)? })
    })?;
    Ok(Facets { filled, blank, distinct, matching, values: found.collect::<rusqlite::Result<_>>()? })
}

/// Gives every different value of `field` of the active records with its position and count, always in the same
/// order while the records stay as they are.
///
/// # Errors
///
/// [`Error::UnknownEntity`], [`Error::UnknownField`], [`Error::Cancelled`], or the first error of `take`.
pub fn each_value(
    conn: &Connection,
    entity: &str,
    field: &str,
    watch: &dyn Watch,
    take: &mut dyn FnMut(u32, &str, u64),
) -> Result<()> {
    let entity = records::entity(entity)?;
    let column = field_column(entity, field)?;
    let sql = format!(
        "SELECT {column}, count(*) FROM {} WHERE record_state = 0 AND {column} IS NOT NULL GROUP BY {column} ORDER BY {column}",
        table_name(entity)
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let mut position = 0;
    while let Some(row) = rows.next()? {
        take(position, row.get_ref(0)?.as_str().unwrap_or_default(), row.get(1)?);
        position += 1;
        if position % 10_000 == 0 {
            watch.check()?;
        }
    }
    Ok(())
}

/// Gives the filled cells of `field` in the records that `filter` lets through: number of the record and value.
/// Without a state in the filter only active records are meant.
///
/// # Errors
///
/// [`Error::UnknownEntity`], [`Error::UnknownField`], [`Error::Cancelled`], or the first error of `take`.
pub fn each_cell<E: From<Error>>(
    conn: &Connection,
    entity: &str,
    field: &str,
    filter: &Filter,
    watch: &dyn Watch,
    take: &mut dyn FnMut(i64, &str) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let (sql, args) = cells(entity, field, filter)?;
    let mut statement = conn.prepare(&sql).map_err(Error::from)?;
    let mut rows = statement.query(params_from_iter(args)).map_err(Error::from)?;
    let mut seen = 0u64;
    while let Some(row) = rows.next().map_err(Error::from)? {
        let value = row.get_ref(1).map_err(Error::from)?;
        take(row.get(0).map_err(Error::from)?, value.as_str().unwrap_or_default())?;
        seen += 1;
        if seen.is_multiple_of(5_000) {
            watch.progress(seen, None);
            watch.check().map_err(Error::from)?;
        }
    }
    Ok(())
}

fn cells(entity: &str, field: &str, filter: &Filter) -> Result<(String, Vec<Value>)> {
    let entity = records::entity(entity)?;
    let column = field_column(entity, field)?;
    let active = Filter { state: Some(filter.state.unwrap_or(RecordState::Active)), ..filter.clone() };
    let (condition, args) = condition(entity, &active)?;
    let sql = format!(
        "SELECT r.id, r.{column} FROM {} r WHERE r.{column} IS NOT NULL AND {condition} ORDER BY r.id",
        table_name(entity)
    );
    Ok((sql, args))
}

/// How many records of `entity` there are, and in how many `field` is filled; both of active records, of part `part`
/// of their rows where one is named.
///
/// # Errors
///
/// [`Error::UnknownEntity`], [`Error::UnknownField`].
pub fn filled(conn: &Connection, entity: &str, field: &str, part: Option<u16>) -> Result<(u64, u64)> {
    let entity = records::entity(entity)?;
    let sql = format!(
        "SELECT count(*), count({}) FROM {} WHERE record_state = 0 AND (?1 IS NULL OR part = ?1)",
        field_column(entity, field)?,
        table_name(entity)
    );
    Ok(conn.prepare_cached(&sql)?.query_row([part], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::fixture::{bring_in, project};

    fn school(conn: &Connection) {
        let rows: [&[&str]; 6] = [
            &["Ali", "Kajang"],
            &["Abu", "KAJANG"],
            &["Siti", "Kajang"],
            &["Ah Meng", ""],
            &["Muthu", "Bangi"],
            &["Devi", "50% Bangi"],
        ];
        bring_in(conn, "murid.csv", "students", &["full_name", "city"], &rows);
    }

    fn shown(facets: &Facets) -> Vec<(&str, u64)> {
        facets.values.iter().map(|one| (one.value.as_str(), one.records)).collect()
    }

    #[test]
    fn values_are_counted_and_paged_with_their_totals() {
        let project = project();
        let conn = project.connection();
        school(conn);
        let page = |text: &str, order, offset, limit| {
            facets(conn, "students", "city", &Wanted { text: text.to_owned(), order }, offset, limit).expect("reads")
        };
        let all = page("", Order::Count, 0, 10);
        assert_eq!((all.filled, all.blank, all.distinct, all.matching), (5, 1, 4, 4));
        assert_eq!(shown(&all), [("Kajang", 2), ("50% Bangi", 1), ("Bangi", 1), ("KAJANG", 1)]);
        let second = page("", Order::Count, 1, 2);
        assert_eq!((shown(&second), second.distinct), (vec![("50% Bangi", 1), ("Bangi", 1)], 4), "a page of the whole");
        let some = page("kaj", Order::Value, 0, 10);
        assert_eq!((shown(&some), some.matching), (vec![("KAJANG", 1), ("Kajang", 2)], 2));
        assert_eq!(page("50%", Order::Value, 0, 10).matching, 1, "a percent sign is only that");
        assert!(matches!(
            facets(conn, "students", "record_state", &Wanted::default(), 0, 1),
            Err(Error::UnknownField { .. })
        ));
    }

    #[test]
    fn cells_follow_the_filter() {
        let project = project();
        let conn = project.connection();
        school(conn);
        let cells = |filter: &Filter| {
            let mut found = Vec::new();
            each_cell::<Error>(conn, "students", "city", filter, &model::Silent, &mut |id, value| {
                found.push((id, value.to_owned()));
                Ok(())
            })
            .expect("reads");
            found
        };
        assert_eq!(cells(&Filter::default()).len(), 5, "blank cells have nothing to replace");
        let kajang = Filter { value: Some(("city".to_owned(), "Kajang".to_owned())), ..Filter::default() };
        assert_eq!(cells(&kajang), [(1, "Kajang".to_owned()), (3, "Kajang".to_owned())]);
        let blank = Filter { value: Some(("city".to_owned(), String::new())), ..Filter::default() };
        assert!(cells(&blank).is_empty());
        assert_eq!(filled(conn, "students", "city", None).expect("counts"), (6, 5));
        assert_eq!(filled(conn, "students", "city", Some(2)).expect("counts"), (0, 0));
    }
}
