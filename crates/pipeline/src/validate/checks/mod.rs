//! All validation checks, in report order; each has its own file and its own page.
//!
//! A test holds this list to the folder, and every page's table to its check.

mod attendance_future;
mod birth_date_future;
mod birth_date_range;
mod date_order;
mod duplicate_attendance;
mod duplicate_email;
mod duplicate_employee_number;
mod duplicate_identity;
mod duplicate_invoice_number;
mod duplicate_mark;
mod duplicate_receipt_number;
mod duplicate_student_number;
mod duplicate_username;
mod expected_value;
mod identity_birth_date;
mod identity_gender;
mod identity_number;
mod invoice_balance;
mod invoice_status;
mod invoice_total;
mod item_amount;
mod ledger_sums;
mod name_gender;
mod name_suspicious;
mod number_range;
mod postcode_state;
pub mod reference;
mod required_value;
mod same_name_birth_date;
mod score_max;
mod shared_phone;
mod standard_form;
mod surah_juz;
mod surah_verses;
mod usual_form;
mod verse_range;
mod verses_total;

use model::Check;

/// All checks, in report order.
pub static ALL: [&Check; 37] = [
    &required_value::CHECK,
    &expected_value::CHECK,
    &standard_form::CHECK,
    &usual_form::CHECK,
    &identity_number::CHECK,
    &birth_date_future::CHECK,
    &birth_date_range::CHECK,
    &name_suspicious::CHECK,
    &identity_birth_date::CHECK,
    &identity_gender::CHECK,
    &name_gender::CHECK,
    &postcode_state::CHECK,
    &attendance_future::CHECK,
    &number_range::CHECK,
    &score_max::CHECK,
    &verses_total::CHECK,
    &verse_range::CHECK,
    &surah_juz::CHECK,
    &surah_verses::CHECK,
    &date_order::CHECK,
    &invoice_total::CHECK,
    &invoice_balance::CHECK,
    &invoice_status::CHECK,
    &item_amount::CHECK,
    &ledger_sums::CHECK,
    &duplicate_identity::CHECK,
    &duplicate_student_number::CHECK,
    &duplicate_employee_number::CHECK,
    &duplicate_email::CHECK,
    &duplicate_username::CHECK,
    &duplicate_attendance::CHECK,
    &duplicate_mark::CHECK,
    &duplicate_invoice_number::CHECK,
    &duplicate_receipt_number::CHECK,
    &shared_phone::CHECK,
    &same_name_birth_date::CHECK,
    &reference::CHECK,
];

/// The page of each check of [`ALL`], in the same order.
pub(super) static PAGES: [&str; 37] = [
    include_str!("required_value.md"),
    include_str!("expected_value.md"),
    include_str!("standard_form.md"),
    include_str!("usual_form.md"),
    include_str!("identity_number.md"),
    include_str!("birth_date_future.md"),
    include_str!("birth_date_range.md"),
    include_str!("name_suspicious.md"),
    include_str!("identity_birth_date.md"),
    include_str!("identity_gender.md"),
    include_str!("name_gender.md"),
    include_str!("postcode_state.md"),
    include_str!("attendance_future.md"),
    include_str!("number_range.md"),
    include_str!("score_max.md"),
    include_str!("verses_total.md"),
    include_str!("verse_range.md"),
    include_str!("surah_juz.md"),
    include_str!("surah_verses.md"),
    include_str!("date_order.md"),
    include_str!("invoice_total.md"),
    include_str!("invoice_balance.md"),
    include_str!("invoice_status.md"),
    include_str!("item_amount.md"),
    include_str!("ledger_sums.md"),
    include_str!("duplicate_identity.md"),
    include_str!("duplicate_student_number.md"),
    include_str!("duplicate_employee_number.md"),
    include_str!("duplicate_email.md"),
    include_str!("duplicate_username.md"),
    include_str!("duplicate_attendance.md"),
    include_str!("duplicate_mark.md"),
    include_str!("duplicate_invoice_number.md"),
    include_str!("duplicate_receipt_number.md"),
    include_str!("shared_phone.md"),
    include_str!("same_name_birth_date.md"),
    include_str!("reference.md"),
];

/// The fields that must be filled for the check with this code to have something to compare. Empty for a check of
/// single values.
#[must_use]
pub fn needs(code: &str) -> &'static [&'static str] {
    match code {
        "identity-birth-date" => identity_birth_date::NEEDS,
        "identity-gender" => identity_gender::NEEDS,
        "name-gender" => name_gender::NEEDS,
        "postcode-state" => postcode_state::NEEDS,
        "score-max" => score_max::NEEDS,
        "verses-total" => verses_total::NEEDS,
        "verse-range" => verse_range::NEEDS,
        "surah-juz" => surah_juz::NEEDS,
        "surah-verses" => surah_verses::NEEDS,
        "invoice-total" => invoice_total::NEEDS,
        "invoice-balance" => invoice_balance::NEEDS,
        "invoice-status" => invoice_status::NEEDS,
        "item-amount" => item_amount::NEEDS,
        "date-order" => date_order::NEEDS,
        "same-name-birth-date" => same_name_birth_date::NEEDS,
        _ => &[],
    }
}

/// From how many records on that share a key a check of uniqueness has found something: two, but for checks that
/// leave room for families.
#[must_use]
pub fn least_sharing(code: &str) -> usize {
    if code == "shared-phone" { shared_phone::LEAST } else { 2 }
}
