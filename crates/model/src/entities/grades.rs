//! Marks: one record a pupil, subject, term and assessment.

use super::parts::{PUPIL_HEADERS, field};
use crate::entity::{Entity, FieldKind, Key, Need, Reference};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "grades",
    portal_table: "academic.grades",
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
        field(
            "subject",
            FieldKind::Text,
            Need::Required,
            &["subjek", "mata pelajaran", "subject", "mp", "matapelajaran", "course", "kursus"],
        ),
        field("term", FieldKind::Text, Need::Optional, &["penggal", "semester", "term"]),
        field(
            "assessment",
            FieldKind::Text,
            Need::Optional,
            &["peperiksaan", "ujian", "pentaksiran", "assessment", "exam", "test", "jenis ujian", "nama peperiksaan"],
        ),
        field(
            "score",
            FieldKind::Score,
            Need::Optional,
            &["markah", "skor", "mark", "marks", "score", "markah diperoleh", "peratus"],
        ),
        field(
            "max_score",
            FieldKind::Score,
            Need::Optional,
            &["markah penuh", "markah maksimum", "max score", "full marks", "out of"],
        ),
        field("grade_letter", FieldKind::Text, Need::Optional, &["gred", "grade", "grade letter", "pangkat"]),
        field(
            "remarks",
            FieldKind::Text,
            Need::Optional,
            &["catatan", "ulasan", "nota", "remarks", "notes", "comment", "comments"],
        ),
    ],
    keys: &[Key {
        code: "mark",
        fields: &["student", "academic_year", "subject", "term", "assessment"],
        may_be_blank: &["academic_year", "term", "assessment"],
    }],
    person: None,
    synonyms: &["markah", "grades", "marks", "keputusan", "peperiksaan", "gred", "results"],
};
