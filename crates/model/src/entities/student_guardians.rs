//! Who stands for which child.

use super::codes::RELATIONSHIP;
use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "student_guardians",
    portal_table: "academic.student_guardians",
    fields: &[
        field(
            "student",
            FieldKind::Reference(Reference { entity: "students", by: &["national_id", "student_number"] }),
            Need::Required,
            &["no kp murid", "id murid", "no murid", "student id", "student number", "student ic"],
        ),
        field(
            "guardian",
            FieldKind::Reference(Reference { entity: "guardians", by: &["national_id", "phone"] }),
            Need::Required,
            &["no kp penjaga", "guardian id", "guardian ic", "no kp waris"],
        ),
        field(
            "relationship",
            FieldKind::Code(&RELATIONSHIP),
            Need::Required,
            &["hubungan", "hubungan penjaga", "pertalian", "relationship", "relation", "hubungan dengan murid"],
        ),
        field("is_primary", FieldKind::Bool, Need::Required, &["penjaga utama", "is primary", "primary"]),
        field(
            "is_emergency_contact",
            FieldKind::Bool,
            Need::Required,
            &["hubungi kecemasan", "kecemasan", "emergency contact", "is emergency contact"],
        ),
    ],
    keys: &[Key { code: "link", fields: &["student", "guardian"], may_be_blank: &[] }],
    person: None,
    synonyms: &["hubungan", "keluarga", "family", "student guardian", "student guardians", "murid penjaga"],
};
