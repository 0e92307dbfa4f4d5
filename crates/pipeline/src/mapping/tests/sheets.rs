//! Registers, ledgers, sheets of marks and records of memorisation: proposed, and made into records.

use super::super::{Mapper, set_lookup, set_period, unknown_codes};
use super::*;
use model::{FieldPath, TableMapping};

/// The proposal for a sheet below titles.
fn sheet(name: &str, titles: &[&str], header: &str, rows: &[&str]) -> (TableMapping, RowBlock) {
    let headers = headers(header);
    let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
    let mut sample = RowBlock::new();
    for (number, row) in (5..).zip(rows) {
        sample.push_text_row(number, row.split('|'));
    }
    let table = TableSample { titles: &titles, ..TableSample::new("fail.xlsx", name, &headers, &sample) };
    (suggest(&table, &Learned::default(), &YEAR), sample)
}

/// The records of a row: entity, part, and the values of some fields.
fn records(mapping: &TableMapping, sample: &RowBlock, row: usize, entity: &str, fields: &[&str]) -> Vec<String> {
    let mapper = Mapper::new(mapping).expect("a usable mapping");
    let row = sample.row(row).expect("a row");
    let mut made = Vec::new();
    for (at, plan) in mapper.parts().iter().enumerate().filter(|(_, plan)| plan.entity.code == entity) {
        let mut values = Vec::new();
        if !mapper.values(row, at, &mut values) {
            continue;
        }
        let calculated = mapper.made(row, at, &values);
        let value = |code: &&str| {
            let field = plan.entity.position(code).expect(code);
            let found = calculated.iter().find(|(known, _)| *known == field).map(|(_, value)| value.as_str());
            found.unwrap_or(values[field]).to_owned()
        };
        made.push(fields.iter().map(value).collect::<Vec<_>>().join(" "));
    }
    made
}

#[test]
fn a_register_becomes_dated_days_and_an_unknown_mark_stays() {
    let titles = ["JADUAL KEHADIRAN", "KELAS: 5 AMANAH  BULAN: MAC 2026"];
    let rows =
        ["1|M01|ALI BIN ABU|/|0|MC||Q|3", "2|M02|SITI BINTI OMAR|/|/|L|H|/|4", "3|M03|RAJU A/L MANI|/|/|/|H|/|5"];
    let (mut mapping, sample) = sheet("Sheet1", &titles, "BIL|NO. PENDAFTARAN|NAMA MURID|2|3|4|5|6|JUMLAH", &rows);
    assert_eq!((mapping.entity.as_deref(), mapping.reason.as_str()), (Some("attendance"), "mapping.shape.days.month"));
    let days = |mapping: &TableMapping, row| {
        records(mapping, &sample, row, "attendance", &["student", "class", "attendance_date", "status"])
    };
    assert_eq!(
        days(&mapping, 0),
        [
            "M01 5 AMANAH 2026-03-02 present",
            "M01 5 AMANAH 2026-03-03 absent",
            "M01 5 AMANAH 2026-03-04 sick",
            "M01 5 AMANAH 2026-03-06 Q"
        ],
        "a blank is nothing, an unknown mark stays"
    );
    assert_eq!(days(&mapping, 1)[3], "M02 5 AMANAH 2026-03-05 holiday", "H fills a whole day");
    let unknown = unknown_codes(&mapping, &sample);
    assert_eq!(unknown, [(FieldPath::new("attendance", 1, "status"), "Q".to_owned(), 1)]);
    set_lookup(&mut mapping, &unknown[0].0, "Q", Some("excused")).expect("known");
    assert_eq!(days(&mapping, 0)[3], "M01 5 AMANAH 2026-03-06 excused");
    assert!(mapping.column(8).is_none() && mapping.shape_column(8).is_none(), "sums are no day");
}

#[test]
fn weekdays_beside_the_days_make_a_register_and_no_pupils() {
    let rows = ["1|150304101234|AINA BINTI ALI|/|/|0|L|/", "2|150506101235|ADAM BIN ALI|/|/|/|/|X"];
    for header in [
        "BIL|NO KP|NAMA MURID|I / 5|S / 6|R / 7|K / 8|J / 9",
        "BIL|NO KP|NAMA MURID|5 / Isn|6 / Sel|7 / Rab|8 / Kha|9 / Jum",
        "BIL|NO KP|NAMA MURID|Isn 5|Selasa 6|Wed 7|Khm 8|Jmt 9",
    ] {
        let (mapping, sample) = sheet("JAN", &["KEHADIRAN TAHUN 2026 KELAS 5 AMANAH"], header, &rows);
        assert_eq!(mapping.entity.as_deref(), Some("attendance"), "{header}");
        let days = records(&mapping, &sample, 0, "attendance", &["student", "attendance_date"]);
        assert_eq!(days.first().map(String::as_str), Some("150304101234 2026-01-05"), "{header}");
        assert_eq!(days.len(), 5, "{header}");
    }
}

#[test]
fn a_register_without_a_month_asks_and_makes_up_no_date() {
    let rows = ["M01|/|/|0|/|/", "M02|/|/|/|/|/"];
    let (mut mapping, sample) = sheet("Helaian1", &[], "NO. PENDAFTARAN|27|28|29|30|31", &rows);
    assert_eq!(mapping.reason, "mapping.shape.days.no-month");
    assert_eq!(records(&mapping, &sample, 0, "attendance", &["attendance_date"])[0], "27", "no date");
    assert!(set_period(&mut mapping, "2026-02") && !set_period(&mut mapping, "Februari"));
    let days = records(&mapping, &sample, 0, "attendance", &["attendance_date"]);
    assert_eq!(days, ["2026-02-27", "2026-02-28"], "February has no more days");
}

#[test]
fn dated_headers_need_no_title_and_learnt_registers_keep_their_own_month() {
    let header = "NAMA MURID|2/3|3/3|4/3|5/3|6/3";
    let (mapping, sample) = sheet("1A", &["KEHADIRAN 2026"], header, &["ALI BIN ABU|/|/|0|/|/"]);
    let days = records(&mapping, &sample, 0, "attendance", &["attendance_date"]);
    assert_eq!(days.first().map(String::as_str), Some("2026-03-02"));
    let (march, _) = sheet("MAC 2026", &[], "NO. PENDAFTARAN|1|2|3|4|5", &["M01|/|/|/|/|/"]);
    let mut learned = Learned::default();
    let row = headers("NO. PENDAFTARAN|1|2|3|4|5");
    learned.learn(&row, &march);
    let april = block(&["M01|/|0|/|/|/"]);
    let again = suggest(&TableSample::new("a.xlsx", "APRIL 2026", &row, &april), &learned, &YEAR);
    let first = again.shape.and_then(|shape| shape.columns.first().map(|column| column.means.clone()));
    assert_eq!(first.as_deref(), Some("2026-04-01"), "the month is the sheet's own");
}

#[test]
fn a_ledger_becomes_invoices_payments_and_what_was_owed_before() {
    let rows = [
        "M01|ALI BIN ABU|50|RM 120.00|50.00|LUNAS|R0123|20|BELUM||220|180",
        "M02|SITI BINTI OMAR|50||50|50|50|50|50||250|0",
    ];
    let header = "NO. PENDAFTARAN|NAMA MURID|YURAN BULANAN|BAKI LAMA|JAN|FEB|MAC|APR|MEI|JUN|JUMLAH BAYARAN|BAKI";
    let (mapping, sample) = sheet("Yuran", &["LEJAR YURAN 2026"], header, &rows);
    assert_eq!((mapping.entity.as_deref(), mapping.reason.as_str()), (Some("invoices"), "mapping.shape.months"));
    let invoices = ["invoice_date", "due_date", "total_amount", "paid_amount", "balance_due", "status"];
    assert_eq!(
        records(&mapping, &sample, 0, "invoices", &invoices),
        [
            "2026-01-01 2026-01-01 120.00 0.00 120.00 sent",
            "2026-01-01 2026-01-31 50.00 50.00 0.00 paid",
            "2026-02-01 2026-02-28 50.00 50.00 0.00 paid",
            "2026-03-01 2026-03-31 50.00 50.00 0.00 paid",
            "2026-04-01 2026-04-30 50.00 20.00 30.00 partially_paid",
            "2026-05-01 2026-05-31 50.00 0.00 50.00 sent"
        ],
        "a blank month is nothing"
    );
    let payments =
        records(&mapping, &sample, 0, "payments", &["student", "payment_date", "amount", "method", "reference"]);
    assert_eq!(
        payments,
        [
            "M01 2026-01-01 50.00 other ",
            "M01 2026-02-01 50.00 other ",
            "M01 2026-03-01 50.00 other R0123",
            "M01 2026-04-01 20.00 other "
        ]
    );
    assert_eq!(records(&mapping, &sample, 0, "payment_allocations", &["amount"]), ["50.00", "50.00", "50.00", "20.00"]);
    let items = records(&mapping, &sample, 0, "invoice_items", &["description", "quantity", "amount"]);
    assert_eq!(items.first().map(String::as_str), Some("Baki lama 1.00 120.00"));
    let sums = ["stated_paid", "counted_paid", "stated_balance", "counted_balance"];
    let counted = records(&mapping, &sample, 0, "invoices", &sums);
    assert_eq!(counted[0], "220 170.00 180 200.00", "the ledger's own sums stand beside what its months come to");
    assert_eq!(records(&mapping, &sample, 1, "invoices", &sums)[0], "250 250.00 0 0.00");
}

#[test]
fn a_ledger_without_a_fee_proposes_the_usual_one_and_keeps_what_it_cannot_read() {
    let rows = ["M01|ALI|40|40|tangguh", "M02|SITI|40|40|20", "M03|RAJU|40|40|40"];
    let (mapping, sample) = sheet("YURAN 2026", &[], "NO. MURID|NAMA|JAN|FEB|MAC", &rows);
    let fee = mapping.parts.iter().flat_map(|part| &part.fields).find(|field| field.field == "subtotal");
    assert_eq!(fee.map(|fee| fee.reason.as_str()), Some("mapping.fee.usual"));
    let amounts = records(&mapping, &sample, 0, "payments", &["amount"]);
    assert_eq!(amounts, ["40.00", "40.00", "tangguh"], "found by the check of forms at its cell");
    assert_eq!(records(&mapping, &sample, 0, "payment_allocations", &["amount"]), ["40.00", "40.00"]);
}

#[test]
fn marks_become_a_record_a_subject() {
    let header = "NO. PENDAFTARAN|NAMA MURID|KELAS|BM|Matematik|Sirah|JUMLAH";
    let titles = ["PEPERIKSAAN AKHIR TAHUN 2026", "PENGGAL 2"];
    let rows = ["M01|ALI BIN ABU|5A|87|TH|70|157", "M02|SITI BINTI OMAR|5A|A-||65.5|65"];
    let (mapping, sample) = sheet("Markah", &titles, header, &rows);
    let fields = ["student", "subject", "term", "assessment", "score", "grade_letter", "remarks"];
    assert_eq!(
        records(&mapping, &sample, 0, "grades", &fields),
        [
            "M01 BM PENGGAL 2 PEPERIKSAAN AKHIR TAHUN 2026 87.00  ",
            "M01 Matematik PENGGAL 2 PEPERIKSAAN AKHIR TAHUN 2026   TH"
        ]
    );
    assert_eq!(records(&mapping, &sample, 1, "grades", &["subject", "score", "grade_letter"]), ["BM  A-"]);
    let islamic = records(&mapping, &sample, 1, "islamic_studies_grades", &["student", "subject", "term", "score"]);
    assert_eq!(islamic, ["M02 Sirah PENGGAL 2 65.50"]);
}

#[test]
fn memorisation_is_parted_by_juz() {
    let header = "NO. PENDAFTARAN|NAMA MURID|SURAH|DARI AYAT|HINGGA AYAT";
    let rows = [
        "M01|ALI BIN ABU|Al-Baqarah|100|260",
        "M01|ALI BIN ABU|An-Nas|1|6",
        "M02|SITI|Al-Baqarah|1|300",
        "M02|SITI|Langit|1|2",
    ];
    let (mapping, sample) = sheet("Hafazan", &[], header, &rows);
    assert_eq!(mapping.entity.as_deref(), Some("hafiz_progress"));
    let fields = ["surah_number", "juz_number", "verses_memorized", "total_verses", "status"];
    assert_eq!(
        records(&mapping, &sample, 0, "hafiz_progress", &fields),
        ["2 1 42 141 in_progress", "2 2 111 111 completed", "2 3 8 34 in_progress"],
        "verses 100 to 260 lie in three juz"
    );
    assert_eq!(records(&mapping, &sample, 1, "hafiz_progress", &fields), ["114 30 6 6 completed"]);
    assert_eq!(
        records(&mapping, &sample, 2, "hafiz_progress", &fields),
        ["2 1  286 "],
        "more than there are: as written"
    );
    assert_eq!(records(&mapping, &sample, 3, "hafiz_progress", &fields), ["Langit    "], "no such surah");
    assert_eq!(records(&mapping, &sample, 0, "quran_enrollments", &["student", "status"]), ["M01 active"]);
    assert_eq!(records(&mapping, &sample, 0, "quran_programs", &["code"]), ["HIFZ-FULL"]);
}
