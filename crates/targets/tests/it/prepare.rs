//! Preparing: once, twice, over something else, over something newer; and what check finds.

use model::Silent;
use targets::{Admin, Checked, Error, Portal, PortalUrl, PrepareOptions, SCHEMA_VERSION, VerifyScope};

use crate::school::{Book, School, options, push};
use crate::server::{Scratch, prepare_options};

#[test]
fn preparing_twice_changes_nothing_the_second_time() {
    let scratch = Scratch::new();
    let mut portal = scratch.connect();
    assert!(matches!(portal.check(&Silent), Err(Error::SchemaMissing)), "an empty database is no portal");
    let first = portal.prepare(&prepare_options(), &Silent).unwrap();
    assert_eq!((first.created, first.from, first.to), (true, 0, SCHEMA_VERSION));
    let (before, audited) = (scratch.contents(), scratch.value("SELECT count(*) FROM audit.audit_log"));
    let second = portal.prepare(&prepare_options(), &Silent).unwrap();
    assert_eq!((second.created, second.from), (false, SCHEMA_VERSION));
    assert_eq!(scratch.contents(), before, "nothing changed");
    assert_eq!(scratch.value("SELECT count(*) FROM audit.audit_log"), audited, "nothing was even touched");
    assert_eq!(portal.check(&Silent).unwrap(), Checked::default(), "what was made is what is expected");
}

#[test]
fn a_new_portal_has_the_seeds() {
    let (scratch, _portal) = Scratch::portal();
    for (sql, value) in [
        ("SELECT count(*) FROM auth.roles", "8"),
        ("SELECT count(*) FROM auth.permissions", "70"),
        ("SELECT count(*) FROM islamic.quran_programs", "4"),
        ("SELECT string_agg(code, ' ' ORDER BY code) FROM academic.academic_years", "AY2024 AY2025 AY2026 AY2027"),
        ("SELECT code FROM academic.academic_years WHERE is_current", "AY2026"),
        (
            "SELECT count(*) FROM auth.role_permissions p JOIN auth.roles r ON r.id = p.role_id WHERE r.code = 'admin'",
            "69",
        ),
        (
            "SELECT count(*) FROM auth.role_permissions p JOIN auth.roles r ON r.id = p.role_id WHERE r.code = 'principal'",
            "28",
        ),
        (
            "SELECT count(*) > 0 FROM auth.role_permissions p JOIN auth.roles r ON r.id = p.role_id WHERE r.code = 'accountant'",
            "true",
        ),
    ] {
        assert_eq!(scratch.value(sql), value, "{sql}");
    }
    let without_index = "SELECT string_agg(f.conname, ' ') FROM pg_constraint f WHERE f.contype = 'f' AND NOT EXISTS (
        SELECT 1 FROM pg_index i WHERE i.indrelid = f.conrelid
        AND (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)";
    assert_eq!(scratch.value(without_index), "-", "every foreign key has an index");
}

#[test]
fn the_first_administrator_gets_a_real_hash_and_only_once() {
    let scratch = Scratch::new();
    let mut portal = scratch.connect();
    let admin =
        Admin { email: "Ketua@Contoh.my".into(), name: "KETUA".into(), password: "kata laluan".to_owned().into() };
    let options = PrepareOptions { admin: Some(admin), ..prepare_options() };
    assert!(!portal.prepare(&prepare_options(), &Silent).unwrap().has_admin, "nobody was named");
    let first = portal.prepare(&options, &Silent).unwrap();
    assert!(first.admin_created && first.has_admin && first.created);
    let before = scratch.contents();
    for email in ["Ketua@Contoh.my", "lain@contoh.my"] {
        let admin = Admin { email: email.into(), name: "LAIN".into(), password: "lain lain lain".to_owned().into() };
        let again = portal.prepare(&PrepareOptions { admin: Some(admin), ..prepare_options() }, &Silent).unwrap();
        assert!(!again.admin_created && again.has_admin && !again.created, "there is one already");
    }
    assert_eq!(scratch.contents(), before, "nothing changed");
    let user = "SELECT email || ' ' || left(password_hash, 30) || ' ' || must_reset_password FROM auth.users";
    assert_eq!(scratch.value(user), "ketua@contoh.my $argon2id$v=19$m=65536,t=3,p=4 false");
    assert_eq!(
        scratch.value("SELECT code FROM auth.user_roles u JOIN auth.roles r ON r.id = u.role_id"),
        "super_admin"
    );
    let leaked = "SELECT count(*) FROM audit.audit_log WHERE new_data::text LIKE '%argon2id%'";
    assert_eq!(scratch.value(leaked), "0", "hashes stay out of the audit log");
}

#[test]
fn an_account_of_somebody_else_never_becomes_the_administrators() {
    let (scratch, mut portal) = Scratch::portal();
    scratch.rows(
        "INSERT INTO auth.users (email, password_hash, first_name, status) VALUES ('guru@contoh.my', 'x', 'GURU', 'active')",
    );
    let before = scratch.contents();
    let admin = Admin { email: "GURU@contoh.my".into(), name: "G".into(), password: "kata laluan".to_owned().into() };
    let refused = portal.prepare(&PrepareOptions { admin: Some(admin), ..prepare_options() }, &Silent);
    assert!(matches!(refused, Err(Error::AdminTaken)), "{refused:?}");
    assert_eq!(scratch.contents(), before, "the password stays theirs");
}

#[test]
fn a_login_of_the_onboarding_role_pushes_verifies_and_rolls_back_and_can_do_no_more() {
    for scratch in [Some(Scratch::new()), Scratch::newest()].into_iter().flatten() {
        scratch.connect().prepare(&prepare_options(), &Silent).unwrap();
        let login = scratch.login_of("smart_academy_onboarding");
        let mut portal = scratch.connect_as(&login);
        assert_eq!(portal.check(&Silent).unwrap(), Checked::default());
        assert_eq!(portal.missing_rights(&Silent).unwrap(), Vec::<String>::new());
        let mut school = School::whole();
        let (report, _) = push(&mut portal, &mut school);
        let scope = VerifyScope { batch: Some(report.batch), source_system: "legacy".into() };
        let verified = portal.verify(&scope, &mut school, &(), &Silent).unwrap();
        assert!(verified.passed, "{verified:?}");
        for sql in FORBIDDEN {
            assert_eq!(scratch.answer_to(&login, sql), "42501", "{sql}");
        }
        let back = portal.rollback(report.batch, &[], &Silent).unwrap();
        assert_eq!(back.kept_total, 0, "{back:?}");
        assert_eq!(scratch.value("SELECT count(*) FROM academic.students"), "0");
        assert!(
            scratch.value("SELECT count(*) FROM audit.audit_log WHERE batch_id IS NOT NULL") != "0",
            "all is audited"
        );
    }
}

/// What a login that only pushes must not be able to do.
const FORBIDDEN: &[&str] = &[
    "DROP TABLE academic.students",
    "TRUNCATE academic.students CASCADE",
    "ALTER TABLE academic.students DISABLE TRIGGER audit_insert",
    "ALTER TABLE academic.students ADD COLUMN house text",
    "CREATE TABLE academic.clubs (id int)",
    "CREATE INDEX ON academic.students (full_name)",
    "UPDATE audit.audit_log SET changed_by = 'somebody else'",
    "DELETE FROM audit.audit_log",
    "INSERT INTO audit.audit_log (table_schema, table_name, operation, changed_by) VALUES ('a', 'b', 'INSERT', 'c')",
    "SET session_replication_role = replica",
    "INSERT INTO auth.roles (code, name, priority) VALUES ('x', 'X', 1)",
    "DELETE FROM auth.role_permissions",
    "INSERT INTO auth.sessions (user_id, token_hash, expires_at) SELECT id, 't', now() FROM auth.users LIMIT 1",
    "DELETE FROM migration.batches",
    "UPDATE migration.schema_version SET version = 1",
    "CREATE ROLE another",
];

#[test]
fn a_newer_portal_and_a_strangers_database_are_refused_untouched() {
    let (scratch, mut portal) = Scratch::portal();
    scratch.rows("INSERT INTO migration.schema_version (version) VALUES (99)");
    let before = scratch.contents();
    assert!(matches!(portal.prepare(&prepare_options(), &Silent), Err(Error::SchemaNewer { found: 99, .. })));
    assert_eq!(scratch.contents(), before);

    let stranger = Scratch::new();
    stranger.rows("CREATE SCHEMA academic");
    let refused = stranger.connect().prepare(&prepare_options(), &Silent);
    assert!(matches!(refused, Err(Error::NotAPortal { ref schema }) if schema == "academic"), "{refused:?}");
    assert_eq!(stranger.value("SELECT count(*) FROM pg_namespace WHERE nspname IN ('auth', 'migration')"), "0");
}

/// The list that the check compares with, beside the files that make the portal.
const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/target/expected.txt");

#[test]
fn a_version_that_somebody_else_keeps_is_no_portal() {
    for (columns, version) in
        [("version text", "'1.2'"), ("version int", "1"), ("version int", "2"), ("version int", "99")]
    {
        let scratch = Scratch::new();
        scratch.rows(&format!(
            "CREATE SCHEMA migration; CREATE TABLE migration.schema_version ({columns});
             INSERT INTO migration.schema_version VALUES ({version})"
        ));
        let mut portal = scratch.connect();
        let prepared = portal.prepare(&prepare_options(), &Silent);
        assert!(matches!(prepared, Err(Error::NotAPortal { ref schema }) if schema == "migration"), "{prepared:?}");
        let checked = portal.check(&Silent);
        assert!(matches!(checked, Err(Error::NotAPortal { .. })), "{checked:?}");
        assert_eq!(scratch.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'auth'"), "0");
    }
}

#[test]
fn a_database_with_somebody_elses_tables_is_not_made_a_portal() {
    let scratch = Scratch::new();
    scratch.rows("CREATE TABLE public.users (name text)");
    let mut portal = scratch.connect();
    let prepared = portal.prepare(&prepare_options(), &Silent);
    assert!(matches!(prepared, Err(Error::NotEmpty { ref table }) if table == "public.users"), "{prepared:?}");
    // what an extension brings along is the server's
    scratch.rows("DROP TABLE public.users; CREATE TABLE public.gauge (at int); CREATE EXTENSION btree_gist; ALTER EXTENSION btree_gist ADD TABLE public.gauge");
    assert!(portal.prepare(&prepare_options(), &Silent).unwrap().created);
    scratch.rows("CREATE TABLE public.users (name text)");
    assert!(
        !portal.prepare(&prepare_options(), &Silent).unwrap().created,
        "a portal stays one, whatever comes beside it"
    );
}

#[test]
fn a_prepared_portal_is_what_the_check_expects_on_every_server() {
    for scratch in [Some(Scratch::new()), Scratch::newest()].into_iter().flatten() {
        let mut portal = scratch.connect();
        portal.prepare(&prepare_options(), &Silent).unwrap();
        let found = portal.snapshot(&Silent).unwrap();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(EXPECTED, &found).unwrap();
        }
        let expected = std::fs::read_to_string(EXPECTED).unwrap().replace('\r', "");
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
        let (found, expected) = (lines(&found), lines(&expected));
        let odd: Vec<_> = found.symmetric_difference(&expected).collect();
        assert!(odd.is_empty(), "renew with UPDATE_EXPECT=1, then read: {odd:#?}");
    }
}

/// A portal without an audit trail.
const DISABLED: (&str, &str) =
    ("ALTER TABLE academic.students DISABLE TRIGGER audit_insert", "trigger audit_insert of academic.students differs");

/// What somebody did to a portal, and what the check says of it.
const DAMAGE: &[(&str, &str)] = &[
    ("ALTER TABLE academic.students DROP COLUMN nationality", "column nationality of academic.students is missing"),
    ("ALTER TABLE academic.students ALTER full_name DROP NOT NULL", "column full_name of academic.students differs"),
    ("ALTER TABLE academic.students ALTER id DROP DEFAULT", "column id of academic.students differs"),
    ("ALTER TABLE academic.classes ALTER capacity TYPE bigint", "column capacity of academic.classes differs"),
    (
        "ALTER TABLE academic.students DROP CONSTRAINT students_date_order",
        "constraint students_date_order of academic.students is missing",
    ),
    (
        "ALTER TABLE financial.invoices DROP CONSTRAINT invoices_check",
        "constraint invoices_check of financial.invoices is missing",
    ),
    (
        "ALTER TABLE academic.enrollments DROP CONSTRAINT enrollments_student_id_fkey",
        "constraint enrollments_student_id_fkey of academic.enrollments is missing",
    ),
    (
        "ALTER TABLE academic.students DROP CONSTRAINT students_national_id_key",
        "constraint students_national_id_key of academic.students is missing",
    ),
    (
        "ALTER TABLE academic.attendance DROP CONSTRAINT attendance_student_id_fkey, ADD CONSTRAINT
         attendance_student_id_fkey FOREIGN KEY (student_id) REFERENCES academic.students (id) NOT VALID",
        "constraint attendance_student_id_fkey of academic.attendance differs",
    ),
    ("DROP INDEX academic.attendance_class_id_idx", "index attendance_class_id_idx of academic.attendance is missing"),
    ("DROP INDEX auth.users_email_key", "index users_email_key of auth.users is missing"),
    ("DROP TRIGGER audit_update ON academic.students", "trigger audit_update of academic.students is missing"),
    DISABLED,
    (
        "CREATE OR REPLACE FUNCTION audit.log_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
         SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN NULL; END $$",
        "function log_changes() of audit differs",
    ),
    ("ALTER FUNCTION audit.log_changes() SECURITY INVOKER", "function log_changes() of audit differs"),
    ("ALTER TYPE academic.student_status ADD VALUE 'applicant'", "values student_status of academic differs"),
    ("ALTER TABLE academic.students ENABLE ROW LEVEL SECURITY", "table academic.students differs"),
    ("DROP TABLE islamic.hafiz_progress", "table islamic.hafiz_progress is missing"),
];

/// What preparing again puts right.
const MENDED: &[(&str, &str)] = &[
    ("DELETE FROM auth.role_permissions", "role-permissions accountant of auth.role_permissions is missing"),
    (
        "DELETE FROM auth.role_permissions; DELETE FROM auth.roles WHERE code = 'parent'",
        "role parent of auth.roles is missing",
    ),
    (
        "DELETE FROM auth.role_permissions; DELETE FROM auth.permissions WHERE code = 'students:read'",
        "permission students:read of auth.permissions is missing",
    ),
    (
        "REVOKE ALL ON academic.students FROM smart_academy_app",
        "grant academic.students of smart_academy_app is missing",
    ),
    (
        "REVOKE DELETE ON academic.students FROM smart_academy_onboarding",
        "grant academic.students of smart_academy_onboarding differs",
    ),
    ("REVOKE USAGE ON SCHEMA academic FROM smart_academy_app", "grant academic of smart_academy_app is missing"),
];

/// Does one thing after the other to a portal; each must be found, and no push goes into what is left.
fn damage(scratch: &Scratch, portal: &mut Portal, done: &[(&str, &str)]) {
    for (sql, expected) in done {
        scratch.rows(sql);
        let found: Vec<String> = portal.check(&Silent).unwrap().differences.iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|line| line == expected), "{sql}: {found:?}");
    }
    let before = scratch.contents();
    let refused = portal.push(&options(), &mut School::family(), &mut Book::default(), &Silent);
    assert!(matches!(refused, Err(Error::SchemaMismatch(_))), "{refused:?}");
    assert_eq!(scratch.contents(), before, "something was written");
}

#[test]
fn rights_and_roles_that_were_taken_are_found_and_preparing_gives_them_back() {
    let (scratch, mut portal) = Scratch::portal();
    damage(&scratch, &mut portal, MENDED);
    assert!(portal.prepare(&prepare_options(), &Silent).unwrap().created);
    assert_eq!(portal.check(&Silent).unwrap(), Checked::default());
    push(&mut portal, &mut School::family());
}

#[test]
fn one_trigger_that_is_switched_off_stops_a_push_and_no_reading() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = School::family();
    let (report, _) = push(&mut portal, &mut school);
    damage(&scratch, &mut portal, &[DISABLED]);
    let scope = VerifyScope { batch: Some(report.batch), source_system: "legacy".into() };
    assert!(portal.verify(&scope, &mut school, &(), &Silent).unwrap().passed, "what is there can be compared");
}

#[test]
fn what_was_dropped_or_changed_is_found_piece_by_piece() {
    let (scratch, mut portal) = Scratch::portal();
    damage(&scratch, &mut portal, DAMAGE);
}

#[test]
fn what_somebody_added_or_an_administrator_took_from_a_role_stops_no_push() {
    let (scratch, mut portal) = Scratch::portal();
    scratch.rows(
        "CREATE TABLE academic.clubs (id int); ALTER TABLE academic.students ADD COLUMN house text;
         CREATE INDEX ON academic.students (house); GRANT TRUNCATE ON academic.students TO smart_academy_app;
         DELETE FROM auth.role_permissions g USING auth.roles r WHERE r.id = g.role_id AND r.code = 'student'",
    );
    let Checked { differences, notes } = portal.check(&Silent).unwrap();
    assert_eq!(differences, []);
    let notes: Vec<_> = notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes, ["role-permissions student of auth.role_permissions is missing"]);
    push(&mut portal, &mut School::family());
    assert!(!portal.prepare(&prepare_options(), &Silent).unwrap().created, "what was taken away stays away");
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_so() {
    let nowhere = PortalUrl::parse("postgres://a@%2Fno%2Fsuch%2Ffolder/b", None).unwrap();
    assert!(matches!(Portal::connect(nowhere), Err(Error::Unreachable { .. })));
    let scratch = Scratch::new();
    let wrong = scratch.url().to_string().replace(scratch.url().database(), "no_such_database");
    let wrong = PortalUrl::parse(&wrong.replace('/', "%2F").replacen("%2F%2F", "//", 1), None);
    assert!(matches!(wrong, Err(targets::Error::BadUrl { part: "database" })), "an address needs its database");
}
