//! The SQL that is made from an entity's shape. Only names from the program's own descriptors enter
//! it; values travel by COPY or by settings.

use super::{differences, park};
use crate::policy::Policy;
use crate::shape::{ASSIGNED, Column, From, LIST, MOMENT, Match, Shape, Takes, Unless};

/// The batch's number, as SQL.
pub(super) const BATCH: &str = "current_setting('daftar.batch')::uuid";
/// The name of the source system, as SQL.
pub(super) const SYSTEM: &str = "current_setting('daftar.source_system')";
/// Both as a value of many rows: the server reads the setting once and not for every row.
pub(super) const BATCH_ONCE: &str = "(SELECT current_setting('daftar.batch')::uuid)";
pub(super) const SYSTEM_ONCE: &str = "(SELECT current_setting('daftar.source_system'))";

/// What a column is compared by: e-mails and names without regard to case, and behind a `?` blanks as equal. A value
/// that no filled column has stands for a blank then, because IS NOT DISTINCT FROM can neither hash nor use an index.
pub(super) fn key(alias: &str, column: &str) -> String {
    match (column, column.strip_prefix('?')) {
        (_, Some(id)) if id.ends_with("_id") && id != "national_id" => {
            format!("coalesce({alias}.{id}, '00000000-0000-0000-0000-000000000000'::uuid)")
        }
        (_, Some(number @ ("surah_number" | "juz_number" | "from_verse" | "to_verse"))) => {
            format!("coalesce({alias}.{number}, -1)")
        }
        (_, Some(text)) => format!("coalesce({alias}.{text}::text, '')"),
        ("email" | "full_name", None) => format!("lower({alias}.{column})"),
        (_, None) => format!("{alias}.{column}"),
    }
}

/// Each key under its column's own name.
pub(super) fn named(alias: &str, columns: &[&str]) -> String {
    let name = |column: &&str| format!("{} AS {}", key(alias, column), plain(column));
    columns.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// That every key is filled, but for those that may be blank.
pub(super) fn filled(alias: &str, columns: &[&str]) -> String {
    let needed = columns.iter().filter(|column| !column.starts_with('?'));
    needed.map(|column| format!("{alias}.{column} IS NOT NULL")).collect::<Vec<_>>().join(" AND ")
}

/// A column's name without the `?` of keys that may be blank.
pub(super) fn plain<'c>(column: &&'c str) -> &'c str {
    column.trim_start_matches('?')
}

/// `a.x = b.x AND a.y = b.y`.
pub(super) fn same(a: &str, b: &str, columns: &[&str]) -> String {
    let pairs: Vec<String> = columns.iter().map(|column| format!("{} = {}", key(a, column), key(b, column))).collect();
    pairs.join(" AND ")
}

/// The texts of a line behind its head, in order.
fn texts(shape: &Shape) -> impl Iterator<Item = String> {
    let made = shape.columns.iter().filter_map(|column| match column.from {
        From::Derived(name) => Some(format!("d_{name}")),
        _ => None,
    });
    shape.inputs.iter().map(|input| format!("i_{}", input.code)).chain(made)
}

/// The columns of the incoming table that a line of this entity fills, in order.
pub(super) fn incoming_columns(shape: &Shape) -> String {
    let texts: String = (1..=texts(shape).count()).map(|at| format!(", c{at}")).collect();
    format!("record, source_key, new_id, reason, reason_column{texts}")
}

/// The table into which COPY goes: all texts.
pub(super) fn landing_table(shape: &Shape) -> String {
    let columns: String = texts(shape).map(|text| format!(", {text} text")).collect();
    format!(
        "CREATE TEMP TABLE s_{} (record bigint, source_key text, new_id uuid, reason text, reason_column text{columns}) \
         ON COMMIT DROP",
        shape.entity.code
    )
}

/// A column's value, typed, from the landed row `s` and the rows `p_INPUT` of its references.
fn typed(shape: &Shape, column: &Column) -> String {
    match column.from {
        From::Field(code) if column.sql_type == "text" => format!("s.i_{code}"),
        From::Field(code) => format!("CASE WHEN s.reason IS NULL THEN {} END", read(code, column.sql_type)),
        From::Reference { input, .. } => format!("p_{input}.target"),
        From::Derived(name) => format!("s.d_{name}"),
        From::Address => address(shape),
    }
}

/// A landed text as its column's type.
fn read(code: &str, sql_type: &str) -> String {
    match sql_type {
        MOMENT => format!("s.i_{code}::timestamp AT TIME ZONE 'Asia/Kuala_Lumpur'"),
        LIST => format!("string_to_array(s.i_{code}, ',')::integer[]"),
        _ => format!("s.i_{code}::{sql_type}"),
    }
}

fn address(shape: &Shape) -> String {
    let parts: Vec<(&str, &str)> = shape
        .inputs
        .iter()
        .filter_map(|input| match input.takes {
            Takes::AddressPart(key) => Some((key, input.code)),
            _ => None,
        })
        .collect();
    let any: Vec<String> = parts.iter().map(|(_, code)| format!("s.i_{code}")).collect();
    let pairs: Vec<String> = parts.iter().map(|(key, code)| format!("'{key}', s.i_{code}")).collect();
    format!(
        "CASE WHEN coalesce({}) IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object({})) END",
        any.join(", "),
        pairs.join(", ")
    )
}

/// Makes `r_ENTITY`: typed values, the row of the portal that the id map names, and what stands against a record by
/// itself. `mapped` is what the id map says, also where that row is gone.
pub(super) fn resolve(shape: &Shape) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    let mut names: Vec<&str> = shape.columns.iter().map(|column| column.name.as_str()).collect();
    if shape.has_role() {
        names.push("role");
    }
    let (reason, column) = (reason_case(shape, false), reason_case(shape, true));
    format!(
        "CREATE TEMP TABLE r_{code} ON COMMIT DROP AS
         SELECT v.record, v.source_key, coalesce(t.id, v.new_id) AS target, t.id IS NULL AS is_new,
                m.target_id AS mapped, {reason} AS reason, {column} AS reason_column, {}
         FROM ({}) v
         LEFT JOIN migration.id_map m ON m.entity = '{code}' AND m.source_system = {SYSTEM}
           AND m.source_key = v.source_key
         LEFT JOIN {table} t ON t.id = m.target_id",
        names.iter().map(|name| format!("v.{name}")).collect::<Vec<_>>().join(", "),
        values(shape),
    )
}

/// The first thing that stands against a row by itself; as reason or as column.
fn reason_case(shape: &Shape, column: bool) -> String {
    let say = |reason: &str, place: &str| format!("'{}'", if column { place } else { reason });
    let own = if column { "v.reason_column" } else { "v.reason" };
    let mut case = format!("CASE WHEN v.reason IS NOT NULL THEN {own}");
    for (_, input, _) in shape.references() {
        let gone = format!(" WHEN v.given_{input} AND v.lost_{input} THEN {}", say("reference", input));
        case += &gone;
        case += &format!(" WHEN v.refused_{input} THEN {}", say("parent-rejected", input));
    }
    case + " END"
}

/// Records of which the id map knows no row, or the row of another record too.
pub(super) fn lost(code: &str) -> String {
    format!(
        "SELECT r.record FROM r_{code} r
         WHERE r.reason IS NULL AND (r.is_new OR r.target IN (
               SELECT target FROM r_{code} WHERE NOT is_new GROUP BY target HAVING count(*) > 1))
         ORDER BY r.record"
    )
}

/// Gives the records of `g_ENTITY` the rows that they became in pushes that stand. Whatever else was found for such a
/// row has only taken over what its record was known by, and is new. Of several records that had a row before, merged
/// and parted again, the one that had it last keeps it.
pub(super) fn keep_own(shape: &Shape) -> [String; 3] {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    [
        format!(
            "CREATE TEMP TABLE o_{code} ON COMMIT DROP AS
             SELECT DISTINCT ON (g.target) g.record, g.target
             FROM g_{code} g JOIN migration.batches b ON b.id = g.batch AND b.state = 'applied'
             JOIN {table} t ON t.id = g.target
             ORDER BY g.target, b.applied_at DESC, g.record"
        ),
        format!(
            "UPDATE r_{code} r SET target = gen_random_uuid(), is_new = true
             FROM o_{code} o WHERE o.target = r.target AND o.record <> r.record"
        ),
        format!(
            "UPDATE r_{code} r SET target = o.target, is_new = false FROM o_{code} o WHERE o.record = r.record;
             DROP TABLE pg_temp.o_{code}, pg_temp.g_{code}"
        ),
    ]
}

/// What is still looked for.
const OPEN: &str = "r.is_new AND r.reason IS NULL";

/// Whether any record's row is still looked for.
pub(super) fn any_open(code: &str) -> String {
    format!("SELECT EXISTS (SELECT 1 FROM r_{code} r WHERE {OPEN})")
}

/// Makes `x_ENTITY`: the rows that have a record's key and are not the record's, with the fields that say so.
pub(super) fn against_table(code: &str) -> String {
    format!("CREATE TEMP TABLE x_{code} (record bigint, target uuid, place text) ON COMMIT DROP")
}

/// Gives records the rows that a person or the rule said are theirs, from `l_ENTITY`. The account of such a person is
/// theirs even where an earlier push made one for a record that was then refused.
pub(super) fn find_told(shape: &Shape) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    let open = if code == "users" { "r.reason IS NULL" } else { OPEN };
    format!(
        "UPDATE r_{code} r SET target = k.id, is_new = false FROM l_{code} l JOIN {table} k ON k.id = l.target
         WHERE {open} AND l.record = r.record AND l.kin = 'same' AND (l.seen IS NULL OR l.seen = k.updated_at::text)"
    )
}

/// Holds back records that may be people of the portal and of whom nobody has said so. Goes before what else stands
/// against them: that their account waits too is no reason that helps anybody.
pub(super) fn hold_undecided(shape: &Shape) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    format!(
        "UPDATE r_{code} r SET reason = 'undecided', reason_column = '' FROM l_{code} l JOIN {table} k ON k.id = l.target
         WHERE r.is_new AND (r.reason IS NULL OR r.reason = 'parent-rejected') AND l.record = r.record
           AND l.kin = 'undecided'"
    )
}

/// Finds the rows of records that the id map does not know by one key; looks only for what those before it left. A
/// table of a million rows is joined by nothing but its key, which no plan can get wrong. `known` says that
/// `l_ENTITY` tells of records and rows: what a person said counts before any key.
pub(super) fn find(shape: &Shape, by: &Match, known: bool) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    let on = found_by(shape, by, known);
    if by.unique {
        return format!("UPDATE r_{code} r SET target = k.id, is_new = false FROM {table} k WHERE {OPEN} AND {on}");
    }
    format!(
        "UPDATE r_{code} f SET target = n.id, is_new = false,
                reason = CASE WHEN n.n > 1 THEN 'several-match' END, reason_column = CASE WHEN n.n > 1 THEN '' END
         FROM (SELECT r.record, (array_agg(k.id ORDER BY k.created_at, k.id))[1] AS id, count(*) AS n
               FROM r_{code} r JOIN {table} k ON {on} WHERE {OPEN} GROUP BY r.record) n
         WHERE n.record = f.record"
    )
}

/// Whether a row `k` has the key of record `r` and nothing speaks against it.
fn found_by(shape: &Shape, by: &Match, known: bool) -> String {
    let code = shape.entity.code;
    let mut on = format!("{}{}", same("k", "r", by.columns), no_contradiction("k", by.columns));
    if known {
        on += &not_denied(code);
    }
    if by.unless != Unless::Never {
        on += &format!(" AND NOT EXISTS (SELECT 1 FROM x_{code} x WHERE x.record = r.record AND x.target = k.id)");
    }
    if by.free {
        on += &format!(
            " AND NOT EXISTS (SELECT 1 FROM r_{code} c WHERE c.target = k.id AND NOT c.is_new AND c.record <> r.record)"
        );
    }
    on
}

/// A row that has the number under which a record once became a new one: it is the record's own.
pub(super) fn find_own(shape: &Shape) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    format!("UPDATE r_{code} r SET is_new = false FROM {table} k WHERE {OPEN} AND k.id = r.target")
}

/// Notes the rows that have a record's key but another value in one of `columns`.
pub(super) fn note_differing(shape: &Shape, by: &Match, columns: &[&str]) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    let differs = |column: &&str| format!("{} <> {}", plain_text(shape, "k", column), plain_text(shape, "r", column));
    let fields: Vec<String> = columns
        .iter()
        .map(|column| format!("CASE WHEN {} THEN '{}' END", differs(column), shape.input_of(column)))
        .collect();
    let any: Vec<String> = columns.iter().map(differs).collect();
    format!(
        "INSERT INTO x_{code} SELECT r.record, k.id, concat_ws(' ', {}, {})
         FROM r_{code} r JOIN {table} k ON {} WHERE {OPEN} AND ({})",
        key_fields(shape, by),
        fields.join(", "),
        same("k", "r", by.columns),
        any.join(" OR ")
    )
}

/// A column as it is compared with another one: a text without regard to case.
fn plain_text(shape: &Shape, alias: &str, column: &str) -> String {
    let text = shape.columns.iter().any(|known| known.name == column && known.sql_type == "text");
    if text { format!("lower({alias}.{column})") } else { format!("{alias}.{column}") }
}

/// The inputs of a key, as SQL texts.
fn key_fields(shape: &Shape, by: &Match) -> String {
    let fields = by.columns.iter().map(|column| format!("'{}'", shape.input_of(plain(column))));
    fields.collect::<Vec<_>>().join(", ")
}

/// Records and rows with the same key of which something says that they may be two people, with what both say: record,
/// row, then name, number, birth and gender of the record and of the row.
pub(super) fn doubtful(shape: &Shape, by: &Match) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    let (ours, theirs) = (described(shape, "r"), described(shape, "k"));
    let differ: Vec<String> =
        ours.iter().zip(&theirs).map(|(ours, theirs)| format!("lower({ours}) <> lower({theirs})")).collect();
    format!(
        "SELECT r.record, k.id, {}, {} FROM r_{code} r JOIN {table} k ON {} WHERE {OPEN} AND ({})",
        ours.join(", "),
        theirs.join(", "),
        same("k", "r", by.columns),
        differ.join(" OR ")
    )
}

/// Name, number, birth and gender of a person, as SQL; empty where the table has no such column.
fn described(shape: &Shape, alias: &str) -> [String; 4] {
    let of = |columns: &[&str]| {
        let values: Vec<String> =
            columns.iter().filter(|column| shape.has(column)).map(|column| format!("{alias}.{column}::text")).collect();
        if values.is_empty() { "''".to_owned() } else { format!("concat_ws(' ', {})", values.join(", ")) }
    };
    let name: &[&str] = if shape.has("full_name") { &["full_name"] } else { &["first_name", "last_name"] };
    [name, &["national_id"], &["date_of_birth"], &["gender"]].map(of)
}

/// Refuses records whose key is in the portal with somebody or something else: not found, they would double it.
pub(super) fn refuse_against(code: &str) -> String {
    format!(
        "UPDATE r_{code} r SET reason = 'taken', reason_column = x.place
         FROM (SELECT record, min(place) AS place FROM x_{code} GROUP BY record) x
         WHERE x.record = r.record AND {OPEN}"
    )
}

/// Refuses new records without a value that the portal needs; nothing where it needs none.
pub(super) fn refuse_missing(shape: &Shape) -> Option<String> {
    let needed: Vec<(&str, &str)> = shape
        .columns
        .iter()
        .filter(|column| column.required && column.name != ASSIGNED)
        .filter_map(|column| match column.from {
            From::Field(code) | From::Reference { input: code, .. } => Some((column.name.as_str(), code)),
            _ => None,
        })
        .collect();
    let first: String = needed.iter().map(|(name, code)| format!(" WHEN r.{name} IS NULL THEN '{code}'")).collect();
    let any: Vec<String> = needed.iter().map(|(name, _)| format!("r.{name} IS NULL")).collect();
    (!needed.is_empty()).then(|| {
        format!(
            "UPDATE r_{} r SET reason = 'missing', reason_column = CASE{first} END
             WHERE r.is_new AND r.reason IS NULL AND ({})",
            shape.entity.code,
            any.join(" OR ")
        )
    })
}

/// A school's number alone is not enough where other things speak against it: another identity number,
/// or for a pupil another name without the same identity number, means another person with the same
/// number. Such a record is not found, and then refused because its number is taken.
fn no_contradiction(alias: &str, columns: &[&str]) -> String {
    let identity = format!("{alias}.national_id = r.national_id");
    match columns {
        // one of them may lack the number, but two numbers are two people under one roof
        ["employee_number"] | ["full_name", "phone"] => format!(" AND coalesce({identity}, true)"),
        ["student_number"] => {
            format!(" AND coalesce({identity}, true) AND ({identity} OR {})", same(alias, "r", &["full_name"]))
        }
        _ => String::new(),
    }
}

/// What a person said is somebody else is not found by a key; its number is then taken.
fn not_denied(code: &str) -> String {
    format!(
        " AND NOT EXISTS (SELECT 1 FROM l_{code} a WHERE a.record = r.record AND a.target = k.id AND a.kin = 'other')"
    )
}

fn values(shape: &Shape) -> String {
    let mut picked: Vec<String> =
        shape.columns.iter().map(|column| format!("{} AS {}", typed(shape, column), column.name)).collect();
    if shape.has_role() {
        picked.push("s.i_role AS role".to_owned());
    }
    let mut joins = String::new();
    for (_, input, entity) in shape.references() {
        joins += &format!(
            " LEFT JOIN r_{entity} p_{input} ON p_{input}.record = CASE WHEN s.reason IS NULL THEN s.i_{input}::bigint END"
        );
        picked.push(format!("s.i_{input} IS NOT NULL AS given_{input}, p_{input}.record IS NULL AS lost_{input}"));
        picked.push(format!("p_{input}.reason IS NOT NULL AS refused_{input}"));
    }
    format!(
        "SELECT s.record, s.source_key, s.new_id, s.reason, s.reason_column, {} FROM s_{} s{joins}",
        picked.join(", "),
        shape.entity.code
    )
}

/// [`update`], once the values that move from one of its rows to another are laid down. Under the other policies no
/// value moves: what is filled stays.
pub(super) fn move_and_update(shape: &Shape, policy: Policy, (low, high): (i64, i64)) -> String {
    let update = update(shape, policy, (low, high));
    if policy != Policy::Update {
        return update;
    }
    let code = shape.entity.code;
    let columns = park::movable(shape).map(|column| {
        let table = shape.entity.portal_table;
        format!(", coalesce(r.{column}, (SELECT t.{column} FROM {table} t WHERE t.id = r.target)) AS {column}")
    });
    let rows = format!(
        "SELECT r.target AS id{} FROM r_{code} r JOIN u_{code} u ON u.record = r.record
         WHERE r.reason IS NULL AND r.record BETWEEN {low} AND {high}",
        columns.collect::<String>()
    );
    park::lay_down(shape, &rows) + &update
}

/// That row `t` keeps its unique value: no record of this push gives it another one. Only the usual policy replaces
/// what is filled.
pub(super) fn stays(shape: &Shape, unique: &[&str], policy: Policy) -> String {
    let [column] = unique else { return String::new() };
    if policy != Policy::Update {
        return String::new();
    }
    let (theirs, now) = (key("o", column), key("t", column));
    format!(
        " AND NOT EXISTS (SELECT 1 FROM r_{} o WHERE o.target = t.id AND NOT o.is_new AND o.reason IS NULL
             AND {theirs} <> {now})",
        shape.entity.code
    )
}

/// Updates the rows of records `low` to `high` that differ, and notes them in the journal.
pub(super) fn update(shape: &Shape, policy: Policy, (low, high): (i64, i64)) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    format!(
        "WITH w AS (
           UPDATE {table} AS t SET {}, updated_at = now()
           FROM r_{code} r JOIN u_{code} u ON u.record = r.record
           WHERE t.id = r.target AND r.reason IS NULL AND r.record BETWEEN {low} AND {high}
           RETURNING r.record, t.id, u.before, md5(t::text) AS hash)
         INSERT INTO migration.journal (batch_id, entity, record_no, target_id, outcome, before, after_hash)
         SELECT {BATCH_ONCE}, '{code}', w.record, w.id, 'updated', w.before, w.hash FROM w",
        differences::assignments(shape, policy)
    )
}

/// Inserts the rows of records `low` to `high` that are new.
pub(super) fn insert(shape: &Shape, (low, high): (i64, i64)) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    let names: Vec<&str> = shape.columns.iter().map(|column| column.name.as_str()).collect();
    let values: Vec<String> = shape
        .columns
        .iter()
        .map(|column| match column.blank {
            Some(blank) => format!("coalesce(r.{}, {blank})", column.name),
            None => format!("r.{}", column.name),
        })
        .collect();
    format!(
        "INSERT INTO {table} (id, {})
         SELECT r.target, {} FROM r_{code} r
         WHERE r.is_new AND r.reason IS NULL AND r.record BETWEEN {low} AND {high}",
        names.join(", "),
        values.join(", ")
    )
}

/// Notes the rows that were inserted in the journal, as they stand in the portal now. A statement of its own: one that
/// inserts and hands on a million rows takes a tenth longer than two.
pub(super) fn note_inserted(shape: &Shape) -> String {
    let (code, table) = (shape.entity.code, shape.entity.portal_table);
    format!(
        "INSERT INTO migration.journal (batch_id, entity, record_no, target_id, outcome, after_hash)
         SELECT {BATCH_ONCE}, '{code}', r.record, t.id, 'inserted', md5(t::text)
         FROM r_{code} r JOIN {table} t ON t.id = r.target WHERE r.is_new AND r.reason IS NULL"
    )
}
