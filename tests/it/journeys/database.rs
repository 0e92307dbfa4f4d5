//! A school in the tables of a database, whose rows name each other by numbers: from the file to the portal's rows.

use anyhow::{Context as _, Result};
use serde_json::Value;
use staging::change_log::{OriginBinding, story};
use testkit::cli::{Cli, PASSPHRASE};

use crate::kit::{list, number, prepared_portal, text, yes};

/// Six pupils, two classes, four guardians. Budi's class is in no table. Row 2 of the guardians is called with zeros,
/// and no number of a row is anything else of anybody.
const SCHOOL: &str = "
CREATE TABLE tblMuridPenjaga (MuridID INTEGER NOT NULL, PenjagaID VARCHAR(8), Hubungan VARCHAR(20),
  PRIMARY KEY (MuridID, PenjagaID),
  FOREIGN KEY (MuridID) REFERENCES tblMurid (ID), FOREIGN KEY (PenjagaID) REFERENCES tblPenjaga (ID));
CREATE TABLE tblMurid (ID INTEGER PRIMARY KEY, Nama VARCHAR(80), NoKP VARCHAR(14), NoDaftar VARCHAR(10),
  TarikhLahir VARCHAR(10), Jantina VARCHAR(1), Status VARCHAR(10), KelasID INTEGER, BapaID INTEGER, IbuID INTEGER,
  FOREIGN KEY (KelasID) REFERENCES tblKelas (ID), FOREIGN KEY (BapaID) REFERENCES tblPenjaga (ID),
  FOREIGN KEY (IbuID) REFERENCES tblPenjaga (ID));
CREATE TABLE tblKelas (ID INTEGER PRIMARY KEY, NamaKelas VARCHAR(20), Tingkatan VARCHAR(20));
CREATE TABLE tblPenjaga (ID INTEGER PRIMARY KEY, Nama VARCHAR(80), NoKP VARCHAR(14), NoTelefon VARCHAR(20));
INSERT INTO tblKelas VALUES (12, '4 Bestari', 'Tahun 4'), (11, '5 Amanah', 'Tahun 5');
INSERT INTO tblPenjaga VALUES (4, 'DEVI A/P CONTOH', '730404105554', '+60123456704'),
  (2, 'SITI BINTI CONTOH', '720202105552', '+60123456702'), (3, 'LIM REKAAN', '710303105553', '+60123456703'),
  (1, 'AHMAD BIN REKAAN', '700101105551', '+60123456701');
INSERT INTO tblMurid VALUES
  (6, 'MEI LING REKAAN', '160912101236', 'D006', '2016-09-12', 'P', 'Aktif', 11, NULL, NULL),
  (1, 'AIMAN BIN AHMAD', '150412101231', 'D001', '2015-04-12', 'L', 'Aktif', 11, 1, 2),
  (2, 'AINA BINTI AHMAD', '160512101232', 'D002', '2016-05-12', 'P', 'Aktif', 12, 1, 2),
  (3, 'LIM WEI JIE', '150612101233', 'D003', '2015-06-12', 'L', 'Aktif', 11, 3, NULL),
  (4, 'KAVITHA A/P RAJAN', '160712101234', 'D004', '2016-07-12', 'P', 'Aktif', 12, NULL, NULL),
  (5, 'BUDI BIN REKAAN', '150812101235', 'D005', '2015-08-12', 'L', 'Aktif', 99, NULL, NULL);
INSERT INTO tblMuridPenjaga VALUES (4, '4', 'Ibu'), (5, '003', 'Penjaga'), (6, '002', 'Penjaga');
";

const PLACES: &str = "AIMAN BIN AHMAD|5 Amanah
AINA BINTI AHMAD|4 Bestari
KAVITHA A/P RAJAN|4 Bestari
LIM WEI JIE|5 Amanah
MEI LING REKAAN|5 Amanah";

const FAMILIES: &str = "AIMAN BIN AHMAD|AHMAD BIN REKAAN|father
AIMAN BIN AHMAD|SITI BINTI CONTOH|mother
AINA BINTI AHMAD|AHMAD BIN REKAAN|father
AINA BINTI AHMAD|SITI BINTI CONTOH|mother
BUDI BIN REKAAN|LIM REKAAN|guardian
KAVITHA A/P RAJAN|DEVI A/P CONTOH|mother
LIM WEI JIE|LIM REKAAN|father
MEI LING REKAAN|SITI BINTI CONTOH|guardian";

#[test]
fn a_database_file_links_its_rows_as_it_declares() -> Result<()> {
    let dir = testkit::scratch()?;
    let file = rusqlite::Connection::open(dir.path().join("sekolah.sqlite"))?;
    // A school's old file was never held to what it declares.
    file.pragma_update(None, "foreign_keys", false)?;
    file.execute_batch(SCHOOL)?;
    file.close().map_err(|(_, error)| error)?;
    journey(&dir, "sekolah.sqlite")
}

#[test]
fn a_dump_links_its_rows_as_it_declares() -> Result<()> {
    let dir = testkit::scratch()?;
    fs_err::write(dir.path().join("sekolah.sql"), SCHOOL)?;
    journey(&dir, "sekolah.sql")
}

fn journey(dir: &tempfile::TempDir, file: &str) -> Result<()> {
    let cli = Cli::new(dir.path())?.with("DAFTAR_PROJECT", dir.path().join("sekolah.daftar"));
    cli.json(0, &["new", "sekolah.daftar", "--school", "Sekolah Rendah Agama Ujian", "--code", "UJI0002"])?;
    proposes(&cli, file)?;
    let imported = cli.json(0, &["import", file])?;
    let made = |table: &str, entity: &str| -> Result<u64> {
        let table = list(&imported, "/tables").iter().find(|one| one["name"] == table).context("a table")?;
        Ok(number(table, &format!("/entities/{entity}/records")))
    };
    assert_eq!((made("tblMurid", "enrollments")?, made("tblMurid", "student_guardians")?), (6, 5));
    assert_eq!(made("tblMuridPenjaga", "student_guardians")?, 3);
    assert_links(dir)?;
    assert!(
        number(&cli.run(&["cleanse", "--apply", "safe", "--json"])?.json()?, "/applied") > 0,
        "codes are put right"
    );
    cli.json(0, &["undo"])?;
    cli.json(0, &["redo"])?;
    assert_links(dir)?;
    only_the_orphan_is_found(&cli)?;
    arrives(&cli)
}

/// The columns are proposed for what they lead to, and say why.
fn proposes(cli: &Cli, file: &str) -> Result<()> {
    let seen = cli.json(0, &["inspect", file, "--lang", "en"])?;
    let column = |table: &str, name: &str| -> Result<Value> {
        let table = list(&seen, "/tables").iter().find(|one| one["name"] == table).context("a table")?;
        list(table, "/columns").iter().find(|one| one["name"] == name).cloned().context("a column")
    };
    for (table, name, field) in [
        ("tblMurid", "KelasID", "enrollments.class"),
        ("tblMurid", "BapaID", "student_guardians.guardian"),
        ("tblMurid", "IbuID", "student_guardians#2.guardian"),
        ("tblMuridPenjaga", "MuridID", "student_guardians.student"),
        ("tblMuridPenjaga", "PenjagaID", "student_guardians.guardian"),
    ] {
        assert_eq!(text(&column(table, name)?, "/field"), field, "{table}.{name}");
    }
    let reason = text(&column("tblMurid", "KelasID")?, "/reason");
    assert_eq!(reason, "The database itself says that \"KelasID\" leads to \"tblKelas\", so it is class");
    let key = column("tblMurid", "ID")?;
    assert!(key["field"].is_null(), "a row number is nobody's number: {key}");
    assert_eq!(text(&key, "/reason"), "\"ID\" is the database's own row number and says nothing about a person");
    Ok(())
}

/// The staged records lead to each other, and a value's story still tells what the source wrote.
fn assert_links(dir: &tempfile::TempDir) -> Result<()> {
    let path = dir.path().join("sekolah.daftar");
    let project = staging::Project::open_as_creator(&path, PASSPHRASE, chrono::Utc::now())?;
    let conn = project.connection();
    let lines = |sql: &str| -> Result<String> {
        let mut statement = conn.prepare(sql)?;
        let lines = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        Ok(lines.join("\n"))
    };
    let places = "SELECT s.full_name || '|' || c.name FROM rec_enrollments e JOIN rec_students s ON s.id = e.student_id
        JOIN rec_classes c ON c.id = e.class_id ORDER BY 1";
    assert_eq!(lines(places)?, PLACES, "places in classes");
    let families = "SELECT s.full_name || '|' || g.full_name FROM rec_student_guardians l
        JOIN rec_students s ON s.id = l.student_id JOIN rec_guardians g ON g.id = l.guardian_id ORDER BY 1";
    let named: Vec<&str> = FAMILIES.lines().filter_map(|line| Some(line.rsplit_once('|')?.0)).collect();
    assert_eq!(lines(families)?, named.join("\n"), "families");
    let open = "SELECT coalesce(class, '') FROM rec_enrollments WHERE class_id IS NULL";
    assert_eq!(lines(open)?, "99", "the class that is in no table");
    let aiman = "SELECT e.id FROM rec_enrollments e JOIN rec_students s ON s.id = e.student_id
        WHERE s.full_name = 'AIMAN BIN AHMAD'";
    let told = story(conn, "enrollments", conn.query_row(aiman, [], |row| row.get(0))?, "class")?;
    assert_eq!((told.origin.location.table.as_str(), told.origin.location.column.as_str()), ("tblMurid", "KelasID"));
    let OriginBinding::Column(7, cell) = told.origin.binding else { anyhow::bail!("not from its column: {told:?}") };
    assert_eq!(cell.text, "11", "the number that the source wrote");
    Ok(())
}

fn only_the_orphan_is_found(cli: &Cli) -> Result<()> {
    let report = cli.json(1, &["validate"])?;
    let checks = list(&report, "/sections").iter().flat_map(|section| list(section, "/checks"));
    let critical = checks.filter(|check| check["severity"] == "critical" && number(check, "/count") > 0);
    let found: Vec<String> = critical
        .flat_map(|check| list(check, "/details"))
        .map(|detail| format!("{} {} {}", text(detail, "/table"), text(detail, "/column"), text(detail, "/value")))
        .collect();
    assert_eq!(found, ["tblMurid KelasID 99"]);
    Ok(())
}

/// The portal has every place and every family by name, and verifies.
fn arrives(cli: &Cli) -> Result<()> {
    let portal = prepared_portal(cli)?;
    let cli = cli.with("DAFTAR_PORTAL_URL", portal.url());
    let push = cli.json(0, &["push", "--accept", "reference=kelas Budi disemak semula"])?;
    assert_eq!(text(&push, "/state"), "applied");
    let rejected: u64 = list(&push, "/entities").iter().map(|entity| number(entity, "/rejected")).sum();
    assert_eq!(rejected, 0, "the portal takes all of it: {push}");
    let places = portal.sql(
        "select s.full_name, c.name from academic.enrollments e join academic.students s on s.id = e.student_id
         join academic.classes c on c.id = e.class_id order by s.full_name collate \"C\"",
    )?;
    assert_eq!(places, PLACES);
    let families = portal.sql(
        "select s.full_name, g.full_name, l.relationship from academic.student_guardians l
         join academic.students s on s.id = l.student_id join academic.guardians g on g.id = l.guardian_id
         order by s.full_name collate \"C\", g.full_name collate \"C\"",
    )?;
    assert_eq!(families, FAMILIES);
    assert!(yes(&cli.json(0, &["verify"])?, "/passed"), "and every value is there");
    Ok(())
}
