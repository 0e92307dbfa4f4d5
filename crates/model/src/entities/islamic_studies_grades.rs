//! Marks in Islamic studies: Aqidah, Fiqh, Sirah, Akhlak, Jawi and the like.

use super::parts::{PUPIL_HEADERS, field};
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "islamic_studies_grades",
    portal_table: "islamic.islamic_studies_grades",
    fields: &[
        field(
            "student",
            FieldKind::Reference(Reference { entity: "students", by: &["national_id", "student_number", "full_name"] }),
            Need::Required,
            PUPIL_HEADERS,
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
        field("subject", FieldKind::Text, Need::Required, &["subjek", "mata pelajaran", "subject", "matapelajaran"]),
        field("term", FieldKind::Text, Need::Optional, &["penggal", "semester", "term", "peperiksaan"]),
        field("score", FieldKind::Score, Need::Optional, &["markah", "skor", "mark", "marks", "score"]),
        field("grade_letter", FieldKind::Text, Need::Optional, &["gred", "grade", "pangkat"]),
        field(
            "remarks",
            FieldKind::Text,
            Need::Optional,
            &["catatan", "ulasan", "nota", "remarks", "notes", "comment", "comments"],
        ),
    ],
    keys: &[Key {
        code: "mark",
        fields: &["student", "academic_year", "subject", "term"],
        may_be_blank: &["academic_year", "term"],
    }],
    person: None,
    synonyms: &[
        "markah agama",
        "kafa",
        "diniyah",
        "islamic studies",
        "islamic studies grades",
        "markah kafa",
        "pengajian islam",
    ],
};
