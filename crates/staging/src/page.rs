//! Paged, filtered, sorted reads for the grid: the same speed at the first row and at the last.
//!
//! Without filter or order a page is found by arithmetic over the runs of record numbers. Any other
//! view is the list of its record numbers, made once and kept until the records change: eight bytes a
//! record, eight megabytes a million.

#[cfg(test)]
mod tests;

use model::{Entity, FieldKind, RecordState, Watch};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::records::{self, quoted, state_of, table_name};
use crate::{Error, Result};

/// Views kept at a time; the one used longest ago goes first.
const MOST_VIEWS: usize = 4;

/// Which records are wanted; what is `None`, empty or `false` does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Text in any field, without regard to case.
    pub text: String,
    /// Records of this import.
    pub batch: Option<i64>,
    /// Records of this source table.
    pub table: Option<i64>,
    /// Records with any finding.
    pub only_findings: bool,
    /// Records that a critical finding holds back.
    pub only_blocked: bool,
    /// Records with a value that an applied step changed.
    pub only_changed: bool,
    /// Records with a stored finding of this check.
    pub check: Option<String>,
    /// Records that stand here.
    pub state: Option<RecordState>,
    /// These records.
    pub ids: Option<Vec<i64>>,
    /// Records with exactly this value in this field; an empty value is a blank.
    pub value: Option<(String, String)>,
}

/// The order of a page other than the natural one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Code of the field.
    pub field: String,
    /// Largest first. Blank values come last either way.
    pub descending: bool,
}

/// One record as the grid shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridRow {
    /// Number of the record.
    pub id: i64,
    /// Where it stands.
    pub state: RecordState,
    /// Number of the table it came from.
    pub table: i64,
    /// Row as the user sees it, from 1.
    pub row: u64,
    /// Which record of its entity in the row, from 1.
    pub part: u16,
    /// Values in the order of `entity.fields`; a reference that came from one row shows the name of
    /// the record it leads to.
    pub cells: Vec<String>,
}

/// A page of the grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many records the filter lets through.
    pub total: u64,
    /// The records of the page.
    pub rows: Vec<GridRow>,
}

/// A view: the numbers of its records in its order.
struct View {
    entity: &'static str,
    filter: Filter,
    sort: Option<Sort>,
    version: i64,
    ids: Vec<i64>,
}

/// Remembers the views last looked at. One for each open project.
#[derive(Default)]
pub struct Pages {
    views: Vec<View>,
}

impl Pages {
    /// Up to `limit` records of `entity` that `filter` lets through, leaving out the first `offset`;
    /// in natural order (of their numbers) without `sort`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownEntity`], [`Error::UnknownField`] for the sort, [`Error::Cancelled`].
    #[expect(clippy::too_many_arguments, reason = "what a page is; a struct for one caller would say no more")]
    pub fn page(
        &mut self,
        conn: &Connection,
        entity: &str,
        filter: &Filter,
        sort: Option<&Sort>,
        offset: u64,
        limit: usize,
        watch: &dyn Watch,
    ) -> Result<Page> {
        let entity = records::entity(entity)?;
        if sort.is_none() && is_natural(filter) {
            return natural_page(conn, entity, filter, offset, limit);
        }
        let ids = self.view(conn, entity, filter, sort, watch)?;
        let total = ids.len() as u64;
        let wanted = ids.iter().skip(offset as usize).take(limit);
        let sql = select(entity, "r.id = ?1");
        let mut statement = conn.prepare_cached(&sql)?;
        let mut rows = Vec::with_capacity(limit.min(1_000));
        for id in wanted {
            let mut found = statement.query([id])?;
            if let Some(row) = found.next()? {
                rows.push(grid_row(entity, row)?);
            }
        }
        Ok(Page { total, rows })
    }

    /// The numbers of all records of a view, in its order: what "fix all alike" acts on.
    ///
    /// # Errors
    ///
    /// As [`Pages::page`].
    pub fn ids(
        &mut self,
        conn: &Connection,
        entity: &str,
        filter: &Filter,
        sort: Option<&Sort>,
        watch: &dyn Watch,
    ) -> Result<&[i64]> {
        self.view(conn, records::entity(entity)?, filter, sort, watch)
    }

    /// How many records of the view stand before `record`; `None` where it is not in the view.
    ///
    /// # Errors
    ///
    /// As [`Pages::page`].
    pub fn position(
        &mut self,
        conn: &Connection,
        entity: &str,
        filter: &Filter,
        sort: Option<&Sort>,
        record: i64,
        watch: &dyn Watch,
    ) -> Result<Option<u64>> {
        let entity = records::entity(entity)?;
        if sort.is_none() && *filter == Filter::default() {
            let mut before = 0;
            for run in records::runs(conn, entity)? {
                if (run.first..=run.last).contains(&record) {
                    return Ok(Some(before + (record - run.first) as u64));
                }
                before += run.len();
            }
            return Ok(None);
        }
        let ids = self.view(conn, entity, filter, sort, watch)?;
        Ok(ids.iter().position(|id| *id == record).map(|at| at as u64))
    }

    fn view(
        &mut self,
        conn: &Connection,
        entity: &'static Entity,
        filter: &Filter,
        sort: Option<&Sort>,
        watch: &dyn Watch,
    ) -> Result<&[i64]> {
        let version = records::version(conn)?;
        self.views.retain(|view| view.version == version);
        let same = |view: &View| view.entity == entity.code && view.filter == *filter && view.sort.as_ref() == sort;
        let view = match self.views.iter().position(same) {
            Some(position) => self.views.remove(position),
            None => {
                let ids = matching(conn, entity, filter, sort, watch)?;
                View { entity: entity.code, filter: filter.clone(), sort: sort.cloned(), version, ids }
            }
        };
        if self.views.len() >= MOST_VIEWS {
            self.views.remove(0);
        }
        self.views.push(view);
        Ok(self.views.last().map(|view| view.ids.as_slice()).unwrap_or_default())
    }
}

/// Whether whole runs of records pass or not.
fn is_natural(filter: &Filter) -> bool {
    let whole = Filter { batch: filter.batch, table: filter.table, ..Filter::default() };
    *filter == whole
}

fn natural_page(
    conn: &Connection,
    entity: &'static Entity,
    filter: &Filter,
    offset: u64,
    limit: usize,
) -> Result<Page> {
    let tables = match filter.batch {
        Some(batch) => Some(crate::landing::tables(conn, Some(batch))?),
        None => None,
    };
    let passes = |run: &records::Run| {
        filter.table.is_none_or(|table| run.table == table)
            && tables.as_ref().is_none_or(|tables| tables.iter().any(|table| table.id == run.table))
    };
    let runs: Vec<records::Run> = records::runs(conn, entity)?.into_iter().filter(passes).collect();
    let total = runs.iter().map(records::Run::len).sum();
    let (mut skip, mut rows) = (offset, Vec::with_capacity(limit.min(1_000)));
    let sql = select(entity, "r.id BETWEEN ?1 AND ?2 ORDER BY r.id");
    let mut statement = conn.prepare_cached(&sql)?;
    for run in runs {
        if skip >= run.len() {
            skip -= run.len();
            continue;
        }
        let first = run.first + skip as i64;
        let last = run.last.min(first + (limit - rows.len()) as i64 - 1);
        skip = 0;
        let mut found = statement.query([first, last])?;
        while let Some(row) = found.next()? {
            rows.push(grid_row(entity, row)?);
        }
        if rows.len() >= limit {
            break;
        }
    }
    Ok(Page { total, rows })
}

/// The statement for rows of the grid under `condition`.
fn select(entity: &'static Entity, condition: &str) -> String {
    let mut columns = String::from("r.id, r.record_state, r.table_id, r.row, r.part");
    for field in entity.fields {
        let column = format!("r.{}", quoted(field.code));
        let shown = match &field.kind {
            FieldKind::Reference(reference) => match model::entities::find(reference.entity) {
                Some(target) => format!(
                    "coalesce({column}, (SELECT {} FROM {} t WHERE t.id = r.{}))",
                    label(target),
                    table_name(target),
                    quoted(&format!("{}_id", field.code))
                ),
                None => column,
            },
            _ => column,
        };
        columns.push_str(", ");
        columns.push_str(&shown);
    }
    format!("SELECT {columns} FROM {} r WHERE {condition}", table_name(entity))
}

/// What a person calls a record of `entity`: the first filled of name and code.
fn label(entity: &Entity) -> String {
    let known =
        ["full_name", "name", "code", "username", "email"].into_iter().filter(|code| entity.field(code).is_some());
    let columns: Vec<String> = known.map(|code| format!("t.{}", quoted(code))).collect();
    match columns.as_slice() {
        [] => "CAST(t.id AS TEXT)".to_owned(),
        [only] => only.clone(),
        several => format!("coalesce({})", several.join(", ")),
    }
}

fn grid_row(entity: &Entity, row: &Row<'_>) -> rusqlite::Result<GridRow> {
    let cell = |at: usize| Ok(row.get::<_, Option<String>>(5 + at)?.unwrap_or_default());
    Ok(GridRow {
        id: row.get(0)?,
        state: state_of(row.get(1)?),
        table: row.get(2)?,
        row: row.get(3)?,
        part: row.get(4)?,
        cells: (0..entity.fields.len()).map(cell).collect::<rusqlite::Result<_>>()?,
    })
}

/// The numbers of the records that `filter` lets through, in the order of `sort`.
fn matching(
    conn: &Connection,
    entity: &'static Entity,
    filter: &Filter,
    sort: Option<&Sort>,
    watch: &dyn Watch,
) -> Result<Vec<i64>> {
    let (condition, args) = condition(entity, filter)?;
    let order = order(entity, sort)?;
    let sql = format!("SELECT r.id FROM {} r WHERE {condition} ORDER BY {order}", table_name(entity));
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(args))?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        ids.push(row.get(0)?);
        if ids.len() % 10_000 == 0 {
            watch.check()?;
        }
    }
    Ok(ids)
}

pub(crate) fn condition(entity: &'static Entity, filter: &Filter) -> Result<(String, Vec<Value>)> {
    let mut conditions = vec!["true".to_owned()];
    let mut args: Vec<Value> = Vec::new();
    if !filter.text.is_empty() {
        let columns = entity.fields.iter().map(|field| format!("r.{} LIKE ?1 ESCAPE '\\'", quoted(field.code)));
        conditions.push(format!("({})", columns.collect::<Vec<_>>().join(" OR ")));
        args.push(Value::Text(format!("%{}%", escaped(&filter.text))));
    }
    let mut add = |sql: &str, value: Value| {
        args.push(value);
        conditions.push(sql.replace('?', &format!("?{}", args.len())));
    };
    if let Some(batch) = filter.batch {
        let tables = "r.table_id IN (SELECT t.id FROM source_table t JOIN source_file f ON f.id = t.file_id
                      WHERE f.batch_id = ?)";
        add(tables, Value::Integer(batch));
    }
    if let Some(table) = filter.table {
        add("r.table_id = ?", Value::Integer(table));
    }
    if let Some(state) = filter.state {
        add("r.record_state = ?", Value::Integer(state as i64));
    }
    if let Some(ids) = &filter.ids {
        add("r.id IN (SELECT value FROM json_each(?))", Value::Text(serde_json::to_string(ids)?));
    }
    if let Some((field, value)) = &filter.value {
        let field = entity.field(field).ok_or_else(|| records::unknown_field(entity, field))?;
        add(&format!("coalesce(r.{}, '') = ?", quoted(field.code)), Value::Text(value.clone()));
    }
    if let Some(check) = &filter.check {
        let sql = format!("r.id IN (SELECT record FROM finding WHERE entity = '{}' AND check_code = ?)", entity.code);
        add(&sql, Value::Text(check.clone()));
    }
    if filter.only_blocked {
        let blocked = "r.record_state = 0 AND r.id IN (SELECT record FROM finding_block WHERE entity = '{}')";
        conditions.push(blocked.replace("{}", entity.code));
    }
    if filter.only_changed {
        // The steps applied now are the head and all it hangs on; undone ones and other branches are not.
        conditions.push(format!(
            "r.id IN (WITH RECURSIVE way (id, parent_id) AS (SELECT s.id, s.parent_id FROM step s
                 JOIN data_meta m ON m.key = 'head' AND m.value = s.id
                 UNION ALL SELECT s.id, s.parent_id FROM step s JOIN way ON s.id = way.parent_id)
             SELECT c.record FROM change c JOIN way ON way.id = c.step_id WHERE c.entity = '{0}'
             UNION ALL SELECT c.record FROM change_row c JOIN way ON way.id = c.step_id WHERE c.entity = '{0}')",
            entity.code
        ));
    }
    if filter.only_findings {
        conditions.push(format!(
            "r.id IN (SELECT record FROM finding WHERE entity = '{0}'
             UNION SELECT record FROM finding_block WHERE entity = '{0}')",
            entity.code
        ));
    }
    Ok((conditions.join(" AND "), args))
}

/// A text as it stands in a pattern of LIKE.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn order(entity: &'static Entity, sort: Option<&Sort>) -> Result<String> {
    let Some(sort) = sort else { return Ok("r.id".to_owned()) };
    let field = entity
        .field(&sort.field)
        .ok_or_else(|| Error::UnknownField { entity: entity.code.to_owned(), field: sort.field.clone() })?;
    let column = format!("r.{}", quoted(field.code));
    let direction = if sort.descending { " DESC" } else { "" };
    let key = match field.kind {
        FieldKind::Amount | FieldKind::Score | FieldKind::Quantity | FieldKind::Figure => {
            format!("CAST({column} AS REAL){direction}, {column}{direction}")
        }
        FieldKind::Integer | FieldKind::LargeInteger | FieldKind::Surah | FieldKind::Juz => {
            format!("CAST({column} AS INTEGER){direction}, {column}{direction}")
        }
        _ => format!("upper({column}){direction}, {column}{direction}"),
    };
    Ok(format!("{column} IS NULL, {key}, r.id"))
}
