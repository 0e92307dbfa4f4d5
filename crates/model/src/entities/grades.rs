//! Marks: one record a pupil, subject, term and assessment.

use super::parts::{ACADEMIC_YEAR, NOTES_HEADERS, PUPIL, field};
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "grades",
    portal_table: "academic.grades",
    fields: &[
        PUPIL,
        ACADEMIC_YEAR,
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
        field("remarks", FieldKind::Text, Need::Optional, NOTES_HEADERS),
    ],
    keys: &[Key {
        code: "mark",
        fields: &["student", "academic_year", "subject", "term", "assessment"],
        may_be_blank: &["academic_year", "term", "assessment"],
    }],
    person: None,
    synonyms: &["markah", "grades", "marks", "keputusan", "peperiksaan", "gred", "results"],
};
