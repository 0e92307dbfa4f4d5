//! Assessments of recitation by the rules of tajwid.

use super::codes_beyond::QUALITY_RATING;
use super::parts::{NOTES, PUPIL, TEACHER, field};
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "tajweed_assessments",
    portal_table: "islamic.tajweed_assessments",
    fields: &[
        PUPIL,
        TEACHER,
        field(
            "assessment_date",
            FieldKind::Date,
            Need::Required,
            &["tarikh", "tarikh penilaian", "tarikh ujian", "date", "assessment date"],
        ),
        field("surah_number", FieldKind::Surah, Need::Optional, &["surah", "no surah", "nama surah", "surah number"]),
        field("makhraj_score", FieldKind::Score, Need::Optional, &["makhraj", "markah makhraj", "makhraj score"]),
        field(
            "sifat_score",
            FieldKind::Score,
            Need::Optional,
            &["sifat", "sifat huruf", "markah sifat", "sifat score"],
        ),
        field(
            "fluency_score",
            FieldKind::Score,
            Need::Optional,
            &["kelancaran", "lancar", "fluency", "markah kelancaran", "fluency score"],
        ),
        field(
            "overall_score",
            FieldKind::Score,
            Need::Optional,
            &["keseluruhan", "jumlah", "jumlah markah", "overall", "markah keseluruhan", "overall score"],
        ),
        field(
            "rating",
            FieldKind::Code(&QUALITY_RATING),
            Need::Optional,
            &["tahap", "gred", "rating", "grade", "pencapaian"],
        ),
        NOTES,
    ],
    keys: &[Key {
        code: "tajweed",
        fields: &["student", "assessment_date", "surah_number"],
        may_be_blank: &["surah_number"],
    }],
    person: None,
    synonyms: &["tajwid", "tajweed", "penilaian tajwid", "tajweed assessments"],
};
