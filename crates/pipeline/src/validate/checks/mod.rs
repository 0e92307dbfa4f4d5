//! All validation checks, in report order; each has its own file and its own page.
//!
//! A test holds this list to the folder, and every page's table to its check.

mod admission_age;
mod admission_before_birth;
mod admission_future;
mod allocation_payment;
mod attendance_future;
mod birth_date_future;
mod birth_date_range;
mod class_capacity;
mod class_without_pupils;
mod class_without_teacher;
pub mod correction_conflict;
mod date_order;
mod duplicate_attendance;
mod duplicate_class;
mod duplicate_email;
mod duplicate_employee_number;
mod duplicate_identity;
mod duplicate_invoice_number;
mod duplicate_key;
mod duplicate_link;
mod duplicate_mark;
mod duplicate_memorisation;
mod duplicate_place;
mod duplicate_receipt_number;
mod duplicate_student_number;
mod duplicate_username;
mod enrollment_date;
mod enrollment_of_leaver;
mod excel_number;
mod expected_value;
mod grade_age;
mod guardian_age;
mod guardian_unreachable;
mod guardian_without_child;
mod identity_number;
mod identity_of_pupil;
mod identity_triangle;
mod invoice_allocations;
mod invoice_balance;
mod invoice_items;
mod invoice_paid;
mod invoice_settled;
mod invoice_status;
mod invoice_total;
mod item_amount;
mod ledger_sums;
mod long_value;
pub mod merged_differs;
mod mixed_scripts;
mod name_suspicious;
pub mod nobody_there;
mod number_of_adult;
mod number_range;
mod opening_credit;
mod payment_allocations;
mod postcode_state;
mod pupil_status_age;
mod pupil_without_class;
mod pupil_without_guardian;
pub mod reference;
mod relationship_gender;
mod required_value;
mod same_name_birth_date;
pub mod same_pupil;
mod score_max;
mod shared_email;
mod shared_phone;
mod standard_form;
mod student_number_form;
mod surah_juz;
mod surah_verses;
mod twins;
mod two_classes;
mod two_current_years;
mod two_primary_guardians;
mod usual_form;
mod value_too_long;
mod verse_range;
mod verses_total;
mod wrong_column;
mod year_dates;
mod years_overlap;

use model::{Check, Entity, Siblings};

/// All checks, in report order.
pub static ALL: [&Check; 82] = [
    &nobody_there::CHECK,
    &required_value::CHECK,
    &expected_value::CHECK,
    &guardian_unreachable::CHECK,
    &class_without_teacher::CHECK,
    &standard_form::CHECK,
    &usual_form::CHECK,
    &wrong_column::CHECK,
    &value_too_long::CHECK,
    &long_value::CHECK,
    &mixed_scripts::CHECK,
    &identity_number::CHECK,
    &student_number_form::CHECK,
    &excel_number::CHECK,
    &birth_date_future::CHECK,
    &birth_date_range::CHECK,
    &admission_future::CHECK,
    &name_suspicious::CHECK,
    &identity_triangle::CHECK,
    &number_of_adult::CHECK,
    &postcode_state::CHECK,
    &admission_before_birth::CHECK,
    &admission_age::CHECK,
    &pupil_status_age::CHECK,
    &guardian_age::CHECK,
    &relationship_gender::CHECK,
    &grade_age::CHECK,
    &enrollment_of_leaver::CHECK,
    &enrollment_date::CHECK,
    &year_dates::CHECK,
    &years_overlap::CHECK,
    &class_capacity::CHECK,
    &correction_conflict::CHECK,
    &merged_differs::CHECK,
    &attendance_future::CHECK,
    &number_range::CHECK,
    &opening_credit::CHECK,
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
    &invoice_items::CHECK,
    &invoice_paid::CHECK,
    &invoice_settled::CHECK,
    &invoice_allocations::CHECK,
    &payment_allocations::CHECK,
    &allocation_payment::CHECK,
    &duplicate_identity::CHECK,
    &identity_of_pupil::CHECK,
    &duplicate_student_number::CHECK,
    &duplicate_employee_number::CHECK,
    &duplicate_email::CHECK,
    &duplicate_username::CHECK,
    &duplicate_attendance::CHECK,
    &duplicate_mark::CHECK,
    &duplicate_place::CHECK,
    &duplicate_memorisation::CHECK,
    &duplicate_invoice_number::CHECK,
    &duplicate_receipt_number::CHECK,
    &duplicate_key::CHECK,
    &shared_phone::CHECK,
    &shared_email::CHECK,
    &same_name_birth_date::CHECK,
    &same_pupil::CHECK,
    &two_current_years::CHECK,
    &duplicate_class::CHECK,
    &two_classes::CHECK,
    &duplicate_link::CHECK,
    &two_primary_guardians::CHECK,
    &twins::CHECK,
    &reference::CHECK,
    &pupil_without_class::CHECK,
    &pupil_without_guardian::CHECK,
    &guardian_without_child::CHECK,
    &class_without_pupils::CHECK,
];

/// The page of each check of [`ALL`], in the same order.
pub(super) static PAGES: [&str; 82] = [
    include_str!("nobody_there.md"),
    include_str!("required_value.md"),
    include_str!("expected_value.md"),
    include_str!("guardian_unreachable.md"),
    include_str!("class_without_teacher.md"),
    include_str!("standard_form.md"),
    include_str!("usual_form.md"),
    include_str!("wrong_column.md"),
    include_str!("value_too_long.md"),
    include_str!("long_value.md"),
    include_str!("mixed_scripts.md"),
    include_str!("identity_number.md"),
    include_str!("student_number_form.md"),
    include_str!("excel_number.md"),
    include_str!("birth_date_future.md"),
    include_str!("birth_date_range.md"),
    include_str!("admission_future.md"),
    include_str!("name_suspicious.md"),
    include_str!("identity_triangle.md"),
    include_str!("number_of_adult.md"),
    include_str!("postcode_state.md"),
    include_str!("admission_before_birth.md"),
    include_str!("admission_age.md"),
    include_str!("pupil_status_age.md"),
    include_str!("guardian_age.md"),
    include_str!("relationship_gender.md"),
    include_str!("grade_age.md"),
    include_str!("enrollment_of_leaver.md"),
    include_str!("enrollment_date.md"),
    include_str!("year_dates.md"),
    include_str!("years_overlap.md"),
    include_str!("class_capacity.md"),
    include_str!("correction_conflict.md"),
    include_str!("merged_differs.md"),
    include_str!("attendance_future.md"),
    include_str!("number_range.md"),
    include_str!("opening_credit.md"),
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
    include_str!("invoice_items.md"),
    include_str!("invoice_paid.md"),
    include_str!("invoice_settled.md"),
    include_str!("invoice_allocations.md"),
    include_str!("payment_allocations.md"),
    include_str!("allocation_payment.md"),
    include_str!("duplicate_identity.md"),
    include_str!("identity_of_pupil.md"),
    include_str!("duplicate_student_number.md"),
    include_str!("duplicate_employee_number.md"),
    include_str!("duplicate_email.md"),
    include_str!("duplicate_username.md"),
    include_str!("duplicate_attendance.md"),
    include_str!("duplicate_mark.md"),
    include_str!("duplicate_place.md"),
    include_str!("duplicate_memorisation.md"),
    include_str!("duplicate_invoice_number.md"),
    include_str!("duplicate_receipt_number.md"),
    include_str!("duplicate_key.md"),
    include_str!("shared_phone.md"),
    include_str!("shared_email.md"),
    include_str!("same_name_birth_date.md"),
    include_str!("same_pupil.md"),
    include_str!("two_current_years.md"),
    include_str!("duplicate_class.md"),
    include_str!("two_classes.md"),
    include_str!("duplicate_link.md"),
    include_str!("two_primary_guardians.md"),
    include_str!("twins.md"),
    include_str!("reference.md"),
    include_str!("pupil_without_class.md"),
    include_str!("pupil_without_guardian.md"),
    include_str!("guardian_without_child.md"),
    include_str!("class_without_pupils.md"),
];

/// What must be filled for the check with this code to have something to compare; empty for a check of single values.
///
/// A code alone is a field of the record. Four more kinds of words look beyond it:
/// * `student.status`: the field of the record that the reference `student` leads to;
/// * `student#`: the number of that record, blank where it leads nowhere;
/// * `#enrollments.class`: how many active records of that entity lead to this one by that reference, blank where the
///   project has none of that entity at all;
/// * `+invoice_items.invoice.amount`: what that field of those records comes to, with two places; blank as well where
///   one of them is no number.
#[must_use]
pub fn needs(code: &str) -> &'static [&'static str] {
    match code {
        "admission-age" => admission_age::NEEDS,
        "admission-before-birth" => admission_before_birth::NEEDS,
        "class-capacity" => class_capacity::NEEDS,
        "class-without-pupils" => class_without_pupils::NEEDS,
        "class-without-teacher" => class_without_teacher::NEEDS,
        "duplicate-class" => duplicate_class::NEEDS,
        "duplicate-link" => duplicate_link::NEEDS,
        "duplicate-memorisation" => duplicate_memorisation::NEEDS,
        "duplicate-place" => duplicate_place::NEEDS,
        "enrollment-date" => enrollment_date::NEEDS,
        "enrollment-of-leaver" => enrollment_of_leaver::NEEDS,
        "grade-age" => grade_age::NEEDS,
        "guardian-age" => guardian_age::NEEDS,
        "guardian-unreachable" => guardian_unreachable::NEEDS,
        "guardian-without-child" => guardian_without_child::NEEDS,
        "number-of-adult" => number_of_adult::NEEDS,
        "postcode-state" => postcode_state::NEEDS,
        "pupil-status-age" => pupil_status_age::NEEDS,
        "pupil-without-class" => pupil_without_class::NEEDS,
        "pupil-without-guardian" => pupil_without_guardian::NEEDS,
        "relationship-gender" => relationship_gender::NEEDS,
        "score-max" => score_max::NEEDS,
        "verses-total" => verses_total::NEEDS,
        "verse-range" => verse_range::NEEDS,
        "surah-juz" => surah_juz::NEEDS,
        "surah-verses" => surah_verses::NEEDS,
        "invoice-total" => invoice_total::NEEDS,
        "invoice-balance" => invoice_balance::NEEDS,
        "invoice-status" => invoice_status::NEEDS,
        "item-amount" => item_amount::NEEDS,
        "invoice-items" => invoice_items::NEEDS,
        "invoice-paid" => invoice_paid::NEEDS,
        "invoice-settled" => invoice_settled::NEEDS,
        "invoice-allocations" => invoice_allocations::NEEDS,
        "payment-allocations" => payment_allocations::NEEDS,
        "allocation-payment" => allocation_payment::NEEDS,
        "date-order" => date_order::NEEDS,
        "same-name-birth-date" => same_name_birth_date::NEEDS,
        same_pupil::CODE => same_pupil::NEEDS,
        "twins" => twins::NEEDS,
        "two-classes" => two_classes::NEEDS,
        "two-primary-guardians" => two_primary_guardians::NEEDS,
        "year-dates" => year_dates::NEEDS,
        "years-overlap" => years_overlap::NEEDS,
        _ => &[],
    }
}

/// What else the check with this code looks at in other records, filled or not; written as in [`needs`]. A reference
/// that an entity does not have is passed over there.
#[must_use]
pub fn linked(code: &str) -> &'static [&'static str] {
    match code {
        "duplicate-key" => duplicate_key::LINKED,
        "duplicate-place" => duplicate_place::LINKED,
        "enrollment-date" => enrollment_date::LINKED,
        "relationship-gender" => relationship_gender::LINKED,
        _ => &[],
    }
}

/// From how many records on that share a key a check of uniqueness has found something: two, but for checks that
/// leave room for families.
#[must_use]
pub fn least_sharing(code: &str) -> usize {
    match code {
        "shared-phone" => shared_phone::LEAST,
        "shared-email" => shared_email::LEAST,
        // One pupil with the number is enough.
        "identity-of-pupil" => 1,
        _ => 2,
    }
}

/// The field that a check of uniqueness points at in records of `entity`: its own, or where it has none for all, the one
/// that the entity's last key begins with.
#[must_use]
pub fn pointed_at(entity: &'static Entity, field: &'static str) -> &'static str {
    if !field.is_empty() {
        return field;
    }
    entity.keys.last().and_then(|key| key.fields.first()).copied().unwrap_or_default()
}

/// Entity and check with whose keys those of the check with this code are compared, where not among themselves.
#[must_use]
pub fn against(code: &str) -> Option<(&'static str, &'static str)> {
    (code == "identity-of-pupil").then_some(identity_of_pupil::AGAINST)
}

/// Whether two records that share a key are in each other's way.
pub type Clash = fn(&dyn Siblings, &dyn Siblings) -> bool;

/// What decides between two records with one key for the check with this code, where the key alone does not.
#[must_use]
pub fn clash(code: &str) -> Option<Clash> {
    match code {
        "years-overlap" => Some(years_overlap::clash),
        "twins" => Some(twins::clash),
        _ => None,
    }
}
