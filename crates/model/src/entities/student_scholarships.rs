//! Which pupil receives which scholarship.

use super::codes_beyond::AWARD_STATUS;
use super::parts::{ACADEMIC_YEAR, PUPIL, field};
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "student_scholarships",
    portal_table: "financial.student_scholarships",
    fields: &[
        PUPIL,
        field(
            "scholarship",
            FieldKind::Reference(Reference { entity: "scholarships", by: &["code", "name"] }),
            Need::Required,
            &["biasiswa", "kod biasiswa", "nama biasiswa", "scholarship", "scholarship code"],
        ),
        ACADEMIC_YEAR,
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
