//! MySQL and MariaDB.

use model::{Silent, Watch};
use sources::{Error, Options, TableKind};

use super::support::{Kind, Scratch, cells, codes, open, open_with, place, read, read_while, refusal};

/// Rows of a table that no buffer between server and reader holds whole.
const MANY: &str = "CREATE TABLE hadir (id INT PRIMARY KEY, catatan VARCHAR(400)) \
     SELECT seq AS id, REPEAT('hadir ', 60) AS catatan FROM seq_1_to_100000";

#[test]
fn every_kind_of_value_comes_as_the_server_writes_it() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    scratch.run(&[
        "SET sql_mode = ''",
        "CREATE TABLE murid (id INT(10) UNSIGNED ZEROFILL PRIMARY KEY, tahun INT(3) ZEROFILL, yuran DECIMAL(10,2), \
             lahir DATE, kemas DATETIME, masa TIME, aktif BIT(1), kod BIT(12), foto BLOB, cap BINARY(3), \
             jantina ENUM('L','P'), kumpulan SET('a','b'), nota TEXT, data JSON, lulus YEAR, purata DOUBLE, \
             ganda DECIMAL(10,2) AS (yuran * 2) STORED, nama VARCHAR(40) CHARACTER SET latin1)",
        r#"INSERT INTO murid (id, tahun, yuran, lahir, kemas, masa, aktif, kod, foto, cap, jantina, kumpulan, nota, data,
             lulus, purata, nama) VALUES
             (1914, 25, 12.50, '0000-00-00', '2012-00-10 00:00:00', '-01:02:03', b'1', b'100000000001',
              x'00ff2700', x'01', 'L', 'a,b', 'Nur ''Aisyah\n\t\\ \0 😀 نور 王', '{"a": 1}', 2012, 0.1, 'José'),
             (4294967295, 0, -0.05, '2012-03-01', '2012-03-01 23:59:59', '838:59:59', b'0', 0, '', '', '?', '', '', NULL,
              1901, 1e300, NULL)"#,
    ]);
    let mut source = scratch.open();
    let expected = [
        vec!["n:0000001914", "n:025", "n:12.50", "t:0000-00-00", "t:2012-00-10 00:00:00", "t:-01:02:03", "n:1"],
        vec!["n:2049", "x:00ff2700", "x:010000", "t:L", "t:a,b", "t:Nur 'Aisyah\n\t\\ \0 😀 نور 王", "t:{\"a\": 1}"],
        vec!["n:2012", "n:0.1", "n:25.00", "t:José"],
        vec!["n:4294967295", "n:000", "n:-0.05", "t:2012-03-01", "t:2012-03-01 23:59:59", "t:838:59:59", "n:0"],
        vec!["n:0", "x:", "x:000000", "t:", "t:", "t:", "", "n:1901", "n:1e300", "n:-0.10", ""],
    ];
    let (rows, summary) = read_while(source.as_mut(), "murid", &Silent, |_| {}).unwrap();
    assert_eq!(rows, [expected[..3].concat(), expected[3..].concat()]);
    let notes: Vec<_> = summary.notes.iter().map(|note| (note.code, note.row, note.column)).collect();
    assert_eq!(notes, [("zero-dates", Some(1), Some(4))], "two of them, the first in row 1");
    let probe = source.probe();
    let info = &probe.tables[0];
    assert_eq!((info.rows, info.headers[16].as_str(), info.primary_key[0].as_str()), (Some(2), "ganda", "id"));
    assert_eq!(cells(&info.sample), rows, "the sample of a small table is the table");
    assert_eq!((probe.format, probe.sha256.as_str(), probe.bytes), ("mysql", "", 0));
    assert_eq!(probe.file, format!("mysql://localhost/{}", scratch.name), "no user and no password");
}

#[test]
fn single_precision_keeps_the_digits_that_the_server_does_not_print() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    scratch.run(&[
        "CREATE TABLE markah (id INT PRIMARY KEY, a FLOAT, b FLOAT(10,2))",
        "INSERT INTO markah VALUES (1, 1234567, 1234567.25), (2, 0.1, 0.1), (3, NULL, 16777216), (4, -3.4e38, 0)",
    ]);
    let rows = read(scratch.open().as_mut(), "markah");
    let column: Vec<_> = rows.iter().map(|row| (row[1].as_str(), row[2].as_str())).collect();
    let smallest = format!("n:-34{}", "0".repeat(37));
    let expected =
        [("n:1234567", "n:1234567.25"), ("n:0.1", "n:0.10"), ("", "n:16777216.00"), (smallest.as_str(), "n:0.00")];
    assert_eq!(column, expected);
}

#[test]
fn a_first_value_of_sixteen_megabytes_does_not_end_the_table() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    scratch.run(&[
        "CREATE TABLE fail (isi LONGBLOB, nama VARCHAR(9))",
        "INSERT INTO fail VALUES ('a', 'satu'), (REPEAT('x', 17000000), 'dua'), ('b', 'tiga')",
    ]);
    let mut source = scratch.open();
    let rows = read(source.as_mut(), "fail");
    let short: Vec<_> = rows.iter().map(|row| (row[0].len(), row[1].as_str())).collect();
    assert_eq!(short, [(4, "t:satu"), (34_000_002, "t:dua"), (4, "t:tiga")]);
    assert_eq!(read(source.as_mut(), "fail").len(), 3, "and the connection is still in step");
}

#[test]
fn names_are_never_taken_for_sql() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    let long = "n".repeat(64);
    let names = ["select", "a`b", "x'; DROP TABLE murid; --", "名前 نام", "a.b", " ruang", "%s{}", "1", long.as_str()];
    let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
    for name in names {
        let (table, other) = (quoted(name), quoted(&names.concat()[..60]));
        scratch.run(&[
            &format!("CREATE TABLE {table} ({table} VARCHAR(20) PRIMARY KEY, {other} INT)"),
            &format!("INSERT INTO {table} VALUES ('z', 1), ('a', 2)"),
        ]);
    }
    let mut source = scratch.open();
    for name in names {
        assert_eq!(read(source.as_mut(), name), [["t:a", "n:2"], ["t:z", "n:1"]], "{name:?}, by its key");
        let info = &source.probe().tables[place(source.probe(), name)];
        assert_eq!(info.headers[0], name);
        assert_eq!(info.primary_key, [name]);
    }
    assert_eq!(source.probe().tables.len(), names.len(), "none was dropped");
}

#[test]
fn keys_views_and_what_cannot_be_read_are_told() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    scratch.run(&[
        "CREATE TABLE kelas (tahun INT, nama VARCHAR(9), PRIMARY KEY (tahun, nama))",
        "CREATE TABLE murid (id INT PRIMARY KEY, tahun INT, kelas VARCHAR(9), \
             FOREIGN KEY (tahun, kelas) REFERENCES kelas (tahun, nama))",
        "CREATE TABLE lama (id INT) ENGINE=MyISAM",
        "INSERT INTO kelas VALUES (4, 'Bestari')",
        "CREATE VIEW senarai AS SELECT CONCAT(tahun, ' ', nama) AS kelas FROM kelas",
        "CREATE DEFINER = tiada@localhost VIEW yatim AS SELECT * FROM kelas",
        "CREATE TABLE sementara (id INT)",
        "CREATE VIEW rosak AS SELECT * FROM sementara",
        "DROP TABLE sementara",
    ]);
    let mut source = scratch.open();
    assert_eq!(read(source.as_mut(), "senarai"), [["t:4 Bestari"]]);
    let probe = source.probe();
    let murid = &probe.tables[place(probe, "murid")];
    assert_eq!(murid.references.len(), 1);
    let reference = &murid.references[0];
    assert_eq!((reference.table.as_str(), reference.columns.join(" ")), ("kelas", "tahun kelas".to_owned()));
    assert_eq!(reference.to_columns, ["tahun", "nama"]);
    assert_eq!(probe.tables[place(probe, "kelas")].primary_key, ["tahun", "nama"]);
    let view = &probe.tables[place(probe, "senarai")];
    assert_eq!((view.kind, view.rows), (TableKind::View, Some(1)));
    assert_eq!(codes(probe, "lama"), ["no-rows", "outside-snapshot"]);
    assert_eq!((codes(probe, "yatim"), codes(probe, "rosak")), (vec!["table-unreadable"], vec!["table-unreadable"]));
    assert_eq!(codes(probe, ""), ["login-may-write"]);
    let error = read_while(source.as_mut(), "yatim", &Silent, |_| {}).unwrap_err();
    assert!(matches!(&error, Error::ServerRefused { table, .. } if table == "yatim"), "{error}");
    assert_eq!(read(source.as_mut(), "kelas"), [["n:4", "t:Bestari"]], "a refused view ends nothing");
}

#[test]
fn a_writer_meanwhile_changes_nothing_of_what_is_read() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    scratch.run(&[
        MANY,
        "CREATE TABLE murid (id INT PRIMARY KEY, nama VARCHAR(9))",
        "INSERT INTO murid VALUES (1, 'Aini')",
    ]);
    let mut source = scratch.open();
    let mut written = false;
    let (rows, _) = read_while(source.as_mut(), "hadir", &Silent, |_| {
        if !std::mem::replace(&mut written, true) {
            scratch.run(&[
                "UPDATE hadir SET catatan = 'ubah'",
                "DELETE FROM hadir WHERE id > 99000",
                "INSERT INTO hadir VALUES (0, 'baru')",
                "UPDATE murid SET nama = 'Budi'",
            ]);
        }
    })
    .unwrap();
    assert_eq!((rows.len(), rows[0][0].as_str(), rows[99_999][0].as_str()), (100_000, "n:1", "n:100000"));
    assert!(rows.iter().all(|row| row[1].starts_with("t:hadir hadir")), "no row of the writer");
    assert_eq!(read(source.as_mut(), "murid"), [["n:1", "t:Aini"]], "a table read later shows the same moment");
    assert_eq!(read(scratch.open().as_mut(), "murid"), [["n:1", "t:Budi"]], "a source opened later shows the new one");
}

#[test]
fn a_login_that_may_only_read_is_enough_and_its_password_is_asked_for() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    let user = &scratch.name;
    scratch.run(&[
        "CREATE TABLE kelas (id INT PRIMARY KEY)",
        "CREATE TABLE murid (id INT PRIMARY KEY, kelas INT, FOREIGN KEY (kelas) REFERENCES kelas (id))",
        "CREATE TABLE rahsia (id INT)",
        "INSERT INTO kelas VALUES (7)",
        &format!("CREATE USER {user}@localhost IDENTIFIED BY 'k@ta: laluan'"),
        &format!("GRANT SELECT ON kelas TO {user}@localhost"),
        &format!("GRANT SELECT ON murid TO {user}@localhost"),
        &format!("GRANT INSERT ON rahsia TO {user}@localhost"),
    ]);
    let address = scratch.address_for(user);
    assert!(matches!(refusal(&address), Error::PasswordNeeded { .. }));
    let wrong = open_with(&address, "salah").err().unwrap();
    assert!(matches!(wrong, Error::WrongPassword { .. }));
    let shown = format!("{wrong} {wrong:?} {:?}", wrong.message());
    assert!(!shown.contains("salah") && !shown.contains(&format!("{user}@")), "{shown}");
    let mut source = open_with(&address, "k@ta: laluan").unwrap();
    assert_eq!(read(source.as_mut(), "kelas"), [["n:7"]]);
    let probe = source.probe();
    assert_eq!(codes(probe, "rahsia"), ["no-right"]);
    let murid = &probe.tables[place(probe, "murid")];
    assert_eq!((murid.primary_key.as_slice(), murid.references.len()), (&["id".to_owned()][..], 1));
    assert_eq!(codes(probe, ""), ["login-may-write"], "it may add to one table");
    scratch.run(&[&format!("REVOKE INSERT ON rahsia FROM {user}@localhost")]);
    let address = scratch.address_for(&format!("{user}:k%40ta%3A%20laluan"));
    let source = open(&address).unwrap();
    assert_eq!(codes(source.probe(), ""), Vec::<&str>::new(), "now it may only read");
    assert_eq!(source.probe().tables.len(), 2);
    assert!(!format!("{:?}", source.probe()).contains("laluan"), "the password shows nowhere");
    scratch.run(&[&format!("DROP USER {user}@localhost")]);
}

#[test]
fn each_way_not_to_get_in_has_its_own_error() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    let file = |error: Error| format!("{}: {error}", error.code());
    let other = scratch.address().replace(&scratch.name, "tiada_di_sini");
    assert!(matches!(refusal(&other), Error::NoDatabase { .. }));
    assert!(matches!(refusal(&scratch.address()), Error::Empty { .. }), "no table at all");
    let user = &scratch.name;
    scratch.run(&[&format!("CREATE USER {user}@localhost")]);
    assert!(matches!(refusal(&scratch.address_for(user)), Error::NoRight { .. }));
    scratch.run(&[&format!("DROP USER {user}@localhost")]);
    for address in ["mysql://a:b@127.0.0.1:9/c", "mysql://a:b@tiada.invalid/c", "mysql://a@localhost/c?socket=/tiada"] {
        let error = refusal(address);
        assert!(matches!(error, Error::Unreachable { .. }), "{address}: {}", file(error));
    }
}

#[test]
fn a_connection_that_is_killed_is_an_error_and_so_is_every_read_behind_it() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    scratch.run(&[MANY]);
    let mut source = scratch.open();
    let kill = format!(
        "BEGIN NOT ATOMIC FOR p IN (SELECT id FROM information_schema.processlist \
             WHERE db = '{}' AND id <> CONNECTION_ID()) DO EXECUTE IMMEDIATE CONCAT('KILL ', p.id); END FOR; END",
        scratch.name
    );
    let mut killed = false;
    let result = read_while(source.as_mut(), "hadir", &Silent, |_| {
        if !std::mem::replace(&mut killed, true) {
            scratch.run(&[&kill]);
        }
    });
    let error = result.unwrap_err();
    assert!(matches!(error, Error::ServerLost { .. }), "{error}");
    let error = read_while(source.as_mut(), "hadir", &Silent, |_| {}).unwrap_err();
    assert!(matches!(error, Error::ServerLost { .. }), "another connection would see another moment: {error}");
}

/// Stops as soon as it is asked.
struct Stopped;

impl Watch for Stopped {
    fn progress(&self, _done: u64, _total: Option<u64>) {}

    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_person_can_stop() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    scratch.run(&[MANY]);
    let mut source = scratch.open();
    let error = read_while(source.as_mut(), "hadir", &Stopped, |_| {}).unwrap_err();
    assert!(matches!(error, Error::Cancelled(_)), "{error}");
}

#[test]
fn a_server_must_prove_itself_where_the_address_says_so() {
    let Some(scratch) = Scratch::new(Kind::MySql) else { return };
    let authority = std::env::var("DAFTAR_TEST_MYSQL_CA").expect("set beside DAFTAR_TEST_MYSQL");
    scratch.run(&["CREATE TABLE murid (id INT PRIMARY KEY)", "INSERT INTO murid VALUES (1)"]);
    let with = |more: &str| format!("{}&{more}", scratch.address());
    for more in [
        "ssl-mode=disabled".to_owned(),
        "ssl-mode=REQUIRED".to_owned(),
        format!("ssl-mode=VERIFY_CA&ssl-ca={authority}"),
        format!("ssl-mode=verify_identity&ssl-ca={authority}"),
    ] {
        assert_eq!(read(open(&with(&more)).unwrap().as_mut(), "murid"), [["n:1"]], "{more}");
    }
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.pem");
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Another", "-keyout"])
        .arg(folder.path().join("other.key"))
        .arg("-out")
        .arg(&other)
        .output()
        .unwrap();
    assert!(made.status.success(), "openssl makes a certificate");
    let strange = format!("ssl-mode=verify_ca&ssl-ca={}", other.display());
    for more in [strange.as_str(), "ssl-mode=verify_ca"] {
        let error = refusal(&with(more));
        assert!(matches!(error, Error::Insecure { .. }), "{more}: {error}");
    }
    let error = refusal(&with("ssl-mode=verify_ca&ssl-ca=/tiada/ca.pem"));
    assert!(matches!(&error, Error::Vanished { file } if file == "ca.pem"), "{error}");
    let user = &scratch.name;
    scratch.run(&[
        &format!("CREATE USER {user}@localhost REQUIRE SSL"),
        &format!("GRANT SELECT ON {user}.* TO {user}@localhost"),
    ]);
    let address = scratch.address_for(user);
    assert_eq!(read(open(&address).unwrap().as_mut(), "murid"), [["n:1"]], "it is encrypted without being asked");
    assert!(sources::open_address(&format!("{address}&ssl-mode=disabled"), &Options::default()).is_err());
    scratch.run(&[&format!("DROP USER {user}@localhost")]);
}
