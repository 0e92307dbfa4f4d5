//! Preparing: once, twice, over something else, over something newer; and what check finds.

use model::Silent;
use targets::{Admin, Error, Portal, PortalUrl, PrepareOptions, SCHEMA_VERSION};

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
    assert_eq!(portal.check(&Silent).unwrap(), [], "the tables fit the descriptors");
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
    assert!(portal.prepare(&options, &Silent).unwrap().admin_created);
    assert!(!portal.prepare(&options, &Silent).unwrap().admin_created, "there already");
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
fn check_names_what_differs() {
    let (scratch, mut portal) = Scratch::portal();
    scratch.rows("ALTER TABLE academic.students DROP COLUMN nationality; ALTER TABLE academic.classes ALTER capacity TYPE bigint");
    let found = portal.check(&Silent).unwrap();
    let lines: Vec<_> = found.iter().map(|d| format!("{}.{} {:?}", d.table, d.column, d.found)).collect();
    assert_eq!(lines, ["academic.students.nationality None", "academic.classes.capacity Some(\"bigint\")"]);
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
