//! The SQL of differences between a record `r` and its row `t`: what an update writes under each policy, and
//! which values a plan shows side by side.

use super::verify::portal_value;
use crate::policy::Policy;
use crate::shape::{Column, From, Shape, Takes};

/// One value that a person compares: a column, or a part of the address.
struct Piece {
    field: &'static str,
    /// The portal's value as text.
    old: String,
    /// The project's value as text; null where the two are the same row.
    new: String,
}

impl Piece {
    /// Whether a person decided for the project's value, both values being those that were shown.
    fn decided(&self, shape: &Shape) -> String {
        let Self { field, old, new } = self;
        format!(
            "EXISTS (SELECT 1 FROM d_{} d WHERE d.record = r.record AND d.field = '{field}' AND d.old = {old} \
             AND d.new = {new})",
            shape.entity.code
        )
    }
}

fn pieces(shape: &Shape, column: &Column) -> Vec<Piece> {
    let name = &column.name;
    match column.from {
        From::Field(field) => vec![Piece { field, old: format!("t.{name}::text"), new: format!("r.{name}::text") }],
        From::Reference { input, entity } => {
            let shown = |alias: &str| {
                format!(
                    "CASE WHEN t.{name} IS DISTINCT FROM r.{name} THEN coalesce((SELECT '#' || min(p.record) \
                     FROM r_{entity} p WHERE p.target = {alias}.{name}), {alias}.{name}::text) END"
                )
            };
            vec![Piece { field: input, old: shown("t"), new: shown("r") }]
        }
        From::Address => {
            let part = |(key, field)| Piece {
                field,
                old: format!("CASE WHEN {} THEN t.{name}::text ELSE t.{name} ->> '{key}' END", is_odd(name)),
                new: format!("r.{name} ->> '{key}'"),
            };
            address_parts(shape).map(part).collect()
        }
        From::Derived(_) => Vec::new(),
    }
}

/// That the portal's address is something, and no object with parts. It is never added to: what `||` makes of an object
/// and another document is a list that grows with every push. Whoever may replace it replaces it as a whole.
fn is_odd(name: &str) -> String {
    format!("coalesce(jsonb_typeof(t.{name}) NOT IN ('object', 'null'), false)")
}

/// The parts that the portal's address has; none where it has no parts.
fn parts_there(name: &str) -> String {
    format!("CASE WHEN jsonb_typeof(t.{name}) = 'object' THEN t.{name} ELSE '{{}}' END")
}

fn address_parts(shape: &Shape) -> impl Iterator<Item = (&'static str, &'static str)> {
    shape.inputs.iter().filter_map(|input| match input.takes {
        Takes::AddressPart(key) => Some((key, input.code)),
        _ => None,
    })
}

/// What an update puts into a column; nothing for what is only made for new rows. A blank never overwrites what is
/// filled, whatever the policy.
fn merged(shape: &Shape, column: &Column, policy: Policy) -> Option<String> {
    let name = &column.name;
    Some(match (column.from, policy) {
        (From::Derived(part), _) if !matches!(part, "first_name" | "last_name") => return None,
        (_, Policy::Skip) | (From::Derived(_), Policy::FillBlanks) => format!("t.{name}"),
        // a split that somebody corrected in the portal stays, unless the full name itself changes
        (From::Derived(_), policy) => {
            let full = shape.columns.iter().find(|column| column.name == "full_name")?;
            let full = merged(shape, full, policy)?;
            format!("CASE WHEN {full} <> t.full_name THEN r.{name} ELSE t.{name} END")
        }
        (From::Address, Policy::Ask) => asked_address(shape, column),
        (From::Address, Policy::FillBlanks) => {
            let (odd, there) = (is_odd(name), parts_there(name));
            format!("CASE WHEN r.{name} IS NULL OR {odd} THEN t.{name} ELSE r.{name} || ({there}) END")
        }
        (From::Address, Policy::Update) => {
            format!("CASE WHEN r.{name} IS NULL THEN t.{name} ELSE ({}) || r.{name} END", parts_there(name))
        }
        (_, Policy::FillBlanks) => format!("coalesce(t.{name}, r.{name})"),
        (_, Policy::Update) => format!("coalesce(r.{name}, t.{name})"),
        (_, Policy::Ask) => {
            let decided: Vec<String> = pieces(shape, column).iter().map(|piece| piece.decided(shape)).collect();
            let decided = decided.join(" AND ");
            format!("CASE WHEN t.{name} IS NULL OR {decided} THEN coalesce(r.{name}, t.{name}) ELSE t.{name} END")
        }
    })
}

/// The parts of an address that are blank in the portal, or that a person decided about.
fn asked_address(shape: &Shape, column: &Column) -> String {
    let name = &column.name;
    let parts = pieces(shape, column).into_iter().zip(address_parts(shape)).map(|(piece, (key, _))| {
        let decided = piece.decided(shape);
        let Piece { old, new, .. } = piece;
        format!("'{key}', CASE WHEN {old} IS NULL OR {decided} THEN {new} END")
    });
    let parts: Vec<String> = parts.collect();
    let parts = format!("jsonb_strip_nulls(jsonb_build_object({}))", parts.join(", "));
    let (odd, there) = (is_odd(name), parts_there(name));
    format!(
        "CASE WHEN r.{name} IS NULL OR ({odd} AND {parts} = '{{}}') THEN t.{name} \
         ELSE nullif(({there}) || {parts}, '{{}}') END"
    )
}

/// The assignments of an update.
pub(super) fn assignments(shape: &Shape, policy: Policy) -> String {
    let sets =
        shape.columns.iter().filter_map(|column| Some(format!("{} = {}", column.name, merged(shape, column, policy)?)));
    sets.collect::<Vec<_>>().join(", ")
}

/// Where a record `r` would change its row `t`.
pub(super) fn differs(shape: &Shape, policy: Policy) -> String {
    if policy == Policy::Skip {
        return "false".to_owned();
    }
    let mut conditions: Vec<String> = shape
        .columns
        .iter()
        .filter_map(|column| Some(format!("({}) IS DISTINCT FROM t.{}", merged(shape, column, policy)?, column.name)))
        .collect();
    if shape.has_role() {
        conditions.push(format!("(r.role IS NOT NULL AND {})", lacks_role("t.id", policy)));
    }
    conditions.join(" OR ")
}

/// Whether the account `id` is to get the role of `r`: where it lacks it, or under the more careful policies only
/// where it has none at all.
pub(super) fn lacks_role(id: &str, policy: Policy) -> String {
    let this = if policy == Policy::Update { " AND ro.code = r.role" } else { "" };
    match policy {
        Policy::Skip => "false".to_owned(),
        _ => format!(
            "NOT EXISTS (SELECT 1 FROM auth.user_roles ur JOIN auth.roles ro ON ro.id = ur.role_id \
             WHERE ur.user_id = {id}{this})"
        ),
    }
}

/// The values that the portal keeps, once all is written: record, field, the portal's value as verifying reads it, of a
/// reference the number of its row.
pub(super) fn kept(shape: &Shape) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    let theirs = |field: &str| shape.inputs.iter().find(|input| input.code == field).map(|input| (shape, input));
    let mut rows: Vec<String> = Vec::new();
    for column in &shape.columns {
        for Piece { field, old, new } in pieces(shape, column) {
            let value = match column.from {
                From::Reference { .. } => Some(format!("t.{}::text", column.name)),
                _ => theirs(field).map(|(shape, input)| portal_value(shape, input)),
            };
            rows.extend(
                value.map(|value| format!("('{field}', {value}, {new} IS NOT NULL AND {old} IS DISTINCT FROM {new})")),
            );
        }
    }
    if let Some(role) = shape.inputs.iter().find(|input| matches!(input.takes, Takes::Role)) {
        let lacks = lacks_role("t.id", Policy::Update);
        let value = portal_value(shape, role);
        rows.push(format!("('{}', {value}, r.role IS NOT NULL AND {lacks})", role.code));
    }
    format!(
        "SELECT r.record, v.field, v.value FROM r_{code} r JOIN {table} t ON t.id = r.target,
           LATERAL (VALUES {}) v (field, value, keeps)
         WHERE NOT r.is_new AND r.reason IS NULL AND ({}) AND v.keeps",
        rows.join(", "),
        differs(shape, Policy::Update)
    )
}

/// The values that differ from the portal's, with what the policy makes of them: record, field, old, new, effect.
pub(super) fn planned(shape: &Shape, policy: Policy, most: usize) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    let all = shape.columns.iter().flat_map(|column| pieces(shape, column)).enumerate();
    let rows: Vec<String> =
        all.map(|(at, Piece { field, old, new })| format!("({at}, '{field}', {old}, {new})")).collect();
    let shown = Piece { field: "", old: "v.old".to_owned(), new: "v.new".to_owned() };
    let decided = shown.decided(shape).replace("d.field = ''", "d.field = v.field");
    let effect = match policy {
        Policy::Skip => "'kept'".to_owned(),
        Policy::Update => "'written'".to_owned(),
        Policy::FillBlanks => "CASE WHEN v.old IS NULL THEN 'written' ELSE 'kept' END".to_owned(),
        Policy::Ask => format!("CASE WHEN v.old IS NULL OR {decided} THEN 'written' ELSE 'asks' END"),
    };
    format!(
        "SELECT record, field, old, new, effect, of FROM (
           SELECT record, at, field, old, new, effect, count(*) OVER (PARTITION BY effect) AS of,
                  row_number() OVER (PARTITION BY effect ORDER BY record, at) AS place FROM (
             SELECT r.record, v.at, v.field, v.old, v.new, {effect} AS effect
             FROM r_{code} r JOIN {table} t ON t.id = r.target, LATERAL (VALUES {}) v (at, field, old, new)
             WHERE NOT r.is_new AND r.reason IS NULL AND ({})
               AND v.new IS NOT NULL AND v.old IS DISTINCT FROM v.new) d) n
         WHERE place <= {most} ORDER BY record, at",
        rows.join(", "),
        differs(shape, Policy::Update)
    )
}
