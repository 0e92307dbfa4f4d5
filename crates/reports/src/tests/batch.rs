//! The reports about one push: sent, and taken back.

use super::*;

fn batch(state: &str, title: &str) -> BatchPart {
    BatchPart {
        id: "019a0000-0000-7000-8000-000000000001".to_owned(),
        portal: "postgres://daftar@portal.example/akademi".to_owned(),
        at: at(10),
        by: "aminah".to_owned(),
        state: state.to_owned(),
        state_title: title.to_owned(),
    }
}

/// A push with refused rows, records left out and a backup.
pub(super) fn push(lang: Lang) -> PushReport {
    let phase = |title: &str, processed: u64, errors: u64| PhasePart {
        title: title.to_owned(),
        processed,
        migrated: processed - errors,
        errors,
        duration_ms: 1_240,
    };
    let reject = |row: u64| RejectRow {
        entity: "students".to_owned(),
        file: "murid-2026.xlsx".to_owned(),
        table: "Tahun 1".to_owned(),
        row,
        reason: "Nombor pengenalan 150412-14-1234 sudah ada pada murid lain.".to_owned(),
    };
    let mut students = recon_row("Murid", 1_204, 1_190);
    students.rejected = 2;
    students.held_back = 2;
    PushReport {
        head: head(lang),
        batch: batch("applied", "Ada di portal"),
        rows: vec![students, recon_row("Guru", 70, 60)],
        phases: vec![phase("Murid", 1_192, 2), phase("Guru", 60, 0)],
        rejects: vec![reject(14), reject(88)],
        rejects_total: 2,
        left_out: vec![LeftOutPart {
            check: "Nilai wajib sudah ada".to_owned(),
            count: 12,
            waiver: Waiver {
                by: "aminah".to_owned(),
                reason: "Surat telah dihantar kepada penjaga.".to_owned(),
                at: at(9),
            },
        }],
        backups: vec![BackupPart { at: at(8), by: "aminah".to_owned(), sha256: "9c1b".repeat(16) }],
        fingerprint: "51e0".repeat(16),
        written: true,
    }
}

/// A rollback in which three rows stay.
pub(super) fn rollback(lang: Lang) -> RollbackReport {
    let row =
        |title: &str, reversed: u64, kept: u64| ReversedRow { title: title.to_owned(), reversed, kept, errored: 0 };
    let kept = |key: &str| KeptRow {
        entity: "students".to_owned(),
        key: key.to_owned(),
        why: "Diubah dalam portal oleh orang lain selepas hantaran.".to_owned(),
    };
    RollbackReport {
        head: head(lang),
        batch: batch("rolled_back", "Ditarik balik"),
        taken_at: Some(at(15)),
        taken_by: "aminah".to_owned(),
        rows: vec![row("Murid", 1_187, 3), row("Guru", 60, 0)],
        kept: vec![kept("ic:150412141234"), kept("no:STU2026MY0007"), kept("ic:150412141236")],
        kept_total: 3,
    }
}

#[test]
fn a_push_report_says_what_was_sent_refused_left_out_and_backed_up() {
    let words = plain(&pdf_text(&Report::Push(push(Lang::En))));
    for said in [
        "Push Report",
        "Arrived, but for some rows",
        "1,270 records are in the portal",
        "refused 2 rows",
        "Surat telah dihantar kepada penjaga.",
        "9c1b9c1b9c1b",
        "The portal keeps a journal",
    ] {
        assert!(words.contains(&plain(said)), "{said} is not in the report: {words:.900}");
    }
    assert!(!words.contains("150412-14-1234"), "no identity number is whole");
}

#[test]
fn a_push_that_wrote_nothing_says_so() {
    let mut refused = push(Lang::En);
    refused.batch = batch("refused", "Ditolak");
    (refused.written, refused.backups) = (false, Vec::new());
    let words = plain(&pdf_text(&Report::Push(refused)));
    assert!(words.contains(&plain("Nothing was written")) && words.contains(&plain("nothing to take back")));
    assert!(words.contains(&plain("No copy of the project file was made")));
}

#[test]
fn refused_rows_that_are_not_listed_are_counted() {
    let mut many = push(Lang::En);
    many.rejects_total = 4_000;
    let text = text_of(Format::Html, &Report::Push(many));
    assert!(text.contains("The first 2 of 4,000 are listed."));
}

#[test]
fn a_rollback_report_lists_what_stays_and_why() {
    let report = Report::Rollback(rollback(Lang::En));
    let words = plain(&pdf_text(&report));
    for said in ["Taken back, some rows stay", "1,247 rows were deleted or restored", "******-**-1234", "STU2026MY0007"]
    {
        assert!(words.contains(&plain(said)), "{said} is not in the report: {words:.600}");
    }
    let json: serde_json::Value = serde_json::from_slice(&bytes(&report, Format::Json)).expect("JSON");
    assert_eq!(json.pointer("/rows/0/kept"), Some(&serde_json::json!(3)));
    assert_eq!(json.pointer("/keptTotal"), Some(&serde_json::json!(3)));
}

#[test]
fn a_workbook_has_a_sheet_for_each_table() {
    let sheets = crate::workbook::sheets(&crate::reports::doc_of(&Report::Push(push(Lang::En)), usize::MAX));
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Push Report",
            "From the school's files to the portal",
            "Steps",
            "Left out by decision",
            "Rows refused by the portal",
            "Taking it back"
        ]
    );
    let students = &sheets[1].rows[0];
    assert_eq!(students[1], crate::workbook::Entry::Number(1_204.0), "figures can be added up");
    assert_eq!(&bytes(&Report::Push(push(Lang::En)), Format::Xlsx)[..2], b"PK", "a workbook is a ZIP");
}
