//! What schools keep beside their lists, from the files to the verified portal and out of it again.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Value, json};
use testkit::portal::ScratchPortal;

use crate::desk::Desk;
use crate::kit::{School, list, number, of_entity, prepared_portal, text, yes};

const STUDENTS: u32 = 60;

/// A school whose lists are clean, with its sheets.
fn school() -> Result<(School, Value)> {
    let school = School::new(STUDENTS, "0", 5)?;
    let students = STUDENTS.to_string();
    let made = ["generate", "--students", &students, "--mess", "0", "--seed", "5", "--sheets", "--out", "fail"];
    school.cli.json(0, &made)?;
    let truth = fs_err::read_to_string(school.dir.path().join("fail/truth_sheets.json"))?;
    Ok((school, serde_json::from_str(&truth)?))
}

pub(super) fn statuses(portal: &ScratchPortal) -> Result<BTreeMap<String, u64>> {
    let rows = portal.sql("SELECT status, count(*) FROM academic.attendance GROUP BY 1 ORDER BY 1")?;
    let row = |line: &str| line.split_once('|').map(|(status, count)| (status.to_owned(), count.parse().unwrap_or(0)));
    Ok(rows.lines().filter_map(row).collect())
}

#[test]
fn registers_ledger_marks_and_memorisation_become_records_and_go_out_again() -> Result<()> {
    let (mut school, truth) = school()?;
    let imported = school.cli.json(0, &["import", "fail"])?;
    for table in list(&imported, "/tables") {
        assert!(!text(table, "/name").contains("truth"), "{table}");
    }
    school.cli.run(&["cleanse", "--apply", "safe"])?;
    let checked = school.cli.json(0, &["validate"])?;
    assert_eq!(number(&checked, "/summary/failed"), 0, "a clean school has nothing critical: {checked}");
    let portal = prepared_portal(&school.cli)?;
    school.portal(&portal);
    let before = portal.dump(&["audit", "migration"])?;
    let push = school.cli.json(0, &["push"])?;
    balances(&push);
    for (entity, key) in [
        ("attendance", "attendance"),
        ("invoices", "invoices"),
        ("payments", "payments"),
        ("payment_allocations", "payments"),
        ("grades", "grades"),
        ("islamic_studies_grades", "islamicGrades"),
        ("hafiz_progress", "hafizProgress"),
        ("quran_enrollments", "hafizPupils"),
    ] {
        let inserted = number(of_entity(&push, entity)?, "/inserted");
        assert_eq!(inserted, number(&truth, &format!("/{key}")), "{entity}");
    }
    let told: BTreeMap<String, u64> = serde_json::from_value(truth["statuses"].clone())?;
    assert_eq!(statuses(&portal)?, told, "every mark means what it means");
    money(&portal, &truth)?;
    memorised(&portal)?;
    let verified = school.cli.json(0, &["verify"])?;
    assert!(yes(&verified, "/passed"), "{verified}");
    let again = school.cli.json(0, &["push"])?;
    let changed: u64 = list(&again, "/entities").iter().map(|e| number(e, "/inserted") + number(e, "/updated")).sum();
    assert_eq!(changed, 0, "a second push changes nothing");
    let first = text(&push, "/batch");
    school.cli.json(0, &["rollback", &first])?;
    let after = portal.dump(&["audit", "migration"])?;
    assert!(before == after, "the rollback left something in the portal");
    Ok(())
}

pub(super) fn balances(push: &Value) {
    for entity in list(push, "/entities") {
        let count = |key: &str| number(entity, &format!("/{key}"));
        let sent = count("inserted") + count("updated") + count("unchanged") + count("rejected");
        let here = count("heldBack") + count("merged") + count("excluded");
        assert_eq!(count("landed") + count("derived"), sent + here, "records are lost or doubled: {entity}");
        assert_eq!(count("rejected"), 0, "{entity}");
    }
}

/// Every sen of the ledger is in the portal, and nothing is paid that no payment paid.
fn money(portal: &ScratchPortal, truth: &Value) -> Result<()> {
    let sen = |sql: &str| portal.number(&format!("SELECT ({sql})::bigint"));
    assert_eq!(sen("SELECT sum(amount) * 100 FROM financial.payments")?, number(truth, "/paidSen"));
    assert_eq!(sen("SELECT sum(balance_due) * 100 FROM financial.invoices")?, number(truth, "/owedSen"));
    let unlike = "SELECT count(*) FROM financial.invoices i WHERE i.paid_amount <> coalesce((SELECT sum(a.amount)
        FROM financial.payment_allocations a WHERE a.invoice_id = i.id), 0)
        OR i.subtotal <> (SELECT sum(t.amount) FROM financial.invoice_items t WHERE t.invoice_id = i.id)";
    assert_eq!(portal.number(unlike)?, 0, "sums agree with what they are made of");
    let status = "SELECT count(*) FROM financial.invoices WHERE (status = 'paid') <> (balance_due = 0)";
    assert_eq!(portal.number(status)?, 0, "paid is what owes nothing");
    let receipts = "SELECT count(*) FROM financial.payments WHERE reference ~ '^R[0-9]{4}$'";
    assert!(portal.number(receipts)? > 10, "receipts are kept");
    Ok(())
}

/// Two hundred verses of Al-Baqarah are juz 1 whole and 59 verses of juz 2.
fn memorised(portal: &ScratchPortal) -> Result<()> {
    let sql = "SELECT DISTINCT juz_number || ' ' || verses_memorized || ' ' || total_verses || ' ' || status
        FROM islamic.hafiz_progress WHERE surah_number = 2 ORDER BY 1";
    assert_eq!(portal.sql(sql)?, "1 141 141 completed\n2 59 111 in_progress");
    Ok(())
}

#[test]
fn an_unknown_mark_is_found_at_its_cell_and_a_person_gives_it_a_meaning() -> Result<()> {
    let school = School::new(10, "0", 6)?;
    let pupils = list(&school.truth, "/pupils");
    let line = |at: usize, marks: &str| format!("{},{marks}\n", text(&pupils[at], "/number"));
    let register = format!(
        "KEHADIRAN KELAS 9 TIADA,,,,,,\nBULAN MAC 2026,,,,,,\nNO. PENDAFTARAN,2,3,4,5,6,9\n{}{}{}",
        line(0, "/,/,Q,/,/,/"),
        line(1, "/,0,,/,L,/"),
        line(2, "/,/,/,/,/,/")
    );
    fs_err::write(school.dir.path().join("daftar.csv"), register)?;
    let lists = ["import", "fail/senarai_murid.csv", "fail/murid_tahfiz.xlsx", "daftar.csv"];
    let imported = school.cli.json(0, &lists)?;
    let table = list(&imported, "/tables").iter().find(|table| table["file"] == "daftar.csv");
    let made = table.and_then(|table| table.pointer("/entities/attendance/records")).and_then(Value::as_u64);
    assert_eq!(made, Some(17), "a blank cell is nothing: {table:?}");
    school.cli.run(&["validate"])?;
    let desk = Desk::new(school.dir.path());
    desk.open(&school.project(), "", testkit::cli::PASSPHRASE)?;
    let asked = json!({ "check": "standard-form", "severity": "", "entity": "attendance", "offset": 0, "limit": 50 });
    let page = desk.ask("findings_page", asked)?;
    let [found] = list(&page, "/findings") else { anyhow::bail!("one finding: {page}") };
    assert_eq!((text(found, "/file"), number(found, "/row")), ("daftar.csv".to_owned(), 4), "{found}");
    assert_eq!((text(found, "/column"), text(found, "/value")), ("4".to_owned(), "Q".to_owned()), "{found}");
    let tables = desk.ask("mapping_tables", json!({}))?;
    let tables = tables.as_array().map(Vec::as_slice).unwrap_or_default();
    let table = tables.iter().find(|table| table["file"] == "daftar.csv").map(|table| number(table, "/table"));
    let view = desk.ask("mapping_view", json!({ "table": table }))?;
    assert_eq!((text(&view, "/shape/kind"), text(&view, "/shape/first")), ("days".to_owned(), "2026-03-02".to_owned()));
    let code = list(&view, "/codes").first().map(|code| text(code, "/code"));
    assert_eq!(code.as_deref(), Some("Q"), "the mark that nobody knows is asked for: {view}");
    let meaning = json!({ "table": table, "field": "attendance.status", "code": "Q", "value": "excused" });
    let view = desk.ask("mapping_set_lookup", meaning)?;
    assert_eq!(list(&view, "/codes").len(), 0, "{view}");
    desk.job("mapping_accept", json!({ "table": table }))?;
    desk.job("validate_run", json!({}))?;
    let asked = json!({ "check": "standard-form", "severity": "", "entity": "attendance", "offset": 0, "limit": 50 });
    assert_eq!(number(&desk.ask("findings_page", asked)?, "/total"), 0, "it means what the person said");
    Ok(())
}
