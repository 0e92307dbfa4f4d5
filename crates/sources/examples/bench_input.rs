//! Makes the large files that `scripts/bench` measures with: payments of made-up people, under headers that say
//! nothing, so that an import lands them and makes nothing of them.
//! Usage: `bench_input xlsx|accdb|sql ROWS FILE`

#![allow(clippy::expect_used, reason = "the maker of small Access files is one of the tests")]

#[allow(dead_code, reason = "the tests need more of it")]
#[path = "../src/tests/access/build.rs"]
mod build;

use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::Path;

use build::{ACCESS_2010, Build, Stored, column, double, in_row, long, pointer, utf16};
use jetdb::ColumnType;
use rust_xlsxwriter::{Format, Workbook};

/// Headers of a database; a workbook has the first ten.
const COLUMNS: [&str; 13] = ["K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10", "K11", "K12", "K13"];

/// 1 January 2020, as Excel and Access count days.
const FIRST_DAY: f64 = 43_831.0;

const KINDS: [&str; 6] = ["Yuran pendaftaran", "Yuran asrama", "Buku teks", "Pakaian", "Lawatan", "Derma kecil"];
const BRANCHES: [&str; 5] = ["Kajang", "Shah Alam", "Kota Bharu", "Alor Setar", "Batu Pahat"];
const WAYS: [&str; 3] = ["tunai", "pindahan", "kad"];
const NAMES: [&str; 7] = ["Aminah", "Bala", "Chong", "Devi", "Farid", "Nur ‘Ain", "陳小明"];

/// A made-up payment.
struct Payment {
    number: u32,
    reference: String,
    days: u32,
    about: String,
    group: String,
    cents: u32,
    balance: u32,
    branch: &'static str,
    way: &'static str,
    remark: &'static str,
}

impl Payment {
    fn new(number: u32) -> Self {
        // Spread over all values without being in their order.
        let mixed = number.wrapping_mul(2_654_435_761) >> 8;
        let pick = |from: &[&'static str], by: u32| from[(mixed / by) as usize % from.len()];
        Self {
            number,
            reference: format!("RJ-{:04x}-{number:07}", mixed & 0xffff),
            days: mixed % 2_000,
            about: format!("{}: {} anak Rekaan", pick(&KINDS, 1), pick(&NAMES, 7)),
            group: format!("{} {}", mixed % 6 + 1, pick(&BRANCHES, 11)),
            cents: mixed % 500_000,
            balance: mixed / 3 % 90_000,
            branch: pick(&BRANCHES, 13),
            way: pick(&WAYS, 17),
            remark: if mixed.is_multiple_of(4) { "disemak 2 kali, 1 salinan" } else { "" },
        }
    }

    fn details(&self) -> String {
        let Self { about, branch, number, .. } = self;
        format!("{about}; dibayar di kaunter {} cawangan {branch}, it's \"resit\" no. {number}", number % 9 + 1)
    }
}

fn ringgit(cents: u32) -> f64 {
    f64::from(cents) / 100.0
}

fn workbook(rows: u32, path: &Path) -> Result<(), Box<dyn Error>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_low_memory()?;
    sheet.set_name("Bayaran")?;
    let date = Format::new().set_num_format("dd/mm/yyyy");
    for (at, name) in (0..).zip(&COLUMNS[..10]) {
        sheet.write(0, at, *name)?;
    }
    for row in 1..=rows {
        let payment = Payment::new(row);
        sheet.write(row, 0, row)?;
        sheet.write(row, 1, &payment.reference)?;
        sheet.write_with_format(row, 2, FIRST_DAY + f64::from(payment.days), &date)?;
        sheet.write(row, 3, &payment.about)?;
        sheet.write(row, 4, &payment.group)?;
        sheet.write(row, 5, ringgit(payment.cents))?;
        sheet.write(row, 6, ringgit(payment.balance))?;
        sheet.write(row, 7, payment.branch)?;
        sheet.write(row, 8, payment.way)?;
        sheet.write(row, 9, if payment.remark.is_empty() { "-" } else { payment.remark })?;
    }
    book.save(path)?;
    Ok(())
}

fn access(rows: u32, path: &Path) -> Result<(), Box<dyn Error>> {
    use ColumnType::{Boolean, Double, Long, Memo, Money, Text, Timestamp};
    let kinds = [Long, Text, Timestamp, Text, Text, Money, Double, Text, Text, Text, Boolean, Long, Memo];
    let columns = COLUMNS.iter().zip(kinds).map(|(name, kind)| column(name, kind)).collect();
    let mut file = Build::new(ACCESS_2010);
    let table = file.table("Bayaran", true, columns);
    let mut memos = Memos { page: None };
    for row in 1..=rows {
        let payment = Payment::new(row);
        let text = |text: &str| if text.is_empty() { None } else { utf16(text) };
        let values = [
            long(payment.number.cast_signed()),
            text(&payment.reference),
            double(FIRST_DAY + f64::from(payment.days) + f64::from(row % 24) / 24.0),
            text(&payment.about),
            text(&payment.group),
            // Money counts in parts of ten thousand.
            Some((i64::from(payment.cents) * 100).to_le_bytes().to_vec()),
            double(ringgit(payment.balance)),
            text(payment.branch),
            text(payment.way),
            text(payment.remark),
            (row % 3 > 0).then(Vec::new),
            long((row % 12).cast_signed()),
            memos.keep(&mut file, &utf16(&payment.details()).unwrap_or_default()),
        ];
        file.row(table, &values);
    }
    fs_err::write(path, file.finish())?;
    Ok(())
}

/// Keeps long texts as Access does: short ones in their row, the others on pages that they share.
struct Memos {
    page: Option<u32>,
}

impl Memos {
    /// Bytes of a text that still lie in the row.
    const IN_ROW: usize = 64;

    fn keep(&mut self, file: &mut Build, bytes: &[u8]) -> Stored {
        if bytes.len() <= Self::IN_ROW {
            return in_row(bytes);
        }
        let Some(place) = self.page.and_then(|page| file.put(page, bytes)) else {
            let (stored, places) = file.long_value(bytes, None);
            self.page = places.first().map(|(page, _)| *page);
            return stored;
        };
        let length = bytes.len() as u32 | 0x4000_0000;
        Some([&length.to_le_bytes()[..], &pointer(place), &[0; 4]].concat())
    }
}

/// As mysqldump begins a dump.
const DUMP_HEAD: &str = "-- MySQL dump 10.19  Distrib 10.3.39-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: sekolah
-- ------------------------------------------------------
-- Server version\t10.3.39-MariaDB

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;

DROP TABLE IF EXISTS `bayaran`;
CREATE TABLE `bayaran` (
  `K1` int(11) NOT NULL AUTO_INCREMENT,
  `K2` varchar(40) NOT NULL,
  `K3` datetime DEFAULT NULL,
  `K4` varchar(120) DEFAULT NULL,
  `K5` varchar(40) DEFAULT NULL,
  `K6` decimal(10,2) DEFAULT NULL,
  `K7` double DEFAULT NULL,
  `K8` varchar(60) DEFAULT NULL,
  `K9` varchar(20) DEFAULT NULL,
  `K10` varchar(200) DEFAULT NULL,
  `K11` tinyint(1) DEFAULT NULL,
  `K12` int(11) DEFAULT NULL,
  `K13` text DEFAULT NULL,
  PRIMARY KEY (`K1`),
  UNIQUE KEY `rujukan` (`K2`),
  KEY `cawangan` (`K8`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

LOCK TABLES `bayaran` WRITE;
/*!40000 ALTER TABLE `bayaran` DISABLE KEYS */;
";

/// As it ends one.
const DUMP_END: &str = "/*!40000 ALTER TABLE `bayaran` ENABLE KEYS */;
UNLOCK TABLES;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;

-- Dump completed on 2026-01-05  8:00:00
";

/// Bytes after which mysqldump begins a new statement.
const STATEMENT: usize = 1_046_528;

fn dump(rows: u32, path: &Path) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(fs_err::File::create(path)?);
    file.write_all(DUMP_HEAD.as_bytes())?;
    let mut statement = String::new();
    for row in 1..=rows {
        statement.push_str(if statement.is_empty() { "INSERT INTO `bayaran` VALUES (" } else { "),(" });
        push_values(&mut statement, &Payment::new(row));
        if statement.len() >= STATEMENT || row == rows {
            writeln!(file, "{statement});")?;
            statement.clear();
        }
    }
    file.write_all(DUMP_END.as_bytes())?;
    file.flush()?;
    Ok(())
}

fn push_values(statement: &mut String, payment: &Payment) {
    let quoted = |text: &str| match text {
        "" => "NULL".to_owned(),
        text => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('"', "\\\"")),
    };
    let (year, day) = (2020 + payment.days / 365, payment.days % 365);
    let values = [
        payment.number.to_string(),
        quoted(&payment.reference),
        format!("'{year}-{:02}-{:02} {:02}:00:00'", day / 31 + 1, day % 28 + 1, payment.number % 24),
        quoted(&payment.about),
        quoted(&payment.group),
        format!("{:.2}", ringgit(payment.cents)),
        ringgit(payment.balance).to_string(),
        quoted(payment.branch),
        quoted(payment.way),
        quoted(payment.remark),
        (payment.number % 3).min(1).to_string(),
        (payment.number % 12).to_string(),
        quoted(&payment.details()),
    ];
    statement.push_str(&values.join(","));
}

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [kind, rows, path] = given.as_slice() else { return Err("bench_input xlsx|accdb|sql ROWS FILE".into()) };
    let (rows, path) = (rows.parse()?, Path::new(path));
    match kind.as_str() {
        "xlsx" => workbook(rows, path),
        "accdb" => access(rows, path),
        "sql" => dump(rows, path),
        _ => Err(format!("no kind of file: {kind}").into()),
    }
}
