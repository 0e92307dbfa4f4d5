//! Which pupil is in which Quran programme.

use super::codes_beyond::QURAN_STATUS;
use super::parts::{PUPIL_HEADERS, field};
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "quran_enrollments",
    portal_table: "islamic.quran_enrollments",
    fields: &[
        field(
            "student",
            FieldKind::Reference(Reference { entity: "students", by: &["national_id", "student_number", "full_name"] }),
            Need::Required,
            PUPIL_HEADERS,
        ),
        field(
            "program",
            FieldKind::Reference(Reference { entity: "quran_programs", by: &["code", "name"] }),
            Need::Required,
            &["program", "kod program", "nama program", "program code", "programme"],
        ),
        field(
            "teacher",
            FieldKind::Reference(Reference {
                entity: "teachers",
                by: &["employee_number", "national_id", "full_name"],
            }),
            Need::Optional,
            &[
                "nama guru",
                "guru",
                "ustaz",
                "nama ustaz",
                "teacher",
                "teacher name",
                "guru pembimbing",
                "guru tasmik",
                "penilai",
            ],
        ),
        field(
            "academic_year",
            FieldKind::Reference(Reference { entity: "academic_years", by: &["code", "name"] }),
            Need::Optional,
            &[
                "tahun akademik",
                "sesi",
                "sesi persekolahan",
                "academic year",
                "tahun persekolahan",
                "school year",
                "tahun",
            ],
        ),
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
