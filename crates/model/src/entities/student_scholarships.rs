//! Which pupil receives which scholarship.

use super::codes_beyond::AWARD_STATUS;
use super::parts::{PUPIL_HEADERS, field};
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "student_scholarships",
    portal_table: "financial.student_scholarships",
    fields: &[
        field(
            "student",
            FieldKind::Reference(Reference { entity: "students", by: &["national_id", "student_number", "full_name"] }),
            Need::Required,
            PUPIL_HEADERS,
        ),
        field(
            "scholarship",
            FieldKind::Reference(Reference { entity: "scholarships", by: &["code", "name"] }),
            Need::Required,
            &["biasiswa", "kod biasiswa", "nama biasiswa", "scholarship", "scholarship code"],
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
        field("amount", FieldKind::Amount, Need::Optional, &["amaun", "jumlah", "amount"]),
        field("start_date", FieldKind::Date, Need::Optional, &["tarikh mula", "start date"]),
        field("end_date", FieldKind::Date, Need::Optional, &["tarikh tamat", "end date"]),
        field("status", FieldKind::Code(&AWARD_STATUS), Need::Required, &["status", "status biasiswa"]),
    ],
    keys: &[Key {
        code: "award",
        fields: &["student", "scholarship", "academic_year"],
        may_be_blank: &["academic_year"],
    }],
    person: None,
    synonyms: &["penerima biasiswa", "student scholarships", "penerima bantuan"],
};
