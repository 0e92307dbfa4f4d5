//! The reports from outside: what can be found in the PDF, what the HTML escapes, which keys the JSON has.

mod batch;
mod profile;

use std::io::Write as _;
use std::process::{Command, Stdio};

use chrono::{NaiveDate, NaiveDateTime};
use model::{Lang, Severity};

use crate::*;

/// Made-up people, in the four scripts of a Malaysian school.
const NAMES: [&str; 4] = ["عبدالسلام بن صلاح", "陈美玲", "சௌந்தர்யா பெருமாள்", "Nur 'Aisyah binti Dato' Zaini"];

fn at(hour: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 22).and_then(|day| day.and_hms_opt(hour, 5, 0)).expect("a real time")
}

fn head(lang: Lang) -> SchoolHead {
    SchoolHead {
        school: "SK Taman Cempaka Sari".to_owned(),
        code: "XBA9001".to_owned(),
        project_file: "sk-taman-cempaka-sari.daftar".to_owned(),
        generated_at: at(16),
        prepared_by: "Puan Rohana binti Idris".to_owned(),
        daftar_version: "0.1.0".to_owned(),
        lang,
    }
}

fn detail(row: u64, value: &str) -> Detail {
    Detail {
        entity: "students".to_owned(),
        record: String::new(),
        file: "murid-2026.xlsx".to_owned(),
        table: "Tahun 1 Cempaka".to_owned(),
        row,
        column: "Nama".to_owned(),
        value: value.to_owned(),
        message: format!("Nama {} tidak sama dengan sijil lahir.", say::isolate(value)),
    }
}

fn check(title: &str, severity: Severity, details: Vec<Detail>) -> CheckPart {
    CheckPart {
        check: title.to_owned(),
        code: "name-agrees".to_owned(),
        severity,
        passed: details.is_empty(),
        count: details.len() as u64,
        measured: "1,204 nama dibaca, semuanya dibandingkan dengan sijil lahir.".to_owned(),
        details,
        truncated: None,
        waived: None,
    }
}

fn balance(title: &str, landed: u64, held_back: u64, merged: u64) -> BalanceRow {
    BalanceRow {
        entity_title: title.to_owned(),
        landed,
        ready: landed - held_back - merged,
        held_back,
        merged,
        excluded: 0,
    }
}

/// A report with one critical check, one warning that was accepted, and passed ones.
fn validation(lang: Lang, details: Vec<Detail>) -> ValidationReport {
    let mut accepted = check("Telefon penjaga", Severity::Warning, vec![detail(88, "012-345 678")]);
    accepted.waived = Some(Waiver {
        by: "Encik Tan Wei Loon".to_owned(),
        reason: "Penjaga akan mengisi semula pada hari pendaftaran.".to_owned(),
        at: at(15),
    });
    let critical = check("Nama sepadan dengan sijil lahir", Severity::Critical, details);
    let passed = |title: &str| check(title, Severity::Critical, Vec::new());
    let failed = u64::from(!critical.passed);
    let source = |file: &str, table: &str, format: &str, encoding: &str, rows: u64| SourceRow {
        file: file.to_owned(),
        table: table.to_owned(),
        format: format.to_owned(),
        encoding: encoding.to_owned(),
        rows,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
    };
    ValidationReport {
        head: head(lang),
        overall_passed: failed == 0,
        summary: Summary { total_checks: 6, passed: 5 - failed, failed, warnings: 1 },
        balance: vec![
            balance("Murid", 1_204, 12, 7),
            balance("Penjaga", 1_655, 3, 210),
            balance("Guru", 84, 0, 0),
            balance("Kelas", 36, 0, 0),
            balance("Pendaftaran", 1_197, 12, 0),
        ],
        sections: vec![
            SectionPart {
                name: "Murid".to_owned(),
                checks: vec![
                    critical,
                    passed("Setiap murid ada tarikh lahir"),
                    passed("Tiada nombor pengenalan berulang"),
                ],
            },
            SectionPart {
                name: "Penjaga dan kelas".to_owned(),
                checks: vec![accepted, passed("Setiap kelas ada guru kelas"), passed("Tiada murid tanpa kelas")],
            },
        ],
        waivers: vec!["Ages fit a school: ALI BIN ABU (1999-01-01). Left standing by aminah: adult learner".to_owned()],
        chosen: vec![
            ChosenPart {
                what: "murid-2026.xlsx (Tahun 1 Cempaka): Tahun persekolahan ialah 2026.".to_owned(),
                records: 1_190,
                by: "rohana".to_owned(),
                at: Some(at(9)),
                reason: "Fail tahun ini sahaja, kata 860101-10-1234".to_owned(),
            },
            ChosenPart {
                what: "Penjaga sementara".to_owned(),
                records: 7,
                by: "rohana".to_owned(),
                ..ChosenPart::default()
            },
            ChosenPart {
                what: "kelas.csv (kelas): Jantina ialah perempuan.".to_owned(),
                records: 31,
                reason: "Tajuk helaian menyebutnya".to_owned(),
                ..ChosenPart::default()
            },
        ],
        sources: vec![
            source("murid-2026.xlsx", "Tahun 1 Cempaka", "xlsx", "", 1_204),
            source("penjaga.csv", "penjaga", "csv", "windows-1252", 1_655),
            source("sistem_lama_sandaran_penuh_2025.mdb", "tblGuru", "mdb", "", 84),
        ],
    }
}

fn four_names() -> Vec<Detail> {
    NAMES.iter().zip(214..).map(|(name, row)| detail(row, name)).collect()
}

fn recon_row(title: &str, landed: u64, inserted: u64) -> ReconRow {
    let pushed = inserted + 10;
    ReconRow {
        entity_title: title.to_owned(),
        landed,
        inserted,
        unchanged: 10,
        held_back: landed - pushed,
        found_in_portal: pushed,
        ..ReconRow::default()
    }
}

fn reconciliation(lang: Lang) -> ReconciliationReport {
    let reject = |row: u64, reason: &str| RejectRow {
        entity: "students".to_owned(),
        file: "murid-2026.xlsx".to_owned(),
        table: "Tahun 1 Cempaka".to_owned(),
        row,
        reason: reason.to_owned(),
    };
    ReconciliationReport {
        head: head(lang),
        portal: "portal.example.my/pendidikan".to_owned(),
        batch: "2026-11-22-01".to_owned(),
        pushed_at: at(14),
        pushed_by: "Puan Rohana binti Idris".to_owned(),
        state: "selesai".to_owned(),
        rows: vec![recon_row("Murid", 1_204, 1_180), recon_row("Penjaga", 1_655, 1_600), recon_row("Guru", 84, 74)],
        verified_at: Some(at(15)),
        verified_passed: Some(true),
        taken: None,
        rejects: vec![reject(31, "Nombor pengenalan 860101-10-1234 sudah ada pada murid lain.")],
        rejects_total: 1,
        differences: Vec::new(),
        differences_total: 0,
        policies: Vec::new(),
        kept: Vec::new(),
        kept_total: 0,
        chosen: Vec::new(),
    }
}

fn difference(name: &str) -> DiffRow {
    DiffRow {
        entity: "students".to_owned(),
        key: "XBA9001-2026-0147".to_owned(),
        field: "students.full_name".to_owned(),
        staged: name.to_owned(),
        portal: name.to_uppercase(),
    }
}

fn bytes(report: &Report, format: Format) -> Vec<u8> {
    render(report, format).expect("the report is made whatever the data holds")
}

fn text_of(format: Format, report: &Report) -> String {
    String::from_utf8(bytes(report, format)).expect("HTML and JSON are UTF-8")
}

/// The text of the report's PDF as `pdftotext` finds it.
fn pdf_text(report: &Report) -> String {
    text_in(bytes(report, Format::Pdf))
}

fn text_in(pdf: Vec<u8>) -> String {
    let mut reader = Command::new("pdftotext")
        .args(["-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test needs pdftotext: install poppler-utils");
    let mut input = reader.stdin.take().expect("its input is piped");
    let feeder = std::thread::spawn(move || input.write_all(&pdf));
    let output = reader.wait_with_output().expect("pdftotext runs");
    feeder.join().expect("the feeder ends").expect("pdftotext reads all of it");
    assert!(output.status.success(), "pdftotext refuses the PDF");
    String::from_utf8(output.stdout).expect("UTF-8 was asked for")
}

/// Letters as they are, any run of white space or direction marks as one space.
fn plain(text: &str) -> String {
    let bare: String = text
        .chars()
        .filter(|letter| !matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn names_in_four_scripts_are_found_in_the_pdf() {
    let text = plain(&pdf_text(&Report::Validation(validation(Lang::Ms, four_names()))));
    for name in NAMES {
        assert!(text.contains(name), "{name} is not found in: {text}");
    }
}

#[test]
fn jawi_and_tamil_are_found_in_bold_titles_too() {
    let mut report = validation(Lang::En, Vec::new());
    report.head.school = "سكوله اسلام علاء".to_owned();
    report.sections[0].checks[0].check = "சௌந்தர்யா".to_owned();
    let text = plain(&pdf_text(&Report::Validation(report)));
    for name in ["سكوله اسلام علاء", "சௌந்தர்யா"] {
        assert!(text.contains(name), "{name} is not found in: {text}");
    }
}

#[test]
fn every_page_says_which_of_how_many_it_is() {
    let text = pdf_text(&Report::Validation(validation(Lang::Ms, four_names())));
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() >= 3, "cover, figures and signatures do not share a page");
    for (index, page) in pages.iter().enumerate() {
        let words = format!("Halaman {} daripada {}", index + 1, pages.len());
        assert!(plain(page).contains(&words), "page {} lacks \u{201C}{words}\u{201D}", index + 1);
    }
}

#[test]
fn a_row_taller_than_a_page_runs_on() {
    let words: Vec<String> = (0..3_000).map(|number| format!("perkataan{number}")).collect();
    let report = Report::Validation(validation(Lang::Ms, vec![detail(7, &words.join(" "))]));
    let text = plain(&pdf_text(&report));
    for word in [&words[0], &words[1_499], &words[2_999]] {
        assert!(text.contains(word.as_str()), "{word} is lost");
    }
}

#[test]
fn a_word_wider_than_its_cell_is_cut_and_not_lost() {
    let long = "a".repeat(40) + &"b".repeat(400) + "akhirnya";
    let text: String =
        pdf_text(&Report::Validation(validation(Lang::Ms, vec![detail(7, &long)]))).split_whitespace().collect();
    assert!(text.matches('b').count() >= 400, "letters of a long word are lost");
}

#[test]
fn dirty_letters_do_not_stop_a_report() {
    let dirty = [
        "Ali 😀 Abu",
        "nul\0l",
        "\u{202E}terbalik\u{202C}",
        "\u{FFFD}",
        "𠮷野",
        "\u{200D}\u{200C}",
        "\u{301}",
        "a\u{2067}",
        "",
    ];
    let details = dirty.iter().zip(1..).map(|(value, row)| detail(row, value)).collect();
    let text = plain(&pdf_text(&Report::Validation(validation(Lang::Ms, details))));
    assert!(text.contains("Ali ‹U+1F600› Abu"), "an emoji is shown by its code: {text}");
    assert!(text.contains("null"), "NUL is dropped");
    assert!(text.contains("terbalik"), "an override is dropped, so the word reads forwards");
}

#[test]
fn a_right_to_left_name_leaves_its_sentence_in_order() {
    let text = plain(&pdf_text(&Report::Validation(validation(Lang::Ms, vec![detail(214, NAMES[0])]))));
    assert!(text.contains("Nama عبدالسلام"), "the name follows its word: {text}");
}

#[test]
fn a_row_that_does_not_balance_is_called_so() {
    let mut report = reconciliation(Lang::Ms);
    assert!(report.balances(), "the sample balances");
    report.rows[1].inserted -= 3;
    assert!(!report.balances(), "three records are nowhere");
    assert_eq!(
        report.agrees_with_portal(),
        Some(false),
        "three more were found than pushed, whatever the comparison says"
    );
    let report = Report::Reconciliation(report);
    let text = plain(&pdf_text(&report));
    assert!(text.contains("Penjaga: tidak seimbang, beza +3 rekod"), "the PDF does not say so: {text}");
    let html = text_of(Format::Html, &report);
    assert!(html.contains("class=\"alarm\""), "the HTML does not mark the row");
}

#[test]
fn what_was_taken_back_is_shown_and_must_balance() {
    let mut report = reconciliation(Lang::En);
    report.taken = Some(Taken { at: Some(at(16)), by: "Puan Rohana".to_owned() });
    let row = &mut report.rows[2];
    (row.updated, row.landed, row.taken_out) = (6, row.landed + 6, true);
    (row.taken_back, row.stays, row.found_in_portal) = (77, 3, 0);
    assert!(report.balances() && report.agrees_with_portal() == Some(true), "74 new and 6 changed: 77 gone, 3 stay");
    let shown = Report::Reconciliation(report.clone());
    let text = plain(&pdf_text(&shown));
    for said in ["Taken back since", "Guru 74 6 77 3 0 13", "2,813 are in the portal", "by Puan Rohana"] {
        assert!(text.contains(said), "lacks {said}: {text}");
    }
    let json: serde_json::Value = serde_json::from_str(&text_of(Format::Json, &shown)).expect("JSON");
    assert_eq!((&json["rows"][2]["takenBack"], &json["rows"][2]["stands"]), (&77.into(), &13.into()));
    report.rows[2].stays = 2;
    assert!(!report.balances(), "one row is nowhere");
    let text = plain(&pdf_text(&Report::Reconciliation(report)));
    assert!(text.contains("Guru 74 6 77 2 +1 13") && text.contains("Does not balance"), "{text}");
}

#[test]
fn values_that_the_portal_keeps_by_rule_are_listed_apart_and_are_no_difference() {
    let mut report = reconciliation(Lang::En);
    report.rows[0].kept = 2;
    report.policies = vec!["Students: existing records stay as they are".to_owned()];
    report.kept = vec![difference("Nur Aina"), difference("Alia")];
    report.kept_total = 1_200;
    assert_eq!(report.agrees_with_portal(), Some(true));
    let text = plain(&pdf_text(&Report::Reconciliation(report)));
    for said in
        ["Balanced and verified", "Of 2 the portal keeps", "existing records stay", "NUR AINA", "first 2 of 1,200"]
    {
        assert!(text.contains(said), "lacks {said}: {text}");
    }
}

#[test]
fn what_people_chose_is_printed_with_who_when_and_how_many_apart_from_what_nobody_did() {
    let report = Report::Validation(validation(Lang::Ms, Vec::new()));
    let text = plain(&pdf_text(&report));
    for said in ["Dipilih oleh manusia", "1,190", "rohana", "******-**-1234", "Penjaga sementara"] {
        assert!(text.contains(said), "lacks {said}: {text}");
    }
    let (chosen, proposed) = text.split_once("tidak dipilih oleh sesiapa").expect("two tables");
    assert!(chosen.contains("Penjaga sementara") && !chosen.contains("Tajuk helaian menyebutnya"), "{chosen}");
    assert!(proposed.contains("Tajuk helaian menyebutnya") && !proposed.contains("Penjaga sementara"), "{proposed}");
    let json: serde_json::Value = serde_json::from_str(&text_of(Format::Json, &report)).expect("JSON");
    assert_eq!((&json["chosen"][1]["records"], &json["chosen"][0]["by"]), (&7.into(), &"rohana".into()));
}

#[test]
fn a_validation_whose_figures_are_off_does_not_pass() {
    let mut report = validation(Lang::Ms, Vec::new());
    report.balance[1].ready -= 2;
    assert!(!report.balances(), "two records are nowhere");
    let text = plain(&pdf_text(&Report::Validation(report)));
    assert!(text.contains("Angka tidak seimbang"), "the cover does not say so: {text}");
    assert!(text.contains("Penjaga: tidak seimbang, beza +2 rekod"), "the kind of record is not named: {text}");
}

#[test]
fn the_signatures_stand_together_on_one_page() {
    for count in [0, 3, 6, 9, 12, 15, 18] {
        let details = (0..count).map(|row| detail(row + 2, "Aminah binti Osman")).collect();
        let text = pdf_text(&Report::Validation(validation(Lang::Ms, details)));
        let page = text.split('\u{c}').find(|page| page.contains("Cap sekolah")).expect("there is a place for a stamp");
        for words in ["Disediakan oleh", "Disemak oleh", "Pengetua / Guru Besar", "Jawatan", "Tarikh"] {
            assert!(page.contains(words), "with {count} findings {words} is not on the page of the stamp");
        }
    }
}

#[test]
fn identity_numbers_are_never_whole() {
    let mut reject = validation(Lang::Ms, vec![detail(5, "860101-10-1234"), detail(6, "860101101234")]);
    reject.sections[0].checks[0].measured = "860101-10-1234 ada dua kali".to_owned();
    for report in [Report::Validation(reject), Report::Reconciliation(reconciliation(Lang::Ms))] {
        for text in [pdf_text(&report), text_of(Format::Html, &report), text_of(Format::Json, &report)] {
            assert!(!text.contains("860101"), "{} shows an identity number", report.code());
            assert!(text.contains("******-**-1234"), "{} does not show the last four digits", report.code());
        }
    }
}

#[test]
fn html_escapes_every_value() {
    let evil = "<script>alert('x')</script>\"&";
    let mut report = validation(Lang::Ms, vec![Detail { column: evil.into(), file: evil.into(), ..detail(1, evil) }]);
    report.head.school = evil.to_owned();
    report.balance[0].entity_title = evil.to_owned();
    report.sections[0].name = evil.to_owned();
    let html = text_of(Format::Html, &Report::Validation(report));
    assert!(!html.contains("<script"), "a value became markup");
    assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)"), "the value is shown as it is");
    assert!(html.contains("<td dir=\"auto\">"), "cells find their own direction");
}

#[test]
fn validation_json_has_the_promised_keys() {
    let mut report = validation(Lang::Ms, four_names());
    report.sections[0].checks[0].truncated = Some(9_000);
    let json: serde_json::Value =
        serde_json::from_slice(&bytes(&Report::Validation(report), Format::Json)).expect("JSON");
    assert_eq!(json["generatedAt"], "2026-11-22T16:05:00");
    assert_eq!(json["overallPassed"], false);
    assert_eq!(json["summary"]["totalChecks"], 6);
    let check = &json["sections"][0]["checks"][0];
    assert_eq!((&check["severity"], &check["truncated"]), (&"critical".into(), &9_000.into()));
    for key in ["check", "code", "passed", "count", "measured", "details"] {
        assert!(!check[key].is_null(), "a check lacks {key}");
    }
    for key in ["entity", "file", "table", "row", "column", "value", "message"] {
        assert!(!check["details"][0][key].is_null(), "a finding lacks {key}");
    }
    assert!(json["sections"][0]["checks"][1].get("truncated").is_none(), "truncated is there only where it is true");
}

#[test]
fn reconciliation_json_has_camel_case_keys() {
    let report = Report::Reconciliation(reconciliation(Lang::Ms));
    let json: serde_json::Value = serde_json::from_slice(&bytes(&report, Format::Json)).expect("JSON");
    assert_eq!((&json["rows"][0]["heldBack"], &json["rows"][0]["foundInPortal"]), (&14.into(), &1_190.into()));
    assert_eq!((&json["balances"], &json["verifiedPassed"]), (&true.into(), &true.into()));
    assert_eq!(json["pushedAt"], "2026-11-22T14:05:00");
}

#[test]
fn a_long_report_is_capped_small_and_says_so() {
    let mut details: Vec<Detail> = (0..2_400).map(|row| detail(row + 2, NAMES[row as usize % 4])).collect();
    details[2_399].value = "Nama Paling Akhir".to_owned();
    let report = Report::Validation(validation(Lang::Ms, details));
    let pdf = bytes(&report, Format::Pdf);
    assert!(pdf.len() < 1_500_000, "{} bytes is too much to send about", pdf.len());
    let text = plain(&text_in(pdf));
    assert!(text.contains("2,000 penemuan pertama daripada 2,401"), "the cap is not stated");
    assert!(!text.contains("Nama Paling Akhir"), "more is listed than the cap");
    assert!(text_of(Format::Html, &report).contains("Nama Paling Akhir"), "HTML lists all");
}

#[test]
fn the_same_facts_give_the_same_file() {
    let report = Report::Reconciliation(reconciliation(Lang::En));
    assert_eq!(bytes(&report, Format::Pdf), bytes(&report, Format::Pdf), "something in the file is left to chance");
}

#[test]
fn the_pdf_is_tagged_and_titled() {
    let pdf = bytes(&Report::Reconciliation(reconciliation(Lang::Ms)), Format::Pdf);
    let file = lopdf::Document::load_mem(&pdf).expect("the PDF is read back");
    let catalogue = file.catalog().expect("it has a catalogue");
    for key in ["StructTreeRoot", "MarkInfo", "Lang", "ViewerPreferences", "Metadata"] {
        assert!(catalogue.has(key.as_bytes()), "the catalogue lacks {key}");
    }
    let roles: Vec<&[u8]> =
        file.objects.values().filter_map(|object| object.as_dict().ok()?.get(b"S").ok()?.as_name().ok()).collect();
    for role in ["H1", "H2", "P", "Table", "TR", "TH", "TD", "Figure"] {
        assert!(roles.contains(&role.as_bytes()), "no {role} is tagged");
    }
}

/// Writes samples for a person to look at, where `DAFTAR_SAMPLE_REPORTS` names a folder.
#[test]
fn samples_of_every_kind_are_made() {
    let details = |count: usize| (0..count).map(|row| detail(row as u64 + 12, NAMES[row % 4])).collect::<Vec<_>>();
    for lang in Lang::ALL {
        let mut off = reconciliation(lang);
        off.rows[1].inserted -= 3;
        off.differences = (0..40).map(|row| difference(NAMES[row % 4])).collect();
        let samples = [
            ("validation", Report::Validation(validation(lang, details(60)))),
            ("passed", Report::Validation(validation(lang, Vec::new()))),
            ("reconciliation", Report::Reconciliation(reconciliation(lang))),
            ("unbalanced", Report::Reconciliation(off)),
            ("profile", Report::Profile(profile::report(lang))),
            ("push", Report::Push(batch::push(lang))),
            ("rollback", Report::Rollback(batch::rollback(lang))),
        ];
        for (name, report) in samples {
            for format in Format::ALL {
                let made = bytes(&report, format);
                assert!(made.len() > 500, "{name} is empty as {}", format.extension());
                if let Ok(folder) = std::env::var("DAFTAR_SAMPLE_REPORTS") {
                    let file = format!("{folder}/{name}-{}.{}", lang.code(), format.extension());
                    std::fs::write(file, made).expect("the folder can be written");
                }
            }
        }
    }
}
