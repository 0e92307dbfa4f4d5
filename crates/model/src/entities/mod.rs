//! All entities, in the order in which they are pushed: what is referred to comes first.

mod academic_years;
mod announcements;
mod attendance;
mod classes;
mod codes;
mod codes_beyond;
mod dashboard_metrics;
mod enrollments;
mod fee_structures;
mod grades;
mod guardians;
mod hafiz_progress;
mod invoice_items;
mod invoices;
mod islamic_studies_grades;
mod media;
mod messages;
mod murajaah_sessions;
mod notifications;
mod pages;
mod parts;
mod payment_allocations;
mod payments;
mod quran_enrollments;
mod quran_programs;
mod scholarships;
mod student_guardians;
mod student_scholarships;
mod students;
mod tajweed_assessments;
mod teachers;
mod users;

pub use codes::{ENROLLMENT_STATUS, GENDER, PORTAL_ROLE, RELATIONSHIP, STAFF_STATUS, STUDENT_STATUS, USER_STATUS};
pub use codes_beyond::{
    ATTENDANCE_STATUS, AWARD_STATUS, FEE_FREQUENCY, INVOICE_STATUS, MEMORIZATION_STATUS, PAYMENT_METHOD,
    PAYMENT_STATUS, PROGRAM_TYPE, QUALITY_RATING, QURAN_STATUS, SCHOLARSHIP_KIND,
};

use crate::entity::Entity;

/// All entities in push order.
pub static ALL: [&Entity; 29] = [
    &academic_years::ENTITY,
    &users::ENTITY,
    &students::ENTITY,
    &guardians::ENTITY,
    &student_guardians::ENTITY,
    &teachers::ENTITY,
    &classes::ENTITY,
    &enrollments::ENTITY,
    &attendance::ENTITY,
    &grades::ENTITY,
    &quran_programs::ENTITY,
    &quran_enrollments::ENTITY,
    &hafiz_progress::ENTITY,
    &murajaah_sessions::ENTITY,
    &tajweed_assessments::ENTITY,
    &islamic_studies_grades::ENTITY,
    &fee_structures::ENTITY,
    &invoices::ENTITY,
    &invoice_items::ENTITY,
    &payments::ENTITY,
    &payment_allocations::ENTITY,
    &scholarships::ENTITY,
    &student_scholarships::ENTITY,
    &announcements::ENTITY,
    &messages::ENTITY,
    &notifications::ENTITY,
    &pages::ENTITY,
    &media::ENTITY,
    &dashboard_metrics::ENTITY,
];

/// The entity with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Entity> {
    ALL.into_iter().find(|entity| entity.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_and_key_leads_to_a_field_and_comes_after_what_it_needs() {
        for (position, entity) in ALL.iter().enumerate() {
            for key in entity.keys {
                assert!(key.fields.iter().all(|field| entity.field(field).is_some()), "{} {}", entity.code, key.code);
            }
            for (field, reference) in entity.references() {
                let target = ALL.iter().position(|other| other.code == reference.entity);
                assert!(target.is_some_and(|target| target < position), "{}.{}", entity.code, field.code);
                let other = find(reference.entity).map(|other| reference.by.iter().all(|by| other.field(by).is_some()));
                assert_eq!(other, Some(true), "{}.{}", entity.code, field.code);
            }
        }
    }

    #[test]
    fn what_a_school_calls_a_pupils_number_is_known_wherever_a_row_is_about_a_pupil() {
        let number = find("students").and_then(|pupils| pupils.field("student_number")).expect("a field");
        for header in number.synonyms {
            assert!(parts::PUPIL_HEADERS.contains(header), "{header}: in a register, a ledger, a list of receipts");
        }
    }

    #[test]
    fn codes_and_synonyms_are_said_once_within_an_entity() {
        for entity in ALL {
            let mut seen = std::collections::HashSet::new();
            for field in entity.fields {
                assert!(seen.insert(field.code.to_owned()), "{}.{} twice", entity.code, field.code);
                for synonym in field.synonyms {
                    assert_eq!(*synonym, synonym.to_lowercase(), "{}.{}", entity.code, field.code);
                }
            }
        }
    }
}
