//! Makes room for values that move from one row to another: who gives up a unique value that another row of the same
//! statement takes lays it down first. The server looks at unique values row by row, so without this it would refuse
//! two pupils whose numbers had been swapped, although nothing is there twice in the end.

use super::sql;
use crate::shape::{ASSIGNED, From, Shape};

/// The columns that are unique by themselves: a value of these can move from one row to another.
pub(super) fn movable(shape: &Shape) -> impl Iterator<Item = &'static str> {
    shape.uniques.iter().filter(|columns| columns.len() == 1).map(|columns| columns[0])
}

/// Lays down what moves. `rows` gives the rows that the same statement writes next, each as `id` with the movable
/// columns as they will be; nobody but this transaction ever sees what is put in between.
pub(super) fn lay_down(shape: &Shape, rows: &str) -> String {
    movable(shape).map(|column| lay_down_column(shape, column, rows)).collect()
}

fn lay_down_column(shape: &Shape, column: &str, rows: &str) -> String {
    let table = shape.entity.portal_table;
    let (mine, theirs, now) = (sql::key("w", column), sql::key("o", column), sql::key("t", column));
    format!(
        "UPDATE {table} AS t SET {column} = {between} FROM ({rows}) w
         WHERE w.id = t.id AND {mine} IS DISTINCT FROM {now}
           AND EXISTS (SELECT 1 FROM ({rows}) o WHERE o.id <> t.id AND {theirs} = {now});",
        between = between(shape, column)
    )
}

/// What stands in the column in between: nothing, or the row's own number where the portal wants a text.
fn between(shape: &Shape, column: &str) -> &'static str {
    let found = shape.columns.iter().find(|known| known.name == column);
    let wanted = |known: &&crate::shape::Column| known.required || known.name == ASSIGNED;
    match found.filter(wanted).map(|known| (known.from, known.sql_type)) {
        Some((From::Field(_), "text")) => "t.id::text",
        _ => "NULL",
    }
}
