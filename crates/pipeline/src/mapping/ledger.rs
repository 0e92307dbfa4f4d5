//! The cell of a fee ledger: what was paid for a month, and the invoice, payment and allocation that follow.
//!
//! A ledger says for each pupil and month a sum, "LUNAS", or the number of a receipt. The fee comes from a column or
//! from a person; without it nothing is known about what was owed, and the sums stay blank for the checks to find. The
//! ledger names no day: the invoice has the first day of its month and is due on the last, the payment has the first.

use chrono::{Datelike, Days, Months, NaiveDate};
use model::shape::OPENING_CREDIT;
use sha2::{Digest, Sha256};

use super::made::{Filling, chosen, is_nothing, is_opening, sure};
use super::mapper::PartPlan;
use crate::standard::number::{self, Hundredths};

/// Words for a month that is settled, lower case.
const SETTLED: [&str; 10] = ["lunas", "l", "paid", "bayar", "sudah bayar", "sudah", "/", "✓", "√", "jelas"];
/// Words for a month that is not paid, lower case.
const UNPAID: [&str; 9] = ["belum", "belum bayar", "b/b", "bb", "tb", "x", "hutang", "tunggak", "unpaid"];

/// What a cell of a ledger says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Paid {
    /// Nothing.
    Nothing,
    /// Nothing was paid, and the month is owed.
    Owed,
    /// This much, in sen.
    Sum(Hundredths),
    /// The whole fee.
    All,
    /// Something that nobody knows.
    Unknown,
}

/// A cell taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) paid: Paid,
    /// Number of the receipt, where it is written.
    pub(crate) receipt: Option<String>,
}

/// Reads a cell: `50`, `RM50.00`, `LUNAS`, `R0123`, `50 (R0123)`. A number that begins with a zero, and one with
/// letters, is a receipt's. A sum that may also be another one ([`sure`]) is known to nobody.
pub(crate) fn read(text: &str) -> Cell {
    let plain = |paid| Cell { paid, receipt: None };
    let lower = text.trim().to_lowercase();
    if is_nothing(text) {
        return plain(Paid::Nothing);
    }
    if UNPAID.contains(&lower.as_str()) {
        return plain(Paid::Owed);
    }
    if SETTLED.contains(&lower.as_str()) || lower == "paid in full" {
        return plain(Paid::All);
    }
    if let Some(sum) = sure(text).filter(|_| !is_receipt(text.trim())) {
        return plain(if sum == 0 { Paid::Owed } else { Paid::Sum(sum) });
    }
    if is_receipt(text.trim()) {
        return Cell { paid: Paid::All, receipt: Some(text.trim().to_owned()) };
    }
    both(text).unwrap_or_else(|| plain(Paid::Unknown))
}

/// A sum, or a word, and a receipt in one cell.
fn both(text: &str) -> Option<Cell> {
    let (first, second) = text.trim().split_once(|c: char| c.is_whitespace() || matches!(c, '(' | '/' | ';'))?;
    let second = second.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '/' | ';'));
    let number = second.to_lowercase();
    let receipt = second.get(number.find("resit").map_or(0, |at| at + 5)..)?.trim_matches([' ', '.', ':']);
    if !is_receipt(receipt) {
        return None;
    }
    let paid = match read(first) {
        Cell { paid: paid @ (Paid::Sum(_) | Paid::All), receipt: None } => paid,
        _ => return None,
    };
    Some(Cell { paid, receipt: Some(receipt.to_owned()) })
}

/// Digits with a leading zero, or with letters, a stroke or a hyphen among them, at least three in all.
fn is_receipt(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_ascii_alphabetic()).count();
    let others = text.chars().any(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '/' | '#'));
    let money = text.to_lowercase().starts_with("rm");
    let led = text.starts_with('0') && text.len() > 2 && letters == 0;
    digits >= 2 && text.len() >= 3 && !others && !money && letters <= 6 && (letters > 0 || led || text.starts_with('#'))
}

/// The cell with what a person chose for its words.
fn read_chosen(plan: &PartPlan, text: &str) -> Cell {
    match chosen(plan, "status", text) {
        "paid" => Cell { paid: Paid::All, receipt: None },
        "sent" | "overdue" => Cell { paid: Paid::Owed, receipt: None },
        "cancelled" => Cell { paid: Paid::Nothing, receipt: None },
        other => read(other),
    }
}

/// Whether the text of a cell is understood.
pub(crate) fn is_known(plan: &PartPlan, text: &str) -> bool {
    read_chosen(plan, text).paid != Paid::Unknown
}

/// What a pupil had paid too much before the first month: `-50`, `(50.00)`. Beside sums that are owed, a minus says that
/// the school owes it. No invoice can hold that; a payment that settles none does, and a check asks about it.
pub(crate) fn credit(text: &str) -> Option<Hundredths> {
    let text = crate::standard::outer_trim(text);
    let within = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    sure(within.or_else(|| text.strip_prefix('-'))?).filter(|sum| *sum > 0)
}

/// Whether the cell makes a record of this plan.
pub(crate) fn exists(plan: &PartPlan, text: &str) -> bool {
    if is_opening(plan) {
        let owed = !is_nothing(text) && sure(text) != Some(0);
        return match plan.entity.code {
            "invoices" | "invoice_items" => owed && credit(text).is_none(),
            "payments" => credit(text).is_some(),
            _ => false,
        };
    }
    let paid = read_chosen(plan, text).paid;
    match plan.entity.code {
        "invoices" | "invoice_items" => paid != Paid::Nothing,
        "payments" => !matches!(paid, Paid::Nothing | Paid::Owed),
        // what an unknown word paid is not known, so it settles nothing
        _ => matches!(paid, Paid::Sum(_) | Paid::All),
    }
}

/// Fills the records of one cell.
pub(crate) fn fill(made: &mut Filling<'_>, text: &str) {
    let plan = made.plan;
    let means = plan.cell.as_ref().map_or("", |cell| cell.means.as_str()).to_owned();
    let cell = read_chosen(plan, text);
    let fee = if is_opening(plan) { sure(text) } else { fee(made) };
    let paid = match cell.paid {
        Paid::Sum(sum) => Some(sum),
        Paid::All => fee,
        Paid::Owed | Paid::Nothing => Some(0),
        Paid::Unknown => None,
    };
    let paid = if is_opening(plan) { credit(text).or(Some(0)) } else { paid };
    match plan.entity.code {
        "invoices" => invoice(made, &means, text, fee, paid),
        "invoice_items" => item(made, &means, text, fee),
        "payments" => payment(made, &means, text, paid, cell),
        _ => put_sum(made, "amount", paid),
    }
}

/// The fee of a month: the invoice's own sum before discount, which ledgers have in a column or a person says.
fn fee(made: &Filling<'_>) -> Option<Hundredths> {
    made.number("subtotal").or_else(|| made.number("unit_price")).or_else(|| made.number("amount"))
}

fn put_sum(made: &mut Filling<'_>, field: &str, sum: Option<Hundredths>) {
    if let Some(sum) = sum {
        made.put(field, number::write(sum));
    }
}

fn invoice(made: &mut Filling<'_>, means: &str, text: &str, fee: Option<Hundredths>, paid: Option<Hundredths>) {
    let first = first_day(means);
    let year = means.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    let year = year.map_or_else(|| made.get("invoice_date").get(..4).unwrap_or_default().to_owned(), str::to_owned);
    if !year.is_empty() {
        let month = if is_opening(made.plan) { means } else { means.get(5..7).unwrap_or_default() };
        let number = invoice_number(&year, month, &made.plan.ledger, made.get("student"));
        made.put("invoice_number", number);
    }
    if let Some(first) = first {
        made.put("invoice_date", first.to_string());
        made.fill("due_date", last_day(first).to_string());
    } else {
        let day = made.get("invoice_date").to_owned();
        made.fill("due_date", day);
    }
    match fee {
        Some(fee) => made.put("subtotal", number::write(fee)),
        None if is_opening(made.plan) => made.put("subtotal", text),
        None => {}
    }
    put_sum(made, "paid_amount", paid);
    sums(made);
}

/// Letters and digits of a number that a ledger does not give itself, without those that are read for others.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them: with fifty bits, a hundred thousand invoices share none.
const SIGNS_USED: usize = 10;

/// The number of an invoice of a ledger, which names none: `INV-2026-7K3MD9Q2XA`. The same for the same pupil, month and
/// ledger whenever the file is read again; nobody's name or identity number stands in it.
fn invoice_number(year: &str, month: &str, ledger: &str, pupil: &str) -> String {
    let pupil: String = pupil.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let digest = Sha256::digest(format!("{ledger}|{pupil}|{year}|{month}"));
    let mut bits = digest.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let mut number = format!("INV-{year}-");
    for _ in 0..SIGNS_USED {
        number.push(char::from(SIGNS[(bits % 32) as usize]));
        bits /= 32;
    }
    number
}

fn item(made: &mut Filling<'_>, means: &str, text: &str, fee: Option<Hundredths>) {
    let what = if is_opening(made.plan) { "Baki lama".to_owned() } else { format!("Yuran {}", month_name(means)) };
    made.fill("description", what);
    made.put("quantity", "1.00");
    match fee {
        Some(fee) => {
            made.put("unit_price", number::write(fee));
            made.put("amount", number::write(fee));
        }
        None if is_opening(made.plan) => made.put("amount", text),
        None => {}
    }
}

fn payment(made: &mut Filling<'_>, means: &str, text: &str, paid: Option<Hundredths>, cell: Cell) {
    match paid {
        Some(sum) => made.put("amount", number::write(sum)),
        // a word that nobody knows stays as it is written, and is found
        None if cell.paid == Paid::Unknown => made.put("amount", text),
        None => {}
    }
    if is_opening(made.plan) {
        return made.fill("notes", OPENING_CREDIT);
    }
    if let Some(day) = first_day(means) {
        made.put("payment_date", day.to_string());
    }
    if let Some(receipt) = cell.receipt {
        made.put("reference", receipt);
    }
    made.fill("notes", format!("Bayaran bagi {}; tarikh sebenar tidak dicatat", month_name(means)));
}

/// Fills the sums that an invoice lacks from those it has, and its status.
pub(crate) fn sums(made: &mut Filling<'_>) {
    if made.number("subtotal").is_some() || made.number("total_amount").is_some() {
        made.fill("discount_amount", "0.00");
        made.fill("tax_amount", "0.00");
    }
    let (discount, tax) = (made.number("discount_amount"), made.number("tax_amount"));
    if let (Some(discount), Some(tax)) = (discount, tax) {
        if let Some(subtotal) = made.number("subtotal") {
            made.fill("total_amount", number::write(subtotal - discount + tax));
        } else if let Some(total) = made.number("total_amount") {
            made.fill("subtotal", number::write(total + discount - tax));
        }
    }
    let Some(total) = made.number("total_amount") else { return };
    match (made.number("paid_amount"), made.number("balance_due")) {
        (Some(paid), _) => made.fill("balance_due", number::write(total - paid)),
        (None, Some(balance)) => made.fill("paid_amount", number::write(total - balance)),
        (None, None) => {}
    }
    if let Some(paid) = made.number("paid_amount") {
        made.fill("status", status(total, paid));
    }
}

/// Where an invoice stands by its sums alone; whether it is overdue is a matter of the day.
pub(crate) fn status(total: Hundredths, paid: Hundredths) -> &'static str {
    match paid {
        _ if paid >= total => "paid",
        0 => "sent",
        _ => "partially_paid",
    }
}

/// The first day of the month `2026-03`.
fn first_day(means: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(&format!("{means}-01"), "%Y-%m-%d").ok()
}

fn last_day(first: NaiveDate) -> NaiveDate {
    let next = first.checked_add_months(Months::new(1));
    next.and_then(|next| next.checked_sub_days(Days::new(1))).unwrap_or(first)
}

/// Malay names of the months.
pub(crate) const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Mac",
    "April",
    "Mei",
    "Jun",
    "Julai",
    "Ogos",
    "September",
    "Oktober",
    "November",
    "Disember",
];

/// "Mac 2026" for `2026-03`.
fn month_name(means: &str) -> String {
    let Some(first) = first_day(means) else { return means.to_owned() };
    let name = MONTHS.get(first.month0() as usize).copied().unwrap_or_default();
    format!("{name} {}", first.year())
}

#[cfg(test)]
mod tests {
    use model::shape::OPENING;

    use super::*;

    #[test]
    fn an_invoice_is_numbered_by_pupil_month_and_ledger_and_shows_none_of_them() {
        let number = invoice_number("2026", "03", "yuran asrama", "150708-10-1237");
        assert_eq!(number, "INV-2026-EHFFPDDCB0", "for good: pushed invoices are found by it");
        assert_eq!(number, invoice_number("2026", "03", "yuran asrama", " 150708101237"), "however it is written");
        let others = [
            invoice_number("2026", "04", "yuran asrama", "150708-10-1237"),
            invoice_number("2026", "03", "yuran bulanan", "150708-10-1237"),
            invoice_number("2026", "03", "yuran asrama", "150708-10-1239"),
            invoice_number("2025", "03", "yuran asrama", "150708-10-1237"),
            invoice_number("2026", OPENING, "yuran asrama", "150708-10-1237"),
        ];
        assert!(others.iter().all(|other| *other != number), "{others:?}");
    }

    #[test]
    fn a_credit_brought_forward_is_told_from_what_is_owed() {
        for (text, sum) in [
            ("-50", Some(5_000)),
            ("(1,050.50)", Some(105_050)),
            ("- RM 50", Some(5_000)),
            ("50", None),
            ("-", None),
            ("-0", None),
            ("50-", None),
            ("-50 100", None),
        ] {
            assert_eq!(credit(text), sum, "{text}");
        }
    }

    #[test]
    fn cells_of_a_ledger_are_read_as_schools_write_them() {
        let sum = |sen| (Paid::Sum(sen), None);
        for (text, (paid, receipt)) in [
            ("50", sum(5_000)),
            ("RM 50.00", sum(5_000)),
            ("1,200.50", sum(120_050)),
            ("LUNAS", (Paid::All, None)),
            ("/", (Paid::All, None)),
            ("R0123", (Paid::All, Some("R0123"))),
            ("001234", (Paid::All, Some("001234"))),
            ("50 (R0123)", (Paid::Sum(5_000), Some("R0123"))),
            ("LUNAS R0123", (Paid::All, Some("R0123"))),
            ("RM50 resit 00187", (Paid::Sum(5_000), Some("00187"))),
            ("", (Paid::Nothing, None)),
            ("-", (Paid::Nothing, None)),
            ("0", (Paid::Owed, None)),
            ("belum", (Paid::Owed, None)),
            ("tangguh", (Paid::Unknown, None)),
            ("RM.50", (Paid::Unknown, None)),
            (".50", (Paid::Unknown, None)),
            ("1.200", (Paid::Unknown, None)),
            ("1.200,00", (Paid::Unknown, None)),
            ("1,50", (Paid::Unknown, None)),
            ("50,00", (Paid::Unknown, None)),
            ("50 100", (Paid::Unknown, None)),
            ("50/50", (Paid::Unknown, None)),
            ("50*", (Paid::Unknown, None)),
            ("5O", (Paid::Unknown, None)),
            ("(50)", (Paid::Unknown, None)),
            ("-50", (Paid::Unknown, None)),
            ("-50.00", (Paid::Unknown, None)),
            ("50-", (Paid::Unknown, None)),
        ] {
            assert_eq!(read(text), Cell { paid, receipt: receipt.map(str::to_owned) }, "{text}");
        }
    }
}
