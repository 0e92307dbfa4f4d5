//! All entities, in the order in which they are pushed: what is referred to comes first.

mod academic_years;
mod classes;
mod codes;
mod enrollments;
mod guardians;
mod parts;
mod student_guardians;
mod students;
mod teachers;
mod users;

pub use codes::{ENROLLMENT_STATUS, GENDER, PORTAL_ROLE, RELATIONSHIP, STAFF_STATUS, STUDENT_STATUS, USER_STATUS};

use crate::entity::Entity;

/// All entities in push order.
pub static ALL: [&Entity; 8] = [
    &academic_years::ENTITY,
    &users::ENTITY,
    &students::ENTITY,
    &guardians::ENTITY,
    &student_guardians::ENTITY,
    &teachers::ENTITY,
    &classes::ENTITY,
    &enrollments::ENTITY,
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
