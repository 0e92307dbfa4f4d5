//! Academic years. The portal has them already; a school's file names them.

use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "academic_years",
    portal_table: "academic.academic_years",
    fields: &[
        field("code", FieldKind::Text, Need::Required, &["kod tahun", "year code", "kod sesi"]),
        field(
            "name",
            FieldKind::Text,
            Need::Required,
            &[
                "tahun akademik",
                "academic year",
                "sesi",
                "sesi persekolahan",
                "tahun persekolahan",
                "tahun sesi",
                "school year",
            ],
        ),
        field("start_date", FieldKind::Date, Need::Optional, &["tarikh mula", "start date", "mula"]),
        field("end_date", FieldKind::Date, Need::Optional, &["tarikh tamat", "end date", "tamat"]),
        field("is_current", FieldKind::Bool, Need::Optional, &["semasa", "is current", "current", "tahun semasa"]),
        field(
            "is_enrollment_open",
            FieldKind::Bool,
            Need::Optional,
            &["pendaftaran dibuka", "enrollment open", "is enrollment open"],
        ),
    ],
    keys: &[Key { code: "year", fields: &["code"], may_be_blank: &[] }],
    person: None,
    synonyms: &["tahun akademik", "academic year", "academic years", "sesi"],
};
