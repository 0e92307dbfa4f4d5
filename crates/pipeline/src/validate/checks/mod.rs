//! All validation checks, in report order; each has its own file and its own page.
//!
//! A test holds this list to the folder, and every page's table to its check.

mod birth_date_future;
mod birth_date_range;
mod duplicate_email;
mod duplicate_employee_number;
mod duplicate_identity;
mod duplicate_student_number;
mod duplicate_username;
mod excel_number;
mod expected_value;
mod identity_number;
mod identity_triangle;
mod name_suspicious;
mod postcode_state;
pub mod reference;
mod required_value;
mod same_name_birth_date;
mod shared_phone;
mod standard_form;
mod usual_form;

use model::Check;

/// All checks, in report order.
pub static ALL: [&Check; 19] = [
    &required_value::CHECK,
    &expected_value::CHECK,
    &standard_form::CHECK,
    &usual_form::CHECK,
    &identity_number::CHECK,
    &excel_number::CHECK,
    &birth_date_future::CHECK,
    &birth_date_range::CHECK,
    &name_suspicious::CHECK,
    &identity_triangle::CHECK,
    &postcode_state::CHECK,
    &duplicate_identity::CHECK,
    &duplicate_student_number::CHECK,
    &duplicate_employee_number::CHECK,
    &duplicate_email::CHECK,
    &duplicate_username::CHECK,
    &shared_phone::CHECK,
    &same_name_birth_date::CHECK,
    &reference::CHECK,
];

/// The page of each check of [`ALL`], in the same order.
pub(super) static PAGES: [&str; 19] = [
    include_str!("required_value.md"),
    include_str!("expected_value.md"),
    include_str!("standard_form.md"),
    include_str!("usual_form.md"),
    include_str!("identity_number.md"),
    include_str!("excel_number.md"),
    include_str!("birth_date_future.md"),
    include_str!("birth_date_range.md"),
    include_str!("name_suspicious.md"),
    include_str!("identity_triangle.md"),
    include_str!("postcode_state.md"),
    include_str!("duplicate_identity.md"),
    include_str!("duplicate_student_number.md"),
    include_str!("duplicate_employee_number.md"),
    include_str!("duplicate_email.md"),
    include_str!("duplicate_username.md"),
    include_str!("shared_phone.md"),
    include_str!("same_name_birth_date.md"),
    include_str!("reference.md"),
];

/// The fields that must be filled for the check with this code to have something to compare. Empty for a check of
/// single values.
#[must_use]
pub fn needs(code: &str) -> &'static [&'static str] {
    match code {
        "postcode-state" => postcode_state::NEEDS,
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
