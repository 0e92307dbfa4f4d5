//! Invoices that are paid at the portal: what was entered there is not taken back, and no sum is written against it.

use model::Silent;
use targets::PushReport;

use crate::school::{Book, School, options, push, sums};
use crate::server::Scratch;

const INVOICE: &str = "SELECT concat_ws('|', total_amount, paid_amount, balance_due, status) FROM financial.invoices";

/// A pupil with an invoice over 100, of which `paid` is paid and the rest is not.
fn school(paid: &str, rest: &str, status: &str) -> School {
    let mut school = School::family();
    let days = [("invoice_date", "2026-01-13"), ("due_date", "2026-01-31"), ("currency", "MYR")];
    let amounts = [("subtotal", "100.00"), ("discount_amount", "0"), ("tax_amount", "0"), ("total_amount", "100.00")];
    let now = [("paid_amount", paid), ("balance_due", rest), ("status", status)];
    let whose = [("invoice_number", "INV-2026-0001"), ("student", "1")];
    school.add("invoices", 1, &[&whose[..], &days[..], &amounts[..], &now[..]].concat());
    school
}

/// Somebody pays at the portal.
fn pay(scratch: &Scratch, amount: i32) {
    scratch.rows(&format!(
        "WITH p AS (INSERT INTO financial.payments (student_id, payment_date, amount, method, status)
                    SELECT student_id, '2026-02-01', {amount}, 'fpx', 'completed' FROM financial.invoices
                    RETURNING id),
              a AS (INSERT INTO financial.payment_allocations (payment_id, invoice_id, amount)
                    SELECT p.id, i.id, {amount} FROM p, financial.invoices i)
         UPDATE financial.invoices SET paid_amount = paid_amount + {amount}, balance_due = balance_due - {amount},
             status = CASE WHEN balance_due = {amount} THEN 'paid' ELSE status END::financial.invoice_status,
             updated_at = now()"
    ));
}

fn refused(report: &PushReport) -> Vec<String> {
    report.rejects.iter().map(|reject| format!("{} {} {}", reject.entity, reject.reason, reject.column)).collect()
}

#[test]
fn what_was_paid_at_the_portal_stays_paid_when_the_same_records_go_again() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = school("40.00", "60.00", "partially_paid");
    push(&mut portal, &mut school);
    pay(&scratch, 60);
    let before = scratch.contents();
    for _ in 0..2 {
        let (report, _) = push(&mut portal, &mut school);
        assert!(sums(&report).contains("invoices 0/0/1/0"), "{}", sums(&report));
        assert_eq!(report.differing, [("invoices".to_owned(), 1)], "and it is told");
        assert_eq!(scratch.contents(), before, "a second push of the same changes nothing");
    }
    school.set("invoices", 1, "notes", "Ansuran");
    let (report, _) = push(&mut portal, &mut school);
    assert!(sums(&report).contains("invoices 0/1/0/0"), "what else changed goes in: {}", sums(&report));
    assert_eq!(scratch.value(INVOICE), "100.00|100.00|0.00|paid");
}

#[test]
fn an_amount_that_the_payments_of_the_portal_contradict_is_refused() {
    let (scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut school("40.00", "60.00", "partially_paid"));
    pay(&scratch, 30);
    let (report, _) = push(&mut portal, &mut school("50.00", "50.00", "partially_paid"));
    assert_eq!(refused(&report), ["invoices other-money paid_amount"], "50 with or without the 30?");
    assert_eq!(scratch.value(INVOICE), "100.00|70.00|30.00|partially_paid");
    let (report, _) = push(&mut portal, &mut school("70.00", "30.00", "partially_paid"));
    assert!(sums(&report).contains("invoices 0/0/1/0"), "both say the same now: {}", sums(&report));
}

#[test]
fn a_payment_that_is_more_than_the_invoice_says_beside_those_of_the_portal_is_refused() {
    let (scratch, mut portal) = Scratch::portal();
    push(&mut portal, &mut school("0.00", "100.00", "sent"));
    pay(&scratch, 100);
    let mut school = school("100.00", "0.00", "paid");
    let paid = [("student", "1"), ("payment_date", "2026-01-20"), ("amount", "100.00"), ("receipt_number", "R1")];
    school.add("payments", 1, &[&paid[..], &[("method", "cash"), ("status", "completed")]].concat());
    school.add("payment_allocations", 1, &[("payment", "1"), ("invoice", "1"), ("amount", "100.00")]);
    let (report, _) = push(&mut portal, &mut school);
    assert_eq!(refused(&report), ["payment_allocations other-money amount"], "an invoice over 100 is not paid twice");
    assert_eq!(scratch.value("SELECT sum(amount) FROM financial.payment_allocations"), "100.00");
}

#[test]
fn a_line_that_was_added_at_the_portal_is_not_left_out_of_the_sum() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = school("0.00", "100.00", "sent");
    let line = [("invoice", "1"), ("description", "Yuran"), ("quantity", "1"), ("unit_price", "100.00")];
    school.add("invoice_items", 1, &[&line[..], &[("amount", "100.00")]].concat());
    push(&mut portal, &mut school);
    scratch.rows(
        "INSERT INTO financial.invoice_items (invoice_id, description, quantity, unit_price, amount)
         SELECT id, 'Buku', 1, 20, 20 FROM financial.invoices",
    );
    scratch.rows(
        "UPDATE financial.invoices SET subtotal = 120, total_amount = 120, balance_due = 120, updated_at = now()",
    );
    let (report, _) = push(&mut portal, &mut school);
    let said = ["invoices other-money subtotal", "invoice_items parent-rejected invoice"];
    assert_eq!(refused(&report), said);
    assert_eq!(scratch.value(INVOICE), "120.00|0.00|120.00|sent");
}

#[test]
fn what_an_invoice_keeps_is_told_once_and_not_by_a_rehearsal() {
    let (scratch, mut portal) = Scratch::portal();
    let mut school = school("40.00", "60.00", "partially_paid");
    push(&mut portal, &mut school);
    pay(&scratch, 60);
    let mut rehearsal = options();
    rehearsal.rehearse = true;
    let report = portal.push(&rehearsal, &mut school, &mut Book::default(), &Silent).expect("rehearses");
    assert_eq!(report.differing, [("invoices".to_owned(), 1)]);
    let mut agreed = options();
    agreed.expect = Some(report.entities);
    portal.push(&agreed, &mut school, &mut Book::default(), &Silent).expect("pushes as rehearsed");
}
