//! Which pupil is in which Quran programme.

use super::codes_beyond::QURAN_STATUS;
use super::parts::{ACADEMIC_YEAR, PUPIL, TEACHER, field};
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "quran_enrollments",
    portal_table: "islamic.quran_enrollments",
    fields: &[
        PUPIL,
        field(
            "program",
            FieldKind::Reference(Reference { entity: "quran_programs", by: &["code", "name"] }),
            Need::Required,
            &["program", "kod program", "nama program", "program code", "programme"],
        ),
        TEACHER,
        ACADEMIC_YEAR,
        field(
            "enrollment_date",
            FieldKind::Date,
            Need::Optional,
            &["tarikh daftar", "tarikh masuk", "tarikh mula", "enrollment date", "date joined"],
        ),
        field("status", FieldKind::Code(&QURAN_STATUS), Need::Required, &["status", "status program"]),
    ],
    keys: &[Key { code: "place", fields: &["student", "program", "academic_year"], may_be_blank: &["academic_year"] }],
    person: None,
    synonyms: &["pendaftaran quran", "pendaftaran hafazan", "quran enrollments", "kumpulan hafazan", "halaqah hafazan"],
};
