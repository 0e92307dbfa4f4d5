//! Servers that are not as they should be: each is told in its own words, and nothing is half done.

use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use model::Silent;
use targets::{Error, Portal, PortalUrl};

use crate::school::{Book, School, options, sums};
use crate::server::{Scratch, prepare_options};

fn pushed(portal: &mut Portal) -> Result<String, Error> {
    portal.push(&options(), &mut School::family(), &mut Book::default(), &Silent).map(|report| sums(&report))
}

#[test]
fn a_portal_that_is_not_as_it_should_be_is_told_and_not_written_to() {
    for (sql, code) in [
        ("INSERT INTO migration.schema_version (version) VALUES (99)", "schema-newer"),
        ("DELETE FROM migration.schema_version WHERE version > 5", "schema-older"),
        ("DROP TABLE migration.journal", "schema-mismatch"),
        ("ALTER TABLE academic.students DROP COLUMN gender", "schema-mismatch"),
        ("DROP SCHEMA migration CASCADE", "schema-missing"),
    ] {
        let (scratch, mut portal) = Scratch::portal();
        scratch.rows(sql);
        let before = scratch.contents();
        let error = pushed(&mut portal).unwrap_err();
        assert_eq!((error.code(), error.may_pass(), error.written()), (code, false, false), "{sql}: {error}");
        assert_eq!(scratch.contents(), before, "{sql}");
    }
}

#[test]
fn a_database_that_is_no_portal_is_never_written_to() {
    let scratch = Scratch::new();
    scratch.rows("CREATE SCHEMA auth");
    scratch.rows("CREATE TABLE auth.users AS SELECT 1 AS anything");
    let objects = "SELECT string_agg(oid::regclass::text, ' ' ORDER BY oid) FROM pg_class WHERE relnamespace NOT IN
         (SELECT oid FROM pg_namespace WHERE nspname ~ '^(pg_|information_schema)')";
    let (before, mut portal) = (scratch.value(objects), scratch.connect());
    let error = pushed(&mut portal).unwrap_err();
    assert_eq!(error.code(), "schema-missing");
    let prepared = portal.prepare(&prepare_options(), &Silent);
    assert!(matches!(prepared, Err(Error::NotAPortal { ref schema }) if schema == "auth"), "{prepared:?}");
    assert_eq!(scratch.value(objects), before);
}

#[test]
fn a_server_that_takes_no_changes_says_so() {
    let (scratch, _) = Scratch::portal();
    scratch.rows(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", scratch.url().database()));
    let mut portal = scratch.connect();
    assert!(matches!(pushed(&mut portal), Err(Error::ReadOnly)));
    let mut uploaded = options();
    uploaded.upload.direct_below = 0;
    let error = portal.push(&uploaded, &mut School::family(), &mut Book::default(), &Silent).unwrap_err();
    assert_eq!((error.code(), error.may_pass()), ("read-only", false));
    assert!(matches!(portal.missing_rights(&Silent), Err(Error::ReadOnly)), "the test of the connection too");
}

#[test]
fn an_account_without_rights_is_told_before_anything_is_sent() {
    let (scratch, mut owner) = Scratch::portal();
    let role = format!("r_{}", scratch.url().database());
    scratch.rows(&format!("CREATE ROLE {role} LOGIN"));
    let address = std::env::var("DAFTAR_TEST_PG").unwrap();
    let (server, _) = address.rsplit_once('/').unwrap();
    let url = format!("{}/{}", server.replace("app@", &format!("{role}@")), scratch.url().database());
    let mut portal = Portal::connect(PortalUrl::parse(&url, None).unwrap()).unwrap();
    let error = pushed(&mut portal).unwrap_err();
    assert_eq!((error.code(), error.may_pass()), ("right-missing", false), "{error}");
    let schemas = "auth academic islamic financial communication content analytics audit migration";
    for schema in schemas.split(' ') {
        scratch.rows(&format!("GRANT USAGE ON SCHEMA {schema} TO {role}"));
        scratch.rows(&format!("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"));
    }
    let missing = portal.missing_rights(&Silent).unwrap();
    assert!(missing.iter().any(|table| table == "academic.students"), "reading is not enough: {missing:?}");
    assert_eq!(pushed(&mut portal).unwrap_err().code(), "right-missing");
    assert_eq!(owner.missing_rights(&Silent).unwrap(), Vec::<String>::new());
    drop(portal);
    scratch.rows(&format!("DROP OWNED BY {role}"));
    scratch.rows(&format!("DROP ROLE {role}"));
}

#[test]
fn clocks_that_are_days_apart_stop_a_push() {
    let (scratch, mut portal) = Scratch::portal();
    let server: DateTime<Utc> = sqlx::Row::get(&scratch.rows("SELECT now()")[0], 0);
    for (apart, passes) in [(TimeDelta::days(-3), false), (TimeDelta::days(400), false), (TimeDelta::hours(20), true)] {
        let mut wrong = options();
        wrong.clock = Some(server + apart);
        let pushed = portal.push(&wrong, &mut School::family(), &mut Book::default(), &Silent);
        assert_eq!(pushed.is_ok(), passes, "{apart}");
        assert!(passes || matches!(pushed, Err(Error::ClockWrong { .. })), "{pushed:?}");
    }
}

/// A disk of a few megabytes for one database; only the administrator of a computer can make one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new() -> Option<Self> {
        let dir = tempfile::Builder::new().prefix("daftar-disk-").tempdir_in("/tmp").unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m,mode=777", "tmpfs"]).arg(dir.path()).output();
        mounted.is_ok_and(|done| done.status.success()).then_some(Self(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_server_whose_disk_is_full_says_so_and_keeps_nothing() {
    let Some(disk) = SmallDisk::new() else {
        println!("no small disk can be mounted without being the administrator: not looked at");
        return;
    };
    let (scratch, portal) = Scratch::portal();
    drop(portal);
    let (name, folder) = (scratch.url().database().to_owned(), disk.0.path().join("data"));
    std::fs::create_dir(&folder).unwrap();
    let server = scratch.value("SELECT current_setting('data_directory')");
    let owned = Command::new("chown").arg(format!("--reference={server}")).arg(&folder).status().unwrap();
    assert!(owned.success());
    let address = std::env::var("DAFTAR_TEST_PG").unwrap();
    let on_server = |sql: &str| crate::trouble::on_server(&address, sql);
    on_server(&format!("CREATE TABLESPACE t_{name} LOCATION '{}'", folder.display()));
    on_server(&format!("ALTER DATABASE {name} SET TABLESPACE t_{name}"));
    let mut portal = scratch.connect();
    let before = scratch.contents();
    for direct_below in [u64::MAX, 0] {
        let mut full = options();
        full.upload.direct_below = direct_below;
        let error = portal.push(&full, &mut School::pupils(30_000), &mut Book::default(), &Silent).unwrap_err();
        assert_eq!((error.code(), error.may_pass(), error.written()), ("full", false, false), "{error:?}");
        assert_eq!(scratch.contents(), before);
    }
    let report = portal.push(&options(), &mut School::pupils(5), &mut Book::default(), &Silent).unwrap();
    assert_eq!(sums(&report), "students 5/0/0/0", "a small push still fits: nothing was left behind");
    drop((portal, scratch));
    on_server(&format!("DROP TABLESPACE t_{name}"));
}

fn tls(host: &str, user: &str, query: &str) -> Result<Portal, Error> {
    let at = std::env::var("DAFTAR_TEST_PG_TLS").expect("DAFTAR_TEST_PG_TLS is not set; `scripts/test` sets it");
    let port = at.rsplit(':').next().unwrap();
    Portal::connect(PortalUrl::parse(&format!("postgres://{user}@{host}:{port}/postgres{query}"), None)?)
}

#[test]
fn a_server_with_tls_and_passwords_is_trusted_only_with_its_authority_and_let_in_only_with_the_password() {
    let authority = std::env::var("DAFTAR_TEST_PG_CA").expect("DAFTAR_TEST_PG_CA is not set; `scripts/test` sets it");
    let verified = format!("?sslmode=verify-full&sslrootcert={authority}");
    let login = "app:kata%20laluan";
    let mut portal = tls("localhost", login, &verified).expect("authority, name and password are right");
    let facts = portal.facts(&Silent).unwrap();
    assert!(facts.tls.is_some_and(|version| version.starts_with("TLSv1.")) && facts.local);
    let code = |host, user, query: &str| tls(host, user, query).map(drop).unwrap_err().code();
    assert_eq!(code("127.0.0.1", login, &verified), "unsafe", "the certificate is for another name");
    assert_eq!(code("localhost", login, "?sslmode=verify-full"), "unsafe", "nobody vouches for the certificate");
    assert_eq!(code("localhost", "app:salah", &verified), "auth-failed");
    assert_eq!(code("localhost", "app", &verified), "auth-failed", "no password");
    assert_eq!(code("localhost", login, "?sslmode=disable"), "tls-required", "the server takes no open connection");
    assert_eq!(code("localhost", login, &format!("{verified}.tiada")), "no-root-cert", "it answers, but for us");
    assert!(tls("localhost", login, "?sslmode=require").is_ok(), "where the address says that this is enough");
}

#[test]
fn what_no_waiting_mends_is_not_taken_for_a_server_that_does_not_answer() {
    let (scratch, _) = Scratch::portal();
    let database = scratch.url().database().to_owned();
    let role = format!("r_{database}");
    scratch.rows(&format!("CREATE ROLE {role} LOGIN"));
    let server = std::env::var("DAFTAR_TEST_PG").unwrap().replace("app@", &format!("{role}@"));
    let url = format!("{}/{database}", server.rsplit_once('/').unwrap().0);
    let refused = |sql: &str| {
        scratch.rows(sql);
        let error = Portal::connect(PortalUrl::parse(&url, None).unwrap()).unwrap_err();
        (error.code(), error.may_pass())
    };
    assert_eq!(refused(&format!("ALTER ROLE {role} CONNECTION LIMIT 0")), ("connection-limit", false));
    scratch.rows(&format!("ALTER ROLE {role} CONNECTION LIMIT -1"));
    assert_eq!(refused(&format!("REVOKE CONNECT ON DATABASE {database} FROM PUBLIC")), ("right-missing", false));
    scratch.rows(&format!("DROP ROLE {role}"));
}

#[test]
fn a_portal_is_not_prepared_by_a_wrong_clock() {
    let scratch = Scratch::new();
    let mut portal = scratch.connect();
    let wrong = targets::PrepareOptions { clock: Some(DateTime::<Utc>::UNIX_EPOCH), ..prepare_options() };
    let error = portal.prepare(&wrong, &Silent).unwrap_err();
    assert_eq!((error.code(), error.written()), ("clock-wrong", false));
    let right = targets::PrepareOptions { clock: Some(Utc::now()), ..prepare_options() };
    assert!(portal.prepare(&right, &Silent).unwrap().created, "nothing was there yet");
}

#[test]
fn a_server_that_is_away_says_so_and_may_come_back() {
    let error = Portal::connect(PortalUrl::parse("postgres://a@127.0.0.1:1/b", None).unwrap()).unwrap_err();
    assert_eq!((error.code(), error.may_pass()), ("unreachable", true));
    let url = format!("{}/tiada_di_sini", std::env::var("DAFTAR_TEST_PG").unwrap().rsplit_once('/').unwrap().0);
    let error = Portal::connect(PortalUrl::parse(&url, None).unwrap()).unwrap_err();
    assert_eq!((error.code(), error.may_pass()), ("no-database", false));
    let odd = url.replace("tiada_di_sini", "'; DROP%20TABLE%20\"x\u{202e}%F0%9F%98%80");
    let error = Portal::connect(PortalUrl::parse(&odd, None).unwrap()).unwrap_err();
    assert_eq!(error.code(), "no-database", "an odd name is a name");
}
