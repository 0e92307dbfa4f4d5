//! Registers, ledgers, sheets of marks and records of memorisation: proposed, and made into records.

use super::super::{Mapper, set_constant, set_lookup, set_period, unknown_codes};
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
fn invoices_of_two_ledgers_of_one_school_have_numbers_of_their_own() {
    let numbers = |title: &str, header: &str, row: &str| {
        let (mapping, sample) = sheet("", &[title], header, &[row]);
        records(&mapping, &sample, 0, "invoices", &["invoice_number"])
    };
    let header = "NO KP|NAMA MURID|KADAR|JAN|FEB|MAC";
    let monthly = numbers("REKOD YURAN BULANAN 2026", header, "150304-10-1234|AINA BINTI ALI|50|50|50|0");
    let hostel = numbers("REKOD YURAN ASRAMA 2026", header, "150304-10-1234|AINA BINTI ALI|200|200|0|200");
    let again = numbers("REKOD YURAN BULANAN 2026", header, "150304101234|AINA BINTI ALI|50|50|50|50");
    assert_eq!(monthly, again, "another edition of the same ledger has the same invoices");
    let mut all = [monthly, hostel].concat();
    assert!(all.iter().all(|number| number.starts_with("INV-2026-") && number.len() == 19), "{all:?}");
    assert!(all.iter().all(|number| !number.contains("1234") && !number.contains("AINA")), "nobody's number");
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 6, "pupil, month and ledger make the number");
}

#[test]
fn a_credit_brought_forward_is_a_payment_and_no_debt() {
    let header = "NO. DAFTAR|NAMA MURID|KADAR|BAKI LAMA|JAN|FEB|MAC|JUMLAH|BAKI";
    let rows =
        ["M01|AINA|50|-50|50|50|BELUM|100|0", "M02|ADAM|50|100|50|50|50|150|100", "M03|MEI|50|50-|50|50|50|150|0"];
    let (mapping, sample) = sheet("Yuran", &["YURAN 2026"], header, &rows);
    let paid = |row| records(&mapping, &sample, row, "payments", &["student", "payment_date", "amount", "notes"]);
    assert_eq!(paid(0)[0], "M01 2026-01-01 50.00 Baki kredit dibawa ke hadapan");
    assert_eq!((paid(0).len(), paid(1).len()), (3, 3), "two months were paid, and the credit");
    let owed = |row| records(&mapping, &sample, row, "invoices", &["subtotal", "stated_balance", "counted_balance"]);
    assert_eq!(owed(0)[0], "50.00 0 0.00", "the credit takes its part of what is owed");
    assert_eq!(owed(1)[0], "100.00 100 100.00");
    assert_eq!(owed(2)[0], "50- 0 0.00", "what may be either stays, and the checks find it");
    assert_eq!(records(&mapping, &sample, 0, "payment_allocations", &["amount"]).len(), 2, "it settles no invoice");
}

#[test]
fn sums_that_may_be_others_stay_as_written() {
    let header = "NO. DAFTAR|NAMA MURID|KADAR|JAN|FEB|MAC|APR";
    let rows = ["M01|AINA|50|RM.50|50 100|(50)|50", "M02|ADAM|RM 1.200|50|LUNAS|50|50", "M03|MEI|50|50|50|50|50"];
    let (mapping, sample) = sheet("Yuran", &["YURAN 2026"], header, &rows);
    assert_eq!(records(&mapping, &sample, 0, "payments", &["amount"]), ["RM.50", "50 100", "(50)", "50.00"]);
    assert_eq!(records(&mapping, &sample, 0, "payment_allocations", &["amount"]), ["50.00"], "they settle nothing");
    let invoice = records(&mapping, &sample, 1, "invoices", &["subtotal", "total_amount", "balance_due"]);
    assert_eq!(invoice[0], "RM 1.200  ", "no fee of 1.20");
    let paid = records(&mapping, &sample, 1, "payments", &["amount"]);
    assert_eq!(paid, ["50.00", "RM 1.200", "50.00", "50.00"], "the whole fee is paid, whatever it is");
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
    assert_eq!(records(&mapping, &sample, 0, "hafiz_progress", &["enrollment"])[0], "M01", "the pupil's only place");
    assert!(mapping.parts.iter().all(|part| part.entity == "hafiz_progress"), "no programme is made up");
}

#[test]
fn a_programme_that_is_named_makes_the_place_and_one_that_a_person_names_does_too() {
    let header = "NO. PENDAFTARAN|NAMA MURID|SURAH|DARI AYAT|HINGGA AYAT";
    let rows = ["M01|ALI BIN ABU|An-Nas|1|6"];
    let (mut mapping, sample) = sheet("Hafazan", &[], header, &rows);
    let code = FieldPath::new("quran_programs", 1, "code");
    set_constant(&mut mapping, &code, Some("TAH")).expect("known");
    let place = |mapping: &TableMapping| records(mapping, &sample, 0, "quran_enrollments", &["student", "status"]);
    assert_eq!(place(&mapping), ["M01 active"]);
    assert_eq!(records(&mapping, &sample, 0, "hafiz_progress", &["enrollment"]), [""], "it hangs on that place");
    set_constant(&mut mapping, &code, None).expect("known");
    assert_eq!(place(&mapping), [""; 0], "and without a programme on the only one again");
    assert_eq!(records(&mapping, &sample, 0, "hafiz_progress", &["enrollment"]), ["M01"]);
    let (named, sample) = sheet("Hafazan", &[], "NO. MURID|KOD PROGRAM|SURAH|HINGGA AYAT", &["M01|TAH|An-Nas|6"]);
    assert_eq!(records(&named, &sample, 0, "quran_programs", &["code"]), ["TAH"]);
    assert_eq!(records(&named, &sample, 0, "quran_enrollments", &["student"]), ["M01"]);
}
