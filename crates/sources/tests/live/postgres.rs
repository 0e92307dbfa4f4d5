//! PostgreSQL.

use model::Silent;
use sources::{Error, TableKind};

use super::support::{Kind, Scratch, codes, open, place, read, read_while, refusal};

#[test]
fn every_kind_of_value_comes_as_the_server_writes_it() {
    let Some(scratch) = Scratch::new(Kind::Postgres) else { return };
    scratch.run(&[
        "CREATE TYPE jantina AS ENUM ('L', 'P')",
        "CREATE DOMAIN umur AS int CHECK (VALUE > 0)",
        "CREATE TABLE murid (id bigint PRIMARY KEY, yuran numeric(10,2), purata real, ganda double precision, aktif bool,
             lahir date, kemas timestamp, jam timestamptz, foto bytea, j jantina, u umur, nota text, kod char(4),
             data jsonb, senarai text[], uid uuid, dua int GENERATED ALWAYS AS (u * 2) STORED)",
        r#"INSERT INTO murid VALUES (9223372036854775807, 12.50, 0.1, 1e300, true, '0044-03-15 BC', '2012-03-01 23:59:59.5',
             '2012-03-01 00:00:00+08', '\x00ff27', 'L', 14, E'Nur ''Aisyah\n\t\\ \\N \\. 😀 نور 王', 'ab', '{"a": 1}',
             ARRAY['x','y z'], '00000000-0000-0000-0000-000000000001')"#,
        "INSERT INTO murid (id, yuran, ganda, aktif, nota, foto) VALUES (-1, 'NaN', '-Infinity', false, '', '')",
        &format!("ALTER DATABASE {} SET TimeZone = 'Asia/Kuala_Lumpur'", scratch.name),
    ]);
    let mut source = scratch.open();
    let rows = read(source.as_mut(), "murid");
    let first = ["n:-1", "t:NaN", "", "t:-Infinity", "b:false", "", "", "", "x:", "", "", "t:", "", "", "", "", ""];
    let expected = [
        vec!["n:9223372036854775807", "n:12.50", "n:0.1", "n:1e+300", "b:true", "t:0044-03-15 BC"],
        vec!["t:2012-03-01 23:59:59.5", "t:2012-03-01 00:00:00+08", "x:00ff27", "t:L", "n:14"],
        vec!["t:Nur 'Aisyah\n\t\\ \\N \\. 😀 نور 王", "t:ab  ", "t:{\"a\": 1}", "t:{x,\"y z\"}"],
        vec!["t:00000000-0000-0000-0000-000000000001", "n:28"],
    ];
    assert_eq!(rows, [first.map(str::to_owned).to_vec(), expected.concat().into_iter().map(str::to_owned).collect()]);
    let probe = source.probe();
    assert_eq!(
        (probe.format, probe.file.as_str()),
        ("postgres", format!("postgres://localhost/{}", scratch.name).as_str())
    );
    assert_eq!((probe.tables[0].rows, codes(probe, "")), (Some(2), vec!["login-may-write"]));
}

#[test]
fn schemas_parts_and_heirs_give_every_row_once() {
    let Some(scratch) = Scratch::new(Kind::Postgres) else { return };
    let long = "n".repeat(63);
    scratch.run(&[
        "CREATE TABLE hadir (hari date, id int) PARTITION BY RANGE (hari)",
        "CREATE TABLE hadir_25 PARTITION OF hadir FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
        "CREATE TABLE hadir_26 PARTITION OF hadir FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        "INSERT INTO hadir VALUES ('2025-05-05', 1), ('2026-05-05', 2)",
        "CREATE TABLE orang (id int)",
        "CREATE TABLE guru () INHERITS (orang)",
        "INSERT INTO orang VALUES (1)",
        "INSERT INTO guru VALUES (2)",
        "CREATE SCHEMA \"select\"",
        &format!("CREATE TABLE \"select\".\"x'; DROP TABLE orang; --\" (\"a\"\"b\" int PRIMARY KEY, \"{long}\" text)"),
        "INSERT INTO \"select\".\"x'; DROP TABLE orang; --\" VALUES (2, 'b'), (1, 'a')",
        "CREATE MATERIALIZED VIEW kira AS SELECT count(*) AS bil FROM hadir",
        "CREATE TABLE kelas (tahun int, nama text, PRIMARY KEY (tahun, nama))",
        "CREATE TABLE murid (id int PRIMARY KEY, tahun int, kelas text, FOREIGN KEY (tahun, kelas) REFERENCES kelas)",
    ]);
    let mut source = scratch.open();
    let names: Vec<_> = source.probe().tables.iter().map(|info| info.name.clone()).collect();
    let odd = "select.x'; DROP TABLE orang; --";
    assert_eq!(names, ["guru", "hadir", "kelas", "kira", "murid", "orang", odd]);
    assert_eq!(read(source.as_mut(), "hadir"), [["t:2025-05-05", "n:1"], ["t:2026-05-05", "n:2"]]);
    assert_eq!(
        (read(source.as_mut(), "orang"), read(source.as_mut(), "guru")),
        (vec![vec!["n:1".to_owned()]], vec![vec!["n:2".to_owned()]])
    );
    assert_eq!(read(source.as_mut(), odd), [["n:1", "t:a"], ["n:2", "t:b"]]);
    assert_eq!(read(source.as_mut(), "kira"), [["n:2"]]);
    let probe = source.probe();
    assert_eq!(probe.tables[place(probe, odd)].headers, ["a\"b", long.as_str()]);
    assert_eq!(probe.tables[place(probe, "kira")].kind, TableKind::View);
    let reference = &probe.tables[place(probe, "murid")].references[0];
    assert_eq!((reference.table.as_str(), reference.columns.join(" ")), ("kelas", "tahun kelas".to_owned()));
    assert_eq!(reference.to_columns, ["tahun", "nama"]);
}

#[test]
fn what_this_login_may_not_see_is_told_and_the_rest_is_read() {
    let Some(scratch) = Scratch::new(Kind::Postgres) else { return };
    let user = &scratch.name;
    scratch.run(&[
        "CREATE TABLE murid (id int PRIMARY KEY)",
        "INSERT INTO murid SELECT generate_series(1, 3)",
        "CREATE TABLE rahsia (id int)",
        "CREATE TABLE sebahagian (id int, milik text)",
        "INSERT INTO sebahagian VALUES (1, 'dia'), (2, 'lain')",
        "ALTER TABLE sebahagian ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY dia ON sebahagian USING (milik = 'dia')",
        "CREATE VIEW bahagi AS SELECT 1 / (id - 2) AS hasil FROM murid",
        &format!("CREATE ROLE {user} LOGIN"),
        &format!("GRANT SELECT ON murid, sebahagian, bahagi TO {user}"),
    ]);
    let mut source = open(&scratch.address_for(user)).unwrap();
    let probe = source.probe();
    assert_eq!(codes(probe, ""), Vec::<&str>::new(), "it may only read");
    assert_eq!((codes(probe, "rahsia"), codes(probe, "sebahagian")), (vec!["no-right"], vec!["rows-filtered"]));
    assert_eq!(codes(probe, "bahagi"), ["table-unreadable"]);
    assert_eq!(read(source.as_mut(), "sebahagian"), [["n:1", "t:dia"]]);
    let error = read_while(source.as_mut(), "bahagi", &Silent, |_| {}).unwrap_err();
    assert!(matches!(&error, Error::ServerRefused { code, .. } if code == "22012"), "division by zero: {error}");
    assert_eq!(read(source.as_mut(), "murid"), [["n:1"], ["n:2"], ["n:3"]], "a refusal ends nothing");
    scratch.run(&[&format!("REVOKE ALL ON murid, sebahagian, bahagi FROM {user}")]);
    assert!(matches!(refusal(&scratch.address_for(user)), Error::NoRight { .. }));
    drop(source);
    scratch.run(&[&format!("DROP OWNED BY {user}"), &format!("DROP ROLE {user}")]);
}

#[test]
fn a_writer_meanwhile_changes_nothing_and_a_killed_connection_is_an_error() {
    let Some(scratch) = Scratch::new(Kind::Postgres) else { return };
    scratch.run(&[
        "CREATE TABLE hadir AS SELECT i AS id, repeat('hadir ', 60) AS catatan FROM generate_series(1, 100000) i",
        "ALTER TABLE hadir ADD PRIMARY KEY (id)",
    ]);
    let mut source = scratch.open();
    let mut written = false;
    let (rows, _) = read_while(source.as_mut(), "hadir", &Silent, |_| {
        if !std::mem::replace(&mut written, true) {
            scratch.run(&["UPDATE hadir SET catatan = 'ubah'", "DELETE FROM hadir WHERE id > 90000"]);
        }
    })
    .unwrap();
    assert_eq!((rows.len(), rows[99_999][0].as_str()), (100_000, "n:100000"));
    assert!(rows.iter().all(|row| row[1].starts_with("t:hadir hadir")), "no row of the writer");
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
         AND pid <> pg_backend_pid()";
    let mut killed = false;
    let result = read_while(source.as_mut(), "hadir", &Silent, |_| {
        if !std::mem::replace(&mut killed, true) {
            scratch.run(&[kill]);
        }
    });
    assert!(matches!(result, Err(Error::ServerLost { .. })), "{:?}", result.map(|(rows, _)| rows.len()));
}

#[test]
fn each_way_not_to_get_in_has_its_own_error() {
    let Some(scratch) = Scratch::new(Kind::Postgres) else { return };
    assert!(matches!(refusal(&scratch.address()), Error::Empty { .. }));
    let other = scratch.address().replace(&scratch.name, "tiada_di_sini");
    assert!(matches!(refusal(&other), Error::NoDatabase { .. }));
    for address in ["postgres://a:b@127.0.0.1:9/c", "postgresql://a:b@tiada.invalid/c", "postgres://a@%2Ftiada/c"] {
        let error = refusal(address);
        assert!(matches!(error, Error::Unreachable { .. }), "{address}: {error}");
    }
    let error = refusal("postgres://a:rahsia@h");
    assert!(matches!(error, Error::BadAddress { part: "database" }) && !format!("{error:?}").contains("rahsia"));
}

#[test]
fn a_dot_in_a_name_makes_no_second_table_of_that_name() {
    let Some(scratch) = Scratch::new(Kind::Postgres) else { return };
    scratch.run(&["CREATE SCHEMA a", "CREATE TABLE a.b AS SELECT 1 AS id", "CREATE TABLE \"a.b\" AS SELECT 2 AS id"]);
    let mut source = scratch.open();
    assert_eq!(
        (read(source.as_mut(), "a.b"), read(source.as_mut(), "public.a.b")),
        (vec![vec!["n:1".to_owned()]], vec![vec!["n:2".to_owned()]])
    );
}
