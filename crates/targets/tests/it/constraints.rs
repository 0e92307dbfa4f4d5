//! Every constraint of the portal, tried: what the laptop missed, the server must refuse.
//!
//! Foreign keys, columns that must be filled and what must be unique are taken from the server's own catalogue, so
//! that a new one is tried by itself. Each CHECK has a value below that breaks it; one without fails the test.

use std::collections::BTreeSet;

use sqlx::Row as _;

use crate::school::{School, push};
use crate::server::Scratch;

/// Schemas whose constraints are tried.
/// What waits in `incoming_…` is no record yet; the tests of the upload are about that.
const SCHEMAS: &str =
    "('auth', 'academic', 'islamic', 'financial', 'communication', 'content', 'analytics', 'audit', 'migration')";

/// Rows of tables that a push leaves empty, and a key that the school's teacher lacks.
const MORE_ROWS: &str = "
    UPDATE academic.teachers SET user_id = (SELECT id FROM auth.users LIMIT 1);
    INSERT INTO auth.sessions (user_id, token_hash, expires_at) SELECT id, 't1', now() FROM auth.users LIMIT 1;
    INSERT INTO auth.refresh_tokens (user_id, token_hash, expires_at) SELECT id, 't2', now() FROM auth.users LIMIT 1;
    INSERT INTO analytics.report_cache (report_key, result, generated_at) VALUES ('k', '{}', now());
    INSERT INTO migration.errors (batch_id, entity, record_no, source_key, message)
        SELECT id, 'students', 1, 'k', 'm' FROM migration.batches LIMIT 1;
    INSERT INTO migration.number_series VALUES ('STU2026XX', 1) ON CONFLICT DO NOTHING;
    INSERT INTO migration.sync_state (system, entity) VALUES ('gibbon', 'students');";

/// For each table, settings that break its CHECKs one by one.
const CHECKS: &[(&str, &[&str])] = &[
    ("auth.users", &["email = 'no address'", "first_name = ' '"]),
    ("auth.permissions", &["code = 'other'"]),
    ("academic.academic_years", &["code = ' '", "name = ' '", "end_date = start_date"]),
    (
        "academic.students",
        &[
            "student_number = ' '",
            "first_name = ' '",
            "full_name = ' '",
            "date_of_birth = migration.school_day() + 1",
            "date_of_birth = '2016-03-05', admission_date = '2015-01-01'",
        ],
    ),
    ("academic.guardians", &["full_name = ' '"]),
    ("academic.student_guardians", &["relationship = 'friend'"]),
    ("academic.teachers", &["employee_number = ' '", "full_name = ' '", "status = 'gone'"]),
    ("academic.classes", &["code = ' '", "name = ' '", "capacity = -1"]),
    ("academic.enrollments", &["status = 'gone'"]),
    ("academic.attendance", &["attendance_date = migration.school_day() + 1"]),
    (
        "academic.grades",
        &["subject = ' '", "score = 101, max_score = 100", "score = -1, max_score = 100", "score = 1, max_score = 0"],
    ),
    ("islamic.quran_programs", &["program_type = 'other'", "duration_months = 0"]),
    ("islamic.quran_enrollments", &["status = 'gone'"]),
    (
        "islamic.hafiz_progress",
        &[
            "surah_number = 0",
            "surah_number = 115",
            "juz_number = 0",
            "juz_number = 31",
            "verses_memorized = -1",
            "verses_memorized = 0, total_verses = 0",
            "verses_memorized = total_verses + 1",
            "quality_score = 101",
            "quality_score = -1",
            "review_count = -1",
            "start_date = '2026-02-01', completion_date = '2026-01-01'",
        ],
    ),
    (
        "islamic.murajaah_sessions",
        &[
            "surah_number = 115",
            "from_verse = 0",
            "from_verse = 5, to_verse = 4",
            "juz_number = 31",
            "mistakes_count = -1",
            "duration_minutes = 0",
        ],
    ),
    (
        "islamic.tajweed_assessments",
        &[
            "surah_number = 0",
            "makhraj_score = 101",
            "sifat_score = -1",
            "fluency_score = 101",
            "overall_score = 100.5",
        ],
    ),
    ("islamic.islamic_studies_grades", &["subject = ' '", "score = 101", "score = -0.5"]),
    ("financial.fee_structures", &["amount = -1", "currency = 'rm '", "frequency = 'daily'"]),
    (
        "financial.invoices",
        &[
            "subtotal = -1, total_amount = -1, balance_due = -1, discount_amount = 0, tax_amount = 0, paid_amount = 0",
            "discount_amount = -1, total_amount = subtotal + 1 + tax_amount, balance_due = subtotal + 1 + tax_amount - paid_amount",
            "tax_amount = -1, total_amount = subtotal - discount_amount - 1, balance_due = subtotal - discount_amount - 1 - paid_amount",
            "paid_amount = -1, balance_due = total_amount + 1",
            "total_amount = total_amount + 1, balance_due = balance_due + 1",
            "balance_due = balance_due + 1",
            "due_date = invoice_date - 1",
            "currency = 'RM'",
        ],
    ),
    ("financial.payments", &["amount = 0", "method = 'gold'"]),
    ("financial.payment_allocations", &["amount = 0"]),
    ("financial.scholarships", &["kind = 'other'", "value = -1, kind = 'amount'", "kind = 'percent', value = 101"]),
    ("financial.student_scholarships", &["amount = -1", "start_date = '2026-02-01', end_date = '2026-01-01'"]),
    ("content.media", &["size_bytes = -1"]),
    ("migration.batches", &["state = 'lost'"]),
    ("migration.migration_history", &["processed = -1", "migrated = -1", "errors = -1", "duration_ms = -1"]),
    ("migration.journal", &["outcome = 'lost'"]),
    ("migration.number_series", &["last_value = -1"]),
];

/// Values of enumerations that are in none, and dates and sums that no column takes.
const TYPES: &[(&str, &str)] = &[
    ("auth.users", "status = 'gone'"),
    ("academic.students", "gender = 'x'"),
    ("academic.students", "status = 'applicant'"),
    ("academic.attendance", "status = 'asleep'"),
    ("islamic.hafiz_progress", "status = 'forgotten'"),
    ("islamic.murajaah_sessions", "quality = 'fine'"),
    ("financial.invoices", "status = 'open'"),
    ("financial.payments", "status = 'open'"),
    ("academic.grades", "score = 1000"),
    ("financial.payments", "amount = 10000000000"),
];

/// What the catalogue alone cannot break: statement and constraint.
const BY_HAND: &[(&str, &str)] = &[
    (
        "UPDATE academic.enrollments SET academic_year_id = (SELECT id FROM academic.academic_years WHERE code = 'AY2025')",
        "enrollments_year_of_class",
    ),
    (
        "INSERT INTO academic.academic_years (code, name, start_date, end_date) VALUES ('X', 'X', '2026-06-01', '2026-07-01')",
        "academic_years_no_overlap",
    ),
    (
        "INSERT INTO academic.academic_years (code, name, start_date, end_date, is_current)
         VALUES ('X', 'X', '2050-06-01', '2050-07-01', true)",
        "academic_years_one_current",
    ),
    (
        "INSERT INTO auth.permissions (id, resource, action, code) SELECT id, 'x', 'y', 'x:y' FROM auth.permissions LIMIT 1",
        "permissions_pkey",
    ),
    ("INSERT INTO academic.classes SELECT * FROM academic.classes LIMIT 1", "classes_pkey"),
];

fn filled() -> Scratch {
    let (scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut School::whole());
    scratch.rows(MORE_ROWS);
    scratch
}

/// `UPDATE` of one row of a table.
fn set(table: &str, settings: &str) -> String {
    format!("UPDATE {table} SET {settings} WHERE ctid = (SELECT ctid FROM {table} LIMIT 1)")
}

fn names(scratch: &Scratch, sql: &str) -> BTreeSet<String> {
    scratch.rows(sql).iter().map(|row| row.get::<String, _>(0)).collect()
}

#[test]
fn every_check_refuses_what_breaks_it() {
    let scratch = filled();
    let mut broken = BTreeSet::new();
    for (table, settings) in CHECKS {
        for settings in *settings {
            let (state, name) = scratch.refusal(&set(table, settings)).unwrap_or_else(|| panic!("{table} {settings}"));
            assert_eq!(state, "23514", "{table} {settings}: {name}");
            broken.insert(format!("{table} {name}"));
        }
    }
    let all = names(
        &scratch,
        &format!(
            "SELECT format('%s.%s %s', n.nspname, c.relname, k.conname) FROM pg_constraint k
             JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE k.contype = 'c' AND n.nspname IN {SCHEMAS} AND c.relname NOT LIKE 'incoming%'"
        ),
    );
    assert!(all.len() > 60, "{} checks", all.len());
    assert_eq!(all.difference(&broken).collect::<Vec<_>>(), Vec::<&String>::new(), "nothing breaks these");
    for (table, settings) in TYPES {
        let (state, name) = scratch.refusal(&set(table, settings)).unwrap_or_else(|| panic!("{table} {settings}"));
        assert!(matches!(state.as_str(), "22P02" | "22003"), "{table} {settings}: {state} {name}");
    }
}

#[test]
fn every_reference_leads_to_a_row_and_every_needed_column_is_filled() {
    let scratch = filled();
    let references = scratch.rows(&format!(
        "SELECT format('%I.%I', n.nspname, c.relname), a.attname::text, k.conname::text FROM pg_constraint k
         JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
         WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND n.nspname IN {SCHEMAS} AND c.relname NOT LIKE 'incoming%'"
    ));
    assert!(references.len() > 35, "{} references", references.len());
    for row in &references {
        let (table, column, name): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let (state, refused) = scratch
            .refusal(&set(&table, &format!("{column} = gen_random_uuid()")))
            .unwrap_or_else(|| panic!("{name} took anything"));
        let of_class = refused == "enrollments_year_of_class";
        assert!(state == "23503" && (refused == name || of_class), "{name}: {state} {refused}");
    }
    let needed = scratch.rows(&format!(
        "SELECT format('%I.%I', n.nspname, c.relname), a.attname::text FROM pg_attribute a
         JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND a.attidentity = ''
           AND n.nspname IN {SCHEMAS} AND c.relname NOT LIKE 'incoming%'"
    ));
    assert!(needed.len() > 250, "{} columns", needed.len());
    for row in &needed {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let refused = scratch.refusal(&set(&table, &format!("{column} = NULL")));
        assert_eq!(refused, Some(("23502".to_owned(), column.clone())), "{table}.{column}");
    }
}

#[test]
fn nothing_is_there_twice() {
    let scratch = filled();
    let mut broken: BTreeSet<String> = BTreeSet::new();
    for (sql, name) in BY_HAND {
        let refused = scratch.refusal(sql).map(|(_, name)| name);
        assert_eq!(refused.as_deref(), Some(*name), "{sql}");
        broken.insert((*name).to_owned());
    }
    let indexes = scratch.rows(&format!(
        "SELECT format('%I.%I', n.nspname, c.relname), i.relname::text, x.indrelid::bigint, x.indexrelid::bigint
         FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE x.indisunique AND n.nspname IN {SCHEMAS} AND c.relname NOT LIKE 'incoming%'
           -- numbers that the server itself gives
           AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attidentity <> ''
                           AND a.attnum = ANY (x.indkey))"
    ));
    assert!(indexes.len() > 70, "{} unique keys", indexes.len());
    for row in &indexes {
        let (table, name): (String, String) = (row.get(0), row.get(1));
        if broken.contains(&name) || name == "classes_id_academic_year_id_key" {
            continue; // the last one only serves the foreign key of the year: an id is unique by itself
        }
        let copy = copy(&scratch, &table, row.get(2), row.get(3));
        let refused = scratch.refusal(&copy).unwrap_or_else(|| panic!("{name} took a copy: {copy}"));
        assert_eq!(refused, ("23505".to_owned(), name.clone()), "{copy}");
    }
}

/// A copy of a row that differs in all other unique keys.
fn copy(scratch: &Scratch, table: &str, relation: i64, index: i64) -> String {
    let columns = scratch.rows(&format!(
        "SELECT quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attnotnull,
                EXISTS (SELECT 1 FROM pg_index x WHERE x.indrelid = {relation} AND x.indisunique
                        AND x.indexrelid <> {index} AND (a.attnum = ANY (x.indkey) OR (0 = ANY (x.indkey) AND a.attname = 'email')))
                AND NOT EXISTS (SELECT 1 FROM pg_index x WHERE x.indexrelid = {index}
                        AND (a.attnum = ANY (x.indkey) OR (0 = ANY (x.indkey) AND a.attname = 'email')))
         FROM pg_attribute a WHERE a.attrelid = {relation} AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = ''"
    ));
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for row in &columns {
        let (name, kind, needed, other): (String, String, bool, bool) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        values.push(match (other, kind.as_str(), needed) {
            (false, ..) => name.clone(),
            (true, "uuid", true) => "gen_random_uuid()".to_owned(),
            (true, "text", _) if name == "email" => "gen_random_uuid() || '@x.my'".to_owned(),
            (true, "text", _) => "gen_random_uuid()::text".to_owned(),
            (true, "uuid", false) => "NULL".to_owned(),
            _ => name.clone(),
        });
        names.push(name);
    }
    let filled: Vec<String> = scratch
        .rows(&format!(
            "SELECT quote_ident(a.attname) FROM pg_index x JOIN pg_attribute a ON a.attrelid = x.indrelid
             AND (a.attnum = ANY (x.indkey) OR (0 = ANY (x.indkey) AND a.attname = 'email')) WHERE x.indexrelid = {index}"
        ))
        .iter()
        .map(|row| format!("{} IS NOT NULL", row.get::<String, _>(0)))
        .collect();
    format!(
        "INSERT INTO {table} ({}) SELECT {} FROM {table} ORDER BY ({}) DESC LIMIT 1",
        names.join(", "),
        values.join(", "),
        filled.join(" AND ")
    )
}
